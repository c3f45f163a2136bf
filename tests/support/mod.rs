//! A server on a free port with plays behind it: programs and operators that no real console has.

#![allow(dead_code, reason = "each test crate uses its part")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

pub(crate) mod client;
pub(crate) mod institution;
pub(crate) mod playhouse;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wardroom::ssh::{HostKey, Listener, Settings, Stopped};

use playhouse::Playhouse;

/// A running server; it ends with the test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) house: Arc<Playhouse>,
    pub(crate) keys: TempDir,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Stopped>,
}

impl Server {
    /// Starts one with the usual settings, but for waits that a test would only sit out.
    pub(crate) async fn start() -> Self {
        Self::start_with(quick()).await
    }

    pub(crate) async fn start_with(settings: Settings) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let key = HostKey::open(keys.path()).unwrap();
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.address();
        let house = Arc::new(Playhouse::default());
        let (stop, stopping) = watch::channel(false);
        let behind = Arc::clone(&house);
        let serving = tokio::spawn(async move { listener.serve(behind, &key, settings, stopping).await });
        Self { address, house, keys, stop, serving }
    }

    /// Stops it and says how that went.
    pub(crate) async fn stop(self) -> Stopped {
        self.stop.send_replace(true);
        self.serving.await.unwrap()
    }

    /// Asks it to stop without waiting.
    pub(crate) fn ask_to_stop(&self) {
        self.stop.send_replace(true);
    }
}

/// Settings without the floor under rejections.
pub(crate) fn quick() -> Settings {
    Settings { rejection_floor: Duration::ZERO, ..Settings::default() }
}

/// Fails a test that hangs, with what it waited for.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.unwrap_or_else(|_| panic!("never: {what}"))
}
