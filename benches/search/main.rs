//! How fast the search in memory answers, beside LIKE in SQLite on the same made-up people.
//!
//! `WARDROOM_BENCH_USERS=10000000 cargo bench` measures another number of users than the usual two.

#![expect(clippy::print_stderr, reason = "figures that criterion does not tell")]

mod peer;
mod people;
mod table;
mod typing;

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use wardroom::authz::standing::{Groups, Sight};
use wardroom::base::ids::UserId;
use wardroom::base::time::Timestamp;
use wardroom::demo::Institution;
use wardroom::directory::column::Column;
use wardroom::directory::filter::Filter;
use wardroom::directory::index::{Index, Sought};
use wardroom::directory::sort::{From, Key, Sort};
use wardroom::domain::scope::Scope;

const NOW: Timestamp = Timestamp(1_780_000_000_000);
const ROWS: usize = 50;
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
const BY_LAST_LOGIN: Sort = Sort { first: Key { column: Column::LastLogin, descending: true }, then: None };
/// Name of the case, and what is typed.
const TYPED: [(&str, &str); 8] = [
    ("one letter", "a"),
    ("two letters", "an"),
    ("three letters", "son"),
    ("a word", "novak"),
    ("no match", "qqqq"),
    ("a status", "status:locked"),
    ("words and fields", "-status:active last<90d (an | ov) org:retail"),
    ("nearly a word", "~kowalsky"),
];

criterion_group!(benches, all);
criterion_main!(benches);

fn all(criterion: &mut Criterion) {
    let given = std::env::var("WARDROOM_BENCH_USERS").ok().and_then(|users| users.parse().ok());
    for users in given.map_or_else(|| vec![100_000, 1_000_000], |users| vec![users]) {
        search(criterion, users);
    }
}

/// Who may see everything.
fn sight() -> Sight {
    Sight { own: UserId(10_001), scope: Scope::All, groups: Groups::Any, reveal: true }
}

fn search(criterion: &mut Criterion, users: u32) {
    let institution = Institution::generate(users, 7, NOW);
    let begun = Instant::now();
    let index = people::index(&institution);
    let made = begun.elapsed();
    index.deepen();
    let bytes = index.bytes() / index.users().max(1);
    eprintln!("{users} users: made and sorted in {made:.1?}, {bytes} bytes a user");
    let peer = (users <= 1_000_000).then(|| peer::Table::of(&institution));
    typing::report(&index, peer.as_ref(), users);
    table::report(&index, || BEGUN.elapsed());

    let mut group = criterion.benchmark_group(format!("{users} users"));
    group.sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    let sight = sight();
    for (case, typed) in TYPED {
        let filter = Filter::parse(typed).expect("a filter without a mistake");
        let sought = Sought { filter: &filter, sight: &sight, now: NOW };
        group.bench_function(format!("{case}, in memory"), |bencher| {
            // An index that was just made knows of no earlier search.
            let fresh = || index.updated(&[], &[]);
            let ask = |index: Index| {
                let found = index.find(sought);
                (index.page(&found, BY_LAST_LOGIN, &From::Start, ROWS, NOW), found.matching(), index)
            };
            bencher.iter_batched(fresh, ask, BatchSize::PerIteration);
        });
        if let Some(peer) = peer.as_ref().filter(|_| typed.bytes().all(|byte| byte.is_ascii_alphabetic())) {
            group.bench_function(format!("{case}, LIKE"), |bencher| {
                bencher.iter(|| black_box(peer.search(typed, "last_login DESC, id DESC")));
            });
        }
    }
    let everybody = Filter::default();
    let found = index.find(Sought { filter: &everybody, sight: &sight, now: NOW });
    let middle = From::Row(u64::from(users) / 2);
    let two = Sort {
        first: Key { column: Column::Kind, descending: false },
        then: Some(Key { column: Column::Name, descending: true }),
    };
    for (case, sort, from) in [
        ("to the end", BY_LAST_LOGIN, &From::End),
        ("to the middle", BY_LAST_LOGIN, &middle),
        ("by two keys, first page", two, &From::Start),
        ("by two keys, to the middle", two, &middle),
    ] {
        group.bench_function(format!("{case}, in memory"), |bencher| {
            bencher.iter(|| black_box(index.page(&found, sort, from, ROWS, NOW)));
        });
    }
    if let Some(peer) = &peer {
        group.bench_function("to the middle, OFFSET", |bencher| {
            bencher.iter(|| black_box(peer.offset(users / 2)));
        });
    }
    group.bench_function("one user changed, in memory", |bencher| {
        let changed = people::entry(&institution.person(500));
        bencher.iter(|| black_box(index.updated(&[changed.row.id], std::slice::from_ref(&changed))));
    });
    group.finish();
}
