//! The last line: hints from the key tables, dropped whole, ending in the way to the rest.

use ratatui::buffer::Buffer;

use crate::base::text::width;
use crate::ui::keymap::Told;
use crate::ui::parts::ink::{fill, put};
use crate::ui::theme;

const MORE: &str = "?more";

/// `key words` of every command that is told, by rank.
pub(crate) fn hints(commands: &[Told]) -> Vec<String> {
    let mut told: Vec<(u8, String)> = commands
        .iter()
        .filter_map(|told| {
            Some((told.hint?.rank, format!("{} {}", shown(told.keys.first()?), told.hint?.words)))
        })
        .collect();
    told.sort_by_key(|(rank, _)| *rank);
    told.into_iter().map(|(_, text)| text).collect()
}

/// A key as the screen writes it: `Enter`, `Ctrl-l`, `a`.
pub(crate) fn shown(key: &str) -> String {
    if key.chars().count() == 1 {
        return key.to_owned();
    }
    if key.contains(' ') {
        return key.split(' ').map(shown).collect();
    }
    let mut characters = key.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// As many hints as fit whole; where some do not, `more` ends the line.
pub(crate) fn line(hints: &[String], columns: usize) -> String {
    let fitting = |room: usize| {
        let mut used = 0;
        hints
            .iter()
            .take_while(|hint| {
                used += width(hint) + 2;
                used <= room + 2
            })
            .count()
    };
    let all = fitting(columns);
    if all == hints.len() && hints.join("  ").len() + MORE.len() + 2 <= columns {
        return [hints.join("  ").as_str(), MORE].join("  ");
    }
    let kept = fitting(columns.saturating_sub(MORE.len() + 2));
    let mut parts: Vec<&str> = hints[..kept].iter().map(String::as_str).collect();
    parts.push(MORE);
    parts.join("  ")
}

/// Draws the line in row `y`.
pub(crate) fn draw(buffer: &mut Buffer, y: u16, commands: &[Told]) {
    let columns = buffer.area.width;
    fill(buffer, (0, y), columns, "", theme::PLAIN);
    let text = line(&hints(commands), usize::from(columns).saturating_sub(2));
    put(buffer, (1, y), columns.saturating_sub(2), &text, theme::PLAIN);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_dropped_whole_and_the_way_to_the_rest_stays() {
        let hints = ["Enter open".to_owned(), "/ filter".to_owned(), "a actions".to_owned()];
        assert_eq!(line(&hints, 80), "Enter open  / filter  a actions  ?more");
        assert_eq!(line(&hints, 30), "Enter open  / filter  ?more");
        assert_eq!(line(&hints, 26), "Enter open  ?more");
        assert_eq!(line(&hints, 8), "?more");
    }

    #[test]
    fn keys_are_written_as_people_say_them() {
        assert_eq!(
            [shown("enter"), shown("ctrl-l"), shown("a"), shown("g g")],
            ["Enter", "Ctrl-l", "a", "gg"]
        );
    }
}
