//! The tree of words: what can be typed, here and over SSH, with its help.
//!
//! Words of actions are not written here: `action_words` grows them from the declarations.

mod asked;
mod first;
mod here;

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};

use crate::actions;
use crate::cli::{action_words, groups, jobs, roles, running, sessions};
pub use first::FIRST_WORDS;

/// From where the words come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Typed on this machine.
    Here,
    /// Sent over SSH: no files of this machine, no other operator's name.
    Ssh,
}

/// The whole tree, as it is at `place`.
pub fn tree(place: Place) -> Command {
    let mut root = Command::new("wardroom")
        .about("A console for managing users; the same words serve here and over SSH")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_colored_help(true)
        .subcommands([
            asked::whoami(),
            asked::users(),
            asked::of_user("history", "What happened to a user"),
            asked::of_user("notes", "Notes on a user"),
        ])
        .subcommands([
            asked::import(),
            asked::export(),
            asked::audit(),
            groups::words(),
            roles::words(),
            jobs::words(),
            sessions::words(),
        ])
        .subcommands([asked::undo(), asked::why(place), asked::catalog(), here::plain()]);
    for spec in actions::ALL {
        root = action_words::grow(root, spec);
    }
    match place {
        Place::Here => root
            .subcommands([here::init(), here::operators(), here::keys(), here::demo(), here::serve()])
            .subcommands(running::words())
            .args(here::global())
            .arg(flag("demo", "Open a demo institution, made on the spot"))
            .arg(flag("plain", "As plain dialogue, without screens")),
        Place::Ssh => root.subcommand_required(true).arg_required_else_help(true),
    }
}

/// A word that only groups others.
pub(super) fn family(
    name: impl Into<clap::builder::Str>,
    about: impl Into<clap::builder::StyledStr>,
) -> Command {
    Command::new(name).about(about).subcommand_required(true).arg_required_else_help(true)
}

/// `--name`, present or not.
pub(super) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// `--name VALUE`.
pub(super) fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// `--json`.
pub(super) fn json() -> Arg {
    flag("json", "One JSON value per line")
}

pub(super) fn word(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).required(true).help(help)
}

fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).value_parser(value_parser!(PathBuf))
}

pub(super) fn limit() -> Arg {
    option("limit", "N", "At most so many rows").value_parser(value_parser!(u64))
}

/// `--dry-run`.
pub(super) fn dry_run() -> Arg {
    flag("dry-run", "Say what would happen, write nothing")
}

/// What an action takes beside its form.
pub(super) fn consent() -> [Arg; 5] {
    [
        flag("yes", "Do it without asking"),
        option("code", "123456", "A fresh code of the second factor, from L3 on"),
        option("confirm", "LOGIN", "The login (of several: their number) instead of a code, from L3 on"),
        dry_run(),
        json(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_well_formed_at_both_places() {
        tree(Place::Here).debug_assert();
        tree(Place::Ssh).debug_assert();
    }

    #[test]
    fn every_first_word_is_reserved_for_logins() {
        for name in tree(Place::Here).get_subcommands().map(Command::get_name) {
            assert!(FIRST_WORDS.contains(&name), "{name}");
        }
    }

    #[test]
    fn over_ssh_there_are_no_words_of_this_machine() {
        let tree = tree(Place::Ssh);
        for word in ["init", "operators", "keys", "serve"] {
            assert!(tree.find_subcommand(word).is_none(), "{word}");
        }
        assert!(!tree.get_arguments().any(|arg| ["data", "config", "as"].contains(&arg.get_id().as_str())));
    }

    #[test]
    fn every_word_and_every_flag_has_a_help() {
        fn check(command: &Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{} {}", command.get_name(), arg.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&tree(Place::Here));
    }
}
