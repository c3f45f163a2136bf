//! The audit by words: filtered, entry by entry, and as it comes.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{sleep, timeout};
use wardroom::base::time::{Clock, Timestamp};
use wardroom::cli::run::run;
use wardroom::cli::words::Place;
use wardroom::domain::new_operator::NewOperator;
use wardroom::service::Service;
use wardroom::service::operators::Made;
use wardroom::store::{Places, Store};

use crate::{Paper, World, operator};

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

/// The actor that `login` is on this machine, in the place of the one that there is.
async fn becomes(world: &mut World, login: &str) {
    world.actor = world.service.actor_here(Some(login.to_owned())).await.unwrap();
}

#[tokio::test]
async fn reading_the_audit_is_scoped_in_every_way_and_verifying_it_is_not() {
    let mut world = World::with_people().await;
    let store = rusqlite::Connection::open(world.folder.path().join("wardroom.db")).unwrap();
    store
        .execute_batch(
            "INSERT INTO organisations (key, key_folded, display_name) VALUES ('cards', 'cards', 'Cards');
             INSERT INTO roles (name) VALUES ('auditing');
             INSERT INTO role_rights SELECT id, 'audit.view' FROM roles;",
        )
        .unwrap();
    let cards = "login,kind,organisation\nzorro,customer,cards\n";
    assert_eq!(world.typed("import users -", cards).await.exit, 0);
    let oa = NewOperator {
        role: Some("auditing".to_owned()),
        ..operator("oa", Some(wardroom::domain::level::Level::Organisation))
    };
    assert!(matches!(world.service.make_operator(oa, false).await.unwrap(), Made::Done { .. }));
    for login in ["ann", "zorro"] {
        let said = world.says(&format!("user lock {login} --reason 'INC-4471 card lost' --yes")).await;
        assert_eq!(said.exit, 0, "{}", said.err);
    }
    let all = numbers(&world.says("audit list --json").await.out);
    let hidden = numbers(&world.says("audit list target:zorro --json").await.out)[0];
    becomes(&mut world, "oa").await;
    let seen = world.says("audit list --json").await.out;
    assert!(numbers(&seen).len() < all.len() && !numbers(&seen).contains(&hidden), "{seen}");
    assert!(seen.contains("\"ann\"") && !seen.contains("\"zorro\""), "{seen}");
    assert_eq!(world.says("audit list target:zorro --json").await.out, "");
    let (shown, none) =
        (world.says(&format!("audit show {hidden}")).await, world.says("audit show 9999").await);
    assert_eq!((shown.exit, shown.out), (none.exit, none.out));
    assert_eq!(shown.err.replace(&hidden.to_string(), "N"), none.err.replace("9999", "N"));
    let export = world.says("audit export --format csv --reason 'monthly review'").await;
    assert!(export.out.contains(",ann,") && !export.out.contains("zorro"), "{}", export.out);
    assert_eq!(export.out.lines().count(), 1 + numbers(&seen).len());
    assert!(export.err.starts_with(&format!("{} entries exported", numbers(&seen).len())), "{}", export.err);
    let mut paper = Paper::default();
    let (follow, mut actor) = (shlex::split("audit follow --from 1 --json").unwrap(), world.actor.clone());
    let following = Box::pin(run(&world.service, &mut actor, &follow, &mut paper, Place::Here));
    assert!(timeout(Duration::from_secs(1), following).await.is_err());
    let followed = String::from_utf8(paper.out).unwrap();
    assert!(followed.contains("\"ann\"") && !followed.contains("\"zorro\""), "{followed}");
    let verified = world.says("audit verify").await;
    assert!(verified.out.starts_with(&format!("verified: {} entries", all.len() + 2)), "{}", verified.out);
}

#[tokio::test]
async fn an_export_of_the_audit_has_two_names_and_is_in_the_audit_before_and_after() {
    let mut world = World::with_people().await;
    world.says("user lock ann --reason '=cmd()' --yes").await;
    let without = world.says("audit export --format csv").await;
    assert_eq!((without.exit, without.out.as_str()), (2, ""));
    assert!(without.err.contains("reason: is required (`--reason TEXT`)"), "{}", without.err);
    let dry = world.says("audit export action:user.* --reason 'monthly review' --dry-run").await;
    assert_eq!(
        (dry.out.as_str(), dry.err.as_str()),
        ("", "1 entries would be exported; nothing was written\n")
    );
    let before = numbers(&world.says("audit list --json").await.out);
    let csv = world.says("export audit action:user.* --format csv --reason 'monthly review'").await;
    let lines: Vec<&str> = csv.out.lines().collect();
    assert_eq!((csv.exit, lines.len()), (0, 2), "{}", csv.err);
    assert!(lines[0].starts_with("seq,at,actor,actor_id,via,"), "{}", lines[0]);
    assert!(lines[1].contains(",'=cmd(),"), "a spreadsheet must not run it: {}", lines[1]);
    let told = world.says("audit list action:audit.export --json").await.out;
    let entries: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), 2, "{told}");
    assert_eq!(entries[0]["detail"]["count"], 1);
    assert_eq!(
        (&entries[0]["detail"]["filter"], &entries[0]["detail"]["whole"]),
        (&"action:user.*".into(), &true.into())
    );
    assert_eq!(entries[1]["detail"]["detail"], "audit as csv: action:user.*");
    assert_eq!(entries[1]["reason"], "monthly review");
    // What an export writes itself is no part of it.
    let all = world.says("audit export --format json --reason 'monthly review'").await.out;
    assert_eq!(numbers(&all).len(), before.len() + 2);
}
