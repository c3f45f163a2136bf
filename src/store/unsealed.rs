//! Values in the clear of fields that are marked as encrypted: what was there before the mark.

use rusqlite::{Connection, params};

use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::domain::sealable::{HIDDEN, SealableField as Field};
use crate::store::connection::fault;
use crate::store::sealed_fields::{self, column_of};
use crate::store::writer::Writing;
use crate::store::{ask, carry_out};

/// At most `rows` of them. What is sealed is none of them any more: asking again goes on.
pub(super) fn next(connection: &Connection, rows: usize) -> rusqlite::Result<Vec<(UserId, Field)>> {
    let marks: Vec<(i64, String)> = connection
        .prepare_cached("SELECT organisation, field FROM organisation_encrypted_fields ORDER BY 1, 2")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut found = Vec::new();
    for (organisation, name) in marks {
        let Some(field) = Field::parse(&name) else { continue };
        let left = ask::bound(rows - found.len());
        match (column_of(&field), &field) {
            (None, Field::Attribute(attribute)) => {
                let mut users = connection.prepare_cached(
                    "SELECT a.user, a.name FROM user_attributes a JOIN users u ON u.id = a.user
                     WHERE u.organisation = ?1 AND a.name = ?2 COLLATE NOCASE AND a.value NOT IN ('', ?3) LIMIT ?4",
                )?;
                let users = users.query_map(params![organisation, attribute, HIDDEN, left], |row| {
                    Ok((UserId(row.get(0)?), Field::Attribute(row.get(1)?)))
                })?;
                found.extend(users.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            (column, field) => {
                let column = column.unwrap_or("NULL");
                let mut users = connection.prepare_cached(&format!(
                    "SELECT id FROM users WHERE organisation = ?1 AND {column} NOT IN ('', ?2) LIMIT ?3"
                ))?;
                let users = users.query_map(params![organisation, HIDDEN, left], |row| {
                    Ok((UserId(row.get(0)?), field.clone()))
                })?;
                found.extend(users.collect::<rusqlite::Result<Vec<_>>>()?);
            }
        }
    }
    Ok(found)
}

/// Seals the value that `field` of `user` has in the clear.
pub(super) fn seal(writing: &Writing<'_>, user: UserId, field: &Field) -> Result<(), Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    let Some(value) = sealed_fields::read_clear(connection, user, field).map_err(sql)? else { return Ok(()) };
    let marked = sealed_fields::marked_of(connection, user).map_err(sql)?;
    if marked.holds(field) && !value.is_empty() {
        sealed_fields::set(writing, user, &marked, field, &value)?;
        // Whoever keeps the value in memory forgets it.
        carry_out::changed(connection, "user", user.0, user.0).map_err(sql)?;
    }
    Ok(())
}
