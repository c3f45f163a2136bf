//! Giving roles, groups and platform accounts: each rule as it holds and as it bites, on a real store.

use wardroom::actions::request::{Request, Run, Target};
use wardroom::actions::spec::Risk;
use wardroom::actions::{undo, user};
use wardroom::authz::refusal::Rule;
use wardroom::base::secret::Secret;
use wardroom::domain::level::Level;
use wardroom::domain::operator::Via;
use wardroom::domain::target::TargetId;
use wardroom::protocol::{Answer, Choice, Query, Receipt, Reply};

use crate::doors::world;
use crate::world::{CUSTOMER, Someone, World, admin, staff};

const ROLES: &str = user::roles_assign::SPEC.code;
const GROUP: &str = user::group_assign::SPEC.code;
const ACCOUNTS: &str = user::accounts_assign::SPEC.code;

/// A world with a tree of groups, and operators inside it.
pub(crate) fn tree() -> World {
    let world = world();
    world.sql().execute("DELETE FROM user_platform_accounts", []).unwrap();
    world.role("auditing", Some("retail"), &["audit.view"]);
    world.role("anywhere", None, &["user.view"]);
    world.role("theirs", Some("cards"), &["user.view"]);
    world.group("top", Some("retail"), None, &["user.update", "user.lock", "group.manage"]);
    world.group("tier", Some("retail"), Some("top"), &["user.update", "user.lock"]);
    world.group("night", Some("retail"), Some("tier"), &["user.lock"]);
    world.group("beside", Some("retail"), None, &["user.view"]);
    world.group("watch", Some("retail"), None, &["audit.view"]);
    world.group("their own", Some("cards"), None, &[]);
    world.platform_account("card issuing", "cards");
    world.platform_account("channel", "retail");
    world.add(Someone { group: Some("tier"), ..staff("in.tier", &[]) });
    world.add(Someone { group: Some("night"), ..staff("in.night", &[]) });
    world.add(staff("nobody", &[]));
    world
}

pub(crate) fn with(
    world: &World,
    operator: &str,
    code: &'static str,
    target: &str,
    field: &str,
    value: &str,
) -> Request {
    let mut request = world.request(operator, code, target);
    for other in ["roles", "accounts", "group", "level", "scope"] {
        request.answers.remove(other);
    }
    request.answers.insert(field.to_owned(), value.to_owned());
    request
}

pub(crate) fn done(answer: Answer) -> Receipt {
    match answer {
        Answer::Done(receipt) => *receipt,
        other => panic!("not done: {other:?}"),
    }
}

pub(crate) fn refused(answer: Answer) -> (Rule, String) {
    match answer {
        Answer::Refused(refusal) => (refusal.rule, refusal.text),
        other => panic!("not refused: {other:?}"),
    }
}

fn changes(receipt: &Receipt) -> Vec<String> {
    receipt.differences.iter().map(ToString::to_string).collect()
}

#[test]
fn roles_are_replaced_by_what_is_named_and_only_held_ones_are_added() {
    let world = tree();
    let give = |operator: &str, target: &str, roles: &str| {
        world.execute(with(&world, operator, ROLES, target, "roles", roles))
    };
    assert_eq!(
        changes(&done(give("user", "nobody", "Desk ; anywhere"))),
        ["roles (none) -> anywhere; desk"],
        "in any case, of the organisation and of the institution"
    );
    assert_eq!(
        refused(give("user", "nobody", "desk; auditing")),
        (Rule::Giving, "`auditing` holds rights that you lack".to_owned())
    );
    assert_eq!(refused(give("user", "nobody", "theirs")).0, Rule::Guard, "no role of that organisation");
    assert_eq!(
        refused(give("user", "nobody", "desk; anywhere")),
        (Rule::Guard, "nothing is changed".to_owned())
    );
    // What somebody has already is not given: whoever lacks it may leave it and take others away.
    done(give("global", "nobody", "desk; auditing"));
    assert_eq!(changes(&done(give("user", "nobody", "auditing"))), ["roles auditing; desk -> auditing"]);
    let away = done(give("user", "nobody", ""));
    assert_eq!(away.effects, ["Without level, role and group there is no sign-in."]);
    assert_eq!(refused(give("user", "user", "desk")).0, Rule::Own);
    assert_eq!(refused(give("user", "global", "desk")).0, Rule::Level);
    assert_eq!(refused(give("master", "c.kim", "desk")).0, Rule::Kind);
    assert_eq!(refused(give("desk", "nobody", "desk")).0, Rule::Right);
    world.assert_chain();
}

