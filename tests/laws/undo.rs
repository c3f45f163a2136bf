//! Undo: what was done is put back, as a new action with the rules and traces of its own, for who did it.

use wardroom::actions::request::{Doing, Request, Run, Target};
use wardroom::actions::spec::{Risk, Undo};
use wardroom::actions::{self, Spec, support, undo, user};
use wardroom::authz::refusal::Rule;
use wardroom::base::limits::UNDO_S;
use wardroom::base::time::Clock;
use wardroom::domain::history_codes;
use wardroom::domain::level::Level;
use wardroom::domain::status::Status;
use wardroom::protocol::{Answer, Query, Receipt, Reply, Undoable};

use crate::doors::{OPERATORS, world};
use crate::world::{NOW, Someone, World, admin, staff};

/// Tables that an undo adds to, and the sealed values themselves.
const TRACES: [&str; 6] = ["audit", "history", "outbox", "changes", "undo", "state"];

fn undoable() -> impl Iterator<Item = &'static Spec> {
    actions::ALL.iter().copied().filter(|spec| spec.undo != Undo::No)
}

/// To take back audit entry `audit`, or the last.
fn request(world: &World, operator: &str, audit: Option<i64>) -> Request {
    Request { code: undo::CODE, target: Target::Done { audit }, ..world.request(operator, undo::CODE, "") }
}

fn done(answer: Answer) -> Receipt {
    match answer {
        Answer::Done(receipt) => *receipt,
        other => panic!("not done: {other:?}"),
    }
}

fn refused(answer: Answer) -> (Rule, String) {
    match answer {
        Answer::Refused(refusal) => (refusal.rule, refusal.text),
        other => panic!("not refused: {other:?}"),
    }
}

/// All that is stored of people, without what every change of them raises.
fn people(world: &World) -> Vec<(String, Vec<String>)> {
    let connection = world.sql();
    // Version and time of change rise again: the only values of a user that are not as before.
    // What the list sorts by is computed from the names.
    connection.execute_batch("UPDATE users SET version = 0, modified = 0, name_folded = ''").unwrap();
    world.contents().into_iter().filter(|(table, _)| !TRACES.contains(&table.as_str())).collect()
}

#[test]
fn done_and_undone_leaves_everything_stored_as_it_was_in_every_status() {
    let world = world();
    let target = world.id("c.kim");
    world.sql().execute("UPDATE credentials SET failures = 5, key_failures = 2", []).unwrap();
    world.sql().execute("INSERT INTO user_tags VALUES (?1, 'vip'), (?1, 'watch')", [target.0]).unwrap();
    world.sql().execute("UPDATE users SET window_from = 1, window_to = 2 WHERE id = ?1", [target.0]).unwrap();
    let mut taken_back = 0;
    for status in Status::ALL {
        world.put_into(target, status);
        for spec in undoable() {
            let what = format!("{} on {status}", spec.code);
            let there = world.copy();
            let before = people(&there.copy());
            let Answer::Done(receipt) = there.execute(there.request("master", spec.code, "c.kim")) else {
                continue;
            };
            assert_eq!(receipt.undo_until, Some(NOW.plus_seconds(UNDO_S)), "{what}");
            let undone = done(there.execute(request(&there, "master", Some(receipt.audit))));
            assert_eq!(people(&there.copy()), before, "{what}");
            assert_eq!(undone.undo_until, None, "{what}: an undo is not undone");
            for (ours, theirs) in
                undone.differences.iter().filter(|one| one.field != "note").zip(&receipt.differences)
            {
                assert_eq!(
                    (&ours.before, &ours.after),
                    (&theirs.after, &theirs.before),
                    "{what}: {}",
                    ours.field
                );
            }
            traces(&there, spec, &receipt, &undone, &what);
            taken_back += 1;
        }
    }
    assert!(taken_back >= 40, "only {taken_back} were tried");
}

fn traces(world: &World, spec: &Spec, action: &Receipt, undone: &Receipt, what: &str) {
    let code = match spec.undo {
        Undo::Opposite(code) => actions::find(code).unwrap().history,
        Undo::Yes | Undo::No => spec.history,
    };
    assert_eq!(world.value("SELECT code FROM history ORDER BY seq DESC LIMIT 1"), code.unwrap(), "{what}");
    let entry = format!(
        "SELECT action || ' ' || target || ' ' || (detail ->> '$.undoes.audit') FROM audit WHERE seq = {}",
        undone.audit
    );
    assert_eq!(world.value(&entry), format!("undo c.kim {}", action.audit), "{what}");
    assert_eq!(
        world.rows("outbox"),
        i64::try_from(spec.notices.len()).unwrap(),
        "{what}: nobody is told again"
    );
    world.assert_chain();
}

