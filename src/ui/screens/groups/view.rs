//! Drawing the groups: the tree, the rights, and on wide terminals what an edit would do.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::authz::groups::Group;
use crate::authz::right;
use crate::base::text::fit;
use crate::base::time::Timestamp;
use crate::ui::model::Model;
use crate::ui::parts::ink::{boxed, grouped, put, put_right, wrap};
use crate::ui::screens::groups::{Pane, rights};
use crate::ui::theme;

/// Columns from which on what an edit would do has a pane of its own.
const EFFECT_FROM: u16 = 120;

/// Rows of a pane: without the crumb, the borders and the sentence below.
pub(crate) fn height(model: &Model) -> usize {
    usize::from(model.body().1.saturating_sub(5)).max(1)
}

/// Draws the screen.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, now: Timestamp) -> Option<Position> {
    let (top, rows) = model.body();
    let columns = buffer.area.width;
    crumb(buffer, model, top);
    let area = Rect::new(0, top + 1, columns, rows.saturating_sub(2));
    let state = &model.groups;
    if state.rows().is_empty() {
        let lines = match (&state.asked.trouble, state.asked.answer.is_some()) {
            (Some(trouble), _) => trouble.lines(),
            (None, true) => vec!["No groups yet: n adds one.".to_owned()],
            (None, false) if state.asked.is_slow(now) => vec!["loading ..".to_owned()],
            (None, false) => Vec::new(),
        };
        for (y, line) in (area.y + 1..area.bottom()).zip(lines) {
            put(buffer, (2, y), columns.saturating_sub(3), &line, theme::PLAIN);
        }
        return None;
    }
    let cursor = if model.is_compact() {
        match state.pane {
            Pane::Tree => tree(buffer, model, area),
            Pane::Rights => rights_of(buffer, model, area),
        }
    } else {
        panes(buffer, model, area)
    };
    sentence(buffer, model, area.bottom());
    cursor
}

fn panes(buffer: &mut Buffer, model: &Model, area: Rect) -> Option<Position> {
    let left = if area.width >= EFFECT_FROM { area.width / 3 } else { 34.min(area.width / 2) };
    let effect = if area.width >= EFFECT_FROM { 36 } else { 0 };
    let tree_area = Rect { width: left, ..area };
    let middle = Rect { x: left, width: area.width - left - effect, ..area };
    let in_tree = tree(buffer, model, tree_area);
    let in_rights = rights_of(buffer, model, middle);
    if effect > 0 {
        effects(buffer, model, Rect { x: area.right() - effect, width: effect, ..area });
    }
    match model.groups.pane {
        Pane::Tree => in_tree,
        Pane::Rights => in_rights,
    }
}

/// Where one is, and how much there is.
fn crumb(buffer: &mut Buffer, model: &Model, y: u16) {
    let columns = buffer.area.width;
    let Some(groups) = &model.groups.asked.answer else {
        put(buffer, (1, y), columns, "Groups", theme::STRONG);
        return;
    };
    let users: u64 = groups.tree.iter().map(|group| group.users).sum();
    let told =
        format!("{} groups  {} users  {} in none", groups.tree.len(), grouped(users), grouped(groups.free));
    let end = put_right(buffer, (columns.saturating_sub(1), y), &told, theme::PLAIN);
    let mut path = Vec::new();
    let mut at = model.groups.focused();
    while let Some(group) = at.filter(|_| path.len() < 16) {
        path.push(group.name.as_str());
        at = groups.tree.parent(group);
    }
    path.push("Groups");
    path.reverse();
    put(buffer, (1, y), end.saturating_sub(2), &path.join(" > "), theme::STRONG);
}

