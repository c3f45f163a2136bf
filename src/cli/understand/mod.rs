//! From words to a command: what clap matched becomes values, what it did not becomes a message.

mod acts;
mod people;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::ArgMatches;

use crate::actions;
use crate::actions::request::Run;
use crate::base::limits;
use crate::cli::command::{
    Asked, Catalog, Command, ExportAudit, Globals, Keys, Line, ListShape, Pages, Shape,
};
use crate::cli::unsaid::Unsaid;
use crate::cli::words::{self, Place};
use crate::cli::{command, exit, groups, jobs, operator_flags, roles, running, sessions};
use crate::directory::audit::AuditFilter;

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
        [] => {
            let plain = leaf.get_flag("plain").then(Vec::new);
            return Ok(Command::Console { demo: leaf.get_flag("demo"), plain });
        }
        ["plain"] => {
            let place = leaf.get_many("place").unwrap_or_default().cloned().collect();
            return Ok(Command::Console { demo: false, plain: Some(place) });
        }
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
        ["users", "list"] => Asked::UsersList(people::users_list(leaf)?),
        ["users", "show"] => Asked::UsersShow(user(), shape(leaf)),
        ["history", "list"] => Asked::HistoryList(pages(leaf), user()),
        ["notes", "list"] => Asked::NotesList(pages(leaf), user()),
        ["import", "users"] => Asked::ImportUsers(people::import_users(leaf, place)?),
        ["export", "users"] => Asked::ExportUsers(people::export_users(leaf)?),
        ["export", "audit"] | ["audit", "export"] => Asked::ExportAudit(export_audit(leaf)?),
        ["audit", "list"] => Asked::AuditList(audit_filter(leaf)?, pages(leaf)),
        ["audit", "show"] => Asked::AuditShow(number(leaf), shape(leaf)),
        ["audit", "follow"] => Asked::AuditFollow {
            filter: audit_filter(leaf)?,
            from: leaf.get_one("from").copied(),
            shape: shape(leaf),
        },
        ["audit", "verify"] => Asked::AuditVerify { head: file(leaf, "head", place)?, shape: shape(leaf) },
        ["audit", "head"] => Asked::AuditHead,
        ["undo"] => Asked::Undo(acts::undo(leaf, place)?),
        ["roles", what] => roles::understood(what, leaf, shape(leaf))?,
        ["groups", what] => groups::understood(what, leaf, shape(leaf))?,
        ["jobs", what] => jobs::understood(what, leaf)?,
        ["sessions", what] => sessions::understood(what, leaf)?,
        ["why"] => Asked::Why(acts::why(leaf, place)?),
        ["catalog", "actions"] => Asked::Catalog(Catalog::Actions, shape(leaf)),
        ["catalog", "rights"] => Asked::Catalog(Catalog::Rights, shape(leaf)),
        ["catalog", "history"] => Asked::Catalog(Catalog::History, shape(leaf)),
        ["catalog", "keys"] => Asked::Catalog(Catalog::Keys, shape(leaf)),
        _ => {
            if let Some(running) = running::understood(path, leaf) {
                return Ok(Command::Running(running));
            }
            let spec = actions::ALL.iter().find(|spec| spec.words() == path);
            let spec = spec.ok_or_else(|| format!("no command `{}`", path.join(" ")))?;
            Asked::Act(acts::act(spec, leaf, place)?)
        }
    };
    Ok(Command::Asked(asked))
}

/// Which entries of the audit are meant. Words that were typed apart are one filter.
fn audit_filter(leaf: &ArgMatches) -> Result<AuditFilter, String> {
    AuditFilter::parse(&audit_text(leaf)).map_err(|mistake| format!("filter: {mistake}"))
}

fn audit_text(leaf: &ArgMatches) -> String {
    let query = leaf.get_many::<String>("query").unwrap_or_default();
    let further = leaf.get_one::<String>("filter");
    query.chain(further).map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn export_audit(leaf: &ArgMatches) -> Result<ExportAudit, String> {
    let shape = if required(leaf, "format") == "json" { ListShape::Json } else { ListShape::Csv };
    Ok(ExportAudit {
        filter: audit_filter(leaf)?,
        text: audit_text(leaf),
        shape,
        reason: text_of(leaf, "reason").unwrap_or_default(),
        run: run(leaf),
    })
}

/// The number of an entry, which the tree requires.
fn number(leaf: &ArgMatches) -> i64 {
    leaf.get_one("number").copied().expect("the tree requires it")
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

/// The value of a flag or word; `None` where it was not typed.
pub(super) fn text_of(leaf: &ArgMatches, name: &str) -> Option<String> {
    leaf.get_one::<String>(name).cloned()
}

/// A word that the tree requires.
pub(super) fn required(leaf: &ArgMatches, name: &str) -> String {
    text_of(leaf, name).expect("the tree requires it or has a default")
}

pub(super) fn shape(leaf: &ArgMatches) -> Shape {
    if leaf.get_flag("json") { Shape::Json } else { Shape::Text }
}

/// How to write rows.
pub(super) fn list_shape(leaf: &ArgMatches) -> ListShape {
    match (leaf.get_flag("json"), leaf.get_flag("csv")) {
        (true, _) => ListShape::Json,
        (false, true) => ListShape::Csv,
        (false, false) => ListShape::Table,
    }
}

fn run(leaf: &ArgMatches) -> Run {
    if leaf.get_flag("dry-run") { Run::Dry } else { Run::Real }
}

pub(super) fn pages(leaf: &ArgMatches) -> Pages {
    Pages { limit: leaf.get_one("limit").copied(), shape: shape(leaf) }
}
