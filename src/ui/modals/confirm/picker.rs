//! The picker: what a field offers, one or many, as a list or a tree; what cannot be picked is dimmed and says why.

use std::collections::BTreeSet;

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::actions::pick;
use crate::base::limits::SEARCH_CHARS_MAX;
use crate::base::text::{fit, folded, visible, width};
use crate::protocol::Choice;
use crate::ui::keymap::{self, Binding, bind};
use crate::ui::model::Model;
use crate::ui::parts::field::{Field, Shape};
use crate::ui::parts::ink::{boxed, cells, centred, put, wrap};
use crate::ui::theme;

/// A picker over a confirmation.
#[derive(Debug)]
pub(crate) struct Picker {
    /// The field that it fills in.
    pub(crate) entry: usize,
    title: &'static str,
    choices: Vec<Choice>,
    picked: BTreeSet<usize>,
    takes_many: bool,
    /// Place among those that the filter shows.
    cursor: usize,
    filter: Field,
    is_typing: bool,
    /// Whether Space has picked or unpicked something.
    is_toggled: bool,
}

/// A command of the picker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Down,
    Up,
    PageDown,
    PageUp,
    Toggle,
    Filter,
    Done,
    Back,
}

/// The keys of the picker; while the filter is typed letters go there.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["j", "down"], "pick.down", "Next entry", Command::Down),
    bind(&["k", "up"], "pick.up", "Previous entry", Command::Up),
    bind(&["pgdn"], "pick.page_down", "A page further down", Command::PageDown),
    bind(&["pgup"], "pick.page_up", "A page further up", Command::PageUp),
    bind(&["space"], "pick.toggle", "Pick the focused entry, or not any more", Command::Toggle)
        .hint(1, "pick"),
    bind(&["/"], "pick.filter", "Show only what holds the typed words", Command::Filter).hint(3, "filter"),
    bind(&["enter"], "pick.done", "Back to the form with what is picked", Command::Done).hint(2, "done"),
    bind(&["esc"], "pick.back", "Back to the form, which stays as it was", Command::Back).hint(4, "back"),
];

/// Rows that a page key moves by.
const PAGE: usize = 10;

/// Rows below the list that tell why the focused entry cannot be picked.
const REASON_ROWS: u16 = 2;

/// What a key leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Stay,
    /// The field stays as it was.
    Back,
    /// This is what the field says now.
    Done(String),
}

impl Picker {
    /// A picker for `entry`, with the names in `text` picked.
    pub(crate) fn new(
        entry: usize,
        title: &'static str,
        choices: Vec<Choice>,
        takes_many: bool,
        text: &str,
    ) -> Self {
        let named: Vec<String> = pick::names(text).map(folded).collect();
        let is_named = |choice: &Choice| named.contains(&folded(&choice.word));
        let picked: BTreeSet<usize> =
            choices.iter().enumerate().filter(|(_, choice)| is_named(choice)).map(|(at, _)| at).collect();
        let first_open = choices.iter().position(|choice| choice.refusal.is_none()).unwrap_or(0);
        let cursor = picked.first().copied().unwrap_or(first_open);
        let filter = Field::new(Shape::Line, SEARCH_CHARS_MAX);
        Self {
            entry,
            title,
            choices,
            picked,
            takes_many,
            cursor,
            filter,
            is_typing: false,
            is_toggled: false,
        }
    }

    /// Places of the choices that the filter shows.
    fn shown(&self) -> Vec<usize> {
        let words: Vec<String> = self.filter.text().split_whitespace().map(folded).collect();
        let holds = |choice: &Choice| {
            let text = folded(&format!("{} {}", choice.word, choice.about));
            words.iter().all(|word| text.contains(word))
        };
        self.choices.iter().enumerate().filter(|(_, choice)| holds(choice)).map(|(at, _)| at).collect()
    }

    fn focused(&self) -> Option<usize> {
        self.shown().get(self.cursor).copied()
    }

