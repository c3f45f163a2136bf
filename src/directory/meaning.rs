//! What a filter means: the one predicate.
//!
//! The index answers quicker, but it answers this; `index/laws.rs` compares the two.

use crate::authz::standing::Sight;
use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::directory::filter::{Expr, Extent, Fact, Field, Filter, What, phone_form, searched};
use crate::directory::likeness::Likeness;
use crate::directory::moments::{Span, TimeField};
use crate::directory::row::Entry;

impl Filter {
    /// Whether `entry` is meant, for whoever has `sight`, at `now`.
    ///
    /// What exists is not asked here: the caller applied `sight` before.
    pub fn matches(&self, entry: &Entry, sight: &Sight, now: Timestamp) -> bool {
        means(&self.root, entry, sight, now)
    }
}

fn means(expr: &Expr, entry: &Entry, sight: &Sight, now: Timestamp) -> bool {
    let one = |expr: &Expr| means(expr, entry, sight, now);
    match expr {
        Expr::All(all) => all.iter().all(one),
        Expr::Any(any) => any.iter().any(one),
        Expr::Not(expr) => !one(expr),
        Expr::Term(what) => term_means(what, entry, sight, now),
    }
}

fn term_means(what: &What, entry: &Entry, sight: &Sight, now: Timestamp) -> bool {
    let (row, details) = (&entry.row, &entry.details);
    match what {
        What::Word(needle) => word_means(needle, entry, sight),
        What::Like(word) => {
            let likeness = Likeness::of(word);
            texts(Field::Login, entry).chain(texts(Field::Name, entry)).any(|text| likeness.is_in(&text))
        }
        What::Status(list) => list.contains(&row.facts.status_at(now)),
        What::Kind(list) => list.contains(&row.kind),
        What::Level(list) => list.contains(&row.level),
        What::Category(list) => details.category.is_some_and(|category| list.contains(&category)),
        What::Product(list) => list.contains(&row.product),
        What::Id(list) => list.iter().any(|word| is_id(row.id, word)),
        What::Text(field, extent, values) => {
            values.iter().any(|value| text_means(*field, *extent, value, entry, sight))
        }
        What::Attribute(name, extent, values) => details.attributes.iter().any(|(known, value)| {
            searched(known) == searched(name)
                && values.iter().any(|wanted| holds(&searched(value), wanted, *extent))
        }),
        // Nobody but whom the store found, who stand in its place then.
        What::Complete(..) => false,
        What::Among(users) => users.contains(&row.id),
        What::Fact(fact) => fact_means(*fact, entry),
        What::Time(field, span) => time_of(*field, entry).is_some_and(|time| is_in(*span, time, now)),
        What::Never(field) => time_of(*field, entry).is_none(),
    }
}

/// Texts that a word is looked for in; it may be an id as well.
const WORD_FIELDS: [Field; 8] = [
    Field::Login,
    Field::Name,
    Field::Email,
    Field::Phone,
    Field::Core,
    Field::AccountId,
    Field::Group,
    Field::Organisation,
];

fn word_means(needle: &str, entry: &Entry, sight: &Sight) -> bool {
    is_id(entry.row.id, needle)
        || WORD_FIELDS.iter().any(|field| text_means(*field, Extent::Part, needle, entry, sight))
}

fn text_means(field: Field, extent: Extent, value: &str, entry: &Entry, sight: &Sight) -> bool {
    let wanted = if field == Field::Phone { phone_form(value) } else { value.to_owned() };
    if wanted.is_empty() {
        return false;
    }
    // A part of what is masked would spell it out, letter by letter.
    let is_masked = matches!(field, Field::Email | Field::Phone) && !sight.reveal;
    let extent = if is_masked { Extent::Whole } else { extent };
    texts(field, entry).any(|text| holds(&text, &wanted, extent))
        || (field == Field::AccountId && is_typed_id(value, entry))
}

/// `TYPE:ID`, whole.
fn is_typed_id(value: &str, entry: &Entry) -> bool {
    value.contains(':')
        && entry
            .details
            .account_ids
            .iter()
            .any(|(kind, id)| format!("{}:{}", searched(kind), searched(id)) == value)
}

fn holds(text: &str, wanted: &str, extent: Extent) -> bool {
    match extent {
        Extent::Part => text.contains(wanted),
        Extent::Whole => text == wanted,
    }
}

/// The values of a field, in the form that is searched; none is empty.
fn texts(field: Field, entry: &Entry) -> impl Iterator<Item = String> {
    let (row, details) = (&entry.row, &entry.details);
    let one = |text: &str| vec![searched(text)];
    let with = |text: &str, others: &[String]| {
        std::iter::once(text).chain(others.iter().map(String::as_str)).map(searched).collect()
    };
    let values: Vec<String> = match field {
        Field::Login => one(row.login.as_deref().unwrap_or_default()),
        Field::Name => one(&row.names.full()),
        Field::Email => with(&row.email, &details.emails),
        Field::Phone => {
            std::iter::once(&row.phone).chain(&details.phones).map(|phone| phone_form(phone)).collect()
        }
        Field::Core => with(&row.core_id, &details.core_ids),
        Field::AccountId => details.account_ids.iter().map(|(_, id)| searched(id)).collect(),
        Field::AccountType => details.account_ids.iter().map(|(kind, _)| searched(kind)).collect(),
        Field::Organisation => vec![searched(&row.organisation.1), searched(&row.organisation.2)],
        Field::Group => one(&row.group),
        Field::Role => row.roles.iter().map(|role| searched(role)).collect(),
        Field::Tag => details.tags.iter().map(|tag| searched(tag)).collect(),
    };
    values.into_iter().filter(|value| !value.is_empty())
}

fn fact_means(fact: Fact, entry: &Entry) -> bool {
    let has = |field| texts(field, entry).next().is_some();
    match fact {
        Fact::Archived => entry.row.facts.archived(),
        Fact::Confirmed => entry.row.email_confirmed,
        Fact::SecondFactor => entry.details.has_second_factor,
        Fact::Note => entry.details.has_note,
        Fact::Login => has(Field::Login),
        Fact::Email => has(Field::Email),
        Fact::Phone => has(Field::Phone),
        Fact::Core => has(Field::Core),
        Fact::AccountId => has(Field::AccountId),
        Fact::Group => has(Field::Group),
        Fact::Role => has(Field::Role),
        Fact::Tag => has(Field::Tag),
    }
}

fn time_of(field: TimeField, entry: &Entry) -> Option<Timestamp> {
    let row = &entry.row;
    match field {
        TimeField::Created => Some(row.added),
        TimeField::Modified => Some(row.modified),
        TimeField::Enrolled => row.enrolled,
        TimeField::LastLogin => row.last_login,
        TimeField::InactiveUntil => row.facts.window.and_then(|window| window.to),
    }
}

pub(super) fn is_in(span: Span, time: Timestamp, now: Timestamp) -> bool {
    span.range(now).contains(&time.0)
}

/// Whether `word` is `id`, as it is shown or as a number alone.
pub(super) fn is_id(id: UserId, word: &str) -> bool {
    id_of(word) == Some(id)
}

/// The id that `word` is, as it is shown (`U10305`) in either case, or as a number alone.
pub(super) fn id_of(word: &str) -> Option<UserId> {
    let digits = word.strip_prefix('u').unwrap_or(word);
    let is_plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| digits.parse().ok()).flatten().map(UserId)
}
