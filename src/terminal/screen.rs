//! One session's screen: frames are drawn on it, bytes are taken from it.

use ratatui::{Frame, Terminal};

use super::canvas::Canvas;
use super::capabilities::Capabilities;
use super::frame::FrameWriter;
use super::picture::Picture;

/// The screen of one terminal, which remembers what the terminal shows.
#[derive(Debug)]
pub struct Screen {
    capabilities: Capabilities,
    terminal: Terminal<Canvas>,
    writer: FrameWriter,
}

impl Screen {
    /// A screen for a terminal that gets [`super::ENTER`] before the first frame.
    ///
    /// `columns` and `rows` are brought into 1 to [`crate::base::limits::TERMINAL_MAX`].
    pub fn new(columns: u32, rows: u32, capabilities: Capabilities) -> Self {
        let Ok(terminal) = Terminal::new(Canvas::new(columns, rows));
        let Ok(size) = terminal.size();
        Self { capabilities, terminal, writer: FrameWriter::new(size, capabilities) }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        let Ok(size) = self.terminal.size();
        (size.width, size.height)
    }

    /// Takes a new size; the next frame is painted from nothing, also when the size is the old
    /// one: the terminal may have been another in between.
    pub fn resize(&mut self, columns: u32, rows: u32) {
        self.terminal.backend_mut().resize(columns, rows);
        self.repaint();
    }

    /// Makes the next frame paint everything, whatever the terminal shows.
    pub fn repaint(&mut self) {
        self.writer.forget();
    }

    /// Draws one frame and gives the bytes that bring it to the terminal; none when nothing changed.
    ///
    /// The bytes of every frame must be sent: each builds on the one before.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> Vec<u8> {
        let Ok(drawn) = self.terminal.draw(render);
        let picture = Picture::of(drawn.buffer, self.capabilities);
        self.writer.frame(picture, self.terminal.backend().cursor())
    }
}
