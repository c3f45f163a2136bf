//! A text field: editing, pasting, masking, and the place of the cursor.

use std::fmt;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use tui_input::backend::crossterm::to_input_request;
use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;

use crate::base::text::{visible, width};
use crate::ui::parts::ink::{cells, fill};

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// One line, shown as stars.
    Masked,
}

/// One text field.
#[derive(Clone)]
pub(crate) struct Field {
    input: Input,
    shape: Shape,
    chars_max: usize,
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.shape == Shape::Masked { "..." } else { self.text() };
        f.debug_struct("Field").field("text", &text).field("shape", &self.shape).finish_non_exhaustive()
    }
}

impl Field {
    /// An empty field for at most `chars_max` characters.
    pub(crate) fn new(shape: Shape, chars_max: usize) -> Self {
        Self { input: Input::default(), shape, chars_max }
    }

    /// What was typed.
    pub(crate) fn text(&self) -> &str {
        self.input.value()
    }

    /// How many characters stand before the cursor.
    pub(crate) fn cursor(&self) -> usize {
        self.input.cursor()
    }

    /// Replaces what was typed; the cursor stands between the two.
    pub(crate) fn set_around(&mut self, before: &str, after: &str) {
        self.set(&format!("{before}{after}"));
        let place = before.chars().count().min(self.text().chars().count());
        self.input = std::mem::take(&mut self.input).with_cursor(place);
    }

    /// Whether `text` is short enough.
    pub(crate) fn fits(&self, text: &str) -> bool {
        text.chars().count() <= self.chars_max
    }

    /// Replaces what was typed.
    pub(crate) fn set(&mut self, text: &str) {
        self.input = Input::new(text.chars().take(self.chars_max).collect());
    }

    /// Replaces what was typed, as pasting into the empty field would.
    pub(crate) fn paste_over(&mut self, text: &str) {
        self.set("");
        self.paste(text);
    }

    /// Edits by a key; whether the text changed. Keys that edit nothing are ignored.
    pub(crate) fn key(&mut self, key: KeyEvent) -> bool {
        let is_new_line = key.code == KeyCode::Char('o') && key.modifiers == KeyModifiers::CONTROL;
        if is_new_line && self.shape == Shape::Lines {
            return self.insert('\n');
        }
        // Ctrl-a and Ctrl-b belong to screen and tmux, which would have taken them (Home and arrows do the same).
        if key.modifiers == KeyModifiers::CONTROL && matches!(key.code, KeyCode::Char('a' | 'b' | 'f')) {
            return false;
        }
        match to_input_request(&Event::Key(key)) {
            Some(InputRequest::InsertChar(character)) => self.insert(character),
            Some(request) => self.input.handle(request).is_some_and(|changed| changed.value),
            None => false,
        }
    }

    /// Takes pasted text: line feeds become spaces in one line, other controls are left out.
    pub(crate) fn paste(&mut self, text: &str) -> bool {
        let room = self.chars_max.saturating_sub(self.text().chars().count());
        let text = text.replace("\r\n", "\n");
        let taken = text.chars().filter_map(|character| match character {
            '\n' | '\r' if self.shape == Shape::Lines => Some('\n'),
            '\n' | '\r' | '\t' => Some(' '),
            other => (!other.is_control()).then_some(other),
        });
        let taken: Vec<char> = taken.take(room).collect();
        // Put in at once: a page typed letter by letter is counted anew for each.
        let at = self.input.cursor();
        let (before, behind) = (self.text().chars().take(at), self.text().chars().skip(at));
        let value = before.chain(taken.iter().copied()).chain(behind).collect();
        self.input = std::mem::take(&mut self.input).with_value(value).with_cursor(at + taken.len());
        !taken.is_empty()
    }

    fn insert(&mut self, character: char) -> bool {
        if self.input.value().chars().count() >= self.chars_max {
            return false;
        }
        self.input.handle(InputRequest::InsertChar(character)).is_some_and(|changed| changed.value)
    }

    /// Rows that a drawing of `columns` takes, between one and `rows_max`.
    pub(crate) fn rows(&self, columns: u16, rows_max: u16) -> u16 {
        match self.shape {
            Shape::Line | Shape::Masked => 1,
            Shape::Lines => cells(self.lines(usize::from(columns)).0.len()).clamp(1, rows_max),
        }
    }

