//! The loop of a session: one event at a time into the console, one frame at a time out.

use std::time::Duration;

use crossterm::event::{Event, KeyEventKind};
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until, timeout};

use crate::authz::refusal::Refusal;
use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::text;
use crate::base::time::Timestamp;
use crate::domain::operator::{Actor, Past, Via};
use crate::protocol::{Answer, Returned, Trouble};
use crate::service::prove::Resume;
use crate::service::{Committed, GoesOn, Present, Service};
use crate::session::answers::{Answers, Back};
use crate::session::clockwork::{Clockwork, Due};
use crate::session::face::Face;
use crate::session::keys::Keys;
use crate::session::{Farewell, Look, Terminal, Terms};
use crate::ui::{Effect, Msg, Opening, Place, Unlock};

/// A session at work.
pub(super) struct Console<K> {
    actor: Actor,
    present: Present,
    face: Face,
    /// Nobody types any more; what was typed is still obeyed.
    is_deaf: bool,
    answers: Answers,
    clockwork: Clockwork,
    terminal: Terminal<K>,
    committed: watch::Receiver<Committed>,
    service: Service,
    /// What resumes the screen while it is locked.
    resume: Resume,
    first_effects: Vec<Effect>,
    /// What there was before, until it is told.
    past: Option<Past>,
    /// When the next look at what others committed is due.
    refresh_at: Option<Instant>,
    refreshed: Instant,
    /// The number of authority when the operator's standing was looked at last.
    looked_at: Option<i64>,
    /// Whether the operator's standing is looked at because of a commit that the console has not been told of.
    is_behind: bool,
    opened: Instant,
    done: u32,
    dirty: bool,
    over: Option<Farewell>,
}

/// What a turn of the loop is about.
enum Happened {
    /// Keys; `None` when the terminal is gone.
    Keys(Option<Vec<Event>>),
    /// A new size; false when nobody can tell any more.
    Resized(bool),
    /// The server stops.
    Closing,
    /// An answer.
    Back(Back),
    /// Somebody committed something.
    Committed,
    /// A moment that was waited for.
    Due,
    /// A frame was drawn; false when nobody takes it any more.
    Room(bool),
}

/// Waits until `flag` is true, or nobody can raise it any more.
async fn raised(flag: &mut watch::Receiver<bool>) {
    let _ = flag.wait_for(|raised| *raised).await;
}

impl<K: Keys> Console<K> {
    pub(super) fn new(
        service: &Service,
        (actor, present): (Actor, Present),
        past: Option<Past>,
        place: Place,
        terms: Terms,
        mut terminal: Terminal<K>,
    ) -> Self {
        let size = *terminal.size.borrow_and_update();
        let now = Instant::now();
        let ascii_borders = match terminal.look {
            Look::Screens(capabilities) => capabilities.ascii_borders,
            Look::Plain(_) => true,
        };
        let opening = Opening {
            actor: actor.clone(),
            environment: terms.environment,
            size,
            place,
            ascii_borders,
            now: service.now(),
        };
        let (face, first_effects) = Face::new(terminal.look, opening);
        Self {
            actor,
            present,
            face,
            is_deaf: false,
            answers: Answers::new(service),
            clockwork: Clockwork::start(now, terms.idle_limit_s, terms.session_limit_s),
            terminal,
            committed: service.committed(),
            service: service.clone(),
            resume: Resume::Nothing,
            first_effects,
            past,
            refresh_at: None,
            refreshed: now,
            looked_at: None,
            is_behind: false,
            opened: now,
            done: 0,
            dirty: true,
            over: None,
        }
    }

    /// Runs until the operator leaves, is sent away, or the terminal is gone.
    pub(super) async fn run(mut self) -> Farewell {
        let enter = self.face.enter();
        if !self.send(enter).await {
            return Farewell { line: "the terminal is gone".to_owned(), exit_status: 0 };
        }
        self.look_at_standing();
        let first = std::mem::take(&mut self.first_effects);
        self.carry_out(first);
        if let Some(past) = self.past.take() {
            self.tell(Msg::Arrived(past));
        }
        while self.over.is_none() {
            self.turn().await;
        }
        // A client that does not read any more is cut by who holds its socket; here it costs two seconds.
        let patience = Duration::from_millis(limits::FAREWELL_MS);
        let leave = self.face.leave();
        let _ = timeout(patience, self.send(leave)).await;
        self.over.unwrap_or_else(|| Farewell { line: String::new(), exit_status: 0 })
    }

