//! The audit by words: filtered, entry by entry, and as it comes.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{sleep, timeout};
use wardroom::base::time::{Clock, Timestamp};
use wardroom::cli::run::run;
use wardroom::cli::words::Place;
use wardroom::service::Service;
use wardroom::store::{Places, Store};

use crate::{Paper, World};

fn numbers(out: &str) -> Vec<i64> {
    out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_filter_of_the_audit_means_what_it_says_and_a_mistake_is_told() {
    let mut world = World::with_people().await;
    assert_eq!(world.says("user lock ann --reason 'INC-4471 card lost' --yes").await.exit, 0);
    assert_eq!(world.says("user lock root --reason 'INC-4472 myself' --yes").await.exit, 4);
    let locked = world.says("audit list action:user.* target:ann --json").await;
    let entry: Value = serde_json::from_str(locked.out.trim()).unwrap();
    assert_eq!((entry["target"].as_str(), entry["result"].as_str()), (Some("ann"), Some("allowed")));
    let denied = world.says("audit list result:denied rule:self --json").await;
    let entry: Value = serde_json::from_str(denied.out.trim()).unwrap();
    assert_eq!((entry["target"].as_str(), entry["rule"].as_str()), (Some("root"), Some("self")));
    assert_eq!(numbers(&world.says("audit list inc-4471 --json").await.out).len(), 1);
    assert_eq!(world.says("audit list actor:nobody --json").await.out, "");
    let all = numbers(&world.says("audit list --json").await.out);
    let without = numbers(&world.says("audit list --filter '-action:user.*' --json").await.out);
    assert_eq!(all.len(), without.len() + 2);
    let wrong = world.says("audit list result:denid").await;
    assert_eq!(
        (wrong.exit, wrong.err.as_str()),
        (2, "filter: no result `denid`; did you mean result:denied?\n")
    );
}

#[tokio::test]
async fn an_entry_is_shown_with_before_and_after_and_its_place_in_the_chain() {
    let mut world = World::with_people().await;
    world.says("user lock ann --reason 'INC-4471 card lost' --yes").await;
    let seq = numbers(&world.says("audit list action:user.lock --json").await.out)[0];
    let shown = world.says(&format!("audit show {seq}")).await;
    for part in ["user.lock", "ann (U", "INC-4471 card lost", "ACTIVE -> LOCKED_BY_ADMIN", " fits"] {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
    let json: Value =
        serde_json::from_str(&world.says(&format!("audit show {seq} --json")).await.out).unwrap();
    assert_eq!((json["holds"].as_bool(), json["hash"].as_str().map(str::len)), (Some(true), Some(64)));
    let none = world.says("audit show 9999").await;
    assert_eq!((none.exit, none.out.as_str()), (3, ""));
}

#[tokio::test]
async fn who_follows_gets_every_entry_once_also_those_of_other_processes_and_after_a_reconnect() {
    let mut world = World::with_people().await;
    let places = Places {
        database: world.folder.path().join("wardroom.db"),
        field_key: world.folder.path().join("field.key"),
    };
    let clock = Clock::fixed(Timestamp::parse("2026-05-14T09:41:57Z").unwrap());
    let other =
        Service::start(Store::open(&places, clock).unwrap(), world.folder.path().to_owned(), 0).unwrap();
    let words = |text: &str| shlex::split(text).unwrap();
    let mut paper = Paper::default();
    let (service, mut actor) = (world.service.clone(), world.actor.clone());
    let following = words("audit follow --from 1 --json");
    let follow = Box::pin(run(&service, &mut actor, &following, &mut paper, Place::Here));
    let (other_actor, note) =
        (other.actor_here(None).await.unwrap(), words("note add ann --text 'from elsewhere'"));
    let writes = Box::pin(async {
        sleep(Duration::from_millis(300)).await;
        world.says("note add bob --text 'from here'").await;
        let (mut actor, mut paper) = (other_actor, Paper::default());
        assert_eq!(Box::pin(run(&other, &mut actor, &note, &mut paper, Place::Here)).await, 0);
        sleep(Duration::from_millis(2500)).await;
    });
    tokio::select! { _ = follow => panic!("it ended by itself"), () = writes => {} }
    let seen = numbers(&String::from_utf8(paper.out).unwrap());
    let mut all = numbers(&world.says("audit list --json").await.out);
    all.reverse();
    assert_eq!(seen, all);
    let middle = all[all.len() / 2];
    let mut paper = Paper::default();
    let again = words(&format!("audit follow --from {middle} --json"));
    let mut actor = world.actor.clone();
    let follow = Box::pin(run(&world.service, &mut actor, &again, &mut paper, Place::Here));
    assert!(timeout(Duration::from_secs(2), follow).await.is_err());
    assert_eq!(numbers(&String::from_utf8(paper.out).unwrap()), all[all.len() / 2..]);
    other.close();
}
