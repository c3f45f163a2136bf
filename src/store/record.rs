//! The second door: what is no operator's action, with a closed list of its own.
//!
//! Sign-ins and their counters, used codes, sessions, the operators that are made on
//! this machine, a made-up institution, and how jobs go on: each row of one passes the
//! first door. There is no third door.

use serde_json::json;

use crate::authz::refusal::Refusal;
use crate::base::fault::Fault;
use crate::base::ids::{BatchId, JobId, SessionId, UserId};
use crate::base::time::Timestamp;
use crate::credential::account::AccountProof;
use crate::credential::step::{self, Used, Way};
use crate::domain::audit::{Outcome, Record};
use crate::domain::import::RowFault;
use crate::domain::job::{Job, JobState, Steer};
use crate::domain::operator::{Actor, Entry, Via};
use crate::store::batch_step::{self, BatchStep};
use crate::store::connection::fault;
use crate::store::export::{self, Exported};
use crate::store::found::{self, Founding};
use crate::store::import_piece::Piece;
use crate::store::outbox::{self, Settled, Waiting};
use crate::store::populate::{self, Populating};
use crate::store::rotate::{self, Rotation};
use crate::store::set_up::{self, SetUpStep};
use crate::store::writer::{Turn, Writing};
use crate::store::{audit, jobs, sessions, sign_in, sign_in_steps, trusted_keys};

/// What can be recorded.
#[derive(Clone, Debug)]
pub enum Event {
    /// An operator was made on this machine, with an organisation when it is the first.
    Founded(Box<Founding>),
    /// A step of filling an empty store with a made-up institution.
    Populated(Populating),
    /// A step of a sign-in; the account as it is afterwards comes back.
    SignIn {
        /// What happened.
        event: step::Event,
        /// Where from.
        source: String,
        /// The folded login whose account is wanted back.
        login: String,
    },
    /// A code is used; whether this was the first time comes back, and the account.
    Spent {
        /// Whose.
        user: UserId,
        /// What.
        used: Used,
        /// The folded login whose account is wanted back.
        login: String,
    },
    /// Whoever has come in set what was due before anything else; [`Recorded::Refused`] where it is due no more.
    SetUp {
        /// Who, from where, by what.
        entry: Entry,
        /// What was set.
        step: SetUpStep,
    },
    /// An operator trusts the key by which they signed in; [`Recorded::Refused`] where that cannot be.
    KeyTrusted(Box<Actor>),
    /// A console session begins; its number comes back.
    SessionOpened {
        /// Who, from where, by what.
        entry: Entry,
        /// The way in.
        via: Via,
        /// Address, or system user and host.
        source: String,
        /// Id of the process that holds it.
        process: u32,
    },
    /// A console session ended; what ended it first stays.
    SessionClosed {
        /// Which.
        session: SessionId,
        /// Why, in a few words.
        reason: String,
    },
    /// The rows of an export have left, all or some of them.
    ExportEnded {
        /// Who exported.
        actor: Actor,
        /// What.
        ended: Exported,
    },
    /// These processes are gone: what they held is closed.
    ProcessesGone(Vec<u32>),
    /// A step of a change of the field key.
    KeysRotated(Rotation),
    /// A copy of the whole store is about to be taken away.
    BackupBegun {
        /// Who, on which machine.
        source: String,
        /// Whether the keys go with it.
        with_keys: bool,
    },
    /// The next piece of a job is carried out: each row by a request of its own, judged anew.
    JobPiece {
        /// Which.
        job: JobId,
        /// Id of the process that runs it.
        process: u32,
        /// Id of the process that ran it before.
        was: u32,
    },
    /// A piece could not be written: the job pauses.
    JobFailed {
        /// Which.
        job: JobId,
        /// Why.
        why: String,
    },
    /// Somebody says something to a job.
    JobSteered {
        /// Who.
        actor: Box<Actor>,
        /// Which.
        job: JobId,
        /// What.
        steer: Steer,
    },
    /// Whoever carries messages takes up those that are due; they come back.
    MessagesTaken,
    /// What became of messages that were taken up.
    MessagesSettled(Vec<Settled>),
    /// A step of a batch that nobody sees.
    Batch {
        /// Which.
        batch: BatchId,
        /// What.
        step: BatchStep,
    },
}

impl Event {
    /// What nobody sees waits behind what somebody waits for.
    pub(super) const fn turn(&self) -> Turn {
        match self {
            Self::Batch { step, .. } => step.turn(),
            Self::Populated(step) => step.turn(),
            Self::Founded(_)
            | Self::SignIn { .. }
            | Self::Spent { .. }
            | Self::SetUp { .. }
            | Self::KeyTrusted(_)
            | Self::SessionOpened { .. }
            | Self::SessionClosed { .. }
            | Self::ExportEnded { .. }
            | Self::KeysRotated(_)
            | Self::BackupBegun { .. }
            | Self::JobPiece { .. }
            | Self::JobFailed { .. }
            | Self::JobSteered { .. }
            | Self::MessagesTaken
            | Self::MessagesSettled(_)
            | Self::ProcessesGone(_) => Turn::Now,
        }
    }
}