#[test]
fn a_user_is_put_into_a_group_below_and_never_beside_the_operators_own() {
    let world = tree();
    let give = |operator: &str, target: &str, group: &str| {
        world.execute(with(&world, operator, GROUP, target, "group", group))
    };
    assert_eq!(changes(&done(give("in.tier", "nobody", "night"))), ["group (none) -> night"]);
    for elsewhere in ["tier", "top", "beside", "their own", "nowhere"] {
        let (rule, text) = refused(give("in.tier", "nobody", elsewhere));
        assert_eq!(
            (rule, text),
            (Rule::Guard, format!("group: no group `{elsewhere}` that you may give here"))
        );
    }
    // Whoever has roles may not be let out of the tree; whoever has none may.
    done(give("in.tier", "nobody", ""));
    done(give("organisation", "desk", "night"));
    let (rule, text) = refused(give("in.tier", "desk", ""));
    assert_eq!(rule, Rule::Giving);
    assert!(text.contains("must be one below your own"), "{text}");
    assert_eq!(refused(give("in.tier", "in.tier", "night")).0, Rule::Own);
    assert_eq!(refused(give("organisation", "nobody", "watch")).0, Rule::Giving, "rights that OA lacks");
    world.add(admin("second", Level::Master));
    let (rule, text) = refused(give("master", "second", "night"));
    assert_eq!((rule, text.as_str()), (Rule::Giving, "must be empty: no master administrator is in a group"));
    assert_eq!(refused(give("master", "c.kim", "night")).0, Rule::Kind);
}

#[test]
fn who_has_neither_level_nor_group_assigns_no_group() {
    let world = tree();
    world.role("updating", Some("retail"), &["user.update", "user.lock"]);
    world.add(staff("loose", &["updating"]));
    let (rule, text) = refused(world.execute(with(&world, "loose", GROUP, "nobody", "group", "night")));
    assert_eq!(
        (rule, text.as_str()),
        (Rule::Giving, "must be empty: without level and group you assign none")
    );
}

#[test]
fn a_group_with_rights_of_few_is_given_with_the_proof_of_a_high_risk_one_user_at_a_time() {
    let world = tree();
    let ask = |change: &dyn Fn(&mut Request)| {
        let mut request = with(&world, "global", GROUP, "nobody", "group", "watch");
        change(&mut request);
        world.copy().execute(request)
    };
    let dry = done(ask(&|request| request.run = Run::Dry));
    assert_eq!(dry.risk.map(Risk::word), Some("L3"));
    let bare = refused(ask(&|request| request.confirmed.clear()));
    assert_eq!(bare.0, Rule::Guard);
    assert!(bare.1.ends_with("the login is typed to confirm"), "{}", bare.1);
    let short = refused(ask(&|request| drop(request.answers.insert("reason".to_owned(), "word".to_owned()))));
    assert!(short.1.ends_with("at least 10 characters"), "{}", short.1);
    let coded =
        refused(ask(&|request| (request.actor.via, request.actor.has_second_factor) = (Via::Ssh, true)));
    assert!(coded.1.ends_with("a fresh code is needed"), "{}", coded.1);
    done(ask(&|_| {}));
    // What a group of the many gives is of the level that is declared.
    let plain =
        Request { confirmed: String::new(), ..with(&world, "global", GROUP, "nobody", "group", "night") };
    done(world.execute(plain));
}

#[test]
fn platform_accounts_are_given_by_who_has_them_and_by_a_master() {
    let world = tree();
    let give = |operator: &str, accounts: &str| {
        world.execute(with(&world, operator, ACCOUNTS, "nobody", "accounts", accounts))
    };
    let lacking = refused(give("organisation", "ledger"));
    assert_eq!(lacking, (Rule::Giving, "you do not hold the platform account `ledger`".to_owned()));
    assert_eq!(
        changes(&done(give("master", "ledger; channel"))),
        ["platform accounts (none) -> channel; ledger"]
    );
    done(world.execute(with(&world, "master", ACCOUNTS, "organisation", "accounts", "ledger")));
    assert_eq!(
        changes(&done(give("organisation", "ledger"))),
        ["platform accounts channel; ledger -> ledger"]
    );
    assert_eq!(refused(give("master", "card issuing")).0, Rule::Guard, "of another organisation");
}

