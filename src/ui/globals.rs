//! Commands that work on every screen: back, help, refresh, time, redraw, sign out.

use crate::actions::request::Doing;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::protocol::Query;
use crate::ui::context::Context;
use crate::ui::keymap::{Binding, bind};
use crate::ui::modals::{Modal, help, log, palette};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::toast::{Severity, Toast};
use crate::ui::route::Screen;
use crate::ui::screens::users::marks;
use crate::ui::screens::{audit, groups, jobs, me, sessions, users};
use crate::ui::update::refresh;

/// A command of every screen, outside text fields and windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Escape,
    Back,
    Refresh,
    Time,
    Undo,
    Users,
    Groups,
    Audit,
    Sessions,
    Jobs,
    Account,
    Palette,
    Log,
    ReadOnly,
}

/// Keys of every screen.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["?"], "help.open", "Help for this place", Command::Help),
    bind(&["esc"], "back", "Back by one layer: message, filter, screen", Command::Escape),
    bind(&["q", "backspace"], "back.screen", "Back by one screen; on the first, sign out", Command::Back)
        .hint(9, "back"),
    bind(&["r"], "refresh", "Ask again for what is shown", Command::Refresh).hint(11, "refresh"),
    bind(&["z"], "time.cycle", "Times as ages or in UTC", Command::Time).hint(10, "time"),
    bind(&["u"], "undo", "Undo my last action, as long as that can be done", Command::Undo),
    bind(&["g 1"], "screen.users", "Go to the users", Command::Users),
    bind(&["g 2"], "screen.groups", "Go to the groups", Command::Groups),
    bind(&["g 4"], "screen.audit", "Go to the audit", Command::Audit),
    bind(&["g 5"], "screen.sessions", "Go to the sessions", Command::Sessions),
    bind(&["g 6"], "screen.jobs", "Go to the jobs", Command::Jobs),
    bind(&["g 9"], "screen.me", "Go to my account", Command::Account),
    bind(
        &[":", "ctrl-p"],
        palette::OPENS,
        "Find a command, a screen or a user; or type words",
        Command::Palette,
    )
    .hint(8, "command"),
    bind(
        &["ctrl-g"],
        "readonly.toggle",
        "Read only: no action opens in this session, until pressed again",
        Command::ReadOnly,
    ),
    bind(&["@"], "log.open", "What I did in this session, each as a line for a shell", Command::Log),
];

/// A command that works in windows and text fields too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Always {
    Help,
    Redraw,
    Interrupt,
}

/// Keys that work everywhere.
pub(crate) static ALWAYS: &[Binding<Always>] = &[
    bind(&["f1"], "help.anywhere", "Help for this place", Always::Help),
    bind(&["ctrl-l"], "redraw", "Repaint the screen", Always::Redraw),
    bind(&["ctrl-c"], "cancel", "Leave a field or window; twice within 2 s signs out", Always::Interrupt),
];

/// Runs a command of every screen.
pub(crate) fn update(model: &mut Model, command: Command, now: Timestamp) -> Vec<Effect> {
    match command {
        Command::Help => open_help(model),
        Command::Escape => escape(model, now),
        Command::Back => back(model, now),
        Command::Refresh => refresh(model, now),
        Command::Time => {
            model.when = model.when.next();
            Vec::new()
        }
        Command::Undo => model.undo.ask(Query::Undoable { doing: Doing::Last }, now),
        Command::Users => me::to_users(model, now),
        Command::Groups => groups::to_groups(model, now),
        Command::Audit => audit::to_audit(model, now),
        Command::Sessions => sessions::to_sessions(model, now),
        Command::Jobs => jobs::to_jobs(model, now),
        Command::Account => {
            model.screen = Screen::Me;
            Vec::new()
        }
        Command::ReadOnly => read_only(model, !model.is_read_only, now),
        Command::Palette => palette::open(model),
        Command::Log => {
            let notice = log::done(model, now);
            model.modals.push(Modal::Notice(notice));
            Vec::new()
        }
    }
}

/// Makes the session read-only, or not any more.
pub(crate) fn read_only(model: &mut Model, wanted: bool, now: Timestamp) -> Vec<Effect> {
    model.is_read_only = wanted;
    let text = if wanted { READ_ONLY } else { "this session acts again" };
    model.say(Severity::Note, text, now)
}

/// What is said where an action would open in a read-only session.
pub(crate) const READ_ONLY: &str = "this session is read-only: Ctrl-g ends that";

/// Opens help over whatever is there.
pub(crate) fn open_help(model: &mut Model) -> Vec<Effect> {
    let is_open = model.modals.iter().any(|modal| matches!(modal, Modal::Help(_)));
    if !is_open && model.lock.is_none() {
        let told = Context::of(model).told();
        model.modals.push(Modal::Help(help::State::new(told)));
    }
    Vec::new()
}

fn escape(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    match model.screen {
        Screen::Users => {
            marks::leave_range(model).or_else(|| users::clear_filter(model, now)).unwrap_or_default()
        }
        Screen::Groups => {
            // A draft is the layer on top.
            if groups::drop_draft(model) { Vec::new() } else { back(model, now) }
        }
        Screen::Audit => audit::leave_filter(model, now).unwrap_or_else(|| back(model, now)),
        Screen::Profile | Screen::Sessions | Screen::Jobs | Screen::Me => back(model, now),
    }
}

fn back(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let may_list = model.lacks(crate::authz::right::Right::UserView).is_none();
    match model.screen {
        Screen::Profile if model.profile.above == Screen::Audit => audit::to_audit(model, now),
        Screen::Profile if model.profile.above == Screen::Sessions => sessions::to_sessions(model, now),
        Screen::Profile if may_list => to_list(model, now),
        Screen::Groups | Screen::Audit | Screen::Sessions | Screen::Jobs | Screen::Me
            if may_list && model.me.answer.is_some() =>
        {
            to_list(model, now)
        }
        Screen::Users
        | Screen::Profile
        | Screen::Groups
        | Screen::Audit
        | Screen::Sessions
        | Screen::Jobs
        | Screen::Me => {
            model.modals.push(Modal::Leave);
            Vec::new()
        }
    }
}

fn to_list(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.screen = Screen::Users;
    users::refresh(model, now)
}

/// Ctrl-c: leaves a field or a window; the second within two seconds signs out.
pub(crate) fn interrupt(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let is_second = model.interrupted.is_some_and(|at| now.0 - at.0 <= limits::INTERRUPT_TWICE_MS);
    if is_second {
        return vec![Effect::Quit];
    }
    model.interrupted = Some(now);
    if model.lock.is_some() {
        return Vec::new();
    }
    // Over a job that goes on it stops the job, and the window shows what was done.
    if let Some(Modal::Run(state)) = model.modals.last()
        && let Some(effects) = state.stop()
    {
        model.interrupted = None;
        return effects;
    }
    if model.modals.is_empty() && audit::verifying::stop(model) {
        model.interrupted = None;
        return model.say(Severity::Note, "verifying was stopped; V begins again", now);
    }
    if model.modals.pop().is_none() {
        model.audit.is_open = false;
        if model.users.search.is_open {
            model.users.search.leave();
        }
    }
    let told = "Ctrl-c again within 2 s signs out".to_owned();
    model.toast = Some(Toast::until(Severity::Note, told, Timestamp(now.0 + limits::INTERRUPT_TWICE_MS)));
    vec![Effect::Wake { after_ms: limits::INTERRUPT_TWICE_MS.unsigned_abs() }]
}
