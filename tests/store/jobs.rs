//! Jobs: every row of a set exactly once, whatever happens to the process, the operator or the disk.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

use wardroom::actions::request::{Request, Target};
use wardroom::actions::{support, user};
use wardroom::authz::refusal::Rule;
use wardroom::base::ids::{JobId, UserId};
use wardroom::base::limits;
use wardroom::base::time::Clock;
use wardroom::domain::job::{Frozen, Job, JobRow, JobState, RowResult, Steer};
use wardroom::domain::level::Level;
use wardroom::domain::status::Status;
use wardroom::protocol::{Answer, JobReport, Query, Reply, Trouble};

use crate::world::{NOW, World, admin, staff};

/// More than two pieces, the last one not whole.
pub(crate) const SOME: usize = 2 * limits::JOB_PIECE_ROWS + 7;

/// A world with `count` customers beside the operators.
pub(crate) fn crowd(count: usize) -> World {
    let world = World::new();
    world.role("desk", Some("retail"), &["user.lock"]);
    world.add(staff("desk", &["desk"]));
    world.add(admin("other", Level::Organisation));
    let people = format!(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})
         INSERT INTO users (login, login_folded, kind, category, first_name, last_name, name_folded, organisation, added,
             modified)
         SELECT printf('c%05d', i), printf('c%05d', i), 'customer', 'personal', 'Ann', printf('c%05d', i), 'ann',
             (SELECT id FROM organisations WHERE key = 'retail'), 5, 5 FROM n;
         INSERT INTO user_emails (user, type, address, is_primary)
             SELECT id, 'main', login || '@bank.example', 1 FROM users WHERE kind = 'customer'"
    );
    world.sql().execute_batch(&people).unwrap();
    world
}

/// The customers as they are now, in the order in which they were made.
pub(crate) fn set(world: &World) -> Vec<Frozen> {
    let connection = world.sql();
    let mut statement =
        connection.prepare("SELECT id, version FROM users WHERE kind = 'customer' ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| Ok(Frozen { user: UserId(row.get(0)?), version: row.get(1)? }));
    rows.unwrap().map(Result::unwrap).collect()
}

pub(crate) fn lock(world: &World, actor: &str, set: Vec<Frozen>) -> Request {
    let confirmed = set.len().to_string();
    let target = Target::Set(Arc::new(set));
    Request { target, confirmed, ..world.request(actor, user::lock::SPEC.code, "") }
}

pub(crate) fn started(answer: Answer) -> JobId {
    match answer {
        Answer::Started(job) => job,
        other => panic!("no job: {other:?}"),
    }
}

pub(crate) fn report(world: &World, login: &str, job: JobId) -> JobReport {
    match world.ask(login, Query::Job { job, failed_only: false, before: None, rows: usize::MAX }) {
        Reply::Job(report) => *report,
        other => panic!("no report: {other:?}"),
    }
}

/// Waits until the job does not run any more.
pub(crate) fn rested(world: &World, job: JobId) -> Job {
    let mut committed = world.service().committed();
    loop {
        let found = report(world, "master", job).job;
        if found.state != JobState::Running {
            return found;
        }
        world.wait(committed.changed()).unwrap();
    }
}

pub(crate) fn results(rows: &[JobRow]) -> BTreeMap<&'static str, usize> {
    let mut counted = BTreeMap::new();
    for row in rows {
        *counted.entry(row.result.word()).or_default() += 1;
    }
    counted
}

/// That every customer was locked exactly once, each with its history, message and audit entry.
fn assert_each_once(world: &World, job: JobId, count: usize) {
    let audited = format!(
        "SELECT count(DISTINCT target_id) || ' ' || count(*) FROM audit WHERE action = 'user.lock'
         AND result = 'allowed' AND detail ->> 'job' = '{job}'"
    );
    assert_eq!(world.value(&audited), format!("{count} {count}"));
    for (table, which) in [("history", "code = 'user.lock'"), ("outbox", "1"), ("job_rows", "1")] {
        let rows = format!("SELECT count(DISTINCT user) || ' ' || count(*) FROM {table} WHERE {which}");
        assert_eq!(world.value(&rows), format!("{count} {count}"), "{table}");
    }
    let linked = "SELECT count(*) FROM job_rows r JOIN audit a ON a.seq = r.audit AND a.target_id = r.user";
    assert_eq!(world.value(linked), count.to_string(), "a row knows its entry");
    world.assert_chain();
}

#[test]
fn a_set_is_done_row_by_row_while_others_act_and_the_audit_tells_of_each() {
    let world = crowd(SOME);
    world.service().start_jobs().unwrap();
    let job = started(world.execute(lock(&world, "master", set(&world))));
    let note = world.request("master", support::note_add::SPEC.code, "other");
    assert!(matches!(world.execute(note), Answer::Done(_)));
    let done = rested(&world, job);
    assert_eq!((done.state, done.progress.done), (JobState::Done, SOME as u64));
    assert_eq!(results(&report(&world, "master", job).rows), [("done", SOME)].into());
    assert_eq!(world.status("c00000"), Status::LockedByAdmin);
    assert_eq!(world.value("SELECT target FROM audit WHERE action = 'job.make'"), job.to_string());
    assert_eq!(
        world.value("SELECT length(frozen) + length(answers) FROM jobs"),
        "0",
        "what is over is let go"
    );
    assert_each_once(&world, job, SOME);
}

