//! An import of many users beside `sqlite3 .import` of the same file, and beside an operator who works meanwhile.
//!
//! `cargo bench --bench import` imports a million rows, `cargo bench --bench import -- 100000` as many as are asked for.
//! What is printed: rows per second of both, the most memory that this process had, how long the last step took, and how
//! long the other operator's locks and unlocks took until they were acknowledged.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    missing_docs,
    reason = "figures are printed, and what is not expected ends them"
)]

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use wardroom::actions::request::{Request, Run, Target};
use wardroom::actions::{directory, user};
use wardroom::base::time::Clock;
use wardroom::domain::import::Phase;
use wardroom::domain::operator::Actor;
use wardroom::protocol::Answer;
use wardroom::service::Service;
use wardroom::service::import::{Format, Source};
use wardroom::store::{Places, Store};

const FIRST: &[&str] = &["Ann", "Bob", "Chloé", "Dmitri", "Fatima", "Hiro", "José", "Nia", "Priya", "林"];
const LAST: &[&str] =
    &["Kim", "Müller", "Okafor", "Haddad", "Reyes", "Ito", "Smith", "Silva", "Kaya", "Berg"];
/// Users who are there before.
const BEFORE: u32 = 200;

fn main() {
    let rows: u64 = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let at = |name: &str| folder.path().join(name);
    let file = at("people.csv");
    write_people(&file, rows);
    let peer = peer(&file, &at("peer.db"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let places = Places { database: at("wardroom.db"), field_key: at("field.key") };
    let store = Store::create(&places, Clock::system()).unwrap();
    let service = runtime.block_on(async { Service::start(store, folder.path().to_owned(), 0).unwrap() });
    runtime.block_on(async {
        service.populate(BEFORE, 7).await.unwrap();
        let actor = service.actor_here(None).await.unwrap();
        let begun = Instant::now();
        let alone = latencies(&service, &actor, || begun.elapsed() > Duration::from_secs(3)).await;
        print("alone", alone);
        let changed = [10_000, 100_000].map(|changed: u64| changed.min(rows));
        let mut files = vec![
            ("checked".to_owned(), file.clone(), Run::Dry, rows),
            ("new".to_owned(), file.clone(), Run::Real, rows),
            ("unchanged".to_owned(), file.clone(), Run::Real, rows),
        ];
        for (time, changed) in changed.into_iter().enumerate() {
            let file = at(&format!("changed{time}.csv"));
            write_changed(&file, rows, changed, time);
            files.push((format!("changed, {changed} of those who are there"), file, Run::Real, changed));
        }

        for (what, file, run, rows) in files {
            let (before, cpu) = (memory_kib("VmRSS:"), cpu_s());
            // A new count of the most.
            std::fs::write("/proc/self/clear_refs", "5").unwrap();
            let begun = Instant::now();
            let Imported { meanwhile, last_step } = imported(&service, &actor, &file, run).await;
            let seconds = begun.elapsed().as_secs_f64();
            println!(
                "{what}: {rows} rows in {seconds:.1} s, {:.0} rows/s; {:.1} s of processors",
                rows_per(rows, seconds),
                cpu_s() - cpu
            );
            println!(
                "  memory {before} KiB before, at most {} KiB; last step {last_step:.1?}",
                memory_kib("VmHWM:")
            );
            print("  meanwhile", meanwhile);
        }
        if let Some(seconds) = peer {
            println!("sqlite3 .import: {rows} rows in {seconds:.1} s, {:.0} rows/s", rows_per(rows, seconds));
        }
    });
    service.close();
}

#[expect(clippy::cast_precision_loss, reason = "rows are few enough")]
fn rows_per(rows: u64, seconds: f64) -> f64 {
    rows as f64 / seconds
}

fn write_people(file: &Path, rows: u64) {
    let mut file = BufWriter::new(File::create(file).unwrap());
    writeln!(file, "login,first_name,last_name,email,phone,kind,organisation,core_id").unwrap();
    for row in 0..rows {
        // Spread as names are, so that no order of lists is filled from one end to the other.
        let spread = spread(row);
        let pick = |list: &[&'static str], shift: u64| list[usize::try_from((spread >> shift) % 10).unwrap()];
        writeln!(
            file,
            "{},{},{}{},p{row}@bank.example,+447700{:06},customer,retail,B{row:08}",
            login(row),
            pick(FIRST, 0),
            pick(LAST, 8),
            spread % 977,
            row % 1_000_000
        )
        .unwrap();
    }
    file.flush().unwrap();
}

/// People of the file, spread over it, with another email each.
fn write_changed(file: &Path, rows: u64, changed: u64, time: usize) {
    let mut file = BufWriter::new(File::create(file).unwrap());
    writeln!(file, "login,email").unwrap();
    for row in (0..changed).map(|at| at * (rows / changed)) {
        writeln!(file, "{},new{time}.{row}@bank.example", login(row)).unwrap();
    }
    file.flush().unwrap();
}

fn spread(row: u64) -> u64 {
    row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
}

fn login(row: u64) -> String {
    format!("p{:08x}.{row}", spread(row))
}

/// How long `sqlite3` takes for the same file, in seconds; `None` where it is not installed.
fn peer(file: &Path, store: &Path) -> Option<f64> {
    let begun = Instant::now();
    let import = format!(".import --csv {} users", file.display());
    let done = Command::new("sqlite3").arg(store).arg(import).status().ok()?;
    done.success().then(|| begun.elapsed().as_secs_f64())
}

fn request(actor: &Actor, code: &'static str, target: Target) -> Request {
    let answers = [("reason", "card lost"), ("kind", "users"), ("file", "people.csv"), ("format", "csv")];
    Request {
        code,
        actor: actor.clone(),
        target,
        answers: answers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        password_hash: None,
        import: None,
        shown: Vec::new(),
        outside: Vec::new(),
        confirmed: String::new(),
        run: Run::Real,
    }
}

/// How an import went.
struct Imported {
    /// What another operator waited meanwhile.
    meanwhile: Vec<Duration>,
    /// How long making everything visible took.
    last_step: Duration,
}

async fn imported(service: &Service, actor: &Actor, file: &Path, run: Run) -> Imported {
    let source = Source::File { file: File::open(file).unwrap(), format: Format::Csv };
    let wanted = Request { run, ..request(actor, directory::import::SPEC.code, Target::Directory) };
    let over = Arc::new(AtomicBool::new(false));
    let (of_other, its, until) = (service.clone(), actor.clone(), Arc::clone(&over));
    let other =
        tokio::spawn(async move { latencies(&of_other, &its, || until.load(Ordering::Relaxed)).await });
    let mut importing = service.import(wanted, source, &[]);
    let mut shows: Option<Instant> = None;
    let answer = loop {
        tokio::select! {
            biased;
            answer = importing.answer() => break answer,
            () = tokio::time::sleep(Duration::from_millis(1)) => {
                if importing.progress().phase == Phase::Showing {
                    shows.get_or_insert_with(Instant::now);
                }
            }
        }
    };
    let last_step = shows.map_or(Duration::ZERO, |since| since.elapsed());
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    over.store(true, Ordering::Relaxed);
    Imported { meanwhile: other.await.unwrap(), last_step }
}

/// Locks and unlocks one user until `is_over`, twenty times a second each; how long each took.
async fn latencies(service: &Service, actor: &Actor, is_over: impl Fn() -> bool) -> Vec<Duration> {
    let mut all = Vec::new();
    while !is_over() {
        for code in [user::lock::SPEC.code, user::unlock::SPEC.code] {
            let asked = Instant::now();
            let answer = service.execute(request(actor, code, Target::Named("a.kim".to_owned()))).await;
            assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
            all.push(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    all
}

fn print(what: &str, mut all: Vec<Duration>) {
    all.sort_unstable();
    let at = |share: usize| all.get(all.len().saturating_sub(1) * share / 100).copied().unwrap_or_default();
    println!(
        "{what}: {} actions, p50 {:.1?}, p99 {:.1?}, longest {:.1?}",
        all.len(),
        at(50),
        at(99),
        at(100)
    );
}

/// Seconds that the processors worked for this process.
#[expect(clippy::cast_precision_loss, reason = "ticks are few enough")]
fn cpu_s() -> f64 {
    let ticks: u64 =
        std::fs::read_to_string("/proc/self/stat").unwrap_or_default().rsplit(')').next().map_or(0, |rest| {
            rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
        });
    ticks as f64 / 100.0
}

/// A figure of `/proc/self/status`.
fn memory_kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
