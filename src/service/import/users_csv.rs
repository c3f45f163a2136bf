//! A file of users: every row checked as far as it can be without the store.
//!
//! Bytes may come in pieces ([`UsersCsv::feed`]) or from a reader ([`read`]); nothing
//! but the rows is kept. All rows or none: one fault, and only faults come back.

use std::collections::HashMap;
use std::io::Read;

use crate::base::limits;
use crate::base::text;
use crate::domain::import::{RowFault, UserRow};
use crate::service::import::cells;
use crate::service::import::header::{self, Column};
use crate::service::import::records::{Bounds, Broken, Cutter, Record};

/// How much a file may hold; [`Limits::default`] is what `base::limits` says.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
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

/// Reads a whole file. Logins in `reserved` are refused. Blocks as long as `reader` does.
pub fn read(
    mut reader: impl Read,
    reserved: &'static [&'static str],
    limits: Limits,
) -> Result<Vec<UserRow>, Vec<RowFault>> {
    let mut file = UsersCsv::new(reserved, limits);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return file.finish(),
            Ok(count) if file.feed(&buffer[..count]) == Feed::More => {}
            Ok(_) => return file.finish(),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                file.fault(file.line, "", format!("cannot be read: {error}"));
                return file.finish();
            }
        }
    }
}

/// Whether more of the file is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    /// Go on.
    More,
    /// Nothing further would be told.
    Enough,
}

/// A file that is being read.
#[derive(Debug)]
pub struct UsersCsv {
    reserved: &'static [&'static str],
    limits: Limits,
    cutter: Cutter,
    /// The first bytes, until it is known whether they are a byte order mark.
    head: Option<Vec<u8>>,
    bytes: u64,
    line: u64,
    columns: Option<Vec<Column>>,
    rows: Vec<UserRow>,
    /// Folded login → line.
    seen: HashMap<String, u64>,
    faults: Vec<RowFault>,
    over: bool,
}

