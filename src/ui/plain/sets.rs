//! Several users at once: marked by their numbers, judged before anything is done, acted upon as a job.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::actions::Spec;
use crate::actions::form::REASON;
use crate::actions::proof;
use crate::actions::request::Target;
use crate::actions::spec::{Bulk, Subject};
use crate::base::ids::UserId;
use crate::base::limits;
use crate::directory::sort::Sort;
use crate::protocol::{Judged, Query};
use crate::ui::judging::Judging;
use crate::ui::model::Effect;
use crate::ui::plain::form::{Form, Step, Upon};
use crate::ui::plain::{Plain, Waits};

impl Plain {
    /// `mark 1 3-5`, `mark all`, `mark none`; alone it tells how many are marked.
    pub(super) fn mark(&mut self, rest: &str) -> Vec<Effect> {
        match rest {
            "" => {}
            "none" => self.marks.clear(),
            "all" => {
                let filter = self.list.filter.clone();
                return self.ask(Query::Ids { filter, sort: Sort::default(), span: None }, Waits::Marking);
            }
            numbers => match self.numbered(numbers) {
                Ok(users) => {
                    self.marked(users.into_iter().collect(), false);
                    return Vec::new();
                }
                Err(word) => {
                    self.say(&format!(
                        "mark: {word} is no number of the list; mark 1 3-5, mark all, mark none"
                    ));
                    return Vec::new();
                }
            },
        }
        self.tell_marked();
        Vec::new()
    }

    /// The users with these numbers in the list; the word that is none of them.
    fn numbered(&self, numbers: &str) -> Result<BTreeSet<UserId>, String> {
        let at = |word: &str| {
            let number: u64 = word.parse().ok()?;
            let place = usize::try_from(number.checked_sub(self.list.first + 1)?).ok()?;
            (place < self.list.rows.len()).then_some(place)
        };
        let mut users = BTreeSet::new();
        for word in numbers.split([' ', ',']).filter(|word| !word.is_empty()) {
            let (first, last) = word.split_once('-').unwrap_or((word, word));
            let (Some(first), Some(last)) = (at(first), at(last)) else { return Err(word.to_owned()) };
            let (first, last) = (first.min(last), first.max(last));
            users.extend(self.list.rows[first..=last].iter().map(|row| row.id));
        }
        Ok(users)
    }

    /// Takes in everybody whom the filter means.
    pub(super) fn marked(&mut self, users: Vec<UserId>, more: bool) {
        self.marks.extend(users);
        let is_full = more || self.marks.len() > limits::MARKED_MAX;
        while self.marks.len() > limits::MARKED_MAX {
            self.marks.pop_last();
        }
        if is_full {
            self.say(&format!("no more than {} can be marked: some are left out", limits::MARKED_MAX));
        }
        self.tell_marked();
    }

    fn tell_marked(&mut self) {
        let text = match self.marks.len() {
            0 => "nobody is marked".to_owned(),
            count => format!("{count} marked; set and an action act upon all of them"),
        };
        self.say(&text);
    }

    /// An action upon all that are marked.
    pub(super) fn act_upon_marked(&mut self, words: &str) -> Vec<Effect> {
        if self.marks.is_empty() {
            self.say("nobody is marked: mark 1 3-5, or mark all, then set and an action");
            return Vec::new();
        }
        let Some((spec, _)) = self.named(words) else { return Vec::new() };
        if spec.bulk == Bulk::No || !matches!(spec.subject, Subject::User(_)) {
            self.say(&format!("{} is done to one user at a time", spec.title));
            return Vec::new();
        }
        let users: Vec<UserId> = self.marks.iter().copied().collect();
        self.fill_in(Form::upon_set(spec, users))
    }

    /// Takes in a part of a set that was judged, and asks for the next one.
    pub(super) fn judged(&mut self, part: Vec<Judged>) -> Vec<Effect> {
        let Some(mut form) = self.form.take() else { return Vec::new() };
        let Some(judging) = &mut form.judging else { return Vec::new() };
        if judging.take(part) {
            let query = judging.query();
            self.form = Some(form);
            return self.ask(query, Waits::Judged);
        }
        let lines: Vec<String> = judging
            .lines("")
            .into_iter()
            .map(|(name, text)| if name.is_empty() { text } else { format!("{name}: {text}") })
            .collect();
        self.say_all(&lines);
        if judging.runs() == 0 {
            self.say("nobody is left to act upon");
            return Vec::new();
        }
        form.is_judged();
        // What was typed before this was told cannot be meant as its answer.
        self.typing.forget();
        self.form = Some(form);
        Vec::new()
    }
}

impl Form {
    /// A form of `spec` upon a set, which asks for a reason whatever its level is.
    pub(super) fn upon_set(spec: &'static Spec, users: Vec<UserId>) -> Self {
        static ONLY_REASON: crate::actions::form::Field = REASON;
        let called = match users.len() {
            1 => "1 marked user".to_owned(),
            many => format!("{many} marked users"),
        };
        let mut form = Self::new(spec, spec.form, Upon::Set(Arc::new(users)), called);
        if !form.fields.iter().any(|field| field.name == REASON.name) {
            form.fields.push(&ONLY_REASON);
        }
        form
    }

    /// Everybody was judged: of a large set, or from L3 on, their number is typed.
    fn is_judged(&mut self) {
        let runs = self.judging.as_ref().map_or(0, Judging::runs);
        let is_large = matches!(&self.target, Upon::Set(users) if users.len() > limits::SET_TYPED_ABOVE);
        self.number = runs.to_string();
        self.called = if runs == 1 { "1 user".to_owned() } else { format!("{runs} users") };
        self.step = if is_large || proof::is_asked(self.spec) { Step::Login } else { Step::Agree };
    }

    /// Upon whom a set goes: those who were judged, in the versions that were.
    pub(super) fn frozen(&self) -> Target {
        Target::Set(self.judging.as_ref().map_or_else(Arc::default, Judging::frozen))
    }
}
