//! A set of slots, one bit each.

/// Slots in one word.
pub(super) const WORD: usize = 64;

/// A set of slots.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    pub(super) words: Vec<u64>,
}

impl Bits {
    /// An empty set with room for `slots`.
    pub(super) fn none(slots: usize) -> Self {
        Self { words: vec![0; slots.div_ceil(WORD)] }
    }

    pub(super) fn set(&mut self, slot: usize) {
        set(&mut self.words, slot);
    }

    pub(super) fn holds(&self, slot: usize) -> bool {
        self.words[slot / WORD] >> (slot % WORD) & 1 == 1
    }

    pub(super) fn count(&self) -> usize {
        count(&self.words)
    }

    /// The slots, ascending.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| slots_of(*word).map(move |bit| at * WORD + bit))
    }
}

/// Sets a bit in a part of a set.
pub(super) fn set(words: &mut [u64], slot: usize) {
    words[slot / WORD] |= 1 << (slot % WORD);
}

/// Bits that are set in a part of a set.
pub(super) fn count(words: &[u64]) -> usize {
    words.iter().map(|word| word.count_ones() as usize).sum()
}

/// The bits of one word, ascending.
pub(super) fn slots_of(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros() as usize;
            word &= word - 1;
            bit
        })
    })
}
