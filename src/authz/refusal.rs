//! A refusal: the first rule that failed, in words, and what would satisfy it.

use std::fmt;

use crate::domain::target::TargetKind;

/// The rules, in the order in which they are asked (`spec/authority.md`, "The answer").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The operator's own status.
    Status,
    /// Scope and group: what exists.
    Existence,
    /// The right.
    Right,
    /// Nobody does this to themselves.
    Own,
    /// Whom a level may act on.
    Level,
    /// Whoever resets another's credentials can become that other.
    TakingOver,
    /// Nobody gives what they do not hold.
    Giving,
    /// The kind of user it makes sense for.
    Kind,
    /// The status it is offered in.
    State,
    /// A master administrator must remain.
    LastMaster,
    /// Whatever else an action asks.
    Guard,
}

impl Rule {
    /// All rules, in their order.
    pub const ALL: [Self; 11] = [
        Self::Status,
        Self::Existence,
        Self::Right,
        Self::Own,
        Self::Level,
        Self::TakingOver,
        Self::Giving,
        Self::Kind,
        Self::State,
        Self::LastMaster,
        Self::Guard,
    ];

    /// The word of `why --json` and of the audit.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Existence => "existence",
            Self::Right => "right",
            Self::Own => "self",
            Self::Level => "level",
            Self::TakingOver => "taking_over",
            Self::Giving => "giving",
            Self::Kind => "kind",
            Self::State => "state",
            Self::LastMaster => "last_master",
            Self::Guard => "guard",
        }
    }
}

/// A rule said no. Shown word for word wherever the question was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The first rule that failed.
    pub rule: Rule,
    /// Why, lower case, no full stop.
    pub text: String,
    /// What would satisfy it; empty where nothing can.
    pub satisfied_by: String,
}

impl Refusal {
    /// A refusal by `rule`.
    pub fn new(rule: Rule, text: impl Into<String>, satisfied_by: impl Into<String>) -> Self {
        Self { rule, text: text.into(), satisfied_by: satisfied_by.into() }
    }

    /// The one answer for what does not exist and for what is out of sight, of any kind.
    pub fn no_such(kind: TargetKind, asked: &str) -> Self {
        match kind {
            TargetKind::User => Self::no_such_user(asked),
            TargetKind::Group | TargetKind::Role | TargetKind::Organisation => Self::new(
                Rule::Existence,
                format!("no {} `{}` that you may see", kind.word(), crate::base::text::visible(asked)),
                "check the name or id; ask an administrator of that organisation",
            ),
        }
    }

    /// The one answer for a user who does not exist and for one out of sight.
    pub fn no_such_user(asked: &str) -> Self {
        Self::new(
            Rule::Existence,
            format!("no user `{}` that you may see", crate::base::text::visible(asked)),
            "check the login or id; ask an administrator of that organisation",
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
