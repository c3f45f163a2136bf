//! Reading the shape of a filter: groups, negations, quotes, and where each term begins and ends.

use crate::base::limits;
use crate::directory::filter::{Expr, Mistake};
use crate::directory::language::terms;

/// A filter that is being read.
pub(super) struct Parser {
    characters: Vec<char>,
    at: usize,
    terms: usize,
}

/// One term as written, without what negates it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// The field's name as typed and how it is compared; `None` for a word.
    pub(super) field: Option<(String, Sign)>,
    /// Whether a `~` stands before it.
    pub(super) is_like: bool,
    /// The values, at least one; a word has exactly one.
    pub(super) values: Vec<String>,
    is_closed: bool,
}

/// How a field is compared with its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// `:`
    Is,
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Sign {
    /// As it is written.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Is => ":",
            Self::Equal => "=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl Parser {
    pub(super) fn new(text: &str) -> Self {
        Self { characters: text.chars().collect(), at: 0, terms: 0 }
    }

    /// All of it.
    pub(super) fn whole(mut self) -> Result<Expr, Mistake> {
        let root = self.any(0)?;
        // Nothing but a `)` that opens nowhere ends it earlier.
        match self.peek() {
            None => Ok(root),
            Some(_) => self.mistake(self.at, self.at + 1, "no `(` stands before this `)`"),
        }
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn mistake<T>(&self, start: usize, end: usize, text: &str) -> Result<T, Mistake> {
        let end = end.min(self.characters.len());
        Err(Mistake { start: start.min(end), end, text: text.to_owned() })
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Alternatives, with `|` between them.
    fn any(&mut self, depth: usize) -> Result<Expr, Mistake> {
        let mut branches = vec![self.all(depth)?];
        while self.peek() == Some('|') {
            let bar = self.at;
            self.at += 1;
            let branch = self.all(depth)?;
            if branch == Expr::default() || branches.last() == Some(&Expr::default()) {
                return self.mistake(bar, bar + 1, "`|` wants a term on both sides");
            }
            branches.push(branch);
        }
        Ok(if branches.len() == 1 { branches.pop().unwrap_or_default() } else { Expr::Any(branches) })
    }

    /// Terms side by side.
    fn all(&mut self, depth: usize) -> Result<Expr, Mistake> {
        let mut all = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None | Some('|' | ')') => break,
                Some(_) => all.push(self.one(depth)?),
            }
        }
        Ok(if all.len() == 1 { all.pop().unwrap_or_default() } else { Expr::All(all) })
    }

    /// A term or a group, with what negates it.
    fn one(&mut self, depth: usize) -> Result<Expr, Mistake> {
        let start = self.at;
        let mut is_negated = false;
        while matches!(self.peek(), Some('-' | '!')) && self.followed_by_something() {
            is_negated = !is_negated;
            self.at += 1;
        }
        let one = if self.peek() == Some('(') { self.group(depth)? } else { self.term(start, depth)? };
        Ok(if is_negated { Expr::Not(Box::new(one)) } else { one })
    }

    fn followed_by_something(&self) -> bool {
        let next = self.characters.get(self.at + 1);
        next.is_some_and(|next| !next.is_whitespace() && !matches!(next, '|' | ')'))
    }

    fn group(&mut self, depth: usize) -> Result<Expr, Mistake> {
        let start = self.at;
        if depth == limits::FILTER_DEPTH_MAX {
            return self.mistake(start, start + 1, "too many groups within one another");
        }
        self.at += 1;
        let inside = self.any(depth + 1)?;
        if self.peek() != Some(')') {
            return self.mistake(start, self.characters.len(), "a closing `)` is missing");
        }
        self.at += 1;
        if inside == Expr::default() {
            return self.mistake(start, self.at, "nothing stands between the parentheses");
        }
        Ok(inside)
    }

    fn term(&mut self, start: usize, depth: usize) -> Result<Expr, Mistake> {
        self.terms += 1;
        if self.terms > limits::FILTER_TERMS_MAX {
            let text = format!("a filter has at most {} terms", limits::FILTER_TERMS_MAX);
            return self.mistake(start, self.characters.len(), &text);
        }
        let written = self.written(depth);
        if !written.is_closed {
            return self.mistake(start, self.at, "a closing `\"` is missing");
        }
        terms::understood(&written).or_else(|text| self.mistake(start, self.at, &text))
    }

    /// Reads one term: up to a blank, a `|`, or the `)` of a group, all of which may stand in quotes.
    fn written(&mut self, depth: usize) -> Written {
        let mut written = Written { is_closed: true, ..Written::default() };
        if self.peek() == Some('~') && self.followed_by_something() {
            written.is_like = true;
            self.at += 1;
        }
        let (mut value, mut was_quoted) = (String::new(), false);
        while let Some(character) = self.peek() {
            let ends = character.is_whitespace() || character == '|' || (character == ')' && depth > 0);
            match character {
                '"' => {
                    written.is_closed = !written.is_closed;
                    was_quoted = true;
                }
                _ if !written.is_closed => value.push(character),
                _ if ends => break,
                ',' if written.field.is_some() => written.values.push(std::mem::take(&mut value)),
                ':' | '=' | '<' | '>'
                    if written.field.is_none()
                        && !was_quoted
                        && !written.is_like
                        && terms::names_a_field(&value) =>
                {
                    written.field = Some((std::mem::take(&mut value), self.sign(character)));
                }
                _ => value.push(character),
            }
            self.at += 1;
        }
        written.values.push(value);
        written
    }

    /// The sign that begins here; of two characters the first is passed.
    fn sign(&mut self, first: char) -> Sign {
        let has_equal = self.characters.get(self.at + 1) == Some(&'=');
        if has_equal && matches!(first, '<' | '>') {
            self.at += 1;
        }
        match (first, has_equal) {
            ('<', false) => Sign::Less,
            ('<', true) => Sign::AtMost,
            ('>', false) => Sign::More,
            ('>', true) => Sign::AtLeast,
            ('=', _) => Sign::Equal,
            (_, _) => Sign::Is,
        }
    }
}
