//! Passwords: the form they are compared in, and the rules for a new one.
//!
//! Length, a blocklist, nothing of the context, nothing used lately; no mix of
//! kinds of characters and no questions (NIST SP 800-63B §3.1.1). Hashing is in
//! [`super::argon`] and [`super::arenas`].

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::base::limits::{CHARS_BESIDE_KNOWN_WORD_MIN, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use crate::base::text::folded;

/// The product's name, which a password may not contain.
const PRODUCT: &str = "wardroom";

/// Common passwords of at least 12 characters, lower case, one a line: the frequency lists
/// of zxcvbn (MIT) and Django (BSD-3-Clause), and doublings of the most common short ones.
const COMMON: &str = include_str!("common_passwords.txt");

/// Words that stay common with any digits and signs behind them (`Password-2026!`).
const COMMON_ROOTS: &[&str] = &[
    "admin",
    "administrator",
    "autumn",
    "changeme",
    "default",
    "iloveyou",
    "letmein",
    "p@ssw0rd",
    "p@ssword",
    "passw0rd",
    "password",
    "qwerty",
    "qwertyuiop",
    "spring",
    "summer",
    "welcome",
    "winter",
];

/// A rule that a new password breaks. Its `Display` is the sentence for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Fewer than 12 characters; holds how many.
    TooShort(usize),
    /// More than 128 characters; holds how many.
    TooLong(usize),
    /// On the blocklist, a run, or a repetition.
    Common,
    /// Little more than the person's login.
    HoldsLogin,
    /// Little more than the product's name.
    HoldsProduct,
    /// One of the last so many passwords.
    Used(u32),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort(chars) => {
                write!(f, "must have at least {PASSWORD_CHARS_MIN} characters; has {chars}")
            }
            Self::TooLong(chars) => {
                write!(f, "must have at most {PASSWORD_CHARS_MAX} characters; has {chars}")
            }
            Self::Common => {
                f.write_str("must not be a common password; this one is among the first that are tried")
            }
            Self::HoldsLogin => f.write_str("must be more than the login and a little beside it"),
            Self::HoldsProduct => write!(f, "must be more than the word `{PRODUCT}` and a little beside it"),
            Self::Used(last) => write!(f, "must not be one of the last {last} passwords"),
        }
    }
}

/// The rules as they are told while somebody types, each with the ones that break it.
#[expect(clippy::type_complexity, reason = "a table of words and what they stand for")]
pub const RULES: &[(&str, fn(&Broken) -> bool)] = &[
    ("12 to 128 characters", |broken| matches!(broken, Broken::TooShort(_) | Broken::TooLong(_))),
    ("none of the common ones", |broken| matches!(broken, Broken::Common)),
    ("more than the login or the name of this program", |broken| {
        matches!(broken, Broken::HoldsLogin | Broken::HoldsProduct)
    }),
];

/// The form in which a password is hashed: Unicode NFC, so that every keyboard types the same one.
pub fn normalised(password: &str) -> String {
    password.nfc().collect()
}

/// The rules that `password` breaks for the person with `login`, empty when it may be taken.
///
/// [`Broken::Used`] is not among them: it costs a hash for each old password,
/// and is asked of [`super::arenas::Arenas::matches_any`].
pub fn broken_rules(password: &str, login: &str) -> Vec<Broken> {
    let chars = password.nfc().count();
    let (password, login) = (folded(password), folded(login));
    let rules = [
        (chars < PASSWORD_CHARS_MIN, Broken::TooShort(chars)),
        (chars > PASSWORD_CHARS_MAX, Broken::TooLong(chars)),
        (is_common(&password), Broken::Common),
        (is_little_more_than(&password, &login), Broken::HoldsLogin),
        (is_little_more_than(&password, PRODUCT), Broken::HoldsProduct),
    ];
    rules.into_iter().filter_map(|(broken, rule)| broken.then_some(rule)).collect()
}

/// Whether `password` without `word`, which is known to everybody, leaves too little to guess.
fn is_little_more_than(password: &str, word: &str) -> bool {
    !word.is_empty()
        && password.contains(word)
        && password.replace(word, "").chars().count() < CHARS_BESIDE_KNOWN_WORD_MIN
}

