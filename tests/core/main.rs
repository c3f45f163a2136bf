//! What the core is asked and what becomes of its answer: shown before a decision, kept in the audit, waited for by nothing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    reason = "what a test did not expect fails it; one that is skipped says so"
)]

mod people_service;
#[path = "../world/mod.rs"]
mod world;

use wardroom::actions::request::{Request, Run};
use wardroom::actions::user;
use wardroom::base::limits;
use wardroom::core::{Core, CorePerson, CoreSettings};
use wardroom::domain::status::Status;
use wardroom::protocol::{Answer, Receipt};

use crate::people_service::{Manner, PeopleService};
use crate::world::{CUSTOMER, World};

const CORE_ID: &str = "C4711";

fn settings(url: &str) -> CoreSettings {
    CoreSettings { url: url.to_owned(), token: None, trusted: None }
}

fn core(service: &PeopleService) -> Core {
    Core::new(settings(&service.url())).unwrap()
}

fn ask(service: &PeopleService, core_id: &str) -> Result<Option<CorePerson>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(core(service).person(core_id))
}

/// A world whose customer has a core id, with a core that behaves so.
fn world(manner: Manner) -> (World, PeopleService) {
    let service = PeopleService::start(manner);
    let mut world = World::new();
    world.add(CUSTOMER);
    world.sql().execute("UPDATE users SET core_id = ?1 WHERE login = ?2", [CORE_ID, CUSTOMER.login]).unwrap();
    world.asks(core(&service));
    (world, service)
}

fn delete(world: &World, run: Run) -> Request {
    Request { run, ..world.request("master", user::delete::SPEC.code, CUSTOMER.login) }
}

fn done(answer: Answer) -> Receipt {
    let Answer::Done(receipt) = answer else { panic!("{answer:?}") };
    *receipt
}

#[test]
fn a_person_is_found_by_the_id_whatever_characters_it_has() {
    let service = PeopleService::start(Manner::Knows(2));
    assert_eq!(ask(&service, "C4711"), Ok(Some(CorePerson { open_accounts: 2 })));
    assert_eq!(ask(&service, "a/b ?é"), Ok(Some(CorePerson { open_accounts: 2 })));
    assert_eq!(service.heard(), ["GET /people/C4711", "GET /people/a%2Fb%20%3F%C3%A9"]);
}

#[test]
fn whom_the_core_does_not_know_is_nobody_and_no_failure() {
    assert_eq!(ask(&PeopleService::start(Manner::KnowsNobody), "C1"), Ok(None));
}

#[test]
fn a_core_that_misbehaves_is_told_of_in_a_few_words() {
    let said = |manner| ask(&PeopleService::start(manner), "C1").unwrap_err();
    assert_eq!(said(Manner::Status(500)), "it answered with the status 500");
    assert_eq!(said(Manner::Redirects), "it answered with the status 302");
    assert_eq!(said(Manner::Garbage), "its answer cannot be understood");
    assert_eq!(said(Manner::TooLong), "its answer is too long");
    assert_eq!(said(Manner::AnotherPerson), "it answered for somebody else");
    assert_eq!(said(Manner::Hangs), "it does not answer");
    assert_eq!(said(Manner::HangsUp), "the connection broke off");
}

#[test]
fn an_answer_that_breaks_off_is_asked_for_once_more_and_a_wrong_one_is_not() {
    let service = PeopleService::start(Manner::HangsUp);
    ask(&service, "C1").unwrap_err();
    assert_eq!(service.heard().len(), 2);
    let service = PeopleService::start(Manner::Status(503));
    ask(&service, "C1").unwrap_err();
    assert_eq!(service.heard().len(), 1);
}

#[test]
fn a_core_that_keeps_failing_is_left_alone() {
    let service = PeopleService::start(Manner::Status(500));
    let core = core(&service);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..limits::CORE_FAILURES_MAX + 3 {
        runtime.block_on(core.person("C1")).unwrap_err();
    }
    assert_eq!(service.heard().len(), limits::CORE_FAILURES_MAX as usize);
    assert_eq!(runtime.block_on(core.person("C1")), Err("it failed several times just now".to_owned()));
}

