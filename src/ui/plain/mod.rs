//! The console as a dialogue: lines in, lines out, for screen readers, braille displays and scripts.
//!
//! The same messages and effects as the screens, and the same declarations, forms and gate; nothing is drawn, no cursor
//! is placed. One thing is asked at a time: a line that comes while an answer is awaited waits for its turn.

mod commands;
mod form;
mod heard;
mod pages;
mod sets;
mod show;
mod talk;
#[cfg(test)]
mod tests;
pub(in crate::ui) mod typing;

use std::collections::BTreeSet;

use crossterm::event::KeyEvent;

use crate::base::ids::UserId;
use crate::base::limits;
use crate::base::text::{visible, width};
use crate::base::time::Timestamp;
use crate::directory::audit::AuditFilter;
use crate::directory::filter::Filter;
use crate::directory::row::Row;
use crate::domain::operator::Actor;
use crate::protocol::{Offer, Profile, Query};
use crate::ui::arrival;
use crate::ui::model::{Effect, Msg, Opening, Unlock};
use crate::ui::parts::ink::wrap;
use crate::ui::route::Place;
use form::Form;
pub use typing::Reads;
use typing::{Typed, Typing};

/// One operator's dialogue.
#[derive(Debug)]
pub struct Plain {
    actor: Actor,
    columns: usize,
    /// Rows of a list at once.
    page: usize,
    typing: Typing,
    out: String,
    waits: Option<Waits>,
    form: Option<Box<Form>>,
    list: List,
    user: Option<Box<Profile>>,
    offers: Vec<Offer>,
    /// What the numbers of the last list stand for, where those are lines to obey.
    lines: Vec<String>,
    audit_filter: AuditFilter,
    /// Users to act upon together.
    marks: BTreeSet<UserId>,
    numbers: Numbers,
    feed: Option<Feed>,
    lock: Option<Unlock>,
    /// What is asked for was said, and not answered yet.
    is_prompted: bool,
    is_over: bool,
}

/// What is awaited, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    /// Who one is: in a line at the beginning, in full because it was asked.
    Me(Telling),
    Page,
    Count,
    /// A profile, to be told or only to be as it is now.
    Profile(Telling),
    Offers(Then),
    Why,
    /// The record as it is now, which the form of this action begins with.
    Record(&'static str),
    Rows,
    /// One of the other pages.
    Shown(Shown),
    /// Everybody whom the filter means, to be marked.
    Marking,
    /// A part of a set.
    Judged,
    /// How a job stands after a word to it.
    Steered,
    /// What an action that is upon no user is upon.
    Target(&'static str),
    Undoable,
    Answer,
    Unlock,
}

/// What of the other pages is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// Entries of the audit, so many still.
    Entries(usize),
    Entry,
    Chain,
    Groups,
    Group,
    Sessions,
    Session,
    Jobs,
    Job,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    Told,
    Quiet,
}

/// What the offers were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// To be listed.
    List,
    /// To do the one with this letter.
    Letter(char),
}

/// What a number means: what was listed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    Rows,
    Offers,
    /// Each stands for a line.
    Lines,
}

/// What `next` goes on with, where it is not the list: rows older than this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feed {
    Notes(Option<i64>),
    History(Option<i64>),
    /// Entries of the audit older than this one.
    Audit(i64),
}

/// The list of users.
#[derive(Debug, Default)]
struct List {
    filter: Filter,
    rows: Vec<Row>,
    /// The place of the first row, from 0.
    first: u64,
    more: bool,
}

impl Plain {
    /// A dialogue at its first line, and what it asks first.
    pub fn new(opening: Opening, reads: Reads) -> (Self, Vec<Effect>) {
        let mut plain = Self {
            actor: opening.actor,
            columns: 0,
            page: 0,
            typing: Typing::new(reads),
            out: String::new(),
            waits: None,
            form: None,
            list: List::default(),
            user: None,
            offers: Vec::new(),
            lines: Vec::new(),
            audit_filter: AuditFilter::default(),
            marks: BTreeSet::new(),
            numbers: Numbers::Rows,
            feed: None,
            lock: None,
            is_prompted: false,
            is_over: false,
        };
        plain.resize(opening.size);
        let badge = opening.environment.word();
        plain.say(&format!("wardroom {badge}, {}. ? tells what can be typed.", plain.actor.login));
        let effects = if opening.place == Place::Users {
            // Nothing is listed before it is asked for; from here on words lead everywhere.
            plain.ask(Query::Me, Waits::Me(Telling::Quiet))
        } else {
            plain.place(opening.place)
        };
        (plain, effects)
    }

    /// Lets something happen; what is to be done about it comes back.
    pub fn update(&mut self, message: Msg, now: Timestamp) -> Vec<Effect> {
        match message {
            Msg::Key(key) => self.key(key, now),
            Msg::Paste(text) => {
                let is_secret = self.is_secret();
                self.typing.paste(&text, is_secret, &mut self.out);
                Vec::new()
            }
            Msg::Resize(columns, rows) => {
                self.resize((columns, rows));
                Vec::new()
            }
            Msg::Returned(returned) => self.returned(returned, now),
            Msg::IdleWarning { at } => {
                self.interject(&format!("The session locks at {}; any key puts that off.", at.clock_utc()));
                Vec::new()
            }
            Msg::Lock(unlock) => {
                self.lock = Some(unlock);
                self.typing.forget();
                self.interject("Locked: nothing was typed for too long. What you were doing is kept.");
                Vec::new()
            }
            Msg::UnlockRefused(why) => {
                self.waits = None;
                self.say(&format!("not unlocked: {why}"));
                self.go_on(now)
            }
            Msg::Unlocked { code_at } => {
                self.waits = None;
                self.lock = None;
                self.actor.code_at = self.actor.code_at.max(code_at);
                self.say("Unlocked.");
                self.go_on(now)
            }
            // What is acted upon is compared with what was seen; nothing that was told can be taken back.
            Msg::Changed | Msg::RowsChanged | Msg::Tick => Vec::new(),
            Msg::Arrived(past) => {
                let (_, text) = arrival::told(&past, &self.actor);
                self.say(&text);
                Vec::new()
            }
            Msg::KeyTrusted(trusted) => {
                let (_, text) = arrival::trusted(trusted);
                self.interject(&text);
                Vec::new()
            }
            Msg::Ended(why) => {
                self.say(&why);
                Vec::new()
            }
        }
    }

