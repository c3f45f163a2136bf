//! What an import changes of users who exist: kept with its batch, and written in the moment in which that is shown.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::actions::case::Person;
use crate::base::fault::Fault;
use crate::base::ids::{BatchId, UserId};
use crate::domain::import::{Cell, RowFault, UserRow};
use crate::domain::operator::Actor;
use crate::domain::sealable::SealableField;
use crate::domain::user::name_key;
use crate::store::batch::Batch;
use crate::store::connection::fault;
use crate::store::import::Given;
use crate::store::import_write;
use crate::store::writer::Writing;
use crate::store::{carry_out, sealed_fields};

/// Codes of the history, in the order in which rows of one import stand there.
const CODES: [&str; 5] = ["user.update", "user.email_update", "phone.update", "user.group", "user.roles"];

/// Ids between two changed users that are told as changed with them: many short ranges cost more than a few looks.
const RANGE_GAP: i64 = 8;

/// What of a change may have to be sealed, and what is a list.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Rest {
    roles: Option<Vec<i64>>,
    /// Empty text is none.
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
    let (names, user) = (&person.user.names, person.user.id);
    let said = |cell: &Cell<String>| cell.is_said().then(|| text(cell).to_owned());
    let (first, last) = (said(&row.first_name), said(&row.last_name));
    let has = |column: &str| columns.contains(&column);
    let mut codes: Vec<&str> = columns.iter().map(|column| history_code(column)).collect();
    codes.dedup();
    let is_renamed = first.is_some() || last.is_some();
    let name_folded = is_renamed
        .then(|| name_key(last.as_deref().unwrap_or(&names.last), first.as_deref().unwrap_or(&names.first)));
    let rest = Rest {
        roles: has("roles").then(|| given.roles.clone()),
        attributes: row.attributes.iter().map(|(name, cell)| (name.clone(), text(cell).to_owned())).collect(),
    };
    let rest = if rest.roles.is_some() || !rest.attributes.is_empty() {
        let json = serde_json::to_vec(&rest)
            .map_err(|error| Fault::machine(format!("a change cannot be written down: {error}")))?;
        Some(writing.sealer.seal(&place_of(batch, user), &json)?)
    } else {
        None
    };
    let kept = writing
        .connection
        .prepare_cached(
            "INSERT OR IGNORE INTO batch_updates (batch, user, line, version, codes, title, first_name, middle_name,
                 last_name, name_folded, email, phone, group_id, rest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                batch.0,
                user.0,
                i64::try_from(row.line).unwrap_or(i64::MAX),
                person.user.version,
                format!(" {} ", codes.join(" ")),
                said(&row.title),
                first,
                said(&row.middle_name),
                last,
                name_folded,
                said(&row.email).filter(|_| has("email")),
                said(&row.phone).filter(|_| has("phone")),
                has("group").then(|| given.group.unwrap_or(0)),
                rest,
            ])
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
    let kept: u64 = writing
        .connection
        .prepare_cached("SELECT count(*) FROM batch_updates WHERE batch = ?1")
        .and_then(|mut count| count.query_row([batch.id.0], |row| row.get::<_, i64>(0)))
        .map_err(sql)?
        .unsigned_abs();
    if kept != batch.counts.updated {
        return Err(Fault::store("not all of the changes of an import are there: import the file again"));
    }
    if kept == 0 {
        return Ok(Ok(()));
    }
    if let Some(line) = profiles(writing, batch.id, kept).map_err(sql)? {
        let text = "is about a user whom somebody else changed while the import ran".to_owned();
        return Ok(Err(RowFault { line, column: String::new(), text }));
    }
    contacts(writing.connection, batch.id).map_err(sql)?;
    rest(writing, batch.id)?;
    tell(writing, batch, actor).map_err(sql)?;
    writing
        .connection
        .prepare_cached("DELETE FROM batch_updates WHERE batch = ?1")
        .and_then(|mut delete| delete.execute([batch.id.0]))
        .map_err(sql)?;
    Ok(Ok(()))
}

/// Writes names and groups, and raises versions. The line of a user with another version by now comes back; nothing is
/// written then.
fn profiles(writing: &Writing<'_>, batch: BatchId, kept: u64) -> rusqlite::Result<Option<u64>> {
    let connection = writing.connection;
    connection.execute_batch("SAVEPOINT profiles")?;
    let written = connection
        .prepare_cached(
            "UPDATE users SET title = ifnull(b.title, users.title), first_name = ifnull(b.first_name, users.first_name),
                 middle_name = ifnull(b.middle_name, users.middle_name),
                 last_name = ifnull(b.last_name, users.last_name), modified = ?2, version = users.version + 1
             FROM batch_updates b WHERE b.batch = ?1 AND users.id = b.user AND users.version = b.version",
        )?
        .execute(params![batch.0, writing.now.0])?;
    if written as u64 != kept {
        connection.execute_batch("ROLLBACK TO profiles; RELEASE profiles")?;
        let line: Option<i64> = connection
            .prepare_cached(
                "SELECT min(line) FROM batch_updates b WHERE b.batch = ?1 AND NOT EXISTS
                     (SELECT 1 FROM visible_users u WHERE u.id = b.user AND u.version = b.version)",
            )?
            .query_row([batch.0], |row| row.get(0))?;
        return Ok(Some(line.unwrap_or_default().unsigned_abs()));
    }
    connection.execute_batch("RELEASE profiles")?;
    // By themselves: triggers watch these columns, row by row.
    for (column, value) in [("name_folded", "b.name_folded"), ("group_id", "nullif(b.group_id, 0)")] {
        connection
            .prepare_cached(&format!(
                "UPDATE users SET {column} = {value} FROM batch_updates b
                 WHERE b.batch = ?1 AND users.id = b.user AND b.{column} IS NOT NULL"
            ))?
            .execute([batch.0])?;
    }
    Ok(None)
}

