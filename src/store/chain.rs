//! Verifying the audit chain: every hash computed anew, piece by piece, so that no reader is held for long.

use rusqlite::Connection;

use crate::base::limits;
use crate::domain::audit::{ChainPiece, Hash, Head};
use crate::store::ask::bound;
use crate::store::audit::{self, COLUMNS};

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verification {
    /// Entries that were read.
    pub(super) entries: i64,
    /// Where the chain ends.
    pub(super) head: Head,
    /// The first entry that does not fit, and why.
    pub(super) broken: Option<(i64, String)>,
}

/// Reads the whole chain.
pub(super) fn whole(connection: &Connection) -> rusqlite::Result<Verification> {
    let mut entries = 0;
    let mut after = Head::START;
    loop {
        let piece = piece(connection, &after, limits::AUDIT_SCAN_ROWS)?;
        entries += piece.entries;
        if piece.is_last || piece.broken.is_some() {
            return Ok(Verification { entries, head: piece.head, broken: piece.broken });
        }
        after = piece.head;
    }
}

/// Reads at most `rows` entries behind `after`, which is where the piece before ended.
///
/// Entries are only ever appended: pieces on snapshots of their own tell the same as one look at all of them.
pub(super) fn piece(connection: &Connection, after: &Head, rows: usize) -> rusqlite::Result<ChainPiece> {
    let newest = audit::head(connection)?.seq;
    let sql = format!("SELECT {COLUMNS}, previous, hash FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query([after.seq, bound(rows)])?;
    let mut piece = ChainPiece { entries: 0, head: *after, newest, broken: None, is_last: false };
    while let Some(row) = found.next()? {
        let record = audit::record(row)?;
        let previous: Hash = row.get(15)?;
        let hash: Hash = row.get(16)?;
        let why = if record.seq != piece.head.seq + 1 {
            Some(format!("entry {} is missing", piece.head.seq + 1))
        } else if previous != piece.head.hash {
            Some(format!("entry {} does not follow the one before it", record.seq))
        } else if record.hash(&previous) != hash {
            Some(format!("entry {} was changed", record.seq))
        } else {
            None
        };
        if let Some(why) = why {
            piece.broken = Some((record.seq, why));
            return Ok(piece);
        }
        piece.head = Head { seq: record.seq, hash };
        piece.entries += 1;
    }
    piece.is_last = piece.head.seq >= newest;
    Ok(piece)
}
