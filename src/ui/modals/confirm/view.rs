//! Drawing a confirmation: who, what, change, effect, form, buttons; scrolled so that the focus is seen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::actions::proof;
use crate::base::text::width;
use crate::base::time::Timestamp;
use crate::domain::target::TargetKind;
use crate::ui::modals::confirm::entry::Entry;
use crate::ui::modals::confirm::filled;
use crate::ui::modals::confirm::picker;
use crate::ui::modals::confirm::preview::Preview;
use crate::ui::modals::confirm::{Focus, Impact, State};
use crate::ui::modals::menu::risk_words;
use crate::ui::model::Model;
use crate::ui::parts::ink::{boxed, cells, centred, grouped, put, put_right, wrap};
use crate::ui::theme;
use crate::ui::whom::Whom;

/// One row of the window.
enum Row<'a> {
    /// A name and a line.
    Line(&'static str, String, Style),
    /// A field, and how many rows it takes.
    Field(usize, &'a Entry, u16),
    /// The two buttons.
    Buttons,
}

/// Columns of the names on the left.
const NAMES: u16 = 8;

/// Draws the window.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, state: &State, now: Timestamp) -> Option<Position> {
    let screen = room(buffer.area);
    let columns = columns(screen);
    let rows = rows(state, columns.saturating_sub(4), now);
    let height: u16 = rows.iter().map(Row::height).sum();
    let area = centred(screen, columns, height + 2);
    let risk = state.risk();
    let title = format!("{}{}  {}", risk_words(risk), state.title(), risk.word());
    let inside = boxed(buffer, area, model.theme, &title, &keys(state));

    let (by_focus, skip_max) = skipped(state, &rows, inside.height);
    let skip = by_focus.saturating_add_signed(i16::try_from(state.scroll).unwrap_or(0)).min(skip_max);
    for (is_cut, words, y) in [
        (skip > 0, " more above ", area.y),
        (skip < skip_max, " more below ", area.bottom().saturating_sub(1)),
    ] {
        if is_cut {
            put_right(buffer, (area.right().saturating_sub(2), y), words, theme::DIM);
        }
    }
    let mut at: u16 = 0;
    let mut cursor = None;
    for row in &rows {
        let y = inside.y + at.saturating_sub(skip);
        let is_shown = at >= skip && y + row.height() <= inside.bottom() && inside.height > 0;
        if is_shown {
            let place = Rect { y, height: row.height(), ..inside };
            cursor = draw(buffer, state, row, place).or(cursor);
        }
        at += row.height();
    }
    match &state.picker {
        Some(open) => Some(picker::view(buffer, model, open)),
        None => cursor,
    }
}

/// Where a window may lie.
fn room(screen: Rect) -> Rect {
    Rect { height: screen.height.saturating_sub(1), ..screen }
}

fn columns(screen: Rect) -> u16 {
    screen.width.saturating_sub(4).min(76)
}

/// Rows above the window: as many as its focus needs, and as many as there can be.
fn skipped(state: &State, rows: &[Row<'_>], height: u16) -> (u16, u16) {
    let total: u16 = rows.iter().map(Row::height).sum();
    let (first, last) = focused_rows(state, rows);
    let skip_max = total.saturating_sub(height);
    ((last + 1).saturating_sub(height).min(first).min(skip_max), skip_max)
}

/// `wanted` rows away from where the focus puts the window, as far as there are rows.
pub(crate) fn scrolled(model: &Model, state: &State, wanted: isize, now: Timestamp) -> isize {
    let screen = room(Rect::new(0, 0, model.size.0, model.size.1));
    let rows = rows(state, columns(screen).saturating_sub(4), now);
    let (by_focus, skip_max) = skipped(state, &rows, screen.height.saturating_sub(2));
    let by_focus = isize::try_from(by_focus).unwrap_or(0);
    wanted.clamp(-by_focus, isize::try_from(skip_max).unwrap_or(0) - by_focus)
}

impl Row<'_> {
    const fn height(&self) -> u16 {
        match self {
            Row::Line(..) | Row::Buttons => 1,
            Row::Field(_, _, rows) => *rows,
        }
    }
}

fn keys(state: &State) -> String {
    if state.is_running() {
        return "running: no keys until it is answered".to_owned();
    }
    if state.is_leaving {
        return "Esc again discards what you typed".to_owned();
    }
    let yes = if state.disabled().is_none()
        && state.entries.is_empty()
        && state.spec.risk == crate::actions::spec::Risk::L1
    {
        format!("y {}  ", state.title().to_lowercase())
    } else {
        String::new()
    };
    format!("{yes}Tab next  Enter press  Esc cancel")
}

