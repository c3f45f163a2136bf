//! One text of every user in one arena: found by a scan, without a structure that would have to be kept.
//!
//! A byte that no UTF-8 holds stands between the texts, so that nothing is found across a border.

use std::ops::Range;

use memchr::memmem::Finder;

/// Ends every text, and stands before the first.
const END: u8 = 0xFF;

/// Texts by slot.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// Where each text begins, and where the next one would.
    starts: Vec<u32>,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self { bytes: vec![END], starts: vec![1] }
    }

    pub(super) fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.bytes.push(END);
        let next = u32::try_from(self.bytes.len()).expect("the limit of the whole index is below 4 GiB");
        self.starts.push(next);
    }

    pub(super) fn get(&self, slot: usize) -> &[u8] {
        &self.bytes[self.starts[slot] as usize..self.starts[slot + 1] as usize - 1]
    }

    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.capacity() + self.starts.capacity() * size_of::<u32>()
    }

    /// Calls `mark` with every slot in `range` whose text holds `needle`, ascending.
    pub(super) fn holding(&self, needle: &str, range: Range<usize>, mut mark: impl FnMut(usize)) {
        let finder = Finder::new(needle);
        let (mut slot, mut from) = (range.start, self.starts[range.start] as usize);
        let end = self.starts[range.end] as usize;
        while let Some(hit) = finder.find(&self.bytes[from..end]) {
            slot = self.slot_of(slot, from + hit);
            mark(slot);
            slot += 1;
            from = self.starts[slot] as usize;
        }
    }

    /// Calls `mark` with every slot in `range` whose text is `needle`, ascending.
    pub(super) fn equal(&self, needle: &str, range: Range<usize>, mut mark: impl FnMut(usize)) {
        let whole = [&[END], needle.as_bytes(), &[END]].concat();
        let finder = Finder::new(&whole);
        let (mut slot, mut from) = (range.start, self.starts[range.start] as usize - 1);
        let end = self.starts[range.end] as usize;
        while let Some(hit) = finder.find(&self.bytes[from..end]) {
            slot = self.slot_of(slot, from + hit + 1);
            mark(slot);
            slot += 1;
            // The byte that ended this text begins the next find.
            from = self.starts[slot] as usize - 1;
        }
    }

    /// The slot, at or after `slot`, whose text has the byte at `place`. A whole scan passes every slot once.
    fn slot_of(&self, mut slot: usize, place: usize) -> usize {
        while self.starts[slot + 1] as usize <= place {
            slot += 1;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_found_across_a_border_and_everything_within_one() {
        let mut texts = Texts::new();
        for text in ["anna", "", "nan", "anna", "annan"] {
            texts.push(text.as_bytes());
        }
        let holding = |needle: &str, range: Range<usize>| {
            let mut found = Vec::new();
            texts.holding(needle, range, |slot| found.push(slot));
            found
        };
        assert_eq!(holding("n", 0..5), [0, 2, 3, 4]);
        assert_eq!(holding("nan", 1..4), [2]);
        assert_eq!(holding("anan", 0..5), [0; 0]);
        let mut equal = Vec::new();
        texts.equal("anna", 0..5, |slot| equal.push(slot));
        assert_eq!((equal, texts.get(2)), (vec![0, 3], &b"nan"[..]));
    }
}
