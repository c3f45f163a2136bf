//! Console sessions: who sees which, and ending one's own from another.

use std::net::{IpAddr, Ipv4Addr};

use wardroom::actions::me::sessions_end;
use wardroom::actions::request::{Request, Target};
use wardroom::authz::refusal::Rule;
use wardroom::base::ids::SessionId;
use wardroom::domain::level::Level;
use wardroom::domain::operator::Entry;
use wardroom::protocol::{Answer, Query, Reply};
use wardroom::service::GoesOn;

use crate::doors::{OPERATORS, world};
use crate::world::{Someone, World, admin, staff};

/// `login` signs in and sits there.
fn open(world: &World, login: &str) -> SessionId {
    let entry = Entry {
        operator: world.id(login),
        login: login.to_owned(),
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        proof: "password".to_owned(),
        code_at: None,
    };
    world.wait(world.service().open_session(&world.actor(login), entry)).unwrap()
}

/// Whose sessions `operator` sees, sorted, and how many it is told that there are.
fn seen(world: &World, operator: &str) -> (Vec<String>, u64) {
    match world.ask(operator, Query::Sessions { before: None, rows: 99 }) {
        Reply::Sessions(page) => {
            let mut logins: Vec<String> =
                page.sessions.into_iter().filter_map(|session| session.who.login).collect();
            logins.sort();
            (logins, page.count)
        }
        other => panic!("no sessions: {other:?}"),
    }
}

#[test]
fn one_sees_the_sessions_of_whom_one_may_sign_out_and_always_ones_own() {
    let world = world();
    world.group("branch", Some("retail"), None, &["user.view"]);
    world.add(Someone { organisation: "cards", ..admin("far", Level::Organisation) });
    world.add(Someone { group: Some("branch"), ..staff("grouped", &[]) });
    world.add(staff("free", &["desk"]));
    world.role("ending", Some("retail"), &["user.sessions.end"]);
    world.sql().execute("INSERT INTO user_roles SELECT u.id, r.id FROM users u, roles r WHERE u.login = 'free' AND r.name = 'ending'", []).unwrap();
    let all = ["desk", "far", "free", "global", "grouped", "looker", "master", "organisation", "user"];
    let sessions: Vec<(&str, SessionId)> = all.map(|login| (login, open(&world, login))).into();
    let of = |login: &str| sessions.iter().find(|(known, _)| *known == login).unwrap().1;
    let of_retail: Vec<&str> = all.into_iter().filter(|login| *login != "far").collect();
    assert_eq!(seen(&world, "master"), (all.map(str::to_owned).into(), 9));
    assert_eq!(seen(&world, "organisation"), (of_retail.iter().map(ToString::to_string).collect(), 8));
    assert_eq!(seen(&world, "far"), (vec!["far".to_owned()], 1));
    // Without the right to end them one's own remain; without a level nobody in a group exists.
    for login in ["desk", "looker", "user"] {
        assert_eq!(seen(&world, login), (vec![login.to_owned()], 1));
    }
    assert!(!seen(&world, "free").0.contains(&"grouped".to_owned()));
    assert_eq!(seen(&world, "free").1, 7);
    for (operator, hidden) in [("organisation", "far"), ("desk", "master"), ("free", "grouped")] {
        let ask = |session: SessionId| match world.ask(operator, Query::Session { session }) {
            Reply::Refused(refusal) => (refusal.rule, refusal.text.replace(&session.to_string(), "S")),
            other => panic!("{operator} sees the session of {hidden}: {other:?}"),
        };
        assert_eq!(ask(of(hidden)), ask(SessionId(999)));
        assert_eq!(ask(of(hidden)).0, Rule::Existence);
    }
    for operator in OPERATORS {
        assert!(matches!(world.ask(operator, Query::Session { session: of(operator) }), Reply::Session(_)));
    }
}

#[test]
fn sessions_come_newest_first_and_page_by_page_and_closed_ones_not_at_all() {
    let world = world();
    let sessions: Vec<SessionId> = (0..5).map(|_| open(&world, "desk")).collect();
    world.wait(world.service().close_session(sessions[2], "signed out")).unwrap();
    let page = |before: Option<SessionId>| match world.ask("master", Query::Sessions { before, rows: 3 }) {
        Reply::Sessions(page) => {
            (page.sessions.iter().map(|session| session.id).collect::<Vec<_>>(), page.count)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(page(None), (vec![sessions[4], sessions[3], sessions[1]], 4));
    assert_eq!(page(Some(sessions[1])), (vec![sessions[0]], 4));
}

#[test]
fn only_who_holds_a_session_knows_how_idle_it_is() {
    let world = world();
    let (here, elsewhere) = (open(&world, "desk"), open(&world, "desk"));
    let present = world.service().enter(here);
    let last_key = |session: SessionId| match world.ask("desk", Query::Session { session }) {
        Reply::Session(session) => session.last_key,
        other => panic!("{other:?}"),
    };
    assert_eq!((last_key(here), last_key(elsewhere)), (Some(world.clock.now()), None));
    let later = world.clock.now().plus_seconds(61);
    present.pressed(later);
    assert_eq!(last_key(here), Some(later));
    drop(present);
    assert_eq!(last_key(here), None);
}

#[test]
fn my_other_sessions_end_and_the_one_that_asks_goes_on() {
    let world = world();
    let (other, here) = (open(&world, "looker"), open(&world, "looker"));
    let strangers = open(&world, "desk");
    let end = |session: Option<SessionId>| {
        let mut request = world.request("looker", sessions_end::SPEC.code, "");
        request.actor.session = session;
        // Whoever is named: it is upon oneself.
        world.execute(Request { target: Target::Named("desk".to_owned()), ..request })
    };
    let goes_on = |login: &str, session: SessionId| {
        let mut actor = world.actor(login);
        actor.session = Some(session);
        matches!(world.wait(world.service().may_go_on(&actor)), GoesOn::Until(_))
    };
    let Answer::Done(receipt) = end(Some(here)) else { panic!("not done") };
    assert_eq!(receipt.differences[0].to_string(), "live sessions 2 -> 1");
    assert!(receipt.effects[0].starts_with(&format!("{other} from ")), "{:?}", receipt.effects);
    assert!(goes_on("looker", here) && !goes_on("looker", other) && goes_on("desk", strangers));
    assert_eq!(
        world.value("SELECT result || action || target FROM audit WHERE action = 'self.sessions.end'"),
        "allowedself.sessions.endlooker"
    );
    assert_eq!(world.value("SELECT code FROM history"), "session.destroy");
    assert!(
        matches!(end(Some(here)), Answer::Refused(refusal) if refusal.text == "you have no other live session")
    );
    // A command of its own sits in no session: it ends all of them.
    assert!(matches!(end(None), Answer::Done(_)));
    assert!(!goes_on("looker", here));
}
