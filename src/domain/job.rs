//! A job: work that outlives the session that asked for it, piece by piece, with what became of each row.

use crate::base::ids::{JobId, UserId};
use crate::base::time::Timestamp;
use crate::domain::import::{ImportCounts, Phase};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It runs, or waits for a console or server that runs it.
    Running,
    /// Somebody paused it, or the machine failed: it can be resumed.
    Paused,
    /// Somebody stopped it, or its operator may not go on: what was done stays, the rest is not done.
    Stopped,
    /// Every row was come to.
    Done,
}

impl JobState {
    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }

    /// The state of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Running, Self::Paused, Self::Stopped, Self::Done]
            .into_iter()
            .find(|state| state.word() == word)
    }

    /// Whether it may still go on.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// What somebody wants of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steer {
    /// Rest after the piece that runs.
    Pause,
    /// Go on.
    Resume,
    /// End after the piece that runs.
    Stop,
}

impl Steer {
    /// The word of the command line, and of the audit.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Stop => "stop",
        }
    }

    /// Where it leads from `state`; `None` where it means nothing there.
    pub const fn leads(self, state: JobState) -> Option<JobState> {
        match (self, state) {
            (Self::Pause, JobState::Running) => Some(JobState::Paused),
            (Self::Resume, JobState::Paused) => Some(JobState::Running),
            (Self::Stop, JobState::Running | JobState::Paused) => Some(JobState::Stopped),
            (Self::Pause | Self::Resume | Self::Stop, _) => None,
        }
    }
}

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowResult {
    /// Done, and in the audit.
    Done,
    /// Somebody else changed the record since it was looked at.
    Stale,
    /// A rule refused.
    Refused,
    /// The machine failed, twice.
    Failed,
}

impl RowResult {
    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Stale => "stale",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The result of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Done, Self::Stale, Self::Refused, Self::Failed]
            .into_iter()
            .find(|result| result.word() == word)
    }
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows in all.
    pub total: u64,
    /// Rows that were come to.
    pub cursor: u64,
    /// Of them, done.
    pub done: u64,
    /// Of them, skipped: stale or refused.
    pub skipped: u64,
    /// Of them, failed.
    pub failed: u64,
}

/// One job, as a list tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What is done, or taken back: the code of an action.
    pub action: String,
    /// The job that this one takes back.
    pub undoes: Option<JobId>,
    /// Who asked for it.
    pub operator: UserId,
    /// Their login at that time.
    pub login: String,
    /// Where it stands.
    pub state: JobState,
    /// Why it is paused or was stopped; empty otherwise.
    pub why: String,
    /// How far it is.
    pub progress: Progress,
    /// When it was asked for.
    pub made_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What else there is of an import.
    pub import: Option<OfImport>,
}

/// What a job that is an import tells besides: its rows are those of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfImport {
    /// What it is doing, or did last.
    pub phase: Phase,
    /// Bytes of the file read in this phase.
    pub bytes: u64,
    /// Bytes of the file; 0 where it is none.
    pub bytes_all: u64,
    /// What it did; nothing before it is done.
    pub counts: ImportCounts,
}

/// One row of a job that was come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// Its place in the set, from 0.
    pub position: u64,
    /// The user.
    pub user: UserId,
    /// Name and login; empty where there is no such user for who asks.
    pub called: String,
    /// What became of it.
    pub result: RowResult,
    /// Before and after, or why not.
    pub text: String,
    /// Number of its audit entry, 0 for none.
    pub audit: i64,
}

/// One user of a set, as frozen when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// The user.
    pub user: UserId,
    /// The version that was judged: another one is skipped.
    pub version: i64,
}

const FROZEN_BYTES: usize = 16;

/// A set as it is stored: user and version after one another, eight bytes each, the highest first.
pub fn pack(set: &[Frozen]) -> Vec<u8> {
    set.iter().flat_map(|one| [one.user.0.to_be_bytes(), one.version.to_be_bytes()]).flatten().collect()
}

/// `count` users of a stored set from place `from` on; fewer where it ends.
pub fn unpack(stored: &[u8], from: usize, count: usize) -> Vec<Frozen> {
    let number = |bytes: &[u8]| bytes.iter().fold(0_i64, |number, byte| (number << 8) | i64::from(*byte));
    let from = from.saturating_mul(FROZEN_BYTES).min(stored.len());
    stored[from..]
        .chunks_exact(FROZEN_BYTES)
        .take(count)
        .map(|one| Frozen { user: UserId(number(&one[..8])), version: number(&one[8..]) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_set_is_read_from_any_place() {
        let set: Vec<Frozen> =
            (1..6).map(|number| Frozen { user: UserId(number << 33), version: number }).collect();
        let stored = pack(&set);
        assert_eq!(unpack(&stored, 0, 100), set);
        assert_eq!(unpack(&stored, 3, 1), set[3..4]);
        assert_eq!(unpack(&stored, 7, 1), []);
    }

    #[test]
    fn what_has_ended_is_not_steered_any_more() {
        for steer in [Steer::Pause, Steer::Resume, Steer::Stop] {
            for state in [JobState::Stopped, JobState::Done] {
                assert_eq!(steer.leads(state), None);
            }
        }
        assert_eq!(Steer::Resume.leads(JobState::Running), None);
        assert_eq!(Steer::Stop.leads(JobState::Paused), Some(JobState::Stopped));
    }
}
