//! Editing what stands there, and ending some of several sessions.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use wardroom::actions::request::Request;
use wardroom::actions::user::{edit, sessions_end};
use wardroom::base::ids::SessionId;
use wardroom::domain::operator::Entry;
use wardroom::protocol::{Answer, Query, Receipt, Reply};
use wardroom::service::GoesOn;

use crate::doors::world;
use crate::world::World;

fn edited(world: &World, answers: &[(&str, &str)]) -> Answer {
    let answers: BTreeMap<String, String> =
        answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    world.execute(Request { answers, ..world.request("master", edit::SPEC.code, "c.kim") })
}

fn changes(answer: Answer) -> Vec<String> {
    match answer {
        Answer::Done(receipt) => {
            let Receipt { differences, .. } = *receipt;
            differences.iter().map(ToString::to_string).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_field_that_is_not_given_stays_and_one_given_empty_is_emptied() {
    let world = world();
    assert_eq!(changes(edited(&world, &[("middle_name", "May")])), ["middle name (none) -> May"]);
    assert_eq!(
        changes(edited(&world, &[("middle_name", " "), ("last_name", "Lee"), ("title", "")])),
        ["middle name May -> (none)", "last name c.kim -> Lee"]
    );
    assert_eq!(changes(edited(&world, &[("attributes", "branch=north\nvip=yes")])).len(), 2);
    assert_eq!(
        changes(edited(&world, &[("attributes", "branch=south")])),
        ["attribute branch north -> south", "attribute vip yes -> (none)"]
    );
    let Reply::User(profile) = world.ask("master", Query::User { named: "c.kim".to_owned() }) else {
        panic!()
    };
    assert_eq!(profile.user.names.full(), "Ann Lee");
    assert_eq!(profile.user.attributes, [("branch".to_owned(), "south".to_owned())]);
    // Lists find and sort by the new name.
    assert_eq!(world.value("SELECT name_folded FROM users WHERE login = 'c.kim'"), "lee ann");
    let told = "SELECT detail ->> '$.changes[0].after' FROM audit ORDER BY seq DESC LIMIT 1";
    assert_eq!(world.value(told), "south");
}

#[test]
fn an_edit_that_changes_nothing_is_refused_and_so_is_an_attribute_that_is_none() {
    let world = world();
    for (answers, told) in [
        (&[("first_name", "Ann"), ("middle_name", "")][..], "nothing is changed"),
        (&[], "nothing is changed"),
        (&[("attributes", "north")], "attributes: line 1: wants `name=value`, got `north`"),
    ] {
        match edited(&world, answers) {
            Answer::Refused(refusal) => assert_eq!(refusal.text, told),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(world.value("SELECT version FROM users WHERE login = 'c.kim'"), "1");
}

#[test]
fn sessions_end_one_by_one_or_all_and_each_is_told_why() {
    let world = world();
    let desk = world.id("desk");
    let open = || {
        let entry = Entry {
            operator: desk,
            login: "desk".to_owned(),
            source: IpAddr::V4(Ipv4Addr::LOCALHOST),
            proof: "password".to_owned(),
            code_at: None,
        };
        world.wait(world.service().open_session(&world.actor("desk"), entry)).unwrap()
    };
    let sessions = [open(), open(), open()];
    let end = |which: String| {
        let mut request = world.request("master", sessions_end::SPEC.code, "desk");
        request.answers.insert("which".to_owned(), which);
        world.execute(request)
    };
    let why = |session: SessionId| {
        let mut actor = world.actor("desk");
        actor.session = Some(session);
        match world.wait(world.service().may_go_on(&actor)) {
            GoesOn::No(why) => Some(why),
            GoesOn::Until(_) => None,
            GoesOn::Unknown => panic!("the store did not answer"),
        }
    };
    assert!(matches!(end("S999".to_owned()), Answer::Refused(refusal) if refusal.text.contains("`S999`")));
    assert_eq!(changes(end(format!("{}, {}", sessions[0], sessions[2]))), ["live sessions 3 -> 1"]);
    let told = Some("signed out: an operator ended your session".to_owned());
    assert_eq!([why(sessions[0]), why(sessions[1]), why(sessions[2])], [told.clone(), None, told.clone()]);
    assert_eq!(changes(end(String::new())), ["live sessions 1 -> 0"]);
    assert_eq!(why(sessions[1]), told);
    assert!(
        matches!(end(String::new()), Answer::Refused(refusal) if refusal.text == "user has no live session")
    );
}
