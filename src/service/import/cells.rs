//! One value of a file of users: text in, a typed cell or what is wrong with it out.

use crate::base::ids::UserId;
use crate::base::text;
use crate::base::time::Timestamp;
use crate::domain::contact;
use crate::domain::import::{Cell, UserRow};
use crate::domain::status::Status;
use crate::domain::user::{Kind, login_fault};
use crate::service::import::export;
use crate::service::import::header::Column;

/// Puts `value` into its place in `row`; the error says what is wanted.
pub(super) fn put(row: &mut UserRow, column: &Column, value: &str, reserved: &[&str]) -> Result<(), String> {
    let known = match column {
        Column::Known(known) => *known,
        Column::Attribute(name) => {
            row.attributes.push((name.clone(), text_cell(value)));
            return Ok(());
        }
    };
    match known {
        "login" => row.login = login(value, reserved)?,
        "id" => row.id = cell(value, UserId::parse, "an id such as U10305")?,
        "kind" => row.kind = cell(value, Kind::parse, "staff or customer")?,
        "status" => row.status = cell(value, Status::parse, &words(&Status::ALL.map(Status::word)))?,
        "title" => row.title = text_cell(value),
        "first_name" => row.first_name = text_cell(value),
        "middle_name" => row.middle_name = text_cell(value),
        "last_name" => row.last_name = text_cell(value),
        "email" => row.email = email(value)?,
        "phone" => row.phone = phone(value)?,
        "category" => row.category = cell(value, category, "personal or business")?,
        "organisation" => row.organisation = text_cell(value),
        "group" => row.group = text_cell(value),
        "roles" => row.roles = roles(value)?,
        "core_id" => row.core_id = text_cell(value),
        "enrolled" => row.enrolled = time(value)?,
        "last_login" => row.last_login = time(value)?,
        "added" => row.added = time(value)?,
        "modified" => row.modified = time(value)?,
        other => unreachable!("column {other} is in the list of columns and has no place"),
    }
    Ok(())
}

fn login(value: &str, reserved: &[&str]) -> Result<String, String> {
    if value.is_empty() {
        return Err("is required: rows match users by it".to_owned());
    }
    match login_fault(value, reserved) {
        Some(fault) => Err(format!("`{}` {fault}", text::visible(value))),
        None => Ok(value.to_owned()),
    }
}

fn text_cell(value: &str) -> Cell<String> {
    if value.is_empty() { Cell::Empty } else { Cell::Given(value.to_owned()) }
}

fn cell<T>(value: &str, parse: fn(&str) -> Option<T>, wanted: &str) -> Result<Cell<T>, String> {
    if value.is_empty() {
        return Ok(Cell::Empty);
    }
    parse(value).map(Cell::Given).ok_or_else(|| format!("must be {wanted}, got `{}`", text::visible(value)))
}

fn time(value: &str) -> Result<Cell<Timestamp>, String> {
    cell(value, Timestamp::parse, "a time such as 2026-05-14T09:41:57Z")
}

fn email(value: &str) -> Result<Cell<String>, String> {
    match contact::email_fault(value) {
        Some(fault) if !value.is_empty() => Err(format!("`{}` {fault}", text::visible(value))),
        Some(_) | None => Ok(text_cell(value)),
    }
}

fn phone(value: &str) -> Result<Cell<String>, String> {
    match contact::phone_fault(value) {
        Some(fault) if !value.is_empty() => Err(format!("`{}` {fault}", text::visible(value))),
        Some(_) | None => Ok(text_cell(value)),
    }
}

fn category(value: &str) -> Option<String> {
    ["personal", "business"].into_iter().find(|word| word.eq_ignore_ascii_case(value)).map(ToOwned::to_owned)
}

fn roles(value: &str) -> Result<Cell<Vec<String>>, String> {
    if value.is_empty() {
        return Ok(Cell::Empty);
    }
    let names = export::parted(value);
    if names.iter().any(String::is_empty) {
        return Err(format!("must be names with `;` between, got `{}`", text::visible(value)));
    }
    Ok(Cell::Given(names))
}

fn words(list: &[&str]) -> String {
    format!("one of {}", list.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::import::header::COLUMNS;

    fn fault(column: &'static str, value: &str) -> Option<String> {
        put(&mut UserRow::default(), &Column::Known(column), value, &["users"]).err()
    }

    #[test]
    fn every_column_has_its_place_and_an_empty_cell_clears() {
        for column in COLUMNS.iter().filter(|column| **column != "login") {
            assert_eq!(fault(column, ""), None, "{column}");
        }
        let mut row = UserRow::default();
        put(&mut row, &Column::Known("email"), "", &[]).unwrap();
        assert_eq!((&row.email, &row.phone), (&Cell::Empty, &Cell::Missing));
        put(&mut row, &Column::Known("phone"), "+44 7700", &[]).unwrap();
        assert_eq!(row.phone, Cell::Given("+44 7700".to_owned()));
        put(&mut row, &Column::Attribute("branch".into()), "", &[]).unwrap();
        assert_eq!(row.attributes, [("branch".to_owned(), Cell::Empty)]);
    }

    #[test]
    fn a_value_of_the_wrong_form_says_what_is_wanted() {
        let table = [
            ("login", "", "is required: rows match users by it"),
            ("login", "users", "`users` is reserved"),
            ("login", "U12", "`U12` is reserved"),
            ("id", "x9", "must be an id such as U10305, got `x9`"),
            ("kind", "boss", "must be staff or customer, got `boss`"),
            ("email", "nobody", "`nobody` is not of the form `name@domain`"),
            (
                "phone",
                "hello",
                "`hello` is no phone number: wanted 5 to 15 digits, `+` before them, blanks between",
            ),
            ("category", "pet", "must be personal or business, got `pet`"),
            ("roles", "a;;b", "must be names with `;` between, got `a;;b`"),
            ("added", "14.5.26", "must be a time such as 2026-05-14T09:41:57Z, got `14.5.26`"),
        ];
        for (column, value, told) in table {
            assert_eq!(fault(column, value).as_deref(), Some(told));
        }
        assert!(fault("status", "dead\u{1b}").unwrap().ends_with("ACTIVE, got `dead<U+001B>`"));
        assert_eq!(fault("status", "locked_by_admin"), None);
    }
}
