//! Columns of the list of users: name, width, and what a row has there.

use serde_json::Value;

use crate::base::text;
use crate::base::time::Timestamp;
use crate::cli::json;
use crate::cli::unsaid::unknown;
use crate::directory::column::Column as Which;
use crate::directory::row::Row;
use crate::domain::level::Level;
use crate::domain::user::TEMPORARY_LOGIN;
use crate::service::import::export;

/// One column, as text.
#[derive(Debug)]
pub struct Column {
    which: Which,
    /// Columns of a terminal that it takes in a table.
    width: usize,
    of: fn(&Row, Timestamp) -> Cell,
}

/// What a row has in a column.
enum Cell {
    Text(String),
    Absent,
    List(Vec<String>),
    Time(Timestamp),
    Flag(bool),
}

impl Column {
    /// Its name in `--columns`, in the header and in JSON.
    pub const fn name(&self) -> &'static str {
        self.which.name()
    }

    /// For a table: at most the column's width where `clipped`, at least it always.
    pub(super) fn table(&self, row: &Row, now: Timestamp, clipped: bool) -> String {
        let shown = match (self.of)(row, now) {
            Cell::Absent if self.which == Which::Login => TEMPORARY_LOGIN.to_owned(),
            Cell::Absent => "-".to_owned(),
            Cell::Text(text) => text::visible(&text).into_owned(),
            Cell::List(names) => text::visible(&names.join(", ")).into_owned(),
            Cell::Time(time) => time.minute_utc(),
            Cell::Flag(flag) => if flag { "yes" } else { "no" }.to_owned(),
        };
        let room = if clipped { self.width } else { self.width.max(text::width(&shown)) };
        text::fit(&shown, room)
    }

    /// For the header of a table.
    pub(super) fn title(&self) -> String {
        text::fit(&self.name().to_uppercase().replace('_', " "), self.width)
    }

    /// For JSON: `null` where there is nothing.
    pub(super) fn json(&self, row: &Row, now: Timestamp) -> Value {
        match (self.of)(row, now) {
            Cell::Absent => Value::Null,
            Cell::Text(text) => Value::String(text),
            Cell::List(names) => names.into(),
            Cell::Time(time) => json::time(time),
            Cell::Flag(flag) => Value::Bool(flag),
        }
    }

    /// For CSV: empty where there is nothing.
    pub(super) fn csv(&self, row: &Row, now: Timestamp) -> String {
        match (self.of)(row, now) {
            Cell::Absent => String::new(),
            Cell::Text(text) => text,
            Cell::List(names) => export::joined(&names),
            Cell::Time(time) => time.rfc3339(),
            Cell::Flag(flag) => flag.to_string(),
        }
    }
}

/// The columns of a table for people.
const IN_TABLE: &[&str] = &["login", "name", "kind", "status", "organisation", "group", "last_login"];

/// The columns of CSV: what `design/CLI.md` names, all of which an import takes.
const IN_CSV: &[&str] = &[
    "id",
    "login",
    "kind",
    "status",
    "first_name",
    "last_name",
    "email",
    "organisation",
    "group",
    "roles",
    "last_login",
    "added",
    "modified",
];

/// Every column, in the order of JSON.
static ALL: &[Column] = &[
    column(Which::Id, 9, |row, _| Cell::Text(row.id.to_string())),
    column(Which::Login, 20, |row, _| row.login.clone().map_or(Cell::Absent, Cell::Text)),
    column(Which::Kind, 8, |row, _| Cell::Text(row.kind.word().to_owned())),
    column(Which::Status, 21, |row, now| Cell::Text(row.facts.status_at(now).word().to_owned())),
    column(Which::Title, 6, |row, _| text(&row.names.title)),
    column(Which::FirstName, 14, |row, _| text(&row.names.first)),
    column(Which::MiddleName, 14, |row, _| text(&row.names.middle)),
    column(Which::LastName, 18, |row, _| text(&row.names.last)),
    column(Which::Name, 24, |row, _| text(&row.names.full())),
    column(Which::Email, 26, |row, _| text(&row.email)),
    column(Which::EmailConfirmed, 15, |row, _| Cell::Flag(row.email_confirmed)),
    column(Which::Phone, 16, |row, _| text(&row.phone)),
    column(Which::Organisation, 12, |row, _| Cell::Text(row.organisation.1.clone())),
    column(Which::Group, 14, |row, _| text(&row.group)),
    column(Which::Role, 20, |row, _| Cell::List(row.roles.clone())),
    column(Which::Level, 5, |row, _| {
        row.level.map_or(Cell::Absent, |level| Cell::Text(Level::code(level).to_owned()))
    }),
    column(Which::CoreId, 12, |row, _| text(&row.core_id)),
    column(Which::Product, 15, |row, _| Cell::Text(row.product.word().to_owned())),
    column(Which::Archived, 8, |row, _| Cell::Flag(row.facts.archived())),
    column(Which::Enrolled, 17, |row, _| time(row.enrolled)),
    column(Which::LastLogin, 17, |row, _| time(row.last_login)),
    column(Which::Added, 17, |row, _| Cell::Time(row.added)),
    column(Which::Modified, 17, |row, _| Cell::Time(row.modified)),
];

const fn column(which: Which, width: usize, of: fn(&Row, Timestamp) -> Cell) -> Column {
    Column { which, width, of }
}

/// The columns of a table.
pub(super) fn in_table() -> Vec<&'static Column> {
    IN_TABLE.iter().filter_map(|name| find(name)).collect()
}

