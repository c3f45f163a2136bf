//! The idle lock: the content is hidden until a code, the password or Enter resumes it.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::ui::keymap::{self, Binding, bind};
use crate::ui::model::{Effect, Model, Unlock};
use crate::ui::parts::field::{Field, Shape};
use crate::ui::parts::ink::{boxed, centred, fill, put, wrap};
use crate::ui::theme;

/// A locked screen.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) by: Unlock,
    pub(crate) field: Field,
    /// Whether an answer is awaited.
    pub(crate) waits: bool,
    /// Why the last try did not resume.
    pub(crate) refused: Option<String>,
}

impl State {
    /// Locked, until `by`.
    pub(crate) fn new(by: Unlock) -> Self {
        Self { by, field: Field::new(Shape::Masked, limits::UNLOCK_CHARS_MAX), waits: false, refused: None }
    }
}

/// A command of the locked screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Resume,
}

/// The keys of the locked screen, beside those that edit text.
pub(crate) static KEYS: &[Binding<Command>] =
    &[bind(&["enter"], "screen.unlock", "Resume the session", Command::Resume).hint(1, "resume")];

/// Types, or tries to resume.
pub(crate) fn key(state: &mut State, name: &str, key: KeyEvent) -> Vec<Effect> {
    if state.waits {
        return Vec::new();
    }
    match keymap::find(KEYS, name) {
        Some(Command::Resume) => {
            if state.by != Unlock::Enter && state.field.text().is_empty() {
                return Vec::new();
            }
            state.waits = true;
            state.refused = None;
            let typed = state.field.text().to_owned();
            state.field.set("");
            vec![Effect::Unlock(Secret::new(typed))]
        }
        None => {
            if state.by != Unlock::Enter {
                state.field.key(key);
            }
            Vec::new()
        }
    }
}

/// Draws nothing but the way back.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, state: &State, now: Timestamp) -> Position {
    let whole = buffer.area;
    fill(buffer, (0, 0), whole.width, "", theme::PLAIN);
    put(buffer, (1, 0), 2, "WR", theme::STRONG);
    put(buffer, (5, 0), 8, &format!(" {} ", model.environment.word()), theme::badge(model.environment));
    let clock = now.clock_utc();
    put(buffer, (whole.width.saturating_sub(11), 0), 9, &clock, theme::PLAIN);
    let area = centred(whole, 56, 9);
    let inside = boxed(buffer, area, model.theme, "Locked", "Ctrl-c twice signs out");
    let line = |at: u16| (inside.x, inside.y + at);
    put(
        buffer,
        line(0),
        inside.width,
        &format!("{}: idle for too long. Nothing is lost.", model.actor.login),
        theme::PLAIN,
    );
    let mut cursor = Position::new(inside.x, inside.y + 2);
    let prompt = match state.by {
        Unlock::Code => "Code:",
        Unlock::Password => "Password:",
        Unlock::Enter => "",
    };
    if state.by == Unlock::Enter {
        put(buffer, line(2), inside.width, "Enter resumes.", theme::PLAIN);
    } else {
        put(buffer, line(2), 10, prompt, theme::STRONG);
        let field =
            Rect { x: inside.x + 11, y: inside.y + 2, width: inside.width.saturating_sub(12), height: 1 };
        cursor = state.field.draw(buffer, field, theme::WRONG);
    }
    let below =
        if state.waits { "checking ..".to_owned() } else { state.refused.clone().unwrap_or_default() };
    for (at, text) in (4..inside.height).zip(wrap(&below, usize::from(inside.width))) {
        let style = if state.waits { theme::DIM } else { theme::ALARM };
        put(buffer, line(at), inside.width, &text, style);
    }
    cursor
}
