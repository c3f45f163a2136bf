//! The rules about groups, roles and organisations: the same order, asked of the things that people are arranged by.

use crate::actions::case::Case;
use crate::actions::form::{Field, FieldKind, Initial};
use crate::actions::spec::{Making, Spec, StructureGuard};
use crate::actions::upon::Upon;
use crate::actions::walk::{self, Answer, Finding};
use crate::authz::grants::RightSet;
use crate::authz::groups::Holders;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::limits::{RIGHTS_CHARS_MAX, STRUCTURE_NAME_CHARS_MAX};
use crate::base::text::{folded, is_unsafe, nearest, visible};
use crate::domain::level::Level;
use crate::domain::organisation::Organisation;
use crate::domain::target::{TargetKind, reads_as_id};

/// What a rule says before something is made; where it is to stand is asked by its plan.
pub(super) fn making(rule: Rule, spec: &Spec, of: &Making, case: &Case<'_>) -> Answer {
    let own = &case.operator.standing;
    match rule {
        Rule::Status => walk::status(case),
        Rule::Right => walk::right(spec, case),
        Rule::Level if of.kind == TargetKind::Group && own.level.is_none() && own.group.is_none() => {
            Err(Refusal::new(
                Rule::Level,
                "without level and group you manage no groups",
                "a level, or a group of your own",
            ))
        }
        Rule::Existence
        | Rule::Own
        | Rule::Level
        | Rule::TakingOver
        | Rule::Giving
        | Rule::Kind
        | Rule::State
        | Rule::LastMaster
        | Rule::Guard => Ok(Finding::NotAsked("it is upon something new")),
    }
}

/// What a rule says of something that is there.
pub(super) fn changing(
    rule: Rule,
    spec: &Spec,
    kind: TargetKind,
    guards: &[StructureGuard],
    case: &Case<'_>,
) -> Answer {
    let asks = |guard| guards.contains(&guard);
    match rule {
        Rule::Status => walk::status(case),
        Rule::Existence => {
            case.upon.exists(case.operator, kind, case.asked)?;
            walk::holds("it lies in your sight")
        }
        Rule::Right => walk::right(spec, case),
        Rule::Own if asks(StructureGuard::NotOwn) => {
            not_own(case)?;
            walk::holds("it is not your own")
        }
        Rule::Level if asks(StructureGuard::Editable) || asks(StructureGuard::HoldersReached) => {
            if asks(StructureGuard::Editable) {
                editable(case)?;
            }
            if asks(StructureGuard::HoldersReached) {
                holders_reached(case)?;
            }
            walk::holds("you reach it and whoever has it")
        }
        Rule::Giving if asks(StructureGuard::AllHeld) => {
            holds_all(case, rights_of(case.upon))?;
            walk::holds("you hold all its rights")
        }
        Rule::State if asks(StructureGuard::MovesCards) => {
            if !rights_of(case.upon).holds(Right::CardTransfer) {
                return Err(Refusal::new(
                    Rule::State,
                    format!("the group has not the right `{}`", Right::CardTransfer.code()),
                    "give it that right first",
                ));
            }
            walk::holds("it may move money to and from cards")
        }
        Rule::Own
        | Rule::Level
        | Rule::TakingOver
        | Rule::Giving
        | Rule::Kind
        | Rule::State
        | Rule::LastMaster
        | Rule::Guard => Ok(Finding::NotAsked("it is no question here")),
    }
}

/// The rights that a group or role holds.
fn rights_of(upon: &Upon) -> RightSet {
    match upon {
        Upon::Group(group) => group.rights,
        Upon::Role(role) => role.rights,
        Upon::Nothing | Upon::New { .. } | Upon::User(_) | Upon::Organisation(_) => RightSet::EMPTY,
    }
}

fn not_own(case: &Case<'_>) -> Result<(), Refusal> {
    let (is_own, what) = match case.upon {
        Upon::Group(group) => (case.operator.standing.group == Some(group.id), "group"),
        Upon::Role(role) => (case.facts.own_roles.contains(&role.id), "role"),
        Upon::Nothing | Upon::New { .. } | Upon::User(_) | Upon::Organisation(_) => (false, ""),
    };
    if !is_own {
        return Ok(());
    }
    Err(Refusal::new(
        Rule::Own,
        format!("nobody changes a {what} that they have themselves"),
        "ask another operator",
    ))
}

/// What belongs to the institution is edited by who reaches all of it.
fn editable(case: &Case<'_>) -> Result<(), Refusal> {
    let organisation = match case.upon {
        Upon::Group(group) => group.organisation_id(),
        Upon::Role(role) => role.organisation_id(),
        Upon::Nothing | Upon::New { .. } | Upon::User(_) | Upon::Organisation(_) => return Ok(()),
    };
    if organisation.is_some() || case.operator.reaches_institution() {
        return Ok(());
    }
    Err(institution_wide())
}

/// The refusal of what is institution-wide.
pub(super) fn institution_wide() -> Refusal {
    let levels = [Level::Master, Level::Global].map(Level::code).join(" or ");
    Refusal::new(
        Rule::Level,
        "it belongs to the whole institution",
        format!("level {levels} with all organisations"),
    )
}

