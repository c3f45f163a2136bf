//! The embedded way out: each message a file of its own, readable for the owner only.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::outbound::carrier::Undelivered;
use crate::outbound::mail::{Mail, Sender};

/// A folder of `.eml` files, one a message, named by its id: a second try writes the same file.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: Arc<Path>,
    sender: Sender,
}

impl Spool {
    pub(super) fn new(folder: PathBuf, sender: Sender) -> Self {
        Self { folder: Arc::from(folder), sender }
    }

    pub(super) async fn carry(&self, mail: &Mail) -> Result<(), Undelivered> {
        let bytes = mail.message(&self.sender)?.formatted();
        let (folder, name) = (Arc::clone(&self.folder), format!("{}.eml", mail.id));
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Undelivered::passing(format!("the spool cannot be written: {error}"))),
            Err(_) => Err(Undelivered::passing("the spool cannot be written: see the log")),
        }
    }
}

/// Whole or not at all: a reader of the folder never meets half a message, and neither does a crash leave one.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::base::time::Timestamp;

    fn mail() -> Mail {
        Mail {
            id: "ab".repeat(16),
            to: "c.kim@mail.example".to_owned(),
            subject: "Locked".to_owned(),
            body: "Hello\n".to_owned(),
            made_at: Timestamp(0),
        }
    }

    #[tokio::test]
    async fn a_message_is_one_file_for_its_owner_only_also_after_a_second_try() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path().join("spool"), Sender::parse("a@bank.example").unwrap());
        for _ in 0..2 {
            spool.carry(&mail()).await.unwrap();
        }
        let files: Vec<_> = fs::read_dir(folder.path().join("spool")).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].file_name().to_str(), Some(format!("{}.eml", "ab".repeat(16)).as_str()));
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_tried_again_later() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let spool = Spool::new(folder.path().join("file/spool"), Sender::parse("a@bank.example").unwrap());
        assert!(!spool.carry(&mail()).await.unwrap_err().lasts);
    }
}
