//! Questions: each answered on one snapshot, within the sight and the rights of who asks.

use rusqlite::Connection;

use crate::actions::case::Person;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::authz::rules;
use crate::authz::standing::{Operator, Sight};
use crate::base::ids::{OrganisationId, UserId};
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::sort::Sort;
use crate::domain::masked::mask;
use crate::domain::organisation::Organisation;
use crate::domain::scope::Scope;
use crate::domain::target::{TargetId, TargetKind};
use crate::protocol::{Me, Profile, Query, Reply, Undoable};
use crate::store::index::Live;
use crate::store::list::Search;
use crate::store::seal::Sealer;
use crate::store::{
    archive, audit, execute, feed, index_answer, jobs, list, offers, sealed_search, sets, standing, undo,
    users,
};

/// Answers `query` as `asker` at `now`; the rows that a rule keeps back do not exist.
pub(super) fn answer(
    connection: &Connection,
    index: &Live,
    sealer: &Sealer,
    asker: UserId,
    query: &Query,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let Some(operator) = standing::operator(connection, asker, now)? else {
        return Ok(Reply::Refused(Refusal::new(Rule::Status, "your account does not exist any more", "")));
    };
    if rules::own_status(&operator).is_ok()
        && let Some(reply) = archive::answer(connection, &operator, query)?
    {
        return Ok(reply);
    }
    let allowed = rules::own_status(&operator).and_then(|()| {
        match query {
            // What one did oneself; whom it was done to must exist still.
            Query::Me
            | Query::Undoable { .. }
            | Query::Jobs { .. }
            | Query::Job { .. }
            | Query::Making { .. } => Ok(()),
            Query::Audit { .. } => rules::holds(&operator, Right::AuditView),
            Query::Notes { .. } => rules::holds(&operator, Right::UserNote),
            // One's own profile needs no right.
            Query::UserById { user } | Query::Menu { id: TargetId::User(user) } if *user == asker => Ok(()),
            Query::History { user, .. } if *user == asker => Ok(()),
            Query::History { .. } => rules::holds(&operator, Right::UserHistoryView),
            Query::Menu { id } => rules::holds(&operator, right_to_view(id.kind())),
            Query::Target { kind, .. } => rules::holds(&operator, right_to_view(*kind)),
            Query::Users { .. }
            | Query::Count { .. }
            | Query::Ids { .. }
            | Query::Marks { .. }
            | Query::Preview { .. }
            | Query::User { .. }
            | Query::UserById { .. } => rules::holds(&operator, Right::UserView),
        }
    });
    match allowed {
        Ok(()) => allowed_answer(connection, index, sealer, &operator, query, now),
        Err(refusal) => Ok(Reply::Refused(refusal)),
    }
}

fn allowed_answer(
    connection: &Connection,
    index: &Live,
    sealer: &Sealer,
    operator: &Operator,
    query: &Query,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let sight = operator.sight();
    let everybody = Filter::default();
    let filter = match sealed_search::completed(connection, sealer, query.filter().unwrap_or(&everybody)) {
        Ok(filter) => filter,
        Err(fault) => return Ok(Reply::Failed(fault)),
    };
    let search = Search { filter: &filter, sight: &sight, now };
    if let Some(refusal) = query.sort().and_then(|sort| spelled_out(sort, &sight)) {
        return Ok(Reply::Refused(refusal));
    }
    match query {
        Query::Me => me(connection, operator),
        Query::Users { sort, from, rows, .. } => {
            let page = match index_answer::page(index, connection, search, *sort, from, *rows)? {
                Some(page) => page,
                None => list::page(connection, search, *sort, from, *rows)?,
            };
            Ok(Reply::Users(page))
        }
        Query::Count { .. } => {
            let (matching, visible) = match index_answer::count(index, connection, search)? {
                Some(counts) => counts,
                None => list::count(connection, search)?,
            };
            Ok(Reply::Count { matching, visible, source: index.source() })
        }
        Query::User { named } => {
            let found = users::resolve(connection, named)?;
            seen(connection, operator, found, named, now, profile)
        }
        Query::UserById { user } => seen(connection, operator, Some(*user), &user.to_string(), now, profile),
        Query::Notes { user, before, rows } => {
            seen(connection, operator, Some(*user), &user.to_string(), now, |connection, _, person| {
                feed::notes(connection, person.user.id, *before, *rows).map(Reply::Notes)
            })
        }
        Query::History { user, before, rows } => {
            seen(connection, operator, Some(*user), &user.to_string(), now, |connection, _, person| {
                feed::history(connection, person.user.id, *before, *rows).map(Reply::History)
            })
        }
        Query::Menu { id } => offers::menu(connection, operator, *id, now),
        Query::Target { kind, named } => offers::target(connection, operator, *kind, named, now),
        Query::Making { code } => offers::making(connection, operator, code, now),
        Query::Undoable { audit } => undoable(connection, operator, *audit, now),
        Query::Ids { sort, span, .. } => sets::ids(connection, index, search, *sort, *span),
        Query::Marks { users, .. } => sets::marks(connection, index, search, users),
        Query::Preview { code, answers, users, from } => {
            sets::preview(connection, operator, code, answers, users.get(*from..).unwrap_or_default(), now)
        }
        Query::Jobs { rows } => jobs::list(connection, operator, *rows).map(Reply::Jobs),
        Query::Job { job, failed_only, before, rows } => {
            jobs::report(connection, operator, *job, *failed_only, *before, *rows)
        }
        Query::Audit { before, rows } => {
            audit::page(connection, &sight.scope, *before, *rows).map(Reply::Audit)
        }
    }
}

