//! Sets of users: frozen as ids, watched while they are marked, and judged before anything is done to them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::Connection;

use crate::actions::case::Case;
use crate::actions::form::Answers;
use crate::actions::upon::Upon;
use crate::actions::verdict::{Warrant, verdict};
use crate::actions::{self, Spec};
use crate::authz::refusal::Refusal;
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::{JobId, UserId};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::sort::Sort;
use crate::domain::change::Difference;
use crate::domain::target::{TargetId, TargetKind};
use crate::protocol::{From, Judged, Reply};
use crate::store::connection::fault;
use crate::store::index::Live;
use crate::store::list::Search;
use crate::store::seal::Sealer;
use crate::store::structure::find;
use crate::store::{index_answer, list, rows, undo_set};

/// The ids of whom `search` means, in order; of a `span` those between two users, both included.
pub(super) fn ids(
    connection: &Connection,
    live: &Live,
    search: Search<'_>,
    sort: Sort,
    span: Option<(UserId, UserId)>,
) -> rusqlite::Result<Reply> {
    let Some((one, other)) = span else {
        let (users, more) = page(connection, live, search, sort, &From::Start)?;
        return Ok(Reply::Ids { users, more });
    };
    for (first, last) in [(one, other), (other, one)] {
        let (mut users, _) = page(connection, live, search, sort, &From::At(first))?;
        let end = users.iter().position(|user| *user == last);
        if let Some(end) = end.filter(|_| users.first() == Some(&first)) {
            users.truncate(end + 1);
            return Ok(Reply::Ids { users, more: false });
        }
    }
    // One of them is gone, or they are too far apart.
    Ok(Reply::Ids { users: Vec::new(), more: true })
}

fn page(
    connection: &Connection,
    live: &Live,
    search: Search<'_>,
    sort: Sort,
    from: &From,
) -> rusqlite::Result<(Vec<UserId>, bool)> {
    if let Some(found) = index_answer::ids(live, connection, search, sort, from, limits::MARKED_MAX)? {
        return Ok(found);
    }
    let page = list::page(connection, search, sort, from, limits::MARKED_MAX)?;
    Ok((page.rows.iter().map(|row| row.id).collect(), page.more_after))
}

/// How many of `users` the filter means, and who of them does not exist any more.
pub(super) fn marks(
    connection: &Connection,
    live: &Live,
    search: Search<'_>,
    users: &Arc<BTreeSet<UserId>>,
) -> rusqlite::Result<Reply> {
    let count = |filter: Filter| {
        let filter = filter.among(Arc::clone(users));
        let search = Search { filter: &filter, ..search };
        match index_answer::count(live, connection, search)? {
            Some((matching, _)) => Ok(matching),
            None => list::count(connection, search).map(|(matching, _)| matching),
        }
    };
    let matching = count(search.filter.clone())?;
    let existing = if search.filter.is_empty() { matching } else { count(Filter::default())? };
    let mut gone = Vec::new();
    if existing < users.len() as u64 {
        let all: Vec<UserId> = users.iter().copied().collect();
        let found: BTreeSet<UserId> =
            rows::by_ids(connection, search.sight, &all)?.iter().map(|row| row.id).collect();
        gone = users.difference(&found).copied().collect();
    }
    Ok(Reply::Marks { matching: usize::try_from(matching).unwrap_or(usize::MAX), gone })
}

/// What is asked of a set.
pub(super) struct Asked<'q> {
    pub(super) code: &'q str,
    /// The job that would be taken back.
    pub(super) undoes: Option<JobId>,
    pub(super) answers: &'q BTreeMap<String, String>,
}

/// Judges the first of `users`, as many as one reader does in a moment.
pub(super) fn preview(
    connection: &Connection,
    sealer: &Sealer,
    operator: &Operator,
    asked: &Asked<'_>,
    users: &[UserId],
    now: Timestamp,
) -> Result<Reply, Fault> {
    let Some(spec) = actions::find(asked.code) else {
        return Err(Fault::input(format!("no action `{}`", asked.code)));
    };
    let form = if asked.undoes.is_some() { actions::undo::form(spec) } else { spec.form };
    // What is not filled in yet cannot be planned with; whether it may be done at all can be said.
    let answers = Answers::check(form, asked.answers).ok();
    let judged = users.iter().take(limits::PREVIEW_ROWS).map(|user| {
        let named = user.to_string();
        let upon = find::by_id(connection, TargetId::User(*user), now).map_err(|error| fault(&error))?;
        if let Err(refusal) = upon.exists(operator, TargetKind::User, &named) {
            let (called, differences, refusal) = (String::new(), Vec::new(), Some(refusal));
            return Ok(Judged { user: *user, called, version: 0, differences, refusal });
        }
        let with = (&upon, named.as_str(), answers.as_ref());
        let planned = match asked.undoes {
            Some(job) => undo_set::judged(connection, sealer, (operator, job, *user), with, now)?,
            None => judged(connection, operator, spec, with, now).map_err(|error| fault(&error))?,
        };
        Ok(of(*user, &upon, planned))
    });
    judged.collect::<Result<Vec<Judged>, Fault>>().map(Reply::Preview)
}

fn judged(
    connection: &Connection,
    operator: &Operator,
    spec: &'static Spec,
    (upon, named, answers): (&Upon, &str, Option<&Answers>),
    now: Timestamp,
) -> rusqlite::Result<Result<Vec<Difference>, Refusal>> {
    let none = Answers::default();
    let asks = find::Asks { spec, answers: answers.unwrap_or(&none), undone: None };
    let facts = find::facts(connection, operator, upon, asks, now)?;
    let case = Case {
        operator,
        upon,
        asked: named,
        answers: answers.unwrap_or(&none),
        facts: &facts,
        undone: None,
        password: None,
        import: None,
        now,
    };
    Ok(verdict(spec, case).and_then(|warrant| planned(warrant, answers)))
}

fn planned(warrant: Warrant<'_>, answers: Option<&Answers>) -> Result<Vec<Difference>, Refusal> {
    match answers {
        Some(_) => warrant.order().map(|order| order.plan().differences.clone()),
        None => Ok(Vec::new()),
    }
}

fn of(user: UserId, upon: &Upon, planned: Result<Vec<Difference>, Refusal>) -> Judged {
    let (differences, refusal) = match planned {
        Ok(differences) => (differences, None),
        Err(refusal) => (Vec::new(), Some(refusal)),
    };
    Judged { user, called: upon.called(), version: upon.version().unwrap_or_default(), differences, refusal }
}
