//! Roles: made of rights that their maker holds, changed for all who have them, and by nobody who has them.

use std::collections::BTreeMap;

use wardroom::actions::request::Request;
use wardroom::actions::role::{create, delete, edit};
use wardroom::actions::user::lock;
use wardroom::authz::refusal::{Refusal, Rule};
use wardroom::domain::level::Level;
use wardroom::protocol::{Answer, Query, Receipt, Reply};

use crate::world::{CUSTOMER, Someone, World, admin, staff};

const KEEPER: &[&str] = &["role.manage", "role.view", "user.view", "user.lock"];

/// Roles of `retail`, of `cards` and of the institution, and people who have them.
fn world() -> World {
    let world = World::new();
    world.role("keeper", Some("retail"), KEEPER);
    world.role("desk", Some("retail"), &["user.view", "user.lock"]);
    world.role("notes", Some("retail"), &["user.view", "user.note"]);
    world.role("plastic", Some("cards"), &["user.view"]);
    world.role("everywhere", None, &["user.view"]);
    world.add(admin("global", Level::Global));
    world.add(staff("keeper", &["keeper"]));
    world.add(staff("ann", &["desk"]));
    world.add(staff("bob", &["desk"]));
    world.add(CUSTOMER);
    world
}

fn asked(world: &World, operator: &str, code: &'static str, name: &str, answers: &[(&str, &str)]) -> Answer {
    let mut all = BTreeMap::from([("reason".to_owned(), "the desks were put in order".to_owned())]);
    all.extend(answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    world.execute(Request { answers: all, ..world.request(operator, code, name) })
}

fn refusal(answer: Answer) -> Refusal {
    match answer {
        Answer::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn done(answer: Answer) -> Receipt {
    match answer {
        Answer::Done(receipt) => *receipt,
        other => panic!("not done: {other:?}"),
    }
}

fn rights_of(world: &World, name: &str) -> String {
    world.value(&format!(
        "SELECT group_concat(right_code, ' ') FROM (SELECT right_code FROM role_rights JOIN roles ON id = role
         WHERE name = '{name}' ORDER BY 1)"
    ))
}

fn authority(world: &World) -> String {
    world.value("SELECT value FROM state WHERE name = 'authority'")
}

#[test]
fn a_new_role_has_the_rights_that_were_named_with_all_that_they_imply() {
    let world = world();
    let receipt = done(asked(&world, "keeper", create::SPEC.code, "Evenings", &[("rights", "user.lock")]));
    assert_eq!(receipt.target.unwrap().called, "role Evenings");
    assert_eq!(rights_of(&world, "Evenings"), "user.lock user.view");
    let whose =
        "SELECT o.key FROM roles r JOIN organisations o ON o.id = r.organisation WHERE r.name = 'Evenings'";
    assert_eq!(world.value(whose), "retail");
    let told =
        "SELECT action || ' ' || target || ' ' || (detail ->> 'kind') FROM audit ORDER BY seq DESC LIMIT 1";
    assert_eq!(world.value(told), "role.create role Evenings role");
    world.assert_chain();
}

#[test]
fn nobody_makes_or_widens_a_role_with_a_right_that_they_lack() {
    let world = world();
    for answer in [
        asked(&world, "keeper", create::SPEC.code, "x", &[("rights", "user.note")]),
        asked(&world, "keeper", edit::SPEC.code, "desk", &[("rights", "user.view; user.lock; user.note")]),
    ] {
        let refused = refusal(answer);
        assert_eq!(
            (refused.rule, refused.text.as_str()),
            (Rule::Giving, "it would give `user.note`, which you lack")
        );
    }
    assert_eq!(rights_of(&world, "desk"), "user.lock user.view");
}

#[test]
fn a_role_is_changed_for_all_who_have_it_at_once() {
    let world = world();
    let (locks, before) = (lock::SPEC.code, authority(&world));
    done(world.execute(world.request("ann", locks, "c.kim")));
    let receipt = done(asked(&world, "keeper", edit::SPEC.code, "desk", &[("rights", "user.view")]));
    assert_eq!(receipt.effects, ["2 users have other rights at once."]);
    let told: Vec<String> = receipt.differences.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["right user.lock -> (none)"]);
    assert_ne!(authority(&world), before, "every live session looks again");
    for login in ["ann", "bob"] {
        let refused = refusal(world.execute(world.request(login, locks, "c.kim")));
        assert_eq!(refused.rule, Rule::Right, "{login}");
    }
}

#[test]
fn nobody_changes_a_role_that_they_have_nor_one_with_a_right_that_they_lack() {
    let world = world();
    for code in [edit::SPEC.code, delete::SPEC.code] {
        let own = refusal(asked(&world, "keeper", code, "keeper", &[("description", "mine")]));
        assert_eq!(
            (own.rule, own.text.as_str()),
            (Rule::Own, "nobody changes a role that they have themselves")
        );
        let more = refusal(asked(&world, "keeper", code, "notes", &[("description", "more")]));
        assert_eq!(more.rule, Rule::Giving, "{code}");
    }
}

#[test]
fn a_role_that_somebody_beyond_ones_level_has_is_left_alone() {
    let world = world();
    world.add(Someone { roles: &["desk"], ..admin("boss", Level::User) });
    for code in [edit::SPEC.code, delete::SPEC.code] {
        let refused = refusal(asked(&world, "keeper", code, "desk", &[("description", "x")]));
        assert_eq!(
            (refused.rule, refused.text.as_str()),
            (Rule::Level, "1 user who has it is beyond your level, scope or group")
        );
    }
    done(asked(&world, "global", edit::SPEC.code, "desk", &[("description", "for the day")]));
}

#[test]
fn roles_of_another_organisation_do_not_exist_and_those_of_the_institution_are_for_who_reaches_it() {
    let world = world();
    let away = refusal(asked(&world, "keeper", edit::SPEC.code, "plastic", &[("description", "x")]));
    let never = refusal(asked(&world, "keeper", edit::SPEC.code, "nothing", &[("description", "x")]));
    assert_eq!((away.rule, never.rule), (Rule::Existence, Rule::Existence));
    assert_eq!(away.text.replace("plastic", ""), never.text.replace("nothing", ""));
    let wide = refusal(asked(&world, "keeper", edit::SPEC.code, "everywhere", &[("description", "x")]));
    assert_eq!((wide.rule, wide.text.as_str()), (Rule::Level, "it belongs to the whole institution"));
    let made = asked(&world, "global", create::SPEC.code, "x", &[("organisation", "all")]);
    assert_eq!(refusal(made).text, "it belongs to the whole institution");
    done(asked(&world, "master", edit::SPEC.code, "everywhere", &[("description", "for all")]));
    let Reply::Roles(seen) = world.ask("keeper", Query::Roles) else { panic!("no roles") };
    let names: Vec<&str> = seen.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(names, ["desk", "everywhere", "keeper", "notes"]);
}

#[test]
fn a_role_that_is_deleted_leaves_those_who_had_it_with_a_row_in_their_history() {
    let world = world();
    let version = "SELECT version FROM users WHERE login = 'ann'";
    let before = world.value(version);
    let receipt = done(asked(&world, "keeper", delete::SPEC.code, "desk", &[]));
    assert_eq!(receipt.effects, ["2 users have it no more."]);
    assert_eq!(world.value("SELECT count(*) FROM roles WHERE name = 'desk'"), "0");
    assert_eq!(
        world.value("SELECT count(*) FROM user_roles JOIN users u ON u.id = user WHERE u.login = 'ann'"),
        "0"
    );
    assert_ne!(world.value(version), before);
    let told = "SELECT group_concat(u.login || ': ' || code || ' ' || detail, ', ') FROM
         (SELECT * FROM history ORDER BY user) h JOIN users u ON u.id = h.user WHERE code = 'user.roles'";
    let lost = "user.roles role lost: desk was deleted";
    assert_eq!(world.value(told), format!("ann: {lost}, bob: {lost}"));
    // Whoever has nothing else is told so.
    assert_eq!(refusal(world.execute(world.request("ann", lock::SPEC.code, "c.kim"))).rule, Rule::Status);
    world.assert_chain();
}

#[test]
fn to_change_or_delete_a_role_its_name_is_typed() {
    let world = world();
    for code in [edit::SPEC.code, delete::SPEC.code] {
        let mut request = world.request("keeper", code, "desk");
        request.answers.insert("description".to_owned(), "x".to_owned());
        request.confirmed = "dsek".to_owned();
        assert!(matches!(world.execute(request), Answer::Refused(_) | Answer::Unproved(_)), "{code}");
    }
    assert_eq!(world.value("SELECT version FROM roles WHERE name = 'desk'"), "1");
}

#[test]
fn a_name_is_free_within_its_organisation() {
    let world = world();
    let taken = refusal(asked(&world, "keeper", create::SPEC.code, "DESK", &[]));
    assert_eq!(taken.text, "the name `DESK` is taken there");
    for bad in ["R12", "a;b", "-x", "a\u{202e}b"] {
        assert_eq!(refusal(asked(&world, "keeper", create::SPEC.code, bad, &[])).rule, Rule::Guard, "{bad}");
    }
    done(asked(&world, "master", create::SPEC.code, "desk", &[("organisation", "cards")]));
}
