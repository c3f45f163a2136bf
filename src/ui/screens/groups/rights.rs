//! One right of a group: whether it is there, by what, and why it cannot be had.

use crate::authz::grants::RightSet;
use crate::authz::groups::Group;
use crate::authz::right::{self, Right};
use crate::ui::modals::notice::Notice;
use crate::ui::model::Model;
use crate::ui::parts::sheet::Sheet;
use crate::ui::theme;

/// The warning of the rights that only administrators should get.
pub(super) const ADMINISTRATORS_ONLY: &str = "only administrators should get this right";

/// How `right` stands in `group`, in a word or two.
pub(super) fn word(model: &Model, group: &Group, right: Right) -> String {
    let shown = model.groups.shown(group);
    if shown.holds(right) {
        let is_implied = shown.iter().any(|held| held != right && RightSet::closed([held]).holds(right));
        let implies = RightSet::closed([right]).iter().count() - 1;
        return match (is_implied, implies) {
            (true, _) => "implied".to_owned(),
            (false, 0) => "direct".to_owned(),
            (false, many) => format!("implies {many}"),
        };
    }
    let closure = RightSet::closed([right]);
    match model.groups.within(group) {
        Some(most) if !most.contains(closure) => "parent lacks".to_owned(),
        Some(_) | None if !holds(model, closure) => "you lack".to_owned(),
        Some(_) | None => "off".to_owned(),
    }
}

fn holds(model: &Model, rights: RightSet) -> bool {
    model.me.answer.as_ref().is_some_and(|me| me.standing.rights.contains(rights))
}

/// Why `right` cannot be given to `group`; `None` where it can. The store decides, this spares a vain try.
pub(super) fn not_to_be_had(model: &Model, group: &Group, right: Right) -> Option<String> {
    let closure = RightSet::closed([right]);
    let lacking = |most: RightSet| closure.iter().find(|one| !most.holds(*one));
    let most = model.groups.within(group).unwrap_or(group.rights);
    if let Some(lacking) = lacking(most) {
        return Some(format!("not given: the parent has not `{}`", lacking.code()));
    }
    let own = model.me.answer.as_ref().map(|me| me.standing.rights)?;
    lacking(own).map(|lacking| format!("not given: you lack `{}` yourself", lacking.code()))
}

/// What the focused right lets one do, and why it is or is not there.
pub(super) fn why(model: &Model) -> Option<Notice> {
    let group = model.groups.focused()?;
    let spec = &right::ALL[model.groups.rights.cursor.min(right::ALL.len() - 1)];
    let columns = usize::from(model.size.0.saturating_sub(8));
    let mut sheet = Sheet::default();
    let mut pair = |name: &str, value: &str| sheet.pair(name, value, columns, theme::PLAIN);
    pair("Right", &format!("{}  ({})", spec.label, spec.code));
    pair("Group", &group.name);
    pair("Here", &word(model, group, spec.right));
    let codes =
        |rights: &mut dyn Iterator<Item = Right>| rights.map(Right::code).collect::<Vec<_>>().join(", ");
    let closure = RightSet::closed([spec.right]);
    pair("Implies", &codes(&mut closure.iter().filter(|right| *right != spec.right)));
    let shown = model.groups.shown(group);
    let implied_by = |held: &Right| *held != spec.right && RightSet::closed([*held]).holds(spec.right);
    pair("Implied by", &codes(&mut shown.iter().filter(implied_by)));
    if spec.administrators_only {
        pair("Warning", ADMINISTRATORS_ONLY);
    }
    if let Some(why) = not_to_be_had(model, group, spec.right).filter(|_| !shown.holds(spec.right)) {
        pair("Because", &why);
    }
    Some(Notice::new("Why", sheet))
}

/// What writing the draft would take from groups below, a line each.
pub(super) fn effects(model: &Model, group: &Group) -> Vec<String> {
    let shown = model.groups.shown(group);
    let (given, taken) = (shown.without(group.rights), group.rights.without(shown));
    let mut lines = vec![format!("+{} -{} rights", given.iter().count(), taken.iter().count())];
    let Some(groups) = &model.groups.asked.answer else { return lines };
    let below: Vec<&Group> =
        groups.tree.below(group.id).into_iter().filter(|below| below.rights.meets(taken)).collect();
    for one in &below {
        let lost = one.rights.iter().filter(|right| taken.holds(*right)).count();
        lines.push(format!("{} loses {lost}  ({} users)", one.name, one.users));
    }
    if below.is_empty() {
        lines.push("no group below is touched".to_owned());
    }
    lines
}
