//! A small terminal for tests: it reads what we send and refuses what no terminal should get.

use ratatui::style::{Color, Modifier};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// One cell as somebody sees it. The right half of a wide character has an empty symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) symbol: String,
    pub(super) foreground: Color,
    pub(super) background: Color,
    pub(super) attributes: Modifier,
}

impl Seen {
    const BLANK: Self = Self {
        symbol: String::new(),
        foreground: Color::Reset,
        background: Color::Reset,
        attributes: Modifier::empty(),
    };

    fn space(like: &Self) -> Self {
        Self { symbol: " ".to_owned(), ..like.clone() }
    }
}

/// How wide a terminal draws a cluster of several code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clusters {
    /// As many columns as we think.
    Agreed,
    /// So many columns more or less than we think, but one at least.
    Shifted(isize),
    /// Each code point that is no mark in cells of its own, as tmux does.
    ByCodePoint,
    /// As [`Clusters::ByCodePoint`], each that is not ASCII two columns wide.
    AllDouble,
}

/// A terminal of fixed size.
#[derive(Debug)]
pub(super) struct Emulator {
    pub(super) columns: usize,
    pub(super) cells: Vec<Seen>,
    pub(super) cursor: (usize, usize),
    pub(super) cursor_shown: bool,
    pub(super) clusters: Clusters,
    wraps: bool,
    wrap_waits: bool,
    pen: Seen,
}

