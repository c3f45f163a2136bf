//! Actions upon groups, and what several of them ask.

pub mod clone;
pub mod create;
pub mod delete;
pub mod edit;
pub mod limits;
pub mod link_users;

use crate::actions::case::Case;
use crate::actions::structure::{name_fits, organisation};
use crate::authz::grants::RightSet;
use crate::authz::groups::Group;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::ids::GroupId;
use crate::base::limits::{GROUP_DEPTH_MAX, GROUPS_MAX};
use crate::base::text::{folded, visible};
use crate::domain::organisation::Organisation;
use crate::domain::target::TargetKind;

/// Where a new group is to stand.
struct Place<'c> {
    parent: Option<&'c Group>,
    organisation: Option<&'c Organisation>,
}

/// The place that was asked for, as far as the operator may put a group there.
fn place<'c>(case: &Case<'c>) -> Result<Place<'c>, Refusal> {
    let asked = case.answers.of("parent");
    let own = &case.operator.standing;
    if asked.is_empty() {
        if own.group.is_some() {
            return Err(Refusal::new(
                Rule::Level,
                "you are in a group: a new one hangs on it, or on one below",
                "name a parent (`--parent GROUP`)",
            ));
        }
        return Ok(Place { parent: None, organisation: organisation(case)? });
    }
    let parent = named(case, asked)?;
    if !case.answers.of("organisation").is_empty() {
        let text = "organisation: is that of the parent";
        return Err(Refusal::new(Rule::Guard, text, "leave it out where a parent is named"));
    }
    below(case, parent)
}

/// The place below `parent`.
fn below<'c>(case: &Case<'c>, parent: &'c Group) -> Result<Place<'c>, Refusal> {
    if case.facts.groups.depth(parent.id) >= GROUP_DEPTH_MAX {
        let text =
            format!("`{}` stands {GROUP_DEPTH_MAX} deep, deeper than which no group stands", parent.name);
        return Err(Refusal::new(Rule::Guard, text, "a parent further up"));
    }
    Ok(Place { parent: Some(parent), organisation: parent.organisation.as_ref() })
}

/// The group that `asked` names, by name or id, among those that the operator sees.
fn named<'c>(case: &Case<'c>, asked: &str) -> Result<&'c Group, Refusal> {
    let seen = || case.facts.groups.iter().filter(|group| case.operator.sees_group(group));
    let by_name: Vec<&Group> = seen().filter(|group| folded(&group.name) == folded(asked)).collect();
    match by_name[..] {
        [one] => Ok(one),
        [] => {
            let id = GroupId::parse(asked);
            seen()
                .find(|group| Some(group.id) == id)
                .ok_or_else(|| Refusal::no_such(TargetKind::Group, asked))
        }
        [..] => {
            let ids: Vec<String> = by_name.iter().map(|group| group.id.to_string()).collect();
            let text = format!("{} groups are called `{}`", ids.len(), visible(asked));
            Err(Refusal::new(Rule::Guard, text, format!("name it by its id: {}", ids.join(", "))))
        }
    }
}

/// Whether another group may be called `name` within `organisation`.
///
/// Asked of every group of the organisation, those out of the operator's sight among them: a name means one group to
/// files, forms and the command line. It tells no more than that some group of one's own organisation is called so.
fn name_is_free(case: &Case<'_>, name: &str, organisation: Option<&Organisation>) -> Result<(), Refusal> {
    name_fits(name)?;
    let refuse = |text: String| Err(Refusal::new(Rule::Guard, text, "another name"));
    let own = case.group().ok().map(|group| group.id);
    let organisation = organisation.map(|organisation| organisation.id);
    let is_taken = case.facts.groups.iter().any(|group| {
        Some(group.id) != own
            && group.organisation_id() == organisation
            && folded(&group.name) == folded(name)
    });
    if is_taken { refuse(format!("the name `{}` is taken there", visible(name))) } else { Ok(()) }
}

/// Whether the institution takes another group.
fn there_is_room(case: &Case<'_>) -> Result<(), Refusal> {
    if case.facts.groups.len() < GROUPS_MAX {
        return Ok(());
    }
    Err(Refusal::new(
        Rule::Guard,
        format!("there are {GROUPS_MAX} groups, and no more than that"),
        "delete one first",
    ))
}

/// Whether `rights` lie within those of `parent`.
fn within(rights: RightSet, parent: Option<&Group>) -> Result<(), Refusal> {
    let Some(parent) = parent else { return Ok(()) };
    let Some(lacking) = rights.iter().find(|right| !parent.rights.holds(*right)) else { return Ok(()) };
    let code = lacking.code();
    let implying = rights.iter().find(|right| *right != lacking && RightSet::closed([*right]).holds(lacking));
    let implied = implying.map_or_else(String::new, |right| format!(", which `{}` implies", right.code()));
    Err(Refusal::new(
        Rule::Guard,
        format!("the parent `{}` has not the right `{code}`{implied}", parent.name),
        format!("give `{code}` to the parent first, or leave it out"),
    ))
}

/// The groups below `group` that lose some of `taken`; and in words who loses what.
fn losing(case: &Case<'_>, group: &Group, taken: RightSet) -> (Vec<GroupId>, Vec<String>) {
    let below: Vec<&Group> =
        case.facts.groups.below(group.id).into_iter().filter(|below| below.rights.meets(taken)).collect();
    let mut all = vec![group];
    all.extend(&below);
    let mut told = vec![format!("{} fewer rights at once.", verb(&all, "has", "have"))];
    for one in &below {
        let lost: Vec<&str> =
            one.rights.iter().filter(|right| taken.holds(*right)).map(Right::code).collect();
        told.push(format!("`{}` below loses {} ({}).", one.name, lost.join(", "), users_inside(&[one])));
    }
    let moves_no_more = |one: &&&Group| taken.holds(Right::CardTransfer) && one.limits.is_some();
    for one in all.iter().filter(moves_no_more) {
        told.push(format!("The transfer limits of `{}` go with `{}`.", one.name, Right::CardTransfer.code()));
    }
    (below.iter().map(|below| below.id).collect(), told)
}

/// How many users are in these groups: `1 user`, `12 users`.
fn users_inside(groups: &[&Group]) -> String {
    match groups.iter().map(|group| group.users).sum::<u64>() {
        1 => "1 user".to_owned(),
        many => format!("{many} users"),
    }
}

fn verb(groups: &[&Group], one: &str, many: &str) -> String {
    let is_one = groups.iter().map(|group| group.users).sum::<u64>() == 1;
    format!("{} {}", users_inside(groups), if is_one { one } else { many })
}
