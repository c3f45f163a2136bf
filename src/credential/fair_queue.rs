//! A short queue that one busy source cannot fill: sources take turns.

use std::collections::VecDeque;

use crate::credential::source::Source;

/// Items that wait, by source, in the order in which sources come to their turn.
#[derive(Debug)]
pub(super) struct FairQueue<T> {
    turns: VecDeque<(Source, VecDeque<T>)>,
}

impl<T> FairQueue<T> {
    /// An empty queue.
    pub(super) const fn new() -> Self {
        Self { turns: VecDeque::new() }
    }

    /// How many items wait.
    pub(super) fn len(&self) -> usize {
        self.turns.iter().map(|(_, items)| items.len()).sum()
    }

    /// Lets `item` wait. When `most` wait already, one item finds no room and is returned:
    /// the newest of the source with the most, or `item` itself where that would gain nothing.
    pub(super) fn push(&mut self, source: Source, item: T, most: usize) -> Option<T> {
        let own = self.turns.iter().find(|(other, _)| *other == source).map_or(0, |(_, items)| items.len());
        let mut dropped = None;
        if self.len() >= most {
            let longest = self.turns.iter_mut().max_by_key(|(_, items)| items.len());
            // Taking the place of somebody who holds only one more would just swap the two.
            let Some((_, items)) = longest.filter(|(_, items)| items.len() > own + 1) else {
                return Some(item);
            };
            dropped = items.pop_back();
        }
        match self.turns.iter_mut().find(|(other, _)| *other == source) {
            Some((_, items)) => items.push_back(item),
            None => self.turns.push_back((source, VecDeque::from([item]))),
        }
        dropped
    }

    /// The oldest item of the source whose turn it is; that source then goes to the end.
    pub(super) fn pop(&mut self) -> Option<T> {
        let (source, mut items) = self.turns.pop_front()?;
        let item = items.pop_front();
        if !items.is_empty() {
            self.turns.push_back((source, items));
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(number: u8) -> Source {
        Source::of([192, 0, 2, number].into())
    }

    fn all(queue: &mut FairQueue<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn sources_take_turns() {
        let mut queue = FairQueue::new();
        for (number, item) in [(1, "a1"), (1, "a2"), (1, "a3"), (2, "b1"), (3, "c1"), (2, "b2")] {
            assert_eq!(queue.push(source(number), item, 8), None);
        }
        assert_eq!(all(&mut queue), ["a1", "b1", "c1", "a2", "b2", "a3"]);
    }

    #[test]
    fn a_full_queue_takes_a_newcomer_in_at_the_cost_of_who_has_most() {
        let mut queue = FairQueue::new();
        for item in ["a1", "a2", "a3"] {
            assert_eq!(queue.push(source(1), item, 3), None);
        }
        assert_eq!(queue.push(source(1), "a4", 3), Some("a4"));
        assert_eq!(queue.push(source(2), "b1", 3), Some("a3"));
        assert_eq!(queue.push(source(3), "c1", 3), Some("a2"));
        assert_eq!(queue.push(source(4), "d1", 3), Some("d1"));
        assert_eq!(queue.len(), 3);
        assert_eq!(all(&mut queue), ["a1", "b1", "c1"]);
    }
}
