//! Where each letter, each pair of letters, and each longer text that many users share is found.
//!
//! One and two bytes are answered at once. Longer texts are looked up by their pairs and
//! by the shared texts within them; who is left must be looked at. Frequent ones are sets
//! of bits, the others lists of steps, a byte or two each.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::base::limits;
use crate::directory::index::bits::Bits;
use crate::directory::index::shared_texts::SharedTexts;
use crate::directory::index::texts::{Texts, is_text};

/// The letters and pairs of one arena.
#[derive(Debug)]
pub(super) struct Grams {
    singles: Postings,
    pairs: Postings,
    /// Filled in later: until then only slower.
    shared: OnceLock<SharedTexts>,
}

/// Who may hold a text.
#[derive(Debug)]
pub(super) struct Candidates {
    pub(super) slots: Bits,
    /// Whether all of them do.
    pub(super) is_exact: bool,
}

impl Grams {
    pub(super) fn of(texts: &Texts) -> Self {
        let (mut singles, mut pairs) = (Gathered::new(1 << 8), Gathered::new(1 << 16));
        for slot in 0..texts.len() {
            let mut before = None;
            for byte in texts.get(slot) {
                if !is_text(*byte) {
                    before = None;
                    continue;
                }
                singles.add(usize::from(*byte), slot);
                if let Some(before) = before {
                    pairs.add(pair(before, *byte), slot);
                }
                before = Some(*byte);
            }
        }
        let slots = texts.len();
        Self { singles: singles.postings(slots), pairs: pairs.postings(slots), shared: OnceLock::new() }
    }

    /// Finds the longer texts that many share.
    pub(super) fn deepen(&self, texts: &Texts) {
        self.shared.get_or_init(|| SharedTexts::of(texts));
    }

    /// Who may hold `needle`, which is not empty, among `slots` users.
    pub(super) fn candidates(&self, needle: &[u8], slots: usize) -> Candidates {
        let exact = |postings: &Postings, gram: usize| {
            let mut found = Bits::none(slots);
            postings.gather(gram, &mut found);
            Candidates { slots: found, is_exact: true }
        };
        match *needle {
            [only] => return exact(&self.singles, usize::from(only)),
            [first, second] => return exact(&self.pairs, pair(first, second)),
            _ => {}
        }
        let shared = self.shared.get();
        if let Some(known) = shared.and_then(|shared| shared.get(needle)) {
            let mut found = Bits::none(slots);
            known.add_to(&mut found);
            return Candidates { slots: found, is_exact: true };
        }
        let mut pairs: Vec<usize> = needle.windows(2).map(|two| pair(two[0], two[1])).collect();
        pairs.sort_unstable_by_key(|gram| (self.pairs.count(*gram), *gram));
        pairs.dedup();
        let mut found = exact(&self.pairs, pairs[0]).slots;
        for within in shared.iter().flat_map(|shared| shared.within(needle)) {
            if found.count() > limits::INDEX_FEW {
                let mut others = Bits::none(slots);
                within.add_to(&mut others);
                found.and(&others);
            }
        }
        for gram in &pairs[1..] {
            // Looking at a few users takes less than decoding a list.
            if let Some(bits) = self.pairs.frequent(*gram) {
                found.and(bits);
            } else if found.count() > limits::INDEX_FEW {
                let mut others = Bits::none(slots);
                self.pairs.gather(*gram, &mut others);
                found.and(&others);
            }
        }
        Candidates { slots: found, is_exact: false }
    }

    /// Who may hold a word that differs from `word` in at most `allowed` letters, or pairs of them exchanged.
    ///
    /// Letters take up to `letter` bytes. A changed one breaks the pairs that it is part of, and may be lost; two
    /// that are exchanged break those of both, and none is lost.
    pub(super) fn nearly(&self, word: &[u8], letter: usize, allowed: usize, slots: usize) -> Bits {
        let pairs: BTreeSet<usize> = word.windows(2).map(|two| pair(two[0], two[1])).collect();
        let singles: BTreeSet<usize> = word.iter().map(|byte| usize::from(*byte)).collect();
        let with_pairs = self.pairs.having(&pairs, slots);
        let with_singles = self.singles.having(&singles, slots);
        let mut nearly = Bits::none(slots);
        for exchanged in 0..=allowed {
            let changed = allowed - exchanged;
            let broken = changed * (letter + 1) + exchanged * (2 * letter + 1);
            let (pairs, singles) =
                (pairs.len().saturating_sub(broken), singles.len().saturating_sub(changed * letter));
            nearly.or_both(&with_pairs[pairs], &with_singles[singles]);
        }
        nearly
    }

