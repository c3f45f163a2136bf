//! Rows of a file judged: each with what is stored at that moment.

use rusqlite::{CachedStatement, Connection, OptionalExtension};

use crate::actions::case::Person;
use crate::actions::directory::import_row::{RowCase, RowOrder, RowRefusal, judge};
use crate::authz::grants::Grantable;
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::{BatchId, UserId};
use crate::base::limits;
use crate::base::text::folded;
use crate::base::time::Timestamp;
use crate::domain::import::{Cell, UserRow};
use crate::store::connection::fault;
use crate::store::import_words::Words;
use crate::store::seal::Sealer;
use crate::store::{archive, execute, sealed_fields};

/// Judges rows of one file.
pub(super) struct Judge<'tx> {
    connection: &'tx Connection,
    sealer: &'tx Sealer,
    operator: &'tx Operator,
    now: Timestamp,
    /// The batch that the rows go into; `None` where nothing is written.
    batch: Option<BatchId>,
    words: Words,
    /// Finds who has a login.
    holder: CachedStatement<'tx>,
}

/// A row that may be written.
#[derive(Debug)]
pub(super) struct Judged {
    /// What it will do.
    pub order: RowOrder,
    /// The user with its login.
    pub existing: Option<Person>,
    /// What its words for group and roles mean.
    pub given: Given,
    /// The login as it is compared.
    pub login_folded: String,
}

/// Ids of a group and of roles.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// The group.
    pub group: Option<i64>,
    /// The roles.
    pub roles: Vec<i64>,
}

/// Who has the login of a row.
enum Holder {
    Nobody,
    User(UserId),
    /// Another row of the same file.
    OwnBatch,
    /// Somebody who is being brought at this moment.
    OtherBatch,
}

impl<'tx> Judge<'tx> {
    /// A judge for `operator` at `now`.
    pub(super) fn new(
        connection: &'tx Connection,
        sealer: &'tx Sealer,
        operator: &'tx Operator,
        now: Timestamp,
        batch: Option<BatchId>,
    ) -> rusqlite::Result<Self> {
        let holder = connection.prepare_cached(
            "SELECT u.id, iif(u.batch IN (SELECT id FROM hidden_batches), u.batch, NULL)
             FROM user_logins l JOIN users u ON u.id = l.user WHERE l.login_folded = ?1",
        )?;
        Ok(Self { connection, sealer, operator, now, batch, words: Words::new(connection)?, holder })
    }

    /// The words that were looked up.
    pub(super) const fn words(&self) -> &Words {
        &self.words
    }

    /// Judges `row`.
    pub(super) fn row(&mut self, row: &UserRow) -> Result<Result<Judged, RowRefusal>, Fault> {
        let sql = |error| fault(&error);
        let connection = self.connection;
        let refuse = |column, text: &str| Ok(Err(RowRefusal { column, text: text.to_owned() }));
        let login_folded = folded(&row.login);
        let existing = match self.holder(&login_folded).map_err(sql)? {
            Holder::Nobody => None,
            Holder::User(id) => self.person(id)?,
            Holder::OwnBatch => return refuse("login", "stands in the file twice"),
            Holder::OtherBatch => {
                return refuse("login", "is being brought by another import: try again when that has ended");
            }
        };
        let organisation = match self.words.organisation(&row.organisation) {
            Ok(organisation) => organisation.cloned(),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let home = existing
            .as_ref()
            .map(|person| person.user.organisation.id)
            .or(organisation.as_ref().map(|known| known.id));
        let group = match self.words.group(connection, &row.group, home).map_err(sql)? {
            Ok(group) => group,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let roles = match self.words.roles(connection, &row.roles, home).map_err(sql)? {
            Ok(roles) => roles,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let case = RowCase {
            operator: self.operator,
            row,
            existing: existing.as_ref(),
            organisation: organisation.as_ref(),
            group: by_ref(&group),
            roles: match &roles {
                Cell::Missing => Cell::Missing,
                Cell::Empty => Cell::Empty,
                Cell::Given(list) => Cell::Given(list.iter().collect()),
            },
            now: self.now,
        };
        let order = match judge(&case) {
            Ok(order) => order,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if existing.is_none()
            && let Some(id) = row.id.given()
            && let Some(text) = self.id_fault(*id).map_err(sql)?
        {
            return Ok(Err(RowRefusal { column: "id", text }));
        }
        let given = Given {
            group: group.given().map(|group| group.id),
            roles: roles.given().into_iter().flatten().map(|role| role.id).collect(),
        };
        Ok(Ok(Judged { order, existing, given, login_folded }))
    }

    /// The user, with what is sealed opened: it is compared with what the file says.
    fn person(&self, id: UserId) -> Result<Option<Person>, Fault> {
        let mut person = execute::person(self.connection, id, self.now).map_err(|error| fault(&error))?;
        if let Some(person) = &mut person {
            sealed_fields::open(self.connection, self.sealer, &mut person.user)?;
        }
        Ok(person)
    }

    fn holder(&mut self, login_folded: &str) -> rusqlite::Result<Holder> {
        let found: Option<(i64, Option<i64>)> =
            self.holder.query_row([login_folded], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(match found {
            None => Holder::Nobody,
            Some((id, None)) => Holder::User(UserId(id)),
            Some((_, batch)) if batch == self.batch.map(|own| own.0) => Holder::OwnBatch,
            Some(_) => Holder::OtherBatch,
        })
    }

    /// Why a new user cannot have the number that the file brings.
    fn id_fault(&self, id: UserId) -> rusqlite::Result<Option<String>> {
        if id.0 > limits::IMPORT_ID_MAX {
            return Ok(Some(format!("`{id}` is too high: at most {}", UserId(limits::IMPORT_ID_MAX))));
        }
        // What a deleted user has left belongs to that number: nobody else gets it.
        let taken = self.connection.prepare_cached("SELECT 1 FROM users WHERE id = ?1")?.exists([id.0])?
            || archive::organisation_of(self.connection, id)?.is_some();
        Ok(taken.then(|| format!("`{id}` is another user's")))
    }
}

fn by_ref(cell: &Cell<Grantable>) -> Cell<&Grantable> {
    match cell {
        Cell::Missing => Cell::Missing,
        Cell::Empty => Cell::Empty,
        Cell::Given(value) => Cell::Given(value),
    }
}
