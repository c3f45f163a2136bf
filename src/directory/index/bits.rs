//! A set of slots, one bit each.

use std::thread;

/// Slots in one word.
const WORD: usize = 64;

/// A set of slots of one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
    slots: usize,
}

impl Bits {
    /// An empty set with room for `slots`.
    pub(super) fn none(slots: usize) -> Self {
        Self { words: vec![0; slots.div_ceil(WORD)], slots }
    }

    /// All of `slots`.
    pub(super) fn all(slots: usize) -> Self {
        let mut all = Self { words: vec![u64::MAX; slots.div_ceil(WORD)], slots };
        all.trim();
        all
    }

    /// The slots from 0 on for which `is_in` holds.
    pub(super) fn of(items: impl ExactSizeIterator<Item = bool>) -> Self {
        let mut bits = Self { words: Vec::with_capacity(items.len().div_ceil(WORD)), slots: items.len() };
        let (mut word, mut at) = (0_u64, 0_u32);
        for is_in in items {
            word |= u64::from(is_in) << at;
            at += 1;
            if at == u64::BITS {
                bits.words.push(word);
                (word, at) = (0, 0);
            }
        }
        if at > 0 {
            bits.words.push(word);
        }
        bits
    }

    fn trim(&mut self) {
        let over = self.words.len() * WORD - self.slots;
        if let Some(last) = self.words.last_mut() {
            *last &= u64::MAX >> over;
        }
    }

    /// How many slots there are, whether in the set or not.
    pub(super) const fn slots_in_all(&self) -> usize {
        self.slots
    }

    pub(super) fn set(&mut self, slot: usize) {
        self.words[slot / WORD] |= 1 << (slot % WORD);
    }

    pub(super) fn clear(&mut self, slot: usize) {
        self.words[slot / WORD] &= !(1 << (slot % WORD));
    }

    pub(super) fn holds(&self, slot: usize) -> bool {
        self.words[slot / WORD] >> (slot % WORD) & 1 == 1
    }

    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(super) fn and(&mut self, other: &Self) {
        self.each(other, |word, other| *word &= other);
    }

    pub(super) fn or(&mut self, other: &Self) {
        self.each(other, |word, other| *word |= other);
    }

    pub(super) fn and_not(&mut self, other: &Self) {
        self.each(other, |word, other| *word &= !other);
    }

    pub(super) fn flip(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        self.trim();
    }

    /// Adds what is in both of the others.
    pub(super) fn or_both(&mut self, left: &Self, right: &Self) {
        for (word, (left, right)) in self.words.iter_mut().zip(left.words.iter().zip(&right.words)) {
            *word |= left & right;
        }
    }

    /// Leaves of the slots those for which `keep` says yes.
    pub(super) fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        retain(&mut self.words, 0, &keep);
    }

    /// The same, where `keep` takes so long that a second thread is worth while.
    pub(super) fn retain_by_two(&mut self, keep: impl Fn(usize) -> bool + Sync) {
        let half = self.words.len() / 2;
        let (left, right) = self.words.split_at_mut(half);
        let keep = &keep;
        thread::scope(|scope| {
            scope.spawn(move || retain(right, half * WORD, keep));
            retain(left, 0, keep);
        });
    }

    fn each(&mut self, other: &Self, apply: impl Fn(&mut u64, u64)) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            apply(word, *other);
        }
    }

    /// The slots, ascending.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| slots_of(*word).map(move |bit| at * WORD + bit))
    }

    /// Memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
    }
}

/// The same for some of the words, whose first slot is `start`.
fn retain(words: &mut [u64], start: usize, keep: &impl Fn(usize) -> bool) {
    for (at, word) in words.iter_mut().enumerate() {
        for bit in slots_of(*word) {
            if !keep(start + at * WORD + bit) {
                *word &= !(1 << bit);
            }
        }
    }
}

/// The bits of one word, ascending.
fn slots_of(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros() as usize;
            word &= word - 1;
            bit
        })
    })
}
