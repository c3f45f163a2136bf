//! From words to a command: what clap matched becomes values, what it did not becomes a message.

use std::path::PathBuf;

use clap::ArgMatches;

use crate::actions::form::{Field, REASON};
use crate::actions::request::Run;
use crate::actions::{self, Spec};
use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::text;
use crate::cli::command::{
    Act, Asked, Catalog, Command, ExportUsers, Flags, Globals, ImportUsers, Keys, Line, ListShape, Pages,
    Shape, Undo, UsersList, Why,
};
use crate::cli::operator_flags;
use crate::cli::unsaid::{Unsaid, unknown};
use crate::cli::words::{self, Place};
use crate::cli::{columns, command, exit, jobs};
use crate::directory::filter::Filter;
use crate::directory::sort::{self, Sort};

/// Understands `words`, which do not hold the name of the program.
pub fn understand(words: &[String], place: Place) -> Result<Line, Unsaid> {
    let all = std::iter::once("wardroom").chain(words.iter().map(String::as_str));
    let matches =
        words::tree(place).try_get_matches_from(all).map_err(|error| Unsaid::of(&error, words, place))?;
    let globals = match place {
        Place::Here => Globals {
            data: matches.get_one::<PathBuf>("data").cloned(),
            config: matches.get_one::<PathBuf>("config").cloned(),
            acting_as: text_of(&matches, "as"),
        },
        Place::Ssh => Globals::default(),
    };
    let (mut path, mut leaf) = (Vec::new(), &matches);
    while let Some((name, deeper)) = leaf.subcommand() {
        path.push(name);
        leaf = deeper;
    }
    let command = command(&path, leaf, place)
        .map_err(|text| Unsaid { text: format!("{text}\n"), exit: exit::USAGE })?;
    Ok(Line { globals, command })
}

fn command(path: &[&str], leaf: &ArgMatches, place: Place) -> Result<Command, String> {
    let user = || required(leaf, "user");
    let asked = match path {
        [] => return Ok(Command::Console { demo: leaf.get_flag("demo") }),
        ["serve"] => {
            return Ok(Command::Serve {
                listen: leaf.get_one("listen").copied(),
                demo: leaf.get_flag("demo"),
            });
        }
        ["demo"] => {
            return Ok(Command::Demo {
                users: leaf.get_one("users").copied().unwrap_or(limits::DEMO_USERS),
                seed: leaf.get_one("seed").copied().unwrap_or(command::DEMO_SEED),
            });
        }
        ["init"] => return Ok(Command::Init(operator_flags::of_init(leaf))),
        ["operators", "add"] => return Ok(Command::OperatorsAdd(operator_flags::of_add(leaf))),
        ["keys", "list"] => return Ok(Command::Keys(Keys::List)),
        ["keys", "rotate"] => return Ok(Command::Keys(Keys::Rotate)),
        ["whoami"] => Asked::WhoAmI(shape(leaf)),
        ["users", "list"] => Asked::UsersList(users_list(leaf)?),
        ["users", "show"] => Asked::UsersShow(user(), shape(leaf)),
        ["history", "list"] => Asked::HistoryList(pages(leaf), user()),
        ["notes", "list"] => Asked::NotesList(pages(leaf), user()),
        ["import", "users"] => Asked::ImportUsers(import_users(leaf, place)?),
        ["export", "users"] => Asked::ExportUsers(export_users(leaf)?),
        ["audit", "list"] => Asked::AuditList(pages(leaf)),
        ["audit", "verify"] => Asked::AuditVerify { head: file(leaf, "head", place)?, shape: shape(leaf) },
        ["audit", "head"] => Asked::AuditHead,
        ["undo"] => Asked::Undo(undo(leaf)),
        ["jobs", what] => jobs::understood(what, leaf, shape(leaf))?,
        ["why"] => Asked::Why(why(leaf, place)?),
        ["catalog", "actions"] => Asked::Catalog(Catalog::Actions, shape(leaf)),
        ["catalog", "rights"] => Asked::Catalog(Catalog::Rights, shape(leaf)),
        ["catalog", "history"] => Asked::Catalog(Catalog::History, shape(leaf)),
        ["catalog", "keys"] => Asked::Catalog(Catalog::Keys, shape(leaf)),
        _ => {
            let spec = actions::ALL.iter().find(|spec| spec.words() == path);
            let spec = spec.ok_or_else(|| format!("no command `{}`", path.join(" ")))?;
            Asked::Act(act(spec, leaf, place)?)
        }
    };
    Ok(Command::Asked(asked))
}

