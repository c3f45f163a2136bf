//! The people with a part: operators who can sign in, and customers who are there to be looked at.

use crate::base::ids::OrganisationId;
use crate::base::time::Timestamp;
use crate::demo::chance::Chance;
use crate::demo::person::{self, Entry, Person, Remark};
use crate::demo::structure::{BUSINESS, CARDS, RETAIL};
use crate::demo::{Institution, past, words};
use crate::domain::level::Level;
use crate::domain::scope::Scope;
use crate::domain::status::Status;
use crate::domain::user::{Business, Category, Kind, Names, Product};

const DAY_S: i64 = 86_400;

/// Everybody of the cast was here before the crowd came.
const SINCE_DAYS: i64 = 1700;

/// How many people have a part: as many there are at least.
#[expect(clippy::cast_possible_truncation, reason = "two short tables")]
pub(super) const COUNT: u32 = (OPERATORS.len() + CUSTOMERS.len()) as u32;

/// An operator.
struct Operator {
    login: &'static str,
    name: (&'static str, &'static str),
    organisation: OrganisationId,
    level: Option<Level>,
    /// Empty is all, with a level.
    scope: &'static [OrganisationId],
    role: Option<&'static str>,
    group: Option<&'static str>,
    entry: Option<Entry>,
}

const fn by_password(what: &'static str) -> Entry {
    Entry { what, second_factor: false }
}

#[rustfmt::skip]
const OPERATORS: &[Operator] = &[
    Operator { login: "m.okafor", name: ("Mbali", "Okafor"), organisation: RETAIL, level: Some(Level::Master), scope: &[],
        role: None, group: None, entry: Some(by_password("master administrator, everywhere")) },
    Operator { login: "t.novak", name: ("Tereza", "Nova\u{301}k"), organisation: RETAIL, level: Some(Level::Global), scope: &[],
        role: None, group: None, entry: Some(Entry { what: "global administrator, all organisations", second_factor: true }) },
    Operator { login: "j.ito", name: ("純", "伊藤"), organisation: CARDS, level: Some(Level::Organisation), scope: &[CARDS, BUSINESS],
        role: None, group: None, entry: Some(by_password("organisation administrator of cards and business")) },
    Operator { login: "a.kim", name: ("Ara", "Kim"), organisation: RETAIL, level: Some(Level::User), scope: &[RETAIL],
        role: None, group: None, entry: Some(by_password("user administrator of retail")) },
    Operator { login: "s.reyes", name: ("Sol", "Reyes"), organisation: RETAIL, level: None, scope: &[],
        role: Some("Support L1"), group: None, entry: Some(by_password("staff of retail with the role Support L1")) },
    Operator { login: "d.haddad", name: ("دينا", "حداد"), organisation: RETAIL, level: None, scope: &[],
        role: None, group: Some("Tier 1"), entry: Some(by_password("staff of retail in the group Tier 1")) },
    Operator { login: "p.lindqvist", name: ("Pär", "Lindqvist"), organisation: RETAIL, level: None, scope: &[],
        role: None, group: Some("Auditors"), entry: Some(by_password("staff in the group Auditors: reads the audit by words, `audit list`")) },
    // Invited, not here yet: the primary user is not the only one for long.
    Operator { login: "f.delacourt", name: ("Fleur", "Delacourt-Amsel"), organisation: RETAIL, level: Some(Level::Master), scope: &[],
        role: None, group: None, entry: None },
];

/// What a customer is there for.
enum Part {
    /// The attack, from end to end.
    Attacked,
    /// Still enrolling: no username.
    Enrolling,
    /// Acts for a business.
    Business,
    /// A status to act on.
    In(Status),
    /// A name that tries the screen: nothing else is special.
    Named,
}

#[rustfmt::skip]
const CUSTOMERS: &[(&str, &str, &str, Part)] = &[
    ("c.larsen", "Clara", "Larsen", Part::Attacked),
    ("", "Ngozi", "Adeyemi", Part::Enrolling),
    ("h.brandt", "Heike", "Brandt", Part::Business),
    ("b.quill", "Barnaby", "Quill", Part::In(Status::LockedByAdmin)),
    ("g.marsh", "Gwen", "Marsh", Part::In(Status::AutoLocked)),
    // Clears the screen, sets the window's title, rings.
    ("e.scape", "Ann\u{1b}[2J\u{1b}]0;owned\u{7}", "Scape\r\n", Part::Named),
    // Reads from right to left from here on, were it obeyed (CVE-2021-42574).
    ("b.idi", "Eve\u{202e}nimda", "Override\u{2066}", Part::Named),
    // Not the Ann above, nor the one beside her.
    ("z.width", "Ann\u{200b}", "Sca\u{2060}pe", Part::Named),
    ("l.long", "Constantina-Maximiliana-Wilhelmina-Theodorakopoulina-Bartholomea", "von und zu Hinterobertiefenwaldkirchen-Niederunterhochmoosbachtal genannt Breitenquerlangfeldhausen vom Berg", Part::Named),
    ("s.tacked", "S\u{301}\u{302}\u{303}\u{308}\u{30a}\u{323}\u{331}a\u{300}\u{30b}\u{30c}m", "Z\u{334}\u{335}\u{336}\u{337}\u{338}o", Part::Named),
    ("f.ormula", "=1+1", "@SUM(A1:A9)", Part::Named),
    ("o.dreary", "Niamh", "O'Dreary'); --", Part::Named),
    ("n.ameless", "", "", Part::Named),
    ("f.amily", "👩‍👩‍👧‍👦", "🇺🇳 Family", Part::Named),
];

