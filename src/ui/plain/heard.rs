//! What an answer brings: what is said of it, and what is asked next.

use crate::actions;
use crate::actions::request::{Request, Run, Target};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::masked::mask;
use crate::protocol::{Answer, Explained, Page, Profile, Query, Reply, Returned};
use crate::ui::model::Effect;
use crate::ui::plain::form::{Form, Step};
use crate::ui::plain::{Feed, Numbers, Plain, Telling, Then, Waits, show};

impl Plain {
    /// Takes in an answer.
    pub(super) fn returned(&mut self, returned: Returned, now: Timestamp) -> Vec<Effect> {
        let Some(waits) = self.waits.take() else { return Vec::new() };
        let mut effects = match returned {
            Returned::Answer(request, answer) => self.answered(&request, answer),
            Returned::Reply(_, reply) => match reply.trouble() {
                Some(trouble) => {
                    let lines: Vec<String> =
                        trouble.lines().into_iter().filter(|line| line != "r tries again").collect();
                    self.say_all(&lines);
                    if matches!(waits, Waits::Profile(Telling::Quiet)) {
                        self.user = None;
                    }
                    if waits == Waits::Judged {
                        self.form = None;
                    }
                    Vec::new()
                }
                None => self.replied(waits, reply, now),
            },
            Returned::Steered(_, steered) => {
                match steered {
                    Ok(job) => self.say(&show::job(&job)),
                    Err(trouble) => self.say_all(&trouble.lines()),
                }
                Vec::new()
            }
        };
        if self.waits.is_none() {
            effects.extend(self.go_on(now));
        }
        effects
    }

    fn replied(&mut self, waits: Waits, reply: Reply, now: Timestamp) -> Vec<Effect> {
        match (waits, reply) {
            (Waits::Me(telling), Reply::Me(me)) => self.say_all(&show::me(&me, telling)),
            (Waits::Page, Reply::Users(page)) => return self.listed(page, now),
            (Waits::Count, Reply::Count { matching, visible, .. }) => self.counted(matching, visible),
            (Waits::Profile(telling), Reply::User(profile)) => self.opened(profile, telling, now),
            (Waits::Record(code), Reply::User(profile)) => {
                let form = actions::find(code).map(|spec| Form::upon_user(spec, &profile.user));
                self.opened(profile, Telling::Quiet, now);
                return form.map_or_else(Vec::new, |form| self.fill_in(form));
            }
            (Waits::Offers(then), Reply::Menu(offers)) => {
                self.offers = offers;
                return self.offered(then);
            }
            (Waits::Why, Reply::Why(explained)) => self.say_all(&show::why(&explained)),
            (Waits::Rows, Reply::Notes(notes)) => {
                let lines: Vec<String> = notes.iter().flat_map(|note| show::note(note, now)).collect();
                let last = notes.last().map(|note| Feed::Notes(Some(note.id.0)));
                self.fed(&lines, notes.len(), last, "no notes");
            }
            (Waits::Rows, Reply::History(rows)) => {
                let lines: Vec<String> = rows.iter().map(|row| show::history(row, now)).collect();
                let last = rows.last().map(|row| Feed::History(Some(row.seq)));
                self.fed(&lines, rows.len(), last, "no history");
            }
            (Waits::Shown(shown), reply) => return self.shown(shown, reply, now),
            (Waits::Marking, Reply::Ids { users, more }) => self.marked(users, more),
            (Waits::Judged, Reply::Preview(part)) => return self.judged(part),
            (Waits::Target(code), Reply::Target(found)) => {
                let Some(spec) = actions::find(code) else { return Vec::new() };
                let seen = Target::Seen { id: found.id, version: found.version };
                return self.fill_in(Form::upon(spec, (seen, found.name), found.called));
            }
            (Waits::Undoable, Reply::Undoable(Some(found))) => {
                return self.fill_in(Form::of_undo(found.spec, found.audit, found.target));
            }
            (Waits::Undoable, Reply::UndoableSet(_)) => {
                self.say(
                    "a job did it: take it back by a command of its own, `wardroom undo --help` tells how",
                );
            }
            (Waits::Undoable, Reply::Undoable(None)) => {
                let minutes = limits::UNDO_S / 60;
                self.say(&format!("you did nothing in the last {minutes} minutes that can be undone"));
            }
            // The answer to another question: a fault of the program, said rather than swallowed.
            (_, _) => self.say("the answer is to another question; ask again"),
        }
        Vec::new()
    }

