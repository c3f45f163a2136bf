//! What is left of a user who is deleted, who may read it, and what becomes of the name.

use std::net::{IpAddr, Ipv4Addr};

use wardroom::actions::request::{Request, Target};
use wardroom::actions::user::{delete, lock};
use wardroom::actions::{self, support};
use wardroom::authz::refusal::Rule;
use wardroom::base::ids::UserId;
use wardroom::domain::import::{Cell, UserRow};
use wardroom::domain::level::Level;
use wardroom::domain::operator::Entry;
use wardroom::protocol::{Answer, Query, Reply};

use crate::doors::world;
use crate::world::{Someone, World, admin, staff};

fn done(world: &World, operator: &str, code: &'static str, target: &str) {
    let answer = world.execute(world.request(operator, code, target));
    assert!(matches!(answer, Answer::Done(_)), "{code}: {answer:?}");
}

/// Tables that name `user`, without those that only tell what happened.
fn tables_with(world: &World, user: UserId) -> Vec<String> {
    let sql = world.sql();
    let mut tables = sql
        .prepare("SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'user'")
        .unwrap();
    let names: Vec<String> =
        tables.query_map([], |row| row.get(0)).unwrap().map(|name| name.unwrap()).collect();
    let holds = |table: &String| {
        let count = format!("SELECT count(*) FROM {table} WHERE user = ?1");
        sql.query_row(&count, [user.0], |row| row.get::<_, i64>(0)).unwrap() > 0
    };
    names.into_iter().filter(holds).collect()
}

#[test]
fn of_a_deleted_user_only_the_archive_the_audit_and_closed_sessions_are_left() {
    let world = world();
    world.add(Someone { organisation: "retail", ..staff("p.stone", &["desk"]) });
    let user = world.id("p.stone");
    done(&world, "master", support::note_add::SPEC.code, "p.stone");
    done(&world, "master", support::tags_set::SPEC.code, "p.stone");
    done(&world, "master", lock::SPEC.code, "p.stone");
    world.sql().execute("UPDATE credentials SET failures = 3 WHERE user = ?1", [user.0]).unwrap();
    let entry = Entry {
        operator: user,
        login: "p.stone".to_owned(),
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        proof: "password".to_owned(),
        code_at: None,
    };
    let session = world.wait(world.service().open_session(&world.actor("p.stone"), entry)).unwrap();
    done(&world, "master", delete::SPEC.code, "p.stone");

    assert_eq!(tables_with(&world, user), ["archive", "outbox", "sessions"]);
    assert_eq!(world.value("SELECT end_reason FROM sessions"), "your account was deleted");
    assert_eq!(
        world.value("SELECT state || recipient || body || error FROM outbox"),
        "given up{}the user was deleted"
    );
    let said =
        world.value("SELECT target || ' ' || target_id || detail FROM audit ORDER BY seq DESC LIMIT 1");
    assert!(said.starts_with(&format!("p.stone {}", user.0)) && !said.contains("Ann"), "{said}");
    // Its session closes afterwards, and the audit tells whose it was.
    world.wait(world.service().close_session(session, "late")).unwrap();
    let closed = "SELECT action || ' ' || actor || ' ' || reason FROM audit ORDER BY seq DESC LIMIT 1";
    assert_eq!(world.value(closed), "session.close p.stone your account was deleted");
    world.assert_chain();
}

#[test]
fn the_archive_is_read_with_the_right_to_the_audit_and_within_scope() {
    let world = world();
    world.role("auditing", Some("cards"), &["audit.view"]);
    world.add(Someone { organisation: "cards", ..staff("auditor", &["auditing"]) });
    let user = world.id("c.kim");
    done(&world, "master", support::note_add::SPEC.code, "c.kim");
    done(&world, "master", delete::SPEC.code, "c.kim");
    let history = Query::History { user, before: None, rows: 9 };
    let notes = Query::Notes { user, before: None, rows: 9 };
    for operator in ["master", "global"] {
        let Reply::History(rows) = world.ask(operator, history.clone()) else {
            panic!("{operator}: no history")
        };
        let codes: Vec<_> = rows.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(codes, ["user.delete", "note.create"], "{operator}: the newest first");
        assert_eq!(rows[0].detail, "the card was lost");
        let Reply::Notes(notes) = world.ask(operator, notes.clone()) else { panic!("{operator}: no notes") };
        assert_eq!((notes[0].author.as_str(), notes[0].text.as_str()), ("master", "called"));
        let older = Query::History { user, before: Some(rows[0].seq), rows: 9 };
        assert!(matches!(world.ask(operator, older), Reply::History(rows) if rows.len() == 1));
    }
    // Without the right, and with the right in another organisation: as for nobody.
    for operator in ["organisation", "auditor"] {
        let nobody = Query::History { user: UserId(999_999), before: None, rows: 9 };
        let refusal = |query| match world.ask(operator, query) {
            Reply::Refused(refusal) => (refusal.rule, refusal.text.replace(&user.to_string(), "U999999")),
            other => panic!("{operator}: {other:?}"),
        };
        assert_eq!(refusal(history.clone()), refusal(nobody), "{operator}");
    }
    let shown = world.ask("master", Query::UserById { user });
    assert!(matches!(shown, Reply::Refused(refusal) if refusal.rule == Rule::Existence));
}

