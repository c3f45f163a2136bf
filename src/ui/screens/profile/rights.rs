//! Groups and rights of a user: what hands them over, and every right in force with where it comes from.

use crate::authz::sources::{self, Origin};
use crate::base::text::visible;
use crate::domain::scope::Scope;
use crate::domain::user::Kind;
use crate::protocol::Profile;
use crate::ui::model::Model;
use crate::ui::parts::sheet::Sheet;
use crate::ui::theme;

/// The lines of the pane, for `columns`.
pub(crate) fn sheet(model: &Model, columns: u16) -> Sheet {
    let profile = model.profile.asked.answer.as_ref();
    profile.map_or_else(Sheet::default, |profile| sheet_of(profile, usize::from(columns)))
}

/// The lines about the rights of `profile`.
pub(crate) fn sheet_of(profile: &Profile, columns: usize) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.heading("LEVEL, ROLES AND GROUP");
    if profile.sources.is_empty() {
        let text = if profile.user.kind == Kind::Customer {
            "A customer has no level, no roles and no group."
        } else {
            "Nothing is assigned: without level, role and group there is no sign-in."
        };
        sheet.text(text, columns, theme::PLAIN);
    }
    for source in &profile.sources {
        let count = match source.rights.iter().count() {
            1 => "1 right".to_owned(),
            many => format!("{many} rights"),
        };
        let (name, value) = match &source.origin {
            Origin::Level(level) => {
                let scope = match &profile.user.scope {
                    Scope::All => "all organisations".to_owned(),
                    Scope::Only(list) if list.len() == 1 => "1 organisation".to_owned(),
                    Scope::Only(list) => format!("{} organisations", list.len()),
                };
                ("Level", format!("{level} {}, of {scope}", level.title()))
            }
            Origin::Role(role) => ("Role", visible(role).into_owned()),
            Origin::Group(path) => ("Group", visible(&path.join(" > ")).into_owned()),
        };
        sheet.pair(name, &format!("{value}  ({count})"), columns, theme::PLAIN);
    }
    if profile.rights.iter().next().is_some() {
        sheet.heading("RIGHTS IN FORCE");
    }
    for right in profile.rights.iter() {
        sheet.text(&format!("{}  ({})", right.spec().label, right.code()), columns, theme::PLAIN);
        sheet.pair(" ", &sources::of(&profile.sources, right).join("; "), columns, theme::DIM);
    }
    sheet
}
