//! Where ratatui draws: a size and a cursor, and nothing that is sent.
//!
//! ratatui's list of changed cells is left unread: pictures are compared instead.

use std::convert::Infallible;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use crate::base::limits;

/// A backend that keeps what was asked of it, and sends nothing.
#[derive(Debug)]
pub(super) struct Canvas {
    size: Size,
    position: Position,
    cursor_wanted: bool,
}

impl Canvas {
    /// A canvas of any numbers, brought into 1 to [`limits::TERMINAL_MAX`].
    pub(super) fn new(columns: u32, rows: u32) -> Self {
        Self { size: clamped(columns, rows), position: Position::ORIGIN, cursor_wanted: false }
    }

    /// Takes a new size, as in [`Canvas::new`].
    pub(super) fn resize(&mut self, columns: u32, rows: u32) {
        self.size = clamped(columns, rows);
    }

    /// Where the last frame wanted the cursor; `None` when it wanted none.
    pub(super) fn cursor(&self) -> Option<Position> {
        self.cursor_wanted.then_some(self.position)
    }
}

impl Backend for Canvas {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, _content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
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
        Ok(self.position)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.position = position.into();
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn clear_region(&mut self, _region: ClearType) -> Result<(), Infallible> {
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Sizes arrive as any number, also 0 from clients that do not know their own.
fn clamped(columns: u32, rows: u32) -> Size {
    let (columns_max, rows_max) = limits::TERMINAL_MAX;
    let clamp = |number: u32, max: u16| u16::try_from(number).unwrap_or(max).clamp(1, max);
    Size::new(clamp(columns, columns_max), clamp(rows, rows_max))
}
