//! A job in a window: how far it is, what became of its rows, and how it is steered. Closing leaves it running.

mod report;
pub(crate) mod view;

use crate::actions;
use crate::actions::request::Doing;
use crate::actions::spec::Undo;
use crate::base::ids::{JobId, UserId};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::job::{Job, JobState, Steer};
use crate::protocol::{JobReport, Query, Reply, Trouble};
use crate::ui::asked::Asked;
use crate::ui::globals::READ_ONLY;
use crate::ui::keymap::{self, Binding, bind};
use crate::ui::modals::{Modal, confirm};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::scroll::Motion;
use crate::ui::parts::toast::Severity;
use crate::ui::screens::jobs;
use crate::ui::whom::{Crowd, Whom};

/// An open window.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) job: JobId,
    pub(crate) report: Asked<JobReport>,
    pub(crate) failed_only: bool,
    /// The first row that is shown.
    pub(crate) top: usize,
    /// Since when it is seen running, and from which row on: what its pace is told from.
    pub(crate) pace: Option<(Timestamp, u64)>,
    /// Whom it was not done to, while that is asked for.
    retry: Asked<()>,
}

/// A command of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    PauseOrResume,
    FailedOnly,
    Retry,
    Report,
    Undo,
    Close,
}

/// The keys of the window, beside those of every list. Ctrl-c, which works everywhere, stops the job here.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["space"], "job.pause", "Pause, or go on", Command::PauseOrResume).hint(1, "pause"),
    bind(&["f"], "job.failed", "Only what was not done", Command::FailedOnly).hint(2, "failed only"),
    bind(&["r"], "job.retry", "Once more, upon those it was not done to", Command::Retry),
    bind(&["x"], "job.report", "The line that saves the report where you are", Command::Report),
    bind(&["u"], "job.undo", "Take back what the job did, as one", Command::Undo),
    bind(&["esc", "q", "backspace"], "window.close", "Close; the job goes on", Command::Close)
        .hint(3, "close"),
];

/// Opens the window.
pub(crate) fn open(model: &mut Model, job: JobId, now: Timestamp) -> Vec<Effect> {
    let mut state = State {
        job,
        report: Asked::default(),
        failed_only: false,
        top: 0,
        pace: None,
        retry: Asked::default(),
    };
    let effects = state.ask(now);
    model.modals.push(Modal::Run(Box::new(state)));
    effects
}

/// A key.
pub(crate) fn key(model: &mut Model, name: &str, now: Timestamp) -> Vec<Effect> {
    let operator = model.actor.operator;
    let Some(Modal::Run(state)) = model.modals.last_mut() else { return Vec::new() };
    let job = state.job;
    match keymap::find(KEYS, name) {
        Some(Command::PauseOrResume) if model.is_read_only => model.say(Severity::Note, READ_ONLY, now),
        Some(Command::PauseOrResume) => match state.state() {
            Some(JobState::Running) => vec![Effect::Steer(state.job, Steer::Pause)],
            Some(JobState::Paused) => vec![Effect::Steer(state.job, Steer::Resume)],
            Some(JobState::Stopped | JobState::Done) | None => Vec::new(),
        },
        Some(Command::FailedOnly) => {
            state.failed_only = !state.failed_only;
            state.top = 0;
            state.ask(now)
        }
        Some(Command::Retry) => state.ask_retry(now),
        Some(Command::Report) => {
            let notice = report::notice(model, job);
            model.modals.push(Modal::Notice(notice));
            Vec::new()
        }
        Some(Command::Undo) if state.undo_until(operator).is_some_and(|until| now < until) => {
            model.modals.pop();
            model.undo.ask(Query::Undoable { doing: Doing::Job(job) }, now)
        }
        Some(Command::Close) => {
            model.modals.pop();
            Vec::new()
        }
        Some(Command::Undo) | None => Vec::new(),
    }
}

impl State {
    /// Asks how the job stands.
    pub(crate) fn ask(&mut self, now: Timestamp) -> Vec<Effect> {
        let rows = self.top + limits::JOB_PAGE_ROWS;
        let query = Query::Job { job: self.job, failed_only: self.failed_only, before: None, rows };
        self.report.ask(query, now)
    }

    /// How the job stood when it was looked at last.
    pub(crate) fn state(&self) -> Option<JobState> {
        self.report.answer.as_ref().map(|report| report.job.state)
    }

    /// Stops it after the piece that runs; `None` where there is nothing to stop.
    pub(crate) fn stop(&self) -> Option<Vec<Effect>> {
        self.state()?.is_open().then(|| vec![Effect::Steer(self.job, Steer::Stop)])
    }

    /// Until when `operator` may take back what it did, as one; `None` where that cannot be.
    pub(crate) fn undo_until(&self, operator: UserId) -> Option<Timestamp> {
        undo_until(&self.report.answer.as_ref()?.job, operator)
    }

