//! Everybody who is nobody in particular: a number becomes a person.

use crate::base::time::Timestamp;
use crate::demo::chance::Chance;
use crate::demo::person::{self, AccountId, Person, Remark};
use crate::demo::{Institution, past, words};
use crate::domain::level::Level;
use crate::domain::scope::Scope;
use crate::domain::status::Status;
use crate::domain::user::{Business, Category, Kind, Product};

const DAY_S: i64 = 86_400;

/// What each place of the round is: a prime number of places, so that kinds, which go round in sixteens,
/// meet every status. Twenty-two of them are active.
const STATUSES: [Status; 37] = {
    let mut round = [Status::Active; 37];
    let special = [
        Status::Inactive,
        Status::LockedByAdmin,
        Status::AutoLocked,
        Status::Provisioned,
        Status::Initial,
        Status::AwaitingNewPassword,
        Status::Recovery,
    ];
    let mut place = 0;
    while place < 15 {
        round[2 * place] = special[place % special.len()];
        place += 1;
    }
    round
};

/// The person at `index`, by chance alone.
pub(super) fn person(institution: &Institution, index: u32) -> Person {
    let mut chance = Chance::of(institution.seed(), u64::from(index));
    let chance = &mut chance;
    let (kind, level) = kind(index);
    let place = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2][usize::try_from(chance.below(10)).unwrap_or(0)];
    let organisation = institution.organisations()[place].organisation.clone();
    let (names, local) = words::name(chance);
    let mut person = person::plain(Institution::id(index), kind, names, organisation);
    let status = STATUSES[usize::try_from(index % 37).unwrap_or(0)];
    let login = format!("{local}{index}");
    // A customer who is still enrolling has no username yet.
    let enrolling = kind == Kind::Customer && status == Status::Provisioned;
    person.user.login = (!enrolling).then(|| login.clone());
    times(&mut person, status, institution.now(), chance);
    contacts(&mut person, &login, chance);
    match kind {
        Kind::Admin => authority(institution, &mut person, level, chance),
        Kind::Staff => work(institution, &mut person, chance),
        Kind::Customer => custom(institution, &mut person, index, chance),
    }
    past::ordinary(&mut person, institution.now(), chance);
    past::set_status(&mut person, status, institution.now(), chance);
    remarks(institution, &mut person, chance);
    past::close(&mut person);
    person
}

/// Of the first thousand people a fifth works here; of millions, one in fifty.
fn kind(index: u32) -> (Kind, Option<Level>) {
    const LEVELS: [Level; 5] = [Level::User, Level::Organisation, Level::User, Level::Global, Level::User];
    let (every, turn) = if index < 1000 { (16, index / 16) } else { (1600, index / 1600) };
    let place = index % every;
    let level = LEVELS[usize::try_from(turn % 5).unwrap_or(0)];
    match place {
        0 => (Kind::Admin, Some(level)),
        5 | 9 => (Kind::Staff, None),
        _ if index >= 1000 && index % 50 == 3 => (Kind::Staff, None),
        _ => (Kind::Customer, None),
    }
}

fn times(person: &mut Person, status: Status, now: Timestamp, chance: &mut Chance) {
    let user = &mut person.user;
    let days = 30 + chance.seconds(1500);
    user.added = now.plus_seconds(-days * DAY_S - chance.seconds(DAY_S));
    if matches!(status, Status::Provisioned | Status::Initial) {
        user.added = now.plus_seconds(-chance.seconds(10 * DAY_S) - 3600);
        return;
    }
    if user.kind == Kind::Customer {
        user.enrolled = Some(user.added.plus_seconds(600 + chance.seconds(5 * DAY_S)));
    }
    if chance.percent(92) {
        // Most were here lately, some not for years: the shorter of two draws.
        let since = now.seconds_since(user.enrolled.unwrap_or(user.added));
        let ago = chance.seconds(since).min(chance.seconds(since)).min(chance.seconds(since));
        user.last_login = Some(now.plus_seconds(-ago));
    }
}

fn contacts(person: &mut Person, login: &str, chance: &mut Chance) {
    let confirmed = person.user.enrolled.or(person.user.last_login);
    let address = words::email(chance, login);
    person.add_email("main", address, confirmed);
    if chance.percent(15) {
        let address = words::email(chance, &format!("office.{login}"));
        person.add_email("work", address, None);
    }
    if chance.percent(90) {
        person.add_phone("main", words::phone(chance));
    }
    if chance.percent(25) {
        person.add_phone("mobile", words::phone(chance));
    }
}

