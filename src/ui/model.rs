//! One operator's console: everything that a frame is drawn from, and what moves it.

use std::collections::VecDeque;

use crossterm::event::KeyEvent;

use crate::actions::request::{Beside, Request};
use crate::authz::right::Right;
use crate::authz::standing::Operator;
use crate::authz::{refusal::Refusal, rules};
use crate::base::ids::{JobId, UserId};
use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::domain::job::Steer;
use crate::domain::operator::{Actor, Past};
use crate::protocol::{Me, Query, Returned, Trouble};
use crate::ui::asked::Asked;
use crate::ui::look::Look;
use crate::ui::modals::Modal;
use crate::ui::parts::toast::{Severity, Toast};
use crate::ui::parts::when::When;
use crate::ui::route::{Place, Screen};
use crate::ui::screens::{audit, groups, jobs, locked, me, profile, sessions, users};
use crate::ui::theme::Theme;

/// Which institution this is: shown as a badge that nobody can turn off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// The real one.
    Prod,
    /// For user acceptance tests: nothing goes out.
    Uat,
    /// Made-up people.
    Demo,
}

impl Environment {
    /// The word of the badge.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Prod => "PROD",
            Self::Uat => "UAT",
            Self::Demo => "DEMO",
        }
    }
}

/// What a console is opened with.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Who signed in, and how; goes with every request.
    pub actor: Actor,
    /// The badge of the title line.
    pub environment: Environment,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Where to begin.
    pub place: Place,
    /// Boxes of `+--+` instead of lines.
    pub ascii_borders: bool,
    /// The time of opening.
    pub now: Timestamp,
}

/// What resumes an idle screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlock {
    /// A fresh code of the second factor.
    Code,
    /// The password.
    Password,
    /// Enter, in local use.
    Enter,
}

/// What a session tells its console.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key.
    Key(KeyEvent),
    /// A bracketed paste.
    Paste(String),
    /// The terminal has another size: columns, rows.
    Resize(u16, u16),
    /// A question or a request was answered.
    Returned(Returned),
    /// Something was committed that may have changed what somebody may do: everything is asked for again.
    Changed,
    /// Something else was committed: what is visible is asked for again.
    RowsChanged,
    /// The operator has come in; what there was before.
    Arrived(Past),
    /// Until when the key of this session signs in without a code, or why it does not.
    KeyTrusted(Result<Timestamp, Trouble>),
    /// A moment asked for by [`Effect::Wake`] passed.
    Tick,
    /// The idle session locks, or ends where nothing could unlock it; any key puts that off.
    IdleWarning {
        /// When.
        at: Timestamp,
    },
    /// The idle time is over: the content hides until this.
    Lock(Unlock),
    /// What was typed does not resume; why, and how many tries are left.
    UnlockRefused(String),
    /// The screen resumes.
    Unlocked {
        /// When a code was proved last.
        code_at: Option<Timestamp>,
    },
    /// The session is over; why.
    Ended(String),
}

/// What a console wants done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask the store; the reply carries the question.
    Ask(Query),
    /// Carry out a request, or try it dry.
    Execute(Request),
    /// Prove a code and hash a password, and carry the request out when both are right. They go nowhere else.
    ExecuteProved {
        /// What to carry out.
        request: Request,
        /// As it was typed.
        beside: Beside,
    },
    /// Say something to a job.
    Steer(JobId, Steer),
    /// Resume the idle screen with this code or password; empty where Enter does.
    Unlock(Secret<String>),
    /// Trust the key of this session: it signs in without a code for some time.
    TrustKey,
    /// Send [`Msg::Tick`] after this time, beside all other wakes.
    Wake {
        /// Milliseconds from now.
        after_ms: u64,
    },
    /// Repaint everything.
    Redraw,
    /// Sign out.
    Quit,
}

/// A user whose profile was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recent {
    pub(crate) user: UserId,
    pub(crate) called: String,
}

/// Something that was done in this session.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    pub(crate) at: Timestamp,
    /// Object and result, as the message said.
    pub(crate) told: String,
    /// The line of a shell that does the same.
    pub(crate) line: String,
}

/// Adds to what is remembered; of more than `most` the oldest goes.
fn remember<T>(list: &mut VecDeque<T>, one: T, most: usize) {
    if list.len() >= most {
        list.pop_front();
    }
    list.push_back(one);
}

