//! Running what stands in the palette: at once, or when it is known whom the line names.

use crate::actions::{self, Spec};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::target::TargetKind;
use crate::protocol::{About, Query, Reply, Trouble};
use crate::ui::card::Card;
use crate::ui::modals::confirm::Filled;
use crate::ui::modals::palette::State;
use crate::ui::modals::palette::candidates::Choice;
use crate::ui::modals::palette::typed::{self, Line};
use crate::ui::modals::{Modal, confirm, log, menu, why};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::toast::Severity;
use crate::ui::screens::{profile, users};
use crate::ui::whom::Whom;
use crate::ui::{globals, keys, screens};

/// What follows when it is known whom a line names.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    /// An action, filled in.
    Act(&'static Spec, Filled),
    /// An explanation.
    Why(&'static Spec),
}

/// Runs the line or the focused entry of a palette that was taken off the screen.
pub(super) fn run(model: &mut Model, mut state: Box<State>, now: Timestamp) -> Vec<Effect> {
    let text = state.field.text().trim().to_owned();
    if typed::is_command(&text) {
        remember(model, &text);
        return match typed::read(&text) {
            Ok(line) => carry_out(model, state, line, now),
            Err(fault) => stay(model, state, fault),
        };
    }
    let mut candidates = state.candidates(model);
    if state.cursor >= candidates.len() {
        return stay(model, state, "nothing is called that; Backspace widens the search".to_owned());
    }
    let candidate = candidates.swap_remove(state.cursor);
    match candidate.choice {
        Choice::Keys(keys) => keys::press(model, keys, now),
        Choice::User(recent) => profile::open(model, recent.user, now),
        Choice::Action(spec) if spec.target_kind().is_some() => {
            upon_focused(model, spec, Filled::default(), now)
        }
        Choice::Action(_) | Choice::Words => {
            let line = candidate.line.unwrap_or_default();
            if let Ok(line) = typed::read(&line) {
                return carry_out(model, state, line, now);
            }
            // It wants more words: they are typed behind it.
            state.field.set(&line);
            state.edited();
            model.modals.push(Modal::Palette(state));
            Vec::new()
        }
    }
}

fn stay(model: &mut Model, mut state: Box<State>, fault: String) -> Vec<Effect> {
    state.fault = Some(fault);
    model.modals.push(Modal::Palette(state));
    Vec::new()
}

fn remember(model: &mut Model, text: &str) {
    if model.commands.last().is_some_and(|last| last == text) {
        return;
    }
    model.commands.push(text.to_owned());
    if model.commands.len() > limits::COMMANDS_REMEMBERED {
        model.commands.remove(0);
    }
}

fn carry_out(model: &mut Model, state: Box<State>, line: Line, now: Timestamp) -> Vec<Effect> {
    let notice = match line {
        Line::Open(place) => return screens::open(model, place, now),
        Line::Quit => return vec![Effect::Quit],
        Line::Row(text) => return users::go_to_row(model, &text, now),
        Line::Time(when) => {
            model.when = when;
            return Vec::new();
        }
        Line::Theme(look) => {
            model.theme.look = look;
            return Vec::new();
        }
        Line::Trust => return vec![Effect::TrustKey],
        Line::ReadOnly(wanted) => return globals::read_only(model, wanted, now),
        Line::Act { code, named, given } => {
            let Some(spec) = actions::find(code) else { return Vec::new() };
            return act(model, state, spec, (named, Filled { answers: given, ..Filled::default() }), now);
        }
        Line::Why { code, named } => {
            let Some(spec) = actions::find(code) else { return Vec::new() };
            return why(model, state, spec, named, now);
        }
        Line::Messages => log::messages(model, now),
        Line::Log => log::done(model, now),
        Line::About => log::about(model),
    };
    model.modals.push(Modal::Notice(notice));
    Vec::new()
}

fn act(
    model: &mut Model,
    state: Box<State>,
    spec: &'static Spec,
    (named, mut filled): (Option<String>, Filled),
    now: Timestamp,
) -> Vec<Effect> {
    if let Some(kind) = spec.makes() {
        filled.name = named.unwrap_or_default();
        return confirm::open_filled(model, spec, Whom::New(kind), filled, now);
    }
    if spec.is_own() {
        return match named {
            Some(_) => {
                let text = format!("{}: it is upon yourself, and nobody is named", spec.words().join(" "));
                stay(model, state, text)
            }
            None => confirm::open_filled(model, spec, Whom::Own(model.actor.login.clone()), filled, now),
        };
    }
    match (named, spec.target_kind()) {
        (Some(named), Some(kind)) => ask(model, state, kind, named, Pending::Act(spec, filled), now),
        (Some(_) | None, _) => upon_focused(model, spec, filled, now),
    }
}

/// Opens an action upon the marked set, else upon what is focused, as the menu would.
fn upon_focused(model: &mut Model, spec: &'static Spec, filled: Filled, now: Timestamp) -> Vec<Effect> {
    let whom = screens::whom(model).filter(|whom| match whom {
        Whom::One(card) => spec.target_kind() == Some(card.id.kind()),
        Whom::Set(_) => spec.target_kind() == Some(TargetKind::User),
        Whom::New(_) | Whom::Own(_) => false,
    });
    let Some(whom) = whom else {
        let text = format!("nothing is focused that `{}` is done to: name it", spec.words().join(" "));
        return model.say(Severity::Note, text, now);
    };
    if let (Whom::Set(_), Some(refusal)) = (&whom, menu::refusal_of_set(model, spec)) {
        return model.say(Severity::Note, format!("{}: {}", spec.title, refusal.text), now);
    }
    confirm::open_filled(model, spec, whom, filled, now)
}

fn why(
    model: &mut Model,
    state: Box<State>,
    spec: &'static Spec,
    named: Option<String>,
    now: Timestamp,
) -> Vec<Effect> {
    match (named, spec.target_kind(), screens::card(model)) {
        (Some(named), Some(kind), _) => ask(model, state, kind, named, Pending::Why(spec), now),
        (None, Some(kind), Some(card)) if card.id.kind() == kind => {
            why::open(model, spec, About::Id(card.id))
        }
        (named, None, _) => why::open(model, spec, named.map_or(About::Nothing, About::Named)),
        (None, Some(_), _) => stay(model, state, format!("why {}: name whom or what it is about", spec.code)),
    }
}

/// Asks whom `named` means.
fn ask(
    model: &mut Model,
    mut state: Box<State>,
    kind: TargetKind,
    named: String,
    pending: Pending,
    now: Timestamp,
) -> Vec<Effect> {
    let query = match kind {
        TargetKind::User => Query::User { named },
        TargetKind::Group | TargetKind::Role | TargetKind::Organisation => Query::Target { kind, named },
    };
    let effects = state.asked.ask(query, now);
    state.pending = Some(pending);
    model.modals.push(Modal::Palette(state));
    effects
}

/// Whether the palette on the screen waits for the answer to `query`.
pub(crate) fn goes_to(model: &Model, query: &Query) -> bool {
    matches!(model.modals.last(), Some(Modal::Palette(state)) if state.asked.question_is(query))
}

/// Takes in whom a line names, and goes on with it.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: &Reply, now: Timestamp) -> Vec<Effect> {
    let Some(Modal::Palette(mut state)) = model.modals.pop() else { return Vec::new() };
    state.asked.takes(query);
    let pending = state.pending.take();
    match (pending, reply, reply.trouble()) {
        (_, _, Some(Trouble::Refused(refusal))) => stay(model, state, refusal.text),
        (_, _, Some(Trouble::Failed(fault))) => stay(model, state, format!("error: {}", fault.text)),
        (Some(pending), reply, None) => {
            let card = if let Reply::User(profile) = reply {
                Card::of_user(&profile.user)
            } else if let Reply::Target(target) = reply {
                Card::of_name(target, "")
            } else {
                return Vec::new();
            };
            match pending {
                Pending::Act(spec, filled) => confirm::open_filled(model, spec, Whom::one(card), filled, now),
                Pending::Why(spec) => why::open(model, spec, About::Id(card.id)),
            }
        }
        (None, _, None) => Vec::new(),
    }
}
