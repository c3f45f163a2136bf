//! Rust source as the tidy test reads it: code without comments and text, literals, functions, paths.
//!
//! Deliberately not a parser: braces are counted once comments, strings and characters are out of
//! the way, which is enough for files that rustfmt has formatted.

/// One file, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The text with comments, strings and characters blanked; lines stay where they were.
    pub(crate) code: String,
    /// String literals with the line on which each begins, from 1.
    pub(crate) literals: Vec<(usize, String)>,
}

/// A function: name, first line, number of lines to the brace that closes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
}

impl Source {
    /// Takes `text` apart.
    pub(crate) fn read(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut reader = Reader { rest: &characters, at: 0, line: 1, source: Self::default() };
        while reader.at < characters.len() {
            reader.step();
        }
        reader.source
    }

    /// The same without what is compiled for tests only; names of modules declared so come back.
    pub(crate) fn without_tests(mut self) -> (Self, Vec<String>) {
        let mut files = Vec::new();
        while let Some(start) = self.code.find("#[cfg(test)]") {
            let item = &self.code[start..];
            let open = item.find(['{', ';']).unwrap_or(item.len() - 1);
            let end = if item[open..].starts_with('{') { open + closing(&item[open..]) } else { open };
            if item[open..].starts_with(';')
                && let Some(name) = item[..open].split_whitespace().last()
            {
                files.push(name.to_owned());
            }
            let lines = self.line_of(start)..=self.line_of(start + end);
            self.literals.retain(|(line, _)| !lines.contains(line));
            let blank: String =
                item[..=end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }).collect();
            self.code.replace_range(start..=start + end, &blank);
        }
        (self, files)
    }

    /// Names that follow `root::` somewhere in the code: `crate::{a::b, c}` gives `a` and `c`.
    pub(crate) fn paths_from(&self, root: &str) -> Vec<(usize, String)> {
        let wanted = format!("{root}::");
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices(&wanted) {
            let before = self.code[..at].chars().next_back();
            if before.is_some_and(|letter| is_word(letter) || letter == ':') {
                continue;
            }
            let after = self.code[at + wanted.len()..].trim_start();
            let line = self.line_of(at);
            if let Some(group) = after.strip_prefix('{') {
                let group = &group[..closing(after).saturating_sub(1)];
                found.extend(first_names(group).into_iter().map(|name| (line, name)));
            } else {
                found.push((line, word(after)));
            }
        }
        found.retain(|(_, name)| !name.is_empty());
        found
    }

    /// All functions with a body, in order.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices("fn ") {
            let name = word(&self.code[at + 3..]);
            let starts = at == 0 || !self.code[..at].ends_with(is_word);
            if !starts || name.is_empty() {
                continue;
            }
            if let Some(open) = body(&self.code[at..]) {
                let end = at + open + closing(&self.code[at + open..]);
                let line = self.line_of(at);
                found.push(Function { name, line, lines: self.line_of(end) - line + 1 });
            }
        }
        found
    }

    fn line_of(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

/// Where the body of a function begins; `None` for a declaration that ends in `;`.
fn body(signature: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, letter) in signature.char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 => return None,
            '{' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Place of the brace that closes the one at the start; the end where none does.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len() - 1
}

/// First name of each member of a braced `use` group.
fn first_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut member) = (0, Vec::new(), String::new());
    for letter in group.chars().chain([',']) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(word(std::mem::take(&mut member).trim_start())),
            _ => {}
        }
        if letter != ',' || depth > 0 {
            member.push(letter);
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|letter| is_word(*letter)).collect()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

struct Reader<'a> {
    rest: &'a [char],
    at: usize,
    line: usize,
    source: Source,
}

impl Reader<'_> {
    fn step(&mut self) {
        let here = self.rest[self.at];
        let next = self.rest.get(self.at + 1).copied();
        match (here, next) {
            ('/', Some('/')) => self.blank_while(|rest| rest[0] != '\n'),
            ('/', Some('*')) => self.block_comment(),
            ('"', _) => self.text(),
            ('r', Some('"' | '#')) if self.starts_word() && self.raw_hashes().is_some() => {
                let hashes = self.raw_hashes().unwrap_or(0);
                self.blank(1 + hashes);
                self.text_raw(hashes);
            }
            ('\'', Some('\\')) => {
                self.blank(3);
                self.blank_while(|rest| rest[0] != '\'');
                self.blank(1);
            }
            ('\'', Some(_)) if self.rest.get(self.at + 2) == Some(&'\'') => self.blank(3),
            _ => self.keep(),
        }
    }

    fn starts_word(&self) -> bool {
        self.at == 0 || !is_word(self.rest[self.at - 1]) || self.rest[self.at - 1] == 'b'
    }

    fn raw_hashes(&self) -> Option<usize> {
        let after = &self.rest[self.at + 1..];
        let hashes = after.iter().take_while(|letter| **letter == '#').count();
        (after.get(hashes) == Some(&'"')).then_some(hashes)
    }

    fn keep(&mut self) {
        let letter = self.rest[self.at];
        self.source.code.push(letter);
        self.line += usize::from(letter == '\n');
        self.at += 1;
    }

    fn blank(&mut self, count: usize) {
        for letter in self.rest.iter().skip(self.at).take(count) {
            self.source.code.push(if *letter == '\n' { '\n' } else { ' ' });
            self.line += usize::from(*letter == '\n');
        }
        self.at = (self.at + count).min(self.rest.len());
    }

    fn blank_while(&mut self, more: impl Fn(&[char]) -> bool) {
        while self.at < self.rest.len() && more(&self.rest[self.at..]) {
            self.blank(1);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.rest.len() {
            let pair = (self.rest[self.at], self.rest.get(self.at + 1).copied());
            match pair {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                _ => {
                    self.blank(1);
                    continue;
                }
            }
            self.blank(2);
            if depth == 0 {
                return;
            }
        }
    }

    fn text(&mut self) {
        let (line, start) = (self.line, self.at + 1);
        self.blank(1);
        while self.at < self.rest.len() && self.rest[self.at] != '"' {
            self.blank(if self.rest[self.at] == '\\' { 2 } else { 1 });
        }
        self.literal(line, start);
        self.blank(1);
    }

    fn text_raw(&mut self, hashes: usize) {
        let (line, start) = (self.line, self.at + 1);
        self.blank(1);
        let ends = |rest: &[char]| {
            rest[0] == '"' && rest[1..].iter().take_while(|letter| **letter == '#').count() >= hashes
        };
        self.blank_while(|rest| !ends(rest));
        self.literal(line, start);
        self.blank(1 + hashes);
    }

    fn literal(&mut self, line: usize, start: usize) {
        let text = self.rest[start.min(self.at)..self.at].iter().collect();
        self.source.literals.push((line, text));
    }
}
