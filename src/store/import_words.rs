//! The words of a file that name something stored: organisations, groups and roles, looked up once each.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::actions::directory::import_row::RowRefusal;
use crate::authz::grants::Grantable;
use crate::base::ids::OrganisationId;
use crate::base::text::{folded, visible};
use crate::domain::import::Cell;
use crate::domain::organisation::Organisation;
use crate::store::standing::{self, Given};

/// The words of a file that name something stored, looked up once each.
#[derive(Debug)]
pub(super) struct Words {
    organisations: Vec<Organisation>,
    grantables: HashMap<(Given, String, i64), Option<Grantable>>,
}

impl Words {
    pub(super) fn new(connection: &Connection) -> rusqlite::Result<Self> {
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

    pub(super) fn organisation(&self, cell: &Cell<String>) -> Result<Option<&Organisation>, RowRefusal> {
        let Some(key) = cell.given() else {
            return Ok(if let [only] = &self.organisations[..] { Some(only) } else { None });
        };
        let found = self.organisations.iter().find(|organisation| folded(&organisation.key) == folded(key));
        let unknown = || RowRefusal {
            column: "organisation",
            text: format!("no organisation `{}` that you may see", visible(key)),
        };
        found.map(Some).ok_or_else(unknown)
    }

    /// Roles and groups that were named and are there.
    pub(super) fn found(&self) -> impl Iterator<Item = (Given, &Grantable)> {
        self.grantables.iter().filter_map(|((which, ..), found)| Some((*which, found.as_ref()?)))
    }

    fn grantable(
        &mut self,
        connection: &Connection,
        which: Given,
        name: &str,
        home: Option<OrganisationId>,
    ) -> rusqlite::Result<Option<Grantable>> {
        let home = home.unwrap_or(OrganisationId(0));
        let key = (which, name.to_owned(), home.0);
        if let Some(known) = self.grantables.get(&key) {
            return Ok(known.clone());
        }
        let found = standing::grantable(connection, which, name, home)?;
        self.grantables.insert(key, found.clone());
        Ok(found)
    }

    pub(super) fn group(
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

    pub(super) fn roles(
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
    RowRefusal { column, text: format!("no {what} `{}` in that organisation", visible(name)) }
}