fn rows(state: &State, columns: u16, now: Timestamp) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let room = usize::from(columns.saturating_sub(NAMES));
    let mut tell = |name: &'static str, text: &str, style| {
        for (at, line) in wrap(text, room).into_iter().enumerate() {
            rows.push(Row::Line(if at == 0 { name } else { "" }, line, style));
        }
    };
    match &state.whom {
        Whom::One(card) => {
            let called = if card.facts.is_some() { &card.called } else { &card.name };
            tell(card.noun(), &format!("{called}  {}", card.id), theme::STRONG);
            let text = match card.id.kind() {
                TargetKind::User => {
                    format!("login {}   {}   {}", card.name, card.status(now), card.organisation)
                }
                TargetKind::Group | TargetKind::Role | TargetKind::Organisation => card.organisation.clone(),
            };
            tell("", &text, theme::PLAIN);
        }
        Whom::New(_) => {}
        Whom::Own(_) => tell(state.whom.noun(), &state.whom.told(), theme::STRONG),
        Whom::Set(crowd) => {
            let outside = match crowd.outside {
                0 => String::new(),
                many => format!("  ({many} not in the current view)"),
            };
            tell("Users", &format!("{}{outside}", crowd.called()), theme::STRONG);
        }
    }
    if let Whom::New(kind) = &state.whom {
        tell("New", kind.word(), theme::STRONG);
    }
    tell("What", &state.what(now), theme::PLAIN);
    impact(state, now, &mut tell);
    rows.push(Row::Line("", String::new(), theme::PLAIN));
    for (at, entry) in state.entries.iter().enumerate() {
        rows.push(Row::Line("", String::new(), theme::PLAIN));
        if let Some(Row::Line(_, text, _)) = rows.last_mut() {
            let wants = entry.wants();
            *text = if wants.is_empty() {
                entry.label().to_owned()
            } else {
                format!("{}  ({wants})", entry.label())
            };
        }
        rows.push(Row::Field(at, entry, entry.field.rows(columns.saturating_sub(NAMES + 4), 4)));
        if let Some(fault) = &entry.fault {
            for line in wrap(&format!("! {} {fault}", entry.label()), room) {
                rows.push(Row::Line("", line, theme::ALARM));
            }
        }
    }
    if !state.entries.is_empty() {
        rows.push(Row::Line("", String::new(), theme::PLAIN));
    }
    rows.push(Row::Buttons);
    if let Some(text) = beside_the_button(state).filter(|text| button_columns(state) + width(text) > room) {
        tell_more(&mut rows, &text, room);
    }
    if let Some(outcome) = &state.outcome {
        for text in outcome.lines(state.undoes.is_some()) {
            for line in wrap(&text, room) {
                rows.push(Row::Line("", line, theme::ALARM));
            }
        }
    }
    rows
}

/// Columns that both buttons take.
fn button_columns(state: &State) -> usize {
    width("[ Cancel ]") + width(&act_words(state)) + 12
}

/// `[ Lock ]`, or `[ Lock 12 users ]`.
fn act_words(state: &State) -> String {
    match state.preview().filter(|preview| preview.is_whole()).map(Preview::runs) {
        None => format!("[ {} ]", state.title()),
        Some(1) => format!("[ {} 1 user ]", state.title()),
        Some(many) => format!("[ {} {} users ]", state.title(), grouped(many as u64)),
    }
}

/// Why the button cannot be pressed.
fn beside_the_button(state: &State) -> Option<String> {
    let why = state.disabled()?;
    Some(if state.is_running() { "running ..".to_owned() } else { format!("(disabled: {why})") })
}

fn tell_more(rows: &mut Vec<Row<'_>>, text: &str, room: usize) {
    for line in wrap(text, room) {
        rows.push(Row::Line("", line, theme::DIM));
    }
}

