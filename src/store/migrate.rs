//! The schema's versions, and the way from each to the next.
//!
//! `user_version` says which one a file has. Each step is one transaction: a
//! program killed in the middle finds the version before it.

use rusqlite::{Connection, TransactionBehavior};

use crate::base::fault::Fault;
use crate::store::connection::fault;

/// The steps in order; the place of a step, from 1, is its version.
const STEPS: &[&str] = &[
    include_str!("schema/001_identity.sql"),
    include_str!("schema/002_sign_in.sql"),
    include_str!("schema/003_hidden_batches.sql"),
    include_str!("schema/004_jobs.sql"),
    include_str!("schema/005_field_keys.sql"),
    include_str!("schema/006_authority.sql"),
    include_str!("schema/007_undo.sql"),
    USER_KEYS,
    include_str!("schema/009_batch_changes.sql"),
    include_str!("schema/010_import_jobs.sql"),
    include_str!("schema/011_undo_targets.sql"),
    include_str!("schema/012_undo_of_sets.sql"),
    include_str!("schema/013_audit_pages.sql"),
];

const USER_KEYS: &str = include_str!("schema/008_user_keys.sql");

/// A table that a step writes anew before its own text, since SQLite does not take a constraint away from one.
struct Anew {
    step: &'static str,
    table: &'static str,
    /// What stands in its definition.
    was: &'static str,
    /// What stands there afterwards.
    becomes: &'static str,
}

const ANEW: &[Anew] = &[Anew {
    step: USER_KEYS,
    table: "users",
    was: "login_folded TEXT UNIQUE",
    becomes: "login_folded TEXT",
}];

/// The version that this program reads and writes.
#[expect(clippy::cast_possible_wrap, reason = "the steps are few")]
pub(super) const NEWEST: i64 = STEPS.len() as i64;

/// Brings the file to the newest version.
///
/// Refuses a file of a newer program: it may hold what this one would not keep.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    to_version(connection, NEWEST)
}

/// Foreign keys rest meanwhile, as SQLite asks of whoever writes a table anew: what refers to it would go with the old one.
fn to_version(connection: &mut Connection, wanted: i64) -> Result<(), Fault> {
    let sql = |error| fault(&error);
    let kept: bool = connection.pragma_query_value(None, "foreign_keys", |row| row.get(0)).map_err(sql)?;
    connection.pragma_update(None, "foreign_keys", false).map_err(sql)?;
    let done = steps(connection, wanted);
    connection.pragma_update(None, "foreign_keys", kept).map_err(sql)?;
    done
}

fn steps(connection: &mut Connection, wanted: i64) -> Result<(), Fault> {
    loop {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| fault(&error).during("cannot bring the store up to date"))?;
        let version = version_of(&transaction)?;
        if version > NEWEST {
            return Err(newer(version));
        }
        let Some(step) =
            usize::try_from(version).ok().and_then(|at| STEPS.get(at)).filter(|_| version < wanted)
        else {
            return Ok(());
        };
        let mut anew = ANEW.iter().filter(|anew| anew.step == *step);
        anew.try_for_each(|anew| write_anew(&transaction, anew))
            .and_then(|()| transaction.execute_batch(step))
            .and_then(|()| transaction.pragma_update(None, "user_version", version + 1))
            .and_then(|()| transaction.commit())
            .map_err(|error| fault(&error).during("cannot bring the store up to date"))?;
    }
}

/// Writes a table anew with another definition; its rows, indexes and triggers stay.
fn write_anew(connection: &Connection, anew: &Anew) -> rusqlite::Result<()> {
    let Anew { table, was, becomes, .. } = anew;
    let definition: String = connection.query_row(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1",
        [table],
        |row| row.get(0),
    )?;
    let definition = definition.replacen(table, &format!("{table}_anew"), 1).replacen(was, becomes, 1);
    let hanging: Vec<String> = connection
        .prepare(
            "SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND type IN ('index', 'trigger') AND sql IS NOT NULL
             ORDER BY rowid",
        )?
        .query_map([table], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let highest: i64 =
        connection.query_row("SELECT seq FROM sqlite_sequence WHERE name = ?1", [table], |row| row.get(0))?;
    // What names the table in other definitions is to mean the new one.
    connection.pragma_update(None, "legacy_alter_table", true)?;
    connection.execute_batch(&format!(
        "{definition};
         INSERT INTO {table}_anew SELECT * FROM {table};
         DROP TABLE {table};
         ALTER TABLE {table}_anew RENAME TO {table};
         {};",
        hanging.join(";\n")
    ))?;
    connection.pragma_update(None, "legacy_alter_table", false)?;
    // A number is never used again, also one of somebody who is gone.
    connection.execute("DELETE FROM sqlite_sequence WHERE name IN (?1, ?1 || '_anew')", [table])?;
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", (table, highest)).map(drop)
}

/// The version of a file; 0 for an empty one.
pub(super) fn version_of(connection: &Connection) -> Result<i64, Fault> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(|error| fault(&error))
}

