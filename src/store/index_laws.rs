//! Laws: with the search in memory the store answers as without it, and never older than what was acknowledged.

mod orders;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::actions::request::{Request, Run, Target};
use crate::authz::standing::Sight;
use crate::base::ids::UserId;
use crate::base::time::{Clock, Timestamp};
use crate::credential::totp::Seed;
use crate::demo::Institution;
use crate::directory::filter::Filter;
use crate::directory::sort::{From, Key, Sort};
use crate::domain::import::{Cell, Filled, ImportStep, UserRow};
use crate::domain::operator::{Actor, Via};
use crate::domain::user::Kind;
use crate::protocol::{Absence, Answer, Query, Reply, Source};
use crate::store::list::{self, Search};
use crate::store::writer::Turn;
use crate::store::{
    BatchStep, Event, Piece, Places, Population, Recorded, Store, carry_out, index, index_answer, users,
};

const NOW: Timestamp = Timestamp(1_780_000_000_000);

/// A store with made-up people, and a second one on the same file as another process would have it.
struct House {
    store: Store,
    other: Store,
    master: UserId,
    _folder: tempfile::TempDir,
}

async fn house(people: u32) -> House {
    let house = house_without_index(people).await;
    house.store.start_index(usize::MAX).unwrap();
    until(Duration::from_secs(20), || house.is_indexed()).await;
    house
}

async fn house_without_index(people: u32) -> House {
    let folder = tempfile::tempdir().unwrap();
    let at = |name| folder.path().join(name);
    let places = Places { database: at("wardroom.db"), field_key: at("field.key") };
    let store = Store::create(&places, Clock::fixed(NOW)).unwrap();
    let population = Population {
        institution: Institution::generate(people, 7, NOW),
        password_hash: "a hash".to_owned(),
        seed: Seed::new([1; 20]),
        source: "test".to_owned(),
    };
    store.populate(population, |_| {}).await.unwrap();
    let master = store.local_operator(None).await.unwrap().unwrap().standing.id;
    let other = Store::open(&places, Clock::fixed(NOW)).unwrap();
    House { store, other, master, _folder: folder }
}

