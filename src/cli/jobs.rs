//! `jobs list|show|pause|resume|stop`: what is done to sets of users, and how far it is.

use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use crate::base::ids::JobId;
use crate::base::time::Timestamp;
use crate::base::{limits, text};
use crate::cli::command::{Asked, ListShape, Shape};
use crate::cli::ends::Ends;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::understand::{list_shape, shape};
use crate::cli::{exit, json, words};
use crate::domain::job::{Job, JobRow, JobState, OfImport, Steer};
use crate::protocol::{JobReport, Query, Reply};
use crate::service::import::export;

/// The words about jobs.
pub(super) fn words() -> Command {
    let of = |name: &'static str, about: &'static str| {
        Command::new(name)
            .about(about)
            .arg(words::word("job", "ID", "The job, such as J5"))
            .arg(words::json())
    };
    words::family("jobs", "What is done to sets of users, piece by piece").subcommands([
        Command::new("list")
            .about("Your jobs, newest first; all of them for a master administrator")
            .arg(words::json()),
        of("show", "One job, and what became of each user").arg(words::flag("csv", "Its rows as CSV")),
        of("pause", "Rests after the piece that runs"),
        of("resume", "Goes on, as soon as a server or console has the store open"),
        of("stop", "Ends after the piece that runs; what was done stays"),
    ])
}

/// What is asked of jobs by the word `what`.
pub(super) fn understood(what: &str, leaf: &ArgMatches) -> Result<Asked, String> {
    let shape = shape(leaf);
    if what == "list" {
        return Ok(Asked::JobsList(shape));
    }
    let typed = leaf.get_one::<String>("job").map_or("", String::as_str);
    let Some(job) = JobId::parse(typed) else {
        return Err(format!("job: wanted a number such as J5, got `{}`", text::visible(typed)));
    };
    let steer = [Steer::Pause, Steer::Resume, Steer::Stop].into_iter().find(|steer| steer.word() == what);
    Ok(match steer {
        Some(steer) => Asked::JobsSteer(job, steer, shape),
        None => Asked::JobsShow(job, list_shape(leaf)),
    })
}

pub(super) async fn list<E: Ends>(call: &mut Call<'_, E>, shape: Shape) -> Result<u8, Stop> {
    let reply = call.ask(Query::Jobs { rows: limits::JOBS_LISTED_MAX }).await;
    let Reply::Jobs(jobs) = reply else { return Err(Stop::instead(&reply)) };
    for job in &jobs {
        tell(call, job, shape).await?;
    }
    Ok(exit::DONE)
}

pub(super) async fn show<E: Ends>(call: &mut Call<'_, E>, job: JobId, shape: ListShape) -> Result<u8, Stop> {
    let report = report(call, job, None).await?;
    match shape {
        ListShape::Table => tell(call, &report.job, Shape::Text).await?,
        ListShape::Json => tell(call, &report.job, Shape::Json).await?,
        ListShape::Csv => call.print.format(&export::line(&ROW_NAMES)).await?,
    }
    let mut rows = report.rows;
    while let Some(last) = rows.last().map(|row| row.position) {
        for row in &rows {
            match shape {
                ListShape::Json => call.print.json(&json_of_row(row)).await?,
                ListShape::Table => call.print.line(&line_of_row(row)).await?,
                ListShape::Csv => call.print.format(&export::line(&cells_of_row(row))).await?,
            }
        }
        rows = self::report(call, job, Some(last)).await?.rows;
    }
    Ok(exit::DONE)
}

/// Waits until the job has ended or rests, and tells how it stands then; where nobody else runs it, it runs here.
pub(super) async fn followed<E: Ends>(call: &mut Call<'_, E>, job: JobId, shape: Shape) -> Result<u8, Stop> {
    let mut committed = call.service().committed();
    call.service().start_jobs()?;
    loop {
        committed.mark_unchanged();
        let query = Query::Job { job, failed_only: true, before: None, rows: 0 };
        let reply = call.ask(query).await;
        let Reply::Job(report) = reply else { return Err(Stop::instead(&reply)) };
        if report.job.state != JobState::Running {
            tell(call, &report.job, shape).await?;
            let is_whole = report.job.progress.done == report.job.progress.total;
            return Ok(if is_whole { exit::DONE } else { exit::IN_PART });
        }
        if committed.changed().await.is_err() {
            return Err(Stop::failed(format!(
                "job {job}: the store closes; `jobs show {job}` tells how far it is"
            )));
        }
    }
}

