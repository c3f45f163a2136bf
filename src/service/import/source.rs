//! Where the rows of an import come from, read twice: once to check them, once to write them.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::domain::audit::hex;
use crate::domain::import::{RowFault, UserRow};
use crate::service::import::reading::{Format, Limits, Reading};
use crate::service::import::twice::Logins;

/// Bytes read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Where rows come from.
#[derive(Debug)]
pub enum Source {
    /// A file of users that can be read from any place.
    File {
        /// The file.
        file: File,
        /// How it is written.
        format: Format,
    },
    /// Rows that are here already.
    Rows(Vec<UserRow>),
}

impl Source {
    /// How many bytes there are to read; 0 where it is no file.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::File { file, .. } => file.metadata().map_or(0, |known| known.len()),
            Self::Rows(_) => 0,
        }
    }
}

/// How the reading of a source ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// What is wrong, by line.
    pub faults: Vec<RowFault>,
    /// SHA-256 of the bytes, in hexadecimal; empty where it was no file.
    pub sha256: String,
}

/// A source that is being read on a thread of its own, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    /// The rows, in pieces.
    pub pieces: mpsc::Receiver<Vec<UserRow>>,
    ended: oneshot::Receiver<Result<Ended, Fault>>,
}

impl Pass {
    /// Begins. With `logins` those that stand twice are found; `read` counts bytes.
    pub(super) fn start(
        source: Arc<Source>,
        reserved: &'static [&'static str],
        logins: Option<Logins>,
        read: Arc<AtomicU64>,
    ) -> Result<Self, Fault> {
        let (send, pieces) = mpsc::channel(limits::IMPORT_PIECES_WAITING_MAX);
        let (tell, ended) = oneshot::channel();
        thread::Builder::new()
            .name("import".to_owned())
            .spawn(move || {
                let result = match &*source {
                    Source::File { file, format } => {
                        let reading = Reading::new(*format, reserved, Limits::default(), logins);
                        read_file(file, reading, &send, &read)
                    }
                    Source::Rows(rows) => {
                        let pieces = rows.chunks(limits::IMPORT_PIECE_ROWS);
                        // Nobody waits for more where it cannot be sent.
                        let _ =
                            pieces.map(<[UserRow]>::to_vec).try_for_each(|piece| send.blocking_send(piece));
                        Ok(Ended::default())
                    }
                };
                let _ = tell.send(result);
            })
            .map_err(|error| Fault::machine(format!("cannot start a thread that reads: {error}")))?;
        Ok(Self { pieces, ended })
    }

    /// How it ended, after the last piece.
    pub(super) async fn ended(self) -> Result<Ended, Fault> {
        drop(self.pieces);
        self.ended
            .await
            .unwrap_or_else(|_| Err(Fault::machine("the thread that reads the file ended; see the log")))
    }
}

fn read_file(
    file: &File,
    mut reading: Reading,
    send: &mpsc::Sender<Vec<UserRow>>,
    read: &AtomicU64,
) -> Result<Ended, Fault> {
    let (mut buffer, mut at, mut hasher) = (vec![0; CHUNK_BYTES], 0, Sha256::new());
    loop {
        let count = match file.read_at(&mut buffer, at) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => {
                reading.unreadable(&error);
                break;
            }
        };
        at += count as u64;
        read.store(at, Ordering::Relaxed);
        hasher.update(&buffer[..count]);
        let more = reading.feed(&buffer[..count]);
        if reading.ready() >= limits::IMPORT_PIECE_ROWS && !send_all(reading.take(), send) {
            return Ok(Ended::default());
        }
        if !more {
            break;
        }
    }
    let (last, faults) = reading.finish()?;
    send_all(last, send);
    Ok(Ended { faults, sha256: hex(&hasher.finalize()) })
}

/// Sends rows in pieces; `false` where nobody wants them any more.
fn send_all(mut rows: Vec<UserRow>, send: &mpsc::Sender<Vec<UserRow>>) -> bool {
    while rows.len() > limits::IMPORT_PIECE_ROWS {
        let rest = rows.split_off(limits::IMPORT_PIECE_ROWS);
        if send.blocking_send(std::mem::replace(&mut rows, rest)).is_err() {
            return false;
        }
    }
    rows.is_empty() || send.blocking_send(rows).is_ok()
}
