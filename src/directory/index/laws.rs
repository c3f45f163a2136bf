//! Laws: the index says exactly what the predicate says of the same rows, before and after changes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::authz::standing::{Groups, Sight};
use crate::base::ids::{GroupId, OrganisationId, UserId};
use crate::base::text::{folded, search_folded};
use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::filter::{Filter, phone_form};
use crate::directory::index::{Builder, Effort, Index, Part, Place, Recent, Sought};
use crate::directory::row::{CustomerKind, Details, Entry, Row};
use crate::directory::sort::{From, Key, Sort};
use crate::domain::level::Level;
use crate::domain::scope::Scope;
use crate::domain::status::{AdminLock, StatusFacts, Window};
use crate::domain::user::{Kind, Names, Product, name_key};

const WORDS: &[&str] =
    &["", "a", "Ana", "anna", "Née", "NEE", "e\u{301}a", "金an", "Ünal", "u3", "na n", "Katherine"];
const EMAILS: &[&str] = &["", "ana@x.example", "Née@x.example", "b@anna.example"];
const PHONES: &[&str] = &["", "+44 7700 904417", "123-456", "call me", "4417"];
const CORES: &[&str] = &["", "123456", "Née", "4417"];
const TERMS: &[&str] = &[
    "a",
    "an",
    "nee",
    "é",
    "e\u{301}a",
    "NÉE",
    "e",
    "n",
    "anna",
    "金",
    "\"na n\"",
    "u3",
    "u03",
    "U4",
    "17",
    "ana@x.example",
    "@x",
    "7700",
    "+447700904417",
    "123456",
    "123-456",
    "4417",
    "call",
    "bank",
    "tell",
    "MEMBER:a-17",
    "~catherine",
    "~anno",
    "~née",
    "kind:admin,staff",
    "level:ma,none",
    "category:business",
    "product:account-opening",
    "status:active",
    "status:locked,inactive",
    "status:new-pwd,recovery,initial",
    "org:o1",
    "org=o1",
    "org:\"Bank é\"",
    "group:tell",
    "group=tellers",
    "role:cler",
    "role=é",
    "tag:vip,né",
    "login:an",
    "login=anna",
    "name:née",
    "id:3,u5,17",
    "email:x",
    "email=ana@x.example",
    "phone:4417",
    "phone=+447700904417",
    "core:1234",
    "core=4417",
    "account-id:17",
    "account-id=a-17",
    "account-id:member:a-17",
    "account-type:member",
    "attr.branch:nor",
    "attr.branch=north",
    "archived:yes",
    "confirmed:no",
    "mfa:yes",
    "has:note,tag",
    "no:2fa,email",
    "has:login,phone,core,account-id,group,role",
    "created:1970",
    "created>=1970-01-01",
    "modified<1970-01-01",
    "last<1s",
    "last:never",
    "last>1s",
    "enrolled:never",
    "enrolled:today",
    "since:1h",
    "inactive.until<1s",
    "inactive.until:never",
    "inactive.until>2026-05-14",
    "created:1969..1971",
];

/// Filters of every shape that the language has.
fn filter() -> impl Strategy<Value = String> {
    let term = prop_oneof![select(TERMS).prop_map(str::to_owned), "[anetx4é金]{1,4}"];
    let nested = term.prop_recursive(3, 12, 3, |inside| {
        prop_oneof![
            vec(inside.clone(), 1..3).prop_map(|all| all.join(" ")),
            vec(inside.clone(), 2..4).prop_map(|any| format!("({})", any.join(" | "))),
            inside.clone().prop_map(|one| format!("-({one})")),
            inside.prop_map(|one| format!("!({one})")),
        ]
    });
    vec(nested, 0..3).prop_map(|all| all.join(" "))
}

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
    fn details()(
        category in option::of(select(&CustomerKind::ALL[..])),
        (email, phone, core) in (select(EMAILS), select(PHONES), select(CORES)),
        accounts in vec(select(&[("member", "A-17"), ("card", "417"), ("MEMBER", "é:1")][..]), 0..3),
        tags in vec(select(&["vip", "Né"][..]), 0..2),
        attributes in vec(select(&[("Branch", "North"), ("desk", "north"), ("branch", "é")][..]), 0..3),
        (has_second_factor, has_note) in any::<(bool, bool)>(),
    ) -> Details {
        let some = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        let pairs = |pairs: Vec<(&str, &str)>| {
            pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        };
        Details {
            category,
            emails: some(email),
            phones: some(phone),
            core_ids: some(core),
            account_ids: pairs(accounts),
            tags: tags.into_iter().map(str::to_owned).collect(),
            attributes: pairs(attributes),
            has_second_factor,
            has_note,
        }
    }
}

