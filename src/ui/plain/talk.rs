//! What a line means: a command, an action, or the answer to what was asked.

use crate::actions::form::Initial;
use crate::actions::request::{Beside, Doing, Target};
use crate::actions::{self, Spec};
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::sort::{From, Sort};
use crate::domain::target::{TargetId, TargetKind};
use crate::protocol::{About, AuditFrom, Query};
use crate::ui::model::{Effect, Unlock};
use crate::ui::plain::commands::{Command, Said, WORDS, read};
use crate::ui::plain::form::{Form, Turn};
use crate::ui::plain::{Feed, List, Numbers, Plain, Telling, Then, Waits, show};
use crate::ui::route::Place;

impl Plain {
    /// Obeys a line.
    pub(super) fn line(&mut self, line: &str, now: Timestamp) -> Vec<Effect> {
        if let Some(unlock) = self.lock {
            self.waits = Some(Waits::Unlock);
            let typed = if unlock == Unlock::Enter { String::new() } else { line.trim().to_owned() };
            return vec![Effect::Unlock(Secret::new(typed))];
        }
        if let Some(mut form) = self.form.take() {
            let turn = form.line(line, &self.actor, now);
            return self.turn(form, turn);
        }
        self.obey(line)
    }

    fn obey(&mut self, line: &str) -> Vec<Effect> {
        match read(line) {
            Said::Nothing => Vec::new(),
            Said::Number(number) => self.number(number),
            Said::Command(command, rest) => self.command(command, &rest),
            Said::Words(words) => self.act_by_words(&words),
        }
    }

    fn turn(&mut self, form: Box<Form>, turn: Turn) -> Vec<Effect> {
        match turn {
            Turn::Leave => {
                self.say("cancelled: nothing was done");
                Vec::new()
            }
            Turn::Ask(lines) => {
                self.say_all(&lines);
                self.form = Some(form);
                Vec::new()
            }
            Turn::Judge(query) => {
                self.form = Some(form);
                self.ask(query, Waits::Judged)
            }
            Turn::Send(request, code) => {
                self.form = Some(form);
                self.waits = Some(Waits::Answer);
                vec![match code {
                    Some(code) => {
                        let beside = Beside { code: Some(code), password: None };
                        Effect::ExecuteProved { request: *request, beside }
                    }
                    None => Effect::Execute(*request),
                }]
            }
        }
    }

    fn command(&mut self, command: Command, rest: &str) -> Vec<Effect> {
        let needs_user = WORDS.iter().any(|word| word.command == command && word.of_user);
        if needs_user && self.user.is_none() {
            self.say("nobody is opened: find somebody, then type the number, or open LOGIN");
            return Vec::new();
        }
        match command {
            Command::Find => self.find(rest),
            Command::List => self.page_at(self.list.first),
            Command::Next => self.further(),
            Command::Previous => self.page_at(self.list.first.saturating_sub(self.page as u64)),
            Command::Open => self.open(rest),
            Command::Back => {
                self.user = None;
                self.feed = None;
                self.numbers = Numbers::Rows;
                Vec::new()
            }
            Command::Actions => match (rest.chars().next(), rest.chars().count()) {
                (None, _) => self.ask_offers(Then::List),
                (Some(letter), 1) => self.ask_offers(Then::Letter(letter)),
                (Some(_), _) => self.act_by_words(rest),
            },
            Command::Do if rest.is_empty() => {
                self.say("do what? Name an action, such as those that a lists");
                Vec::new()
            }
            Command::Do => self.act_by_words(rest),
            Command::Why => match self.named(rest) {
                Some((spec, _)) => self.ask_why(spec.code),
                None => Vec::new(),
            },
            Command::Notes => self.feed(Feed::Notes(None)),
            Command::History => self.feed(Feed::History(None)),
            Command::Undo => self.ask(Query::Undoable { doing: Doing::Last }, Waits::Undoable),
            Command::Me => self.ask(Query::Me, Waits::Me(Telling::Told)),
            Command::Jobs => self.jobs(rest),
            Command::Audit => self.audit(rest),
            Command::Groups => self.groups(rest),
            Command::Sessions => self.sessions(rest),
            Command::Mark => self.mark(rest),
            Command::Set => self.act_upon_marked(rest),
            Command::Help => {
                if rest.is_empty() {
                    self.say_all(&show::help(self.user.is_some()));
                } else if let Some((spec, _)) = self.named(rest) {
                    self.say_all(&show::action(spec));
                }
                Vec::new()
            }
            Command::Quit => vec![Effect::Quit],
        }
    }

