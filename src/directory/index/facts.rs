//! What a user is and has in the bits of one number; times that few users have stand apart.

use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::filter::Fact;
use crate::directory::row::{CustomerKind, Entry};
use crate::domain::level::Level;
use crate::domain::status::{AdminLock, StatusFacts, Window};
use crate::domain::user::{Kind, Product};

const KIND: u32 = 0b11;
const LEVEL_AT: u32 = 2;
const LEVEL: u32 = 0b111 << LEVEL_AT;
const ADMIN_LOCK: u32 = 1 << 5;
const AUTO_LOCK: u32 = 1 << 6;
const ONBOARDING: u32 = 1 << 7;
const NOT_ACTIVATED: u32 = 1 << 8;
const DEACTIVATED: u32 = 1 << 9;
const PASSWORD_DUE: u32 = 1 << 10;
const CONFIRMED: u32 = 1 << 11;
const PERSONAL: u32 = 1 << 12;
const BUSINESS: u32 = 1 << 13;
const ACCOUNT_OPENING: u32 = 1 << 14;
const SECOND_FACTOR: u32 = 1 << 15;
const NOTE: u32 = 1 << 16;
const LOGIN: u32 = 1 << 17;
const EMAIL: u32 = 1 << 18;
const PHONE: u32 = 1 << 19;
const CORE: u32 = 1 << 20;
const ACCOUNT_ID: u32 = 1 << 21;
const GROUP: u32 = 1 << 22;
const ROLE: u32 = 1 << 23;
const TAG: u32 = 1 << 24;
const OWN_EMAIL: u32 = 1 << 25;
const OWN_PHONE: u32 = 1 << 26;
const OWN_CORE: u32 = 1 << 27;
const FIRST_NAME: u32 = 1 << 28;
const TIMED: u32 = 1 << 29;

/// A text that lists sort by, where there may be others of its kind but none of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    FirstName,
    Email,
    Phone,
    Core,
}

/// Facts of one user, packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed(u32);

/// The facts that begin or end by the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Timed {
    pub(super) window: Option<Window>,
    reset_until: Option<Timestamp>,
    password_expires_at: Option<Timestamp>,
}

impl Timed {
    /// The moments at which something begins or ends.
    pub(super) fn moments(&self) -> impl Iterator<Item = Timestamp> {
        let window = [self.window.map(|window| window.from), self.window.and_then(|window| window.to)];
        window.into_iter().chain([self.reset_until, self.password_expires_at]).flatten()
    }
}

impl Packed {
    /// The facts of `entry`, and apart from them those that follow the clock.
    pub(super) fn of(entry: &Entry) -> (Self, Option<Timed>) {
        let (row, details, facts) = (&entry.row, &entry.details, &entry.row.facts);
        let timed = Timed {
            window: facts.window,
            reset_until: facts.reset_until,
            password_expires_at: facts.password_expires_at,
        };
        let level = row.level.map_or(0, |level| {
            1 + Level::ALL.iter().take_while(|known| **known != level).map(|_| 1_u32).sum::<u32>()
        });
        let kind = match row.kind {
            Kind::Admin => 0,
            Kind::Staff => 1,
            Kind::Customer => 2,
        };
        let some =
            |text: &str, others: &[String]| !text.is_empty() || others.iter().any(|other| !other.is_empty());
        let bits = [
            (facts.admin_lock.is_some(), ADMIN_LOCK),
            (facts.auto_locked_at.is_some(), AUTO_LOCK),
            (facts.onboarding_unfinished, ONBOARDING),
            (facts.not_activated, NOT_ACTIVATED),
            (facts.deactivated, DEACTIVATED),
            (facts.password_due, PASSWORD_DUE),
            (row.email_confirmed, CONFIRMED),
            (details.category == Some(CustomerKind::Personal), PERSONAL),
            (details.category == Some(CustomerKind::Business), BUSINESS),
            (row.product == Product::AccountOpening, ACCOUNT_OPENING),
            (details.has_second_factor, SECOND_FACTOR),
            (details.has_note, NOTE),
            (row.login.as_deref().is_some_and(|login| !login.is_empty()), LOGIN),
            (some(&row.email, &details.emails), EMAIL),
            (some(&row.phone, &details.phones), PHONE),
            (some(&row.core_id, &details.core_ids), CORE),
            (details.account_ids.iter().any(|(_, id)| !id.is_empty()), ACCOUNT_ID),
            (!row.group.is_empty(), GROUP),
            (some("", &row.roles), ROLE),
            (some("", &details.tags), TAG),
            (!row.email.is_empty(), OWN_EMAIL),
            (!row.phone.is_empty(), OWN_PHONE),
            (!row.core_id.is_empty(), OWN_CORE),
            (!row.names.first.is_empty(), FIRST_NAME),
            (timed != Timed::default(), TIMED),
        ];
        let flags: u32 = bits.iter().filter(|(is_set, _)| *is_set).map(|(_, bit)| bit).sum();
        (Self(kind | level << LEVEL_AT | flags), (timed != Timed::default()).then_some(timed))
    }

