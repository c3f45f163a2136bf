//! Every refusal explains itself: the reasons that `why` tells are those of the gate, for every action, operator and target.

use wardroom::actions::request::{Request, Run, Target};
use wardroom::actions::walk::{Finding, Step};
use wardroom::actions::{self, Spec};
use wardroom::authz::grants::RightSet;
use wardroom::authz::refusal::Rule;
use wardroom::authz::sources;
use wardroom::domain::level::Level;
use wardroom::domain::status::Status;
use wardroom::domain::target::TargetKind;
use wardroom::protocol::{About, Answer, Explained, Query, Reply};

use crate::doors;
use crate::world::{CUSTOMER, Someone, World, admin, staff};

const OPERATORS: [&str; 10] =
    ["master", "global", "organisation", "user", "desk", "looker", "keeper", "leader", "idle", "locked"];

/// Operators of every level and without one, in groups and in none; targets of every kind, near and far.
fn world() -> World {
    let world = doors::world();
    let rights = ["group.manage", "user.update", "user.lock", "role.view"];
    world.group("branch", Some("retail"), None, &rights);
    world.group("tier", Some("retail"), Some("branch"), &["user.lock"]);
    world.group("wide", None, None, &["user.view"]);
    world.role("wide desk", None, &["user.lock"]);
    world.role("cards desk", Some("cards"), &["user.view"]);
    world.add(Someone { group: Some("branch"), ..staff("keeper", &[]) });
    world.add(Someone { group: Some("branch"), ..admin("leader", Level::Organisation) });
    world.add(Someone { group: Some("tier"), ..staff("inside", &[]) });
    world.add(staff("idle", &[]));
    world.add(Someone { status: Status::LockedByAdmin, ..admin("locked", Level::Global) });
    world.add(Someone { organisation: "cards", ..CUSTOMER_FAR });
    world
}

const CUSTOMER_FAR: Someone<'static> = Someone { login: "far.away", ..CUSTOMER };

/// What `spec` is tried upon.
fn targets(spec: &Spec) -> &'static [&'static str] {
    match spec.target_kind() {
        Some(TargetKind::User) => {
            &["c.kim", "far.away", "master", "global", "user", "desk", "inside", "keeper", "locked", "nobody"]
        }
        Some(TargetKind::Group) => &["branch", "tier", "wide", "none such"],
        Some(TargetKind::Role) => &["desk", "wide desk", "cards desk", "none such"],
        Some(TargetKind::Organisation) => &["retail", "cards", "none such"],
        None => &[""],
    }
}

fn why(world: &World, asker: &str, spec: &'static Spec, target: &str, operator: Option<&str>) -> Explained {
    let about = if spec.target_kind().is_some() { About::Named(target.to_owned()) } else { About::Nothing };
    let query = Query::Why { code: spec.code, about, operator: operator.map(str::to_owned) };
    match world.ask(asker, query) {
        Reply::Why(explained) => *explained,
        other => panic!("no reasons for {}: {other:?}", spec.code),
    }
}

/// One rule failed, all before it were asked, and none behind it; or none failed and all were asked.
fn is_a_walk(chain: &[Step], failed: Option<Rule>) {
    assert_eq!(chain.iter().map(|step| step.rule).collect::<Vec<_>>(), Rule::ALL);
    for step in chain {
        let told = match &step.finding {
            Finding::Holds(text) => !text.is_empty() && failed.is_none_or(|rule| step.rule < rule),
            Finding::NotAsked(text) => !text.is_empty() && failed.is_none_or(|rule| step.rule < rule),
            Finding::Fails(_) => failed == Some(step.rule),
            Finding::NotReached => failed.is_some_and(|rule| step.rule > rule),
        };
        assert!(told, "{failed:?}: {step:?}");
    }
}

#[test]
fn why_and_the_gate_agree_every_time_and_every_rule_is_told() {
    let world = world();
    for operator in OPERATORS {
        for spec in actions::ALL.iter().copied() {
            for target in targets(spec) {
                let what = format!("{} by {operator} upon {target}", spec.code);
                let told = why(&world, operator, spec, target, None);
                is_a_walk(&told.chain, told.refusal.as_ref().map(|refusal| refusal.rule));
                let name = if spec.makes().is_some() { "brand new" } else { target };
                let request = Request { run: Run::Dry, ..world.request(operator, spec.code, name) };
                match (told.refusal, world.execute(request)) {
                    (Some(why), Answer::Refused(gate)) => {
                        let by_what_is_given = gate.rule == Rule::Giving && why.rule > Rule::Giving;
                        assert!(why == gate || by_what_is_given, "{what}: {why:?} and {gate:?}");
                    }
                    // What is filled in is asked beyond that, by rules that look at what is given.
                    (None, Answer::Refused(gate)) => assert!(
                        matches!(
                            gate.rule,
                            Rule::Level | Rule::Giving | Rule::Kind | Rule::State | Rule::Guard
                        ),
                        "{what}: {gate:?}"
                    ),
                    (None, Answer::Done(_)) | (_, Answer::Form(_)) => {}
                    (why, gate) => panic!("{what}: {why:?} and {gate:?}"),
                }
            }
        }
    }
}

