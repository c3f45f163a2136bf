//! Marked users: by id, so that filter, order and refresh leave them alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::ids::UserId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::protocol::{Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::keymap::{Binding, bind};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::ink::grouped;
use crate::ui::parts::scroll::Motion;
use crate::ui::parts::toast::Severity;
use crate::ui::screens::users::window::Window;
use crate::ui::screens::users::{self, State};
use crate::ui::whom::Crowd;

/// Who is marked.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    users: Arc<BTreeSet<UserId>>,
    /// Where a range began: the user, and the place in the list where that was known.
    range: Option<(UserId, Option<u64>)>,
    /// Whether the list shows nobody else.
    pub(crate) only: bool,
    /// Ids that are awaited: all that match, or a range.
    ids: Asked<()>,
    /// How many of the marked the filter means.
    matching: Asked<usize>,
}

/// A command about marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Toggle,
    Range,
    All,
    None,
    Only,
}

/// The keys about marks.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["space"], "mark", "Mark or unmark, and move down; ends a range", Command::Toggle).hint(4, "mark"),
    bind(&["v"], "mark.range", "Begin or end a range of marks", Command::Range).hint(5, "range"),
    bind(&["*"], "mark.all", "Mark all that match the filter now", Command::All).hint(6, "all"),
    bind(&["U"], "mark.none", "Unmark all", Command::None),
    bind(&["'"], "mark.show", "Show only marked users, or all again", Command::Only),
];

impl Marks {
    /// Whether nobody is marked.
    pub(crate) fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Whether it is still to be found who was marked.
    pub(crate) const fn are_awaited(&self) -> bool {
        self.ids.waits()
    }

    /// Nobody is marked any more.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// `filter`, or of it only the marked.
    pub(crate) fn narrow(&self, filter: Filter) -> Filter {
        if self.only { filter.among(Arc::clone(&self.users)) } else { filter }
    }

    /// The marked as a set to act upon; `None` where nobody is marked.
    pub(crate) fn crowd(&self) -> Option<Crowd> {
        let outside = self.outside();
        let users = Arc::new(self.users.iter().copied().collect());
        (!self.is_empty()).then_some(Crowd { users, outside, job: None })
    }

    fn outside(&self) -> usize {
        self.matching.answer.map_or(0, |matching| self.users.len().saturating_sub(matching))
    }

    /// Whether the row at `at` counts as marked: it is, or lies in the range that is drawn.
    pub(crate) fn holds(&self, at: usize, list: &Window) -> bool {
        let Some(row) = list.rows.get(at) else { return false };
        self.users.contains(&row.id) || self.range(list).is_some_and(|range| range.contains(&at))
    }

    /// The loaded rows of the range.
    fn range(&self, list: &Window) -> Option<std::ops::RangeInclusive<usize>> {
        let (anchor, place) = self.range?;
        let cursor = list.stand.cursor;
        if let Some(at) = list.rows.iter().position(|row| row.id == anchor) {
            return Some(at.min(cursor)..=at.max(cursor));
        }
        // It began in a part that is not loaded any more.
        let is_below = place.zip(list.place()).is_none_or(|(began, here)| here > began);
        Some(if is_below { 0..=cursor } else { cursor..=list.rows.len().saturating_sub(1) })
    }

    /// What the status line says; empty where nobody is marked.
    pub(crate) fn words(&self, list: &Window) -> String {
        let mut words = match (self.users.len(), self.outside()) {
            (0, _) => String::new(),
            (marked, 0) => format!("{} marked", grouped(marked as u64)),
            (marked, outside) => {
                format!("{} marked ({} outside filter)", grouped(marked as u64), grouped(outside as u64))
            }
        };
        if let Some(range) = self.range(list) {
            words = format!("range of {}; Space ends it  {words}", range.count());
        }
        if self.only {
            words.push_str("  only marked: ' shows all");
        }
        words.trim_end().to_owned()
    }

    fn add(&mut self, users: impl IntoIterator<Item = UserId>) -> bool {
        let mut all = BTreeSet::clone(&self.users);
        let mut fitted = true;
        for user in users {
            if all.len() >= limits::MARKED_MAX && !all.contains(&user) {
                fitted = false;
                break;
            }
            all.insert(user);
        }
        self.users = Arc::new(all);
        fitted
    }
}

