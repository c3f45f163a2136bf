//! What is measured: times with their percentiles, bytes, and what a process takes of the machine.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::served::Trouble;

/// What keys have cost.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Until the first byte that a key brought.
    pub(crate) first: Vec<Duration>,
    /// Until the last byte before the next key: where rows are looked up, they are there now.
    pub(crate) last: Vec<Duration>,
    /// Bytes that came.
    pub(crate) bytes: usize,
    /// Keys that brought nothing before the next one.
    pub(crate) silent: usize,
}

impl Taken {
    /// All of `many` together.
    pub(crate) fn of_all(many: Vec<Self>) -> Self {
        let mut all = Self::default();
        for one in many {
            all.first.extend(one.first);
            all.last.extend(one.last);
            all.bytes += one.bytes;
            all.silent += one.silent;
        }
        all.first.sort_unstable();
        all.last.sort_unstable();
        all
    }

    /// The time to the first byte that `percent` of the keys stay within.
    pub(crate) fn first(&self, percent: usize) -> Duration {
        at(&self.first, percent)
    }
}

fn at(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |taken: Duration| taken.as_secs_f64() * 1000.0;
        let keys = self.first.len();
        write!(
            f,
            "first byte p50 {:.2} p99 {:.2} ms, last byte p50 {:.2} p99 {:.2} ms, {} bytes per key ({keys} keys, {} silent)",
            ms(self.first(50)),
            ms(self.first(99)),
            ms(at(&self.last, 50)),
            ms(at(&self.last, 99)),
            self.bytes / keys.max(1),
            self.silent
        )
    }
}

/// A process whose share of the machine is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process(u32);

impl Process {
    pub(crate) const fn of(id: u32) -> Self {
        Self(id)
    }

    /// Resident memory in bytes.
    pub(crate) fn resident(self) -> Result<usize, Trouble> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().split(' ').next()).unwrap_or_default();
        Ok(kib.parse::<usize>()? * 1024)
    }

    /// Percent of one core, over `span`.
    pub(crate) async fn share(self, span: Duration) -> Result<f64, Trouble> {
        let before = self.ticks()?;
        tokio::time::sleep(span).await;
        // The kernel counts hundredths of a second.
        let spent = f64::from(self.ticks()?.saturating_sub(before));
        Ok(spent / span.as_secs_f64())
    }

    fn ticks(self) -> Result<u32, Trouble> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // The name stands in parentheses and may hold blanks: count behind it.
        let behind = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = behind.split_whitespace().collect();
        let of = |at: usize| fields.get(at).copied().unwrap_or_default().parse::<u32>();
        Ok(of(11)? + of(12)?)
    }
}

/// The number behind `flag`, or `usual`.
pub(crate) fn number<N: FromStr>(words: &[String], flag: &str, usual: N) -> Result<N, Trouble>
where
    Trouble: From<N::Err>,
{
    let given = words.iter().position(|word| word == flag).and_then(|at| words.get(at + 1));
    given.map_or(Ok(usual), |given| given.parse().map_err(Trouble::from))
}

/// A line of the report.
#[expect(clippy::print_stdout, reason = "the report is what this program is for")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