#[test]
fn a_row_that_changed_since_it_was_looked_at_is_skipped_and_named() {
    let world = crowd(3);
    let set = set(&world);
    assert!(matches!(
        world.execute(world.request("other", user::lock::SPEC.code, "c00001")),
        Answer::Done(_)
    ));
    let job = started(world.execute(lock(&world, "master", set)));
    world.service().start_jobs().unwrap();
    let done = rested(&world, job);
    assert_eq!((done.progress.done, done.progress.skipped), (2, 1));
    let report = report(&world, "master", job);
    let stale: Vec<&JobRow> = report.rows.iter().filter(|row| row.result == RowResult::Stale).collect();
    assert_eq!(stale[0].text, "changed meanwhile: user.lock by other");
    assert!(stale[0].called.contains("c00001"), "{stale:?}");
}

#[test]
fn a_right_withdrawn_half_way_stops_the_job_with_what_was_done_and_why() {
    let world = crowd(SOME);
    let half = SOME / 2;
    world
        .sql()
        .execute_batch(&format!(
            "CREATE TRIGGER withdrawn AFTER INSERT ON job_rows WHEN new.position = {half}
             BEGIN DELETE FROM role_rights WHERE right_code = 'user.lock'; END"
        ))
        .unwrap();
    world.service().start_jobs().unwrap();
    let job = started(world.execute(lock(&world, "desk", set(&world))));
    let stopped = rested(&world, job);
    assert_eq!((stopped.state, stopped.progress.done), (JobState::Stopped, half as u64 + 1));
    assert!(stopped.why.starts_with("you lack the right `user.lock`"), "{}", stopped.why);
    let locked = world.value("SELECT count(*) FROM users WHERE locked_at IS NOT NULL");
    assert_eq!(locked, (half + 1).to_string());
    world.assert_chain();
}

#[test]
fn an_operator_who_is_locked_half_way_does_nothing_more() {
    let world = crowd(SOME);
    world
        .sql()
        .execute_batch(
            "CREATE TRIGGER sent_away AFTER INSERT ON job_rows WHEN new.position = 4
             BEGIN UPDATE users SET locked_at = 5 WHERE login = 'desk'; END",
        )
        .unwrap();
    world.service().start_jobs().unwrap();
    let job = started(world.execute(lock(&world, "desk", set(&world))));
    let stopped = rested(&world, job);
    assert_eq!((stopped.state, stopped.progress.done), (JobState::Stopped, 5));
    assert!(stopped.why.contains("operators must be ACTIVE"), "{}", stopped.why);
}

#[test]
fn who_falls_out_of_sight_is_skipped_as_if_there_were_nobody() {
    let world = crowd(2);
    let set = set(&world);
    let there = Frozen { user: UserId(99_999), version: 1 };
    let away = "UPDATE users SET organisation = (SELECT id FROM organisations WHERE key = 'cards')
        WHERE login = 'c00001'";
    world.sql().execute_batch(away).unwrap();
    world.service().start_jobs().unwrap();
    let job = started(world.execute(lock(&world, "desk", vec![set[0], set[1], there])));
    rested(&world, job);
    let report = report(&world, "desk", job);
    let told = |at: usize| (report.rows[at].called.as_str(), report.rows[at].result);
    assert_eq!(told(2).1, RowResult::Done);
    assert_eq!([told(0), told(1)], [("", RowResult::Refused); 2]);
    let text = |at: usize, user: UserId| report.rows[at].text.replace(&user.to_string(), "WHO");
    assert_eq!(text(0, there.user), text(1, set[1].user));
}

#[test]
fn what_the_disk_refuses_pauses_the_job_and_what_was_done_stays() {
    let world = crowd(SOME);
    let full = "CREATE TRIGGER full BEFORE INSERT ON history
        WHEN new.user = (SELECT id FROM users WHERE login = 'c00050') BEGIN SELECT raise(ABORT, 'no room'); END";
    world.sql().execute_batch(full).unwrap();
    world.service().start_jobs().unwrap();
    let job = started(world.execute(lock(&world, "master", set(&world))));
    let paused = rested(&world, job);
    assert_eq!((paused.state, paused.progress.done), (JobState::Paused, 50));
    assert!(paused.why.contains("no room"), "{}", paused.why);
    assert_eq!(world.value("SELECT count(*) FROM users WHERE locked_at IS NOT NULL"), "50");
    // The second time it is the row that is at fault: the others go on.
    let actor = world.actor("master");
    world.wait(world.service().steer(&actor, job, Steer::Resume)).unwrap();
    let done = rested(&world, job);
    assert_eq!((done.state, done.progress.failed), (JobState::Done, 1));
    assert_eq!(done.progress.done, SOME as u64 - 1);
    world.assert_chain();
}