    /// Waits for one thing to happen, and lets it happen.
    async fn turn(&mut self) {
        match self.next().await {
            Happened::Keys(Some(events)) => {
                let is_flood = events.len() == limits::EVENTS_TOGETHER_MAX
                    || matches!(events.last(), Some(Event::Paste(_)));
                self.keys(events);
                if is_flood {
                    yield_now().await;
                }
            }
            Happened::Keys(None) => self.no_more_keys(),
            Happened::Resized(lives) => self.resized(lives),
            Happened::Closing => self.end("the server stops: sign in again in a moment", 0),
            Happened::Back(back) => self.back(back),
            Happened::Committed => {
                let pause = Duration::from_millis(limits::REFRESH_PAUSE_MS);
                self.refresh_at = Some((self.refreshed + pause).max(Instant::now()));
            }
            Happened::Due => self.moment(),
            Happened::Room(true) => self.dirty = false,
            Happened::Room(false) => self.end("the terminal is gone", 0),
        }
    }

    async fn next(&mut self) -> Happened {
        let due = self.refresh_at.map_or(self.clockwork.next(), |at| at.min(self.clockwork.next()));
        let takes_keys = self.answers.has_room() && self.face.has_room() && !self.is_deaf;
        let Self { terminal, answers, committed, face, service, refresh_at, dirty, .. } = self;
        tokio::select! {
            biased;
            () = raised(&mut terminal.closing) => Happened::Closing,
            events = terminal.keys.next(), if takes_keys => Happened::Keys(events),
            changed = terminal.size.changed() => Happened::Resized(changed.is_ok()),
            back = answers.next() => Happened::Back(back),
            Ok(()) = committed.changed(), if refresh_at.is_none() => Happened::Committed,
            () = sleep_until(due) => Happened::Due,
            room = terminal.output.reserve(), if *dirty => {
                let Ok(room) = room else { return Happened::Room(false) };
                let frame = face.draw(service.now());
                if !frame.is_empty() {
                    room.send(frame);
                }
                Happened::Room(true)
            }
        }
    }

    fn keys(&mut self, events: Vec<Event>) {
        for event in events {
            match event {
                Event::Key(key) if key.kind != KeyEventKind::Release => {
                    self.key_pressed();
                    self.tell(Msg::Key(key));
                }
                Event::Paste(pasted) => {
                    self.key_pressed();
                    self.tell(Msg::Paste(pasted));
                }
                Event::Resize(columns, rows) => self.resize(columns, rows),
                Event::Key(_) | Event::Mouse(_) | Event::FocusGained | Event::FocusLost => {}
            }
            if self.over.is_some() {
                return;
            }
        }
    }

    fn key_pressed(&mut self) {
        self.clockwork.key(Instant::now());
        self.present.pressed(self.service.now());
    }

    /// Sends what takes the terminal over or gives it back; false where it is gone.
    async fn send(&self, bytes: Vec<u8>) -> bool {
        bytes.is_empty() || self.terminal.output.send(bytes).await.is_ok()
    }

    fn no_more_keys(&mut self) {
        self.is_deaf = true;
        match self.face.input_over(self.service.now()) {
            Some(effects) => {
                self.dirty = true;
                self.carry_out(effects);
            }
            None => self.end("the connection was closed", 0),
        }
    }

    fn resized(&mut self, lives: bool) {
        if !lives {
            return self.end("the terminal is gone", 0);
        }
        let (columns, rows) = *self.terminal.size.borrow_and_update();
        self.resize(columns, rows);
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        let (columns, rows) = self.face.resize(columns, rows);
        self.tell(Msg::Resize(columns, rows));
    }

    fn back(&mut self, back: Back) {
        match back {
            Back::Returned(returned) => {
                if let Returned::Answer(request, answer) = &returned {
                    // A code that was proved for one action is good for the next ones, as long as it is fresh.
                    self.actor.code_at = self.actor.code_at.max(request.actor.code_at);
                    self.done += u32::from(matches!(answer, Answer::Done(receipt) if receipt.audit > 0));
                }
                self.tell(Msg::Returned(returned));
            }
            Back::Proved(Ok(actor)) => {
                self.actor = actor;
                self.clockwork.resumed(Instant::now());
                self.tell(Msg::Unlocked { code_at: self.actor.code_at });
            }
            Back::Proved(Err(Trouble::Refused(refusal))) => {
                let Refusal { text, satisfied_by, .. } = refusal;
                let hint = if satisfied_by.is_empty() { satisfied_by } else { format!("; {satisfied_by}") };
                self.tell(Msg::UnlockRefused(text + &hint));
            }
            Back::Proved(Err(Trouble::Failed(fault))) => self.tell(Msg::UnlockRefused(fault.text)),
            Back::Standing(GoesOn::No(why)) => self.end(&why, 1),
            Back::Standing(GoesOn::Until(until)) => {
                self.stands_until(until);
                self.catch_up();
            }
            Back::Standing(GoesOn::Unknown) => {
                self.looked_at = None;
                self.catch_up();
            }
            Back::Resumes(resume) => self.lock(resume),
            Back::Trusted(trusted) => self.tell(Msg::KeyTrusted(trusted)),
        }
    }

