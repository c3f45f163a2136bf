//! What must hold of every made-up institution: `spec/authority.md` where the schema does not check it.

use std::collections::BTreeSet;

use crate::authz::grants::RightSet;
use crate::authz::masters::{Master, always_one};
use crate::base::text::{folded, is_unsafe, visible};
use crate::base::time::Timestamp;
use crate::demo::Institution;
use crate::demo::person::Person;
use crate::domain::contact::email_fault;
use crate::domain::history_codes;
use crate::domain::level::Level;
use crate::domain::scope::Scope;
use crate::domain::status::Status;
use crate::domain::user::{Category, Kind, Product, login_fault};

const NOW: Timestamp = Timestamp(1_780_000_000_000);

fn people(seed: u64, size: u32) -> (Institution, Vec<Person>) {
    let institution = Institution::generate(size, seed, NOW);
    let people = institution.people().collect();
    (institution, people)
}

/// A few seeds, so that no law holds by one chance.
fn each(law: impl Fn(&Institution, &[Person])) {
    for seed in [0, 1, 7, u64::MAX] {
        let (institution, people) = people(seed, 2500);
        law(&institution, &people);
    }
}

#[test]
fn the_same_seed_makes_the_same_institution_and_another_one_another() {
    assert_eq!(people(7, 300).1, people(7, 300).1);
    assert_eq!(people(7, 300).1[..], people(7, 900).1[..300], "a larger one begins with the smaller one");
    assert_ne!(people(7, 300).1, people(8, 300).1);
}

#[test]
fn two_hundred_people_are_of_every_kind_status_level_and_group() {
    for seed in 0..20 {
        let (institution, people) = people(seed, 200);
        assert_eq!(people.len(), 200);
        let among = |test: &dyn Fn(&Person) -> bool| people.iter().any(test);
        for status in Status::ALL {
            let all: Vec<_> = people.iter().filter(|p| p.user.facts.status_at(NOW) == status).collect();
            assert!(all.len() >= 3 && all.iter().any(|p| p.user.kind == Kind::Customer), "{seed} {status}");
        }
        for kind in Kind::ALL {
            assert!(among(&|p| p.user.kind == kind), "{seed} {kind}");
        }
        for level in Level::ALL {
            assert!(among(&|p| p.user.level == Some(level)), "{seed} {level}");
        }
        for organisation in institution.organisations() {
            assert!(among(&|p| p.user.organisation == organisation.organisation), "{seed}");
        }
        assert!(among(&|p| p.user.group.is_some()) && among(&|p| !p.user.roles.is_empty()));
        assert!(among(&|p| matches!(p.user.category, Some(Category::Business(_)))));
        assert!(among(&|p| p.user.product == Product::AccountOpening && p.user.login.is_none()));
        assert!(among(&|p| p.user.facts.window.is_some()) && among(&|p| !p.notes.is_empty()));
        assert!(among(&|p| !p.user.tags.is_empty()) && among(&|p| !p.account_ids.is_empty()));
    }
    let (institution, people) = people(1, 2000);
    for plan in institution.groups() {
        assert!(people.iter().any(|p| p.user.group.as_ref() == Some(&plan.group)), "{}", plan.group.name);
    }
}

#[test]
fn the_rights_of_a_group_lie_within_its_parents_and_are_closed() {
    let (institution, _) = people(0, 0);
    let mut children = 0;
    for plan in institution.groups() {
        assert_eq!(RightSet::closed(plan.rights.iter()), plan.rights, "{}", plan.group.name);
        let Some(parent) = plan.parent else { continue };
        let parent = institution.groups().iter().find(|other| other.group.id == parent).unwrap();
        assert!(parent.group.id < plan.group.id, "a parent stands before its children, so there is no cycle");
        assert!(parent.rights.contains(plan.rights), "{} in {}", plan.group.name, parent.group.name);
        assert_eq!(parent.organisation, plan.organisation, "{}", plan.group.name);
        children += 1;
    }
    assert!(children >= 5);
    for plan in institution.roles() {
        assert_eq!(RightSet::closed(plan.rights.iter()), plan.rights, "{}", plan.role.name);
    }
}

