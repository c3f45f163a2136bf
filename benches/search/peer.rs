//! The same people in a table of SQLite in memory, searched by LIKE.

use rusqlite::{Connection, params};
use wardroom::demo::Institution;

use crate::ROWS;
use crate::people::entry;

pub(crate) struct Table(Connection);

impl Table {
    pub(crate) fn of(institution: &Institution) -> Self {
        let connection = Connection::open_in_memory().expect("a table in memory");
        fill(&connection, institution).expect("rows in memory");
        Self(connection)
    }

    /// The ids of the first page in the order `by`, and the count.
    pub(crate) fn search(&self, typed: &str, by: &str) -> (Vec<i64>, i64) {
        let wanted = format!("%{typed}%");
        let clause = "FROM users WHERE login LIKE ?1 OR name LIKE ?1 OR email LIKE ?1 OR phone LIKE ?1
                      OR core_id LIKE ?1 OR organisation LIKE ?1";
        let ask = || -> rusqlite::Result<(Vec<i64>, i64)> {
            let count = self
                .0
                .prepare_cached(&format!("SELECT count(*) {clause}"))?
                .query_row([&wanted], |row| row.get(0))?;
            let rows = self
                .0
                .prepare_cached(&format!("SELECT id {clause} ORDER BY {by} LIMIT {ROWS}"))?
                .query_map([&wanted], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()?;
            Ok((rows, count))
        };
        ask().expect("an answer from memory")
    }

    pub(crate) fn offset(&self, row: u32) -> Vec<i64> {
        let ask = || -> rusqlite::Result<Vec<i64>> {
            self.0
                .prepare_cached(&format!(
                    "SELECT id FROM users ORDER BY last_login DESC, id DESC LIMIT {ROWS} OFFSET ?1"
                ))?
                .query_map([row], |row| row.get(0))?
                .collect()
        };
        ask().expect("an answer from memory")
    }
}

fn fill(connection: &Connection, institution: &Institution) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, login TEXT, name TEXT, email TEXT, phone TEXT, core_id TEXT,
                             organisation TEXT, last_login INTEGER);
         CREATE INDEX by_last_login ON users (last_login); CREATE INDEX by_login ON users (login); BEGIN",
    )?;
    let mut insert = connection.prepare("INSERT INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    for person in institution.people() {
        let row = entry(&person).row;
        let (organisation, last_login) = (row.organisation.2, row.last_login.map(|at| at.0));
        let name = row.names.full();
        insert.execute(params![
            row.id.0,
            row.login,
            name,
            row.email,
            row.phone,
            row.core_id,
            organisation,
            last_login
        ])?;
    }
    connection.execute_batch("COMMIT")
}
