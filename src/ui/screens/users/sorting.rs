//! Sorting the list: a letter for each column, the other direction, a second key.

use crate::directory::sort::{Column, Key, Sort};
use crate::ui::screens::users::view::Cell;

/// What to press after `s`, while it waits for a letter.
pub(crate) const LETTERS: &str =
    "sort by: l login  n name  i id  k kind  t last  e enrolled  a added  m modified; L N .. then by";

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
    let newest_first = match column {
        Column::Login | Column::Name | Column::Id | Column::Kind => false,
        Column::LastLogin | Column::Enrolled | Column::Added | Column::Modified => true,
    };
    let same = before.filter(|before| before.column == column);
    Key { column, descending: same.map_or(newest_first, |same| !same.descending) }
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
        Cell::Status => "STATUS",
        Cell::Role => "ROLE",
        Cell::Organisation => "ORG",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