#[test]
fn every_opposite_is_an_action_of_its_own_history_and_no_undo_is_of_high_risk() {
    for spec in undoable() {
        assert!(spec.target_kind().is_some(), "{}", spec.code);
        assert!(spec.risk <= Risk::L3, "{}", spec.code);
        if let Undo::Opposite(code) = spec.undo {
            let opposite = actions::find(code).unwrap_or_else(|| panic!("{}: no action `{code}`", spec.code));
            assert!(opposite.history.is_some_and(|code| history_codes::find(code).is_some()), "{code}");
            assert_eq!(opposite.right, spec.right, "{code}");
        }
        assert_eq!(undo::form(spec).len(), usize::from(spec.risk >= Risk::L2), "{}", spec.code);
    }
}

#[test]
fn it_is_for_who_did_it_once_within_ten_minutes_and_not_of_an_undo() {
    let world = world();
    let lock = done(world.execute(world.request("global", user::lock::SPEC.code, "c.kim"))).audit;
    let say = |operator: &str, audit: i64| refused(world.execute(request(&world, operator, Some(audit)))).1;
    assert_eq!(say("organisation", lock), format!("audit {lock} is not yours"));
    assert_eq!(say("global", 999), "there is no audit 999");
    let undone = done(world.execute(request(&world, "global", Some(lock)))).audit;
    assert_eq!(say("global", lock), format!("audit {lock} was undone already, by audit {undone}"));
    assert_eq!(say("global", undone), format!("audit {undone} is `undo`, which cannot be undone"));
    assert_eq!(
        refused(world.execute(request(&world, "global", None))).1,
        "you did nothing in the last 10 minutes that can be undone"
    );

    let again = done(world.execute(world.request("global", user::lock::SPEC.code, "c.kim"))).audit;
    world.clock.set(NOW.plus_seconds(UNDO_S));
    assert_eq!(say("global", again), format!("audit {again} is older than 10 minutes"));
    assert_eq!(world.status("c.kim"), Status::LockedByAdmin);
    let denied = "SELECT count(*) FROM audit WHERE action = 'undo' AND result = 'denied'";
    assert_eq!(world.value(denied), "6", "what was refused is in the audit");
    world.assert_chain();
}

#[test]
fn what_was_changed_since_stays_and_who_changed_it_is_told() {
    let world = world();
    let lock = done(world.execute(world.request("global", user::lock::SPEC.code, "c.kim"))).audit;
    done(world.execute(world.request("organisation", support::tags_set::SPEC.code, "c.kim")));
    match world.execute(request(&world, "global", Some(lock))) {
        Answer::Stale(stale) => {
            let told: Vec<_> = stale.by.iter().map(|one| (one.actor.as_str(), one.action.as_str())).collect();
            assert_eq!(told, [("organisation", support::tags_set::SPEC.code)]);
        }
        other => panic!("taken back: {other:?}"),
    }
    assert_eq!(world.status("c.kim"), Status::LockedByAdmin);

    // A note is a row of its own: what else happens to its user does not hold it.
    let note = done(world.execute(world.request("desk", support::note_add::SPEC.code, "c.kim"))).audit;
    done(world.execute(world.request("organisation", user::unlock::SPEC.code, "c.kim")));
    done(world.execute(request(&world, "desk", Some(note))));
    assert_eq!(world.rows("notes"), 0);
}

#[test]
fn right_level_and_scope_are_asked_again() {
    let world = world();
    let lock = done(world.execute(world.request("desk", user::lock::SPEC.code, "c.kim"))).audit;
    let again = |world: &World| refused(world.execute(request(world, "desk", Some(lock)))).0;
    let changed = |sql: &str| {
        let there = world.copy();
        there.sql().execute_batch(sql).unwrap();
        again(&there)
    };
    assert_eq!(changed("DELETE FROM role_rights WHERE right_code = 'user.lock'"), Rule::Right);
    assert_eq!(
        changed(
            "UPDATE users SET kind = 'admin', level = 'OA', kind_before = 'customer' WHERE login = 'c.kim'"
        ),
        Rule::Level
    );
    assert_eq!(
        changed(
            "UPDATE users SET organisation = (SELECT id FROM organisations WHERE key = 'cards') WHERE login = 'c.kim'"
        ),
        Rule::Existence
    );
    assert_eq!(changed("UPDATE users SET locked_at = 1 WHERE login = 'desk'"), Rule::Status);
    done(world.execute(request(&world, "desk", None)));
    assert_eq!(world.status("c.kim"), Status::Active);
}