    /// A key.
    pub(crate) fn key(&mut self, name: &str, key: KeyEvent) -> Step {
        if self.is_typing {
            match name {
                "esc" => {
                    self.filter.set("");
                    self.is_typing = false;
                }
                "enter" | "down" | "tab" => self.is_typing = false,
                _ => {
                    self.filter.key(key);
                }
            }
            self.cursor = 0;
            return Step::Stay;
        }
        let last = self.shown().len().saturating_sub(1);
        match keymap::find(KEYS, &keymap::latin(name)) {
            Some(Command::Down) => self.cursor = (self.cursor + 1).min(last),
            Some(Command::Up) => self.cursor = self.cursor.saturating_sub(1),
            Some(Command::PageDown) => self.cursor = (self.cursor + PAGE).min(last),
            Some(Command::PageUp) => self.cursor = self.cursor.saturating_sub(PAGE),
            Some(Command::Toggle) => self.toggle(),
            Some(Command::Filter) => self.is_typing = true,
            Some(Command::Done) => return self.done(),
            Some(Command::Back) => return Step::Back,
            None => {}
        }
        Step::Stay
    }

    /// Pasted text: into the filter while that is typed.
    pub(crate) fn paste(&mut self, text: &str) {
        if self.is_typing {
            self.filter.paste(text);
            self.cursor = 0;
        }
    }

    fn toggle(&mut self) {
        let Some(at) = self.focused().filter(|at| self.choices[*at].refusal.is_none()) else { return };
        self.is_toggled = true;
        if self.picked.remove(&at) {
            return;
        }
        if !self.takes_many {
            self.picked.clear();
        }
        self.picked.insert(at);
    }

    /// Where one thing is wanted Enter picks the focused one, unless Space has picked already.
    fn done(&mut self) -> Step {
        let focused = self.focused().filter(|at| self.choices[*at].refusal.is_none());
        if let (false, false, Some(at)) = (self.takes_many, self.is_toggled, focused) {
            self.picked = BTreeSet::from([at]);
        }
        Step::Done(pick::written(self.picked.iter().map(|at| self.choices[*at].word.as_str())))
    }
}

/// Draws the picker.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, picker: &Picker) -> Position {
    let screen = Rect { height: buffer.area.height.saturating_sub(1), ..buffer.area };
    let shown = picker.shown();
    let rows = cells(picker.choices.len()).max(3) + REASON_ROWS + 3;
    let area =
        centred(screen, screen.width.saturating_sub(8).min(72), rows.min(screen.height.saturating_sub(2)));
    let below =
        if picker.is_typing { "Enter to the list  Esc all" } else { "Space pick  Enter done  Esc back" };
    let inside = boxed(buffer, area, model.theme, picker.title, below);
    let head = Rect { height: 1, ..inside };
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1 + REASON_ROWS), ..inside };
    let mut cursor = draw_head(buffer, picker, head);
    if shown.is_empty() {
        let text = if picker.choices.is_empty() {
            "there is none that you could give"
        } else {
            "nothing matches; Esc shows all"
        };
        put(buffer, (list.x, list.y), list.width, text, theme::PLAIN);
    }
    let top = (picker.cursor + 1).saturating_sub(usize::from(list.height));
    for (y, (place, at)) in (list.y..list.bottom()).zip(shown.iter().enumerate().skip(top)) {
        let area = Rect { y, height: 1, ..list };
        row(buffer, picker, *at, area);
        if place == picker.cursor && !picker.is_typing {
            buffer.set_style(area, theme::SELECTED);
            cursor = Position::new(list.x, y);
        }
    }
    if let Some(refusal) = picker.focused().and_then(|at| picker.choices[at].refusal.as_ref()) {
        let satisfied = if refusal.satisfied_by.is_empty() {
            String::new()
        } else {
            format!(" (wanted: {})", refusal.satisfied_by)
        };
        let lines = wrap(&format!("- {}{satisfied}", refusal.text), usize::from(inside.width));
        for (y, line) in (list.bottom()..inside.bottom()).zip(lines) {
            put(buffer, (inside.x, y), inside.width, &line, theme::DIM);
        }
    }
    cursor
}

