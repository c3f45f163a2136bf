//! `sessions list|show`: who sits at a console now, from where, and since when.

use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use crate::base::ids::SessionId;
use crate::base::time::Timestamp;
use crate::base::{limits, text};
use crate::cli::command::{Asked, Pages, Shape};
use crate::cli::ends::Ends;
use crate::cli::records::spaced;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::understand::{pages, shape};
use crate::cli::{exit, json, words};
use crate::domain::user::TEMPORARY_LOGIN;
use crate::protocol::{ConsoleSession, Query, Reply};

/// The words about sessions.
pub(super) fn words() -> Command {
    words::family("sessions", "Who sits at a console now").subcommands([
        Command::new("list")
            .about("Live console sessions, newest first: of whom you may sign out, and your own")
            .args([words::limit(), words::json()]),
        Command::new("show")
            .about("One live session")
            .arg(words::word("session", "ID", "The session, such as S12"))
            .arg(words::json()),
    ])
}

/// What is asked of sessions by the word `what`.
pub(super) fn understood(what: &str, leaf: &ArgMatches) -> Result<Asked, String> {
    if what == "list" {
        return Ok(Asked::SessionsList(pages(leaf)));
    }
    let typed = leaf.get_one::<String>("session").map_or("", String::as_str);
    let session = SessionId::parse(typed)
        .ok_or_else(|| format!("session: wanted a number such as S12, got `{}`", text::visible(typed)))?;
    Ok(Asked::SessionsShow(session, shape(leaf)))
}

pub(super) async fn list<E: Ends>(call: &mut Call<'_, E>, pages: Pages) -> Result<u8, Stop> {
    let mut left = pages.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let (mut before, mut count) = (None, 0);
    while left > 0 {
        let rows = left.min(limits::SESSIONS_LISTED_MAX);
        let reply = call.ask(Query::Sessions { before, rows }).await;
        let Reply::Sessions(page) = reply else { return Err(Stop::instead(&reply)) };
        let now = call.service().now();
        for session in &page.sessions {
            match pages.shape {
                Shape::Json => call.print.json(&value(session)).await?,
                Shape::Text => call.print.line(&line(session, now)).await?,
            }
        }
        count = page.count;
        left -= page.sessions.len().min(left);
        before = page.sessions.last().map(|session| session.id);
        if page.sessions.len() < rows {
            break;
        }
    }
    if pages.shape == Shape::Text {
        let plural = if count == 1 { "" } else { "s" };
        call.print.talk(&format!("{count} live session{plural}")).await?;
    }
    Ok(exit::DONE)
}

pub(super) async fn show<E: Ends>(
    call: &mut Call<'_, E>,
    session: SessionId,
    shape: Shape,
) -> Result<u8, Stop> {
    let reply = call.ask(Query::Session { session }).await;
    let Reply::Session(session) = reply else { return Err(Stop::instead(&reply)) };
    if shape == Shape::Json {
        call.print.json(&value(&session)).await?;
        return Ok(exit::DONE);
    }
    for (name, value) in session.told(call.service().now()) {
        call.print.line(&format!("{name:<14}{value}")).await?;
    }
    Ok(exit::DONE)
}

fn line(session: &ConsoleSession, now: Timestamp) -> String {
    let idle = session.last_key.map_or_else(String::new, |at| format!("idle {}", at.age_at(now)));
    spaced([
        &format!("{:<6}", session.id.to_string()),
        session.who.login.as_deref().unwrap_or(TEMPORARY_LOGIN),
        &session.who.names.full(),
        &session.source,
        &session.proof,
        &format!("since {}", session.opened_at.minute_utc()),
        &idle,
    ])
}

fn value(session: &ConsoleSession) -> Value {
    let who = &session.who;
    json!({
        "session": session.id.to_string(), "id": who.id.to_string(), "login": who.login, "name": json::text(&who.names.full()),
        "organisation": who.organisation.1, "source": json::text(&session.source), "proof": json::text(&session.proof),
        "opened": json::time(session.opened_at), "last_key": session.last_key.map(Timestamp::rfc3339),
    })
}
