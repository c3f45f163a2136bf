//! Carrying out an order: its changes, the history, the outgoing messages and the audit entry, together.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

use crate::actions;
use crate::actions::case::Person;
use crate::actions::request::{Request, Run};
use crate::actions::spec::Undo;
use crate::actions::verdict::Order;
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::BatchId;
use crate::base::ids::UserId;
use crate::base::secret::{Secret, random};
use crate::base::time::Timestamp;
use crate::domain::audit::hex;
use crate::domain::change::Change;
use crate::domain::import::{Filled, ImportCounts, ImportStep};
use crate::domain::masked::MaskedField;
use crate::domain::notice::Addressee;
use crate::domain::operator::Actor;
use crate::domain::restore::Restore;
use crate::domain::sealable::SealableField;
use crate::domain::user::{Names, User, name_key};
use crate::protocol::Revealed;
use crate::store::batch::{self, Batch, Purpose};
use crate::store::connection::fault;
use crate::store::execute::record;
use crate::store::import_piece::hash_of;
use crate::store::import_show::{self, Unfit};
use crate::store::sealed_fields::{self, Marked};
use crate::store::writer::Writing;
use crate::store::{archive, audit, restore, undo};

/// What was written.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    /// Number of the audit entry; 0 where nothing was written.
    pub audit: i64,
    /// Messages queued.
    pub messages: u32,
    /// Of an import that is there now.
    pub import: Option<Imported>,
    /// Of an import that begins.
    pub batch: Option<BatchId>,
    /// Until when it can be taken back; `None` where it cannot.
    pub undo_until: Option<Timestamp>,
    /// What was revealed.
    pub revealed: Option<Revealed>,
}

/// An import that is there now.
#[derive(Clone, Debug)]
pub(super) struct Imported {
    batch: Batch,
    file_sha256: String,
}

impl Done {
    /// What the rows of a file did.
    pub(super) fn counts(&self) -> Option<ImportCounts> {
        self.import.as_ref().map(|import| import.batch.counts)
    }
}

/// Writes `order`, or in a dry run nothing. Where an import does not fit any more that comes back, and nothing is
/// written.
pub(super) fn carry_out(
    writing: &Writing<'_>,
    request: &Request,
    order: &Order<'_>,
) -> Result<Result<Done, Unfit>, Fault> {
    let mut done = Done::default();
    let operator = order.case().operator;
    if request.run == Run::Dry {
        return Ok(Ok(done));
    }
    match &order.plan().import {
        Some(ImportStep::Begin) => {
            let actor = (operator.standing.id, operator.standing.login.as_str());
            let begun = batch::begin(writing, Purpose::Import, actor, &hash_of(operator));
            done.batch = Some(begun.map_err(|error| fault(&error))?);
            // What it brings is told when it is there, or given up.
            return Ok(Ok(done));
        }
        Some(ImportStep::Show(filled @ Filled { file_sha256, .. })) => {
            match import_show::show(writing, operator, filled, request)? {
                Ok(batch) => done.import = Some(Imported { batch, file_sha256: file_sha256.clone() }),
                Err(unfit) => return Ok(Err(unfit)),
            }
        }
        Some(ImportStep::GiveUp(_)) | None => {}
    }
    // Before the changes: of a sealed value that goes, the ciphertext is still there.
    let told = differences(writing, order)?;
    // The row of the history comes first: of whoever is deleted it is the last that goes to the archive.
    if let (Some(code), Some(person)) = (order.history(), order.case().target) {
        history(writing, person.user.id, code, &request.actor, &order.plan().detail)
            .map_err(|error| fault(&error))?;
    }
    let mut before: Vec<Restore> = Vec::new();
    for change in &order.plan().changes {
        let made = apply(writing, change, operator)?;
        let kept = actions::undo::before(change, order.case(), made);
        before.extend(kept.filter(|kept| !before.contains(kept)));
    }
    if let (Some(field), Some(user)) = (&order.plan().reveals, order.case().user()) {
        done.revealed = Some(revealed(writing, user, field)?);
    }
    let version = made_version(writing.connection, order.case().target).map_err(|error| fault(&error))?;
    tell(writing, request, order, (told, version), &mut done).map_err(|error| fault(&error))?;
    match order.case().undone {
        Some(undone) => {
            undo::done(writing.connection, undone.audit, done.audit).map_err(|error| fault(&error))?;
        }
        None if order.spec().undo == Undo::No => {}
        None => {
            let entry = (done.audit, version);
            done.undo_until = undo::keep(writing, order, entry, before, done.messages)?;
        }
    }
    Ok(Ok(done))
}

