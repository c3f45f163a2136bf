//! Chance that can be repeated: the same seed draws the same institution on every machine.

/// The draws for one person: splitmix64 (Steele, Lea, Flood 2014, figure 17).
///
/// Written here because a library's generator may change with its version, and a demo that somebody
/// described by its seed would be another one. Nothing secret is drawn from it.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

impl Chance {
    /// The draws that belong to `place` under `seed`, independent of every other place.
    pub(super) const fn of(seed: u64, place: u64) -> Self {
        Self(mixed(seed.wrapping_add(GAMMA)) ^ mixed(place.wrapping_mul(GAMMA)))
    }

    /// A number from 0 to `end` - 1; 0 where `end` is 0.
    pub(super) const fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        // The high half of the product: no division, and a bias that no eye sees.
        ((mixed(self.0) as u128 * end as u128) >> 64) as u64
    }

    /// Whether something happens that happens `times` in 100.
    pub(super) const fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    /// One of `all`, which is not empty.
    pub(super) fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let place = usize::try_from(self.below(all.len() as u64)).unwrap_or(0);
        &all[place]
    }

    /// Seconds from 0 to `end` - 1, for a time that lies back.
    pub(super) fn seconds(&mut self, end: i64) -> i64 {
        i64::try_from(self.below(end.max(0).unsigned_abs())).unwrap_or(0)
    }
}

const fn mixed(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mixer_is_the_published_one() {
        // First outputs of splitmix64 from state 0, as Vigna's reference program prints them.
        assert_eq!(mixed(GAMMA), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mixed(GAMMA.wrapping_mul(2)), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn draws_stay_below_their_end_and_reach_every_value() {
        let mut chance = Chance::of(7, 1);
        let mut seen = [false; 6];
        for _ in 0..200 {
            seen[usize::try_from(chance.below(6)).unwrap()] = true;
        }
        assert_eq!(seen, [true; 6]);
        assert_eq!(chance.below(0), 0);
    }
}
