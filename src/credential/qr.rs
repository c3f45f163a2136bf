//! QR codes as lines of text, for a telephone held before a terminal.
//!
//! Light modules are drawn and dark ones left empty, so that the code is right
//! on a dark terminal. On a screen with colours, draw the lines white on black,
//! whatever the theme: many apps do not read an inverted code.

use qrcode::{Color, EcLevel, QrCode};

use crate::base::limits::QR_BORDER_MODULES;

/// What a module may be drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// Half blocks: one column and half a line per module.
    HalfBlocks,
    /// `##` and spaces: two columns and a line per module, for terminals without Unicode.
    Ascii,
}

/// The QR code of `text`, one string per line, all of one width, with its light border.
///
/// `None` when the text is too long for any code (some 2,900 bytes).
pub fn lines(text: &str, glyphs: Glyphs) -> Option<Vec<String>> {
    // The lowest level of correction: a screen has no dirt on it, and a smaller code fits.
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let side = code.width();
    let colors = code.to_colors();
    let light = |row: usize, column: usize| {
        let inside = |place: usize| place.checked_sub(QR_BORDER_MODULES).filter(|place| *place < side);
        match (inside(row), inside(column)) {
            (Some(row), Some(column)) => colors[row * side + column] == Color::Light,
            (None, _) | (_, None) => true,
        }
    };
    let all = side + 2 * QR_BORDER_MODULES;
    let drawn = match glyphs {
        Glyphs::Ascii => (0..all)
            .map(|row| (0..all).map(|column| if light(row, column) { "##" } else { "  " }).collect())
            .collect(),
        Glyphs::HalfBlocks => (0..all)
            .step_by(2)
            .map(|row| {
                let halves = |column| (light(row, column), row + 1 < all && light(row + 1, column));
                (0..all).map(|column| half_block(halves(column))).collect()
            })
            .collect(),
    };
    Some(drawn)
}

const fn half_block((upper, lower): (bool, bool)) -> char {
    match (upper, lower) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        "otpauth://totp/wardroom:r.ito?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=wardroom";

    #[test]
    fn a_code_fits_a_terminal_of_24_lines() {
        let lines = lines(LINE, Glyphs::HalfBlocks).unwrap();
        assert!(lines.len() <= 22, "{}", lines.len());
        assert!(lines.iter().all(|line| line.chars().count() == lines[0].chars().count()));
    }

    #[test]
    fn both_drawings_show_the_same_modules() {
        let blocks = lines(LINE, Glyphs::HalfBlocks).unwrap();
        let ascii = lines(LINE, Glyphs::Ascii).unwrap();
        assert!(ascii.iter().all(|line| line.is_ascii()));
        for (row, line) in ascii.iter().enumerate() {
            let halves: String = blocks[row / 2]
                .chars()
                .map(|block| match (block, row % 2) {
                    ('█', _) | ('▀', 0) | ('▄', 1) => "##",
                    (_, _) => "  ",
                })
                .collect();
            assert_eq!(*line, halves, "{row}");
        }
    }

    #[test]
    fn the_border_is_light_and_the_corner_pattern_dark() {
        let ascii = lines(LINE, Glyphs::Ascii).unwrap();
        let width = ascii[0].len();
        assert_eq!(ascii[0], "#".repeat(width));
        assert_eq!(&ascii[2][..20], "####              ##");
        assert!(lines(&"x".repeat(4000), Glyphs::Ascii).is_none());
    }
}
