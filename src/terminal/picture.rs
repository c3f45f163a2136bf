//! What a terminal is to show: a drawn buffer without anything that cannot be shown, kept row by row.
//!
//! Two pictures are compared cell by cell, which ratatui's own difference does not do: that one
//! looks at nothing behind a wide character, and so misses what is drawn over its right half.

use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::Size;

use super::agreement::is_width_agreed;
use super::capabilities::Capabilities;
use super::packed::PackedRow;
use super::pen::Pen;
use crate::base::text;

/// The symbol of a cell that the wide character before it covers.
pub(super) const COVERED: &str = "";

/// One frame. Blanks on which no style is seen are all [`Cell::EMPTY`].
#[derive(Debug)]
pub(super) struct Picture {
    size: Size,
    rows: Box<[PackedRow]>,
}

impl Picture {
    /// A picture of nothing.
    pub(super) fn blank(size: Size) -> Self {
        Self { size, rows: std::iter::repeat_with(PackedRow::default).take(size.height.into()).collect() }
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// Whether the row `drawn` is seen at once to be row `y`; what is not ASCII takes a closer look.
    pub(super) fn is_plainly(&self, y: u16, drawn: &[Cell], capabilities: Capabilities) -> bool {
        let is_blank = |cell: &Cell| cell.symbol() == " " && Pen::leaves_blank(cell, capabilities);
        self.rows[usize::from(y)].is_plainly(drawn, is_blank)
    }

    /// Fills `row` with the cells of row `y`.
    pub(super) fn read(&self, y: u16, row: &mut [Cell]) {
        self.rows[usize::from(y)].unpack(row);
    }

    /// Takes `row` for row `y`.
    pub(super) fn keep(&mut self, y: u16, row: &[Cell]) {
        self.rows[usize::from(y)] = PackedRow::of(row);
    }

    /// Bytes that this picture keeps beside itself.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.rows) + self.rows.iter().map(PackedRow::bytes).sum::<usize>()
    }
}

/// Whether `cell` looks as if nothing was ever written there.
pub(super) fn is_blank(cell: &Cell) -> bool {
    *cell == Cell::EMPTY
}

/// Whether a terminal may take another number of columns for something in `row` than we do.
pub(super) fn is_doubtful(row: &[Cell]) -> bool {
    row.iter().any(|cell| !is_width_agreed(cell.symbol()))
}

/// The characters of a row: first column, column behind it, and cell.
pub(super) fn characters(row: &[Cell]) -> impl Iterator<Item = (u16, u16, &Cell)> {
    (0_u16..).zip(row).filter(|(_, cell)| cell.symbol() != COVERED).map(move |(x, cell)| {
        let behind = row.iter().skip(usize::from(x) + 1);
        let covered = behind.take_while(|cell| cell.symbol() == COVERED).count();
        (x, x.saturating_add(u16::try_from(covered).unwrap_or(u16::MAX)).saturating_add(1), cell)
    })
}

/// Fills `row` with what the row `drawn` becomes on a terminal with `capabilities`.
pub(super) fn settle(drawn: &[Cell], row: &mut [Cell], capabilities: Capabilities) {
    row.iter_mut().for_each(Cell::reset);
    let mut at = 0;
    while let Some(cell) = drawn.get(at) {
        let (symbol, width) = shown(cell);
        let behind = drawn.get(at + 1..at + width);
        // A wide character is whole or not there: half of it has no place at the edge, and is not
        // seen under what was drawn over its right half. A blank drawn there cannot be told from
        // the blank that every wide character has behind it: boxes have borders.
        let is_whole = behind.is_some_and(|cells| cells.iter().all(|cell| cell.symbol() == " "));
        let (symbol, width) = if is_whole { (symbol, width) } else { (" ", 1) };
        if symbol != " " || !Pen::leaves_blank(cell, capabilities) {
            let settled = row[at].set_symbol(symbol);
            (settled.fg, settled.bg, settled.modifier) = (cell.fg, cell.bg, cell.modifier);
        }
        for covered in &mut row[at + 1..at + width] {
            covered.set_symbol(COVERED);
        }
        at += width;
    }
}

/// The symbol of `cell` as it may be sent, and its columns.
///
/// Whatever filtering the text went through before, no control and no invisible
/// character leaves here.
fn shown(cell: &Cell) -> (&str, usize) {
    let symbol = cell.symbol();
    match symbol.as_bytes() {
        [b' '..=b'~'] => return (symbol, 1),
        [] | [_] => return (if symbol.is_empty() { " " } else { "?" }, 1),
        _ => {}
    }
    match (cell.cell_width(), symbol.chars().any(text::is_unsafe)) {
        (0 | 1, true) => ("?", 1),
        (_, true) => ("? ", 2),
        // A mark without a letter would sit on the cell before.
        (0, false) => (" ", 1),
        (width, false) => (symbol, usize::from(width)),
    }
}
