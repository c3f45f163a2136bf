//! From one picture to the next: one message of bytes per frame.
//!
//! It holds no terminal and no socket. Each message is wrapped in a synchronized
//! update (mode 2026), so that no half frame is seen, and nothing is sent when
//! nothing changed.

use std::iter::repeat_n;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size};

use super::agreement::is_width_agreed;
use super::capabilities::Capabilities;
use super::motion::{self, Place};
use super::pen::Pen;
use super::picture::{Picture, characters, is_blank, is_doubtful, settle};

/// What is sent before the first frame: alternate screen, bracketed paste, no cursor, nothing on the screen.
///
/// Rows do not wrap (mode 7): a character that a terminal draws wider than we think, at
/// the right edge, would spill into the next row, and in the last one scroll the screen.
pub const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?7l\x1b[?25l\x1b[m\x1b[H\x1b[2J";

/// What gives the terminal back, whatever was switched on: update, attributes, paste, mouse,
/// focus and kitty's keyboard off, wrapping and the cursor on, the screen from before.
///
/// Sending it twice, or to a terminal that was never entered, does no harm.
pub const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\
\x1b[?1004l\x1b[<u\x1b[?7h\x1b[?25h\x1b[?1049l";

const UPDATE_BEGIN: &str = "\x1b[?2026h";
const UPDATE_END: &str = "\x1b[?2026l";

/// As many changed blanks at the end of a row are erased (`CSI K`) instead of written.
const ERASED_CELLS_MIN: usize = 4;

/// As many blanks at most are written instead of jumped over (`CSI n C`).
const FILLED_CELLS_MAX: u16 = 3;

/// Knows what a terminal shows, and writes what brings it to the next frame.
#[derive(Debug)]
pub(super) struct FrameWriter {
    capabilities: Capabilities,
    /// What the terminal shows; `None` when that is unknown.
    shown: Option<Picture>,
    /// What the frame being drawn has written so far.
    body: String,
    place: Place,
    pen: Option<Pen>,
    cursor_shown: bool,
}

impl FrameWriter {
    /// A writer for a terminal of `size` that has got [`ENTER`].
    pub(super) fn new(size: Size, capabilities: Capabilities) -> Self {
        Self {
            capabilities,
            shown: Some(Picture::blank(size)),
            body: String::new(),
            place: Place::Unknown,
            pen: None,
            cursor_shown: false,
        }
    }

    /// Makes the next frame erase and paint everything.
    pub(super) fn forget(&mut self) {
        self.shown = None;
    }

    /// The bytes that make the terminal show what was `drawn`, and the cursor where it is wanted;
    /// empty when it does already.
    ///
    /// Each frame builds on the one before: all must be sent, in order.
    pub(super) fn frame(&mut self, drawn: &Buffer, cursor: Option<Position>) -> Vec<u8> {
        let size = drawn.area.as_size();
        let shown = self.shown.take().filter(|shown| shown.size() == size);
        let mut shown = shown.unwrap_or_else(|| self.erase_all(size));
        let columns = usize::from(size.width);
        let (mut old, mut new) = (vec![Cell::EMPTY; columns], vec![Cell::EMPTY; columns]);
        for (y, cells) in (0..size.height).zip(drawn.content.chunks(columns.max(1))) {
            if shown.is_plainly(y, cells, self.capabilities) {
                continue;
            }
            shown.read(y, &mut old);
            settle(cells, &mut new, self.capabilities);
            if old == new {
                continue;
            }
            if is_doubtful(&old) || is_doubtful(&new) {
                self.write_anew(y, &old, &new);
            } else {
                self.write_changes(y, &old, &new);
            }
            shown.keep(y, &new);
        }
        self.shown = Some(shown);
        self.take_cursor(cursor, size);
        // It may wait long for its client, and the next may be a hundred times shorter: nothing is held in reserve.
        let body = std::mem::take(&mut self.body);
        if body.is_empty() { Vec::new() } else { [UPDATE_BEGIN, &body, UPDATE_END].concat().into_bytes() }
    }

    /// Bytes kept until the next frame.
    #[cfg(test)]
    pub(super) fn bytes_kept(&self) -> usize {
        self.body.capacity() + self.shown.as_ref().map_or(0, Picture::bytes)
    }

    /// Writes the characters of a row that differ; every terminal agrees on where they stand.
    fn write_changes(&mut self, y: u16, old: &[Cell], new: &[Cell]) {
        // What a wide character covers is no character itself: where one begins or ends anew, the
        // cells differ as well, also under a blank that is in both frames.
        let differs = |x: u16, end: u16| (x..end).map(usize::from).any(|at| old[at] != new[at]);
        let changed: Vec<_> = characters(new).filter(|&(x, end, _)| differs(x, end)).collect();
        let blank_from = new.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1);
        for (done, &(x, end, cell)) in changed.iter().enumerate() {
            if usize::from(x) >= blank_from && changed.len() - done >= ERASED_CELLS_MIN {
                return self.erase_rest(x, y);
            }
            self.write_character((x, y), end, cell, new);
        }
    }

    /// Erases a row, and writes all of it.
    ///
    /// Where a character of doubtful width stood, nobody knows which cells it left marks in.
    /// Where one stands, nobody knows what it reaches over: up to the next thing in the row it
    /// may, but what follows is written behind an erasure, to a column told absolutely.
    fn write_anew(&mut self, y: u16, old: &[Cell], new: &[Cell]) {
        if !old.iter().all(is_blank) {
            self.erase_rest(0, y);
        }
        let mut doubtful_end = None;
        for (x, end, cell) in characters(new).filter(|(_, _, cell)| !is_blank(cell)) {
            let is_doubtful = !is_width_agreed(cell.symbol());
            match doubtful_end {
                // A word goes out in one piece: its letters are not torn apart, nor cut by the next.
                Some(end) if is_doubtful && end == x => self.place = Place::At(x, y),
                Some(_) => self.erase_rest(x, y),
                None => {}
            }
            self.write_character((x, y), end, cell, new);
            doubtful_end = is_doubtful.then_some(end);
            if is_doubtful {
                self.place = Place::Unknown;
            }
        }
    }

    fn write_character(&mut self, (x, y): (u16, u16), end: u16, cell: &Cell, row: &[Cell]) {
        self.fill_gap(x, y, row);
        self.go_to(x, y);
        if !(is_blank(cell) && self.pen.is_some_and(Pen::leaves_blanks_blank)) {
            self.take_pen(Pen::of(cell, self.capabilities));
        }
        self.body.push_str(cell.symbol());
        self.place = place_after(cell.symbol(), (x, y), usize::from(end), row.len());
    }

    /// Writes the blanks before `(x, y)` where that is shorter than to jump over them.
    fn fill_gap(&mut self, x: u16, y: u16, row: &[Cell]) {
        if let Place::At(column, at) = self.place
            && at == y
            && (1..=FILLED_CELLS_MAX).contains(&x.saturating_sub(column))
            && row[usize::from(column)..usize::from(x)].iter().all(is_blank)
            && self.pen.is_some_and(Pen::leaves_blanks_blank)
        {
            self.body.extend(repeat_n(' ', usize::from(x - column)));
            self.place = Place::At(x, y);
        }
    }

    /// Erases from `(x, y)` to the end of the row.
    fn erase_rest(&mut self, x: u16, y: u16) {
        self.go_to(x, y);
        if !self.pen.is_some_and(Pen::leaves_blanks_blank) {
            self.take_pen(Pen::PLAIN);
        }
        self.body.push_str("\x1b[K");
    }

    fn erase_all(&mut self, size: Size) -> Picture {
        self.body.push_str("\x1b[m\x1b[H\x1b[2J");
        (self.place, self.pen) = (Place::At(0, 0), Some(Pen::PLAIN));
        Picture::blank(size)
    }

    fn take_cursor(&mut self, cursor: Option<Position>, size: Size) {
        if let Some(Position { x, y }) = cursor {
            self.go_to(x.min(size.width - 1), y.min(size.height - 1));
        }
        if cursor.is_some() != self.cursor_shown {
            self.body.push_str(if cursor.is_some() { "\x1b[?25h" } else { "\x1b[?25l" });
            self.cursor_shown = cursor.is_some();
        }
    }

    fn go_to(&mut self, x: u16, y: u16) {
        motion::write_move(self.place, (x, y), &mut self.body);
        self.place = Place::At(x, y);
    }

    fn take_pen(&mut self, pen: Pen) {
        pen.write_after(self.pen, &mut self.body);
        self.pen = Some(pen);
    }
}

/// Where the cursor stands after `symbol` in `(x, y)`, which should end before the column `end`.
fn place_after(symbol: &str, (x, y): (u16, u16), end: usize, columns: usize) -> Place {
    if symbol.is_ascii() {
        return match u16::try_from(end) {
            Ok(after) if end < columns => Place::At(after, y),
            _ => Place::Row(y),
        };
    }
    // Terminals differ in how wide they draw what is not ASCII, up to two columns a character; some
    // wrap whatever they are told. The row is sure only where even that does not reach the edge.
    let widest = symbol.chars().count().saturating_mul(2);
    let reach = usize::from(x).saturating_add(widest);
    if reach < columns { Place::Row(y) } else { Place::Unknown }
}
