//! Texts of three letters and more that many users share, each with who holds it: domains, common names.
//!
//! Without them a common text is looked for in everybody who has its pairs. Which texts are
//! common is guessed from a sample, then all are counted in one pass; one that is missed is only slower.

use std::collections::HashMap;

use crate::base::limits;
use crate::directory::index::grams::{List, Lister};
use crate::directory::index::texts::{Texts, is_text};

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
    pub(super) fn of(texts: &Texts) -> Self {
        let guessed = Guessed::of(texts);
        let counted = counted(texts, &guessed);
        let least = texts.len() / limits::INDEX_SHARED_TEXT_SHARE;
        let mut shared = Self::default();
        // Where the set of each guess came to stand.
        let mut places: Vec<Option<usize>> = Vec::with_capacity(guessed.0.len());
        for (guess, (count, list)) in guessed.0.iter().zip(counted) {
            let place = match guess.set {
                Whose::Own if count >= least => {
                    list.map(|list| shared.keep(list.list(count, texts.len()), count))
                }
                // Who holds it are some of who hold its part: as many are the same.
                Whose::Of(other) => places[other].filter(|place| shared.counts[*place] == count),
                Whose::Own | Whose::Nobodys => None,
            };
            if let Some(place) = place {
                shared.by_text.insert(guess.text.into(), u32::try_from(place).unwrap_or(u32::MAX));
            }
            places.push(place);
        }
        shared
    }

    fn keep(&mut self, list: List, count: usize) -> usize {
        self.bytes += list.bytes();
        self.sets.push(list);
        self.counts.push(count);
        self.sets.len() - 1
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

/// Texts that are worth counting, a part always before what it is part of.
struct Guessed<'a>(Vec<Guess<'a>>);

struct Guess<'a> {
    text: &'a [u8],
    set: Whose,
}

/// Whose set tells who holds a text.
#[derive(Clone, Copy)]
enum Whose {
    Own,
    /// That of the text at this place, if as many hold both.
    Of(usize),
    /// Half a letter: never asked for by itself.
    Nobodys,
}

impl<'a> Guessed<'a> {
    fn of(texts: &'a Texts) -> Self {
        let users = texts.len();
        let records = sample(texts);
        let often = records.len() / limits::INDEX_SHARED_TEXT_SHARE;
        let (mut guesses, mut room) = (Vec::new(), users * limits::INDEX_SHARED_TEXTS_BYTES);
        // The texts that are a byte shorter: where they stand, and how many of the sample hold them.
        let mut shorter: HashMap<&[u8], (usize, usize)> = HashMap::new();
        for length in 3..=limits::INDEX_SHARED_TEXT_BYTES_MAX {
            let mut longer: Vec<(usize, &[u8])> =
                common(&records, length, often, |text| length == 3 || shorter.contains_key(text)).collect();
            // The most frequent first: they save most, and longer texts that the same users hold cost nothing.
            longer.sort_unstable_by(|left, right| right.cmp(left));
            let mut kept = HashMap::new();
            for (held, text) in longer {
                let parts = [&text[..length - 1], &text[1..]].map(|part| shorter.get(part).copied());
                let same = parts.into_iter().flatten().find(|(_, by)| *by == held);
                let bytes = List::bytes_of(held * users / records.len().max(1), users);
                let set = if std::str::from_utf8(text).is_err() {
                    Whose::Nobodys
                } else if let Some((at, _)) = same {
                    Whose::Of(at)
                } else if let Some(left) = room.checked_sub(bytes) {
                    room = left;
                    Whose::Own
                } else {
                    continue;
                };
                kept.insert(text, (guesses.len(), held));
                guesses.push(Guess { text, set });
            }
            if kept.is_empty() {
                break;
            }
            shorter = kept;
        }
        Self(guesses)
    }
}

/// For each guess how many hold it, and who, where it is to have a set of its own.
fn counted(texts: &Texts, guessed: &Guessed<'_>) -> Vec<(usize, Option<Lister>)> {
    let tree = Tree::of(guessed);
    let mut counted: Vec<(usize, Option<Lister>)> =
        guessed.0.iter().map(|guess| (0, matches!(guess.set, Whose::Own).then(Lister::default))).collect();
    // One more than the last slot that held each.
    let mut last = vec![0; counted.len()];
    for slot in 0..texts.len() {
        tree.walk(texts.get(slot), |guess| {
            if last[guess] != slot + 1 {
                last[guess] = slot + 1;
                let (count, list) = &mut counted[guess];
                *count += 1;
                if let Some(list) = list {
                    list.add(slot);
                }
            }
        });
    }
    counted
}

/// The guesses as a tree: from a text to those that are a byte longer.
struct Tree {
    /// For each node the node by the next byte; 0 where there is none. The first node is the empty text.
    next: Vec<[u32; 256]>,
    /// Which guess each node is.
    guesses: Vec<Option<usize>>,
}

impl Tree {
    fn of(guessed: &Guessed<'_>) -> Self {
        let mut tree = Self { next: vec![[0; 256]], guesses: vec![None] };
        for (at, guess) in guessed.0.iter().enumerate() {
            let mut node = 0;
            for byte in guess.text {
                let known = tree.next[node][usize::from(*byte)] as usize;
                node = if known > 0 { known } else { tree.add(node, *byte) };
            }
            tree.guesses[node] = Some(at);
        }
        tree
    }

    fn add(&mut self, node: usize, byte: u8) -> usize {
        let added = self.next.len();
        self.next.push([0; 256]);
        self.guesses.push(None);
        self.next[node][usize::from(byte)] = u32::try_from(added).unwrap_or_default();
        added
    }

    /// Calls `tell` with every guess that `record` holds, as often as it does.
    fn walk(&self, record: &[u8], mut tell: impl FnMut(usize)) {
        for start in 0..record.len() {
            let mut node = 0;
            for byte in &record[start..] {
                node = self.next[node][usize::from(*byte)] as usize;
                if node == 0 {
                    break;
                }
                if let Some(guess) = self.guesses[node] {
                    tell(guess);
                }
            }
        }
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
