//! Times of every user in six bytes each.

/// What is added so that no time that can be written in four digits of a year is below zero, in milliseconds.
const BEFORE_MS: i64 = 27_000_000_000_000;
/// The greatest number that six bytes hold.
const MOST: i64 = (1 << 48) - 1;

/// Times by slot, exact from the year 1115 to the year 10033; what lies outside counts as that end.
#[derive(Debug, Default)]
pub(super) struct Times {
    high: Vec<u32>,
    low: Vec<u16>,
}

impl Times {
    pub(super) fn push(&mut self, time: i64) {
        let kept = time.saturating_add(BEFORE_MS).clamp(0, MOST);
        self.high.push(u32::try_from(kept >> 16).unwrap_or(u32::MAX));
        self.low.push(u16::try_from(kept & 0xFFFF).unwrap_or(u16::MAX));
    }

    pub(super) fn at(&self, slot: usize) -> i64 {
        whole(self.high[slot], self.low[slot])
    }

    pub(super) fn shrink(&mut self) {
        self.high.shrink_to_fit();
        self.low.shrink_to_fit();
    }

    pub(super) const fn bytes(&self) -> usize {
        self.high.capacity() * size_of::<u32>() + self.low.capacity() * size_of::<u16>()
    }
}

const fn whole(high: u32, low: u16) -> i64 {
    ((high as i64) << 16 | low as i64) - BEFORE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back_as_they_were_and_far_ones_keep_their_order() {
        let times = [i64::MIN, -26_900_000_000_000, -1, 0, 1, 1_780_000_000_123, 253_402_300_799_999];
        let mut kept = Times::default();
        for time in times {
            kept.push(time);
        }
        let far = (1..times.len()).map(|slot| kept.at(slot));
        assert_eq!(far.collect::<Vec<_>>(), times[1..]);
        assert!(kept.at(0) < kept.at(1));
    }
}
