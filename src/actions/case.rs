//! A case: everything that a verdict looks at, loaded inside the transaction; and the plan made from it.

use std::collections::{BTreeMap, BTreeSet};

use crate::actions::form::Answers;
use crate::actions::pick::{self, Picked};
use crate::actions::request::{OutsideFact, Said};
use crate::actions::spec::Fact;
use crate::actions::undo::Undone;
use crate::actions::upon::Upon;
use crate::authz::groups::{Group, GroupTree, Holders};
use crate::authz::masters::{self, Master};
use crate::authz::refusal::Refusal;
use crate::authz::roles::{NamedRole, Role};
use crate::authz::standing::{Operator, Standing};
use crate::base::ids::{OrganisationId, RoleId, SessionId};
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::domain::change::{Change, Difference};
use crate::domain::import::ImportStep;
use crate::domain::masked::MaskedField;
use crate::domain::organisation::Organisation;
use crate::domain::restore::Failures;
use crate::domain::scope::Scope;
use crate::domain::status::StatusFacts;
use crate::domain::target::TargetKind;
use crate::domain::user::{Kind, User};

/// What the transaction knows of one request.
#[derive(Clone, Copy, Debug)]
pub struct Case<'tx> {
    /// Who asks, as stored at this moment.
    pub operator: &'tx Operator,
    /// Upon whom or what.
    pub upon: &'tx Upon,
    /// How that was asked for: what a refusal calls it that must not tell more.
    pub asked: &'tx str,
    /// What was filled in.
    pub answers: &'tx Answers,
    /// What was looked up.
    pub facts: &'tx Facts,
    /// What is to be taken back, where this is an undo.
    pub undone: Option<&'tx Undone>,
    /// The hash of a password that was given with it.
    pub password: Option<&'tx Secret<String>>,
    /// How far an import is.
    pub import: Option<&'tx ImportStep>,
    /// The time of the transaction.
    pub now: Timestamp,
}

impl<'tx> Case<'tx> {
    /// The user acted upon, of an action that has one: the verdict looked before the plan is asked.
    pub fn user(&self) -> Option<&'tx User> {
        self.upon.person().map(|person| &person.user)
    }

    /// The group acted upon, of an action that has one.
    pub fn group(&self) -> Result<&'tx Group, Refusal> {
        match self.upon {
            Upon::Group(group) => Ok(group),
            Upon::Nothing | Upon::New { .. } | Upon::User(_) | Upon::Role(_) | Upon::Organisation(_) => {
                Err(Refusal::no_such(TargetKind::Group, ""))
            }
        }
    }

    /// The role acted upon, of an action that has one.
    pub fn role(&self) -> Result<&'tx Role, Refusal> {
        match self.upon {
            Upon::Role(role) => Ok(role),
            Upon::Nothing | Upon::New { .. } | Upon::User(_) | Upon::Group(_) | Upon::Organisation(_) => {
                Err(Refusal::no_such(TargetKind::Role, ""))
            }
        }
    }

    /// The status before, and with `after`.
    pub fn status_difference(&self, after: &StatusFacts) -> Difference {
        let before =
            self.user().map_or(String::new(), |user| user.facts.status_at(self.now).word().to_owned());
        Difference::new("status", before, after.status_at(self.now).word())
    }

    /// Whether at every future instant a usable master administrator remains when the target has the facts `after`.
    ///
    /// Always so where the target is none.
    pub fn keeps_a_master(&self, after: &StatusFacts) -> bool {
        let target = self.user().map(|user| user.id);
        let with = |master: &Master| {
            if Some(master.id) == target {
                Master { id: master.id, facts: after.clone() }
            } else {
                master.clone()
            }
        };
        let masters: Vec<Master> = self.facts.masters.iter().map(with).collect();
        masters.is_empty() || masters::always_one(&masters, self.now)
    }

    /// What follows from other rights, a sentence each; `shuts_out` where none are left that let one in.
    pub fn at_once(&self, shuts_out: bool) -> Vec<String> {
        let sessions = match self.facts.sessions.len() {
            0 => None,
            _ if shuts_out => Some("Live sessions end.".to_owned()),
            1 => Some("1 live session has it at once.".to_owned()),
            many => Some(format!("{many} live sessions have it at once.")),
        };
        let out = shuts_out.then(|| "Without level, role and group there is no sign-in.".to_owned());
        out.into_iter().chain(sessions).collect()
    }

    /// A scope in words: the keys of its organisations, or that it is all.
    pub fn scope_words(&self, scope: Option<&Scope>) -> String {
        match scope {
            None => String::new(),
            Some(Scope::All) => pick::EVERYWHERE.to_owned(),
            Some(Scope::Only(list)) => {
                let all = self.facts.organisations.iter();
                pick::written(all.filter(|one| list.contains(&one.id)).map(|one| one.key.as_str()))
            }
        }
    }

    /// `first`, and how many live sessions end.
    pub fn ending_sessions(&self, first: &str) -> Vec<String> {
        let sessions = match self.facts.sessions.len() {
            0 => None,
            1 => Some("1 live session ends.".to_owned()),
            many => Some(format!("{many} live sessions end.")),
        };
        std::iter::once(first.to_owned()).chain(sessions).collect()
    }
}

