//! Levels and scopes: who promotes whom, what changes with it, and what a password given by another is.

use wardroom::actions::request::{Request, Run};
use wardroom::actions::user;
use wardroom::authz::refusal::Rule;
use wardroom::domain::level::Level;
use wardroom::domain::status::Status;
use wardroom::protocol::{Answer, Query, Receipt, Reply};

use crate::giving::{done, refused, tree, with};
use crate::world::{CUSTOMER, NOW, Someone, World, admin, staff};

const PROMOTE: &str = user::promote::SPEC.code;
const LEVEL: &str = user::level_change::SPEC.code;

fn to(
    world: &World,
    operator: &str,
    code: &'static str,
    target: &str,
    level: &str,
    scope: Option<&str>,
) -> Request {
    let mut request = with(world, operator, code, target, "level", level);
    if let Some(scope) = scope {
        request.answers.insert("scope".to_owned(), scope.to_owned());
    }
    request
}

fn changes(receipt: &Receipt) -> Vec<String> {
    receipt.differences.iter().map(ToString::to_string).collect()
}

/// Kind, level, scope and group as they are stored.
fn stored(world: &World, login: &str) -> String {
    world.value(&format!(
        "SELECT kind || ' ' || ifnull(level, '-') || ' ' || iif(scope_all, 'all', (SELECT ifnull(group_concat(o.key), '-')
             FROM user_scope s JOIN organisations o ON o.id = s.organisation WHERE s.user = u.id))
         FROM users u WHERE login = '{login}'"
    ))
}

#[test]
fn each_level_promotes_to_what_the_table_gives_it() {
    let world = tree();
    world
        .sql()
        .execute("INSERT INTO role_rights SELECT id, 'user.promote' FROM roles WHERE name = 'desk'", [])
        .unwrap();
    let table = [
        ("master", "MA GA OA UA"),
        ("global", "GA OA UA"),
        ("organisation", "OA UA"),
        ("user", ""),
        ("desk", ""),
    ];
    world.role("promoting", Some("retail"), &["user.promote"]);
    world.sql().execute("INSERT INTO user_roles SELECT u.id, r.id FROM users u, roles r WHERE u.login = 'user' AND r.name = 'promoting'", []).unwrap();
    for (operator, may) in table {
        for level in ["MA", "GA", "OA", "UA"] {
            let answer = world.copy().execute(to(&world, operator, PROMOTE, "c.kim", level, None));
            if may.contains(level) {
                done(answer);
            } else {
                assert_eq!(refused(answer).0, Rule::Giving, "{operator} to {level}");
            }
        }
    }
}

#[test]
fn a_promoted_customer_is_an_administrator_whose_password_is_due() {
    let world = tree();
    let target = world.id("c.kim");
    world.put_into(target, Status::Initial);
    let receipt = done(world.execute(to(&world, "organisation", PROMOTE, "c.kim", "ua", None)));
    assert_eq!(
        changes(&receipt),
        ["level none -> UA", "scope (none) -> retail", "status INITIAL -> AWAITING_NEW_PASSWORD"]
    );
    assert_eq!(stored(&world, "c.kim"), "admin UA retail");
    assert_eq!(world.status("c.kim"), Status::AwaitingNewPassword);
    assert_eq!(
        world.value(
            "SELECT password_hash FROM credentials c JOIN users u ON u.id = c.user WHERE login = 'c.kim'"
        ),
        "made up"
    );
    assert_eq!(world.value("SELECT template FROM outbox"), "user_promoted");
    assert_eq!(world.value("SELECT code FROM history ORDER BY seq DESC LIMIT 1"), "user.promote");
    for table in ["audit", "history", "outbox", "undo", "jobs", "changes"] {
        let rows = format!("{:?}", world.contents()[table]);
        assert!(!rows.contains("made up"), "{table} holds the hash: {rows}");
    }
    // Losing the level makes a customer again, who has no roles, group and accounts.
    let give = |code, field: &str, value: &str| {
        done(world.execute(with(&world, "master", code, "c.kim", field, value)))
    };
    give(user::roles_assign::SPEC.code, "roles", "desk");
    give(user::group_assign::SPEC.code, "group", "night");
    give(user::accounts_assign::SPEC.code, "accounts", "ledger");
    let lost = done(world.execute(to(&world, "organisation", LEVEL, "c.kim", "none", None)));
    assert_eq!(changes(&lost), ["level UA -> none", "scope retail -> (none)"]);
    assert!(lost.effects[0].starts_with("The user is a customer again"), "{:?}", lost.effects);
    assert_eq!(stored(&world, "c.kim"), "customer - -");
    let left = "SELECT (SELECT count(*) FROM user_roles JOIN users u ON u.id = user WHERE login = 'c.kim')
        + (SELECT count(*) FROM user_platform_accounts) + (SELECT count(group_id) FROM users WHERE login = 'c.kim')";
    assert_eq!(world.value(left), "0");
    world.assert_chain();
}

