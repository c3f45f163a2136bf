//! The fields of a confirmation: those that the action declares, and from L3 on the login typed and a fresh code.

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;

use crate::actions::form::{Answers, Field as Declared, FieldKind, Initial, REASON};
use crate::actions::{Spec, proof};
use crate::base::limits::{
    LONG_REASON_CHARS_MIN, PEOPLE_CHARS_MAX, SET_TYPED_ABOVE, STRUCTURE_NAME_CHARS_MAX, UNLOCK_CHARS_MAX,
    WHEN_CHARS_MAX,
};
use crate::base::secret::Secret;
use crate::domain::target::TargetKind;
use crate::ui::modals::confirm::{Filled, State};
use crate::ui::parts::field::{Field, Shape};
use crate::ui::whom::Whom;

/// One field with what was typed.
#[derive(Debug)]
pub(crate) struct Entry {
    what: What,
    pub(crate) field: Field,
    /// The words to choose from; none where text is typed.
    words: Vec<String>,
    /// What is wrong with it.
    pub(crate) fault: Option<String>,
    /// What stands there in the record, once that is known.
    initial: Option<String>,
    /// What stands there does not fit: it is neither shown nor changed.
    is_closed: bool,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Declared(&'static Declared),
    /// The login or name of what it is about, to be typed exactly.
    Login(TargetKind),
    /// A code of the second factor.
    Code,
    /// How many a set has, to be typed exactly.
    Number,
    /// What something new is to be called.
    Name,
}

const LOGIN_CHARS_MAX: usize = 64;
const NUMBER_CHARS_MAX: usize = 9;

/// Digits of a code; a backup code is longer.
const CODE_CHARS_MIN: usize = 6;

impl Entry {
    /// The fields of `form` on a screen, and what else `spec` asks for of `whom`. Upon a set it asks for a reason
    /// whatever its level is, and upon a large one for its number.
    pub(crate) fn form(form: &'static [Declared], spec: &'static Spec, whom: &Whom) -> Vec<Self> {
        let mut entries: Vec<Self> = form.iter().filter_map(|field| Self::declared(field, whom)).collect();
        match whom {
            Whom::One(card) if proof::is_asked(spec) => {
                let what = What::Login(card.id.kind());
                entries.push(Self::of(what, Field::new(Shape::Line, LOGIN_CHARS_MAX)));
            }
            Whom::One(_) => {}
            Whom::New(_) => {
                let name = Field::new(Shape::Line, STRUCTURE_NAME_CHARS_MAX);
                entries.insert(0, Self::of(What::Name, name));
            }
            Whom::Set(crowd) => {
                if !form.iter().any(|field| field.name == REASON.name) {
                    static ONLY_REASON: Declared = REASON;
                    entries.extend(Self::declared(&ONLY_REASON, whom));
                }
                if proof::is_asked(spec) || crowd.users.len() > SET_TYPED_ABOVE {
                    entries.push(Self::of(What::Number, Field::new(Shape::Line, NUMBER_CHARS_MAX)));
                }
            }
        }
        entries
    }

    /// The field for a fresh code.
    pub(crate) fn code() -> Self {
        Self::of(What::Code, Field::new(Shape::Masked, UNLOCK_CHARS_MAX))
    }

    const fn of(what: What, field: Field) -> Self {
        Self { what, field, words: Vec::new(), fault: None, initial: None, is_closed: false }
    }

    fn declared(declared: &'static Declared, whom: &Whom) -> Option<Self> {
        let words: Vec<String> = match declared.kind {
            FieldKind::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            FieldKind::Masked => whom.card().map(|card| card.masked.clone()).unwrap_or_default(),
            FieldKind::Line { .. } | FieldKind::Text { .. } | FieldKind::When | FieldKind::People => {
                Vec::new()
            }
            FieldKind::File => return None,
        };
        let mut field = match declared.kind {
            FieldKind::Line { chars_max, .. } => Field::new(Shape::Line, chars_max),
            FieldKind::Text { chars_max } => Field::new(Shape::Lines, chars_max),
            FieldKind::When => Field::new(Shape::Line, WHEN_CHARS_MAX),
            FieldKind::People => Field::new(Shape::Lines, PEOPLE_CHARS_MAX),
            FieldKind::Choice(_) | FieldKind::Masked | FieldKind::File => {
                Field::new(Shape::Line, words.iter().map(|word| word.chars().count()).max().unwrap_or(0))
            }
        };
        if let (true, Some(first)) = (declared.required, words.first()) {
            field.set(first);
        }
        Some(Self { words, ..Self::of(What::Declared(declared), field) })
    }

