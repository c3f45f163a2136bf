//! Groups: a tree in which rights go down and never up, and what is out of sight is not there.

use std::collections::BTreeMap;

use wardroom::actions::group::create;
use wardroom::actions::request::{Request, Run};
use wardroom::authz::refusal::{Refusal, Rule};
use wardroom::domain::level::Level;
use wardroom::domain::user::Kind;
use wardroom::protocol::Answer;

use crate::world::{Someone, World, admin, staff};

/// A tree in `retail`, one in `cards`, one of the institution, and operators in and beside them.
fn world() -> World {
    let world = World::new();
    let lead: &[&str] = &["user.view", "user.lock", "group.view", "group.manage", "user.update"];
    world.group("support", Some("retail"), None, lead);
    world.group(
        "tier 1",
        Some("retail"),
        Some("support"),
        &["user.view", "user.lock", "group.view", "group.manage"],
    );
    world.group("night", Some("retail"), Some("tier 1"), &["user.view", "user.lock"]);
    world.group("tier 2", Some("retail"), Some("support"), &["user.view"]);
    world.group("plastic", Some("cards"), None, &["user.view"]);
    world.group("compliance", None, None, &["user.view", "audit.view"]);
    world.role("manager", Some("retail"), &["group.manage", "group.view", "user.view"]);
    world.add(admin("global", Level::Global));
    world.add(Someone { scope: Some(&["retail", "cards"]), ..admin("wide", Level::Global) });
    world.add(admin("organisation", Level::Organisation));
    world.add(Someone { group: Some("tier 1"), kind: Kind::Staff, ..staff("lead", &["manager"]) });
    world.add(staff("loose", &["manager"]));
    world.add(staff("looker", &[]));
    world
}

fn made(world: &World, operator: &str, name: &str, answers: &[(&str, &str)]) -> Answer {
    let answers: BTreeMap<String, String> =
        answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    world.execute(Request { answers, ..world.request(operator, create::SPEC.code, name) })
}

