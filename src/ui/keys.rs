//! Where a key goes: to the lock, the window on top, an open field, else to the screen.

use crossterm::event::KeyEvent;

use crate::actions;
use crate::base::limits;
use crate::base::text::is_unsafe;
use crate::base::time::Timestamp;
use crate::ui::context::Context;
use crate::ui::globals::{self, Always};
use crate::ui::keymap::{self, begins, find};
use crate::ui::modals::{Modal, confirm, help, leave, menu, notice, palette, run};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::scroll::{self, Motion};
use crate::ui::parts::toast::Severity;
use crate::ui::screens::{self, audit, locked, users};
use crate::ui::whom::Whom;

/// A key: to the lock, the window on top, a text field, or the screen.
pub(crate) fn on_key(model: &mut Model, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
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
    let context = Context::of(model);
    if context == Context::Filter {
        return users::field_key(model, &name, key, now);
    }
    if context == Context::AuditFilter {
        return audit::field_key(model, &name, key, now);
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
        Some(Modal::Help(_)) => help::key(model, name, key, now),
        Some(Modal::Palette(_)) => palette::key(model, name, key, now),
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

/// Presses keys as if they were typed: those of an entry of help or of the palette.
pub(crate) fn press(model: &mut Model, keys: &str, now: Timestamp) -> Vec<Effect> {
    let events = keys.split(' ').filter_map(keymap::event);
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
    if screens::begins(model, &typed) || begins(scroll::KEYS, &typed) || begins(globals::KEYS, &typed) {
        model.prefix = Some(typed);
        return Vec::new();
    }
    if let Some(effects) = screens::key(model, &typed, now) {
        return effects;
    }
    if let Some(motion) = find(scroll::KEYS, &typed) {
        return screens::go(model, motion, now);
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
    let card = screens::card(model);
    card.map_or_else(Vec::new, |card| confirm::open(model, shortcut.spec, Whom::one(card), now))
}

/// Pasted text goes into a focused field, or nowhere: it never runs a command.
pub(crate) fn on_paste(model: &mut Model, text: &str, now: Timestamp) -> Vec<Effect> {
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
    let context = Context::of(model);
    if context == Context::Filter {
        return users::field_paste(model, text, now);
    }
    if context == Context::AuditFilter {
        return audit::field_paste(model, text, now);
    }
    match model.modals.last_mut() {
        Some(Modal::Confirm(state)) => confirm::paste(state, text, now),
        Some(Modal::Help(state)) => {
            state.field.paste(text);
        }
        Some(Modal::Palette(state)) => palette::paste(state, text),
        Some(Modal::Menu(_) | Modal::Run(_) | Modal::Notice(_) | Modal::Leave) | None => {}
    }
    Vec::new()
}
