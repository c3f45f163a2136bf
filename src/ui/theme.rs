//! How things look: the terminal's own colours, and never colour alone.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use crate::domain::status::Status;
use crate::ui::look::Look;
use crate::ui::model::Environment;

/// What an operator or the server chose about looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme {
    /// `+--+` for boxes, for terminals that draw no lines.
    pub(crate) ascii: bool,
    /// The colours.
    pub(crate) look: Look,
}

const ASCII: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

impl Theme {
    /// The signs of a box.
    pub(crate) const fn borders(self) -> border::Set<'static> {
        if self.ascii { ASCII } else { border::PLAIN }
    }

    /// A rule across `columns`.
    pub(crate) fn rule(self, columns: usize) -> String {
        if self.ascii { "-" } else { "─" }.repeat(columns)
    }
}

/// Text without a meaning of its own.
pub(crate) const PLAIN: Style = Style::new();
/// What matters less.
pub(crate) const DIM: Style = Style::new().add_modifier(Modifier::DIM);
/// Headings and names of fields; bold never marks a selection by itself.
pub(crate) const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
/// The selection, on light and dark alike.
pub(crate) const SELECTED: Style = Style::new().add_modifier(Modifier::REVERSED);
/// A term of a filter that is not understood.
pub(crate) const WRONG: Style = Style::new().add_modifier(Modifier::UNDERLINED);
/// Words of a refusal or a failure; they begin with a word that says so.
pub(crate) const ALARM: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
/// Words of a warning.
pub(crate) const WARNING: Style = Style::new().fg(Color::Yellow);

/// The look of a status, beside its symbol and word.
pub(crate) const fn status(status: Status) -> Style {
    match status {
        Status::Inactive => DIM,
        Status::LockedByAdmin => ALARM,
        Status::AutoLocked => Style::new().fg(Color::Magenta).add_modifier(Modifier::BOLD),
        Status::Provisioned | Status::Initial => Style::new().fg(Color::Cyan),
        Status::AwaitingNewPassword | Status::Recovery => WARNING,
        Status::Active => PLAIN,
    }
}

/// The look of the environment's badge.
pub(crate) const fn badge(environment: Environment) -> Style {
    match environment {
        Environment::Prod => SELECTED,
        Environment::Uat => PLAIN,
        Environment::Demo => DIM,
    }
}
