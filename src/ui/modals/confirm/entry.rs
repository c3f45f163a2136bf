//! The fields of a confirmation: those that the action declares, and from L3 on the login typed and a fresh code.

use crossterm::event::KeyEvent;

use crate::actions::form::{Field as Declared, FieldKind, Initial, REASON};
use crate::actions::{Spec, pick, proof};
use crate::base::limits::{
    PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, PEOPLE_CHARS_MAX, PICKED_CHARS_MAX, SET_TYPED_ABOVE,
    STRUCTURE_NAME_CHARS_MAX, UNLOCK_CHARS_MAX, WHEN_CHARS_MAX,
};
use crate::domain::target::TargetKind;
use crate::protocol::Choice;
use crate::ui::asked::Asked;
use crate::ui::parts::field::{Field, Shape};
use crate::ui::whom::Whom;

/// One field with what was typed.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(super) what: What,
    pub(crate) field: Field,
    /// The words to choose from; none where text is typed.
    pub(super) words: Vec<String>,
    /// What is wrong with it.
    pub(crate) fault: Option<String>,
    /// What stands there in the record, once that is known.
    pub(super) initial: Option<String>,
    /// What can be picked.
    pub(crate) choices: Asked<Vec<Choice>>,
    /// Whether something was picked by hand.
    pub(super) is_picked: bool,
    /// What stands there does not fit: it is neither shown nor changed.
    is_closed: bool,
}

