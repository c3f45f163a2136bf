//! How to save the report of a job: the line to copy, which writes where it is run.

use crate::base::ids::JobId;
use crate::ui::modals::notice::Notice;
use crate::ui::model::Model;
use crate::ui::one_shot;
use crate::ui::parts::sheet::Sheet;
use crate::ui::theme;

/// The line in each format.
pub(super) fn notice(model: &Model, job: JobId) -> Notice {
    let columns = usize::from(model.size.0.saturating_sub(8));
    let mut sheet = Sheet::default();
    let text = "Every row, with what became of it. Nothing is written on the server: run one of these where \
                the report is to be.";
    sheet.text(text, columns, theme::PLAIN);
    for format in ["csv", "json"] {
        sheet.gap();
        let line = one_shot::line(model.actor.via, &format!("jobs show {job} --{format}"));
        sheet.text(&format!("{line} > {job}.{format}"), columns, theme::PLAIN);
    }
    Notice::new("Save the report", sheet)
}