#[test]
fn an_address_that_is_none_and_a_token_in_the_clear_are_refused_by_the_setting() {
    let said = |settings| Core::new(settings).unwrap_err().text;
    assert_eq!(
        said(settings("core.bank.example")),
        "core.url: must be https://HOST/PATH, got `core.bank.example`"
    );
    let token = Some(wardroom::base::secret::Secret::new("t".to_owned()));
    let in_the_clear = said(CoreSettings { token, ..settings("http://127.0.0.1:1") });
    assert!(
        in_the_clear.starts_with("core.token_file: a token is never sent in the clear"),
        "{in_the_clear}"
    );
    let nowhere = CoreSettings { trusted: Some("/nowhere".into()), ..settings("https://core.bank.example") };
    assert!(said(nowhere).starts_with("core.trusted_file: `/nowhere`: "));
}

#[test]
fn what_the_core_says_is_shown_before_the_decision_and_kept_with_it() {
    let (world, service) = world(Manner::Knows(2));
    let looked = done(world.execute(delete(&world, Run::Dry)));
    assert!(
        looked.effects.contains(&"2 open accounts at the core, asked 09:41:57Z.".to_owned()),
        "{:?}",
        looked.effects
    );
    // What was shown is what was decided by: nobody is asked again a moment later, and not while a reason is typed.
    let shown = looked.shown.clone();
    done(world.execute(Request { shown, ..delete(&world, Run::Dry) }));
    done(world.execute(Request { shown: looked.shown, ..delete(&world, Run::Real) }));
    assert_eq!(service.heard().len(), 1);
    let audited = world.value("SELECT detail ->> 'outside' FROM audit WHERE action = 'user.delete'");
    assert_eq!(
        audited,
        r#"[{"fact":"open accounts at the core","value":2,"asked_at":"2026-05-14T09:41:57Z"}]"#
    );
}

#[test]
fn what_was_shown_too_long_ago_is_asked_for_again_and_refused_where_it_is_another() {
    let (world, service) = world(Manner::Knows(2));
    let looked = done(world.execute(delete(&world, Run::Dry)));
    service.behave(Manner::Knows(3));
    world.clock.set(world.clock.now().plus_seconds(limits::OUTSIDE_FACT_S));
    let answer = world.execute(Request { shown: looked.shown, ..delete(&world, Run::Real) });
    let Answer::Stale(stale) = answer else { panic!("{answer:?}") };
    assert_eq!(stale.facts[0].to_string(), "open accounts at the core 2 -> 3");
    assert_eq!(world.status(CUSTOMER.login), Status::Active);
}

#[test]
fn a_core_that_is_away_is_said_and_holds_nobody_up() {
    let (world, service) = world(Manner::Status(503));
    let looked = done(world.execute(delete(&world, Run::Dry)));
    let told = "open accounts at the core: not known, it answered with the status 503; \
                the action does not wait for it.";
    assert!(looked.effects.contains(&told.to_owned()), "{:?}", looked.effects);
    done(world.execute(Request { shown: looked.shown, ..delete(&world, Run::Real) }));
    let failed = "SELECT detail -> 'outside' -> 0 ->> 'failed' FROM audit WHERE action = 'user.delete'";
    assert_eq!(world.value(failed), "it answered with the status 503");
    drop(service);
}

#[test]
fn the_core_is_not_asked_for_somebody_out_of_sight() {
    let (world, service) = world(Manner::Knows(2));
    world.add(world::Someone {
        organisation: "cards",
        ..world::admin("far", wardroom::domain::level::Level::Organisation)
    });
    let request = Request { actor: world.actor("far"), ..delete(&world, Run::Dry) };
    let answer = world.execute(request);
    assert!(matches!(answer, Answer::Refused(_)), "{answer:?}");
    assert!(service.heard().is_empty());
}
