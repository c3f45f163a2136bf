//! Whom or what an action is about: something as it stood on the screen, a marked set, or what is to be made.

use std::sync::Arc;

use crate::base::ids::{JobId, UserId};
use crate::base::time::Timestamp;
use crate::domain::target::TargetKind;
use crate::ui::card::{Card, noun};
use crate::ui::parts::ink::grouped;

/// One thing, a set, or something new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    One(Box<Card>),
    Set(Crowd),
    /// To be made; named in the window.
    New(TargetKind),
    /// One's own account, by its login.
    Own(String),
}

/// A set: the marked as they were when the menu was opened, or those of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Crowd {
    /// Those that are marked by ascending id.
    pub(crate) users: Arc<Vec<UserId>>,
    /// How many of them the list does not show.
    pub(crate) outside: usize,
    /// The job that they are of; `None` where they were marked.
    pub(crate) job: Option<JobId>,
}

impl Crowd {
    /// `12 marked users`, `12 users of job J5`.
    pub(crate) fn called(&self) -> String {
        let (marked, of) = match self.job {
            None => ("marked ", String::new()),
            Some(job) => ("", format!(" of job {job}")),
        };
        match self.users.len() {
            1 => format!("1 {marked}user{of}"),
            many => format!("{} {marked}users{of}", grouped(many as u64)),
        }
    }
}

impl Whom {
    /// One user.
    pub(crate) fn one(card: Card) -> Self {
        Self::One(Box::new(card))
    }

    /// Who it is, for a title.
    pub(crate) fn title(&self, now: Timestamp) -> String {
        match self {
            Self::One(card) => format!("{}  {}", card.called, card.status(now)).trim_end().to_owned(),
            Self::Set(crowd) => crowd.called(),
            Self::New(kind) => format!("new {}", kind.word()),
            Self::Own(login) => own(login),
        }
    }

    /// Who it is, for an explanation.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::One(card) => format!("{}  {}", card.called, card.id),
            Self::Set(crowd) => crowd.called(),
            Self::New(kind) => format!("new {}", kind.word()),
            Self::Own(login) => own(login),
        }
    }

    /// The kind, as the name of a line: `User`.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::One(card) => card.noun(),
            Self::Set(_) | Self::Own(_) => noun(TargetKind::User),
            Self::New(kind) => noun(*kind),
        }
    }

    /// The one that is there; `None` for a set, and for what is to be made.
    pub(crate) fn card(&self) -> Option<&Card> {
        match self {
            Self::One(card) => Some(card),
            Self::Set(_) | Self::New(_) | Self::Own(_) => None,
        }
    }
}

/// One's own account, in words.
fn own(login: &str) -> String {
    format!("your own account ({login})")
}