/// What the words of a query and `--filter` mean together, and their text.
fn filter(leaf: &ArgMatches) -> Result<(Filter, String), String> {
    let query: Vec<&String> = leaf.get_many("query").unwrap_or_default().collect();
    // Words that were typed apart are words; one in quotes with blanks stays what it is in the filter language.
    let query = query.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let further = text_of(leaf, "filter").unwrap_or_default();
    let told = |mistake| format!("filter: {mistake}");
    for filter in [&query, &further] {
        Filter::parse(filter).map_err(told)?;
    }
    let text = format!("{query} {further}").trim().to_owned();
    Ok((Filter::parse(&text).map_err(told)?, text))
}

fn export_users(leaf: &ArgMatches) -> Result<ExportUsers, String> {
    let (filter, text) = filter(leaf)?;
    let shape = if required(leaf, "format") == "json" { ListShape::Json } else { ListShape::Csv };
    let list = UsersList { filter, sort: Sort::default(), columns: None, limit: None, shape };
    let reason = text_of(leaf, "reason").unwrap_or_default();
    Ok(ExportUsers { list, filter: text, reason, run: run(leaf) })
}

fn users_list(leaf: &ArgMatches) -> Result<UsersList, String> {
    let (filter, _) = filter(leaf)?;
    let columns = text_of(leaf, "columns").map(|names| columns::named(&names)).transpose()?;
    let shape = match (leaf.get_flag("json"), leaf.get_flag("csv")) {
        (true, _) => ListShape::Json,
        (false, true) => ListShape::Csv,
        (false, false) => ListShape::Table,
    };
    let sort = text_of(leaf, "sort").map(|text| sorted(&text)).transpose()?.unwrap_or_default();
    Ok(UsersList { filter, sort, columns, limit: leaf.get_one("limit").copied(), shape })
}

fn sorted(text: &str) -> Result<Sort, String> {
    let (first, then) = text.split_once(',').map_or((text, None), |(first, then)| (first, Some(then)));
    Ok(Sort { first: sort_key(first)?, then: then.map(sort_key).transpose()? })
}

fn sort_key(text: &str) -> Result<sort::Key, String> {
    sort::Key::parse(text.trim()).ok_or_else(|| {
        let known = sort::Column::ALL.map(sort::Column::name);
        unknown("sort: no column", text.trim_start_matches('-'), &known)
    })
}

fn import_users(leaf: &ArgMatches, place: Place) -> Result<ImportUsers, String> {
    Ok(ImportUsers {
        file: file(leaf, "file", place)?.unwrap_or_default(),
        format: required(leaf, "format"),
        code: text_of(leaf, "code").map(Secret::new),
        run: run(leaf),
        shape: shape(leaf),
    })
}

/// A file to read. Over SSH only `-`: a name would be one of the server's files.
fn file(leaf: &ArgMatches, name: &str, place: Place) -> Result<Option<String>, String> {
    match (text_of(leaf, name), place) {
        (Some(file), Place::Ssh) if file != "-" => {
            Err("over SSH files come on standard input: give `-`, and `< FILE` behind the command".to_owned())
        }
        (file, Place::Here | Place::Ssh) => Ok(file),
    }
}

fn why(leaf: &ArgMatches, place: Place) -> Result<Why, String> {
    let typed = required(leaf, "action");
    let code = typed.trim().replace(' ', ".").replace('-', "_");
    let codes: Vec<&str> = actions::ALL.iter().map(|spec| spec.code).collect();
    let spec = actions::find(&code).ok_or_else(|| unknown("no action", &typed, &codes))?;
    let operator = match place {
        Place::Here => None,
        Place::Ssh => text_of(leaf, "as"),
    };
    Ok(Why { spec, target: text_of(leaf, "target"), operator, shape: shape(leaf) })
}

