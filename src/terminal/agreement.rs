//! Which characters all terminals draw equally wide, and which are doubtful.
//!
//! Letters that are built from several code points (Devanagari, Hangul in pieces, accents
//! apart) and scripts outside the common ones are counted differently by tmux, xterm, kitty
//! and Windows Terminal. Nothing may depend on where the cursor stands behind them.

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
    matches!(character,
        ' '..='~'
        // Latin, spacing modifiers; Greek, Cyrillic (their combining marks left out)
        | '\u{00A0}'..='\u{02FF}' | '\u{0370}'..='\u{0482}' | '\u{048A}'..='\u{052F}'
        | '\u{1E00}'..='\u{1FFF}'
        // dashes, quotation marks, ellipsis
        | '\u{2010}'..='\u{2026}'
        // box drawing, blocks
        | '\u{2500}'..='\u{259F}'
        // CJK punctuation, kana, ideographs
        | '\u{3000}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30A0}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAD9}'
        | '\u{20000}'..='\u{3FFFD}'
        // Hangul syllables, full-width forms
        | '\u{AC00}'..='\u{D7A3}' | '\u{FF01}'..='\u{FF60}')
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
