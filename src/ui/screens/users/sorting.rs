//! Sorting the list: a letter for each column, the other direction, a second key.

use ratatui::buffer::Buffer;

use crate::directory::column::Column;
use crate::directory::sort::{Key, Sort};
use crate::ui::parts::ink::{cells, put};
use crate::ui::screens::users::view::Cell;
use crate::ui::theme;

/// Columns of the terminal that each entry of the menu takes.
const ENTRY_COLUMNS: u16 = 19;

/// Draws what to press after `s`, above the line at `bottom`, while a letter is awaited.
pub(crate) fn draw_menu(buffer: &mut Buffer, bottom: u16) {
    let room = buffer.area.width.saturating_sub(2);
    let entries: Vec<String> = Column::sorted()
        .filter_map(|column| Some(format!("{} {}", column.letter()?, column.heading().to_lowercase())))
        .collect();
    let across = usize::from((room / ENTRY_COLUMNS).max(1));
    let lines = cells(entries.len().div_ceil(across) + 1);
    let top = bottom.saturating_sub(lines);
    for y in top..bottom {
        put(buffer, (0, y), buffer.area.width, &" ".repeat(usize::from(buffer.area.width)), theme::PLAIN);
    }
    put(
        buffer,
        (1, top),
        room,
        "sort by, or with a capital letter then by; again: other direction",
        theme::STRONG,
    );
    for (y, line) in (top + 1..bottom).zip(entries.chunks(across)) {
        for (at, entry) in line.iter().enumerate() {
            put(buffer, (1 + cells(at) * ENTRY_COLUMNS, y), ENTRY_COLUMNS - 1, entry, theme::PLAIN);
        }
    }
}

/// `sort` after its column was chosen: another column, or the same one in the other direction.
pub(crate) fn by(sort: Sort, column: Column) -> Sort {
    Sort { first: chosen(Some(sort.first), column), then: None }
}

/// `sort` after a second column was chosen, or the same second one in the other direction.
pub(crate) fn then_by(sort: Sort, column: Column) -> Sort {
    if sort.first.column == column {
        return sort;
    }
    Sort { then: Some(chosen(sort.then, column)), ..sort }
}

/// `sort` from its end.
pub(crate) fn reversed(sort: Sort) -> Sort {
    let turned = |key: Key| Key { descending: !key.descending, ..key };
    Sort { first: turned(sort.first), then: sort.then.map(turned) }
}

/// What is new comes first, text from its beginning.
fn chosen(before: Option<Key>, column: Column) -> Key {
    let same = before.filter(|before| before.column == column);
    Key { column, descending: same.map_or(column.is_newest_first(), |same| !same.descending) }
}

/// The title of a column of the table, with the direction where the list is sorted by it.
pub(crate) fn title(cell: Cell, sort: Sort) -> &'static str {
    let direction = |column: Column| {
        let key = std::iter::once(sort.first).chain(sort.then).find(|key| key.column == column);
        key.map(|key| key.descending)
    };
    let of = |column: Column, titles: [&'static str; 3]| match direction(column) {
        None => titles[0],
        Some(false) => titles[1],
        Some(true) => titles[2],
    };
    match cell {
        Cell::Badge => of(Column::Kind, [" T", " T^", " Tv"]),
        Cell::Login => of(Column::Login, ["LOGIN", "LOGIN ^", "LOGIN v"]),
        Cell::Name => of(Column::Name, ["NAME", "NAME ^", "NAME v"]),
        Cell::Last => of(Column::LastLogin, ["LAST", "LAST ^", "LAST v"]),
        Cell::Enrolled => of(Column::Enrolled, ["ENROLLED", "ENROLLED ^", "ENROLLED v"]),
        Cell::Status => of(Column::Status, ["STATUS", "STATUS ^", "STATUS v"]),
        Cell::Role => of(Column::Role, ["ROLE", "ROLE ^", "ROLE v"]),
        Cell::Organisation => of(Column::Organisation, ["ORG", "ORG ^", "ORG v"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::screens::users::{Command, KEYS};

    #[test]
    fn each_sorted_column_has_its_letter_as_a_key_small_and_capital() {
        let command = |keys: String| {
            let found = KEYS.iter().find(|binding| binding.keys == [keys.as_str()]);
            found.map(|binding| binding.command)
        };
        for column in Column::sorted() {
            let letter = column.letter().unwrap();
            assert_eq!(command(format!("s {letter}")), Some(Command::SortBy(column)));
            assert_eq!(command(format!("s {}", letter.to_ascii_uppercase())), Some(Command::ThenBy(column)));
        }
    }

    #[test]
    fn the_same_column_again_turns_the_direction_and_another_starts_anew() {
        let sort = by(Sort::default(), Column::Login);
        assert!(sort.first.descending);
        let sort = by(sort, Column::LastLogin);
        assert_eq!((sort.first.column, sort.first.descending), (Column::LastLogin, true));
        let sort = then_by(then_by(sort, Column::Name), Column::Name);
        assert_eq!(sort.then, Some(Key { column: Column::Name, descending: true }));
        assert_eq!(then_by(sort, Column::LastLogin), sort);
        assert_eq!(reversed(reversed(sort)), sort);
        assert_eq!(by(sort, Column::Id).then, None);
    }
}
