//! Feeding the search in memory: everybody read once, by two threads, then what the table of changes tells.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use rusqlite::{Connection, OptionalExtension};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::base::ids::UserId;
use crate::base::limits;
use crate::directory::index::{Builder, Entry, Index};
use crate::protocol::Absence;
use crate::store::index::{Shared, newest};
use crate::store::rows;
use crate::store::structure::write::STRUCTURE;
use crate::store::writer::Committed;

/// Who keeps the index as the store is.
pub(super) struct Feeder<'a> {
    shared: &'a Arc<Shared>,
    /// The first follows; both read everybody.
    connections: [Connection; 2],
    committed: watch::Receiver<Committed>,
    bytes_max: usize,
    compacting: Option<Compacting>,
}

/// An index of one segment that is being made of one of several.
struct Compacting {
    finished: mpsc::Receiver<Index>,
    /// The last change that it knows.
    seq: i64,
}

/// What changed since a moment.
pub(super) enum News {
    Users(BTreeSet<i64>),
    /// Too many, or names that many users share.
    Everything,
}

impl<'a> Feeder<'a> {
    pub(super) const fn new(
        shared: &'a Arc<Shared>,
        connections: [Connection; 2],
        committed: watch::Receiver<Committed>,
        bytes_max: usize,
    ) -> Self {
        Self { shared, connections, committed, bytes_max, compacting: None }
    }

    /// Follows every commit until the store is closed, or there is to be no index any more.
    pub(super) fn run(mut self, runtime: &Runtime) {
        while let ControlFlow::Continue(()) = self.feed() {
            let Self { shared, committed, .. } = &mut self;
            let is_open = runtime.block_on(async {
                tokio::select! {
                    changed = committed.changed() => changed.is_ok(),
                    () = shared.wanted.notified() => true,
                }
            });
            if !is_open {
                return;
            }
        }
    }

    /// Brings the index to what is committed; breaks where there is to be none any more.
    fn feed(&mut self) -> ControlFlow<()> {
        let fed = self
            .follow()
            .and_then(|is_known| if is_known { Ok(ControlFlow::Continue(())) } else { self.read() });
        fed.unwrap_or_else(|error| {
            tracing::warn!(%error, "the search index cannot be read; the store answers until the next commit");
            self.shared.withdraw(Absence::Failed);
            ControlFlow::Continue(())
        })
    }

    /// Takes in what changed; `false` where everybody must be read.
    fn follow(&mut self) -> rusqlite::Result<bool> {
        let (Some(index), seq) = self.shared.now() else { return Ok(false) };
        let compacted =
            self.compacting.as_ref().and_then(|made| Some((made.finished.try_recv().ok()?, made.seq)));
        let is_compacted = compacted.is_some();
        let (index, seq) = compacted.map_or((index, seq), |(index, seq)| (Arc::new(index), seq));
        if is_compacted {
            self.compacting = None;
        }
        let snapshot = self.connections[0].transaction()?;
        let newest = newest(&snapshot)?;
        if newest == seq && !is_compacted {
            return Ok(true);
        }
        let index = match news(&snapshot, seq)? {
            News::Users(ids) if ids.is_empty() => index,
            News::Users(ids) => {
                let mut entries = Vec::with_capacity(ids.len());
                for users in stretches(&ids) {
                    rows::entries(&snapshot, users, |entry| {
                        entries.push(entry);
                        true
                    })?;
                }
                Arc::new(index.updated(&ids.into_iter().map(UserId).collect::<Vec<_>>(), &entries))
            }
            News::Everything => return Ok(false),
        };
        drop(snapshot);
        if index.bytes() > self.bytes_max {
            return Ok(false);
        }
        self.shared.publish(Arc::clone(&index), newest);
        self.compact(index, newest);
        Ok(true)
    }

    /// Makes one segment of many, beside everything else: questions are answered and commits followed meanwhile.
    fn compact(&mut self, index: Arc<Index>, seq: i64) {
        if self.compacting.is_some() || !index.is_scattered() {
            return;
        }
        let (made, finished) = mpsc::sync_channel(1);
        let shared = Arc::clone(self.shared);
        let run = move || {
            // Nobody takes it where everybody was read anew meanwhile.
            let compacted = index.compacted();
            compacted.deepen();
            let _ = made.send(compacted);
            shared.wanted.notify_one();
        };
        match thread::Builder::new().name("index-compact".to_owned()).spawn(run) {
            Ok(_) => self.compacting = Some(Compacting { finished, seq }),
            Err(error) => tracing::warn!(%error, "cannot start a thread; the search index stays scattered"),
        }
    }

