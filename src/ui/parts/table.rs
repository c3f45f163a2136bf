//! Tables: columns with a least and a wished width, dropped whole when there is no room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::base::text::fit;
use crate::ui::parts::ink::{cells, put};
use crate::ui::theme::{self, Theme};

/// One column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column<K> {
    pub(crate) key: K,
    pub(crate) title: &'static str,
    /// Narrower than this it is dropped.
    pub(crate) least: usize,
    /// Wider than this it never gets.
    pub(crate) most: usize,
    /// Columns with the highest number go first; 0 stays.
    pub(crate) drop_rank: u8,
}

/// A column with the place it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placed<K> {
    pub(crate) key: K,
    pub(crate) title: &'static str,
    pub(crate) x: u16,
    pub(crate) width: u16,
}

/// Places `columns` in `room`, one blank between; drops by rank until the rest fits, then widens from the left.
pub(crate) fn place<K: Copy>(columns: &[Column<K>], room: usize) -> Vec<Placed<K>> {
    let mut kept: Vec<Column<K>> = columns.to_vec();
    let needs = |kept: &[Column<K>]| kept.iter().map(|column| column.least + 1).sum::<usize>();
    while needs(&kept) > room + 1 {
        let Some(last) =
            (0..kept.len()).filter(|at| kept[*at].drop_rank > 0).max_by_key(|at| kept[*at].drop_rank)
        else {
            break;
        };
        kept.remove(last);
    }
    let mut spare = (room + 1).saturating_sub(needs(&kept));
    let mut x = 0;
    let mut placed = Vec::with_capacity(kept.len());
    for column in kept {
        let more = spare.min(column.most - column.least);
        spare -= more;
        let width = column.least + more;
        placed.push(Placed { key: column.key, title: column.title, x: cells(x), width: cells(width) });
        x += width + 1;
    }
    placed
}

/// Draws the head of a table and the rule below it where `ruled`.
pub(crate) fn head<K: Copy>(
    buffer: &mut Buffer,
    area: Rect,
    placed: &[Placed<K>],
    ruled: bool,
    theme: Theme,
) {
    for column in placed {
        put(buffer, (area.x + column.x, area.y), column.width, column.title, theme::STRONG);
    }
    if ruled {
        put(buffer, (area.x, area.y + 1), area.width, &theme.rule(usize::from(area.width)), theme::DIM);
    }
}

/// Draws one row: each column's text and look, all of it reversed where selected.
pub(crate) fn row<K: Copy>(
    buffer: &mut Buffer,
    area: Rect,
    placed: &[Placed<K>],
    is_selected: bool,
    cell: impl Fn(K) -> (String, Style),
) {
    for column in placed {
        let (text, style) = cell(column.key);
        let text = fit(&crate::base::text::visible(&text), usize::from(column.width));
        put(buffer, (area.x + column.x, area.y), column.width, &text, style);
    }
    if is_selected {
        buffer.set_style(area, theme::SELECTED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_dropped_whole_and_by_rank() {
        let column = |key, least, most, drop_rank| Column { key, title: "", least, most, drop_rank };
        let columns = [column('a', 10, 20, 0), column('b', 10, 10, 1), column('c', 10, 10, 2)];
        let keys = |room| place(&columns, room).iter().map(|placed| placed.key).collect::<String>();
        assert_eq!([keys(32), keys(31), keys(21), keys(5)], ["abc", "ab", "ab", "a"]);
        assert_eq!(place(&columns, 36)[0].width, 14);
    }
}
