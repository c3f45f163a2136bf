//! The program's words from what is typed to what is written and answered, on a real store.
#![allow(clippy::unwrap_used, reason = "what a test did not expect fails it")]

mod audit;
mod leaving;

use std::io;

use wardroom::base::time::{Clock, Timestamp};
use wardroom::cli::ends::{Ends, Terminals};
use wardroom::cli::run::run;
use wardroom::cli::words::Place;
use wardroom::domain::level::Level;
use wardroom::domain::new_operator::{NamedScope, NewOperator, PublicKeyLine, SecondFactor};
use wardroom::domain::operator::{Actor, Via};
use wardroom::service::Service;
use wardroom::service::operators::Made;
use wardroom::store::{Places, Store};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhBRm3Y1C0bDvkYNPwPVw5Oc4uYjG1tWZ5aEoQz0sTn";

/// What was typed in, and what came out.
#[derive(Default)]
struct Paper {
    input: Vec<u8>,
    person: bool,
    out: Vec<u8>,
    err: Vec<u8>,
}

impl Ends for Paper {
    async fn out(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    async fn err(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.err.extend_from_slice(bytes);
        Ok(())
    }

    async fn input(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.input.len());
        buffer[..count].copy_from_slice(&self.input[..count]);
        self.input.drain(..count);
        Ok(count)
    }

    fn terminals(&self) -> Terminals {
        Terminals { person: self.person, output: self.person, talk: self.person }
    }

    fn interrupted() -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}

/// What a command answered.
struct Said {
    exit: u8,
    out: String,
    err: String,
}

struct World {
    service: Service,
    actor: Actor,
    folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let places = Places {
            database: folder.path().join("wardroom.db"),
            field_key: folder.path().join("field.key"),
        };
        let clock = Clock::fixed(Timestamp::parse("2026-05-14T09:41:57Z").unwrap());
        let store = Store::create(&places, clock).unwrap();
        let service = Service::start(store, folder.path().to_owned(), 0).unwrap();
        let made = service.make_operator(operator("root", Some(Level::Master)), true).await.unwrap();
        assert!(matches!(made, Made::Done { .. }), "{made:?}");
        let actor = service.actor_here(None).await.unwrap();
        Self { service, actor, folder }
    }

    /// A world with three customers from a file.
    async fn with_people() -> Self {
        let mut world = Self::new().await;
        let file = "login,kind,first_name,last_name,email,status\n\
                    ann,customer,Ann,\"Kim\u{1b}[2J\",ann@x.example,ACTIVE\n\
                    bob,customer,=Bob,Lee,,INACTIVE\n\
                    cyd,staff,Cyd,Ray,cyd@x.example,\n";
        let said = world.typed("import users -", file).await;
        assert_eq!(
            (said.exit, said.out.as_str()),
            (0, "3 created, 0 updated, 0 unchanged (audit 2)\n"),
            "{}",
            said.err
        );
        world
    }

    async fn says(&mut self, words: &str) -> Said {
        self.typed(words, "").await
    }

    async fn typed(&mut self, words: &str, input: &str) -> Said {
        self.at(words, Paper { input: input.into(), ..Paper::default() }, Place::Here).await
    }

    async fn asks(&mut self, words: &str, input: &str) -> Said {
        self.at(words, Paper { input: input.into(), person: true, ..Paper::default() }, Place::Here).await
    }

    async fn at(&mut self, words: &str, mut paper: Paper, place: Place) -> Said {
        let words = shlex::split(words).unwrap();
        let exit = run(&self.service, &mut self.actor, &words, &mut paper, place).await;
        Said { exit, out: String::from_utf8(paper.out).unwrap(), err: String::from_utf8(paper.err).unwrap() }
    }
}

fn operator(login: &str, level: Option<Level>) -> NewOperator {
    NewOperator {
        login: login.to_owned(),
        email: format!("{login}@bank.example"),
        level,
        scope: NamedScope::Default,
        role: None,
        group: None,
        organisation: Some("main".to_owned()),
        password: None,
        ssh_key: Some(PublicKeyLine { line: KEY.to_owned(), comment: String::new() }),
        second_factor: SecondFactor::Exempt,
    }
}