    fn find(&mut self, text: &str) -> Vec<Effect> {
        match Filter::parse(text) {
            Ok(filter) => {
                self.list = List { filter, ..List::default() };
                self.user = None;
                self.page_at(0)
            }
            Err(mistake) => {
                self.say(&format!("filter: {mistake}"));
                Vec::new()
            }
        }
    }

    pub(super) fn page_at(&mut self, first: u64) -> Vec<Effect> {
        self.feed = None;
        self.list.first = first;
        let from = if first == 0 { From::Start } else { From::Row(first) };
        let query =
            Query::Users { filter: self.list.filter.clone(), sort: Sort::default(), from, rows: self.page };
        self.ask(query, Waits::Page)
    }

    fn further(&mut self) -> Vec<Effect> {
        match self.feed {
            Some(feed) => self.feed(feed),
            None if self.list.more => self.page_at(self.list.first + self.list.rows.len() as u64),
            None => {
                self.say("that was the last");
                Vec::new()
            }
        }
    }

    fn feed(&mut self, feed: Feed) -> Vec<Effect> {
        if let Feed::Audit(before) = feed {
            return self.entries(AuditFrom::Before(before), self.page);
        }
        let Some(profile) = &self.user else { return Vec::new() };
        let (user, rows) = (profile.user.id, self.page);
        self.feed = Some(feed);
        let query = match feed {
            Feed::Notes(before) => Query::Notes { user, before, rows },
            Feed::History(before) => Query::History { user, before, rows },
            // Asked for above: it is of nobody's.
            Feed::Audit(_) => return Vec::new(),
        };
        self.ask(query, Waits::Rows)
    }

    fn open(&mut self, named: &str) -> Vec<Effect> {
        match named.parse::<usize>() {
            Ok(number) => self.open_row(number),
            Err(_) if named.is_empty() => {
                self.say("open whom or what? A number of the list, a login, an id, or a place such as audit");
                Vec::new()
            }
            Err(_) if let Some(place) = place_of(named) => self.place(place),
            Err(_) => self.ask(Query::User { named: named.to_owned() }, Waits::Profile(Telling::Told)),
        }
    }

    fn number(&mut self, number: usize) -> Vec<Effect> {
        match self.numbers {
            Numbers::Rows => self.open_row(number),
            Numbers::Lines => match number.checked_sub(1).and_then(|at| self.lines.get(at)).cloned() {
                Some(line) => self.obey(&line),
                None => self.no_number(number),
            },
            Numbers::Offers => match number.checked_sub(1).and_then(|at| self.offers.get(at)) {
                Some(offer) => self.begin(offer.spec, ""),
                None => self.no_number(number),
            },
        }
    }

    fn open_row(&mut self, number: usize) -> Vec<Effect> {
        let place = (number as u64).checked_sub(self.list.first + 1).and_then(|at| usize::try_from(at).ok());
        match place.and_then(|at| self.list.rows.get(at)) {
            Some(row) => self.ask(Query::UserById { user: row.id }, Waits::Profile(Telling::Told)),
            None => self.no_number(number),
        }
    }

    fn no_number(&mut self, number: usize) -> Vec<Effect> {
        self.say(&format!("there is no number {number} in what was listed last"));
        Vec::new()
    }

    fn ask_offers(&mut self, then: Then) -> Vec<Effect> {
        let Some(profile) = &self.user else { return Vec::new() };
        self.ask(Query::Menu { id: TargetId::User(profile.user.id) }, Waits::Offers(then))
    }

    fn ask_why(&mut self, code: &'static str) -> Vec<Effect> {
        let user = self.user.as_ref().map(|profile| TargetId::User(profile.user.id));
        let about = user.map_or(About::Nothing, About::Id);
        self.ask(Query::Why { code, about, operator: None }, Waits::Why)
    }

    fn act_by_words(&mut self, words: &str) -> Vec<Effect> {
        match self.named(words) {
            Some((spec, rest)) => self.begin(spec, &rest),
            None => Vec::new(),
        }
    }