fn draw_head(buffer: &mut Buffer, picker: &Picker, area: Rect) -> Position {
    if picker.is_typing || !picker.filter.text().is_empty() {
        let used = put(buffer, (area.x, area.y), area.width, "/ ", theme::DIM);
        let field = Rect { x: area.x + used, width: area.width.saturating_sub(used), ..area };
        return picker.filter.draw(buffer, field, theme::PLAIN);
    }
    let count = picker.picked.len();
    let words = match (picker.takes_many, count) {
        (true, _) => format!("{count} picked; any number"),
        (false, 0) => "none picked; one at most".to_owned(),
        (false, _) => "one at most".to_owned(),
    };
    put(buffer, (area.x, area.y), area.width, &words, theme::DIM);
    Position::new(area.x, area.y)
}

fn row(buffer: &mut Buffer, picker: &Picker, at: usize, area: Rect) {
    let choice = &picker.choices[at];
    let style = if choice.refusal.is_some() { theme::DIM } else { theme::PLAIN };
    let mark = match (picker.picked.contains(&at), picker.takes_many) {
        (true, true) => "[x]",
        (false, true) => "[ ]",
        (true, false) => "(o)",
        (false, false) => "( )",
    };
    let name = format!("{mark} {}{}", "  ".repeat(choice.depth), visible(&choice.word));
    let used = put(buffer, (area.x, area.y), area.width, &fit(&name, 34.min(usize::from(area.width))), style);
    let rest = match &choice.refusal {
        Some(refusal) => format!(" - {}", refusal.text),
        None if choice.is_held => format!(" {}  (has it now)", choice.about),
        None => format!(" {}", choice.about),
    };
    if width(&rest) > 0 {
        put(buffer, (area.x + used, area.y), area.width.saturating_sub(used), &rest, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authz::refusal::{Refusal, Rule};

    fn picker(takes_many: bool, text: &str) -> Picker {
        let choice = |word: &str, depth, refused: bool| Choice {
            word: word.to_owned(),
            about: String::new(),
            depth,
            is_held: false,
            refusal: refused.then(|| Refusal::new(Rule::Giving, "you lack it", "somebody")),
        };
        let choices =
            vec![choice("Teller", 0, false), choice("Auditor", 1, true), choice("Fraud Lead", 0, false)];
        Picker::new(0, "Roles", choices, takes_many, text)
    }

    fn press(picker: &mut Picker, keys: &str) -> Step {
        let mut last = Step::Stay;
        for name in keys.split(' ') {
            last = picker.key(name, keymap::event(name).unwrap());
        }
        last
    }

    #[test]
    fn what_stands_there_is_picked_first_and_what_is_dimmed_never() {
        let mut many = picker(true, "Teller");
        assert_eq!(press(&mut many, "j space j space enter"), Step::Done("Teller; Fraud Lead".to_owned()));
        let mut many = picker(true, "teller; Fraud Lead");
        assert_eq!(press(&mut many, "space enter"), Step::Done("Fraud Lead".to_owned()));
        assert_eq!(press(&mut picker(true, "Teller"), "space esc"), Step::Back);
    }

    #[test]
    fn of_one_the_focused_is_taken_and_another_takes_its_place() {
        assert_eq!(press(&mut picker(false, "Teller"), "space enter"), Step::Done(String::new()));
        assert_eq!(press(&mut picker(false, ""), "enter"), Step::Done("Teller".to_owned()));
        assert_eq!(
            press(&mut picker(false, "Teller"), "j j space enter"),
            Step::Done("Fraud Lead".to_owned())
        );
        assert_eq!(
            press(&mut picker(false, ""), "j enter"),
            Step::Done(String::new()),
            "a dimmed one is not taken"
        );
    }

    #[test]
    fn the_filter_shows_only_what_holds_its_words() {
        let mut many = picker(true, "");
        assert_eq!(press(&mut many, "/ l e a d enter space enter"), Step::Done("Fraud Lead".to_owned()));
    }
}