    /// Whether it has ended and left somebody out: an undo is tried again as an undo.
    pub(crate) fn can_retry(&self) -> bool {
        self.report.answer.as_ref().is_some_and(|JobReport { job, .. }| {
            !job.state.is_open()
                && job.undoes.is_none()
                && job.import.is_none()
                && job.progress.skipped + job.progress.failed > 0
        })
    }

    fn ask_retry(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.can_retry() { self.retry.ask(Query::NotDone { job: self.job }, now) } else { Vec::new() }
    }

    /// Scrolls through the rows, and asks for more of them near the end.
    pub(crate) fn go(&mut self, motion: Motion, height: usize, now: Timestamp) -> Vec<Effect> {
        let rows = self.report.answer.as_ref().map_or(0, |report| report.rows.len());
        let most = rows.saturating_sub(height);
        let page = height.max(1);
        self.top = match motion {
            Motion::Down => self.top + 1,
            Motion::Up => self.top.saturating_sub(1),
            Motion::First => 0,
            Motion::Last => most,
            Motion::HalfDown => self.top + page.div_ceil(2),
            Motion::HalfUp => self.top.saturating_sub(page.div_ceil(2)),
            Motion::PageDown => self.top + page,
            Motion::PageUp => self.top.saturating_sub(page),
        }
        .min(most);
        if self.top + page >= rows && !self.report.waits() { self.ask(now) } else { Vec::new() }
    }

    fn take(&mut self, report: JobReport, now: Timestamp) {
        let cursor = report.job.progress.cursor;
        self.pace = match (report.job.state, self.pace) {
            (JobState::Running, Some(since)) => Some(since),
            (JobState::Running, None) => Some((now, cursor)),
            (JobState::Paused | JobState::Stopped | JobState::Done, _) => None,
        };
        self.report.answer = Some(report);
    }
}

/// Takes in how a job stands: in its window, or in the background.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let found = model.modals.iter_mut().find_map(|modal| match modal {
        Modal::Run(state) => Some(state),
        Modal::Menu(_)
        | Modal::Confirm(_)
        | Modal::Notice(_)
        | Modal::Help(_)
        | Modal::Palette(_)
        | Modal::Leave => None,
    });
    let Some(state) = found.filter(|state| state.report.question_is(query)) else {
        return jobs::watched(model, query, &reply, now);
    };
    state.report.takes(query);
    state.report.trouble = reply.trouble();
    let Reply::Job(report) = reply else { return Vec::new() };
    let job = report.job.clone();
    state.take(*report, now);
    jobs::ended(model, &job);
    Vec::new()
}

/// Until when `operator` may take back what `job` did, as one; `None` where that cannot be.
pub(crate) fn undo_until(job: &Job, operator: UserId) -> Option<Timestamp> {
    let can = actions::find(&job.action).is_some_and(|spec| spec.undo != Undo::No);
    let own = job.operator == operator && job.undoes.is_none() && job.progress.done > 0;
    job.ended_at.filter(|_| can && own).map(|at| at.plus_seconds(limits::UNDO_S))
}

/// Takes in whom it was not done to: the same once more, judged anew, is asked for in the window of the action.
pub(crate) fn not_done(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let Some(Modal::Run(state)) = model.modals.last_mut() else { return Vec::new() };
    if !state.retry.takes(query) {
        return Vec::new();
    }
    let spec = state.report.answer.as_ref().and_then(|report| actions::find(&report.job.action));
    let (job, trouble) = (Some(state.job), reply.trouble());
    if let (Reply::Ids { users, .. }, Some(spec)) = (reply, spec)
        && !users.is_empty()
    {
        model.modals.pop();
        return confirm::open(model, spec, Whom::Set(Crowd { users: users.into(), outside: 0, job }), now);
    }
    let told = trouble.and_then(|trouble| trouble.lines().into_iter().next());
    model.say(Severity::Warn, told.unwrap_or_else(|| "nobody is left whom you may see".to_owned()), now)
}

/// Takes in what came of steering.
pub(crate) fn steered(model: &mut Model, steered: Result<Box<Job>, Trouble>, now: Timestamp) -> Vec<Effect> {
    match steered {
        Ok(job) => {
            let mut effects = model.say(Severity::Ok, format!("job {} is {}", job.id, job.state.word()), now);
            effects.extend(refresh(model, now));
            effects
        }
        Err(trouble) => {
            let text = trouble.lines().into_iter().next().unwrap_or_default();
            model.say(Severity::Warn, text, now)
        }
    }
}

/// Asks again, in an open window.
pub(crate) fn refresh(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model
        .modals
        .iter_mut()
        .find_map(|modal| match modal {
            Modal::Run(state) => Some(state.ask(now)),
            Modal::Menu(_)
            | Modal::Confirm(_)
            | Modal::Notice(_)
            | Modal::Help(_)
            | Modal::Palette(_)
            | Modal::Leave => None,
        })
        .unwrap_or_default()
}
