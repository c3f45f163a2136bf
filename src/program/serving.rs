//! Which servers run on a data directory: a file each, locked as long as it runs.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::base::fault::{Fault, Origin};

/// What the name of such a file begins with; the id of the process follows.
const PREFIX: &str = "serving-";

/// This process serves, until dropped.
#[derive(Debug)]
pub(super) struct Serving {
    path: PathBuf,
    /// Holds the lock, which the system takes back however the process ends.
    _file: File,
}

impl Serving {
    /// Tells that this process serves the store in `data` at `address`.
    pub(super) fn begin(data: &Path, address: SocketAddr) -> Result<Self, Fault> {
        let path = data.join(format!("{PREFIX}{}", std::process::id()));
        let draft = data.join(format!(".{PREFIX}{}", std::process::id()));
        let begun = File::create(&draft).and_then(|mut file| {
            file.lock()?;
            writeln!(file, "{address}")?;
            // Under its name it is seen only with its lock and its whole text.
            fs::rename(&draft, &path)?;
            Ok(file)
        });
        begun
            .map(|file| Self { path: path.clone(), _file: file })
            .map_err(|error| Fault::machine(format!("cannot write `{}`: {error}", path.display())))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // What is left is not locked, and thereby known as left.
        let _ = fs::remove_file(&self.path);
    }
}

/// A server that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// Its process.
    pub process: u32,
    /// Where it listens.
    pub address: SocketAddr,
}

/// The servers that run on the store in `data`, by process.
pub(super) fn all(data: &Path) -> Result<Vec<Server>, Fault> {
    let failed = |error: std::io::Error| Fault::file(Origin::Machine, data, &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(data).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.parse().ok());
        let Some(process) = process else { continue };
        // One that ends meanwhile takes its file away.
        let file = match File::open(entry.path()) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(Fault::file(Origin::Machine, &entry.path(), &error));
            }
            Err(_) => continue,
        };
        if !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
            continue;
        }
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        found.extend(text.trim().parse().ok().map(|address| Server { process, address }));
    }
    found.sort_by_key(|server| server.process);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_known_as_long_as_it_runs_and_what_a_killed_one_left_is_not_taken_for_one() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(all(data.path()).unwrap(), []);
        let address = "127.0.0.1:2222".parse().unwrap();
        let serving = Serving::begin(data.path(), address).unwrap();
        let this = Server { process: std::process::id(), address };
        assert_eq!(all(data.path()).unwrap(), [this]);
        fs::write(data.path().join("serving-4194303"), "127.0.0.1:1\n").unwrap();
        assert_eq!(all(data.path()).unwrap(), [this]);
        drop(serving);
        assert_eq!(all(data.path()).unwrap(), []);
    }
}