/// What is said of a file that a newer program made.
pub(super) fn newer(version: i64) -> Fault {
    Fault::store(format!(
        "the store has version {version}, this program knows up to {NEWEST}: use the newer program that made it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILLED: &str = "
        INSERT INTO organisations (id, key, key_folded, display_name) VALUES (1, 'main', 'main', 'Main');
        INSERT INTO users (id, login, login_folded, kind, organisation, added, modified)
            VALUES (7, 'A.Kim', 'a.kim', 'customer', 1, 5, 6);
        INSERT INTO credentials (user, totp_sealed) VALUES (7, x'00ff8000');
        INSERT INTO notes (user, at, author, author_login, text) VALUES (7, 8, 1, 'm.okafor', 'called');";

    fn tables(connection: &Connection) -> Vec<String> {
        let mut statement =
            connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn an_empty_file_and_a_filled_older_one_end_with_the_same_tables() {
        let mut empty = Connection::open_in_memory().unwrap();
        migrate(&mut empty).unwrap();
        for older in 1..NEWEST {
            let mut filled = Connection::open_in_memory().unwrap();
            to_version(&mut filled, older).unwrap();
            assert_eq!(version_of(&filled).unwrap(), older);
            filled.execute_batch(FILLED).unwrap();
            migrate(&mut filled).unwrap();
            assert_eq!(version_of(&filled).unwrap(), NEWEST);
            assert_eq!(tables(&filled), tables(&empty));
            let kept: (String, String) = filled
                .query_row("SELECT login, text FROM users JOIN notes ON user = users.id", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .unwrap();
            assert_eq!(kept, ("A.Kim".to_owned(), "called".to_owned()));
            let sealed: String =
                filled.query_row("SELECT hex(totp_sealed) FROM credentials", [], |row| row.get(0)).unwrap();
            // Versions before keys had numbers sealed under the first one.
            assert!(if older < 3 { sealed == "0000000100FF8000" } else { sealed.ends_with("00FF8000") });
            let found: i64 = filled
                .query_row(
                    "SELECT count(*) FROM user_logins JOIN user_names USING (user)
                     WHERE login_folded = 'a.kim' AND user = 7",
                    [],
                    |row| row.get(0),
                )
                .unwrap();
            assert_eq!(found, 1, "found by login and name");
            filled.execute_batch("DELETE FROM users").unwrap();
            filled
                .execute_batch(
                    "INSERT INTO users (kind, organisation, added, modified) VALUES ('customer', 1, 5, 6)",
                )
                .unwrap();
            let number: i64 = filled.query_row("SELECT id FROM users", [], |row| row.get(0)).unwrap();
            assert_eq!(number, 10_001, "numbers go on where they were");
            let left: i64 =
                filled.query_row("SELECT count(*) FROM credentials", [], |row| row.get(0)).unwrap();
            assert_eq!(left, 0, "what hangs on a user still does");
        }
    }

    #[test]
    fn a_store_of_a_newer_program_is_left_alone() {
        let mut newer = Connection::open_in_memory().unwrap();
        newer.pragma_update(None, "user_version", NEWEST + 1).unwrap();
        assert!(migrate(&mut newer).unwrap_err().text.contains("newer program"));
        assert!(tables(&newer).is_empty());
    }

    #[test]
    fn the_audit_refuses_update_and_delete() {
        let mut store = Connection::open_in_memory().unwrap();
        migrate(&mut store).unwrap();
        store
            .execute_batch(
                "INSERT INTO audit VALUES (1, 0, '', 0, '', '', 0, 'x', '', 0, 'allowed', '', '', '', '',
                 zeroblob(32), zeroblob(32))",
            )
            .unwrap();
        for change in ["UPDATE audit SET actor = 'me'", "DELETE FROM audit"] {
            assert!(store.execute_batch(change).is_err(), "{change}");
        }
    }
}
