//! Every action against the real store: what is offered is what is done, and the audit tells of all of it.

use std::collections::BTreeSet;

use wardroom::actions::request::{Request, Run, Target};
use wardroom::actions::spec::Subject;
use wardroom::actions::{self, Spec};
use wardroom::authz::refusal::{Refusal, Rule};
use wardroom::base::ids::UserId;
use wardroom::domain::level::Level;
use wardroom::domain::status::Status;
use wardroom::domain::target::{TargetId, TargetKind};
use wardroom::protocol::{Answer, Offer, Query, Reply};

use crate::world::{CUSTOMER, Someone, World, admin, differing, staff};

/// Operators of every level, and without one: with the rights of the desk, and with the right to look only.
pub(crate) const OPERATORS: [&str; 6] = ["master", "global", "organisation", "user", "desk", "looker"];

/// A world with these operators, all of `retail`, and the customer `c.kim`.
pub(crate) fn world() -> World {
    let world = World::new();
    world.role("desk", Some("retail"), &["user.lock", "user.note"]);
    world.role("looking", Some("retail"), &["user.view"]);
    world.platform_account("ledger", "retail");
    world.add(admin("global", Level::Global));
    world.add(admin("organisation", Level::Organisation));
    world.add(admin("user", Level::User));
    world.add(staff("desk", &["desk"]));
    world.add(staff("looker", &["looking"]));
    // What every form of a world gives is held by all of them: of giving its own laws tell.
    world
        .sql()
        .execute("INSERT INTO user_platform_accounts SELECT u.id, a.id FROM users u, platform_accounts a WHERE u.login <> 'looker'", [])
        .unwrap();
    world.add(CUSTOMER);
    world
}

/// What a law acts upon with `spec`: something of its kind that is in [`world`], or a new name.
pub(crate) fn target_of(spec: &Spec) -> &'static str {
    match (spec.target_kind(), spec.makes()) {
        (Some(TargetKind::User), _) => "c.kim",
        (Some(TargetKind::Group), _) => "branch",
        (Some(TargetKind::Role), _) => "desk",
        (Some(TargetKind::Organisation), _) => "retail",
        (None, Some(_)) => "brand new",
        (None, None) => "",
    }
}

/// What the menu says of `spec` on `target`.
pub(crate) fn offered(world: &World, operator: &str, target: UserId, spec: &Spec) -> Option<Refusal> {
    match world.ask(operator, Query::Menu { id: TargetId::User(target) }) {
        Reply::Menu(offers) => offers
            .into_iter()
            .find(|offer| offer.spec.code == spec.code)
            .and_then(|Offer { refusal, .. }| refusal),
        Reply::Refused(refusal) => Some(refusal),
        other => panic!("no menu: {other:?}"),
    }
}

fn on_users() -> impl Iterator<Item = &'static Spec> {
    actions::ALL.iter().copied().filter(|spec| matches!(spec.subject, Subject::User(_)))
}

/// A refusal as an outcome, `None` where it was done.
fn outcome(answer: Answer) -> Option<Refusal> {
    match answer {
        Answer::Done(_) => None,
        Answer::Refused(refusal) => Some(refusal),
        other => panic!("neither done nor refused: {other:?}"),
    }
}

#[test]
fn what_the_menu_offers_is_what_a_dry_run_and_a_real_one_do() {
    let world = world();
    let target = world.id("c.kim");
    for status in Status::ALL {
        world.put_into(target, status);
        for operator in OPERATORS {
            for spec in on_users() {
                let what = format!("{} by {operator} on {status}", spec.code);
                let offered = offered(&world, operator, target, spec);
                let request = world.request(operator, spec.code, "c.kim");
                let before = world.contents();
                let dry = outcome(world.execute(Request { run: Run::Dry, ..request.clone() }));
                assert_eq!(offered, dry, "{what}: menu and dry run");
                assert_eq!(
                    differing(&before, &world.contents()),
                    BTreeSet::new(),
                    "{what}: a dry run writes nothing"
                );
                let fresh = world.copy();
                assert_eq!(offered, outcome(fresh.execute(request)), "{what}: menu and execution");
                let after = fresh.contents();
                let changed = differing(&before, &after);
                match offered {
                    Some(refusal) => refused_leaves(&fresh, &changed, &refusal, &what),
                    None => allowed_leaves(&world, &fresh, spec, &what),
                }
            }
        }
    }
}

fn refused_leaves(world: &World, changed: &BTreeSet<String>, refusal: &Refusal, what: &str) {
    assert_eq!(*changed, BTreeSet::from(["audit".to_owned()]), "{what}: only the audit changes");
    assert_eq!(world.rows("audit"), 1, "{what}");
    let entry = world.value("SELECT result || ' ' || rule || ' ' || reason FROM audit");
    assert_eq!(entry, format!("denied {} {}", refusal.rule.word(), refusal.text), "{what}");
    world.assert_chain();
}

fn allowed_leaves(before: &World, after: &World, spec: &Spec, what: &str) {
    let more = |table: &str| after.rows(table) - before.rows(table);
    assert_eq!(more("audit"), 1, "{what}");
    assert_eq!(
        after.value("SELECT result || ' ' || action || ' ' || target FROM audit"),
        format!("allowed {} c.kim", spec.code)
    );
    // Of whoever is gone it is in the archive.
    assert_eq!(more("history") + more("archive"), i64::from(spec.history.is_some()), "{what}");
    assert_eq!(
        after.value("SELECT ifnull(max(code), '') FROM (SELECT code FROM history UNION ALL SELECT row ->> 'code' FROM archive)"),
        spec.history.unwrap_or_default(),
        "{what}"
    );
    assert_eq!(more("outbox"), i64::try_from(spec.notices.len()).unwrap(), "{what}");
    let told: Vec<&str> = spec.notices.iter().map(|notice| notice.template).collect();
    assert_eq!(
        after.value("SELECT ifnull(group_concat(template), '') FROM outbox"),
        told.join(","),
        "{what}"
    );
    // What leaves no trace in the history changes nothing: nobody has to look again.
    assert_eq!(more("changes") > 0, spec.history.is_some(), "{what}: other screens are told");
    after.assert_chain();
}