/// Runs a command.
pub(crate) fn update(model: &mut Model, command: Command, now: Timestamp) -> Vec<Effect> {
    match command {
        Command::Toggle | Command::Range if model.users.marks.range.is_some() => end_range(model, now),
        Command::Toggle => toggle(model, now),
        Command::Range => {
            let list = &model.users.list;
            model.users.marks.range = list.selected().map(|row| (row.id, list.place()));
            Vec::new()
        }
        Command::All => {
            let State { search, sort, marks, .. } = &mut model.users;
            let filter = marks.narrow(search.applied.clone());
            marks.ids.ask(Query::Ids { filter, sort: *sort, span: None }, now)
        }
        Command::None => {
            let was_only = model.users.marks.only;
            model.users.marks.clear();
            if was_only { users::refilter(model, now) } else { Vec::new() }
        }
        Command::Only if model.users.marks.is_empty() && !model.users.marks.only => {
            model.say(Severity::Note, "nobody is marked: Space marks", now)
        }
        Command::Only => {
            model.users.marks.only = !model.users.marks.only;
            users::refilter(model, now)
        }
    }
}

/// Leaves a range without marking it; `None` where there is none.
pub(crate) fn leave_range(model: &mut Model) -> Option<Vec<Effect>> {
    model.users.marks.range.take().map(|_| Vec::new())
}

fn toggle(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let State { list, marks, .. } = &mut model.users;
    let Some(user) = list.selected().map(|row| row.id) else { return Vec::new() };
    if marks.users.contains(&user) {
        Arc::make_mut(&mut marks.users).remove(&user);
    } else if !marks.add([user]) {
        return full(model, now);
    }
    let mut effects = watch(&mut model.users, now);
    effects.extend(users::go(model, Motion::Down, now));
    effects
}

fn end_range(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let State { list, marks, search, sort, .. } = &mut model.users;
    let range = marks.range(list);
    let (Some((anchor, _)), Some(range), Some(here)) = (marks.range.take(), range, list.selected()) else {
        return Vec::new();
    };
    if !list.rows.iter().any(|row| row.id == anchor) {
        let filter = marks.narrow(search.applied.clone());
        let span = Some((anchor, here.id));
        return marks.ids.ask(Query::Ids { filter, sort: *sort, span }, now);
    }
    let users: Vec<UserId> = list.rows[range].iter().map(|row| row.id).collect();
    if marks.add(users) { watch(&mut model.users, now) } else { full(model, now) }
}

fn full(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let text = format!("at most {} can be marked; the first of them are", grouped(limits::MARKED_MAX as u64));
    model.say(Severity::Warn, text, now)
}

/// Asks what has become of the marked, where anybody is.
pub(crate) fn watch(state: &mut State, now: Timestamp) -> Vec<Effect> {
    if state.marks.is_empty() {
        return Vec::new();
    }
    let query = Query::Marks { filter: state.search.applied.clone(), users: Arc::clone(&state.marks.users) };
    state.marks.matching.ask(query, now)
}

/// Takes in ids to mark, or what has become of the marked.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let trouble = reply.trouble();
    let marks = &mut model.users.marks;
    if marks.ids.takes(query) {
        let Reply::Ids { users, more } = reply else {
            let text = trouble.map_or_else(Vec::new, |trouble| trouble.lines());
            return model.say(Severity::Warn, text.into_iter().next().unwrap_or_default(), now);
        };
        return marked(model, users, more, now);
    }
    if !marks.matching.takes(query) {
        return Vec::new();
    }
    let Reply::Marks { matching, gone } = reply else { return Vec::new() };
    marks.matching.answer = Some(matching);
    if gone.is_empty() {
        return Vec::new();
    }
    let users = Arc::make_mut(&mut marks.users);
    users.retain(|user| !gone.contains(user));
    let are = if gone.len() == 1 { "user is" } else { "users are" };
    let text = format!("{} marked {are} not there any more", gone.len());
    model.say(Severity::Note, text, now)
}

/// Takes in ids that were asked for; `more` of them than can be marked.
fn marked(model: &mut Model, users: Vec<UserId>, more: bool, now: Timestamp) -> Vec<Effect> {
    if more && users.is_empty() {
        return model.say(Severity::Warn, "the range is too long, or its first row is gone", now);
    }
    let fitted = model.users.marks.add(users) && !more;
    let mut effects = watch(&mut model.users, now);
    effects.extend(if fitted {
        let text = format!("{}; U unmarks all", model.users.marks.words(&model.users.list));
        model.say(Severity::Note, text, now)
    } else {
        full(model, now)
    });
    effects
}
