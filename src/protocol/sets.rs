//! What is said of sets: each user judged before anything is done, and the job that came of it.

use crate::authz::refusal::Refusal;
use crate::base::ids::UserId;
use crate::domain::change::Difference;
use crate::domain::job::{Job, JobRow};

/// What an action would do to one user of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The user.
    pub user: UserId,
    /// Name and login; empty where there is no such user.
    pub called: String,
    /// The version that was judged.
    pub version: i64,
    /// Before and after; empty where it would not run, or nothing is filled in yet.
    pub differences: Vec<Difference>,
    /// Why it would not run; `None` where it would.
    pub refusal: Option<Refusal>,
}

/// A job with rows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobReport {
    /// The job.
    pub job: Job,
    /// Rows, newest first.
    pub rows: Vec<JobRow>,
}
