//! What can be set about the wire; the defaults are the limits.

use std::time::Duration;

use crate::base::limits;
use crate::base::network::Network;

/// Limits of the listener and its connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Connections not yet signed in, in all.
    pub strangers_max: usize,
    /// Connections not yet signed in, per source.
    pub strangers_per_source_max: usize,
    /// Connections in all.
    pub connections_max: usize,
    /// From TCP accept to the first proved factor.
    pub login_grace: Duration,
    /// From the first proved factor to the second.
    pub second_factor_grace: Duration,
    /// For a connection that is signed in and on which nothing runs.
    pub unused_grace: Duration,
    /// Least time until a wrong password or code is answered.
    pub rejection_floor: Duration,
    /// For what runs to finish when the server stops.
    pub drain: Duration,
    /// Addresses that say by PROXY protocol v2 for whom they connect.
    pub bastions: Vec<Network>,
    /// Addresses without a cap of their own on connections not yet signed in.
    pub uncounted: Vec<Network>,
    /// For a last screen to arrive, and for a program to notice that its client left.
    pub farewell: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strangers_max: limits::STRANGERS_MAX,
            strangers_per_source_max: limits::STRANGERS_PER_SOURCE_MAX,
            connections_max: limits::CONNECTIONS_MAX,
            login_grace: Duration::from_secs(limits::LOGIN_GRACE_S),
            second_factor_grace: Duration::from_secs(limits::SECOND_FACTOR_GRACE_S),
            unused_grace: Duration::from_secs(limits::UNUSED_GRACE_S),
            rejection_floor: Duration::from_millis(limits::REJECTION_FLOOR_MS),
            drain: Duration::from_secs(limits::DRAIN_S),
            bastions: Vec::new(),
            uncounted: Vec::new(),
            farewell: Duration::from_secs(limits::FAREWELL_S),
        }
    }
}
