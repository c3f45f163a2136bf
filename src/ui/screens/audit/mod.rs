//! The audit: what was tried, by whom, upon whom and with what result; filtered as one types.

pub(crate) mod verifying;
pub(crate) mod view;

use crossterm::event::KeyEvent;

use crate::actions::account::audit_export as export;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::audit::AuditFilter;
use crate::domain::audit::{Record, hex};
use crate::domain::target::TargetId;
use crate::protocol::{AuditFrom, Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::keymap::{Binding, bind, find};
use crate::ui::modals::notice::Notice;
use crate::ui::modals::{self, Modal};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::field::{Field, Shape};
use crate::ui::parts::scroll::Motion;
use crate::ui::parts::sheet::Sheet;
use crate::ui::parts::toast::Severity;
use crate::ui::route::Screen;
use crate::ui::screens::profile::feed::Feed;
use crate::ui::screens::{groups, jobs, me, profile, sessions};
use crate::ui::theme;
use verifying::Verifying;

/// What is remembered of the page.
#[derive(Debug)]
pub(crate) struct State {
    field: Field,
    /// Whether keys go to the field.
    pub(crate) is_open: bool,
    /// What the page shows.
    filter: AuditFilter,
    mistake: Option<String>,
    pub(crate) feed: Feed<Record>,
    /// The entry that is to be shown in full.
    pub(crate) entry: Asked<()>,
    /// What was shown before all by an actor or about a target was: Esc goes back there.
    left: Vec<Left>,
    pub(crate) verifying: Verifying,
}

/// A filter with its entries and the row that one was on.
#[derive(Debug)]
struct Left {
    text: String,
    filter: AuditFilter,
    feed: Feed<Record>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            field: Field::new(Shape::Line, limits::SEARCH_CHARS_MAX),
            is_open: false,
            filter: AuditFilter::default(),
            mistake: None,
            feed: Feed::new(|record: &Record| record.seq),
            entry: Asked::default(),
            left: Vec::new(),
            verifying: Verifying::default(),
        }
    }
}

/// A command of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Entry,
    Filter,
    Difference,
    Target,
    ByActor,
    AboutTarget,
    Verify,
    Export,
    Here,
    Users,
    Groups,
    Sessions,
    Jobs,
    Account,
}

/// The keys of the page, beside those of every list.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["enter"], "audit.open", "The whole entry, and its place in the chain", Command::Entry)
        .hint(1, "detail"),
    bind(&["/"], "audit.filter", "Filter as you type; Esc leaves, Esc again clears", Command::Filter)
        .hint(2, "filter"),
    bind(&["="], "audit.difference", "The values before and after", Command::Difference).hint(3, "diff"),
    bind(&["o"], "audit.target", "Open the target", Command::Target).hint(4, "target"),
    bind(&["A"], "audit.by_actor", "All by this actor", Command::ByActor).hint(5, "by actor"),
    bind(&["T"], "audit.about_target", "All about this target", Command::AboutTarget).hint(6, "by target"),
    bind(&["V"], "audit.verify", "Verify that no entry was changed, removed or swapped", Command::Verify)
        .hint(7, "verify"),
    bind(
        &["x"],
        export::SPEC.code,
        "Export these entries: the line to copy, which writes a file",
        Command::Export,
    )
    .hint(8, "export"),
    bind(&["4"], "screen.audit", "Go to the audit", Command::Here),
    bind(&["1"], "screen.users", "Go to the users", Command::Users),
    bind(&["2"], "screen.groups", "Go to the groups", Command::Groups),
    bind(&["5"], "screen.sessions", "Go to the sessions", Command::Sessions),
    bind(&["6"], "screen.jobs", "Go to the jobs", Command::Jobs),
    bind(&["9"], "screen.me", "Go to my account", Command::Account),
];

/// A command inside the filter's field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldCommand {
    Leave,
}

/// The keys of the filter's field, beside those that edit text.
pub(crate) static FIELD_KEYS: &[Binding<FieldCommand>] = &[bind(
    &["enter", "tab", "esc"],
    "audit.filter.leave",
    "Go to the entries with this filter",
    FieldCommand::Leave,
)
.hint(1, "apply")];

