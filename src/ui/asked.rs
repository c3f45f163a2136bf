//! One thing asked for: the latest question, and the last answer to it.
//!
//! A reply carries its question. What is not the latest question is dropped, so
//! that a slow answer never replaces a newer one.

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::protocol::{Query, Trouble};
use crate::ui::model::Effect;

/// A question and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Asked<T> {
    question: Option<Query>,
    since: Timestamp,
    /// The last answer; stays while a newer one is awaited.
    pub(crate) answer: Option<T>,
    /// What went wrong with the last question.
    pub(crate) trouble: Option<Trouble>,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self { question: None, since: Timestamp(0), answer: None, trouble: None }
    }
}

impl<T> Asked<T> {
    /// Something that is known without asking.
    pub(crate) fn known(answer: T) -> Self {
        Self { answer: Some(answer), ..Self::default() }
    }

    /// Asks `query`; an earlier question is forgotten.
    pub(crate) fn ask(&mut self, query: Query, now: Timestamp) -> Vec<Effect> {
        self.question = Some(query.clone());
        self.since = now;
        vec![Effect::Ask(query), Effect::Wake { after_ms: limits::LOADING_AFTER_MS }]
    }

    /// Whether `query` is the latest question; it is answered then.
    pub(crate) fn takes(&mut self, query: &Query) -> bool {
        let is_latest = self.question_is(query);
        if is_latest {
            self.question = None;
            self.trouble = None;
        }
        is_latest
    }

    /// Whether `query` is the latest question, which stays open.
    pub(crate) fn question_is(&self, query: &Query) -> bool {
        self.question.as_ref() == Some(query)
    }

    /// Whether an answer is awaited.
    pub(crate) const fn waits(&self) -> bool {
        self.question.is_some()
    }

    /// Whether the wait is long enough to be told.
    pub(crate) fn is_slow(&self, now: Timestamp) -> bool {
        let after = i64::try_from(limits::LOADING_AFTER_MS).unwrap_or(i64::MAX);
        self.waits() && now.0.saturating_sub(self.since.0) >= after
    }
}
