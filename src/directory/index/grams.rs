//! Where each letter, each pair of letters, and each longer text that many users share is found.
//!
//! One and two bytes are answered at once. Longer texts are looked up by their pairs and
//! by the shared texts within them; who is left must be looked at. Frequent ones are sets
//! of bits, the others lists of steps, a byte or two each.

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
        self.shared.get_or_init(|| SharedTexts::of(texts, self));
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

    /// Who has all but at most `broken` of the pairs of `word`; everybody where that says nothing.
    pub(super) fn with_pairs(&self, word: &[u8], broken: usize, slots: usize) -> Bits {
        let mut pairs: Vec<usize> = word.windows(2).map(|two| pair(two[0], two[1])).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let Some(least) = pairs.len().checked_sub(broken).filter(|least| *least > 0) else {
            return Bits::all(slots);
        };
        // The set at `n` has more than `n` of the pairs so far.
        let mut having = vec![Bits::none(slots); least];
        for gram in pairs {
            let mut with = Bits::none(slots);
            self.pairs.gather(gram, &mut with);
            for at in (0..least).rev() {
                let mut more = with.clone();
                if at > 0 {
                    more.and(&having[at - 1]);
                }
                having[at].or(&more);
            }
        }
        having.pop().unwrap_or_default()
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

impl List {
    pub(super) fn of(slots: &Bits, count: usize, users: usize) -> Self {
        if count * limits::INDEX_FREQUENT_SHARE > users {
            return Self::Bits(slots.clone());
        }
        let (mut steps, mut last) = (Vec::new(), 0);
        for slot in slots.slots() {
            let next = u32::try_from(slot + 1).unwrap_or(u32::MAX);
            write(&mut steps, next - last);
            last = next;
        }
        Self::Steps(steps.into())
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
