//! Records of a CSV file (RFC 4180), cut strictly from bytes that arrive in pieces.
//!
//! Written here because a lenient reader guesses where a quote was forgotten, and
//! a guess moves values into the wrong column. Lines end in LF, CRLF or CR.

/// One record: its values as bytes, and where it stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// Line on which it begins, from 1.
    pub(super) line: u64,
    bytes: Vec<u8>,
    /// Where each value ends in `bytes`.
    ends: Vec<usize>,
    /// What is wrong with its form, and in which value (from 0).
    pub(super) broken: Option<(Broken, usize)>,
}

/// What can be wrong with the form of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// A quote opens on this line and is never closed.
    Unterminated(u64),
    /// Something stands between a closing quote and the next comma.
    AfterQuote,
    /// A quote stands inside a value without quotes around it.
    QuoteInside,
    /// A value is longer than the limit.
    TooLong,
    /// There are more values than the limit.
    TooMany,
}

impl Broken {
    /// In words, with what is wanted.
    pub(super) fn told(self, bounds: Bounds) -> String {
        match self {
            Self::Unterminated(_) => "opens a quote that is never closed".to_owned(),
            Self::AfterQuote => {
                "goes on behind a closing quote; wanted a comma or the end of the line".to_owned()
            }
            Self::QuoteInside => {
                "holds a quote but does not begin with one; wanted the value in quotes, and the \
                                  quote twice"
                    .to_owned()
            }
            Self::TooLong => format!("is longer than {} bytes", bounds.cell_bytes_max),
            Self::TooMany => format!("is past the limit of {} columns", bounds.columns_max),
        }
    }
}

impl Record {
    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The value at `place`, from 0; empty where there is none.
    pub(super) fn value(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or(0));
        self.ends.get(place).map_or(&[], |end| &self.bytes[start..*end])
    }

    /// A line without anything on it: not a row.
    fn is_blank(&self) -> bool {
        self.ends.len() == 1 && self.bytes.is_empty() && self.broken.is_none()
    }

    fn break_with(&mut self, broken: Broken) {
        let place = self.ends.len();
        self.broken.get_or_insert((broken, place));
    }
}

/// How long values and records may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Longest value, in bytes.
    pub(super) cell_bytes_max: usize,
    /// Most values of a record.
    pub(super) columns_max: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    ValueStart,
    Plain,
    Quoted,
    /// Behind a quote inside quotes: the end, or the first half of a doubled one.
    Closing,
}

/// Cuts bytes into records.
#[derive(Debug)]
pub(super) struct Cutter {
    bounds: Bounds,
    at: At,
    /// Line of the next byte.
    line: u64,
    after_cr: bool,
    /// Line on which the open quote stands.
    quote_line: u64,
    /// Whether the value was in quotes: an empty one in quotes makes a line that is not blank.
    quoted: bool,
    record: Record,
    /// Empty, with room.
    spare: Record,
}

