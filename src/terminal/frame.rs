//! The backend that turns drawn cells into one message of bytes per frame.
//!
//! It holds no terminal and no socket: its size is told, its bytes are taken.
//! Each message is wrapped in a synchronized update (mode 2026), so that no
//! half frame is seen, and nothing is sent when nothing changed.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::iter::repeat_n;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::{Position, Size};

use super::capabilities::Capabilities;
use super::motion::{self, Place};
use super::pen::Pen;
use crate::base::{limits, text};

/// What is sent before the first frame: alternate screen, bracketed paste, no cursor, nothing on the screen.
pub const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?25l\x1b[m\x1b[H\x1b[2J";

/// What gives the terminal back, whatever was switched on: update, attributes, paste, mouse,
/// focus and kitty's keyboard off, the cursor on, the screen from before.
///
/// Sending it twice, or to a terminal that was never entered, does no harm.
pub const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\
\x1b[?1004l\x1b[<u\x1b[?25h\x1b[?1049l";

const UPDATE_BEGIN: &str = "\x1b[?2026h";
const UPDATE_END: &str = "\x1b[?2026l";

/// As many blanks to the end of a row are erased (`CSI K`) instead of written.
const ERASED_CELLS_MIN: usize = 4;

/// As many blanks at most are written instead of jumped over (`CSI n C`).
const FILLED_CELLS_MAX: u16 = 3;

/// A ratatui backend that writes into memory.
#[derive(Debug)]
pub struct FrameBackend {
    capabilities: Capabilities,
    size: Size,
    /// What the frame being drawn has written so far.
    body: String,
    /// Whole messages that were not taken yet.
    message: Vec<u8>,
    place: Place,
    pen: Option<Pen>,
    /// Whether all cells not written in this frame are known to be blank.
    cleared: bool,
    /// Right halves of wide characters (row, column) whose style would be seen on a blank.
    halves: BTreeSet<(u16, u16)>,
    /// Whether the terminal shows its cursor, and whether it is to show it.
    cursor_shown: bool,
    cursor_wanted: bool,
    cursor: Position,
}

impl FrameBackend {
    /// A backend for a terminal that has got [`ENTER`]; `columns` and `rows` as in [`FrameBackend::resize`].
    pub fn new(columns: u32, rows: u32, capabilities: Capabilities) -> Self {
        Self {
            capabilities,
            size: clamped(columns, rows),
            body: String::new(),
            message: Vec::new(),
            place: Place::Unknown,
            pen: None,
            cleared: true,
            halves: BTreeSet::new(),
            cursor_shown: false,
            cursor_wanted: false,
            cursor: Position::ORIGIN,
        }
    }

    /// Takes a new size: any numbers, brought into 1 to [`limits::TERMINAL_MAX`].
    pub fn resize(&mut self, columns: u32, rows: u32) {
        self.size = clamped(columns, rows);
    }

    /// The bytes of all frames finished since the last call; empty when nothing changed.
    ///
    /// Each frame builds on the one before: all must be sent, in order.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.message)
    }

    fn write_cell(&mut self, x: u16, y: u16, cell: &Cell) {
        let pen = Pen::of(cell, self.capabilities);
        let blank = cell.symbol() == " " && pen.leaves_blanks_blank();
        self.fill_gap(x, y);
        self.go_to(x, y);
        if !(blank && self.pen.is_some_and(Pen::leaves_blanks_blank)) {
            self.take_pen(pen);
        }
        let (symbol, width) = shown(cell);
        let after = x.saturating_add(width);
        if after > self.size.width {
            // Half a wide character has no place; a terminal would wrap it into the next row.
            let room = self.size.width - x;
            self.body.extend(repeat_n(' ', usize::from(room)));
            self.place = Place::Row(y);
            return;
        }
        self.body.push_str(symbol);
        self.place = self.place_after(symbol, x, y, after);
        self.repair_half(x, y, width, pen);
    }

    /// Where the cursor stands after `symbol` in `(x, y)`, which should end before the column `after`.
    fn place_after(&self, symbol: &str, x: u16, y: u16, after: u16) -> Place {
        if symbol.is_ascii() {
            return if after < self.size.width { Place::At(after, y) } else { Place::Row(y) };
        }
        // Terminals differ in how wide they draw what is not ASCII, up to two columns a character; the
        // row is sure only where even that does not reach the edge.
        let widest = symbol.chars().count().saturating_mul(2);
        let reach = usize::from(x).saturating_add(widest);
        if reach < usize::from(self.size.width) { Place::Row(y) } else { Place::Unknown }
    }

    /// Blanks what is left of a wide character when another one covers its left half.
    ///
    /// The terminal leaves the style of the old one in the right half, and ratatui's
    /// difference does not see it: the cell is blank in both frames.
    fn repair_half(&mut self, x: u16, y: u16, width: u16, pen: Pen) {
        let after = x.saturating_add(width);
        if !self.halves.is_empty() {
            (x..after).for_each(|column| _ = self.halves.remove(&(y, column)));
            let cut = self.halves.remove(&(y, after));
            if cut && width > 1 {
                self.go_to(after, y);
                self.take_pen(Pen::PLAIN);
                self.body.push(' ');
                self.place = Place::Row(y);
            }
        }
        if width > 1 && !pen.leaves_blanks_blank() {
            self.halves.insert((y, after - 1));
        }
    }

    /// Erases from `(x, y)` to the end of the row.
    fn erase_rest(&mut self, x: u16, y: u16) {
        self.go_to(x, y);
        if !self.pen.is_some_and(Pen::leaves_blanks_blank) {
            self.take_pen(Pen::PLAIN);
        }
        self.halves.retain(|&(row, column)| row != y || column < x);
        self.body.push_str("\x1b[K");
    }

    fn go_to(&mut self, x: u16, y: u16) {
        motion::write_move(self.place, (x, y), &mut self.body);
        self.place = Place::At(x, y);
    }

    /// Writes the blanks before `(x, y)` where that is shorter than to jump over them.
    fn fill_gap(&mut self, x: u16, y: u16) {
        if let Place::At(column, row) = self.place
            && self.cleared
            && row == y
            && (1..=FILLED_CELLS_MAX).contains(&x.saturating_sub(column))
            && self.pen.is_some_and(Pen::leaves_blanks_blank)
        {
            self.body.extend(repeat_n(' ', usize::from(x - column)));
            self.place = Place::At(x, y);
        }
    }

    fn take_pen(&mut self, pen: Pen) {
        pen.write_after(self.pen, &mut self.body);
        self.pen = Some(pen);
    }

    /// How many of `cells` are blanks in one row without a gap, and whether they reach its end.
    fn blanks(&self, cells: &[(u16, u16, &Cell)]) -> (usize, bool) {
        let Some(&(first, row, _)) = cells.first() else { return (0, false) };
        let columns = (first..self.size.width).zip(cells);
        let is_blank = |(column, (x, y, cell)): &(u16, &(u16, u16, &Cell))| {
            x == column
                && *y == row
                && cell.symbol() == " "
                && Pen::of(cell, self.capabilities).leaves_blanks_blank()
        };
        let count = columns.take_while(is_blank).count();
        (count, usize::from(first) + count == usize::from(self.size.width))
    }
}

impl Backend for FrameBackend {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let cells: Vec<_> =
            content.filter(|(x, y, _)| *x < self.size.width && *y < self.size.height).collect();
        let mut rest = cells.as_slice();
        while let Some(&(x, y, _)) = rest.first() {
            let (blanks, to_the_end) = self.blanks(rest);
            let (run, after) = rest.split_at(blanks.max(1));
            if to_the_end && blanks >= ERASED_CELLS_MIN {
                self.erase_rest(x, y);
            } else {
                for &(x, y, cell) in run {
                    self.write_cell(x, y, cell);
                }
            }
            rest = after;
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.cursor_wanted = false;
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.cursor_wanted = true;
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.cursor = position.into();
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        if region == ClearType::All {
            // Whatever the frame wrote before would be erased at once.
            self.body.clear();
            self.body.push_str("\x1b[m\x1b[H\x1b[2J");
            (self.place, self.pen, self.cleared) = (Place::At(0, 0), Some(Pen::PLAIN), true);
            self.halves.clear();
            return Ok(());
        }
        self.go_to(self.cursor.x.min(self.size.width - 1), self.cursor.y.min(self.size.height - 1));
        self.take_pen(Pen::PLAIN);
        self.body.push_str(match region {
            ClearType::All => "\x1b[2J",
            ClearType::AfterCursor => "\x1b[J",
            ClearType::BeforeCursor => "\x1b[1J",
            ClearType::CurrentLine => "\x1b[2K",
            ClearType::UntilNewLine => "\x1b[K",
        });
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    /// Ends a frame: its bytes wait for [`FrameBackend::take`].
    fn flush(&mut self) -> Result<(), Infallible> {
        if self.cursor_wanted {
            self.go_to(self.cursor.x.min(self.size.width - 1), self.cursor.y.min(self.size.height - 1));
        }
        if self.cursor_wanted != self.cursor_shown {
            self.body.push_str(if self.cursor_wanted { "\x1b[?25h" } else { "\x1b[?25l" });
            self.cursor_shown = self.cursor_wanted;
        }
        if !self.body.is_empty() {
            for part in [UPDATE_BEGIN, &self.body, UPDATE_END] {
                self.message.extend_from_slice(part.as_bytes());
            }
            self.body.clear();
            self.cleared = false;
        }
        Ok(())
    }
}

/// The symbol of `cell` as it may be sent, and its columns.
///
/// Whatever filtering the text went through before, no control and no invisible
/// character leaves here.
fn shown(cell: &Cell) -> (&str, u16) {
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
        (width, false) => (symbol, width),
    }
}

/// Sizes arrive as any number, also 0 from clients that do not know their own.
fn clamped(columns: u32, rows: u32) -> Size {
    let (columns_max, rows_max) = limits::TERMINAL_MAX;
    let clamp = |number: u32, max: u16| u16::try_from(number).unwrap_or(max).clamp(1, max);
    Size::new(clamp(columns, columns_max), clamp(rows, rows_max))
}
