//! Fields that are filled in from what is stored: what can be picked, what was, and whether it may be given.

use crate::actions::Spec;
use crate::actions::case::Case;
use crate::actions::form::FieldKind;
use crate::actions::spec::{Guard, Subject};
use crate::actions::walk::Finding;
use crate::authz::giving::{self, Account, Receiver};
use crate::authz::grants::{Grantable, RightSet};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::standing::Operator;
use crate::base::text::visible;
use crate::domain::level::Level;
use crate::domain::organisation::Organisation;
use crate::domain::restore::Restore;
use crate::domain::scope::Scope;

/// What a field offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Roles, any number.
    Roles,
    /// One group of the tree.
    Group,
    /// Platform accounts, any number.
    Accounts,
    /// A level.
    Level,
    /// A level, or that there is none.
    LevelOrNone,
    /// All organisations, or any number of them.
    Scope,
}

/// The word for all organisations.
pub const EVERYWHERE: &str = "all";

/// The word for no level.
pub const NO_LEVEL: &str = "none";

/// What stands between two names.
pub const SEPARATOR: &str = "; ";

impl Pick {
    /// The word of the catalogue.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Group => "group",
            Self::Accounts => "platform_accounts",
            Self::Level | Self::LevelOrNone => "level",
            Self::Scope => "organisations",
        }
    }

    /// One of what it offers.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Roles => "role",
            Self::Group => "group",
            Self::Accounts => "platform account",
            Self::Level | Self::LevelOrNone => "level",
            Self::Scope => "organisation",
        }
    }

    /// Whether more than one can be picked.
    pub const fn takes_many(self) -> bool {
        match self {
            Self::Roles | Self::Accounts | Self::Scope => true,
            Self::Group | Self::Level | Self::LevelOrNone => false,
        }
    }
}

/// One thing that can be picked, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pickable {
    /// A role.
    Role(Grantable),
    /// A group.
    Group(Grantable),
    /// A platform account.
    Account(Account),
    /// A level, or none.
    Level(Option<Level>),
    /// All organisations, present and future.
    Everywhere,
    /// One organisation.
    Organisation(Organisation),
}

impl Pickable {
    /// What it is called, in fields and on the command line.
    pub fn name(&self) -> &str {
        match self {
            Self::Role(given) | Self::Group(given) => &given.name,
            Self::Account(account) => &account.name,
            Self::Level(level) => level.map_or(NO_LEVEL, Level::code),
            Self::Everywhere => EVERYWHERE,
            Self::Organisation(organisation) => &organisation.key,
        }
    }

    /// What stands beside its name.
    pub fn about(&self) -> String {
        match self {
            Self::Role(given) | Self::Group(given) => match given.rights.iter().count() {
                1 => "1 right".to_owned(),
                many => format!("{many} rights"),
            },
            Self::Level(Some(level)) => level.title().to_owned(),
            Self::Level(None) => "no administrator any more".to_owned(),
            Self::Everywhere => "all organisations, present and future".to_owned(),
            Self::Organisation(organisation) => organisation.display_name.clone(),
            Self::Account(_) => String::new(),
        }
    }

    /// The rights that giving it hands over.
    pub fn rights(&self) -> RightSet {
        match self {
            Self::Role(given) | Self::Group(given) => given.rights,
            Self::Level(level) => level.map_or(RightSet::EMPTY, RightSet::of_level),
            Self::Account(_) | Self::Everywhere | Self::Organisation(_) => RightSet::EMPTY,
        }
    }

    /// Whether `operator` may give it to `receiver`. A scope is judged by what differs, not by its parts.
    pub fn givable(&self, operator: &Operator, receiver: Receiver) -> Result<(), Refusal> {
        match self {
            Self::Role(role) => giving::role(operator, role, receiver),
            Self::Group(group) => giving::group(operator, group, receiver),
            Self::Account(account) => giving::account(operator, account, receiver),
            Self::Level(Some(level)) => giving::level(operator, *level),
            Self::Level(None) => Ok(()),
            Self::Everywhere => giving::scope(operator, None, Some(&Scope::All)),
            Self::Organisation(organisation) => {
                giving::scope(operator, None, Some(&Scope::of(organisation.id)))
            }
        }
    }

