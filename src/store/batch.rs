//! Hidden batches: users who are written in pieces and do not exist until one row is taken away.
//!
//! Nobody sees them meanwhile (`visible_users`), only their logins are taken. What a cut import or a killed process
//! left is removed in pieces as well.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::base::ids::{BatchId, UserId};
use crate::base::limits;
use crate::domain::audit::{Hash, Outcome, Record};
use crate::domain::import::ImportCounts;
use crate::store::writer::Writing;
use crate::store::{audit, carry_out, jobs};

/// Tables with rows of a user that do not go with the row of `users` by themselves.
const LEFT_BEHIND: &[&str] = &["history", "notes"];

/// What the audit calls the removal of a batch whose process is gone.
pub(super) const REMOVED: &str = "batch.remove";

/// Tables of an institution, from what refers to others to what they refer to: a demo that was cut off had them filled.
const INSTITUTION: &[&str] = &[
    "organisation_contact_types",
    "organisation_account_types",
    "organisation_encrypted_fields",
    "platform_accounts",
    "group_rights",
    "role_rights",
    "groups",
    "roles",
    "organisations",
];

/// What a batch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Rows of a file.
    Import,
    /// Made-up people.
    Demo,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Demo => "demo",
        }
    }
}

/// A batch that is being filled.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    /// Its number.
    pub id: BatchId,
    /// Who began it, 0 where nobody did.
    pub actor: i64,
    /// Hash of what its rows are judged by.
    pub authority: Hash,
    /// Ids of its users, from the first to the last; zeros where there is none.
    pub range: (i64, i64),
    /// What its rows do.
    pub counts: ImportCounts,
    /// Chain over its rows of the history.
    pub rows_hash: Hash,
    /// Users that are found by login and name.
    pub keyed: u64,
}

/// Begins a batch of this process. `actor` is who asked, where somebody did.
pub(super) fn begin(
    writing: &Writing<'_>,
    purpose: Purpose,
    actor: (UserId, &str),
    authority: &Hash,
) -> rusqlite::Result<BatchId> {
    writing
        .connection
        .prepare_cached(
            "INSERT INTO hidden_batches (purpose, process, actor, actor_login, begun_at, authority)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            purpose.word(),
            std::process::id(),
            actor.0.0,
            actor.1,
            writing.now.0,
            authority.as_slice()
        ])?;
    Ok(BatchId(writing.connection.last_insert_rowid()))
}

/// The batch `id`, while it is hidden.
pub(super) fn load(connection: &Connection, id: BatchId) -> rusqlite::Result<Option<Batch>> {
    connection
        .prepare_cached(
            "SELECT authority, first_id, last_id, created, updated, unchanged, rows_hash, actor, keyed
             FROM hidden_batches WHERE id = ?1",
        )?
        .query_row([id.0], |row| {
            let count = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
            Ok(Batch {
                id,
                authority: row.get(0)?,
                range: (row.get(1)?, row.get(2)?),
                counts: ImportCounts { created: count(3)?, updated: count(4)?, unchanged: count(5)? },
                rows_hash: row.get(6)?,
                actor: row.get(7)?,
                keyed: count(8)?,
            })
        })
        .optional()
}

/// Writes down how far `batch` is.
pub(super) fn save(connection: &Connection, batch: &Batch) -> rusqlite::Result<()> {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "UPDATE hidden_batches SET first_id = ?2, last_id = ?3, created = ?4, updated = ?5, unchanged = ?6,
                 rows_hash = ?7, keyed = ?8 WHERE id = ?1",
        )?
        .execute(params![
            batch.id.0,
            batch.range.0,
            batch.range.1,
            number(batch.counts.created),
            number(batch.counts.updated),
            number(batch.counts.unchanged),
            batch.rows_hash.as_slice(),
            number(batch.keyed),
        ])
        .map(drop)
}

impl Batch {
    /// Takes a new user in.
    pub(super) fn add(&mut self, user: i64) {
        self.range = match self.range {
            (0, 0) => (user, user),
            (first, last) => (first.min(user), last.max(user)),
        };
        self.counts.created += 1;
    }

    /// Ties a row of the history to those before it.
    pub(super) fn tie(&mut self, user: i64, code: &str) {
        let mut hasher = Sha256::new();
        hasher.update(self.rows_hash);
        hasher.update(user.to_be_bytes());
        hasher.update(code.as_bytes());
        self.rows_hash = hasher.finalize().into();
    }
}