impl UsersCsv {
    /// Begins a file. Logins in `reserved` are refused.
    pub fn new(reserved: &'static [&'static str], limits: Limits) -> Self {
        let bounds = Bounds { cell_bytes_max: limits.cell_bytes_max, columns_max: limits.columns_max };
        Self {
            reserved,
            limits,
            cutter: Cutter::new(bounds),
            head: Some(Vec::new()),
            bytes: 0,
            line: 1,
            columns: None,
            rows: Vec::new(),
            seen: HashMap::new(),
            faults: Vec::new(),
            over: false,
        }
    }

    /// Takes the next piece.
    pub fn feed(&mut self, piece: &[u8]) -> Feed {
        self.bytes += piece.len() as u64;
        if self.bytes > self.limits.bytes_max && !self.over {
            self.stop(
                self.line,
                format!("is past the limit of {} bytes for one file", self.limits.bytes_max),
            );
        }
        if let Some(mut head) = self.head.take() {
            head.extend_from_slice(piece);
            if head.len() < 3 {
                self.head = Some(head);
            } else {
                self.begin(&head);
            }
        } else {
            self.cut(piece);
        }
        if self.over { Feed::Enough } else { Feed::More }
    }

    /// The file is over: its rows, or what is wrong with it, at most [`limits::ROW_FAULTS_MAX`] and a word that there is more.
    pub fn finish(mut self) -> Result<Vec<UserRow>, Vec<RowFault>> {
        if let Some(head) = self.head.take() {
            self.begin(&head);
        }
        if !self.over
            && let Some(record) = self.cutter.finish()
        {
            self.record(&record);
        }
        if !self.over && self.columns.is_none() {
            self.stop(1, "is empty; wanted a header with the names of the columns".to_owned());
        }
        if self.faults.is_empty() { Ok(self.rows) } else { Err(self.faults) }
    }

    fn begin(&mut self, head: &[u8]) {
        if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
            self.stop(1, "is UTF-16; save the file as UTF-8".to_owned());
        }
        self.cut(head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head));
    }

    fn cut(&mut self, piece: &[u8]) {
        for byte in piece {
            if self.over {
                return;
            }
            if let Some(record) = self.cutter.take(*byte) {
                self.record(&record);
            }
        }
    }

    fn record(&mut self, record: &Record) {
        self.line = record.line;
        if let Some((broken, place)) = record.broken {
            let column = self.column_name(place);
            let line = if let Broken::Unterminated(line) = broken { line } else { record.line };
            self.fault(line, &column, broken.told(self.cutter.bounds()));
            self.over |= matches!(broken, Broken::Unterminated(_)) || self.columns.is_none();
            return;
        }
        match self.columns.take() {
            None => self.header(record),
            Some(columns) => {
                self.row(record, &columns);
                self.columns = Some(columns);
            }
        }
    }

    fn header(&mut self, record: &Record) {
        let names: Option<Vec<String>> =
            (0..record.len()).map(|place| self.text(record, place, &format!("{}", place + 1))).collect();
        match names.map(|names| header::understand(record.line, &names)) {
            Some(Ok(columns)) => self.columns = Some(columns),
            Some(Err(faults)) => {
                for fault in faults {
                    self.fault(fault.line, &fault.column, fault.text);
                }
                self.over = true;
            }
            None => self.over = true,
        }
    }

    fn row(&mut self, record: &Record, columns: &[Column]) {
        if record.len() != columns.len() {
            let text = format!("has {} columns, the header has {}", record.len(), columns.len());
            return self.fault(record.line, "", text);
        }
        if self.rows.len() >= self.limits.rows_max {
            return self.stop(
                record.line,
                format!("is past the limit of {} rows; cut the file in two", self.limits.rows_max),
            );
        }
        let mut row = UserRow { line: record.line, ..UserRow::default() };
        for (place, column) in columns.iter().enumerate() {
            let Some(value) = self.text(record, place, &column.name()) else { continue };
            if let Err(text) = cells::put(&mut row, column, &value, self.reserved) {
                self.fault(record.line, &column.name(), text);
            }
        }
        let earlier = self.seen.insert(text::folded(&row.login), record.line);
        if let Some(earlier) = earlier.filter(|_| !row.login.is_empty()) {
            let text = format!("`{}` stands on line {earlier} already", text::visible(&row.login));
            self.fault(record.line, "login", text);
        }
        // With a fault nothing is imported, so rows are only looked at from there on.
        if self.faults.is_empty() {
            self.rows.push(row);
        } else {
            self.rows.clear();
        }
    }

    /// The value as text, or `None` with the fault told.
    fn text(&mut self, record: &Record, place: usize, column: &str) -> Option<String> {
        let bytes = record.value(place);
        if bytes.contains(&0) {
            self.fault(record.line, column, "holds a NUL character".to_owned());
            return None;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(error) => {
                let at = error.valid_up_to();
                let text = format!(
                    "is not UTF-8: byte 0x{:02X} at place {}; save the file as UTF-8",
                    bytes[at],
                    at + 1
                );
                self.fault(record.line, column, text);
                None
            }
        }
    }

    fn column_name(&self, place: usize) -> String {
        let known = self.columns.as_ref().and_then(|columns| columns.get(place));
        known.map_or_else(|| (place + 1).to_string(), Column::name)
    }

    fn stop(&mut self, line: u64, text: String) {
        self.fault(line, "", text);
        self.over = true;
    }

    fn fault(&mut self, line: u64, column: &str, text: String) {
        if self.faults.len() < limits::ROW_FAULTS_MAX {
            self.faults.push(RowFault { line, column: column.to_owned(), text });
        } else if !self.over {
            let text = format!(
                "is wrong too, and more may be; only the first {} faults are told",
                limits::ROW_FAULTS_MAX
            );
            self.faults.push(RowFault { line, column: String::new(), text });
            self.over = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::Cell;

    const SMALL: Limits = Limits { bytes_max: 400, rows_max: 30, columns_max: 4, cell_bytes_max: 40 };

    fn faults(file: impl AsRef<[u8]>) -> Vec<String> {
        let rows = read(file.as_ref(), &["users"], SMALL);
        rows.err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rows_are_read_whatever_the_order_of_columns_the_mark_and_the_ends_of_line() {
        for file in [
            "email,login\na@b,ann\n,bob\n",
            "\u{feff}email,login\r\na@b,ann\r\n,bob\r\n",
            "email,login\ra@b,ann\r,bob",
        ] {
            let rows = read(file.as_bytes(), &[], SMALL).unwrap();
            let seen: Vec<_> = rows.iter().map(|row| (row.line, row.login.as_str(), &row.email)).collect();
            assert_eq!(
                seen,
                [(2, "ann", &Cell::Given("a@b".to_owned())), (3, "bob", &Cell::Empty)],
                "{file:?}"
            );
            assert_eq!(rows[0].phone, Cell::Missing);
        }
    }

    #[test]
    fn the_pieces_a_file_comes_in_do_not_matter() {
        let bytes = "\u{feff}login,first_name\r\nann,\"Zo\u{eb}\r\nx\"\r\n".as_bytes();
        let whole = read(bytes, &[], SMALL).unwrap();
        let mut file = UsersCsv::new(&[], SMALL);
        for byte in bytes {
            assert_eq!(file.feed(std::slice::from_ref(byte)), Feed::More);
        }
        assert_eq!(file.finish().unwrap(), whole);
        assert_eq!(whole[0].first_name, Cell::Given("Zo\u{eb}\r\nx".to_owned()));
    }

    #[test]
    fn a_header_alone_is_no_rows_and_no_header_is_a_fault() {
        assert_eq!(read("login\n".as_bytes(), &[], SMALL).unwrap(), []);
        for empty in ["", "\n\n", "\u{feff}"] {
            assert_eq!(
                faults(empty),
                ["line 1 is empty; wanted a header with the names of the columns"],
                "{empty:?}"
            );
        }
    }

    #[test]
    fn each_fault_names_line_and_column() {
        let table: &[(&[u8], &str)] = &[
            (b"login,email\nann\n", "line 2 has 1 columns, the header has 2"),
            (b"login\nann\n\nb,c\n", "line 4 has 2 columns, the header has 1"),
            (b"login,email\nann,\"a@b\n\n", "line 2, column `email`: opens a quote that is never closed"),
            (
                b"login,title\nann,\"Dr\nx\"y\n",
                "line 2, column `title`: goes on behind a closing quote; wanted a comma or the end of the line",
            ),
            (
                b"login\na\"b\n",
                "line 2, column `login`: holds a quote but does not begin with one; wanted the value in quotes, and the quote twice",
            ),
            (
                b"login,title\nann,Zo\xeb\n",
                "line 2, column `title`: is not UTF-8: byte 0xEB at place 3; save the file as UTF-8",
            ),
            (b"\xff\xfel\0o\0", "line 1 is UTF-16; save the file as UTF-8"),
            (b"login,title\nann,a\0b\n", "line 2, column `title`: holds a NUL character"),
            (b"login\nann\nbob\nANN\n", "line 4, column `login`: `ANN` stands on line 2 already"),
            (
                "login\n\u{e9}va\nE\u{301}VA\n".as_bytes(),
                "line 3, column `login`: `E\u{301}VA` stands on line 2 already",
            ),
            (b"login,e_mail\n", "line 1, column `e_mail`: is not known; did you mean `email`?"),
            (b"a,b,c,d,e\n", "line 1, column `5`: is past the limit of 4 columns"),
            (b"login,email\n,a@b\n", "line 2, column `login`: is required: rows match users by it"),
            (b"login\nusers\n", "line 2, column `login`: `users` is reserved"),
        ];
        for (file, told) in table {
            assert_eq!(faults(file), [*told], "{}", String::from_utf8_lossy(file));
        }
    }

    #[test]
    fn control_characters_are_kept() {
        let rows = read("login,title\nann,a\u{1b}[2J\u{202e}\n".as_bytes(), &[], SMALL).unwrap();
        assert_eq!(rows[0].title, Cell::Given("a\u{1b}[2J\u{202e}".to_owned()));
    }

    #[test]
    fn each_limit_is_told_with_its_number() {
        let long = format!("login\n{}\n", "x".repeat(41));
        assert_eq!(faults(long), ["line 2, column `login`: is longer than 40 bytes"]);
        let logins: Vec<String> = (0..31).map(|number| format!("a{number}")).collect();
        let many = format!("login\n{}", logins.join("\n"));
        assert_eq!(faults(many), ["line 32 is past the limit of 30 rows; cut the file in two"]);
        let big = format!("login\n{}", "a\n".repeat(200));
        assert_eq!(faults(big), ["line 1 is past the limit of 400 bytes for one file"]);
    }

    #[test]
    fn twenty_faults_are_told_and_that_there_is_more() {
        let told = faults(format!("login\n{}", "U1\n".repeat(25)));
        assert_eq!(told.len(), limits::ROW_FAULTS_MAX + 1);
        assert_eq!(told[20], "line 22 is wrong too, and more may be; only the first 20 faults are told");
    }
}