#[test]
fn out_of_scope_and_not_there_are_answered_word_for_word_alike() {
    let world = world();
    world.group("branch", Some("retail"), None, &["user.view"]);
    let far = world.add(Someone { login: "far.away", organisation: "cards", ..CUSTOMER });
    let grouped = world.add(Someone { group: Some("branch"), ..staff("grouped", &[]) });
    for (operator, hidden, id) in [("organisation", "far.away", far), ("desk", "grouped", grouped)] {
        for spec in on_users() {
            let execute = |target: Target| {
                let request = Request { target, ..world.request(operator, spec.code, "x") };
                let refusal = outcome(world.execute(request)).unwrap();
                let reason =
                    world.value("SELECT target || target_id || rule FROM audit ORDER BY seq DESC LIMIT 1");
                (refusal, reason)
            };
            let named = |name: &str| execute(Target::Named(name.to_owned()));
            let seen = |user| execute(Target::Seen { id: TargetId::User(user), version: 9 });
            assert_eq!(alike(named(hidden), hidden), alike(named("nobody.at.all"), "nobody.at.all"));
            assert_eq!(alike(named(&id.to_string()), &id.to_string()), alike(named("U999999"), "U999999"));
            let nobody = UserId(999_999);
            assert_eq!(alike(seen(id), &id.to_string()), alike(seen(nobody), "U999999"), "{}", spec.code);
        }
        for question in [
            |user| Query::UserById { user },
            |user| Query::Menu { id: TargetId::User(user) },
            |user| Query::Notes { user, before: None, rows: 9 },
            |user| Query::History { user, before: None, rows: 9 },
        ] {
            let ask = |user: UserId| match world.ask(operator, question(user)) {
                Reply::Refused(refusal) => (refusal.rule, refusal.text.replace(&user.to_string(), "WHO")),
                other => panic!("{operator} sees {hidden}: {other:?}"),
            };
            assert_eq!(ask(id), ask(UserId(999_999)));
        }
    }
}

fn alike((refusal, audit): (Refusal, String), asked: &str) -> (Rule, String, String, String) {
    let text = refusal.text.replace(asked, "WHO");
    (refusal.rule, text, refusal.satisfied_by, audit.replace(asked, "WHO"))
}

#[test]
fn without_its_audit_entry_nothing_is_done() {
    let world = world();
    world
        .sql()
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no room'); END")
        .unwrap();
    let before = world.contents();
    for spec in on_users() {
        let status = if spec.code.ends_with("unlock") { Status::LockedByAdmin } else { Status::Active };
        world.put_into(world.id("c.kim"), status);
        let before = world.contents();
        for operator in ["master", "looker"] {
            let answer = world.execute(world.request(operator, spec.code, "c.kim"));
            assert!(matches!(answer, Answer::Failed(_)), "{}: {answer:?}", spec.code);
        }
        assert_eq!(differing(&before, &world.contents()), BTreeSet::new(), "{}", spec.code);
    }
    world.sql().execute_batch("DROP TRIGGER full").unwrap();
    world.put_into(world.id("c.kim"), Status::Active);
    assert_eq!(differing(&before, &world.contents()), BTreeSet::new());
    let answer = world.execute(world.request("master", on_users().last().unwrap().code, "c.kim"));
    assert!(matches!(answer, Answer::Done(_)), "the store goes on afterwards: {answer:?}");
}

#[test]
fn an_operator_who_may_not_act_does_nothing_whatever_the_rights() {
    let world = world();
    let operator = world.id("global");
    for status in Status::ALL {
        world.put_into(operator, status);
        let may = matches!(status, Status::Active | Status::Recovery | Status::AutoLocked);
        for spec in on_users() {
            let fresh = world.copy();
            let refusal = outcome(fresh.execute(fresh.request("global", spec.code, "c.kim")));
            let barred = refusal.is_some_and(|refusal| refusal.rule == Rule::Status);
            assert_eq!(barred, !may, "{status}: {}", spec.code);
        }
    }
}

#[test]
fn nobody_locks_or_unlocks_themselves_and_the_last_master_stays() {
    let world = world();
    let rule = |operator: &str, code: &'static str, target: &str| {
        outcome(world.execute(world.request(operator, code, target))).map(|refusal| refusal.rule)
    };
    let (lock, unlock) = (actions::user::lock::SPEC.code, actions::user::unlock::SPEC.code);
    assert_eq!(rule("global", lock, "global"), Some(Rule::Own));
    world.put_into(world.id("global"), Status::AutoLocked);
    assert_eq!(rule("global", unlock, "global"), Some(Rule::Own));
    world.put_into(world.id("global"), Status::Active);
    assert_eq!(rule("global", lock, "master"), Some(Rule::Level));
    world.add(admin("second", Level::Master));
    assert_eq!(rule("second", lock, "master"), None, "another master remains");
    assert_eq!(rule("global", lock, "second"), Some(Rule::Level));
    // The locked master acts no more; of two, the one that is left is the last.
    assert_eq!(rule("master", lock, "second"), Some(Rule::Status));
    world.add(admin("third", Level::Master));
    world.put_into(world.id("third"), Status::AutoLocked);
    world.put_into(world.id("second"), Status::Active);
    assert_eq!(rule("third", lock, "second"), None, "an auto lock does not count against a master");
}