/// Looks again and again until `is_so`, which must come within `most`.
async fn until(most: Duration, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < most, "not within {most:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

impl House {
    fn is_indexed(&self) -> bool {
        self.store.source() == Source::Memory
    }

    fn request(&self, code: &'static str, login: &str) -> Request {
        let actor = Actor {
            operator: self.master,
            login: "m.okafor".to_owned(),
            via: Via::Local,
            source: "test".to_owned(),
            proof: "local".to_owned(),
            session: None,
            code_at: None,
            has_second_factor: false,
        };
        Request {
            code,
            actor,
            target: Target::Named(login.to_owned()),
            answers: BTreeMap::from([("reason".to_owned(), "card lost at sea".to_owned())]),
            password_hash: None,
            import: None,
            shown: Vec::new(),
            outside: Vec::new(),
            confirmed: login.to_owned(),
            run: Run::Real,
        }
    }

    async fn count(&self, filter: &str) -> u64 {
        let query = Query::Count { filter: Filter::parse(filter).unwrap() };
        let reply = self.store.ask(self.master, query).await;
        let Reply::Count { matching, .. } = reply else { panic!("{filter}: {reply:?}") };
        matching
    }

    /// Waits until the index knows by itself what was committed.
    async fn followed(&self) {
        let newest = self.store.readers.ask(index::newest).await.unwrap();
        until(Duration::from_secs(1), || self.store.index.now().1 == newest).await;
    }

    /// Counts in the index alone.
    fn indexed(&self, filter: &str) -> u64 {
        let (filter, sight) = (Filter::parse(filter).unwrap(), self.everything());
        let (index, _) = self.store.index.now();
        index
            .unwrap()
            .find(crate::directory::index::Sought { filter: &filter, sight: &sight, now: NOW })
            .matching()
    }

    fn everything(&self) -> Sight {
        let (scope, groups) = (crate::domain::scope::Scope::All, crate::authz::standing::Groups::Any);
        Sight { own: self.master, scope, groups, reveal: true }
    }

    fn close(self) {
        self.other.close();
        self.store.close();
    }
}

async fn done(store: &Store, request: Request) {
    let answer = store.execute(request).await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
}

const FILTERS: &[&str] = &[
    "",
    "a",
    "an",
    "novak",
    "-a",
    "status:locked,inactive",
    "kind:customer -e",
    "org:cards",
    "qqqq",
    "example",
    "role:teller",
    "(novak | kim) -status:active",
    "created:2025 has:note",
    "last<30d no:2fa -tag:vip",
    "~nowak | account-type:member",
    "é | email:corner.example",
];
const SORTS: &[(&str, Option<&str>)] = &[
    ("login", None),
    ("-login", None),
    ("name", None),
    ("-id", Some("name")),
    ("kind", Some("-last_login")),
    ("-kind", Some("name")),
    ("last_login", None),
    ("-enrolled", Some("id")),
    ("added", None),
    ("-modified", None),
    ("status", Some("-last_login")),
    ("-status", None),
    ("roles", Some("organisation")),
    ("-level", Some("status")),
    ("group", Some("first_name")),
    ("-organisation", Some("-email")),
    ("email", None),
    ("-phone", None),
    ("core_id", Some("product")),
    ("first_name", None),
    ("-last_name", Some("email_confirmed")),
    ("product", Some("archived")),
    ("archived", Some("-kind")),
    ("email_confirmed", Some("roles")),
];

#[tokio::test]
async fn pages_and_counts_are_the_same_with_the_index_and_without() {
    let house = house(130).await;
    for login in ["m.okafor", "j.ito", "s.reyes"] {
        let id =
            house.store.readers.ask(move |snapshot| users::resolve(snapshot, login)).await.unwrap().unwrap();
        let sight = house.store.operator(id).await.unwrap().unwrap().sight();
        let live = house.store.index.clone();
        let compared = house.store.readers.ask(move |snapshot| {
            for text in FILTERS {
                let filter = Filter::parse(text).unwrap();
                let search = Search { filter: &filter, sight: &sight, now: NOW };
                let counts = index_answer::count(&live, snapshot, search)?.unwrap();
                assert_eq!(counts, list::count(snapshot, search)?, "{login}: `{text}`");
                for (first, then) in SORTS {
                    let sort = Sort { first: Key::parse(first).unwrap(), then: then.and_then(Key::parse) };
                    let ids = [10_001, 10_050, 10_077, 10_130, 99].map(UserId);
                    let anchors = [From::Start, From::End, From::After(ids[0]), From::Before(ids[1])];
                    let more =
                        [From::At(ids[2]), From::Before(ids[3]), From::At(ids[4]), From::After(ids[2])];
                    for from in anchors.into_iter().chain(more) {
                        let quick = index_answer::page(&live, snapshot, search, sort, &from, 9)?.unwrap();
                        let plain = list::page(snapshot, search, sort, &from, 9)?;
                        assert_eq!(quick, plain, "{login}: `{text}` by {sort:?} from {from:?}");
                    }
                }
            }
            Ok(())
        });
        compared.await.unwrap();
    }
    house.close();
}

#[tokio::test]
async fn an_answer_knows_what_was_acknowledged_before_the_question() {
    let house = house(200).await;
    let locked = house.count("status:locked").await;
    for _ in 0..25 {
        done(&house.store, house.request("user.lock", "j.ito")).await;
        assert_eq!(house.count("status:locked").await, locked + 1);
        done(&house.other, house.request("user.unlock", "j.ito")).await;
        assert_eq!(house.count("status:locked").await, locked);
    }
    assert!(house.is_indexed());
    house.close();
}

/// Numbers without an end, the same every time.
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |most| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % most
    }
}