#[test]
fn what_people_hold_is_of_their_organisation() {
    each(|institution, people| {
        for Person { user, account_ids, .. } in people {
            let own = user.organisation.id;
            let fits = |organisation: Option<_>| organisation.is_none_or(|id| id == own);
            if let Some(group) = &user.group {
                let plan = institution.groups().iter().find(|plan| plan.group == *group).unwrap();
                assert!(fits(plan.organisation), "{}", user.called());
            }
            for role in &user.roles {
                let plan = institution.roles().iter().find(|plan| plan.role == *role).unwrap();
                assert!(fits(plan.organisation), "{}", user.called());
            }
            for (account, _) in &user.accounts {
                let plan = institution.accounts().iter().find(|plan| plan.id == *account).unwrap();
                assert_eq!(plan.organisation, own);
            }
            let plan = institution.organisations().iter().find(|plan| plan.organisation.id == own).unwrap();
            assert!(account_ids.iter().all(|id| plan.account_types.iter().any(|(name, _)| *name == id.kind)));
            assert!(user.emails.iter().all(|email| plan.email_types.contains(&email.kind.as_str())));
            assert!(user.phones.iter().all(|phone| plan.phone_types.contains(&phone.kind.as_str())));
        }
    });
}

#[test]
fn levels_kinds_and_scopes_fit_together() {
    each(|_, people| {
        for Person { user, .. } in people {
            assert_eq!(user.level.is_some(), user.kind == Kind::Admin);
            assert_eq!(user.category.is_some(), user.kind == Kind::Customer);
            match user.level {
                Some(Level::Master) => assert!(user.group.is_none() && user.scope == Scope::All),
                Some(Level::Global | Level::Organisation | Level::User) => {
                    assert!(user.scope.holds(user.organisation.id), "{}", user.called());
                }
                None => assert_eq!(user.scope, Scope::of(user.organisation.id)),
            }
            if user.kind == Kind::Customer {
                assert!(user.group.is_none() && user.roles.is_empty() && user.accounts.is_empty());
            } else {
                assert!(user.login.is_some());
            }
        }
    });
}

#[test]
fn a_usable_master_administrator_remains_for_ever() {
    each(|_, people| {
        let masters = people.iter().filter(|p| p.user.level == Some(Level::Master));
        let masters: Vec<_> =
            masters.map(|p| Master { id: p.user.id, facts: p.user.facts.clone() }).collect();
        assert!(always_one(&masters, NOW) && masters.len() > 1);
    });
}

#[test]
fn logins_are_unique_once_folded_and_none_is_reserved() {
    each(|_, people| {
        let logins: Vec<_> = people.iter().filter_map(|p| p.user.login.as_deref()).collect();
        let folded: BTreeSet<_> = logins.iter().map(|login| folded(login)).collect();
        assert_eq!(folded.len(), logins.len());
        assert!(logins.iter().all(|login| login_fault(login, &["users", "audit"]).is_none()));
    });
}

#[test]
fn emails_and_phones_reach_nobody() {
    each(|_, people| {
        for Person { user, .. } in people {
            for email in &user.emails {
                assert_eq!(email_fault(&email.address), None, "{}", email.address);
                let domain = email.address.rsplit('@').next().unwrap();
                let reserved = ["example.com", "example.net", "example.org"];
                assert!(reserved.contains(&domain) || domain.ends_with(".example"), "{domain}");
            }
            let business = match &user.category {
                Some(Category::Business(business)) => vec![&business.phone],
                Some(Category::Personal) | None => Vec::new(),
            };
            for number in user.phones.iter().map(|phone| &phone.number).chain(business) {
                let american = number.starts_with("+1") && number.len() == 12 && &number[5..10] == "55501";
                let british = number.starts_with("+447700900") && number.len() == 13;
                assert!(american || british, "{number}");
            }
            let primaries = user.emails.iter().filter(|email| email.primary).count();
            assert_eq!(primaries, 1, "{}", user.called());
            assert!(user.phones.is_empty() || user.phones.iter().filter(|phone| phone.primary).count() == 1);
        }
    });
}

