//! Words that are no command: help that was asked for, or what is wrong and the nearest that is right.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::base::text;
use crate::cli::exit;
use crate::cli::words::{self, Place};

/// Words that are no command: what to say instead, where, and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsaid {
    /// What is said.
    pub text: String,
    /// [`exit::DONE`] for help that was asked for, which goes to standard output; otherwise to standard error.
    pub exit: u8,
}

impl Unsaid {
    /// What clap could not match.
    pub(super) fn of(error: &clap::Error, words: &[String], place: Place) -> Self {
        match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
            (ErrorKind::DisplayHelp | ErrorKind::DisplayVersion, _) => {
                Unsaid { text: error.render().to_string(), exit: exit::DONE }
            }
            (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) => {
                let exit = if place == Place::Ssh { exit::UNKNOWN_WORD } else { exit::USAGE };
                Unsaid { text: unknown_word(word, words, place), exit }
            }
            _ => Unsaid { text: error.render().to_string(), exit: exit::USAGE },
        }
    }
}

/// What is not known, with the nearest that is, or all.
pub(super) fn unknown(what: &str, word: &str, known: &[&str]) -> String {
    let hint = text::nearest(word, known.iter().copied()).map_or_else(
        || format!("wanted one of {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    format!("{what} `{}`; {hint}", text::visible(word))
}

fn unknown_word(word: &str, words: &[String], place: Place) -> String {
    let (mut parent, mut path) = (words::tree(place), String::new());
    for known in words.iter().take_while(|known| *known != word) {
        if let Some(deeper) = parent.find_subcommand(known).cloned() {
            path = format!("{path}{known} ");
            parent = deeper;
        }
    }
    let names: Vec<&str> = parent.get_subcommands().map(clap::Command::get_name).collect();
    format!(
        "{}; `help` tells more\n",
        unknown("unknown word", word, &names).replace("mean `", &format!("mean `{path}"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::understand::understand;

    fn unsaid(words: &str, place: Place) -> Unsaid {
        understand(&shlex::split(words).unwrap(), place).expect_err(words)
    }

    #[test]
    fn an_unknown_word_gets_the_nearest_one() {
        let table = [
            ("usres list", "unknown word `usres`; did you mean `users`?"),
            ("user lokc a.kim", "unknown word `lokc`; did you mean `user lock`?"),
            ("catalog acitons", "unknown word `acitons`; did you mean `catalog actions`?"),
            ("xyzzy", "unknown word `xyzzy`; wanted one of whoami, users"),
            ("users \u{1b}[2J", "unknown word `<U+001B>[2J`"),
        ];
        for (words, told) in table {
            let said = unsaid(words, Place::Ssh);
            assert!(said.text.starts_with(told), "{}", said.text);
            assert_eq!(
                (said.exit, unsaid(words, Place::Here).exit),
                (exit::UNKNOWN_WORD, exit::USAGE),
                "{words}"
            );
        }
        assert_eq!(
            unsaid("why user.lokc a", Place::Ssh).text,
            "no action `user.lokc`; did you mean `user.lock`?\n"
        );
        let flag = unsaid("users list --jsno", Place::Ssh);
        assert!(flag.exit == exit::USAGE && flag.text.contains("--json"), "{}", flag.text);
        for words in ["users", "user", ""] {
            assert_eq!(unsaid(words, Place::Ssh).exit, exit::USAGE, "{words}");
        }
    }

    #[test]
    fn help_is_told_at_every_level_and_is_no_mistake() {
        fn levels(command: &clap::Command, path: &str, found: &mut Vec<String>) {
            found.push(path.to_owned());
            for deeper in command.get_subcommands() {
                levels(deeper, &format!("{path} {}", deeper.get_name()), found);
            }
        }
        let mut found = Vec::new();
        levels(&words::tree(Place::Here), "", &mut found);
        assert!(found.len() > 20);
        for path in found {
            for words in [format!("{path} --help"), format!("help {path}")] {
                let said = unsaid(&words, Place::Here);
                assert_eq!(said.exit, exit::DONE, "{words}: {}", said.text);
                assert!(said.text.contains("Usage: wardroom"), "{words}: {}", said.text);
            }
        }
        assert!(unsaid("user lock --help", Place::Ssh).text.contains("Running sessions end at once."));
    }
}
