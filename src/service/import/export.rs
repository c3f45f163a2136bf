//! Lines of CSV that a spreadsheet does not run and that an import reads back as they were.

use std::borrow::Cow;

/// One line (RFC 4180), with its CRLF. Each value neutralised, then quoted where it must be.
pub fn line<T: AsRef<str>>(values: &[T]) -> String {
    let mut line = String::new();
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        push_quoted(&mut line, &neutralised(value.as_ref()), values.len() == 1);
    }
    line.push_str("\r\n");
    line
}

/// Several names in one cell, `;` between; `;` and `\` of a name behind a `\`.
pub fn joined<T: AsRef<str>>(names: &[T]) -> String {
    let names = names.iter().map(|name| name.as_ref().replace('\\', "\\\\").replace(';', "\\;"));
    names.collect::<Vec<_>>().join(";")
}

/// The names of one cell, the inverse of [`joined`]. Blanks around a name do not count.
pub(super) fn parted(cell: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut characters = cell.chars().peekable();
    while let Some(character) = characters.next() {
        let literal = match character {
            ';' => {
                names.push(String::new());
                continue;
            }
            '\\' => characters.next_if(|next| matches!(next, '\\' | ';')).unwrap_or('\\'),
            other => other,
        };
        if let Some(name) = names.last_mut() {
            name.push(literal);
        }
    }
    names.iter().map(|name| name.trim().to_owned()).collect()
}

/// `value` with a `'` before what a spreadsheet would take for a formula (OWASP, "CSV Injection").
///
/// A value that looks neutralised already gets one more, so that [`plain`] takes off exactly what was put on.
fn neutralised(value: &str) -> Cow<'_, str> {
    if looks_like_formula(value) { Cow::Owned(format!("'{value}")) } else { Cow::Borrowed(value) }
}

/// `cell` without the `'` that [`neutralised`] put before it.
pub(super) fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| looks_like_formula(rest)).unwrap_or(cell)
}

fn looks_like_formula(value: &str) -> bool {
    value.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn push_quoted(line: &mut String, value: &str, alone: bool) {
    // An only value that is empty would make a blank line, which is no row.
    if value.contains(['"', ',', '\n', '\r']) || (alone && value.is_empty()) {
        line.push('"');
        line.push_str(&value.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_neutralised_and_taken_back() {
        for value in ["=1+1", "+44", "-x", "@x", "\tx", "\rx", "'=x", "''+x"] {
            assert_eq!(neutralised(value), format!("'{value}"));
        }
        for value in ["", "a=b", "'", "'x", "Ann"] {
            assert_eq!(neutralised(value), value);
            assert_eq!(plain(value), value);
        }
        assert_eq!(line(&["a,b", "say \"hi\"", "=1"]), "\"a,b\",\"say \"\"hi\"\"\",'=1\r\n");
        assert_eq!(joined(&["Teller", "A;B", "C\\"]), "Teller;A\\;B;C\\\\");
        assert_eq!(parted("Teller; A\\;B ;C\\\\;D\\E"), ["Teller", "A;B", "C\\", "D\\E"]);
    }

    proptest! {
        #[test]
        fn what_is_neutralised_reads_back(value in "['=+@\\-\t\ra-c]{0,6}") {
            let cell = neutralised(&value).into_owned();
            prop_assert_eq!(plain(&cell), &value);
        }

        #[test]
        fn what_is_joined_is_parted(names in proptest::collection::vec("[a;\\\\]{1,5}", 1..5)) {
            prop_assert_eq!(parted(&joined(&names)), names);
        }
    }
}
