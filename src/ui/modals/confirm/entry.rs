//! The fields of a confirmation: those that the action declares, and the login typed from L3 on.

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;

use crate::actions::form::{Answers, Field as Declared, FieldKind, REASON};
use crate::actions::spec::Risk;
use crate::base::limits::WHEN_CHARS_MAX;
use crate::ui::card::Card;
use crate::ui::parts::field::{Field, Shape};

/// One field with what was typed.
#[derive(Debug)]
pub(crate) struct Entry {
    what: What,
    pub(crate) field: Field,
    /// What is wrong with it.
    pub(crate) fault: Option<String>,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Declared(&'static Declared),
    /// The login of whom it is about, to be typed exactly.
    Login,
}

const LOGIN_CHARS_MAX: usize = 64;

impl Entry {
    /// The fields of `form` on a screen, and what else `risk` asks for.
    pub(crate) fn form(form: &'static [Declared], risk: Risk) -> Vec<Self> {
        let mut entries: Vec<Self> = form.iter().filter_map(Self::declared).collect();
        if risk >= Risk::L3 {
            let field = Field::new(Shape::Line, LOGIN_CHARS_MAX);
            entries.push(Self { what: What::Login, field, fault: None });
        }
        entries
    }

    fn declared(declared: &'static Declared) -> Option<Self> {
        let field = match declared.kind {
            FieldKind::Line { chars_max, .. } => Field::new(Shape::Line, chars_max),
            FieldKind::Text { chars_max } => Field::new(Shape::Lines, chars_max),
            FieldKind::When => Field::new(Shape::Line, WHEN_CHARS_MAX),
            FieldKind::Choice(words) => {
                let mut field =
                    Field::new(Shape::Line, words.iter().map(|word| word.chars().count()).max().unwrap_or(0));
                if declared.required {
                    field.set(words.first().copied().unwrap_or_default());
                }
                field
            }
            FieldKind::File => return None,
        };
        Some(Self { what: What::Declared(declared), field, fault: None })
    }

    /// What the screen calls it.
    pub(crate) const fn label(&self) -> &'static str {
        match self.what {
            What::Declared(declared) => declared.label,
            What::Login => "Type the login to confirm",
        }
    }

    /// What it wants, in a few words.
    pub(crate) fn wants(&self) -> String {
        let What::Declared(declared) = self.what else { return String::new() };
        let wants = match declared.kind {
            FieldKind::Line { chars_min, .. } if chars_min > 1 => format!("{chars_min}+ characters"),
            FieldKind::Text { .. } => "Ctrl-o breaks the line".to_owned(),
            FieldKind::When => "2026-05-14 18:00, fri 18:00, +2h; UTC".to_owned(),
            FieldKind::Choice(words) => format!("left/right: {}", words.join(", ")),
            FieldKind::Line { .. } | FieldKind::File => String::new(),
        };
        match (declared.required, wants.is_empty()) {
            (true, _) => wants,
            (false, true) => "optional".to_owned(),
            (false, false) => format!("optional, {wants}"),
        }
    }

    /// Whether it must be filled in.
    pub(crate) const fn is_required(&self) -> bool {
        match self.what {
            What::Declared(declared) => declared.required,
            What::Login => true,
        }
    }

    /// What was typed.
    pub(crate) fn text(&self) -> &str {
        self.field.text()
    }

    /// A key: edits text, or goes through the words of a choice.
    pub(crate) fn key(&mut self, name: &str, key: KeyEvent) {
        self.fault = None;
        match self.choice() {
            None => {
                self.field.key(key);
            }
            Some(words) => match name {
                "right" | "space" => self.choose(words, 1),
                "left" => self.choose(words, words.len().saturating_sub(1)),
                _ => {}
            },
        }
    }

    /// Pasted text; a choice takes none.
    pub(crate) fn paste(&mut self, text: &str) {
        if self.choice().is_none() {
            self.fault = None;
            self.field.paste(text);
        }
    }

    fn choice(&self) -> Option<&'static [&'static str]> {
        match self.what {
            What::Declared(Declared { kind: FieldKind::Choice(words), .. }) => Some(words),
            What::Declared(_) | What::Login => None,
        }
    }

    fn choose(&mut self, words: &[&str], by: usize) {
        let at =
            words.iter().position(|word| *word == self.text()).map_or(0, |at| (at + by) % words.len().max(1));
        self.field.set(words.get(at).copied().unwrap_or_default());
    }

    /// Whether the field has this name.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        matches!(self.what, What::Declared(declared) if declared.name == name)
    }
}

/// What was filled in, by name of the field.
pub(crate) fn answers(entries: &[Entry]) -> BTreeMap<String, String> {
    let given = entries.iter().filter_map(|entry| match entry.what {
        What::Declared(declared) => Some((declared.name.to_owned(), entry.text().to_owned())),
        What::Login => None,
    });
    given.collect()
}

/// What was filled in, for a look at what it would do: a reason that is not written yet changes nothing about that.
pub(crate) fn answers_to_look(entries: &[Entry]) -> BTreeMap<String, String> {
    let mut given = answers(entries);
    let is_short = |reason: &&mut String| matches!(REASON.kind, FieldKind::Line { chars_min, .. } if reason.trim().chars().count() < chars_min);
    if let Some(reason) = given.get_mut(REASON.name).filter(is_short) {
        "(not written yet)".clone_into(reason);
    }
    given
}

/// What was typed to confirm; empty where nothing is asked.
pub(crate) fn confirmed(entries: &[Entry]) -> String {
    let login = entries.iter().find(|entry| matches!(entry.what, What::Login));
    login.map_or_else(String::new, |entry| entry.text().trim().to_owned())
}

/// The first field that is not filled in as it should be, and what is wrong.
pub(crate) fn fault(entries: &[Entry], form: &'static [Declared], card: &Card) -> Option<(usize, String)> {
    if let Err(fault) = Answers::check(form, &answers(entries)) {
        let at = entries.iter().position(|entry| entry.is_named(fault.field))?;
        return Some((at, fault.text));
    }
    let at = entries.iter().position(|entry| matches!(entry.what, What::Login))?;
    (confirmed(entries) != card.login).then(|| (at, format!("wants `{}` exactly", card.login)))
}