/// The values of `field`, in the order of a profile; of what is sealed they are opened here.
fn revealed(writing: &Writing<'_>, user: &User, field: &MaskedField) -> Result<Revealed, Fault> {
    let parts = field.sealable();
    if parts.is_empty() {
        return Ok(Revealed { field: field.clone(), values: Secret::new(field.values(user)) });
    }
    let mut values = Vec::with_capacity(parts.len());
    for part in parts {
        let value = sealed_fields::reveal(writing.connection, writing.sealer, user.id, &part)?;
        values.push(value.map_or_else(String::new, |value| value.expose().clone()));
    }
    Ok(Revealed { field: field.clone(), values: Secret::new(values) })
}

/// Writes one change; the number of the row that it added, where that is told.
fn apply(writing: &Writing<'_>, change: &Change, operator: &Operator) -> Result<Option<i64>, Fault> {
    let (connection, now) = (writing.connection, writing.now);
    let written = match change {
        // What may have to be sealed fails in more ways than SQL does.
        Change::AttributesSet { user, attributes } => {
            return set_attributes(writing, *user, attributes).map(|()| None);
        }
        Change::Restored { user, before } => {
            return restore::put_back(writing, *user, before).map(|()| None);
        }
        Change::NoteAdded { user, text } => {
            return add_note(writing, *user, operator, text).map(Some).map_err(|error| fault(&error));
        }
        Change::AdminLockSet { user, lock } => {
            let set = "locked_at = ?3, locked_by = ?4, locked_reason = ?5";
            touch(connection, *user, set, params![user.0, now.0, lock.at.0, lock.by, lock.reason])
        }
        Change::LocksEnded { user } => {
            let set = "locked_at = NULL, locked_by = NULL, locked_reason = NULL, auto_locked_at = NULL";
            touch(connection, *user, set, params![user.0, now.0])
                .and_then(|()| forget_failures(connection, *user))
        }
        Change::DeactivationSet { user } => {
            touch(connection, *user, "deactivated = 1", params![user.0, now.0])
        }
        Change::DeactivationEnded { user } => {
            let set = "deactivated = 0, window_from = NULL, window_to = NULL";
            touch(connection, *user, set, params![user.0, now.0])
        }
        Change::FirstActivated { user } => {
            touch(connection, *user, "not_activated = 0", params![user.0, now.0])
        }
        Change::WindowSet { user, window } => {
            let set = "window_from = ?3, window_to = ?4";
            touch(connection, *user, set, params![user.0, now.0, window.from.0, window.to.map(|to| to.0)])
        }
        Change::WindowEnded { user } => {
            touch(connection, *user, "window_from = NULL, window_to = NULL", params![user.0, now.0])
        }
        Change::TagsSet { user, tags } => set_tags(connection, *user, tags, now),
        Change::SessionsEnded { user, why } => end_sessions(writing, "user", user.0, why),
        Change::SessionEnded { session, why } => end_sessions(writing, "id", session.0, why),
        Change::NamesSet { user, names } => set_names(connection, *user, names, now),
        Change::UserDeleted { user } => archive::delete(writing, *user),
    };
    written.map(|()| None).map_err(|error| fault(&error))
}

