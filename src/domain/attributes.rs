//! Custom attributes as text to edit: one a line, `name=value`.
//!
//! What would break a line, or is lost when blanks around a value are cut, is written with a backslash, so that
//! whatever an import has brought comes back as it was.

use std::collections::BTreeMap;

use crate::base::limits::{ATTRIBUTE_NAME_CHARS_MAX, ATTRIBUTES_MAX};
use crate::base::text;

/// The attributes, a line each.
pub fn written(attributes: &[(String, String)]) -> String {
    let line = |(name, value): &(String, String)| {
        format!("{}={}", escaped(name).replace('=', "\\="), escaped(value))
    };
    attributes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The attributes in `text`, sorted by name; a name without a value is left out. Or what is wrong, by line.
pub fn read(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut attributes = BTreeMap::new();
    for (number, line) in (1..).zip(text.split(['\n', '\r'])) {
        if line.trim().is_empty() {
            continue;
        }
        let Some((name, value)) = halves(line) else {
            return Err(format!("line {number}: wants `name=value`, got `{}`", text::visible(line)));
        };
        let (name, value) = (plain(name.trim()), plain(value.trim()));
        let length = name.chars().count();
        if length == 0 || length > ATTRIBUTE_NAME_CHARS_MAX {
            return Err(format!("line {number}: a name has 1 to {ATTRIBUTE_NAME_CHARS_MAX} characters"));
        }
        if attributes.contains_key(&name) {
            return Err(format!("line {number}: `{}` stands there twice", text::visible(&name)));
        }
        attributes.insert(name, value);
    }
    attributes.retain(|_, value| !value.is_empty());
    if attributes.len() > ATTRIBUTES_MAX {
        return Err(format!("at most {ATTRIBUTES_MAX}, got {}", attributes.len()));
    }
    Ok(attributes.into_iter().collect())
}

/// Before and behind the first `=` that no backslash stands before.
fn halves(line: &str) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    let at = line.char_indices().find(|(_, character)| {
        let is_it = *character == '=' && !is_escaped;
        is_escaped = *character == '\\' && !is_escaped;
        is_it
    });
    at.map(|(at, _)| (&line[..at], &line[at + 1..]))
}

fn escaped(value: &str) -> String {
    let end = value.chars().count().saturating_sub(1);
    let mut written = String::with_capacity(value.len());
    for (at, character) in value.chars().enumerate() {
        match character {
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            ' ' if at == 0 || at == end => written.push_str("\\s"),
            '\t' => written.push_str("\\t"),
            other => written.push(other),
        }
    }
    written
}

fn plain(written: &str) -> String {
    let mut value = String::with_capacity(written.len());
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        let meant = if character == '\\' {
            match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('s') => ' ',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            }
        } else {
            character
        };
        value.push(meant);
    }
    value
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn lines_become_attributes_and_what_is_wrong_is_named_by_line() {
        assert_eq!(
            read(" branch = north\n\nvip=\na\\=b=c=d"),
            Ok(pairs(&[("a=b", "c=d"), ("branch", "north")]))
        );
        assert_eq!(read("x=1\nnorth").unwrap_err(), "line 2: wants `name=value`, got `north`");
        assert_eq!(read("x=1\nx=2").unwrap_err(), "line 2: `x` stands there twice");
        assert!(read("=1").unwrap_err().contains("1 to"));
        assert_eq!(read(""), Ok(Vec::new()));
        assert_eq!(written(&pairs(&[("a", "1"), ("b", "two\nlines ")])), "a=1\nb=two\\nlines\\s");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(
            list in prop::collection::btree_map("[ -~\\n\\r\\t]{0,8}[!-~]", "[ -~\\n\\r\\t]{0,8}[!-~]", 0..5)
        ) {
            let list: Vec<(String, String)> = list.into_iter().collect();
            prop_assert_eq!(read(&written(&list)), Ok(list));
        }
    }
}
