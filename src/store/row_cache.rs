//! Rows that were read lately: sessions that type look at the same users again and again.
//!
//! A row is read with half a dozen lookups in as many tables. What a change tells of is read
//! anew with the next question; a question on an older snapshot reads by itself. Nothing
//! is masked here, and whether a user exists for who asks is decided with each question.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::authz::standing::Sight;
use crate::base::ids::{GroupId, UserId};
use crate::base::limits;
use crate::directory::row::Row;
use crate::store::index_feed::{News, news};
use crate::store::rows;

/// The rows, as they are at one change.
#[derive(Debug, Default)]
pub(super) struct RowCache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// The last change that they know.
    seq: i64,
    rows: HashMap<UserId, (Row, Option<GroupId>)>,
}

impl RowCache {
    /// The rows of `ids` in their order, unmasked, without those that do not exist for who has `sight`.
    ///
    /// `seq` is the newest change of the snapshot.
    pub(super) fn by_ids(
        &self,
        connection: &Connection,
        seq: i64,
        sight: &Sight,
        ids: &[UserId],
    ) -> rusqlite::Result<Vec<Row>> {
        let mut found: Vec<Option<(Row, Option<GroupId>)>> = {
            let mut kept = self.kept();
            if kept.seq < seq {
                kept.follow(connection, seq)?;
            }
            let is_known = kept.seq == seq;
            ids.iter().map(|id| kept.rows.get(id).filter(|_| is_known).cloned()).collect()
        };
        // Not under the lock: two may read the same, and nobody waits.
        let mut read = Vec::new();
        for (id, found) in ids.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            *found = rows::by_id(connection, *id)?;
            read.extend(found.clone());
        }
        self.keep(seq, read);
        let exists = |row: &Row, group| sight.holds(row.id, row.organisation.0, group);
        Ok(found
            .into_iter()
            .flatten()
            .filter(|(row, group)| exists(row, *group))
            .map(|(row, _)| row)
            .collect())
    }

    fn keep(&self, seq: i64, read: Vec<(Row, Option<GroupId>)>) {
        if read.is_empty() {
            return;
        }
        let mut kept = self.kept();
        if kept.seq != seq {
            return;
        }
        if kept.rows.len() + read.len() > limits::ROWS_KEPT_MAX {
            kept.rows.clear();
        }
        kept.rows.extend(read.into_iter().map(|(row, group)| (row.id, (row, group))));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Forgets what changed up to `seq`, the newest change of the snapshot.
    fn follow(&mut self, connection: &Connection, seq: i64) -> rusqlite::Result<()> {
        match news(connection, self.seq)? {
            News::Users(users) if !self.rows.is_empty() => {
                for user in users {
                    self.rows.remove(&UserId(user));
                }
            }
            News::Users(_) => {}
            News::Everything => self.rows.clear(),
        }
        self.seq = seq;
        Ok(())
    }
}
