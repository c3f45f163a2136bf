//! From L3 on: a fresh code over SSH, the login typed where there is none, and a reason that says something.

use std::collections::BTreeSet;

use wardroom::actions::request::{Request, Run};
use wardroom::actions::spec::{Risk, Spec, Subject};
use wardroom::actions::{self};
use wardroom::authz::refusal::Rule;
use wardroom::base::time::Timestamp;
use wardroom::domain::import::ImportStep;
use wardroom::domain::operator::{Actor, Via};
use wardroom::protocol::Answer;

use crate::doors::{target_of, world};
use crate::world::{NOW, World, differing};

fn risky() -> impl Iterator<Item = &'static Spec> {
    actions::ALL.iter().copied().filter(|spec| spec.risk >= Risk::L3)
}

fn on_users() -> impl Iterator<Item = &'static Spec> {
    risky().filter(|spec| matches!(spec.subject, Subject::User(_)))
}

/// Somebody upon whom `spec` does something.
fn target(spec: &Spec) -> &'static str {
    match spec.on() {
        "staff" => "looker",
        "admin" => "organisation",
        _ => "c.kim",
    }
}

/// `request` as it comes over SSH from somebody with a second factor whose last code is of `code_at`.
fn over_ssh(request: Request, code_at: Option<Timestamp>) -> Request {
    let actor = Actor { via: Via::Ssh, has_second_factor: true, code_at, ..request.actor };
    Request { actor, ..request }
}

/// That a guard refuses `request`, the audit says so, and nothing else is written.
fn assert_guarded(world: &World, request: Request, what: &str) {
    let before = world.contents();
    match world.execute(request) {
        Answer::Refused(refusal) => assert_eq!(refusal.rule, Rule::Guard, "{what}: {refusal}"),
        other => panic!("{what}: {other:?}"),
    }
    let changed = differing(&before, &world.contents());
    assert_eq!(changed, BTreeSet::from(["audit".to_owned()]), "{what}");
}

#[test]
fn over_ssh_nothing_from_l3_on_is_done_without_a_code_of_the_last_five_minutes() {
    let world = world();
    world.group("branch", Some("retail"), None, &["card.transfer"]);
    for spec in risky() {
        let request = match spec.subject {
            Subject::User(_) => world.request("master", spec.code, target(spec)),
            Subject::Group(_) | Subject::Role(_) | Subject::Organisation(_) | Subject::New(_) => {
                let mut request = world.request("master", spec.code, target_of(spec));
                let amounts = [("per_transfer", "10"), ("per_day", "20"), ("per_month", "30")];
                for (name, value) in amounts.into_iter().chain([("name", "renamed"), ("currency", "EUR")]) {
                    request.answers.insert(name.to_owned(), value.to_owned());
                }
                request
            }
            Subject::Own(_) | Subject::Directory(_) => {
                Request { import: Some(ImportStep::Begin), ..world.import_request("master") }
            }
        };
        for (code_at, what) in [
            (None, "none"),
            (Some(NOW.plus_seconds(-300)), "an old one"),
            (Some(NOW.plus_seconds(1)), "one of the future"),
        ] {
            let what = format!("{}: {what}", spec.code);
            assert_guarded(&world, over_ssh(request.clone(), code_at), &what);
            let dry = Request { run: Run::Dry, ..over_ssh(request.clone(), code_at) };
            assert!(matches!(world.copy().execute(dry), Answer::Done(_)), "{what}: looking asks for nothing");
        }
        let fresh = over_ssh(request, Some(NOW.plus_seconds(-299)));
        let answer = world.copy().execute(fresh);
        assert!(matches!(answer, Answer::Done(_)), "{}: {answer:?}", spec.code);
    }
}

#[test]
fn without_a_second_factor_nothing_from_l3_on_is_done_without_the_login_typed_exactly() {
    let world = world();
    for spec in on_users() {
        for via in [Via::Local, Via::Ssh] {
            let request = world.request("master", spec.code, target(spec));
            let request = Request { actor: Actor { via, ..request.actor.clone() }, ..request };
            for typed in ["", "c.ki", "C.KIM", "1"] {
                let confirmed = typed.to_owned();
                let what = format!("{}: `{typed}`", spec.code);
                assert_guarded(&world, Request { confirmed, ..request.clone() }, &what);
            }
            let answer = world.copy().execute(request);
            assert!(matches!(answer, Answer::Done(_)), "{}: {answer:?}", spec.code);
        }
    }
    assert!(on_users().count() > 0);
}

#[test]
fn a_reason_below_ten_characters_is_refused_from_l3_on() {
    let world = world();
    for spec in on_users() {
        let mut request = world.request("master", spec.code, target(spec));
        let before = world.contents();
        for short in ["", "too short", "  padded   "] {
            request.answers.insert("reason".to_owned(), short.to_owned());
            match world.execute(request.clone()) {
                Answer::Form(fault) => assert_eq!(fault.field, "reason"),
                other => panic!("{}: {other:?}", spec.code),
            }
        }
        assert_eq!(differing(&before, &world.contents()), BTreeSet::new());
        request.answers.insert("reason".to_owned(), "long enough".to_owned());
        assert!(matches!(world.copy().execute(request), Answer::Done(_)), "{}", spec.code);
    }
}
