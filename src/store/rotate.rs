//! A new key for everything that is sealed: begun, carried through in pieces, and ended.
//!
//! From the commit that makes the new key known, every process seals under it; what lies under older
//! keys is moved piece by piece, each its own transaction, while others write in between. A program
//! that is killed in the middle leaves values under both keys, which are both in use until the next
//! one has moved the last. A retired key stays in the file: older audit entries and backups are sealed under it.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use crate::base::fault::Fault;
use crate::base::ids::{JobId, UserId};
use crate::domain::audit::Record;
use crate::domain::sealable::SealableField;
use crate::store::ask::bound;
use crate::store::connection::fault;
use crate::store::jobs::make::FORM_PLACE;
use crate::store::key_file::{self, FileKey, Mark};
use crate::store::record::{Recorded, institution_entry};
use crate::store::seal::key_of;
use crate::store::sign_in::place_of;
use crate::store::writer::Writing;
use crate::store::{audit, field_keys, sealed_fields, unsealed};

/// A step of a rotation.
#[derive(Clone, Debug)]
pub enum Rotation {
    /// A new key is made, unless an older rotation is to be carried through; its number comes back.
    Begin {
        /// Who runs the program: system user and host.
        source: String,
    },
    /// These values are sealed anew; what does not open is left and comes back by its place.
    Piece(Vec<Sealed>),
    /// Keys under which nothing is sealed any more are retired; how many came off comes back.
    End {
        /// Who runs the program: system user and host.
        source: String,
    },
}

/// Where a sealed value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// A second factor's seed.
    Seed(UserId),
    /// An encrypted field, by its name.
    Field(UserId, String),
    /// The form of a job that is not over.
    JobForm(JobId),
    /// A field in the clear that its organisation has marked as encrypted since.
    Clear(UserId, SealableField),
}

impl Sealed {
    fn place(&self) -> String {
        match self {
            Self::Seed(user) => place_of(*user),
            Self::Field(user, field) => sealed_fields::place_of(*user, field),
            Self::JobForm(_) => FORM_PLACE.to_owned(),
            Self::Clear(user, field) => sealed_fields::place_of(*user, &field.name()),
        }
    }
}

/// Writes a step.
pub(super) fn rotate(writing: &Writing<'_>, step: &Rotation) -> Result<Recorded, Fault> {
    match step {
        Rotation::Begin { source } => begin(writing, source).map(Recorded::Key),
        Rotation::Piece(values) => {
            let mut stuck = Vec::new();
            for value in values {
                if !moved(writing, value)? {
                    stuck.push(value.place());
                }
            }
            Ok(Recorded::Moved { stuck })
        }
        Rotation::End { source } => end(writing, source),
    }
}

/// Makes a key, or takes up the rotation that is under way. Inside the transaction: two programs cannot both make one.
fn begin(writing: &Writing<'_>, source: &str) -> Result<u32, Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    let path = writing.sealer.path();
    let mut keys = key_file::read(path)?;
    let current = writing.sealer.current();
    if field_keys::in_use(connection).map_err(sql)?.len() > 1 {
        return Ok(current);
    }
    // A key that the store does not know was written by a program that was killed before its commit.
    let unknown = keys.iter().map(|key| key.id).find(|id| *id > current);
    let new = unknown.unwrap_or(current + 1);
    if unknown.is_none() {
        for key in keys.iter_mut().filter(|key| key.mark == Mark::Current) {
            key.mark = Mark::Retiring;
        }
        keys.push(FileKey::draw(new, writing.now));
        key_file::replace(path, &keys)?;
    }
    field_keys::add(connection, &writing.sealer.under(new)?, writing.now)?;
    tell(writing, source, "begin", new, current).map_err(sql)?;
    Ok(new)
}

