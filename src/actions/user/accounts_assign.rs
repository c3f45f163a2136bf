//! Assign platform accounts: the list as it is to be; only what one holds can be given.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial, LONG_REASON};
use crate::actions::pick::{self, Pick, Pickable};
use crate::actions::spec::{Bulk, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::actions::user::nothing_changed;
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::base::ids::PlatformAccountId;
use crate::domain::change::{Change, Difference};
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.accounts.assign",
    title: "Assign platform accounts",
    letter: 'A',
    help: "Replaces the user's platform accounts by this list; an empty list takes all away. Only accounts can be \
           added that you have yourself; a master administrator has every one.",
    right: Needs::Right(Right::UserUpdate),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::Yes,
    form: &[
        Field {
            name: "accounts",
            label: "Platform accounts",
            kind: FieldKind::Picked(Pick::Accounts),
            required: false,
            initial: Initial::Held,
        },
        LONG_REASON,
    ],
    facts: &[],
    history: Some("user.accounts"),
    notices: &[],
    subject: Subject::User(UserRules {
        on: "staff",
        kinds: &[Kind::Admin, Kind::Staff],
        from: &Status::ALL,
        guards: &[Guard::NotOneself],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let mut accounts: Vec<(PlatformAccountId, String)> = user.accounts.clone();
    if let Some(things) = pick::picked(case, "accounts") {
        let named = things.iter().filter_map(|thing| match thing {
            Pickable::Account(account) => Some((account.id, account.name.clone())),
            Pickable::Role(_)
            | Pickable::Group(_)
            | Pickable::Level(_)
            | Pickable::Everywhere
            | Pickable::Organisation(_) => None,
        });
        accounts = named.collect();
        accounts.sort_by(|one, other| one.1.cmp(&other.1));
        accounts.dedup();
    }
    if accounts == user.accounts {
        return Err(nothing_changed());
    }
    let shown = |accounts: &[(PlatformAccountId, String)]| {
        pick::written(accounts.iter().map(|(_, name)| name.as_str()))
    };
    Ok(Plan {
        differences: vec![Difference::new("platform accounts", shown(&user.accounts), shown(&accounts))],
        detail: format!("platform accounts: {}", shown(&accounts)),
        changes: vec![Change::AccountsSet {
            user: user.id,
            accounts: accounts.iter().map(|(id, _)| *id).collect(),
        }],
        ..Plan::default()
    })
}
