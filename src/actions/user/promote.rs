//! Promote to administrator: a level with its scope, and a password that is to be changed at the first sign-in.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial, LONG_REASON};
use crate::actions::pick::{self, Pick};
use crate::actions::spec::{Bulk, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::actions::user::level_change::scope_fits;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::domain::change::{Change, Difference};
use crate::domain::level::Level;
use crate::domain::notice::{Addressee, Notice};
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.promote",
    title: "Promote to administrator",
    letter: 'P',
    help: "Gives the user a level and a scope, and a password that you tell them: it is to be changed at the first \
           sign-in. Without a scope it is the user's own organisation, of a master administrator always all. Cannot be \
           undone.",
    right: Needs::Right(Right::UserPromote),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        Field {
            name: "level",
            label: "Level",
            kind: FieldKind::Picked(Pick::Level),
            required: true,
            initial: Initial::Nothing,
        },
        Field {
            name: "scope",
            label: "Scope",
            kind: FieldKind::Picked(Pick::Scope),
            required: false,
            initial: Initial::Nothing,
        },
        Field {
            name: "password",
            label: "Password",
            kind: FieldKind::NewPassword,
            required: true,
            initial: Initial::Nothing,
        },
        LONG_REASON,
    ],
    facts: &[],
    history: Some("user.promote"),
    notices: &[Notice { to: Addressee::Subject, template: "user_promoted" }],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &[Kind::Staff, Kind::Customer],
        from: &Status::ALL,
        guards: &[
            Guard::NotOneself,
            Guard::TakingOver,
            Guard::MayPromote,
            Guard::HasLogin,
            Guard::HasContact,
        ],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let (Some(level), Some(scope)) = (pick::level_after(case), pick::scope_after(case)) else {
        return Err(Refusal::new(Rule::Guard, "level: is required", "MA, GA, OA or UA"));
    };
    scope_fits(case, Some(level))?;
    let mut differences = vec![
        Difference::new("level", pick::NO_LEVEL, level.code()),
        Difference::new("scope", "", case.scope_words(Some(&scope))),
    ];
    let mut effects =
        vec!["The password is to be changed at the first sign-in; an older one is gone.".to_owned()];
    let mut changes = vec![Change::LevelSet { user: user.id, level: Some(level), scope: Some(scope) }];
    if level == Level::Master
        && let Some(group) = &user.group
    {
        changes.push(Change::GroupSet { user: user.id, group: None });
        differences.push(Difference::new("group", &group.name, ""));
        effects.push("The user leaves the group: no master administrator is in one.".to_owned());
    }
    if user.facts.not_activated {
        changes.push(Change::FirstActivated { user: user.id });
    }
    let mut after = user.facts.clone();
    (after.not_activated, after.password_due, after.reset_until) = (false, true, None);
    differences.push(case.status_difference(&after));
    // Of a dry run there is none yet; the gate lets no real one through without it.
    changes.extend(case.password.map(|hash| Change::PasswordSet { user: user.id, hash: hash.clone() }));
    if user.kind == Kind::Customer {
        effects.push("The user stops being a customer as long as the level lasts.".to_owned());
    }
    let detail = format!("level {level}: {}", case.answers.of("reason"));
    Ok(Plan { changes, differences, effects, detail, ..Plan::default() })
}
