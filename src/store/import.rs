//! Rows of a file written as users: each judged with what is stored at that moment, all of them or none.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::actions::case::Person;
use crate::actions::directory::import_row::{RowCase, RowEffect, RowRefusal, judge};
use crate::actions::request::{Request, Run};
use crate::authz::grants::Grantable;
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::{OrganisationId, UserId};
use crate::base::limits;
use crate::base::text::folded;
use crate::domain::import::{Cell, ImportCounts, RowFault, UserRow};
use crate::domain::organisation::Organisation;
use crate::store::connection::fault;
use crate::store::import_write::{self, Given as GivenIds};
use crate::store::standing::{self, Given};
use crate::store::writer::Writing;
use crate::store::{archive, carry_out, execute, sealed_fields, users};

/// Imports `rows`. One wrong row, or a dry run, and everything is rolled back.
pub(super) fn import(
    writing: &Writing<'_>,
    operator: &Operator,
    rows: &[UserRow],
    request: &Request,
) -> Result<Result<ImportCounts, Vec<RowFault>>, Fault> {
    let sql = |error| fault(&error);
    writing.connection.execute_batch("SAVEPOINT rows").map_err(sql)?;
    let result = all(writing, operator, rows, request)?;
    let keep = result.is_ok() && request.run == Run::Real;
    let end = if keep { "RELEASE rows" } else { "ROLLBACK TO rows; RELEASE rows" };
    writing.connection.execute_batch(end).map_err(sql)?;
    Ok(result)
}

