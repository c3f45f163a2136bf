//! `history list` and `notes list`: what happened, newest first, page after page.

use serde_json::Value;

use crate::authz::refusal::Rule;
use crate::base::ids::UserId;
use crate::base::limits;
use crate::cli::command::{Pages, Shape};
use crate::cli::ends::Ends;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::{exit, json};
use crate::domain::history::{HistoryRow, Note};
use crate::protocol::{Query, Reply};

/// One thing that happened: its place in the order, and how it is told.
struct Told {
    seq: i64,
    json: Value,
    text: String,
}

pub(super) async fn history<E: Ends>(
    call: &mut Call<'_, E>,
    pages: Pages,
    named: String,
) -> Result<u8, Stop> {
    let user = user_of(call, named).await?;
    list(call, pages, |before, rows| Query::History { user, before, rows }).await
}

pub(super) async fn notes<E: Ends>(call: &mut Call<'_, E>, pages: Pages, named: String) -> Result<u8, Stop> {
    let user = user_of(call, named).await?;
    list(call, pages, |before, rows| Query::Notes { user, before, rows }).await
}

/// Whom `named` means. An id that is nobody's is asked for all the same: of a deleted user there is an archive.
async fn user_of<E: Ends>(call: &Call<'_, E>, named: String) -> Result<UserId, Stop> {
    let id = UserId::parse(&named);
    match (call.ask(Query::User { named }).await, id) {
        (Reply::User(profile), _) => Ok(profile.user.id),
        (Reply::Refused(refusal), Some(id)) if refusal.rule == Rule::Existence => Ok(id),
        (reply, _) => Err(Stop::instead(&reply)),
    }
}

async fn list<E: Ends>(
    call: &mut Call<'_, E>,
    pages: Pages,
    query: impl Fn(Option<i64>, usize) -> Query,
) -> Result<u8, Stop> {
    let mut left = pages.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut before = None;
    loop {
        let rows = left.min(limits::LIST_PAGE_ROWS);
        let page = told(call.ask(query(before, rows)).await)?;
        for entry in &page {
            match pages.shape {
                Shape::Json => call.print.json(&entry.json).await?,
                Shape::Text => call.print.line(&entry.text).await?,
            }
        }
        left -= page.len().min(left);
        match page.last() {
            Some(last) if page.len() == rows && left > 0 => before = Some(last.seq),
            Some(_) | None => return Ok(exit::DONE),
        }
    }
}

fn told(reply: Reply) -> Result<Vec<Told>, Stop> {
    match reply {
        Reply::History(rows) => Ok(rows.iter().map(of_history).collect()),
        Reply::Notes(notes) => Ok(notes.iter().map(of_note).collect()),
        Reply::Audit(_)
        | Reply::AuditChain(_)
        | Reply::AuditEntry(_)
        | Reply::Me(_)
        | Reply::Users(_)
        | Reply::Count { .. }
        | Reply::User(_)
        | Reply::Menu(_)
        | Reply::Why(_)
        | Reply::Target(_)
        | Reply::Groups(_)
        | Reply::Roles(_)
        | Reply::Role(_)
        | Reply::Group(_)
        | Reply::Choices(_)
        | Reply::Undoable(_)
        | Reply::UndoableSet(_)
        | Reply::Ids { .. }
        | Reply::FilterWords(_)
        | Reply::Marks { .. }
        | Reply::Preview(_)
        | Reply::Sessions(_)
        | Reply::Session(_)
        | Reply::Jobs(_)
        | Reply::Job(_)
        | Reply::Refused(_)
        | Reply::Failed(_) => Err(Stop::instead(&reply)),
    }
}

fn of_history(row: &HistoryRow) -> Told {
    let text = spaced([
        row.at.minute_utc().as_str(),
        &row.code,
        &row.actor,
        &row.ip,
        &row.device,
        &row.app,
        &row.detail,
    ]);
    Told { seq: row.seq, json: json::history(row), text }
}

fn of_note(note: &Note) -> Told {
    Told {
        seq: note.id.0,
        json: json::note(note),
        text: spaced([note.at.minute_utc().as_str(), &note.author, &note.text]),
    }
}

/// What of `parts` there is, with blanks between.
pub(super) fn spaced<const N: usize>(parts: [&str; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}
