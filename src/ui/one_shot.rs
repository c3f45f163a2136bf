//! The line of a shell that does what was done on a screen, to learn from and to repeat.
//!
//! A code of a second factor is never in it: the line says where one belongs.

use crate::actions::form::{FieldKind, REASON};
use crate::actions::request::{Request, Target};
use crate::actions::spec::Risk;
use crate::actions::{self, proof, undo};
use crate::base::limits;
use crate::domain::operator::Via;

/// `words`, which are quoted for a shell already, as they are typed where the operator sits.
///
/// Over SSH they are split once more at the other end, and so are quoted a second time, as one.
pub(crate) fn line(via: Via, words: &str) -> String {
    match via {
        Via::Ssh => format!("ssh HOST {}", quoted(words)),
        Via::Local => format!("wardroom {words}"),
    }
}

/// The line for a request that was carried out upon what is called `name`.
pub(crate) fn of_request(request: &Request, name: &str) -> String {
    let mut words = Vec::new();
    if request.code == undo::CODE {
        words.push("undo".to_owned());
        if let Target::Done { audit: Some(audit) } = &request.target {
            words.push(audit.to_string());
        }
        if let Target::DoneSet { job, set } = &request.target {
            words.push(job.to_string());
            if set.len() > limits::SET_TYPED_ABOVE {
                words.push(format!("--confirm {}", set.len()));
            }
        }
    } else if let Some(spec) = actions::find(request.code) {
        words.extend(spec.words());
    }
    match &request.target {
        Target::Set(users) if users.len() > limits::SET_TYPED_ABOVE => words.push("-".to_owned()),
        Target::Set(users) => words.extend(users.iter().map(|one| one.user.to_string())),
        Target::Done { .. } | Target::DoneSet { .. } | Target::Directory => {}
        Target::Seen { .. } | Target::Named(_) => words.push(quoted(name)),
    }
    let spec = actions::find(request.code);
    let mut given: Vec<(&str, &str)> = Vec::new();
    match spec {
        Some(spec) => {
            for field in spec.form.iter().filter(|field| field.kind != FieldKind::File) {
                given.extend(request.answers.get(field.name).map(|value| (field.name, value.as_str())));
            }
        }
        None => given.extend(request.answers.get(REASON.name).map(|value| (REASON.name, value.as_str()))),
    }
    for (name, value) in given.into_iter().filter(|(_, value)| !value.is_empty()) {
        words.push(format!("--{} {}", name.replace('_', "-"), quoted(value)));
    }
    if spec.is_none_or(|spec| spec.risk >= Risk::L2) {
        words.push("--yes".to_owned());
    }
    if spec.is_some_and(proof::is_asked) {
        words.push("--code CODE".to_owned());
    }
    let words = line(request.actor.via, &words.join(" "));
    match &request.target {
        Target::Set(users) if users.len() > limits::SET_TYPED_ABOVE => {
            format!("{words} < IDS  (the {} ids, one a line)", users.len())
        }
        Target::Set(_)
        | Target::Done { .. }
        | Target::DoneSet { .. }
        | Target::Directory
        | Target::Seen { .. }
        | Target::Named(_) => words,
    }
}

/// A word for a shell.
pub(crate) fn quoted(text: &str) -> String {
    // What cannot be quoted holds NUL, which no field takes.
    shlex::try_quote(text).map_or_else(|_| String::new(), std::borrow::Cow::into_owned)
}
