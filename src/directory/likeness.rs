//! Words that are nearly the same: misheard and mistyped names.

use crate::base::limits;

/// What is like a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Likeness<'a> {
    /// In the form that is searched.
    word: &'a str,
    allowed: usize,
    letters: Letters,
}

/// Which letters a word has, as far as 64 bits tell.
#[derive(Clone, Copy, Debug)]
struct Letters(u64);

impl Letters {
    fn of(word: &str) -> Self {
        Self(word.chars().fold(0, |letters, letter| letters | 1 << (u32::from(letter) % u64::BITS)))
    }

    /// How many of them are not among the `others`, at least.
    const fn missing(self, others: Self) -> usize {
        (self.0 & !others.0).count_ones() as usize
    }
}

impl<'a> Likeness<'a> {
    pub(super) fn of(word: &'a str) -> Self {
        let (one, two) = limits::LIKENESS_CHARS;
        let allowed = match word.chars().count() {
            letters if letters < one => 0,
            letters if letters < two => 1,
            _ => 2,
        };
        Self { word, allowed, letters: Letters::of(word) }
    }

    /// Letters that may differ: added, missing, changed, or two exchanged.
    pub(super) const fn allowed(&self) -> usize {
        self.allowed
    }

    /// Whether one of the words of `text`, which is in the form that is searched, is like it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let words = text.split(|character: char| !character.is_alphanumeric());
        words.filter(|other| !other.is_empty()).any(|other| self.is_near(other))
    }

    fn is_near(&self, other: &str) -> bool {
        if self.allowed == 0 {
            return other == self.word;
        }
        // Most words differ in more letters, which is soon seen.
        let letters = Letters::of(other);
        if self.letters.missing(letters).max(letters.missing(self.letters)) > self.allowed {
            return false;
        }
        if self.allowed == 1 {
            return is_one_off(other, self.word);
        }
        other.len().abs_diff(self.word.len()) <= self.allowed * 4
            && strsim::osa_distance(other, self.word) <= self.allowed
    }
}

/// Whether at most one letter differs: what is left between equal beginnings and ends tells.
fn is_one_off(left: &str, right: &str) -> bool {
    let same = left.chars().zip(right.chars()).take_while(|(left, right)| left == right);
    let start = same.map(|(letter, _)| letter.len_utf8()).sum::<usize>();
    let (left, right) = (&left[start..], &right[start..]);
    let same = left.chars().rev().zip(right.chars().rev()).take_while(|(left, right)| left == right);
    let end = same.map(|(letter, _)| letter.len_utf8()).sum::<usize>();
    let mut left = left[..left.len() - end].chars();
    let mut right = right[..right.len() - end].chars();
    match ([left.next(), left.next()], [right.next(), right.next()]) {
        ([_, None], [_, None]) => true,
        (there @ [Some(_), Some(_)], [first, second @ Some(_)]) => {
            there == [second, first] && left.next().is_none() && right.next().is_none()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_like(text: &str, word: &str) -> bool {
        Likeness::of(word).is_in(text)
    }

    #[test]
    fn a_letter_or_two_may_differ_in_one_word() {
        assert!(is_like("katherine kim", "catherine") && is_like("a.novak", "nowak"));
        assert!(is_like("catehrine", "catherine") && !is_like("anna", "otto"));
        assert!(!is_like("tim", "kim") && is_like("tim", "tim") && !is_like("", "a"));
    }

    #[test]
    fn one_letter_off_is_what_the_distance_says() {
        let words = [
            "", "a", "b", "ab", "ba", "abc", "acb", "bac", "abcd", "acbd", "abdc", "xbcd", "é", "aé", "éa",
            "金b",
        ];
        for left in words {
            for right in words {
                assert_eq!(is_one_off(left, right), strsim::osa_distance(left, right) <= 1, "{left} {right}");
            }
        }
    }
}
