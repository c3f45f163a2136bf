//! Groups and roles as screens and lists show them: within the sight of who asks.

use rusqlite::Connection;

use crate::actions::upon::Upon;
use crate::authz::grants::RightSet;
use crate::authz::groups::{Group, GroupTree};
use crate::authz::refusal::Refusal;
use crate::authz::standing::Operator;
use crate::authz::{right, rules};
use crate::base::time::Timestamp;
use crate::domain::target::TargetKind;
use crate::protocol::{GroupPage, Groups, Reply};
use crate::store::structure::{find, read};

/// Every group that exists for `operator`.
pub(in crate::store) fn groups(connection: &Connection, operator: &Operator) -> rusqlite::Result<Reply> {
    let seen = seen(connection, operator)?;
    let free = read::free_staff(connection, &operator.sight(), None)?;
    Ok(Reply::Groups(Box::new(Groups { tree: seen, own: operator.standing.group, free })))
}

/// One of them, by name or id.
pub(in crate::store) fn group(
    connection: &Connection,
    operator: &Operator,
    named: &str,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let upon = find::by_name(connection, operator, TargetKind::Group, named, now)?;
    let tree = seen(connection, operator)?;
    let found = upon.id().and_then(|id| tree.iter().find(|group| group.id.0 == id.number()));
    let Some(group) = found else { return Ok(Reply::Refused(Refusal::no_such(TargetKind::Group, named))) };
    let parent = tree.parent(group).map(|parent| parent.name.clone());
    let below = tree.below(group.id).len() as u64;
    let within = may_hold(&tree, group);
    Ok(Reply::Group(Box::new(GroupPage { group: group.clone(), parent, within, below })))
}

/// Every role that exists for `operator`, by name.
pub(in crate::store) fn roles(connection: &Connection, operator: &Operator) -> rusqlite::Result<Reply> {
    let mut roles = read::roles(connection)?;
    roles.retain(|role| rules::role_exists(operator, role, "").is_ok());
    Ok(Reply::Roles(roles))
}

/// One of them, by name or id.
pub(in crate::store) fn role(
    connection: &Connection,
    operator: &Operator,
    named: &str,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    Ok(match find::by_name(connection, operator, TargetKind::Role, named, now)? {
        Upon::Role(role) if rules::role_exists(operator, &role, named).is_ok() => Reply::Role(role),
        Upon::Role(_)
        | Upon::Nothing
        | Upon::New { .. }
        | Upon::User(_)
        | Upon::Group(_)
        | Upon::Organisation(_) => Reply::Refused(Refusal::no_such(TargetKind::Role, named)),
    })
}

/// The rights that `group` may hold at most: those of its parent, and of a root all. `None` where the parent is out of
/// sight.
fn may_hold(tree: &GroupTree, group: &Group) -> Option<RightSet> {
    match group.parent {
        None => Some(RightSet::closed(right::ALL.iter().map(|spec| spec.right))),
        Some(_) => tree.parent(group).map(|parent| parent.rights),
    }
}

fn seen(connection: &Connection, operator: &Operator) -> rusqlite::Result<GroupTree> {
    let all = read::tree(connection)?;
    let seen = all.iter().filter(|group| operator.sees_group(group)).cloned().map(|mut group| {
        if operator.standing.group == Some(group.id) {
            // Of those in the own group only oneself exists.
            group.users = 1;
        }
        group
    });
    Ok(GroupTree::new(seen))
}
