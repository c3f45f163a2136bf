//! `audit list|show|follow|verify|head`: what was tried, as it comes, and whether the chain holds.

use std::time::Duration;

use serde_json::{Value, json};

use crate::base::limits;
use crate::cli::command::{Pages, Shape};
use crate::cli::ends::Ends;
use crate::cli::records::spaced;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::{exit, founding, json, progress};
use crate::directory::audit::AuditFilter;
use crate::domain::audit::{Record, hex};
use crate::protocol::{AuditEntry, AuditFrom, AuditPage, Query, Reply};
use crate::service::{Verified, Verifying};

pub(super) async fn list<E: Ends>(
    call: &mut Call<'_, E>,
    filter: &AuditFilter,
    pages: Pages,
) -> Result<u8, Stop> {
    let mut left = pages.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut from = AuditFrom::Newest;
    while left > 0 {
        let found = page(call, filter, from, left.min(limits::LIST_PAGE_ROWS)).await?;
        tell(call, &found.records, pages.shape).await?;
        left -= found.records.len().min(left);
        let Some(seq) = found.looked_to.filter(|_| found.more) else { break };
        from = AuditFrom::Before(seq);
    }
    Ok(exit::DONE)
}

/// Writes entries as they are committed, by whichever process; ends by being dropped with its connection.
///
/// Nothing is dropped and nothing piles up: each round reads on from the last number that was looked at.
pub(super) async fn follow<E: Ends>(
    call: &mut Call<'_, E>,
    filter: &AuditFilter,
    from: Option<i64>,
    shape: Shape,
) -> Result<u8, Stop> {
    let mut committed = call.service().committed();
    let mut after = match from {
        Some(from) => from - 1,
        None => newest(call).await?,
    };
    loop {
        committed.borrow_and_update();
        loop {
            let found = page(call, filter, AuditFrom::After(after), limits::LIST_PAGE_ROWS).await?;
            tell(call, &found.records, shape).await?;
            after = found.looked_to.unwrap_or(after);
            if !found.more {
                break;
            }
        }
        if committed.changed().await.is_err() {
            return Ok(exit::DONE);
        }
        // Many commits are one look.
        tokio::time::sleep(Duration::from_millis(limits::REFRESH_PAUSE_MS)).await;
    }
}

/// The newest entry that may be read, 0 for none.
async fn newest<E: Ends>(call: &Call<'_, E>) -> Result<i64, Stop> {
    let mut from = AuditFrom::Newest;
    loop {
        let found = page(call, &AuditFilter::default(), from, 1).await?;
        match (found.records.first(), found.looked_to) {
            (Some(record), _) => return Ok(record.seq),
            (None, Some(seq)) if found.more => from = AuditFrom::Before(seq),
            (None, _) => return Ok(0),
        }
    }
}

pub(super) async fn page<E: Ends>(
    call: &Call<'_, E>,
    filter: &AuditFilter,
    from: AuditFrom,
    rows: usize,
) -> Result<AuditPage, Stop> {
    let reply = call.ask(Query::Audit { filter: filter.clone(), from, rows }).await;
    let Reply::Audit(page) = reply else { return Err(Stop::instead(&reply)) };
    Ok(page)
}

async fn tell<E: Ends>(call: &mut Call<'_, E>, records: &[Record], shape: Shape) -> Result<(), Stop> {
    for record in records {
        match shape {
            Shape::Json => call.print.json(&json::audit(record)).await?,
            Shape::Text => call.print.line(&line_of(record)).await?,
        }
    }
    Ok(())
}

fn line_of(record: &Record) -> String {
    let parts = [
        &format!("{:>6}", record.seq),
        &record.at.minute_utc(),
        &record.actor,
        &record.action,
        &record.target,
        &record.result,
        &record.rule,
        &record.reason,
    ];
    spaced(parts.map(String::as_str))
}