fn impact(state: &State, now: Timestamp, tell: &mut impl FnMut(&'static str, &str, Style)) {
    match &state.impact {
        Impact::Awaited(since) => {
            let is_slow =
                now.0 - since.0 >= i64::try_from(crate::base::limits::LOADING_AFTER_MS).unwrap_or(i64::MAX);
            tell("Change", if is_slow { "looking up what it would do .." } else { "" }, theme::DIM);
        }
        Impact::Set(preview) => {
            for (name, text) in preview.lines() {
                tell(name, &text, theme::PLAIN);
            }
        }
        Impact::AfterForm if state.outcome.is_some() => {}
        Impact::AfterForm if filled::changes_nothing(&state.entries) => {
            tell("Change", "nothing is changed yet", theme::DIM);
        }
        Impact::AfterForm => tell("Change", "told once the form is filled in", theme::DIM),
        Impact::Known(receipt) => {
            for (at, change) in receipt.differences.iter().enumerate() {
                let name = if at == 0 { "Change" } else { "" };
                tell(name, &format!("{}  {}", change.field, change.values()), theme::PLAIN);
            }
            for (at, effect) in receipt.effects.iter().enumerate() {
                tell(if at == 0 { "Effect" } else { "" }, effect, theme::PLAIN);
            }
            checks(state, tell);
            match receipt.messages {
                0 => {}
                1 => tell("Sends", "1 message", theme::PLAIN),
                many => tell("Sends", &format!("{many} messages"), theme::PLAIN),
            }
        }
    }
}

/// From L3 on: what was checked and holds.
fn checks(state: &State, tell: &mut impl FnMut(&'static str, &str, Style)) {
    let checks = state.spec.checks();
    if proof::is_asked(state.spec) && !checks.is_empty() {
        let told: Vec<String> = checks.iter().map(|check| format!("+ {check}")).collect();
        tell("Checks", &told.join("   "), theme::PLAIN);
    }
}

/// First and last row of what must be seen: the focused field with its name, or everything from the buttons on.
fn focused_rows(state: &State, rows: &[Row<'_>]) -> (u16, u16) {
    let mut at: u16 = 0;
    let total: u16 = rows.iter().map(Row::height).sum();
    for row in rows {
        match row {
            Row::Field(place, _, height) if state.focus == Focus::Entry(*place) => {
                return (at.saturating_sub(1), at + height);
            }
            Row::Buttons if !matches!(state.focus, Focus::Entry(_)) => return (at, total.saturating_sub(1)),
            Row::Field(..) | Row::Buttons | Row::Line(..) => {}
        }
        at += row.height();
    }
    (0, 0)
}

fn draw(buffer: &mut Buffer, state: &State, row: &Row<'_>, area: Rect) -> Option<Position> {
    match row {
        Row::Line(name, text, style) => {
            put(buffer, (area.x, area.y), NAMES, name, theme::DIM);
            put(buffer, (area.x + NAMES, area.y), area.width.saturating_sub(NAMES), text, *style);
            None
        }
        Row::Field(place, entry, rows) => {
            let is_here = state.focus == Focus::Entry(*place);
            let mark = if is_here { ">" } else { " " };
            put(buffer, (area.x + NAMES - 2, area.y), 1, mark, theme::PLAIN);
            put(buffer, (area.x + NAMES, area.y), 1, "[", theme::PLAIN);
            put(buffer, (area.right().saturating_sub(1), area.y + rows - 1), 1, "]", theme::PLAIN);
            let inside = Rect {
                x: area.x + NAMES + 2,
                y: area.y,
                width: area.width.saturating_sub(NAMES + 4),
                height: *rows,
            };
            let cursor = entry.field.draw(buffer, inside, theme::WRONG);
            is_here.then_some(cursor)
        }
        Row::Buttons => buttons(buffer, state, area),
    }
}

fn buttons(buffer: &mut Buffer, state: &State, area: Rect) -> Option<Position> {
    let is_disabled = state.disabled().is_some();
    let mut cursor = None;
    let mut x = area.x + NAMES;
    let act = act_words(state);
    for (focus, text) in [(Focus::Cancel, "[ Cancel ]"), (Focus::Act, act.as_str())] {
        let is_here = state.focus == focus;
        let is_dim = focus == Focus::Act && is_disabled;
        let base = if is_dim { theme::DIM } else { theme::PLAIN };
        let style = if is_here { base.patch(theme::SELECTED) } else { base };
        put(buffer, (x - 2, area.y), 1, if is_here { ">" } else { " " }, theme::PLAIN);
        put(buffer, (x, area.y), area.right().saturating_sub(x), text, style);
        if is_here {
            cursor = Some(Position::new(x, area.y));
        }
        x += cells(width(text)) + 5;
    }
    let room = usize::from(area.width.saturating_sub(NAMES));
    if let Some(text) = beside_the_button(state).filter(|text| button_columns(state) + width(text) <= room) {
        put(buffer, (x - 3, area.y), area.right().saturating_sub(x - 3), &text, theme::DIM);
    }
    cursor
}
