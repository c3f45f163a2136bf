//! The form of an action: fields as data, and the check of what was filled in.

use std::collections::BTreeMap;
use std::fmt;

use crate::actions::pick::Pick;
use crate::authz::grants::RightSet;
use crate::authz::groups::Group;
use crate::authz::right::Right;
use crate::authz::roles::Role;
use crate::base::limits::{self, WHEN_CHARS_MAX};
use crate::base::text;
use crate::domain::attributes;
use crate::domain::masked::MaskedField;
use crate::domain::transfer_limits::{TransferLimits, amount};
use crate::domain::user::User;

/// One field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, and with `-` for `_` its flag.
    pub name: &'static str,
    /// What the screen calls it.
    pub label: &'static str,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it must be filled in.
    pub required: bool,
    /// What stands there before anybody types.
    pub initial: Initial,
}

/// What stands in a field before anybody types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initial {
    /// Nothing.
    Nothing,
    /// The title of the user.
    Title,
    /// The first name.
    FirstName,
    /// The middle names.
    MiddleName,
    /// The last name.
    LastName,
    /// The custom attributes, one a line.
    Attributes,
    /// The tags, with commas between.
    Tags,
    /// The name of a group or role.
    Called,
    /// What a group or role is for.
    Description,
    /// The rights of a group or role, by code.
    Rights,
    /// The currency of a group's transfer limits.
    Currency,
    /// What one transfer may move.
    PerTransfer,
    /// What a day may move.
    PerDay,
    /// What a month may move.
    PerMonth,
    /// Of what can be picked, what the user has: the store tells it with the choices.
    Held,
}

impl Initial {
    /// The value of `role` that stands there; `None` where the field begins empty.
    pub fn of_role(self, role: &Role) -> Option<String> {
        match self {
            Self::Called => Some(role.name.clone()),
            Self::Description => Some(role.description.clone()),
            Self::Rights => Some(listed(role.rights)),
            Self::Currency
            | Self::PerTransfer
            | Self::PerDay
            | Self::PerMonth
            | Self::Held
            | Self::Nothing
            | Self::Title
            | Self::FirstName
            | Self::MiddleName
            | Self::LastName
            | Self::Attributes
            | Self::Tags => None,
        }
    }

    /// The value of `group` that stands there; `None` where the field begins empty.
    pub fn of_group(self, group: &Group) -> Option<String> {
        let limit =
            |value: fn(&TransferLimits) -> String| group.limits.as_ref().map_or_else(String::new, value);
        match self {
            Self::Called => Some(group.name.clone()),
            Self::Description => Some(group.description.clone()),
            Self::Rights => Some(listed(group.rights)),
            Self::Currency => Some(limit(|limits| limits.currency.clone())),
            Self::PerTransfer => Some(limit(|limits| amount(limits.transfer))),
            Self::PerDay => Some(limit(|limits| amount(limits.day))),
            Self::PerMonth => Some(limit(|limits| amount(limits.month))),
            Self::Nothing
            | Self::Held
            | Self::Title
            | Self::FirstName
            | Self::MiddleName
            | Self::LastName
            | Self::Attributes
            | Self::Tags => None,
        }
    }

    /// The value of `user` that stands there; `None` where the field begins empty whoever it is about.
    pub fn of(self, user: &User) -> Option<String> {
        match self {
            Self::Nothing
            | Self::Held
            | Self::Called
            | Self::Description
            | Self::Rights
            | Self::Currency
            | Self::PerTransfer
            | Self::PerDay
            | Self::PerMonth => None,
            Self::Title => Some(user.names.title.clone()),
            Self::FirstName => Some(user.names.first.clone()),
            Self::MiddleName => Some(user.names.middle.clone()),
            Self::LastName => Some(user.names.last.clone()),
            Self::Attributes => Some(attributes::written(&user.attributes)),
            Self::Tags => Some(user.tags.join(", ")),
        }
    }
}

/// Codes of rights as a field holds them.
fn listed(rights: RightSet) -> String {
    rights.iter().map(Right::code).collect::<Vec<_>>().join("; ")
}

/// What a field takes. Lengths are in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Line {
        /// Shortest.
        chars_min: usize,
        /// Longest.
        chars_max: usize,
    },
    /// Text of several lines.
    Text {
        /// Longest.
        chars_max: usize,
    },
    /// A point in time, as people write it: `2026-05-14 18:00`, `fri 18:00`, `+2h`. UTC.
    When,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A field of a user that is masked: `email`, `attr.branch`.
    Masked,
    /// Users, by login, id or `TYPE:ID`, with `;` between.
    People,
    /// Names of what the store offers, with `;` between where there may be several.
    Picked(Pick),
    /// A new password, given twice. It travels beside the answers, as a hash, and is none of them.
    NewPassword,
    /// A file, or `-` for standard input; on the command line only.
    File,
}

impl FieldKind {
    /// The word of the catalogue.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Line { .. } => "line",
            Self::Text { .. } => "text",
            Self::When => "time",
            Self::Choice(_) => "choice",
            Self::Masked => "masked_field",
            Self::People => "users",
            Self::Picked(pick) => pick.word(),
            Self::NewPassword => "new_password",
            Self::File => "file",
        }
    }
}

/// The reason that is asked at L2.
pub const REASON: Field = reason(limits::REASON_CHARS_MIN);

