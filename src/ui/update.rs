//! What a message does: to the model, and what is wanted done.

use crossterm::event::KeyEvent;

use crate::actions;
use crate::base::limits;
use crate::base::text::is_unsafe;
use crate::base::time::Timestamp;
use crate::protocol::{Query, Reply, Returned};
use crate::ui::context::Context;
use crate::ui::globals::{self, Always};
use crate::ui::keymap::{self, begins, find};
use crate::ui::modals::{Modal, confirm, help, leave, menu, notice, run};
use crate::ui::model::{Effect, Model, Msg};
use crate::ui::parts::scroll::{self, Motion};
use crate::ui::parts::toast::{Severity, Toast};
use crate::ui::route::Screen;
use crate::ui::screens::users::marks;
use crate::ui::screens::{jobs, locked, me, profile, users};
use crate::ui::whom::Whom;

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

fn on_key(model: &mut Model, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    let Some(name) = keymap::name(key) else { return Vec::new() };
    if model.ended.is_some() {
        return vec![Effect::Quit];
    }
    if name == "ctrl-z" {
        return model.say(Severity::Note, "there is no shell behind this; q goes back, :q signs out", now);
    }
    let runs = matches!(model.modals.last(), Some(Modal::Confirm(state)) if state.is_running());
    match find(globals::ALWAYS, &name) {
        Some(Always::Redraw) => return vec![Effect::Redraw],
        // While an order runs its window takes no keys: neither is it closed, nor anything sent twice.
        Some(Always::Interrupt | Always::Help) if runs && model.lock.is_none() => return Vec::new(),
        Some(Always::Interrupt) => return globals::interrupt(model, now),
        Some(Always::Help) if !model.is_too_small() => return globals::open_help(model),
        Some(Always::Help) | None => {}
    }
    if let Some(state) = &mut model.lock {
        return locked::key(state, &name, key);
    }
    if model.is_too_small() {
        return on_key_unseen(model, &name);
    }
    if let Some(toast) = &model.toast {
        let goes = name == "esc" || toast.stays_until_a_key();
        if goes {
            model.toast = None;
        }
        // A window says that Esc closes it; the message at its foot must not take that key away.
        if name == "esc" && model.modals.is_empty() {
            return Vec::new();
        }
    }
    if !model.modals.is_empty() {
        return on_key_in_window(model, &name, key, now);
    }
    if Context::of(model) == Context::Filter {
        return users::field_key(model, &name, key, now);
    }
    on_key_on_screen(model, &name, now)
}

