//! What an import changes of users who exist: kept with its batch, and written in the moment in which that is shown.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::actions::case::Person;
use crate::base::fault::Fault;
use crate::base::ids::{BatchId, UserId};
use crate::domain::import::{Cell, RowFault, UserRow};
use crate::domain::operator::Actor;
use crate::domain::sealable::SealableField;
use crate::domain::user::name_key;
use crate::store::batch::Batch;
use crate::store::carry_out::changed;
use crate::store::connection::fault;
use crate::store::import::Given;
use crate::store::import_write::{self, Contacts};
use crate::store::sealed_fields;
use crate::store::writer::Writing;

/// The changed values of one user. `None` stays; empty text is none.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Change {
    /// Codes of the history, one for each action that would have done it by hand.
    codes: Vec<String>,
    title: Option<String>,
    first: Option<String>,
    middle: Option<String>,
    last: Option<String>,
    name_key: String,
    email: Option<String>,
    phone: Option<String>,
    /// 0 is none.
    group: Option<i64>,
    roles: Option<Vec<i64>>,
    attributes: Vec<(String, String)>,
}

/// Keeps what `row` changes of `person`; `false` where another row of the file has changed them already.
pub(super) fn keep(
    writing: &Writing<'_>,
    batch: BatchId,
    row: &UserRow,
    columns: &[&str],
    person: &Person,
    given: &Given,
) -> Result<bool, Fault> {
    let names = &person.user.names;
    let said = |cell: &Cell<String>| cell.is_said().then(|| text(cell).to_owned());
    let (first, last) = (said(&row.first_name), said(&row.last_name));
    let has = |column: &str| columns.contains(&column);
    let mut codes: Vec<String> = columns.iter().map(|column| history_code(column).to_owned()).collect();
    codes.dedup();
    let change = Change {
        codes,
        title: said(&row.title),
        middle: said(&row.middle_name),
        name_key: name_key(last.as_deref().unwrap_or(&names.last), first.as_deref().unwrap_or(&names.first)),
        first,
        last,
        email: if has("email") { said(&row.email) } else { None },
        phone: if has("phone") { said(&row.phone) } else { None },
        group: has("group").then(|| given.group.unwrap_or(0)),
        roles: has("roles").then(|| given.roles.clone()),
        attributes: row.attributes.iter().map(|(name, cell)| (name.clone(), text(cell).to_owned())).collect(),
    };
    let json = serde_json::to_vec(&change)
        .map_err(|error| Fault::machine(format!("a change cannot be written down: {error}")))?;
    let user = person.user.id;
    let sealed = writing.sealer.seal(&place_of(batch, user), &json)?;
    let line = i64::try_from(row.line).unwrap_or(i64::MAX);
    let kept = writing
        .connection
        .prepare_cached(
            "INSERT OR IGNORE INTO batch_updates (batch, user, line, version, change) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .and_then(|mut insert| {
            insert.execute(params![batch.0, user.0, line, person.user.version, sealed])
        })
        .map_err(|error| fault(&error))?;
    Ok(kept == 1)
}

/// Writes everything that was kept with `batch`. A user who is another by now makes it fail.
pub(super) fn apply(
    writing: &Writing<'_>,
    batch: &mut Batch,
    actor: &Actor,
) -> Result<Result<(), RowFault>, Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    let mut statement = connection
        .prepare_cached(
            "SELECT user, line, version, change FROM batch_updates WHERE batch = ?1 ORDER BY user",
        )
        .map_err(sql)?;
    let mut kept = statement.query([batch.id.0]).map_err(sql)?;
    // Ranges of users: the feed tells them in few rows.
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    while let Some(row) = kept.next().map_err(sql)? {
        let read = |column: usize| row.get::<_, i64>(column).map_err(sql);
        let (user, line, version) = (UserId(read(0)?), read(1)?, read(2)?);
        let sealed: Vec<u8> = row.get(3).map_err(sql)?;
        let json = writing.sealer.open_sealed(&place_of(batch.id, user), &sealed)?;
        let change: Change = serde_json::from_slice(json.expose())
            .map_err(|error| Fault::store(format!("a change of {} cannot be read: {error}", batch.id)))?;
        if !columns(writing, user.0, version, &change).map_err(sql)? {
            let text = "is about a user whom somebody else changed while the import ran".to_owned();
            return Ok(Err(RowFault { line: line.unsigned_abs(), column: String::new(), text }));
        }
        attributes(writing, user, &change)?;
        for code in &change.codes {
            import_write::history(writing, user.0, code, batch.id, actor).map_err(sql)?;
            batch.tie(user.0, code);
        }
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == user.0 => *last = user.0,
            Some(_) | None => ranges.push((user.0, user.0)),
        }
    }
    for (first, last) in ranges {
        changed(connection, "user", first, last).map_err(sql)?;
    }
    connection
        .prepare_cached("DELETE FROM batch_updates WHERE batch = ?1")
        .and_then(|mut delete| delete.execute([batch.id.0]))
        .map_err(sql)?;
    Ok(Ok(()))
}

/// The place that a kept change is bound to.
fn place_of(batch: BatchId, user: UserId) -> String {
    format!("batch:{}:{}", batch.0, user.0)
}

fn attributes(writing: &Writing<'_>, user: UserId, change: &Change) -> Result<(), Fault> {
    if change.attributes.is_empty() {
        return Ok(());
    }
    let marked = sealed_fields::marked_of(writing.connection, user).map_err(|error| fault(&error))?;
    for (name, value) in &change.attributes {
        sealed_fields::set(writing, user, &marked, &SealableField::Attribute(name.clone()), value)?;
    }
    Ok(())
}

/// Writes what is never sealed; `false` where the user has another version by now, or is gone.
fn columns(writing: &Writing<'_>, user: i64, version: i64, change: &Change) -> rusqlite::Result<bool> {
    let connection = writing.connection;
    let rows = connection
        .prepare_cached(
            "UPDATE users SET title = ifnull(?3, title), first_name = ifnull(?4, first_name),
                 middle_name = ifnull(?5, middle_name), last_name = ifnull(?6, last_name), name_folded = ?7,
                 group_id = iif(?8 IS NULL, group_id, nullif(?8, 0)), modified = ?9, version = version + 1
             WHERE id = ?1 AND version = ?2",
        )?
        .execute(params![
            user,
            version,
            change.title,
            change.first,
            change.middle,
            change.last,
            change.name_key,
            change.group,
            writing.now.0,
        ])?;
    if rows == 0 {
        return Ok(false);
    }
    let contacts = Contacts { email: change.email.as_deref(), phone: change.phone.as_deref() };
    import_write::set_contacts(connection, user, contacts)?;
    if let Some(roles) = &change.roles {
        connection.prepare_cached("DELETE FROM user_roles WHERE user = ?1")?.execute([user])?;
        import_write::add_roles(connection, UserId(user), roles)?;
    }
    Ok(true)
}

/// The history code of the action that would have changed the column by hand.
fn history_code(column: &str) -> &'static str {
    match column {
        "email" => "user.email_update",
        "phone" => "phone.update",
        "group" => "user.group",
        "roles" => "user.roles",
        _ => "user.update",
    }
}

fn text(cell: &Cell<String>) -> &str {
    cell.given().map_or("", String::as_str)
}
