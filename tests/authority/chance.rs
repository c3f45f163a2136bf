//! Chance from a seed: the same numbers on every machine.

#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// From 0 to `bound`, exclusive; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        // xorshift64*: plain, and good enough to pick steps.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(drawn).unwrap() % bound.max(1)
    }

    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(crate) fn of_list<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// Up to `most` of them, each once.
    pub(crate) fn some<T: Clone + PartialEq>(&mut self, list: &[T], most: usize) -> Vec<T> {
        let mut found: Vec<T> = Vec::new();
        for _ in 0..self.below(most + 1) {
            if let Some(one) = self.of_list(list)
                && !found.contains(one)
            {
                found.push(one.clone());
            }
        }
        found
    }
}
