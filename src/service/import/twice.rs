//! Logins that stand in a file twice, found in memory that does not grow with the file.
//!
//! Of each login a hash of 128 bits and its line are kept; what is more than memory is to hold goes to files in
//! sorted runs, which are merged in the end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, Write as _};

use sha2::{Digest, Sha256};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::text::folded;

/// Hash of a folded login, and its line.
type Seen = (u128, u64);

/// Makes a file for a run.
pub(super) type MakeFile = Box<dyn FnMut() -> Result<File, Fault> + Send>;

/// The logins of a file so far.
pub(super) struct Logins {
    seen: Vec<Seen>,
    most: usize,
    runs: Vec<File>,
    make_file: MakeFile,
}

impl std::fmt::Debug for Logins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logins")
            .field("seen", &self.seen.len())
            .field("runs", &self.runs)
            .finish_non_exhaustive()
    }
}

impl Logins {
    /// None so far.
    pub(super) fn new(make_file: MakeFile) -> Self {
        Self::with(limits::IMPORT_LOGINS_SORTED, make_file)
    }

    fn with(most: usize, make_file: MakeFile) -> Self {
        Self { seen: Vec::new(), most, runs: Vec::new(), make_file }
    }

    /// Takes `login` of `line` in. Lines ascend.
    pub(super) fn add(&mut self, login: &str, line: u64) -> Result<(), Fault> {
        let hash = Sha256::digest(folded(login));
        let half = hash.first_chunk().map_or(0, |bytes: &[u8; 16]| u128::from_be_bytes(*bytes));
        self.seen.push((half, line));
        if self.seen.len() >= self.most { self.end_run() } else { Ok(()) }
    }

    fn end_run(&mut self) -> Result<(), Fault> {
        self.seen.sort_unstable();
        let mut run = BufWriter::new((self.make_file)()?);
        for (hash, line) in self.seen.drain(..) {
            run.write_all(&hash.to_be_bytes())
                .and_then(|()| run.write_all(&line.to_be_bytes()))
                .map_err(failed)?;
        }
        let mut file = run.into_inner().map_err(|error| failed(error.into_error()))?;
        file.rewind().map_err(failed)?;
        self.runs.push(file);
        Ok(())
    }

    /// Pairs of lines with the same login, the earlier first; at most `most` of them, those of the first lines.
    pub(super) fn twice(mut self, most: usize) -> Result<Vec<(u64, u64)>, Fault> {
        let mut pairs = BinaryHeap::new();
        let mut keep = |earlier: Seen, later: Seen| {
            if earlier.0 == later.0 {
                pairs.push((later.1, earlier.1));
                if pairs.len() > most {
                    pairs.pop();
                }
            }
        };
        if self.runs.is_empty() {
            self.seen.sort_unstable();
            self.seen.windows(2).for_each(|pair| keep(pair[0], pair[1]));
        } else {
            self.end_run()?;
            let mut runs: Vec<_> = self.runs.into_iter().map(BufReader::new).collect();
            let mut heads = BinaryHeap::new();
            for (number, run) in runs.iter_mut().enumerate() {
                heads.extend(next(run)?.map(|seen| Reverse((seen, number))));
            }
            let mut last: Option<Seen> = None;
            while let Some(Reverse((seen, number))) = heads.pop() {
                if let Some(last) = last {
                    keep(last, seen);
                }
                last = Some(seen);
                heads.extend(next(&mut runs[number])?.map(|seen| Reverse((seen, number))));
            }
        }
        Ok(pairs.into_sorted_vec().into_iter().map(|(later, earlier)| (earlier, later)).collect())
    }
}

fn next(run: &mut impl Read) -> Result<Option<Seen>, Fault> {
    let (mut hash, mut line) = ([0; 16], [0; 8]);
    match run.read_exact(&mut hash).and_then(|()| run.read_exact(&mut line)) {
        Ok(()) => Ok(Some((u128::from_be_bytes(hash), u64::from_be_bytes(line)))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "map_err gives it away")]
fn failed(error: io::Error) -> Fault {
    Fault::store(format!("the logins of the file cannot be sorted beside the store: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_logins_are_found_in_memory_and_in_runs() {
        for most in [3, 1000] {
            let mut logins = Logins::with(most, Box::new(|| Ok(tempfile::tempfile().unwrap())));
            for (line, login) in
                ["ann", "bob", "ANN", "cy", "d", "bob", "e", "\u{e9}", "E\u{301}"].into_iter().enumerate()
            {
                logins.add(login, line as u64 + 2).unwrap();
            }
            assert_eq!(logins.twice(2).unwrap(), [(2, 4), (3, 7)], "the first two");
        }
    }
}
