//! Why an action is or is not offered: the question, the decision, every rule, and who could do it.

use crate::actions::Spec;
use crate::protocol::{About, Explained, Offer, Query, Reply};
use crate::ui::modals::Modal;
use crate::ui::modals::notice::Notice;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::sheet::Sheet;
use crate::ui::theme;
use crate::ui::whom::Whom;

/// Columns beside the text: the frame, and air.
const AROUND: u16 = 8;

/// Explains `spec`, of which nothing is known yet.
pub(crate) fn open(model: &mut Model, spec: &'static Spec, about: About) -> Vec<Effect> {
    let mut sheet = Sheet::default();
    sheet.text(&format!("{}  ({}) ..", spec.title, spec.code), columns(model), theme::DIM);
    ask(model, sheet, spec, about)
}

/// Explains one entry of the menu: at once what the menu knows, then all of it.
pub(crate) fn of_offer(model: &mut Model, offer: &Offer, whom: &Whom) -> Vec<Effect> {
    let known = Explained::of_offer(offer, whom.told());
    let sheet = sheet(&known, columns(model));
    match whom {
        Whom::One(card) => ask(model, sheet, offer.spec, About::Id(card.id)),
        Whom::Own(_) => ask(model, sheet, offer.spec, About::Nothing),
        // Each of a set is judged by itself, when it is come to.
        Whom::Set(_) | Whom::New(_) => {
            model.modals.push(Modal::Notice(Notice::new("Why", sheet)));
            Vec::new()
        }
    }
}

fn ask(model: &mut Model, sheet: Sheet, spec: &'static Spec, about: About) -> Vec<Effect> {
    let query = Query::Why { code: spec.code, about, operator: None };
    model.modals.push(Modal::Notice(Notice::asking("Why", sheet, query.clone())));
    vec![Effect::Ask(query)]
}

/// Takes in the reasons, where the window that asked for them is still there.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply) -> Vec<Effect> {
    let columns = columns(model);
    let sheet = match (reply.trouble(), reply) {
        (None, Reply::Why(explained)) => sheet(&explained, columns),
        (trouble, _) => {
            let mut sheet = Sheet::default();
            for line in trouble.iter().flat_map(crate::protocol::Trouble::lines) {
                sheet.text(&line, columns, theme::PLAIN);
            }
            sheet
        }
    };
    for modal in &mut model.modals {
        if let Modal::Notice(notice) = modal {
            notice.answered(query, sheet.clone());
        }
    }
    Vec::new()
}

fn columns(model: &Model) -> usize {
    usize::from(model.size.0.saturating_sub(AROUND))
}

fn sheet(explained: &Explained, columns: usize) -> Sheet {
    let mut sheet = Sheet::default();
    for (name, value) in explained.decision().iter().chain(&explained.reasons()) {
        sheet.pair(name, value, columns, theme::PLAIN);
    }
    sheet
}
