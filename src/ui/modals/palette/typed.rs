//! Words that are typed out: the verbs of the console, and those of actions with their flags.

use std::collections::BTreeMap;

use crate::actions::form::{Field, FieldKind};
use crate::actions::{self, Spec};
use crate::base::text::{nearest, visible};
use crate::ui::look::Look;
use crate::ui::parts::when::When;
use crate::ui::route::Place;

/// A word of the console itself: it changes what is seen, never a record.
#[derive(Debug)]
pub(super) struct Verb {
    pub(super) name: &'static str,
    /// What follows it.
    pub(super) wants: &'static str,
    /// Words that can follow it.
    pub(super) words: &'static [&'static str],
    pub(super) help: &'static str,
    read: fn(&[String]) -> Result<Line, String>,
}

/// Every verb.
pub(super) static VERBS: &[Verb] = &[
    Verb {
        name: "open",
        wants: "PLACE",
        words: &["users", "user", "groups", "audit", "sessions", "jobs", "me"],
        help: "Go to a place: users, user LOGIN, groups, audit N, sessions, jobs, me",
        read: |words| Place::parse(words).map(Line::Open),
    },
    Verb {
        name: "why",
        wants: "ACTION [LOGIN|ID]",
        words: &[],
        help: "Why an action is or is not offered; without a login, on what is focused",
        read: why,
    },
    Verb {
        name: "time",
        wants: "ages|utc",
        words: &["ages", "utc"],
        help: "How times are shown",
        read: |words| match words {
            [word] if word == "ages" => Ok(Line::Time(When::Relative)),
            [word] if word == "utc" => Ok(Line::Time(When::Utc)),
            _ => Err("time: wanted `ages` or `utc`".to_owned()),
        },
    },
    Verb {
        name: "theme",
        wants: "NAME",
        words: Look::NAMES,
        help: "The colours of this session: terminal, dark, light, high-contrast, colour-blind, mono",
        read: |words| match words {
            [name] => Look::named(name)
                .map(Line::Theme)
                .ok_or_else(|| unknown("theme: none is called", name, Look::NAMES.iter().copied())),
            _ => Err(format!("theme: wanted one of {}", Look::NAMES.join(", "))),
        },
    },
    Verb {
        name: "readonly",
        wants: "on|off",
        words: &["on", "off"],
        help: "Whether this session opens no action, so that nothing is changed by a slip",
        read: |words| match words {
            [word] if word == "on" => Ok(Line::ReadOnly(true)),
            [word] if word == "off" => Ok(Line::ReadOnly(false)),
            _ => Err("readonly: wanted `on` or `off`".to_owned()),
        },
    },
    Verb {
        name: "trust",
        wants: "",
        words: &[],
        help: "Trust the SSH key of this session: it signs in without a code for some weeks",
        read: |words| bare(words, "trust", Line::Trust),
    },
    Verb {
        name: "messages",
        wants: "",
        words: &[],
        help: "The messages of this session, newest first",
        read: |words| bare(words, "messages", Line::Messages),
    },
    Verb {
        name: "log",
        wants: "",
        words: &[],
        help: "What I did in this session, each as a line for the command line",
        read: |words| bare(words, "log", Line::Log),
    },
    Verb {
        name: "about",
        wants: "",
        words: &[],
        help: "Version, terminal and session",
        read: |words| bare(words, "about", Line::About),
    },
    Verb {
        name: "q",
        wants: "",
        words: &[],
        help: "Sign out at once",
        read: |words| bare(words, "q", Line::Quit),
    },
];

/// A line that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Open(Place),
    Why {
        code: &'static str,
        named: Option<String>,
    },
    Time(When),
    Theme(Look),
    ReadOnly(bool),
    Trust,
    Messages,
    Log,
    About,
    Quit,
    /// The number or part of a row to go to.
    Row(String),
    /// An action, upon whom, and what is filled in; upon what is focused where nobody is named.
    Act {
        code: &'static str,
        named: Option<String>,
        given: BTreeMap<String, String>,
    },
}

fn bare(words: &[String], name: &str, line: Line) -> Result<Line, String> {
    if words.is_empty() { Ok(line) } else { Err(format!("{name}: takes nothing behind it")) }
}

