//! Who comes into a group and who leaves it.

use wardroom::actions::group::link_users;
use wardroom::actions::request::{Request, Run, Target};
use wardroom::actions::spec::Risk;
use wardroom::authz::refusal::Rule;
use wardroom::domain::level::Level;

use crate::group_changes::{done, group_of, refusal, request, world};
use crate::world::{World, admin};

#[test]
fn staff_in_no_group_are_taken_in_and_nobody_else() {
    let world = world();
    let take = |operator: &str, who: &str| {
        world.execute(request(&world, operator, link_users::SPEC.code, "night", &[("users", who)]))
    };
    for (who, rule, text) in [
        ("c.kim", Rule::Kind, "`c.kim` is a customer; groups are for staff"),
        ("lead", Rule::State, "`lead` is in the group `tier 1`"),
        ("master", Rule::Own, "nobody does this to themselves"),
        ("far.away", Rule::Guard, "`far.away` is of another organisation than the group"),
        ("nobody", Rule::Existence, "no user `nobody` that you may see"),
    ] {
        let refused = refusal(take("master", who));
        assert_eq!((refused.rule, refused.text.as_str()), (rule, text));
    }
    world.add(admin("second", Level::Master));
    assert!(refusal(take("master", "second")).text.contains("is a master administrator"));
    assert_eq!(refusal(take("organisation", "global")).rule, Rule::Level);
    assert_eq!(refusal(take("organisation", "far.away")).rule, Rule::Existence);
    done(take("organisation", "free; desk"));
    assert_eq!(
        (group_of(&world, "free"), group_of(&world, "desk")),
        ("night".to_owned(), "night".to_owned())
    );
    assert_eq!(world.value("SELECT count(*) FROM history WHERE code = 'user.group'"), "2");
    world.assert_chain();
}

#[test]
fn taking_somebody_in_gives_all_that_the_group_holds() {
    let world = world();
    world
        .sql()
        .execute("INSERT INTO group_rights SELECT id, 'audit.view' FROM groups WHERE name = 'night'", [])
        .unwrap();
    let take = request(&world, "organisation", link_users::SPEC.code, "night", &[("users", "free")]);
    let refused = refusal(world.execute(take));
    assert_eq!(
        (refused.rule, refused.text.as_str()),
        (Rule::Giving, "it would give `audit.view`, which you lack")
    );
}

#[test]
fn an_operator_in_a_group_takes_nobody_out_who_keeps_a_level_or_roles() {
    let world = world();
    let out = |who: &str| {
        world.execute(request(&world, "lead", link_users::SPEC.code, "night", &[("unlink", who)]))
    };
    assert_eq!(refusal(out("bat")).rule, Rule::Giving);
    let receipt = done(out("owl"));
    assert_eq!(receipt.effects, ["1 user is left without level, role and group, and cannot sign in."]);
    assert_eq!(group_of(&world, "owl"), "");
}

#[test]
fn where_nobody_is_free_the_refusal_says_that_all_are_in_groups() {
    let world = world();
    let none = request(&world, "master", link_users::SPEC.code, "night", &[]);
    assert_eq!(refusal(world.execute(none.clone())).text, "nobody is named");
    world
        .sql()
        .execute("UPDATE users SET group_id = (SELECT id FROM groups WHERE name = 'night') WHERE kind <> 'customer' AND level IS NOT 'MA'", [])
        .unwrap();
    assert_eq!(refusal(world.execute(none)).text, "all users are in groups: nobody is free to be taken in");
}