fn tree(buffer: &mut Buffer, model: &Model, area: Rect) -> Option<Position> {
    let state = &model.groups;
    let here = if state.pane == Pane::Tree { "Tree *" } else { "Tree" };
    let inside = boxed(buffer, area, model.theme, here, "users, rights/parent");
    let groups = state.asked.answer.as_ref()?;
    let rows = state.rows();
    let first = state.tree.first_shown(usize::from(inside.height));
    let mut cursor = None;
    for (y, (at, (depth, group))) in (inside.y..inside.bottom()).zip(rows.iter().enumerate().skip(first)) {
        let has_children = groups.tree.iter().any(|other| other.parent == Some(group.id));
        let sign = match (has_children, state.folded.contains(&group.id)) {
            (false, _) => '.',
            (true, true) => '>',
            (true, false) => 'v',
        };
        let own = if groups.own == Some(group.id) { " (yours)" } else { "" };
        let held = group.rights.iter().count();
        let most = state.within(group).map_or_else(|| "?".to_owned(), |most| most.iter().count().to_string());
        let numbers = format!("{:>5} {held:>2}/{most:<2}", group.users);
        let room = usize::from(inside.width).saturating_sub(numbers.len() + 1);
        let name = format!("{}{sign} {}{own}", " ".repeat((*depth).min(12)), group.name);
        put(buffer, (inside.x, y), inside.width, &format!("{} {numbers}", fit(&name, room)), theme::PLAIN);
        if at == state.tree.cursor {
            buffer.set_style(Rect { y, height: 1, ..inside }, theme::SELECTED);
            cursor = Some(Position::new(inside.x, y));
        }
    }
    cursor
}

fn rights_of(buffer: &mut Buffer, model: &Model, area: Rect) -> Option<Position> {
    let state = &model.groups;
    let group = state.focused()?;
    let shown = state.shown(group);
    let most = state.within(group).map_or_else(String::new, |most| format!(" of {}", most.iter().count()));
    let here = if state.pane == Pane::Rights { " *" } else { "" };
    let title = format!("Rights of {}: {}{most}{here}", group.name, shown.iter().count());
    let below = if shown == group.rights { String::new() } else { unsaved(group, shown) };
    let inside = boxed(buffer, area, model.theme, &title, &below);
    let first = state.rights.first_shown(usize::from(inside.height));
    let mut cursor = None;
    for (y, (at, spec)) in (inside.y..inside.bottom()).zip(right::ALL.iter().enumerate().skip(first)) {
        let word = rights::word(model, group, spec.right);
        let is_held = shown.holds(spec.right);
        let style = if is_held || word == "off" { theme::PLAIN } else { theme::DIM };
        let warning = if spec.administrators_only { "!" } else { " " };
        let sign = if is_held { 'x' } else { ' ' };
        let end = put_right(buffer, (inside.right(), y), &word, style);
        let room = end.saturating_sub(inside.x + 1);
        put(buffer, (inside.x, y), room, &format!("[{sign}]{warning}{}", spec.label), style);
        if at == state.rights.cursor && state.pane == Pane::Rights {
            buffer.set_style(Rect { y, height: 1, ..inside }, theme::SELECTED);
            cursor = Some(Position::new(inside.x, y));
        }
    }
    cursor
}

fn unsaved(group: &Group, shown: crate::authz::grants::RightSet) -> String {
    let (given, taken) = (shown.without(group.rights), group.rights.without(shown));
    format!("not written: +{} -{}  w writes, Esc drops", given.iter().count(), taken.iter().count())
}

fn effects(buffer: &mut Buffer, model: &Model, area: Rect) {
    let inside = boxed(buffer, area, model.theme, "Effect of this edit", "");
    let Some(group) = model.groups.focused() else { return };
    let mut lines = rights::effects(model, group);
    if let Some(limits) = &group.limits {
        lines.push(String::new());
        lines.push(format!("limits {limits}"));
    }
    if !group.description.is_empty() {
        lines.push(String::new());
        lines.push(group.description.clone());
    }
    let wrapped = lines.iter().flat_map(|line| {
        // An empty line stays one.
        if line.is_empty() { vec![String::new()] } else { wrap(line, usize::from(inside.width)) }
    });
    for (y, line) in (inside.y..inside.bottom()).zip(wrapped) {
        put(buffer, (inside.x, y), inside.width, &line, theme::PLAIN);
    }
}

/// The sentence of the focused right, with its warning; of the focused group what it is for.
fn sentence(buffer: &mut Buffer, model: &Model, y: u16) {
    let Some(group) = model.groups.focused() else { return };
    let spec = &right::ALL[model.groups.rights.cursor.min(right::ALL.len() - 1)];
    let text = match model.groups.pane {
        Pane::Tree => group.description.clone(),
        Pane::Rights if spec.administrators_only => {
            format!("{}. ! {}", spec.code, rights::ADMINISTRATORS_ONLY)
        }
        Pane::Rights => format!("{}: {}", spec.code, spec.label),
    };
    put(buffer, (1, y), buffer.area.width.saturating_sub(2), &text, theme::DIM);
}