fn json(line: &str) -> serde_json::Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[tokio::test]
async fn a_list_is_told_as_table_json_and_csv() {
    let mut world = World::with_people().await;
    let table = world.says("users list kind:customer").await;
    assert_eq!((table.exit, table.err.as_str()), (0, "2 users\n"));
    assert!(table.out.starts_with("LOGIN ") && table.out.contains("Ann Kim<U+001B>[2J"), "{}", table.out);
    let lines = world.says("users list --json --sort -login").await.out;
    let logins: Vec<_> = lines.lines().map(|line| json(line)["login"].clone()).collect();
    assert_eq!(logins, ["root", "cyd", "bob", "ann"]);
    let ann = json(lines.lines().last().unwrap());
    assert_eq!((&ann["last_name"], &ann["status"]), (&"Kim\u{1b}[2J".into(), &"ACTIVE".into()));
    assert_eq!((&ann["added"], &ann["roles"]), (&"2026-05-14T09:41:57Z".into(), &serde_json::json!([])));
    let csv = world.says("users list --csv --columns login,first_name status:inactive").await.out;
    assert_eq!(csv, "login,first_name\r\nbob,'=Bob\r\n");
    assert_eq!(world.says("users list --json --limit 1").await.out.lines().count(), 1);
    assert_eq!(world.says("users list --json nobody-at-all").await.out, "");
}

#[tokio::test]
async fn what_was_exported_changes_nothing_when_imported() {
    let mut world = World::with_people().await;
    let csv = world.says("users list --csv").await.out;
    let said = world.typed("import users - --json", &csv).await;
    let told = json(&said.out);
    assert_eq!(
        (said.exit, &told["updated"], &told["unchanged"]),
        (0, &0.into(), &4.into()),
        "{} {}",
        said.out,
        said.err
    );
}

#[tokio::test]
async fn one_wrong_row_and_nothing_is_imported() {
    let mut world = World::new().await;
    let said = world.typed("import users -", "login,kind\nann,customer\nann,x,y\n").await;
    assert_eq!(said.exit, 1);
    assert_eq!(said.err, "import: line 3 has 3 columns, the header has 2; nothing was imported\n");
    let said = world.typed("import users -", "login,kind\nann,customer\nbob,admin\n").await;
    assert!(said.exit == 1 && said.err.contains("line 3, column `kind`"), "{}", said.err);
    let dry = world.typed("import users - --dry-run", "login,kind\nann,customer\n").await;
    assert_eq!(dry.out, "would be 1 created, 0 updated, 0 unchanged; nothing was written\n");
    assert_eq!(world.says("users show ann").await.exit, 3);
}

#[tokio::test]
async fn an_imported_id_leaves_ids_for_whoever_is_made_next() {
    let mut world = World::new().await;
    let said = world.typed("import users -", "login,id\nann,U9223372036854775807\n").await;
    assert_eq!(said.exit, 1);
    let told = "import: line 2, column `id`: `U9223372036854775807` is too high: at most U999999999999999; \
                nothing was imported\n";
    assert_eq!(said.err, told);
    let highest = world.typed("import users -", "login,id\nann,U999999999999999\n").await;
    assert_eq!(highest.exit, 0, "{}", highest.err);
    let next = world.typed("import users -", "login\nbob\n").await;
    assert_eq!(next.exit, 0, "{}", next.err);
}

#[tokio::test]
async fn an_action_above_l1_wants_yes_and_a_reason_and_tells_what_it_did() {
    let mut world = World::with_people().await;
    let without = world.says("user lock ann --reason 'card lost'").await;
    assert_eq!(without.exit, 2);
    assert!(without.err.contains("`--yes`"), "{}", without.err);
    let short = world.says("user lock ann --yes").await;
    assert_eq!((short.exit, short.err.as_str()), (2, "wardroom: reason: is required (`--reason TEXT`)\n"));
    let dry = world.says("user lock ann --reason 'card lost' --dry-run").await;
    assert!(
        dry.exit == 0 && dry.out.contains("allowed, nothing was written: status ACTIVE -> LOCKED_BY_ADMIN"),
        "{}",
        dry.out
    );
    let done = world.says("user lock ann --reason 'card lost' --yes --json").await;
    let told = json(&done.out);
    assert_eq!(
        (done.exit, &told["result"], &told["changes"][0]["after"]),
        (0, &"done".into(), &"LOCKED_BY_ADMIN".into())
    );
    let again = world.says("user lock ann --reason 'card lost' --yes").await;
    assert_eq!((again.exit, again.out.as_str()), (4, ""));
    assert_eq!(world.says("user lock nobody --reason 'card lost' --yes").await.exit, 3);
    assert_eq!(world.says("user unlock ann").await.exit, 0);
}