/// Whether a folded password is one that is tried first.
fn is_common(password: &str) -> bool {
    let root = password.trim_end_matches(|character: char| !character.is_alphabetic());
    COMMON.lines().any(|common| common == password)
        || COMMON_ROOTS.contains(&root)
        || is_repetition(password)
        || is_run(password)
}

/// `aaaaaaaaaaaa`, `abcabcabcabc`: one piece of at most four characters, over and over.
fn is_repetition(password: &str) -> bool {
    let characters: Vec<char> = password.chars().collect();
    (1..=4).any(|piece| {
        characters.len() >= 2 * piece && characters.iter().zip(&characters[piece..]).all(|(a, b)| a == b)
    })
}

/// `abcdefghijkl`, `123456789012`, `zyxwvutsrqpo`: each character next to the one before.
fn is_run(password: &str) -> bool {
    let follows = |a: char, b: char| (a, b) == ('9', '0') || u32::from(a) + 1 == u32::from(b);
    let pairs = || password.chars().zip(password.chars().skip(1));
    password.chars().nth(1).is_some()
        && (pairs().all(|(a, b)| follows(a, b)) || pairs().all(|(a, b)| follows(b, a)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(password: &str) -> Vec<Broken> {
        broken_rules(password, "r.ito")
    }

    #[test]
    fn twelve_to_128_characters_are_taken_and_others_not() {
        assert_eq!(broken("tall ship 41"), []);
        assert_eq!(broken("tall ship 4"), [Broken::TooShort(11)]);
        let long: String = (0..128_u32).filter_map(|number| char::from_u32(0x4E00 + number * 7)).collect();
        assert_eq!(broken(&long), []);
        assert_eq!(broken(&(long + "x")), [Broken::TooLong(129)]);
    }

    #[test]
    fn characters_are_counted_after_composition() {
        // Ten letters with a separate accent, and one without: 21 code points typed, 11 composed.
        let typed = "e\u{301}".repeat(5) + &"a\u{300}".repeat(5) + "b";
        assert_eq!(broken(&typed), [Broken::TooShort(11)]);
        assert_eq!(normalised("e\u{301}"), normalised("\u{e9}"));
        assert_ne!(
            normalised("\u{fb01}"),
            "fi",
            "NFC, not NFKC: no two passwords that look different are one"
        );
    }

    #[test]
    fn no_mix_of_kinds_of_characters_is_asked_for() {
        for password in [
            "onlylowercasehere",
            "4711 9022 6353 08",
            "ночью все кошки серы",
            "            .",
            "горы и море!",
        ] {
            assert_eq!(broken(password), [], "{password}");
        }
    }

    #[test]
    fn common_passwords_are_refused_in_any_case_and_with_digits_behind() {
        for password in [
            "1q2w3e4r5t6y",
            "1Q2W3E4R5T6Y",
            "PasswordPassword",
            "Password-2026!",
            "Welcome12345",
            "aaaaaaaaaaaa",
            "AbcAbcAbcAbc",
            "123456789012",
            "abcdefghijkl",
            "ZYXWVUTSRQPO",
        ] {
            assert_eq!(broken(password), [Broken::Common], "{password}");
        }
        for password in ["password of the day", "aaaaaaaaaaab", "abcdefghijkm", "summer in Lisboa"] {
            assert_eq!(broken(password), [], "{password}");
        }
    }

    #[test]
    fn a_password_is_more_than_the_login_or_the_product() {
        assert_eq!(broken("r.ito r.ito 2026"), [Broken::HoldsLogin]);
        assert_eq!(broken("I am R.Ito, really"), []);
        assert_eq!(broken_rules("a short login", "a"), []);
        assert_eq!(broken("my WardRoom 1"), [Broken::HoldsProduct]);
        assert_eq!(broken("wardroom of the tall ship"), []);
    }

    #[test]
    fn the_blocklist_is_folded_sorted_and_long_enough() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 300);
        assert!(lines.is_sorted() && lines.iter().all(|line| folded(line) == *line));
        assert!(lines.iter().all(|line| line.chars().count() >= PASSWORD_CHARS_MIN));
    }

    #[test]
    fn each_rule_is_told_in_a_sentence() {
        assert_eq!(Broken::TooShort(3).to_string(), "must have at least 12 characters; has 3");
        assert_eq!(Broken::Used(5).to_string(), "must not be one of the last 5 passwords");
    }
}
