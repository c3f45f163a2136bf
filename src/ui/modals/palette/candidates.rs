//! What a line in the palette could become: by the letters that were typed, or as its next word.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::actions::Spec;
use crate::actions::form::FieldKind;
use crate::ui::keymap::Told;
use crate::ui::modals::palette::typed;
use crate::ui::model::{Model, Recent};
use crate::ui::parts::footer;
use crate::ui::screens;
use crate::ui::whom::Whom;

/// One entry.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// What it does.
    pub(super) shown: String,
    /// Its key, or the words that are typed for it.
    pub(super) beside: String,
    /// The line that Tab makes of it.
    pub(super) line: Option<String>,
    pub(super) choice: Choice,
}

/// What Enter does with an entry.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// Opens an action upon what is focused.
    Action(&'static Spec),
    /// Presses keys.
    Keys(&'static str),
    /// Opens a profile again.
    User(Recent),
    /// Waits for more words.
    Words,
}

/// What `text` may mean, the likeliest first: users looked at, actions on what is focused, commands, words.
pub(super) fn matching(text: &str, told: &[Told], model: &Model) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = model.recent.iter().map(of_user).collect();
    all.extend(typed::actions().filter_map(|spec| of_action(spec, screens::whom(model).as_ref())));
    for (at, one) in told.iter().enumerate() {
        let is_new = told[..at].iter().all(|before| before.id != one.id);
        let moves = one.id.starts_with("cursor.") || one.id == super::OPENS;
        if let Some(keys) = one.keys.first().filter(|_| is_new && !moves) {
            let beside = footer::shown(keys);
            all.push(Candidate {
                shown: one.title.to_owned(),
                beside,
                line: None,
                choice: Choice::Keys(keys),
            });
        }
    }
    all.extend(typed::VERBS.iter().map(|verb| Candidate {
        shown: verb.help.to_owned(),
        beside: format!(":{} {}", verb.name, verb.wants).trim_end().to_owned(),
        line: Some(format!("{} ", verb.name)),
        choice: Choice::Words,
    }));
    let pattern = Pattern::new(text.trim(), CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let (mut matcher, mut characters) = (Matcher::new(Config::DEFAULT), Vec::new());
    let mut scored: Vec<(u32, Candidate)> = all
        .into_iter()
        .filter_map(|one| {
            let told = format!("{} {}", one.shown, one.beside);
            Some((pattern.score(Utf32Str::new(&told, &mut characters), &mut matcher)?, one))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, one)| one).collect()
}

fn of_user(recent: &Recent) -> Candidate {
    Candidate {
        shown: format!("Open {}", recent.called),
        beside: recent.user.to_string(),
        line: Some(format!("open user {}", recent.user)),
        choice: Choice::User(recent.clone()),
    }
}

/// An action that makes something, one upon oneself, or one upon what is focused.
fn of_action(spec: &'static Spec, whom: Option<&Whom>) -> Option<Candidate> {
    let words = spec.words().join(" ");
    let upon = match whom {
        Some(Whom::One(card)) if spec.target_kind() == Some(card.id.kind()) => format!(": {}", card.called),
        Some(Whom::Set(crowd)) if spec.target_kind().is_some() => format!(": {}", crowd.called()),
        Some(Whom::One(_) | Whom::Set(_) | Whom::New(_) | Whom::Own(_)) | None => {
            (spec.makes().is_some() || spec.is_own()).then(String::new)?
        }
    };
    Some(Candidate {
        shown: format!("{}{upon}", spec.title),
        line: Some(format!("{words} ")),
        beside: format!(":{words}"),
        choice: Choice::Action(spec),
    })
}

/// What the last word of a command may become.
pub(super) fn completing(text: &str, model: &Model) -> Vec<Candidate> {
    let begun = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, prefix) = text.split_at(begun);
    // Within quotation marks people write, and nothing is to be offered.
    let Ok(words) = typed::split(before) else { return Vec::new() };
    let options = options(&words, model);
    let fitting = options.into_iter().filter(|(word, _)| word.starts_with(prefix));
    let complete = |(word, help): (String, String)| Candidate {
        line: Some(format!("{before}{word} ")),
        shown: word,
        beside: help,
        choice: Choice::Words,
    };
    fitting.map(complete).collect()
}

/// Words that can follow, each with what it means.
fn options(words: &[String], model: &Model) -> Vec<(String, String)> {
    let plain = |words: &[&str]| words.iter().map(|word| ((*word).to_owned(), String::new())).collect();
    if let Some((verb, rest)) = typed::verb_of(words) {
        return match rest {
            [] if verb.words.is_empty() && !verb.wants.is_empty() => {
                typed::actions().map(|spec| (spec.code.to_owned(), spec.title.to_owned())).collect()
            }
            [] => plain(verb.words),
            _ => users(model),
        };
    }
    if let Some((spec, rest)) = typed::action_of(words) {
        return of_form(spec, rest, model);
    }
    let mut next: Vec<(String, String)> = Vec::new();
    for spec in typed::actions() {
        let own = spec.words();
        if own.starts_with(words)
            && let Some(word) = own.get(words.len())
            && next.iter().all(|(known, _)| known != word)
        {
            next.push((word.clone(), typed::usage(spec)));
        }
    }
    next
}

fn of_form(spec: &'static Spec, rest: &[String], model: &Model) -> Vec<(String, String)> {
    let field_of = |word: &String| spec.form.iter().find(|field| typed::flag_of(field) == **word);
    if let Some(field) = rest.last().and_then(field_of) {
        let words: Vec<String> = match field.kind {
            FieldKind::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            FieldKind::Masked => screens::card(model).map(|card| card.masked).unwrap_or_default(),
            FieldKind::Line { .. }
            | FieldKind::Text { .. }
            | FieldKind::When
            | FieldKind::People
            | FieldKind::Picked(_)
            | FieldKind::NewPassword
            | FieldKind::File => Vec::new(),
        };
        return words.into_iter().map(|word| (word, field.label.to_owned())).collect();
    }
    let flags = typed::typed_fields(spec).filter(|field| field.kind != FieldKind::File);
    let open = flags.map(|field| (typed::flag_of(field), field)).filter(|(flag, _)| !rest.contains(flag));
    let told = open.map(|(flag, field)| {
        let must = if field.required { " (required)" } else { "" };
        (flag, format!("{}{must}", field.label))
    });
    let names = if rest.is_empty() && spec.target_kind().is_some() { users(model) } else { Vec::new() };
    names.into_iter().chain(told).collect()
}

/// Who may be meant: the focused one, and those looked at.
fn users(model: &Model) -> Vec<(String, String)> {
    let focused = screens::card(model).map(|card| (card.id.to_string(), card.called));
    let recent = model.recent.iter().map(|recent| (recent.user.to_string(), recent.called.clone()));
    let mut all: Vec<(String, String)> = Vec::new();
    for one in focused.into_iter().chain(recent) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}