/// Adds a note; its number.
fn add_note(writing: &Writing<'_>, user: UserId, operator: &Operator, text: &str) -> rusqlite::Result<i64> {
    let (connection, author) = (writing.connection, &operator.standing);
    connection
        .prepare_cached(
            "INSERT INTO notes (user, at, author, author_login, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![user.0, writing.now.0, author.id.0, author.login, text])?;
    let note = connection.last_insert_rowid();
    changed(connection, "note", user.0, user.0).map(|()| note)
}

/// Failures are counted from 0 again.
fn forget_failures(connection: &Connection, user: UserId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE credentials SET failures = 0, key_failures = 0 WHERE user = ?1")?
        .execute([user.0])
        .map(drop)
}

/// Sets the custom attributes: these and no others, sealed where the organisation has them encrypted.
pub(super) fn set_attributes(
    writing: &Writing<'_>,
    user: UserId,
    attributes: &[(String, String)],
) -> Result<(), Fault> {
    sealed_fields::set_attributes(writing, user, attributes)?;
    touch(writing.connection, user, "version = version", params![user.0, writing.now.0])
        .map_err(|error| fault(&error))
}

/// Sets the names, and the key by which lists sort them.
pub(super) fn set_names(
    connection: &Connection,
    user: UserId,
    names: &Names,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let set = "title = ?3, first_name = ?4, middle_name = ?5, last_name = ?6, name_folded = ?7";
    let key = name_key(&names.last, &names.first);
    let Names { title, first, middle, last } = names;
    touch(connection, user, set, params![user.0, now.0, title, first, middle, last, key])
}

/// Puts these tags in the place of those that are there.
pub(super) fn set_tags(
    connection: &Connection,
    user: UserId,
    tags: &[String],
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM user_tags WHERE user = ?1")?.execute([user.0])?;
    for tag in tags {
        connection
            .prepare_cached("INSERT INTO user_tags (user, tag) VALUES (?1, ?2)")?
            .execute(params![user.0, tag])?;
    }
    touch(connection, user, "version = version", params![user.0, now.0])
}

/// Ends the live sessions whose `column` is `value`; each is told why.
fn end_sessions(writing: &Writing<'_>, column: &str, value: i64, why: &str) -> rusqlite::Result<()> {
    let sql = format!(
        "UPDATE sessions SET closed_at = ?2, end_reason = ?3 WHERE {column} = ?1 AND closed_at IS NULL RETURNING id"
    );
    let mut statement = writing.connection.prepare_cached(&sql)?;
    let ended = statement.query_map(params![value, writing.now.0, why], |row| row.get(0))?;
    let ended = ended.collect::<rusqlite::Result<Vec<i64>>>()?;
    for session in &ended {
        changed(writing.connection, "session", *session, *session)?;
    }
    if ended.is_empty() { Ok(()) } else { raise_authority(writing.connection) }
}

/// Updates a user: sets `set`, raises the version, and tells the feed. Exactly one row, or it is a fault.
pub(super) fn touch(
    connection: &Connection,
    user: UserId,
    set: &str,
    values: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<()> {
    let sql = format!("UPDATE users SET {set}, modified = ?2, version = version + 1 WHERE id = ?1");
    let rows = connection.prepare_cached(&sql)?.execute(values)?;
    if rows != 1 {
        return Err(rusqlite::Error::StatementChangedRows(rows));
    }
    changed(connection, "user", user.0, user.0)
}

/// Makes every live session look whether it may go on. Changes of authority raise the number by themselves (triggers).
fn raise_authority(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE state SET value = value + 1 WHERE name = 'authority'")?
        .execute([])
        .map(drop)
}

/// Tells the feed of changes.
pub(super) fn changed(connection: &Connection, kind: &str, first: i64, last: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO changes (kind, first_id, last_id) VALUES (?1, ?2, ?3)")?
        .execute(params![kind, first, last])
        .map(drop)
}

/// One row in a user's history.
pub(super) fn history(
    writing: &Writing<'_>,
    user: UserId,
    code: &str,
    actor: &Actor,
    detail: &str,
) -> rusqlite::Result<()> {
    writing
        .connection
        .prepare_cached("INSERT INTO history (user, code, at, actor, ip, device, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![user.0, code, writing.now.0, actor.login, actor.source, "console", detail])
        .map(drop)
}

/// The version that the changes gave the user; `None` where they left it alone.
fn made_version(connection: &Connection, target: Option<&Person>) -> rusqlite::Result<Option<i64>> {
    let Some(person) = target else { return Ok(None) };
    connection
        .prepare_cached("SELECT version FROM visible_users WHERE id = ?1 AND version > ?2")?
        .query_row([person.user.id.0, person.user.version], |row| row.get(0))
        .optional()
}

/// What the audit keeps of the differences: of encrypted fields before and after as ciphertext.
fn differences(writing: &Writing<'_>, order: &Order<'_>) -> Result<Vec<Value>, Fault> {
    let (differences, target) = (&order.plan().differences, order.case().target);
    let marked = match target {
        Some(person) => {
            let organisation = person.user.organisation.id;
            sealed_fields::marked(writing.connection, organisation).map_err(|error| fault(&error))?
        }
        None => Marked::default(),
    };
    let told = differences.iter().map(|difference| {
        let (mut before, mut after) = (difference.before.clone(), difference.after.clone());
        if let (Some(person), Some(field)) = (target, SealableField::of_words(&difference.field)) {
            let told = |value: &str| sealed_fields::told(writing, person.user.id, &marked, &field, value);
            (before, after) = (told(&before)?, told(&after)?);
        }
        Ok(json!({"field": difference.field, "before": before, "after": after}))
    });
    told.collect()
}

fn tell(
    writing: &Writing<'_>,
    request: &Request,
    order: &Order<'_>,
    (differences, version): (Vec<Value>, Option<i64>),
    done: &mut Done,
) -> rusqlite::Result<()> {
    let (case, plan) = (order.case(), order.plan());
    let mut entry = record(writing, request, order.code(), case.operator, case.target);
    case.answers.of("reason").clone_into(&mut entry.reason);
    // The chain over the rows of the history with `import N` ties every one of them to this entry.
    let import = done.import.as_ref().map(|Imported { batch, file_sha256 }| {
        let counts = batch.counts;
        json!({
            "created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged,
            "batch": batch.id.0, "file_sha256": file_sha256, "history_sha256": hex(&batch.rows_hash),
        })
    });
    let confirmation = match writing.job {
        Some(_) => "job",
        None if request.actor.code_at.is_some() => "code",
        None => "typed",
    };
    entry.detail = json!({
        "proof": request.actor.proof,
        "confirmed": confirmation,
        "changes": differences,
        "detail": plan.detail,
        "import": import,
        "job": writing.job.map(|job| job.to_string()),
        "version": version,
        "undoes": case.undone.map(|undone| json!({ "audit": undone.audit, "action": order.spec().code })),
    })
    .to_string();
    done.audit = audit::append(writing.connection, entry)?;
    for notice in order.notices() {
        let (Addressee::Subject, Some(person)) = (notice.to, case.target) else { continue };
        let Some(email) = person.user.email() else { continue };
        let body = json!({"name": person.user.names.full(), "login": person.user.login_shown()}).to_string();
        let id = hex(&random::<16>());
        writing
            .connection
            .prepare_cached(
                "INSERT INTO outbox (message_id, audit, user, channel, recipient, template, body, made_at, next_try_at)
                 VALUES (?1, ?2, ?3, 'email', ?4, ?5, ?6, ?7, ?7)",
            )?
            .execute(params![id, done.audit, person.user.id.0, email.address, notice.template, body, writing.now.0])?;
        done.messages += 1;
    }
    Ok(())
}