/// Runs a command.
pub(crate) fn update(model: &mut Model, command: Command, now: Timestamp) -> Vec<Effect> {
    let selected = model.audit.feed.selected().cloned();
    match (command, selected) {
        (Command::Filter, _) => {
            model.audit.is_open = true;
            Vec::new()
        }
        (Command::Users, _) => me::to_users(model, now),
        (Command::Groups, _) => groups::to_groups(model, now),
        (Command::Sessions, _) => sessions::to_sessions(model, now),
        (Command::Jobs, _) => jobs::to_jobs(model, now),
        (Command::Account, _) => {
            model.screen = Screen::Me;
            Vec::new()
        }
        (Command::Verify, _) => verifying::begin(model, now),
        (Command::Export, _) => {
            let notice = modals::export::of_audit(model, model.audit.field.text());
            model.modals.push(Modal::Notice(notice));
            Vec::new()
        }
        (Command::Entry, Some(record)) => open_entry(model, record.seq, now),
        (Command::Difference, Some(record)) => difference(model, &record, now),
        (Command::Target, Some(record)) => match record.target_id() {
            Some(TargetId::User(user)) => profile::open_above(model, user, Screen::Audit, now),
            Some(_) | None => {
                model.say(Severity::Note, "this entry is about no user; T shows all about the same", now)
            }
        },
        (Command::ByActor, Some(record)) => go_aside(model, &term("actor", &record.actor), now),
        (Command::AboutTarget, Some(record)) if !record.target.is_empty() => {
            go_aside(model, &term("target", &record.target), now)
        }
        (Command::AboutTarget, Some(_)) => model.say(Severity::Note, "this entry has no target", now),
        (
            Command::Entry | Command::Difference | Command::Target | Command::ByActor | Command::AboutTarget,
            None,
        )
        | (Command::Here, _) => Vec::new(),
    }
}

/// `name:value` as the filter reads it back, quoted where the value has blanks.
fn term(name: &str, value: &str) -> String {
    if value.contains(char::is_whitespace) {
        format!("\"{name}:{value}\"")
    } else {
        format!("{name}:{value}")
    }
}

/// Goes to the page.
pub(crate) fn to_audit(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.screen = Screen::Audit;
    refresh(model, now)
}

/// Goes to the page, and opens `entry` over it.
pub(crate) fn open(model: &mut Model, entry: Option<i64>, now: Timestamp) -> Vec<Effect> {
    let mut effects = to_audit(model, now);
    effects.extend(entry.map_or_else(Vec::new, |seq| open_entry(model, seq, now)));
    effects
}

/// Opens one entry over the page.
pub(crate) fn open_entry(model: &mut Model, seq: i64, now: Timestamp) -> Vec<Effect> {
    model.audit.entry.ask(Query::AuditEntry { seq }, now)
}

/// Asks for the newest entries that the filter means.
pub(crate) fn refresh(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let filter = model.audit.filter.clone();
    model.audit.feed.newest(|before| page(&filter, before), now)
}

fn page(filter: &AuditFilter, before: Option<i64>) -> Query {
    let from = before.map_or(AuditFrom::Newest, AuditFrom::Before);
    Query::Audit { filter: filter.clone(), from, rows: limits::FEED_PAGE_ROWS }
}

/// A key while the filter's field is open.
pub(crate) fn field_key(model: &mut Model, name: &str, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    if find(FIELD_KEYS, name) == Some(FieldCommand::Leave) {
        model.audit.is_open = false;
        return Vec::new();
    }
    if model.audit.field.key(key) { typed(model, now) } else { Vec::new() }
}

/// Text pasted while the filter's field is open.
pub(crate) fn field_paste(model: &mut Model, text: &str, now: Timestamp) -> Vec<Effect> {
    if model.audit.field.paste(text.trim_end()) { typed(model, now) } else { Vec::new() }
}

/// Shows what another filter means; Esc goes back to this one, and to the row that one is on.
fn go_aside(model: &mut Model, text: &str, now: Timestamp) -> Vec<Effect> {
    let audit = &mut model.audit;
    if audit.field.text() == text {
        return Vec::new();
    }
    if audit.left.len() >= limits::PLACES_LEFT_MAX {
        audit.left.remove(0);
    }
    let feed = std::mem::replace(&mut audit.feed, Feed::new(|record: &Record| record.seq));
    audit.left.push(Left { text: audit.field.text().to_owned(), filter: audit.filter.clone(), feed });
    set_filter(model, text, now)
}

/// Goes back to where one went aside from, or clears the filter; `None` where there is neither.
pub(crate) fn leave_filter(model: &mut Model, now: Timestamp) -> Option<Vec<Effect>> {
    if let Some(Left { text, filter, feed }) = model.audit.left.pop() {
        let audit = &mut model.audit;
        audit.field.set(&text);
        (audit.filter, audit.feed, audit.mistake) = (filter, feed, None);
        return Some(refresh(model, now));
    }
    let is_set = !model.audit.field.text().trim().is_empty();
    is_set.then(|| set_filter(model, "", now))
}

