//! Which keys work where: the one list that dispatch order, footer, help and catalogue agree on.

use crate::actions;
use crate::ui::globals;
use crate::ui::keymap::{Hint, KeyRow, Told, told};
use crate::ui::modals::{Modal, confirm, help, leave, menu, notice, palette, run};
use crate::ui::model::Model;
use crate::ui::parts::scroll;
use crate::ui::route::Screen;
use crate::ui::screens::users::{marks, search};
use crate::ui::screens::{audit, groups, jobs, locked, me, profile, sessions, users};
use crate::ui::set_up;

/// A place where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    Users,
    Filter,
    Profile,
    Groups,
    Audit,
    AuditFilter,
    Sessions,
    Jobs,
    Me,
    Menu,
    Confirm,
    Pick,
    Run,
    Notice,
    Help,
    Palette,
    Leave,
    Locked,
    SetUp,
}

/// A named table of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    Own(Context),
    Marks,
    Lists,
    Shortcuts,
    OnGroups,
    Everywhere,
    Always,
}

impl Context {
    const ALL: [Self; 19] = [
        Self::Users,
        Self::Filter,
        Self::Profile,
        Self::Groups,
        Self::Audit,
        Self::AuditFilter,
        Self::Sessions,
        Self::Jobs,
        Self::Me,
        Self::Menu,
        Self::Confirm,
        Self::Pick,
        Self::Run,
        Self::Notice,
        Self::Help,
        Self::Palette,
        Self::Leave,
        Self::Locked,
        Self::SetUp,
    ];

    /// Where the keys of `model` go now.
    pub(crate) fn of(model: &Model) -> Self {
        if model.lock.is_some() {
            return Self::Locked;
        }
        match model.modals.last() {
            Some(Modal::Menu(_)) => Self::Menu,
            Some(Modal::Confirm(state)) if state.picker.is_some() => Self::Pick,
            Some(Modal::Confirm(_)) => Self::Confirm,
            Some(Modal::Run(_)) => Self::Run,
            Some(Modal::Notice(_)) => Self::Notice,
            Some(Modal::Help(_)) => Self::Help,
            Some(Modal::Palette(_)) => Self::Palette,
            Some(Modal::Leave) => Self::Leave,
            None => match model.screen {
                Screen::Users if model.users.search.is_open || model.users.search.place.is_some() => {
                    Self::Filter
                }
                Screen::Users => Self::Users,
                Screen::Profile => Self::Profile,
                Screen::Groups => Self::Groups,
                Screen::Audit if model.audit.is_open => Self::AuditFilter,
                Screen::Audit => Self::Audit,
                Screen::Sessions => Self::Sessions,
                Screen::Jobs => Self::Jobs,
                Screen::Me => Self::Me,
            },
        }
    }

    /// Everything that works here, its own first.
    pub(crate) fn told(self) -> Vec<Told> {
        self.tables().iter().flat_map(|table| table.told()).collect()
    }

    const fn tables(self) -> &'static [Table] {
        match self {
            Self::Users => &[
                Table::Own(Self::Users),
                Table::Marks,
                Table::Shortcuts,
                Table::Lists,
                Table::Everywhere,
                Table::Always,
            ],
            Self::Profile => {
                &[Table::Own(Self::Profile), Table::Shortcuts, Table::Lists, Table::Everywhere, Table::Always]
            }
            Self::Groups => {
                &[Table::Own(Self::Groups), Table::OnGroups, Table::Lists, Table::Everywhere, Table::Always]
            }
            Self::Audit => &[Table::Own(Self::Audit), Table::Lists, Table::Everywhere, Table::Always],
            Self::AuditFilter => &[Table::Own(Self::AuditFilter), Table::Always],
            Self::Sessions => &[Table::Own(Self::Sessions), Table::Lists, Table::Everywhere, Table::Always],
            Self::Jobs => &[Table::Own(Self::Jobs), Table::Lists, Table::Everywhere, Table::Always],
            Self::Run => &[Table::Own(Self::Run), Table::Lists, Table::Always],
            Self::Me => &[Table::Own(Self::Me), Table::Lists, Table::Everywhere, Table::Always],
            Self::Notice => &[Table::Own(Self::Notice), Table::Lists, Table::Always],
            Self::Filter => &[Table::Own(Self::Filter), Table::Always],
            Self::Menu => &[Table::Own(Self::Menu), Table::Always],
            Self::Confirm => &[Table::Own(Self::Confirm), Table::Always],
            Self::Pick => &[Table::Own(Self::Pick), Table::Always],
            Self::Help => &[Table::Own(Self::Help), Table::Always],
            Self::Palette => &[Table::Own(Self::Palette), Table::Always],
            Self::Leave => &[Table::Own(Self::Leave), Table::Always],
            Self::Locked => &[Table::Own(Self::Locked), Table::Always],
            // There is no console yet, and none of its keys.
            Self::SetUp => &[Table::Own(Self::SetUp)],
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Filter => "filter",
            Self::Profile => "profile",
            Self::Groups => "groups",
            Self::Audit => "audit",
            Self::AuditFilter => "audit filter",
            Self::Sessions => "sessions",
            Self::Jobs => "jobs",
            Self::Run => "job",
            Self::Me => "me",
            Self::Menu => "menu",
            Self::Confirm => "confirm",
            Self::Pick => "pick",
            Self::Notice => "notice",
            Self::Help => "help",
            Self::Palette => "palette",
            Self::Leave => "leave",
            Self::Locked => "locked",
            Self::SetUp => "set up",
        }
    }
}

