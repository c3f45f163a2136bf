//! The words of the dialogue, as data: what is understood is what `?` tells.

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Find,
    List,
    Next,
    Previous,
    Open,
    Back,
    Actions,
    Do,
    Why,
    Notes,
    History,
    Undo,
    Me,
    Audit,
    Groups,
    Sessions,
    Jobs,
    Mark,
    Set,
    Help,
    Quit,
}

/// One command: its word, its letter where it has one, what follows, what it does, and whether it needs somebody opened.
pub(super) struct Known {
    pub(super) command: Command,
    pub(super) word: &'static str,
    pub(super) letter: &'static str,
    pub(super) takes: &'static str,
    pub(super) tells: &'static str,
    pub(super) of_user: bool,
}

const fn word(
    command: Command,
    (word, letter): (&'static str, &'static str),
    takes: &'static str,
    tells: &'static str,
    of_user: bool,
) -> Known {
    Known { command, word, letter, takes, tells, of_user }
}

/// All of them, in the order of the help.
pub(super) static WORDS: &[Known] = &[
    word(
        Command::Find,
        ("find", "/"),
        "TEXT",
        "who fits a filter: words, fields such as status:locked",
        false,
    ),
    word(Command::List, ("list", "l"), "", "the list again; find without a text lists everybody", false),
    word(Command::Next, ("next", "n"), "", "further on in the list, or older notes and history", false),
    word(Command::Previous, ("previous", "p"), "", "back in the list", false),
    word(
        Command::Open,
        ("open", "o"),
        "NUMBER, LOGIN, ID or PLACE",
        "somebody's profile, also by a number alone; or a place such as audit 88214",
        false,
    ),
    word(Command::Back, ("back", "b"), "", "close the profile", true),
    word(
        Command::Actions,
        ("actions", "a"),
        "[LETTER]",
        "what can be done, and why not; with its letter, do it",
        true,
    ),
    word(
        Command::Do,
        ("do", "!"),
        "ACTION [NAME]",
        "an action by its words, such as `do user lock`; the words alone do it as well",
        false,
    ),
    word(Command::Why, ("why", "W"), "ACTION", "why an action is or is not allowed", true),
    word(Command::Notes, ("notes", "t"), "", "notes, newest first", true),
    word(Command::History, ("history", "h"), "", "what happened, newest first", true),
    word(Command::Undo, ("undo", "u"), "", "take back what you did last, within ten minutes", false),
    word(
        Command::Mark,
        ("mark", "m"),
        "[NUMBERS, all or none]",
        "mark users of the list to act upon them together, such as mark 1 3-5",
        false,
    ),
    word(Command::Set, ("set", "s"), "ACTION", "an action upon all that are marked, as a job", false),
    word(Command::Me, ("me", ""), "", "who you are here, and what you may do", false),
    word(Command::Groups, ("groups", ""), "[NAME or ID]", "the groups, or one with its rights", false),
    word(
        Command::Audit,
        ("audit", ""),
        "[FILTER, NUMBER or verify]",
        "the audit from the newest entry on, or one entry, or whether its chain holds",
        false,
    ),
    word(Command::Sessions, ("sessions", ""), "[ID]", "who sits at a console now", false),
    word(
        Command::Jobs,
        ("jobs", ""),
        "[ID, also behind pause, resume or stop]",
        "your jobs, one of them, or a word to it",
        false,
    ),
    word(Command::Help, ("help", "?"), "[ACTION]", "this, or what an action does", false),
    word(Command::Quit, ("quit", "q"), "", "sign out; Ctrl-d on an empty line as well", false),
];

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// A command, and what follows it.
    Command(Command, String),
    /// A number of what was listed last.
    Number(usize),
    /// None of these: the words of an action, perhaps.
    Words(String),
}

/// Reads a line. A number is always one of what was listed last.
pub(super) fn read(line: &str) -> Said {
    let line = line.trim();
    if line.is_empty() {
        return Said::Nothing;
    }
    if let Ok(number) = line.parse() {
        return Said::Number(number);
    }
    // `/kim` needs no blank.
    for word in WORDS.iter().filter(|word| !word.letter.chars().all(char::is_alphanumeric)) {
        if let Some(rest) = line.strip_prefix(word.letter) {
            return Said::Command(word.command, rest.trim().to_owned());
        }
    }
    let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let first = first.strip_prefix(':').unwrap_or(first);
    let is_it = |word: &&Known| word.letter == first || word.word.eq_ignore_ascii_case(first);
    let known = WORDS.iter().find(|word| !first.is_empty() && is_it(word));
    match known {
        // `open` and what it opens, but `notes list` is no command of the dialogue: a word that takes nothing stands alone.
        Some(word) if rest.trim().is_empty() || !word.takes.is_empty() => {
            Said::Command(word.command, rest.trim().to_owned())
        }
        Some(_) | None => Said::Words(line.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_command_a_number_or_the_words_of_an_action() {
        let command = |command, rest: &str| Said::Command(command, rest.to_owned());
        let table = [
            ("", Said::Nothing),
            ("/kim status:active", command(Command::Find, "kim status:active")),
            ("/ kim", command(Command::Find, "kim")),
            ("FIND kim", command(Command::Find, "kim")),
            ("12", Said::Number(12)),
            ("a l", command(Command::Actions, "l")),
            ("?", command(Command::Help, "")),
            ("? lock", command(Command::Help, "lock")),
            (":q", command(Command::Quit, "")),
            ("W unlock", command(Command::Why, "unlock")),
            ("user lock", Said::Words("user lock".to_owned())),
            ("lock", Said::Words("lock".to_owned())),
            ("notes list", Said::Words("notes list".to_owned())),
        ];
        for (line, said) in table {
            assert_eq!(read(line), said, "{line}");
        }
    }

    #[test]
    fn no_two_commands_have_the_same_word_or_letter() {
        for (at, one) in WORDS.iter().enumerate() {
            assert!(one.letter.parse::<usize>().is_err(), "a number is one of the list: {}", one.word);
            for other in &WORDS[at + 1..] {
                let is_apart = one.letter.is_empty() || one.letter != other.letter;
                assert!(one.word != other.word && is_apart, "{} {}", one.word, other.word);
            }
        }
    }
}
