//! Taking back what a job did, as one: each row judged anew, what was changed since left alone, and everything told.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardroom::actions::request::{Doing, Request, Run, Target};
use wardroom::actions::{support, undo, user};
use wardroom::authz::refusal::Rule;
use wardroom::base::ids::JobId;
use wardroom::base::limits::{self, UNDO_S};
use wardroom::base::time::Clock;
use wardroom::domain::job::{Frozen, JobState, RowResult};
use wardroom::domain::status::Status;
use wardroom::protocol::{Answer, Judged, Query, Reply, UndoableSet, undo_words};

use crate::jobs::{SOME, crowd, lock, report, rested, results, set, started};
use crate::world::{NOW, World};

/// A world in which `actor` has locked everybody in a job.
fn locked(count: usize, actor: &str) -> (World, JobId) {
    let world = crowd(count);
    world.service().start_jobs().unwrap();
    let job = started(world.execute(lock(&world, actor, set(&world))));
    assert_eq!(rested(&world, job).state, JobState::Done);
    (world, job)
}

fn undoable(world: &World, login: &str, doing: Doing) -> Result<UndoableSet, Reply> {
    match world.ask(login, Query::Undoable { doing }) {
        Reply::UndoableSet(found) => Ok(*found),
        other => Err(other),
    }
}

fn judged(world: &World, login: &str, found: &UndoableSet) -> Vec<Judged> {
    let mut all = Vec::new();
    while all.len() < found.users.len() {
        let (users, from) = (Arc::clone(&found.users), all.len());
        let (code, answers, undoes) = (found.spec.code, BTreeMap::new(), Some(found.job.id));
        match world.ask(login, Query::Preview { code, undoes, answers, users, from }) {
            Reply::Preview(part) => all.extend(part),
            other => panic!("{other:?}"),
        }
    }
    all
}

/// The request that takes back whatever the preview lets run.
fn take_back(world: &World, login: &str, job: JobId) -> Request {
    let found = undoable(world, login, Doing::Job(job)).unwrap();
    let judged = judged(world, login, &found);
    let running = judged.iter().filter(|one| one.refusal.is_none());
    let set: Vec<Frozen> = running.map(|one| Frozen { user: one.user, version: one.version }).collect();
    asked(world, login, job, set)
}

fn asked(world: &World, login: &str, job: JobId, set: Vec<Frozen>) -> Request {
    Request {
        code: undo::CODE,
        confirmed: set.len().to_string(),
        target: Target::DoneSet { job, set: Arc::new(set) },
        ..world.request(login, user::lock::SPEC.code, "")
    }
}

