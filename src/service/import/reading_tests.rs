//! Files of users, as they are and as they should not be: what is read, and what is told.

use super::*;
use crate::domain::import::Cell;

const SMALL: Limits = Limits { bytes_max: 400, rows_max: 30, columns_max: 4, cell_bytes_max: 40 };

fn reading(format: Format) -> Reading {
    let logins = Logins::new(Box::new(|| Ok(tempfile::tempfile().unwrap())));
    Reading::new(format, &["users"], SMALL, Some(logins))
}

fn read_as(format: Format, file: &[u8]) -> (Vec<UserRow>, Vec<String>) {
    let mut reading = reading(format);
    reading.feed(file);
    let (rows, faults) = reading.finish().unwrap();
    (rows, faults.iter().map(ToString::to_string).collect())
}

fn read(file: &[u8]) -> Vec<UserRow> {
    let (rows, faults) = read_as(Format::Csv, file);
    assert_eq!(faults, Vec::<String>::new());
    rows
}

fn faults(file: impl AsRef<[u8]>) -> Vec<String> {
    read_as(Format::Csv, file.as_ref()).1
}

#[test]
fn rows_are_read_whatever_the_order_of_columns_the_mark_and_the_ends_of_line() {
    for file in [
        "email,login\na@b,ann\n,bob\n",
        "\u{feff}email,login\r\na@b,ann\r\n,bob\r\n",
        "email,login\ra@b,ann\r,bob",
    ] {
        let rows = read(file.as_bytes());
        let seen: Vec<_> = rows.iter().map(|row| (row.line, row.login.as_str(), &row.email)).collect();
        assert_eq!(seen, [(2, "ann", &Cell::Given("a@b".to_owned())), (3, "bob", &Cell::Empty)], "{file:?}");
        assert_eq!(rows[0].phone, Cell::Missing);
    }
}

#[test]
fn the_pieces_a_file_comes_in_do_not_matter() {
    let bytes = "\u{feff}login,first_name\r\nann,\"Zo\u{eb}\r\nx\"\r\n".as_bytes();
    let whole = read(bytes);
    let mut file = reading(Format::Csv);
    assert!(bytes.iter().all(|byte| file.feed(std::slice::from_ref(byte))));
    assert_eq!(file.finish().unwrap(), (whole.clone(), Vec::new()));
    assert_eq!(whole[0].first_name, Cell::Given("Zo\u{eb}\r\nx".to_owned()));
}

#[test]
fn a_header_alone_is_no_rows_and_no_header_is_a_fault() {
    assert_eq!(read(b"login\n"), []);
    for empty in ["", "\n\n", "\u{feff}"] {
        assert_eq!(
            faults(empty),
            ["line 1 is empty; wanted a header with the names of the columns"],
            "{empty:?}"
        );
    }
}

#[test]
fn each_fault_names_line_and_column() {
    let table: &[(&[u8], &str)] = &[
        (b"login,email\nann\n", "line 2 has 1 columns, the header has 2"),
        (b"login\nann\n\nb,c\n", "line 4 has 2 columns, the header has 1"),
        (b"login,email\nann,\"a@b\n\n", "line 2, column `email`: opens a quote that is never closed"),
        (
            b"login,title\nann,\"Dr\nx\"y\n",
            "line 2, column `title`: goes on behind a closing quote; wanted a comma or the end of the line",
        ),
        (
            b"login\na\"b\n",
            "line 2, column `login`: holds a quote but does not begin with one; wanted the value in quotes, and the quote twice",
        ),
        (
            b"login,title\nann,Zo\xeb\n",
            "line 2, column `title`: is not UTF-8: byte 0xEB at place 3; save the file as UTF-8",
        ),
        (b"\xff\xfel\0o\0", "line 1 is UTF-16; save the file as UTF-8"),
        (b"login,title\nann,a\0b\n", "line 2, column `title`: holds a NUL character"),
        (b"login\nann\nbob\nANN\n", "line 4, column `login`: stands on line 2 already"),
        ("login\n\u{e9}va\nE\u{301}VA\n".as_bytes(), "line 3, column `login`: stands on line 2 already"),
        (b"login,e_mail\n", "line 1, column `e_mail`: is not known; did you mean `email`?"),
        (b"a,b,c,d,e\n", "line 1, column `5`: is past the limit of 4 columns"),
        (b"login,email\n,a@b\n", "line 2, column `login`: is required: rows match users by it"),
        (b"login\nusers\n", "line 2, column `login`: `users` is reserved"),
    ];
    for (file, told) in table {
        assert_eq!(faults(file), [*told], "{}", String::from_utf8_lossy(file));
    }
}

#[test]
fn control_characters_are_kept() {
    let rows = read("login,title\nann,a\u{1b}[2J\u{202e}\n".as_bytes());
    assert_eq!(rows[0].title, Cell::Given("a\u{1b}[2J\u{202e}".to_owned()));
}

#[test]
fn each_limit_is_told_with_its_number() {
    let long = format!("login\n{}\n", "x".repeat(41));
    assert_eq!(faults(long), ["line 2, column `login`: is longer than 40 bytes"]);
    let logins: Vec<String> = (0..31).map(|number| format!("a{number}")).collect();
    let many = format!("login\n{}", logins.join("\n"));
    assert_eq!(faults(many), ["line 32 is past the limit of 30 rows; cut the file in two"]);
    let big = format!("login\n{}", "a\n".repeat(200));
    assert_eq!(faults(big), ["line 1 is past the limit of 400 bytes for one file"]);
}

#[test]
fn twenty_faults_are_told_and_that_there_is_more() {
    let told = faults(format!("login\n{}", "U1\n".repeat(25)));
    assert_eq!(told.len(), limits::ROW_FAULTS_MAX + 1);
    assert_eq!(told[20], "line 22 is wrong too, and more may be; only the first 20 faults are told");
}

#[test]
fn a_line_of_json_has_the_same_fields_and_may_leave_any_out() {
    let file = "{\"login\":\"ann\",\"email\":\"a@b\",\"roles\":[\"A;B\",\"C\"]}\n\n{\"login\":\"bob\",\"email\":null,\"attr.x\":\"=1\"}";
    let (rows, faults) = read_as(Format::Json, file.as_bytes());
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!((rows[0].line, rows[1].line), (1, 3));
    assert_eq!(rows[0].roles, Cell::Given(vec!["A;B".to_owned(), "C".to_owned()]));
    assert_eq!((&rows[1].email, &rows[1].roles), (&Cell::Empty, &Cell::Missing));
    assert_eq!(
        rows[1].attributes,
        [("x".to_owned(), Cell::Given("=1".to_owned()))],
        "as it is: no spreadsheet reads it"
    );
}

#[test]
fn a_wrong_line_of_json_names_line_and_field() {
    let table = [
        ("[1]", "line 1 is no JSON object"),
        ("{\"email\":\"a@b\"}", "line 1, column `login`: is missing"),
        (
            "{\"login\":\"ann\",\"e_mail\":\"a@b\"}",
            "line 1, column `e_mail`: is not known; did you mean `email`?",
        ),
        ("{\"login\":7}", "line 1, column `login`: must be a text, got `7`"),
        ("\n{\"login\":\"a\\u0000b\"}", "line 2, column `login`: holds a NUL"),
        ("{\"login\":\"ann\"}\n{\"login\":\"ANN\"}", "line 2, column `login`: stands on line 1 already"),
    ];
    for (file, told) in table {
        let (_, faults) = read_as(Format::Json, file.as_bytes());
        assert!(faults.len() == 1 && faults[0].starts_with(told), "{file}: {faults:?}");
    }
}
