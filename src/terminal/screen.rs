//! One session's screen: frames are drawn on it, bytes are taken from it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::capabilities::Capabilities;
use super::frame::FrameWriter;
use crate::base::limits;

/// The screen of one terminal, which remembers what the terminal shows.
#[derive(Debug)]
pub struct Screen {
    size: Size,
    writer: FrameWriter,
}

impl Screen {
    /// A screen for a terminal that gets [`super::ENTER`] before the first frame.
    ///
    /// `columns` and `rows` are brought into 1 to [`limits::TERMINAL_MAX`].
    pub fn new(columns: u32, rows: u32, capabilities: Capabilities) -> Self {
        let size = clamped(columns, rows);
        Self { size, writer: FrameWriter::new(size, capabilities) }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        (self.size.width, self.size.height)
    }

    /// Takes a new size; the next frame is painted from nothing, also when the size is the old
    /// one: the terminal may have been another in between.
    pub fn resize(&mut self, columns: u32, rows: u32) {
        self.size = clamped(columns, rows);
        self.repaint();
    }

    /// Makes the next frame paint everything, whatever the terminal shows.
    pub fn repaint(&mut self) {
        self.writer.forget();
    }

    /// Draws one frame and gives the bytes that bring it to the terminal; none when nothing changed.
    ///
    /// `render` draws on blank cells and says where it wants the cursor. The bytes of every
    /// frame must be sent: each builds on the one before.
    pub fn draw(&mut self, render: impl FnOnce(&mut Buffer) -> Option<Position>) -> Vec<u8> {
        // Made for one frame: kept, its 40 bytes a cell would be most of what a session costs.
        let mut buffer = Buffer::empty(Rect::from((Position::ORIGIN, self.size)));
        let cursor = render(&mut buffer);
        self.writer.frame(&buffer, cursor)
    }

    /// Bytes kept until the next frame.
    #[cfg(test)]
    pub(super) fn bytes_kept(&self) -> usize {
        self.writer.bytes_kept()
    }
}

/// Sizes arrive as any number, also 0 from clients that do not know their own.
fn clamped(columns: u32, rows: u32) -> Size {
    let (columns_max, rows_max) = limits::TERMINAL_MAX;
    let clamp = |number: u32, max: u16| u16::try_from(number).unwrap_or(max).clamp(1, max);
    Size::new(clamp(columns, columns_max), clamp(rows, rows_max))
}