fn why(words: &[String]) -> Result<Line, String> {
    let Some((first, rest)) = words.split_first() else {
        return Err("why: name an action".to_owned());
    };
    // `why user lock c.kim` and `why user.lock c.kim` mean the same.
    let (spec, rest) = match (actions::find(&first.replace('-', "_")), action_of(words)) {
        (Some(spec), _) => (spec, rest),
        (None, Some((spec, rest))) => (spec, rest),
        (None, None) => {
            return Err(unknown("why: no action", first, actions::ALL.iter().map(|spec| spec.code)));
        }
    };
    match rest {
        [] => Ok(Line::Why { code: spec.code, named: None }),
        [named] => Ok(Line::Why { code: spec.code, named: Some(named.clone()) }),
        _ => Err("why: one login or id at a time".to_owned()),
    }
}

/// Actions that have words here: those upon something. Import and export go through standard input and output.
pub(super) fn actions() -> impl Iterator<Item = &'static Spec> {
    actions::ALL
        .iter()
        .copied()
        .filter(|spec| spec.target_kind().is_some() || spec.makes().is_some() || spec.is_own())
}

/// Whether a line is words that are typed out, and not letters to find something by.
pub(super) fn is_command(text: &str) -> bool {
    let Some(first) = text.split_whitespace().next() else { return false };
    let is_row = is_row(text.trim());
    let is_ended = text.trim_start().len() > first.len();
    let is_verb = VERBS.iter().any(|verb| verb.name == first && (is_ended || verb.wants.is_empty()));
    is_row
        || is_verb
        || (is_ended && actions().any(|spec| spec.words().first().is_some_and(|word| word == first)))
}

/// Whether a word is the number of a row, or a part of the list.
fn is_row(word: &str) -> bool {
    let digits = word.strip_suffix('%').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The action that `words` begin with, the longest, and what follows its words.
pub(super) fn action_of(words: &[String]) -> Option<(&'static Spec, &[String])> {
    let begun = actions().filter(|spec| words.starts_with(&spec.words()));
    let spec = begun.max_by_key(|spec| spec.words().len())?;
    Some((spec, &words[spec.words().len()..]))
}

/// The verb that `words` begin with.
pub(super) fn verb_of(words: &[String]) -> Option<(&'static Verb, &[String])> {
    let (first, rest) = words.split_first()?;
    VERBS.iter().find(|verb| verb.name == first).map(|verb| (verb, rest))
}

/// The flag of a field.
pub(super) fn flag_of(field: &Field) -> String {
    format!("--{}", field.name.replace('_', "-"))
}

/// Words as a shell would split them.
pub(super) fn split(text: &str) -> Result<Vec<String>, String> {
    shlex::split(text).ok_or_else(|| "a quotation mark is open".to_owned())
}

/// Flags of the command line by which one agrees beforehand: here a window is looked at first.
const CONSENT: [&str; 4] = ["--yes", "--code", "--confirm", "--dry-run"];

/// Understands a line.
pub(super) fn read(text: &str) -> Result<Line, String> {
    let words = split(text)?;
    if let [word] = &words[..]
        && is_row(word)
    {
        return Ok(Line::Row(word.clone()));
    }
    if let Some((verb, rest)) = verb_of(&words) {
        return (verb.read)(rest);
    }
    if let Some((spec, rest)) = action_of(&words) {
        return act(spec, rest);
    }
    let known: Vec<String> = actions().map(|spec| spec.words().join(" ")).collect();
    Err(unknown("no command", &words.join(" "), known.iter().map(String::as_str)))
}

fn unknown<'a>(what: &str, word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = nearest(word, known);
    let hint = near.map_or_else(|| "Tab completes".to_owned(), |near| format!("did you mean `{near}`?"));
    format!("{what} `{}`; {hint}", visible(word))
}

fn act(spec: &'static Spec, rest: &[String]) -> Result<Line, String> {
    let (mut named, mut given) = (None, BTreeMap::new());
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        if !word.starts_with("--") {
            if named.replace(word.clone()).is_some() {
                return Err(format!(
                    "`{}`: one target at a time here (quote a text with blanks); mark several in the list",
                    visible(word)
                ));
            }
            continue;
        }
        let (flag, value) =
            word.split_once('=').map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
        let Some(field) = typed_fields(spec).find(|field| flag_of(field) == flag) else {
            let flags: Vec<String> = typed_fields(spec).map(flag_of).collect();
            let near = nearest(flag, flags.iter().map(String::as_str));
            let hint = match near {
                _ if CONSENT.contains(&flag) => "the window asks for that".to_owned(),
                Some(near) => format!("did you mean `{near}`?"),
                None => "Tab completes".to_owned(),
            };
            return Err(format!("no flag `{}`; {hint}", visible(flag)));
        };
        let value = value.map(str::to_owned).or_else(|| words.next().cloned());
        let Some(value) = value else { return Err(format!("{flag}: wants a value")) };
        given.insert(field.name.to_owned(), value);
    }
    Ok(Line::Act { code: spec.code, named, given })
}

