//! Rows of the user list, read: the columns, what of them may be seen, and users by id.

use std::ops::RangeInclusive;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params_from_iter};

use crate::authz::standing::{Groups, Sight};
use crate::base::ids::{GroupId, OrganisationId, UserId};
use crate::base::time::Timestamp;
use crate::directory::row::{CustomerKind, Details, Entry, Row};
use crate::domain::contact;
use crate::domain::scope::Scope;
use crate::domain::user::Names;
use crate::store::beside::{Beside, Cursors};
use crate::store::users::{self, FACT_COLUMNS};

/// Where else the columns of a row stand, beside the users `u`.
pub(super) const JOINED: &str = "JOIN organisations o ON o.id = u.organisation
     LEFT JOIN user_emails e ON e.user = u.id AND e.is_primary = 1
     LEFT JOIN user_phones p ON p.user = u.id AND p.is_primary = 1
     LEFT JOIN groups g ON g.id = u.group_id";

/// The same without what some users have none of.
const JOINED_TO_ALL: &str =
    "JOIN organisations o ON o.id = u.organisation LEFT JOIN groups g ON g.id = u.group_id";

/// Along what users are walked: the first rows come without a look at all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walked {
    /// By id.
    Users,
    /// By name, which is `n`.
    Names,
    /// By login, which is `l`; only those that have one.
    Logins,
}

/// Columns of [`select`]. By number: a name is looked for among all of them, a million times.
const GROUP: usize = 21;
const CATEGORY: usize = 22;
const PRODUCT: usize = 23;
const FACTS: usize = 24;

/// The columns of a row, without a condition. The user is `u`.
pub(super) fn select(walked: Walked) -> String {
    let users = match walked {
        Walked::Users => "visible_users u",
        Walked::Names => "user_names n CROSS JOIN visible_users u ON u.id = n.user",
        Walked::Logins => "user_logins l CROSS JOIN visible_users u ON u.id = l.user",
    };
    selected("e.address, e.confirmed_at, p.number", &format!("{users} {JOINED}"))
}

/// The same without the primary email and phone: whoever reads everybody finds them faster beside the users.
fn select_bare() -> String {
    selected("NULL, NULL, NULL", &format!("visible_users u {JOINED_TO_ALL}"))
}

fn selected(primary: &str, tables: &str) -> String {
    format!(
        "SELECT u.id, u.login, u.kind, u.level, u.title, u.first_name, u.middle_name, u.last_name, {primary},
                u.organisation, o.key, o.display_name, g.name, u.last_login, u.enrolled,
                u.added, u.modified, u.core_id, u.version, u.group_id, u.category, u.product, {FACT_COLUMNS}
         FROM {tables}"
    )
}

/// The row of `id` unmasked, and the group; `None` where there is none.
pub(super) fn by_id(connection: &Connection, id: UserId) -> rusqlite::Result<Option<(Row, Option<GroupId>)>> {
    connection
        .prepare_cached(&format!("{} WHERE u.id = ?1", select(Walked::Users)))?
        .query_row([id.0], |row| {
            let group = row.get::<_, Option<i64>>(GROUP)?.map(GroupId);
            Ok((row_of(connection, row)?, group))
        })
        .optional()
}

