//! What a killed process left: batches that nobody ever saw, removed in pieces beside the work of others.

use crate::base::fault::Fault;
use crate::base::ids::BatchId;
use crate::service::{Service, is_alive};
use crate::store::{BatchStep, Event, Recorded, Store};

/// What is to be thought of a batch that has the number of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// An earlier process with the same number left it: this one has begun none yet.
    Left,
    /// It is under way.
    UnderWay,
}

/// Whether the audit says already why a batch is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Whoever gave it up has told.
    Already,
    /// Nobody was left who could.
    NotYet,
}

impl Service {
    /// Begins to remove what killed processes left, before anything else is begun here.
    pub async fn remove_abandoned(&self) -> Result<(), Fault> {
        let left = left(&self.store, Own::Left).await?;
        if left.is_empty() {
            return Ok(());
        }
        let store = self.store.clone();
        tokio::spawn(async move {
            for batch in left {
                if let Err(fault) = remove(&store, batch, Told::NotYet).await {
                    tracing::error!(%fault, %batch, "what a killed process left could not be removed");
                }
            }
        });
        Ok(())
    }
}

impl Service {
    /// Removes what this process has begun and given up; nothing of it may be under way.
    pub async fn remove_own(&self) -> Result<(), Fault> {
        remove_all(&self.store, Own::Left).await
    }
}

/// Removes what processes left that are gone.
pub(super) async fn remove_all(store: &Store, own: Own) -> Result<(), Fault> {
    for batch in left(store, own).await? {
        remove(store, batch, Told::NotYet).await?;
    }
    Ok(())
}

async fn left(store: &Store, own: Own) -> Result<Vec<BatchId>, Fault> {
    let is_left = |process: u32| {
        if process == std::process::id() { own == Own::Left } else { !is_alive(process) }
    };
    let hidden = store.hidden_batches().await?.into_iter();
    Ok(hidden.filter(|(_, process)| is_left(*process)).map(|(batch, _)| batch).collect())
}

/// Removes a batch that will never be shown.
pub(super) async fn remove(store: &Store, batch: BatchId, told: Told) -> Result<(), Fault> {
    let mut abandoned = told == Told::NotYet;
    loop {
        let removed = store.record(Event::Batch { batch, step: BatchStep::Removed { abandoned } }).await?;
        if !matches!(removed, Recorded::More(true)) {
            return Ok(());
        }
        abandoned = false;
        store.room().await;
    }
}
