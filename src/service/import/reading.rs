//! One reading of a file, from its first byte to its last: pieces of bytes in, whole rows and faults out.

use crate::base::fault::Fault;
use crate::base::limits;
use crate::domain::import::{RowFault, UserRow};
use crate::service::import::records::Bounds;
use crate::service::import::rows::Rows;
use crate::service::import::twice::Logins;
use crate::service::import::users_csv::UsersCsv;
use crate::service::import::users_json::JsonLines;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, with a header.
    Csv,
    /// One object on each line.
    Json,
}

impl Format {
    /// The format with this name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// How much a file may hold; [`Limits::default`] is what `base::limits` says.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "unit, then bound, last")]
pub(super) struct Limits {
    /// Most bytes.
    pub bytes_max: u64,
    /// Most rows.
    pub rows_max: usize,
    /// Most columns.
    pub columns_max: usize,
    /// Longest cell, in bytes.
    pub cell_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes_max: limits::IMPORT_BYTES_MAX,
            rows_max: limits::IMPORT_ROWS_MAX,
            columns_max: limits::IMPORT_COLUMNS_MAX,
            cell_bytes_max: limits::IMPORT_CELL_BYTES_MAX,
        }
    }
}

/// A file that is being read.
#[derive(Debug)]
pub(super) struct Reading {
    format: Of,
    rows: Rows,
    bytes: u64,
    bytes_max: u64,
}

#[derive(Debug)]
enum Of {
    Csv(Box<UsersCsv>),
    Json(JsonLines),
}

impl Reading {
    /// Begins. Logins in `reserved` are refused; with `logins` those that stand twice are found.
    pub(super) fn new(
        format: Format,
        reserved: &'static [&'static str],
        limits: Limits,
        logins: Option<Logins>,
    ) -> Self {
        let bounds = Bounds { cell_bytes_max: limits.cell_bytes_max, columns_max: limits.columns_max };
        let format = match format {
            Format::Csv => Of::Csv(Box::new(UsersCsv::new(bounds))),
            Format::Json => Of::Json(JsonLines::default()),
        };
        let rows = Rows::new(reserved, limits.rows_max, logins);
        Self { format, rows, bytes: 0, bytes_max: limits.bytes_max }
    }

    /// Takes the next piece; `false` where nothing further would be told.
    pub(super) fn feed(&mut self, piece: &[u8]) -> bool {
        self.bytes += piece.len() as u64;
        if self.bytes > self.bytes_max && !self.rows.is_over() {
            let text = format!("is past the limit of {} bytes for one file", self.bytes_max);
            self.rows.stop(self.rows.line(), text);
        }
        if !self.rows.is_over() {
            match &mut self.format {
                Of::Csv(csv) => csv.feed(piece, &mut self.rows),
                Of::Json(json) => json.feed(piece, &mut self.rows),
            }
        }
        !self.rows.is_over()
    }

    /// How many rows wait to be taken.
    pub(super) const fn ready(&self) -> usize {
        self.rows.ready()
    }

    /// The rows since the last time.
    pub(super) fn take(&mut self) -> Vec<UserRow> {
        self.rows.take()
    }

    /// Something other than the text is wrong.
    pub(super) fn unreadable(&mut self, error: &std::io::Error) {
        self.rows.stop(self.rows.line(), format!("cannot be read: {error}"));
    }

    /// The file is over: its last rows, and what is wrong with it.
    pub(super) fn finish(mut self) -> Result<(Vec<UserRow>, Vec<RowFault>), Fault> {
        if !self.rows.is_over() {
            match &mut self.format {
                Of::Csv(csv) => csv.finish(&mut self.rows),
                Of::Json(json) => json.finish(&mut self.rows),
            }
        }
        let last = self.rows.take();
        Ok((last, self.rows.finish()?))
    }
}

/// Reads a whole file at once, for tests of what writes one.
#[cfg(test)]
pub(crate) fn read_csv(file: &[u8]) -> Result<Vec<UserRow>, Vec<RowFault>> {
    let mut reading = Reading::new(Format::Csv, &[], Limits::default(), None);
    reading.feed(file);
    let (rows, faults) = reading.finish().unwrap();
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