#[test]
fn why_does_not_tell_what_is_out_of_sight_from_what_is_not_there() {
    let world = world();
    let hidden = [("organisation", "far.away"), ("keeper", "leader"), ("desk", "inside"), ("desk", "keeper")];
    for spec in actions::ALL.iter().copied().filter(|spec| spec.target_kind() == Some(TargetKind::User)) {
        for (operator, login) in hidden {
            let told = |name: &str| {
                let Explained { target, refusal, chain, right, able, .. } =
                    why(&world, operator, spec, name, None);
                format!("{:?}", (target, refusal, chain, right, able)).replace(name, "WHO")
            };
            assert_eq!(told(login), told("nobody.at.all"), "{} by {operator}", spec.code);
            let id = world.id(login).to_string();
            assert_eq!(told(&id), told("U999999"), "{} by {operator}", spec.code);
        }
    }
}

#[test]
fn why_for_another_operator_is_what_that_one_is_told_and_only_of_those_whom_one_sees() {
    let world = world();
    for spec in actions::ALL.iter().copied() {
        for target in targets(spec) {
            for other in ["user", "desk", "looker", "locked"] {
                let (own, as_other) = (
                    why(&world, other, spec, target, None),
                    why(&world, "master", spec, target, Some(other)),
                );
                assert_eq!(own.refusal, as_other.refusal, "{} by {other} upon {target}", spec.code);
                assert_eq!(own.chain, as_other.chain, "{} by {other} upon {target}", spec.code);
            }
        }
    }
    let query = |operator: &str| Query::Why {
        code: "user.lock",
        about: About::Named("c.kim".to_owned()),
        operator: Some(operator.to_owned()),
    };
    let told = |name: &str| match world.ask("desk", query(name)) {
        Reply::Refused(refusal) => refusal.text.replace(name, "WHO"),
        other => panic!("desk judges for {name}: {other:?}"),
    };
    assert_eq!(told("keeper"), told("nobody.at.all"));
    assert!(matches!(world.ask("looker", query("desk")), Reply::Why(_)));
}

#[test]
fn whoever_is_named_as_able_is_seen_and_passes_every_rule_of_authority() {
    let world = world();
    let mut named = 0;
    for operator in OPERATORS {
        for spec in actions::ALL.iter().copied() {
            for target in targets(spec) {
                let Some(able) = why(&world, operator, spec, target, None).able else { continue };
                assert!(able.logins.len() as u64 <= able.count && !able.is_more);
                for login in &able.logins {
                    named += 1;
                    let seen = world.ask(operator, Query::User { named: login.clone() });
                    assert!(matches!(seen, Reply::User(_)), "{operator} is told of {login}");
                    let theirs = why(&world, login, spec, target, None).refusal;
                    assert!(
                        theirs.as_ref().is_none_or(|refusal| refusal.rule >= Rule::Kind),
                        "{} upon {target}: {login} is named to {operator}: {theirs:?}",
                        spec.code
                    );
                }
            }
        }
    }
    assert!(named > 100, "only {named}");
}

#[test]
fn the_reasons_name_where_the_right_comes_from_or_what_would_give_it() {
    let world = world();
    let lock = actions::find("user.lock").unwrap();
    let right = |operator: &str, target: &str| why(&world, operator, lock, target, None).right;
    assert_eq!(right("user", "c.kim"), ["held by level UA"]);
    assert_eq!(right("desk", "c.kim"), ["held by role `desk`"]);
    assert_eq!(right("keeper", "c.kim"), ["held by group `branch`"]);
    assert_eq!(right("leader", "inside"), ["held by level OA", "held by group `branch`"]);
    assert_eq!(
        right("looker", "c.kim"),
        ["it comes with level UA, OA, GA, MA"],
        "roles are not looker's to see"
    );
    let purge = why(&world, "keeper", actions::find("user.promote").unwrap(), "inside", None);
    assert_eq!(
        purge.right,
        ["it comes with level OA, GA, MA", "no role that you see gives it", "no group that you see gives it"]
    );
    let able = why(&world, "looker", lock, "c.kim", None).able.unwrap();
    assert_eq!((able.count, able.logins.len()), (5, 5), "{able:?}");
    let text = why(&world, "looker", lock, "c.kim", None);
    assert_eq!(text.needs(), "the right `user.lock`: Lock and unlock");
    assert!(matches!(
        world.execute(Request {
            target: Target::Named("c.kim".to_owned()),
            ..world.request("looker", "user.lock", "c.kim")
        }),
        Answer::Refused(refusal) if Some(&refusal) == text.refusal.as_ref()
    ));
}

#[test]
fn a_profile_tells_every_right_with_what_hands_it_over() {
    let world = world();
    for login in OPERATORS {
        let Reply::User(profile) = world.ask("master", Query::User { named: login.to_owned() }) else {
            panic!("no profile of {login}");
        };
        let handed = profile.sources.iter().fold(RightSet::EMPTY, |all, source| all.union(source.rights));
        assert_eq!(handed, profile.rights, "{login}");
        for right in profile.rights.iter() {
            assert!(!sources::of(&profile.sources, right).is_empty(), "{login}: {}", right.code());
        }
    }
    // Of the way to a group only what is in sight is named.
    let path = |asker: &str| match world.ask(asker, Query::User { named: "inside".to_owned() }) {
        Reply::User(profile) => profile.sources[0].words(),
        other => panic!("{asker}: {other:?}"),
    };
    assert_eq!(
        (path("master"), path("keeper")),
        ("group `branch > tier`".to_owned(), "group `branch > tier`".to_owned())
    );
    assert_eq!(path("inside"), "group `tier`");
}