    pub(super) fn bytes(&self) -> usize {
        self.singles.bytes() + self.pairs.bytes() + self.shared.get().map_or(0, SharedTexts::bytes)
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// Lists that are being written: for each gram, the steps from user to user.
struct Gathered {
    /// One more than the last slot of each gram; 0 before the first.
    last: Vec<u32>,
    counts: Vec<u32>,
    steps: Vec<Vec<u8>>,
}

impl Gathered {
    fn new(grams: usize) -> Self {
        Self { last: vec![0; grams], counts: vec![0; grams], steps: vec![Vec::new(); grams] }
    }

    fn add(&mut self, gram: usize, slot: usize) {
        let next = u32::try_from(slot + 1).unwrap_or(u32::MAX);
        let step = next - self.last[gram];
        if step == 0 {
            return;
        }
        self.last[gram] = next;
        self.counts[gram] += 1;
        write(&mut self.steps[gram], step);
    }

    fn postings(self, slots: usize) -> Postings {
        let mut postings = Postings::default();
        for (gram, (count, steps)) in self.counts.into_iter().zip(self.steps).enumerate() {
            if count == 0 {
                continue;
            }
            postings.grams.push(u16::try_from(gram).unwrap_or(u16::MAX));
            postings.counts.push(count);
            if count as usize * limits::INDEX_FREQUENT_SHARE > slots {
                let mut bits = Bits::none(slots);
                follow(&steps, &mut bits);
                postings.places.push(Place::Bits(u32::try_from(postings.bits.len()).unwrap_or(u32::MAX)));
                postings.bits.push(bits);
            } else {
                let start = u32::try_from(postings.steps.len()).unwrap_or(u32::MAX);
                postings.steps.extend_from_slice(&steps);
                postings.places.push(Place::Steps(start, u32::try_from(steps.len()).unwrap_or(u32::MAX)));
            }
        }
        postings.steps.shrink_to_fit();
        postings
    }
}

/// A set of slots, written the way that takes less.
#[derive(Debug)]
pub(super) enum List {
    Bits(Bits),
    Steps(Box<[u8]>),
}

/// A list that is being written: the steps from user to user.
#[derive(Debug, Default)]
pub(super) struct Lister {
    /// One more than the last slot; 0 before the first.
    last: u32,
    steps: Vec<u8>,
}

impl Lister {
    /// Adds `slot`, which is greater than all before.
    pub(super) fn add(&mut self, slot: usize) {
        let next = u32::try_from(slot + 1).unwrap_or(u32::MAX);
        write(&mut self.steps, next - self.last);
        self.last = next;
    }

    /// The set of the `count` that were added, among `users`.
    pub(super) fn list(self, count: usize, users: usize) -> List {
        if count * limits::INDEX_FREQUENT_SHARE <= users {
            return List::Steps(self.steps.into());
        }
        let mut bits = Bits::none(users);
        follow(&self.steps, &mut bits);
        List::Bits(bits)
    }
}

impl List {
    /// Memory of a list of so many of the `users`, about, in bytes.
    pub(super) const fn bytes_of(count: usize, users: usize) -> usize {
        // Nearly every step of a list that is worth a set takes one byte.
        if count * limits::INDEX_FREQUENT_SHARE > users { users / 8 } else { count }
    }

    pub(super) fn add_to(&self, found: &mut Bits) {
        match self {
            Self::Bits(bits) => found.or(bits),
            Self::Steps(steps) => follow(steps, found),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Bits(bits) => bits.bytes(),
            Self::Steps(steps) => steps.len(),
        }
    }
}

/// Seven bits a byte; the highest bit tells that another one follows.
fn write(steps: &mut Vec<u8>, mut step: u32) {
    while step >= 0x80 {
        steps.push((step & 0x7F) as u8 | 0x80);
        step >>= 7;
    }
    steps.push((step & 0x7F) as u8);
}

fn follow(steps: &[u8], found: &mut Bits) {
    let (mut next, mut step, mut shift) = (0_usize, 0_usize, 0);
    for byte in steps {
        step |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            next += step;
            found.set(next - 1);
            (step, shift) = (0, 0);
        } else {
            shift += 7;
        }
    }
}

/// Where the users of each gram are told.
#[derive(Debug, Default)]
struct Postings {
    /// Ascending.
    grams: Vec<u16>,
    counts: Vec<u32>,
    places: Vec<Place>,
    steps: Vec<u8>,
    bits: Vec<Bits>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Bits(u32),
    /// Start and length.
    Steps(u32, u32),
}

impl Postings {
    fn find(&self, gram: usize) -> Option<usize> {
        let gram = u16::try_from(gram).ok()?;
        self.grams.binary_search(&gram).ok()
    }

    fn count(&self, gram: usize) -> u32 {
        self.find(gram).map_or(0, |at| self.counts[at])
    }

    /// Who has at least none, one, two and so on of `grams`.
    fn having(&self, grams: &BTreeSet<usize>, slots: usize) -> Vec<Bits> {
        let mut having = vec![Bits::none(slots); grams.len() + 1];
        having[0] = Bits::all(slots);
        for (known, gram) in grams.iter().enumerate() {
            let mut gathered = Bits::default();
            let with = self.frequent(*gram).unwrap_or_else(|| {
                gathered = Bits::none(slots);
                self.gather(*gram, &mut gathered);
                &gathered
            });
            for least in (1..=known + 1).rev() {
                let [fewer, more] = having.get_disjoint_mut([least - 1, least]).expect("two places within");
                more.or_both(fewer, with);
            }
        }
        having
    }

    fn frequent(&self, gram: usize) -> Option<&Bits> {
        match self.places[self.find(gram)?] {
            Place::Bits(at) => Some(&self.bits[at as usize]),
            Place::Steps(..) => None,
        }
    }

    fn gather(&self, gram: usize, found: &mut Bits) {
        match self.find(gram).map(|at| self.places[at]) {
            None => {}
            Some(Place::Bits(at)) => found.or(&self.bits[at as usize]),
            Some(Place::Steps(start, length)) => {
                follow(&self.steps[start as usize..(start + length) as usize], found);
            }
        }
    }

    fn bytes(&self) -> usize {
        self.grams.capacity() * size_of::<u16>()
            + self.counts.capacity() * size_of::<u32>()
            + self.places.capacity() * size_of::<Place>()
            + self.steps.capacity()
            + self.bits.iter().map(Bits::bytes).sum::<usize>()
    }
}
