//! What stands of users in tables of their own, read beside the users themselves, both by ascending id.
//!
//! One statement a table for a million users, and the same ones for a single user.

use std::ops::RangeInclusive;

use rusqlite::{CachedStatement, Connection, Rows};

use crate::directory::row::Entry;

/// Each gives the user and two texts.
const TABLES: [&str; 8] = [
    "SELECT user, address, iif(is_primary, iif(confirmed_at IS NULL, 'primary', 'confirmed'), '')
     FROM user_emails WHERE user BETWEEN ?1 AND ?2 ORDER BY user, type",
    "SELECT user, number, iif(is_primary, 'primary', '') FROM user_phones WHERE user BETWEEN ?1 AND ?2 ORDER BY user, type",
    "SELECT user, core_id, '' FROM user_core_ids WHERE user BETWEEN ?1 AND ?2 ORDER BY user, core_id",
    "SELECT user, type, value FROM account_ids WHERE user BETWEEN ?1 AND ?2 ORDER BY user, type",
    "SELECT user, tag, '' FROM user_tags WHERE user BETWEEN ?1 AND ?2 ORDER BY user, tag",
    "SELECT user, name, value FROM user_attributes WHERE user BETWEEN ?1 AND ?2 ORDER BY user, name",
    "SELECT user, '', '' FROM credentials WHERE user BETWEEN ?1 AND ?2 AND totp_sealed IS NOT NULL ORDER BY user",
    "SELECT DISTINCT user, '', '' FROM notes WHERE user BETWEEN ?1 AND ?2 ORDER BY user",
];

/// The statements.
pub(super) struct Beside<'c>([CachedStatement<'c>; 8]);

/// All of them under way.
pub(super) struct Cursors<'s>([Cursor<'s>; 8]);

struct Cursor<'s> {
    rows: Rows<'s>,
    /// The row that was read and not yet taken.
    next: Option<(i64, String, String)>,
}

impl<'c> Beside<'c> {
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        let [emails, phones, core_ids, accounts, tags, attributes, factors, notes] =
            TABLES.map(|sql| connection.prepare_cached(sql));
        Ok(Self([emails?, phones?, core_ids?, accounts?, tags?, attributes?, factors?, notes?]))
    }

    /// Begins with the first of `users`.
    pub(super) fn of(&mut self, users: &RangeInclusive<i64>) -> rusqlite::Result<Cursors<'_>> {
        let range = [*users.start(), *users.end()];
        let [emails, phones, core_ids, accounts, tags, attributes, factors, notes] =
            self.0.each_mut().map(|statement| Cursor::new(statement.query(range)?));
        Ok(Cursors([emails?, phones?, core_ids?, accounts?, tags?, attributes?, factors?, notes?]))
    }
}

impl Cursors<'_> {
    /// Takes what there is of the user of `entry`; users must come by ascending id.
    pub(super) fn take(&mut self, entry: &mut Entry) -> rusqlite::Result<()> {
        let [emails, phones, core_ids, account_ids, tags, attributes, factors, notes] = &mut self.0;
        let Entry { row, details, .. } = entry;
        let user = row.id.0;
        emails.take(user, |email, which| {
            if which.is_empty() {
                details.emails.push(email);
            } else {
                (row.email, row.email_confirmed) = (email, which == "confirmed");
            }
        })?;
        phones.take(user, |phone, which| {
            if which.is_empty() {
                details.phones.push(phone);
            } else {
                row.phone = phone;
            }
        })?;
        core_ids.take(user, |id, _| details.core_ids.push(id))?;
        account_ids.take(user, |kind, id| details.account_ids.push((kind, id)))?;
        tags.take(user, |tag, _| details.tags.push(tag))?;
        attributes.take(user, |name, value| details.attributes.push((name, value)))?;
        factors.take(user, |_, _| details.has_second_factor = true)?;
        notes.take(user, |_, _| details.has_note = true)
    }
}

impl<'s> Cursor<'s> {
    fn new(rows: Rows<'s>) -> rusqlite::Result<Self> {
        let mut cursor = Self { rows, next: None };
        cursor.advance()?;
        Ok(cursor)
    }

    fn advance(&mut self) -> rusqlite::Result<()> {
        let row = self.rows.next()?;
        self.next =
            row.map(|row| Ok::<_, rusqlite::Error>((row.get(0)?, row.get(1)?, row.get(2)?))).transpose()?;
        Ok(())
    }

    fn take(&mut self, user: i64, mut take: impl FnMut(String, String)) -> rusqlite::Result<()> {
        while let Some((of, first, second)) = self.next.take_if(|(of, ..)| *of <= user) {
            if of == user {
                take(first, second);
            }
            self.advance()?;
        }
        Ok(())
    }
}
