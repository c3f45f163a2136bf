//! Every action, one file each, in folders by subject; and the gate that all of them pass.
//!
//! [`spec`] is what an action declares, [`ALL`] the list that menu, modal, help,
//! command line, catalogue and audit read. [`verdict`] is the one way from a
//! request to an order: a [`verdict::Warrant`] borrows the case that was
//! judged inside the transaction, an [`verdict::Order`] comes only from a
//! warrant, and the store writes orders only.

pub mod account;
pub mod case;
pub mod contact;
pub mod directory;
pub mod form;
pub mod group;
pub mod me;
pub mod pick;
pub mod proof;
pub mod request;
pub mod role;
pub mod spec;
mod structure;
pub mod support;
pub mod undo;
pub mod upon;
pub mod user;
pub mod verdict;
pub mod walk;

pub use spec::Spec;

/// Every declared action, in the order of the menu.
pub static ALL: &[&Spec] = &[
    &user::unlock::SPEC,
    &user::lock::SPEC,
    &user::activate::SPEC,
    &user::deactivate::SPEC,
    &user::deactivate_for::SPEC,
    &user::deactivate_end::SPEC,
    &user::sessions_end::SPEC,
    &user::edit::SPEC,
    &user::roles_assign::SPEC,
    &user::group_assign::SPEC,
    &user::accounts_assign::SPEC,
    &user::promote::SPEC,
    &user::level_change::SPEC,
    &user::delete::SPEC,
    &support::note_add::SPEC,
    &support::tags_set::SPEC,
    &contact::pii_reveal::SPEC,
    &group::create::SPEC,
    &group::edit::SPEC,
    &group::link_users::SPEC,
    &group::limits::SPEC,
    &group::clone::SPEC,
    &group::delete::SPEC,
    &role::create::SPEC,
    &role::edit::SPEC,
    &role::delete::SPEC,
    &me::sessions_end::SPEC,
    &me::trusted_clear::SPEC,
    &directory::import::SPEC,
    &directory::export::SPEC,
    &account::audit_export::SPEC,
];

/// An action with keys of its own, which work on a focused user without the menu.
#[derive(Debug)]
pub struct Shortcut {
    /// The keys, the one to tell first.
    pub keys: &'static [&'static str],
    /// How a line of hints tells it.
    pub words: &'static str,
    /// The action.
    pub spec: &'static Spec,
}

/// Every action with keys of its own.
pub static SHORTCUTS: &[Shortcut] = &[
    Shortcut { keys: &["N"], words: "note", spec: &support::note_add::SPEC },
    Shortcut { keys: &["m"], words: "reveal", spec: &contact::pii_reveal::SPEC },
];

/// Actions on groups with keys of their own on the screen of groups.
pub static ON_GROUPS: &[Shortcut] = &[
    Shortcut { keys: &["w"], words: "write", spec: &group::edit::SPEC },
    Shortcut { keys: &["n"], words: "new", spec: &group::create::SPEC },
    Shortcut { keys: &["C"], words: "clone", spec: &group::clone::SPEC },
    Shortcut { keys: &["U"], words: "users", spec: &group::link_users::SPEC },
    Shortcut { keys: &["L"], words: "limits", spec: &group::limits::SPEC },
    Shortcut { keys: &["D"], words: "delete", spec: &group::delete::SPEC },
];

/// What can be done from a session in the list of sessions.
#[derive(Debug)]
pub struct OnSession {
    /// Its letter in the menu.
    pub letter: char,
    /// What the menu calls it there.
    pub title: &'static str,
    /// The action.
    pub spec: &'static Spec,
    /// The field that names the session; `None` where it is about more than this one.
    pub named_in: Option<&'static str>,
}

/// Every action on sessions, as the list of sessions offers it.
pub static ON_SESSIONS: &[OnSession] = &[
    OnSession {
        letter: 's',
        title: "End this session",
        spec: &user::sessions_end::SPEC,
        named_in: Some(user::sessions_end::WHICH),
    },
    OnSession {
        letter: 'e',
        title: "End all of this operator",
        spec: &user::sessions_end::SPEC,
        named_in: None,
    },
    OnSession { letter: 'o', title: "End my other sessions", spec: &me::sessions_end::SPEC, named_in: None },
];

/// The action with this code.
pub fn find(code: &str) -> Option<&'static Spec> {
    ALL.iter().find(|spec| spec.code == code).copied()
}
