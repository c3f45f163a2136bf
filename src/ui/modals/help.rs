//! Help: the keys that work here, made from the tables; typing filters, Enter runs.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::base::text::{fit, folded};
use crate::base::time::Timestamp;
use crate::ui::keymap::{Binding, Told, bind, find};
use crate::ui::keys::press;
use crate::ui::modals::Modal;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::field::{Field, Shape};
use crate::ui::parts::footer;
use crate::ui::parts::ink::{boxed, cells, centred, put};
use crate::ui::screens::users::view::LEGEND;
use crate::ui::theme;

/// Open help.
#[derive(Debug)]
pub(crate) struct State {
    /// What works in the place that help was asked in.
    told: Vec<Told>,
    pub(crate) field: Field,
    cursor: usize,
}

/// A command of help; everything else types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Run,
    Down,
    Up,
    PageDown,
    PageUp,
    Close,
}

/// The keys of help.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["enter"], "help.run", "Run the focused entry", Command::Run).hint(1, "run"),
    bind(&["down", "tab"], "help.down", "Next entry", Command::Down),
    bind(&["up", "shift-tab"], "help.up", "Previous entry", Command::Up),
    bind(&["pgdn"], "help.page_down", "Ten entries down", Command::PageDown),
    bind(&["pgup"], "help.page_up", "Ten entries up", Command::PageUp),
    bind(&["esc"], "window.close", "Close", Command::Close).hint(2, "close"),
];

impl State {
    /// Help for a place where `told` works.
    pub(crate) fn new(told: Vec<Told>) -> Self {
        Self { told, field: Field::new(Shape::Line, 40), cursor: 0 }
    }

    /// Entries that hold what was typed: in their title, id or keys.
    pub(crate) fn entries(&self) -> Vec<Told> {
        let wanted = folded(self.field.text().trim());
        let exact = self.field.text().trim().to_owned();
        let holds = |told: &&Told| {
            folded(told.title).contains(&wanted)
                || told.id.contains(&wanted)
                || told.keys.iter().any(|key| *key == exact || footer::shown(key) == exact)
        };
        self.told.iter().filter(holds).copied().collect()
    }

    /// Types.
    fn key(&mut self, key: KeyEvent) {
        if self.field.key(key) {
            self.cursor = 0;
        }
    }

    /// Moves the focus by some lines; below the entries stands what the marks mean.
    pub(crate) fn step(&mut self, by: isize) {
        let last = (self.entries().len() + self.legend().len()).saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }

    fn legend(&self) -> &'static [&'static str] {
        if self.field.text().is_empty() { LEGEND } else { &[] }
    }

    /// The first key of the focused entry.
    pub(crate) fn chosen(&self) -> Option<&'static str> {
        self.entries().get(self.cursor).and_then(|told| told.keys.first().copied())
    }
}

/// A key: moves, runs the focused entry, or types.
pub(crate) fn key(model: &mut Model, name: &str, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    let Some(Modal::Help(state)) = model.modals.last_mut() else { return Vec::new() };
    match find(KEYS, name) {
        Some(Command::Run) => {
            let chosen = state.chosen();
            model.modals.pop();
            return press(model, chosen.unwrap_or_default(), now);
        }
        Some(Command::Down) => state.step(1),
        Some(Command::Up) => state.step(-1),
        Some(Command::PageDown) => state.step(10),
        Some(Command::PageUp) => state.step(-10),
        Some(Command::Close) => {
            model.modals.pop();
        }
        None => state.key(key),
    }
    Vec::new()
}

/// Draws help.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, state: &State) -> Position {
    let screen = Rect { height: buffer.area.height.saturating_sub(1), ..buffer.area };
    let entries = state.entries();
    let area = centred(screen, 76, cells(state.told.len() + LEGEND.len()) + 5);
    let inside =
        boxed(buffer, area, model.theme, "Help: what works here", "type to filter  Enter runs  Esc close");
    put(buffer, (inside.x, inside.y), 8, "Filter:", theme::STRONG);
    let field = Rect { x: inside.x + 8, width: inside.width.saturating_sub(8), height: 1, ..inside };
    let cursor = state.field.draw(buffer, field, theme::PLAIN);
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    if entries.is_empty() {
        put(
            buffer,
            (list.x, list.y),
            list.width,
            "No key or command has this. Backspace widens the search.",
            theme::PLAIN,
        );
    }
    let top = (state.cursor + 1).saturating_sub(usize::from(list.height));
    let told = entries.iter().map(|told| {
        let keys = told.keys.iter().map(|key| footer::shown(key)).collect::<Vec<_>>().join(", ");
        format!("{} {}", fit(&keys, 20), told.title)
    });
    let lines = told.chain(state.legend().iter().map(|line| (*line).to_owned()));
    for (y, (at, text)) in (list.y..list.bottom()).zip(lines.enumerate().skip(top)) {
        let is_here = at == state.cursor;
        let mark = if is_here { '>' } else { ' ' };
        let style = if at < entries.len() { theme::PLAIN } else { theme::DIM };
        put(buffer, (list.x, y), list.width, &fit(&format!("{mark}{text}"), usize::from(list.width)), style);
        if is_here {
            buffer.set_style(Rect { y, height: 1, ..list }, theme::SELECTED);
        }
    }
    cursor
}