#[tokio::test]
async fn after_any_commits_of_any_process_the_index_says_what_the_store_says() {
    const TEXTS: &[&str] =
        &["a", "é", "an", "ova", "j.ito", "e\u{301}", "tag:vip", "has:note", "since:1h", "k"];
    let house = house(150).await;
    let mut draw = numbers(7);
    for _ in 0..30 {
        let login = ["j.ito", "s.reyes", "a.kim"][draw(3)];
        let (code, name, value) = [
            ("user.lock", "reason", "card lost at sea"),
            ("user.unlock", "reason", "card found again"),
            ("note.add", "text", "called back"),
            ("tags.set", "tags", "vip"),
        ][draw(4)];
        let answers = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let store = if draw(2) == 0 { &house.store } else { &house.other };
        // Some are refused, which is a commit as well: it stands in the audit.
        store.execute(Request { answers, ..house.request(code, login) }).await;
        let pick = |at: usize| TEXTS.iter().chain(FILTERS).nth(at).unwrap();
        let texts = [(); 3].map(|()| pick(draw(TEXTS.len() + FILTERS.len())));
        let text = if texts.contains(&&"") {
            texts.map(|text| *text).join(" ")
        } else {
            format!("({} | -({})) !({})", texts[0], texts[1], texts[2])
        };
        let filter = Filter::parse(&text).unwrap();
        let (sight, live) = (house.everything(), house.store.index.clone());
        let from = [From::Start, From::End, From::Row(40), From::At(UserId(10_020))][draw(4)].clone();
        let compared = house.store.readers.ask(move |snapshot| {
            let search = Search { filter: &filter, sight: &sight, now: NOW };
            let sort = Sort { first: Key::parse("kind").unwrap(), then: Key::parse("-modified") };
            let counts = index_answer::count(&live, snapshot, search)?.unwrap();
            assert_eq!(counts, list::count(snapshot, search)?, "`{text}`");
            let quick = index_answer::page(&live, snapshot, search, sort, &from, 9)?.unwrap();
            assert_eq!(quick, list::page(snapshot, search, sort, &from, 9)?, "`{text}` from {from:?}");
            Ok(())
        });
        compared.await.unwrap();
    }
    house.close();
}

#[tokio::test]
async fn the_index_follows_another_process_within_a_second_while_somebody_is_there() {
    let house = house(200).await;
    let _somebody = house.store.committed();
    let locked = house.indexed("status:locked");
    done(&house.other, house.request("user.lock", "j.ito")).await;
    house.followed().await;
    assert_eq!(house.indexed("status:locked"), locked + 1);
    done(&house.other, house.request("user.unlock", "j.ito")).await;
    house.followed().await;
    assert_eq!(house.indexed("status:locked"), locked);
    let row = |line: u64| UserRow {
        line,
        login: format!("zz{line}"),
        kind: Cell::Given(Kind::Customer),
        last_name: Cell::Given("Zyx".to_owned()),
        email: Cell::Given(format!("zz{line}@imported.example")),
        organisation: Cell::Given("retail".to_owned()),
        ..UserRow::default()
    };
    let rows = (2..42).map(row).collect();
    let answers = [("kind", "users"), ("file", "people.csv"), ("format", "csv")];
    let answers = answers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let import = Request { answers, target: Target::Directory, ..house.request("data.import", "40") };
    let step = |step| Request { import: Some(step), ..import.clone() };
    let Answer::Done(begun) = house.other.execute(step(ImportStep::Begin)).await else { panic!("not begun") };
    let batch = begun.batch.unwrap();
    let event = Event::Batch { batch, step: BatchStep::Rows { request: Arc::new(import.clone()), rows } };
    let filled = house.other.record(event).await.unwrap();
    let Recorded::Piece(Piece::Taken(counts, keys)) = filled else { panic!("{filled:?}") };
    assert_eq!(counts.created, 40);
    assert_eq!(house.count("zyx").await, 0, "what is hidden is not there");
    let filled = Filled { batch, file_sha256: String::new() };
    let early = house.other.execute(step(ImportStep::Show(filled.clone()))).await;
    assert!(matches!(early, Answer::Failed(_)), "nobody would find them by their logins: {early:?}");
    assert_eq!(house.other.write_keys(batch, keys).await.unwrap(), []);
    done(&house.other, step(ImportStep::Show(filled))).await;
    house.followed().await;
    assert_eq!((house.indexed("zyx"), house.indexed("@imported")), (40, 40));
    house.close();
}

