//! Drawing a job: a bar with count, pace and what is left, the tally, and its rows, the newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::actions;
use crate::base::limits;
use crate::base::text::fit;
use crate::base::time::Timestamp;
use crate::domain::job::{Job, JobRow, JobState, RowResult};
use crate::ui::modals::run::State;
use crate::ui::model::Model;
use crate::ui::parts::ink::{boxed, centred, grouped, put, put_right};
use crate::ui::theme;

/// Rows of the window above the list: bar, tally, why, rule.
const HEAD: u16 = 4;

/// What an action is called; its code where this program does not know it.
pub(crate) fn title(job: &Job) -> String {
    let undo = if job.undoes.is_some() { "Undo: " } else { "" };
    let name = actions::find(&job.action).map_or(job.action.as_str(), |spec| spec.title);
    format!("{undo}{name}")
}

/// Rows of the list that fit.
pub(crate) fn height(model: &Model) -> usize {
    usize::from(area(model).height.saturating_sub(2 + HEAD)).max(1)
}

fn area(model: &Model) -> Rect {
    let screen = Rect::new(0, 0, model.size.0, model.size.1.saturating_sub(1));
    centred(screen, screen.width.saturating_sub(4).min(100), screen.height.saturating_sub(4))
}

/// Draws the window.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, state: &State, now: Timestamp) -> Position {
    let area = area(model);
    let report = state.report.answer.as_ref();
    let name = report.map_or_else(String::new, |report| title(&report.job));
    let word = report.map_or("", |report| report.job.state.word());
    let inside = boxed(
        buffer,
        area,
        model.theme,
        &format!("Job {}  {name}  {word}", state.job),
        &keys(model, state, now),
    );
    let at = Position::new(inside.x, inside.y);
    let Some(report) = report else {
        let lines = state.report.trouble.as_ref().map_or_else(
            || if state.report.is_slow(now) { vec!["loading ..".to_owned()] } else { Vec::new() },
            crate::protocol::Trouble::lines,
        );
        for (y, line) in (inside.y..inside.bottom()).zip(lines) {
            put(buffer, (inside.x, y), inside.width, &line, theme::PLAIN);
        }
        return at;
    };
    let job = &report.job;
    bar(buffer, Rect { height: 1, ..inside }, state, job, now);
    put(buffer, (inside.x, inside.y + 1), inside.width, &tally(job), theme::PLAIN);
    let which = if state.failed_only { "only what was not done" } else { "newest first" };
    put_right(buffer, (inside.right(), inside.y + 1), which, theme::DIM);
    put(buffer, (inside.x, inside.y + 2), inside.width, &job.why, theme::WARNING);
    put(
        buffer,
        (inside.x, inside.y + 3),
        inside.width,
        &model.theme.rule(usize::from(inside.width)),
        theme::DIM,
    );
    let rows = inside.y + HEAD..inside.bottom();
    for (y, row) in rows.zip(report.rows.iter().skip(state.top)) {
        draw_row(buffer, Rect { y, height: 1, ..inside }, row);
    }
    at
}

fn keys(model: &Model, state: &State, now: Timestamp) -> String {
    let steer = match state.state() {
        Some(JobState::Running) => "Space pause  Ctrl-c stop  ",
        Some(JobState::Paused) => "Space go on  Ctrl-c stop  ",
        Some(JobState::Stopped | JobState::Done) | None => "",
    };
    let undo =
        if state.undo_until(model.actor.operator).is_some_and(|until| now < until) { "u undo  " } else { "" };
    let retry = if state.can_retry() { "r retry  " } else { "" };
    // The report is whole at the end; while it runs the key works, and the line has no room for it.
    let close = if state.state().is_some_and(JobState::is_open) {
        "Esc leaves it running"
    } else {
        "x report  Esc close"
    };
    format!("{steer}f failed only  {retry}{undo}{close}")
}

/// `[=====---]  50 of 123  41%  12/s  6 s left`.
fn bar(buffer: &mut Buffer, area: Rect, state: &State, job: &Job, now: Timestamp) {
    let progress = &job.progress;
    let total = progress.total.max(1);
    let percent = progress.cursor * 100 / total;
    let counted = format!("{} of {}  {percent}%", grouped(progress.cursor), grouped(progress.total));
    let words = format!("{counted}{}", pace(state, job, now));
    let room = usize::from(area.width).saturating_sub(crate::base::text::width(&words) + 4);
    let full = usize::try_from(progress.cursor * room as u64 / total).unwrap_or(0).min(room);
    let bar = format!("[{}{}]", "=".repeat(full), "-".repeat(room - full));
    put(buffer, (area.x, area.y), area.width, &bar, theme::PLAIN);
    put_right(buffer, (area.right(), area.y), &words, theme::PLAIN);
}

/// How many a second, and how long it takes; nothing before that can be told.
fn pace(state: &State, job: &Job, now: Timestamp) -> String {
    let Some((since, from)) = state.pace.filter(|_| job.state == JobState::Running) else {
        return String::new();
    };
    let passed_ms = now.0 - since.0;
    let done = job.progress.cursor.saturating_sub(from);
    if passed_ms < limits::JOB_ETA_AFTER_MS || done == 0 {
        return String::new();
    }
    let passed_ms = passed_ms.unsigned_abs();
    let left = job.progress.total.saturating_sub(job.progress.cursor);
    format!("  {}/s  {} s left", grouped(done * 1000 / passed_ms), grouped(left * passed_ms / (done * 1000)))
}

fn tally(job: &Job) -> String {
    let progress = &job.progress;
    if let Some(import) = &job.import {
        let counts = &import.counts;
        return match job.state {
            JobState::Running | JobState::Paused => format!("{}   by {}", import.phase.word(), job.login),
            JobState::Stopped => format!("nothing was imported   by {}", job.login),
            JobState::Done => format!(
                "{} created  {} updated  {} unchanged   by {}",
                grouped(counts.created),
                grouped(counts.updated),
                grouped(counts.unchanged),
                job.login
            ),
        };
    }
    format!(
        "{} done  {} skipped  {} failed   by {}",
        grouped(progress.done),
        grouped(progress.skipped),
        grouped(progress.failed),
        job.login
    )
}

fn draw_row(buffer: &mut Buffer, area: Rect, row: &JobRow) {
    let style = if row.result == RowResult::Done { theme::PLAIN } else { theme::WARNING };
    let head = format!("{:>6} {} ", row.position + 1, fit(row.result.word(), 8));
    let x = area.x + put(buffer, (area.x, area.y), area.width, &head, style);
    let called = if row.called.is_empty() { row.user.to_string() } else { row.called.clone() };
    let room = area.right().saturating_sub(x) / 2;
    let named = fit(&crate::base::text::visible(&called), usize::from(room));
    let x = x + put(buffer, (x, area.y), room, &named, theme::PLAIN);
    put(buffer, (x + 1, area.y), area.right().saturating_sub(x + 1), &row.text, style);
}
