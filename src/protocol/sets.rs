//! What is said of sets and of undoing: each user judged before anything is done, and the job that came of it.

use std::sync::Arc;

use super::TargetName;
use crate::actions::{Spec, undo};
use crate::authz::refusal::{Refusal, Rule};
use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::domain::change::Difference;
use crate::domain::job::{Job, JobRow};
use crate::domain::user::User;

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

/// Why some of `judged` would not run and how many for each reason, the most frequent first.
pub fn skipped(judged: &[Judged]) -> Vec<(usize, String)> {
    let mut groups: Vec<(usize, String)> = Vec::new();
    for refusal in judged.iter().filter_map(|one| one.refusal.as_ref()) {
        let why = if refusal.rule == Rule::Existence {
            "no user that you may see".to_owned()
        } else {
            refusal.text.clone()
        };
        match groups.iter_mut().find(|(_, known)| *known == why) {
            Some((count, _)) => *count += 1,
            None => groups.push((1, why)),
        }
    }
    groups.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    groups
}

/// What taking back would come to: `activate 11, skip 1 (changed since)`.
pub fn undo_words(spec: &Spec, judged: &[Judged]) -> String {
    let skipped = skipped(judged);
    let skips: usize = skipped.iter().map(|(count, _)| count).sum();
    let why = match skipped.as_slice() {
        [] => String::new(),
        [(_, why)] => format!(" ({why})"),
        several => {
            let told: Vec<String> = several.iter().map(|(count, why)| format!("{count} {why}")).collect();
            format!(" ({})", told.join(", "))
        }
    };
    format!("{} {}, skip {skips}{why}", undo::verb(spec), judged.len() - skips)
}

/// A job with rows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobReport {
    /// The job.
    pub job: Job,
    /// Rows, newest first.
    pub rows: Vec<JobRow>,
}

/// What one did to a user, and may take back.
#[derive(Clone, Debug)]
pub struct Undoable {
    /// The number of its audit entry.
    pub audit: i64,
    /// The action.
    pub spec: &'static Spec,
    /// When it was done.
    pub at: Timestamp,
    /// Until when it can be taken back, exclusive.
    pub until: Timestamp,
    /// Upon whom or what.
    pub target: TargetName,
    /// The user, where it is one, as they are now; personal data is masked.
    pub user: Option<User>,
}

/// What a job of one's own did to a set, and may be taken back as one.
#[derive(Clone, Debug)]
pub struct UndoableSet {
    /// The job.
    pub job: Job,
    /// The action.
    pub spec: &'static Spec,
    /// Until when it can be taken back, exclusive.
    pub until: Timestamp,
    /// From whom: to whom it was done and is not taken back yet.
    pub users: Arc<Vec<UserId>>,
}
