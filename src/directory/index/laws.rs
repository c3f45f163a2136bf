//! Laws: the index says exactly what the predicate says of the same rows, before and after changes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::authz::standing::{Groups, Sight};
use crate::base::ids::{GroupId, OrganisationId, UserId};
use crate::base::text::folded;
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::index::{Builder, Effort, Entry, Index, Place, Sought};
use crate::directory::row::Row;
use crate::directory::sort::{Column, From, Key, Sort};
use crate::domain::level::Level;
use crate::domain::scope::Scope;
use crate::domain::status::{AdminLock, StatusFacts, Window};
use crate::domain::user::{Kind, Names, name_key};

const NOW: Timestamp = Timestamp(50);
const WORDS: &[&str] = &["", "a", "Ana", "anna", "Née", "NEE", "e\u{301}a", "金an", "Ünal", "u3", "na n"];
const EMAILS: &[&str] = &["", "ana@x.example", "Née@x.example", "b@anna.example"];
const PHONES: &[&str] = &["", "+44 7700 904417", "123-456", "call me", "4417"];
const TERMS: &[&str] = &[
    "a",
    "an",
    "nee",
    "é",
    "-anna",
    "金",
    "\"na n\"",
    "u3",
    "u03",
    "U4",
    "ana@x.example",
    "@x",
    "7700",
    "+447700904417",
    "123456",
    "123-456",
    "4417",
    "kind:admin,staff",
    "level:ma,none",
    "-status:active",
    "status:locked,inactive",
    "status:new-pwd,recovery,initial",
    "org:o1",
    "org:\"Bank é\"",
    "group:tellers",
    "-group:tellers",
    "role:clerk",
    "login:an",
    "name:née",
    "id:3,u5",
    "email:x",
    "phone:4417",
    "core:123456",
    "archived:yes",
    "confirmed:no",
];

type Facts = (bool, bool, Option<i64>, Option<(i64, Option<i64>)>, Option<i64>, Option<i64>);

prop_compose! {
    fn facts()(
        (not_activated, password_due, lock, window, reset, expiry) in any::<Facts>().prop_map(|facts| facts),
    ) -> StatusFacts {
        let near = |time: i64| Timestamp(time.rem_euclid(100));
        StatusFacts {
            not_activated,
            password_due,
            admin_lock: lock.filter(|lock| lock % 2 == 0).map(|at| AdminLock {
                at: near(at),
                by: "m".into(),
                reason: "r".into(),
            }),
            window: window.map(|(from, to)| Window { from: near(from), to: to.map(near) }),
            reset_until: reset.map(near),
            password_expires_at: expiry.map(near),
            ..StatusFacts::default()
        }
    }
}

prop_compose! {
    fn entry()(
        texts in vec(select(WORDS), 4),
        (email, phone, core) in (select(EMAILS), select(PHONES), select(&["", "123456", "Née"][..])),
        (kind, level) in (select(&Kind::ALL[..]), option::of(select(&Level::ALL[..]))),
        (organisation, group, roles) in (1..4_i64, option::of(1..3_i64), vec(select(&["Clerk", "é"][..]), 0..2)),
        times in (option::of(0..3_i64), option::of(0..3_i64), 0..3_i64, 0..3_i64),
        (facts, email_confirmed) in (facts(), any::<bool>()),
    ) -> Entry {
        let text = |at: usize| texts[at].to_owned();
        Entry {
            group: group.map(GroupId),
            row: Row {
                id: UserId(0),
                login: (!texts[0].is_empty()).then(|| text(0)),
                kind,
                level,
                names: Names { first: text(1), middle: text(2), last: text(3), title: "Dr".into() },
                email: email.into(),
                email_confirmed,
                phone: phone.into(),
                organisation: (OrganisationId(organisation), format!("o{organisation}"), "Bank É".into()),
                group: group.map_or("", |group| if group == 1 { "Tellers" } else { "Desk" }).into(),
                roles: roles.into_iter().map(str::to_owned).collect(),
                last_login: times.0.map(Timestamp),
                enrolled: times.1.map(Timestamp),
                added: Timestamp(times.2),
                modified: Timestamp(times.3),
                facts,
                core_id: core.into(),
                version: 1,
            },
        }
    }
}

fn people(most: usize) -> impl Strategy<Value = BTreeMap<i64, Entry>> {
    btree_map(1..200_i64, entry(), 0..most).prop_map(|people| {
        let numbered =
            |(id, entry): (i64, Entry)| (id, Entry { row: Row { id: UserId(id), ..entry.row }, ..entry });
        people.into_iter().map(numbered).collect()
    })
}

fn sight() -> impl Strategy<Value = Sight> {
    let scope = prop_oneof![
        Just(Scope::All),
        vec(1..4_i64, 0..3).prop_map(|ids| Scope::Only(ids.into_iter().map(OrganisationId).collect()))
    ];
    let groups = prop_oneof![Just(Groups::Any), Just(Groups::NoneOr(BTreeSet::from([GroupId(1)])))];
    (scope, groups, 1..9_i64, any::<bool>()).prop_map(|(scope, groups, own, reveal)| Sight {
        own: UserId(own),
        scope,
        groups,
        reveal,
    })
}

fn sort() -> impl Strategy<Value = Sort> {
    let key = || (select(&Column::ALL[..]), any::<bool>());
    let key = move || key().prop_map(|(column, descending)| Key { column, descending });
    (key(), option::of(key())).prop_map(|(first, then)| Sort { first, then })
}