    pub(super) const fn kind(self) -> Kind {
        match self.0 & KIND {
            0 => Kind::Admin,
            1 => Kind::Staff,
            _ => Kind::Customer,
        }
    }

    /// 0 where there is no level, then the highest first.
    pub(super) const fn level_number(self) -> u32 {
        (self.0 & LEVEL) >> LEVEL_AT
    }

    pub(super) fn level(self) -> Option<Level> {
        let number = usize::try_from(self.level_number()).unwrap_or_default();
        number.checked_sub(1).and_then(|at| Level::ALL.get(at)).copied()
    }

    pub(super) const fn category(self) -> Option<CustomerKind> {
        if self.0 & PERSONAL != 0 {
            Some(CustomerKind::Personal)
        } else if self.0 & BUSINESS != 0 {
            Some(CustomerKind::Business)
        } else {
            None
        }
    }

    pub(super) const fn product(self) -> Product {
        if self.0 & ACCOUNT_OPENING == 0 { Product::DigitalBanking } else { Product::AccountOpening }
    }

    /// The place of its value in a column whose values are no words; 0 in any other.
    pub(super) const fn rank(self, column: Column) -> usize {
        match column {
            // By the word, as the store sorts it: admin, customer, staff.
            Column::Kind => match self.kind() {
                Kind::Admin => 0,
                Kind::Customer => 1,
                Kind::Staff => 2,
            },
            Column::Level => self.level_number() as usize,
            Column::Product => self.product() as usize,
            Column::Archived => self.has(Fact::Archived) as usize,
            Column::EmailConfirmed => self.has(Fact::Confirmed) as usize,
            Column::Id
            | Column::Login
            | Column::Status
            | Column::Title
            | Column::FirstName
            | Column::MiddleName
            | Column::LastName
            | Column::Name
            | Column::Email
            | Column::Phone
            | Column::Organisation
            | Column::Group
            | Column::Role
            | Column::CoreId
            | Column::Enrolled
            | Column::LastLogin
            | Column::Added
            | Column::Modified => 0,
        }
    }

    /// Whether anything of the status follows the clock.
    pub(super) const fn is_timed(self) -> bool {
        self.0 & TIMED != 0
    }

    pub(super) const fn has_own(self, own: Own) -> bool {
        let bit = match own {
            Own::FirstName => FIRST_NAME,
            Own::Email => OWN_EMAIL,
            Own::Phone => OWN_PHONE,
            Own::Core => OWN_CORE,
        };
        self.0 & bit != 0
    }

    pub(super) const fn has(self, fact: Fact) -> bool {
        let bit = match fact {
            Fact::Archived => ADMIN_LOCK,
            Fact::Confirmed => CONFIRMED,
            Fact::SecondFactor => SECOND_FACTOR,
            Fact::Note => NOTE,
            Fact::Login => LOGIN,
            Fact::Email => EMAIL,
            Fact::Phone => PHONE,
            Fact::Core => CORE,
            Fact::AccountId => ACCOUNT_ID,
            Fact::Group => GROUP,
            Fact::Role => ROLE,
            Fact::Tag => TAG,
        };
        self.0 & bit != 0
    }

    /// What of it a status is made of: fewer than [`Packed::STATES`].
    pub(super) const fn state(self) -> usize {
        ((self.0 & (PASSWORD_DUE * 2 - 1)) / ADMIN_LOCK) as usize
    }

    /// How many states there are.
    pub(super) const STATES: usize = (PASSWORD_DUE / ADMIN_LOCK) as usize * 2;

    /// What a status is made of: whether there are locks, without since when and by whom.
    pub(super) fn status_facts(state: usize, timed: Timed) -> StatusFacts {
        let has = |bit: u32| state & (bit / ADMIN_LOCK) as usize != 0;
        let (at, by, reason) = (Timestamp(0), String::new(), String::new());
        StatusFacts {
            onboarding_unfinished: has(ONBOARDING),
            not_activated: has(NOT_ACTIVATED),
            admin_lock: has(ADMIN_LOCK).then_some(AdminLock { at, by, reason }),
            auto_locked_at: has(AUTO_LOCK).then_some(at),
            deactivated: has(DEACTIVATED),
            window: timed.window,
            reset_until: timed.reset_until,
            password_due: has(PASSWORD_DUE),
            password_expires_at: timed.password_expires_at,
        }
    }
}