#[test]
fn names_email_phone_and_a_username_come_first() {
    let world = tree();
    for (sql, missing) in [
        (
            "UPDATE users SET first_name = '' WHERE login = 'c.kim'",
            "first name of the user must be known first",
        ),
        ("DELETE FROM user_phones", "phone of the user must be known first"),
        ("DELETE FROM user_emails", "email of the user must be known first"),
    ] {
        let there = world.copy();
        there.sql().execute(sql, []).unwrap();
        let answer = there.execute(to(&there, "master", PROMOTE, "c.kim", "UA", None));
        assert_eq!(refused(answer), (Rule::Guard, missing.to_owned()));
    }
    let nameless = world.id("c.kim");
    world
        .sql()
        .execute("UPDATE users SET login = NULL, login_folded = NULL WHERE login = 'c.kim'", [])
        .unwrap();
    let (rule, text) =
        refused(world.execute(to(&world, "master", PROMOTE, &nameless.to_string(), "UA", None)));
    assert_eq!(rule, Rule::Guard);
    assert!(text.contains("no username yet"), "{text}");
}

#[test]
fn a_promotion_without_a_password_is_not_done_and_a_dry_run_needs_none() {
    let world = tree();
    let bare = Request { password_hash: None, ..to(&world, "master", PROMOTE, "c.kim", "UA", None) };
    match world.execute(bare.clone()) {
        Answer::Form(fault) => assert_eq!(fault.to_string(), "password: is required"),
        other => panic!("{other:?}"),
    }
    done(world.execute(Request { run: Run::Dry, ..bare }));
    assert_eq!(stored(&world, "c.kim"), "customer - -");
}

#[test]
fn a_scope_lies_within_the_givers_and_a_masters_is_all() {
    let world = tree();
    world.add(Someone { scope: Some(&["retail", "cards"]), ..admin("wide", Level::Organisation) });
    let try_to = |operator: &str, level: &str, scope: Option<&str>| {
        world.copy().execute(to(&world, operator, PROMOTE, "c.kim", level, scope))
    };
    assert_eq!(
        changes(&done(try_to("wide", "UA", Some("Cards; retail"))))[1],
        "scope (none) -> cards; retail"
    );
    assert_eq!(changes(&done(try_to("master", "GA", Some("all"))))[1], "scope (none) -> all");
    assert_eq!(changes(&done(try_to("master", "MA", None)))[1], "scope (none) -> all");
    assert_eq!(
        refused(try_to("master", "MA", Some("retail"))),
        (Rule::Guard, "scope: must be all for a master administrator".to_owned())
    );
    assert_eq!(refused(try_to("wide", "UA", Some("all"))).0, Rule::Giving);
    // What is out of scope does not exist, by whatever name.
    let unseen = |scope: &str| refused(try_to("organisation", "UA", Some(scope)));
    assert_eq!((unseen("cards").0, unseen("nowhere").0), (Rule::Guard, Rule::Guard));
    assert_eq!(unseen("cards").1.replace("cards", "X"), unseen("nowhere").1.replace("nowhere", "X"));
}

#[test]
fn what_a_scope_loses_lies_within_the_givers_as_well() {
    let world = tree();
    world.add(Someone { scope: Some(&["retail", "cards"]), ..admin("wide", Level::User) });
    world.add(Someone { scope: Some(&["retail"]), ..admin("narrow", Level::Organisation) });
    let change = |operator: &str, level: &str, scope: Option<&str>| {
        world.copy().execute(to(&world, operator, LEVEL, "wide", level, scope))
    };
    assert_eq!(refused(change("narrow", "UA", Some("retail"))).0, Rule::Giving, "cards would go");
    assert_eq!(refused(change("narrow", "none", None)).0, Rule::Giving, "cards would go as well");
    assert_eq!(changes(&done(change("narrow", "OA", None))), ["level UA -> OA"], "the scope stays");
    assert_eq!(changes(&done(change("master", "UA", Some("retail")))), ["scope cards; retail -> retail"]);
    assert_eq!(refused(change("master", "none", Some("retail"))).1, "scope: must be empty without a level");
}