/// The right without which nothing of this kind is looked at.
const fn right_to_view(kind: TargetKind) -> Right {
    match kind {
        TargetKind::User => Right::UserView,
        TargetKind::Group => Right::GroupView,
        TargetKind::Role => Right::RoleView,
        TargetKind::Organisation => Right::OrgManage,
    }
}

/// Why who has `sight` is not given the order `sort`.
fn spelled_out(sort: Sort, sight: &Sight) -> Option<Refusal> {
    let column = sort.personal().filter(|_| !sight.reveal)?;
    let name = column.name();
    let text = format!("{name}s are masked for you, and an order by {name} would tell what they are");
    let wanted = format!("the right {}, or another column to sort by", Right::UserPiiReveal.code());
    Some(Refusal::new(Rule::Right, text, wanted))
}

fn me(connection: &Connection, operator: &Operator) -> rusqlite::Result<Reply> {
    let own = users::load(connection, operator.standing.id)?;
    let scope = match &operator.standing.scope {
        Scope::All => None,
        Scope::Only(list) => Some(
            list.iter()
                .map(|id| organisation(connection, *id))
                .collect::<rusqlite::Result<Vec<Organisation>>>()?,
        ),
    };
    let name = own.map_or(String::new(), |user| user.names.full());
    Ok(Reply::Me(Box::new(Me { standing: operator.standing.clone(), name, scope })))
}

fn organisation(connection: &Connection, id: OrganisationId) -> rusqlite::Result<Organisation> {
    connection
        .prepare_cached("SELECT key, display_name FROM organisations WHERE id = ?1")?
        .query_row([id.0], |row| Ok(Organisation { id, key: row.get(0)?, display_name: row.get(1)? }))
}

/// Goes on with the user that was asked for, or answers as if there were none.
fn seen(
    connection: &Connection,
    operator: &Operator,
    found: Option<UserId>,
    asked: &str,
    now: Timestamp,
    then: impl FnOnce(&Connection, &Operator, Person) -> rusqlite::Result<Reply>,
) -> rusqlite::Result<Reply> {
    let person = match found {
        Some(id) => execute::person(connection, id, now)?,
        None => None,
    };
    match person {
        Some(person) if rules::exists(operator, &person.standing, asked).is_ok() => {
            then(connection, operator, person)
        }
        Some(_) | None => Ok(Reply::Refused(Refusal::no_such_user(asked))),
    }
}

fn profile(connection: &Connection, operator: &Operator, person: Person) -> rusqlite::Result<Reply> {
    let Person { mut user, standing: stands } = person;
    let [notes, history, messages_waiting] = standing::belongings(connection, user.id)?;
    let sessions = u32::try_from(standing::live_sessions(connection, user.id)?.len()).unwrap_or(u32::MAX);
    let revealed = operator.holds(Right::UserPiiReveal);
    if !revealed {
        // What may not be revealed does not leave the store in the clear.
        mask(&mut user);
    }
    let rights = stands.rights;
    Ok(Reply::User(Box::new(Profile { user, revealed, rights, notes, history, sessions, messages_waiting })))
}

fn undoable(
    connection: &Connection,
    operator: &Operator,
    audit: Option<i64>,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let Ok(kept) = undo::find(connection, operator.standing.id, audit, now)? else {
        return Ok(Reply::Undoable(None));
    };
    let person = execute::person(connection, kept.user, now)?;
    let person = person.filter(|person| rules::exists(operator, &person.standing, "").is_ok());
    Ok(Reply::Undoable(person.map(|Person { mut user, .. }| {
        mask(&mut user);
        Box::new(Undoable { audit: kept.audit, spec: kept.spec, at: kept.at, until: kept.until, user })
    })))
}

/// A number of rows as SQLite takes it.
pub(super) fn bound(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
