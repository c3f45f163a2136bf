//! People who type: each letter is a search, of texts that are there and of some that are not, by any sort.
//!
//! Criterion tells means; what one notices is the slowest key in a hundred.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use wardroom::directory::column::Column;
use wardroom::directory::filter::Filter;
use wardroom::directory::index::{Index, Sought};
use wardroom::directory::sort::{From, Key, Sort};

use crate::peer::Table;
use crate::{NOW, ROWS, sight};

/// Texts that sessions type, a letter at a time.
const TEXTS: &[&str] = &[
    "novak",
    "a.kim",
    "chloe",
    "@example",
    "anderson",
    "u10305",
    "+44770",
    "mart",
    "okafor",
    "retail",
    "kowalski",
    "zhang wei",
    "j.ito",
    "maria silva",
    "corner",
    "smith",
    "gmail",
    "\"van der\"",
    "nguyen",
    "ola",
    "xq",
    "son",
    "status:locked an",
    "kind:staff e",
    "org:cards ova",
    "-test mari",
    "ez",
    "0041",
    "petrov",
    "de souza",
    "i",
    "ing",
    "example.com",
    "tel",
    "haddad",
    "ibrahim",
    "lee",
    "ng",
    "o'",
    "hernandez",
    "ller",
    "ann",
    "core:41",
    "email:mar",
];
const SESSIONS: usize = 200;
const KEYS_PER_SECOND: u32 = 1600;
/// As many as the store has readers.
const THREADS: usize = 3;

/// Prints how long a key takes: one session, two hundred, and LIKE.
pub(crate) fn report(index: &Index, peer: Option<&Table>, users: u32) {
    let keys = keys();
    let alone: Vec<Duration> = keys.iter().map(|(text, sort)| timed(|| ask(index, text, *sort))).collect();
    tell_slowest(&keys, &alone);
    tell(&format!("{users} users, one session, in memory"), alone);
    tell(
        &format!("{users} users, {SESSIONS} sessions at {KEYS_PER_SECOND} keys/s, in memory"),
        crowd(index, &keys),
    );
    if let Some(peer) = peer {
        let plain = keys.iter().filter(|(text, _)| !text.contains([':', '"', '-'])).step_by(9);
        let by = |sort: &Sort| {
            if sort.first.column == Column::Login { "login, id" } else { "last_login DESC, id DESC" }
        };
        let like = plain.map(|(text, sort)| timed(|| peer.search(text, by(sort))));
        tell(&format!("{users} users, one session, LIKE"), like.collect());
    }
}

pub(crate) fn keys() -> Vec<(String, Sort)> {
    let mut keys = Vec::new();
    for (at, text) in TEXTS.iter().enumerate() {
        for (turn, descending) in [(0, false), (3, true)] {
            let columns: Vec<Column> = Column::sorted().collect();
            let column = columns[(at + turn * 7) % columns.len()];
            let then = (at % 5 == 0).then_some(Key { column: Column::Name, descending: at % 2 == 0 });
            let sort = Sort { first: Key { column, descending }, then };
            let ends = text.char_indices().map(|(start, letter)| start + letter.len_utf8());
            keys.extend(ends.map(|end| (text[..end].to_owned(), sort)));
        }
    }
    keys.retain(|(text, _)| Filter::parse(text).is_ok());
    keys
}

pub(crate) fn ask(index: &Index, text: &str, sort: Sort) -> usize {
    let filter = Filter::parse(text).unwrap_or_default();
    let sight = sight();
    let found = index.find(Sought { filter: &filter, sight: &sight, now: NOW });
    index.page(&found, sort, &From::Start, ROWS, NOW).ids.len()
}

/// Which keys took longest.
fn tell_slowest(keys: &[(String, Sort)], times: &[Duration]) {
    let mut slowest: Vec<(&Duration, &(String, Sort))> = times.iter().zip(keys).collect();
    slowest.sort_unstable_by(|(left, _), (right, _)| right.cmp(left));
    for (time, (text, sort)) in slowest.into_iter().take(5) {
        let key = |key: Key| format!("{}{}", if key.descending { "-" } else { "" }, key.column.name());
        let then = sort.then.map(|then| format!(",{}", key(then))).unwrap_or_default();
        eprintln!("  {time:.2?}: `{text}` by {}{then}", key(sort.first));
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    std::hint::black_box(work());
    begun.elapsed()
}

/// Keys come at even distances, whether the ones before are answered or not; the wait counts.
fn crowd(index: &Index, keys: &[(String, Sort)]) -> Vec<Duration> {
    let next = AtomicUsize::new(0);
    let waits = Arc::new(Mutex::new(Vec::new()));
    let pause = Duration::from_secs(1) / KEYS_PER_SECOND;
    let all = KEYS_PER_SECOND as usize * 5;
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= all {
                        return;
                    }
                    let due = begun + pause * u32::try_from(at).unwrap_or(u32::MAX);
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                    // Each session is somewhere else in what is typed.
                    let (session, turn) = (at % SESSIONS, at / SESSIONS);
                    let (text, sort) = &keys[(session * 37 + turn) % keys.len()];
                    ask(index, text, *sort);
                    waits.lock().expect("no panic").push(due.elapsed());
                }
            });
        }
    });
    let waits = waits.lock().expect("no panic");
    waits.clone()
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 1000).min(times.len() - 1)];
    let (median, most, worst) = (at(500), at(990), at(1000));
    eprintln!("{what}: {} keys, p50 {median:.2?}, p99 {most:.2?}, most {worst:.2?}", times.len());
}
