//! What an action declares: data without defaults, so that a forgotten field does not compile.

use crate::actions::case::{Case, Plan};
use crate::actions::form::Field;
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::domain::notice::Notice;
use crate::domain::status::Status;
use crate::domain::target::TargetKind;
use crate::domain::user::Kind;

/// One action.
#[derive(Debug)]
pub struct Spec {
    /// `user.lock`: audit code, one-shot words, key binding. Never changes.
    pub code: &'static str,
    /// Menu entry and title of the modal.
    pub title: &'static str,
    /// Its letter in the action menu.
    pub letter: char,
    /// What it does: text of the modal, help page, `--help`.
    pub help: &'static str,
    /// The right it needs.
    pub right: Needs,
    /// How much it asks before it runs.
    pub risk: Risk,
    /// Whether it works on a marked set.
    pub bulk: Bulk,
    /// Whether it can be taken back.
    pub undo: Undo,
    /// What the operator fills in.
    pub form: &'static [Field],
    /// What is looked up and shown as impact before asking.
    pub facts: &'static [Fact],
    /// The code of its row in the user's history.
    pub history: Option<&'static str>,
    /// Who is told.
    pub notices: &'static [Notice],
    /// Rules that make sense for its kind of target only.
    pub subject: Subject,
}

impl Spec {
    /// The words of the command line: the code with a space for the dot and `-` for `_`.
    pub fn words(&self) -> Vec<String> {
        self.code.split('.').map(|word| word.replace('_', "-")).collect()
    }

    /// What the column `on` of the catalogue says.
    pub const fn on(&self) -> &'static str {
        match &self.subject {
            Subject::User(rules) => rules.on,
            Subject::Group(_) => TargetKind::Group.word(),
            Subject::Role(_) => TargetKind::Role.word(),
            Subject::Organisation(_) => TargetKind::Organisation.word(),
            Subject::New(making) => making.on,
            Subject::Own(_) => "self",
            Subject::Directory(rules) => rules.on,
        }
    }

    /// The kind of thing that it is upon; `None` where there is no target, or one that is to be made.
    pub const fn target_kind(&self) -> Option<TargetKind> {
        match &self.subject {
            Subject::User(_) => Some(TargetKind::User),
            Subject::Group(_) => Some(TargetKind::Group),
            Subject::Role(_) => Some(TargetKind::Role),
            Subject::Organisation(_) => Some(TargetKind::Organisation),
            Subject::New(_) | Subject::Own(_) | Subject::Directory(_) => None,
        }
    }

    /// What it makes; `None` where it makes nothing new.
    pub const fn makes(&self) -> Option<TargetKind> {
        match &self.subject {
            Subject::New(making) => Some(making.kind),
            Subject::User(_)
            | Subject::Group(_)
            | Subject::Role(_)
            | Subject::Organisation(_)
            | Subject::Own(_)
            | Subject::Directory(_) => None,
        }
    }

    /// Whether it is upon who asks: nobody is named then.
    pub const fn is_own(&self) -> bool {
        matches!(self.subject, Subject::Own(_))
    }

    /// What was checked beside right, level and scope, in a few words each.
    pub fn checks(&self) -> Vec<&'static str> {
        match &self.subject {
            Subject::User(UserRules { guards, .. }) | Subject::Own(OwnRules { guards, .. }) => {
                guards.iter().map(|guard| guard.told()).collect()
            }
            Subject::Group(rules) | Subject::Role(rules) => {
                rules.guards.iter().map(|guard| guard.told()).collect()
            }
            Subject::Organisation(_) | Subject::New(_) | Subject::Directory(_) => Vec::new(),
        }
    }
}

/// What an operator must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A right.
    Right(Right),
    /// Nothing but being oneself.
    Own,
}

/// How much an action asks before it runs (`design/UX.md`, section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// One record, fully reversible: a sentence, before and after.
    L1,
    /// Reversible, but access is gone for long: a reason as well.
    L2,
    /// High: a reason of ten characters, the target's login typed, a fresh code.
    L3,
    /// Very high: as L3, and a second person where approvals are on.
    L4,
}

impl Risk {
    /// The word of catalogue and screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
            Self::L4 => "L4",
        }
    }
}

/// Whether an action works on a marked set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bulk {
    /// It does, each row by itself.
    Yes,
    /// One target at a time.
    No,
}

/// Whether an action can be taken back within ten minutes by who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// It can, by putting back what was there; the history keeps the action's own code.
    Yes,
    /// The same, and that amounts to the action with this code: the history has its code.
    Opposite(&'static str),
    /// It cannot.
    No,
}

/// What is looked up before asking and shown as impact. What the store knows is looked up again inside; what another
/// system knows counts for five minutes, and no action waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// How many live console sessions the user has.
    LiveSessions,
    /// How many notes there are on the user.
    Notes,
    /// How many groups stand below the group.
    GroupsBelow,
    /// How many users have the role.
    Holders,
    /// How many users are in the group and in those below.
    UsersInside,
    /// How many accounts the user has open at the core: asked of the core, for one user and not for a set.
    OpenAccounts,
}

