//! Changing groups: rights go down the tree and never up, and who is beyond reach is not touched by way of a group.

use std::collections::BTreeMap;

use wardroom::actions::group::{clone, delete, edit, limits, link_users};
use wardroom::actions::request::{Request, Run, Target};
use wardroom::authz::refusal::{Refusal, Rule};
use wardroom::domain::level::Level;
use wardroom::domain::target::{TargetId, TargetKind};
use wardroom::protocol::{Answer, Query, Receipt, Reply};

use crate::world::{CUSTOMER, Someone, World, admin, staff};

pub(crate) fn world() -> World {
    let world = World::new();
    let lead: &[&str] =
        &["user.view", "user.lock", "group.view", "group.manage", "user.update", "card.transfer"];
    world.group("support", Some("retail"), None, lead);
    world.group(
        "tier 1",
        Some("retail"),
        Some("support"),
        &["user.view", "user.lock", "group.view", "group.manage", "card.transfer"],
    );
    world.group("night", Some("retail"), Some("tier 1"), &["user.view", "user.lock"]);
    world.group("tier 2", Some("retail"), Some("support"), &["user.view"]);
    world.group("plastic", Some("cards"), None, &["user.view"]);
    world.role("desk", Some("retail"), &["user.note"]);
    world.add(admin("global", Level::Global));
    world.add(admin("organisation", Level::Organisation));
    world.add(Someone { group: Some("tier 1"), ..staff("lead", &[]) });
    world.add(Someone { group: Some("night"), ..staff("owl", &[]) });
    world.add(Someone { group: Some("night"), ..staff("bat", &["desk"]) });
    world.add(staff("free", &[]));
    world.add(staff("desk", &["desk"]));
    world.add(CUSTOMER);
    world.add(Someone { organisation: "cards", ..staff("far.away", &[]) });
    world
}