#[test]
fn the_name_is_free_without_any_rights_and_the_number_is_nobodys() {
    let world = world();
    let before = world.id("desk");
    done(&world, "master", delete::SPEC.code, "desk");
    let organisation = || Cell::Given("retail".to_owned());
    let row = |id: Cell<UserId>| UserRow {
        login: "desk".to_owned(),
        line: 2,
        id,
        organisation: organisation(),
        ..UserRow::default()
    };
    match world.import("master", vec![row(Cell::Given(before))]) {
        Answer::Rows(faults) => assert_eq!(faults[0].column, "id"),
        other => panic!("the number was given away: {other:?}"),
    }
    let mut anew = row(Cell::Missing);
    anew.kind = Cell::Given(wardroom::domain::user::Kind::Staff);
    let answer = world.import("master", vec![anew]);
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    assert_ne!(world.id("desk"), before);
    match world.ask("master", Query::User { named: "desk".to_owned() }) {
        Reply::User(profile) => {
            assert!(profile.user.roles.is_empty() && profile.user.tags.is_empty());
            assert_eq!(profile.rights, wardroom::authz::grants::RightSet::EMPTY);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn nobody_deletes_themselves_nor_the_last_usable_master() {
    let world = world();
    let rule = |operator: &str, target: &str| match world.execute(world.request(
        operator,
        delete::SPEC.code,
        target,
    )) {
        Answer::Refused(refusal) => refusal.rule,
        other => panic!("{operator} on {target}: {other:?}"),
    };
    assert_eq!(rule("global", "global"), Rule::Own);
    assert_eq!(rule("global", "master"), Rule::Level);
    world.add(admin("second", Level::Master));
    world.put_into(world.id("second"), wardroom::domain::status::Status::AutoLocked);
    world.put_into(world.id("master"), wardroom::domain::status::Status::Provisioned);
    // The other master has not finished onboarding: the one that acts from a live session is the last.
    world.add(admin("third", Level::Master));
    done(&world, "second", delete::SPEC.code, "third");
    world.put_into(world.id("master"), wardroom::domain::status::Status::Active);
    done(&world, "master", delete::SPEC.code, "second");
    assert_eq!(rule("master", "master"), Rule::Own);
    assert!(actions::find(delete::SPEC.code).is_some());
}

#[test]
fn what_was_shown_and_is_not_so_any_more_is_told_instead_of_deleting() {
    let world = world();
    let dry = Request {
        run: wardroom::actions::request::Run::Dry,
        ..world.request("master", delete::SPEC.code, "c.kim")
    };
    let Answer::Done(receipt) = world.execute(dry) else { panic!("not allowed") };
    let target = receipt.target.clone().unwrap();
    // A note raises no version, and may say: do not delete.
    done(&world, "global", support::note_add::SPEC.code, "c.kim");
    let request = Request {
        target: Target::Seen { id: target.id, version: target.version },
        shown: receipt.shown,
        ..world.request("master", delete::SPEC.code, "c.kim")
    };
    match world.execute(request) {
        Answer::Stale(stale) => assert_eq!(stale.lines(), ["notes 0 -> 1"]),
        other => panic!("{other:?}"),
    }
    let audited = "SELECT result || ' ' || rule || ' ' || reason FROM audit ORDER BY seq DESC LIMIT 1";
    assert_eq!(world.value(audited), "denied guard it is not as it was shown any more");
    assert_eq!(world.value("SELECT count(*) FROM users WHERE login = 'c.kim'"), "1");
}
