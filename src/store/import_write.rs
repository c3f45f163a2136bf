//! The one place that writes what a file says of a user.

use rusqlite::{Connection, OptionalExtension, params};

use crate::base::fault::Fault;
use crate::base::ids::{BatchId, OrganisationId, UserId};
use crate::domain::import::{Cell, UserRow};
use crate::domain::operator::Actor;
use crate::domain::sealable::SealableField;
use crate::domain::status::Status;
use crate::domain::user::{Kind, name_key};
use crate::store::connection::fault;
use crate::store::import::Given;
use crate::store::writer::Writing;
use crate::store::{carry_out, sealed_fields};

/// The type of a contact that an import brings: the file has no word for it.
const CONTACT_TYPE: &str = "main";

/// The history code of a new user.
pub(super) const CREATED: &str = "users.create";

/// A new user, judged.
#[derive(Debug)]
pub(super) struct New<'a> {
    /// What the file says.
    pub row: &'a UserRow,
    /// The kind.
    pub kind: Kind,
    /// The organisation.
    pub organisation: OrganisationId,
    /// The ids of group and roles.
    pub given: &'a Given,
    /// The login as it is compared.
    pub login_folded: &'a str,
    /// The name as lists are sorted by it.
    pub name_folded: &'a str,
}

/// Primary contacts: `None` stays, empty text is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contacts<'a> {
    /// The email.
    pub email: Option<&'a str>,
    /// The phone.
    pub phone: Option<&'a str>,
}

/// Writes a new user into a hidden batch; returns the number.
pub(super) fn create(
    writing: &Writing<'_>,
    new: &New<'_>,
    batch: BatchId,
    actor: &Actor,
) -> Result<i64, Fault> {
    let sql = |error| fault(&error);
    let row = new.row;
    let id = plain(writing, new, batch, actor).map_err(sql)?;
    if row.attributes.iter().any(|(_, cell)| cell.given().is_some()) {
        let marked = sealed_fields::marked(writing.connection, new.organisation).map_err(sql)?;
        for (name, cell) in &row.attributes {
            if let Some(value) = cell.given() {
                sealed_fields::set(
                    writing,
                    UserId(id),
                    &marked,
                    &SealableField::Attribute(name.clone()),
                    value,
                )?;
            }
        }
    }
    Ok(id)
}

/// All of a new user that is never sealed.
fn plain(writing: &Writing<'_>, new: &New<'_>, batch: BatchId, actor: &Actor) -> rusqlite::Result<i64> {
    let (connection, row) = (writing.connection, new.row);
    let id = profile(writing, new, batch, actor)?;
    for (cell, insert) in [
        (&row.email, "INSERT INTO user_emails (user, type, address, is_primary) VALUES (?1, ?2, ?3, 1)"),
        (&row.phone, "INSERT INTO user_phones (user, type, number, is_primary) VALUES (?1, ?2, ?3, 1)"),
    ] {
        if let Some(value) = cell.given() {
            connection.prepare_cached(insert)?.execute(params![id, CONTACT_TYPE, value])?;
        }
    }
    add_roles(connection, UserId(id), &new.given.roles)?;
    history(writing, id, CREATED, batch, actor)?;
    Ok(id)
}

fn profile(writing: &Writing<'_>, new: &New<'_>, batch: BatchId, actor: &Actor) -> rusqlite::Result<i64> {
    let (row, now) = (new.row, writing.now.0);
    let status = row.status.given().copied().unwrap_or(Status::Active);
    let locked = status == Status::LockedByAdmin;
    let category =
        (new.kind == Kind::Customer).then(|| row.category.given().map_or("personal", String::as_str));
    writing
        .connection
        .prepare_cached(
            "INSERT INTO users (id, login, login_folded, kind, category, title, first_name, middle_name, last_name,
                 name_folded, organisation, group_id, core_id, added, modified, enrolled, last_login, not_activated,
                 deactivated, locked_at, locked_by, locked_reason, batch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                 ?23)",
        )?
        .execute(params![
            row.id.given().map(|id| id.0),
            row.login,
            new.login_folded,
            new.kind.word(),
            category,
            text(&row.title),
            text(&row.first_name),
            text(&row.middle_name),
            text(&row.last_name),
            new.name_folded,
            new.organisation.0,
            new.given.group,
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
            batch.0,
        ])?;
    Ok(writing.connection.last_insert_rowid())
}

/// One row of the history: which import it was is what ties it to the audit.
pub(super) fn history(
    writing: &Writing<'_>,
    user: i64,
    code: &str,
    batch: BatchId,
    actor: &Actor,
) -> rusqlite::Result<()> {
    carry_out::history(writing, UserId(user), code, actor, &format!("import {}", batch.0))
}

/// Sets the primary email and phone of a user who is there.
pub(super) fn set_contacts(
    connection: &Connection,
    user: i64,
    contacts: Contacts<'_>,
) -> rusqlite::Result<()> {
    // A changed address is unconfirmed until its owner answers.
    let tables = [
        ("user_emails", "address", ", confirmed_at = NULL", contacts.email),
        ("user_phones", "number", "", contacts.phone),
    ];
    for (table, column, anew, value) in tables {
        let Some(value) = value else { continue };
        let primary = format!("{table} WHERE user = ?1 AND is_primary = 1");
        if value.is_empty() {
            connection.prepare_cached(&format!("DELETE FROM {primary}"))?.execute([user])?;
            continue;
        }
        let find = format!("SELECT {column} FROM {primary}");
        let known: Option<String> =
            connection.prepare_cached(&find)?.query_row([user], |found| found.get(0)).optional()?;
        let write = match &known {
            Some(known) if known == value => continue,
            // The type stays: another address may have the one that a file brings.
            Some(_) => format!("UPDATE {table} SET {column} = ?2{anew} WHERE user = ?1 AND is_primary = 1"),
            None => format!(
                "INSERT OR REPLACE INTO {table} (user, type, {column}, is_primary) VALUES (?1, '{CONTACT_TYPE}', ?2, 1)"
            ),
        };
        connection.prepare_cached(&write)?.execute(params![user, value])?;
    }
    Ok(())
}

/// Gives roles that the user does not have yet.
pub(super) fn add_roles(connection: &Connection, user: UserId, roles: &[i64]) -> rusqlite::Result<()> {
    for role in roles {
        connection
            .prepare_cached("INSERT OR IGNORE INTO user_roles (user, role) VALUES (?1, ?2)")?
            .execute(params![user.0, role])?;
    }
    Ok(())
}

/// The name of a new user as lists are sorted by it.
pub(super) fn name_folded(row: &UserRow) -> String {
    name_key(text(&row.last_name), text(&row.first_name))
}

fn text(cell: &Cell<String>) -> &str {
    cell.given().map_or("", String::as_str)
}