/// Writes primary emails and phones.
fn contacts(connection: &Connection, batch: BatchId) -> rusqlite::Result<()> {
    for contact in &import_write::CONTACTS {
        let import_write::Contact { table, column, kept, anew } = contact;
        let changed = format!("b.batch = ?1 AND b.{kept} <> ''");
        for sql in [
            // The type stays: another address may have the one that a file brings.
            format!(
                "UPDATE {table} SET {column} = b.{kept}{anew} FROM batch_updates b
                 WHERE {changed} AND {table}.user = b.user AND {table}.is_primary = 1 AND {table}.{column} <> b.{kept}"
            ),
            format!(
                "INSERT OR REPLACE INTO {table} (user, type, {column}, is_primary)
                 SELECT b.user, '{}', b.{kept}, 1 FROM batch_updates b WHERE {changed} AND NOT EXISTS
                     (SELECT 1 FROM {table} t WHERE t.user = b.user AND t.is_primary = 1)",
                import_write::CONTACT_TYPE
            ),
            format!(
                "DELETE FROM {table} WHERE is_primary = 1 AND user IN
                     (SELECT user FROM batch_updates WHERE batch = ?1 AND {kept} = '')"
            ),
        ] {
            connection.prepare_cached(&sql)?.execute([batch.0])?;
        }
    }
    Ok(())
}

/// Writes roles, and attributes: sealed where they are to be.
fn rest(writing: &Writing<'_>, batch: BatchId) -> Result<(), Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    let mut kept = connection
        .prepare_cached(
            "SELECT user, rest FROM batch_updates WHERE batch = ?1 AND rest IS NOT NULL ORDER BY user",
        )
        .map_err(sql)?;
    let mut kept = kept.query([batch.0]).map_err(sql)?;
    while let Some(row) = kept.next().map_err(sql)? {
        let user = UserId(row.get(0).map_err(sql)?);
        let sealed: Vec<u8> = row.get(1).map_err(sql)?;
        let json = writing.sealer.open_sealed(&place_of(batch, user), &sealed)?;
        let rest: Rest = serde_json::from_slice(json.expose())
            .map_err(|error| Fault::store(format!("a change of {batch} cannot be read: {error}")))?;
        if let Some(roles) = &rest.roles {
            connection
                .prepare_cached("DELETE FROM user_roles WHERE user = ?1")
                .and_then(|mut delete| delete.execute([user.0]))
                .and_then(|_| import_write::add_roles(connection, user, roles))
                .map_err(sql)?;
        }
        attributes(writing, user, &rest.attributes)?;
    }
    Ok(())
}

/// Writes the history, ties it to the audit, and tells the feed.
fn tell(writing: &Writing<'_>, batch: &mut Batch, actor: &Actor) -> rusqlite::Result<()> {
    let connection = writing.connection;
    for code in CODES {
        let told = "FROM batch_updates WHERE batch = ?1 AND instr(codes, ' ' || ?2 || ' ') > 0 ORDER BY user";
        let mut users = connection.prepare_cached(&format!("SELECT user {told}"))?;
        let mut users = users.query(params![batch.id.0, code])?;
        while let Some(row) = users.next()? {
            batch.tie(row.get(0)?, code);
        }
        connection
            .prepare_cached(&format!(
                "INSERT INTO history (user, code, at, actor, ip, device, detail)
                 SELECT user, ?2, ?3, ?4, ?5, ?6, ?7 {told}"
            ))?
            .execute(params![
                batch.id.0,
                code,
                writing.now.0,
                actor.login,
                actor.source,
                carry_out::DEVICE,
                import_write::detail(batch.id)
            ])?;
    }
    let mut users =
        connection.prepare_cached("SELECT user FROM batch_updates WHERE batch = ?1 ORDER BY user")?;
    let mut users = users.query([batch.id.0])?;
    let mut range: Option<(i64, i64)> = None;
    while let Some(row) = users.next()? {
        let user: i64 = row.get(0)?;
        range = match range {
            Some((first, last)) if user - last <= RANGE_GAP => Some((first, user)),
            Some((first, last)) => {
                carry_out::changed(connection, "user", first, last)?;
                Some((user, user))
            }
            None => Some((user, user)),
        };
    }
    range.map_or(Ok(()), |(first, last)| carry_out::changed(connection, "user", first, last))
}

/// The place that a kept change is bound to.
fn place_of(batch: BatchId, user: UserId) -> String {
    format!("batch:{}:{}", batch.0, user.0)
}

fn attributes(writing: &Writing<'_>, user: UserId, attributes: &[(String, String)]) -> Result<(), Fault> {
    if attributes.is_empty() {
        return Ok(());
    }
    let marked = sealed_fields::marked_of(writing.connection, user).map_err(|error| fault(&error))?;
    for (name, value) in attributes {
        sealed_fields::set(writing, user, &marked, &SealableField::Attribute(name.clone()), value)?;
    }
    Ok(())
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