/// One operator's console.
#[derive(Debug)]
pub struct Model {
    pub(crate) actor: Actor,
    pub(crate) environment: Environment,
    pub(crate) size: (u16, u16),
    pub(crate) theme: Theme,
    /// The operator wants to change nothing: no action opens.
    pub(crate) is_read_only: bool,
    pub(crate) place: Place,
    pub(crate) me: Asked<Me>,
    pub(crate) screen: Screen,
    pub(crate) users: users::State,
    pub(crate) profile: profile::State,
    pub(crate) groups: groups::State,
    pub(crate) audit: audit::State,
    pub(crate) sessions: sessions::State,
    pub(crate) jobs: jobs::State,
    pub(crate) account: me::State,
    /// Users whose profile was opened, newest first.
    pub(crate) recent: Vec<Recent>,
    /// Lines run in the palette, newest last.
    pub(crate) commands: Vec<String>,
    /// What was done in this session, newest last.
    pub(crate) log: VecDeque<Logged>,
    /// What was told in the status line, newest last.
    pub(crate) messages: VecDeque<(Timestamp, Severity, String)>,
    /// At most two: a confirmation or a menu, and help or an explanation over it.
    pub(crate) modals: Vec<Modal>,
    pub(crate) toast: Option<Toast>,
    /// What can be taken back, while that is asked for.
    pub(crate) undo: Asked<()>,
    pub(crate) lock: Option<locked::State>,
    pub(crate) ended: Option<String>,
    pub(crate) when: When,
    /// Keys of a sequence that is not complete.
    pub(crate) prefix: Option<String>,
    /// When Ctrl-c was pressed last.
    pub(crate) interrupted: Option<Timestamp>,
    /// Something was committed while a modal or a lock held the screen still.
    pub(crate) is_behind: bool,
}

impl Model {
    /// A console at its first frame, and what it asks first.
    pub fn new(opening: Opening) -> (Self, Vec<Effect>) {
        let screen = match opening.place {
            Place::Users => Screen::Users,
            Place::Profile(_) => Screen::Profile,
            Place::Groups => Screen::Groups,
            Place::Audit(_) => Screen::Audit,
            Place::Sessions => Screen::Sessions,
            Place::Jobs => Screen::Jobs,
            Place::Me => Screen::Me,
        };
        let mut model = Self {
            actor: opening.actor,
            environment: opening.environment,
            size: opening.size,
            theme: Theme { ascii: opening.ascii_borders, look: Look::default() },
            is_read_only: false,
            place: opening.place,
            me: Asked::default(),
            screen,
            users: users::State::default(),
            profile: profile::State::default(),
            groups: groups::State::default(),
            audit: audit::State::default(),
            sessions: sessions::State::default(),
            jobs: jobs::State::default(),
            account: me::State::default(),
            recent: Vec::new(),
            commands: Vec::new(),
            log: VecDeque::new(),
            messages: VecDeque::new(),
            modals: Vec::new(),
            toast: None,
            undo: Asked::default(),
            lock: None,
            ended: None,
            when: When::Relative,
            prefix: None,
            interrupted: None,
            is_behind: false,
        };
        let effects = model.me.ask(Query::Me, opening.now);
        (model, effects)
    }

    /// Why the operator may not use `right`; `None` where they may, or before it is known.
    pub(crate) fn lacks(&self, right: Right) -> Option<Refusal> {
        let me = self.me.answer.as_ref()?;
        let operator =
            Operator { standing: me.standing.clone(), groups_below: std::collections::BTreeSet::new() };
        rules::holds(&operator, right).err()
    }

    /// Whether personal data arrives in the clear for this operator; it is masked here then.
    pub(crate) fn reveals(&self) -> bool {
        self.me.answer.as_ref().is_some_and(|me| me.standing.rights.holds(Right::UserPiiReveal))
    }

    /// Notes what was done.
    pub(crate) fn logged(&mut self, at: Timestamp, told: String, line: String) {
        remember(&mut self.log, Logged { at, told, line }, limits::LOGGED_MAX);
    }

    /// Notes whose profile was opened: the newest first, each once.
    pub(crate) fn looked_at(&mut self, user: UserId, called: String) {
        self.recent.retain(|recent| recent.user != user);
        self.recent.insert(0, Recent { user, called });
        self.recent.truncate(limits::RECENT_USERS);
    }

    /// Shows a message in the status line.
    pub(crate) fn say(&mut self, severity: Severity, text: impl Into<String>, now: Timestamp) -> Vec<Effect> {
        let text = text.into();
        remember(&mut self.messages, (now, severity, text.clone()), limits::MESSAGES_KEPT);
        self.toast = Some(Toast::new(severity, text, now));
        match severity {
            Severity::Error => Vec::new(),
            Severity::Ok | Severity::Note | Severity::Warn => {
                vec![Effect::Wake { after_ms: limits::TOAST_MS }]
            }
        }
    }

    /// Whether the terminal is too small to draw a screen.
    pub(crate) const fn is_too_small(&self) -> bool {
        self.size.0 < limits::TERMINAL_MIN.0 || self.size.1 < limits::TERMINAL_MIN.1
    }

    /// Whether the layout is the one of small terminals.
    pub(crate) const fn is_compact(&self) -> bool {
        self.size.0 < 80 || self.size.1 < 24
    }

    /// The rows between title and status line: first row, and how many.
    pub(crate) const fn body(&self) -> (u16, u16) {
        let top = if self.is_compact() { 1 } else { 2 };
        (top, self.size.1.saturating_sub(top + 2))
    }
}
