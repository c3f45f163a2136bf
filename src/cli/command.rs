//! A command, understood: what was typed, as values.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::actions::Spec;
use crate::actions::request::{Doing, Run};
use crate::base::ids::{JobId, SessionId};
use crate::base::secret::Secret;
use crate::cli::columns::Column;
use crate::cli::running::Running;
use crate::directory::audit::AuditFilter;
use crate::directory::filter::Filter;
use crate::directory::sort::Sort;
use crate::domain::job::Steer;

/// A whole command line.
#[derive(Debug)]
pub struct Line {
    /// What was said for every command.
    pub globals: Globals,
    /// What is to be done.
    pub command: Command,
}

/// What may be said with every command on this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Globals {
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--as`.
    pub acting_as: Option<String>,
}

/// The seed of a made-up institution where none is given: the same people at every start.
pub const DEMO_SEED: u64 = 7;

/// What is to be done. All but [`Command::Asked`] is this machine's own business and carried out by `main`.
#[derive(Debug)]
pub enum Command {
    /// The local console.
    Console {
        /// On a demo institution.
        demo: bool,
        /// As plain dialogue, beginning at the place that these words name.
        plain: Option<Vec<String>>,
    },
    /// Serve over SSH.
    Serve {
        /// Where.
        listen: Option<SocketAddr>,
        /// A demo institution.
        demo: bool,
    },
    /// Fill a store with made-up people.
    Demo {
        /// How many.
        users: u32,
        /// What they are drawn from.
        seed: u64,
    },
    /// Make a store and its first operator.
    Init(OperatorFlags),
    /// Add an operator.
    OperatorsAdd(OperatorFlags),
    /// The keys of what is sealed.
    Keys(Keys),
    /// The installation itself.
    Running(Running),
    /// Asked of the service, the same here and over SSH.
    Asked(Asked),
}

/// What is done with the keys of what is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Tells which there are.
    List,
    /// Seals everything under a new one.
    Rotate,
}

/// What is asked of the service.
#[derive(Debug)]
pub enum Asked {
    /// Who am I.
    WhoAmI(Shape),
    /// The list of users.
    UsersList(UsersList),
    /// One profile.
    UsersShow(String, Shape),
    /// A user's history.
    HistoryList(Pages, String),
    /// Notes on a user.
    NotesList(Pages, String),
    /// An import of users.
    ImportUsers(ImportUsers),
    /// An export of users.
    ExportUsers(ExportUsers),
    /// An export of the audit.
    ExportAudit(ExportAudit),
    /// Entries of the audit.
    AuditList(AuditFilter, Pages),
    /// One entry of the audit.
    AuditShow(i64, Shape),
    /// Entries of the audit as they come.
    AuditFollow {
        /// Which are meant.
        filter: AuditFilter,
        /// The first number; only what comes from now on without it.
        from: Option<i64>,
        /// How to answer.
        shape: Shape,
    },
    /// The chain of the audit.
    AuditVerify {
        /// A file with a signed head, or `-`.
        head: Option<String>,
        /// How to answer.
        shape: Shape,
    },
    /// The signed head.
    AuditHead,
    /// Live console sessions.
    SessionsList(Pages),
    /// One of them.
    SessionsShow(SessionId, Shape),
    /// One's jobs.
    JobsList(Shape),
    /// The tree of groups.
    GroupsList(Shape),
    /// The roles.
    RolesList(Shape),
    /// One role.
    RolesShow(String, Shape),
    /// One group, by name or id.
    GroupsShow(String, Shape),
    /// One job with its rows.
    JobsShow(JobId, ListShape),
    /// Something is said to a job.
    JobsSteer(JobId, Steer, Shape),
    /// Whether an action is allowed.
    Why(Why),
    /// What the program knows.
    Catalog(Catalog, Shape),
    /// An action.
    Act(Act),
    /// What one did is taken back.
    Undo(Undo),
}

/// How to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Lines for people.
    Text,
    /// One JSON value per line.
    Json,
}

/// How to answer with rows, and with how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pages {
    /// How many at most; all without it.
    pub limit: Option<u64>,
    /// How to answer.
    pub shape: Shape,
}

/// How to write a list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListShape {
    /// Columns of fixed width.
    Table,
    /// One JSON object per line.
    Json,
    /// CSV that an import reads back.
    Csv,
}

/// `users list`.
#[derive(Clone, Debug)]
pub struct UsersList {
    /// Who is meant.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Which columns; those of the shape without it.
    pub columns: Option<Vec<&'static Column>>,
    /// How many at most.
    pub limit: Option<u64>,
    /// How to write.
    pub shape: ListShape,
}

/// `import users`.
#[derive(Clone, Debug)]
pub struct ImportUsers {
    /// The file, or `-`.
    pub file: String,
    /// `csv`.
    pub format: String,
    /// `--code`.
    pub code: Option<Secret<String>>,
    /// Whether to write.
    pub run: Run,
    /// How to answer.
    pub shape: Shape,
}

/// An export of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportAudit {
    /// Which entries are meant.
    pub filter: AuditFilter,
    /// The same as it was typed: the audit keeps it.
    pub text: String,
    /// CSV or JSON.
    pub shape: ListShape,
    /// Why.
    pub reason: String,
    /// Whether to write.
    pub run: Run,
}

/// `export users`.
#[derive(Clone, Debug)]
pub struct ExportUsers {
    /// Who is meant, in which order, in which shape.
    pub list: UsersList,
    /// The filter as it was typed.
    pub filter: String,
    /// `--reason`.
    pub reason: String,
    /// Whether to write.
    pub run: Run,
}

/// `why`.
#[derive(Clone, Debug)]
pub struct Why {
    /// The action.
    pub spec: &'static Spec,
    /// Upon whom.
    pub target: Option<String>,
    /// For whom, over SSH; oneself without it.
    pub operator: Option<String>,
    /// How to answer.
    pub shape: Shape,
}

/// What `catalog` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Catalog {
    /// Every action.
    Actions,
    /// Every right.
    Rights,
    /// Every code of the history.
    History,
    /// Every key.
    Keys,
}

/// An action on users.
#[derive(Clone, Debug)]
pub struct Act {
    /// The action.
    pub spec: &'static Spec,
    /// As typed; `-` stands for standard input.
    pub targets: Vec<String>,
    /// The audit entry that is taken back, where this is an undo.
    pub undoes: Option<i64>,
    /// Everything else that was typed.
    pub with: Flags,
}

/// `undo`.
#[derive(Clone, Debug)]
pub struct Undo {
    /// Which of one's own doings.
    pub doing: Doing,
    /// `--reason` and the flags of every action.
    pub with: Flags,
}

/// What an action takes beside its targets.
#[derive(Clone, Debug)]
pub struct Flags {
    /// Values of the form by field.
    pub answers: BTreeMap<String, String>,
    /// `--yes`.
    pub agreed: bool,
    /// `--password-file`, of an action that sets one; without it the password is read from standard input.
    pub password_file: Option<String>,
    /// `--code`.
    pub code: Option<Secret<String>>,
    /// `--confirm`, empty without it.
    pub confirmed: String,
    /// Whether to write.
    pub run: Run,
    /// How to answer.
    pub shape: Shape,
}

/// What `init` and `operators add` were given: words and names of files, not yet read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorFlags {
    /// The login.
    pub login: String,
    /// `--email`.
    pub email: String,
    /// `--level`; `init` makes a master administrator.
    pub level: Option<String>,
    /// `--scope`.
    pub scope: Option<String>,
    /// `--role`.
    pub role: Option<String>,
    /// `--group`.
    pub group: Option<String>,
    /// `--organisation`.
    pub organisation: Option<String>,
    /// `--password-file`.
    pub password_file: Option<PathBuf>,
    /// `--ssh-key`.
    pub ssh_key: Option<PathBuf>,
    /// `--totp-secret-file`.
    pub totp_secret_file: Option<PathBuf>,
    /// `--no-mfa`.
    pub no_mfa: bool,
}
