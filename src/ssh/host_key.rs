//! The host key: made once, kept from everybody else, known by its fingerprint.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::{Algorithm, HashAlg, PrivateKey};

use crate::base::fault::{Fault, Origin};
use crate::base::secret;

/// The name of the key's file.
const FILE: &str = "host_ed25519";

/// The key by which clients know this server again.
#[derive(Clone, Debug)]
pub struct HostKey {
    private: PrivateKey,
    path: PathBuf,
}

impl HostKey {
    /// The key kept in `directory`, made (0600) when there is none yet.
    ///
    /// A key that group or others may read is refused: whoever has read it can
    /// stand in for this server, and changing the mode does not take that back.
    pub fn open(directory: &Path) -> Result<Self, Fault> {
        let path = directory.join(FILE);
        match fs::symlink_metadata(&path) {
            Ok(_) => Self::read(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(directory, path),
            Err(error) => Err(of_file(&path, &error)),
        }
    }

    /// Whether one is kept in `directory`.
    pub fn exists(directory: &Path) -> bool {
        fs::symlink_metadata(directory.join(FILE)).is_ok()
    }

    /// The fingerprint as clients show it: `SHA256:` and base64.
    pub fn fingerprint(&self) -> String {
        self.private.public_key().fingerprint(HashAlg::Sha256).to_string()
    }

    /// The public key as `known_hosts` has it: `ssh-ed25519` and base64.
    pub fn public_line(&self) -> String {
        self.private.public_key().to_openssh().unwrap_or_default()
    }

    /// Where the key is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn private(&self) -> &PrivateKey {
        &self.private
    }

    fn read(path: PathBuf) -> Result<Self, Fault> {
        let mode = fs::metadata(&path).map_err(|error| of_file(&path, &error))?.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(Fault::machine(format!(
                "host key `{}`: mode is {mode:04o}, must be 0600; if nobody else has read it: chmod 600 {0}",
                path.display()
            )));
        }
        let text = fs::read(&path).map_err(|error| of_file(&path, &error))?;
        let private = PrivateKey::from_openssh(&text)
            .map_err(|error| unusable(&path, &format!("is no OpenSSH private key ({error})")))?;
        if private.algorithm() != Algorithm::Ed25519 || private.is_encrypted() {
            return Err(unusable(&path, "must be an ed25519 key without a passphrase"));
        }
        Ok(Self { private, path })
    }

    fn make(directory: &Path, path: PathBuf) -> Result<Self, Fault> {
        let private = PrivateKey::from(Ed25519Keypair::from_seed(&secret::random::<32>()));
        let text = private.to_openssh(LineEnding::LF).map_err(|error| fault(&path, &error))?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(|error| of_file(directory, &error))?;
        write_once(directory, &path, text.as_bytes()).map_err(|error| of_file(&path, &error))?;
        // Two that start at once make two keys, of which the first stays: read it back.
        Self::read(path)
    }
}

/// Writes a new file whole or not at all, and never over another.
fn write_once(directory: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = directory.join(format!(".{FILE}.{}", std::process::id()));
    // What a crashed start of the same process id has left.
    let _ = fs::remove_file(&draft);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // A link, unlike a rename, fails where the name is taken.
    let linked = match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    };
    fs::remove_file(&draft)?;
    linked?;
    File::open(directory)?.sync_all()
}

/// A key that is there and cannot serve. Never made anew unasked: clients would take the server for another.
fn unusable(path: &Path, why: &str) -> Fault {
    Fault::machine(format!(
        "host key `{}`: {why}; put the right file back, or move this one away and the next start makes \
         another, of which every client that knows this server is warned",
        path.display()
    ))
}

/// What the system says of the file.
fn of_file(path: &Path, error: &io::Error) -> Fault {
    Fault::file(Origin::Machine, path, error).during("host key")
}

fn fault(path: &Path, error: &dyn std::fmt::Display) -> Fault {
    Fault::machine(format!("host key `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_by_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let made = HostKey::open(directory.path()).unwrap();
        let permissions = fs::metadata(made.path()).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600);
        assert!(made.fingerprint().starts_with("SHA256:"));
        assert!(made.public_line().starts_with("ssh-ed25519 "));
        assert_eq!(HostKey::open(directory.path()).unwrap().fingerprint(), made.fingerprint());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "a draft is left");
    }

    #[test]
    fn a_key_that_others_may_read_stops_the_start() {
        let directory = tempfile::tempdir().unwrap();
        let path = HostKey::open(directory.path()).unwrap().path().to_owned();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let text = HostKey::open(directory.path()).unwrap_err().text;
            assert!(text.contains(&format!("chmod 600 {}", path.display())), "{text}");
        }
    }

    #[test]
    fn a_file_that_is_no_key_stops_the_start_with_what_to_do_and_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = HostKey::open(directory.path()).unwrap().path().to_owned();
        for wrong in ["", "not a key"] {
            fs::write(&path, wrong).unwrap();
            let text = HostKey::open(directory.path()).unwrap_err().text;
            assert!(text.starts_with(&format!("host key `{}`", path.display())), "{text}");
            assert!(text.contains("put the right file back, or move this one away"), "{text}");
            assert_eq!(fs::read_to_string(&path).unwrap(), wrong, "it was written over");
        }
    }
}