fn act(spec: &'static Spec, leaf: &ArgMatches, place: Place) -> Result<Act, String> {
    if place == Place::Ssh {
        targets_stand_together(leaf)?;
    }
    Ok(Act {
        spec,
        targets: leaf.get_many::<String>("target").unwrap_or_default().cloned().collect(),
        undoes: None,
        with: flags(leaf, spec.form),
    })
}

fn undo(leaf: &ArgMatches) -> Undo {
    Undo { audit: leaf.get_one("audit").copied(), with: flags(leaf, &[REASON]) }
}

fn flags(leaf: &ArgMatches, form: &[Field]) -> Flags {
    let answer = |name: &str| text_of(leaf, name).map(|value| (name.to_owned(), value));
    Flags {
        answers: form.iter().filter_map(|field| answer(field.name)).collect(),
        agreed: leaf.get_flag("yes"),
        code: text_of(leaf, "code").map(Secret::new),
        confirmed: text_of(leaf, "confirm").unwrap_or_default(),
        run: run(leaf),
        shape: shape(leaf),
    }
}

/// The client's shell has taken the quotes off once already: of `--reason "card lost"` two words arrive, and the second
/// would be one more person to act upon.
fn targets_stand_together(leaf: &ArgMatches) -> Result<(), String> {
    let places: Vec<usize> = leaf.indices_of("target").into_iter().flatten().collect();
    let words = leaf.get_many::<String>("target").unwrap_or_default();
    match places.windows(2).zip(words.skip(1)).find(|(pair, _)| pair[1] != pair[0] + 1) {
        Some((_, word)) => Err(format!(
            "`{}` stands apart from the other targets: over SSH quote a text twice, such as --reason '\"card lost\"'",
            text::visible(word)
        )),
        None => Ok(()),
    }
}

/// The value of a flag or word; `None` where it was not typed.
pub(super) fn text_of(leaf: &ArgMatches, name: &str) -> Option<String> {
    leaf.get_one::<String>(name).cloned()
}

/// A word that the tree requires.
pub(super) fn required(leaf: &ArgMatches, name: &str) -> String {
    text_of(leaf, name).expect("the tree requires it or has a default")
}

fn shape(leaf: &ArgMatches) -> Shape {
    if leaf.get_flag("json") { Shape::Json } else { Shape::Text }
}

fn run(leaf: &ArgMatches) -> Run {
    if leaf.get_flag("dry-run") { Run::Dry } else { Run::Real }
}

fn pages(leaf: &ArgMatches) -> Pages {
    Pages { limit: leaf.get_one("limit").copied(), shape: shape(leaf) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            matches!(none.command, Command::Console { demo: false }) && none.globals == Globals::default()
        );
        let line = line("--data /srv users list --as root --config c.toml", Place::Here).unwrap();
        assert_eq!(line.globals.data, Some("/srv".into()));
        assert_eq!(line.globals.acting_as.as_deref(), Some("root"));
        let table =
            [("--demo", "Console { demo: true }"), ("serve --listen 127.0.0.1:22 --demo", "demo: true }")];
        for (words, told) in table {
            let command = super::tests::line(words, Place::Here).unwrap().command;
            assert!(format!("{command:?}").ends_with(told), "{command:?}");
        }
    }

    #[test]
    fn operators_are_set_up_with_flags() {
        let words = "init --admin root --email r@x --no-mfa --ssh-key k.pub --data d";
        let Command::Init(flags) = line(words, Place::Here).unwrap().command else { panic!("{words}") };
        assert_eq!((flags.login.as_str(), flags.level.as_deref(), flags.no_mfa), ("root", Some("MA"), true));
        assert_eq!((flags.organisation.as_deref(), flags.ssh_key), (Some("main"), Some("k.pub".into())));
        let words =
            "operators add b.lee --email b@x --level OA --scope main,cards --role Teller --group Desk";
        let Command::OperatorsAdd(flags) = line(words, Place::Here).unwrap().command else {
            panic!("{words}")
        };
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
            (sorted("-last_login,name").unwrap(), Some(5), ListShape::Csv)
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
}
