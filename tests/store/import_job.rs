//! An import is a job: whoever looks sees how far it is, and may stop it, pause it and let it go on.

use wardroom::base::ids::JobId;
use wardroom::domain::import::{ImportCounts, Phase};
use wardroom::domain::job::{Job, JobState, Steer};
use wardroom::domain::operator::Actor;
use wardroom::protocol::{Answer, Query, Reply};
use wardroom::service::import::Source;
use wardroom::service::import::run::Importing;

use crate::child;
use crate::cut::rows;
use crate::world::World;

/// The newest job, as the master administrator sees it.
async fn job(world: &World) -> Job {
    match world.service().ask(&actor(world), Query::Jobs { rows: 1 }).await {
        Reply::Jobs(jobs) => jobs.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn actor(world: &World) -> Actor {
    world.import_request("master").actor
}

/// Begins to import, and comes back in the middle of writing.
async fn begun(world: &World) -> Importing {
    let importing = world.service().import(world.import_request("master"), Source::Rows(rows()), &[]);
    while importing.progress().phase != Phase::Writing || importing.progress().rows == 0 {
        tokio::task::yield_now().await;
    }
    importing
}

async fn steer(world: &World, job: JobId, steer: Steer) {
    world.service().steer(&actor(world), job, steer).await.unwrap();
}

#[test]
fn an_import_stands_with_the_jobs_and_tells_what_it_did() {
    let world = child::world();
    assert!(matches!(world.import("master", rows()), Answer::Done(_)));
    let job = world.wait(job(&world));
    assert_eq!((job.state, job.login.as_str(), job.why.as_str()), (JobState::Done, "master", ""));
    let import = job.import.unwrap();
    let brought = rows().len() as u64 - 1;
    assert_eq!(import.counts, ImportCounts { created: brought, updated: 1, unchanged: 0 });
    assert_eq!((job.progress.cursor, job.progress.total), (brought + 1, brought + 1));
    assert!(job.ended_at.is_some());
}

#[test]
fn whoever_stops_the_job_of_an_import_ends_it_and_nothing_stays() {
    let world = child::world();
    let people = world.rows("users");
    let (answer, job) = world.wait(async {
        let mut importing = begun(&world).await;
        let running = job(&world).await;
        assert!(running.state == JobState::Running && running.import.is_some(), "{running:?}");
        steer(&world, running.id, Steer::Stop).await;
        (importing.answer().await, job(&world).await)
    });
    assert!(
        matches!(&answer, Answer::Refused(refusal) if refusal.text == "the import was stopped by master"),
        "{answer:?}"
    );
    assert_eq!((job.state, job.why.as_str()), (JobState::Stopped, "stopped by master"));
    assert_eq!((world.rows("users"), world.rows("hidden_batches"), world.rows("history")), (people, 0, 0));
    let told = world.value("SELECT group_concat(action || ' ' || result, ', ') FROM audit");
    assert_eq!(told, "job.stop allowed, data.import denied");
    world.assert_chain();
}

#[test]
fn an_import_that_is_paused_rests_and_goes_on_where_it_was() {
    let world = child::world();
    let (answer, job) = world.wait(async {
        let mut importing = begun(&world).await;
        let id = job(&world).await.id;
        steer(&world, id, Steer::Pause).await;
        let waits = tokio::time::timeout(std::time::Duration::from_millis(1500), importing.answer()).await;
        assert!(waits.is_err(), "it went on: {waits:?}");
        assert_eq!(job(&world).await.state, JobState::Paused);
        steer(&world, id, Steer::Resume).await;
        (importing.answer().await, job(&world).await)
    });
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    assert_eq!(job.state, JobState::Done);
}

#[test]
fn a_file_with_a_wrong_row_leaves_a_job_that_names_its_line() {
    let world = child::world();
    let mut file = rows();
    file[7].organisation = wardroom::domain::import::Cell::Given("moon".to_owned());
    assert!(matches!(world.import("master", file), Answer::Rows(_)));
    let job = world.wait(job(&world));
    assert_eq!(job.state, JobState::Stopped);
    assert!(job.why.starts_with("line 8, column `organisation`"), "{}", job.why);
    assert_eq!(job.import.unwrap().counts, ImportCounts::default());
}