/// A user acted upon: the profile, and where they stand.
#[derive(Clone, Debug)]
pub struct Person {
    /// The profile.
    pub user: User,
    /// Where they stand.
    pub standing: Standing,
}

/// Facts of the store at this moment.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Live console sessions of the target, the oldest first.
    pub sessions: Vec<LiveSession>,
    /// The session that asks, where there is one.
    pub here: Option<SessionId>,
    /// Failures that are counted against the target.
    pub failures: Failures,
    /// Notes on the target.
    pub notes: u64,
    /// Rows of the target's history.
    pub history: u64,
    /// Messages to the target that wait to go out.
    pub messages_waiting: u64,
    /// All master administrators.
    pub masters: Vec<Master>,
    /// Every group, where the action is about groups.
    pub groups: GroupTree,
    /// The organisations, where something of one is made or a scope is asked for.
    pub organisations: Vec<Organisation>,
    /// Who has the group, or one below it, or the role that is acted upon.
    pub holders: Vec<Holders>,
    /// Groups below the one that is acted upon.
    pub groups_below: u64,
    /// Users in the group that is acted upon, and in those below; or who have the role.
    pub users_inside: u64,
    /// Staff in no group whom the operator sees, where a group is acted upon.
    pub free: u64,
    /// Users whom the form names, by what was typed, as far as they exist for the operator.
    pub people: BTreeMap<String, Person>,
    /// Every role by its name, where the action is about roles.
    pub roles: Vec<NamedRole>,
    /// The operator's own roles, where the action is about roles.
    pub own_roles: BTreeSet<RoleId>,
    /// What losing the level would restore; `None` without a level.
    pub kind_before: Option<Kind>,
    /// What was picked, by the name of its field.
    pub picked: BTreeMap<&'static str, Picked>,
    /// What an undo would give again.
    pub comes_back: Picked,
    /// What other systems said.
    pub outside: Vec<OutsideFact>,
}

impl Facts {
    /// The value of `fact`; `None` where another system was to know it and did not say.
    pub fn value(&self, fact: Fact) -> Option<u64> {
        Some(match fact {
            Fact::LiveSessions => self.sessions.len() as u64,
            Fact::Notes => self.notes,
            Fact::GroupsBelow => self.groups_below,
            Fact::UsersInside | Fact::Holders => self.users_inside,
            Fact::OpenAccounts => {
                let said = self.outside.iter().find(|outside| outside.fact == fact)?;
                match said.said {
                    Said::Value(value) => value,
                    Said::Nobody | Said::Nothing(_) => return None,
                }
            }
        })
    }
}

impl Facts {
    /// Live sessions of the target beside the one that asks.
    pub fn other_sessions(&self) -> impl Iterator<Item = &LiveSession> {
        self.sessions.iter().filter(|session| Some(session.id) != self.here)
    }
}

/// A console session that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSession {
    /// Its number.
    pub id: SessionId,
    /// Where from.
    pub source: String,
    /// Since when.
    pub opened_at: Timestamp,
}

/// What an action will change.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The changes, in their order.
    pub changes: Vec<Change>,
    /// The step of an import; each row passes `import_row` by itself.
    pub import: Option<ImportStep>,
    /// Values before and after, for the confirmation and the audit.
    pub differences: Vec<Difference>,
    /// What follows from it, a sentence each.
    pub effects: Vec<String>,
    /// The field that is shown once, to who asked.
    pub reveals: Option<MaskedField>,
    /// The organisation of what is made; `None` is the institution, and where nothing is.
    pub organisation: Option<OrganisationId>,
    /// What the row of the history says in particular.
    pub detail: String,
}
