//! What a terminal shows after each message is the frame that was drawn, and messages are short.

use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier, Style};

use super::capabilities::{Capabilities, Colours};
use super::colour;
use super::emulator::{Clusters, Emulator, Seen};
use super::frame::{ENTER, LEAVE};
use super::screen::Screen;

/// A screen and the terminal that gets its bytes.
struct Session {
    screen: Screen,
    emulator: Emulator,
    capabilities: Capabilities,
}

impl Session {
    fn new(columns: u16, rows: u16, capabilities: Capabilities) -> Self {
        let screen = Screen::new(columns.into(), rows.into(), capabilities);
        let mut emulator = Emulator::new(columns.into(), rows.into());
        emulator.read(ENTER);
        Self { screen, emulator, capabilities }
    }

    fn draw(&mut self, render: impl Fn(&mut Buffer)) -> usize {
        self.draw_with_cursor(render, None)
    }

    fn draw_with_cursor(&mut self, render: impl Fn(&mut Buffer), cursor: Option<Position>) -> usize {
        let mut drawn = Buffer::default();
        let bytes = self.screen.draw(|buffer| {
            render(buffer);
            drawn.clone_from(buffer);
            cursor
        });
        self.emulator.read(&bytes);
        self.assert_shows(&drawn);
        bytes.len()
    }

    fn assert_shows(&self, drawn: &Buffer) {
        let mut covered = 0;
        for (at, (cell, seen)) in drawn.content.iter().zip(&self.emulator.cells).enumerate() {
            let place = (at % self.emulator.columns, at / self.emulator.columns);
            if covered > 0 {
                covered -= 1;
                assert_eq!(seen.symbol, "", "right half at {place:?}");
                continue;
            }
            covered = cell.cell_width() - 1;
            assert_eq!(seen.symbol, cell.symbol(), "symbol at {place:?}");
            assert_eq!(plain(seen.clone()), plain(wanted(cell, self.capabilities)), "style at {place:?}");
        }
    }
}

pub(super) fn wanted(cell: &Cell, capabilities: Capabilities) -> Seen {
    let (foreground, background) = colour::pair(capabilities.colours, cell.fg, cell.bg);
    let removed = if capabilities.italics { Modifier::empty() } else { Modifier::ITALIC };
    let attributes = cell.modifier - removed;
    Seen { symbol: cell.symbol().to_owned(), foreground, background, attributes }
}

/// Drops what nobody sees on a blank: the colour of its missing letter and how thick that is.
pub(super) fn plain(mut seen: Seen) -> Seen {
    let unseen = Modifier::BOLD | Modifier::DIM | Modifier::ITALIC | Modifier::HIDDEN;
    let named = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    let numbered = |colour| match named.iter().position(|known| *known == colour) {
        Some(number) => Color::Indexed(u8::try_from(number).unwrap()),
        None => colour,
    };
    seen.foreground = numbered(seen.foreground);
    seen.background = numbered(seen.background);
    if seen.symbol == " " && (seen.attributes - unseen).is_empty() {
        seen.attributes = Modifier::empty();
        seen.foreground = Color::Reset;
    }
    seen
}

fn style() -> impl Strategy<Value = Style> {
    let colours = [
        Color::Reset,
        Color::Red,
        Color::White,
        Color::Indexed(3),
        Color::Indexed(200),
        Color::Rgb(9, 99, 200),
    ];
    let colour = proptest::sample::select(colours.to_vec());
    (colour.clone(), colour, 0_u16..0x200).prop_map(|(fg, bg, bits)| {
        // Plain text is what most of a screen is.
        let bits = if bits & 1 == 0 { 0 } else { bits };
        Style::new().fg(fg).bg(bg).add_modifier(Modifier::from_bits_truncate(bits))
    })
}

/// A row: pieces of text, each behind a gap.
pub(super) fn row() -> impl Strategy<Value = Vec<(u16, String, Style)>> {
    let text = proptest::collection::vec(
        proptest::sample::select(vec![
            "a",
            "b",
            " ",
            "  ",
            "é",
            "e\u{301}",
            "金",
            "あ",
            "│",
            "x y",
            "अ",
            "र्जु",
            "स्त्र",
            "→",
        ]),
        0..8,
    );
    proptest::collection::vec((0_u16..7, text.prop_map(|parts| parts.concat()), style()), 0..4)
}

pub(super) type Rows = Vec<Vec<(u16, String, Style)>>;

pub(super) fn render(buffer: &mut Buffer, rows: &Rows) {
    let area = buffer.area;
    for (y, pieces) in (0..area.height).zip(rows) {
        let mut x = 0;
        for (gap, text, style) in pieces {
            x += gap;
            if x < area.width {
                (x, _) = buffer.set_stringn(x, y, text, usize::MAX, *style);
            }
        }
    }
}

fn capabilities() -> impl Strategy<Value = Capabilities> {
    let colours = vec![Colours::Mono, Colours::Ansi16, Colours::Ansi256, Colours::True];
    (proptest::sample::select(colours), any::<bool>()).prop_map(|(colours, italics)| Capabilities {
        colours,
        italics,
        ascii_borders: false,
    })
}

