//! Console sessions as the list of sessions knows them.

use crate::base::ids::SessionId;
use crate::base::time::Timestamp;
use crate::directory::row::Row;
use crate::domain::user::TEMPORARY_LOGIN;

/// A console session that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleSession {
    /// Its number.
    pub id: SessionId,
    /// Whose it is.
    pub who: Row,
    /// Where from: an address, or the system user and host of local use.
    pub source: String,
    /// How the sign-in was proved: `key SHA256:…`, `password`, `local`.
    pub proof: String,
    /// Since when.
    pub opened_at: Timestamp,
    /// The last key; `None` where another process holds the session, for only the one that holds it knows.
    pub last_key: Option<Timestamp>,
}

impl ConsoleSession {
    /// What it says in words at `now`, name by name; what is empty is left out.
    pub fn told(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let who = &self.who;
        let login = who.login.as_deref().unwrap_or(TEMPORARY_LOGIN);
        let status = who.facts.status_at(now);
        let idle = match self.last_key {
            Some(at) => format!("{} ({} ago)", at.minute_utc(), at.age_at(now)),
            None => "not known here: another process holds the session".to_owned(),
        };
        let pairs = [
            ("session", self.id.to_string()),
            ("operator", login.to_owned()),
            ("name", who.names.full()),
            ("id", who.id.to_string()),
            ("role", who.role_words()),
            ("status", format!("{} {}", status.symbol(), status.short())),
            ("organisation", who.organisation.2.clone()),
            ("from", self.source.clone()),
            ("signed in by", self.proof.clone()),
            ("since", format!("{} ({} ago)", self.opened_at.minute_utc(), self.opened_at.age_at(now))),
            ("last key", idle),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// Some sessions, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionPage {
    /// The sessions.
    pub sessions: Vec<ConsoleSession>,
    /// How many there are in all.
    pub count: u64,
}
