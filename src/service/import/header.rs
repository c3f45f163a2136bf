//! The header of a file of users: which column stands where.

use crate::base::text;
use crate::domain::import::RowFault;

/// The names of columns, besides `attr.NAME`.
pub const COLUMNS: &[&str] = &[
    "id",
    "login",
    "kind",
    "status",
    "title",
    "first_name",
    "middle_name",
    "last_name",
    "email",
    "phone",
    "category",
    "organisation",
    "group",
    "roles",
    "core_id",
    "enrolled",
    "last_login",
    "added",
    "modified",
];

/// Before the name of a custom attribute.
const ATTRIBUTE: &str = "attr.";

/// What one column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// One of [`COLUMNS`].
    Known(&'static str),
    /// A custom attribute of this name.
    Attribute(String),
}

impl Column {
    /// The name in the header.
    pub(super) fn name(&self) -> String {
        self.to_string()
    }
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Known(name) => f.write_str(name),
            Self::Attribute(name) => write!(f, "{ATTRIBUTE}{name}"),
        }
    }
}

/// Understands the names of a header; in any order, each once, `login` among them.
pub(super) fn understand(line: u64, names: &[String]) -> Result<Vec<Column>, Vec<RowFault>> {
    if let [only] = names
        && let Some(wrong) = [';', '\t', '|'].into_iter().find(|separator| only.contains(*separator))
    {
        let wrong = text::visible(&wrong.to_string()).into_owned();
        let text = format!("is one column with `{wrong}` in it; wanted commas between the columns");
        return Err(vec![fault(line, only, text)]);
    }
    let (mut columns, mut faults) = (Vec::with_capacity(names.len()), Vec::new());
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            faults.push(fault(line, name, "stands in the header twice".to_owned()));
            continue;
        }
        match column(name) {
            Ok(column) => columns.push(column),
            Err(text) => faults.push(fault(line, name, text)),
        }
    }
    if !names.iter().any(|name| name == "login") {
        faults.push(fault(line, "login", "is missing from the header: rows match users by it".to_owned()));
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

/// The column of this name; the error says what is wanted.
pub(super) fn column(name: &str) -> Result<Column, String> {
    if let Some(known) = COLUMNS.iter().find(|known| **known == name) {
        return Ok(Column::Known(known));
    }
    match name.strip_prefix(ATTRIBUTE) {
        Some("") => Err("names no attribute; wanted `attr.NAME`".to_owned()),
        Some(attribute) => Ok(Column::Attribute(attribute.to_owned())),
        None => {
            let near = text::nearest(name, COLUMNS.iter().copied());
            let hint = near.map_or_else(
                || format!("; known are {} and attr.NAME", COLUMNS.join(", ")),
                |near| format!("; did you mean `{near}`?"),
            );
            Err(format!("is not known{hint}"))
        }
    }
}

fn fault(line: u64, column: &str, text: String) -> RowFault {
    RowFault { line, column: column.to_owned(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        understand(1, &names).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn columns_stand_in_any_order() {
        let names = ["attr.branch".to_owned(), "email".to_owned(), "login".to_owned()];
        let columns = understand(1, &names).unwrap();
        assert_eq!(
            columns,
            [Column::Attribute("branch".into()), Column::Known("email"), Column::Known("login")]
        );
        assert_eq!(columns.iter().map(Column::name).collect::<Vec<_>>(), names);
    }

    #[test]
    fn a_column_that_is_unknown_double_or_missing_is_named() {
        assert_eq!(
            faults(&["login", "e-mail"]),
            ["line 1, column `e-mail`: is not known; did you mean `email`?"]
        );
        assert!(faults(&["login", "qqq"])[0].contains("known are id, login"));
        assert_eq!(
            faults(&["login", "email", "login"]),
            ["line 1, column `login`: stands in the header twice"]
        );
        assert_eq!(
            faults(&["email"]),
            ["line 1, column `login`: is missing from the header: rows match users by it"]
        );
        for (name, shown) in [("login;email", ";"), ("login\temail", "<U+0009>")] {
            let told = format!("is one column with `{shown}` in it; wanted commas between the columns");
            assert!(
                faults(&[name])[0].ends_with(&told) && faults(&[name]).len() == 1,
                "{:?}",
                faults(&[name])
            );
        }
        assert_eq!(faults(&["login", "attr."]).len(), 1);
        assert_eq!(faults(&["login", "level"]).len(), 1, "a level is never imported");
    }
}
