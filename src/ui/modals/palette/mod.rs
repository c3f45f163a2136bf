//! The palette: a few letters find an action, a command, a screen or a user; known words are typed out in full.
//!
//! Words of actions grow from their declarations and open the same confirmation
//! as the menu does, filled in: nothing is done by a line alone.

mod candidates;
mod run;
mod typed;
mod view;

use crossterm::event::KeyEvent;

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::ui::asked::Asked;
use crate::ui::context::Context;
use crate::ui::keymap::{Binding, Told, bind, find};
use crate::ui::modals::Modal;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::field::{Field, Shape};
use candidates::Candidate;
use run::Pending;
pub(crate) use run::{answered, goes_to};
pub(crate) use view::view;

/// The id of the command that opens it: it is not among what it finds.
pub(crate) const OPENS: &str = "palette.open";

/// The open palette.
#[derive(Debug)]
pub(crate) struct State {
    /// What works in the place that it was opened in.
    told: Vec<Told>,
    field: Field,
    cursor: usize,
    /// How far back in the lines of this session one went.
    back: usize,
    /// Why the line was not run.
    fault: Option<String>,
    /// Whom the line names, while that is asked for.
    asked: Asked<()>,
    pending: Option<Pending>,
}

/// A command of the palette; everything else types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Run,
    Complete,
    Down,
    Up,
    Close,
}

/// The keys of the palette.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["enter"], "palette.run", "Run the focused entry, or the words as typed", Command::Run)
        .hint(1, "run"),
    bind(&["tab"], "palette.complete", "Complete the word with the focused entry", Command::Complete)
        .hint(2, "complete"),
    bind(&["down"], "palette.down", "Next entry", Command::Down),
    bind(&["up"], "palette.up", "Previous entry; above the first, an earlier line", Command::Up)
        .hint(3, "earlier"),
    bind(&["esc"], "window.close", "Close", Command::Close).hint(4, "close"),
];

/// Opens the palette over the screen.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    let state = State {
        told: Context::of(model).told(),
        field: Field::new(Shape::Line, limits::COMMAND_CHARS_MAX),
        cursor: 0,
        back: 0,
        fault: None,
        asked: Asked::default(),
        pending: None,
    };
    model.modals.push(Modal::Palette(Box::new(state)));
    Vec::new()
}

/// A key.
pub(crate) fn key(model: &mut Model, name: &str, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    let Some(Modal::Palette(mut state)) = model.modals.pop() else { return Vec::new() };
    let command = find(KEYS, name);
    if command == Some(Command::Close) {
        return Vec::new();
    }
    // While it is asked whom the line names, only closing is possible: the line is what will be run.
    if state.asked.waits() {
        model.modals.push(Modal::Palette(state));
        return Vec::new();
    }
    match command {
        Some(Command::Run) => return run::run(model, state, now),
        Some(Command::Complete) => state.complete(model),
        Some(Command::Down) => state.down(model),
        Some(Command::Up) => state.up(model),
        Some(Command::Close) => {}
        None => {
            if state.field.key(key) {
                state.edited();
            }
        }
    }
    model.modals.push(Modal::Palette(state));
    Vec::new()
}

/// Pasted text goes into the line; Enter runs it, never the paste.
pub(crate) fn paste(state: &mut State, text: &str) {
    if !state.asked.waits() && state.field.paste(text.trim_end()) {
        state.edited();
    }
}

impl State {
    fn edited(&mut self) {
        self.cursor = 0;
        self.back = 0;
        self.fault = None;
    }

    /// What the line could become, the likeliest first.
    fn candidates(&self, model: &Model) -> Vec<Candidate> {
        if typed::is_command(self.field.text()) {
            candidates::completing(self.field.text(), model)
        } else {
            candidates::matching(self.field.text(), &self.told, model)
        }
    }

    fn complete(&mut self, model: &Model) {
        let candidates = self.candidates(model);
        if let Some(line) = candidates.get(self.cursor).and_then(|candidate| candidate.line.as_deref()) {
            self.field.set(line);
            self.edited();
        }
    }

    fn down(&mut self, model: &Model) {
        if self.back > 0 {
            self.recall(self.back - 1, model);
        } else {
            let last = self.candidates(model).len().saturating_sub(1);
            self.cursor = (self.cursor + 1).min(last);
        }
    }

    fn up(&mut self, model: &Model) {
        if self.cursor > 0 {
            self.cursor -= 1;
        } else {
            self.recall((self.back + 1).min(model.commands.len()), model);
        }
    }

    /// Puts the line in that was run `back` lines ago; none for 0.
    fn recall(&mut self, back: usize, model: &Model) {
        let line = model.commands.len().checked_sub(back).and_then(|place| model.commands.get(place));
        self.field.set(line.map_or("", String::as_str));
        self.edited();
        self.back = back;
    }
}
