//! A file of users as CSV: a header with the names of the columns, then a row on each record.

use crate::domain::import::UserRow;
use crate::service::import::header::{self, Column};
use crate::service::import::records::{Bounds, Broken, Cutter, Record};
use crate::service::import::rows::Rows;
use crate::service::import::{cells, export};

/// Cuts bytes into records, and understands each.
#[derive(Debug)]
pub(super) struct UsersCsv {
    cutter: Cutter,
    /// The first bytes, until it is known whether they are a byte order mark.
    head: Option<Vec<u8>>,
    columns: Option<Vec<Column>>,
}

impl UsersCsv {
    /// Begins a file.
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { cutter: Cutter::new(bounds), head: Some(Vec::new()), columns: None }
    }

    /// Takes the next piece.
    pub(super) fn feed(&mut self, piece: &[u8], rows: &mut Rows) {
        if let Some(mut head) = self.head.take() {
            head.extend_from_slice(piece);
            if head.len() < 3 {
                self.head = Some(head);
            } else {
                self.begin(&head, rows);
            }
        } else {
            self.cut(piece, rows);
        }
    }

    /// The file is over.
    pub(super) fn finish(&mut self, rows: &mut Rows) {
        if let Some(head) = self.head.take() {
            self.begin(&head, rows);
        }
        if !rows.is_over()
            && let Some(record) = self.cutter.finish()
        {
            self.record(&record, rows);
        }
        if !rows.is_over() && self.columns.is_none() {
            rows.stop(1, "is empty; wanted a header with the names of the columns".to_owned());
        }
    }

    fn begin(&mut self, head: &[u8], rows: &mut Rows) {
        if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
            rows.stop(1, "is UTF-16; save the file as UTF-8".to_owned());
        }
        self.cut(head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head), rows);
    }

    fn cut(&mut self, piece: &[u8], rows: &mut Rows) {
        for byte in piece {
            if rows.is_over() {
                return;
            }
            if let Some(record) = self.cutter.take(*byte) {
                self.record(&record, rows);
                self.cutter.reuse(record);
            }
        }
    }

    fn record(&mut self, record: &Record, rows: &mut Rows) {
        rows.at(record.line);
        if let Some((broken, place)) = record.broken {
            let column = self.column_name(place);
            let line = if let Broken::Unterminated(line) = broken { line } else { record.line };
            rows.fault(line, &column, broken.told(self.cutter.bounds()));
            if matches!(broken, Broken::Unterminated(_)) || self.columns.is_none() {
                rows.end();
            }
            return;
        }
        match &self.columns {
            None => self.header(record, rows),
            Some(columns) => row(record, columns, rows),
        }
    }

    fn header(&mut self, record: &Record, rows: &mut Rows) {
        let names: Option<Vec<String>> = (0..record.len())
            .map(|place| text(record, place, &format!("{}", place + 1), rows).map(ToOwned::to_owned))
            .collect();
        match names.map(|names| header::understand(record.line, &names)) {
            Some(Ok(columns)) => self.columns = Some(columns),
            Some(Err(faults)) => {
                for fault in faults {
                    rows.fault(fault.line, &fault.column, fault.text);
                }
                rows.end();
            }
            None => rows.end(),
        }
    }

    fn column_name(&self, place: usize) -> String {
        let known = self.columns.as_ref().and_then(|columns| columns.get(place));
        known.map_or_else(|| (place + 1).to_string(), Column::name)
    }
}

fn row(record: &Record, columns: &[Column], rows: &mut Rows) {
    if record.len() != columns.len() {
        let text = format!("has {} columns, the header has {}", record.len(), columns.len());
        return rows.fault(record.line, "", text);
    }
    let mut row = UserRow { line: record.line, ..UserRow::default() };
    let mut is_whole = true;
    for (place, column) in columns.iter().enumerate() {
        let Some(value) = text(record, place, column, rows) else {
            is_whole = false;
            continue;
        };
        if let Err(text) = cells::put(&mut row, column, export::plain(value), rows.reserved()) {
            rows.fault(record.line, &column.name(), text);
            is_whole = false;
        }
    }
    rows.push(row, is_whole);
}

/// The value as text, or `None` with the fault told.
fn text<'r>(record: &'r Record, place: usize, column: &impl ToString, rows: &mut Rows) -> Option<&'r str> {
    let bytes = record.value(place);
    if bytes.contains(&0) {
        rows.fault(record.line, &column.to_string(), "holds a NUL character".to_owned());
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let at = error.valid_up_to();
            let text =
                format!("is not UTF-8: byte 0x{:02X} at place {}; save the file as UTF-8", bytes[at], at + 1);
            rows.fault(record.line, &column.to_string(), text);
            None
        }
    }
}