#[test]
fn who_was_moved_goes_back_by_an_undo_unless_they_were_changed_since() {
    let world = world();
    let audit = |world: &World| {
        let answers = [("users", "free"), ("unlink", "owl")];
        done(world.execute(request(world, "master", link_users::SPEC.code, "night", &answers))).audit
    };
    let undo = |world: &World, audit: i64| {
        let target = Target::Done { audit: Some(audit) };
        world.execute(Request {
            target,
            code: wardroom::actions::undo::CODE,
            ..request(world, "master", link_users::SPEC.code, "night", &[])
        })
    };
    let changed = world.copy();
    done(undo(&world, audit(&world)));
    assert_eq!((group_of(&world, "free"), group_of(&world, "owl")), (String::new(), "night".to_owned()));
    world.assert_chain();
    let number = audit(&changed);
    changed.sql().execute("UPDATE users SET version = version + 1 WHERE login = 'owl'", []).unwrap();
    let refused = refusal(undo(&changed, number));
    assert_eq!(
        (refused.rule, refused.text.as_str()),
        (Rule::State, "`owl` was changed since; nothing is undone")
    );
}

#[test]
fn somebody_named_in_two_ways_moves_once_and_goes_back_by_an_undo() {
    let world = world();
    let twice = format!("free; {}", world.id("free"));
    let take = request(&world, "master", link_users::SPEC.code, "night", &[("users", &twice)]);
    let audit = done(world.execute(take)).audit;
    assert_eq!(group_of(&world, "free"), "night");
    let target = Target::Done { audit: Some(audit) };
    let code = wardroom::actions::undo::CODE;
    done(world.execute(Request { target, code, ..request(&world, "master", code, "night", &[]) }));
    assert_eq!(group_of(&world, "free"), "");
}

#[test]
fn an_undo_by_an_operator_in_a_group_moves_nobody_out_of_all_groups_who_keeps_roles() {
    let world = world();
    let rights = "INSERT INTO group_rights SELECT id, 'user.update' FROM groups WHERE name = 'tier 1'";
    world.sql().execute(rights, []).unwrap();
    let assign = wardroom::actions::find("user.group.assign").unwrap().code;
    let put = |who: &str| {
        let audit = done(world.execute(request(&world, "lead", assign, who, &[("group", "night")]))).audit;
        let (target, code) = (Target::Done { audit: Some(audit) }, wardroom::actions::undo::CODE);
        world.execute(Request { target, code, ..request(&world, "lead", code, who, &[]) })
    };
    assert_eq!(refusal(put("desk")).rule, Rule::Giving);
    done(put("free"));
    assert_eq!((group_of(&world, "desk"), group_of(&world, "free")), ("night".to_owned(), String::new()));
}

#[test]
fn whoever_comes_into_a_group_with_rights_of_few_is_asked_for_as_a_high_risk() {
    let world = world();
    world.group("watch", Some("retail"), None, &["audit.view"]);
    let take = |reason: &str, typed: &str| {
        let answers = [("users", "free"), ("reason", reason)];
        let asked = request(&world, "master", link_users::SPEC.code, "watch", &answers);
        Request { confirmed: typed.to_owned(), ..asked }
    };
    let dry = done(world.execute(Request { run: Run::Dry, ..take("night shift", "") }));
    assert_eq!(dry.risk, Some(Risk::L3));
    assert!(refusal(world.execute(take("short", "watch"))).text.contains("at least 10 characters"));
    assert!(refusal(world.execute(take("for the night shift", ""))).text.contains("the name is typed"));
    done(world.execute(take("for the night shift", "watch")));
    // A new group asks for neither, so it takes nobody in with such rights.
    let create = wardroom::actions::group::create::SPEC.code;
    let make = |users: &str| {
        let answers = [("organisation", "retail"), ("rights", "audit.view"), ("users", users)];
        world.execute(request(&world, "master", create, "keepers", &answers))
    };
    assert!(refusal(make("desk")).text.contains("rights that only GA and MA hold"));
    done(make(""));
}

#[test]
fn groups_of_the_institution_are_given_by_who_manages_them_only() {
    let world = world();
    world.group("wide", None, None, &["user.view"]);
    world.add(admin("user", Level::User));
    let assign = wardroom::actions::find("user.group.assign").unwrap().code;
    let give =
        |operator: &str| world.execute(request(&world, operator, assign, "free", &[("group", "wide")]));
    for operator in ["user", "organisation", "global"] {
        let refused = refusal(give(operator));
        assert!(refused.text.contains("no group `wide`"), "{operator}: {refused:?}");
    }
    done(give("master"));
}
