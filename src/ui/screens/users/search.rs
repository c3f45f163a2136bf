//! The filter of the list: applied as one types; a mistake keeps the last good result.

use crossterm::event::KeyEvent;

use crate::base::limits;
use crate::directory::filter::{Filter, Mistake};
use crate::ui::keymap::{Binding, bind};
use crate::ui::parts::field::{Field, Shape};
use crate::ui::screens::users::window::Window;

/// The filter and its field.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) field: Field,
    /// Whether keys go to the field.
    pub(crate) is_open: bool,
    /// Stands in place of the field while a row to go to is typed.
    pub(crate) place: Option<Field>,
    /// What the list shows.
    pub(crate) applied: Filter,
    /// What is wrong with the text.
    pub(crate) mistake: Option<Mistake>,
    /// The list as it was before the filter, to come back to.
    pub(crate) before: Option<Window>,
    /// Filters used in this session, newest last.
    used: Vec<String>,
    /// How far back the up arrow went.
    back: usize,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            field: Field::new(Shape::Line, limits::SEARCH_CHARS_MAX),
            is_open: false,
            place: None,
            applied: Filter::default(),
            mistake: None,
            before: None,
            used: Vec::new(),
            back: 0,
        }
    }
}

/// A command inside the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Complete the field or the value.
    Complete,
    /// Leave the field, keep the filter.
    Leave,
    /// An earlier filter.
    Earlier,
    /// A later filter.
    Later,
}

/// The keys of the field, beside those that edit text.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(
        &["tab"],
        "filter.complete",
        "Complete the field or value, or tell what there is",
        Command::Complete,
    )
    .hint(4, "complete"),
    bind(&["enter"], "filter.apply", "Go to the list with this filter", Command::Leave).hint(1, "apply"),
    bind(&["esc"], "filter.keep", "Leave the field, keep the text", Command::Leave).hint(2, "keep"),
    bind(&["up"], "filter.earlier", "An earlier filter", Command::Earlier).hint(3, "earlier"),
    bind(&["down"], "filter.later", "A later filter", Command::Later),
];

/// What a change of the text means for the list.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Nothing.
    Same,
    /// Another filter applies: ask for the list.
    Applied,
    /// The filter was cleared: the list as it was comes back.
    Cleared(Option<Window>),
}

impl Search {
    /// Asks for a row to go to, which begins with `typed`.
    pub(crate) fn ask_place(&mut self, typed: &str) {
        let mut field = Field::new(Shape::Line, limits::PLACE_CHARS_MAX);
        field.set(typed);
        self.place = Some(field);
    }

    /// Whether a filter applies, or a text stands that is not understood.
    pub(crate) fn is_set(&self) -> bool {
        !self.field.text().trim().is_empty()
    }

    /// Types a key.
    pub(crate) fn key(&mut self, key: KeyEvent, list: &Window) -> Effect {
        if self.field.key(key) { self.typed(list) } else { Effect::Same }
    }

    /// Pastes text.
    pub(crate) fn paste(&mut self, text: &str, list: &Window) -> Effect {
        // What is copied from a log brings blanks and a line feed with it.
        let text = if self.field.text().is_empty() { text.trim() } else { text.trim_end() };
        if self.field.paste(text) { self.typed(list) } else { Effect::Same }
    }

    /// Replaces the text.
    pub(crate) fn set(&mut self, text: &str, list: &Window) -> Effect {
        self.field.set(text);
        self.typed(list)
    }

    /// Replaces what stands before the cursor, and after it.
    pub(crate) fn complete_to(&mut self, before: &str, after: &str, list: &Window) -> Effect {
        self.field.set_around(before, after);
        self.typed(list)
    }

    /// Leaves the field and remembers what was typed.
    pub(crate) fn leave(&mut self) {
        self.is_open = false;
        self.back = 0;
        self.remember();
    }

    /// An earlier filter (`by` 1) or a later one (`by` -1).
    pub(crate) fn recall(&mut self, by: isize, list: &Window) -> Effect {
        let back = self.back.saturating_add_signed(by).min(self.used.len());
        if back == self.back {
            return Effect::Same;
        }
        self.back = back;
        let text = if back == 0 { String::new() } else { self.used[self.used.len() - back].clone() };
        self.set(&text, list)
    }

    /// Clears the filter; the up arrow brings it back.
    pub(crate) fn clear(&mut self, list: &Window) -> Effect {
        self.remember();
        self.back = 0;
        self.set("", list)
    }

    fn remember(&mut self) {
        let text = self.field.text().trim().to_owned();
        if text.is_empty() || self.used.last() == Some(&text) {
            return;
        }
        self.used.push(text);
        if self.used.len() > limits::FILTERS_REMEMBERED {
            self.used.remove(0);
        }
    }

    fn typed(&mut self, list: &Window) -> Effect {
        match Filter::parse(self.field.text()) {
            Err(mistake) => {
                self.mistake = Some(mistake);
                Effect::Same
            }
            Ok(filter) => {
                self.mistake = None;
                if filter == self.applied {
                    return Effect::Same;
                }
                let was_empty = std::mem::replace(&mut self.applied, filter).is_empty();
                if was_empty {
                    self.before = Some(list.clone());
                }
                if self.applied.is_empty() { Effect::Cleared(self.before.take()) } else { Effect::Applied }
            }
        }
    }
}

/// The number, from 0, of the row that `text` names among `rows`: `5,000`, or a part such as `50%`.
pub(crate) fn row_named(text: &str, rows: u64) -> Option<u64> {
    let text: String = text.chars().filter(|character| !matches!(character, ',' | ' ' | '_')).collect();
    if let Some(part) = text.strip_suffix('%') {
        let part = part.parse::<u64>().ok().filter(|part| *part <= 100)?;
        return Some((rows.saturating_mul(part) / 100).min(rows.saturating_sub(1)));
    }
    // Beyond the last row lies the last row.
    text.parse::<u64>().ok().map(|row| row.saturating_sub(1).min(rows.saturating_sub(1)))
}
