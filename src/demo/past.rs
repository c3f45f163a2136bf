//! What happened to people: statuses with the rows that explain them, and one attack from end to end.

use crate::base::time::Timestamp;
use crate::demo::chance::Chance;
use crate::demo::person::Person;
use crate::demo::structure::RETAIL;
use crate::demo::words;
use crate::domain::history::HistoryRow;
use crate::domain::history_codes::{self, By};
use crate::domain::level::Level;
use crate::domain::status::{AdminLock, Status, Window};
use crate::domain::user::{Kind, User};

const DAY_S: i64 = 86_400;

/// How long the guesses before an auto lock take, and a little more.
const GUESSING_S: i64 = 180;

/// The login of the operator who may act on `user`, by scope and level.
pub(super) fn operator_of(user: &User) -> &'static str {
    match user.level {
        Some(Level::Master) => "system",
        Some(Level::Global | Level::Organisation | Level::User) => "m.okafor",
        None if user.organisation.id == RETAIL => "a.kim",
        None => "j.ito",
    }
}

/// What one row of history says, besides who did it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deed<'a> {
    /// A code of the catalogue.
    pub code: &'a str,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub ip: &'a str,
    /// What in particular.
    pub detail: &'a str,
}

/// Adds one row, done by whom the catalogue says does such things.
pub(super) fn happened(person: &mut Person, deed: Deed<'_>) {
    let actor = match history_codes::find(deed.code).map(|code| code.by) {
        Some(By::User) => person.user.login.clone().unwrap_or_else(|| "system".to_owned()),
        Some(By::Staff) => operator_of(&person.user).to_owned(),
        Some(By::System) | None => "system".to_owned(),
    };
    let (device, app) = match history_codes::find(deed.code).map(|code| code.by) {
        Some(By::User) => ("phone", "4.12"),
        Some(By::Staff) => ("console", ""),
        Some(By::System) | None => ("", ""),
    };
    person.history.push(HistoryRow {
        seq: 0,
        code: deed.code.to_owned(),
        at: deed.at,
        actor,
        ip: deed.ip.to_owned(),
        device: device.to_owned(),
        app: app.to_owned(),
        detail: deed.detail.to_owned(),
    });
}

/// Puts the history in order, and takes from it when the record was last changed.
pub(super) fn close(person: &mut Person) {
    person.history.sort_by_key(|row| row.at);
    for (seq, row) in (1..).zip(&mut person.history) {
        row.seq = seq;
    }
    let changes = person.history.iter().filter(|row| row.code != "user.login").map(|row| row.at);
    person.user.modified = changes.max().unwrap_or(person.user.added).max(person.user.added);
}

/// Creation, enrolment and a few sign-ins between `added` and `now`.
pub(super) fn ordinary(person: &mut Person, now: Timestamp, chance: &mut Chance) {
    let (added, home) = (person.user.added, words::ip(chance));
    happened(person, Deed { code: "users.create", at: added, ip: "", detail: "" });
    if let Some(at) = person.user.enrolled {
        happened(person, Deed { code: "user.enroll", at, ip: &home, detail: "" });
    }
    let Some(last) = person.user.last_login else { return };
    happened(person, Deed { code: "user.login", at: last, ip: &home, detail: "" });
    for _ in 0..chance.below(5) {
        let at =
            last.plus_seconds(-chance.seconds(last.seconds_since(person.user.enrolled.unwrap_or(added))));
        happened(person, Deed { code: "user.login", at, ip: &home, detail: "" });
    }
    if person.user.kind == Kind::Customer && chance.percent(30) {
        let at = last.plus_seconds(chance.seconds(now.seconds_since(last)).min(600));
        happened(person, Deed { code: "transfers.create", at, ip: &home, detail: "monthly rent" });
    }
}

