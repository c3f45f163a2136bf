//! One judged row of an import, written.

use rusqlite::{Connection, OptionalExtension, params};

use crate::actions::case::Person;
use crate::actions::directory::import_row::{RowEffect, RowOrder};
use crate::base::fault::Fault;
use crate::base::ids::{OrganisationId, UserId};
use crate::base::text::folded;
use crate::domain::import::{Cell, UserRow};
use crate::domain::operator::Actor;
use crate::domain::sealable::SealableField;
use crate::domain::status::Status;
use crate::domain::user::Kind;
use crate::store::carry_out::history;
use crate::store::connection::fault;
use crate::store::list::name_key;
use crate::store::sealed_fields;
use crate::store::writer::Writing;

/// The type of a contact that an import brings: the file has no word for it.
const CONTACT_TYPE: &str = "main";

/// What the row's words for group and roles mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// Id of the group.
    pub group: Option<i64>,
    /// Ids of the roles.
    pub roles: Vec<i64>,
}

/// What the order does, for counting.
pub(super) fn effect_of(order: &RowOrder) -> RowEffect {
    match order.effect() {
        RowEffect::Create(kind, organisation) => RowEffect::Create(*kind, *organisation),
        RowEffect::Update(columns) => RowEffect::Update(columns.clone()),
        RowEffect::Nothing => RowEffect::Nothing,
    }
}

/// Writes what `order` allows of `row`; returns the user's number.
pub(super) fn write(
    writing: &Writing<'_>,
    row: &UserRow,
    order: &RowOrder,
    existing: Option<&Person>,
    given: &Given,
    actor: &Actor,
) -> Result<i64, Fault> {
    let sql = |error| fault(&error);
    match (order.effect(), existing) {
        (RowEffect::Create(kind, organisation), _) => {
            let id = create(writing, row, *kind, *organisation, given.group, actor).map_err(sql)?;
            contacts(writing.connection, id, row).map_err(sql)?;
            set_roles(writing.connection, id, &given.roles).map_err(sql)?;
            attributes(writing, UserId(id), row)?;
            history(writing, UserId(id), "users.create", actor, "imported").map_err(sql)?;
            Ok(id)
        }
        (RowEffect::Update(columns), Some(person)) => {
            update(writing, row, columns, person, given, actor).map_err(sql)?;
            attributes(writing, person.user.id, row)?;
            Ok(person.user.id.0)
        }
        (RowEffect::Update(_), None) => Ok(0),
        (RowEffect::Nothing, person) => Ok(person.map_or(0, |person| person.user.id.0)),
    }
}

fn create(
    writing: &Writing<'_>,
    row: &UserRow,
    kind: Kind,
    organisation: OrganisationId,
    group: Option<i64>,
    actor: &Actor,
) -> rusqlite::Result<i64> {
    let now = writing.now.0;
    let status = row.status.given().copied().unwrap_or(Status::Active);
    let locked = status == Status::LockedByAdmin;
    let category = (kind == Kind::Customer).then(|| row.category.given().map_or("personal", String::as_str));
    writing
        .connection
        .prepare_cached(
            "INSERT INTO users (id, login, login_folded, kind, category, title, first_name, middle_name, last_name,
                 name_folded, organisation, group_id, core_id, added, modified, enrolled, last_login, not_activated,
                 deactivated, locked_at, locked_by, locked_reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
        )?
        .execute(params![
            row.id.given().map(|id| id.0),
            row.login,
            folded(&row.login),
            kind.word(),
            category,
            text(&row.title),
            text(&row.first_name),
            text(&row.middle_name),
            text(&row.last_name),
            name_key(text(&row.last_name), text(&row.first_name)),
            organisation.0,
            group,
            text(&row.core_id),
            row.added.given().map_or(now, |at| at.0),
            row.modified.given().map_or(now, |at| at.0),
            row.enrolled.given().map(|at| at.0),
            row.last_login.given().map(|at| at.0),
            status == Status::Initial,
            status == Status::Inactive,
            locked.then_some(now),
            locked.then_some(actor.login.as_str()),
            locked.then_some("imported as locked"),
        ])?;
    Ok(writing.connection.last_insert_rowid())
}