fn set_filter(model: &mut Model, text: &str, now: Timestamp) -> Vec<Effect> {
    model.audit.field.set(text);
    typed(model, now)
}

/// A mistake keeps the last good result.
fn typed(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let audit = &mut model.audit;
    match AuditFilter::parse(audit.field.text()) {
        Err(mistake) => {
            audit.mistake = Some(mistake);
            Vec::new()
        }
        Ok(filter) => {
            audit.mistake = None;
            if filter == audit.filter {
                return Vec::new();
            }
            audit.filter = filter;
            audit.feed = Feed::new(|record: &Record| record.seq);
            refresh(model, now)
        }
    }
}

/// Takes in entries; asks on where the filter means few of those that were looked at.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let height = height(model);
    let filter = model.audit.filter.clone();
    let feed = &mut model.audit.feed;
    if !feed.page.takes(query) {
        return Vec::new();
    }
    if let Some(trouble) = reply.trouble() {
        feed.fail(trouble);
        return Vec::new();
    }
    let (Reply::Audit(found), Query::Audit { from, .. }) = (reply, query) else { return Vec::new() };
    let before = match from {
        AuditFrom::Before(seq) => Some(*seq),
        AuditFrom::Newest | AuditFrom::After(_) => None,
    };
    let is_full = found.records.len() >= limits::FEED_PAGE_ROWS;
    feed.take_some(before, found.records, !found.more, height);
    match found.looked_to.filter(|_| found.more && !is_full && !feed.is_whole) {
        Some(seq) => feed.page.ask(page(&filter, Some(seq)), now),
        None => Vec::new(),
    }
}

/// Takes in one entry, and shows it.
pub(crate) fn entry_answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    if !model.audit.entry.takes(query) {
        return Vec::new();
    }
    if let Some(trouble) = reply.trouble() {
        return model.say(Severity::Warn, trouble.lines().join("; "), now);
    }
    let Reply::AuditEntry(entry) = reply else { return Vec::new() };
    let columns = usize::from(model.size.0.saturating_sub(8));
    let mut sheet = Sheet::default();
    for (name, value) in entry.record.told() {
        sheet.pair(name, &value, columns, theme::PLAIN);
    }
    changes(&mut sheet, &entry.record, columns);
    sheet.heading("CHAIN");
    let (words, style) = if entry.holds {
        ("the hash fits the entry and the one before it", theme::PLAIN)
    } else {
        ("the hash does not fit: run `audit verify`", theme::ALARM)
    };
    sheet.pair("verified", words, columns, style);
    sheet.pair("before it", &hex(&entry.previous), columns, theme::DIM);
    sheet.pair("its hash", &hex(&entry.hash), columns, theme::DIM);
    model.modals.push(Modal::Notice(Notice::new("Audit entry", sheet)));
    Vec::new()
}

fn difference(model: &mut Model, record: &Record, now: Timestamp) -> Vec<Effect> {
    if record.changes().is_empty() {
        return model.say(Severity::Note, "this entry tells no values before and after", now);
    }
    let mut sheet = Sheet::default();
    changes(&mut sheet, record, usize::from(model.size.0.saturating_sub(8)));
    model.modals.push(Modal::Notice(Notice::new("Before and after", sheet)));
    Vec::new()
}

fn changes(sheet: &mut Sheet, record: &Record, columns: usize) {
    let changes = record.changes();
    if !changes.is_empty() {
        sheet.heading("BEFORE -> AFTER");
    }
    for change in changes {
        sheet.pair(&change.field, &change.values(), columns, theme::PLAIN);
    }
}

/// Moves the cursor; older entries are asked for on the way.
pub(crate) fn go(model: &mut Model, motion: Motion, now: Timestamp) -> Vec<Effect> {
    let height = height(model);
    let filter = model.audit.filter.clone();
    model.audit.feed.go(motion, height, |before| page(&filter, before), now)
}

/// Rows of the box that tells of the focused entry, with its frame.
const DETAIL_ROWS: u16 = 6;

/// Whether there is room for the focused entry below the others.
const fn has_detail(model: &Model) -> bool {
    model.size.1 >= 24 && !has_side(model)
}

/// Whether there is room for it beside them.
pub(crate) const fn has_side(model: &Model) -> bool {
    model.size.0 >= SIDE_FROM_COLUMNS
}

/// From so many columns on the focused entry stands beside the others.
const SIDE_FROM_COLUMNS: u16 = 120;

/// Rows of entries that are seen.
pub(crate) fn height(model: &Model) -> usize {
    let below = if has_detail(model) { DETAIL_ROWS } else { 0 };
    usize::from(model.body().1.saturating_sub(4 + below)).max(1)
}
