//! What a message does: to the model, and what is wanted done.

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::protocol::{Query, Reply, Returned};
use crate::ui::arrival;
use crate::ui::keys::{on_key, on_paste};
use crate::ui::modals::{Modal, confirm, menu, palette, run, why};
use crate::ui::model::{Effect, Model, Msg};
use crate::ui::parts::toast::{Severity, Toast};
use crate::ui::route::Screen;
use crate::ui::screens::users::{completing, marks};
use crate::ui::screens::{self, audit, groups, jobs, locked, me, profile, sessions, users};

/// Takes in `msg` at `now`.
///
/// The effects are to be carried out in their order; answers come back as [`Msg::Returned`].
pub fn update(model: &mut Model, msg: Msg, now: Timestamp) -> Vec<Effect> {
    let windows = model.modals.len();
    let mut effects = match msg {
        Msg::Key(key) => on_key(model, key, now),
        Msg::Paste(text) => on_paste(model, &text, now),
        Msg::Resize(columns, rows) => {
            model.size = (columns.min(limits::TERMINAL_MAX.0), rows.min(limits::TERMINAL_MAX.1));
            settle(model, now)
        }
        Msg::Returned(Returned::Reply(query, reply)) => on_reply(model, &query, reply, now),
        Msg::Returned(Returned::Answer(request, answer)) => {
            model.actor.code_at = model.actor.code_at.max(request.actor.code_at);
            confirm::outcome::answered(model, &request, answer, now)
        }
        Msg::Returned(Returned::Steered(_, steered)) => run::steered(model, steered, now),
        Msg::Changed => on_change(model, true, now),
        Msg::RowsChanged => on_change(model, false, now),
        Msg::Arrived(past) => {
            let (severity, text) = arrival::told(&past, &model.actor);
            model.say(severity, text, now)
        }
        Msg::KeyTrusted(trusted) => {
            let (severity, text) = arrival::trusted(trusted);
            let mut effects = model.say(severity, text, now);
            effects.extend(model.me.ask(Query::Me, now));
            effects
        }
        Msg::Tick => {
            if model.toast.as_ref().is_some_and(|toast| toast.is_over(now)) {
                model.toast = None;
            }
            Vec::new()
        }
        Msg::IdleWarning { at } => {
            let text =
                format!("idle: this session locks or ends at {}; press any key to stay", at.clock_utc());
            model.toast = Some(Toast::until(Severity::Warn, text, at));
            Vec::new()
        }
        Msg::Lock(by) => {
            model.lock = Some(locked::State::new(by));
            model.prefix = None;
            Vec::new()
        }
        Msg::UnlockRefused(why) => {
            if let Some(state) = &mut model.lock {
                state.waits = false;
                state.refused = Some(why);
            }
            Vec::new()
        }
        Msg::Unlocked { code_at } => {
            model.lock = None;
            model.actor.code_at = code_at;
            refresh(model, now)
        }
        Msg::Ended(why) => {
            model.ended = Some(why);
            Vec::new()
        }
    };
    // What was held still under a window is caught up with when the last one goes.
    if windows > 0 && model.modals.is_empty() && model.is_behind {
        effects.extend(refresh(model, now));
    }
    profile::revealed::forget(model, now);
    effects
}

fn on_reply(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    if palette::goes_to(model, query) {
        return palette::answered(model, query, &reply, now);
    }
    match query {
        Query::Me if model.me.takes(query) => me::answered(model, reply, now),
        Query::Users { .. } | Query::Count { .. } => users::answered(model, query, reply, now),
        Query::UserById { .. } => {
            let mut effects = confirm::outcome::reloaded(model, query, &reply, now);
            effects.extend(profile::answered(model, query, reply, now));
            effects
        }
        Query::User { .. } | Query::Notes { .. } | Query::History { .. } => {
            profile::answered(model, query, reply, now)
        }
        Query::Why { .. } => why::answered(model, query, reply),
        Query::Menu { .. } => menu::answered(model, query, reply, now),
        Query::Target { .. } | Query::Group { .. } | Query::Role { .. } => {
            confirm::outcome::reloaded(model, query, &reply, now)
        }
        Query::Choices { .. } => confirm::picking::answered(model, query, reply, now),
        Query::Undoable { .. } => confirm::undo::answered(model, query, reply, now),
        Query::Ids { .. } | Query::Marks { .. } => marks::answered(model, query, reply, now),
        Query::FilterWords => completing::answered(model, query, reply, now),
        Query::NotDone { .. } => run::not_done(model, query, reply, now),
        Query::Preview { .. } => confirm::preview::answered(model, query, reply, now),
        Query::Groups => groups::answered(model, query, reply),
        Query::Sessions { .. } => sessions::answered(model, query, reply),
        Query::Jobs { .. } => jobs::answered(model, query, reply),
        Query::Job { .. } => run::answered(model, query, reply, now),
        Query::Audit { .. } => audit::answered(model, query, reply, now),
        Query::AuditChain { .. } => audit::verifying::answered(model, query, reply, now),
        Query::AuditEntry { .. } => audit::entry_answered(model, query, reply, now),
        Query::Me | Query::Making { .. } | Query::Roles | Query::Session { .. } => Vec::new(),
    }
}

/// Something was committed: what is seen is asked for again, unless a window or the lock holds it still.
fn on_change(model: &mut Model, of_authority: bool, now: Timestamp) -> Vec<Effect> {
    if model.lock.is_some() || model.ended.is_some() {
        return Vec::new();
    }
    if model.modals.is_empty() {
        return if of_authority { refresh(model, now) } else { refresh_rows(model, now) };
    }
    model.is_behind = true;
    // One's own rights may be what changed; and a menu tells what is offered now.
    let mut effects = if of_authority { model.me.ask(Query::Me, now) } else { Vec::new() };
    effects.extend(run::refresh(model, now));
    effects.extend(jobs::watch(model, now));
    for modal in &mut model.modals {
        if let Modal::Menu(state) = modal {
            effects.extend(menu::refresh(state, now));
        }
    }
    effects
}

/// Asks again for everything that is seen, and for what the operator may do; cursor, scroll and filter stay.
pub(crate) fn refresh(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let mut effects = model.me.ask(Query::Me, now);
    effects.extend(refresh_rows(model, now));
    effects
}

fn refresh_rows(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.is_behind = false;
    if model.me.answer.is_none() {
        return Vec::new();
    }
    let mut effects = screens::refresh(model, now);
    effects.extend(jobs::watch(model, now));
    effects
}

/// After another size: cursors stay on the screen, and what is seen now for the first time is asked for.
fn settle(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let height = users::height(model);
    let rows = model.users.list.rows.len();
    model.users.list.stand.settle(rows, height);
    let height = audit::height(model);
    let rows = model.audit.feed.rows.len();
    model.audit.feed.stand.settle(rows, height);
    let height = profile::view::rows(model);
    let profile = &mut model.profile;
    profile.notes.stand.settle(profile.notes.rows.len(), height);
    profile.history.stand.settle(profile.history.rows.len(), height);
    if model.screen == Screen::Profile { profile::load_visible(model, now) } else { Vec::new() }
}
