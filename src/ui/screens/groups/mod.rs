//! The groups: the tree on the left, the rights of the focused one on the right; an edit is a draft until it is written.

mod rights;
pub(crate) mod view;

use std::collections::{BTreeMap, BTreeSet};

use crate::actions::{self, Shortcut};
use crate::authz::grants::RightSet;
use crate::authz::groups::Group;
use crate::authz::right::{self, Right};
use crate::base::ids::GroupId;
use crate::base::time::Timestamp;
use crate::domain::target::TargetKind;
use crate::protocol::{Groups, Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::card::Card;
use crate::ui::keymap::{Binding, bind};
use crate::ui::modals::confirm::Filled;
use crate::ui::modals::{Modal, confirm, menu};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::scroll::{Motion, Stand};
use crate::ui::parts::toast::Severity;
use crate::ui::route::Screen;
use crate::ui::screens::{audit, jobs, me, sessions};
use crate::ui::whom::Whom;

/// What is remembered of the groups.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) asked: Asked<Groups>,
    tree: Stand,
    rights: Stand,
    pane: Pane,
    folded: BTreeSet<GroupId>,
    draft: Option<Draft>,
}

/// Rights as they are to be, not written yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Draft {
    group: GroupId,
    rights: RightSet,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Pane {
    #[default]
    Tree,
    Rights,
}

/// A command of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Other,
    Fold,
    Unfold,
    Toggle,
    Actions,
    Why,
    Users,
    Here,
    Audit,
    Sessions,
    Jobs,
    Account,
}

/// The keys of the screen, beside those of every list and of the actions on groups.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["tab", "enter"], "pane.other", "To the rights, and back to the tree", Command::Other)
        .hint(1, "rights"),
    bind(&["space"], "right.toggle", "Give or take the focused right; fold in the tree", Command::Toggle)
        .hint(2, "toggle"),
    bind(&["h", "left"], "tree.fold", "Fold the group, or go to the one above", Command::Fold),
    bind(&["l", "right"], "tree.unfold", "Unfold the group", Command::Unfold),
    bind(&["a"], "action.menu", "Actions for the focused group", Command::Actions).hint(8, "actions"),
    bind(
        &["W"],
        "right.why",
        "What the focused right lets one do, and why it can or cannot be had",
        Command::Why,
    ),
    bind(&["1"], "screen.users", "Go to the users", Command::Users),
    bind(&["2"], "screen.groups", "Go to the groups", Command::Here),
    bind(&["4"], "screen.audit", "Go to the audit", Command::Audit),
    bind(&["5"], "screen.sessions", "Go to the sessions", Command::Sessions),
    bind(&["6"], "screen.jobs", "Go to the jobs", Command::Jobs),
    bind(&["9"], "screen.me", "Go to my account", Command::Account),
];

/// Runs a command.
pub(crate) fn update(model: &mut Model, command: Command, now: Timestamp) -> Vec<Effect> {
    match command {
        Command::Other => {
            let pane = &mut model.groups.pane;
            *pane = if *pane == Pane::Tree { Pane::Rights } else { Pane::Tree };
            Vec::new()
        }
        Command::Fold => fold(model),
        Command::Unfold => {
            if let Some(group) = model.groups.focused().map(|group| group.id) {
                model.groups.folded.remove(&group);
            }
            Vec::new()
        }
        Command::Toggle if model.groups.pane == Pane::Tree => {
            let id = model.groups.focused().map(|group| group.id);
            let folded = &mut model.groups.folded;
            if let Some(id) = id.filter(|id| !folded.remove(id)) {
                folded.insert(id);
            }
            Vec::new()
        }
        Command::Toggle => toggle(model, now),
        Command::Actions => match card(model) {
            Some(card) => menu::open(model, card, now),
            None => Vec::new(),
        },
        Command::Why => {
            if let Some(notice) = rights::why(model) {
                model.modals.push(Modal::Notice(notice));
            }
            Vec::new()
        }
        Command::Users => me::to_users(model, now),
        Command::Here => Vec::new(),
        Command::Audit => audit::to_audit(model, now),
        Command::Sessions => sessions::to_sessions(model, now),
        Command::Jobs => jobs::to_jobs(model, now),
        Command::Account => {
            model.screen = Screen::Me;
            Vec::new()
        }
    }
}

/// Goes to the groups, or says why not.
pub(crate) fn to_groups(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    if let Some(refusal) = model.lacks(Right::GroupView) {
        return model.say(Severity::Note, refusal.text, now);
    }
    model.screen = Screen::Groups;
    refresh(model, now)
}

/// Asks again which groups there are.
pub(crate) fn refresh(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.groups.asked.ask(Query::Groups, now)
}

/// Takes in which groups there are; a draft that was written, or whose group is gone, goes.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply) -> Vec<Effect> {
    let height = view::height(model);
    let state = &mut model.groups;
    if !state.asked.takes(query) {
        return Vec::new();
    }
    let before = state.focused().map(|group| group.id);
    state.asked.trouble = reply.trouble();
    if matches!(reply, Reply::Refused(_)) {
        // Whoever may look no more is not left with what was seen.
        (state.asked.answer, state.draft) = (None, None);
    }
    let Reply::Groups(groups) = reply else { return Vec::new() };
    state.draft = state
        .draft
        .filter(|draft| groups.tree.of(draft.group).is_some_and(|group| group.rights != draft.rights));
    state.asked.answer = Some(*groups);
    let rows: Vec<GroupId> = state.rows().iter().map(|(_, group)| group.id).collect();
    if let Some(at) = before.and_then(|id| rows.iter().position(|row| *row == id)) {
        state.tree.cursor = at;
    }
    state.tree.settle(rows.len(), height);
    Vec::new()
}