#[test]
fn what_was_assigned_is_taken_back_and_given_again_only_by_who_may_give_it() {
    let world = tree();
    for (code, field, value) in
        [(ROLES, "roles", "desk"), (GROUP, "group", "tier"), (ACCOUNTS, "accounts", "channel")]
    {
        let before = world.value("SELECT count(*) || ifnull(max(group_id), '-') FROM users");
        let given = done(world.execute(with(&world, "master", code, "nobody", field, value)));
        let back = Request {
            code: undo::CODE,
            target: Target::Done { audit: Some(given.audit) },
            ..world.request("master", code, "nobody")
        };
        let undone = done(world.execute(back));
        assert_eq!(
            (&undone.differences[0].before, &undone.differences[0].after),
            (&given.differences[0].after, &given.differences[0].before)
        );
        assert_eq!(world.value("SELECT count(*) || ifnull(max(group_id), '-') FROM users"), before, "{code}");
        assert_eq!(world.value("SELECT code FROM history ORDER BY seq DESC LIMIT 1"), user_history(code));
    }
    // A role that was taken away comes back only as long as its rights are held.
    done(world.execute(with(&world, "master", ROLES, "nobody", "roles", "auditing")));
    let taken = done(world.execute(with(&world, "global", ROLES, "nobody", "roles", "")));
    world.sql().execute("UPDATE users SET level = 'OA' WHERE login = 'global'", []).unwrap();
    let back = Request {
        code: undo::CODE,
        target: Target::Done { audit: Some(taken.audit) },
        ..world.request("global", ROLES, "nobody")
    };
    assert_eq!(refused(world.execute(back.clone())).0, Rule::Giving);
    world.sql().execute("UPDATE users SET level = 'GA' WHERE login = 'global'", []).unwrap();
    let there = world.copy();
    there.sql().execute("DELETE FROM roles WHERE name = 'auditing'", []).unwrap();
    assert_eq!(refused(there.execute(back.clone())).0, Rule::Guard, "it is not there any more");
    assert_eq!(changes(&done(world.execute(back))), ["roles (none) -> auditing"]);
    world.assert_chain();
}

fn user_history(code: &str) -> String {
    wardroom::actions::find(code).unwrap().history.unwrap().to_owned()
}

fn choices(
    world: &World,
    operator: &str,
    code: &'static str,
    field: &'static str,
    target: &str,
) -> Vec<Choice> {
    let id = Some(TargetId::User(world.id(target)));
    match world.ask(operator, Query::Choices { code, field, id }) {
        Reply::Choices(choices) => choices,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_picker_offers_what_exists_for_the_operator_and_dims_what_a_request_would_refuse() {
    let world = tree();
    for (operator, code, field) in [
        ("master", ROLES, "roles"),
        ("user", ROLES, "roles"),
        ("organisation", GROUP, "group"),
        ("in.tier", GROUP, "group"),
        ("master", ACCOUNTS, "accounts"),
        ("organisation", ACCOUNTS, "accounts"),
    ] {
        let offered = choices(&world, operator, code, field, "nobody");
        assert!(!offered.is_empty(), "{operator} {field}");
        for choice in offered {
            let request =
                Request { run: Run::Dry, ..with(&world, operator, code, "nobody", field, &choice.word) };
            let refusal = match world.execute(request) {
                Answer::Done(_) => None,
                Answer::Refused(refusal) => Some(refusal),
                other => panic!("{other:?}"),
            };
            assert_eq!(choice.refusal, refusal, "{operator}: {field} {}", choice.word);
        }
    }
    let names = |operator: &str| {
        choices(&world, operator, GROUP, "group", "nobody")
            .into_iter()
            .map(|choice| (choice.word, choice.depth))
            .collect::<Vec<_>>()
    };
    let tree = [("beside", 0), ("top", 0), ("tier", 1), ("night", 2), ("watch", 0)];
    assert_eq!(names("organisation"), tree.map(|(name, depth)| (name.to_owned(), depth)));
    assert_eq!(names("in.tier"), [("night".to_owned(), 0)], "what is not below does not exist");
}

#[test]
fn a_right_that_is_given_is_there_with_the_next_request() {
    let world = tree();
    let lock = |world: &World| world.execute(world.request("nobody", user::lock::SPEC.code, "c.kim"));
    assert_eq!(refused(lock(&world)).0, Rule::Status, "nothing is assigned");
    done(world.execute(with(&world, "master", ROLES, "nobody", "roles", "looking")));
    assert_eq!(refused(lock(&world)).0, Rule::Right);
    done(world.execute(with(&world, "master", ROLES, "nobody", "roles", "desk")));
    done(lock(&world));
    let mut hash = with(&world, "master", ROLES, "looker", "roles", "desk");
    hash.password_hash = Some(Secret::new("never asked for".to_owned()));
    done(world.execute(hash));
    assert_eq!(world.value("SELECT count(*) FROM credentials WHERE password_hash IS NOT NULL"), "0");
    world.add(Someone { login: "d.lee", ..CUSTOMER });
}
