//! Screens: each with its state, its keys, its update and its view.

pub(crate) mod audit;
pub(crate) mod ended;
pub(crate) mod groups;
pub(crate) mod jobs;
pub(crate) mod locked;
pub(crate) mod me;
pub(crate) mod profile;
pub(crate) mod sessions;
pub(crate) mod too_small;
pub(crate) mod users;

use crate::base::time::Timestamp;
use crate::ui::card::Card;
use crate::ui::keymap::{begins as begins_in, find};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::scroll::Motion;
use crate::ui::route::{Place, Screen};
use crate::ui::whom::Whom;
use users::marks;

/// Whether `typed` begins a sequence of keys of the screen.
pub(crate) fn begins(model: &Model, typed: &str) -> bool {
    match model.screen {
        Screen::Users => begins_in(users::KEYS, typed),
        Screen::Profile => begins_in(profile::KEYS, typed),
        Screen::Groups => begins_in(groups::KEYS, typed),
        Screen::Audit => begins_in(audit::KEYS, typed),
        Screen::Sessions => begins_in(sessions::KEYS, typed),
        Screen::Jobs => begins_in(jobs::KEYS, typed),
        Screen::Me => begins_in(me::KEYS, typed),
    }
}

/// Runs the command of the screen that `typed` is the key of; `None` where it is none of its keys.
pub(crate) fn key(model: &mut Model, typed: &str, now: Timestamp) -> Option<Vec<Effect>> {
    match model.screen {
        Screen::Users => find(users::KEYS, typed)
            .map(|command| users::update(model, command, now))
            .or_else(|| find(marks::KEYS, typed).map(|command| marks::update(model, command, now))),
        Screen::Profile => find(profile::KEYS, typed).map(|command| profile::update(model, command, now)),
        Screen::Groups => find(groups::KEYS, typed)
            .map(|command| groups::update(model, command, now))
            .or_else(|| groups::shortcut_of(typed).map(|shortcut| groups::shortcut(model, shortcut, now))),
        Screen::Audit => find(audit::KEYS, typed).map(|command| audit::update(model, command, now)),
        Screen::Sessions => find(sessions::KEYS, typed).map(|command| sessions::update(model, command, now)),
        Screen::Jobs => find(jobs::KEYS, typed).map(|command| jobs::update(model, command, now)),
        Screen::Me => find(me::KEYS, typed).map(|command| me::update(model, command, now)),
    }
}

/// Moves through the list of the screen.
pub(crate) fn go(model: &mut Model, motion: Motion, now: Timestamp) -> Vec<Effect> {
    match model.screen {
        Screen::Users => users::go(model, motion, now),
        Screen::Profile => profile::go(model, motion, now),
        Screen::Groups => groups::go(model, motion, now),
        Screen::Audit => audit::go(model, motion, now),
        Screen::Sessions => {
            sessions::go(model, motion);
            Vec::new()
        }
        Screen::Jobs => {
            jobs::go(model, motion);
            Vec::new()
        }
        Screen::Me => {
            me::go(model, motion);
            Vec::new()
        }
    }
}

/// What the screen is about or its cursor is on; `None` where that is nothing that actions are upon.
pub(crate) fn card(model: &Model) -> Option<Card> {
    match model.screen {
        Screen::Users => users::card(model),
        Screen::Profile => profile::card(model),
        // Its actions have keys of their own there.
        Screen::Groups | Screen::Audit | Screen::Sessions | Screen::Jobs | Screen::Me => None,
    }
}

/// The marked set, else what the screen is about.
pub(crate) fn whom(model: &Model) -> Option<Whom> {
    let marked = (model.screen == Screen::Users).then(|| model.users.marks.crowd()).flatten();
    marked.map(Whom::Set).or_else(|| card(model).map(Whom::one))
}

/// Goes to a place.
pub(crate) fn open(model: &mut Model, place: Place, now: Timestamp) -> Vec<Effect> {
    model.place = place.clone();
    match place {
        Place::Users => me::to_users(model, now),
        Place::Profile(named) => profile::open_named(model, named, now),
        Place::Groups => groups::to_groups(model, now),
        Place::Audit(entry) => audit::open(model, entry, now),
        Place::Sessions => sessions::to_sessions(model, now),
        Place::Jobs => jobs::to_jobs(model, now),
        Place::Me => {
            model.screen = Screen::Me;
            Vec::new()
        }
    }
}

/// Asks again for what the screen shows.
pub(crate) fn refresh(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    match model.screen {
        Screen::Users => users::refresh(model, now),
        Screen::Profile => profile::refresh(model, now),
        Screen::Groups => groups::refresh(model, now),
        Screen::Audit => audit::refresh(model, now),
        Screen::Sessions => sessions::refresh(model, now),
        Screen::Jobs => jobs::refresh(model, now),
        Screen::Me => Vec::new(),
    }
}