/// What comes back.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// Nothing to tell.
    Done,
    /// The operator that was made.
    Operator(UserId),
    /// The batch that made-up people go into.
    Batch(BatchId),
    /// How many made-up people there are.
    People(u32),
    /// The session that began.
    Session(SessionId),
    /// The account as it is now.
    Account(Box<AccountProof>),
    /// Whether a code was used for the first time, and the account as it is now.
    Spent(bool, Box<AccountProof>),
    /// The number of the field key that seals now.
    Key(u32),
    /// A piece was sealed anew.
    Moved {
        /// Places of values that do not open under any key.
        stuck: Vec<String>,
    },
    /// A rule of the institution said no: nothing was made.
    Refused(String),
    /// Until when a key is trusted.
    TrustedUntil(Timestamp),
    /// Whether there is more of a job.
    JobGoesOn(bool),
    /// A job as it stands now, or why it was not steered.
    Job(Result<Box<Job>, Refusal>),
    /// Messages to carry.
    Messages(Vec<Waiting>),
    /// What became of rows of a file.
    Piece(Piece),
    /// Logins that somebody else has; nothing was written where there is one.
    Keyed(Vec<RowFault>),
    /// What is wanted of an import, and why it is not to go on.
    Wanted(JobState, String),
    /// Whether there is more to be done.
    More(bool),
}

/// Writes `event`.
pub(super) fn record(writing: &Writing<'_>, event: &Event) -> Result<Recorded, Fault> {
    let sql = |error| fault(&error);
    let account =
        |login: &str| sign_in::account(writing.connection, writing.sealer, login, writing.now).map(Box::new);
    match event {
        Event::Founded(founding) => found::found(writing, founding),
        Event::Populated(step) => populate::populate(writing, step),
        Event::SignIn { event, source, login } => {
            sign_in_steps::step(writing, event, source).map_err(sql)?;
            account(login).map(Recorded::Account)
        }
        Event::Spent { user, used, login } => {
            let first = sign_in_steps::spend(writing, *user, *used).map_err(sql)?;
            Ok(Recorded::Spent(first, account(login)?))
        }
        Event::KeyTrusted(actor) => trusted_keys::trust(writing, actor),
        Event::SetUp { entry, step } => set_up::set_up(writing, entry, step),
        Event::SessionOpened { entry, via, source, process } => {
            sessions::open(writing, entry, *via, source, *process).map(Recorded::Session).map_err(sql)
        }
        Event::SessionClosed { session, reason } => {
            sessions::close(writing, *session, reason).map(|()| Recorded::Done).map_err(sql)
        }
        Event::KeysRotated(step) => rotate::rotate(writing, step),
        Event::BackupBegun { source, with_keys } => {
            let detail = json!({ "with_keys": with_keys }).to_string();
            let action = "store.backup".to_owned();
            let entry = Record { action, detail, ..institution_entry(writing, source) };
            audit::append(writing.connection, entry).map_err(sql)?;
            Ok(Recorded::Done)
        }
        Event::ExportEnded { actor, ended } => export::ended(writing, actor, ended).map_err(sql),
        Event::ProcessesGone(processes) => {
            for session in sessions::held_by(writing, processes).map_err(sql)? {
                sessions::close(writing, session, "the server was killed").map_err(sql)?;
            }
            Ok(Recorded::Done)
        }
        Event::JobPiece { job, process, was } => {
            jobs::piece::piece(writing, *job, *process, *was).map(Recorded::JobGoesOn)
        }
        Event::JobFailed { job, why } => {
            jobs::piece::give_up(writing, *job, why).map_err(sql)?;
            Ok(Recorded::Done)
        }
        Event::JobSteered { actor, job, steer } => {
            jobs::steer::steer(writing, actor, *job, *steer).map(Recorded::Job)
        }
        Event::MessagesTaken => outbox::take(writing).map(Recorded::Messages).map_err(sql),
        Event::MessagesSettled(settled) => {
            outbox::settle(writing, settled).map(|()| Recorded::Done).map_err(sql)
        }
        Event::Batch { batch, step } => batch_step::write(writing, *batch, step),
    }
}

/// How a sign-in was proved, in the words of the audit.
pub fn proof_of(way: &Way) -> String {
    match way {
        Way::Key(key) if key.certified.is_empty() => format!("key {}", key.fingerprint),
        Way::Key(key) => format!("key {} by certificate {}", key.fingerprint, key.certified),
        Way::Password => "password".to_owned(),
    }
}

/// An entry that no operator caused.
pub(super) fn system_entry(
    writing: &Writing<'_>,
    user: UserId,
    action: &str,
    source: &str,
) -> rusqlite::Result<Record> {
    // Of somebody who was deleted meanwhile the archive tells whose it was.
    let (login, organisation): (Option<String>, i64) = writing
        .connection
        .prepare_cached(
            "SELECT login, organisation FROM visible_users WHERE id = ?1
             UNION ALL SELECT login, organisation FROM archive WHERE user = ?1 LIMIT 1",
        )?
        .query_row([user.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Record {
        at: writing.now,
        actor: "system".to_owned(),
        via: "system".to_owned(),
        source: source.to_owned(),
        action: action.to_owned(),
        target: login.unwrap_or_default(),
        target_id: user.0,
        result: Outcome::Allowed.word().to_owned(),
        detail: "{}".to_owned(),
        organisations: organisation.to_string(),
        ..Record::default()
    })
}

/// An entry of what somebody did to the whole institution, on this machine and without being an operator of it.
pub(super) fn institution_entry(writing: &Writing<'_>, source: &str) -> Record {
    Record {
        at: writing.now,
        actor: "system".to_owned(),
        via: "local".to_owned(),
        source: source.to_owned(),
        result: Outcome::Allowed.word().to_owned(),
        ..Record::default()
    }
}