    /// Takes in what stands in the record; words that the operator typed stay.
    fn fill(&mut self, of: impl Fn(Initial) -> Option<String>) {
        let What::Declared(declared) = self.what else { return };
        let Some(initial) = of(declared.initial) else { return };
        let is_untouched = !self.is_touched();
        self.is_closed = !self.field.fits(&initial);
        if self.is_closed {
            self.fault = Some("is too long to be changed here".to_owned());
        } else if is_untouched {
            self.field.set(&initial);
        }
        self.initial = Some(initial);
    }

    /// Whether the operator made it something else than it was.
    fn is_touched(&self) -> bool {
        !self.is_closed && self.text().trim() != self.initial.as_deref().unwrap_or_default().trim()
    }

    /// Whether the action declares it.
    pub(crate) const fn is_declared(&self) -> bool {
        matches!(self.what, What::Declared(_))
    }

    /// Whether it is the name of what is to be made.
    pub(crate) const fn is_name(&self) -> bool {
        matches!(self.what, What::Name)
    }

    /// Whether it is the field for a code.
    pub(crate) const fn is_code(&self) -> bool {
        matches!(self.what, What::Code)
    }

    /// What the screen calls it.
    pub(crate) const fn label(&self) -> &'static str {
        match self.what {
            What::Declared(declared) => declared.label,
            What::Login(TargetKind::User) => "Type the login to confirm",
            What::Login(_) => "Type the name to confirm",
            What::Name => "Name",
            What::Code => "Code of your second factor",
            What::Number => "Type the number to confirm",
        }
    }

    /// What it wants, in a few words.
    pub(crate) fn wants(&self) -> String {
        let declared = match self.what {
            What::Declared(declared) => declared,
            What::Login(_) | What::Number | What::Name => return String::new(),
            What::Code => return "six digits".to_owned(),
        };
        let wants = match declared.kind {
            FieldKind::Line { chars_min, .. } if chars_min > 1 => format!("{chars_min}+ characters"),
            FieldKind::Text { .. } => "Ctrl-o breaks the line".to_owned(),
            FieldKind::People => "logins, ; between".to_owned(),
            FieldKind::When => "2026-05-14 18:00, fri 18:00, +2h; UTC".to_owned(),
            FieldKind::Choice(_) | FieldKind::Masked if !self.words.is_empty() => {
                format!("left/right: {}", self.words.join(", "))
            }
            FieldKind::Line { .. } | FieldKind::Choice(_) | FieldKind::Masked | FieldKind::File => {
                String::new()
            }
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
            What::Login(_) | What::Number | What::Code | What::Name => true,
        }
    }

    /// What was typed.
    pub(crate) fn text(&self) -> &str {
        self.field.text()
    }

    /// A key: edits text, or goes through the words of a choice.
    pub(crate) fn key(&mut self, name: &str, key: KeyEvent) {
        if self.is_closed {
            return;
        }
        self.fault = None;
        match name {
            _ if !self.is_choice() => {
                self.field.key(key);
            }
            "right" | "space" => self.choose(1),
            "left" => self.choose(self.words.len().saturating_sub(1)),
            _ => {}
        }
    }

    /// Pasted text; a choice takes none.
    pub(crate) fn paste(&mut self, text: &str) {
        if !self.is_choice() && !self.is_closed {
            self.fault = None;
            self.field.paste(text);
        }
    }

    fn is_choice(&self) -> bool {
        match self.what {
            What::Declared(declared) => matches!(declared.kind, FieldKind::Choice(_) | FieldKind::Masked),
            What::Login(_) | What::Number | What::Code | What::Name => false,
        }
    }

    fn choose(&mut self, by: usize) {
        let at = self.words.iter().position(|word| word == self.text());
        let next = at.map_or(0, |at| (at + by) % self.words.len().max(1));
        let word = self.words.get(next).cloned().unwrap_or_default();
        self.field.set(&word);
    }

    /// Whether the field has this name.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        matches!(self.what, What::Declared(declared) if declared.name == name)
    }
}

