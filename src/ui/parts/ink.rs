//! Writing to the frame: the one place where text from data meets cells.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Block, Clear, Widget};
use unicode_segmentation::UnicodeSegmentation;

use crate::base::text::{clip, graphemes, is_plain, visible, width};
use crate::ui::theme::{self, Theme};

/// A count as cells; what does not fit a terminal is its far edge.
pub(crate) fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Writes `text` at a place, made safe and clipped to `columns`; returns the columns used.
pub(crate) fn put(buffer: &mut Buffer, (x, y): (u16, u16), columns: u16, text: &str, style: Style) -> u16 {
    if !buffer.area.contains(Position { x, y }) {
        return 0;
    }
    let room = usize::from(columns.min(buffer.area.right() - x));
    let safe = visible(text);
    let shown = clip(&safe, room);
    if is_plain(&shown) {
        for (column, at) in (x..).zip(0..shown.len()) {
            buffer[(column, y)].set_symbol(&shown[at..=at]).set_style(style);
        }
        return cells(shown.len());
    }
    let mut used = 0;
    for (symbol, columns) in graphemes(&shown).filter(|(_, columns)| *columns > 0) {
        if used + columns > room {
            break;
        }
        let column = x + cells(used);
        buffer[(column, y)].set_symbol(symbol).set_style(style);
        // What a wide character covers is blank, so that nothing of before shines through.
        (1..cells(columns)).for_each(|covered| buffer[(column + covered, y)].reset());
        used += columns;
    }
    cells(used)
}

/// Writes `text` so that it ends before column `right`; returns where it begins.
pub(crate) fn put_right(buffer: &mut Buffer, (right, y): (u16, u16), text: &str, style: Style) -> u16 {
    let columns = cells(width(&visible(text)));
    let x = right.saturating_sub(columns);
    put(buffer, (x, y), columns, text, style);
    x
}

/// Writes `text` over the whole of `columns`: what stood there is gone.
pub(crate) fn fill(buffer: &mut Buffer, at: (u16, u16), columns: u16, text: &str, style: Style) {
    let used = put(buffer, at, columns, text, style);
    let (x, y) = at;
    if !buffer.area.contains(Position { x, y }) {
        return;
    }
    for column in x + used..buffer.area.right().min(x.saturating_add(columns)) {
        buffer[(column, y)].set_symbol(" ").set_style(style);
    }
}

/// Draws an empty box with a title in its upper edge and hints in its lower one; returns the inside.
pub(crate) fn boxed(buffer: &mut Buffer, area: Rect, theme: Theme, title: &str, below: &str) -> Rect {
    let area = area.intersection(buffer.area);
    Clear.render(area, buffer);
    Block::bordered().border_set(theme.borders()).render(area, buffer);
    let room = area.width.saturating_sub(4);
    if !title.is_empty() {
        put(buffer, (area.x + 2, area.y), room, &format!(" {title} "), theme::STRONG);
    }
    if !below.is_empty() && area.height > 1 {
        put(buffer, (area.x + 2, area.bottom() - 1), room, &format!(" {below} "), theme::PLAIN);
    }
    Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

/// A box of at most this size in the middle of `area`.
pub(crate) fn centred(area: Rect, columns: u16, rows: u16) -> Rect {
    let (columns, rows) = (columns.min(area.width), rows.min(area.height));
    Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.y + (area.height - rows) / 2,
        width: columns,
        height: rows,
    }
}

/// `text` in lines of at most `columns`, broken between words where that is possible.
///
/// Line feeds in `text` are kept as breaks; everything else unsafe becomes visible.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let safe = visible(paragraph.trim_end_matches('\r'));
        let mut line = String::new();
        for word in words(&safe) {
            if width(&line) + width(word) > columns {
                if !line.trim().is_empty() {
                    lines.push(std::mem::take(&mut line).trim_end().to_owned());
                }
                line.clear();
                // The blank that a line is broken at is not carried over.
                if word.trim().is_empty() {
                    continue;
                }
            }
            for grapheme in word.graphemes(true) {
                if width(&line) + width(grapheme) > columns {
                    lines.push(std::mem::take(&mut line));
                }
                line.push_str(grapheme);
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// `text` in pieces that a line may be broken between: a mark stays with the word that it stands at.
fn words(text: &str) -> Vec<&str> {
    let is_letter = |piece: &str| piece.chars().any(char::is_alphanumeric);
    let is_blank = |piece: &str| piece.trim().is_empty();
    let mut words = Vec::new();
    let (mut start, mut before) = (0, "");
    for (at, piece) in text.split_word_bound_indices() {
        let sticks = !(is_blank(before) || is_blank(piece) || is_letter(before) && is_letter(piece));
        if !sticks && at > start {
            words.push(&text[start..at]);
            start = at;
        }
        before = piece;
    }
    words.push(&text[start..]);
    words
}

/// `18,402`: a number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_between_words_and_cuts_only_what_is_too_long() {
        assert_eq!(wrap("sign in no more", 8), ["sign in", "no more"]);
        assert_eq!(wrap("sign in no", 7), ["sign in", "no"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("what it shows. (Not this.)", 13), ["what it", "shows. (Not", "this.)"]);
        assert_eq!(wrap("金金金金", 4), ["金金", "金金"]);
        assert_eq!(wrap("a\nb\u{1b}", 20), ["a", "b<U+001B>"]);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [grouped(0), grouped(214), grouped(18_402), grouped(1_000_000)],
            ["0", "214", "18,402", "1,000,000"]
        );
    }

    #[test]
    fn nothing_is_written_outside_the_frame() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        assert_eq!(put(&mut buffer, (2, 0), 10, "\u{202e}x", theme::PLAIN), 2);
        assert_eq!(put(&mut buffer, (0, 5), 10, "x", theme::PLAIN), 0);
        assert_eq!(buffer[(2, 0)].symbol(), ".");
    }
}
