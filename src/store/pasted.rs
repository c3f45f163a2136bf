//! Numbers that are pasted from a log into the search: whose session it was, upon whom an audited action was.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use crate::base::ids::UserId;

/// Adds the user behind `S17` or `#88,214` to `found`; `word` is folded.
pub(super) fn add(connection: &Connection, word: &str, found: &mut BTreeSet<UserId>) -> rusqlite::Result<()> {
    let session = "SELECT user FROM sessions WHERE id = ?1";
    // An entry about something else has another name in the place of the user's.
    let entry = "SELECT u.id FROM audit a JOIN visible_users u ON u.id = a.target_id
                 WHERE a.seq = ?1 AND a.target IN (u.login, 'U' || u.id)";
    let named = |sign| word.strip_prefix(sign).and_then(|digits: &str| digits.replace(',', "").parse().ok());
    for (number, sql) in [(named('s'), session), (named('#'), entry)] {
        let number: Option<i64> = number;
        if let Some(number) = number {
            let user = connection.prepare_cached(sql)?.query_row([number], |row| row.get(0)).optional()?;
            found.extend(user.map(UserId));
        }
    }
    Ok(())
}
