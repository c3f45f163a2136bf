//! Who comes into a group and who leaves it.

use wardroom::actions::group::link_users;
use wardroom::actions::request::{Request, Target};
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
