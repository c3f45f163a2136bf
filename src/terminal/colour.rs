//! Colours brought down to what a terminal shows, session by session.

use ratatui::style::Color;

use super::capabilities::Colours;

/// The sixteen colours by their number, in xterm's default shades.
const NAMED: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The six steps of each side of xterm's cube of 216 colours.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// A foreground and a background as a terminal with `colours` shows them.
///
/// Two colours that were different stay so: where both come down to one, the
/// foreground becomes black or white, because nobody can read text in its own colour.
pub fn pair(colours: Colours, foreground: Color, background: Color) -> (Color, Color) {
    let (shown, ground) = (nearest(colours, foreground), nearest(colours, background));
    if shown != ground || foreground == background || ground == Color::Reset {
        return (shown, ground);
    }
    let [red, green, blue] = rgb(ground).map(u32::from);
    let light = red * 2 + green * 5 + blue > 8 * 127;
    (if light { Color::Black } else { Color::White }, ground)
}

/// The colour nearest to `colour` among those that a terminal with `colours` shows.
pub fn nearest(colours: Colours, colour: Color) -> Color {
    match (colours, colour) {
        (Colours::Mono, _) => Color::Reset,
        (Colours::Ansi256, Color::Rgb(red, green, blue)) => nearest_indexed([red, green, blue]),
        (Colours::Ansi16, Color::Indexed(number @ 0..16)) => NAMED[usize::from(number)].0,
        (Colours::Ansi16, Color::Rgb(..) | Color::Indexed(_)) => nearest_named(rgb(colour)),
        (Colours::True | Colours::Ansi256 | Colours::Ansi16, _) => colour,
    }
}

fn nearest_named(wanted: [u8; 3]) -> Color {
    let least = NAMED.into_iter().min_by_key(|(_, shade)| distance(wanted, *shade));
    least.map_or(Color::Reset, |(colour, _)| colour)
}

/// From the cube or the greys; never from the first sixteen, whose shades people change.
fn nearest_indexed(wanted: [u8; 3]) -> Color {
    let step = |part: u8| (0..6).min_by_key(|&step| STEPS[usize::from(step)].abs_diff(part)).unwrap_or(0);
    let [red, green, blue] = wanted.map(step);
    let cube = 16 + 36 * red + 6 * green + blue;
    let least =
        std::iter::once(cube).chain(232..=255).min_by_key(|&number| distance(wanted, indexed(number)));
    Color::Indexed(least.unwrap_or(cube))
}

fn rgb(colour: Color) -> [u8; 3] {
    if let Color::Rgb(red, green, blue) = colour {
        return [red, green, blue];
    }
    if let Color::Indexed(number) = colour {
        return indexed(number);
    }
    NAMED.into_iter().find(|(named, _)| *named == colour).map_or([0; 3], |(_, shade)| shade)
}

fn indexed(number: u8) -> [u8; 3] {
    match number {
        0..16 => NAMED[usize::from(number)].1,
        16..232 => {
            let place = number - 16;
            [place / 36, place / 6 % 6, place % 6].map(|step| STEPS[usize::from(step)])
        }
        232.. => [8 + (number - 232) * 10; 3],
    }
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    // The eye sees green best and blue least.
    let parts = [3, 6, 2].into_iter().zip(a.into_iter().zip(b));
    parts.map(|(weight, (a, b))| weight * u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_comes_down_to_its_nearest() {
        let orange = Color::Rgb(255, 135, 0);
        assert_eq!(nearest(Colours::True, orange), orange);
        assert_eq!(nearest(Colours::Ansi256, orange), Color::Indexed(208));
        assert_eq!(nearest(Colours::Ansi256, Color::Rgb(9, 8, 9)), Color::Indexed(232));
        assert_eq!(nearest(Colours::Ansi16, Color::Rgb(250, 10, 10)), Color::LightRed);
        assert_eq!(nearest(Colours::Ansi16, Color::Indexed(4)), Color::Blue);
        assert_eq!(nearest(Colours::Ansi16, Color::Indexed(196)), Color::LightRed);
        assert_eq!(nearest(Colours::Ansi16, Color::Cyan), Color::Cyan);
        assert_eq!(nearest(Colours::Mono, Color::Cyan), Color::Reset);
        for colours in [Colours::Ansi16, Colours::Ansi256, Colours::True] {
            assert_eq!(nearest(colours, Color::Reset), Color::Reset);
        }
    }

    #[test]
    fn text_never_takes_the_colour_of_its_ground() {
        let (dark, darker) = (Color::Rgb(0, 0, 40), Color::Rgb(0, 0, 10));
        assert_eq!(pair(Colours::Ansi16, dark, darker), (Color::White, Color::Black));
        let (light, lighter) = (Color::Rgb(250, 250, 250), Color::Rgb(255, 255, 255));
        assert_eq!(pair(Colours::Ansi16, light, lighter), (Color::Black, Color::White));
        assert_eq!(
            pair(Colours::Ansi16, Color::Red, Color::Red),
            (Color::Red, Color::Red),
            "hidden on purpose"
        );
        assert_eq!(pair(Colours::Mono, Color::Red, Color::Blue), (Color::Reset, Color::Reset));
    }
}