pub(super) async fn steer<E: Ends>(
    call: &mut Call<'_, E>,
    job: JobId,
    steer: Steer,
    shape: Shape,
) -> Result<u8, Stop> {
    let job = call.service().steer(call.actor, job, steer).await?;
    tell(call, &job, shape).await?;
    Ok(exit::DONE)
}

async fn report<E: Ends>(call: &mut Call<'_, E>, job: JobId, before: Option<u64>) -> Result<JobReport, Stop> {
    let query = Query::Job { job, failed_only: false, before, rows: limits::LIST_PAGE_ROWS };
    let reply = call.ask(query).await;
    let Reply::Job(report) = reply else { return Err(Stop::instead(&reply)) };
    Ok(*report)
}

async fn tell<E: Ends>(call: &mut Call<'_, E>, job: &Job, shape: Shape) -> Result<(), Stop> {
    match shape {
        Shape::Json => call.print.json(&json_of(job)).await,
        Shape::Text => call.print.line(&line_of(job)).await,
    }
}

fn line_of(job: &Job) -> String {
    let progress = &job.progress;
    let counts = match &job.import {
        Some(import) => line_of_import(job, import),
        None => format!(
            "{} of {} done, {} skipped, {} failed",
            progress.done, progress.total, progress.skipped, progress.failed
        ),
    };
    let why = if job.why.is_empty() { String::new() } else { format!("  ({})", job.why) };
    format!(
        "{}  {}  {}  {}  {}  {counts}{why}",
        job.id,
        job.made_at.minute_utc(),
        job.login,
        what(job),
        job.state.word()
    )
}

fn line_of_import(job: &Job, import: &OfImport) -> String {
    let (progress, counts) = (&job.progress, &import.counts);
    match job.state {
        JobState::Running | JobState::Paused => {
            let share = (import.bytes * 100).checked_div(import.bytes_all).unwrap_or(0);
            format!("{}, {} of {} rows, {share} %", import.phase.word(), progress.cursor, progress.total)
        }
        JobState::Stopped => "nothing was imported".to_owned(),
        JobState::Done => {
            format!("{} created, {} updated, {} unchanged", counts.created, counts.updated, counts.unchanged)
        }
    }
}

/// `user.lock`, or `undo of J5 (user.lock)`.
fn what(job: &Job) -> String {
    job.undoes.map_or_else(|| job.action.clone(), |undone| format!("undo of {undone} ({})", job.action))
}

fn line_of_row(row: &JobRow) -> String {
    let called = if row.called.is_empty() { row.user.to_string() } else { row.called.clone() };
    let parts = [row.result.word(), called.as_str(), row.text.as_str()];
    let audit = if row.audit > 0 { format!("  (audit {})", row.audit) } else { String::new() };
    format!("{:>6}  {}{audit}", row.position + 1, parts.join("  "))
}

fn json_of(job: &Job) -> Value {
    let progress = &job.progress;
    json!({
        "job": job.id.to_string(), "action": job.action, "undoes": job.undoes.map(|undone| undone.to_string()),
        "operator": job.operator.to_string(), "login": job.login,
        "state": job.state.word(), "why": json::text(&job.why), "total": progress.total, "cursor": progress.cursor,
        "done": progress.done, "skipped": progress.skipped, "failed": progress.failed,
        "made": json::time(job.made_at), "ended": job.ended_at.map(Timestamp::rfc3339),
        "import": job.import.map(|import| json!({
            "phase": import.phase.word(), "bytes": import.bytes, "bytes_total": import.bytes_all,
            "created": import.counts.created, "updated": import.counts.updated, "unchanged": import.counts.unchanged,
        })),
    })
}

/// The names of a report's columns.
const ROW_NAMES: [&str; 6] = ["position", "id", "called", "result", "text", "audit"];

fn cells_of_row(row: &JobRow) -> [String; 6] {
    let audit = if row.audit > 0 { row.audit.to_string() } else { String::new() };
    [
        (row.position + 1).to_string(),
        row.user.to_string(),
        row.called.clone(),
        row.result.word().to_owned(),
        row.text.clone(),
        audit,
    ]
}

fn json_of_row(row: &JobRow) -> Value {
    json!({
        "position": row.position + 1, "id": row.user.to_string(), "called": json::text(&row.called),
        "result": row.result.word(), "text": json::text(&row.text),
        "audit": if row.audit > 0 { Value::from(row.audit) } else { Value::Null },
    })
}