fn authority(institution: &Institution, person: &mut Person, level: Option<Level>, chance: &mut Chance) {
    person.user.level = level;
    person.user.scope = match level {
        Some(Level::Master | Level::Global) => Scope::All,
        Some(Level::Organisation) if chance.percent(50) => {
            Scope::Only(institution.organisations().iter().map(|plan| plan.organisation.id).collect())
        }
        Some(Level::Organisation | Level::User) | None => Scope::of(person.organisation()),
    };
    accounts(institution, person, chance);
}

/// A group or roles or both, and now and then nothing: who may not sign in yet.
fn work(institution: &Institution, person: &mut Person, chance: &mut Chance) {
    let own = person.organisation();
    let fits = |organisation| organisation == Some(own);
    if chance.percent(60) {
        let groups: Vec<_> = institution
            .groups()
            .iter()
            .filter(|plan| plan.organisation.is_none() || fits(plan.organisation))
            .collect();
        person.user.group = Some(chance.one(&groups).group.clone());
    }
    if chance.percent(50) {
        let roles: Vec<_> = institution
            .roles()
            .iter()
            .filter(|plan| plan.organisation.is_none() || fits(plan.organisation))
            .collect();
        person.user.roles = vec![chance.one(&roles).role.clone()];
    }
    accounts(institution, person, chance);
}

fn accounts(institution: &Institution, person: &mut Person, chance: &mut Chance) {
    if !chance.percent(40) {
        return;
    }
    let own = institution.accounts().iter().filter(|plan| plan.organisation == person.organisation());
    person.user.accounts = own.map(|plan| (plan.id, plan.name.to_owned())).collect();
    person.user.accounts.sort_by(|a, b| a.1.cmp(&b.1));
}

fn custom(institution: &Institution, person: &mut Person, index: u32, chance: &mut Chance) {
    let business = person.user.organisation.key == "business" || chance.percent(8);
    let user = &mut person.user;
    user.category = Some(if business {
        let role = (*chance.one(&["owner", "accountant", "signatory"])).to_owned();
        Category::Business(Business { name: words::business(chance), phone: words::phone(chance), role })
    } else {
        Category::Personal
    });
    if user.enrolled.is_none() {
        user.product = Product::AccountOpening;
        return;
    }
    user.address = Some(words::address(chance));
    user.core_id = format!("C{:08}", 40_000_000 + u64::from(index));
    if chance.percent(10) {
        user.linked_core_ids = vec![format!("J{:08}", 70_000_000 + u64::from(index))];
    }
    user.account_number = format!("00{:08}", 10_000_000 + u64::from(index));
    if chance.percent(20) {
        user.referral_code = format!("REF-{index:06}");
    }
    if chance.percent(25) {
        user.tags = vec![(*chance.one(&["vip", "new device", "vulnerable", "watch", "student"])).to_owned()];
    }
    if chance.percent(30) {
        let branch = (*chance.one(&["Harbour", "Altstadt", "North Gate", "東浜"])).to_owned();
        user.attributes = vec![("branch".to_owned(), branch)];
    }
    if user.organisation.key == "business" {
        user.attributes.push(("passport".to_owned(), format!("X{:08}", 20_000_000 + u64::from(index))));
    }
    user.birth_date =
        format!("{}-{:02}-{:02}", 1940 + chance.below(66), 1 + chance.below(12), 1 + chance.below(28));
    // Area 000 is never given out.
    user.tax_id = format!("000-{:02}-{:04}", 1 + chance.below(99), 1 + chance.below(9999));
    let plan = institution.organisations().iter().find(|plan| plan.organisation.id == person.organisation());
    for (kind, _) in plan.map_or(&[][..], |plan| plan.account_types) {
        if chance.percent(60) {
            let status = chance.one(&["ACTIVE", "ACTIVE", "ACTIVE", "INITIAL", "INACTIVE"]);
            let value = format!("{}-{index:07}", kind.to_uppercase());
            person.account_ids.push(AccountId { kind, value, status });
        }
    }
}

fn remarks(institution: &Institution, person: &mut Person, chance: &mut Chance) {
    if person.user.kind != Kind::Customer || !chance.percent(18) {
        return;
    }
    let text = *chance.one(&[
        "Asked how to change the address; sent the form.",
        "Prefers to be called in the afternoon.\nSpeaks Portuguese and some English.",
        "Voice did not sound like last time. Asked three questions, all right.",
        "金曜日に折り返し電話をする。",
        "Phone lost in March, new SIM since.",
    ]);
    let at =
        institution.now().plus_seconds(-chance.seconds(institution.now().seconds_since(person.user.added)));
    let author = past::operator_of(&person.user);
    let Some(id) = Institution::operator(author) else { return };
    person.notes.push(Remark { at, author: id, author_login: author.to_owned(), text: text.to_owned() });
    past::happened(person, past::Deed { code: "note.create", at, ip: "", detail: "" });
}