/// The columns of CSV.
pub(super) fn in_csv() -> Vec<&'static Column> {
    IN_CSV.iter().filter_map(|name| find(name)).collect()
}

/// The columns of JSON: all.
pub(super) fn in_json() -> Vec<&'static Column> {
    ALL.iter().collect()
}

/// Reads `login,email`.
pub(super) fn named(names: &str) -> Result<Vec<&'static Column>, String> {
    let known: Vec<&str> = ALL.iter().map(Column::name).collect();
    let names = names.split(',').map(str::trim);
    names.map(|name| find(name).ok_or_else(|| unknown("columns: no column", name, &known))).collect()
}

fn find(name: &str) -> Option<&'static Column> {
    ALL.iter().find(|column| column.name() == name)
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Absent } else { Cell::Text(text.to_owned()) }
}

fn time(time: Option<Timestamp>) -> Cell {
    time.map_or(Cell::Absent, Cell::Time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{OrganisationId, UserId};
    use crate::domain::import::Cell as Imported;
    use crate::domain::status::StatusFacts;
    use crate::domain::user::{Kind, Names, Product};
    use crate::service::import::{COLUMNS, read_csv};
    use proptest::prelude::*;

    fn row(texts: &[String], roles: Vec<String>) -> Row {
        let text = |place: usize| texts[place].clone();
        Row {
            id: UserId(7),
            login: Some("a.kim".into()),
            kind: Kind::Staff,
            level: None,
            names: Names { title: text(0), first: text(1), middle: text(2), last: text(3) },
            email: String::new(),
            email_confirmed: false,
            phone: "+44 7700".into(),
            organisation: (OrganisationId(1), "main".into(), "Main".into()),
            group: text(5),
            roles,
            last_login: Some(Timestamp(1_700_000_000_123)),
            enrolled: None,
            added: Timestamp(0),
            modified: Timestamp(1000),
            facts: StatusFacts::default(),
            core_id: text(6),
            product: Product::DigitalBanking,
            version: 1,
        }
    }

    fn given(text: &str) -> Imported<String> {
        if text.is_empty() { Imported::Empty } else { Imported::Given(text.to_owned()) }
    }

    proptest! {
        #[test]
        fn what_is_listed_as_csv_is_read_back_as_it_was(
            texts in proptest::collection::vec("['=+@\\-,;\"\\\\\t\r\n a-cé\u{202e}\u{1b}]{0,8}", 7),
            roles in proptest::collection::vec("[=+@;\\\\a-c\"]{1,4}", 0..4),
        ) {
            let row = row(&texts, roles.clone());
            let columns: Vec<&Column> = COLUMNS.iter().filter_map(|name| find(name)).collect();
            let header: Vec<&str> = columns.iter().map(|column| column.name()).collect();
            let cells: Vec<String> = columns.iter().map(|column| column.csv(&row, Timestamp(0))).collect();
            let file = export::line(&header) + &export::line(&cells);
            let read = read_csv(file.as_bytes()).unwrap();
            prop_assert_eq!(read.len(), 1);
            prop_assert_eq!(&read[0].first_name, &given(&texts[1]));
            prop_assert_eq!(&read[0].last_name, &given(&texts[3]));
            prop_assert_eq!(&read[0].phone, &given("+44 7700"));
            prop_assert_eq!(&read[0].core_id, &given(&texts[6]));
            let empty = roles.is_empty();
            prop_assert_eq!(&read[0].roles, &if empty { Imported::Empty } else { Imported::Given(roles) });
            prop_assert_eq!(&read[0].last_login, &Imported::Given(Timestamp(1_700_000_000_123)));
            prop_assert_eq!(&read[0].id, &Imported::Given(UserId(7)));
        }
    }

    #[test]
    fn every_column_of_the_list_is_told_in_its_order() {
        let told: Vec<Which> = ALL.iter().map(|column| column.which).collect();
        assert_eq!(told, Which::ALL);
    }

    #[test]
    fn json_has_the_promised_fields_and_csv_only_what_an_import_takes() {
        let names: Vec<&str> = in_json().iter().map(|column| column.name()).collect();
        for promised in IN_CSV {
            assert!(names.contains(promised), "{promised}");
            assert!(COLUMNS.contains(promised), "{promised}");
        }
        assert_eq!((in_csv().len(), in_table().len()), (IN_CSV.len(), IN_TABLE.len()));
    }

    #[test]
    fn a_table_shows_control_characters_and_keeps_its_width() {
        let texts: Vec<String> =
            ["", "金\u{1b}[2J", "", "Kim-Longer-Than-The-Column", "", "", ""].map(str::to_owned).into();
        let row = row(&texts, vec![]);
        let shown = find("first_name").unwrap().table(&row, Timestamp(0), true);
        assert_eq!((shown.as_str(), text::width(&shown)), ("金<U+001B>[2J ", 14));
        assert_eq!(find("last_name").unwrap().table(&row, Timestamp(0), true), "Kim-Longer-Than-..");
        assert_eq!(find("last_name").unwrap().table(&row, Timestamp(0), false), "Kim-Longer-Than-The-Column");
    }

    #[test]
    fn columns_are_named_and_the_nearest_is_suggested() {
        assert_eq!(
            named("login, email").unwrap().iter().map(|column| column.name()).collect::<Vec<_>>(),
            ["login", "email"]
        );
        assert_eq!(named("login,emial").unwrap_err(), "columns: no column `emial`; did you mean `email`?");
    }
}
