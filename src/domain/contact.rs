//! Emails, phones and addresses, and how they look while masked.

use unicode_segmentation::UnicodeSegmentation;

use crate::base::time::Timestamp;

/// One email address of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// One of the organisation's email types.
    pub kind: String,
    /// The address as it was given.
    pub address: String,
    /// Exactly one of a user's emails is.
    pub primary: bool,
    /// When its owner proved to read it; `None` is unconfirmed.
    pub confirmed_at: Option<Timestamp>,
}

/// One phone of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// One of the organisation's phone types.
    pub kind: String,
    /// The number, E.164 where it came through this program.
    pub number: String,
    /// Exactly one of a user's phones is.
    pub primary: bool,
}

/// A residential address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Street and number, and whatever else stands above the city.
    pub lines: String,
    /// City.
    pub city: String,
    /// Region or state.
    pub region: String,
    /// Postcode.
    pub postcode: String,
    /// Country.
    pub country: String,
}

/// Why `address` cannot be an email address, or `None` where it can.
///
/// Deliberately loose (RFC 5321 allows much): one `@`, something on both sides, no blanks and
/// nothing that would end a mail header.
pub fn email_fault(address: &str) -> Option<&'static str> {
    if address.chars().count() > 254 {
        return Some("is longer than 254 characters");
    }
    if address.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return Some("holds a blank or a control character");
    }
    match address.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() && !local.contains('@') => None,
        _ => Some("is not of the form `name@domain`"),
    }
}

/// Why `number` cannot be a phone number, or `None` where it can.
///
/// E.164 has at most 15 digits; the shortest numbers that are dialled from elsewhere have 5. What people write
/// between digits stays: the number is kept as it was given. A mask is for others to refuse.
pub fn phone_fault(number: &str) -> Option<&'static str> {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let is_plain = number.chars().enumerate().all(|(place, character)| match character {
        '+' => place == 0,
        '0'..='9' | ' ' | '-' | '.' | '/' | '(' | ')' => true,
        _ => false,
    });
    if is_masked(number) || (is_plain && (5..=15).contains(&digits)) {
        return None;
    }
    Some("is no phone number: wanted 5 to 15 digits, `+` before them, blanks between")
}

/// `c***@cor***.com`: enough to compare with what a caller says, not enough to write to.
pub fn masked_email(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return masked(address, 0);
    };
    let (host, ending) =
        domain.rsplit_once('.').map_or((domain, String::new()), |(host, end)| (host, format!(".{end}")));
    format!("{}***@{}***{ending}", leading(local, 1), leading(host, 3.min(host.graphemes(true).count() / 2)))
}

/// `******4417`: the last `shown` characters stay.
pub fn masked(value: &str, shown: usize) -> String {
    // What comes hidden already tells nothing more by being masked again.
    let shown = if value.bytes().all(|byte| byte == b'*') { 0 } else { shown };
    let graphemes: Vec<&str> = value.graphemes(true).collect();
    let hidden = graphemes.len().saturating_sub(shown.min(graphemes.len() / 2));
    // Six stars whatever the length, so that the length is not told either.
    format!("******{}", graphemes[hidden..].concat())
}

/// Whether `value` is a mask of [`masked_email`] or [`masked`], as an export without the right to reveal writes them.
pub fn is_masked(value: &str) -> bool {
    value.contains("***")
}

fn leading(text: &str, count: usize) -> String {
    text.graphemes(true).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_tell_little() {
        assert_eq!(masked_email("chloe@corner.com"), "c***@cor***.com");
        assert_eq!(masked("+447700904417", 4), "******4417");
        assert_eq!(masked("12", 4), "******2");
        assert_eq!(masked_email("a@b"), "a***@***");
        assert!(is_masked(&masked_email("a@b")) && is_masked(&masked("12", 4)) && !is_masked("a*b@c"));
    }

    #[test]
    fn a_phone_number_is_made_of_digits() {
        for bad in ["hello", "", "+", "1234", "44+7700900", "+1234567890123456", "+44 7700 9\u{661}1234x"] {
            assert!(phone_fault(bad).is_some(), "{bad}");
        }
        for good in ["+447700900417", "07700 900417", "(0)30/123-456", "******4417"] {
            assert_eq!(phone_fault(good), None, "{good}");
        }
    }

    #[test]
    fn an_address_that_would_break_a_header_is_refused() {
        assert!(email_fault("a@b\r\nBcc: c@d").is_some());
        assert!(
            email_fault("nobody").is_some() && email_fault("@x").is_some() && email_fault("a@b@c").is_some()
        );
        assert_eq!(email_fault("o'neil+x@bücher.example"), None);
    }
}