/// What a field is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// A field of the form.
    Declared(&'static Declared),
    /// A new password, as the action declares it.
    Password(&'static Declared),
    /// The same again.
    PasswordAgain,
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
pub(super) const CODE_CHARS_MIN: usize = 6;

impl Entry {
    /// The fields of `form` on a screen, and what else `spec` asks for of `whom`. Upon a set it asks for a reason
    /// whatever its level is, and upon a large one for its number.
    pub(crate) fn form(form: &'static [Declared], spec: &'static Spec, whom: &Whom) -> Vec<Self> {
        let mut entries: Vec<Self> = Vec::new();
        for field in form {
            entries.extend(Self::declared(field, whom));
            if field.kind == FieldKind::NewPassword {
                entries.push(Self::of(What::PasswordAgain, Field::new(Shape::Masked, PASSWORD_CHARS_MAX)));
            }
        }
        match whom {
            Whom::One(card) if proof::is_asked(spec) => entries.push(Self::login(card.id.kind())),
            Whom::One(_) | Whom::Own(_) => {}
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

    /// The field for the login or name, typed to confirm.
    pub(crate) fn login(of: TargetKind) -> Self {
        Self::of(What::Login(of), Field::new(Shape::Line, LOGIN_CHARS_MAX))
    }

    /// Whether it is the field for the login.
    pub(crate) const fn is_login(&self) -> bool {
        matches!(self.what, What::Login(_))
    }

    /// The field for a fresh code.
    pub(crate) fn code() -> Self {
        Self::of(What::Code, Field::new(Shape::Masked, UNLOCK_CHARS_MAX))
    }

    fn of(what: What, field: Field) -> Self {
        Self {
            what,
            field,
            words: Vec::new(),
            fault: None,
            initial: None,
            choices: Asked::default(),
            is_picked: false,
            is_closed: false,
        }
    }

    fn declared(declared: &'static Declared, whom: &Whom) -> Option<Self> {
        let words: Vec<String> = match declared.kind {
            FieldKind::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            FieldKind::Masked => whom.card().map(|card| card.masked.clone()).unwrap_or_default(),
            FieldKind::Line { .. }
            | FieldKind::Text { .. }
            | FieldKind::When
            | FieldKind::People
            | FieldKind::Picked(_)
            | FieldKind::NewPassword => Vec::new(),
            FieldKind::File => return None,
        };
        let mut field = match declared.kind {
            FieldKind::Line { chars_max, .. } => Field::new(Shape::Line, chars_max),
            FieldKind::Text { chars_max } => Field::new(Shape::Lines, chars_max),
            FieldKind::When => Field::new(Shape::Line, WHEN_CHARS_MAX),
            FieldKind::People => Field::new(Shape::Lines, PEOPLE_CHARS_MAX),
            FieldKind::Picked(_) => Field::new(Shape::Line, PICKED_CHARS_MAX),
            FieldKind::NewPassword => {
                let field = Field::new(Shape::Masked, PASSWORD_CHARS_MAX);
                return Some(Self::of(What::Password(declared), field));
            }
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
    pub(super) fn fill(&mut self, of: impl Fn(Initial) -> Option<String>) {
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
    pub(super) fn is_touched(&self) -> bool {
        !self.is_closed && self.text().trim() != self.initial.as_deref().unwrap_or_default().trim()
    }

    /// Takes in what can be picked; what the user has stands there first.
    pub(crate) fn offer(&mut self, choices: Vec<Choice>) {
        let What::Declared(declared) = self.what else { return };
        if declared.initial == Initial::Held && self.choices.answer.is_none() {
            let held = pick::written(
                choices.iter().filter(|choice| choice.is_held).map(|choice| choice.word.as_str()),
            );
            if !self.is_picked {
                self.field.set(&held);
            }
            self.initial = Some(held);
        }
        self.choices.answer = Some(choices);
    }

    /// Fills in what was picked.
    pub(crate) fn pick(&mut self, text: &str) {
        self.fault = None;
        self.is_picked = true;
        self.field.set(text);
    }

    /// The name of the field where it is filled in by picking.
    pub(crate) const fn picked_field(&self) -> Option<&'static str> {
        match self.what {
            What::Declared(Declared { name, kind: FieldKind::Picked(_), .. }) => Some(name),
            What::Declared(_)
            | What::Password(_)
            | What::PasswordAgain
            | What::Login(_)
            | What::Name
            | What::Code
            | What::Number => None,
        }
    }

    /// Whether several can be picked.
    pub(crate) const fn takes_many(&self) -> bool {
        matches!(self.what, What::Declared(Declared { kind: FieldKind::Picked(pick), .. }) if pick.takes_many())
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
            What::Declared(declared) | What::Password(declared) => declared.label,
            What::PasswordAgain => "The same again",
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
            What::Password(_) => {
                return format!("{PASSWORD_CHARS_MIN}+ characters, no common one, more than the login");
            }
            What::PasswordAgain | What::Login(_) | What::Number | What::Name => return String::new(),
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
            FieldKind::Picked(_) => "Space picks".to_owned(),
            FieldKind::Line { .. }
            | FieldKind::Choice(_)
            | FieldKind::Masked
            | FieldKind::NewPassword
            | FieldKind::File => String::new(),
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
            What::Password(_)
            | What::PasswordAgain
            | What::Login(_)
            | What::Number
            | What::Code
            | What::Name => true,
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
            "backspace" if self.picked_field().is_some() => self.pick(""),
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

    pub(super) fn is_choice(&self) -> bool {
        match self.what {
            What::Declared(declared) => {
                matches!(declared.kind, FieldKind::Choice(_) | FieldKind::Masked | FieldKind::Picked(_))
            }
            What::Password(_)
            | What::PasswordAgain
            | What::Login(_)
            | What::Number
            | What::Code
            | What::Name => false,
        }
    }

    fn choose(&mut self, by: usize) {
        if self.picked_field().is_some() {
            return;
        }
        let at = self.words.iter().position(|word| word == self.text());
        let next = at.map_or(0, |at| (at + by) % self.words.len().max(1));
        let word = self.words.get(next).cloned().unwrap_or_default();
        self.field.set(&word);
    }

    /// Whether the field has this name.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        matches!(self.what, What::Declared(declared) | What::Password(declared) if declared.name == name)
    }
}
