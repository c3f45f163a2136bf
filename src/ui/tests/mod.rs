//! The console as its operator sees it: keys and replies in, effects and frames out.

mod confirm;
mod console;
mod menu;
mod people;
mod profile;
mod risk;
mod sets;
mod users;

use std::collections::BTreeSet;

use people::{history_row, lock, note, offer, page, receipt, row, user_of};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::actions;
use crate::actions::request::{Request, Run};
use crate::actions::walk::{Finding, Step};
use crate::authz::grants::RightSet;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::authz::standing::Standing;
use crate::base::ids::{JobId, NoteId, OrganisationId, UserId};
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::row::{Details, Entry, Row};
use crate::directory::sort::Sort;
use crate::domain::change::Difference;
use crate::domain::contact::{Email, Phone};
use crate::domain::history::{HistoryRow, Note};
use crate::domain::job::Steer;
use crate::domain::level::Level;
use crate::domain::operator::{Actor, Via};
use crate::domain::organisation::Organisation;
use crate::domain::scope::Scope;
use crate::domain::status::{AdminLock, Status, StatusFacts};
use crate::domain::target::{TargetId, TargetKind};
use crate::domain::user::{Kind, Names, Product, User};
use crate::protocol::{
    About, Answer, AuditPage, Explained, From, Me, Offer, Page, Profile, Query, Receipt, Reply, Returned,
    SessionPage, Source,
};
use crate::ui::{Effect, Environment, Model, Msg, Opening, Place, keymap, update, view};

/// A console with somebody at it and the answers of a store.
struct Desk {
    model: Model,
    now: Timestamp,
    asked: Vec<Query>,
    sent: Vec<Request>,
    steered: Vec<(JobId, Steer)>,
    effects: Vec<Effect>,
    rows: Vec<Row>,
    rights: RightSet,
    notes: Vec<Note>,
    history: Vec<HistoryRow>,
    /// Whether questions are answered at once.
    answers: bool,
}

fn start() -> Timestamp {
    Timestamp::parse("2026-05-14T09:42:17Z").unwrap()
}

fn rights_of(level: Level) -> RightSet {
    RightSet::of_level(level)
}

impl Desk {
    /// A desk at 80x24 with `count` users in the list.
    fn with(count: i64) -> Self {
        Self::opened(Place::Users, (80, 24), (1..=count).map(row).collect(), rights_of(Level::Master))
    }

    fn opened(place: Place, size: (u16, u16), rows: Vec<Row>, rights: RightSet) -> Self {
        let actor = Actor {
            operator: UserId(90_000),
            login: "m.okafor".into(),
            via: Via::Ssh,
            source: "10.0.0.1".into(),
            proof: "key".into(),
            session: None,
            code_at: None,
            has_second_factor: true,
        };
        let opening =
            Opening { actor, environment: Environment::Prod, size, place, ascii_borders: true, now: start() };
        let (model, effects) = Model::new(opening);
        let (notes, history) = (Vec::new(), Vec::new());
        let mut desk = Self {
            model,
            now: start(),
            asked: vec![],
            sent: vec![],
            steered: vec![],
            effects: vec![],
            rows,
            rights,
            notes,
            history,
            answers: true,
        };
        desk.take(effects);
        desk.serve();
        desk
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in &effects {
            match effect {
                Effect::Ask(query) => self.asked.push(query.clone()),
                Effect::Execute(request) => self.sent.push(request.clone()),
                Effect::Steer(job, steer) => self.steered.push((*job, *steer)),
                Effect::ExecuteProved { .. }
                | Effect::Unlock(_)
                | Effect::TrustKey
                | Effect::Wake { .. }
                | Effect::Redraw
                | Effect::Quit => {}
            }
        }
        self.effects.extend(effects);
    }

    fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg, self.now);
        self.take(effects);
        if self.answers {
            self.serve();
        }
    }

    /// Answers everything that is open.
    fn serve(&mut self) {
        while let Some(query) = (!self.asked.is_empty()).then(|| self.asked.remove(0)) {
            let reply = self.reply(&query);
            self.answer_query(query, reply);
        }
        while let Some(request) = self.sent.pop().filter(|request| request.run == Run::Dry) {
            let answer = Self::dry(&request);
            self.answer(request, answer);
        }
    }

    fn answer_query(&mut self, query: Query, reply: Reply) {
        let effects =
            update(&mut self.model, Msg::Returned(Returned::Reply(Box::new(query), reply)), self.now);
        self.take(effects);
    }

    fn answer(&mut self, request: Request, answer: Answer) {
        let effects =
            update(&mut self.model, Msg::Returned(Returned::Answer(Box::new(request), answer)), self.now);
        self.take(effects);
    }

    fn dry(request: &Request) -> Answer {
        let spec = actions::find(request.code).unwrap();
        if let Err(fault) = actions::form::Answers::check(spec.form, &request.answers) {
            return Answer::Form(fault);
        }
        Answer::Done(Box::new(receipt()))
    }

    fn count(&self, filter: &crate::directory::filter::Filter) -> Reply {
        let Reply::Users(page) = self.reply(&Query::Users {
            filter: filter.clone(),
            sort: Sort::default(),
            from: From::Start,
            rows: usize::MAX,
        }) else {
            unreachable!()
        };
        let (matching, visible) = (page.rows.len() as u64, self.rows.len() as u64);
        Reply::Count { matching, visible, source: Source::Memory }
    }

    fn reply(&self, query: &Query) -> Reply {
        match query {
            Query::Me => Reply::Me(Box::new(self.me())),
            Query::Users { filter, from, rows, .. } => self.users(filter, from, *rows),
            Query::Count { filter } => self.count(filter),
            Query::User { named } => {
                let found = self.rows.iter().find(|row| row.login.as_ref() == Some(named));
                found.map_or_else(|| Reply::Refused(Refusal::no_such_user(named)), |row| self.profile(row))
            }
            Query::UserById { user } => {
                let found = self.rows.iter().find(|row| row.id == *user);
                found.map_or_else(|| Reply::Refused(Refusal::no_such_user("x")), |row| self.profile(row))
            }
            Query::Notes { before, rows, .. } => {
                let older = self.notes.iter().filter(|note| before.is_none_or(|before| note.id.0 < before));
                Reply::Notes(older.take(*rows).cloned().collect())
            }
            Query::History { before, rows, .. } => {
                let older = self.history.iter().filter(|row| before.is_none_or(|before| row.seq < before));
                Reply::History(older.take(*rows).cloned().collect())
            }
            Query::Menu { id } => {
                let status = self.status_of(*id);
                let on_users =
                    actions::ALL.iter().filter(|spec| spec.target_kind() == Some(TargetKind::User));
                Reply::Menu(on_users.map(|spec| offer(spec, status)).collect())
            }
            Query::Why { code, about: About::Id(id), .. } => {
                let (spec, status) = (actions::find(code).unwrap(), self.status_of(*id));
                Reply::Why(Box::new(Explained {
                    chain: vec![Step {
                        rule: Rule::Status,
                        finding: Finding::Holds("you are ACTIVE".into()),
                    }],
                    ..Explained::of_offer(&offer(spec, status), "somebody".into())
                }))
            }
            Query::Why { .. } => unreachable!("nobody asks about anything else here"),
            Query::FilterWords
            | Query::Ids { .. }
            | Query::Marks { .. }
            | Query::Preview { .. }
            | Query::NotDone { .. }
            | Query::Jobs { .. }
            | Query::Job { .. } => self.of_set(query),
            Query::Sessions { .. } => Reply::Sessions(SessionPage::default()),
            Query::Session { .. } => unreachable!("nobody looks at one session here"),
            Query::Audit { .. } => Reply::Audit(AuditPage::default()),
            Query::AuditChain { .. } | Query::AuditEntry { .. } => {
                unreachable!("nobody looks at an entry here")
            }
            Query::Target { kind, named } => Reply::Refused(Refusal::no_such(*kind, named)),
            Query::Making { .. } => Reply::Menu(vec![]),
            Query::Roles => Reply::Roles(Vec::new()),
            Query::Role { named } => Reply::Refused(Refusal::no_such(TargetKind::Role, named)),
            Query::Groups => Reply::Groups(Box::default()),
            Query::Group { named } => Reply::Refused(Refusal::no_such(TargetKind::Group, named)),
            Query::Choices { .. } => Reply::Choices(people::choices()),
            Query::Undoable { .. } => Reply::Undoable(None),
        }
    }

    fn users(&self, filter: &Filter, from: &From, rows: usize) -> Reply {
        let sight = crate::authz::standing::Sight {
            own: UserId(0),
            scope: Scope::All,
            groups: crate::authz::standing::Groups::Any,
            reveal: true,
        };
        let is_meant = |row: &Row| {
            let entry = Entry { row: row.clone(), group: None, details: Details::default() };
            filter.matches(&entry, &sight, self.now)
        };
        let found: Vec<&Row> = self.rows.iter().filter(|row| is_meant(row)).collect();
        Reply::Users(page(&found, from, rows))
    }

    fn status_of(&self, id: TargetId) -> Status {
        let row = self.rows.iter().find(|row| TargetId::User(row.id) == id);
        row.unwrap().facts.status_at(self.now)
    }

    fn profile(&self, row: &Row) -> Reply {
        let profile = Profile {
            user: user_of(row),
            revealed: true,
            rights: RightSet::EMPTY,
            sources: Vec::new(),
            notes: self.notes.len() as u64,
            history: self.history.len() as u64,
            sessions: 2,
            messages_waiting: 0,
        };
        Reply::User(Box::new(profile))
    }

    fn me(&self) -> Me {
        let standing = Standing {
            id: UserId(90_000),
            login: "m.okafor".into(),
            kind: Kind::Admin,
            status: Status::Active,
            status_until: None,
            level: Some(Level::Organisation),
            scope: Scope::All,
            organisation: OrganisationId(1),
            group: None,
            accounts: BTreeSet::new(),
            rights: self.rights,
            assigned: true,
        };
        Me { standing, name: "Mina Okafor".into(), scope: None, trusted: Vec::new() }
    }

    /// Presses keys: letters as they are, others as `<enter>`; each half a second after the last.
    fn press(&mut self, keys: &str) {
        for name in names(keys) {
            self.now = Timestamp(self.now.0 + 500);
            self.press_now(&name);
        }
    }

    /// Presses one key without time passing.
    fn press_now(&mut self, name: &str) {
        self.tell(Msg::Key(keymap::event(name).unwrap()));
    }

    fn wait(&mut self, milliseconds: i64) {
        self.now = Timestamp(self.now.0 + milliseconds);
        self.tell(Msg::Tick);
    }

    fn quits(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Quit))
    }

    /// The frame, a line each, without blanks at the ends.
    fn screen(&self) -> String {
        self.drawn().0
    }

    fn line(&self, holding: &str) -> String {
        self.screen().lines().find(|line| line.contains(holding)).unwrap_or_default().to_owned()
    }

    fn cursor(&self) -> Position {
        self.drawn().1
    }

    fn buffer(&self) -> (Buffer, Option<Position>) {
        let (columns, rows) = self.model.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        let cursor = view(&self.model, &mut buffer, self.now);
        (buffer, cursor)
    }

    fn drawn(&self) -> (String, Position) {
        let (columns, rows) = self.model.size;
        let (buffer, cursor) = self.buffer();
        let position = cursor.unwrap_or_default();
        let line =
            |y| (0..columns).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        ((0..rows).map(line).collect::<Vec<_>>().join("\n"), position)
    }

    #[track_caller]
    fn sees(&self, text: &str) {
        assert!(self.screen().contains(text), "`{text}` is not on the screen:\n{}", self.screen());
    }

    #[track_caller]
    fn sees_not(&self, text: &str) {
        assert!(!self.screen().contains(text), "`{text}` is on the screen:\n{}", self.screen());
    }
}

fn names(keys: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        if let Some((name, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            names.push(name.to_owned());
            rest = after;
        } else {
            names.push(if first == ' ' { "space".to_owned() } else { first.to_string() });
            rest = &rest[first.len_utf8()..];
        }
    }
    names
}

fn without(right: Right) -> RightSet {
    RightSet::closed(crate::authz::right::ALL.iter().map(|spec| spec.right).filter(|one| {
        // Whatever implies it would bring it back.
        !RightSet::closed([*one]).holds(right)
    }))
}
