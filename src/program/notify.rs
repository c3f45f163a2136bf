//! Telling systemd that the server is ready, or stops (`sd_notify(3)`): a datagram to a socket that it names.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The server takes connections; `status` is what `systemctl status` shows.
pub(super) fn ready(status: &str) {
    tell(&format!("READY=1\nSTATUS={status}"));
}

/// The server lets everything finish.
pub(super) fn stopping() {
    tell("STOPPING=1\nSTATUS=lets everything finish");
}

/// Where nobody wants to know there is nothing to tell; a supervisor that does not listen is no reason to stop serving.
fn tell(state: &str) {
    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let name = name.as_bytes();
    let address = match name.strip_prefix(b"@") {
        Some(abstract_name) => SocketAddr::from_abstract_name(abstract_name),
        None => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(name)),
    };
    let told = address.and_then(|address| UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address));
    if let Err(error) = told {
        tracing::warn!(%error, "the supervisor named in NOTIFY_SOCKET does not listen");
    }
}
