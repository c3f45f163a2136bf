//! What a single term means in a segment: the slots for which `meaning` would say yes.

use std::ops::Range;

use crate::authz::standing::Sight;
use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::filter::{Extent, Field, What, searched};
use crate::directory::index::bits::Bits;
use crate::directory::index::facts::Packed;
use crate::directory::index::memo::Asked;
use crate::directory::index::names::Lists;
use crate::directory::index::order::Along;
use crate::directory::index::segment::{GROUP, LISTS, ORGANISATION, Segment};
use crate::directory::index::value::Value;
use crate::directory::index::words;
use crate::directory::meaning::id_of;
use crate::directory::moments::{Span, TimeField};
use crate::directory::sort::Key;

/// A segment, who asks it, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms<'a> {
    pub(super) segment: &'a Segment,
    pub(super) sight: &'a Sight,
    pub(super) now: Timestamp,
}

impl Terms<'_> {
    /// Whom `what` means.
    pub(super) fn meant(&self, what: &What) -> Bits {
        let mut found = Bits::none(self.segment.len());
        match what {
            What::Word(needle) => words::word(self, needle, &mut found),
            What::Like(word) => self.remember(what, &mut found, || words::like(self.segment, word)),
            What::Status(list) => {
                self.segment.with_status(&mut found, self.now, |status| list.contains(&status));
            }
            What::Kind(list) => self.packed(what, &mut found, |packed| list.contains(&packed.kind())),
            What::Level(list) => self.packed(what, &mut found, |packed| list.contains(&packed.level())),
            What::Category(list) => self.packed(what, &mut found, |packed| {
                packed.category().is_some_and(|category| list.contains(&category))
            }),
            What::Product(list) => self.packed(what, &mut found, |packed| list.contains(&packed.product())),
            What::Fact(fact) => self.packed(what, &mut found, |packed| packed.has(*fact)),
            What::Id(list) => {
                for slot in list.iter().filter_map(|word| self.segment.slot_of(id_of(word)?)) {
                    found.set(slot);
                }
            }
            What::Text(field, extent, values) => {
                for value in values {
                    self.text(*field, *extent, value, &mut found);
                }
            }
            What::Attribute(name, extent, values) => {
                self.remember(what, &mut found, || self.attribute(&searched(name), *extent, values));
            }
            // Nobody but whom the store found, who stand in its place then.
            What::Complete(..) => {}
            What::Among(users) => {
                users.iter().filter_map(|user| self.segment.slot_of(*user)).for_each(|slot| found.set(slot));
            }
            What::Time(field, span) => self.time(*field, *span, &mut found),
            What::Never(field) => self.never(*field, &mut found),
        }
        found
    }

    fn remember(&self, what: &What, found: &mut Bits, answer: impl FnOnce() -> Bits) {
        self.segment.memo.ask(Asked::Term(what.clone()), self.segment.len(), answer).add_to(found);
    }

    fn packed(&self, what: &What, found: &mut Bits, is_meant: impl Fn(Packed) -> bool) {
        let packed = &self.segment.packed;
        self.remember(what, found, || Bits::of(packed.iter().map(|packed| is_meant(*packed))));
    }

    /// Whom a column of shared names means by numbers for which `are` says yes.
    pub(super) fn shared(&self, column: usize, are: &[bool], found: &mut Bits) {
        if !are.contains(&true) {
            return;
        }
        let numbers = &self.segment.shared[column];
        let answer = || Bits::of(numbers.iter().map(|number| are[*number as usize]));
        self.segment.memo.ask(Asked::Shared(column, are.to_vec()), self.segment.len(), answer).add_to(found);
    }

    fn text(&self, field: Field, extent: Extent, value: &str, found: &mut Bits) {
        let holds = |text: &String| match extent {
            Extent::Part => text.contains(value),
            Extent::Whole => text == value,
        };
        let names = &self.segment.names;
        let mut by_list = |list: fn(&Lists) -> &[String]| {
            self.shared(LISTS, &names.lists.are(|lists| list(lists).iter().any(holds)), found);
        };
        match field {
            Field::Role => by_list(|lists| &lists.roles),
            Field::Tag => by_list(|lists| &lists.tags),
            Field::AccountType => by_list(|lists| &lists.account_types),
            Field::Organisation => {
                let are = names.organisations.are(|organisation| organisation.words.iter().any(holds));
                self.shared(ORGANISATION, &are, found);
            }
            Field::Group => {
                let are = names.groups.are(|group| !group.word.is_empty() && holds(&group.word));
                self.shared(GROUP, &are, found);
            }
            Field::Login | Field::Name | Field::Email | Field::Phone | Field::Core | Field::AccountId => {
                words::field(self, field, extent, value, found);
            }
        }
    }

    fn attribute(&self, name: &str, extent: Extent, values: &[String]) -> Bits {
        let mut found = Bits::none(self.segment.len());
        let is_value = |text: &str| {
            values.iter().any(|value| match extent {
                Extent::Part => text.contains(value),
                Extent::Whole => text == value,
            })
        };
        for (slot, mut pairs) in self.segment.attributes.pairs() {
            if pairs.any(|(known, value)| known == name && is_value(value)) {
                found.set(slot);
            }
        }
        found
    }

    /// The column of a time that everybody may have.
    const fn column(field: TimeField) -> Option<Column> {
        match field {
            TimeField::Created => Some(Column::Added),
            TimeField::Modified => Some(Column::Modified),
            TimeField::Enrolled => Some(Column::Enrolled),
            TimeField::LastLogin => Some(Column::LastLogin),
            TimeField::InactiveUntil => None,
        }
    }

    fn window_ends(&self) -> impl Iterator<Item = (usize, i64)> {
        let timed = self.segment.timed.iter();
        timed.filter_map(|(slot, timed)| Some((*slot as usize, timed.window?.to?.0)))
    }

    fn time(&self, field: TimeField, span: Span, found: &mut Bits) {
        let range = span.range(self.now);
        match Self::column(field) {
            Some(column) => found.or(&self.within(column, &range)),
            None => self
                .window_ends()
                .filter(|(_, end)| range.contains(end))
                .for_each(|(slot, _)| found.set(slot)),
        }
    }

    fn never(&self, field: TimeField, found: &mut Bits) {
        if let Some(column) = Self::column(field) {
            found.or(&self.within(column, &(-1..0)));
        } else {
            self.window_ends().for_each(|(slot, _)| found.set(slot));
            found.flip();
        }
    }

    /// Whose time in `column` lies in `range`: they stand together in its order.
    fn within(&self, column: Column, range: &Range<i64>) -> Bits {
        let along = Along::of(self.segment, Key { column, descending: false });
        let before =
            |time: i64| along.partition(0, |slot| slot.value(column, self.now) < Value::Number(time));
        let (start, end) = (before(range.start), before(range.end));
        let users = self.segment.len();
        if end.saturating_sub(start) * 2 <= users {
            let mut within = Bits::none(users);
            (start..end).for_each(|place| within.set(along.at(place)));
            return within;
        }
        let mut within = Bits::all(users);
        (0..start).chain(end..users).for_each(|place| within.clear(along.at(place)));
        within
    }
}