#[tokio::test]
async fn several_targets_get_a_line_each_and_one_code() {
    let mut world = World::with_people().await;
    let said = world.typed("user lock - --reason 'card lost' --yes", "ann\n\nnobody\ncyd\n").await;
    assert_eq!(
        (said.exit, said.out.lines().count(), said.err.as_str()),
        (8, 3, "2 of 3 done\n"),
        "{}",
        said.out
    );
    let json_lines = world.says("user unlock ann cyd --json").await;
    assert_eq!(
        json_lines.out.lines().map(|line| json(line)["result"].clone()).collect::<Vec<_>>(),
        ["done", "done"]
    );
    assert_eq!(world.typed("note add - --text hello", "\n").await.exit, 2);
}

#[tokio::test]
async fn a_person_is_asked_and_no_is_no() {
    let mut world = World::with_people().await;
    let no = world.asks("user lock ann --reason 'card lost'", "\n").await;
    assert_eq!(no.exit, 1);
    assert!(no.err.contains("ACTIVE -> LOCKED_BY_ADMIN") && no.err.contains("[y/N]"), "{}", no.err);
    assert_eq!(json(&world.says("users show ann --json").await.out)["status"], "ACTIVE");
    let yes = world.asks("user lock ann --reason 'card lost'", "y\n").await;
    assert_eq!(yes.exit, 0, "{}", yes.err);
    assert_eq!(json(&world.says("users show ann --json").await.out)["status"], "LOCKED_BY_ADMIN");
}

#[tokio::test]
async fn why_tells_the_rule() {
    let mut world = World::with_people().await;
    assert_eq!(world.says("why user.lock ann").await.exit, 0);
    let refused = world.says("why user.lock root --json").await;
    let told = json(&refused.out);
    assert_eq!((refused.exit, &told["allowed"], &told["rule"]), (4, &false.into(), &"self".into()));
    let steps: Vec<&str> =
        told["chain"].as_array().unwrap().iter().map(|step| step["result"].as_str().unwrap()).collect();
    assert_eq!(
        (&steps[..4], steps[4], steps.len()),
        (&["passed", "passed", "passed", "failed"][..], "not_reached", 11)
    );
    assert_eq!((&told["right"], &told["right_from"][0]), (&"user.lock".into(), &"held by level MA".into()));
    assert_eq!(told["able"]["logins"], serde_json::json!([]), "the one master sees nobody who could");
    let nobody = world.says("why user.lock nobody --json").await;
    assert_eq!((nobody.exit, &json(&nobody.out)["rule"]), (3, &"existence".into()));
    assert_eq!(world.says("why data.import").await.exit, 0);
    assert_eq!(world.says("why user.lock").await.exit, 2);
    let other = world.at("why data.import --as cyd", Paper::default(), Place::Ssh).await;
    assert_eq!(other.exit, 4, "{} {}", other.out, other.err);
}

#[tokio::test]
async fn the_records_are_told_newest_first() {
    let mut world = World::with_people().await;
    assert_eq!(world.says("note add ann --text 'called\u{202e} us'").await.exit, 0);
    assert_eq!(world.says("note add ann --text 'called again'").await.exit, 0);
    let notes = world.says("notes list ann").await.out;
    assert!(
        notes.lines().next().unwrap().ends_with("root  called again") && notes.contains("<U+202E>"),
        "{notes}"
    );
    let history = world.says("history list ann --json").await.out;
    assert_eq!(json(history.lines().next().unwrap())["code"], "note.create");
    let audit = world.says("audit list --json --limit 2").await.out;
    assert_eq!(
        audit.lines().map(|line| json(line)["action"].clone()).collect::<Vec<_>>(),
        ["note.add", "note.add"]
    );
    assert_eq!(world.says("history list nobody").await.exit, 3);
}

