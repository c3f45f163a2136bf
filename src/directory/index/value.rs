//! What a user of a segment has in a column, in the form that is sorted.

use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::index::facts::Own;
use crate::directory::index::segment::{
    ADDED, EMAILS, ENROLLED, LAST_LOGIN, MODIFIED, OPEN, OPEN_CORE, OPEN_LOGIN, OPEN_NAME, PHONES, Segment,
};

/// A value that sorts as the store sorts it. Two of one column are both numbers or both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value<'a> {
    Number(i64),
    Text(&'a [u8]),
}

impl Value<'_> {
    /// As far as one number tells: where two differ, so do the values, in the same order.
    pub(super) fn head(self) -> u64 {
        match self {
            Self::Number(number) => number.cast_unsigned() ^ (1 << 63),
            Self::Text(text) => u64::from_be_bytes(first_bytes(text)),
        }
    }

    /// The same for texts that begin alike, such as phones.
    pub(super) fn long_head(self) -> u128 {
        match self {
            Self::Number(_) => self.head().into(),
            Self::Text(text) => u128::from_be_bytes(first_bytes(text)),
        }
    }
}

fn first_bytes<const BYTES: usize>(text: &[u8]) -> [u8; BYTES] {
    let mut first = [0; BYTES];
    let length = text.len().min(BYTES);
    first[..length].copy_from_slice(&text[..length]);
    first
}

impl Segment {
    /// What the user at `slot` has in `column` at `now`.
    pub(super) fn value(&self, column: Column, slot: usize, now: Timestamp) -> Value<'_> {
        let packed = self.packed[slot];
        let first = |arena: usize, field: usize, own: Own| {
            Value::Text(if packed.has_own(own) { self.texts[arena].first(slot, field) } else { &[] })
        };
        match column {
            Column::Login => Value::Text(self.login_key(slot)),
            Column::Name | Column::LastName => Value::Text(self.name_keys.get(slot)),
            Column::FirstName => first(OPEN, OPEN_NAME, Own::FirstName),
            Column::Email => first(EMAILS, OPEN_LOGIN, Own::Email),
            Column::Phone => first(PHONES, OPEN_LOGIN, Own::Phone),
            Column::CoreId => first(OPEN, OPEN_CORE, Own::Core),
            Column::Id => Value::Number(self.ids[slot]),
            Column::Kind | Column::Level | Column::Product | Column::Archived | Column::EmailConfirmed => {
                Value::Number(i64::try_from(packed.rank(column)).unwrap_or_default())
            }
            Column::Status => Value::Number(self.status_at(slot, now) as i64),
            Column::Organisation | Column::Group | Column::Role => {
                Value::Text(self.names.word(column, self.shared_at(slot), packed))
            }
            Column::LastLogin => Value::Number(self.times[LAST_LOGIN].at(slot)),
            Column::Enrolled => Value::Number(self.times[ENROLLED].at(slot)),
            Column::Added => Value::Number(self.times[ADDED].at(slot)),
            Column::Modified => Value::Number(self.times[MODIFIED].at(slot)),
            // Nobody sorts by these.
            Column::Title | Column::MiddleName => Value::Number(0),
        }
    }
}
