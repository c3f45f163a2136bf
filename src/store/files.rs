//! Private files: written whole or not at all, mode 0600, refused when others may read them.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use crate::base::fault::Fault;
use crate::base::secret::random;
use crate::domain::audit::hex;

/// Writes a file that must not be there yet: to a name beside it first, then linked into place.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    put(path, bytes, |temporary, path| fs::hard_link(temporary, path))
}

/// Puts `bytes` in the place of what is there: whoever reads meanwhile finds the one or the other, whole.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    put(path, bytes, |temporary, path| fs::rename(temporary, path))
}

fn put(
    path: &Path,
    bytes: &[u8],
    into_place: impl FnOnce(&Path, &Path) -> std::io::Result<()>,
) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::store(format!("cannot write `{}`: {error}", path.display()));
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(failed)?;
    let temporary = path.with_extension(format!("new-{}", std::process::id()));
    let mut file: File = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .map_err(failed)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| into_place(&temporary, path))
        // The name is in the directory: without this a power cut could lose it.
        .and_then(|()| File::open(directory)?.sync_all());
    // What is left under the temporary name is of no use, whatever happened.
    let _ = fs::remove_file(&temporary);
    written.map_err(failed)
}

/// Reads a file that only its owner may read.
pub fn read_private(path: &Path) -> Result<Vec<u8>, Fault> {
    let failed = |error: std::io::Error| Fault::store(format!("cannot read `{}`: {error}", path.display()));
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Fault::store(format!(
            "`{path}` can be read by others (mode {:03o}): run `chmod 600 {path}`",
            mode & 0o777,
            path = path.display()
        )));
    }
    fs::read(path).map_err(failed)
}

/// A file without a name in `directory`: nobody else can open it, and it is gone with whoever holds it.
pub fn unnamed(directory: &Path) -> Result<File, Fault> {
    let path = directory.join(format!("{}.part", hex(&random::<8>())));
    let failed = |error: std::io::Error| Fault::store(format!("cannot write `{}`: {error}", path.display()));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
    file.and_then(|file| fs::remove_file(&path).map(|()| file)).map_err(failed)
}
