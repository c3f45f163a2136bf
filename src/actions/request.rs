//! A request: what crosses from a screen or a command line to the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::actions::spec::Fact;
use crate::base::ids::JobId;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::domain::import::ImportStep;
use crate::domain::job::Frozen;
use crate::domain::operator::Actor;
use crate::domain::target::TargetId;

/// One action, asked for by one operator.
#[derive(Clone, Debug)]
pub struct Request {
    /// Code of the action; of an undo its own.
    pub code: &'static str,
    /// Who asks.
    pub actor: Actor,
    /// Upon whom.
    pub target: Target,
    /// What was filled in, unchecked.
    pub answers: BTreeMap<String, String>,
    /// The hash of a password that was given with it; nobody sees the password itself any more.
    pub password_hash: Option<Secret<String>>,
    /// How far an import is; `None` for everything else.
    pub import: Option<ImportStep>,
    /// The facts that were shown as impact, with their values; empty where nobody has looked.
    pub shown: Vec<ShownFact>,
    /// What other systems said of the target; filled in by the service.
    pub outside: Vec<OutsideFact>,
    /// What was typed to confirm: a login, a name, a count; empty where nothing was.
    pub confirmed: String,
    /// Whether to write, or only to say what would happen.
    pub run: Run,
}

/// What goes beside a request and never into it: a code to prove, a password to hash.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// A fresh code, as it was typed.
    pub code: Option<Secret<String>>,
    /// A new password, as it was typed.
    pub password: Option<Secret<String>>,
}

impl Beside {
    /// Whether there is neither.
    pub const fn is_empty(&self) -> bool {
        self.code.is_none() && self.password.is_none()
    }
}

/// A fact as it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownFact {
    /// Which.
    pub fact: Fact,
    /// Its value.
    pub value: u64,
    /// When another system said so; `None` of what the store knows.
    pub asked_at: Option<Timestamp>,
}

/// What another system said of the target, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideFact {
    /// What was asked for.
    pub fact: Fact,
    /// The answer.
    pub said: Said,
    /// When it was asked.
    pub asked_at: Timestamp,
}

/// What another system answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A number.
    Value(u64),
    /// That it knows nobody of this id.
    Nobody,
    /// Nothing; why, in a few words.
    Nothing(String),
}

impl OutsideFact {
    /// What an operator should know of it before deciding, a sentence.
    pub fn told(&self) -> String {
        let (name, at) = (self.fact.name(), self.asked_at.clock_utc());
        match &self.said {
            Said::Value(value) => format!("{value} {name}, asked {at}."),
            Said::Nobody => format!("{name}: the core has nobody of this core id, asked {at}."),
            Said::Nothing(why) => format!("{name}: not known, {why}; the action does not wait for it."),
        }
    }
}

/// Upon whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// No target.
    Directory,
    /// Something that was looked at: refused when the version is another by now.
    Seen {
        /// What.
        id: TargetId,
        /// The version on the screen.
        version: i64,
    },
    /// As it was typed: a user by login, id or `TYPE:ID`, anything else by name or id; or the name of what is to be made.
    Named(String),
    /// What an action of one's own did, to be taken back ([`undo`](crate::actions::undo)).
    Done {
        /// The number of its audit entry; `None` is the last that can be taken back.
        audit: Option<i64>,
    },
    /// What a job of one's own did, to be taken back from these users: becomes a job in its turn.
    DoneSet {
        /// The job.
        job: JobId,
        /// Whom, in the versions that were judged.
        set: Arc<Vec<Frozen>>,
    },
    /// A set of users as it was looked at: becomes a job, which judges each of them when it comes to it.
    Set(Arc<Vec<Frozen>>),
}

impl Target {
    /// Who or what was asked for, as it was typed or shown.
    pub fn asked(&self) -> String {
        match self {
            Self::Directory | Self::Done { audit: None } => String::new(),
            Self::Seen { id, .. } => id.to_string(),
            Self::Named(name) => name.clone(),
            Self::Done { audit: Some(audit) } => audit.to_string(),
            Self::Set(set) => format!("{} users", set.len()),
            Self::DoneSet { job, set } => format!("{} users of job {job}", set.len()),
        }
    }
}

/// Which of one's own doings is to be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// The last that can be.
    Last,
    /// The one with this audit entry, also where a job did it.
    Audit(i64),
    /// All that a job did.
    Job(JobId),
}

/// Whether to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Do it.
    Real,
    /// Say what would happen, write nothing (`--dry-run`, and what the modal shows).
    Dry,
}
