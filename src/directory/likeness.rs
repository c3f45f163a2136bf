//! Words that are nearly the same: misheard and mistyped names.

use crate::base::limits;

/// Letters that may differ from `word`: added, missing, changed, or two exchanged.
pub(super) fn allowance(word: &str) -> usize {
    let (one, two) = limits::LIKENESS_CHARS;
    match word.chars().count() {
        letters if letters < one => 0,
        letters if letters < two => 1,
        _ => 2,
    }
}

/// Whether one of the words of `text` is like `word`. Both are in the form that is searched.
pub(super) fn is_like(text: &str, word: &str) -> bool {
    let allowed = allowance(word);
    let is_near = |other: &str| match allowed {
        0 => other == word,
        1 => is_one_off(other, word),
        _ => other.len().abs_diff(word.len()) <= allowed * 4 && strsim::osa_distance(other, word) <= allowed,
    };
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|other| !other.is_empty()).any(is_near)
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
