//! The jobs: one's own, and all of them for a master administrator; what runs is shown as it goes.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::base::ids::JobId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::job::{Job, JobState};
use crate::protocol::{Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::keymap::{Binding, bind};
use crate::ui::modals::{Modal, run};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::ink::{cells, grouped, put, put_right};
use crate::ui::parts::scroll::{Motion, Stand};
use crate::ui::parts::table::{self, Column};
use crate::ui::parts::toast::Severity;
use crate::ui::route::Screen;
use crate::ui::screens::{audit, groups, me, sessions};
use crate::ui::theme;

/// What is remembered of the jobs.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) list: Asked<Vec<Job>>,
    stand: Stand,
    /// The job that was begun here and is not known to be over.
    begun: Option<JobId>,
    watch: Asked<()>,
}

/// A command of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Open,
    Users,
    Groups,
    Here,
    Account,
    Audit,
    Sessions,
}

/// The keys of the list, beside those of every list.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["enter"], "job.open", "Show the job as it goes", Command::Open).hint(1, "open"),
    bind(&["1"], "screen.users", "Go to the users", Command::Users).hint(2, "users"),
    bind(&["2"], "screen.groups", "Go to the groups", Command::Groups),
    bind(&["4"], "screen.audit", "Go to the audit", Command::Audit),
    bind(&["5"], "screen.sessions", "Go to the sessions", Command::Sessions),
    bind(&["6"], "screen.jobs", "Go to the jobs", Command::Here),
    bind(&["9"], "screen.me", "Go to my account", Command::Account),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Id,
    Action,
    Login,
    State,
    Progress,
    Skipped,
    Made,
}

/// Runs a command.
pub(crate) fn update(model: &mut Model, command: Command, now: Timestamp) -> Vec<Effect> {
    match command {
        Command::Open => {
            let jobs = model.jobs.list.answer.as_deref().unwrap_or_default();
            let Some(job) = jobs.get(model.jobs.stand.cursor).map(|job| job.id) else { return Vec::new() };
            run::open(model, job, now)
        }
        Command::Users => me::to_users(model, now),
        Command::Groups => groups::to_groups(model, now),
        Command::Here => Vec::new(),
        Command::Audit => audit::to_audit(model, now),
        Command::Sessions => sessions::to_sessions(model, now),
        Command::Account => {
            model.screen = Screen::Me;
            Vec::new()
        }
    }
}

/// Goes to the jobs.
pub(crate) fn to_jobs(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.screen = Screen::Jobs;
    refresh(model, now)
}

/// Asks again which jobs there are.
pub(crate) fn refresh(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.jobs.list.ask(Query::Jobs { rows: limits::JOBS_LISTED_MAX }, now)
}

/// Takes in which jobs there are.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply) -> Vec<Effect> {
    let height = height(model);
    let State { list, stand, .. } = &mut model.jobs;
    if !list.takes(query) {
        return Vec::new();
    }
    list.trouble = reply.trouble();
    if let Reply::Jobs(jobs) = reply {
        stand.settle(jobs.len(), height);
        list.answer = Some(jobs);
    }
    Vec::new()
}

/// A job was begun here: it is watched until it is over, and its marks go then.
pub(crate) fn begun(model: &mut Model, job: JobId, now: Timestamp) -> Vec<Effect> {
    model.jobs.begun = Some(job);
    run::open(model, job, now)
}

/// Asks how the job goes that was begun here, unless its window does.
pub(crate) fn watch(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let Some(job) = model.jobs.begun else { return Vec::new() };
    if model.modals.iter().any(|modal| matches!(modal, Modal::Run(state) if state.job == job)) {
        return Vec::new();
    }
    model.jobs.watch.ask(Query::Job { job, failed_only: false, before: None, rows: 0 }, now)
}

/// Takes in how the job goes that was begun here; tells when it is over.
pub(crate) fn watched(model: &mut Model, query: &Query, reply: &Reply, now: Timestamp) -> Vec<Effect> {
    if !model.jobs.watch.takes(query) {
        return Vec::new();
    }
    let Reply::Job(report) = reply else { return Vec::new() };
    let job = &report.job;
    if !ended(model, job) {
        return Vec::new();
    }
    let progress = &job.progress;
    let text = format!(
        "job {} {} is {}: {} done, {} skipped, {} failed",
        job.id,
        run::view::title(job),
        job.state.word(),
        progress.done,
        progress.skipped,
        progress.failed
    );
    let severity = if job.state == JobState::Done { Severity::Ok } else { Severity::Warn };
    let effects = model.say(severity, text, now);
    let undo_until = run::undo_until(job, model.actor.operator);
    if let Some(toast) = &mut model.toast {
        toast.undo_until = undo_until;
    }
    effects
}

