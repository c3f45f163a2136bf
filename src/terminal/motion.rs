//! Moving a cursor by the shortest sequence.

use std::fmt::Write;

/// Where the cursor of a terminal is, as far as we know. Cells count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In this cell.
    At(u16, u16),
    /// Somewhere in this row: terminals differ in how wide they draw some characters, and in
    /// where the cursor stands after the last column.
    Row(u16),
    /// Anywhere.
    Unknown,
}

/// Appends the shortest sequence that moves the cursor from `from` to the cell `(x, y)`.
///
/// Line feeds come only behind a carriage return: on its own a line feed keeps
/// the column on some terminals and not on others.
pub(super) fn write_move(from: Place, (x, y): (u16, u16), out: &mut String) {
    if from == Place::At(x, y) {
        return;
    }
    let row = match from {
        Place::Unknown => return write_absolute(x, y, out),
        Place::At(_, row) | Place::Row(row) => row,
    };
    let start = out.len();
    write_absolute(x, y, out);
    let mut keep_shorter = |write: &dyn Fn(&mut String)| {
        let end = out.len();
        write(out);
        if out.len() - end < end - start {
            out.replace_range(start..end, "");
        } else {
            out.truncate(end);
        }
    };
    if let Place::At(column, row) = from {
        keep_shorter(&|out| {
            write_vertical(row, y, out);
            write_horizontal(column, x, out);
        });
    }
    keep_shorter(&|out| {
        out.push('\r');
        let feeds = y.saturating_sub(row);
        if y >= row && feeds <= 4 {
            (0..feeds).for_each(|_| out.push('\n'));
        } else {
            write_vertical(row, y, out);
        }
        write_horizontal(0, x, out);
    });
    if row == y {
        keep_shorter(&|out| write_counted(x + 1, 'G', out));
    }
}

/// CUP; a number that is 1 may be left out.
fn write_absolute(x: u16, y: u16, out: &mut String) {
    match (x, y) {
        (0, 0) => out.push_str("\x1b[H"),
        (0, y) => write_counted(y + 1, 'H', out),
        (x, y) => {
            let _ = write!(out, "\x1b[{};{}H", y + 1, x + 1);
        }
    }
}

fn write_vertical(from: u16, to: u16, out: &mut String) {
    match to.cmp(&from) {
        std::cmp::Ordering::Less => write_counted(from - to, 'A', out),
        std::cmp::Ordering::Equal => {}
        std::cmp::Ordering::Greater => write_counted(to - from, 'B', out),
    }
}

fn write_horizontal(from: u16, to: u16, out: &mut String) {
    match to.cmp(&from) {
        std::cmp::Ordering::Less if from - to <= 3 => (to..from).for_each(|_| out.push('\x08')),
        std::cmp::Ordering::Less => write_counted(from - to, 'D', out),
        std::cmp::Ordering::Equal => {}
        std::cmp::Ordering::Greater => write_counted(to - from, 'C', out),
    }
}

/// `CSI count letter`; 1 is what a terminal takes for a count left out.
fn write_counted(count: u16, letter: char, out: &mut String) {
    if count == 1 {
        let _ = write!(out, "\x1b[{letter}");
    } else {
        let _ = write!(out, "\x1b[{count}{letter}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_is_taken() {
        for (from, to, expected) in [
            (Place::At(3, 4), (3, 4), ""),
            (Place::Unknown, (0, 0), "\x1b[H"),
            (Place::Unknown, (0, 9), "\x1b[10H"),
            (Place::Unknown, (7, 9), "\x1b[10;8H"),
            (Place::At(70, 4), (0, 5), "\r\n"),
            (Place::At(70, 4), (2, 5), "\r\n\x1b[2C"),
            (Place::At(70, 4), (70, 5), "\x1b[B"),
            (Place::At(70, 4), (70, 3), "\x1b[A"),
            (Place::At(70, 4), (75, 4), "\x1b[5C"),
            (Place::At(70, 4), (68, 4), "\x08\x08"),
            (Place::At(70, 4), (60, 4), "\x1b[61G"),
            (Place::At(70, 4), (0, 4), "\r"),
            (Place::At(9, 19), (0, 0), "\x1b[H"),
            (Place::Row(4), (0, 5), "\r\n"),
            (Place::Row(4), (12, 4), "\x1b[13G"),
        ] {
            let mut out = String::from("before");
            write_move(from, to, &mut out);
            let way = &out["before".len()..];
            assert_eq!(way.len(), expected.len(), "{from:?} to {to:?}: {way:?}, not {expected:?}");
        }
    }
}
