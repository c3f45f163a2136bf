//! The one walk over the rules: the gate goes it, and whoever explains a decision goes the same.
//!
//! Every rule is a question that answers that it holds, that it fails, or that it does not apply. Who
//! decides stops at the first that fails; who explains notes all of them. There is no second list.

use crate::actions::case::{Case, Facts, Person};
use crate::actions::pick;
use crate::actions::spec::{Guard, Needs, OwnRules, Spec, Subject, UserRules};
use crate::actions::structure;
use crate::actions::undo;
use crate::authz::giving;
use crate::authz::masters::{self, Master};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::rules;
use crate::domain::level::Level;
use crate::domain::scope::Scope;
use crate::domain::status::{Status, StatusFacts};
use crate::domain::target::TargetKind;

/// What one rule says of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It holds; what was found, in a few words.
    Holds(String),
    /// It fails.
    Fails(Refusal),
    /// It is no question here; why.
    NotAsked(&'static str),
    /// A rule before it failed.
    NotReached,
}

/// One rule and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The rule.
    pub rule: Rule,
    /// What it says.
    pub finding: Finding,
}

/// What a rule says, or that it fails.
pub(super) type Answer = Result<Finding, Refusal>;

/// Goes through all rules in their order, each noted with what it says; the first that fails is the decision.
pub fn walk(spec: &'static Spec, case: &Case<'_>, mut note: impl FnMut(Step)) -> Result<(), Refusal> {
    let mut decision = Ok(());
    for rule in Rule::ALL {
        let finding = match decision {
            Err(_) => Finding::NotReached,
            Ok(()) => asked(rule, spec, case).unwrap_or_else(Finding::Fails),
        };
        if let Finding::Fails(refusal) = &finding {
            decision = Err(refusal.clone());
        }
        note(Step { rule, finding });
    }
    decision
}

/// One rule, asked of `case`.
fn asked(rule: Rule, spec: &'static Spec, case: &Case<'_>) -> Answer {
    match &spec.subject {
        Subject::User(of) => user_rule(rule, spec, of, case),
        Subject::Group(of) => structure::changing(rule, spec, TargetKind::Group, of.guards, case),
        Subject::Role(of) => structure::changing(rule, spec, TargetKind::Role, of.guards, case),
        Subject::Organisation(_) => structure::changing(rule, spec, TargetKind::Organisation, &[], case),
        Subject::New(making) => structure::making(rule, spec, making, case),
        Subject::Own(of) => own_rule(rule, spec, of, case),
        Subject::Directory(_) => directory_rule(rule, spec, case),
    }
}

/// Every rule with what it says of `case`.
pub fn explain(spec: &'static Spec, case: &Case<'_>) -> Vec<Step> {
    let mut steps = Vec::with_capacity(Rule::ALL.len());
    // The decision is the step that failed; it is not needed a second time.
    drop(walk(spec, case, |step| steps.push(step)));
    steps
}

fn directory_rule(rule: Rule, spec: &Spec, case: &Case<'_>) -> Answer {
    match rule {
        Rule::Status => status(case),
        Rule::Right => right(spec, case),
        Rule::Existence
        | Rule::Own
        | Rule::Level
        | Rule::TakingOver
        | Rule::Giving
        | Rule::Kind
        | Rule::State
        | Rule::LastMaster
        | Rule::Guard => Ok(Finding::NotAsked("it is upon nobody")),
    }
}

fn own_rule(rule: Rule, spec: &Spec, of: &OwnRules, case: &Case<'_>) -> Answer {
    let Some(person) = case.upon.person() else {
        return Err(Refusal::no_such_user(""));
    };
    match rule {
        Rule::Status => status(case),
        Rule::Right => right(spec, case),
        Rule::State => {
            of.guards.iter().try_for_each(|guard| facts_allow(*guard, &person.user.facts, case.facts))?;
            holds("it can be done now")
        }
        Rule::Existence
        | Rule::Own
        | Rule::Level
        | Rule::TakingOver
        | Rule::Giving
        | Rule::Kind
        | Rule::LastMaster
        | Rule::Guard => Ok(Finding::NotAsked("it is upon yourself")),
    }
}

