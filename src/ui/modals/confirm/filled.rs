//! A form as it is filled in: what it says, what is wrong with it, and what goes beside it.

use std::collections::BTreeMap;

use crate::actions::form::{Answers, Field as Declared, FieldKind, Initial, REASON};
use crate::base::limits::{LONG_REASON_CHARS_MIN, PASSWORD_CHARS_MIN};
use crate::base::secret::Secret;
use crate::ui::modals::confirm::entry::{CODE_CHARS_MIN, Entry, What};
use crate::ui::modals::confirm::{Filled, State};
use crate::ui::whom::Whom;

/// Takes in what was typed before the window opened; of a choice only a word that there is.
pub(crate) fn fill_in(entries: &mut [Entry], filled: &Filled) {
    for entry in entries {
        let text = match entry.what {
            What::Declared(declared) => filled.answers.get(declared.name),
            What::Name => Some(&filled.name),
            What::Password(_) | What::PasswordAgain | What::Login(_) | What::Code | What::Number => None,
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
        if entry.picked_field().is_some() {
            entry.pick(text);
        } else if entry.is_choice() && !entry.words.contains(text) {
            entry.fault = Some(format!("must be one of {}", entry.words.join(", ")));
        } else {
            entry.field.paste_over(text);
        }
    }
}

/// Takes in what stands in the record, as `of` tells it.
pub(crate) fn fill(entries: &mut [Entry], of: impl Fn(Initial) -> Option<String>) {
    for entry in entries {
        entry.fill(&of);
    }
}

/// Whether the form begins with what stands in the record, and all of it still stands there.
pub(crate) fn changes_nothing(entries: &[Entry]) -> bool {
    let mut begun = entries.iter().filter(|entry| entry.initial.is_some()).peekable();
    begun.peek().is_some() && !begun.any(Entry::is_touched)
}

/// Characters that the operator typed and would have to type again.
pub(crate) fn typed_chars(entries: &[Entry]) -> usize {
    let own = entries.iter().filter(|entry| entry.is_declared() && !entry.is_choice() && entry.is_touched());
    own.map(|entry| entry.text().chars().count()).sum()
}

/// What was filled in, by name of the field; what stands in the record already is not said again.
pub(crate) fn answers(entries: &[Entry]) -> BTreeMap<String, String> {
    let given = entries.iter().filter_map(|entry| match entry.what {
        What::Declared(_) if entry.initial.is_some() && !entry.is_touched() => None,
        // Upon a set nothing stands there first: only what was picked by hand is said.
        What::Declared(Declared { kind: FieldKind::Picked(_), initial: Initial::Held, .. })
            if entry.initial.is_none() && !entry.is_picked =>
        {
            None
        }
        What::Declared(declared) => Some((declared.name.to_owned(), entry.text().to_owned())),
        What::Password(_) | What::PasswordAgain | What::Login(_) | What::Number | What::Code | What::Name => {
            None
        }
    });
    given.collect()
}

/// The code that was typed; `None` where none is asked.
pub(crate) fn code(entries: &[Entry]) -> Option<Secret<String>> {
    let entry = entries.iter().find(|entry| entry.is_code())?;
    Some(Secret::new(entry.text().trim().to_owned()))
}

/// The new password that was typed; `None` where none is asked.
pub(crate) fn password(entries: &[Entry]) -> Option<Secret<String>> {
    let entry = entries.iter().find(|entry| matches!(entry.what, What::Password(_)))?;
    Some(Secret::new(entry.text().to_owned()))
}

/// What is wrong with a new password, as far as it can be told here.
fn password_fault(entries: &[Entry]) -> Option<(usize, String)> {
    let at = entries.iter().position(|entry| matches!(entry.what, What::Password(_)))?;
    let again = entries.iter().position(|entry| matches!(entry.what, What::PasswordAgain))?;
    let chars = entries[at].text().chars().count();
    if chars < PASSWORD_CHARS_MIN {
        return Some((at, format!("must have at least {PASSWORD_CHARS_MIN} characters; has {chars}")));
    }
    (entries[at].text() != entries[again].text()).then(|| (again, "is not the same".to_owned()))
}

/// What was filled in, for a look at what it would do: a reason that is not written yet changes nothing about that.
pub(crate) fn answers_to_look(entries: &[Entry]) -> BTreeMap<String, String> {
    let mut given = answers(entries);
    let is_short = |reason: &&mut String| reason.trim().chars().count() < LONG_REASON_CHARS_MIN;
    if let Some(reason) = given.get_mut(REASON.name).filter(is_short) {
        "(not written yet)".clone_into(reason);
    }
    given
}

/// What something new is to be called.
pub(crate) fn new_name(entries: &[Entry]) -> String {
    let name = entries.iter().find(|entry| matches!(entry.what, What::Name));
    name.map_or_else(String::new, |entry| entry.text().trim().to_owned())
}

/// What was typed to confirm; empty where nothing is asked.
pub(crate) fn confirmed(entries: &[Entry]) -> String {
    let typed = entries.iter().find(|entry| matches!(entry.what, What::Login(_) | What::Number));
    typed.map_or_else(String::new, |entry| entry.text().trim().to_owned())
}

/// The first field that is not filled in as it should be, and what is wrong.
pub(crate) fn fault(entries: &[Entry], state: &State) -> Option<(usize, String)> {
    let given = answers(entries);
    let checked = match &state.whom {
        Whom::One(_) | Whom::New(_) | Whom::Own(_) => Answers::check(state.form(), &given),
        Whom::Set(_) => Answers::check_of_set(state.form(), &given),
    };
    if let Err(fault) = checked {
        let at = entries.iter().position(|entry| entry.is_named(fault.field))?;
        return Some((at, fault.text));
    }
    let unnamed = |entry: &Entry| matches!(entry.what, What::Name) && entry.text().trim().is_empty();
    if let Some(at) = entries.iter().position(unnamed) {
        return Some((at, "is required".to_owned()));
    }
    if let Some(fault) = password_fault(entries) {
        return Some(fault);
    }
    let typed = entries.iter().position(|entry| matches!(entry.what, What::Login(_) | What::Number));
    let wanted = match (&state.whom, state.preview()) {
        (Whom::One(card), _) => card.name.clone(),
        (Whom::New(_) | Whom::Own(_), _) => String::new(),
        (Whom::Set(_), Some(preview)) => preview.runs().to_string(),
        (Whom::Set(crowd), None) => crowd.users.len().to_string(),
    };
    if let Some(at) = typed.filter(|_| confirmed(entries) != wanted) {
        return Some((at, format!("wants `{wanted}` exactly")));
    }
    let at = entries.iter().position(Entry::is_code)?;
    let digits = entries[at].text().chars().filter(|character| !character.is_whitespace()).count();
    (digits < CODE_CHARS_MIN).then(|| (at, "wants the six digits that are shown now".to_owned()))
}