pub(super) async fn show<E: Ends>(call: &mut Call<'_, E>, seq: i64, shape: Shape) -> Result<u8, Stop> {
    let reply = call.ask(Query::AuditEntry { seq }).await;
    let Reply::AuditEntry(entry) = reply else { return Err(Stop::instead(&reply)) };
    match shape {
        Shape::Json => {
            let mut value = json::audit(&entry.record);
            value["previous"] = hex(&entry.previous).into();
            value["hash"] = hex(&entry.hash).into();
            value["holds"] = entry.holds.into();
            call.print.json(&value).await?;
        }
        Shape::Text => {
            for (name, value) in pairs(&entry) {
                call.print.line(&format!("{name:<14}{value}")).await?;
            }
        }
    }
    Ok(exit::DONE)
}

/// An entry in full, by name and value.
fn pairs(entry: &AuditEntry) -> Vec<(String, String)> {
    let AuditEntry { record, previous, hash, holds } = entry;
    let told = record.told().into_iter().map(|(name, value)| (name.to_owned(), value));
    let changes = record.changes();
    let changed = changes.iter().map(|change| (change.field.clone(), change.values()));
    let mut pairs: Vec<(String, String)> = told.chain(changed).collect();
    let fits = if *holds { "fits" } else { "does not fit: run `audit verify`" };
    pairs.push(("before it".to_owned(), hex(previous)));
    pairs.push(("its hash".to_owned(), format!("{} {fits}", hex(hash))));
    pairs
}

pub(super) async fn verify<E: Ends>(
    call: &mut Call<'_, E>,
    head: Option<String>,
    shape: Shape,
) -> Result<u8, Stop> {
    let head = match head.as_deref() {
        None => None,
        Some("-") => Some(text(call.print.whole_input(limits::SMALL_FILE_BYTES_MAX).await?)?),
        Some(file) => Some(text(founding::small_file(file.as_ref())?)?),
    };
    let mut verifying = Verifying::default();
    let is_shown = call.print.terminals().talk;
    while !verifying.is_over() {
        call.service().verify_on(call.actor, &mut verifying).await?;
        let (done, all) = verifying.progress();
        if is_shown {
            let counted = format!("{done} of {all} entries");
            call.print
                .over(&progress::line("verifying", done.unsigned_abs(), all.unsigned_abs(), &counted))
                .await?;
        }
    }
    if is_shown {
        call.print.over("").await?;
    }
    let found = call.service().verified(verifying, head).await?;
    match shape {
        Shape::Json => call.print.json(&value(&found)).await?,
        Shape::Text => call.print.line(&line(&found)).await?,
    }
    Ok(if found.broken.is_none() { exit::DONE } else { exit::FAILED })
}

pub(super) async fn head<E: Ends>(call: &mut Call<'_, E>) -> Result<u8, Stop> {
    let head = call.service().audit_head(call.actor).await?;
    call.print.page(&head).await?;
    Ok(exit::DONE)
}

fn text(bytes: Vec<u8>) -> Result<String, Stop> {
    String::from_utf8(bytes).map_err(|_| Stop::failed("head: is not text; wanted what `audit head` wrote"))
}

fn value(found: &Verified) -> Value {
    json!({
        "verified": found.broken.is_none(),
        "entries": found.entries,
        "head_seq": found.head_seq,
        "head_hash": found.head_hash,
        "fault_seq": found.broken.as_ref().map(|(seq, _)| seq),
        "fault": found.broken.as_ref().map(|(_, text)| text),
    })
}

fn line(found: &Verified) -> String {
    let end = format!("{} entries, head {} {}", found.entries, found.head_seq, found.head_hash);
    match &found.broken {
        None => format!("verified: {end}"),
        Some((seq, text)) => format!("not verified: entry {seq}: {text}; {end}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_told_with_the_entry() {
        let mut found = Verified { entries: 3, head_seq: 3, head_hash: "ab".to_owned(), broken: None };
        assert_eq!(line(&found), "verified: 3 entries, head 3 ab");
        found.broken = Some((2, "its hash does not fit".to_owned()));
        assert_eq!(line(&found), "not verified: entry 2: its hash does not fit; 3 entries, head 3 ab");
        let names: Vec<String> = value(&found).as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["verified", "entries", "head_seq", "head_hash", "fault_seq", "fault"]);
    }
}
