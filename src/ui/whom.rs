//! Whom an action is about: one user as it stood on the screen, or a marked set.

use std::sync::Arc;

use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::ui::card::Card;
use crate::ui::parts::ink::grouped;

/// One user, or a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    One(Box<Card>),
    Set(Crowd),
}

/// A marked set, as it was when the menu was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Crowd {
    /// By ascending id.
    pub(crate) users: Arc<Vec<UserId>>,
    /// How many of them the list does not show.
    pub(crate) outside: usize,
}

impl Crowd {
    /// `12 marked users`.
    pub(crate) fn called(&self) -> String {
        match self.users.len() {
            1 => "1 marked user".to_owned(),
            many => format!("{} marked users", grouped(many as u64)),
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
            Self::One(card) => format!("{}  {}", card.called, card.status(now)),
            Self::Set(crowd) => crowd.called(),
        }
    }

    /// Who it is, for an explanation.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::One(card) => format!("{}  {}", card.called, card.user),
            Self::Set(crowd) => crowd.called(),
        }
    }

    /// The one user; `None` for a set.
    pub(crate) fn card(&self) -> Option<&Card> {
        match self {
            Self::One(card) => Some(card),
            Self::Set(_) => None,
        }
    }
}
