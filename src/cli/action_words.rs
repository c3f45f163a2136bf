//! Words and flags of an action, grown from its declaration.

use clap::{Arg, Command};

use crate::actions::Spec;
use crate::actions::form::{Field, FieldKind};
use crate::actions::spec::{Needs, Risk, Subject};
use crate::cli::words::{consent, family};
use crate::domain::target::TargetKind;

/// The tree with the words of `spec` in it. Actions without a target have words of their own elsewhere.
pub(super) fn grow(root: Command, spec: &'static Spec) -> Command {
    match &spec.subject {
        Subject::User(_)
        | Subject::Group(_)
        | Subject::Role(_)
        | Subject::Organisation(_)
        | Subject::New(_)
        | Subject::Own(_) => graft(root, &spec.words(), spec),
        Subject::Directory(_) => root,
    }
}

/// The flag of a field. A secret is never one: its flag names the file that it stands in.
pub(super) fn flag_of(field: &Field) -> String {
    if field.kind == FieldKind::NewPassword {
        return format!("{}-file", field.name);
    }
    field.name.replace('_', "-")
}

fn graft(parent: Command, words: &[String], spec: &'static Spec) -> Command {
    let Some((first, rest)) = words.split_first() else { return parent };
    let there = parent.find_subcommand(first).is_some();
    let grown = |child: Command| if rest.is_empty() { leaf(child, spec) } else { graft(child, rest, spec) };
    if there {
        parent.mut_subcommand(first, grown)
    } else if rest.is_empty() {
        parent.subcommand(grown(Command::new(first.clone())))
    } else {
        let example = format!("Actions, such as `{}`", words.join(" "));
        parent.subcommand(grown(family(first.clone(), example)))
    }
}

fn leaf(command: Command, spec: &'static Spec) -> Command {
    let mut command = command
        .about(spec.title)
        .long_about(described(spec))
        .subcommand_required(false)
        .arg_required_else_help(false);
    if !spec.is_own() {
        let target = Arg::new("target").value_name("TARGET").num_args(1..).required(true);
        command = command.arg(target.help(target_help(spec)));
    }
    for field in spec.form {
        command = command.arg(field_flag(field));
    }
    command.args(consent())
}

/// What the target of `spec` is.
const fn target_help(spec: &Spec) -> &'static str {
    match (spec.makes(), spec.target_kind()) {
        (Some(_), _) => "What it will be called; several, or - for one per line of standard input",
        (None, Some(TargetKind::User) | None) => {
            "Login, id or TYPE:ID; several, or - for one per line of standard input"
        }
        (None, Some(TargetKind::Group | TargetKind::Role | TargetKind::Organisation)) => {
            "Name or id; several, or - for one per line of standard input"
        }
    }
}

fn field_flag(field: &'static Field) -> Arg {
    let (value, help) = match field.kind {
        FieldKind::Line { .. } | FieldKind::Text { .. } => ("TEXT", field.label.to_owned()),
        FieldKind::People => ("LOGIN;..", format!("{}: logins or ids with ; between", field.label)),
        FieldKind::When => ("TIME", format!("{}: 2026-05-14 18:00, fri 18:00, +2h; UTC", field.label)),
        FieldKind::Choice(words) => ("WORD", format!("{}: one of {}", field.label, words.join(", "))),
        FieldKind::Masked => ("WORD", format!("{}: email, phone, address, .., attr.NAME", field.label)),
        FieldKind::Picked(pick) if pick.takes_many() => {
            ("NAMES", format!("{}: with `;` between; an empty text is none", field.label))
        }
        FieldKind::Picked(pick) => ("NAME", format!("{}: a {}", field.label, pick.noun())),
        FieldKind::NewPassword => (
            "FILE",
            format!(
                "File with the {} in its first line; otherwise standard input",
                field.label.to_lowercase()
            ),
        ),
        FieldKind::File => ("FILE", field.label.to_owned()),
    };
    let help = if field.required { format!("{help} (required)") } else { help };
    // Whether it is filled in as it should be is asked by the form, in the same words as on the screen.
    Arg::new(field.name).long(flag_of(field)).value_name(value).help(help).allow_hyphen_values(true)
}

fn described(spec: &Spec) -> String {
    let right = match spec.right {
        Needs::Right(right) => format!("Needs the right `{}`", right.code()),
        Needs::Own => "Needs no right".to_owned(),
    };
    let asks = match spec.risk {
        Risk::L1 => "runs without asking",
        Risk::L2 => "asks, or takes --yes",
        Risk::L3 | Risk::L4 => "asks, or takes --yes, and a fresh --code or --confirm",
    };
    format!("{}: {}\n\n{right}; level {}: {asks}.", spec.title, spec.help, spec.risk.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions;
    use crate::cli::words::{Place, tree};

    #[test]
    fn every_action_on_a_user_has_its_words_flags_and_help() {
        for spec in actions::ALL.iter().filter(|spec| matches!(spec.subject, Subject::User(_))) {
            let mut command = tree(Place::Ssh);
            for word in spec.words() {
                command =
                    command.find_subcommand(&word).unwrap_or_else(|| panic!("{}: {word}", spec.code)).clone();
            }
            let help = command.render_long_help().to_string();
            assert!(help.contains(spec.title), "{help}");
            for field in spec.form {
                assert!(help.contains(&format!("--{}", flag_of(field))), "{}: {help}", spec.code);
            }
            for flag in ["--yes", "--code", "--confirm", "--dry-run", "--json"] {
                assert!(help.contains(flag), "{}: {flag}", spec.code);
            }
        }
    }
}