fn all(
    writing: &Writing<'_>,
    operator: &Operator,
    rows: &[UserRow],
    request: &Request,
) -> Result<Result<ImportCounts, Vec<RowFault>>, Fault> {
    let mut words = Words::new(writing.connection).map_err(|error| fault(&error))?;
    let (mut counts, mut faults) = (ImportCounts::default(), Vec::new());
    let mut touched: Option<(i64, i64)> = None;
    for row in rows {
        match one(writing, operator, row, request, &mut words)? {
            Ok((RowEffect::Create(..), id)) => {
                counts.created += 1;
                touched = Some(touched.map_or((id, id), |(first, last)| (first.min(id), last.max(id))));
            }
            Ok((RowEffect::Update(_), id)) => {
                counts.updated += 1;
                touched = Some(touched.map_or((id, id), |(first, last)| (first.min(id), last.max(id))));
            }
            Ok((RowEffect::Nothing, _)) => counts.unchanged += 1,
            Err(refusal) => {
                faults.push(RowFault {
                    line: row.line,
                    column: refusal.column.to_owned(),
                    text: refusal.text,
                });
                if faults.len() == limits::ROW_FAULTS_MAX {
                    break;
                }
            }
        }
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    if let Some((first, last)) = touched {
        carry_out::changed(writing.connection, "user", first, last).map_err(|error| fault(&error))?;
    }
    Ok(Ok(counts))
}

type RowResult = Result<(RowEffect, i64), RowRefusal>;

fn one(
    writing: &Writing<'_>,
    operator: &Operator,
    row: &UserRow,
    request: &Request,
    words: &mut Words,
) -> Result<RowResult, Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    let existing = existing(writing, row)?;
    let organisation = match words.organisation(&row.organisation) {
        Ok(organisation) => organisation.cloned(),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let home = existing
        .as_ref()
        .map(|person| person.user.organisation.id)
        .or(organisation.as_ref().map(|known| known.id));
    let group = match words.group(connection, &row.group, home).map_err(sql)? {
        Ok(group) => group,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let roles = match words.roles(connection, &row.roles, home).map_err(sql)? {
        Ok(roles) => roles,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let case = RowCase {
        operator,
        row,
        existing: existing.as_ref(),
        organisation: organisation.as_ref(),
        group: by_ref(&group),
        roles: match &roles {
            Cell::Missing => Cell::Missing,
            Cell::Empty => Cell::Empty,
            Cell::Given(list) => Cell::Given(list.iter().collect()),
        },
        now: writing.now,
    };
    let order = match judge(&case) {
        Ok(order) => order,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let given = GivenIds {
        group: group.given().map(|group| group.id),
        roles: roles.given().into_iter().flatten().map(|role| role.id).collect(),
    };
    if let (None, Some(id)) = (&existing, row.id.given()) {
        if id.0 > limits::IMPORT_ID_MAX {
            let text = format!("`{id}` is too high: at most {}", UserId(limits::IMPORT_ID_MAX));
            return Ok(Err(RowRefusal { column: "id", text }));
        }
        // What a deleted user has left belongs to that number: nobody else gets it.
        let is_taken = users::load(connection, *id).map_err(sql)?.is_some()
            || archive::organisation_of(connection, *id).map_err(sql)?.is_some();
        if is_taken {
            return Ok(Err(RowRefusal { column: "id", text: format!("`{id}` is another user's") }));
        }
    }
    let id = import_write::write(writing, row, &order, existing.as_ref(), &given, &request.actor)?;
    Ok(Ok((import_write::effect_of(&order), id)))
}

/// The user with the login of `row`, with what is sealed opened: it is compared with what the file says.
fn existing(writing: &Writing<'_>, row: &UserRow) -> Result<Option<Person>, Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    let by_login: Option<i64> = connection
        .prepare_cached("SELECT id FROM users WHERE login_folded = ?1")
        .and_then(|mut find| find.query_row([folded(&row.login)], |found| found.get(0)).optional())
        .map_err(sql)?;
    let Some(id) = by_login else { return Ok(None) };
    let mut person = execute::person(connection, UserId(id), writing.now).map_err(sql)?;
    if let Some(person) = &mut person {
        sealed_fields::open(connection, writing.sealer, &mut person.user)?;
    }
    Ok(person)
}

fn by_ref(cell: &Cell<Grantable>) -> Cell<&Grantable> {
    match cell {
        Cell::Missing => Cell::Missing,
        Cell::Empty => Cell::Empty,
        Cell::Given(value) => Cell::Given(value),
    }
}

/// The words of a file that name something stored, looked up once each.
struct Words {
    organisations: Vec<Organisation>,
    grantables: HashMap<(bool, String, i64), Option<Grantable>>,
}

impl Words {
    fn new(connection: &Connection) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare_cached("SELECT id, key, display_name FROM organisations")?;
        let organisations = statement
            .query_map(params![], |row| {
                Ok(Organisation {
                    id: OrganisationId(row.get(0)?),
                    key: row.get(1)?,
                    display_name: row.get(2)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(Self { organisations, grantables: HashMap::new() })
    }

    fn organisation(&self, cell: &Cell<String>) -> Result<Option<&Organisation>, RowRefusal> {
        let Some(key) = cell.given() else {
            return Ok(if let [only] = &self.organisations[..] { Some(only) } else { None });
        };
        let found = self.organisations.iter().find(|organisation| folded(&organisation.key) == folded(key));
        let unknown = || RowRefusal {
            column: "organisation",
            text: format!("no organisation `{}` that you may see", crate::base::text::visible(key)),
        };
        found.map(Some).ok_or_else(unknown)
    }

    fn grantable(
        &mut self,
        connection: &Connection,
        which: Given,
        name: &str,
        home: Option<OrganisationId>,
    ) -> rusqlite::Result<Option<Grantable>> {
        let home = home.unwrap_or(OrganisationId(0));
        let key = (matches!(which, Given::Role), name.to_owned(), home.0);
        if let Some(known) = self.grantables.get(&key) {
            return Ok(known.clone());
        }
        let found = standing::grantable(connection, which, name, home)?;
        self.grantables.insert(key, found.clone());
        Ok(found)
    }

    fn group(
        &mut self,
        connection: &Connection,
        cell: &Cell<String>,
        home: Option<OrganisationId>,
    ) -> rusqlite::Result<Result<Cell<Grantable>, RowRefusal>> {
        Ok(match cell {
            Cell::Missing => Ok(Cell::Missing),
            Cell::Empty => Ok(Cell::Empty),
            Cell::Given(name) => match self.grantable(connection, Given::Group, name, home)? {
                Some(group) => Ok(Cell::Given(group)),
                None => Err(unknown("group", name)),
            },
        })
    }

    fn roles(
        &mut self,
        connection: &Connection,
        cell: &Cell<Vec<String>>,
        home: Option<OrganisationId>,
    ) -> rusqlite::Result<Result<Cell<Vec<Grantable>>, RowRefusal>> {
        let names = match cell {
            Cell::Missing => return Ok(Ok(Cell::Missing)),
            Cell::Empty => return Ok(Ok(Cell::Empty)),
            Cell::Given(names) => names,
        };
        let mut roles = Vec::new();
        for name in names {
            match self.grantable(connection, Given::Role, name, home)? {
                Some(role) => roles.push(role),
                None => return Ok(Err(unknown("roles", name))),
            }
        }
        Ok(Ok(Cell::Given(roles)))
    }
}

fn unknown(column: &'static str, name: &str) -> RowRefusal {
    let what = if column == "roles" { "role" } else { "group" };
    RowRefusal {
        column,
        text: format!("no {what} `{}` in that organisation", crate::base::text::visible(name)),
    }
}