#[test]
fn no_undo_ends_the_last_master() {
    let world = world();
    world.add(Someone { status: Status::LockedByAdmin, ..admin("second", Level::Master) });
    let unlock = done(world.execute(world.request("master", user::unlock::SPEC.code, "second"))).audit;
    // Only one master is left, in a window that begins in an hour: the other may not be locked again.
    world
        .sql()
        .execute("UPDATE users SET window_from = ?1 WHERE login = 'master'", [NOW.plus_seconds(3600).0])
        .unwrap();
    assert_eq!(refused(world.execute(request(&world, "master", Some(unlock)))).0, Rule::LastMaster);
    assert_eq!(world.status("second"), Status::Active);
}

#[test]
fn undoing_an_unlock_signs_out_whoever_came_in_and_undoing_a_lock_revives_no_session() {
    let world = world();
    world.add(staff("s.lee", &["desk"]));
    let open = |world: &World| {
        let sql = "INSERT INTO sessions (user, login, source, proof, opened_at, process) SELECT id, login, '', '', 1, 1 FROM users WHERE login = 's.lee'";
        world.sql().execute(sql, []).unwrap();
    };
    let live = |world: &World| world.value("SELECT count(*) FROM sessions WHERE closed_at IS NULL");
    open(&world);
    done(world.execute(world.request("master", user::lock::SPEC.code, "s.lee")));
    assert_eq!(live(&world), "0");
    let back = done(world.execute(request(&world, "master", None)));
    assert_eq!(live(&world), "0", "an ended session stays ended");
    assert_eq!(
        back.effects,
        ["The session that ended stays ended.", "The message that was sent is not taken back."]
    );

    done(world.execute(world.request("master", user::lock::SPEC.code, "s.lee")));
    done(world.execute(world.request("master", user::unlock::SPEC.code, "s.lee")));
    open(&world);
    let dry = done(world.execute(Request { run: Run::Dry, ..request(&world, "master", None) }));
    assert_eq!(dry.effects[..2], ["No sign-in any more.", "1 live session ends."]);
    assert_eq!(live(&world), "1", "a dry run writes nothing");
    done(world.execute(request(&world, "master", None)));
    assert_eq!((live(&world).as_str(), world.status("s.lee")), ("0", Status::LockedByAdmin));
}

#[test]
fn a_wrong_password_meanwhile_still_counts() {
    let world = world();
    let target = world.id("desk");
    world.put_into(target, Status::AutoLocked);
    let failures = "SELECT failures FROM credentials JOIN users ON id = user WHERE login = 'desk'";
    let set = |count: i64| {
        world
            .sql()
            .execute("UPDATE credentials SET failures = ?2 WHERE user = ?1", [target.0, count])
            .unwrap()
    };
    set(6);
    done(world.execute(world.request("master", user::unlock::SPEC.code, "desk")));
    assert_eq!(world.value(failures), "0");
    set(2);
    done(world.execute(request(&world, "master", None)));
    assert_eq!((world.value(failures).as_str(), world.status("desk")), ("8", Status::AutoLocked));
}

#[test]
fn the_last_one_is_found_by_who_did_it_and_the_one_before_after_it() {
    let world = world();
    let tags = done(world.execute(world.request("master", support::tags_set::SPEC.code, "c.kim"))).audit;
    let lock = done(world.execute(world.request("master", user::lock::SPEC.code, "desk"))).audit;
    let last =
        |world: &World, operator: &str| match world.ask(operator, Query::Undoable { doing: Doing::Last }) {
            Reply::Undoable(found) => found.map(|found| {
                let Undoable { audit, spec, target, .. } = *found;
                (audit, spec.code, target.name)
            }),
            other => panic!("{other:?}"),
        };
    assert_eq!(last(&world, "master"), Some((lock, "user.lock", "desk".to_owned())));
    for other in OPERATORS.into_iter().filter(|operator| !["master", "desk"].contains(operator)) {
        assert_eq!(last(&world, other), None, "{other}");
    }
    done(world.execute(request(&world, "master", None)));
    assert_eq!(last(&world, "master"), Some((tags, "tags.set", "c.kim".to_owned())));
    let later = World::at(world.folder(), Clock::fixed(NOW.plus_seconds(UNDO_S)));
    assert_eq!(last(&later, "master"), None);
}

#[test]
fn what_was_done_to_a_deleted_user_goes_with_them() {
    let world = world();
    let lock = done(world.execute(world.request("master", user::lock::SPEC.code, "c.kim"))).audit;
    let connection = world.sql();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    connection.execute("DELETE FROM users WHERE login = 'c.kim'", []).unwrap();
    assert_eq!(world.rows("undo"), 0);
    assert_eq!(refused(world.execute(request(&world, "master", Some(lock)))).0, Rule::Existence);
}
