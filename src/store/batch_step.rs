//! Steps of a hidden batch that nobody asks for by themselves: rows and names go in, how far it is, and away it goes.

use std::sync::Arc;

use crate::actions::request::Request;
use crate::base::fault::Fault;
use crate::base::ids::BatchId;
use crate::domain::import::{ImportProgress, UserRow};
use crate::store::connection::fault;
use crate::store::record::Recorded;
use crate::store::user_keys::{self, Key, KeyKind};
use crate::store::writer::{Turn, Writing};
use crate::store::{batch, import_piece, jobs};

/// A step of a batch.
#[derive(Clone, Debug)]
pub enum BatchStep {
    /// Rows of a file go in; each is judged while it is written.
    Rows {
        /// The request that began it.
        request: Arc<Request>,
        /// The rows, at most `limits::IMPORT_PIECE_ROWS`.
        rows: Vec<UserRow>,
    },
    /// Logins or names of its users are written: they are found by them as soon as it is shown.
    Keys {
        /// Which.
        kind: KeyKind,
        /// In their order, at most `limits::BATCH_KEYS_PIECE`.
        keys: Vec<Key>,
    },
    /// The import that fills it tells how far it is; what is wanted of it comes back.
    At(ImportProgress),
    /// The import that fills it ends without it; why.
    GivenUp(String),
    /// A piece of what will never be shown is removed; whether there is more comes back.
    Removed {
        /// Whether its process is gone, which the audit tells; otherwise whoever gives it up has told already.
        abandoned: bool,
    },
}

impl BatchStep {
    /// What nobody sees waits behind what somebody waits for.
    pub(super) const fn turn(&self) -> Turn {
        match self {
            Self::Rows { .. } | Self::Keys { .. } | Self::Removed { .. } => Turn::Behind,
            Self::At(_) | Self::GivenUp(_) => Turn::Now,
        }
    }
}

/// Writes a step of `batch`.
pub(super) fn write(writing: &Writing<'_>, batch: BatchId, step: &BatchStep) -> Result<Recorded, Fault> {
    let sql = |error| fault(&error);
    match step {
        BatchStep::Rows { request, rows } => {
            import_piece::fill(writing, request, batch, rows).map(Recorded::Piece)
        }
        BatchStep::Keys { kind, keys } => user_keys::write(writing, batch, *kind, keys).map(Recorded::Keyed),
        BatchStep::At(at) => {
            let (state, why) = jobs::import::at(writing, batch, at).map_err(sql)?;
            Ok(Recorded::Wanted(state, why))
        }
        BatchStep::GivenUp(why) => {
            jobs::import::given_up(writing, batch, why).map_err(sql)?;
            Ok(Recorded::Done)
        }
        BatchStep::Removed { abandoned } => {
            if *abandoned {
                batch::tell_abandoned(writing, batch).map_err(sql)?;
            }
            batch::remove(writing, batch).map(Recorded::More).map_err(sql)
        }
    }
}