/// Makes the users of `batch` exist, and tells the feed. One whose users are not all found by their names is a fault.
pub(super) fn show(connection: &Connection, batch: &Batch) -> rusqlite::Result<()> {
    let gone = connection
        .prepare_cached("DELETE FROM hidden_batches WHERE id = ?1 AND keyed = ?2")?
        .execute(params![batch.id.0, i64::try_from(batch.counts.created).unwrap_or(i64::MAX)])?;
    if gone != 1 {
        return Err(rusqlite::Error::StatementChangedRows(gone));
    }
    let (first, last) = batch.range;
    if last > 0 {
        carry_out::changed(connection, "user", first, last)?;
    }
    Ok(())
}

/// Numbers of the batches that are hidden, each with the process that fills it.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<(BatchId, u32)>> {
    let mut statement = connection.prepare_cached("SELECT id, process FROM hidden_batches ORDER BY id")?;
    statement.query_map([], |row| Ok((BatchId(row.get(0)?), row.get(1)?)))?.collect()
}

/// Removes some of `batch` for good, and in the end the batch itself; whether there is more.
pub(super) fn remove(writing: &Writing<'_>, batch: BatchId) -> rusqlite::Result<bool> {
    let connection = writing.connection;
    let Some(Batch { range: (first, last), .. }) = load(connection, batch)? else { return Ok(false) };
    let mut statement = connection.prepare_cached(
        "SELECT id FROM users WHERE id BETWEEN ?1 AND ?2 AND batch = ?3 ORDER BY id LIMIT ?4",
    )?;
    let most = i64::try_from(limits::BATCH_REMOVED_USERS).unwrap_or(i64::MAX);
    let users: Vec<i64> = statement
        .query_map(params![first, last, batch.0, most], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for user in &users {
        for table in LEFT_BEHIND {
            connection.prepare_cached(&format!("DELETE FROM {table} WHERE user = ?1"))?.execute([user])?;
        }
        connection.prepare_cached("DELETE FROM users WHERE id = ?1")?.execute([user])?;
    }
    if let Some(reached) = users.last() {
        connection
            .prepare_cached("UPDATE hidden_batches SET first_id = ?2 WHERE id = ?1")?
            .execute(params![batch.0, reached + 1])?;
        return Ok(true);
    }
    let updates = connection
        .prepare_cached(
            "DELETE FROM batch_updates WHERE batch = ?1 AND user IN
                 (SELECT user FROM batch_updates WHERE batch = ?1 LIMIT ?2)",
        )?
        .execute(params![batch.0, most])?;
    if updates > 0 {
        return Ok(true);
    }
    let purpose: String = connection
        .prepare_cached("DELETE FROM hidden_batches WHERE id = ?1 RETURNING purpose")?
        .query_row([batch.0], |row| row.get(0))?;
    if purpose == Purpose::Demo.word() {
        // Made-up people never stand beside others: what is left of their institution is nobody's.
        for table in INSTITUTION {
            connection.execute(&format!("DELETE FROM {table}"), [])?;
        }
    }
    Ok(false)
}

/// Says in the audit that what `batch` had brought is removed, since its process is gone.
pub(super) fn tell_abandoned(writing: &Writing<'_>, batch: BatchId) -> rusqlite::Result<()> {
    let told: Option<(String, i64, String, i64)> = writing
        .connection
        .query_row(
            "SELECT purpose, actor, actor_login, begun_at FROM hidden_batches WHERE id = ?1",
            [batch.0],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .optional()?;
    let Some((purpose, actor, actor_login, begun_at)) = told else { return Ok(()) };
    let why = format!("the process of this {purpose} is gone: nothing of it stays");
    jobs::import::given_up(writing, batch, &why)?;
    let record = Record {
        at: writing.now,
        actor: "system".to_owned(),
        via: "system".to_owned(),
        action: REMOVED.to_owned(),
        result: Outcome::Allowed.word().to_owned(),
        reason: why,
        detail: json!({"batch": batch.0, "actor": actor_login, "actor_id": actor, "begun_at": begun_at})
            .to_string(),
        ..Record::default()
    };
    audit::append(writing.connection, record).map(drop)
}
