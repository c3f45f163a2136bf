//! The listener: accepts, counts, and stops without cutting what can still finish.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, timeout};

use crate::base::fault::Fault;
use crate::base::limits;

use super::admission::Admission;
use super::algorithms;
use super::connection::{Shared, attend};
use super::flag::raised;
use super::host_key::HostKey;
use super::house::House;
use super::proxied;
use super::settings::Settings;
use super::wire::Line;

/// A port that is ours.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

/// How the listener stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Everything finished and said goodbye.
    Drained,
    /// Something did not finish in time and was cut.
    Cut,
}

impl Listener {
    /// Takes the port at `address`; port 0 takes any free one.
    pub async fn bind(address: SocketAddr) -> Result<Self, Fault> {
        let failed =
            |error: io::Error| Fault::machine(format!("cannot listen on `{address}`: {}", why(&error)));
        let socket = TcpListener::bind(address).await.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(Self { socket, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves connections until `closing` turns true, then drains: accepts nothing more, asks what runs to end,
    /// waits `settings.drain`, cuts the rest.
    pub async fn serve<H: House>(
        self,
        house: Arc<H>,
        key: &HostKey,
        settings: Settings,
        closing: watch::Receiver<bool>,
    ) -> Stopped {
        let (cut, cutting) = watch::channel(false);
        let (alive, ended) = mpsc::channel(1);
        let (drain, farewell) = (settings.drain, settings.farewell);
        let admission = Admission::new(&settings);
        let config = Arc::new(algorithms::config(key, &settings));
        let headers = Arc::new(Semaphore::new(limits::PROXY_HEADERS_WAITING_MAX));
        let shared =
            Arc::new(Shared { house, config, settings, headers, closing: closing.clone(), cutting, alive });
        self.accept(&admission, &shared, closing).await;
        drop(self.socket);
        drop(shared);
        finish(ended, drain, farewell, &cut).await
    }

    async fn accept<H: House>(
        &self,
        admission: &Arc<Admission>,
        shared: &Arc<Shared<H>>,
        closing: watch::Receiver<bool>,
    ) {
        let mut stopping = pin!(raised(closing));
        loop {
            tokio::select! {
                biased;
                () = &mut stopping => return,
                accepted = self.socket.accept() => match accepted {
                    Ok((socket, peer)) => welcome(admission, shared, socket, peer),
                    Err(error) if is_of_the_peer(&error) => {}
                    Err(error) => {
                        // No sockets or no memory left (EMFILE, ENOBUFS): whoever is in may go on, and leave.
                        tracing::warn!(%error, "cannot accept connections");
                        sleep(Duration::from_millis(limits::ACCEPT_PAUSE_MS)).await;
                    }
                }
            }
        }
    }
}

/// Why a port cannot be had, and what to do.
fn why(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::AddrInUse {
        "another program has this port; stop it or choose another with --listen".to_owned()
    } else if error.kind() == io::ErrorKind::PermissionDenied {
        "ports below 1024 are the system's; choose another with --listen".to_owned()
    } else if error.kind() == io::ErrorKind::AddrNotAvailable {
        "this machine has no such address; choose another with --listen".to_owned()
    } else {
        error.to_string()
    }
}

/// Takes in a connection; of a bastion, whoever it connects for.
fn welcome<H: House>(
    admission: &Arc<Admission>,
    shared: &Arc<Shared<H>>,
    socket: TcpStream,
    peer: SocketAddr,
) {
    let accepted = Instant::now();
    let peer = peer.ip().to_canonical();
    if !shared.settings.bastions.iter().any(|network| network.holds(peer)) {
        return take_in(admission, shared, socket, (peer, accepted));
    }
    let Ok(waits) = Arc::clone(&shared.headers).try_acquire_owned() else {
        return tracing::warn!(%peer, "a bastion opens connections and sends no headers; turned away");
    };
    let (admission, shared, mut socket) = (Arc::clone(admission), Arc::clone(shared), socket);
    tokio::spawn(async move {
        let patience = Duration::from_secs(limits::PROXY_HEADER_S);
        let read = timeout(patience, proxied::source(&mut socket)).await;
        drop(waits);
        match read {
            Ok(Ok(source)) => take_in(&admission, &shared, socket, (source.unwrap_or(peer), accepted)),
            Ok(Err(error)) => tracing::warn!(%peer, %error, "a bastion does not say for whom it connects"),
            Err(_late) => tracing::warn!(%peer, "a bastion does not say for whom it connects: nothing came"),
        }
    });
}

/// Serves the connection of `source` in a task of its own, or turns it away.
fn take_in<H: House>(
    admission: &Arc<Admission>,
    shared: &Arc<Shared<H>>,
    socket: TcpStream,
    (source, accepted): (IpAddr, Instant),
) {
    // A peer that has left already cannot be asked for options.
    let Ok(line) = Line::new(socket, source) else { return };
    match admission.admit(&line) {
        Ok(place) => {
            tokio::spawn(attend(Arc::clone(shared), line, place, accepted));
        }
        // A flood must not become a flood of lines.
        Err(full) => tracing::debug!(%source, ?full, "turned away"),
    }
}

fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    )
}

/// Waits until nothing is alive; after `drain` cuts it, after `farewell` more leaves it.
async fn finish(
    mut ended: mpsc::Receiver<()>,
    drain: Duration,
    farewell: Duration,
    cut: &watch::Sender<bool>,
) -> Stopped {
    // Nothing is ever sent: the end of the channel is the news.
    if timeout(drain, ended.recv()).await.is_ok() {
        return Stopped::Drained;
    }
    cut.send_replace(true);
    // A program that was cut is given `farewell` to notice, then aborted.
    let _ = timeout(farewell * 2, ended.recv()).await;
    Stopped::Cut
}