prop_compose! {
    fn entry()(
        texts in vec(select(WORDS), 4),
        (email, phone, core) in (select(EMAILS), select(PHONES), select(CORES)),
        (kind, level) in (select(&Kind::ALL[..]), option::of(select(&Level::ALL[..]))),
        (organisation, group, roles) in (1..4_i64, option::of(1..3_i64), vec(select(&["Clerk", "é"][..]), 0..2)),
        times in (option::of(0..3_i64), option::of(0..3_i64), 0..3_i64, 0..3_i64),
        (facts, email_confirmed, details) in (facts(), any::<bool>(), details()),
        product in select(&[Product::AccountOpening, Product::DigitalBanking][..]),
    ) -> Entry {
        let text = |at: usize| texts[at].to_owned();
        Entry {
            group: group.map(GroupId),
            details,
            row: Row {
                id: UserId(0),
                login: (!texts[0].is_empty()).then(|| text(0)),
                kind,
                level,
                names: Names { first: text(1), middle: text(2), last: text(3), title: "Dr".into() },
                email: email.into(),
                email_confirmed,
                phone: phone.into(),
                organisation: (OrganisationId(organisation), format!("o{organisation}"), if organisation == 2 { "Ásia" } else { "Bank É" }.into()),
                group: group.map_or("", |group| if group == 1 { "Tellers" } else { "Desk" }).into(),
                roles: roles.into_iter().map(str::to_owned).collect(),
                last_login: times.0.map(Timestamp),
                enrolled: times.1.map(Timestamp),
                added: Timestamp(times.2),
                modified: Timestamp(times.3),
                facts,
                core_id: core.into(),
                product,
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
    let key = || (select(Column::sorted().collect::<Vec<_>>()), any::<bool>());
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
        id().prop_map(From::At),
        (0..150_u64).prop_map(From::Row)
    ]
}

fn index(people: &BTreeMap<i64, Entry>, effort: Effort) -> Index {
    let mut builder = Builder::default();
    for entry in people.values() {
        builder.push(entry);
    }
    let index =
        Index { parts: vec![Part::of(builder.0.finished(effort))], recent: Recent::default(), effort };
    index.deepen();
    index
}

/// The key of `row` in one column, as text that compares as the store compares.
fn key(column: Column, row: &Row, now: Timestamp) -> (i64, Vec<u8>) {
    let number = |number: i64| (number, Vec::new());
    let time = |time: Option<Timestamp>| number(time.map_or(-1, |time| time.0));
    let text = |text: &str| (0, search_folded(text).into_bytes());
    match column {
        Column::Login => (0, folded(row.login.as_deref().unwrap_or_default()).into()),
        Column::Name | Column::LastName => (0, name_key(&row.names.last, &row.names.first).into()),
        Column::FirstName if row.names.first.is_empty() => text(""),
        Column::FirstName => text(&row.names.full()),
        Column::Email => text(&row.email),
        Column::Phone => (0, phone_form(&row.phone).into_bytes()),
        Column::CoreId => text(&row.core_id),
        Column::Status => number(row.facts.status_at(now) as i64),
        Column::Role => text(&row.role_words()),
        Column::Level => number(row.level.map_or(0, |level| 4 - level as i64)),
        Column::Group => text(&row.group),
        Column::Organisation => text(&row.organisation.2),
        Column::Product => number(row.product as i64),
        Column::Archived => number(row.facts.archived().into()),
        Column::EmailConfirmed => number(row.email_confirmed.into()),
        Column::Id => number(row.id.0),
        Column::Kind => (0, row.kind.word().into()),
        Column::LastLogin => time(row.last_login),
        Column::Enrolled => time(row.enrolled),
        Column::Added => time(Some(row.added)),
        Column::Modified => time(Some(row.modified)),
        Column::Title | Column::MiddleName => number(0),
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
            let order = key(by.column, &left.row, sought.now).cmp(&key(by.column, &right.row, sought.now));
            if by.descending { order.reverse() } else { order }
        });
        compared.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    if let From::Row(row) = from {
        let meant: Vec<UserId> =
            sorted.iter().filter(|entry| is_meant(entry, sought)).map(|entry| entry.row.id).collect();
        let first = usize::try_from(*row).unwrap();
        let last = meant.len().saturating_sub(rows);
        let (first, last_page) = if first < meant.len() { (first, false) } else { (last, true) };
        let shown = meant[first..(first + rows).min(meant.len())].to_vec();
        let more_after = !last_page && first + rows < meant.len();
        return Place { more_before: first > 0, more_after, ids: shown };
    }
    let place = |id: &UserId| sorted.iter().position(|entry| entry.row.id == *id);
    let (border, backwards) = match from {
        From::Start | From::Row(_) => (Some(0), false),
        From::End => (None, true),
        From::After(id) => (place(id).map(|place| place + 1).or(Some(0)), false),
        From::At(id) => (place(id).or(Some(0)), false),
        From::Before(id) => (place(id), true),
    };
    let border = border.unwrap_or(sorted.len());
    let anchored = match from {
        From::Start | From::End | From::Row(_) => false,
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
    sought.sight.holds(entry.row.id, entry.row.organisation.0, entry.group)
        && sought.filter.matches(entry, sought.sight, sought.now)
}

proptest! {
    // Each case makes a dozen segments with all that belongs to large ones.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_index_says_what_the_predicate_says(
        before in people(120),
        changes in vec((people(20), vec(1..200_i64, 0..10)), 0..4),
        (text, shorter) in (filter(), filter()),
        (sight, sort, from, rows) in (sight(), sort(), from(), 0..30_usize),
        // The clock may go either way between two questions.
        moments in vec((0..110_i64).prop_map(Timestamp), 2),
    ) {
        let filter = Filter::parse(&text).unwrap();
        let shorter = Filter::parse(&shorter).unwrap();
        let sought = Sought { filter: &filter, sight: &sight, now: moments[0] };
        for effort in [Effort::default(), Effort { few: 0, few_ranks: 0, read_through: 0 }] {
            let (mut now, mut index) = (before.clone(), index(&before, effort));
            for (changed, gone) in &changes {
                // What was asked before a change must not shine through after it.
                index.find(Sought { filter: &shorter, ..sought });
                let touched: BTreeSet<i64> = changed.keys().chain(gone).copied().collect();
                let entries: Vec<Entry> =
                    changed.values().filter(|entry| !gone.contains(&entry.row.id.0)).cloned().collect();
                now.retain(|id, _| !touched.contains(id));
                now.extend(entries.iter().map(|entry| (entry.row.id.0, entry.clone())));
                index = index.updated(&touched.into_iter().map(UserId).collect::<Vec<_>>(), &entries);
            }
            for (index, now_at) in [(&index.compacted(), moments[0]), (&index, moments[0]), (&index, moments[1])] {
                let sought = Sought { now: now_at, ..sought };
                prop_assert_eq!(index.users(), now.len());
                let found = index.find(sought);
                let matching = now.values().filter(|entry| is_meant(entry, sought)).count() as u64;
                let visible = now.values().filter(|entry| sight.holds(entry.row.id, entry.row.organisation.0, entry.group));
                prop_assert_eq!((found.matching(), found.visible()), (matching, visible.count() as u64), "{}", text);
                let place = index.page(&found, sort, &from, rows, now_at);
                prop_assert_eq!(place, plain_page(&now, sought, sort, &from, rows), "{}", text);
            }
        }
    }
}
