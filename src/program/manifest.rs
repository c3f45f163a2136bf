//! What a backup holds, told beside it: each file with its size and hash, and where the audit ends.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::domain::audit::hex;
use crate::store::files;

/// The name of its file. Written last: a backup without it is not whole.
pub(super) const MANIFEST: &str = "manifest.json";

/// The form of the file; another one is of another program.
const FORM: u32 = 1;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    form: u32,
    /// The version of the program that made it.
    pub program: String,
    /// When, RFC 3339.
    pub taken_at: String,
    /// The version of the store's tables.
    pub store_version: i64,
    /// Number of the last entry of the audit.
    pub audit_entry: i64,
    /// Its hash.
    pub audit_hash: String,
    /// Every other file.
    pub files: Vec<Kept>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// Its name below the folder of the backup.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}

impl Manifest {
    /// A manifest of `files`, made by this program.
    pub(super) fn new(taken_at: String, copied: &crate::store::backup::Copied, files: Vec<Kept>) -> Self {
        Self {
            form: FORM,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at,
            store_version: copied.version,
            audit_entry: copied.head.seq,
            audit_hash: hex(&copied.head.hash),
            files,
        }
    }

    /// Writes it into the folder of the backup.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Fault> {
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| Fault::machine(format!("cannot write the manifest: {error}")))?;
        text.push('\n');
        files::write_new(&folder.join(MANIFEST), text.as_bytes())
    }

    /// Reads it, and compares every file with it.
    pub(super) fn read(folder: &Path) -> Result<Self, Fault> {
        let path = folder.join(MANIFEST);
        let failed = |what: String| Fault::input(format!("`{}`: {what}", path.display()));
        let mut text = String::new();
        let file = File::open(&path)
            .map_err(|error| failed(format!("{error}; wanted the folder of a backup that is whole")))?;
        file.take(limits::MANIFEST_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(|error| failed(error.to_string()))?;
        let manifest: Self = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
        if manifest.form != FORM {
            return Err(failed(format!("form {}, this program knows {FORM}", manifest.form)));
        }
        for kept in &manifest.files {
            // Never a file outside of the folder, whatever is written there.
            if !kept.name.split('/').all(is_name) {
                return Err(failed(format!("`{}` is no name of a file of a backup", kept.name)));
            }
            let path = folder.join(&kept.name);
            let found = Kept::of(&path, kept.name.clone())?;
            if found != *kept {
                let text =
                    format!("`{}` is not the file that was written: size or hash differ", path.display());
                return Err(Fault::input(text));
            }
        }
        Ok(manifest)
    }
}

fn is_name(part: &str) -> bool {
    let may = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !part.is_empty() && !part.starts_with('.') && part.bytes().all(may)
}

impl Kept {
    /// Reads the file at `path`, which is `name` in a backup.
    pub(super) fn of(path: &Path, name: String) -> Result<Self, Fault> {
        let failed =
            |error: std::io::Error| Fault::input(format!("cannot read `{}`: {error}", path.display()));
        let mut file = File::open(path).map_err(failed)?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        let mut piece = vec![0; 256 * 1024];
        loop {
            let count = file.read(&mut piece).map_err(failed)?;
            if count == 0 {
                return Ok(Self { name, bytes, sha256: hex(&hash.finalize()) });
            }
            hash.update(&piece[..count]);
            bytes += count as u64;
        }
    }
}

/// Copies a file to a place where none is yet, mode 0600, and waits until it is on the disk.
pub(super) fn copy_new(from: &Path, to: &Path) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::store(format!("cannot write `{}`: {error}", to.display()));
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut source = File::open(from)
        .map_err(|error| Fault::input(format!("cannot read `{}`: {error}", from.display())))?;
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
    std::io::copy(&mut source, &mut file)
        .and_then(|_| file.flush())
        .and_then(|()| file.sync_all())
        .map_err(failed)
}