    /// Whether the user of `case` has it already.
    pub fn is_held(&self, case: &Case<'_>) -> bool {
        let Some(user) = case.user() else { return false };
        match self {
            Self::Role(role) => user.roles.iter().any(|held| held.id.0 == role.id),
            Self::Group(group) => user.group.as_ref().is_some_and(|held| held.id.0 == group.id),
            Self::Account(account) => user.accounts.iter().any(|(held, _)| *held == account.id),
            Self::Level(level) => user.level == *level,
            Self::Everywhere => user.level.is_some() && user.scope == Scope::All,
            Self::Organisation(organisation) => {
                user.level.is_some() && user.scope != Scope::All && user.scope.holds(organisation.id)
            }
        }
    }
}

/// What was filled in, found again in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// What is there, in the order of the words.
    pub things: Vec<Pickable>,
    /// Words that name nothing that is there.
    pub unknown: Vec<String>,
}

/// The names in a field.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|name| !name.is_empty())
}

/// The text of a field with these names in it.
pub fn written<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(SEPARATOR)
}

/// What was picked in the field `name`; `None` where it is to stay what it is.
pub fn picked<'c>(case: &Case<'c>, name: &str) -> Option<&'c [Pickable]> {
    case.answers.given(name)?;
    Some(case.facts.picked.get(name).map_or(&[], |picked| picked.things.as_slice()))
}

/// Who receives what is picked.
pub fn receiver(case: &Case<'_>) -> Receiver {
    Receiver {
        organisation: case.user().map(|user| user.organisation.id),
        level: case.user().and_then(|user| user.level),
    }
}

/// The level after the change, where a field asks for it; otherwise the one before.
pub fn level_after(case: &Case<'_>) -> Option<Level> {
    let before = case.user().and_then(|user| user.level);
    match picked(case, "level").and_then(<[Pickable]>::first) {
        Some(Pickable::Level(level)) => *level,
        Some(_) | None => before,
    }
}

/// The scope that goes with the level after the change; without a level there is none.
pub fn scope_after(case: &Case<'_>) -> Option<Scope> {
    let user = case.user()?;
    if level_after(case)? == Level::Master {
        return Some(Scope::All);
    }
    let named = picked(case, "scope").filter(|things| !things.is_empty());
    Some(match named {
        Some(things) if things.contains(&Pickable::Everywhere) => Scope::All,
        Some(things) => Scope::Only(
            things
                .iter()
                .filter_map(|thing| match thing {
                    Pickable::Organisation(organisation) => Some(organisation.id),
                    Pickable::Role(_)
                    | Pickable::Group(_)
                    | Pickable::Account(_)
                    | Pickable::Level(_)
                    | Pickable::Everywhere => None,
                })
                .collect(),
        ),
        None if user.level.is_some() => user.scope.clone(),
        None => Scope::of(user.organisation.id),
    })
}

