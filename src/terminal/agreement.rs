//! Which characters all terminals draw equally wide, and which are doubtful.
//!
//! Letters that are built from several code points (Devanagari, Hangul in pieces, accents
//! apart) and scripts outside the common ones are counted differently by tmux, xterm, kitty
//! and Windows Terminal. Nothing may depend on where the cursor stands behind them.

use crate::base::text;

/// Whether every terminal takes as many columns for `symbol` as we do.
///
/// `symbol` is one grapheme, free of controls. The ranges are those whose width
/// (UAX #11) has not changed since terminals know them; East Asian ambiguous ones
/// among them are wide only where an operator asked for it.
pub(super) fn is_width_agreed(symbol: &str) -> bool {
    if symbol.is_ascii() {
        return true;
    }
    let mut characters = symbol.chars();
    let first = characters.next();
    characters.next().is_none() && first.is_some_and(is_agreed)
}

fn is_agreed(character: char) -> bool {
    // From right to left nobody agrees on anything.
    let is_turned = matches!(character, '\u{0590}'..='\u{08FF}');
    text::stands_alone(character) && !is_turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_scripts_are_agreed_on_and_clusters_are_not() {
        for symbol in ["a", "é", "ł", "Ω", "ж", "│", "…", "金", "あ", "ー", "한", "？"] {
            assert!(is_width_agreed(symbol), "{symbol}");
        }
        for symbol in ["e\u{301}", "अ", "र्जु", "→", "🇩🇪", "ع", "ไ", "\u{1112}\u{1161}", "😀", "\u{483}"]
        {
            assert!(!is_width_agreed(symbol), "{symbol}");
        }
    }
}