fn holders_reached(case: &Case<'_>) -> Result<(), Refusal> {
    let beyond = case.facts.holders.iter().filter(|holders| !reaches(case, holders));
    let (mut count, mut are_visible) = (0, true);
    for holders in beyond {
        count += holders.count;
        let sight = case.operator.sight();
        are_visible &= sight.scope.holds(holders.organisation) && sight.groups.holds(holders.group);
    }
    if count == 0 {
        return Ok(());
    }
    let who = match (are_visible, count) {
        (false, _) => "somebody who has it is".to_owned(),
        (true, 1) => "1 user who has it is".to_owned(),
        (true, many) => format!("{many} users who have it are"),
    };
    Err(Refusal::new(
        Rule::Level,
        format!("{who} beyond your level, scope or group"),
        "an operator who may act upon everybody who has it",
    ))
}

fn reaches(case: &Case<'_>, holders: &Holders) -> bool {
    let (own, sight) = (&case.operator.standing, case.operator.sight());
    Level::reaches(own.level, holders.level)
        && sight.scope.holds(holders.organisation)
        && sight.groups.holds(holders.group)
}

/// Whether the operator holds all of `given`; the first right that is lacking is named.
pub(super) fn holds_all(case: &Case<'_>, given: RightSet) -> Result<(), Refusal> {
    let own = case.operator.standing.rights;
    let Some(lacking) = given.iter().find(|right| !own.holds(*right)) else { return Ok(()) };
    Err(Refusal::new(
        Rule::Giving,
        format!("it would give `{}`, which you lack", lacking.code()),
        "an operator who holds all that is given",
    ))
}

/// The word for the whole institution.
const INSTITUTION: &str = "all";

/// Whether a group or role may be called `name`.
pub(super) fn name_fits(name: &str) -> Result<(), Refusal> {
    let refuse = |text: String| Err(Refusal::new(Rule::Guard, text, "another name"));
    let length = name.chars().count();
    if length == 0 || length > STRUCTURE_NAME_CHARS_MAX {
        return refuse(format!("a name has 1 to {STRUCTURE_NAME_CHARS_MAX} characters, got {length}"));
    }
    if name.trim() != name
        || name.starts_with('-')
        || name.chars().any(is_unsafe)
        || name.contains([';', ','])
    {
        return refuse(format!(
            "`{}` holds `;`, `,` or an invisible character, or begins or ends with a blank or `-`",
            visible(name)
        ));
    }
    if reads_as_id(name) {
        return refuse(format!("`{name}` reads as an id"));
    }
    Ok(())
}

/// The organisation of something new: the own one where none is named, and none where it is for the whole institution.
pub(super) fn organisation<'c>(case: &Case<'c>) -> Result<Option<&'c Organisation>, Refusal> {
    let (asked, own) = (case.answers.of("organisation"), &case.operator.standing);
    if asked == INSTITUTION {
        return if case.operator.reaches_institution() { Ok(None) } else { Err(institution_wide()) };
    }
    let is_meant = |organisation: &&Organisation| {
        if asked.is_empty() {
            organisation.id == own.organisation
        } else {
            folded(&organisation.key) == folded(asked)
        }
    };
    let found = case.facts.organisations.iter().find(is_meant);
    let visible = found.filter(|organisation| own.scope.holds(organisation.id));
    visible.map(Some).ok_or_else(|| Refusal::no_such(TargetKind::Organisation, asked))
}

/// The field of rights: codes with `;` between, on as many lines as it takes.
pub(super) const fn rights_field(initial: Initial) -> Field {
    let kind = FieldKind::Text { chars_max: RIGHTS_CHARS_MAX };
    Field { name: "rights", label: "Rights", kind, required: false, initial }
}

/// The rights in a field, closed: each has all that it implies.
pub(super) fn rights_in(text: &str) -> Result<RightSet, Refusal> {
    let codes = text.split([';', ',']).flat_map(str::split_whitespace);
    let rights: Result<Vec<Right>, Refusal> = codes.map(right_of).collect();
    Ok(RightSet::closed(rights?))
}

fn right_of(code: &str) -> Result<Right, Refusal> {
    Right::parse(code).ok_or_else(|| {
        let known = crate::authz::right::ALL.iter().map(|spec| spec.code);
        let hint = nearest(code, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let text = format!("rights: no right `{}`{hint}", visible(code));
        Refusal::new(Rule::Guard, text, "codes of rights (`catalog rights`), with `;` between")
    })
}

/// The codes of rights, as they are stored.
pub(super) fn codes(rights: RightSet) -> Vec<&'static str> {
    rights.iter().map(Right::code).collect()
}

/// A field of one line that may be empty.
pub(super) const fn line(name: &'static str, label: &'static str, chars_max: usize) -> Field {
    let kind = FieldKind::Line { chars_min: 0, chars_max };
    Field { name, label, kind, required: false, initial: Initial::Nothing }
}

/// How many rights, in words.
pub(super) fn counted(rights: RightSet) -> String {
    match rights.iter().count() {
        1 => "1 right".to_owned(),
        many => format!("{many} rights"),
    }
}
