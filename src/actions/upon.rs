//! What an action is upon, as it is stored at this moment: a user, a group, a role, an organisation, or nothing yet.

use crate::actions::case::Person;
use crate::authz::groups::Group;
use crate::authz::refusal::Refusal;
use crate::authz::roles::Role;
use crate::authz::rules;
use crate::authz::standing::Operator;
use crate::base::ids::OrganisationId;
use crate::domain::organisation::OrganisationProfile;
use crate::domain::target::{TargetId, TargetKind};

/// What an action is upon.
#[derive(Clone, Debug)]
pub enum Upon {
    /// Nothing: the action has no target, or what was asked for is not there.
    Nothing,
    /// Something that is to be made, by its name.
    New {
        /// What it will be.
        kind: TargetKind,
        /// What it is to be called.
        name: String,
    },
    /// A user.
    User(Box<Person>),
    /// A group.
    Group(Box<Group>),
    /// A role.
    Role(Box<Role>),
    /// An organisation.
    Organisation(Box<OrganisationProfile>),
}

impl Upon {
    /// Its id, where it is there.
    pub fn id(&self) -> Option<TargetId> {
        match self {
            Self::Nothing | Self::New { .. } => None,
            Self::User(person) => Some(TargetId::User(person.user.id)),
            Self::Group(group) => Some(TargetId::Group(group.id)),
            Self::Role(role) => Some(TargetId::Role(role.id)),
            Self::Organisation(profile) => Some(TargetId::Organisation(profile.organisation.id)),
        }
    }

    /// Its version, where it is there.
    pub fn version(&self) -> Option<i64> {
        match self {
            Self::Nothing | Self::New { .. } => None,
            Self::User(person) => Some(person.user.version),
            Self::Group(group) => Some(group.version),
            Self::Role(role) => Some(role.version),
            Self::Organisation(profile) => Some(profile.version),
        }
    }

    /// What is typed to confirm: a login or a name.
    pub fn name(&self) -> &str {
        match self {
            Self::Nothing => "",
            Self::New { name, .. } => name,
            Self::User(person) => person.user.login_shown(),
            Self::Group(group) => &group.name,
            Self::Role(role) => &role.name,
            Self::Organisation(profile) => &profile.organisation.key,
        }
    }

    /// What a message calls it: `Chloe Kim (c.kim)`, `group Tier 2`.
    pub fn called(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::User(person) => person.user.called(),
            Self::New { kind, name } => format!("new {} {name}", kind.word()),
            Self::Group(_) | Self::Role(_) | Self::Organisation(_) => self.told(),
        }
    }

    /// What the audit calls it: the login of a user, and of everything else its kind before its name. A login has no
    /// blank, so that the kind can be told from the text.
    pub fn told(&self) -> String {
        let kind = match self {
            Self::Nothing => return String::new(),
            Self::User(person) => return person.user.login_shown().to_owned(),
            Self::New { kind, .. } => *kind,
            Self::Group(_) => TargetKind::Group,
            Self::Role(_) => TargetKind::Role,
            Self::Organisation(_) => TargetKind::Organisation,
        };
        match kind {
            TargetKind::User => self.name().to_owned(),
            TargetKind::Group | TargetKind::Role | TargetKind::Organisation => {
                format!("{} {}", kind.word(), self.name())
            }
        }
    }

    /// The organisation that an audit entry about it concerns; `None` is the institution.
    pub fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::Nothing | Self::New { .. } => None,
            Self::User(person) => Some(person.user.organisation.id),
            Self::Group(group) => group.organisation_id(),
            Self::Role(role) => role.organisation_id(),
            Self::Organisation(profile) => Some(profile.organisation.id),
        }
    }

    /// The user, where it is one.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::User(person) => Some(person),
            Self::Nothing | Self::New { .. } | Self::Group(_) | Self::Role(_) | Self::Organisation(_) => None,
        }
    }

    /// Whether it exists for `operator`; `asked` is how it was asked for.
    pub fn exists(&self, operator: &Operator, kind: TargetKind, asked: &str) -> Result<(), Refusal> {
        match self {
            Self::New { .. } => Ok(()),
            Self::Nothing => Err(Refusal::no_such(kind, asked)),
            Self::User(person) => rules::exists(operator, &person.standing, asked),
            Self::Group(group) => rules::group_exists(operator, group, asked),
            Self::Role(role) => rules::role_exists(operator, role, asked),
            Self::Organisation(profile) => {
                rules::organisation_exists(operator, profile.organisation.id, asked)
            }
        }
    }
}