    /// Draws the field into `area` and tells where its cursor is.
    pub(crate) fn draw(&self, buffer: &mut Buffer, area: Rect, style: Style) -> Position {
        let (lines, (column, row)) = match self.shape {
            Shape::Lines => self.lines(usize::from(area.width)),
            Shape::Line | Shape::Masked => self.line(usize::from(area.width)),
        };
        let height = usize::from(area.height.max(1));
        let first = (row + 1).saturating_sub(height);
        for y in 0..area.height {
            let line = lines.get(first + usize::from(y)).map_or("", String::as_str);
            fill(buffer, (area.x, area.y + y), area.width, line, style);
        }
        Position {
            x: area.x + cells(column).min(area.width.saturating_sub(1)),
            y: area.y + cells(row - first),
        }
    }

    /// The one line, moved left so far that the cursor is seen.
    fn line(&self, columns: usize) -> (Vec<String>, (usize, usize)) {
        let before: String = self.text().chars().take(self.input.cursor()).collect();
        let (shown, mut column) = if self.shape == Shape::Masked {
            ("*".repeat(self.text().chars().count()), before.chars().count())
        } else {
            (visible(self.text()).into_owned(), width(&visible(&before)))
        };
        let mut rest = shown.as_str();
        while column >= columns.max(1) {
            let Some(first) = rest.graphemes(true).next() else { break };
            column -= width(first).min(column);
            rest = &rest[first.len()..];
        }
        // Cut here, without dots: they would cover what is being typed.
        let mut kept = String::new();
        for grapheme in rest.graphemes(true) {
            if width(&kept) + width(grapheme) > columns {
                break;
            }
            kept.push_str(grapheme);
        }
        (vec![kept], (column, 0))
    }

    /// All lines, broken at `columns`, and where the cursor stands.
    fn lines(&self, columns: usize) -> (Vec<String>, (usize, usize)) {
        let columns = columns.max(2);
        let (mut lines, mut at, mut seen) = (vec![String::new()], None, 0);
        for grapheme in self.text().graphemes(true) {
            if seen >= self.input.cursor() && at.is_none() {
                at = Some((width(lines.last().map_or("", String::as_str)), lines.len() - 1));
            }
            seen += grapheme.chars().count();
            if grapheme == "\n" {
                lines.push(String::new());
                continue;
            }
            let shown = visible(grapheme);
            if lines.last().is_some_and(|line| width(line) + width(&shown) >= columns) {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push_str(&shown);
            }
        }
        let end = (width(lines.last().map_or("", String::as_str)), lines.len() - 1);
        (lines, at.unwrap_or(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(field: &Field, columns: u16, rows: u16) -> (Vec<String>, Position) {
        let area = Rect::new(0, 0, columns, rows);
        let mut buffer = Buffer::empty(area);
        let cursor = field.draw(&mut buffer, area, Style::new());
        let line =
            |y| (0..columns).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        ((0..rows).map(line).collect(), cursor)
    }

    #[test]
    fn pasted_line_feeds_become_spaces_and_controls_go() {
        let mut field = Field::new(Shape::Line, 20);
        field.paste("a\r\nb\u{1b}c\td");
        assert_eq!(field.text(), "a bc d");
        let mut field = Field::new(Shape::Lines, 3);
        field.paste("a\nbcd");
        assert_eq!(field.text(), "a\nb");
        assert_eq!(drawn(&field, 10, 2), (vec!["a".into(), "b".into()], Position::new(1, 1)));
    }

    #[test]
    fn pasted_text_goes_in_where_the_cursor_stands_as_far_as_there_is_room() {
        let mut field = Field::new(Shape::Line, 6);
        field.paste("ad");
        field.key(KeyEvent::from(KeyCode::Left));
        assert!(field.paste("bc"));
        field.key(KeyEvent::from(KeyCode::Char('-')));
        assert_eq!(field.text(), "abc-d");
        assert!(field.paste("xyz"));
        assert!(!field.paste("full"));
        assert_eq!(field.text(), "abc-xd");
    }

    #[test]
    fn a_long_line_shows_where_one_types_and_a_masked_one_shows_stars() {
        let mut field = Field::new(Shape::Line, 20);
        field.paste("abcdefgh");
        assert_eq!(drawn(&field, 5, 1), (vec!["efgh".into()], Position::new(4, 0)));
        let mut field = Field::new(Shape::Masked, 20);
        field.paste("12345");
        assert_eq!(drawn(&field, 10, 1).0, ["*****"]);
        assert!(!format!("{field:?}").contains("12345"));
    }
}