/// The fields that a line takes. A secret is typed in the window and never in a line.
pub(super) fn typed_fields(spec: &'static Spec) -> impl Iterator<Item = &'static Field> {
    spec.form.iter().filter(|field| field.kind != FieldKind::NewPassword)
}

/// What a flag takes, as help of the command line calls it.
const fn value_of(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Line { .. } | FieldKind::Text { .. } => "TEXT",
        FieldKind::People => "LOGIN;..",
        FieldKind::Picked(_) => "NAME;..",
        FieldKind::NewPassword => "typed in the window",
        FieldKind::When => "TIME",
        FieldKind::Choice(_) | FieldKind::Masked => "WORD",
        FieldKind::File => "FILE",
    }
}

/// How an action is typed: `user lock LOGIN|ID --reason TEXT`.
pub(super) fn usage(spec: &'static Spec) -> String {
    let target = match (spec.target_kind(), spec.makes()) {
        _ if spec.is_own() => "",
        (_, Some(_)) => " NAME",
        (Some(crate::domain::target::TargetKind::User), None) => " [LOGIN|ID]",
        (Some(_) | None, None) => " [NAME|ID]",
    };
    let mut usage = format!("{}{target}", spec.words().join(" "));
    for field in typed_fields(spec).filter(|field| field.kind != FieldKind::File) {
        let flag = format!("{} {}", flag_of(field), value_of(field.kind));
        usage = if field.required { format!("{usage} {flag}") } else { format!("{usage} [{flag}]") };
    }
    usage
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        read(text).unwrap_err()
    }

    #[test]
    fn words_of_an_action_name_whom_and_fill_in_the_form() {
        let given = BTreeMap::from([("reason".to_owned(), "card lost".to_owned())]);
        let wanted = Line::Act { code: "user.lock", named: Some("c.kim".into()), given };
        assert_eq!(read("user lock c.kim --reason \"card lost\""), Ok(wanted.clone()));
        assert_eq!(read("user lock --reason='card lost' c.kim"), Ok(wanted));
        let nobody = Line::Act { code: "user.unlock", named: None, given: BTreeMap::new() };
        assert_eq!(read("user unlock"), Ok(nobody));
    }

    #[test]
    fn what_is_not_understood_is_told_with_the_nearest_that_is() {
        assert_eq!(told("user lokc c.kim"), "no command `user lokc c.kim`; did you mean `user lock`?");
        assert_eq!(told("user lock c.kim --raeson x"), "no flag `--raeson`; did you mean `--reason`?");
        assert_eq!(told("user lock c.kim --reason"), "--reason: wants a value");
        assert_eq!(told("user lock c.kim --yes"), "no flag `--yes`; the window asks for that");
        assert!(told("user lock c.kim card lost").contains("one target at a time"));
        assert_eq!(told("user lock \"c.kim"), "a quotation mark is open");
        assert!(told("open nowhere").starts_with("no such place"));
        assert_eq!(told("theme drak"), "theme: none is called `drak`; did you mean `dark`?");
        assert_eq!(told("readonly"), "readonly: wanted `on` or `off`");
        assert_eq!(told("time soon"), "time: wanted `ages` or `utc`");
        assert_eq!(told("why user.lokc"), "why: no action `user.lokc`; did you mean `user.lock`?");
        assert_eq!(told("q now"), "q: takes nothing behind it");
    }

    #[test]
    fn the_verbs_and_a_row_are_understood() {
        assert_eq!(read("open user c.kim"), Ok(Line::Open(Place::Profile("c.kim".into()))));
        assert_eq!(read("time utc"), Ok(Line::Time(When::Utc)));
        for words in ["why user.lock c.kim", "why user lock c.kim"] {
            assert_eq!(read(words), Ok(Line::Why { code: "user.lock", named: Some("c.kim".into()) }));
        }
        assert_eq!(read("50%"), Ok(Line::Row("50%".into())));
    }

    #[test]
    fn letters_find_and_known_words_command() {
        for text in ["user lock", "open ", "q", "120", "user "] {
            assert!(is_command(text), "{text}");
        }
        for text in ["", "lo", "user", "lock c", "open"] {
            assert!(!is_command(text), "{text}");
        }
    }

    #[test]
    fn no_verb_is_the_first_word_of_an_action() {
        for verb in VERBS {
            assert!(actions().all(|spec| spec.words()[0] != verb.name), "{}", verb.name);
        }
    }
}
