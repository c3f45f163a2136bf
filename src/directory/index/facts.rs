//! Kind, level and the facts of a status in sixteen bits; times that few users have stand apart.

use crate::base::time::Timestamp;
use crate::directory::row::Row;
use crate::domain::level::Level;
use crate::domain::status::{AdminLock, StatusFacts, Window};
use crate::domain::user::Kind;

const KIND: u16 = 0b11;
const LEVEL_AT: u16 = 2;
const LEVEL: u16 = 0b111 << LEVEL_AT;
const ADMIN_LOCK: u16 = 1 << 5;
const AUTO_LOCK: u16 = 1 << 6;
const ONBOARDING: u16 = 1 << 7;
const NOT_ACTIVATED: u16 = 1 << 8;
const DEACTIVATED: u16 = 1 << 9;
const PASSWORD_DUE: u16 = 1 << 10;
const CONFIRMED: u16 = 1 << 11;
const TIMED: u16 = 1 << 12;

/// Kind, level and facts of one user, packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed(u16);

/// The facts that begin or end by the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Timed {
    window: Option<Window>,
    reset_until: Option<Timestamp>,
    password_expires_at: Option<Timestamp>,
}

impl Packed {
    /// The facts of `row`, and apart from them those that follow the clock.
    pub(super) fn of(row: &Row) -> (Self, Option<Timed>) {
        let facts = &row.facts;
        let timed = Timed {
            window: facts.window,
            reset_until: facts.reset_until,
            password_expires_at: facts.password_expires_at,
        };
        let timed = (timed != Timed::default()).then_some(timed);
        let level = row.level.map_or(0, |level| {
            1 + Level::ALL.iter().take_while(|known| **known != level).map(|_| 1_u16).sum::<u16>()
        });
        let kind = match row.kind {
            Kind::Admin => 0,
            Kind::Staff => 1,
            Kind::Customer => 2,
        };
        let bits = [
            (facts.admin_lock.is_some(), ADMIN_LOCK),
            (facts.auto_locked_at.is_some(), AUTO_LOCK),
            (facts.onboarding_unfinished, ONBOARDING),
            (facts.not_activated, NOT_ACTIVATED),
            (facts.deactivated, DEACTIVATED),
            (facts.password_due, PASSWORD_DUE),
            (row.email_confirmed, CONFIRMED),
            (timed.is_some(), TIMED),
        ];
        let flags: u16 = bits.iter().filter(|(is_set, _)| *is_set).map(|(_, bit)| bit).sum();
        (Self(kind | level << LEVEL_AT | flags), timed)
    }

    pub(super) const fn kind(self) -> Kind {
        match self.0 & KIND {
            0 => Kind::Admin,
            1 => Kind::Staff,
            _ => Kind::Customer,
        }
    }

    pub(super) fn level(self) -> Option<Level> {
        let number = usize::from((self.0 & LEVEL) >> LEVEL_AT);
        number.checked_sub(1).and_then(|at| Level::ALL.get(at)).copied()
    }

    pub(super) const fn has(self, bit: Bit) -> bool {
        let bit = match bit {
            Bit::Archived => ADMIN_LOCK,
            Bit::Confirmed => CONFIRMED,
            Bit::Timed => TIMED,
        };
        self.0 & bit != 0
    }

    /// What a status is made of: whether there are locks, without since when and by whom.
    pub(super) fn status_facts(self, timed: Timed) -> StatusFacts {
        let has = |bit: u16| self.0 & bit != 0;
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

/// A fact that is asked for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bit {
    /// Locked by an operator.
    Archived,
    /// The primary email is confirmed.
    Confirmed,
    /// Something follows the clock.
    Timed,
}