fn refused(answer: Answer) -> (Rule, String) {
    match answer {
        Answer::Refused(refusal) => (refusal.rule, refusal.text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_set_is_taken_back_as_one_with_history_and_audit_of_each() {
    let (world, job) = locked(SOME, "desk");
    let found = undoable(&world, "desk", Doing::Last).unwrap();
    assert_eq!((found.job.id, found.users.len(), found.until), (job, SOME, NOW.plus_seconds(UNDO_S)));
    assert_eq!(undo_words(found.spec, &judged(&world, "desk", &found)), format!("unlock {SOME}, skip 0"));
    world.role("desk", Some("retail"), &["user.unlock"]);
    let back = started(world.execute(take_back(&world, "desk", job)));
    let done = rested(&world, back);
    assert_eq!((done.state, done.progress.done, done.undoes), (JobState::Done, SOME as u64, Some(job)));
    assert_eq!(world.status("c00000"), Status::Active);
    assert_eq!(world.value("SELECT count(*) FROM users WHERE locked_at IS NOT NULL"), "0");
    for sql in [
        "SELECT count(DISTINCT target_id) FROM audit WHERE action = 'undo' AND result = 'allowed'",
        "SELECT count(DISTINCT user) FROM history WHERE code = 'user.unlock' AND detail LIKE 'undo of audit %'",
        "SELECT count(*) FROM undo WHERE undone_by IS NOT NULL",
    ] {
        assert_eq!(world.value(sql), SOME.to_string(), "{sql}");
    }
    let made = "SELECT detail ->> 'undoes' FROM audit WHERE action = 'job.make' ORDER BY seq DESC LIMIT 1";
    assert_eq!(world.value(made), job.to_string());
    assert!(undoable(&world, "desk", Doing::Last).is_err(), "an undo is not undone");
    let (rule, text) = refused(world.execute(asked(&world, "desk", job, Vec::new())));
    assert_eq!((rule, text), (Rule::Guard, format!("job {job} was undone already, by job {back}")));
    let (_, text) = refused(world.execute(asked(&world, "desk", back, Vec::new())));
    assert!(text.ends_with("is `an undo`, which cannot be undone"), "{text}");
    world.assert_chain();
}

#[test]
fn who_was_changed_since_is_told_before_and_skipped() {
    let (world, job) = locked(12, "master");
    world.execute(world.request("other", user::unlock::SPEC.code, "c00003"));
    let found = undoable(&world, "master", Doing::Job(job)).unwrap();
    let told = judged(&world, "master", &found);
    assert_eq!(undo_words(found.spec, &told), "unlock 11, skip 1 (changed since)");
    // One more changes between the look and the run.
    let request = take_back(&world, "master", job);
    world.execute(world.request("other", user::unlock::SPEC.code, "c00005"));
    let back = started(world.execute(request));
    let done = rested(&world, back);
    assert_eq!((done.progress.done, done.progress.skipped), (10, 1));
    let rows = report(&world, "master", back).rows;
    let stale = rows.iter().find(|row| row.result == RowResult::Stale).unwrap();
    assert!(stale.called.contains("c00005"), "{stale:?}");
    assert_eq!(stale.text, "changed meanwhile: user.unlock by other");
    assert!(
        undoable(&world, "master", Doing::Last).is_err(),
        "what could not be undone is not offered again"
    );
}

#[test]
fn one_row_of_a_set_is_still_undone_by_itself() {
    let (world, job) = locked(3, "master");
    let rows = report(&world, "master", job).rows;
    let audit = rows[1].audit;
    let one = Request { target: Target::Done { audit: Some(audit) }, ..asked(&world, "master", job, vec![]) };
    assert!(matches!(world.execute(one), Answer::Done(_)));
    assert_eq!(world.value("SELECT count(*) FROM users WHERE locked_at IS NOT NULL"), "2");
    let last = Request { target: Target::Done { audit: None }, ..asked(&world, "master", job, vec![]) };
    let (_, text) = refused(world.execute(last));
    assert_eq!(text, format!("the last that can be undone is job {job}, upon a set"));
    assert_eq!(undoable(&world, "master", Doing::Last).unwrap().users.len(), 2);
    world.execute(world.request("master", support::note_add::SPEC.code, "c00001"));
    assert!(
        matches!(world.ask("master", Query::Undoable { doing: Doing::Last }), Reply::Undoable(Some(_))),
        "a later action comes first"
    );
}

#[test]
fn a_job_is_undone_by_who_did_it_after_its_end_and_within_ten_minutes() {
    let (world, job) = locked(3, "desk");
    let (rule, text) = refused(world.execute(asked(&world, "master", job, set(&world))));
    assert_eq!((rule, text), (Rule::Guard, format!("job {job} is not yours")));
    assert_eq!(refused(world.execute(asked(&world, "other", job, set(&world)))).0, Rule::Existence);

    let folder = world.close().unwrap();
    let last = World::at(folder.path(), Clock::fixed(NOW.plus_seconds(UNDO_S - 1)));
    assert!(undoable(&last, "desk", Doing::Job(job)).is_ok());
    last.close();
    let late = World::at(folder.path(), Clock::fixed(NOW.plus_seconds(UNDO_S)));
    let (_, text) = refused(late.execute(asked(&late, "desk", job, set(&late))));
    assert_eq!(text, format!("job {job} ended more than 10 minutes ago"));
}

#[test]
fn a_right_that_is_gone_refuses_the_undo_as_well() {
    let (world, job) = locked(3, "desk");
    let request = take_back(&world, "desk", job);
    world.sql().execute("DELETE FROM role_rights", []).unwrap();
    assert_eq!(refused(world.execute(request)).0, Rule::Right);
    assert_eq!(world.rows("jobs"), 1);
}

#[test]
fn what_cannot_be_undone_any_more_is_forgotten_bit_by_bit() {
    let (world, _) = locked(SOME, "master");
    let some = i64::try_from(SOME).unwrap();
    assert_eq!(world.rows("undo"), some);
    let folder = world.close().unwrap();
    let late = World::at(folder.path(), Clock::fixed(NOW.plus_seconds(UNDO_S)));
    let rounds = some / limits::UNDO_PURGED_ROWS + 1;
    for round in 0..=rounds {
        late.execute(late.request("master", support::note_add::SPEC.code, "other"));
        let kept = late.value("SELECT count(*) FROM undo WHERE job IS NOT NULL");
        let left = (some - (round + 1) * limits::UNDO_PURGED_ROWS).max(0);
        assert_eq!(kept, left.to_string(), "round {round}");
    }
    assert_eq!(late.value("SELECT undoable FROM jobs"), "0");
}

#[test]
fn a_look_before_an_undo_writes_nothing() {
    let (world, job) = locked(3, "master");
    let request = Request { run: Run::Dry, ..take_back(&world, "master", job) };
    assert!(matches!(world.execute(request), Answer::Done(_)));
    assert_eq!((world.rows("jobs"), results(&report(&world, "master", job).rows)), (1, [("done", 3)].into()));
}