pub(crate) fn request(
    world: &World,
    operator: &str,
    code: &'static str,
    group: &str,
    answers: &[(&str, &str)],
) -> Request {
    let mut all = BTreeMap::from([("reason".to_owned(), "the desk is reorganised".to_owned())]);
    all.extend(answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Request { answers: all, ..world.request(operator, code, group) }
}

pub(crate) fn done(answer: Answer) -> Receipt {
    match answer {
        Answer::Done(receipt) => *receipt,
        other => panic!("not done: {other:?}"),
    }
}

pub(crate) fn refusal(answer: Answer) -> Refusal {
    match answer {
        Answer::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn rights_of(world: &World, name: &str) -> String {
    world.value(&format!(
        "SELECT ifnull(group_concat(right_code, ' '), '') FROM (SELECT right_code FROM group_rights JOIN groups ON id = group_id
         WHERE name = '{name}' ORDER BY 1)"
    ))
}

pub(crate) fn group_of(world: &World, login: &str) -> String {
    world.value(&format!(
        "SELECT ifnull((SELECT name FROM groups WHERE id = group_id), '') FROM users WHERE login = '{login}'"
    ))
}

#[test]
fn a_right_that_is_taken_goes_from_every_group_below_and_the_confirmation_says_from_whom() {
    let world = world();
    let take = request(
        &world,
        "master",
        edit::SPEC.code,
        "support",
        &[("rights", "user.view; group.manage; user.update; card.transfer")],
    );
    let dry = done(world.execute(Request { run: Run::Dry, ..take.clone() }));
    assert_eq!(
        dry.effects,
        [
            "3 users have fewer rights at once.",
            "`tier 1` below loses user.lock (1 user).",
            "`night` below loses user.lock (2 users)."
        ]
    );
    assert_eq!(rights_of(&world, "night"), "user.lock user.view", "looking takes nothing");
    done(world.execute(take));
    for group in ["support", "tier 1", "night"] {
        assert!(!rights_of(&world, group).contains("user.lock"), "{group}");
    }
    assert_eq!(
        world.value(
            "SELECT group_concat(version, ' ') FROM groups WHERE name IN ('tier 1', 'night', 'tier 2')"
        ),
        "2 2 1"
    );
    world.assert_chain();
}

#[test]
fn taking_a_right_takes_what_implies_it_as_well() {
    let world = world();
    done(world.execute(request(
        &world,
        "master",
        edit::SPEC.code,
        "tier 1",
        &[("rights", "user.view; user.lock")],
    )));
    assert_eq!(rights_of(&world, "tier 1"), "user.lock user.view");
}

#[test]
fn only_what_the_parent_and_the_operator_hold_is_given() {
    let world = world();
    let give = |operator: &str, rights: &str| {
        world.execute(request(&world, operator, edit::SPEC.code, "tier 2", &[("rights", rights)]))
    };
    let refused = refusal(give("master", "user.view; user.note"));
    assert_eq!(
        (refused.rule, refused.text.as_str()),
        (Rule::Guard, "the parent `support` has not the right `user.note`")
    );
    // An organisation's administrator does not move money.
    let refused = refusal(give("organisation", "user.view; card.transfer"));
    assert_eq!(
        (refused.rule, refused.text.as_str()),
        (Rule::Giving, "it would give `card.transfer`, which you lack")
    );
    done(give("organisation", "user.lock"));
    assert_eq!(rights_of(&world, "tier 2"), "user.lock user.view");
}

#[test]
fn a_group_with_somebody_beyond_ones_level_below_it_is_not_edited_nor_deleted() {
    let world = world();
    world.add(Someone { group: Some("night"), ..admin("boss", Level::Global) });
    for code in [edit::SPEC.code, delete::SPEC.code, limits::SPEC.code] {
        let refused =
            refusal(world.execute(request(&world, "organisation", code, "tier 1", &[("name", "x")])));
        assert_eq!(
            (refused.rule, refused.text.as_str()),
            (Rule::Level, "1 user who has it is beyond your level, scope or group"),
            "{code}"
        );
    }
    done(world.execute(request(&world, "master", edit::SPEC.code, "tier 1", &[("name", "x")])));
}

#[test]
fn ones_own_group_is_for_others_to_change_and_those_beside_it_are_not_there() {
    let world = world();
    let refused = |code: &'static str, group: &str| {
        refusal(world.execute(request(&world, "lead", code, group, &[("name", "x"), ("users", "free")]))).rule
    };
    for code in
        [edit::SPEC.code, limits::SPEC.code, link_users::SPEC.code, clone::SPEC.code, delete::SPEC.code]
    {
        assert_eq!(refused(code, "tier 1"), Rule::Own, "{code}");
        for hidden in ["support", "tier 2", "plastic", "nowhere"] {
            assert_eq!(refused(code, hidden), Rule::Existence, "{code} on {hidden}");
        }
    }
    done(world.execute(request(&world, "lead", edit::SPEC.code, "night", &[("name", "late")])));
}

#[test]
fn every_hidden_group_is_answered_word_for_word_as_one_that_is_not_there() {
    let world = world();
    let id: i64 = world.value("SELECT id FROM groups WHERE name = 'plastic'").parse().unwrap();
    for code in [edit::SPEC.code, delete::SPEC.code] {
        let told = |group: &str| {
            let refused = refusal(world.execute(request(&world, "organisation", code, group, &[])));
            let audit =
                world.value("SELECT target || target_id || rule FROM audit ORDER BY seq DESC LIMIT 1");
            (refused.text.replace(group, "X"), refused.satisfied_by, audit.replace(group, "X"))
        };
        assert_eq!(told("plastic"), told("nowhere"));
        assert_eq!(told(&format!("G{id}")), told("G999"));
    }
    for query in [
        Query::Menu { id: TargetId::of(TargetKind::Group, id) },
        Query::Group { named: "plastic".to_owned() },
    ] {
        assert!(
            matches!(world.ask("organisation", query), Reply::Refused(refusal) if refusal.rule == Rule::Existence)
        );
    }
}

#[test]
fn limits_are_ordered_within_the_parents_and_for_groups_that_move_money() {
    let world = world();
    let set = |group: &str, values: [&str; 4]| {
        let names = ["currency", "per_transfer", "per_day", "per_month"];
        let answers: Vec<(&str, &str)> = names.into_iter().zip(values).collect();
        world.execute(request(&world, "master", limits::SPEC.code, group, &answers))
    };
    assert_eq!(refusal(set("night", ["EUR", "1", "1", "1"])).rule, Rule::State, "it may not move money");
    assert_eq!(
        refusal(set("support", ["EUR", "10", "5", "20"])).text,
        "must be: per transfer <= day <= month"
    );
    assert_eq!(refusal(set("support", ["EUR", "ten", "5", "20"])).rule, Rule::Guard);
    done(set("support", ["eur", "10", "50.50", "200"]));
    assert_eq!(
        world.value("SELECT limit_currency || limit_day FROM groups WHERE name = 'support'"),
        "EUR5050"
    );
    assert_eq!(
        refusal(set("tier 1", ["EUR", "11", "50", "200"])).text,
        "per transfer the parent has at most 10 EUR"
    );
    assert_eq!(refusal(set("tier 1", ["USD", "1", "5", "20"])).text, "the parent's limits are in EUR");
    done(set("tier 1", ["EUR", "10", "40", "150"]));
    assert!(
        refusal(set("support", ["EUR", "10", "30", "200"])).text.starts_with("the group `tier 1` below has")
    );
    done(set("tier 1", ["", "", "", ""]));
    assert_eq!(world.value("SELECT limit_currency IS NULL FROM groups WHERE name = 'tier 1'"), "1");
    // With the right to move money its limits go.
    done(world.execute(request(&world, "master", edit::SPEC.code, "support", &[("rights", "user.view")])));
    assert_eq!(world.value("SELECT limit_currency IS NULL FROM groups WHERE name = 'support'"), "1");
}

#[test]
fn a_clone_has_the_parent_rights_and_limits_and_nobody_in_it() {
    let world = world();
    done(world.execute(request(
        &world,
        "master",
        limits::SPEC.code,
        "tier 1",
        &[("currency", "EUR"), ("per_transfer", "1"), ("per_day", "2"), ("per_month", "3")],
    )));
    let copy = |operator: &str, name: &str| {
        world.execute(request(
            &world,
            operator,
            clone::SPEC.code,
            "tier 1",
            &[("name", name), ("description", "as tier 1")],
        ))
    };
    done(copy("master", "tier 3"));
    assert_eq!(rights_of(&world, "tier 3"), rights_of(&world, "tier 1"));
    let told = "SELECT (SELECT p.name FROM groups p WHERE p.id = g.parent) || ' ' || limit_month || ' ' || description || ' ' ||
         (SELECT count(*) FROM users WHERE group_id = g.id) FROM groups g WHERE name = 'tier 3'";
    assert_eq!(world.value(told), "support 300 as tier 1 0");
    assert!(refusal(copy("master", "NIGHT")).text.contains("is taken"));
    assert_eq!(refusal(copy("organisation", "tier 4")).rule, Rule::Giving);
}

#[test]
fn deleting_takes_the_groups_below_and_leaves_their_users_without_one() {
    let world = world();
    let delete = request(&world, "master", delete::SPEC.code, "tier 1", &[]);
    let dry = done(world.execute(Request { run: Run::Dry, ..delete.clone() }));
    assert_eq!(dry.effects, ["`night` goes with it (2 users).", "3 users are left without a group."]);
    let told: Vec<u64> = dry.shown.iter().map(|shown| shown.value).collect();
    assert_eq!(told, [1, 3], "groups below, and users in it and below");
    // Somebody came into it meanwhile: what was shown is not so any more.
    done(world.execute(request(&world, "global", link_users::SPEC.code, "night", &[("users", "free")])));
    let stale = world.execute(Request { shown: dry.shown, ..delete.clone() });
    assert!(matches!(stale, Answer::Stale(_)), "{stale:?}");
    let mistyped = Request { confirmed: "tier".to_owned(), ..delete.clone() };
    assert_eq!(refusal(world.execute(mistyped)).text, "the name was not typed to confirm");
    done(world.execute(delete));
    assert_eq!(world.value("SELECT group_concat(name) FROM groups WHERE organisation = 1"), "support,tier 2");
    for login in ["lead", "owl", "bat", "free"] {
        assert_eq!(group_of(&world, login), "", "{login}");
    }
    assert_eq!(world.value("SELECT count(*) FROM history WHERE code = 'user.group'"), "5");
    world.assert_chain();
}

#[test]
fn what_changed_meanwhile_is_told_with_who_did_it() {
    let world = world();
    let id: i64 = world.value("SELECT id FROM groups WHERE name = 'night'").parse().unwrap();
    done(world.execute(request(
        &world,
        "global",
        edit::SPEC.code,
        "night",
        &[("description", "late hours")],
    )));
    let target = Target::Seen { id: TargetId::of(TargetKind::Group, id), version: 1 };
    let edit = request(&world, "master", edit::SPEC.code, "night", &[("name", "late")]);
    match world.execute(Request { target, ..edit }) {
        Answer::Stale(stale) => {
            assert_eq!(stale.lines(), ["group.edit by global, 0s ago: description (none) -> late hours"]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_operator_sees_the_groups_that_exist_for_them_and_no_counts_of_others() {
    let world = world();
    let names = |operator: &str| match world.ask(operator, Query::Groups) {
        Reply::Groups(groups) => groups
            .tree
            .in_order()
            .iter()
            .map(|(depth, group)| format!("{depth}{} {}", group.name, group.users))
            .collect::<Vec<_>>(),
        Reply::Refused(refusal) => vec![refusal.rule.word().to_owned()],
        other => panic!("{other:?}"),
    };
    assert_eq!(names("lead"), ["0tier 1 1", "1night 2"]);
    assert_eq!(names("organisation"), ["0support 0", "1tier 1 1", "2night 2", "1tier 2 0"]);
    assert_eq!(names("master").len(), 5);
    assert_eq!(names("owl"), ["right"]);
}
