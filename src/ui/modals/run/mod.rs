//! A job in a window: how far it is, what became of its rows, and how it is steered. Closing leaves it running.

pub(crate) mod view;

use crate::base::ids::JobId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::job::{Job, JobState, Steer};
use crate::protocol::{JobReport, Query, Reply, Trouble};
use crate::ui::asked::Asked;
use crate::ui::globals::READ_ONLY;
use crate::ui::keymap::{self, Binding, bind};
use crate::ui::modals::Modal;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::scroll::Motion;
use crate::ui::parts::toast::Severity;
use crate::ui::screens::jobs;

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
}

/// A command of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    PauseOrResume,
    FailedOnly,
    Close,
}

/// The keys of the window, beside those of every list. Ctrl-c, which works everywhere, stops the job here.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["space"], "job.pause", "Pause, or go on", Command::PauseOrResume).hint(1, "pause"),
    bind(&["f"], "job.failed", "Only what was not done", Command::FailedOnly).hint(2, "failed only"),
    bind(&["esc", "q", "backspace"], "window.close", "Close; the job goes on", Command::Close)
        .hint(3, "close"),
];

/// Opens the window.
pub(crate) fn open(model: &mut Model, job: JobId, now: Timestamp) -> Vec<Effect> {
    let mut state = State { job, report: Asked::default(), failed_only: false, top: 0, pace: None };
    let effects = state.ask(now);
    model.modals.push(Modal::Run(Box::new(state)));
    effects
}

/// A key.
pub(crate) fn key(model: &mut Model, name: &str, now: Timestamp) -> Vec<Effect> {
    let Some(Modal::Run(state)) = model.modals.last_mut() else { return Vec::new() };
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
        Some(Command::Close) => {
            model.modals.pop();
            Vec::new()
        }
        None => Vec::new(),
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