fn user_rule(rule: Rule, spec: &Spec, of: &UserRules, case: &Case<'_>) -> Answer {
    if rule == Rule::Status {
        return status(case);
    }
    let Some(person) = case.upon.person() else {
        return Err(Refusal::no_such_user(case.asked));
    };
    match rule {
        Rule::Status => status(case),
        Rule::Existence => existence(case, person),
        Rule::Right => right(spec, case),
        Rule::Own => own(of, case, person),
        Rule::Level => level(of, case, person),
        Rule::TakingOver => taking_over(of, case, person),
        Rule::Giving => pick::gives(spec, case),
        Rule::Kind => kind(of, person),
        Rule::State => state(of, case, person),
        Rule::LastMaster => last_master(of, case, person),
        Rule::Guard => guards(spec, of, case, person),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "every question ends with it, and a question may fail")]
pub(super) fn holds(text: impl Into<String>) -> Answer {
    Ok(Finding::Holds(text.into()))
}

pub(super) fn status(case: &Case<'_>) -> Answer {
    rules::own_status(case.operator)?;
    holds(format!("you are {}", case.operator.standing.status))
}

fn existence(case: &Case<'_>, person: &Person) -> Answer {
    let target = &person.standing;
    rules::exists(case.operator, target, case.asked)?;
    if target.id == case.operator.standing.id {
        return holds("it is you");
    }
    let scope = match &case.operator.standing.scope {
        Scope::All => "your scope is all organisations".to_owned(),
        Scope::Only(_) => format!("`{}` lies in your scope", person.user.organisation.key),
    };
    let group = match (&person.user.group, case.operator.standing.group) {
        (None, _) => ", and the user is in no group".to_owned(),
        (Some(group), Some(_)) => format!(", and the group {} lies below yours", group.name),
        (Some(_), None) => String::new(),
    };
    holds(scope + &group)
}

pub(super) fn right(spec: &Spec, case: &Case<'_>) -> Answer {
    match spec.right {
        Needs::Right(right) => {
            rules::holds(case.operator, right)?;
            holds(format!("you hold `{}`", right.code()))
        }
        Needs::Own => Ok(Finding::NotAsked("it needs none")),
    }
}

fn own(of: &UserRules, case: &Case<'_>, person: &Person) -> Answer {
    if !of.guards.contains(&Guard::NotOneself) {
        return Ok(Finding::NotAsked("it may be done to oneself"));
    }
    rules::not_oneself(case.operator, &person.standing)?;
    holds("it is somebody else")
}

fn level(of: &UserRules, case: &Case<'_>, person: &Person) -> Answer {
    let (own, theirs) = (case.operator.standing.level, person.standing.level);
    rules::level_reaches(case.operator, &person.standing)?;
    if let Some(level) = theirs.filter(|_| of.guards.contains(&Guard::MayTakeLevel)) {
        giving::level_taken(case.operator, level)?;
    }
    let code = |level: Option<Level>| level.map_or("none", Level::code);
    holds(format!("your level {} reaches level {}", code(own), code(theirs)))
}

fn taking_over(of: &UserRules, case: &Case<'_>, person: &Person) -> Answer {
    if !of.guards.contains(&Guard::TakingOver) {
        return Ok(Finding::NotAsked("it lets nobody become the user"));
    }
    rules::taking_over(case.operator, &person.standing)?;
    holds("you hold all that the user holds")
}

fn kind(of: &UserRules, person: &Person) -> Answer {
    let kind = person.standing.kind;
    if of.kinds.contains(&kind) {
        return holds(format!("the user is of kind {kind}"));
    }
    let kinds: Vec<&str> = of.kinds.iter().map(|kind| kind.word()).collect();
    let text = format!("user is a {kind}; must be {}", kinds.join(" or "));
    Err(Refusal::new(Rule::Kind, text, ""))
}

fn state(of: &UserRules, case: &Case<'_>, person: &Person) -> Answer {
    if case.undone.is_some() {
        // The status that the action left is not one that it is offered in.
        return Ok(Finding::NotAsked("it is an undo"));
    }
    let status = person.standing.status;
    if !of.from.contains(&status) {
        return Err(wrong_status(status, of.from));
    }
    of.guards.iter().try_for_each(|guard| facts_allow(*guard, &person.user.facts, case.facts))?;
    holds(format!("the user is {status}"))
}

