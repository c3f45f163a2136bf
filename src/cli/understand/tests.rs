//! What the words mean, at both places.

use super::*;
use crate::cli::command::ListShape;
use crate::directory::filter::Filter;

fn line(words: &str, place: Place) -> Result<Line, Unsaid> {
    understand(&shlex::split(words).unwrap(), place)
}

fn asked(words: &str, place: Place) -> Asked {
    let command = line(words, place).unwrap().command;
    let Command::Asked(asked) = command else { panic!("{words}: {command:?}") };
    asked
}

fn unsaid(words: &str, place: Place) -> Unsaid {
    line(words, place).expect_err(words)
}

#[test]
fn words_of_this_machine_are_understood() {
    let none = line("", Place::Here).unwrap();
    assert!(
        matches!(none.command, Command::Console { demo: false, plain: None })
            && none.globals == Globals::default()
    );
    let line = line("--data /srv users list --as root --config c.toml", Place::Here).unwrap();
    assert_eq!(line.globals.data, Some("/srv".into()));
    assert_eq!(line.globals.acting_as.as_deref(), Some("root"));
    let table = [
        ("--demo", "Console { demo: true, plain: None }"),
        ("serve --listen 127.0.0.1:22 --demo", "demo: true }"),
    ];
    for (words, told) in table {
        let command = self::line(words, Place::Here).unwrap().command;
        assert!(format!("{command:?}").ends_with(told), "{command:?}");
    }
}

#[test]
fn operators_are_set_up_with_flags() {
    let words = "init --admin root --email r@x --no-mfa --ssh-key k.pub --data d";
    let Command::Init(flags) = line(words, Place::Here).unwrap().command else { panic!("{words}") };
    assert_eq!((flags.login.as_str(), flags.level.as_deref(), flags.no_mfa), ("root", Some("MA"), true));
    assert_eq!((flags.organisation.as_deref(), flags.ssh_key), (Some("main"), Some("k.pub".into())));
    let words = "operators add b.lee --email b@x --level OA --scope main,cards --role Teller --group Desk";
    let Command::OperatorsAdd(flags) = line(words, Place::Here).unwrap().command else { panic!("{words}") };
    assert_eq!((flags.scope.as_deref(), flags.role.as_deref()), (Some("main,cards"), Some("Teller")));
    assert_eq!(
        unsaid("operators add b --email x --no-mfa --totp-secret-file f", Place::Here).exit,
        exit::USAGE
    );
}

#[test]
fn a_list_takes_query_filter_order_columns_and_shape() {
    let Asked::UsersList(list) = asked(
        "users list kim status:active --filter '-kind:staff \"a b\"' --sort -last_login,name --columns login,email --limit 5 --csv",
        Place::Ssh,
    ) else {
        panic!("a list")
    };
    assert_eq!(list.filter, Filter::parse("kim status:active -kind:staff \"a b\"").unwrap());
    assert_eq!(
        (list.sort, list.limit, list.shape),
        (people::sorted("-last_login,name").unwrap(), Some(5), ListShape::Csv)
    );
    assert_eq!(list.columns.unwrap().len(), 2);
    assert_eq!(
        unsaid("users list status:lokced", Place::Ssh).text,
        "filter: no status `lokced`; did you mean status:locked?\n"
    );
    assert_eq!(
        unsaid("users list --sort lgoin", Place::Ssh).text,
        "sort: no column `lgoin`; did you mean `login`?\n"
    );
    assert_eq!(unsaid("users list --json --csv", Place::Ssh).exit, exit::USAGE);
    assert_eq!(unsaid("users list --limit many", Place::Ssh).exit, exit::USAGE);
}

#[test]
fn an_action_takes_targets_its_form_and_the_common_flags() {
    let Asked::Act(act) =
        asked("user lock a.kim U7 - --reason '-card lost' --yes --confirm 3 --json", Place::Ssh)
    else {
        panic!("an action")
    };
    assert_eq!(
        (act.spec.code, act.targets.as_slice()),
        ("user.lock", ["a.kim", "U7", "-"].map(str::to_owned).as_slice())
    );
    assert_eq!(act.with.answers["reason"], "-card lost");
    assert_eq!(
        (act.with.agreed, act.with.confirmed.as_str(), act.with.run, act.with.shape),
        (true, "3", Run::Real, Shape::Json)
    );
    let Asked::Act(note) = asked("note add a.kim --text hello --dry-run", Place::Here) else {
        panic!("an action")
    };
    assert_eq!((note.spec.code, note.with.run), ("note.add", Run::Dry));
    assert_eq!(unsaid("user lock --yes", Place::Ssh).exit, exit::USAGE);
}

#[test]
fn a_text_that_lost_its_quotes_names_nobody() {
    let said = unsaid("user lock a.kim b.lee --reason card lost --yes", Place::Ssh);
    assert_eq!(said.exit, exit::USAGE);
    assert!(said.text.contains("`lost` stands apart") && said.text.contains("quote"), "{}", said.text);
    let Asked::Act(act) = asked("user lock --reason 'card lost' a.kim b.lee --yes", Place::Ssh) else {
        panic!("an action")
    };
    assert_eq!(act.targets, ["a.kim", "b.lee"]);
    asked("user lock a.kim --yes b.lee --reason 'card lost'", Place::Here);
}

#[test]
fn the_other_words_are_understood_at_both_places() {
    for place in [Place::Here, Place::Ssh] {
        let all = [
            "whoami --json",
            "users show a.kim",
            "history list a.kim --limit 3",
            "notes list U7 --json",
            "import users - --dry-run",
            "export users status:active --format json --reason 'for the auditors'",
            "audit list",
            "audit list actor:a.kim since:24h --filter '-action:user.* result:denied' --limit 5 --json",
            "audit show 88214 --json",
            "audit follow --from 7 result:denied --json",
            "audit verify --head -",
            "audit head",
            "undo",
            "undo 88 --reason 'the wrong one' --yes --dry-run --json",
            "jobs list --json",
            "jobs show J5",
            "jobs pause j5",
            "jobs resume 5 --json",
            "jobs stop J5",
            "why user.lock a.kim --as b.lee --json",
            "catalog actions",
            "catalog rights --json",
            "catalog history",
            "catalog keys",
        ];
        for words in all {
            asked(words, place);
        }
    }
}

#[test]
fn over_ssh_no_file_of_this_machine_is_named() {
    for words in ["import users /etc/passwd", "audit verify --head /etc/shadow"] {
        let said = unsaid(words, Place::Ssh);
        assert!(said.exit == exit::USAGE && said.text.contains("standard input"), "{said:?}");
    }
    for words in ["--data /srv whoami", "--as root whoami"] {
        assert_eq!(unsaid(words, Place::Ssh).exit, exit::USAGE, "{words}");
    }
}
