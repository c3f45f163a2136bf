//! Questions: each answered on one snapshot, within the sight and the rights of who asks.

mod person;

use rusqlite::Connection;

use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::authz::rules;
use crate::authz::standing::{Operator, Sight};
use crate::base::ids::UserId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::sort::{From, Sort};
use crate::domain::target::{TargetId, TargetKind};
use crate::protocol::{Page, Query, Reply};
use crate::store::index::Live;
use crate::store::list::Search;
use crate::store::seal::Sealer;
use crate::store::structure::pages;
use crate::store::{
    archive, audit, chain, choices, feed, index_answer, jobs, list, offers, sealed_search, sessions, sets,
    standing, users, why,
};
use person::{me, profile, seen, undoable};

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
    // That one may not act is an answer to why, told in its place among the rules.
    let acts = if matches!(query, Query::Why { .. }) { Ok(()) } else { rules::own_status(&operator) };
    let allowed = acts.and_then(|()| {
        match query {
            // What one did oneself; whom it was done to must exist still.
            Query::Me
            | Query::Undoable { .. }
            | Query::NotDone { .. }
            // Without the right to end them one sees one's own.
            | Query::Sessions { .. }
            | Query::Session { .. }
            | Query::Jobs { .. }
            | Query::Job { .. }
            | Query::Making { .. }
            | Query::Why { .. } => Ok(()),
            Query::Audit { .. } | Query::AuditChain { .. } | Query::AuditEntry { .. } => rules::holds(&operator, Right::AuditView),
            Query::Notes { .. } => rules::holds(&operator, Right::UserNote),
            // One's own profile needs no right.
            Query::UserById { user } | Query::Menu { id: TargetId::User(user) } if *user == asker => Ok(()),
            Query::History { user, .. } if *user == asker => Ok(()),
            Query::History { .. } => rules::holds(&operator, Right::UserHistoryView),
            Query::Menu { id } => rules::holds(&operator, right_to_view(id.kind())),
            Query::Roles | Query::Role { .. } => rules::holds(&operator, Right::RoleView),
            Query::Groups | Query::Group { .. } => rules::holds(&operator, Right::GroupView),
            Query::Target { kind, .. } => rules::holds(&operator, right_to_view(*kind)),
            Query::Users { .. }
            | Query::Count { .. }
            | Query::Ids { .. }
            | Query::FilterWords
            | Query::Marks { .. }
            | Query::Preview { .. }
            | Query::User { .. }
            | Query::UserById { .. }
            | Query::Choices { .. } => rules::holds(&operator, Right::UserView),
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
    let many = |then: &dyn Fn(Search<'_>) -> rusqlite::Result<Reply>| {
        of_many(connection, sealer, operator, query, now, then)
    };
    let of_one = |user: UserId, then: &dyn Fn(UserId) -> rusqlite::Result<Reply>| {
        seen(connection, operator, Some(user), &user.to_string(), now, |_, _, person| then(person.user.id))
    };
    match query {
        Query::Me => me(connection, operator, now),
        Query::User { named } => {
            seen(connection, operator, users::resolve(connection, named)?, named, now, profile)
        }
        Query::UserById { user } => seen(connection, operator, Some(*user), &user.to_string(), now, profile),
        Query::Notes { user, before, rows } => {
            of_one(*user, &|user| feed::notes(connection, user, *before, *rows).map(Reply::Notes))
        }
        Query::History { user, before, rows } => {
            of_one(*user, &|user| feed::history(connection, user, *before, *rows).map(Reply::History))
        }
        Query::Menu { id } => offers::menu(connection, operator, *id, now),
        Query::Target { kind, named } => offers::target(connection, operator, *kind, named, now),
        Query::Roles => pages::roles(connection, operator),
        Query::Role { named } => pages::role(connection, operator, named, now),
        Query::Groups => pages::groups(connection, operator),
        Query::Group { named } => pages::group(connection, operator, named, now),
        Query::Why { code, about, operator: whom } => {
            why::answer(connection, operator, (code, about), whom.as_deref(), now)
        }
        Query::Making { code } => offers::making(connection, operator, code, now),
        Query::Choices { code, field, id } => choices::answer(connection, operator, (code, field), *id, now),
        Query::Undoable { doing } => undoable(connection, operator, *doing, now),
        Query::Sessions { before, rows } => {
            sessions::page(connection, operator, *before, *rows).map(Reply::Sessions)
        }
        Query::Session { session } => sessions::one(connection, operator, *session),
        Query::Jobs { rows } => jobs::list(connection, operator, *rows).map(Reply::Jobs),
        Query::Job { job, failed_only, before, rows } => {
            jobs::report(connection, operator, *job, *failed_only, *before, *rows)
        }
        Query::Audit { filter, from, rows } => {
            audit::page(connection, &operator.standing.scope, (filter, now), *from, *rows).map(Reply::Audit)
        }
        Query::AuditChain { after } => {
            chain::piece(connection, after, limits::AUDIT_SCAN_ROWS).map(Reply::AuditChain)
        }
        Query::AuditEntry { seq } => audit::entry(connection, &operator.standing.scope, *seq),
        Query::Users { sort, from, rows, .. } => {
            many(&|search| users_page(connection, index, search, (*sort, from, *rows)).map(Reply::Users))
        }
        Query::Count { .. } => many(&|search| counted(connection, index, search)),
        Query::FilterWords => index_answer::words(index, connection, &operator.sight())
            .map(|words| Reply::FilterWords(Box::new(words))),
        Query::Ids { sort, span, .. } => many(&|search| sets::ids(connection, index, search, *sort, *span)),
        Query::Marks { users, .. } => many(&|search| sets::marks(connection, index, search, users)),
        Query::Preview { code, undoes, answers, users, from } => {
            let asked = sets::Asked { code, undoes: *undoes, answers };
            let users = users.get(*from..).unwrap_or_default();
            Ok(sets::preview(connection, sealer, operator, &asked, users, now).unwrap_or_else(Reply::Failed))
        }
        Query::NotDone { job } => jobs::not_done(connection, operator, *job),
    }
}

/// A page of users: from memory, or read where the index cannot tell.
fn users_page(
    connection: &Connection,
    index: &Live,
    search: Search<'_>,
    (sort, from, rows): (Sort, &From, usize),
) -> rusqlite::Result<Page> {
    match index_answer::page(index, connection, search, sort, from, rows)? {
        Some(page) => Ok(page),
        None => list::page(connection, search, sort, from, rows),
    }
}

/// How many users are meant, and how many exist.
fn counted(connection: &Connection, index: &Live, search: Search<'_>) -> rusqlite::Result<Reply> {
    let (matching, visible) = match index_answer::count(index, connection, search)? {
        Some(counts) => counts,
        None => list::count(connection, search)?,
    };
    Ok(Reply::Count { matching, visible, source: index.source() })
}

/// What is asked of many users: within the filter and the sight of who asks.
fn of_many(
    connection: &Connection,
    sealer: &Sealer,
    operator: &Operator,
    query: &Query,
    now: Timestamp,
    then: &dyn Fn(Search<'_>) -> rusqlite::Result<Reply>,
) -> rusqlite::Result<Reply> {
    let sight = operator.sight();
    if let Some(refusal) = query.sort().and_then(|sort| spelled_out(sort, &sight)) {
        return Ok(Reply::Refused(refusal));
    }
    let everybody = Filter::default();
    let (filter, reads_log) = (query.filter().unwrap_or(&everybody), operator.holds(Right::AuditView));
    match sealed_search::completed(connection, sealer, filter, reads_log) {
        Ok(filter) => then(Search { filter: &filter, sight: &sight, now }),
        Err(fault) => Ok(Reply::Failed(fault)),
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

/// A number of rows as SQLite takes it.
pub(super) fn bound(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