#[test]
fn nothing_happens_before_its_person_nor_after_now_and_rows_are_of_the_catalogue() {
    each(|_, people| {
        for Person { user, history, notes, .. } in people {
            assert!(user.added <= user.modified && user.modified <= NOW, "{}", user.called());
            assert!(history.iter().all(|row| user.added <= row.at && row.at <= NOW), "{}", user.called());
            assert!(history.is_sorted_by_key(|row| (row.at, row.seq)) && history[0].code == "users.create");
            assert!(history.iter().all(|row| history_codes::find(&row.code).is_some()));
            assert!(notes.is_sorted_by_key(|note| note.at) && notes.iter().all(|note| note.at <= NOW));
            let signed_in = history.iter().filter(|row| row.code == "user.login").map(|row| row.at).max();
            assert!(signed_in.is_none() || signed_in == user.last_login, "{}", user.called());
        }
    });
}

#[test]
fn nobody_signs_in_after_being_locked() {
    each(|_, people| {
        let mut locked = 0;
        for Person { user, .. } in people {
            let lock = user.facts.admin_lock.as_ref().map(|lock| lock.at);
            for at in lock.into_iter().chain(user.facts.auto_locked_at) {
                assert!(user.last_login.is_none_or(|login| login <= at), "{}", user.called());
                locked += 1;
            }
        }
        assert!(locked > 100);
    });
}

#[test]
fn whoever_acts_in_the_history_is_there_and_may() {
    each(|_, people| {
        let operators: Vec<_> = people.iter().filter(|p| p.entry.is_some()).map(|p| &p.user).collect();
        for Person { user, history, notes, .. } in people {
            let by_lock = user.facts.admin_lock.iter().map(|lock| &lock.by);
            let actors = history.iter().map(|row| &row.actor).chain(by_lock);
            let others = actors.filter(|actor| *actor != "system" && Some(*actor) != user.login.as_ref());
            for actor in others.chain(notes.iter().map(|note| &note.author_login)) {
                let operator = operators.iter().find(|operator| operator.login.as_ref() == Some(actor));
                let operator = operator.unwrap_or_else(|| panic!("{actor} on {}", user.called()));
                assert!(operator.scope.holds(user.organisation.id), "{actor} on {}", user.called());
                assert!(Level::reaches(operator.level, user.level), "{actor} on {}", user.called());
            }
        }
    });
}

#[test]
fn hostile_text_is_among_it_and_shows_without_a_control_character() {
    let (_, people) = people(1, 200);
    let mut hostile = 0;
    for Person { user, history, notes, .. } in &people {
        let names = [&user.names.first, &user.names.middle, &user.names.last];
        let texts = names.into_iter().chain(history.iter().map(|row| &row.detail));
        for text in texts.chain(notes.iter().map(|note| &note.text)) {
            hostile += usize::from(text.contains(is_unsafe));
            assert!(!visible(text).contains(is_unsafe), "{}", visible(text));
        }
    }
    assert!(hostile >= 6);
    assert!(people.iter().any(|p| p.user.names.full().chars().count() > 120));
    assert!(people.iter().any(|p| p.user.names.full().is_empty()));
}

#[test]
fn the_attack_can_be_read_from_the_history() {
    let (_, people) = people(1, 0);
    let attacked = people.iter().find(|p| p.user.login.as_deref() == Some("c.larsen")).unwrap();
    let codes: Vec<_> = attacked.history.iter().map(|row| row.code.as_str()).collect();
    let failed: Vec<_> = attacked.history.iter().filter(|row| row.code == "user.login_failed").collect();
    assert!(failed.len() >= 8 && failed.iter().all(|row| row.ip.starts_with("203.0.113.")));
    let places = ["user.login_failed", "user.auto_lock", "user.reset_password", "phone.update", "user.lock"]
        .map(|code| codes.iter().position(|known| *known == code).unwrap());
    assert!(places.is_sorted());
    assert_eq!(attacked.user.facts.status_at(NOW), Status::LockedByAdmin);
}