/// Whether `job` is the one that was begun here and is over by now. What was done needs no marks any more.
pub(crate) fn ended(model: &mut Model, job: &Job) -> bool {
    if job.state.is_open() || model.jobs.begun != Some(job.id) {
        return false;
    }
    model.jobs.begun = None;
    if job.state == JobState::Done && job.undoes.is_none() {
        model.users.marks.clear();
    }
    true
}

fn height(model: &Model) -> usize {
    usize::from(model.body().1.saturating_sub(3)).max(1)
}

/// Moves the cursor.
pub(crate) fn go(model: &mut Model, motion: Motion) {
    let height = height(model);
    let rows = model.jobs.list.answer.as_ref().map_or(0, Vec::len);
    model.jobs.stand.go(motion, rows, height);
}

/// Draws the screen.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, now: Timestamp) -> Option<Position> {
    let (top, _) = model.body();
    let columns = buffer.area.width;
    put(buffer, (1, top), columns, "Jobs", theme::STRONG);
    let state = &model.jobs;
    let jobs = state.list.answer.as_deref().unwrap_or_default();
    put_right(buffer, (columns.saturating_sub(1), top), &counted(jobs.len()), theme::PLAIN);
    let column = |key, title, least, most, drop_rank| Column { key, title, least, most, drop_rank };
    let times = model.when.columns();
    let placed = table::place(
        &[
            column(Cell::Id, "JOB", 5, 8, 0),
            column(Cell::Action, "ACTION", 14, 24, 0),
            column(Cell::Login, "BY", 10, 16, 3),
            column(Cell::State, "STATE", 7, 7, 0),
            column(Cell::Progress, "DONE", 12, 20, 0),
            column(Cell::Skipped, "NOT", 5, 8, 4),
            column(Cell::Made, "MADE", times, times, 5),
        ],
        usize::from(columns.saturating_sub(2)),
    );
    table::head(buffer, Rect::new(1, top + 1, columns.saturating_sub(2), 2), &placed, true, model.theme);
    let area = Rect::new(1, top + 3, columns.saturating_sub(2), cells(height(model)));
    if jobs.is_empty() {
        let lines = match (&state.list.trouble, state.list.answer.is_some()) {
            (Some(trouble), _) => trouble.lines(),
            (None, true) => vec!["No jobs yet: mark users with Space, then a.".to_owned()],
            (None, false) if state.list.is_slow(now) => vec!["loading ..".to_owned()],
            (None, false) => Vec::new(),
        };
        for (y, line) in (area.y..area.bottom()).zip(lines) {
            put(buffer, (2, y), area.width, &line, theme::PLAIN);
        }
        return None;
    }
    let first = state.stand.first_shown(usize::from(area.height));
    let mut cursor = None;
    for (y, (at, job)) in (area.y..area.bottom()).zip(jobs.iter().enumerate().skip(first)) {
        let is_selected = at == state.stand.cursor;
        table::row(buffer, Rect { y, height: 1, ..area }, &placed, is_selected, |key| {
            cell(key, job, model, now)
        });
        if is_selected {
            put(buffer, (0, y), 1, ">", theme::PLAIN);
            cursor = Some(Position::new(0, y));
        }
    }
    cursor
}

fn counted(jobs: usize) -> String {
    if jobs == 1 { "1 job".to_owned() } else { format!("{jobs} jobs") }
}

fn cell(key: Cell, job: &Job, model: &Model, now: Timestamp) -> (String, Style) {
    let progress = &job.progress;
    let text = match key {
        Cell::Id => job.id.to_string(),
        Cell::Action => run::view::title(job),
        Cell::Login => job.login.clone(),
        Cell::State => job.state.word().to_owned(),
        Cell::Progress => format!("{} of {}", grouped(progress.done), grouped(progress.total)),
        Cell::Skipped => grouped(progress.skipped + progress.failed),
        Cell::Made => model.when.show(Some(job.made_at), now),
    };
    (text, theme::PLAIN)
}
