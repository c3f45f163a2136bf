//! Words of whoever runs the program: settings, health, backups, and what a shell and `man` want.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use crate::cli::command::Shape;
use crate::cli::understand::text_of;
use crate::cli::words::{family, flag, json};

/// What is done about the installation itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Running {
    /// Tells every mistake of the settings.
    ConfigCheck(Shape),
    /// Tells every setting.
    ConfigShow {
        /// Whether each says where it came from.
        origin: bool,
        /// How to answer.
        shape: Shape,
    },
    /// Looks at everything.
    Doctor(Shape),
    /// Tells whether it serves.
    Health(Shape),
    /// Copies the store.
    Backup {
        /// The folder that is made.
        to: PathBuf,
        /// Whether the keys go with it.
        with_keys: bool,
        /// How to answer.
        shape: Shape,
    },
    /// Brings a copy back.
    Restore {
        /// The folder of a backup.
        from: PathBuf,
        /// Only looks at it.
        verify: bool,
        /// How to answer.
        shape: Shape,
    },
    /// The manual.
    Man {
        /// A folder for a page of each command; the one page on standard output without it.
        to: Option<PathBuf>,
    },
    /// What a shell completes words by.
    Completions(Shell),
}

/// The words.
pub(super) fn words() -> [Command; 7] {
    let folder = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).value_name(value).required(true).value_parser(value_parser!(PathBuf)).help(help)
    };
    [
        family("config", "Settings: what is wrong with them, and what they are").subcommands([
            Command::new("check")
                .about("Tells every mistake with its line or variable; 1 where there is one")
                .arg(json()),
            Command::new("show")
                .about("Every setting as it is in effect; no secret is shown")
                .arg(flag("origin", "Where each value came from"))
                .arg(json()),
        ]),
        Command::new("doctor")
            .about("Looks at store, keys, settings and server, and says what to do; 1 where something fails")
            .arg(json()),
        Command::new("health")
            .about("Whether a server of this data directory answers and can write; 69 where not")
            .arg(json()),
        Command::new("backup")
            .about("Copies the store into a new folder while servers run")
            .arg(folder("to", "TO", "The folder; it is made, and never written over"))
            .arg(flag("with-keys", "The keys as well: whoever has them reads what is sealed"))
            .arg(json()),
        Command::new("restore")
            .about("Brings a backup back into an empty data directory")
            .arg(folder("from", "FROM", "The folder of the backup"))
            .arg(flag("verify", "Only look whether the backup is whole; changes nothing"))
            .arg(json()),
        Command::new("man").about("The manual page, for `man -l -`").arg(
            Arg::new("to")
                .long("to")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .help("Write a page for each command there instead"),
        ),
        Command::new("completions").about("What a shell completes words by").arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(["bash", "zsh", "fish"])
                .help("The shell"),
        ),
    ]
}

/// What is meant by the words of `path`; `None` where they are no words of this file.
pub(super) fn understood(path: &[&str], leaf: &ArgMatches) -> Option<Running> {
    let shape = || if leaf.get_flag("json") { Shape::Json } else { Shape::Text };
    let folder = |name: &str| leaf.get_one::<PathBuf>(name).cloned();
    Some(match path {
        ["config", "check"] => Running::ConfigCheck(shape()),
        ["config", "show"] => Running::ConfigShow { origin: leaf.get_flag("origin"), shape: shape() },
        ["doctor"] => Running::Doctor(shape()),
        ["health"] => Running::Health(shape()),
        ["backup"] => {
            Running::Backup { to: folder("to")?, with_keys: leaf.get_flag("with-keys"), shape: shape() }
        }
        ["restore"] => {
            Running::Restore { from: folder("from")?, verify: leaf.get_flag("verify"), shape: shape() }
        }
        ["man"] => Running::Man { to: folder("to") },
        ["completions"] => Running::Completions(text_of(leaf, "shell")?.parse().ok()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;
    use crate::cli::understand::understand;
    use crate::cli::words::Place;

    fn running(words: &str) -> Running {
        let line = understand(&shlex::split(words).unwrap(), Place::Here).unwrap();
        let command::Command::Running(running) = line.command else { panic!("{words}: {:?}", line.command) };
        running
    }

    #[test]
    fn words_of_whoever_runs_it_are_understood_here_and_unknown_over_ssh() {
        let backup = Running::Backup { to: "/b".into(), with_keys: true, shape: Shape::Text };
        let restore = Running::Restore { from: "/b".into(), verify: true, shape: Shape::Json };
        let table = [
            ("config check --json", Running::ConfigCheck(Shape::Json)),
            ("config show --origin", Running::ConfigShow { origin: true, shape: Shape::Text }),
            ("doctor", Running::Doctor(Shape::Text)),
            ("health --json", Running::Health(Shape::Json)),
            ("backup /b --with-keys", backup),
            ("restore /b --verify --json", restore),
            ("man", Running::Man { to: None }),
            ("completions fish", Running::Completions(Shell::Fish)),
        ];
        for (words, wanted) in table {
            assert_eq!(running(words), wanted, "{words}");
            let over_ssh = understand(&shlex::split(words).unwrap(), Place::Ssh);
            assert_eq!(over_ssh.unwrap_err().exit, crate::cli::exit::UNKNOWN_WORD, "{words}");
        }
    }
}