    /// Tells the console of the commit because of which the operator's standing was looked at.
    fn catch_up(&mut self) {
        if std::mem::take(&mut self.is_behind) {
            self.tell(Msg::Changed);
        }
    }

    fn look_at_standing(&mut self) {
        self.looked_at = Some(self.committed.borrow().authority);
        self.answers.look_at_standing(&self.actor);
    }

    /// The operator's status holds until then by the clock alone; it is looked at again in that moment.
    fn stands_until(&mut self, until: Option<Timestamp>) {
        let left = until.map(|until| u64::try_from(until.0 - self.service.now().0).unwrap_or(0));
        self.clockwork.standing_at(left.map(|ms| Instant::now() + Duration::from_millis(ms)));
    }

    /// Something is due: a refresh, a wake, the idle lock, the end.
    fn moment(&mut self) {
        let now = Instant::now();
        if self.refresh_at.is_some_and(|at| at <= now) {
            self.refresh_at = None;
            self.refreshed = now;
            // As long as nobody's authority has changed, only what is seen has to be asked for again.
            if self.looked_at == Some(self.committed.borrow().authority) {
                self.tell(Msg::RowsChanged);
            } else {
                self.is_behind = true;
                self.look_at_standing();
            }
        }
        while let Some(due) = self.clockwork.due(now) {
            match due {
                Due::Tick => self.tell(Msg::Tick),
                Due::Standing => self.look_at_standing(),
                Due::Warning => {
                    let left = i64::try_from(self.clockwork.warning().as_millis()).unwrap_or(i64::MAX);
                    let at = Timestamp(self.service.now().0.saturating_add(left));
                    self.tell(Msg::IdleWarning { at });
                }
                Due::Lock if self.actor.via == Via::Local => self.tell(Msg::Lock(Unlock::Enter)),
                Due::Lock => self.answers.look_what_resumes(&self.actor),
                Due::End => return self.end("signed out: a session lasts at most 12 hours", 0),
            }
        }
    }

    fn lock(&mut self, resume: Resume) {
        self.resume = resume;
        match resume {
            Resume::Code => self.tell(Msg::Lock(Unlock::Code)),
            Resume::Password => self.tell(Msg::Lock(Unlock::Password)),
            Resume::Nothing => self.end("signed out: no key was pressed for too long", 0),
        }
    }

    fn tell(&mut self, message: Msg) {
        let now = self.service.now();
        let effects = self.face.update(message, now);
        self.dirty = true;
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(query) => self.answers.ask(&self.actor, query),
                Effect::Execute(request) => self.answers.execute(&self.actor, request),
                Effect::ExecuteProved { request, beside } => {
                    self.answers.execute_proved(&self.actor, request, beside);
                }
                Effect::Steer(job, steer) => self.answers.steer(&self.actor, job, steer),
                Effect::Unlock(typed) => self.unlock(typed),
                Effect::TrustKey => self.answers.trust_key(&self.actor),
                Effect::Wake { after_ms } => {
                    self.clockwork.wake_at(Instant::now() + Duration::from_millis(after_ms));
                }
                Effect::Redraw => self.face.repaint(),
                Effect::Quit => self.sign_out(),
            }
        }
    }

    fn unlock(&mut self, typed: Secret<String>) {
        if self.actor.via == Via::Local {
            self.clockwork.resumed(Instant::now());
            return self.tell(Msg::Unlocked { code_at: self.actor.code_at });
        }
        self.answers.prove(&self.actor, self.resume, typed);
    }

    fn sign_out(&mut self) {
        let minutes = self.opened.elapsed().as_secs() / 60;
        let actions = match self.done {
            1 => "1 action".to_owned(),
            many => format!("{many} actions"),
        };
        self.end(&format!("signed out after {minutes} min, {actions} done"), 0);
    }

    /// What ended it first stays.
    fn end(&mut self, line: &str, exit_status: u32) {
        if self.over.is_none() {
            self.over = Some(Farewell { line: text::visible(line).into_owned(), exit_status });
        }
    }
}