    /// Reads everybody. What was there before is of no use meanwhile, and takes the same memory again.
    fn read(&mut self) -> rusqlite::Result<ControlFlow<()>> {
        self.shared.withdraw(Absence::Reading);
        self.compacting = None;
        let [left, right] = &mut self.connections;
        let middle = middle(left)?;
        let reading =
            Reading { committed: &self.committed, bytes: [0, 0].map(AtomicUsize::new), most: self.bytes_max };
        let (first, second) = thread::scope(|scope| {
            let second = scope.spawn(|| reading.read(right, middle..=i64::MAX, 1));
            let first = reading.read(left, i64::MIN..=middle.saturating_sub(1), 0);
            (first, second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let ((Some(mut builder), seq), (Some(second), other_seq)) = (first?, second?) else {
            return Ok(self.given_up());
        };
        // Whatever one of the two knows and the other does not is followed afterwards.
        let seq = seq.min(other_seq);
        builder.append(&second);
        let index = builder.finish();
        if index.bytes() > self.bytes_max {
            return Ok(self.given_up());
        }
        tracing::info!(users = index.users(), bytes = index.bytes(), "the search index is ready");
        let index = Arc::new(index);
        self.shared.publish(Arc::clone(&index), seq);
        // Beside the first questions, which it only makes quicker.
        if let Err(error) =
            thread::Builder::new().name("index-deepen".to_owned()).spawn(move || index.deepen())
        {
            tracing::warn!(%error, "cannot start a thread; common texts are searched more slowly");
        }
        // What was committed while all were read.
        self.shared.wanted.notify_one();
        Ok(ControlFlow::Continue(()))
    }

    /// There is to be no index: it is too large, or the store closes.
    fn given_up(&self) -> ControlFlow<()> {
        // A store that closes has no more commits.
        if self.committed.has_changed().is_ok() {
            let limit = self.bytes_max;
            tracing::warn!(
                limit,
                "too many users for the memory of the search index (search.memory_max_mib); the store answers by itself"
            );
            self.shared.withdraw(Absence::TooLarge);
        }
        ControlFlow::Break(())
    }
}

/// Everybody being read, in two halves.
struct Reading<'a> {
    committed: &'a watch::Receiver<Committed>,
    bytes: [AtomicUsize; 2],
    most: usize,
}

impl Reading<'_> {
    /// Reads `users`, `None` where that takes too much memory, or nobody needs it any more; and the newest change.
    fn read(
        &self,
        connection: &mut Connection,
        users: RangeInclusive<i64>,
        half: usize,
    ) -> rusqlite::Result<(Option<Builder>, i64)> {
        let snapshot = connection.transaction()?;
        let seq = newest(&snapshot)?;
        let (mut builder, mut until_look, mut is_wanted) = (Builder::default(), 0, true);
        rows::entries(&snapshot, users, |entry: Entry| {
            builder.push(&entry);
            until_look += 1;
            if until_look == limits::INDEX_LOOK_USERS {
                until_look = 0;
                is_wanted = self.is_wanted(&builder, half);
            }
            is_wanted
        })?;
        Ok(((is_wanted && self.is_wanted(&builder, half)).then_some(builder), seq))
    }

    fn is_wanted(&self, builder: &Builder, half: usize) -> bool {
        self.bytes[half].store(builder.bytes(), Ordering::Relaxed);
        let bytes: usize = self.bytes.iter().map(|bytes| bytes.load(Ordering::Relaxed)).sum();
        bytes <= self.most && self.committed.has_changed().is_ok()
    }
}

/// The id with which the second half of the users begins.
fn middle(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT id FROM visible_users ORDER BY id LIMIT 1 OFFSET (SELECT count(*) / 2 FROM visible_users)")?
        .query_row([], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}

/// Ids as stretches without a gap.
fn stretches(ids: &BTreeSet<i64>) -> Vec<RangeInclusive<i64>> {
    let mut stretches: Vec<RangeInclusive<i64>> = Vec::new();
    for id in ids {
        match stretches.last_mut().filter(|last| last.end().saturating_add(1) == *id) {
            Some(last) => *last = *last.start()..=*id,
            None => stretches.push(*id..=*id),
        }
    }
    stretches
}

/// What changed since the change `since`.
pub(super) fn news(connection: &Connection, since: i64) -> rusqlite::Result<News> {
    let mut statement = connection
        .prepare_cached("SELECT kind, first_id, last_id FROM changes WHERE seq > ?1 ORDER BY seq")?;
    let mut changes = statement.query([since])?;
    let mut users = BTreeSet::new();
    while let Some(change) = changes.next()? {
        let (first, last): (i64, i64) = (change.get(1)?, change.get(2)?);
        match change.get_ref(0)?.as_str()? {
            "session" | "job" | "message" | STRUCTURE => {}
            // A note is told by its user.
            "user" | "note" if last.abs_diff(first) < limits::INDEX_FOLLOWED_USERS_MAX => {
                users.extend(first..=last);
            }
            // Names of organisations, groups and roles stand in many rows; they change once in a while.
            _ => return Ok(News::Everything),
        }
        if users.len() as u64 > limits::INDEX_FOLLOWED_USERS_MAX {
            return Ok(News::Everything);
        }
    }
    Ok(News::Users(users))
}
