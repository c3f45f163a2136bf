//! Pages of the user list: rows streamed in order through the one predicate, what exists first.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::authz::standing::Sight;
use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::filter::Filter;
use crate::directory::row::Row;
use crate::directory::sort::{Key, Sort};
use crate::domain::level::Level;
pub(super) use crate::domain::user::name_key;
use crate::protocol::{From, Page};
use crate::store::beside::Beside;
use crate::store::functions::STATUS_ARGUMENTS;
use crate::store::rows::{self, Walked};

/// Who is meant, who asks, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search<'a> {
    /// Who is meant.
    pub filter: &'a Filter,
    /// What exists for who asks.
    pub sight: &'a Sight,
    /// The time of the question: statuses follow the clock.
    pub now: Timestamp,
}

/// A page of at most `rows` rows.
pub(super) fn page(
    connection: &Connection,
    search: Search<'_>,
    sort: Sort,
    from: &From,
    rows: usize,
) -> rusqlite::Result<Page> {
    if let From::Row(row) = from {
        return page_at(connection, search, sort, *row, rows);
    }
    let backwards = matches!(from, From::End | From::Before(_));
    let orders = Order::all(sort, backwards, search.now);
    let anchor = match from {
        From::Start | From::End | From::Row(_) => None,
        From::After(id) | From::Before(id) | From::At(id) => place_of(connection, &orders, *id)?,
    };
    let inclusive = matches!(from, From::At(_));
    let first = anchor.as_ref().map_or(0, |(order, _)| *order);
    let parts = orders[first..].iter().enumerate().flat_map(|(at, order)| {
        let parts = match &anchor {
            Some((_, place)) if at == 0 => Order::parts(place, inclusive),
            _ => vec![Part::ALL],
        };
        parts.into_iter().map(move |part| (order, part))
    });
    let mut found = Vec::new();
    let mut more = false;
    for (order, part) in parts {
        stream(connection, search, order, &part, |row| {
            if found.len() == rows {
                more = true;
                return false;
            }
            found.push(row);
            true
        })?;
        if more {
            break;
        }
    }
    let beyond_anchor = anchor.is_some() && !inclusive;
    if backwards {
        found.reverse();
        return Ok(Page { rows: found, more_before: more, more_after: beyond_anchor });
    }
    let more_before = beyond_anchor
        || (anchor.is_some() && !found.is_empty() && has_before(connection, search, sort, &found[0])?);
    Ok(Page { rows: found, more_before, more_after: more })
}

/// The page that begins with the row of this number; the last page where there are fewer.
fn page_at(
    connection: &Connection,
    search: Search<'_>,
    sort: Sort,
    row: u64,
    rows: usize,
) -> rusqlite::Result<Page> {
    let (mut passed, mut page) = (0, Page { more_before: row > 0, ..Page::default() });
    for order in Order::all(sort, false, search.now) {
        stream(connection, search, &order, &Part::ALL, |found| {
            passed += 1;
            page.more_after = passed > row && page.rows.len() == rows;
            if passed > row && !page.more_after {
                page.rows.push(found);
            }
            !page.more_after
        })?;
        if page.more_after {
            break;
        }
    }
    if passed <= row { self::page(connection, search, sort, &From::End, rows) } else { Ok(page) }
}

/// How many users `search` means, and how many exist for who asks.
pub(super) fn count(connection: &Connection, search: Search<'_>) -> rusqlite::Result<(u64, u64)> {
    let mut values = Vec::new();
    let within = rows::sight_clause(search.sight, &mut values);
    let visible = connection
        .prepare_cached(&format!("SELECT count(*) FROM visible_users u WHERE {within}"))?
        .query_row(params_from_iter(values), |row| row.get::<_, i64>(0))?
        .unsigned_abs();
    if search.filter.is_empty() {
        return Ok((visible, visible));
    }
    let mut matching = 0;
    let order = Order { keys: vec![("u.id".to_owned(), false)], from: Walked::Users, only: "1" };
    stream(connection, search, &order, &Part::ALL, |_| {
        matching += 1;
        true
    })?;
    Ok((matching, visible))
}

