//! Looks: the colours of a theme, put over a frame that was drawn without any.
//!
//! Screens draw with the terminal's own colours and name what a thing means by
//! them; a look replaces those and the ground they stand on. It touches colours
//! only: words, symbols and reversed parts stay, the environment's badge with them.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

/// A look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Look {
    /// The terminal's own colours.
    #[default]
    Terminal,
    Dark,
    Light,
    HighContrast,
    /// Blue and orange; nothing hangs on red and green.
    ColourBlind,
    /// None at all.
    Mono,
}

/// The colours of a look, by what they mean.
#[derive(Clone, Copy, Debug)]
struct Paint {
    ground: Color,
    text: Color,
    dim: Color,
    alarm: Color,
    warning: Color,
    locked_by_itself: Color,
    not_begun: Color,
}

const DARK: Paint = Paint {
    ground: rgb(0x1c_1c1c),
    text: rgb(0xe4_e4e4),
    dim: rgb(0xa8_a8a8),
    alarm: rgb(0xff_8787),
    warning: rgb(0xff_d75f),
    locked_by_itself: rgb(0xff_87ff),
    not_begun: rgb(0x87_d7ff),
};
const LIGHT: Paint = Paint {
    ground: rgb(0xff_ffff),
    text: rgb(0x1c_1c1c),
    dim: rgb(0x5f_5f5f),
    alarm: rgb(0xaf_0000),
    warning: rgb(0x7a_5200),
    locked_by_itself: rgb(0x87_005f),
    not_begun: rgb(0x00_5f87),
};
const HIGH_CONTRAST: Paint = Paint {
    ground: rgb(0),
    text: rgb(0xff_ffff),
    dim: rgb(0xd0_d0d0),
    alarm: rgb(0xff_8787),
    warning: rgb(0xff_ff00),
    locked_by_itself: rgb(0xff_afff),
    not_begun: rgb(0x00_ffff),
};
const COLOUR_BLIND: Paint = Paint {
    alarm: rgb(0xff_8700),
    warning: rgb(0xff_d787),
    locked_by_itself: rgb(0x87_afff),
    not_begun: rgb(0x5f_afff),
    ..DARK
};

const fn rgb(number: u32) -> Color {
    Color::from_u32(number)
}

impl Look {
    /// All of them, the default first.
    pub(crate) const ALL: [Self; 6] =
        [Self::Terminal, Self::Dark, Self::Light, Self::HighContrast, Self::ColourBlind, Self::Mono];

    /// The names of all, in the same order.
    pub(crate) const NAMES: &'static [&'static str] =
        &["terminal", "dark", "light", "high-contrast", "colour-blind", "mono"];

    /// The look of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().position(|known| *known == name).map(|place| Self::ALL[place])
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().position(|look| *look == self).map_or("terminal", |place| Self::NAMES[place])
    }

    /// Puts the colours over a frame.
    pub(crate) fn dress(self, buffer: &mut Buffer) {
        let paint = match self {
            Self::Terminal => return,
            Self::Mono => None,
            Self::Dark => Some(DARK),
            Self::Light => Some(LIGHT),
            Self::HighContrast => Some(HIGH_CONTRAST),
            Self::ColourBlind => Some(COLOUR_BLIND),
        };
        for cell in &mut buffer.content {
            let Some(paint) = paint else {
                (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
                continue;
            };
            cell.fg = paint.of(cell.fg, cell.modifier.contains(Modifier::DIM));
            cell.bg = paint.ground;
            // What is dim has a colour of its own here, which is known to be readable; terminals dim as they like.
            cell.modifier.remove(Modifier::DIM);
        }
    }
}

impl Paint {
    /// The colour for what a screen drew in `colour`.
    fn of(&self, colour: Color, is_dim: bool) -> Color {
        if colour == Color::Red {
            self.alarm
        } else if colour == Color::Yellow {
            self.warning
        } else if colour == Color::Magenta {
            self.locked_by_itself
        } else if colour == Color::Cyan {
            self.not_begun
        } else if is_dim {
            self.dim
        } else {
            self.text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::status::Status;
    use crate::ui::theme;

    /// The contrast of two colours (WCAG 2.2, "contrast ratio"): from 1 to 21.
    fn contrast(one: Color, other: Color) -> f64 {
        let light = |colour: Color| {
            let Color::Rgb(red, green, blue) = colour else { panic!("{colour:?}") };
            let part = |part: u8| {
                let part = f64::from(part) / 255.0;
                if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
        };
        let (one, other) = (light(one), light(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn everything_can_be_read_in_every_look() {
        assert!((contrast(rgb(0), rgb(0xff_ffff)) - 21.0).abs() < 0.01);
        assert!(contrast(rgb(0x77_7777), rgb(0xff_ffff)) < 4.5, "the measure bites");
        for (paint, least) in [(DARK, 4.5), (LIGHT, 4.5), (COLOUR_BLIND, 4.5), (HIGH_CONTRAST, 7.0)] {
            // Borders are drawn as text or dim, and so have more than the 3:1 that they need.
            let Paint { ground, text, dim, alarm, warning, locked_by_itself, not_begun } = paint;
            for colour in [text, dim, alarm, warning, locked_by_itself, not_begun] {
                assert!(contrast(colour, ground) >= least, "{colour:?} on {ground:?}");
            }
        }
    }

    #[test]
    fn every_colour_that_screens_draw_with_has_its_own_in_a_look() {
        let drawn = Status::ALL.map(theme::status).into_iter().chain([theme::ALARM, theme::WARNING]);
        for colour in drawn.filter_map(|style| style.fg) {
            assert_ne!(DARK.of(colour, false), DARK.text, "{colour:?}");
        }
    }

    #[test]
    fn a_name_and_its_look_belong_together() {
        for look in Look::ALL {
            assert_eq!(Look::named(look.name()), Some(look));
        }
        assert_eq!(Look::named("pink"), None);
    }
}