/// Retires the keys under which nothing is left.
fn end(writing: &Writing<'_>, source: &str) -> Result<Recorded, Fault> {
    let sql = |error| fault(&error);
    let (connection, current) = (writing.connection, writing.sealer.current());
    let remaining = count(connection).map_err(sql)?;
    if remaining > 0 {
        return Ok(Recorded::Refused(format!("{remaining} values are still sealed under an older key")));
    }
    let older: Vec<u32> =
        field_keys::in_use(connection).map_err(sql)?.into_iter().filter(|id| *id != current).collect();
    for id in &older {
        connection
            .execute("UPDATE field_keys SET retired_at = ?2 WHERE id = ?1", params![id, writing.now.0])
            .map_err(sql)?;
        tell(writing, source, "end", current, *id).map_err(sql)?;
    }
    let path = writing.sealer.path();
    let mut keys = key_file::read(path)?;
    for key in &mut keys {
        key.mark = if key.id == current { Mark::Current } else { Mark::Retired };
    }
    key_file::replace(path, &keys)?;
    Ok(Recorded::Key(current))
}

fn tell(writing: &Writing<'_>, source: &str, step: &str, new: u32, old: u32) -> rusqlite::Result<()> {
    let record = Record {
        action: "keys.rotate".to_owned(),
        detail: json!({ "step": step, "key": new, "instead_of": old }).to_string(),
        ..institution_entry(writing, source)
    };
    audit::append(writing.connection, record).map(drop)
}

/// Seals `value` under the current key; `false` where it does not open.
fn moved(writing: &Writing<'_>, value: &Sealed) -> Result<bool, Fault> {
    let sql = |error| fault(&error);
    let (connection, sealer) = (writing.connection, writing.sealer);
    if let Sealed::Clear(user, field) = value {
        return unsealed::seal(writing, *user, field).map(|()| true);
    }
    // Read here, not when the piece was cut: somebody may have written a newer value meanwhile.
    let Some(sealed) = read(connection, value).map_err(sql)? else { return Ok(true) };
    if key_of(&sealed) == Some(sealer.current()) {
        return Ok(true);
    }
    let Ok(plain) = sealer.open_sealed(&value.place(), &sealed) else { return Ok(false) };
    let anew = sealer.seal(&value.place(), plain.expose())?;
    match value {
        Sealed::Seed(user) => connection
            .prepare_cached("UPDATE credentials SET totp_sealed = ?2 WHERE user = ?1")
            .and_then(|mut update| update.execute(params![user.0, anew]))
            .map(|_| true)
            .map_err(sql),
        Sealed::JobForm(job) => connection
            .prepare_cached("UPDATE jobs SET answers = ?2 WHERE id = ?1")
            .and_then(|mut update| update.execute(params![job.0, anew]))
            .map(|_| true)
            .map_err(sql),
        Sealed::Clear(..) => Ok(true),
        Sealed::Field(user, name) => {
            let (Some(field), Ok(text)) = (SealableField::parse(name), str::from_utf8(plain.expose())) else {
                return Ok(false);
            };
            sealed_fields::put(writing, *user, &field, text, &anew).map(|()| true)
        }
    }
}

fn read(connection: &Connection, value: &Sealed) -> rusqlite::Result<Option<Vec<u8>>> {
    match value {
        Sealed::Seed(user) => connection
            .prepare_cached(
                "SELECT totp_sealed FROM credentials WHERE user = ?1 AND totp_sealed IS NOT NULL",
            )?
            .query_row([user.0], |row| row.get(0)),
        Sealed::Clear(..) => return Ok(None),
        Sealed::Field(user, name) => connection
            .prepare_cached("SELECT sealed FROM user_sealed_fields WHERE user = ?1 AND field = ?2")?
            .query_row(params![user.0, name], |row| row.get(0)),
        Sealed::JobForm(job) => connection
            .prepare_cached("SELECT answers FROM jobs WHERE id = ?1 AND answers <> x''")?
            .query_row([job.0], |row| row.get(0)),
    }
    .optional()
}