impl Cutter {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            at: At::ValueStart,
            line: 1,
            after_cr: false,
            quote_line: 0,
            quoted: false,
            record: Record { line: 1, ..Record::default() },
            spare: Record::default(),
        }
    }

    pub(super) const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Takes one byte; gives the record that it ends.
    pub(super) fn take(&mut self, byte: u8) -> Option<Record> {
        let second_half = byte == b'\n' && std::mem::take(&mut self.after_cr);
        self.after_cr = byte == b'\r';
        if second_half {
            // CRLF is one end of line; inside quotes both bytes belong to the value.
            if self.at == At::Quoted {
                self.keep(byte);
            }
            return None;
        }
        let ends_line = matches!(byte, b'\n' | b'\r');
        self.line += u64::from(ends_line);
        if ends_line && self.at != At::Quoted {
            return self.end_record();
        }
        match (self.at, byte) {
            (At::ValueStart, b'"') => {
                (self.at, self.quoted, self.quote_line) = (At::Quoted, true, self.line);
            }
            (At::Quoted, b'"') => self.at = At::Closing,
            (At::Closing, b'"') => {
                self.keep(byte);
                self.at = At::Quoted;
            }
            (At::ValueStart | At::Plain | At::Closing, b',') => self.end_value(),
            (At::Closing, _) => {
                self.record.break_with(Broken::AfterQuote);
                self.at = At::Plain;
            }
            (At::Plain, b'"') if self.record.broken.is_none() => self.record.break_with(Broken::QuoteInside),
            (At::ValueStart | At::Plain, _) => {
                self.keep(byte);
                self.at = At::Plain;
            }
            (At::Quoted, _) => self.keep(byte),
        }
        None
    }

    /// The file is over: gives the last record, where the last line has no end.
    pub(super) fn finish(&mut self) -> Option<Record> {
        if self.at == At::Quoted {
            // It explains all else that looks wrong: the rest of the file was taken for one value.
            self.record.broken = Some((Broken::Unterminated(self.quote_line), self.record.ends.len()));
        }
        let untouched = self.at == At::ValueStart && self.record.ends.is_empty();
        if untouched { None } else { self.end_record() }
    }

    fn keep(&mut self, byte: u8) {
        let start = self.record.ends.last().copied().unwrap_or(0);
        if self.record.bytes.len() - start < self.bounds.cell_bytes_max {
            self.record.bytes.push(byte);
        } else {
            self.record.break_with(Broken::TooLong);
        }
    }

    fn end_value(&mut self) {
        self.at = At::ValueStart;
        if self.record.ends.len() < self.bounds.columns_max {
            self.record.ends.push(self.record.bytes.len());
        } else {
            self.record.break_with(Broken::TooMany);
        }
    }

    /// Takes a record back that is not needed any more: the next one has its memory.
    pub(super) fn reuse(&mut self, mut record: Record) {
        record.bytes.clear();
        record.ends.clear();
        self.spare = record;
    }

    fn end_record(&mut self) -> Option<Record> {
        self.end_value();
        let next = Record { line: self.line, broken: None, ..std::mem::take(&mut self.spare) };
        let record = std::mem::replace(&mut self.record, next);
        let quoted = std::mem::take(&mut self.quoted);
        (quoted || !record.is_blank()).then_some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, values, and what is broken.
    type Cut = (u64, Vec<String>, Option<(Broken, usize)>);

    fn cut(text: &str) -> Vec<Cut> {
        let mut cutter = Cutter::new(Bounds { cell_bytes_max: 8, columns_max: 4 });
        let mut records: Vec<Record> = text.bytes().filter_map(|byte| cutter.take(byte)).collect();
        records.extend(cutter.finish());
        let value = |record: &Record, place| String::from_utf8(record.value(place).to_vec()).unwrap();
        let values = |record: &Record| (0..record.len()).map(|place| value(record, place)).collect();
        records.iter().map(|record| (record.line, values(record), record.broken)).collect()
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn lines_end_in_lf_crlf_or_cr_and_blank_ones_are_no_rows() {
        for text in ["a,b\nc,d", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "a,b\nc,d\n\n\n"] {
            assert_eq!(cut(text), [(1, words(&["a", "b"]), None), (2, words(&["c", "d"]), None)], "{text:?}");
        }
        assert_eq!(cut("\r\n\r\na\n\n\"\"\n"), [(3, words(&["a"]), None), (5, words(&[""]), None)]);
        assert_eq!(cut(""), []);
        assert_eq!(cut("a,"), [(1, words(&["a", ""]), None)]);
    }

    #[test]
    fn quotes_hold_commas_quotes_and_ends_of_line() {
        assert_eq!(cut("\"a,\"\"b\"\n"), [(1, words(&["a,\"b"]), None)]);
        assert_eq!(
            cut("\"a\r\nb\",c\nd,e\n"),
            [(1, words(&["a\r\nb", "c"]), None), (3, words(&["d", "e"]), None)]
        );
    }

    #[test]
    fn what_breaks_the_form_is_told_with_its_place() {
        let broken = |text: &str| {
            cut(text).into_iter().filter_map(|(line, _, broken)| Some((line, broken?))).collect::<Vec<_>>()
        };
        assert_eq!(broken("a\nb,\"c\nd"), [(2, (Broken::Unterminated(2), 1))]);
        assert_eq!(broken("\"a\"x,b\nc\n"), [(1, (Broken::AfterQuote, 0))]);
        assert_eq!(broken("x,a\"b\"\n"), [(1, (Broken::QuoteInside, 1))]);
        assert_eq!(broken("123456789\n"), [(1, (Broken::TooLong, 0))]);
        assert_eq!(broken("a,b,c,d,e\n"), [(1, (Broken::TooMany, 4))]);
        assert_eq!(broken("\"\"\"\"\n\"a\"\n"), []);
    }
}
