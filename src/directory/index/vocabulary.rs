//! Names in use among the users that exist for who asks.

use std::collections::BTreeSet;

use crate::authz::standing::Sight;
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::index::segment::{GROUP, LISTS, ORGANISATION, Segment};
use crate::directory::index::select::Selected;
use crate::directory::index::{Index, Sought};
use crate::directory::words::Words;

impl Index {
    /// The names in use among those that exist for who has `sight`: nobody else's are told.
    pub fn words(&self, sight: &Sight) -> Words {
        let filter = Filter::default();
        let found = self.find(Sought { filter: &filter, sight, now: Timestamp(0) });
        let mut sets: [BTreeSet<String>; 6] = Default::default();
        for (part, selected) in self.parts.iter().zip(&found.parts) {
            add(&part.segment, selected, &mut sets);
        }
        let [organisations, groups, roles, tags, account_types, attributes] =
            sets.map(|names| names.into_iter().filter(|name| !name.is_empty()).collect());
        Words { organisations, groups, roles, tags, account_types, attributes }
    }
}

fn add(segment: &Segment, selected: &Selected, sets: &mut [BTreeSet<String>; 6]) {
    let names = &segment.names;
    let mut used = [names.organisations.all.len(), names.groups.all.len(), names.lists.all.len()]
        .map(|names| vec![false; names]);
    for slot in selected.slots.slots() {
        for (used, number) in used.iter_mut().zip(segment.shared_at(slot)) {
            used[number as usize] = true;
        }
    }
    let [organisations, groups, roles, tags, account_types, attributes] = sets;
    let is_used =
        |column: usize| used[column].iter().enumerate().filter(|(_, used)| **used).map(|(at, _)| at);
    organisations.extend(is_used(ORGANISATION).map(|at| names.organisations.all[at].words[0].clone()));
    groups.extend(is_used(GROUP).map(|at| names.groups.all[at].word.clone()));
    for lists in is_used(LISTS).map(|at| &names.lists.all[at]) {
        roles.extend(lists.roles.iter().cloned());
        tags.extend(lists.tags.iter().cloned());
        account_types.extend(lists.account_types.iter().cloned());
    }
    for (_, pairs) in segment.attributes.pairs().filter(|(slot, _)| selected.slots.holds(*slot)) {
        attributes.extend(pairs.map(|(name, _)| name.to_owned()));
    }
}
