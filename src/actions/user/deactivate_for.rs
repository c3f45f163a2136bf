//! Deactivate temporarily: no sign-in inside a window; active again by the clock alone.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial, REASON};
use crate::actions::spec::{Bulk, Fact, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::time::Timestamp;
use crate::domain::change::{Change, Difference};
use crate::domain::notice::{Addressee, Notice};
use crate::domain::status::{Status, StatusFacts, Window};
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.deactivate_for",
    title: "Deactivate temporarily",
    letter: 't',
    help: "The user cannot sign in inside a window of time, and can again when it ends, by the clock alone. An empty \
           start is now, an empty end is never. Times are UTC.",
    right: Needs::Right(Right::UserActivate),
    risk: Risk::L2,
    bulk: Bulk::Yes,
    undo: Undo::Opposite("user.deactivate_end"),
    form: &[
        Field {
            name: "from",
            label: "From",
            kind: FieldKind::When,
            required: false,
            initial: Initial::Nothing,
        },
        Field { name: "to", label: "To", kind: FieldKind::When, required: false, initial: Initial::Nothing },
        REASON,
    ],
    facts: &[Fact::LiveSessions],
    history: Some("user.deactivate"),
    notices: &[Notice { to: Addressee::Subject, template: "user_deactivated_for" }],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &Status::ALL,
        guards: &[Guard::NotOneself],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let window = window(case)?;
    let mut after = user.facts.clone();
    after.window = Some(window);
    keeps_a_master(case, &after)?;
    let end = window.to.map_or("for ever".to_owned(), |to| format!("until {}", to.minute_utc()));
    let mut changes = vec![Change::WindowSet { user: user.id, window }];
    let mut effects = vec![format!("No sign-in from {} {end}.", window.from.minute_utc())];
    if window.holds(case.now) {
        let why = format!("your account is deactivated {end}");
        changes.push(Change::SessionsEnded { user: user.id, why });
        effects = case.ending_sessions(&effects.concat());
    }
    let shown = |window: Option<Window>| window.map_or_else(String::new, Window::words);
    let differences = vec![
        case.status_difference(&after),
        Difference::new("window", shown(user.facts.window), shown(after.window)),
    ];
    Ok(Plan {
        changes,
        differences,
        effects,
        detail: case.answers.of("reason").to_owned(),
        ..Plan::default()
    })
}

/// The window that was asked for; its end must lie in the future and behind its start.
fn window(case: &Case<'_>) -> Result<Window, Refusal> {
    let from = time(case, "from")?.unwrap_or(case.now);
    let to = time(case, "to")?;
    if to.is_some_and(|to| to <= from || to <= case.now) {
        return Err(Refusal::new(
            Rule::Guard,
            "to: must be later than now and than the start",
            "a later end",
        ));
    }
    Ok(Window { from, to })
}

fn time(case: &Case<'_>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let typed = case.answers.of(name);
    if typed.is_empty() {
        return Ok(None);
    }
    let wanted = "a time such as `2026-05-14 18:00`, `fri 18:00`, `18:00` or `+2h`";
    Timestamp::parse_when(typed, case.now).map(Some).ok_or_else(|| {
        let typed = crate::base::text::visible(typed);
        Refusal::new(Rule::Guard, format!("{name}: must be {wanted}, got `{typed}`"), wanted)
    })
}

/// At every instant of the window a usable master administrator must remain.
fn keeps_a_master(case: &Case<'_>, after: &StatusFacts) -> Result<(), Refusal> {
    if case.keeps_a_master(after) {
        return Ok(());
    }
    Err(Refusal::new(
        Rule::LastMaster,
        "inside this window no usable master administrator would remain",
        "another window, or another master administrator",
    ))
}