#[tokio::test]
async fn a_new_name_of_a_group_is_found_with_everybody_in_it() {
    let house = house(200).await;
    assert_eq!(house.count("group:mariners").await, 0);
    let renamed = house.store.writer.write(Turn::Now, |writing| {
        let members = "SELECT group_id FROM users WHERE group_id IS NOT NULL LIMIT 1";
        let sql = format!("UPDATE groups SET name = 'Mariners' WHERE id = ({members})");
        writing
            .connection
            .execute(&sql, [])
            .and_then(|_| carry_out::changed(writing.connection, "group", 1, 1))
            .map_err(|error| crate::store::connection::fault(&error))
    });
    renamed.await.unwrap();
    assert!(house.count("group:mariners").await > 0);
    until(Duration::from_secs(5), || house.is_indexed()).await;
    assert!(house.indexed("group:mariners") > 0);
    house.close();
}

#[tokio::test]
async fn above_its_memory_limit_the_store_answers_by_itself_and_says_so() {
    let house = house_without_index(300).await;
    assert_eq!(house.store.source(), Source::Store(Absence::NotAsked));
    house.store.start_index(60_000).unwrap();
    let too_large = Source::Store(Absence::TooLarge);
    until(Duration::from_secs(20), || house.store.source() == too_large).await;
    let query = Query::Count { filter: Filter::parse("status:locked").unwrap() };
    let Reply::Count { matching, source, .. } = house.store.ask(house.master, query).await else { panic!() };
    assert!(matching > 0 && source == too_large && source.note().is_some());
    done(&house.store, house.request("user.lock", "j.ito")).await;
    assert_eq!(house.count("status:locked").await, matching + 1);
    // What it says is what an index says that is given the memory.
    house.other.start_index(usize::MAX).unwrap();
    until(Duration::from_secs(20), || house.other.source() == Source::Memory).await;
    for (text, (first, then)) in FILTERS.iter().flat_map(|text| SORTS.iter().map(move |sort| (text, sort))) {
        let filter = Filter::parse(text).unwrap();
        let sort = Sort { first: Key::parse(first).unwrap(), then: then.and_then(Key::parse) };
        for from in [From::Start, From::Row(20)] {
            let query = Query::Users { filter: filter.clone(), sort, from, rows: 9 };
            let [plain, quick] =
                [&house.store, &house.other].map(|store| store.ask(house.master, query.clone()));
            let [plain, quick] = [plain.await, quick.await].map(|reply| format!("{reply:?}"));
            assert_eq!(plain, quick, "`{text}` by {sort:?}");
        }
    }
    house.close();
}

#[tokio::test]
async fn a_note_that_is_written_is_found_by_whoever_has_one() {
    let house = house(200).await;
    let noted = house.count("has:note").await;
    let note = Request {
        answers: BTreeMap::from([("text".to_owned(), "called back".to_owned())]),
        ..house.request("note.add", "j.ito")
    };
    let had_one = house.count("has:note login=j.ito").await;
    done(&house.other, note).await;
    assert_eq!(house.count("has:note").await, noted + 1 - had_one);
    house.close();
}

#[tokio::test]
async fn a_user_takes_at_most_350_bytes_of_the_index() {
    let house = house(4000).await;
    let (index, _) = house.store.index.now();
    let (bytes, users) = (index.as_ref().unwrap().bytes(), index.unwrap().users());
    assert!(users >= 4000 && bytes / users <= 350, "{} bytes", bytes / users);
    house.close();
}
