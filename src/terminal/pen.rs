//! The pen: colours and attributes that a terminal writes with, changed by differences (SGR).

use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::capabilities::Capabilities;
use super::colour;

/// Attributes that show even where there is no letter.
const SEEN_ON_BLANKS: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::CROSSED_OUT)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK);

/// Each attribute, the number that sets it, and the number that ends it.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// What a terminal writes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pen {
    foreground: Color,
    background: Color,
    attributes: Modifier,
}

impl Pen {
    /// The terminal's own colours, no attribute.
    pub(super) const PLAIN: Self =
        Self { foreground: Color::Reset, background: Color::Reset, attributes: Modifier::empty() };

    /// What `cell` asks for, as far as the terminal can.
    pub(super) fn of(cell: &Cell, capabilities: Capabilities) -> Self {
        let (foreground, background) = colour::pair(capabilities.colours, cell.fg, cell.bg);
        let mut attributes = cell.modifier;
        if !capabilities.italics {
            attributes.remove(Modifier::ITALIC);
        }
        Self { foreground, background, attributes }
    }

    /// Whether a blank `cell` looks like an erased one.
    pub(super) fn leaves_blank(cell: &Cell, capabilities: Capabilities) -> bool {
        // Most cells have the terminal's own ground, which is its own however few colours it has.
        !cell.modifier.intersects(SEEN_ON_BLANKS)
            && (cell.bg == Color::Reset || Self::of(cell, capabilities).leaves_blanks_blank())
    }

    /// Whether a space written with this pen looks like an erased cell.
    pub(super) fn leaves_blanks_blank(self) -> bool {
        self.background == Color::Reset && !self.attributes.intersects(SEEN_ON_BLANKS)
    }

    /// Appends what makes `self` of a terminal that has `before`; `None` when that is unknown.
    pub(super) fn write_after(self, before: Option<Self>, out: &mut String) {
        if before == Some(self) {
            return;
        }
        let fresh = self.numbers_after(Self::PLAIN);
        let reset = if fresh.is_empty() { String::new() } else { format!("0;{fresh}") };
        let change = match before.map(|before| self.numbers_after(before)) {
            Some(change) if change.len() <= reset.len() => change,
            _ => reset,
        };
        out.push_str("\x1b[");
        out.push_str(&change);
        out.push('m');
    }

    /// The numbers, parted by `;`, that lead from `before` to `self`.
    fn numbers_after(self, before: Self) -> String {
        let mut numbers = String::new();
        let mut add = |number: &dyn std::fmt::Display| {
            let gap = if numbers.is_empty() { "" } else { ";" };
            let _ = write!(numbers, "{gap}{number}");
        };
        let mut has = before.attributes;
        for (attribute, _, end) in ATTRIBUTES {
            if has.contains(attribute) && !self.attributes.contains(attribute) {
                add(&end);
                // 22 ends bold and dim, 25 both ways to blink.
                let ended = ATTRIBUTES.into_iter().filter(|(_, _, other)| *other == end);
                has = ended.fold(has, |has, (attribute, ..)| has - attribute);
            }
        }
        for (attribute, start, _) in ATTRIBUTES {
            if self.attributes.contains(attribute) && !has.contains(attribute) {
                add(&start);
            }
        }
        if self.foreground != before.foreground {
            add(&Ground(30, self.foreground));
        }
        if self.background != before.background {
            add(&Ground(40, self.background));
        }
        numbers
    }
}

/// A colour as SGR numbers; 30 for text, 40 for its ground.
struct Ground(u8, Color);

impl std::fmt::Display for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(base, colour) = *self;
        let number = match colour {
            Color::Reset => return write!(f, "{}", base + 9),
            Color::Rgb(red, green, blue) => return write!(f, "{};2;{red};{green};{blue}", base + 8),
            Color::Indexed(number) => number,
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 8,
            Color::LightRed => 9,
            Color::LightGreen => 10,
            Color::LightYellow => 11,
            Color::LightBlue => 12,
            Color::LightMagenta => 13,
            Color::LightCyan => 14,
            Color::White => 15,
        };
        match number {
            0..8 => write!(f, "{}", base + number),
            8..16 => write!(f, "{}", base + 60 + number - 8),
            16.. => write!(f, "{};5;{number}", base + 8),
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    fn change(before: Style, after: Style) -> String {
        let pen = |style| Pen::of(Cell::new("x").set_style(style), Capabilities::FULL);
        let mut out = String::new();
        pen(after).write_after(Some(pen(before)), &mut out);
        out
    }

    #[test]
    fn the_shortest_change_is_written() {
        let (plain, bold) = (Style::new(), Style::new().bold());
        assert_eq!(change(bold, bold), "");
        assert_eq!(change(plain, bold), "\x1b[1m");
        assert_eq!(change(bold.red().on_blue(), plain), "\x1b[m");
        assert_eq!(change(bold.red(), bold.green()), "\x1b[32m");
        assert_eq!(change(bold.dim().red(), bold.red()), "\x1b[22;1m");
        assert_eq!(change(plain, plain.light_red().on_white()), "\x1b[91;107m");
        assert_eq!(change(plain, plain.fg(Color::Indexed(208))), "\x1b[38;5;208m");
        assert_eq!(change(plain, plain.bg(Color::Rgb(1, 2, 3))), "\x1b[48;2;1;2;3m");
    }

    #[test]
    fn an_unknown_pen_is_set_anew() {
        let mut out = String::new();
        Pen::of(Cell::new("x").set_style(Style::new().bold()), Capabilities::FULL)
            .write_after(None, &mut out);
        assert_eq!(out, "\x1b[0;1m");
    }

    #[test]
    fn italics_are_left_out_where_they_are_not_shown() {
        let capabilities = Capabilities { italics: false, ..Capabilities::FULL };
        assert_eq!(Pen::of(Cell::new("x").set_style(Style::new().italic()), capabilities), Pen::PLAIN);
    }
}
