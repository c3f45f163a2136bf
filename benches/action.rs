//! How fast actions are written, one after another and many at once, beside the bare commits of SQLite on the same disk.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rusqlite::{Connection, params};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use wardroom::actions::request::{Request, Run, Target};
use wardroom::base::time::{Clock, Timestamp};
use wardroom::domain::operator::Actor;
use wardroom::protocol::{Answer, Page, Query, Reply};
use wardroom::service::Service;
use wardroom::store::{Places, Store};

const NOW: Timestamp = Timestamp(1_780_000_000_000);
const USERS: u32 = 5_000;
/// Operators who act at the same moment.
const AT_ONCE: usize = 100;

criterion_group!(benches, actions);
criterion_main!(benches);

fn actions(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = Runtime::new().expect("a runtime");
    let service = institution(folder.path(), &runtime);
    let actor = runtime.block_on(service.actor_here(None)).expect("an operator");
    let people = customers(&service, &actor, &runtime);
    let mut bare = bare(folder.path());
    let mut group = criterion.benchmark_group("durable");
    group.sample_size(20).measurement_time(Duration::from_secs(4));
    let mut turn = Turn::default();
    group.throughput(Throughput::Elements(1));
    group.bench_function("one action", |bencher| {
        bencher.iter(|| {
            let code = turn.next();
            runtime.block_on(act(service.clone(), request(code, &actor, &people[0])));
        });
    });
    group.bench_function("one commit of one row, bare", |bencher| bencher.iter(|| insert(&mut bare, 1)));
    group.throughput(Throughput::Elements(AT_ONCE as u64));
    let mut turn = Turn::default();
    group.bench_function(format!("{AT_ONCE} actions at once"), |bencher| {
        bencher.iter(|| {
            let code = turn.next();
            runtime.block_on(async {
                let mut acting = JoinSet::new();
                for person in &people[1..=AT_ONCE] {
                    acting.spawn(act(service.clone(), request(code, &actor, person)));
                }
                while let Some(done) = acting.join_next().await {
                    done.expect("an action that ends");
                }
            });
        });
    });
    group.bench_function(format!("one commit of {AT_ONCE} rows, bare"), |bencher| {
        bencher.iter(|| insert(&mut bare, AT_ONCE));
    });
    group.finish();
    service.close();
}

/// Lock and unlock in turn: each is allowed after the other.
#[derive(Default)]
struct Turn {
    locked: bool,
}

impl Turn {
    const fn next(&mut self) -> &'static str {
        self.locked = !self.locked;
        if self.locked { "user.lock" } else { "user.unlock" }
    }
}

async fn act(service: Service, request: Request) {
    let answer = service.execute(request).await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
}

fn request(code: &'static str, actor: &Actor, login: &str) -> Request {
    Request {
        code,
        actor: actor.clone(),
        target: Target::Named(login.to_owned()),
        answers: BTreeMap::from([("reason".to_owned(), "measured".to_owned())]),
        password_hash: None,
        import: None,
        shown: Vec::new(),
        outside: Vec::new(),
        confirmed: String::new(),
        run: Run::Real,
    }
}

fn institution(folder: &Path, runtime: &Runtime) -> Service {
    let places = Places { database: folder.join("wardroom.db"), field_key: folder.join("field.key") };
    let store = Store::create(&places, Clock::fixed(NOW)).expect("a store");
    let service = Service::start(store, folder.to_owned(), 0).expect("a service");
    runtime.block_on(service.populate(USERS, 7)).expect("people");
    service
}

fn customers(service: &Service, actor: &Actor, runtime: &Runtime) -> Vec<String> {
    use wardroom::directory::filter::Filter;
    use wardroom::directory::sort::{From, Sort};
    let filter = Filter::parse("kind:customer status:active").expect("a filter");
    let query = Query::Users { filter, sort: Sort::default(), from: From::Start, rows: 2 * AT_ONCE };
    let Reply::Users(Page { rows, .. }) = runtime.block_on(service.ask(actor, query)) else {
        panic!("no page of people");
    };
    let people: Vec<String> = rows.into_iter().filter_map(|row| row.login).collect();
    assert!(people.len() > AT_ONCE, "{} customers", people.len());
    people
}

fn bare(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("bare.db")).expect("a file");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)",
        )
        .expect("a table");
    connection
}

fn insert(connection: &mut Connection, rows: usize) {
    let mut fill = || -> rusqlite::Result<()> {
        let transaction = connection.transaction()?;
        for _ in 0..rows {
            transaction
                .prepare_cached("INSERT INTO rows (text) VALUES (?1)")?
                .execute(params!["as long as a line of the audit is, more or less"])?;
        }
        transaction.commit()
    };
    fill().expect("rows on the disk");
}
