//! A row of cells as it is kept between two frames: its text, and where the style changes.
//!
//! A session waits most of its life: what it keeps costs about a byte a character and nothing for
//! blanks at the end of a row, where a drawn cell takes 40. It is unpacked a row at a time.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::picture::{COVERED, is_blank};

/// Stands for a cell that the wide character before it covers. No symbol holds a control character.
const COVERED_MARK: char = '\u{1}';

/// Stands for a blank without a style, so that the words of a coloured line are one run.
const BLANK_MARK: char = '\u{3}';

/// The same as a byte.
const BLANK: u8 = BLANK_MARK as u8;

/// Stands before and after a symbol of several characters.
const CLUSTER_MARK: char = '\u{2}';

/// One row. The default is blank.
#[derive(Debug, Default)]
pub(super) struct PackedRow {
    text: Box<str>,
    /// Columns from which on the cells have another style than those before.
    styles: Box<[(u16, Worn)]>,
}

/// The style of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Worn {
    foreground: Color,
    background: Color,
    attributes: Modifier,
}

impl Worn {
    const PLAIN: Self = Self::of(&Cell::EMPTY);

    const fn of(cell: &Cell) -> Self {
        Self { foreground: cell.fg, background: cell.bg, attributes: cell.modifier }
    }
}

impl PackedRow {
    /// Packs a row of a picture.
    pub(super) fn of(row: &[Cell]) -> Self {
        let columns = row.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1);
        let (mut text, mut styles) = (String::with_capacity(columns), Vec::new());
        let mut worn = Worn::PLAIN;
        for (x, cell) in (0_u16..).zip(&row[..columns]) {
            if cell.symbol() == COVERED {
                text.push(COVERED_MARK);
            } else if is_blank(cell) {
                text.push(BLANK_MARK);
            } else {
                let wears = Worn::of(cell);
                if wears != worn {
                    styles.push((x, wears));
                    worn = wears;
                }
                push_symbol(cell.symbol(), &mut text);
            }
        }
        Self { text: text.into(), styles: styles.into() }
    }

    /// Whether these cells, of which some are as good as blank, become this row: `false` also where one is not ASCII.
    pub(super) fn is_plainly(&self, drawn: &[Cell], is_blank: impl Fn(&Cell) -> bool) -> bool {
        let (mut text, mut styles) = (self.text.bytes(), self.styles.iter().peekable());
        let mut worn = Worn::PLAIN;
        for (x, cell) in (0_u16..).zip(drawn) {
            while let Some((_, wears)) = styles.next_if(|(from, _)| *from <= x) {
                worn = *wears;
            }
            let is_same = match text.next() {
                None | Some(BLANK) => is_blank(cell),
                Some(byte @ b' '..=b'~') => {
                    cell.symbol().as_bytes() == [byte] && Worn::of(cell) == worn && !is_blank(cell)
                }
                Some(_) => false,
            };
            if !is_same {
                return false;
            }
        }
        true
    }

    /// Fills `row`, which is as long as the one that was packed.
    pub(super) fn unpack(&self, row: &mut [Cell]) {
        let (mut rest, mut styles) = (&*self.text, self.styles.iter().peekable());
        let mut worn = Worn::PLAIN;
        for (x, cell) in (0_u16..).zip(row) {
            cell.reset();
            while let Some((_, wears)) = styles.next_if(|(from, _)| *from <= x) {
                worn = *wears;
            }
            let (symbol, behind) = split_symbol(rest);
            rest = behind;
            if let Some(symbol) = symbol {
                cell.set_symbol(symbol);
                if symbol != COVERED {
                    (cell.fg, cell.bg, cell.modifier) = (worn.foreground, worn.background, worn.attributes);
                }
            }
        }
    }

    /// Bytes that this row keeps beside itself.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + std::mem::size_of_val(&*self.styles)
    }
}

fn push_symbol(symbol: &str, text: &mut String) {
    let is_cluster = symbol.chars().nth(1).is_some();
    if is_cluster {
        text.push(CLUSTER_MARK);
    }
    text.push_str(symbol);
    if is_cluster {
        text.push(CLUSTER_MARK);
    }
}

/// The first symbol of `text`, and what follows it; `None` for a blank, as behind the end.
fn split_symbol(text: &str) -> (Option<&str>, &str) {
    match text.chars().next() {
        None => (None, text),
        Some(BLANK_MARK) => (None, &text[BLANK_MARK.len_utf8()..]),
        Some(COVERED_MARK) => (Some(COVERED), &text[COVERED_MARK.len_utf8()..]),
        Some(CLUSTER_MARK) => {
            let behind = &text[CLUSTER_MARK.len_utf8()..];
            match behind.split_once(CLUSTER_MARK) {
                Some((symbol, rest)) => (Some(symbol), rest),
                None => (Some(behind), ""),
            }
        }
        Some(character) => {
            let (symbol, rest) = text.split_at(character.len_utf8());
            (Some(symbol), rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell() -> impl Strategy<Value = Cell> {
        let symbols = vec![" ", " ", " ", "a", "é", "金", "e\u{301}", "र्जु", COVERED];
        let colours = vec![Color::Reset, Color::Red, Color::Indexed(7), Color::Rgb(1, 2, 3)];
        let colour = proptest::sample::select(colours);
        (proptest::sample::select(symbols), colour.clone(), colour, 0_u16..4).prop_map(
            |(symbol, fg, bg, attributes)| {
                let mut cell = Cell::EMPTY;
                cell.set_symbol(symbol);
                // What covers a cell says how it looks.
                if symbol != COVERED {
                    (cell.fg, cell.bg, cell.modifier) = (fg, bg, Modifier::from_bits_truncate(attributes));
                }
                cell
            },
        )
    }

    proptest! {
        #[test]
        fn a_row_comes_out_as_it_went_in(
            row in proptest::collection::vec(cell(), 0..40),
            before in proptest::collection::vec(cell(), 40),
        ) {
            let mut out = before[..row.len()].to_vec();
            PackedRow::of(&row).unpack(&mut out);
            prop_assert_eq!(out, row);
        }
    }

    #[test]
    fn a_blank_row_keeps_nothing_and_plain_text_a_byte_a_character() {
        assert_eq!(PackedRow::of(&vec![Cell::EMPTY; 500]).bytes(), 0);
        let mut row = vec![Cell::EMPTY; 500];
        row[10].set_symbol("x");
        assert_eq!(PackedRow::of(&row).bytes(), 11);
    }
}