/// Takes in what was typed before the window opened; of a choice only a word that there is.
pub(crate) fn fill_in(entries: &mut [Entry], filled: &Filled) {
    for entry in entries {
        let text = match entry.what {
            What::Declared(declared) => filled.answers.get(declared.name),
            What::Name => Some(&filled.name),
            What::Login(_) | What::Code | What::Number => None,
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
        if entry.is_choice() && !entry.words.contains(text) {
            entry.fault = Some(format!("must be one of {}", entry.words.join(", ")));
        } else {
            entry.field.paste_over(text);
        }
    }
}

/// Takes in what stands in the record, as `of` tells it.
pub(crate) fn fill(entries: &mut [Entry], of: impl Fn(Initial) -> Option<String>) {
    for entry in entries {
        entry.fill(&of);
    }
}

/// Whether the form begins with what stands in the record, and all of it still stands there.
pub(crate) fn changes_nothing(entries: &[Entry]) -> bool {
    let mut begun = entries.iter().filter(|entry| entry.initial.is_some()).peekable();
    begun.peek().is_some() && !begun.any(Entry::is_touched)
}

/// Characters that the operator typed and would have to type again.
pub(crate) fn typed_chars(entries: &[Entry]) -> usize {
    let own = entries.iter().filter(|entry| entry.is_declared() && !entry.is_choice() && entry.is_touched());
    own.map(|entry| entry.text().chars().count()).sum()
}

/// What was filled in, by name of the field; what stands in the record already is not said again.
pub(crate) fn answers(entries: &[Entry]) -> BTreeMap<String, String> {
    let given = entries.iter().filter_map(|entry| match entry.what {
        What::Declared(_) if entry.initial.is_some() && !entry.is_touched() => None,
        What::Declared(declared) => Some((declared.name.to_owned(), entry.text().to_owned())),
        What::Login(_) | What::Number | What::Code | What::Name => None,
    });
    given.collect()
}

/// The code that was typed; `None` where none is asked.
pub(crate) fn code(entries: &[Entry]) -> Option<Secret<String>> {
    let entry = entries.iter().find(|entry| entry.is_code())?;
    Some(Secret::new(entry.text().trim().to_owned()))
}

/// What was filled in, for a look at what it would do: a reason that is not written yet changes nothing about that.
pub(crate) fn answers_to_look(entries: &[Entry]) -> BTreeMap<String, String> {
    let mut given = answers(entries);
    let is_short = |reason: &&mut String| reason.trim().chars().count() < LONG_REASON_CHARS_MIN;
    if let Some(reason) = given.get_mut(REASON.name).filter(is_short) {
        "(not written yet)".clone_into(reason);
    }
    given
}

/// What something new is to be called.
pub(crate) fn new_name(entries: &[Entry]) -> String {
    let name = entries.iter().find(|entry| matches!(entry.what, What::Name));
    name.map_or_else(String::new, |entry| entry.text().trim().to_owned())
}

/// What was typed to confirm; empty where nothing is asked.
pub(crate) fn confirmed(entries: &[Entry]) -> String {
    let typed = entries.iter().find(|entry| matches!(entry.what, What::Login(_) | What::Number));
    typed.map_or_else(String::new, |entry| entry.text().trim().to_owned())
}

/// The first field that is not filled in as it should be, and what is wrong.
pub(crate) fn fault(entries: &[Entry], state: &State) -> Option<(usize, String)> {
    let given = answers(entries);
    let checked = match &state.whom {
        Whom::One(_) | Whom::New(_) => Answers::check(state.form(), &given),
        Whom::Set(_) => Answers::check_of_set(state.form(), &given),
    };
    if let Err(fault) = checked {
        let at = entries.iter().position(|entry| entry.is_named(fault.field))?;
        return Some((at, fault.text));
    }
    let unnamed = |entry: &Entry| matches!(entry.what, What::Name) && entry.text().trim().is_empty();
    if let Some(at) = entries.iter().position(unnamed) {
        return Some((at, "is required".to_owned()));
    }
    let typed = entries.iter().position(|entry| matches!(entry.what, What::Login(_) | What::Number));
    let wanted = match (&state.whom, state.preview()) {
        (Whom::One(card), _) => card.name.clone(),
        (Whom::New(_), _) => String::new(),
        (Whom::Set(_), Some(preview)) => preview.runs().to_string(),
        (Whom::Set(crowd), None) => crowd.users.len().to_string(),
    };
    if let Some(at) = typed.filter(|_| confirmed(entries) != wanted) {
        return Some((at, format!("wants `{wanted}` exactly")));
    }
    let at = entries.iter().position(Entry::is_code)?;
    let digits = entries[at].text().chars().filter(|character| !character.is_whitespace()).count();
    (digits < CODE_CHARS_MIN).then(|| (at, "wants the six digits that are shown now".to_owned()))
}
