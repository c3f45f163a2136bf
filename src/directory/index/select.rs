//! Which slots of a segment exist for an operator, and which of them a filter means.
//!
//! Text is looked for in the arenas, everything else asked of each user that is still
//! in question. Large segments are halved between two threads.

use std::collections::BTreeSet;
use std::ops::Range;
use std::thread;

use crate::authz::standing::{Groups, Sight};
use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::directory::filter::{Filter, What};
use crate::directory::index::bits::{self, Bits, WORD};
use crate::directory::index::segment::Segment;
use crate::directory::index::slot::Slot;
use crate::directory::meaning::{Candidate, is_id, phone_form};
use crate::domain::scope::Scope;

/// Who is meant, who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// Who is meant.
    pub filter: &'a Filter,
    /// What exists for who asks.
    pub sight: &'a Sight,
    /// The time of the question: statuses follow the clock.
    pub now: Timestamp,
}

/// What was found in one segment.
#[derive(Debug, Default)]
pub(super) struct Selected {
    pub(super) slots: Bits,
    pub(super) matching: usize,
    /// How many exist for who asked.
    pub(super) existing: usize,
}

/// Selects among the slots of `segment` that are not in `dead`. One thread does it where there are fewer than `alone`.
pub(super) fn select(segment: &Segment, dead: Option<&Bits>, sought: Sought<'_>, alone: usize) -> Selected {
    let mut slots = Bits::none(segment.len());
    let half = if segment.len() < alone { slots.words.len() } else { slots.words.len() / 2 };
    let (left, right) = slots.words.split_at_mut(half);
    let part = |words: &mut [u64], first: usize| {
        let range = first * WORD..(first + words.len()).saturating_mul(WORD).min(segment.len());
        Part { segment, sought, range }.select(words, dead.map(|dead| &dead.words[first..]))
    };
    let existing = if right.is_empty() {
        part(left, 0)
    } else {
        thread::scope(|scope| {
            let other = scope.spawn(|| part(right, half));
            let existing = part(left, 0);
            existing + other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    };
    let matching = slots.count();
    Selected { slots, matching, existing }
}

/// A stretch of a segment. Its words begin with its first slot.
struct Part<'a> {
    segment: &'a Segment,
    sought: Sought<'a>,
    range: Range<usize>,
}

impl Part<'_> {
    /// Leaves in `words` who is meant; returns how many exist.
    fn select(&self, words: &mut [u64], dead: Option<&[u64]>) -> usize {
        self.existing(words);
        for (word, dead) in words.iter_mut().zip(dead.into_iter().flatten()) {
            *word &= !dead;
        }
        let existing = bits::count(words);
        for term in &self.sought.filter.terms {
            match &term.what {
                What::Text(needle) => {
                    let mut found = vec![0; words.len()];
                    self.holding(needle, &mut found);
                    self.among(&term.also, &mut found);
                    for (word, found) in words.iter_mut().zip(found) {
                        *word &= if term.negated { !found } else { found };
                    }
                }
                What::Complete(..) => {
                    let mut found = vec![0; words.len()];
                    self.among(&term.also, &mut found);
                    for (word, found) in words.iter_mut().zip(found) {
                        *word &= if term.negated { !found } else { found };
                    }
                }
                what @ (What::Status(_)
                | What::Kind(_)
                | What::Level(_)
                | What::Field(..)
                | What::Among(_)) => {
                    self.asked(what, term.negated, words);
                }
            }
        }
        existing
    }

    /// What exists comes first: nothing else is ever looked at.
    fn existing(&self, words: &mut [u64]) {
        let sight = self.sought.sight;
        let all = sight.scope == Scope::All && sight.groups == Groups::Any;
        let (organisations, groups) = self.segment.existing(sight);
        for slot in self.range.clone() {
            let [organisation, group, _] = self.segment.shared(slot);
            if all || (organisations[organisation] && groups[group]) {
                bits::set(words, slot - self.range.start);
            }
        }
        if let Some(own) = self.segment.slot_of(sight.own)
            && self.range.contains(&own)
        {
            bits::set(words, own - self.range.start);
        }
    }

    /// Where `needle` is found: what `meaning` says of text, arena by arena.
    fn holding(&self, needle: &str, found: &mut [u64]) {
        let (texts, first) = (&self.segment.texts, self.range.start);
        let range = || self.range.clone();
        let mut mark = |slot: usize| bits::set(found, slot - first);
        texts.logins.holding(needle, range(), &mut mark);
        texts.names.holding(needle, range(), &mut mark);
        texts.core_ids.equal(needle, range(), &mut mark);
        let number = phone_form(needle);
        let personal = [(&texts.emails, needle), (&texts.phones, number.as_str())];
        for (texts, needle) in personal.into_iter().filter(|(_, needle)| !needle.is_empty()) {
            if self.sought.sight.reveal {
                texts.holding(needle, range(), &mut mark);
            } else {
                texts.equal(needle, range(), &mut mark);
            }
        }
        let id =
            needle.strip_prefix('u').and_then(|digits| digits.parse().ok()).map(crate::base::ids::UserId);
        if let Some(id) = id.filter(|id| is_id(*id, needle))
            && let Some(slot) = self.segment.slot_of(id).filter(|slot| self.range.contains(slot))
        {
            mark(slot);
        }
    }

    /// Whom the store found.
    fn among(&self, users: &BTreeSet<UserId>, found: &mut [u64]) {
        let slots = users.iter().filter_map(|user| self.segment.slot_of(*user));
        for slot in slots.filter(|slot| self.range.contains(slot)) {
            bits::set(found, slot - self.range.start);
        }
    }

    /// Asks each user that is still in question.
    fn asked(&self, what: &What, negated: bool, words: &mut [u64]) {
        for (at, word) in words.iter_mut().enumerate() {
            for bit in bits::slots_of(*word) {
                let slot = Slot { segment: self.segment, at: self.range.start + at * WORD + bit };
                if self.answer(what, &slot) == negated {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    fn answer(&self, what: &What, slot: &impl Candidate) -> bool {
        what.means(slot, self.sought.sight, self.sought.now)
    }
}
