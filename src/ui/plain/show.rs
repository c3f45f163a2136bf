//! What is known, in lines that read well one after another: no columns, no boxes, the most wanted first.

use crate::actions::spec::Needs;
use crate::actions::{self, Spec};
use crate::base::time::Timestamp;
use crate::directory::row::Row;
use crate::domain::history::{HistoryRow, Note};
use crate::domain::history_codes;
use crate::domain::job::Job;
use crate::domain::user::TEMPORARY_LOGIN;
use crate::protocol::{Explained, Me, Offer, Profile, Receipt, Stale};
use crate::ui::parts::sheet::Sheet;
use crate::ui::parts::when::both;
use crate::ui::plain::Telling;
use crate::ui::plain::commands::WORDS;
use crate::ui::screens::profile::{overview, rights};

/// Columns that make no line of a sheet wrap: the terminal, or who reads, breaks lines.
const UNBROKEN: usize = 100;

/// `3. Chloe Kim, c.kim, locked, customer, Cards`.
pub(super) fn row(number: usize, row: &Row, is_marked: bool, now: Timestamp) -> String {
    let login = row.login.as_deref().unwrap_or(TEMPORARY_LOGIN);
    let status = row.facts.status_at(now).word().to_lowercase().replace('_', " ");
    let parts = [
        row.names.full(),
        login.to_owned(),
        status,
        row.kind.word().to_owned(),
        row.role_words(),
        row.organisation.2.clone(),
    ];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let mark = if is_marked { "marked, " } else { "" };
    format!("{number}. {mark}{}", said.join(", "))
}

/// A profile, a line for each thing.
pub(super) fn profile(profile: &Profile, now: Timestamp) -> Vec<String> {
    let mut lines =
        vec![format!("{}, {}", profile.user.called(), overview::status_words(&profile.user, now))];
    lines.extend(spoken(&overview::sheet_of(profile, None, UNBROKEN, now)));
    lines.extend(spoken(&rights::sheet_of(profile, UNBROKEN)));
    lines.push(format!("{} notes, {} rows of history", profile.notes, profile.history));
    lines
}

/// A sheet without its columns: `Name: value`.
fn spoken(sheet: &Sheet) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in &sheet.lines {
        match line.as_slice() {
            [] => {}
            [(text, _)] => lines.push(text.trim().to_owned()),
            [(name, _), rest @ ..] => {
                let value = rest.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ");
                if name.trim().is_empty() {
                    if let Some(last) = lines.last_mut() {
                        *last = format!("{last} {}", value.trim());
                    }
                } else {
                    lines.push(format!("{}: {}", name.trim(), value.trim()));
                }
            }
        }
    }
    lines
}

/// What can be done, numbered; what cannot, with the reason.
pub(super) fn offers(offers: &[Offer]) -> Vec<String> {
    let line = |(at, offer): (usize, &Offer)| {
        let Spec { title, letter, risk, .. } = offer.spec;
        match &offer.refusal {
            None => format!("{}. {title}, letter {letter}, {}", at + 1, risk.word()),
            Some(refusal) => format!("{}. not {title}: {}", at + 1, refusal.text),
        }
    };
    let (can, cannot): (Vec<_>, Vec<_>) =
        offers.iter().enumerate().partition(|(_, offer)| offer.refusal.is_none());
    can.into_iter().chain(cannot).map(line).collect()
}

/// Why an action is or is not offered.
pub(super) fn why(explained: &Explained) -> Vec<String> {
    let told = explained.decision().into_iter().chain(explained.reasons());
    let line = |(name, value): (String, String)| match name.trim() {
        "" => value,
        name => format!("{name}: {value}"),
    };
    told.map(line).collect()
}

/// What an action does, and what it asks.
pub(super) fn action(spec: &Spec) -> Vec<String> {
    let mut lines = vec![format!("{} ({}), level {}", spec.title, spec.code, spec.risk.word())];
    lines.push(spec.help.to_owned());
    if let Needs::Right(right) = spec.right {
        lines.push(format!("Needs the right {}: {}", right.code(), right.spec().label));
    }
    let asks: Vec<&str> = spec.form.iter().map(|field| field.label).collect();
    if !asks.is_empty() {
        lines.push(format!("Asks: {}", asks.join(", ")));
    }
    lines
}

