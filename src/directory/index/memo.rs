//! What a segment was asked before: a segment never changes, so neither does the answer.
//!
//! Commits change other segments, and leave this. A longer word looks only at whom the
//! shorter one found. Nothing is kept that depends on who asks, or when.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::authz::standing::Groups;
use crate::base::limits;
use crate::directory::column::Column;
use crate::directory::filter::What;
use crate::directory::index::bits::Bits;
use crate::directory::index::texts::Wanted;
use crate::domain::scope::Scope;

/// What was asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    /// Who exists within a scope and such groups.
    Existing(Scope, Groups),
    /// A text in an arena.
    Text(usize, Wanted),
    /// Who has a number for which this says yes, in a column of shared names.
    Shared(usize, Vec<bool>),
    /// Who has this rank in a column that does not follow the clock.
    Rank(Column, usize),
    /// A term that says the same to everybody at any time.
    Term(What),
}

/// Answers, the one asked for last at the end.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    answers: Vec<(Asked, Arc<Set>)>,
    bytes: usize,
}

/// A set of slots, in the form that takes less.
#[derive(Debug)]
pub(super) enum Set {
    Few(Box<[u32]>),
    Many(Bits),
}

impl Set {
    pub(super) fn of(bits: Bits) -> Self {
        let count = bits.count();
        if count * size_of::<u32>() * 2 < bits.bytes() {
            Self::Few(bits.slots().map(|slot| u32::try_from(slot).unwrap_or(u32::MAX)).collect())
        } else {
            Self::Many(bits)
        }
    }

    /// Adds it to `found`.
    pub(super) fn add_to(&self, found: &mut Bits) {
        match self {
            Self::Few(slots) => slots.iter().for_each(|slot| found.set(*slot as usize)),
            Self::Many(bits) => found.or(bits),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Few(slots) => size_of_val::<[u32]>(slots),
            Self::Many(bits) => bits.bytes(),
        }
    }
}

impl Memo {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `asked` was answered, or what `answer` says now. A segment of `slots` users.
    pub(super) fn ask(&self, asked: Asked, slots: usize, answer: impl FnOnce() -> Bits) -> Arc<Set> {
        if let Some(known) = self.known(&asked) {
            return known;
        }
        // Not under the lock: two may compute the same, and nobody waits.
        let set = Arc::new(Set::of(answer()));
        self.keep(asked, slots, &set);
        set
    }

    /// The same for one of many that are answered together, and kept each by itself.
    pub(super) fn ask_one_of(
        &self,
        asked: impl Fn(usize) -> Asked,
        one: usize,
        slots: usize,
        answer: impl FnOnce() -> Vec<Bits>,
    ) -> Arc<Set> {
        if let Some(known) = self.known(&asked(one)) {
            return known;
        }
        let mut wanted = Arc::new(Set::Few(Box::default()));
        for (at, bits) in answer().into_iter().enumerate() {
            let set = Arc::new(Set::of(bits));
            self.keep(asked(at), slots, &set);
            if at == one {
                wanted = set;
            }
        }
        wanted
    }

    fn known(&self, asked: &Asked) -> Option<Arc<Set>> {
        let mut kept = self.kept();
        let at = kept.answers.iter().rposition(|(known, _)| known == asked)?;
        let answer = kept.answers.remove(at);
        let set = Arc::clone(&answer.1);
        kept.answers.push(answer);
        Some(set)
    }

    /// The smallest known set that holds whoever has the text `wanted` in the arena.
    pub(super) fn wider(&self, arena: usize, wanted: &Wanted) -> Option<Arc<Set>> {
        let kept = self.kept();
        let wider = kept.answers.iter().filter(|(asked, _)| {
            matches!(asked, Asked::Text(known, text) if *known == arena && wanted.is_within(text))
        });
        wider.map(|(_, set)| set).min_by_key(|set| set.bytes()).map(Arc::clone)
    }

    fn keep(&self, asked: Asked, slots: usize, set: &Arc<Set>) {
        let most = slots * limits::INDEX_MEMO_BYTES;
        let mut dropped = Vec::new();
        let mut kept = self.kept();
        kept.bytes += set.bytes() + size_of::<(Asked, Arc<Set>)>();
        kept.answers.push((asked, Arc::clone(set)));
        while kept.answers.len() > limits::INDEX_MEMO_MAX || (kept.bytes > most && !kept.answers.is_empty()) {
            let (asked, set) = kept.answers.remove(0);
            kept.bytes -= set.bytes() + size_of::<(Asked, Arc<Set>)>();
            dropped.push((asked, set));
        }
        drop(kept);
        drop(dropped);
    }

    /// Memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.kept().bytes
    }
}
