//! End sessions: console sessions of an operator close at once, all of them or those that are named.

use std::collections::BTreeSet;

use crate::actions::case::{Case, Facts, LiveSession, Plan};
use crate::actions::form::{Field, FieldKind, Initial, REASON};
use crate::actions::spec::{Bulk, Fact, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::ids::SessionId;
use crate::base::limits::SESSIONS_TOLD;
use crate::base::text;
use crate::domain::change::{Change, Difference};
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The field that names sessions.
pub const WHICH: &str = "which";

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.sessions.end",
    title: "End sessions",
    letter: 's',
    help: "Ends console sessions at once: all of the user's, or those that are named, such as S12,S13. Who sits there \
           is told so, and can sign in again.",
    right: Needs::Right(Right::UserSessionsEnd),
    risk: Risk::L2,
    bulk: Bulk::Yes,
    undo: Undo::No,
    form: &[
        Field {
            name: WHICH,
            label: "Which",
            kind: FieldKind::Line { chars_min: 0, chars_max: 200 },
            required: false,
            initial: Initial::Nothing,
        },
        REASON,
    ],
    facts: &[Fact::LiveSessions],
    history: Some("session.destroy"),
    notices: &[],
    subject: Subject::User(UserRules {
        on: "staff",
        kinds: &[Kind::Admin, Kind::Staff],
        from: &Status::ALL,
        guards: &[Guard::HasSessions],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let live = &case.facts.sessions;
    let chosen = chosen(case.answers.of(WHICH), live)?;
    let why = || "an operator ended your session".to_owned();
    let changes = if chosen.len() == live.len() {
        vec![Change::SessionsEnded { user: user.id, why: why() }]
    } else {
        let each = chosen.iter().map(|session| Change::SessionEnded { session: session.id, why: why() });
        each.collect()
    };
    let left = live.len() - chosen.len();
    let ids: Vec<String> = chosen.iter().map(|session| session.id.to_string()).collect();
    Ok(Plan {
        changes,
        differences: vec![Difference::new("live sessions", live.len().to_string(), left.to_string())],
        effects: told(&chosen, case.facts),
        detail: format!("{}: {}", ids.join(", "), case.answers.of("reason")),
        ..Plan::default()
    })
}

/// The sessions that `typed` names; all where it names none.
fn chosen<'a>(typed: &str, live: &'a [LiveSession]) -> Result<Vec<&'a LiveSession>, Refusal> {
    let words = typed.split([',', ';', ' ']).filter(|word| !word.is_empty());
    let mut ids = BTreeSet::new();
    for word in words {
        let id = SessionId::parse(word).filter(|id| live.iter().any(|session| session.id == *id));
        let Some(id) = id else {
            let known: Vec<String> = live.iter().map(|session| session.id.to_string()).collect();
            return Err(Refusal::new(
                Rule::Guard,
                format!("which: the user has no live session `{}`", text::visible(word)),
                format!("of {}", known.join(", ")),
            ));
        };
        ids.insert(id);
    }
    Ok(live.iter().filter(|session| ids.is_empty() || ids.contains(&session.id)).collect())
}

/// A sentence for each of the first sessions, and how many more there are.
pub(in crate::actions) fn told(chosen: &[&LiveSession], facts: &Facts) -> Vec<String> {
    let each = chosen.iter().take(SESSIONS_TOLD).map(|session| {
        let here = if facts.here == Some(session.id) { " (the one you sit in)" } else { "" };
        let since = session.opened_at.minute_utc();
        format!("{}{here} from {}, since {since}, ends.", session.id, session.source)
    });
    let more = chosen.len().saturating_sub(SESSIONS_TOLD);
    each.chain((more > 0).then(|| format!("{more} more end."))).collect()
}