/// Makes `status` true of `person` at `now`, with the row that tells how it came about.
pub(super) fn set_status(person: &mut Person, status: Status, now: Timestamp, chance: &mut Chance) {
    // After the last sign-in, which an event before it would contradict.
    let after = person.user.last_login.or(person.user.enrolled).unwrap_or(person.user.added);
    let back = chance.seconds(now.seconds_since(after).min(20 * DAY_S) - GUESSING_S);
    let at = now.plus_seconds(-back);
    let operator = operator_of(&person.user).to_owned();
    let facts = &mut person.user.facts;
    match status {
        Status::Inactive if chance.percent(40) => {
            let to = now.plus_seconds(3600 + chance.seconds(30 * DAY_S));
            facts.window = Some(Window { from: at, to: Some(to) });
            happened(person, Deed { code: "user.deactivate", at, ip: "", detail: "away on leave" });
        }
        Status::Inactive => {
            facts.deactivated = true;
            happened(person, Deed { code: "user.deactivate", at, ip: "", detail: "account dormant" });
        }
        Status::LockedByAdmin => {
            let reason =
                chance.one(&["card lost, called from a number we know", "fraud suspected", "estate"]);
            facts.admin_lock = Some(AdminLock { at, by: operator, reason: (*reason).to_owned() });
            happened(person, Deed { code: "user.lock", at, ip: "", detail: reason });
        }
        Status::AutoLocked => {
            facts.auto_locked_at = Some(at);
            let ip = words::ip(chance);
            guesses(person, at, &ip, 6);
        }
        Status::Provisioned => facts.onboarding_unfinished = true,
        Status::Initial => facts.not_activated = true,
        Status::AwaitingNewPassword if chance.percent(50) => facts.password_expires_at = Some(at),
        Status::AwaitingNewPassword => {
            facts.password_due = true;
            happened(person, Deed { code: "user.request_password_reset", at, ip: "", detail: "link opened" });
        }
        Status::Recovery => {
            let asked = now.plus_seconds(-back.min(DAY_S / 2));
            facts.reset_until = Some(asked.plus_seconds(DAY_S));
            happened(
                person,
                Deed { code: "user.request_password_reset", at: asked, ip: "", detail: "link by email" },
            );
        }
        Status::Active => {}
    }
}

/// `count` wrong passwords, 20 seconds apart, the last of which locks at `at`.
fn guesses(person: &mut Person, at: Timestamp, ip: &str, count: i64) {
    for guess in (0..count).rev() {
        let at = at.plus_seconds(-20 * guess);
        happened(person, Deed { code: "user.login_failed", at, ip, detail: "wrong password" });
    }
    happened(person, Deed { code: "user.auto_lock", at, ip, detail: "6 wrong passwords or codes" });
}

/// The attack: guesses from one network, a lock, a reset by somebody on the phone, a new phone number,
/// money tried, and the lock that stopped it an hour ago.
pub(super) fn attack(person: &mut Person, now: Timestamp) {
    let minutes = |minutes: i64| now.plus_seconds(-60 * minutes);
    for (host, ago) in (17..).zip([304, 302, 300, 298]) {
        let ip = format!("203.0.113.{host}");
        happened(
            person,
            Deed { code: "user.login_failed", at: minutes(ago), ip: &ip, detail: "wrong password" },
        );
    }
    guesses(person, minutes(290), "203.0.113.21", 6);
    let rows = [
        ("user.unlock", 240, "", "caller knew address and birth date"),
        ("user.request_password_reset", 236, "", "link by email"),
        ("user.reset_password", 228, "203.0.113.21", "by the link"),
        ("user.login", 227, "203.0.113.21", "new device"),
        ("phone.update", 225, "203.0.113.21", "number changed"),
        ("external_accounts.create", 221, "203.0.113.21", "new payee account"),
        ("transfers.create", 219, "203.0.113.21", "3 transfers to the new account"),
        ("wire.review", 218, "", "held for review"),
        ("user.lock", 60, "", "account taken over, owner called from the number on file"),
    ];
    for (code, ago, ip, detail) in rows {
        happened(person, Deed { code, at: minutes(ago), ip, detail });
    }
    person.user.last_login = Some(minutes(227));
    person.user.facts.admin_lock = Some(AdminLock {
        at: minutes(60),
        by: operator_of(&person.user).to_owned(),
        reason: "account taken over, owner called from the number on file".to_owned(),
    });
}