fn last_master(of: &UserRules, case: &Case<'_>, person: &Person) -> Answer {
    if let Some(undone) = case.undone {
        undo::keeps_a_master(undone, case)?;
        return holds("a master administrator remains");
    }
    if !of.guards.contains(&Guard::MasterRemains) {
        return Ok(Finding::NotAsked("it takes no access away"));
    }
    let all = &case.facts.masters;
    let others: Vec<Master> = all.iter().filter(|master| master.id != person.standing.id).cloned().collect();
    let is_master = others.len() < all.len();
    if is_master && !masters::always_one(&others, case.now) {
        return Err(Refusal::new(
            Rule::LastMaster,
            "without this user no usable master administrator would remain",
            "another master administrator without lock or deactivation",
        ));
    }
    holds(if is_master {
        "another master administrator remains"
    } else {
        "the user is no master administrator"
    })
}

fn guards(spec: &Spec, of: &UserRules, case: &Case<'_>, person: &Person) -> Answer {
    if let Some(undone) = case.undone {
        undo::in_time(undone, case)?;
        if let Some(gone) = case.facts.comes_back.unknown.first() {
            let text = format!("{gone} is not there any more");
            return Err(Refusal::new(Rule::Guard, text, "assign something else by hand"));
        }
        return holds("it can be taken back still");
    }
    pick::all_known(spec, case)?;
    let mut told = Vec::new();
    for guard in of.guards {
        match guard {
            Guard::HasLogin if person.user.login.is_none() => {
                let text = "the user has no username yet: enrolment is not finished";
                return Err(Refusal::new(Rule::Guard, text, "a username"));
            }
            Guard::HasContact => has_contact(person)?,
            Guard::HasLogin
            | Guard::NotOneself
            | Guard::TakingOver
            | Guard::NotLockedYet
            | Guard::NotDeactivatedYet
            | Guard::HasWindow
            | Guard::MasterRemains
            | Guard::HasSessions
            | Guard::HasOtherSessions
            | Guard::MayPromote
            | Guard::MayTakeLevel => {}
        }
        if matches!(guard, Guard::HasLogin | Guard::HasContact) {
            told.push(guard.told());
        }
    }
    if told.is_empty() { Ok(Finding::NotAsked("it has none")) } else { holds(told.join(", ")) }
}

fn has_contact(person: &Person) -> Result<(), Refusal> {
    let user = &person.user;
    let missing: Vec<&str> = [
        ("first name", user.names.first.is_empty()),
        ("last name", user.names.last.is_empty()),
        ("email", user.email().is_none()),
        ("phone", user.phone().is_none()),
    ]
    .into_iter()
    .filter_map(|(what, is_missing)| is_missing.then_some(what))
    .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let text = format!("{} of the user must be known first", missing.join(", "));
    Err(Refusal::new(Rule::Guard, text, "set what is missing"))
}

/// What a status does not tell.
fn facts_allow(guard: Guard, facts: &StatusFacts, looked_up: &Facts) -> Result<(), Refusal> {
    let (holds, text, wanted) = match guard {
        Guard::NotLockedYet => {
            (facts.admin_lock.is_none(), "user is locked already", "must not be LOCKED_BY_ADMIN")
        }
        Guard::NotDeactivatedYet => {
            (!facts.deactivated, "user is deactivated already", "must not be deactivated")
        }
        Guard::HasWindow => {
            (facts.window.is_some(), "no temporary deactivation is set", "a window that is set")
        }
        Guard::HasSessions => {
            (!looked_up.sessions.is_empty(), "user has no live session", "a console session that is open")
        }
        Guard::HasOtherSessions => (
            looked_up.other_sessions().next().is_some(),
            "you have no other live session",
            "another console session of yours that is open",
        ),
        Guard::NotOneself
        | Guard::TakingOver
        | Guard::MasterRemains
        | Guard::HasLogin
        | Guard::HasContact
        | Guard::MayPromote
        | Guard::MayTakeLevel => return Ok(()),
    };
    if holds { Ok(()) } else { Err(Refusal::new(Rule::State, text, wanted)) }
}

fn wrong_status(status: Status, from: &[Status]) -> Refusal {
    let allowed: Vec<&str> = from.iter().map(|status| status.word()).collect();
    // A long list is said by what is missing from it.
    let wanted = if from.len() * 2 > Status::ALL.len() {
        format!("must not be {}", status.word())
    } else {
        format!("must be {}", allowed.join(" or "))
    };
    Refusal::new(Rule::State, format!("user is {}; {wanted}", status.word()), wanted.clone())
}