fn refusal(answer: Answer) -> Refusal {
    match answer {
        Answer::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn rights_of(world: &World, name: &str) -> String {
    world.value(&format!(
        "SELECT group_concat(right_code, ' ') FROM (SELECT right_code FROM group_rights JOIN groups ON id = group_id
         WHERE name = '{name}' ORDER BY 1)"
    ))
}

#[test]
fn a_new_group_has_its_parents_organisation_and_rights_with_all_that_they_imply() {
    let world = world();
    let answer = made(
        &world,
        "organisation",
        "Evenings",
        &[("parent", "Tier 1"), ("rights", "group.manage; user.lock")],
    );
    let Answer::Done(receipt) = answer else { panic!("{answer:?}") };
    let target = receipt.target.unwrap();
    assert_eq!((target.called.as_str(), target.version), ("group Evenings", 1));
    assert_eq!(rights_of(&world, "Evenings"), "group.manage group.view user.lock user.view");
    let place = "SELECT o.key || ' ' || p.name FROM groups g JOIN organisations o ON o.id = g.organisation
         JOIN groups p ON p.id = g.parent WHERE g.name = 'Evenings'";
    assert_eq!(world.value(place), "retail tier 1");
    let told = "SELECT action || ' ' || target || ' ' || (target_id = (SELECT max(id) FROM groups)) || ' ' ||
         (detail ->> 'kind') || ' ' || organisations FROM audit ORDER BY seq DESC LIMIT 1";
    assert_eq!(world.value(told), "group.create group Evenings 1 group 1");
    world.assert_chain();
}

#[test]
fn a_dry_run_says_what_it_would_be_and_makes_nothing() {
    let world = world();
    let request = world.request("master", create::SPEC.code, "Evenings");
    let request = Request { run: Run::Dry, answers: BTreeMap::new(), ..request };
    assert!(matches!(world.execute(request), Answer::Done(_)));
    assert_eq!(world.value("SELECT count(*) FROM groups WHERE name = 'Evenings'"), "0");
}

#[test]
fn a_right_that_the_parent_lacks_is_not_to_be_had_below_it_nor_one_whose_implied_it_lacks() {
    let world = world();
    let refused =
        |rights: &str| refusal(made(&world, "master", "x", &[("parent", "tier 2"), ("rights", rights)]));
    assert_eq!(refused("user.lock").text, "the parent `tier 2` has not the right `user.lock`");
    assert_eq!(
        refused("business.manage").text,
        "the parent `tier 2` has not the right `user.history.view`, which `business.manage` implies"
    );
    assert!(refused("user.lcok").text.contains("did you mean `user.lock`?"));
}

#[test]
fn nobody_makes_a_group_with_rights_that_they_lack() {
    let world = world();
    let refused = refusal(made(&world, "lead", "x", &[("parent", "tier 1"), ("rights", "user.note")]));
    assert_eq!(
        (refused.rule, refused.text.as_str()),
        (Rule::Giving, "it would give `user.note`, which you lack")
    );
    assert!(matches!(
        made(&world, "lead", "x", &[("parent", "tier 1"), ("rights", "user.lock")]),
        Answer::Done(_)
    ));
}

#[test]
fn an_operator_in_a_group_hangs_new_ones_on_it_or_below_and_nowhere_else() {
    let world = world();
    for parent in ["tier 1", "night"] {
        let name = format!("below {parent}");
        assert!(matches!(made(&world, "lead", &name, &[("parent", parent)]), Answer::Done(_)), "{parent}");
    }
    for parent in ["support", "tier 2", "plastic", "compliance", "nowhere"] {
        let refused = refusal(made(&world, "lead", "x", &[("parent", parent)]));
        assert_eq!(
            (refused.rule, refused.text),
            (Rule::Existence, format!("no group `{parent}` that you may see"))
        );
    }
    assert_eq!(refusal(made(&world, "lead", "x", &[])).rule, Rule::Level);
}

#[test]
fn without_level_and_group_nobody_makes_groups_and_without_the_right_nobody_does() {
    let world = world();
    let refused = refusal(made(&world, "loose", "x", &[]));
    assert_eq!(
        (refused.rule, refused.text.as_str()),
        (Rule::Level, "without level and group you manage no groups")
    );
    world
        .sql()
        .execute(
            "UPDATE users SET group_id = (SELECT id FROM groups WHERE name = 'night') WHERE login = 'looker'",
            [],
        )
        .unwrap();
    assert_eq!(refusal(made(&world, "looker", "x", &[("parent", "night")])).rule, Rule::Right);
}

#[test]
fn what_belongs_to_the_institution_is_for_who_reaches_all_of_it() {
    let world = world();
    let root = |operator: &str| made(&world, operator, &format!("of {operator}"), &[("organisation", "all")]);
    assert!(matches!(root("master"), Answer::Done(_)));
    for operator in ["wide", "organisation"] {
        assert_eq!(refusal(root(operator)).text, "it belongs to the whole institution");
        let below = refusal(made(&world, operator, "x", &[("parent", "compliance")]));
        assert_eq!(below.rule, Rule::Existence, "{operator}");
    }
    world.sql().execute("UPDATE users SET scope_all = 1 WHERE login = 'global'", []).unwrap();
    assert!(matches!(root("global"), Answer::Done(_)));
    assert!(matches!(made(&world, "wide", "x", &[("organisation", "cards")]), Answer::Done(_)));
    assert_eq!(
        refusal(made(&world, "organisation", "x", &[("organisation", "cards")])).rule,
        Rule::Existence
    );
}

#[test]
fn a_tree_is_sixteen_deep_and_no_deeper() {
    let world = world();
    let mut parent = "night".to_owned();
    for depth in 4..=16 {
        let name = format!("level {depth}");
        assert!(matches!(made(&world, "master", &name, &[("parent", &parent)]), Answer::Done(_)), "{depth}");
        parent = name;
    }
    let refused = refusal(made(&world, "master", "x", &[("parent", &parent)]));
    assert_eq!(
        (refused.rule, refused.text.as_str()),
        (Rule::Guard, "`level 16` stands 16 deep, deeper than which no group stands")
    );
}

#[test]
fn a_name_is_free_within_its_organisation_and_none_that_reads_as_an_id_or_a_list() {
    let world = world();
    assert_eq!(refusal(made(&world, "master", "NIGHT", &[])).text, "the name `NIGHT` is taken there");
    assert!(matches!(made(&world, "master", "night", &[("organisation", "cards")]), Answer::Done(_)));
    for bad in ["G12", "7", "a;b", "a,b", "-x", "a\u{202e}b", &"x".repeat(61)] {
        assert_eq!(refusal(made(&world, "master", bad, &[])).rule, Rule::Guard, "{bad}");
    }
}

#[test]
fn a_number_is_never_used_again() {
    let world = world();
    let id = |name: &str| match made(&world, "master", name, &[]) {
        Answer::Done(receipt) => receipt.target.unwrap().id,
        other => panic!("{other:?}"),
    };
    let first = id("one");
    world.sql().execute("DELETE FROM groups WHERE id = ?1", [first.number()]).unwrap();
    assert!(id("two") > first);
}