fn from() -> impl Strategy<Value = From> {
    let id = || (1..200_i64).prop_map(UserId);
    prop_oneof![
        Just(From::Start),
        Just(From::End),
        id().prop_map(From::After),
        id().prop_map(From::Before),
        id().prop_map(From::At)
    ]
}

fn index(people: &BTreeMap<i64, Entry>) -> Index {
    let mut builder = Builder::default();
    for entry in people.values() {
        builder.push(entry);
    }
    builder.finish()
}

/// The key of `row` in one column, as text that compares as the store compares.
fn key(column: Column, row: &Row) -> (i64, Vec<u8>) {
    let time = |time: Option<Timestamp>| (time.map_or(-1, |time| time.0), Vec::new());
    match column {
        Column::Login => (0, folded(row.login.as_deref().unwrap_or_default()).into()),
        Column::Name => (0, name_key(&row.names.last, &row.names.first).into()),
        Column::Id => (row.id.0, Vec::new()),
        Column::Kind => (0, row.kind.word().into()),
        Column::LastLogin => time(row.last_login),
        Column::Enrolled => time(row.enrolled),
        Column::Added => time(Some(row.added)),
        Column::Modified => time(Some(row.modified)),
    }
}

/// The page by sorting everybody and looking: slow, and plain to see.
fn plain_page(
    people: &BTreeMap<i64, Entry>,
    sought: Sought<'_>,
    sort: Sort,
    from: &From,
    rows: usize,
) -> Place {
    let mut sorted: Vec<&Entry> = people.values().collect();
    sorted.sort_by(|left, right| {
        let id = Key { column: Column::Id, descending: sort.first.descending };
        let keys = [Some(sort.first), sort.then, Some(id)];
        let compared = keys.into_iter().flatten().map(|by| {
            let order = key(by.column, &left.row).cmp(&key(by.column, &right.row));
            if by.descending { order.reverse() } else { order }
        });
        compared.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    let place = |id: &UserId| sorted.iter().position(|entry| entry.row.id == *id);
    let (border, backwards) = match from {
        From::Start => (Some(0), false),
        From::End => (None, true),
        From::After(id) => (place(id).map(|place| place + 1).or(Some(0)), false),
        From::At(id) => (place(id).or(Some(0)), false),
        From::Before(id) => (place(id), true),
    };
    let border = border.unwrap_or(sorted.len());
    let anchored = match from {
        From::Start | From::End => false,
        From::After(id) | From::Before(id) | From::At(id) => place(id).is_some(),
    };
    let ids = |part: &[&Entry]| -> Vec<UserId> {
        let meant = part.iter().filter(|entry| is_meant(entry, sought));
        meant.map(|entry| entry.row.id).collect()
    };
    let (before, after) = (ids(&sorted[..border]), ids(&sorted[border..]));
    let beyond = anchored && !matches!(from, From::At(_));
    if backwards {
        let first = before.len().saturating_sub(rows);
        return Place { ids: before[first..].to_vec(), more_before: first > 0, more_after: beyond };
    }
    let shown = rows.min(after.len());
    Place {
        ids: after[..shown].to_vec(),
        more_before: beyond || (anchored && shown > 0 && !before.is_empty()),
        more_after: after.len() > rows,
    }
}

fn is_meant(entry: &Entry, sought: Sought<'_>) -> bool {
    let row = &entry.row;
    sought.sight.holds(row.id, row.organisation.0, entry.group)
        && sought.filter.matches(row, sought.sight, sought.now)
}

proptest! {
    #[test]
    fn the_index_says_what_the_predicate_says(
        before in people(120),
        changed in people(20),
        gone in vec(1..200_i64, 0..10),
        terms in vec(select(TERMS), 0..4),
        sight in sight(),
        (sort, from, rows) in (sort(), from(), 0..30_usize),
    ) {
        let mut now = before.clone();
        let touched: BTreeSet<UserId> = changed.keys().chain(&gone).copied().map(UserId).collect();
        for id in &touched {
            now.remove(&id.0);
        }
        let entries: Vec<Entry> = changed.values().filter(|entry| !gone.contains(&entry.row.id.0)).cloned().collect();
        now.extend(entries.iter().map(|entry| (entry.row.id.0, entry.clone())));
        let filter = Filter::parse(&terms.join(" ")).unwrap();
        let sought = Sought { filter: &filter, sight: &sight, now: NOW };
        let touched: Vec<UserId> = touched.into_iter().collect();
        let (half, updated) = (entries.len() / 2, index(&before).updated(&touched, &entries[entries.len() / 2..]));
        let updated = updated.updated(&touched[..0], &entries[..half]);
        let slow = Index { effort: Effort { few: 0, alone: 0 }, ..updated.compacted() };
        for index in [slow, updated.compacted(), updated] {
            prop_assert_eq!(index.users(), now.len());
            let found = index.find(sought);
            let matching = now.values().filter(|entry| is_meant(entry, sought)).count();
            let visible = now.values().filter(|entry| sight.holds(entry.row.id, entry.row.organisation.0, entry.group));
            prop_assert_eq!((found.matching(), found.visible()), (matching as u64, visible.count() as u64));
            let place = index.page(&found, sort, &from, rows);
            prop_assert_eq!(place, plain_page(&now, sought, sort, &from, rows));
        }
    }
}
