//! How fast the search in memory answers, beside LIKE in SQLite on the same made-up people.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rusqlite::{Connection, params};
use wardroom::authz::standing::{Groups, Sight};
use wardroom::base::ids::UserId;
use wardroom::base::time::Timestamp;
use wardroom::demo::Institution;
use wardroom::directory::filter::Filter;
use wardroom::directory::index::{Builder, Entry, Index, Sought};
use wardroom::directory::row::Row;
use wardroom::directory::sort::{Column, From, Key, Sort};
use wardroom::domain::scope::Scope;
use wardroom::domain::user::User;

const NOW: Timestamp = Timestamp(1_780_000_000_000);
const ROWS: usize = 50;
/// Name of the case, and what is typed.
const TYPED: [(&str, &str); 5] = [
    ("one letter", "a"),
    ("two letters", "an"),
    ("a word", "novak"),
    ("no match", "qqqq"),
    ("a status", "status:locked"),
];

criterion_group!(benches, hundred_thousand, million);
criterion_main!(benches);

fn hundred_thousand(criterion: &mut Criterion) {
    search(criterion, 100_000);
}

fn million(criterion: &mut Criterion) {
    search(criterion, 1_000_000);
}

fn search(criterion: &mut Criterion, users: u32) {
    let institution = Institution::generate(users, 7, NOW);
    let (index, table) = (index(&institution), table(&institution));
    let sight = Sight { own: UserId(10_001), scope: Scope::All, groups: Groups::Any, reveal: true };
    let by_last_login = Sort { first: Key { column: Column::LastLogin, descending: true }, then: None };
    let mut group = criterion.benchmark_group(format!("{users} users"));
    group.sample_size(20).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for (case, typed) in TYPED {
        let filter = Filter::parse(typed).unwrap_or_default();
        let sought = Sought { filter: &filter, sight: &sight, now: NOW };
        group.bench_function(format!("{case}, in memory"), |bencher| {
            // An index that was just made knows of no earlier search.
            let fresh = || index.updated(&[], &[]);
            let ask = |index: Index| {
                let found = index.find(sought);
                (index.page(&found, by_last_login, &From::Start, ROWS), found.matching(), index)
            };
            bencher.iter_batched(fresh, ask, BatchSize::PerIteration);
        });
        if !typed.contains(':') {
            group.bench_function(format!("{case}, LIKE"), |bencher| {
                bencher.iter(|| black_box(like(&table, typed)));
            });
        }
    }
    let everybody = Filter::default();
    let found = index.find(Sought { filter: &everybody, sight: &sight, now: NOW });
    for (case, from) in
        [("to the end", From::End), ("to the middle", From::After(UserId(i64::from(users) / 2)))]
    {
        group.bench_function(format!("{case}, in memory"), |bencher| {
            bencher.iter(|| black_box(index.page(&found, by_last_login, &from, ROWS)));
        });
    }
    group.bench_function("one user changed, in memory", |bencher| {
        let changed = entry(&institution.person(500).user);
        bencher.iter(|| black_box(index.updated(&[changed.row.id], std::slice::from_ref(&changed))));
    });
    group.finish();
}

fn index(institution: &Institution) -> Index {
    let mut builder = Builder::default();
    for person in institution.people() {
        builder.push(&entry(&person.user));
    }
    builder.finish()
}

fn entry(user: &User) -> Entry {
    let email = user.emails.iter().find(|email| email.primary);
    let phone = user.phones.iter().find(|phone| phone.primary);
    let organisation = user.organisation.clone();
    let row = Row {
        id: user.id,
        login: user.login.clone(),
        kind: user.kind,
        level: user.level,
        names: user.names.clone(),
        email: email.map(|email| email.address.clone()).unwrap_or_default(),
        email_confirmed: email.is_some_and(|email| email.confirmed_at.is_some()),
        phone: phone.map(|phone| phone.number.clone()).unwrap_or_default(),
        organisation: (organisation.id, organisation.key, organisation.display_name),
        group: user.group.as_ref().map(|group| group.name.clone()).unwrap_or_default(),
        roles: user.roles.iter().map(|role| role.name.clone()).collect(),
        last_login: user.last_login,
        enrolled: user.enrolled,
        added: user.added,
        modified: user.modified,
        facts: user.facts.clone(),
        core_id: user.core_id.clone(),
        version: user.version,
    };
    Entry { row, group: user.group.as_ref().map(|group| group.id) }
}

fn table(institution: &Institution) -> Connection {
    let connection = Connection::open_in_memory().expect("a table in memory");
    let fill = || -> rusqlite::Result<()> {
        connection.execute_batch(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, login TEXT, name TEXT, email TEXT, phone TEXT, last_login INTEGER);
             CREATE INDEX by_last_login ON users (last_login); BEGIN",
        )?;
        let mut insert = connection.prepare("INSERT INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        for person in institution.people() {
            let Row { id, login, names, email, phone, last_login, .. } = entry(&person.user).row;
            insert.execute(params![id.0, login, names.full(), email, phone, last_login.map(|at| at.0)])?;
        }
        connection.execute_batch("COMMIT")
    };
    fill().expect("rows in memory");
    connection
}

fn like(table: &Connection, typed: &str) -> (Vec<i64>, i64) {
    let wanted = format!("%{typed}%");
    let clause = "FROM users WHERE login LIKE ?1 OR name LIKE ?1 OR email LIKE ?1 OR phone LIKE ?1";
    let ask = || -> rusqlite::Result<(Vec<i64>, i64)> {
        let count = table
            .prepare_cached(&format!("SELECT count(*) {clause}"))?
            .query_row([&wanted], |row| row.get(0))?;
        let rows = table
            .prepare_cached(&format!("SELECT id {clause} ORDER BY last_login DESC, id DESC LIMIT {ROWS}"))?
            .query_map([&wanted], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?;
        Ok((rows, count))
    };
    ask().expect("an answer from memory")
}
