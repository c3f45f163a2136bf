//! Texts of the few users that have any: nothing is kept of the others.

use crate::directory::index::segment::slot_number;
use crate::directory::index::texts::Texts;

/// Records of some slots.
#[derive(Clone, Debug)]
pub(super) struct SparseTexts {
    /// Ascending.
    slots: Vec<u32>,
    texts: Texts,
}

impl SparseTexts {
    pub(super) fn new() -> Self {
        Self { slots: Vec::new(), texts: Texts::with_fields(0) }
    }

    /// Gives `slot`, greater than all before, a record.
    pub(super) fn push(&mut self, slot: usize, fields: &[&[&str]]) {
        self.slots.push(slot_number(slot));
        self.texts.push_fields(fields);
    }

    /// Gives `slot` the record of `from` in `other`, where that has one.
    pub(super) fn push_from(&mut self, slot: usize, other: &Self, from: usize) {
        if let Some(at) = other.place(from) {
            self.slots.push(slot_number(slot));
            self.texts.push_from(&other.texts, at);
        }
    }

    fn place(&self, slot: usize) -> Option<usize> {
        self.slots.binary_search(&slot_number(slot)).ok()
    }

    /// The record of `slot`.
    pub(super) fn get(&self, slot: usize) -> Option<&[u8]> {
        self.place(slot).map(|at| self.texts.get(at))
    }

    /// Each slot that has a record, with its fields of two values each.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, impl Iterator<Item = (&str, &str)>)> {
        self.slots.iter().enumerate().map(|(at, slot)| (*slot as usize, self.texts.pairs(at)))
    }

    pub(super) fn shrink(&mut self) {
        self.slots.shrink_to_fit();
        self.texts.shrink();
    }

    pub(super) const fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<u32>() + self.texts.bytes()
    }
}