/// How many values are sealed under a key that is not the current one.
pub(super) fn count(connection: &Connection) -> rusqlite::Result<u64> {
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
    let seeds = "SELECT count(*) FROM credentials WHERE totp_sealed IS NOT NULL
        AND hex(substr(totp_sealed, 1, 4)) <> (SELECT printf('%08X', max(id)) FROM field_keys)";
    let fields = "SELECT count(*) FROM user_sealed_fields WHERE key_id < (SELECT max(id) FROM field_keys)";
    let forms = "SELECT count(*) FROM jobs WHERE answers <> x''
        AND hex(substr(answers, 1, 4)) <> (SELECT printf('%08X', max(id)) FROM field_keys)";
    Ok(count(seeds)? + count(fields)? + count(forms)?)
}

/// At most `rows` values behind `after` that are to be sealed under the current key.
pub(super) fn next(
    connection: &Connection,
    after: Option<&Sealed>,
    rows: usize,
) -> rusqlite::Result<Vec<Sealed>> {
    let mut found = match after {
        None => seeds(connection, 0, rows)?,
        Some(Sealed::Seed(user)) => seeds(connection, user.0, rows)?,
        Some(Sealed::Field(..) | Sealed::JobForm(_) | Sealed::Clear(..)) => Vec::new(),
    };
    let behind = match after {
        None | Some(Sealed::Seed(_)) => Some((0, "")),
        Some(Sealed::Field(user, name)) => Some((user.0, name.as_str())),
        Some(Sealed::JobForm(_) | Sealed::Clear(..)) => None,
    };
    if let Some(behind) = behind {
        found.extend(fields(connection, behind, rows - found.len())?);
    }
    let behind = match after {
        None | Some(Sealed::Seed(_) | Sealed::Field(..)) => Some(0),
        Some(Sealed::JobForm(job)) => Some(job.0),
        Some(Sealed::Clear(..)) => None,
    };
    if let Some(behind) = behind {
        found.extend(job_forms(connection, behind, rows - found.len())?);
    }
    let clear = unsealed::next(connection, rows - found.len())?;
    found.extend(clear.into_iter().map(|(user, field)| Sealed::Clear(user, field)));
    Ok(found)
}

fn seeds(connection: &Connection, behind: i64, rows: usize) -> rusqlite::Result<Vec<Sealed>> {
    connection
        .prepare_cached(
            "SELECT user FROM credentials WHERE user > ?1 AND totp_sealed IS NOT NULL
                 AND hex(substr(totp_sealed, 1, 4)) <> (SELECT printf('%08X', max(id)) FROM field_keys)
             ORDER BY user LIMIT ?2",
        )?
        .query_map(params![behind, bound(rows)], |row| row.get(0).map(UserId).map(Sealed::Seed))?
        .collect()
}

fn fields(connection: &Connection, behind: (i64, &str), rows: usize) -> rusqlite::Result<Vec<Sealed>> {
    connection
        .prepare_cached(
            "SELECT user, field FROM user_sealed_fields WHERE (user, field) > (?1, ?2)
                 AND key_id < (SELECT max(id) FROM field_keys) ORDER BY user, field LIMIT ?3",
        )?
        .query_map(params![behind.0, behind.1, bound(rows)], |row| {
            Ok(Sealed::Field(UserId(row.get(0)?), row.get(1)?))
        })?
        .collect()
}

fn job_forms(connection: &Connection, behind: i64, rows: usize) -> rusqlite::Result<Vec<Sealed>> {
    connection
        .prepare_cached(
            "SELECT id FROM jobs WHERE id > ?1 AND answers <> x''
                 AND hex(substr(answers, 1, 4)) <> (SELECT printf('%08X', max(id)) FROM field_keys)
             ORDER BY id LIMIT ?2",
        )?
        .query_map(params![behind, bound(rows)], |row| row.get(0).map(|job| Sealed::JobForm(JobId(job))))?
        .collect()
}
