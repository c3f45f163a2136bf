//! What is taken back, what is revealed, and what leaves as a file.

use crate::{World, json};

#[tokio::test]
async fn an_action_is_taken_back_by_its_number_or_as_the_last_one() {
    let mut world = World::with_people().await;
    let done = world.says("user lock ann --reason 'card lost' --yes --json").await;
    let told = json(&done.out);
    assert_eq!(told["undo_until"], "2026-05-14T09:51:57Z");
    assert_eq!(world.says("user unlock ann --json").await.exit, 0);
    assert_eq!(
        world.says("undo --dry-run").await.out,
        "Ann Kim<U+001B>[2J (ann): undo allowed, nothing was written: status ACTIVE -> LOCKED_BY_ADMIN, admin lock no -> yes; No sign-in any more.; The message that was sent is not taken back.\n"
    );
    let first = world.says(&format!("undo {} --reason 'wrong person' --yes", told["audit"])).await;
    assert!(
        first.exit == 6 && first.err.contains("changed meanwhile: user.unlock by root"),
        "{} {}",
        first.exit,
        first.err
    );
    assert_eq!(world.says("undo").await.exit, 0, "what took no consent takes none back");
    let without = world.says(&format!("undo {}", told["audit"])).await;
    assert_eq!(
        (without.exit, without.err.as_str()),
        (2, "wardroom: reason: is required (`--reason TEXT`)\n")
    );
    assert_eq!(json(&world.says("users show ann --json").await.out)["status"], "LOCKED_BY_ADMIN");
    let again = world.says(&format!("undo {} --reason 'wrong person' --yes", told["audit"])).await;
    assert_eq!(again.exit, 6, "{}", again.err);
    let import = world.says("undo 2 --json").await;
    let refused = json(&import.out);
    assert_eq!((import.exit, &refused["action"], &refused["rule"]), (4, &"undo".into(), &"guard".into()));
    assert!(refused["text"].as_str().unwrap().contains("`data.import`, which cannot be undone"), "{refused}");
    let last = json(world.says("audit list --json --limit 1").await.out.trim());
    assert_eq!(
        (&last["action"], &last["result"], &last["target"]),
        (&"undo".into(), &"denied".into(), &"2".into())
    );
}

#[tokio::test]
async fn a_masked_field_is_printed_once_with_a_reason_and_audited_without_its_value() {
    let mut world = World::with_people().await;
    let without = world.says("pii reveal ann --field email").await;
    assert_eq!(
        (without.exit, without.err.as_str()),
        (2, "wardroom: reason: is required (`--reason TEXT`)\n")
    );
    let unknown = world.says("pii reveal ann --field emial --reason 'call back'").await;
    assert!(unknown.exit == 2 && unknown.err.contains("must be one of email, phone"), "{}", unknown.err);
    let shown = world.says("pii reveal ann --field email --reason 'call back'").await;
    assert_eq!((shown.exit, shown.out.as_str()), (0, "ann@x.example\n"), "{}", shown.err);
    assert!(shown.err.contains("pii.reveal done (audit "), "{}", shown.err);
    let dry = world.says("pii reveal ann --field email --reason 'call back' --dry-run --json").await;
    assert_eq!((dry.exit, &json(&dry.out)["values"]), (0, &serde_json::Value::Null));
    let told = json(&world.says("pii reveal ann --field email --reason 'call back' --json").await.out);
    assert_eq!(told["values"], serde_json::json!(["ann@x.example"]));
    let none = world.says("pii reveal bob --field email --reason 'call back'").await;
    assert_eq!((none.exit, none.out.as_str()), (4, ""), "{}", none.err);
    let audit = world.says("audit list --json").await.out;
    assert!(audit.contains("call back") && audit.contains("field email"), "{audit}");
    assert!(!audit.contains("ann@x.example"), "{audit}");
}

#[tokio::test]
async fn an_export_is_what_a_list_is_with_an_entry_before_and_one_with_its_count_after() {
    let mut world = World::with_people().await;
    let without = world.says("export users").await;
    assert_eq!((without.exit, without.out.as_str()), (2, ""), "{}", without.err);
    assert!(without.err.contains("reason: is required"), "{}", without.err);
    let said = world.says("export users kind:customer --reason 'for the auditors'").await;
    assert_eq!(said.exit, 0, "{}", said.err);
    assert!(said.err.contains("2 users exported (audit 3)"), "{}", said.err);
    assert_eq!(said.out, world.says("users list kind:customer --csv").await.out);
    assert!(said.out.contains(",'=Bob,"), "a formula is neutralised: {}", said.out);
    let again = world.typed("import users - --json", &said.out).await;
    let told = json(&again.out);
    assert_eq!(
        (again.exit, &told["updated"], &told["unchanged"]),
        (0, &0.into(), &2.into()),
        "{}",
        again.err
    );
    let lines = world.says("export users --format json --reason 'for the auditors'").await.out;
    assert_eq!(lines.lines().map(json).count(), 4);
    let audit = world.says("audit list --json").await.out;
    let entries: Vec<_> = audit.lines().map(json).filter(|entry| entry["action"] == "data.export").collect();
    assert_eq!(entries.len(), 4, "{audit}");
    let (ended, begun) = (&entries[2], &entries[3]);
    assert!(begun.to_string().contains("users as csv: kind:customer"), "{begun}");
    let detail = ended["detail"]
        .as_object()
        .map_or_else(|| json(ended["detail"].as_str().unwrap()), |found| found.clone().into());
    assert_eq!((&detail["count"], &detail["whole"], &detail["begun"]), (&2.into(), &true.into(), &3.into()));
    let before = world.says("audit list --json").await.out.lines().count();
    let dry = world.says("export users --reason 'for the auditors' --dry-run").await;
    assert_eq!(
        (dry.exit, dry.out.as_str(), dry.err.as_str()),
        (0, "", "4 users would be exported; nothing was written\n")
    );
    assert_eq!(world.says("audit list --json").await.out.lines().count(), before);
}
