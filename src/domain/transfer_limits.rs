//! Transfer limits of a group: per transfer, day and month, in one currency.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The limits of one group. Amounts are in hundredths of the currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferLimits {
    /// Three capital letters (ISO 4217).
    pub currency: String,
    /// One transfer at most.
    pub transfer: i64,
    /// All transfers of a day at most.
    pub day: i64,
    /// All transfers of a month at most.
    pub month: i64,
}

impl TransferLimits {
    /// Why these cannot be limits; `None` where they can.
    pub fn fault(&self) -> Option<String> {
        let currency = &self.currency;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Some(format!(
                "the currency must be three capital letters, got `{}`",
                crate::base::text::visible(currency)
            ));
        }
        if self.transfer <= 0 {
            return Some("the limit per transfer must be more than 0".to_owned());
        }
        if self.transfer > self.day || self.day > self.month {
            return Some("must be: per transfer <= day <= month".to_owned());
        }
        None
    }

    /// Why they go beyond those of the `parent`; `None` where they lie within.
    pub fn beyond(&self, parent: &Self) -> Option<String> {
        if self.currency != parent.currency {
            return Some(format!("the parent's limits are in {}", parent.currency));
        }
        let pairs = [
            ("per transfer", self.transfer, parent.transfer),
            ("of a day", self.day, parent.day),
            ("of a month", self.month, parent.month),
        ];
        let (what, _, most) = pairs.into_iter().find(|(_, own, most)| own > most)?;
        Some(format!("{what} the parent has at most {} {}", amount(most), parent.currency))
    }
}

impl fmt::Display for TransferLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { currency, transfer, day, month } = self;
        write!(f, "{} / {} / {} {currency}", amount(*transfer), amount(*day), amount(*month))
    }
}

/// An amount as people write it: `1250` or `1250.50`.
pub fn amount(hundredths: i64) -> String {
    match hundredths % 100 {
        0 => (hundredths / 100).to_string(),
        rest => format!("{}.{rest:02}", hundredths / 100),
    }
}

/// Reads what [`amount`] writes: digits, and at most two behind a point.
pub fn parse_amount(text: &str) -> Option<i64> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    let is_plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_plain(whole) || !is_plain(cents) || cents.len() > 2 || text.ends_with('.') {
        return None;
    }
    let cents: i64 = format!("{cents:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(transfer: i64, day: i64, month: i64) -> TransferLimits {
        TransferLimits { currency: "EUR".to_owned(), transfer, day, month }
    }

    #[test]
    fn a_transfer_is_at_most_a_day_and_a_day_at_most_a_month() {
        assert_eq!(limits(1, 1, 1).fault(), None);
        for bad in [
            limits(0, 1, 1),
            limits(2, 1, 3),
            limits(1, 3, 2),
            TransferLimits { currency: "eur".into(), ..limits(1, 1, 1) },
        ] {
            assert!(bad.fault().is_some(), "{bad}");
        }
    }

    #[test]
    fn a_child_stays_within_its_parent_and_its_currency() {
        let parent = limits(100, 200, 300);
        assert_eq!(limits(100, 200, 300).beyond(&parent), None);
        assert_eq!(limits(100, 201, 300).beyond(&parent).unwrap(), "of a day the parent has at most 2 EUR");
        assert!(TransferLimits { currency: "USD".into(), ..limits(1, 1, 1) }.beyond(&parent).is_some());
    }

    #[test]
    fn amounts_are_read_as_they_are_written() {
        for (text, value) in [("1250", 125_000), ("0.5", 50), ("12.34", 1234)] {
            assert_eq!(parse_amount(text), Some(value));
        }
        assert_eq!(amount(1234), "12.34");
        assert_eq!(amount(125_000), "1250");
        for bad in ["", ".5", "1.", "1.234", "-1", "1e3", "99999999999999999999", "1,5"] {
            assert_eq!(parse_amount(bad), None, "{bad}");
        }
    }
}
