//! When the operators of this process pressed a key last: kept in memory, for a key writes nothing.
//!
//! In the store an idle time would cost a write per session and minute, and every write wakes every session that looks.
//! So only the process that holds a session knows how idle it is; of a session of another one that is not told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::ids::SessionId;
use crate::base::time::Timestamp;
use crate::protocol::{ConsoleSession, Reply};

type Keys = HashMap<SessionId, Arc<AtomicI64>>;

/// The sessions of this process. As many as there are sessions, which the listener bounds.
#[derive(Clone, Debug, Default)]
pub(super) struct Presence(Arc<Mutex<Keys>>);

/// One session at work; forgotten when this is dropped.
#[derive(Debug)]
pub struct Present {
    presence: Presence,
    session: SessionId,
    last_key: Arc<AtomicI64>,
}

impl Presence {
    /// A session that begins at `now`.
    pub(super) fn enter(&self, session: SessionId, now: Timestamp) -> Present {
        let last_key = Arc::new(AtomicI64::new(now.0));
        self.keys(|keys| keys.insert(session, Arc::clone(&last_key)));
        Present { presence: self.clone(), session, last_key }
    }

    /// Adds to what the store says of sessions when their last key was pressed.
    pub(super) fn complete(&self, mut reply: Reply) -> Reply {
        if let Reply::Sessions(page) = &mut reply {
            page.sessions.iter_mut().for_each(|session| self.tell(session));
        } else if let Reply::Session(session) = &mut reply {
            self.tell(session);
        }
        reply
    }

    fn tell(&self, session: &mut ConsoleSession) {
        let last = self.keys(|keys| keys.get(&session.id).map(|last| last.load(Ordering::Relaxed)));
        session.last_key = last.map(Timestamp);
    }

    fn keys<T>(&self, then: impl FnOnce(&mut Keys) -> T) -> T {
        then(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Present {
    /// A key was pressed, or text pasted.
    pub fn pressed(&self, now: Timestamp) {
        self.last_key.store(now.0, Ordering::Relaxed);
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.presence.keys(|keys| keys.remove(&self.session));
    }
}
