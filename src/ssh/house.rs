//! What stands behind the wire: who comes in, and what runs for them.

use std::fmt::Debug;
use std::future::Future;
use std::net::IpAddr;

use crate::domain::operator::Entry;
use crate::service::gate::{Answer, Attempt};

use super::ends::{ExecEnds, Farewell, TerminalEnds};

/// The console as the wire sees it.
///
/// A trait, because what the wire promises (a panic ends one session, a stalled
/// reader costs one frame) is tested with programs that no real console has.
pub trait House: Debug + Send + Sync + 'static {
    /// One connection's way through sign-in.
    type Visit: Visit;

    /// Begins a visit from `source`; one for each connection.
    fn visit(&self, source: IpAddr) -> Self::Visit;

    /// Runs the console for `entry` until it is left.
    ///
    /// Ends by itself when `closing` turns true or `input` closes; leaves the
    /// terminal clean by its own last frame, the farewell's line comes after it.
    fn terminal(&self, entry: Entry, ends: TerminalEnds) -> impl Future<Output = Farewell> + Send;

    /// Runs `words` for `entry` and gives the exit status.
    ///
    /// Dropped at an await when the client leaves before the end of its input:
    /// half a file must not be taken for a whole one.
    fn remote(&self, entry: Entry, words: Vec<String>, ends: ExecEnds) -> impl Future<Output = u32> + Send;

    /// Notes that what ran for `entry` ended by a bug.
    fn session_panicked(&self, entry: &Entry);
}

/// One connection's way through sign-in.
pub trait Visit: Debug + Send + 'static {
    /// Answers one attempt as `user`; may wait, for a throttled source or a slow hash.
    fn answer(&mut self, user: &str, attempt: Attempt) -> impl Future<Output = Answer> + Send;

    /// Whether the name at hand has proved a first factor.
    fn has_proved(&self) -> bool;

    /// Who has come in; `Some` after [`Answer::Accept`].
    fn entry(&self) -> Option<Entry>;
}
