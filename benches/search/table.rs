//! Every kind of question by every column, and pages from every place: where the slowest answer is.
//!
//! Each question is asked of an index that forgot the search before; the quickest of three rounds counts, since what
//! else the machine does is not ours.

use std::collections::BTreeMap;
use std::time::Duration;

use wardroom::directory::column::Column;
use wardroom::directory::filter::Filter;
use wardroom::directory::index::{Index, Sought};
use wardroom::directory::sort::{From, Key, Sort};

use crate::{NOW, ROWS, sight};

/// What is asked, by kind.
const ASKED: &[(&str, &[&str])] = &[
    ("nobody left out", &[""]),
    ("one letter", &["a", "e", "z", "q", "7", "k"]),
    ("two letters", &["an", "ov", "@e", "xq", "ks", "ch"]),
    ("three letters", &["son", "kim", "ann", "ezi", "ing", "nov"]),
    ("a word", &["novak", "penrose", "example", "corner", "okafor", "mueller"]),
    ("no match", &["qqqq", "xyzzy", "aaaa", "zqx", "kimkim", "0000000"]),
    ("two words", &["a kim", "grace penrose", "an ov", "z example", "ie er", "son 41"]),
    ("accented", &["é", "ü", "müller", "nuñez", "chloé", "陈"]),
    ("digits", &["41", "0041", "u10305", "+44770", "770090", "123"]),
    (
        "field:value",
        &["email:mar", "login:a", "name:an", "phone:77", "core:41", "group:a", "role:a", "tag:v"],
    ),
    (
        "field=value",
        &["org:retail", "login=a.kim", "kind:staff", "level:ma", "product:account-opening", "has:email"],
    ),
    (
        "status",
        &["status:locked", "status:active", "-status:active", "status:inactive,locked", "archived:yes"],
    ),
    ("negation", &["-a", "-test", "-kind:customer", "-an -ov", "-email:example", "e -a"]),
    (
        "alternation",
        &["(an | ov)", "(status:locked | kind:staff)", "(a | e | i)", "(son | kim) -a", "(novak | penrose)"],
    ),
    ("dates", &["last<90d", "last>90d", "created>2024-01-01", "last:never", "modified<7d", "enrolled>1y e"]),
    ("nearly a word", &["~kowalsky", "~smyth", "~penros", "~muller", "~anderson", "~okafro"]),
];
const ROUNDS: usize = 3;

/// Times by name, each with what took so long.
#[derive(Default)]
struct Times(BTreeMap<String, Vec<(Duration, String)>>);

impl Times {
    fn add(&mut self, name: &str, time: Duration, what: &str) {
        self.0.entry(name.to_owned()).or_default().push((time, what.to_owned()));
    }

    fn tell(mut self, heading: &str) {
        eprintln!("  {heading:<24} {:>8} {:>8} {:>8}  slowest", "p50 µs", "p99 µs", "max µs");
        for (name, times) in &mut self.0 {
            times.sort_unstable();
            let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].0.as_micros();
            let slowest = times.last().map_or("", |(_, what)| what);
            eprintln!("  {name:<24} {:>8} {:>8} {:>8}  {slowest}", at(50), at(99), at(100));
        }
    }
}

/// Prints p50, p99 and the slowest for each kind of question, each column, and each way to a page.
///
/// `clock` tells the time since some moment.
pub(crate) fn report(index: &Index, clock: fn() -> Duration) {
    let (mut by_kind, mut by_column) = (Times::default(), Times::default());
    let sorts: Vec<Sort> = sorts().collect();
    let mut questions = Vec::new();
    for (kind, texts) in ASKED {
        for text in *texts {
            let Ok(filter) = Filter::parse(text) else {
                eprintln!("  `{text}` is no filter");
                continue;
            };
            questions.extend(sorts.iter().map(|sort| (*kind, *text, filter.clone(), *sort)));
        }
    }
    // Columns outermost: what a segment remembers of a text is forgotten before the text comes again.
    questions.sort_by_key(|(_, _, _, sort)| (sort.first.column, sort.first.descending, sort.then.is_some()));
    let quickest = quickest(&questions, |(_, _, filter, sort)| {
        // It shares all but the searches of before.
        let fresh = index.updated(&[], &[]);
        let begun = clock();
        let found = fresh.find(Sought { filter, sight: &sight(), now: NOW });
        std::hint::black_box((fresh.page(&found, *sort, &From::Start, ROWS, NOW), found.matching()));
        clock().saturating_sub(begun)
    });
    for ((kind, text, _, sort), time) in questions.iter().zip(quickest) {
        by_kind.add(kind, time, &format!("`{text}` by {}", name(*sort)));
        by_column.add(sort.first.column.name(), time, &format!("`{text}` by {}", name(*sort)));
    }
    by_kind.tell("a search and its count");
    by_column.tell("the same by its column");
    pages(index, &sorts, clock);
}

fn pages(index: &Index, sorts: &[Sort], clock: fn() -> Duration) {
    let mut ways = Times::default();
    for text in ["", "a", "an", "kind:staff", "-status:active"] {
        let filter = Filter::parse(text).unwrap_or_default();
        let found = index.find(Sought { filter: &filter, sight: &sight(), now: NOW });
        let middle = found.matching() / 2;
        let mut asked = Vec::new();
        for sort in sorts {
            let place = index.page(&found, *sort, &From::Row(middle), 1, NOW);
            let Some(user) = place.ids.first().copied() else { continue };
            asked.extend([
                ("to the end", *sort, From::End),
                ("to the middle by number", *sort, From::Row(middle)),
                ("after a row", *sort, From::After(user)),
                ("before a row", *sort, From::Before(user)),
                ("at a row", *sort, From::At(user)),
            ]);
        }
        let quickest = quickest(&asked, |(_, sort, from)| {
            let begun = clock();
            std::hint::black_box(index.page(&found, *sort, from, ROWS, NOW));
            clock().saturating_sub(begun)
        });
        for ((way, sort, _), time) in asked.iter().zip(quickest) {
            ways.add(way, time, &format!("`{text}` by {}", name(*sort)));
        }
    }
    ways.tell("a page");
}

fn quickest<T>(questions: &[T], ask: impl Fn(&T) -> Duration) -> Vec<Duration> {
    let mut quickest = vec![Duration::MAX; questions.len()];
    for _ in 0..ROUNDS {
        for (question, quickest) in questions.iter().zip(&mut quickest) {
            *quickest = ask(question).min(*quickest);
        }
    }
    quickest
}

/// Both ways by every column, and by some with a second key.
fn sorts() -> impl Iterator<Item = Sort> {
    let one = |column| [false, true].map(|descending| Sort { first: Key { column, descending }, then: None });
    let by_name = Some(Key { column: Column::Name, descending: false });
    let two = [Column::Organisation, Column::Status, Column::Kind, Column::FirstName]
        .map(|column| Sort { first: Key { column, descending: false }, then: by_name });
    Column::sorted().flat_map(one).chain(two)
}

fn name(sort: Sort) -> String {
    let key = |key: Key| format!("{}{}", if key.descending { "-" } else { "" }, key.column.name());
    let then = sort.then.map(|then| format!(",{}", key(then))).unwrap_or_default();
    format!("{}{then}", key(sort.first))
}