    fn listed(&mut self, page: Page, now: Timestamp) -> Vec<Effect> {
        self.numbers = Numbers::Rows;
        self.list.more = page.more_after;
        self.list.rows = page.rows;
        let first = usize::try_from(self.list.first).unwrap_or(usize::MAX);
        let rows = self.list.rows.iter().enumerate();
        let lines: Vec<String> =
            rows.map(|(at, row)| show::row(first + at + 1, row, self.marks.contains(&row.id), now)).collect();
        self.say_all(&lines);
        self.ask(Query::Count { filter: self.list.filter.clone() }, Waits::Count)
    }

    fn counted(&mut self, matching: u64, visible: u64) {
        let shown = self.list.rows.len() as u64;
        let text = if matching == 0 {
            format!("nobody of {visible} fits")
        } else {
            let more = if self.list.more { "; n goes on" } else { "" };
            let (first, last) = (self.list.first + 1, self.list.first + shown);
            format!("{first} to {last} of {matching}{more}; a number opens")
        };
        self.say(&text);
    }

    fn opened(&mut self, mut profile: Box<Profile>, telling: Telling, now: Timestamp) {
        if profile.revealed {
            // Masked for everybody, as on the screens; the clear text does not even stay here.
            mask(&mut profile.user);
        }
        if telling == Telling::Told {
            let lines = show::profile(&profile, now);
            self.say_all(&lines);
            self.say("a lists what can be done");
            self.feed = None;
        }
        self.user = Some(profile);
    }

    fn offered(&mut self, then: Then) -> Vec<Effect> {
        let found = match then {
            Then::List => {
                self.numbers = Numbers::Offers;
                let lines = show::offers(&self.offers);
                self.say_all(&lines);
                self.say("a number does it; why and a number or its words explains");
                return Vec::new();
            }
            Then::Letter(letter) => self.offers.iter().find(|offer| offer.spec.letter == letter),
        };
        let called = self.user.as_ref().map_or_else(String::new, |profile| profile.user.called());
        let Some(offer) = found.cloned() else {
            self.say("no such action upon a user");
            return Vec::new();
        };
        if matches!(then, Then::Letter(_)) && offer.refusal.is_none() {
            return self.begin(offer.spec, "");
        }
        self.say_all(&show::why(&Explained::of_offer(&offer, called)));
        Vec::new()
    }

    fn fed(&mut self, lines: &[String], count: usize, last: Option<Feed>, none: &str) {
        self.say_all(lines);
        if last.is_none() {
            self.say(&if matches!(self.feed, Some(Feed::Notes(None) | Feed::History(None))) {
                none.to_owned()
            } else {
                "that was the last".to_owned()
            });
        } else if count >= self.page {
            self.say("n tells older ones");
        }
        self.feed = last.or(self.feed);
    }

    fn answered(&mut self, request: &Request, answer: Answer) -> Vec<Effect> {
        let Some(mut form) = self.form.take() else { return Vec::new() };
        self.actor.code_at = self.actor.code_at.max(request.actor.code_at);
        match answer {
            Answer::Done(receipt) if request.run == Run::Dry => {
                self.say_all(&show::plan(&receipt));
                form.looked(*receipt);
                // What was typed before this was told cannot be meant as its answer.
                self.typing.forget();
                self.form = Some(form);
                return Vec::new();
            }
            Answer::Done(receipt) => self.say_all(&show::done(&form.title(), &form.called, &receipt)),
            Answer::Started(job) => {
                self.marks.clear();
                self.say(&format!("{job} began; jobs tells how far it is"));
            }
            Answer::Form(fault) => {
                let said = form.again(&fault);
                self.say(&said);
                self.form = Some(form);
                return Vec::new();
            }
            Answer::Unproved(refusal) => {
                self.say(&format!("the code is not taken: {refusal}; {}", refusal.satisfied_by));
                form.step = Step::Code;
                self.form = Some(form);
                return Vec::new();
            }
            Answer::Refused(refusal) => {
                self.say(&format!("refused: {refusal}"));
                if !refusal.satisfied_by.is_empty() {
                    self.say(&format!("would be satisfied by: {}", refusal.satisfied_by));
                }
            }
            Answer::Stale(stale) => self.say_all(&show::stale(&stale)),
            Answer::Rows(faults) => {
                let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
                self.say_all(&lines);
            }
            Answer::Failed(fault) => self.say(&format!("error: {fault}; nothing was done")),
        }
        // As it is now: the next action is upon what is there, not upon what was.
        match &self.user {
            Some(profile) => {
                let user = profile.user.id;
                self.ask(Query::UserById { user }, Waits::Profile(Telling::Quiet))
            }
            None => Vec::new(),
        }
    }
}