#[tokio::test]
async fn the_chain_is_verified_against_a_signed_head() {
    let mut world = World::with_people().await;
    let head = world.says("audit head").await.out;
    let found = world.typed("audit verify --head - --json", &head).await;
    let told = json(&found.out);
    assert_eq!(
        (found.exit, &told["verified"], &told["fault"]),
        (0, &true.into(), &serde_json::Value::Null),
        "{}",
        found.err
    );
    let forged = head.replace("entry ", "entry 1");
    assert_eq!(world.typed("audit verify --head -", &forged).await.exit, 1);
}

#[tokio::test]
async fn whoami_says_level_scope_rights_and_how_one_signed_in() {
    let mut world = World::new().await;
    let me = json(&world.says("whoami --json").await.out);
    assert_eq!((&me["login"], &me["level"], &me["scope"]), (&"root".into(), &"MA".into(), &"all".into()));
    assert!(me["rights"].as_array().unwrap().iter().any(|right| right == "data.import"));
    let text = world.says("whoami").await.out;
    assert!(text.contains("master administrator") && text.contains("all organisations"), "{text}");
}

#[tokio::test]
async fn over_ssh_an_import_wants_a_fresh_code_and_a_wrong_one_is_refused() {
    let mut world = World::new().await;
    world.actor.via = Via::Ssh;
    world.actor.has_second_factor = true;
    let file = || Paper { input: "login,kind\nann,customer\n".into(), ..Paper::default() };
    let without = world.at("import users -", file(), Place::Ssh).await;
    assert!(without.exit == 2 && without.err.contains("`--code 123456`"), "{}", without.err);
    assert_eq!(world.at("import users - --code 000000", file(), Place::Ssh).await.exit, 4);
    assert_eq!(world.at("import users - --dry-run", file(), Place::Ssh).await.exit, 0);
    let fresh = world.service.now();
    world.actor.code_at = Some(fresh);
    assert_eq!(world.at("import users -", file(), Place::Ssh).await.exit, 0);
    assert_eq!(world.at("usres", Paper::default(), Place::Ssh).await.exit, 64);
}

#[tokio::test]
async fn deleting_wants_the_login_typed_and_leaves_a_history_under_the_id() {
    let mut world = World::with_people().await;
    let id = json(&world.says("users show ann --json").await.out)["id"].as_str().unwrap().to_owned();
    let short = world.says("user delete ann --reason 'left us' --yes --confirm ann").await;
    assert!(short.exit == 2 && short.err.contains("at least 10 characters"), "{}", short.err);
    let words = "user delete ann --reason 'left the bank' --yes";
    let without = world.says(words).await;
    assert!(without.exit == 2 && without.err.contains("`--confirm LOGIN`"), "{}", without.err);
    assert_eq!(world.says(&format!("{words} --confirm an")).await.exit, 4);
    let done = world.says(&format!("{words} --confirm ann")).await;
    assert!(done.exit == 0 && done.out.contains(&format!("account {id} -> deleted")), "{}", done.out);
    assert_eq!(world.says("users show ann").await.exit, 3);
    let history = world.says(&format!("history list {id}")).await;
    assert!(history.exit == 0 && history.out.contains("user.delete"), "{} {}", history.out, history.err);
    assert_eq!(world.says(&format!("notes list {id}")).await.exit, 0);
    assert_eq!(world.says("history list U999999").await.exit, 3);
    assert_eq!(world.says("history list ann").await.exit, 3, "the name may be another's by now");
}

#[tokio::test]
async fn an_edit_names_what_changes_and_leaves_the_rest() {
    let mut world = World::with_people().await;
    let said = world.says("user edit bob --first-name Bob --attributes 'branch=north'").await;
    assert_eq!(said.exit, 0, "{}", said.err);
    assert!(said.out.contains("first name =Bob -> Bob, attribute branch (none) -> north"), "{}", said.out);
    let nothing = world.says("user edit bob --first-name Bob").await;
    assert!(nothing.exit == 4 && nothing.err.contains("nothing is changed"), "{}", nothing.err);
    assert_eq!(world.says("user edit bob --first-name ''").await.exit, 0);
    assert!(
        json(&world.says("users show bob --json").await.out)["first_name"].as_str().is_none_or(str::is_empty)
    );
}
