//! Texts of three letters and more that many users share, each with who holds it: domains, common names.
//!
//! Without them a common text is looked for in everybody who has its pairs. Which texts are
//! common is guessed from a sample and then counted; one that is missed is only slower.

use std::collections::{HashMap, HashSet};

use crate::base::limits;
use crate::directory::index::bits::Bits;
use crate::directory::index::grams::{Grams, List};
use crate::directory::index::texts::{Texts, Wanted, is_text};

/// The texts that are kept, and their sets; several texts may have one set.
#[derive(Debug, Default)]
pub(super) struct SharedTexts {
    sets: Vec<List>,
    counts: Vec<usize>,
    /// Memory of the sets, in bytes.
    bytes: usize,
    by_text: HashMap<Box<[u8]>, u32>,
}

impl SharedTexts {
    pub(super) fn of(texts: &Texts, grams: &Grams) -> Self {
        let mut shared = Self::default();
        let slots = texts.len();
        let least = slots / limits::INDEX_SHARED_TEXT_SHARE;
        let records = sample(texts);
        let often = records.len() / limits::INDEX_SHARED_TEXT_SHARE;
        let mut shorter: HashSet<&[u8]> = HashSet::new();
        for length in 3..=limits::INDEX_SHARED_TEXT_BYTES_MAX {
            let mut longer: Vec<(usize, &[u8])> =
                common(&records, length, often, |text| length == 3 || shorter.contains(text)).collect();
            // The most frequent first: they save most, and longer texts that the same users hold cost nothing.
            longer.sort_unstable_by(|left, right| right.cmp(left));
            let mut longer: Vec<&[u8]> = longer.into_iter().map(|(_, text)| text).collect();
            longer.retain(|text| shared.keep(text, texts, grams, least));
            if longer.is_empty() {
                break;
            }
            shorter = longer.into_iter().collect();
        }
        shared
    }

    /// Counts who holds `text`; whether it is worth a set, or has one.
    fn keep(&mut self, text: &[u8], texts: &Texts, grams: &Grams, least: usize) -> bool {
        let Ok(needle) = std::str::from_utf8(text) else {
            // Half a letter: needed to reach longer texts, never asked for by itself.
            return true;
        };
        let parts = [&text[..text.len() - 1], &text[1..]].map(|part| self.by_text.get(part).copied());
        let mut found = match parts.into_iter().flatten().min_by_key(|set| self.counts[*set as usize]) {
            Some(part) => {
                let mut found = Bits::none(texts.len());
                self.sets[part as usize].add_to(&mut found);
                found
            }
            None => grams.candidates(text, texts.len()).slots,
        };
        let wanted = Wanted::anywhere(needle.to_owned());
        let search = wanted.search();
        let others: Vec<usize> = found.slots().filter(|slot| !texts.holds(*slot, &search)).collect();
        for slot in others {
            found.clear(slot);
        }
        let count = found.count();
        if count < least {
            return false;
        }
        // Who holds it are some of who hold its part: as many are the same.
        let same = parts.into_iter().flatten().find(|set| self.counts[*set as usize] == count);
        let set = if let Some(set) = same {
            set
        } else {
            let set = List::of(&found, count, texts.len());
            if self.bytes + set.bytes() > texts.len() * limits::INDEX_SHARED_TEXTS_BYTES {
                return false;
            }
            self.bytes += set.bytes();
            self.sets.push(set);
            self.counts.push(count);
            u32::try_from(self.sets.len() - 1).unwrap_or(u32::MAX)
        };
        self.by_text.insert(text.into(), set);
        true
    }

    /// Who holds `text`, where that is known.
    pub(super) fn get(&self, text: &[u8]) -> Option<&List> {
        self.by_text.get(text).map(|set| &self.sets[*set as usize])
    }

    /// The sets of the texts within `text`, the longest of those that begin at one place.
    pub(super) fn within(&self, text: &[u8]) -> impl Iterator<Item = &List> {
        let mut sets: Vec<u32> = (0..text.len())
            .filter_map(|start| {
                let most = (text.len() - start).min(limits::INDEX_SHARED_TEXT_BYTES_MAX);
                (3..=most).rev().find_map(|length| self.by_text.get(&text[start..start + length]).copied())
            })
            .collect();
        // The rarest first: the others are of no use once few are left.
        sets.sort_unstable_by_key(|set| (self.counts[*set as usize], *set));
        sets.dedup();
        sets.into_iter().map(|set| &self.sets[set as usize])
    }

    pub(super) fn bytes(&self) -> usize {
        let texts: usize =
            self.by_text.keys().map(|text| text.len() + size_of::<Box<[u8]>>() + 2 * size_of::<u32>()).sum();
        texts + self.bytes
    }
}

/// Records at even distances.
fn sample(texts: &Texts) -> Vec<&[u8]> {
    let step = texts.len().div_ceil(limits::INDEX_SAMPLE_USERS).max(1);
    (0..texts.len()).step_by(step).map(|slot| texts.get(slot)).collect()
}

/// Texts of `length` that more than `often` of the `records` hold, and whose two parts are `known`.
fn common<'a>(
    records: &[&'a [u8]],
    length: usize,
    often: usize,
    known: impl Fn(&[u8]) -> bool,
) -> impl Iterator<Item = (usize, &'a [u8])> {
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    for record in records {
        let mut seen: Vec<&[u8]> =
            record.windows(length).filter(|text| text.iter().all(|byte| is_text(*byte))).collect();
        seen.sort_unstable();
        seen.dedup();
        for text in seen {
            if known(&text[1..]) && known(&text[..length - 1]) {
                *counts.entry(text).or_default() += 1;
            }
        }
    }
    counts.into_iter().filter(move |(_, count)| *count > often).map(|(text, count)| (count, text))
}
