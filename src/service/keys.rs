//! Field keys: what there are, and a new one for everything that is sealed.

use crate::base::fault::Fault;
use crate::base::limits;
use crate::service::Service;
use crate::service::operators::local_source;
use crate::store::{Event, FieldKey, Recorded, Rotation};

/// What a rotation tells while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotating {
    /// The key with this number seals from now on; so many values are sealed under older ones.
    Begun {
        /// The number of the new key.
        key: u32,
        /// How many values are to be moved.
        values: u64,
    },
    /// So many values are moved.
    Moved(u64),
}

/// How a rotation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotated {
    /// Nothing is sealed under an older key any more.
    Done,
    /// These values, by place, do not open under any key: the older key stays in use.
    Stuck(Vec<String>),
}

impl Service {
    /// The field keys that the store knows, the newest first.
    pub async fn field_keys(&self) -> Result<Vec<FieldKey>, Fault> {
        self.store.field_keys().await
    }

    /// Seals everything under a new key, or carries through what another program had begun.
    ///
    /// In pieces: others write in between. Killed at any moment, the next call goes on where it stood.
    pub async fn rotate_keys(&self, mut tell: impl FnMut(Rotating)) -> Result<Rotated, Fault> {
        let begin = Rotation::Begin { source: local_source() };
        let Recorded::Key(key) = self.rotation(begin).await? else { return Err(unexpected()) };
        let values = self.store.sealed_under_older_keys().await?;
        tell(Rotating::Begun { key, values });
        let (mut after, mut done, mut all_stuck) = (None, 0, Vec::new());
        loop {
            let piece = self.store.next_under_older_keys(after, limits::RESEALED_AT_ONCE).await?;
            let Some(last) = piece.last() else { break };
            after = Some(last.clone());
            let count = piece.len();
            let Recorded::Moved { stuck } = self.rotation(Rotation::Piece(piece)).await? else {
                return Err(unexpected());
            };
            done += (count - stuck.len()) as u64;
            all_stuck.extend(stuck);
            tell(Rotating::Moved(done));
        }
        if !all_stuck.is_empty() {
            return Ok(Rotated::Stuck(all_stuck));
        }
        let ended = self.rotation(Rotation::End { source: local_source() }).await?;
        if let Recorded::Refused(why) = ended {
            return Err(Fault::busy(format!("{why}: run it again")));
        }
        Ok(Rotated::Done)
    }

    /// Notes in the audit that a copy of the whole store is taken, before it is: the copy has the entry as well.
    pub async fn note_backup(&self, with_keys: bool) -> Result<(), Fault> {
        self.store.record(Event::BackupBegun { source: local_source(), with_keys }).await.map(drop)
    }

    async fn rotation(&self, step: Rotation) -> Result<Recorded, Fault> {
        self.store.record(Event::KeysRotated(step)).await
    }
}

fn unexpected() -> Fault {
    Fault::machine("a step of a rotation was written and something else came back")
}