#[test]
fn changing_a_level_needs_one_that_may_give_it_and_leaves_a_master() {
    let world = tree();
    world
        .sql()
        .execute("INSERT INTO role_rights SELECT id, 'user.promote' FROM roles WHERE name = 'desk'", [])
        .unwrap();
    world.sql().execute("INSERT INTO user_roles SELECT u.id, r.id FROM users u, roles r WHERE u.login = 'user' AND r.name = 'desk'", []).unwrap();
    world.add(admin("user-2", Level::User));
    assert_eq!(
        refused(world.execute(to(&world, "user", LEVEL, "user-2", "none", None))),
        (Rule::Level, "your level UA may not change or take level UA".to_owned())
    );
    assert_eq!(
        refused(world.execute(to(&world, "organisation", LEVEL, "organisation", "UA", None))).0,
        Rule::Own
    );
    assert_eq!(
        refused(world.execute(to(&world, "organisation", LEVEL, "user-2", "GA", None))).0,
        Rule::Giving
    );

    world.add(admin("second", Level::Master));
    let take = |world: &World| world.execute(to(world, "second", LEVEL, "master", "none", None));
    done(take(&world.copy()));
    // In an hour the second one is away for an hour: then nobody would be there.
    let from = NOW.plus_seconds(3600).0;
    world
        .sql()
        .execute(
            "UPDATE users SET window_from = ?1, window_to = ?2 WHERE login = 'second'",
            [from, from + 3_600_000],
        )
        .unwrap();
    assert_eq!(refused(take(&world)).0, Rule::LastMaster);
    assert_eq!(stored(&world, "master"), "admin MA all");
}

#[test]
fn becoming_a_master_leaves_the_group() {
    let world = tree();
    let receipt = done(world.execute(to(&world, "master", PROMOTE, "in.night", "MA", None)));
    assert!(changes(&receipt).contains(&"group night -> (none)".to_owned()), "{receipt:?}");
    assert_eq!(world.value("SELECT count(group_id) FROM users WHERE login = 'in.night'"), "0");
    world.add(Someone { group: Some("night"), ..admin("grouped", Level::Global) });
    let receipt = done(world.execute(to(&world, "master", LEVEL, "grouped", "MA", None)));
    assert_eq!(receipt.effects[0], "The user leaves the group: no master administrator is in one.");
    assert_eq!(world.value("SELECT count(group_id) FROM users WHERE login = 'grouped'"), "0");
}

#[test]
fn an_operator_in_a_group_promotes_only_whoever_ends_below() {
    let world = tree();
    world.add(Someone { group: Some("tier"), ..admin("grouped", Level::Organisation) });
    let promote = |target: &str| world.copy().execute(to(&world, "grouped", PROMOTE, target, "UA", None));
    done(promote("in.night"));
    let (rule, text) = refused(promote("nobody"));
    assert_eq!(rule, Rule::Giving);
    assert!(text.contains("must be one below your own"), "{text}");
    assert_eq!(refused(promote("in.tier")).0, Rule::Existence);
}

#[test]
fn nobody_promotes_whom_they_could_not_become() {
    let world = tree();
    world.role("reading", Some("retail"), &["audit.view"]);
    world.add(staff("auditor", &["reading"]));
    let (rule, text) = refused(world.execute(to(&world, "organisation", PROMOTE, "auditor", "UA", None)));
    assert_eq!(rule, Rule::TakingOver, "{text}");
    done(world.execute(to(&world, "global", PROMOTE, "auditor", "UA", None)));
}

#[test]
fn of_two_reasons_the_first_in_the_order_of_the_rules_is_told() {
    let world = tree();
    // Giving stands before kind: an admin is not promoted, and not to MA by a GA either.
    assert_eq!(refused(world.execute(to(&world, "global", PROMOTE, "user", "MA", None))).0, Rule::Giving);
    assert_eq!(refused(world.execute(to(&world, "global", PROMOTE, "user", "UA", None))).0, Rule::Kind);
    world.add(Someone { login: "d.lee", ..CUSTOMER });
    let rights = match world.ask("master", Query::User { named: "user".to_owned() }) {
        Reply::User(profile) => profile.rights,
        other => panic!("{other:?}"),
    };
    assert!(rights.iter().count() > 0);
}
