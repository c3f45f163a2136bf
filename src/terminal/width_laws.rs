//! Terminals that count columns otherwise than we do keep nothing stale and displace nothing.

use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::Style;

use super::agreement::is_width_agreed;
use super::capabilities::Capabilities;
use super::emulator::{Clusters, Emulator};
use super::frame::ENTER;
use super::frame_laws::{Rows, plain, render, row, wanted};
use super::screen::Screen;

const COLUMNS: u16 = 24;
const ROWS: u16 = 4;

struct Session {
    screen: Screen,
    emulator: Emulator,
}

impl Session {
    fn new(columns: u16, rows: u16, clusters: Clusters) -> Self {
        let mut emulator = Emulator::new(columns.into(), rows.into());
        emulator.clusters = clusters;
        emulator.read(ENTER);
        Self { screen: Screen::new(columns.into(), rows.into(), Capabilities::FULL), emulator }
    }

    fn draw(&mut self, render: impl Fn(&mut Buffer)) -> usize {
        let mut drawn = Buffer::default();
        let bytes = self.screen.draw(|buffer| {
            render(buffer);
            drawn.clone_from(buffer);
            None
        });
        self.emulator.read(&bytes);
        let columns = usize::from(drawn.area.width);
        for (y, cells) in drawn.content.chunks(columns).enumerate() {
            self.assert_keeps_places(y, cells);
        }
        bytes.len()
    }

    /// What is agreed on stands where it was drawn; a word of doubtful width has its own cells and
    /// the blanks behind it, and nothing else is seen there.
    fn assert_keeps_places(&self, y: usize, cells: &[Cell]) {
        let (mut x, mut word, mut word_end) = (0, String::new(), 0);
        while x < cells.len() {
            let place = (x, y);
            let (symbol, width) = whole(cells, x);
            let seen = &self.emulator.cells[y * cells.len()..][x..x + width];
            let is_doubtful = !is_width_agreed(symbol);
            if is_doubtful && (word.is_empty() || word_end != x) {
                word = word_at(cells, x);
            }
            let mut wanted = wanted(&cells[x], Capabilities::FULL);
            symbol.clone_into(&mut wanted.symbol);
            let wanted = plain(wanted);
            let is_blank = wanted == plain(self::wanted(&Cell::EMPTY, Capabilities::FULL));
            x += width;
            if is_doubtful || (is_blank && !word.is_empty()) {
                let is_of_word = |c: char| c == ' ' || word.contains(c);
                let all = seen.iter().all(|cell| cell.symbol.chars().all(is_of_word));
                assert!(all, "{seen:?} at {place:?} is not of {word:?}");
                word_end = if is_doubtful { x } else { word_end };
            } else {
                word.clear();
                assert_eq!(plain(seen[0].clone()), wanted, "at {place:?}");
                assert!(seen[1..].iter().all(|cell| cell.symbol.is_empty()), "right half at {place:?}");
            }
        }
    }
}

/// The symbol to be seen at `x`, and its columns: half of a wide one is not seen.
fn whole(cells: &[Cell], x: usize) -> (&str, usize) {
    let width = usize::from(cells[x].cell_width());
    match cells.get(x + 1..x + width) {
        Some(behind) if behind.iter().all(|cell| cell.symbol() == " ") => (cells[x].symbol(), width),
        _ => (" ", 1),
    }
}

fn word_at(cells: &[Cell], mut x: usize) -> String {
    let mut word = String::new();
    while x < cells.len() {
        let (symbol, width) = whole(cells, x);
        if is_width_agreed(symbol) {
            break;
        }
        word.push_str(symbol);
        x += width;
    }
    word
}

fn clusters() -> impl Strategy<Value = Clusters> {
    let shifted = [-1, 1, 2].map(Clusters::Shifted);
    proptest::sample::select([&shifted[..], &[Clusters::Agreed, Clusters::ByCodePoint]].concat())
}

proptest! {
    #[test]
    fn nothing_is_displaced_and_nothing_stale_is_left_however_wide_clusters_are_drawn(
        clusters in clusters(),
        frames in proptest::collection::vec(
            (proptest::collection::vec(row(), usize::from(ROWS)), any::<bool>(), proptest::option::of(0..COLUMNS)),
            1..7,
        ),
    ) {
        let mut session = Session::new(COLUMNS, ROWS, clusters);
        let mut rows = Rows::new();
        for (fresh, keeps, edge) in frames {
            // The same rows again, under another box: what a window that opens or moves does.
            rows = if keeps && !rows.is_empty() { rows } else { fresh };
            let draw = |buffer: &mut Buffer| {
                render(buffer, &rows);
                for y in 0..if edge.is_some() { ROWS } else { 0 } {
                    buffer.set_string(edge.unwrap(), y, "│", Style::new());
                }
            };
            session.draw(draw);
            prop_assert_eq!(session.draw(draw), 0, "the same frame again sends nothing");
        }
    }
}

#[test]
fn a_name_overwritten_by_blanks_leaves_nothing_behind() {
    for clusters in [Clusters::Agreed, Clusters::ByCodePoint, Clusters::Shifted(1), Clusters::Shifted(-1)] {
        let mut session = Session::new(40, 2, clusters);
        let list = |buffer: &mut Buffer, name: &str| {
            buffer.set_string(0, 0, name, Style::new());
            buffer.set_string(30, 0, "+ ACTIVE", Style::new());
        };
        session.draw(|buffer| list(buffer, "  a.krishnan  अर्जुन कृष्णन"));
        assert!(session.emulator.row(0).contains("+ ACTIVE"), "{clusters:?}");
        session.draw(|buffer| list(buffer, "  a.krishnan"));
        let expected = format!("{:<40}", "  a.krishnan                  + ACTIVE");
        assert_eq!(session.emulator.row(0), expected, "{clusters:?}");
    }
}

#[test]
fn a_word_at_the_right_edge_does_not_spill_into_the_next_row() {
    let mut session = Session::new(8, 2, Clusters::Shifted(2));
    session.draw(|buffer| {
        buffer.set_string(2, 0, "र्जुर्जुर्जु", Style::new());
        buffer.set_string(0, 1, "below", Style::new());
        buffer.set_string(6, 1, "र्जु", Style::new());
    });
    assert!(session.emulator.row(1).starts_with("below "));
}

#[test]
fn a_box_over_the_right_half_of_a_wide_character_is_seen() {
    let mut session = Session::new(8, 1, Clusters::Agreed);
    session.draw(|buffer| buffer.set_string(0, 0, "a金金b", Style::new()));
    session.draw(|buffer| {
        buffer.set_string(0, 0, "a金金b", Style::new());
        buffer[(2, 0)].set_symbol("│");
    });
    assert_eq!(session.emulator.row(0), "a │金b  ");
}

#[test]
fn a_step_through_names_of_doubtful_width_costs_few_bytes() {
    let list = |buffer: &mut Buffer, selected: u16| {
        for y in 0..24 {
            let style = if y == selected { Style::new().reversed() } else { Style::new() };
            buffer.set_string(0, y, format!("{:<80}", ""), style);
            buffer.set_string(0, y, "  C@  a.krishnan157        अर्जुन कृष्णन", style);
            buffer.set_string(50, y, "+ ACTIVE           2026-07-21", style);
        }
    };
    let mut session = Session::new(80, 24, Clusters::ByCodePoint);
    session.draw(|buffer| list(buffer, 5));
    let moved = session.draw(|buffer| list(buffer, 6));
    assert!(moved <= 400, "{moved} bytes for a step down");
}