/// The keys of an order as SQL, each with whether the largest comes first; the last one no two users share.
struct Order {
    keys: Vec<(String, bool)>,
    /// What is read, in a way that needs no sorting where there is one.
    from: Walked,
    /// The condition of whom it orders, who come before or after all others.
    only: &'static str,
}

/// A stretch of an order: equal to these values in the first keys, beyond this one in the next.
struct Part {
    equal: Vec<Value>,
    beyond: Option<Value>,
    inclusive: bool,
}

impl Part {
    const ALL: Self = Self { equal: Vec::new(), beyond: None, inclusive: false };
}

impl Order {
    /// The orders that make up one, each with some of the users.
    fn all(sort: Sort, backwards: bool, now: Timestamp) -> Vec<Self> {
        let turned = |descending: bool| descending != backwards;
        // Equal values are ordered by id, in the direction of the first key: backwards is then the exact reverse.
        let first = turned(sort.first.descending);
        let key = |key: Key| (format!("({})", key_of(key.column, now)), turned(key.descending));
        let then = sort.then.map(key);
        if sort.first.column == Column::Login {
            let named = Self {
                keys: vec![("l.login_folded".to_owned(), first)],
                from: Walked::Logins,
                only: "u.login_folded IS NOT NULL",
            };
            let keys = then.into_iter().chain([("u.id".to_owned(), first)]).collect();
            let unnamed = Self { keys, from: Walked::Users, only: "u.login_folded IS NULL" };
            return if first { vec![named, unnamed] } else { vec![unnamed, named] };
        }
        let (own, id, from) = if matches!(sort.first.column, Column::Name | Column::LastName) {
            (("n.name_folded".to_owned(), first), "n.user", Walked::Names)
        } else {
            (key(sort.first), "u.id", Walked::Users)
        };
        let keys = [own].into_iter().chain(then).chain([(id.to_owned(), first)]).collect();
        vec![Self { keys, from, only: "1" }]
    }

    /// The stretches beyond `place`, nearest first: one range each, since the row-value form `(a, b) > (?, ?)`
    /// does not use an index well.
    fn parts(place: &[Value], inclusive: bool) -> Vec<Part> {
        let last = place.len() - 1;
        (0..=last)
            .rev()
            .map(|at| Part {
                equal: place[..at].to_vec(),
                beyond: Some(place[at].clone()),
                inclusive: inclusive && at == last,
            })
            .collect()
    }

    fn sql(&self) -> String {
        let keys = self
            .keys
            .iter()
            .map(|(key, descending)| format!("{key} {}", if *descending { "DESC" } else { "ASC" }));
        keys.collect::<Vec<_>>().join(", ")
    }
}

/// In which of the `orders` the row of `id` stands, and the values of its keys there; `None` where it is gone.
fn place_of(
    connection: &Connection,
    orders: &[Order],
    id: UserId,
) -> rusqlite::Result<Option<(usize, Vec<Value>)>> {
    for (at, order) in orders.iter().enumerate() {
        let columns: Vec<&str> = order.keys.iter().map(|(key, _)| key.as_str()).collect();
        let sql = format!(
            "SELECT {} FROM visible_users u JOIN user_names n ON n.name_folded = u.name_folded AND n.user = u.id
             LEFT JOIN user_logins l ON l.login_folded = u.login_folded AND l.user = u.id {} WHERE u.id = ?1 AND {}",
            columns.join(", "),
            rows::JOINED,
            order.only
        );
        let place = connection
            .prepare_cached(&sql)?
            .query_row([id.0], |row| (0..columns.len()).map(|column| row.get(column)).collect())
            .optional()?;
        if let Some(place) = place {
            return Ok(Some((at, place)));
        }
    }
    Ok(None)
}

