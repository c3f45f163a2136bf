//! How to export the view: the line to copy, which writes to the standard output of who runs it.
//!
//! A file of the server would be of no use to somebody at a terminal far away.

use crate::actions::Spec;
use crate::actions::account::audit_export;
use crate::actions::directory::export::SPEC;
use crate::actions::spec::Needs;
use crate::ui::modals::notice::Notice;
use crate::ui::model::Model;
use crate::ui::one_shot::{self, quoted};
use crate::ui::parts::ink::grouped;
use crate::ui::parts::sheet::Sheet;
use crate::ui::theme;

/// The line for the users that the list shows now, in each format.
pub(crate) fn notice(model: &Model) -> Notice {
    let filter = model.users.search.field.text().trim();
    let whose = if filter.is_empty() { "everybody whom you may see" } else { filter };
    let counted = model.users.count.answer;
    let told = counted.map(|(matching, _)| format!("{} users: {whose}", grouped(matching)));
    lines(model, &SPEC, ("users", filter), told)
}

/// The line for the entries of the audit that `filter` means, in each format.
pub(crate) fn of_audit(model: &Model, filter: &str) -> Notice {
    let filter = filter.trim();
    let which = if filter.is_empty() { "all that you may see" } else { filter };
    lines(model, &audit_export::SPEC, ("audit", filter), Some(format!("Entries: {which}")))
}

fn lines(model: &Model, spec: &'static Spec, (what, filter): (&str, &str), told: Option<String>) -> Notice {
    let columns = usize::from(model.size.0.saturating_sub(8));
    let mut sheet = Sheet::default();
    let text = |sheet: &mut Sheet, text: &str| sheet.text(text, columns, theme::PLAIN);
    if let Some(told) = told {
        text(&mut sheet, &told);
    }
    for format in ["csv", "json"] {
        sheet.gap();
        text(&mut sheet, &line(model, (what, filter), format));
    }
    sheet.gap();
    text(&mut sheet, spec.help);
    let lacking = match spec.right {
        Needs::Right(right) => model.lacks(right),
        Needs::Own => None,
    };
    if let Some(refusal) = lacking {
        sheet.text(&format!("refused: {refusal}"), columns, theme::ALARM);
    }
    Notice::new(spec.title, sheet)
}

/// The words, quoted for the shell that they are typed into; over SSH a second shell's worth, for they are split again.
fn line(model: &Model, (what, filter): (&str, &str), format: &str) -> String {
    let filter = match filter {
        "" => String::new(),
        filter => format!("--filter {} ", quoted(filter)),
    };
    let words = format!("export {what} {filter}--format {format} --reason 'WHY'");
    format!("{} > {what}.{format}", one_shot::line(model.actor.via, &words))
}