impl Table {
    fn told(self) -> Vec<Told> {
        match self {
            Self::Own(Context::Users) => told(users::KEYS).collect(),
            Self::Own(Context::Filter) => told(search::KEYS).collect(),
            Self::Own(Context::Profile) => told(profile::KEYS).collect(),
            Self::Own(Context::Groups) => told(groups::KEYS).collect(),
            Self::Own(Context::Audit) => told(audit::KEYS).collect(),
            Self::Own(Context::AuditFilter) => told(audit::FIELD_KEYS).collect(),
            Self::Own(Context::Sessions) => told(sessions::KEYS).collect(),
            Self::Own(Context::Jobs) => told(jobs::KEYS).collect(),
            Self::Own(Context::Run) => told(run::KEYS).collect(),
            Self::Marks => told(marks::KEYS).collect(),
            Self::Own(Context::Me) => told(me::KEYS).collect(),
            Self::Own(Context::Menu) => told(menu::KEYS).collect(),
            Self::Own(Context::Confirm) => told(confirm::KEYS).collect(),
            Self::Own(Context::Pick) => told(confirm::picker::KEYS).collect(),
            Self::Own(Context::Notice) => told(notice::KEYS).collect(),
            Self::Own(Context::Help) => told(help::KEYS).collect(),
            Self::Own(Context::Palette) => told(palette::KEYS).collect(),
            Self::Own(Context::Leave) => told(leave::KEYS).collect(),
            Self::Own(Context::Locked) => told(locked::KEYS).collect(),
            Self::Own(Context::SetUp) => told(set_up::KEYS).collect(),
            Self::Lists => told(scroll::KEYS).collect(),
            Self::Shortcuts => shortcuts(actions::SHORTCUTS).collect(),
            Self::OnGroups => shortcuts(actions::ON_GROUPS).collect(),
            Self::Everywhere => told(globals::KEYS).collect(),
            Self::Always => told(globals::ALWAYS).collect(),
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Own(context) => context.word(),
            Self::Marks => "marks",
            Self::Lists => "lists",
            Self::Shortcuts => "user",
            Self::OnGroups => "group",
            Self::Everywhere => "screens",
            Self::Always => "all",
        }
    }
}

/// Actions with a key of their own.
fn shortcuts(of: &'static [actions::Shortcut]) -> impl Iterator<Item = Told> {
    of.iter().map(|shortcut| Told {
        keys: shortcut.keys,
        id: shortcut.spec.code,
        title: shortcut.spec.title,
        hint: Some(Hint { rank: 7, words: shortcut.words }),
    })
}

/// Every key of every context, once per table: what the catalogue of keys prints.
pub fn key_table() -> impl Iterator<Item = KeyRow> {
    let own = Context::ALL.into_iter().map(Table::Own);
    let shared =
        [Table::Marks, Table::Lists, Table::Shortcuts, Table::OnGroups, Table::Everywhere, Table::Always];
    own.chain(shared).flat_map(|table| {
        let context = table.word();
        table.told().into_iter().flat_map(move |told| {
            told.keys.iter().map(move |key| KeyRow { key, context, action: told.id, title: told.title })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place_and_none_is_cut_off_by_a_sequence() {
        for context in Context::ALL {
            let keys: Vec<&str> = context.told().iter().flat_map(|told| told.keys).copied().collect();
            for (at, key) in keys.iter().enumerate() {
                assert!(!keys[..at].contains(key), "{context:?}: `{key}` is bound twice");
                if let Some((first, _)) = key.split_once(' ') {
                    assert!(!keys.contains(&first), "{context:?}: `{first}` runs before `{key}` is complete");
                }
            }
        }
    }

    #[test]
    fn keys_that_terminals_and_multiplexers_take_are_not_bound() {
        let taken = [
            "~",
            "ctrl-s",
            "ctrl-q",
            "ctrl-z",
            "ctrl-a",
            "ctrl-b",
            "ctrl-j",
            "ctrl-k",
            "ctrl-space",
            "delete",
        ];
        for row in key_table() {
            assert!(!taken.contains(&row.key), "`{}` is bound in {}", row.key, row.context);
            assert!(!row.key.starts_with("alt-"), "`{}` is bound in {}", row.key, row.context);
        }
    }

    #[test]
    fn every_key_of_the_tables_is_a_key_that_can_be_pressed() {
        for row in key_table() {
            for part in row.key.split(' ') {
                let event = crate::ui::keymap::event(part).unwrap_or_else(|| panic!("`{part}` is no key"));
                assert_eq!(crate::ui::keymap::name(event).as_deref(), Some(part));
            }
        }
    }

    #[test]
    fn letters_of_actions_are_not_taken_by_the_menu_nor_by_one_another() {
        let letters: Vec<String> = actions::ALL
            .iter()
            .filter(|spec| matches!(spec.subject, actions::spec::Subject::User(_)))
            .map(|spec| spec.letter.to_string())
            .collect();
        let menu: Vec<&str> = Context::Menu.told().iter().flat_map(|told| told.keys).copied().collect();
        for (at, letter) in letters.iter().enumerate() {
            assert!(!menu.contains(&letter.as_str()) && !letters[..at].contains(letter), "`{letter}`");
        }
    }
}