impl Emulator {
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        Self {
            columns,
            cells: vec![Seen::space(&Seen::BLANK); columns * rows],
            cursor: (0, 0),
            cursor_shown: false,
            clusters: Clusters::Agreed,
            wraps: true,
            wrap_waits: false,
            pen: Seen::BLANK,
        }
    }

    /// Reads one message.
    ///
    /// # Panics
    /// On anything that it does not know: the frame backend sends nothing else.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        let mut rest = std::str::from_utf8(bytes).unwrap();
        while let Some(character) = rest.chars().next() {
            let text = rest;
            rest = &rest[character.len_utf8()..];
            let (x, y) = self.cursor;
            match character {
                '\r' => self.go_to(0, y),
                '\n' => {
                    assert!(y + 1 < self.rows(), "a line feed in the last row scrolls");
                    assert_eq!(x, 0, "a line feed within a row is not portable");
                    self.go_to(x, y + 1);
                }
                '\x08' => {
                    assert!(!self.wrap_waits && x > 0, "terminals differ here");
                    self.go_to(x - 1, y);
                }
                '\x1b' => {
                    let body = rest.strip_prefix('[').unwrap();
                    let end = body.find(|last: char| ('@'..='~').contains(&last)).unwrap();
                    self.obey(&body[..end], body.as_bytes()[end]);
                    rest = &body[end + 1..];
                }
                _ => {
                    let (symbol, width) = self.measure(text);
                    self.print(symbol, width);
                    rest = &text[symbol.len()..];
                }
            }
        }
    }

    /// The text of one row.
    pub(super) fn row(&self, y: usize) -> String {
        self.cells[y * self.columns..][..self.columns].iter().map(|cell| cell.symbol.as_str()).collect()
    }

    fn rows(&self) -> usize {
        self.cells.len() / self.columns
    }

    fn go_to(&mut self, x: usize, y: usize) {
        self.cursor = (x.min(self.columns - 1), y.min(self.rows() - 1));
        self.wrap_waits = false;
    }

    fn obey(&mut self, parameters: &str, last: u8) {
        let numbers: Vec<usize> = parameters.split(';').map(|digits| digits.parse().unwrap_or(0)).collect();
        let count = numbers[0].max(1);
        let (x, y) = self.cursor;
        assert!(!self.wrap_waits || !b"ABCDK".contains(&last), "terminals differ here");
        match last {
            b'A' => self.go_to(x, y - count),
            b'B' => self.go_to(x, y + count),
            b'C' => self.go_to(x + count, y),
            b'D' => self.go_to(x - count, y),
            b'G' => self.go_to(count - 1, y),
            b'H' => self.go_to(numbers.get(1).map_or(0, |&column| column.max(1) - 1), count - 1),
            b'J' => {
                assert_eq!(parameters, "2");
                self.cells.fill(Seen::space(&Seen::BLANK));
            }
            b'K' => {
                assert_eq!(parameters, "");
                self.split_wide(x, y);
                let erased = Seen { background: self.pen.background, ..Seen::space(&Seen::BLANK) };
                self.cells[y * self.columns..][x..self.columns].fill(erased);
            }
            b'm' => self.change_pen(&numbers),
            b'h' | b'l' => match parameters {
                "?2026" | "?1049" | "?2004" => {}
                "?7" => self.wraps = last == b'h',
                "?25" => self.cursor_shown = last == b'h',
                other => panic!("unknown mode {other}"),
            },
            other => panic!("unknown sequence {parameters}{}", char::from(other)),
        }
    }

    fn change_pen(&mut self, numbers: &[usize]) {
        let mut numbers = numbers.iter().copied();
        while let Some(number) = numbers.next() {
            let attributes = &mut self.pen.attributes;
            match number {
                0 => self.pen = Seen::BLANK,
                1..=9 => attributes.insert(Modifier::from_bits_truncate(1 << (number - 1))),
                22 => attributes.remove(Modifier::BOLD | Modifier::DIM),
                25 => attributes.remove(Modifier::SLOW_BLINK | Modifier::RAPID_BLINK),
                23..=29 => attributes.remove(Modifier::from_bits_truncate(1 << (number - 21))),
                39 => self.pen.foreground = Color::Reset,
                49 => self.pen.background = Color::Reset,
                38 => self.pen.foreground = extended(&mut numbers),
                48 => self.pen.background = extended(&mut numbers),
                30..=37 | 90..=97 => self.pen.foreground = indexed(number % 10 + number / 90 * 8),
                40..=47 | 100..=107 => self.pen.background = indexed(number % 10 + number / 100 * 8),
                other => panic!("unknown attribute {other}"),
            }
        }
    }

    /// The columns of what is printed next, and how much of `text` that is.
    fn measure<'a>(&self, text: &'a str) -> (&'a str, usize) {
        let cluster = text.graphemes(true).next().unwrap();
        let first = cluster.chars().next().unwrap();
        let character = &cluster[..first.len_utf8()];
        match self.clusters {
            _ if character == cluster => {}
            Clusters::Agreed => return (cluster, cluster.width()),
            Clusters::Shifted(by) => return (cluster, cluster.width().saturating_add_signed(by).max(1)),
            Clusters::ByCodePoint | Clusters::AllDouble => {}
        }
        match first.width().unwrap() {
            1 if self.clusters == Clusters::AllDouble && !first.is_ascii() => (character, 2),
            width => (character, width),
        }
    }

    fn print(&mut self, symbol: &str, width: usize) {
        assert!(!symbol.contains(char::is_control), "a control character came through: {symbol:?}");
        let (mut x, mut y) = self.cursor;
        if width == 0 {
            x -= usize::from(!self.wrap_waits && x > 0);
            while x > 0 && self.cells[y * self.columns + x].symbol.is_empty() {
                x -= 1;
            }
            self.cells[y * self.columns + x].symbol.push_str(symbol);
            return;
        }
        if !self.wraps && x + width > self.columns {
            // What has no room is left out.
            return;
        }
        if self.wraps && (self.wrap_waits || x + width > self.columns) {
            assert!(y + 1 < self.rows(), "printing beyond the last cell scrolls");
            self.go_to(0, y + 1);
            (x, y) = self.cursor;
        }
        self.split_wide(x, y);
        self.split_wide(x + width, y);
        let at = y * self.columns + x;
        self.cells[at] = Seen { symbol: symbol.into(), ..self.pen.clone() };
        self.cells[at + 1..at + width].fill(self.pen.clone());
        self.cursor.0 = (x + width).min(self.columns - 1);
        self.wrap_waits = x + width == self.columns;
    }

    /// What is written over one part of a wide character leaves the other parts blank.
    fn split_wide(&mut self, x: usize, y: usize) {
        let row = &mut self.cells[y * self.columns..][..self.columns];
        if row.get(x).is_none_or(|cell| !cell.symbol.is_empty()) {
            return;
        }
        let first = row[..x].iter().rposition(|cell| !cell.symbol.is_empty()).unwrap();
        let covered = row[first + 1..].iter().take_while(|cell| cell.symbol.is_empty()).count();
        for cell in &mut row[first..=first + covered] {
            *cell = Seen::space(cell);
        }
    }
}

fn extended(numbers: &mut impl Iterator<Item = usize>) -> Color {
    let kind = numbers.next();
    let mut part = || u8::try_from(numbers.next().unwrap()).unwrap();
    match kind {
        Some(2) => Color::Rgb(part(), part(), part()),
        Some(5) => Color::Indexed(part()),
        other => panic!("unknown colour space {other:?}"),
    }
}

fn indexed(number: usize) -> Color {
    Color::Indexed(u8::try_from(number).unwrap())
}