    /// What was said since it was taken last.
    pub fn take(&mut self) -> Vec<u8> {
        let said = std::mem::take(&mut self.out);
        match self.typing.reads {
            Reads::Keys => said.replace('\n', "\r\n").into_bytes(),
            Reads::Lines => said.into_bytes(),
        }
    }

    /// Whether more keys may come: what was said before has left, and lines do not pile up.
    pub fn has_room(&self) -> bool {
        self.out.len() < limits::PLAIN_BYTES_WAITING_MAX && self.typing.has_room()
    }

    /// Nothing more comes in: what came is obeyed, then it is over.
    pub fn input_over(&mut self, now: Timestamp) -> Vec<Effect> {
        self.is_over = true;
        self.typing.finish();
        if self.waits.is_none() { self.go_on(now) } else { Vec::new() }
    }

    fn resize(&mut self, (columns, rows): (u16, u16)) {
        self.columns = usize::from(columns);
        // Two lines around the rows, and what was typed.
        self.page = usize::from(rows).saturating_sub(3).clamp(3, limits::PLAIN_ROWS_MAX);
    }

    fn key(&mut self, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
        let is_secret = self.is_secret();
        match self.typing.key(key, is_secret, &mut self.out) {
            Typed::Line if self.waits.is_some() => Vec::new(),
            Typed::Line => self.go_on(now),
            Typed::Cancel => {
                self.out.push('\n');
                if self.form.take().is_some() {
                    self.say("cancelled: nothing was done");
                }
                self.prompt();
                Vec::new()
            }
            Typed::End if self.form.is_none() => vec![Effect::Quit],
            Typed::Nothing | Typed::End => Vec::new(),
        }
    }

    /// Obeys lines that wait, up to one that asks something; then asks for the next.
    fn go_on(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        while self.waits.is_none() && self.typing.waits() {
            // Whoever reads what a script did reads the questions as well.
            if self.typing.reads == Reads::Lines && !self.is_prompted {
                self.prompt();
            }
            self.is_prompted = false;
            let line = self.typing.next().unwrap_or_default();
            effects.extend(self.line(&line, now));
            if effects.iter().any(|effect| matches!(effect, Effect::Quit)) {
                return effects;
            }
        }
        if self.waits.is_none() {
            if self.is_over {
                effects.push(Effect::Quit);
            } else {
                self.prompt();
            }
        }
        effects
    }

    fn ask(&mut self, query: Query, waits: Waits) -> Vec<Effect> {
        self.waits = Some(waits);
        vec![Effect::Ask(query)]
    }

    fn is_secret(&self) -> bool {
        match self.lock {
            Some(Unlock::Code | Unlock::Password) => true,
            Some(Unlock::Enter) => false,
            None => self.form.as_ref().is_some_and(|form| form.is_secret()),
        }
    }

    /// Says what is asked for now. On a line that is typed on by a person it stands before what they type.
    fn prompt(&mut self) {
        self.is_prompted = true;
        let mut lines = match (self.lock, &self.form, &self.user) {
            (Some(Unlock::Code), _, _) => vec!["Code of your second factor to go on:".to_owned()],
            (Some(Unlock::Password), _, _) => vec!["Your password to go on:".to_owned()],
            (Some(Unlock::Enter), _, _) => vec!["Enter goes on:".to_owned()],
            (None, Some(form), _) => form.question(),
            (None, None, Some(profile)) => vec![format!("{}>", profile.user.login_shown())],
            (None, None, None) => vec!["users>".to_owned()],
        };
        let last = lines.pop().unwrap_or_default();
        self.say_all(&lines);
        if self.typing.reads == Reads::Lines {
            return self.say(&last);
        }
        let mut wrapped = wrap(&last, self.columns.max(20));
        let last = wrapped.pop().unwrap_or_default();
        self.say_all(&wrapped);
        self.out.push_str(&last);
        self.out.push(' ');
    }

    /// A line, or several where it is longer than the terminal is wide; nothing that a terminal obeys.
    fn say(&mut self, text: &str) {
        let columns = if self.typing.reads == Reads::Keys { self.columns.max(20) } else { usize::MAX };
        for line in wrap(&visible(text), columns) {
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }

    fn say_all(&mut self, lines: &[String]) {
        for line in lines {
            self.say(line);
        }
    }

    /// Says something while a line is being typed: what was typed so far comes again.
    fn interject(&mut self, text: &str) {
        if self.typing.reads == Reads::Keys {
            self.out.push('\n');
        }
        self.say(text);
        self.prompt();
        if self.typing.reads == Reads::Keys {
            let typed = self.typing.line().to_owned();
            let shown = if self.is_secret() { "*".repeat(width(&typed)) } else { typed };
            self.out.push_str(&visible(&shown));
        }
    }
}