/// The rule of giving: what is picked and not there yet, and of an undo what comes back.
pub(super) fn gives(spec: &Spec, case: &Case<'_>) -> Result<Finding, Refusal> {
    let receiver = receiver(case);
    if let Some(undone) = case.undone {
        for thing in case.facts.comes_back.things.iter().filter(|thing| !thing.is_held(case)) {
            thing.givable(case.operator, receiver)?;
        }
        // Back into a group, or out of one, is a move as any other.
        for before in &undone.before {
            if let (Restore::Group(ends_in), Some(user)) = (before, case.user()) {
                giving::ends_below(case.operator, *ends_in, user.level.is_some() || !user.roles.is_empty())?;
            }
        }
        return Ok(Finding::Holds("you hold what comes back".to_owned()));
    }
    let Subject::User(rules) = &spec.subject else { return Ok(Finding::NotAsked("it gives nothing")) };
    let mut picks = spec
        .form
        .iter()
        .filter_map(|field| match field.kind {
            FieldKind::Picked(pick) => Some((field.name, pick)),
            FieldKind::Line { .. }
            | FieldKind::Text { .. }
            | FieldKind::When
            | FieldKind::Choice(_)
            | FieldKind::Masked
            | FieldKind::NewPassword
            | FieldKind::People
            | FieldKind::File => None,
        })
        .peekable();
    if picks.peek().is_none() {
        return Ok(Finding::NotAsked("it gives nothing"));
    }
    if rules.guards.contains(&Guard::MayPromote) {
        giving::promotes(case.operator)?;
    }
    for (name, pick) in picks {
        if pick == Pick::Group {
            giving::assigns_groups(case.operator)?;
        }
        let things = picked(case, name).unwrap_or_default();
        match pick {
            Pick::Roles | Pick::Group | Pick::Accounts | Pick::Level | Pick::LevelOrNone => {
                for thing in things.iter().filter(|thing| !thing.is_held(case)) {
                    thing.givable(case.operator, receiver)?;
                }
            }
            Pick::Scope => {
                let before = case.user().filter(|user| user.level.is_some()).map(|user| &user.scope);
                let asks = picked(case, "level").is_some() || picked(case, "scope").is_some();
                if asks {
                    giving::scope(case.operator, before, scope_after(case).as_ref())?;
                }
            }
        }
    }
    ends_below(spec, case)?;
    Ok(Finding::Holds("you hold all that you give".to_owned()))
}

/// Whom an operator in a group promotes or moves ends in a group strictly below, unless without level and roles.
fn ends_below(spec: &Spec, case: &Case<'_>) -> Result<(), Refusal> {
    let Some(user) = case.user() else { return Ok(()) };
    let asks = |wanted: &[Pick]| {
        spec.form.iter().any(|field| {
            matches!(field.kind, FieldKind::Picked(pick) if wanted.contains(&pick))
                && case.answers.given(field.name).is_some()
        })
    };
    let (moves, promotes) = (asks(&[Pick::Group]), asks(&[Pick::Level, Pick::LevelOrNone]));
    if !moves && !promotes {
        return Ok(());
    }
    let level = level_after(case);
    let stays = user.group.as_ref().map(|group| group.id);
    let ends_in = if moves {
        picked(case, "group").and_then(<[Pickable]>::first).and_then(|thing| match thing {
            Pickable::Group(group) => Some(crate::base::ids::GroupId(group.id)),
            Pickable::Role(_)
            | Pickable::Account(_)
            | Pickable::Level(_)
            | Pickable::Everywhere
            | Pickable::Organisation(_) => None,
        })
    } else {
        stays
    };
    // Losing the level moves nobody.
    if promotes && level.is_none() {
        return Ok(());
    }
    giving::ends_below(case.operator, ends_in, level.is_some() || !user.roles.is_empty())
}

/// Whether everything that was picked is there, and not more than one where one is wanted.
pub(super) fn all_known(spec: &Spec, case: &Case<'_>) -> Result<(), Refusal> {
    for field in spec.form {
        let (FieldKind::Picked(pick), Some(picked)) = (field.kind, case.facts.picked.get(field.name)) else {
            continue;
        };
        let noun = pick.noun();
        if let Some(name) = picked.unknown.first() {
            let text = format!("{}: no {noun} `{}` that you may give here", field.name, visible(name));
            return Err(Refusal::new(Rule::Guard, text, format!("the name of a {noun}, exactly")));
        }
        if !pick.takes_many() && picked.things.len() > 1 {
            let text = format!("{}: must be one {noun}, got {}", field.name, picked.things.len());
            return Err(Refusal::new(Rule::Guard, text, format!("one {noun}")));
        }
    }
    Ok(())
}

/// Whether what is handed over makes the action one of high risk.
pub fn is_of_high_risk(case: &Case<'_>) -> bool {
    let given = case.facts.picked.values().flat_map(|picked| &picked.things);
    let mut all = given.chain(&case.facts.comes_back.things).filter(|thing| !thing.is_held(case));
    all.any(|thing| match thing {
        Pickable::Role(_) | Pickable::Group(_) => giving::is_of_high_risk(thing.rights()),
        Pickable::Level(_) | Pickable::Everywhere | Pickable::Organisation(_) => true,
        Pickable::Account(_) => false,
    })
}
