//! A change made against an older version is refused, and tells what changed meanwhile.

use std::net::{IpAddr, Ipv4Addr};

use wardroom::actions::request::{Request, Target};
use wardroom::actions::{support, user};
use wardroom::domain::operator::Entry;
use wardroom::domain::status::Status;
use wardroom::domain::target::TargetId;
use wardroom::protocol::{Answer, Query, Reply};

use crate::doors::world;

#[test]
fn what_was_seen_before_a_change_is_stale_and_names_the_change_alone() {
    let world = world();
    let desk = world.id("desk");
    let Reply::User(seen) = world.ask("master", Query::UserById { user: desk }) else { panic!("no profile") };
    for (operator, code) in
        [("global", user::lock::SPEC.code), ("organisation", support::note_add::SPEC.code)]
    {
        assert!(matches!(world.execute(world.request(operator, code, "desk")), Answer::Done(_)), "{code}");
    }
    // A session that opens is in the audit of its owner, and changes no version.
    let entry = Entry {
        operator: desk,
        login: "desk".to_owned(),
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        proof: "password".to_owned(),
        code_at: None,
    };
    world.wait(world.service().open_session(&world.actor("desk"), entry)).unwrap();

    let target = Target::Seen { id: TargetId::User(desk), version: seen.user.version };
    let request = Request { target, ..world.request("master", user::unlock::SPEC.code, "desk") };
    match world.execute(request) {
        Answer::Stale(stale) => {
            let told =
                ["user.lock by global, 0s ago: status ACTIVE -> LOCKED_BY_ADMIN, admin lock no -> yes"];
            assert_eq!(stale.lines(), told);
        }
        other => panic!("the older version was accepted: {other:?}"),
    }
    assert_eq!(world.status("desk"), Status::LockedByAdmin);
}
