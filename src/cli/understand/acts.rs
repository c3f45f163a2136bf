//! Actions, understood: upon whom, with which answers, and whether they would be allowed.

use clap::ArgMatches;

use crate::actions::form::{Field, FieldKind, REASON};
use crate::actions::request::Doing;
use crate::actions::{self, Spec};
use crate::base::ids::JobId;
use crate::base::secret::Secret;
use crate::base::text;
use crate::cli::command::{Act, Flags, Undo, Why};
use crate::cli::understand::{file, required, run, shape, text_of};
use crate::cli::unsaid::unknown;
use crate::cli::words::Place;

pub(super) fn why(leaf: &ArgMatches, place: Place) -> Result<Why, String> {
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

pub(super) fn act(spec: &'static Spec, leaf: &ArgMatches, place: Place) -> Result<Act, String> {
    let targets = if spec.is_own() {
        Vec::new()
    } else {
        if place == Place::Ssh {
            targets_stand_together(leaf)?;
        }
        leaf.get_many::<String>("target").unwrap_or_default().cloned().collect()
    };
    Ok(Act { spec, targets, undoes: None, with: flags(leaf, spec.form, place)? })
}

pub(super) fn undo(leaf: &ArgMatches, place: Place) -> Result<Undo, String> {
    let typed = text_of(leaf, "what");
    let doing = match typed.as_deref().map(|typed| (typed.parse().ok(), JobId::parse(typed))) {
        None => Doing::Last,
        Some((Some(audit), _)) => Doing::Audit(audit),
        Some((None, Some(job))) => Doing::Job(job),
        Some((None, None)) => {
            let typed = text::visible(&typed.unwrap_or_default()).into_owned();
            return Err(format!(
                "undo: wanted an audit number such as 17 or a job such as J5, got `{typed}`"
            ));
        }
    };
    Ok(Undo { doing, with: flags(leaf, &[REASON], place)? })
}

fn flags(leaf: &ArgMatches, form: &[Field], place: Place) -> Result<Flags, String> {
    let answer = |name: &str| text_of(leaf, name).map(|value| (name.to_owned(), value));
    let (secret, plain): (Vec<&Field>, Vec<&Field>) =
        form.iter().partition(|field| field.kind == FieldKind::NewPassword);
    let password_file = secret.first().map(|field| file(leaf, field.name, place)).transpose()?.flatten();
    Ok(Flags {
        answers: plain.iter().filter_map(|field| answer(field.name)).collect(),
        password_file,
        agreed: leaf.get_flag("yes"),
        code: text_of(leaf, "code").map(Secret::new),
        confirmed: text_of(leaf, "confirm").unwrap_or_default(),
        run: run(leaf),
        shape: shape(leaf),
    })
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