proptest! {
    #[test]
    fn a_terminal_shows_what_was_drawn(
        capabilities in capabilities(),
        frames in proptest::collection::vec(
            (proptest::collection::vec(row(), 5), proptest::option::of((0_u16..30, 0_u16..6)), 0_u8..12),
            1..6,
        ),
    ) {
        let mut session = Session::new(24, 5, capabilities);
        for (rows, cursor, special) in frames {
            match special {
                0 => session.screen.repaint(),
                1..=2 => {
                    let (columns, height) = if special == 1 { (13, 4) } else { (31, 5) };
                    session.screen.resize(columns, height);
                    let (columns, height) = (columns as usize, height as usize);
                    session.emulator.columns = columns;
                    session.emulator.cells = vec![session.emulator.cells[0].clone(); columns * height];
                }
                _ => {}
            }
            session.draw_with_cursor(|buffer| render(buffer, &rows), cursor.map(Position::from));
            prop_assert_eq!(session.emulator.cursor_shown, cursor.is_some());
            if let Some((x, y)) = cursor {
                let (columns, rows) = session.screen.size();
                let place = (usize::from(x.min(columns - 1)), usize::from(y.min(rows - 1)));
                prop_assert_eq!(session.emulator.cursor, place);
            }
            let again = session.draw_with_cursor(|buffer| render(buffer, &rows), cursor.map(Position::from));
            prop_assert_eq!(again, 0, "the same frame again sends nothing");
        }
    }
}

/// A list of the width of 80: name, organisation, status; one row selected.
fn list(buffer: &mut Buffer, selected: u16) {
    for y in 0..buffer.area.height {
        let style = if y == selected { Style::new().reversed() } else { Style::new() };
        let status = if y % 3 == 0 { Style::new().red() } else { Style::new().green() };
        let head = format!(" U{:05}  user{y}.name  Some Person {y:<6} Northern Bank  ", 10_300 + y);
        buffer.set_string(0, y, format!("{head:<70}ACTIVE    "), style);
        buffer.set_string(70, y, "ACTIVE", style.patch(status));
    }
}

#[test]
fn moving_through_a_list_and_repainting_cost_few_bytes() {
    let mut session = Session::new(80, 24, Capabilities::FULL);
    let whole = session.draw(|buffer| list(buffer, 5));
    assert!(whole <= 2_840, "{whole} bytes for the first frame");
    let moved = session.draw(|buffer| list(buffer, 6));
    assert!(moved <= 250, "{moved} bytes for a step down");
    session.screen.repaint();
    let again = session.draw(|buffer| list(buffer, 6));
    assert!(again <= 2_840, "{again} bytes for a repaint");
}

#[test]
fn characters_drawn_wider_than_expected_displace_nothing_behind_them() {
    let mut session = Session::new(20, 2, Capabilities::FULL);
    session.emulator.clusters = Clusters::AllDouble;
    let bytes = session.screen.draw(|buffer| {
        buffer.set_string(0, 0, "é─ name", Style::new());
        buffer.set_string(0, 1, "│ status", Style::new());
        None
    });
    session.emulator.read(&bytes);
    assert!(session.emulator.row(0).ends_with("name             "), "{:?}", session.emulator.row(0));
    assert_eq!(session.emulator.row(1).trim_end(), "│status", "the gap is under the wide border");
}

#[test]
fn what_a_terminal_would_obey_never_leaves() {
    let mut session = Session::new(8, 1, Capabilities::FULL);
    let symbols = ["ab", "\u{1b}]0;x\u{7}", "x\u{202e}", "\u{301}", ""];
    let bytes = session.screen.draw(|buffer| {
        for (x, symbol) in (0..).zip(symbols) {
            buffer[(x, 0)].set_symbol(symbol);
        }
        buffer[(7, 0)].set_symbol("金");
        None
    });
    session.emulator.read(&bytes);
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains(['\u{7}', '\u{202e}', '\u{301}']), "{text:?}");
    assert!(!text.contains('金'), "half of it has no place: {text:?}");
}

#[test]
fn a_frame_is_one_synchronized_update_and_the_cursor_is_told_when_it_changes() {
    let mut screen = Screen::new(10, 2, Capabilities::FULL);
    let at = |position: Position| move |_: &mut Buffer| Some(position);
    let first = screen.draw(at(Position::new(3, 1)));
    assert_eq!(first, b"\x1b[?2026h\x1b[2;4H\x1b[?25h\x1b[?2026l");
    assert_eq!(screen.draw(at(Position::new(3, 1))), b"");
    assert_eq!(screen.draw(at(Position::new(4, 1))), b"\x1b[?2026h\x1b[C\x1b[?2026l");
    assert_eq!(screen.draw(|_| None), b"\x1b[?2026h\x1b[?25l\x1b[?2026l");
}

#[test]
fn what_is_kept_of_a_screen_is_a_few_bytes_a_cell_and_follows_its_size_down() {
    let mut screen = Screen::new(80, 24, Capabilities::FULL);
    let mut kept_at = |columns: u16, rows: u16| {
        screen.resize(columns.into(), rows.into());
        let full = |buffer: &mut Buffer| {
            for y in 0..rows {
                let text = "name │ 金 ".repeat(usize::from(columns) / 9);
                buffer.set_string(0, y, text, if y % 2 == 0 { Style::new() } else { Style::new().red() });
            }
            None
        };
        screen.draw(full);
        screen.bytes_kept()
    };
    let small = kept_at(80, 24);
    assert!(small <= 80 * 24 * 2, "{small} bytes");
    let large = kept_at(500, 200);
    assert!(large <= 500 * 200 * 2, "{large} bytes");
    assert_eq!(kept_at(80, 24), small);
}

#[test]
fn any_size_is_brought_into_the_limits() {
    let mut screen = Screen::new(0, 0, Capabilities::FULL);
    assert_eq!(screen.size(), (1, 1));
    screen.resize(u32::MAX, 70_000);
    assert_eq!(screen.size(), (500, 200));
}

#[test]
fn leaving_undoes_what_entering_did() {
    for mode in ["?1049", "?2004"] {
        assert!(ENTER.escape_ascii().to_string().contains(&format!("{mode}h")));
        assert!(LEAVE.escape_ascii().to_string().contains(&format!("{mode}l")));
    }
}
