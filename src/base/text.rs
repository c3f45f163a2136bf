//! Text from people and files, made safe to show: nothing raw, widths known.
//!
//! Control characters, bidi controls and invisibles become visible escapes
//! (`<U+202E>`), so that no name can move the cursor, hide or reorder what
//! stands beside it.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// `text` with everything that a terminal would obey or hide written as `<U+XXXX>`.
///
/// Line feeds are shown as well; whoever wants lines splits before.
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unsafe(character) {
            // Writing into a string cannot fail.
            let _ = write!(shown, "<U+{:04X}>", character as u32);
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Whether `text` is nothing but printable ASCII: each byte is a letter of one column, and nothing needs a closer look.
///
/// Most of what is shown is.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether a character is a control (C0, DEL, C1), steers direction, or shows nothing.
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// Columns that `text` takes on a terminal, counted by grapheme.
pub fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { graphemes(text).map(|(_, columns)| columns).sum() }
}

/// The graphemes of `text`, each with its columns.
///
/// Where letters stand that are joined to nothing beside them, as in most names, nothing is looked up.
pub fn graphemes(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut characters = rest.chars();
        let first = characters.next()?;
        let length = if stands_alone(first) && characters.next().is_none_or(stands_alone) {
            first.len_utf8()
        } else {
            rest.graphemes(true).next().map_or(rest.len(), str::len)
        };
        let (grapheme, behind) = rest.split_at(length);
        rest = behind;
        let is_ascii_letter = matches!(grapheme.as_bytes(), [b' '..=b'~']);
        Some((grapheme, if is_ascii_letter { 1 } else { grapheme_width(grapheme) }))
    })
}

/// Whether `character`, beside others of which the same is said, is a grapheme by itself.
pub fn stands_alone(character: char) -> bool {
    matches!(character,
        ' '..='~'
        // Latin, spacing modifiers; Greek, Cyrillic (their combining marks left out); Hebrew and Arabic letters
        | '\u{00A0}'..='\u{02FF}' | '\u{0370}'..='\u{0482}' | '\u{048A}'..='\u{052F}'
        | '\u{05D0}'..='\u{05EA}' | '\u{0620}'..='\u{064A}'
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

/// `text` cut to `columns`, ending in `..` where something was left out.
pub fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    clipped(text, columns).0
}

/// The same, and the columns that are left.
fn clipped(text: &str, columns: usize) -> (Cow<'_, str>, usize) {
    if let Some(left) = columns.checked_sub(width(text)) {
        return (Cow::Borrowed(text), left);
    }
    let dots = &".."[..columns.min(2)];
    let mut room = columns - dots.len();
    let mut end = 0;
    for (grapheme, columns) in graphemes(text) {
        let Some(left) = room.checked_sub(columns) else { break };
        room = left;
        end += grapheme.len();
    }
    (Cow::Owned(text[..end].to_owned() + dots), room)
}

/// `text` as exactly `columns`: clipped, then filled with spaces.
pub fn fit(text: &str, columns: usize) -> String {
    let (clipped, left) = clipped(text, columns);
    clipped.into_owned() + &" ".repeat(left)
}

/// The form in which text is compared: NFC, lower case (Unicode, not locale).
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// The form in which text is searched: as [`folded`], and without accents, so that `e` finds `é` and `é` finds `e`.
///
/// Compatibility forms are taken apart too (NFKD): a full-width or ligated letter is found by the plain one. Only the
/// accents of U+0300–U+036F go; vowel signs of other scripts are letters of their own. Text that is nothing but
/// accents stays, so that no text becomes empty. Identity is [`folded`]'s matter, never this one's.
pub fn search_folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let is_accent = |character: &char| matches!(character, '\u{0300}'..='\u{036F}');
    // Some letters become a letter and an accent only when they are made small.
    let small: String = text.nfkd().flat_map(char::to_lowercase).collect();
    let plain: String = small.nfkd().filter(|character| !is_accent(character)).nfc().collect();
    if plain.is_empty() { folded(text) } else { plain }
}

/// Whether `text` mixes letters of alphabets that look alike, or holds letters in another form, such as full-width ones:
/// what it seems to say may be what somebody else's name says (UTS #39 §5.1).
pub fn looks_like_another(text: &str) -> bool {
    let mut alphabets = text.chars().filter_map(alphabet_of);
    let first = alphabets.next();
    alphabets.any(|alphabet| Some(alphabet) != first) || !text.nfkc().eq(text.nfc())
}

