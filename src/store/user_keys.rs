//! Logins and names of the users of a hidden batch, by which they are found: written behind the users, sorted.
//!
//! A row at a time, nearly every login and every name would fall on another page. Sorted, a hundred thousand of them
//! touch each page once. Whoever is in no batch has both with the row itself (triggers of the schema).

use rusqlite::{OptionalExtension, params};

use crate::base::fault::Fault;
use crate::base::ids::BatchId;
use crate::base::limits;
use crate::domain::import::RowFault;
use crate::store::batch_step::BatchStep;
use crate::store::connection::fault;
use crate::store::record::{Event, Recorded};
use crate::store::writer::Writing;
use crate::store::{Store, batch};

/// What a user is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The folded login, which nobody else may have.
    Login,
    /// The folded name, last and then first.
    Name,
}

/// One login or name of a new user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    text: String,
    user: i64,
    /// Of the file; 0 where there is none.
    line: u64,
}

/// Logins and names of users that are written, but not found by them yet.
#[derive(Clone, Debug, Default)]
pub struct UserKeys {
    logins: Vec<Key>,
    names: Vec<Key>,
}

impl UserKeys {
    /// Takes a user in: the folded `login`, the folded `name`, and the line of the file where there is one.
    pub(super) fn add(&mut self, user: i64, login: Option<String>, name: String, line: u64) {
        self.logins.extend(login.map(|text| Key { text, user, line }));
        self.names.push(Key { text: name, user, line });
    }

    /// Takes `more` users in.
    pub fn extend(&mut self, more: Self) {
        self.logins.extend(more.logins);
        self.names.extend(more.names);
    }

    /// Whether they are to be written now: more are not held in memory.
    pub const fn is_full(&self) -> bool {
        self.names.len() >= limits::BATCH_KEYS_SORTED
    }
}

impl Store {
    /// Writes `keys` of users of `batch`, sorted, in pieces. Logins that somebody else has come back.
    pub async fn write_keys(&self, batch: BatchId, keys: UserKeys) -> Result<Vec<RowFault>, Fault> {
        let UserKeys { logins, names } = keys;
        for (kind, mut keys) in [(KeyKind::Login, logins), (KeyKind::Name, names)] {
            let sorted = tokio::task::spawn_blocking(move || {
                keys.sort_unstable();
                keys
            });
            let sorted =
                sorted.await.map_err(|_| Fault::machine("names could not be sorted: see the log"))?;
            let mut rest = sorted.into_iter();
            loop {
                let keys: Vec<Key> = rest.by_ref().take(limits::BATCH_KEYS_PIECE).collect();
                if keys.is_empty() {
                    break;
                }
                let event = Event::Batch { batch, step: BatchStep::Keys { kind, keys } };
                let Recorded::Keyed(taken) = self.record(event).await? else {
                    return Err(Fault::machine("names were written and nothing was said of them"));
                };
                if !taken.is_empty() {
                    return Ok(taken);
                }
                self.room().await;
            }
        }
        Ok(Vec::new())
    }
}

/// Writes `keys` of `kind` into `id`. Logins that somebody else has come back, and nothing is written then.
pub(super) fn write(
    writing: &Writing<'_>,
    id: BatchId,
    kind: KeyKind,
    keys: &[Key],
) -> Result<Vec<RowFault>, Fault> {
    let sql = |error| fault(&error);
    let Some(mut batch) = batch::load(writing.connection, id).map_err(sql)? else {
        return Err(Fault::store("what was imported so far was removed meanwhile"));
    };
    let mut taken = Vec::new();
    let insert = match kind {
        KeyKind::Login => {
            "INSERT INTO user_logins (login_folded, user) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
        }
        KeyKind::Name => "INSERT INTO user_names (name_folded, user) VALUES (?1, ?2)",
    };
    let mut insert = writing.connection.prepare_cached(insert).map_err(sql)?;
    for key in keys {
        if insert.execute(params![key.text, key.user]).map_err(sql)? == 0 {
            taken.push(fault_of(writing, id, key)?);
            if taken.len() == limits::ROW_FAULTS_MAX {
                break;
            }
        }
    }
    if taken.is_empty() && kind == KeyKind::Name {
        batch.keyed += keys.len() as u64;
        batch::save(writing.connection, &batch).map_err(sql)?;
    }
    taken.sort_by_key(|fault| fault.line);
    Ok(taken)
}

/// Why a login cannot be had: somebody got it since the row was judged.
fn fault_of(writing: &Writing<'_>, id: BatchId, key: &Key) -> Result<RowFault, Fault> {
    let holder: Option<Option<i64>> = writing
        .connection
        .prepare_cached(
            "SELECT u.batch FROM user_logins l JOIN users u ON u.id = l.user WHERE l.login_folded = ?1",
        )
        .and_then(|mut holder| holder.query_row([&key.text], |row| row.get(0)).optional())
        .map_err(|error| fault(&error))?;
    let text = if holder.flatten() == Some(id.0) {
        "stands in the file twice"
    } else {
        "was given to somebody else while the import ran"
    };
    Ok(RowFault { line: key.line, column: "login".to_owned(), text: text.to_owned() })
}
