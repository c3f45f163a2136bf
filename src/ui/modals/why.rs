//! Why an action is not offered: the question, the rule, the reason, what would satisfy it.

use crate::actions::Spec;
use crate::actions::spec::Needs;
use crate::protocol::Offer;
use crate::ui::modals::notice::Notice;
use crate::ui::parts::sheet::Sheet;
use crate::ui::theme;
use crate::ui::whom::Whom;

/// The explanation of one entry of the menu.
pub(crate) fn notice(offer: &Offer, whom: &Whom, columns: u16) -> Notice {
    let columns = usize::from(columns.saturating_sub(8));
    let mut sheet = Sheet::default();
    let mut pair = |name: &str, value: &str| sheet.pair(name, value, columns, theme::PLAIN);
    pair("Action", &format!("{}  ({})", offer.spec.title, offer.spec.code));
    pair(whom.noun(), &whom.told());
    pair("Needs", &needs(offer.spec));
    match &offer.refusal {
        None => pair("Answer", "allowed"),
        Some(refusal) => {
            pair("Answer", "not allowed");
            pair("Rule", refusal.rule.word());
            pair("Because", &refusal.text);
            let satisfied = if refusal.satisfied_by.is_empty() { "nothing" } else { &refusal.satisfied_by };
            pair("Satisfied by", satisfied);
        }
    }
    Notice::new("Why", sheet)
}

/// What whoever does it must hold.
pub(crate) fn needs(spec: &Spec) -> String {
    match spec.right {
        Needs::Right(right) => format!("the right `{}`: {}", right.code(), right.spec().label),
        Needs::Own => "being oneself".to_owned(),
    }
}
