//! The tree of groups: who stands below whom, and what each holds.
//!
//! It is small (see `limits::GROUPS_MAX`), so it is computed with as a whole. Nothing here reads the database.

use std::collections::{BTreeMap, BTreeSet};

use crate::authz::grants::RightSet;
use crate::base::ids::{GroupId, OrganisationId};
use crate::base::limits::GROUP_DEPTH_MAX;
use crate::domain::level::Level;
use crate::domain::organisation::Organisation;
use crate::domain::transfer_limits::TransferLimits;

/// One group, with all that is stored of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id, shown as `G12`.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// What it is for; empty where nobody wrote that.
    pub description: String,
    /// Its organisation; `None` is institution-wide.
    pub organisation: Option<Organisation>,
    /// The group above; `None` is a root.
    pub parent: Option<GroupId>,
    /// Its rights, closed.
    pub rights: RightSet,
    /// Its transfer limits, where it has any.
    pub limits: Option<TransferLimits>,
    /// Users in it, without those in groups below.
    pub users: u64,
    /// Rises with every change.
    pub version: i64,
}

impl Group {
    /// The id of its organisation.
    pub fn organisation_id(&self) -> Option<OrganisationId> {
        self.organisation.as_ref().map(|organisation| organisation.id)
    }
}

/// Groups by id. Parents may be missing where they are out of sight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupTree(BTreeMap<GroupId, Group>);

impl GroupTree {
    /// The tree of these groups.
    pub fn new(groups: impl IntoIterator<Item = Group>) -> Self {
        Self(groups.into_iter().map(|group| (group.id, group)).collect())
    }

    /// The group with this id.
    pub fn of(&self, id: GroupId) -> Option<&Group> {
        self.0.get(&id)
    }

    /// All groups, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Group> {
        self.0.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The group above `group`.
    pub fn parent(&self, group: &Group) -> Option<&Group> {
        self.of(group.parent?)
    }

    /// Groups strictly below `id`, parents before children.
    pub fn below(&self, id: GroupId) -> Vec<&Group> {
        let mut found: Vec<&Group> = Vec::new();
        let mut seen = BTreeSet::from([id]);
        let mut layer = vec![id];
        // A cycle, which no action makes, would not run for ever.
        while !layer.is_empty() {
            let children: Vec<&Group> = self
                .iter()
                .filter(|group| group.parent.is_some_and(|parent| layer.contains(&parent)))
                .collect();
            layer = children.iter().map(|group| group.id).filter(|id| seen.insert(*id)).collect();
            found.extend(children.into_iter().filter(|group| layer.contains(&group.id)));
        }
        found
    }

    /// How deep `id` stands, 1 for a root.
    pub fn depth(&self, id: GroupId) -> u32 {
        let mut depth = 1;
        let mut at = self.of(id).and_then(|group| group.parent);
        while let Some(parent) = at.and_then(|id| self.of(id))
            && depth <= GROUP_DEPTH_MAX
        {
            depth += 1;
            at = parent.parent;
        }
        depth
    }

    /// Every group with its depth from 0, children behind their parents and siblings by name. Whose parent is not
    /// there stands as a root.
    pub fn in_order(&self) -> Vec<(usize, &Group)> {
        let mut children: BTreeMap<Option<GroupId>, Vec<&Group>> = BTreeMap::new();
        for group in self.iter() {
            let above = group.parent.filter(|parent| self.0.contains_key(parent));
            children.entry(above).or_default().push(group);
        }
        for siblings in children.values_mut() {
            siblings.sort_by(|one, other| other.name.cmp(&one.name).then(other.id.cmp(&one.id)));
        }
        let mut order = Vec::with_capacity(self.len());
        let mut waiting: Vec<(usize, &Group)> =
            children.remove(&None).unwrap_or_default().into_iter().map(|group| (0, group)).collect();
        while let Some((depth, group)) = waiting.pop() {
            order.push((depth, group));
            let below = children.remove(&Some(group.id)).unwrap_or_default();
            waiting.extend(below.into_iter().map(|child| (depth + 1, child)));
        }
        order
    }
}

/// Users who have a group or a role, counted by what decides whether an operator reaches them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holders {
    /// Their level.
    pub level: Option<Level>,
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Their group.
    pub group: Option<GroupId>,
    /// How many.
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: i64, parent: Option<i64>, name: &str) -> Group {
        Group {
            id: GroupId(id),
            name: name.to_owned(),
            description: String::new(),
            organisation: None,
            parent: parent.map(GroupId),
            rights: RightSet::EMPTY,
            limits: None,
            users: 0,
            version: 1,
        }
    }

    fn tree() -> GroupTree {
        GroupTree::new([
            group(1, None, "b"),
            group(2, Some(1), "z"),
            group(3, Some(1), "a"),
            group(4, Some(2), "x"),
            group(5, None, "a"),
        ])
    }

    #[test]
    fn a_tree_is_told_children_behind_parents_and_siblings_by_name() {
        let tree = tree();
        let told: Vec<(usize, i64)> =
            tree.in_order().iter().map(|(depth, group)| (*depth, group.id.0)).collect();
        assert_eq!(told, [(0, 5), (0, 1), (1, 3), (1, 2), (2, 4)]);
        let part = GroupTree::new([group(4, Some(2), "x")]);
        assert_eq!(part.in_order().len(), 1, "whose parent is out of sight stands as a root");
    }

    #[test]
    fn below_is_strictly_below_and_a_cycle_ends() {
        let ids = |found: Vec<&Group>| found.iter().map(|group| group.id.0).collect::<Vec<_>>();
        assert_eq!(ids(tree().below(GroupId(1))), [2, 3, 4]);
        assert_eq!(ids(tree().below(GroupId(4))), Vec::<i64>::new());
        assert_eq!((tree().depth(GroupId(4)), tree().depth(GroupId(5))), (3, 1));
        let round = GroupTree::new([group(1, Some(2), "a"), group(2, Some(1), "b")]);
        assert_eq!(ids(round.below(GroupId(1))), [2]);
        assert!(round.depth(GroupId(1)) > GROUP_DEPTH_MAX);
    }
}