fn has_before(
    connection: &Connection,
    search: Search<'_>,
    sort: Sort,
    first: &Row,
) -> rusqlite::Result<bool> {
    let page = page(connection, search, sort, &From::Before(first.id), 1)?;
    Ok(!page.rows.is_empty())
}

/// What the store sorts by, as SQL; what the index sorts by, in `directory::index::value`, compares alike.
fn key_of(column: Column, now: Timestamp) -> String {
    let levels =
        Level::ALL.iter().zip(1..).map(|(level, rank)| format!("WHEN '{}' THEN {rank}", level.code()));
    let key = match column {
        Column::Login => "ifnull(u.login_folded, '')",
        Column::Name | Column::LastName => "u.name_folded",
        Column::FirstName => {
            "iif(u.first_name = '', '', search_form(u.first_name || iif(u.middle_name = '', '', ' ' || u.middle_name)
                 || iif(u.last_name = '', '', ' ' || u.last_name)))"
        }
        Column::Email => "search_form(e.address)",
        Column::Phone => "phone_form(p.number)",
        Column::CoreId => "search_form(u.core_id)",
        Column::Id => "u.id",
        Column::Kind => "u.kind",
        Column::Status => return format!("status_rank({}, {STATUS_ARGUMENTS})", now.0),
        Column::Level => {
            return format!("CASE u.level {} ELSE 0 END", levels.collect::<Vec<_>>().join(" "));
        }
        Column::Role => {
            "CASE WHEN u.level IS NOT NULL THEN search_form(u.level) WHEN u.kind = 'customer' THEN ''
                  ELSE ifnull((SELECT group_concat(search_form(r.name), ', ' ORDER BY r.name) FROM user_roles ur
                               JOIN roles r ON r.id = ur.role WHERE ur.user = u.id), '') END"
        }
        Column::Organisation => "search_form(o.display_name)",
        Column::Group => "search_form(g.name)",
        Column::Product => "u.product = 'account opening'",
        Column::Archived => "u.locked_at IS NOT NULL",
        Column::EmailConfirmed => "e.confirmed_at IS NOT NULL",
        Column::LastLogin => "ifnull(u.last_login, -1)",
        Column::Enrolled => "ifnull(u.enrolled, -1)",
        Column::Added => "u.added",
        Column::Modified => "u.modified",
        // Nobody sorts by these.
        Column::Title | Column::MiddleName => "u.id * 0",
    };
    key.to_owned()
}

fn stream(
    connection: &Connection,
    search: Search<'_>,
    order: &Order,
    part: &Part,
    mut each: impl FnMut(Row) -> bool,
) -> rusqlite::Result<()> {
    let mut values = Vec::new();
    let mut within = rows::sight_clause(search.sight, &mut values);
    let mut bind = |key: &str, sign: &str, value: &Value| {
        values.push(value.clone());
        within = format!("{within} AND {key} {sign} ?{}", values.len());
    };
    for (value, (key, _)) in part.equal.iter().zip(&order.keys) {
        bind(key, "=", value);
    }
    if let Some(value) = &part.beyond {
        let (key, descending) = &order.keys[part.equal.len()];
        let sign = match (*descending, part.inclusive) {
            (true, false) => "<",
            (true, true) => "<=",
            (false, false) => ">",
            (false, true) => ">=",
        };
        bind(key, sign, value);
    }
    let sql =
        format!("{} WHERE {} AND {within} ORDER BY {}", rows::select(order.from), order.only, order.sql());
    let mut statement = connection.prepare_cached(&sql)?;
    let mut beside = Beside::new(connection)?;
    let mut found_rows = statement.query(params_from_iter(values))?;
    while let Some(found) = found_rows.next()? {
        let mut entry = rows::entry_of(connection, found)?;
        if !search.filter.is_empty() {
            let id = entry.row.id.0;
            rows::complete(&mut entry, &mut beside.of(&(id..=id))?)?;
        }
        if search.filter.matches(&entry, search.sight, search.now)
            && !each(rows::masked(entry.row, search.sight))
        {
            return Ok(());
        }
    }
    Ok(())
}
