//! The one place that writes what a file says of a user.

use rusqlite::{CachedStatement, Connection, params};

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
pub(super) const CONTACT_TYPE: &str = "main";

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

/// Where a primary contact stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contact {
    /// The table.
    pub table: &'static str,
    /// The column of its value.
    pub column: &'static str,
    /// The column of `batch_updates` in which a new value is kept.
    pub kept: &'static str,
    /// What else is set with a new value.
    pub anew: &'static str,
}

/// Emails and phones. A changed address is unconfirmed until its owner answers.
pub(super) const CONTACTS: [Contact; 2] = [
    Contact { table: "user_emails", column: "address", kept: "email", anew: ", confirmed_at = NULL" },
    Contact { table: "user_phones", column: "number", kept: "phone", anew: "" },
];

/// Writes new users into a hidden batch: its statements are looked up once for all of them.
pub(super) struct Creating<'tx> {
    writing: &'tx Writing<'tx>,
    batch: BatchId,
    actor: &'tx Actor,
    detail: String,
    user: CachedStatement<'tx>,
    /// As in [`CONTACTS`].
    contacts: [CachedStatement<'tx>; 2],
    history: CachedStatement<'tx>,
}

impl<'tx> Creating<'tx> {
    /// For users that `actor` brings with `batch`.
    pub(super) fn new(
        writing: &'tx Writing<'tx>,
        batch: BatchId,
        actor: &'tx Actor,
    ) -> rusqlite::Result<Self> {
        let connection = writing.connection;
        let contact = |Contact { table, column, .. }: Contact| {
            let sql =
                format!("INSERT INTO {table} (user, type, {column}, is_primary) VALUES (?1, ?2, ?3, 1)");
            connection.prepare_cached(&sql)
        };
        let [emails, phones] = CONTACTS.map(contact);
        Ok(Self {
            writing,
            batch,
            actor,
            detail: detail(batch),
            user: connection.prepare_cached(USER)?,
            contacts: [emails?, phones?],
            history: connection.prepare_cached(carry_out::HISTORY)?,
        })
    }

    /// Writes a new user; returns the number.
    pub(super) fn create(&mut self, new: &New<'_>) -> Result<i64, Fault> {
        let sql = |error| fault(&error);
        let (writing, row) = (self.writing, new.row);
        let id = self.plain(new).map_err(sql)?;
        if row.attributes.iter().any(|(_, cell)| cell.given().is_some()) {
            let marked = sealed_fields::marked(writing.connection, new.organisation).map_err(sql)?;
            for (name, cell) in &row.attributes {
                if let Some(value) = cell.given() {
                    let field = SealableField::Attribute(name.clone());
                    sealed_fields::set(writing, UserId(id), &marked, &field, value)?;
                }
            }
        }
        Ok(id)
    }

    /// All of a new user that is never sealed.
    fn plain(&mut self, new: &New<'_>) -> rusqlite::Result<i64> {
        let row = new.row;
        let id = self.profile(new)?;
        for (cell, insert) in [&row.email, &row.phone].into_iter().zip(&mut self.contacts) {
            if let Some(value) = cell.given() {
                insert.execute(params![id, CONTACT_TYPE, value])?;
            }
        }
        add_roles(self.writing.connection, UserId(id), &new.given.roles)?;
        let (now, actor) = (self.writing.now.0, self.actor);
        self.history.execute(params![
            id,
            CREATED,
            now,
            actor.login,
            actor.source,
            carry_out::DEVICE,
            self.detail
        ])?;
        Ok(id)
    }

    fn profile(&mut self, new: &New<'_>) -> rusqlite::Result<i64> {
        let (row, now) = (new.row, self.writing.now.0);
        let status = row.status.given().copied().unwrap_or(Status::Active);
        let locked = status == Status::LockedByAdmin;
        let category =
            (new.kind == Kind::Customer).then(|| row.category.given().map_or("personal", String::as_str));
        self.user.execute(params![
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
            locked.then_some(self.actor.login.as_str()),
            locked.then_some("imported as locked"),
            self.batch.0,
        ])?;
        Ok(self.writing.connection.last_insert_rowid())
    }
}

const USER: &str =
    "INSERT INTO users (id, login, login_folded, kind, category, title, first_name, middle_name, last_name,
         name_folded, organisation, group_id, core_id, added, modified, enrolled, last_login, not_activated,
         deactivated, locked_at, locked_by, locked_reason, batch)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)";

/// What the history says of a row: which import it was is what ties it to the audit.
pub(super) fn detail(batch: BatchId) -> String {
    format!("import {}", batch.0)
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