/// What it would do.
pub(super) fn plan(receipt: &Receipt) -> Vec<String> {
    let mut lines: Vec<String> =
        receipt.differences.iter().map(|difference| format!("Change: {difference}")).collect();
    lines.extend(
        receipt
            .shown
            .iter()
            .filter(|shown| shown.asked_at.is_none())
            .map(|shown| format!("Fact: {} {}", shown.value, shown.fact.name())),
    );
    lines.extend(receipt.effects.iter().map(|effect| format!("Effect: {effect}")));
    lines
}

/// What was done.
pub(super) fn done(title: &str, called: &str, receipt: &Receipt) -> Vec<String> {
    let changes: Vec<String> = receipt.differences.iter().map(ToString::to_string).collect();
    let changes = if changes.is_empty() { String::new() } else { format!(", {}", changes.join(", ")) };
    let mut lines = vec![format!("{title} done: {called}{changes}. Audit {}.", receipt.audit)];
    if let Some(revealed) = &receipt.revealed {
        let values = revealed.values.expose().iter().filter(|value| !value.is_empty());
        lines.extend(values.map(|value| format!("{}: {value}", revealed.field.name())));
    }
    if let Some(until) = receipt.undo_until {
        lines.push(format!("undo takes it back until {}", until.clock_utc()));
    }
    lines
}

/// What is not as it was shown any more.
pub(super) fn stale(stale: &Stale) -> Vec<String> {
    let mut lines: Vec<String> =
        stale.lines().into_iter().map(|line| format!("changed meanwhile: {line}")).collect();
    if lines.is_empty() {
        lines.push("changed meanwhile by somebody else".to_owned());
    }
    lines.push("nothing was done".to_owned());
    lines
}

/// A note, line by line.
pub(super) fn note(note: &Note, now: Timestamp) -> Vec<String> {
    let mut lines = vec![format!("{}, {}:", both(Some(note.at), now), note.author)];
    lines.extend(note.text.lines().map(str::to_owned));
    lines
}

/// A row of the history.
pub(super) fn history(row: &HistoryRow, now: Timestamp) -> String {
    let meaning = history_codes::find(&row.code).map_or(row.code.as_str(), |known| known.meaning);
    let detail = if row.detail.is_empty() { String::new() } else { format!(": {}", row.detail) };
    format!("{}, {}, {meaning} ({}){detail}", both(Some(row.at), now), row.actor, row.code)
}

/// A job.
pub(super) fn job(job: &Job) -> String {
    let progress = &job.progress;
    let why = if job.why.is_empty() { String::new() } else { format!(", {}", job.why) };
    format!(
        "{}, {}, {}{why}: {} of {} done, {} skipped, {} failed",
        job.id,
        job.action,
        job.state.word(),
        progress.done,
        progress.total,
        progress.skipped,
        progress.failed
    )
}

/// Who one is, and what one may do; at the beginning only the first.
pub(super) fn me(me: &Me, telling: Telling) -> Vec<String> {
    let standing = &me.standing;
    let level = standing.level.map_or_else(|| "no level".to_owned(), |level| level.title().to_owned());
    let scope = me.scope.as_ref().map_or_else(
        || "all organisations".to_owned(),
        |list| list.iter().map(|one| one.display_name.as_str()).collect::<Vec<_>>().join(", "),
    );
    let called = match me.name.as_str() {
        "" => standing.login.clone(),
        name => format!("{name}, {}", standing.login),
    };
    let first = format!("{called}, {level}, scope {scope}");
    if telling == Telling::Quiet {
        return vec![first];
    }
    let mut lines = vec![first];
    let rights: Vec<&str> = standing.rights.iter().map(|right| right.spec().label).collect();
    lines.push(format!(
        "You may: {}",
        if rights.is_empty() { "nothing".to_owned() } else { rights.join("; ") }
    ));
    lines
}

/// The commands that work now.
pub(super) fn help(has_user: bool) -> Vec<String> {
    let mut lines = vec!["A line is a command. Its word, or its letter, and what follows:".to_owned()];
    for word in WORDS.iter().filter(|word| has_user || !word.of_user) {
        let takes = if word.takes.is_empty() { String::new() } else { format!(" {}", word.takes) };
        let letter = if word.letter.is_empty() { String::new() } else { format!(" or {}", word.letter) };
        lines.push(format!("{}{letter}{takes}: {}", word.word, word.tells));
    }
    let count = actions::ALL.len();
    lines.push(format!(
        "Any of the {count} actions by its words, such as those that a lists. In a form a single dot cancels; nothing is done without a y, a login or a code."
    ));
    lines
}