impl Fact {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LiveSessions => "live sessions",
            Self::Notes => "notes",
            Self::GroupsBelow => "groups below",
            Self::Holders => "users who have it",
            Self::UsersInside => "users in it and below",
            Self::OpenAccounts => "open accounts at the core",
        }
    }

    /// Whether another system knows it: asked before the transaction, never compared inside.
    pub const fn is_outside(self) -> bool {
        match self {
            Self::OpenAccounts => true,
            Self::LiveSessions | Self::Notes | Self::GroupsBelow | Self::Holders | Self::UsersInside => false,
        }
    }
}

/// What an action acts upon, with the rules for it.
#[derive(Debug)]
pub enum Subject {
    /// One user.
    User(UserRules),
    /// One group.
    Group(StructureRules),
    /// One role.
    Role(StructureRules),
    /// One organisation.
    Organisation(OrganisationRules),
    /// Something that is made by it: what is named is what it will be called.
    New(Making),
    /// One's own account: it is upon who asks, and nobody is named.
    Own(OwnRules),
    /// No target: the directory or the account as a whole.
    Directory(DirectoryRules),
}

/// Rules of an action on a user.
#[derive(Debug)]
pub struct UserRules {
    /// The column `on` of the catalogue: `user`, `staff`, `admin` or `customer`.
    pub on: &'static str,
    /// The kinds of user it makes sense for.
    pub kinds: &'static [Kind],
    /// The statuses it is offered in.
    pub from: &'static [Status],
    /// What else must hold.
    pub guards: &'static [Guard],
    /// What it changes; pure.
    pub plan: fn(&Case<'_>) -> Result<Plan, Refusal>,
}

/// Rules of an action upon one's own account.
#[derive(Debug)]
pub struct OwnRules {
    /// What else must hold.
    pub guards: &'static [Guard],
    /// What it changes; pure.
    pub plan: fn(&Case<'_>) -> Result<Plan, Refusal>,
}

/// Rules of an action on a group or on a role.
#[derive(Debug)]
pub struct StructureRules {
    /// What else must hold.
    pub guards: &'static [StructureGuard],
    /// What it changes; pure.
    pub plan: fn(&Case<'_>) -> Result<Plan, Refusal>,
}

/// Rules of an action on an organisation.
#[derive(Debug)]
pub struct OrganisationRules {
    /// What it changes; pure.
    pub plan: fn(&Case<'_>) -> Result<Plan, Refusal>,
}

/// Rules of an action that makes something.
#[derive(Debug)]
pub struct Making {
    /// What it makes.
    pub kind: TargetKind,
    /// The column `on` of the catalogue.
    pub on: &'static str,
    /// What it changes; pure.
    pub plan: fn(&Case<'_>) -> Result<Plan, Refusal>,
}

/// What else must hold of a group or role, each asked in its place among the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StructureGuard {
    /// It is not one that the operator has.
    NotOwn,
    /// What is institution-wide, only by who reaches the whole institution.
    Editable,
    /// Nobody who has it is beyond the operator's level, scope or group.
    HoldersReached,
    /// The operator holds all its rights.
    AllHeld,
    /// It holds the right to move money to and from cards.
    MovesCards,
}

impl StructureGuard {
    /// What was checked, in a few words: told from L3 on.
    pub const fn told(self) -> &'static str {
        match self {
            Self::NotOwn => "not your own",
            Self::Editable => "within your scope",
            Self::HoldersReached => "you reach everybody who has it",
            Self::AllHeld => "you hold all its rights",
            Self::MovesCards => "it may transfer to and from cards",
        }
    }
}

/// Rules of an action on the directory, or on the account.
#[derive(Debug)]
pub struct DirectoryRules {
    /// The column `on` of the catalogue: `directory` or `account`.
    pub on: &'static str,
    /// What it changes; pure.
    pub plan: fn(&Case<'_>) -> Result<Plan, Refusal>,
}

/// What else must hold, each asked in its place among the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nobody does it to themselves.
    NotOneself,
    /// Whoever could take the user over must hold all that the user holds.
    TakingOver,
    /// Not locked by an operator, also not beneath another status.
    NotLockedYet,
    /// Not deactivated for good.
    NotDeactivatedYet,
    /// A window without access is set.
    HasWindow,
    /// Without this user a master administrator must remain.
    MasterRemains,
    /// At least one console session is live.
    HasSessions,
    /// Beside the session that asks, another one is live.
    HasOtherSessions,
    /// There is a username to sign in with.
    HasLogin,
    /// Names, email and phone are known.
    HasContact,
    /// The operator's level may promote to some level.
    MayPromote,
    /// The operator's level may promote to the one that is changed or taken.
    MayTakeLevel,
}

impl Guard {
    /// What was checked, in a few words: told from L3 on.
    pub const fn told(self) -> &'static str {
        match self {
            Self::NotOneself => "not yourself",
            Self::TakingOver => "you hold all that the user holds",
            Self::NotLockedYet => "not locked yet",
            Self::NotDeactivatedYet => "not deactivated yet",
            Self::HasWindow => "a window is set",
            Self::MasterRemains => "a master administrator remains",
            Self::HasSessions => "has live sessions",
            Self::HasOtherSessions => "has other live sessions",
            Self::HasLogin => "has a username",
            Self::HasContact => "names, email and phone are known",
            Self::MayPromote => "your level may promote",
            Self::MayTakeLevel => "your level may give this level",
        }
    }
}