/// On a terminal too small to draw, only signing out works: what is not seen is not acted on.
fn on_key_unseen(model: &mut Model, name: &str) -> Vec<Effect> {
    match (model.modals.last(), find(leave::KEYS, name)) {
        (Some(Modal::Leave), Some(leave::Command::Leave)) => vec![Effect::Quit],
        (Some(Modal::Leave), Some(leave::Command::Stay)) => {
            model.modals.pop();
            Vec::new()
        }
        (Some(Modal::Leave), None) => Vec::new(),
        _ if name == "q" => {
            model.modals.push(Modal::Leave);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn on_key_in_window(model: &mut Model, name: &str, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    let (size, height_of_run) = (model.size, run::view::height(model));
    match model.modals.last_mut() {
        Some(Modal::Menu(_)) => menu::key(model, &keymap::latin(name), now),
        Some(Modal::Confirm(state)) => {
            let is_text = matches!(state.focus, confirm::Focus::Entry(_));
            let name = if is_text { name.to_owned() } else { keymap::latin(name) };
            confirm::key(model, &name, key, now)
        }
        Some(Modal::Run(state)) => {
            let name = keymap::latin(name);
            let (is_own, motion) = (find(run::KEYS, &name).is_some(), motion(&mut model.prefix, &name));
            match motion {
                Some(motion) if !is_own => state.go(motion, height_of_run, now),
                Some(_) | None => run::key(model, &name, now),
            }
        }
        Some(Modal::Notice(notice)) => {
            let name = keymap::latin(name);
            if find(notice::KEYS, &name) == Some(notice::Command::Close) {
                model.modals.pop();
            } else if let Some(motion) = motion(&mut model.prefix, &name) {
                notice.go(motion, size);
            }
            Vec::new()
        }
        Some(Modal::Help(state)) => match find(help::KEYS, name) {
            Some(help::Command::Run) => {
                let chosen = state.chosen();
                model.modals.pop();
                run_chosen(model, chosen, now)
            }
            Some(help::Command::Down) => {
                state.step(1);
                Vec::new()
            }
            Some(help::Command::Up) => {
                state.step(-1);
                Vec::new()
            }
            Some(help::Command::PageDown) => {
                state.step(10);
                Vec::new()
            }
            Some(help::Command::PageUp) => {
                state.step(-10);
                Vec::new()
            }
            Some(help::Command::Close) => {
                model.modals.pop();
                Vec::new()
            }
            None => {
                state.key(key);
                Vec::new()
            }
        },
        Some(Modal::Leave) => match find(leave::KEYS, &keymap::latin(name)) {
            Some(leave::Command::Leave) => vec![Effect::Quit],
            Some(leave::Command::Stay) => {
                model.modals.pop();
                Vec::new()
            }
            None => Vec::new(),
        },
        None => Vec::new(),
    }
}

/// Presses the keys of an entry of help.
fn run_chosen(model: &mut Model, keys: Option<&'static str>, now: Timestamp) -> Vec<Effect> {
    let events = keys.unwrap_or_default().split(' ').filter_map(keymap::event);
    events.flat_map(|key| on_key(model, key, now)).collect()
}

/// The movement of a key in a list, also of two keys after one another.
fn motion(prefix: &mut Option<String>, name: &str) -> Option<Motion> {
    let typed = typed(prefix, name);
    if begins(scroll::KEYS, &typed) {
        *prefix = Some(typed);
        return None;
    }
    find(scroll::KEYS, &typed)
}

fn typed(prefix: &mut Option<String>, name: &str) -> String {
    prefix.take().map_or_else(|| name.to_owned(), |before| format!("{before} {name}"))
}

fn on_key_on_screen(model: &mut Model, name: &str, now: Timestamp) -> Vec<Effect> {
    let typed = typed(&mut model.prefix, &keymap::latin(name));
    if model.screen == Screen::Users {
        // `:` begins a command, and before a digit the number of a row.
        if let Some(digit) =
            typed.strip_prefix(": ").filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
        {
            model.users.search.ask_place(digit);
            return Vec::new();
        }
    }
    let begins_own = model.screen == Screen::Users && begins(users::KEYS, &typed);
    if begins_own || begins(scroll::KEYS, &typed) || begins(globals::KEYS, &typed) {
        model.prefix = Some(typed);
        return Vec::new();
    }
    let own = match model.screen {
        Screen::Users => find(users::KEYS, &typed)
            .map(|command| users::update(model, command, now))
            .or_else(|| find(marks::KEYS, &typed).map(|command| marks::update(model, command, now))),
        Screen::Profile => find(profile::KEYS, &typed).map(|command| profile::update(model, command, now)),
        Screen::Jobs => find(jobs::KEYS, &typed).map(|command| jobs::update(model, command, now)),
        Screen::Me => find(me::KEYS, &typed).map(|command| me::update(model, command, now)),
    };
    if let Some(effects) = own {
        return effects;
    }
    if let Some(motion) = find(scroll::KEYS, &typed) {
        return match model.screen {
            Screen::Users => users::go(model, motion, now),
            Screen::Profile => profile::go(model, motion, now),
            Screen::Jobs => {
                jobs::go(model, motion);
                Vec::new()
            }
            Screen::Me => {
                me::go(model, motion);
                Vec::new()
            }
        };
    }
    if let Some(command) = find(globals::KEYS, &typed) {
        return globals::update(model, command, now);
    }
    shortcut(model, &typed, now)
}

/// Opens the action that has this key to itself.
fn shortcut(model: &mut Model, typed: &str, now: Timestamp) -> Vec<Effect> {
    let Some(shortcut) = actions::SHORTCUTS.iter().find(|shortcut| shortcut.keys.contains(&typed)) else {
        return Vec::new();
    };
    let card = match model.screen {
        Screen::Users => users::card(model),
        Screen::Profile => profile::card(model),
        Screen::Jobs | Screen::Me => None,
    };
    card.map_or_else(Vec::new, |card| confirm::open(model, shortcut.spec, Whom::one(card), now))
}

/// Pasted text goes into a focused field, or nowhere: it never runs a command.
fn on_paste(model: &mut Model, text: &str, now: Timestamp) -> Vec<Effect> {
    let mut end = text.len().min(limits::PASTE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    if model.ended.is_some() || (model.is_too_small() && model.lock.is_none()) {
        return Vec::new();
    }
    if let Some(state) = &mut model.lock {
        if !state.waits {
            let typed: String = text.chars().filter(|character| !is_unsafe(*character)).collect();
            state.field.paste(&typed);
        }
        return Vec::new();
    }
    if Context::of(model) == Context::Filter {
        return users::field_paste(model, text, now);
    }
    match model.modals.last_mut() {
        Some(Modal::Confirm(state)) => confirm::paste(state, text, now),
        Some(Modal::Help(state)) => {
            state.field.paste(text);
        }
        Some(Modal::Menu(_) | Modal::Run(_) | Modal::Notice(_) | Modal::Leave) | None => {}
    }
    Vec::new()
}

fn on_reply(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
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
        Query::Menu { .. } => menu::answered(model, query, reply, now),
        Query::Target { .. } => confirm::outcome::reloaded(model, query, &reply, now),
        Query::Undoable { .. } => confirm::undo::answered(model, query, reply, now),
        Query::Ids { .. } | Query::Marks { .. } => marks::answered(model, query, reply, now),
        Query::Preview { .. } => confirm::preview::answered(model, query, reply, now),
        Query::Jobs { .. } => jobs::answered(model, query, reply),
        Query::Job { .. } => run::answered(model, query, reply, now),
        Query::Me | Query::Audit { .. } | Query::Making { .. } => Vec::new(),
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
    let mut effects = match model.screen {
        Screen::Users => users::refresh(model, now),
        Screen::Profile => profile::refresh(model, now),
        Screen::Jobs => jobs::refresh(model, now),
        Screen::Me => Vec::new(),
    };
    effects.extend(jobs::watch(model, now));
    effects
}

/// After another size: cursors stay on the screen, and what is seen now for the first time is asked for.
fn settle(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let height = users::height(model);
    let rows = model.users.list.rows.len();
    model.users.list.stand.settle(rows, height);
    let height = profile::view::rows(model);
    let profile = &mut model.profile;
    profile.notes.stand.settle(profile.notes.rows.len(), height);
    profile.history.stand.settle(profile.history.rows.len(), height);
    if model.screen == Screen::Profile { profile::load_visible(model, now) } else { Vec::new() }
}