fn update(
    writing: &Writing<'_>,
    row: &UserRow,
    columns: &[&str],
    person: &Person,
    given: &Given,
    actor: &Actor,
) -> rusqlite::Result<()> {
    let (connection, id, names) = (writing.connection, person.user.id, &person.user.names);
    let said = |cell: &Cell<String>, before: &str| {
        if cell.is_said() { text(cell).to_owned() } else { before.to_owned() }
    };
    let (first, last) = (said(&row.first_name, &names.first), said(&row.last_name, &names.last));
    let group = if columns.contains(&"group") {
        given.group
    } else {
        person.user.group.as_ref().map(|group| group.id.0)
    };
    connection
        .prepare_cached(
            "UPDATE users SET title = ?2, first_name = ?3, middle_name = ?4, last_name = ?5, name_folded = ?6, group_id = ?7,
                 modified = ?8, version = version + 1 WHERE id = ?1",
        )?
        .execute(params![
            id.0,
            said(&row.title, &names.title),
            first,
            said(&row.middle_name, &names.middle),
            last,
            name_key(&last, &first),
            group,
            writing.now.0,
        ])?;
    if columns.contains(&"email") || columns.contains(&"phone") {
        contacts(connection, id.0, row)?;
    }
    if columns.contains(&"roles") {
        set_roles(connection, id.0, &given.roles)?;
    }
    let mut codes: Vec<&str> = columns.iter().map(|column| history_code(column)).collect();
    codes.dedup();
    for code in codes {
        history(writing, id, code, actor, "imported")?;
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

/// Primary email and phone: what the row says, and where it says nothing, what is there.
fn contacts(connection: &Connection, id: i64, row: &UserRow) -> rusqlite::Result<()> {
    // A changed address is unconfirmed until its owner answers.
    let tables = [
        ("user_emails", "address", ", confirmed_at = NULL", &row.email),
        ("user_phones", "number", "", &row.phone),
    ];
    for (table, column, anew, cell) in tables {
        let primary = format!("{table} WHERE user = ?1 AND is_primary = 1");
        match cell {
            Cell::Missing => {}
            Cell::Empty => {
                connection.prepare_cached(&format!("DELETE FROM {primary}"))?.execute([id])?;
            }
            Cell::Given(value) => {
                let find = format!("SELECT {column} FROM {primary}");
                let known: Option<String> =
                    connection.prepare_cached(&find)?.query_row([id], |found| found.get(0)).optional()?;
                let write = match &known {
                    Some(known) if known == value => continue,
                    // The type stays: another address may have the one that a file brings.
                    Some(_) => {
                        format!("UPDATE {table} SET {column} = ?2{anew} WHERE user = ?1 AND is_primary = 1")
                    }
                    None => format!(
                        "INSERT OR REPLACE INTO {table} (user, type, {column}, is_primary) VALUES (?1, '{CONTACT_TYPE}', ?2, 1)"
                    ),
                };
                connection.prepare_cached(&write)?.execute(params![id, value])?;
            }
        }
    }
    Ok(())
}

fn set_roles(connection: &Connection, id: i64, roles: &[i64]) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM user_roles WHERE user = ?1")?.execute([id])?;
    for role in roles {
        connection
            .prepare_cached("INSERT OR IGNORE INTO user_roles (user, role) VALUES (?1, ?2)")?
            .execute(params![id, role])?;
    }
    Ok(())
}

fn attributes(writing: &Writing<'_>, user: UserId, row: &UserRow) -> Result<(), Fault> {
    if row.attributes.is_empty() {
        return Ok(());
    }
    let marked = sealed_fields::marked_of(writing.connection, user).map_err(|error| fault(&error))?;
    for (name, cell) in row.attributes.iter().filter(|(_, cell)| cell.is_said()) {
        sealed_fields::set(writing, user, &marked, &SealableField::Attribute(name.clone()), text(cell))?;
    }
    Ok(())
}

fn text(cell: &Cell<String>) -> &str {
    cell.given().map_or("", String::as_str)
}