/// The reason that is asked from L3 on: a sentence that somebody can judge a year later.
pub const LONG_REASON: Field = reason(limits::LONG_REASON_CHARS_MIN);

const fn reason(chars_min: usize) -> Field {
    let kind = FieldKind::Line { chars_min, chars_max: limits::REASON_CHARS_MAX };
    Field { name: "reason", label: "Reason", kind, required: true, initial: Initial::Nothing }
}

/// What was filled in, checked against the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<&'static str, String>);

/// A field that was not filled in as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name.
    pub field: &'static str,
    /// `is too short`, ….
    pub text: String,
}

impl fmt::Display for FieldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.text)
    }
}

impl Answers {
    /// Checks `given` against `form`; the first field that is wrong is told.
    ///
    /// Blanks around a value do not count. An empty value is none, but in a field that begins with what stands there:
    /// whoever empties it means that. Names that the form does not have are an error of the caller and ignored.
    pub fn check(form: &'static [Field], given: &BTreeMap<String, String>) -> Result<Self, FieldFault> {
        let mut answers = BTreeMap::new();
        for field in form.iter().filter(|field| field.kind != FieldKind::NewPassword) {
            let given = given.get(field.name).map(|value| value.trim());
            let value = given.unwrap_or_default();
            check_field(field, value).map_err(|text| FieldFault { field: field.name, text })?;
            let is_emptied = given.is_some() && field.initial != Initial::Nothing;
            if !value.is_empty() || is_emptied {
                answers.insert(field.name, value.to_owned());
            }
        }
        Ok(Self(answers))
    }

    /// The value of `name`, which may be empty; `None` where it is to stay what it is.
    pub fn given(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// As [`Answers::check`], for an action upon a set: that asks for a reason also where the form has none.
    pub fn check_of_set(
        form: &'static [Field],
        given: &BTreeMap<String, String>,
    ) -> Result<Self, FieldFault> {
        static ONLY_REASON: &[Field] = &[REASON];
        let mut answers = Self::check(form, given)?;
        if !form.iter().any(|field| field.name == REASON.name) {
            answers.0.extend(Self::check(ONLY_REASON, given)?.0);
        }
        Ok(answers)
    }

    /// The value of `name`; empty where none was given.
    pub fn of(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// All that was given, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// The names in a field of several, as they were typed.
pub fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', ',']).map(str::trim).filter(|name| !name.is_empty())
}

fn check_field(field: &Field, value: &str) -> Result<(), String> {
    if value.is_empty() {
        return if field.required { Err("is required".to_owned()) } else { Ok(()) };
    }
    let length = value.chars().count();
    match field.kind {
        FieldKind::Line { chars_min, .. } if length < chars_min => {
            Err(format!("is too short: at least {chars_min} characters, got {length}"))
        }
        FieldKind::Line { chars_max, .. } | FieldKind::Text { chars_max } if length > chars_max => {
            Err(format!("is too long: at most {chars_max} characters, got {length}"))
        }
        FieldKind::Choice(words) if !words.contains(&value) => {
            Err(format!("must be one of {}, got `{}`", words.join(", "), text::visible(value)))
        }
        FieldKind::Masked if MaskedField::parse(value).is_none() => {
            let names: Vec<_> = MaskedField::FIXED.iter().map(MaskedField::name).collect();
            Err(format!("must be one of {}, attr.NAME, got `{}`", names.join(", "), text::visible(value)))
        }
        FieldKind::People
            if length > limits::PEOPLE_CHARS_MAX || names_in(value).count() > limits::PEOPLE_MAX =>
        {
            Err(format!("names too many: at most {} users at once", limits::PEOPLE_MAX))
        }
        FieldKind::When if length > WHEN_CHARS_MAX => {
            Err(format!("is too long: at most {WHEN_CHARS_MAX} characters"))
        }
        FieldKind::Picked(_) if length > limits::PICKED_CHARS_MAX => {
            Err(format!("is too long: at most {} characters, got {length}", limits::PICKED_CHARS_MAX))
        }
        FieldKind::Line { .. }
        | FieldKind::Text { .. }
        | FieldKind::When
        | FieldKind::Choice(_)
        | FieldKind::Masked
        | FieldKind::People
        | FieldKind::Picked(_)
        | FieldKind::NewPassword
        | FieldKind::File => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_wrong_field_is_named_with_what_is_wanted() {
        static FORM: &[Field] = &[
            REASON,
            Field {
                name: "kind",
                label: "Kind",
                kind: FieldKind::Choice(&["a", "b"]),
                required: false,
                initial: Initial::Nothing,
            },
        ];
        let check = |reason: &str, kind: &str| {
            let given = BTreeMap::from([
                ("reason".to_owned(), reason.to_owned()),
                ("kind".to_owned(), kind.to_owned()),
            ]);
            Answers::check(FORM, &given).map_err(|fault| fault.to_string())
        };
        assert_eq!(check("  ", "").unwrap_err(), "reason: is required");
        assert_eq!(check("no", "").unwrap_err(), "reason: is too short: at least 3 characters, got 2");
        assert!(check(&"x".repeat(501), "").unwrap_err().contains("at most 500"));
        assert_eq!(check("card lost", "c").unwrap_err(), "kind: must be one of a, b, got `c`");
        assert_eq!(check(" card lost ", "b").unwrap().of("reason"), "card lost");
    }
}
