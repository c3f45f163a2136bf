//! A file of users as JSON, one object on each line, with the names of the columns as its fields.

use serde_json::{Map, Value};

use crate::base::limits;
use crate::domain::import::UserRow;
use crate::service::import::cells;
use crate::service::import::export;
use crate::service::import::header;
use crate::service::import::rows::Rows;

/// Cuts bytes into lines, and understands each.
#[derive(Debug, Default)]
pub(super) struct JsonLines {
    line: u64,
    rest: Vec<u8>,
    /// The rest is the end of a line that was refused for its length.
    skips: bool,
}

impl JsonLines {
    /// Takes the next piece.
    pub(super) fn feed(&mut self, piece: &[u8], rows: &mut Rows) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let room = limits::IMPORT_LINE_BYTES_MAX - self.rest.len();
            if part.len() > room && !self.skips {
                let text = format!("is longer than {} bytes", limits::IMPORT_LINE_BYTES_MAX);
                rows.fault(self.line + 1, "", text);
                self.skips = true;
            }
            if !self.skips {
                self.rest.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                self.end_line(rows);
            }
            if rows.is_over() {
                return;
            }
        }
    }

    /// The file is over.
    pub(super) fn finish(&mut self, rows: &mut Rows) {
        if !self.rest.is_empty() {
            self.end_line(rows);
        }
    }

    fn end_line(&mut self, rows: &mut Rows) {
        self.line += 1;
        rows.at(self.line);
        let line = std::mem::take(&mut self.rest);
        let skipped = std::mem::take(&mut self.skips);
        if !skipped && !line.trim_ascii().is_empty() {
            understand(&line, self.line, rows);
        }
        self.rest = line;
        self.rest.clear();
    }
}

fn understand(bytes: &[u8], line: u64, rows: &mut Rows) {
    let object: Map<String, Value> = match serde_json::from_slice(bytes) {
        Ok(object) => object,
        Err(error) => return rows.fault(line, "", format!("is no JSON object: {error}")),
    };
    if !object.contains_key("login") {
        return rows.fault(line, "login", "is missing: rows match users by it".to_owned());
    }
    let mut row = UserRow { line, ..UserRow::default() };
    let mut is_whole = true;
    for (name, value) in &object {
        let put = header::column(name).and_then(|column| {
            let text = text_of(name, value)?;
            if text.len() > limits::IMPORT_CELL_BYTES_MAX {
                return Err(format!("is longer than {} bytes", limits::IMPORT_CELL_BYTES_MAX));
            }
            if text.contains('\0') {
                return Err("holds a NUL character".to_owned());
            }
            cells::put(&mut row, &column, &text, rows.reserved())
        });
        if let Err(text) = put {
            rows.fault(line, name, text);
            is_whole = false;
        }
    }
    rows.push(row, is_whole);
}

/// The value as a cell of a file has it; nothing is an empty cell.
fn text_of(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Array(names) if name == "roles" => {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            names.map(|names| export::joined(&names)).ok_or_else(|| "must be a list of names".to_owned())
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(format!("must be a text, got `{value}`"))
        }
    }
}
