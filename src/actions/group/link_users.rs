//! Link users: staff who are in no group come into it, and those who are in it leave.

use crate::actions::case::{Case, Person, Plan};
use crate::actions::form::{Field, FieldKind, Initial, REASON};
use crate::actions::spec::{Bulk, Needs, Risk, Spec, StructureGuard, StructureRules, Subject, Undo};
use crate::actions::structure::holds_all;
use crate::actions::upon::Upon;
use crate::authz::giving;
use crate::authz::grants::RightSet;
use crate::authz::groups::Group;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::authz::rules;
use crate::domain::change::{Change, Difference};
use crate::domain::group_change::GroupChange;
use crate::domain::level::Level;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "group.link_users",
    title: "Manage linked users",
    letter: 'U',
    help: "Takes staff who are in no group into this one, and takes users out of it. Their rights change at once.",
    right: Needs::Right(Right::GroupManage),
    risk: Risk::L2,
    bulk: Bulk::No,
    undo: Undo::Yes,
    form: &[LINK, people("unlink", "Take out"), REASON],
    facts: &[],
    history: None,
    notices: &[],
    subject: Subject::Group(StructureRules { guards: &[StructureGuard::NotOwn], plan }),
};

/// The users who come into a group; a new one takes some as well.
pub(super) const LINK: Field = people("users", "Take in");

const fn people(name: &'static str, label: &'static str) -> Field {
    Field { name, label, kind: FieldKind::People, required: false, initial: Initial::Nothing }
}

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let group = case.group()?;
    let (joining, leaving) = (named(case, "users")?, named(case, "unlink")?);
    if joining.is_empty() && leaving.is_empty() {
        let (text, wanted) = if case.facts.free == 0 {
            ("all users are in groups: nobody is free to be taken in", "take somebody out of a group first")
        } else {
            ("nobody is named", "users in no group to take in, or users in it to take out")
        };
        return Err(Refusal::new(Rule::Guard, text, wanted));
    }
    let mut plan = moved(case, group, &joining, &leaving)?;
    case.answers.of("reason").clone_into(&mut plan.detail);
    Ok(plan)
}

/// The people that a field names.
pub(super) fn named<'c>(case: &Case<'c>, field: &str) -> Result<Vec<&'c Person>, Refusal> {
    let mut found: Vec<&Person> = Vec::new();
    for name in crate::actions::form::names_in(case.answers.of(field)) {
        let person = case.facts.people.get(name).ok_or_else(|| Refusal::no_such_user(name))?;
        if !found.iter().any(|known| known.user.id == person.user.id) {
            found.push(person);
        }
    }
    Ok(found)
}

/// The plan that takes some in and others out.
pub(in crate::actions) fn moved(
    case: &Case<'_>,
    group: &Group,
    joining: &[&Person],
    leaving: &[&Person],
) -> Result<Plan, Refusal> {
    for person in joining.iter().chain(leaving) {
        rules::not_oneself(case.operator, &person.standing)?;
        rules::level_reaches(case.operator, &person.standing)?;
    }
    let given = if joining.is_empty() { RightSet::EMPTY } else { group.rights };
    holds_all(case, given)?;
    for person in joining {
        may_join(group, person)?;
    }
    for person in leaving {
        may_leave(case, group, person)?;
    }
    let ids = |people: &[&Person]| people.iter().map(|person| person.user.id).collect::<Vec<_>>();
    let mut differences: Vec<Difference> = Vec::new();
    for person in joining {
        differences.push(Difference::new(person.user.login_shown(), "", group.name.as_str()));
    }
    for person in leaving {
        differences.push(Difference::new(person.user.login_shown(), group.name.as_str(), ""));
    }
    let shut_out = |person: &&&Person| person.standing.level.is_none() && person.user.roles.is_empty();
    let effects = match leaving.iter().filter(shut_out).count() {
        0 => Vec::new(),
        1 => vec!["1 user is left without level, role and group, and cannot sign in.".to_owned()],
        many => vec![format!("{many} users are left without level, role and group, and cannot sign in.")],
    };
    let (joined, left) = (ids(joining), ids(leaving));
    let changes = vec![Change::Group(GroupChange::MembersMoved {
        group: group.id,
        name: group.name.clone(),
        joined,
        left,
    })];
    Ok(Plan { changes, differences, effects, ..Plan::default() })
}

/// Whether those who come in get a right by it that makes an action one of high risk.
pub(in crate::actions) fn is_of_high_risk(case: &Case<'_>, plan: &Plan) -> bool {
    let Upon::Group(group) = case.upon else { return false };
    let joins = |change: &Change| matches!(change, Change::Group(GroupChange::MembersMoved { joined, .. }) if !joined.is_empty());
    plan.changes.iter().any(joins) && giving::is_of_high_risk(group.rights)
}

fn may_join(group: &Group, person: &Person) -> Result<(), Refusal> {
    let login = person.user.login_shown();
    if person.standing.kind == Kind::Customer {
        let text = format!("`{login}` is a customer; groups are for staff");
        return Err(Refusal::new(Rule::Kind, text, "a user of kind staff or admin"));
    }
    if let Some(other) = &person.user.group {
        // Which one is told where it can be seen: the user can, and so can the group that is shown with them.
        let text = format!("`{login}` is in the group `{}`", other.name);
        return Err(Refusal::new(Rule::State, text, "a user in no group"));
    }
    if person.standing.level == Some(Level::Master) {
        let text = format!("`{login}` is a master administrator, and none of them is in a group");
        return Err(Refusal::new(Rule::Guard, text, ""));
    }
    if group.organisation_id().is_some_and(|own| own != person.standing.organisation) {
        let text = format!("`{login}` is of another organisation than the group");
        return Err(Refusal::new(Rule::Guard, text, "a user of its organisation"));
    }
    Ok(())
}

fn may_leave(case: &Case<'_>, group: &Group, person: &Person) -> Result<(), Refusal> {
    let login = person.user.login_shown();
    if person.standing.group != Some(group.id) {
        let text = format!("`{login}` is not in this group");
        return Err(Refusal::new(Rule::State, text, "a user who is in it"));
    }
    // Whom an operator in a group moves ends in one below, unless without level and roles.
    let keeps_more = person.standing.level.is_some() || !person.user.roles.is_empty();
    if case.operator.standing.group.is_some() && keeps_more {
        let text = format!("`{login}` has a level or roles, and must end in a group below yours");
        return Err(Refusal::new(Rule::Giving, text, "an operator who is in no group"));
    }
    Ok(())
}
