//! Transfer limits of a group: per transfer, day and month, within those of the groups above.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Answers, Field, Initial, LONG_REASON};
use crate::actions::spec::{Bulk, Needs, Risk, Spec, StructureGuard, StructureRules, Subject, Undo};
use crate::actions::structure::line;
use crate::authz::groups::Group;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::limits::AMOUNT_CHARS_MAX;
use crate::domain::change::{Change, Difference};
use crate::domain::group_change::GroupChange;
use crate::domain::transfer_limits::{TransferLimits, parse_amount};

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "group.limits",
    title: "Manage transfer limits",
    letter: 'L',
    help: "Sets what one transfer, a day and a month may move to and from cards, in one currency and within the limits of \
           the groups above; with all fields empty there are none. Cannot be undone.",
    right: Needs::Right(Right::GroupManage),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[CURRENCY, TRANSFER, DAY, MONTH, LONG_REASON],
    facts: &[],
    history: None,
    notices: &[],
    subject: Subject::Group(StructureRules {
        guards: &[StructureGuard::NotOwn, StructureGuard::HoldersReached, StructureGuard::MovesCards],
        plan,
    }),
};

/// The fields of limits, which a new group has as well.
pub(super) const CURRENCY: Field = Field { initial: Initial::Currency, ..line("currency", "Currency", 3) };
pub(super) const TRANSFER: Field =
    Field { initial: Initial::PerTransfer, ..line("per_transfer", "Limit per transfer", AMOUNT_CHARS_MAX) };
pub(super) const DAY: Field =
    Field { initial: Initial::PerDay, ..line("per_day", "Limit per day", AMOUNT_CHARS_MAX) };
pub(super) const MONTH: Field =
    Field { initial: Initial::PerMonth, ..line("per_month", "Limit per month", AMOUNT_CHARS_MAX) };

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let group = case.group()?;
    let after = read(case.answers, group.limits.as_ref())?;
    if after == group.limits {
        return Err(Refusal::new(Rule::Guard, "nothing is changed", "a value that does not stand there yet"));
    }
    if let Some(limits) = &after {
        within(case, case.facts.groups.parent(group), limits)?;
        let below = case.facts.groups.below(group.id);
        let beyond = below.iter().find_map(|below| {
            let own = below.limits.as_ref()?;
            own.beyond(limits).map(|_| (below.name.as_str(), own))
        });
        if let Some((name, own)) = beyond {
            let text = format!("the group `{name}` below has {own}, which is beyond {limits}");
            return Err(Refusal::new(Rule::Guard, text, "lower the limits below first"));
        }
    }
    let told = |limits: Option<&TransferLimits>| limits.map_or_else(String::new, ToString::to_string);
    Ok(Plan {
        differences: vec![Difference::new("limits", told(group.limits.as_ref()), told(after.as_ref()))],
        changes: vec![Change::Group(GroupChange::LimitsSet { group: group.id, limits: after })],
        detail: case.answers.of("reason").to_owned(),
        ..Plan::default()
    })
}

/// The limits that were filled in; a field that was not given stays what it is. `None` is no limits.
pub(super) fn read(
    answers: &Answers,
    before: Option<&TransferLimits>,
) -> Result<Option<TransferLimits>, Refusal> {
    let refuse = |text: String| {
        Refusal::new(Rule::Guard, text, "amounts such as 1250 or 1250.50, and a currency such as EUR")
    };
    let given = [CURRENCY, TRANSFER, DAY, MONTH].map(|field| answers.given(field.name));
    let stands = [
        before.map(|limits| limits.currency.clone()),
        before.map(|limits| crate::domain::transfer_limits::amount(limits.transfer)),
        before.map(|limits| crate::domain::transfer_limits::amount(limits.day)),
        before.map(|limits| crate::domain::transfer_limits::amount(limits.month)),
    ];
    let mut values = given.into_iter().zip(stands).map(|(given, stands)| match given {
        Some(given) => given.to_owned(),
        None => stands.unwrap_or_default(),
    });
    let [currency, transfer, day, month] = std::array::from_fn(|_| values.next().unwrap_or_default());
    if [&currency, &transfer, &day, &month].into_iter().all(String::is_empty) {
        return Ok(None);
    }
    let amount = |field: Field, text: &str| {
        parse_amount(text).ok_or_else(|| {
            refuse(format!("{}: wants an amount, got `{}`", field.name, crate::base::text::visible(text)))
        })
    };
    let limits = TransferLimits {
        currency: currency.to_uppercase(),
        transfer: amount(TRANSFER, &transfer)?,
        day: amount(DAY, &day)?,
        month: amount(MONTH, &month)?,
    };
    match limits.fault() {
        Some(text) => Err(refuse(text)),
        None => Ok(Some(limits)),
    }
}

/// Whether `limits` lie within those of the nearest group from `parent` upwards that has any.
pub(super) fn within(
    case: &Case<'_>,
    parent: Option<&Group>,
    limits: &TransferLimits,
) -> Result<(), Refusal> {
    let mut at = parent;
    for _ in 0..=crate::base::limits::GROUP_DEPTH_MAX {
        let Some(group) = at else { return Ok(()) };
        if let Some(most) = &group.limits {
            return match limits.beyond(most) {
                Some(text) => Err(Refusal::new(Rule::Guard, text, format!("at most {most}"))),
                None => Ok(()),
            };
        }
        at = case.facts.groups.parent(group);
    }
    Ok(())
}