    /// The action that `words` name, and what follows; says what is wrong where they name none, or several.
    ///
    /// `user lock`, `user.lock`, `lock`: one word is enough where it is in one action only.
    pub(super) fn named(&mut self, words: &str) -> Option<(&'static Spec, String)> {
        if let (Ok(number), Numbers::Offers) = (words.parse::<usize>(), self.numbers)
            && let Some(offer) = number.checked_sub(1).and_then(|at| self.offers.get(at))
        {
            return Some((offer.spec, String::new()));
        }
        let typed: Vec<String> =
            words.split([' ', '.']).map(|word| word.to_lowercase().replace('_', "-")).collect();
        let longest = actions::ALL
            .iter()
            .filter(|spec| {
                typed.len() >= spec.words().len() && typed[..spec.words().len()] == spec.words()[..]
            })
            .max_by_key(|spec| spec.words().len());
        if let Some(spec) = longest {
            let rest =
                words.splitn(spec.words().len() + 1, [' ', '.']).nth(spec.words().len()).unwrap_or_default();
            return Some((spec, rest.trim().to_owned()));
        }
        let wants_user = self.user.is_some();
        let fits = |spec: &&&'static Spec| typed.len() == 1 && spec.words().contains(&typed[0]);
        let all: Vec<&'static Spec> = actions::ALL.iter().filter(fits).copied().collect();
        let of_user: Vec<&'static Spec> =
            all.iter().copied().filter(|spec| spec.target_kind() == Some(TargetKind::User)).collect();
        let found = if wants_user && !of_user.is_empty() { of_user } else { all };
        match found.as_slice() {
            [one] => return Some((one, String::new())),
            [] => {
                let known: Vec<String> = actions::ALL.iter().map(|spec| spec.words().join(" ")).collect();
                let known = known.iter().map(String::as_str).chain(WORDS.iter().map(|word| word.word));
                let near = crate::base::text::nearest(words, known).map_or_else(
                    || "? tells what can be typed".to_owned(),
                    |near| format!("did you mean {near}?"),
                );
                self.say(&format!("not understood: {words}; {near}"));
            }
            several => {
                let names: Vec<String> = several.iter().map(|spec| spec.words().join(" ")).collect();
                self.say(&format!("which one: {}?", names.join(", ")));
            }
        }
        None
    }

    /// Begins an action: upon who is opened, or upon what `rest` names.
    pub(super) fn begin(&mut self, spec: &'static Spec, rest: &str) -> Vec<Effect> {
        if spec.makes().is_some() {
            return self.fill_in(Form::of_new(spec, rest.to_owned()));
        }
        if spec.is_own() {
            let called = format!("your own account ({})", self.actor.login);
            return self.fill_in(Form::upon(spec, (Target::Directory, String::new()), called));
        }
        match (spec.target_kind(), &self.user) {
            (Some(TargetKind::User), Some(profile)) if rest.is_empty() => {
                let user = profile.user.id;
                if spec.form.iter().any(|field| field.initial != Initial::Nothing) {
                    // What is kept here is masked, and a mask must not be written back.
                    return self.ask(Query::UserById { user }, Waits::Record(spec.code));
                }
                let form = Form::upon_user(spec, &profile.user);
                self.fill_in(form)
            }
            (Some(TargetKind::User), _) => {
                self.say("open somebody first, then name the action");
                Vec::new()
            }
            (Some(kind), _) if rest.is_empty() => {
                self.say(&format!("name the {}: {} NAME", kind.word(), spec.words().join(" ")));
                Vec::new()
            }
            (Some(kind), _) => {
                self.ask(Query::Target { kind, named: rest.to_owned() }, Waits::Target(spec.code))
            }
            (None, _) => {
                let words = spec.words().join(" ");
                self.say(&format!("{words} reads or writes a file: give it as a command of its own, `wardroom {words} --help` tells how"));
                Vec::new()
            }
        }
    }

    pub(super) fn fill_in(&mut self, mut form: Form) -> Vec<Effect> {
        self.say(&format!("{} ({}): {}", form.title(), form.spec.risk.word(), form.called));
        self.say(&form.what());
        let turn = form.begin(&self.actor);
        self.turn(Box::new(form), turn)
    }
}

/// The place that these words name; a single word that is none is a login.
fn place_of(words: &str) -> Option<Place> {
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    Place::parse(&words).ok()
}
