//! How to export the view: the line to copy, which writes to the standard output of who runs it.
//!
//! A file of the server would be of no use to somebody at a terminal far away.

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
    let columns = usize::from(model.size.0.saturating_sub(8));
    let mut sheet = Sheet::default();
    let text = |sheet: &mut Sheet, text: &str| sheet.text(text, columns, theme::PLAIN);
    if let Some((matching, _)) = model.users.count.answer {
        let filter = model.users.search.field.text().trim();
        let whose =
            if filter.is_empty() { "everybody whom you may see".to_owned() } else { filter.to_owned() };
        text(&mut sheet, &format!("{} users: {whose}", grouped(matching)));
    }
    for format in ["csv", "json"] {
        sheet.gap();
        text(&mut sheet, &line(model, format));
    }
    sheet.gap();
    text(&mut sheet, SPEC.help);
    let lacking = match SPEC.right {
        Needs::Right(right) => model.lacks(right),
        Needs::Own => None,
    };
    if let Some(refusal) = lacking {
        sheet.text(&format!("refused: {refusal}"), columns, theme::ALARM);
    }
    Notice::new(SPEC.title, sheet)
}

/// The words, quoted for the shell that they are typed into; over SSH a second shell's worth, for they are split again.
fn line(model: &Model, format: &str) -> String {
    let filter = match model.users.search.field.text().trim() {
        "" => String::new(),
        filter => format!("--filter {} ", quoted(filter)),
    };
    let words = format!("export users {filter}--format {format} --reason 'WHY'");
    format!("{} > users.{format}", one_shot::line(model.actor.via, &words))
}