/// The alphabet of a letter, of those whose letters look alike.
fn alphabet_of(character: char) -> Option<&'static str> {
    Some(match character {
        'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => "Latin",
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => "Greek",
        '\u{400}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}' | '\u{A640}'..='\u{A69F}' => "Cyrillic",
        '\u{530}'..='\u{58F}' => "Armenian",
        '\u{13A0}'..='\u{13FF}' | '\u{AB70}'..='\u{ABBF}' => "Cherokee",
        _ => return None,
    })
}

/// The words nearest to `word` among `known`, or `None` where nothing is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

fn grapheme_width(grapheme: &str) -> usize {
    // As the buffers that text is drawn into count it, so that nothing behind is displaced: three
    // cells for `स्त्र`, and one more for a half-width sound mark, which Unicode lets sit on its letter.
    grapheme.width() + grapheme.matches(['\u{FF9E}', '\u{FF9F}']).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_comes_through() {
        assert_eq!(visible("Ann\u{1b}[2J"), "Ann<U+001B>[2J");
        assert_eq!(visible("a\u{202e}b\u{200b}\u{9b}\u{7f}\n"), "a<U+202E>b<U+200B><U+009B><U+007F><U+000A>");
        assert_eq!(visible("Zoë 金"), "Zoë 金");
    }

    #[test]
    fn text_is_clipped_by_columns_not_by_characters() {
        assert_eq!(clip("金金金", 5), "金..");
        assert_eq!(fit("é", 3), "é  ");
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abcdef", 1), ".");
        assert_eq!(width(&fit("🇩🇪🇩🇪🇩🇪", 4)), 4);
    }

    #[test]
    fn columns_are_those_of_the_buffers_text_is_drawn_into() {
        use ratatui::buffer::CellWidth;
        for text in
            ["शास्त्री", "कृष्णन", "र्जु", "ｶﾞ", "e\u{301}", "🇩🇪", "\u{1112}\u{1161}\u{11ab}", "金", "", "ไทย"]
        {
            let cells: u16 = text.graphemes(true).map(CellWidth::cell_width).sum();
            assert_eq!(width(text), usize::from(cells), "{text}");
            assert_eq!(width(&fit(text, 9)), 9, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn graphemes_are_those_of_unicode(
            text in "[ a-zé金한ก\u{301}\u{200d}\u{600}\u{1F3FD}👩🇩🇪\u{1112}\u{1161}\u{11ab}שליن\u{64b}स्त्रｶﾞ\r\n\u{ad}\u{302a}\u{483}]{0,12}",
        ) {
            let expected: Vec<_> = text.graphemes(true).map(|one| (one, grapheme_width(one))).collect();
            proptest::prop_assert_eq!(graphemes(&text).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn whatever_stands_alone_is_joined_to_nothing_of_its_kind() {
        let alone: Vec<char> =
            ('\u{0}'..='\u{10FFFF}').filter(|character| stands_alone(*character)).collect();
        for two in alone.windows(2) {
            for [left, right] in
                [[two[0], two[1]], [two[1], two[0]], [two[0], two[0]], [two[0], 'a'], ['ㅏ', two[0]]]
            {
                assert_eq!(String::from_iter([left, right]).graphemes(true).count(), 2, "{left:?} {right:?}");
            }
        }
    }

    #[test]
    fn folding_joins_case_and_composition() {
        assert_eq!(folded("E\u{301}VA"), folded("éva"));
    }

    #[test]
    fn searching_leaves_accents_out_and_never_leaves_nothing() {
        assert_eq!(search_folded("Chloé Núñez"), "chloe nunez");
        assert_eq!(search_folded("E\u{301}VA İnce ﬁn Ａ"), "eva ince fin a");
        assert_eq!(search_folded("Ёлка"), "елка");
        assert_eq!(search_folded("हिन्दी 한글"), folded("हिन्दी 한글"));
        assert_eq!(search_folded("\u{301}"), "\u{301}");
    }

    #[test]
    fn the_nearest_word_is_found_and_nonsense_is_not() {
        assert_eq!(nearest("usres", ["users", "history"]), Some("users"));
        assert_eq!(nearest("qqq", ["users", "history"]), None);
    }
}
