//! Windows over a screen: three of them serve every action, none knows one by name.

pub(crate) mod confirm;
pub(crate) mod export;
pub(crate) mod help;
pub(crate) mod leave;
pub(crate) mod log;
pub(crate) mod menu;
pub(crate) mod notice;
pub(crate) mod palette;
pub(crate) mod run;
pub(crate) mod why;

/// One window.
#[derive(Debug)]
pub(crate) enum Modal {
    /// Which actions there are.
    Menu(Box<menu::State>),
    /// What an action would do, and the form for it.
    Confirm(Box<confirm::State>),
    /// A job as it goes.
    Run(Box<run::State>),
    /// Something to read.
    Notice(notice::Notice),
    /// The keys of this place.
    Help(help::State),
    /// Letters that find something, or words.
    Palette(Box<palette::State>),
    /// Whether to sign out.
    Leave,
}