#[test]
fn a_job_is_steered_by_its_owner_and_by_masters_and_is_nobody_elses() {
    let world = crowd(SOME);
    let job = started(world.execute(lock(&world, "desk", set(&world))));
    let steer = |login: &str, steer| world.wait(world.service().steer(&world.actor(login), job, steer));
    for steered in [Steer::Pause, Steer::Stop] {
        match steer("other", steered) {
            Err(Trouble::Refused(refusal)) => assert_eq!(refusal.rule, Rule::Existence),
            other => panic!("{other:?}"),
        }
    }
    let Reply::Jobs(seen) = world.ask("other", Query::Jobs { rows: 9 }) else { panic!("no list") };
    assert_eq!(seen, []);
    assert_eq!(steer("desk", Steer::Pause).unwrap().why, "paused by desk");
    world.service().start_jobs().unwrap();
    assert_eq!(report(&world, "desk", job).job.progress.cursor, 0, "what is paused rests");
    assert_eq!(steer("master", Steer::Resume).unwrap().state, JobState::Running);
    assert_eq!(rested(&world, job).progress.done, SOME as u64);
    assert!(
        matches!(steer("master", Steer::Stop), Err(Trouble::Refused(refusal)) if refusal.rule == Rule::State)
    );
    let told =
        world.value("SELECT group_concat(actor || ' ' || action) FROM audit WHERE action LIKE 'job.%'");
    assert_eq!(told, "desk job.make,desk job.pause,master job.resume");
}

#[test]
fn a_job_is_made_only_by_who_may_and_with_its_number_typed() {
    let world = crowd(11);
    let all = set(&world);
    let ask = |request: Request| match world.execute(request) {
        Answer::Refused(refusal) => refusal.rule,
        other => panic!("{other:?}"),
    };
    let request = lock(&world, "master", all.clone());
    assert_eq!(ask(Request { confirmed: "10".to_owned(), ..request.clone() }), Rule::Guard);
    assert_eq!(ask(lock(&world, "master", Vec::new())), Rule::Guard);
    let one_by_one = support::note_add::SPEC.code;
    assert_eq!(ask(Request { code: one_by_one, ..request.clone() }), Rule::Guard);
    let activate = Request { code: user::deactivate::SPEC.code, ..lock(&world, "desk", all.clone()) };
    assert_eq!(ask(activate), Rule::Right);
    let silent = Request { code: user::unlock::SPEC.code, answers: BTreeMap::new(), ..request };
    assert!(
        matches!(world.execute(silent), Answer::Form(fault) if fault.field == "reason"),
        "a set needs a reason"
    );
    assert_eq!((world.rows("jobs"), world.rows("audit")), (0, 4));
}

#[test]
fn another_start_of_the_program_goes_on_where_a_closed_one_stood() {
    let world = crowd(SOME);
    let job = started(world.execute(lock(&world, "master", set(&world))));
    world.service().start_jobs().unwrap();
    let mut committed = world.service().committed();
    while report(&world, "master", job).job.progress.cursor == 0 {
        world.wait(committed.changed()).unwrap();
    }
    let folder = world.close().unwrap();
    let world = World::at(folder.path(), Clock::fixed(NOW));
    world.service().start_jobs().unwrap();
    assert_eq!(rested(&world, job).progress.done, SOME as u64);
    assert_each_once(&world, job, SOME);
}

/// Told to a child: the folder of its store.
const FOLDER: &str = "WARDROOM_TEST_JOBS_FOLDER";

#[test]
fn a_process_that_carries_out_what_is_there() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let world = World::at(folder.as_ref(), Clock::fixed(NOW));
    world.service().start_jobs().unwrap();
    // Until it is killed.
    rested(&world, JobId(1));
}

#[test]
fn kill_9_in_the_middle_of_a_job_loses_and_doubles_nothing() {
    let world = crowd(12 * limits::JOB_PIECE_ROWS + 1);
    let count = set(&world).len();
    // The job of a process that is no more: of nobody.
    let job = started(world.execute(lock(&world, "master", set(&world))));
    world.sql().execute_batch("UPDATE jobs SET process = 0").unwrap();
    let folder = world.close().unwrap();
    for kill in 1..=5 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "jobs::a_process_that_carries_out_what_is_there"])
            .env(FOLDER, folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let world = World::at(folder.path(), Clock::fixed(NOW));
        let wanted = kill * 2 * limits::JOB_PIECE_ROWS as u64 - 30;
        let mut committed = world.service().committed();
        while report(&world, "master", job).job.progress.cursor < wanted {
            world.wait(committed.changed()).unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let cursor = report(&world, "master", job).job.progress.cursor;
        assert_eq!(world.rows("job_rows").unsigned_abs(), cursor, "results and place are one");
        assert_eq!(world.value("SELECT count(*) FROM users WHERE locked_at IS NOT NULL"), cursor.to_string());
        world.close();
    }
    let world = World::at(folder.path(), Clock::fixed(NOW));
    world.service().start_jobs().unwrap();
    assert_eq!(rested(&world, job).progress.done, count as u64);
    assert_each_once(&world, job, count);
}