/// The rows of `ids` in their order, unmasked, without those that do not exist for who has `sight`.
pub(super) fn by_ids(connection: &Connection, sight: &Sight, ids: &[UserId]) -> rusqlite::Result<Vec<Row>> {
    let mut values = vec![Value::Null];
    let within = sight_clause(sight, &mut values);
    let mut statement =
        connection.prepare_cached(&format!("{} WHERE u.id = ?1 AND {within}", select(Walked::Users)))?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        values[0] = Value::Integer(id.0);
        let found =
            statement.query_row(params_from_iter(&values), |row| row_of(connection, row)).optional()?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Reads the users with these ids by ascending id, until `each` says that it is enough.
pub(super) fn entries(
    connection: &Connection,
    users: RangeInclusive<i64>,
    mut each: impl FnMut(Entry) -> bool,
) -> rusqlite::Result<()> {
    let mut beside = Beside::new(connection)?;
    let mut cursors = beside.of(&users)?;
    let sql = format!("{} WHERE u.id BETWEEN ?1 AND ?2 ORDER BY u.id", select_bare());
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([*users.start(), *users.end()])?;
    while let Some(row) = rows.next()? {
        let mut entry = entry_of(connection, row)?;
        complete(&mut entry, &mut cursors)?;
        if !each(entry) {
            break;
        }
    }
    Ok(())
}

/// Adds what stands in tables of their own.
pub(super) fn complete(entry: &mut Entry, cursors: &mut Cursors<'_>) -> rusqlite::Result<()> {
    cursors.take(entry)
}

/// The user in the columns of [`select`], without what stands in tables of their own.
pub(super) fn entry_of(connection: &Connection, row: &SqlRow<'_>) -> rusqlite::Result<Entry> {
    let group = row.get::<_, Option<i64>>(GROUP)?.map(GroupId);
    let category = row.get_ref(CATEGORY)?.as_str_or_null()?.and_then(CustomerKind::parse);
    Ok(Entry { row: row_of(connection, row)?, group, details: Details { category, ..Details::default() } })
}

/// The condition of what exists; its values are appended to `values`.
pub(super) fn sight_clause(sight: &Sight, values: &mut Vec<Value>) -> String {
    let mut list = |ids: Vec<i64>| {
        let marks: Vec<String> = ids
            .into_iter()
            .map(|id| {
                values.push(Value::Integer(id));
                format!("?{}", values.len())
            })
            .collect();
        marks.join(", ")
    };
    let own = list(vec![sight.own.0]);
    let organisations = match &sight.scope {
        Scope::All => "1".to_owned(),
        Scope::Only(scope) => format!("u.organisation IN ({})", list(scope.iter().map(|id| id.0).collect())),
    };
    let groups = match &sight.groups {
        Groups::Any => "1".to_owned(),
        Groups::NoneOr(groups) => {
            format!(
                "(u.group_id IS NULL OR u.group_id IN ({}))",
                list(groups.iter().map(|id| id.0).collect())
            )
        }
    };
    format!("(u.id = {own} OR ({organisations} AND {groups}))")
}

/// The row in the columns of [`select`].
pub(super) fn row_of(connection: &Connection, row: &SqlRow<'_>) -> rusqlite::Result<Row> {
    let time = |column: usize| row.get::<_, Option<i64>>(column).map(|time| time.map(Timestamp));
    let id = UserId(row.get(0)?);
    let kind = users::kind(row.get_ref(2)?.as_str()?);
    let roles =
        if kind == crate::domain::user::Kind::Customer { Vec::new() } else { role_names(connection, id)? };
    Ok(Row {
        id,
        login: row.get(1)?,
        kind,
        level: users::level(row, 3)?,
        names: Names { title: row.get(4)?, first: row.get(5)?, middle: row.get(6)?, last: row.get(7)? },
        email: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
        email_confirmed: row.get::<_, Option<i64>>(9)?.is_some(),
        phone: row.get::<_, Option<String>>(10)?.unwrap_or_default(),
        organisation: (OrganisationId(row.get(11)?), row.get(12)?, row.get(13)?),
        group: row.get::<_, Option<String>>(14)?.unwrap_or_default(),
        roles,
        last_login: time(15)?,
        enrolled: time(16)?,
        added: Timestamp(row.get(17)?),
        modified: Timestamp(row.get(18)?),
        core_id: row.get(19)?,
        product: users::product(row, PRODUCT)?,
        version: row.get(20)?,
        facts: users::facts(row, FACTS)?,
    })
}

fn role_names(connection: &Connection, id: UserId) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached("SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role WHERE ur.user = ?1 ORDER BY r.name")?
        .query_map([id.0], |row| row.get(0))?
        .collect()
}

/// The row as `sight` may see it: what may not be revealed does not leave the store in the clear.
pub(super) fn masked(mut row: Row, sight: &Sight) -> Row {
    if !sight.reveal {
        if !row.email.is_empty() {
            row.email = contact::masked_email(&row.email);
        }
        if !row.phone.is_empty() {
            row.phone = contact::masked(&row.phone, 4);
        }
    }
    row
}