impl State {
    /// The groups that are not folded away, with their depth.
    fn rows(&self) -> Vec<(usize, &Group)> {
        let Some(groups) = &self.asked.answer else { return Vec::new() };
        let mut hidden_below = usize::MAX;
        let mut rows = Vec::new();
        for (depth, group) in groups.tree.in_order() {
            if depth > hidden_below {
                continue;
            }
            hidden_below = if self.folded.contains(&group.id) { depth } else { usize::MAX };
            rows.push((depth, group));
        }
        rows
    }

    fn focused(&self) -> Option<&Group> {
        self.rows().get(self.tree.cursor).map(|(_, group)| *group)
    }

    /// The rights of `group` as they are shown: the draft, or what is stored.
    fn shown(&self, group: &Group) -> RightSet {
        self.draft.filter(|draft| draft.group == group.id).map_or(group.rights, |draft| draft.rights)
    }

    /// The rights that `group` may hold; `None` where its parent is out of sight.
    fn within(&self, group: &Group) -> Option<RightSet> {
        let tree = &self.asked.answer.as_ref()?.tree;
        match group.parent {
            None => Some(RightSet::closed(right::ALL.iter().map(|spec| spec.right))),
            Some(_) => tree.parent(group).map(|parent| parent.rights),
        }
    }
}

/// What actions here are upon.
pub(crate) fn card(model: &Model) -> Option<Card> {
    model.groups.focused().map(Card::of_group)
}

fn fold(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.groups;
    let Some(group) = state.focused() else { return Vec::new() };
    let (id, parent) = (group.id, group.parent);
    let has_children = state.asked.answer.as_ref().is_some_and(|groups| !groups.tree.below(id).is_empty());
    if has_children && state.folded.insert(id) {
        return Vec::new();
    }
    if let Some(at) = state.rows().iter().position(|(_, group)| Some(group.id) == parent) {
        state.tree.cursor = at;
    }
    Vec::new()
}

/// Gives or takes the focused right in the draft: with what it implies, and without what implies it.
fn toggle(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let Some(group) = model.groups.focused() else { return Vec::new() };
    let right = right::ALL[model.groups.rights.cursor.min(right::ALL.len() - 1)].right;
    let (id, stored, shown) = (group.id, group.rights, model.groups.shown(group));
    if shown.holds(right) {
        let kept = shown.iter().filter(|held| !RightSet::closed([*held]).holds(right));
        let rights = RightSet::closed(kept);
        model.groups.draft = Some(Draft { group: id, rights }).filter(|draft| draft.rights != stored);
        return Vec::new();
    }
    if let Some(why) = rights::not_to_be_had(model, group, right) {
        return model.say(Severity::Note, why, now);
    }
    let rights = shown.union(RightSet::closed([right]));
    model.groups.draft = Some(Draft { group: id, rights }).filter(|draft| draft.rights != stored);
    Vec::new()
}

/// Opens the action of a key of its own: upon the focused group, or for a new one below it.
pub(crate) fn shortcut(model: &mut Model, shortcut: &Shortcut, now: Timestamp) -> Vec<Effect> {
    let focused = model.groups.focused().cloned();
    if shortcut.spec.makes().is_some() {
        let parent = focused.map_or_else(String::new, |group| group.id.to_string());
        let whom = Whom::New(TargetKind::Group);
        let filled = filled("parent", parent);
        return confirm::open_filled(model, shortcut.spec, whom, filled, now);
    }
    let Some(group) = focused else { return Vec::new() };
    let rights = model.groups.draft.filter(|draft| draft.group == group.id).map(|draft| draft.rights);
    let text = rights.map(|rights| rights.iter().map(Right::code).collect::<Vec<_>>().join("; "));
    let filled = text.map_or_else(Filled::default, |text| filled("rights", text));
    confirm::open_filled(model, shortcut.spec, Whom::one(Card::of_group(&group)), filled, now)
}

/// A form that begins with `text` in the field `name`.
fn filled(name: &str, text: String) -> Filled {
    Filled { answers: BTreeMap::from([(name.to_owned(), text)]), ..Filled::default() }
}

/// Drops a draft; `false` where there is none.
pub(crate) fn drop_draft(model: &mut Model) -> bool {
    model.groups.draft.take().is_some()
}

/// Moves the cursor of the pane that has the keys. A draft is written or dropped before another group is looked at.
pub(crate) fn go(model: &mut Model, motion: Motion, now: Timestamp) -> Vec<Effect> {
    let height = view::height(model);
    match model.groups.pane {
        Pane::Tree if model.groups.draft.is_some() => {
            return model.say(
                Severity::Note,
                "the rights are not written yet: w writes them, Esc drops them",
                now,
            );
        }
        Pane::Tree => {
            let rows = model.groups.rows().len();
            model.groups.tree.go(motion, rows, height);
        }
        Pane::Rights => model.groups.rights.go(motion, right::ALL.len(), height),
    }
    Vec::new()
}

/// Keys of actions here.
pub(crate) fn shortcut_of(typed: &str) -> Option<&'static Shortcut> {
    actions::ON_GROUPS.iter().find(|shortcut| shortcut.keys.contains(&typed))
}