/// The number of the operator with `login` among all people.
pub(super) fn index_of(login: &str) -> Option<u32> {
    (0..).zip(OPERATORS).find(|(_, operator)| operator.login == login).map(|(index, _)| index)
}

/// The person at `index`, or `None` where the crowd begins.
pub(super) fn person(institution: &Institution, index: u32) -> Option<Person> {
    let place = usize::try_from(index).ok()?;
    let mut chance = Chance::of(institution.seed(), u64::from(index));
    let mut person = match OPERATORS.get(place) {
        Some(operator) => operator_person(institution, index, operator),
        None => customer_person(institution, index, CUSTOMERS.get(place - OPERATORS.len())?, &mut chance),
    };
    past::close(&mut person);
    Some(person)
}

fn operator_person(institution: &Institution, index: u32, operator: &Operator) -> Person {
    let kind = if operator.level.is_some() { Kind::Admin } else { Kind::Staff };
    let mut person = blank(institution, index, kind, operator.name, operator.organisation);
    let user = &mut person.user;
    user.login = Some(operator.login.to_owned());
    user.level = operator.level;
    if operator.level.is_some() {
        let list = operator.scope.iter().copied();
        user.scope = if operator.scope.is_empty() { Scope::All } else { Scope::Only(list.collect()) };
    }
    let role = institution.roles().iter().find(|plan| Some(plan.role.name.as_str()) == operator.role);
    user.roles = role.map(|plan| plan.role.clone()).into_iter().collect();
    let group = institution.groups().iter().find(|plan| Some(plan.group.name.as_str()) == operator.group);
    user.group = group.map(|plan| plan.group.clone());
    person.entry.clone_from(&operator.entry);
    let now = institution.now();
    let invited = operator.entry.is_none();
    let added = now.plus_seconds(if invited { -3 * DAY_S } else { -SINCE_DAYS * DAY_S });
    person.user.added = added;
    person.user.facts.onboarding_unfinished = invited;
    person.add_email("main", format!("{}@bank.example", operator.login), (!invited).then_some(added));
    person.add_phone("main", format!("+447700900{index:03}"));
    past::happened(&mut person, past::Deed { code: "users.create", at: added, ip: "", detail: "" });
    person
}

fn customer_person(
    institution: &Institution,
    index: u32,
    (login, first, last, part): &(&str, &str, &str, Part),
    chance: &mut Chance,
) -> Person {
    let organisation = if matches!(part, Part::Business) { BUSINESS } else { RETAIL };
    let mut person = blank(institution, index, Kind::Customer, (first, last), organisation);
    let now = institution.now();
    person.user.category = Some(Category::Personal);
    person.user.added = now.plus_seconds(-400 * DAY_S);
    if matches!(part, Part::Enrolling) {
        person.user.added = now.plus_seconds(-40 * 60);
        person.user.product = Product::AccountOpening;
        person.user.facts.onboarding_unfinished = true;
        person.add_email("main", "n.adeyemi@post.example".to_owned(), None);
        past::ordinary(&mut person, now, chance);
        return person;
    }
    person.user.login = Some((*login).to_owned());
    person.user.enrolled = Some(person.user.added.plus_seconds(DAY_S));
    person.user.last_login = Some(now.plus_seconds(-(2 + chance.seconds(40)) * DAY_S));
    person.user.address = Some(words::address(chance));
    person.user.core_id = format!("C{:08}", 40_000_000 + u64::from(index));
    person.user.account_number = format!("00{:08}", 10_000_000 + u64::from(index));
    let confirmed = person.user.enrolled;
    person.add_email("main", words::email(chance, login), confirmed);
    person.add_phone("main", words::phone(chance));
    past::ordinary(&mut person, now, chance);
    match part {
        Part::Attacked => attacked(&mut person, now),
        Part::Business => {
            let (name, phone) = ("Brandt & Töchter Example GmbH".to_owned(), words::phone(chance));
            person.user.category =
                Some(Category::Business(Business { name, phone, role: "owner".to_owned() }));
        }
        Part::In(status) => past::set_status(&mut person, *status, now, chance),
        Part::Named | Part::Enrolling => {}
    }
    person
}

fn attacked(person: &mut Person, now: Timestamp) {
    past::attack(person, now);
    let owner = std::mem::replace(&mut person.user.phones[0].number, "+12025550199".to_owned());
    person.user.tags = vec!["account takeover".to_owned(), "new device".to_owned()];
    person.user.attributes = vec![("case".to_owned(), "FR-2207".to_owned())];
    let notes = [
        (241, "Caller says the app locked her out. Knew address and birth date. Unlocked.".to_owned()),
        (
            58,
            format!(
                "Called {owner}, the number from before: she never asked for a reset. Locked, case FR-2207."
            ),
        ),
        // What a customer writes into a form ends up in notes as well.
        (57, "Name given by the caller: \u{202e}nesraL aralC\u{1b}[31m".to_owned()),
    ];
    for (minutes, text) in notes {
        note(person, now.plus_seconds(-60 * minutes), text);
    }
}

fn note(person: &mut Person, at: Timestamp, text: String) {
    let author_login = past::operator_of(&person.user).to_owned();
    if let Some(author) = Institution::operator(&author_login) {
        person.notes.push(Remark { at, author, author_login, text });
        past::happened(person, past::Deed { code: "note.create", at, ip: "", detail: "" });
    }
}

fn blank(
    institution: &Institution,
    index: u32,
    kind: Kind,
    (first, last): (&str, &str),
    organisation: OrganisationId,
) -> Person {
    let names = Names { first: first.to_owned(), last: last.to_owned(), ..Names::default() };
    person::plain(Institution::id(index), kind, names, institution.organisation(organisation))
}
