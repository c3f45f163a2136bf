//! A desk: one operator's console on a real store, a clock that the test moves, and no terminal.

use std::collections::HashSet;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::runtime::Runtime;
use wardroom::base::ids::SessionId;
use wardroom::base::secret::Secret;
use wardroom::base::time::{Clock, Timestamp};
use wardroom::credential::totp::{Seed, code_of_step};
use wardroom::directory::audit::AuditFilter;
use wardroom::domain::job::JobState;
use wardroom::domain::operator::{Actor, Entry, Via};
use wardroom::protocol::{AuditFrom, AuditPage, Query, Reply, Returned};
use wardroom::service::{Present, Service};
use wardroom::store::{Places, Store};
use wardroom::ui::{self, Effect, Environment, Model, Msg, Opening, Place};

/// Between two keys: longer than a confirmation's guard, shorter than anything a person notices.
const BETWEEN_KEYS_MS: i64 = 200;

/// The made-up institution, opened at this time.
const OPENED: &str = "2026-05-14T09:41:57Z";

/// An institution with a clock that stands still.
pub(crate) struct House {
    runtime: Runtime,
    service: Service,
    clock: Clock,
    directory: tempfile::TempDir,
    /// Of the one operator with a second factor, `t.novak`.
    seed: Secret<Seed>,
}

/// One operator's console.
pub(crate) struct Desk<'h> {
    house: &'h House,
    model: Model,
    actor: Actor,
    size: (u16, u16),
    /// Whether the operator has left.
    pub(crate) has_left: bool,
    /// Requests that were sent, dry runs aside.
    pub(crate) sent: usize,
}

impl House {
    /// 200 made-up people.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let places = Places {
            database: directory.path().join("wardroom.db"),
            field_key: directory.path().join("keys/field.key"),
        };
        let clock = Clock::fixed(Timestamp::parse(OPENED).unwrap());
        let store = Store::create(&places, clock.clone()).unwrap();
        let service = Service::start(store, directory.path().join("keys"), 0).unwrap();
        let runtime = Runtime::new().unwrap();
        let made = runtime.block_on(service.populate(200, 7)).unwrap();
        let line = made.otpauth.unwrap();
        let line = line.expose();
        let secret = line.split(['?', '&']).find_map(|part| part.strip_prefix("secret=")).unwrap();
        let seed = Seed::from_base32(secret).unwrap();
        Self { runtime, service, clock, directory, seed }
    }

    /// `login` sits down at a terminal of this size.
    pub(crate) fn desk(&self, login: &str, size: (u16, u16)) -> Desk<'_> {
        self.seat(self.actor(login), size)
    }

    fn actor(&self, login: &str) -> Actor {
        let mut actor = self.runtime.block_on(self.service.actor_here(Some(login.to_owned()))).unwrap();
        actor.via = Via::Ssh;
        "10.4.1.17".clone_into(&mut actor.source);
        "key SHA256:nZ2pZr1vY0Yh".clone_into(&mut actor.proof);
        actor.has_second_factor = login == "t.novak";
        actor
    }

    fn seat(&self, actor: Actor, size: (u16, u16)) -> Desk<'_> {
        let (model, effects) = Model::new(Opening {
            actor: actor.clone(),
            environment: Environment::Demo,
            size,
            place: Place::Users,
            ascii_borders: false,
            now: self.clock.now(),
        });
        let mut desk = Desk { house: self, model, actor, size, has_left: false, sent: 0 };
        desk.carry_out(effects);
        desk
    }

    /// `login` sits down at a terminal of this size, in a session that the store knows.
    pub(crate) fn desk_in_session(&self, login: &str, size: (u16, u16)) -> Desk<'_> {
        let session = Some(self.sits_down(login, "10.4.1.17"));
        self.seat(Actor { session, ..self.actor(login) }, size)
    }

    /// `login` has signed in somewhere else.
    pub(crate) fn sits_down(&self, login: &str, source: &str) -> SessionId {
        let actor = self.runtime.block_on(self.service.actor_here(Some(login.to_owned()))).unwrap();
        let actor = Actor { source: source.to_owned(), via: Via::Ssh, ..actor };
        let entry = Entry {
            operator: actor.operator,
            login: login.to_owned(),
            source: source.parse().unwrap(),
            proof: "key SHA256:nZ2pZr1vY0Yh".to_owned(),
            code_at: None,
        };
        self.runtime.block_on(self.service.open_session(&actor, entry)).unwrap()
    }

    /// `login` sits in a session of this process, as long as what comes back is kept.
    pub(crate) fn keeps_busy(&self, login: &str) -> Present {
        let session = self.sits_down(login, "10.4.1.20");
        self.service.enter(session)
    }

    /// Live sessions of `login`.
    pub(crate) fn live_sessions(&self, login: &str) -> i64 {
        let store = rusqlite::Connection::open(self.directory.path().join("wardroom.db")).unwrap();
        let sql = "SELECT count(*) FROM sessions WHERE login = ?1 AND closed_at IS NULL";
        store.query_row(sql, [login], |row| row.get(0)).unwrap()
    }

    /// The code of `t.novak` at this moment.
    pub(crate) fn code(&self) -> String {
        code_of_step(&self.seed, u64::try_from(self.clock.now().unix_seconds() / 30).unwrap())
    }

    /// Time passes, in seconds.
    pub(crate) fn pass_s(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// The status of the user with `login`, in the word of files; `gone` where there is no such user.
    pub(crate) fn status(&self, login: &str) -> &'static str {
        let actor = self.runtime.block_on(self.service.actor_here(None)).unwrap();
        let asked = self.runtime.block_on(self.service.ask(&actor, Query::User { named: login.to_owned() }));
        if matches!(asked, Reply::Refused(_)) {
            return "gone";
        }
        let Reply::User(profile) = asked else { panic!("{login}: {asked:?}") };
        profile.user.facts.status_at(self.clock.now()).word()
    }

    /// The primary email of the user with `login`, as it is stored.
    pub(crate) fn email(&self, login: &str) -> String {
        let actor = self.runtime.block_on(self.service.actor_here(None)).unwrap();
        let asked = self.runtime.block_on(self.service.ask(&actor, Query::User { named: login.to_owned() }));
        let Reply::User(profile) = asked else { panic!("{login}: {asked:?}") };
        profile.user.email().unwrap().address.clone()
    }

    /// Entries of the audit that hold `text` anywhere.
    pub(crate) fn audit_rows_with(&self, text: &str) -> i64 {
        let store = rusqlite::Connection::open(self.directory.path().join("wardroom.db")).unwrap();
        let sql = "SELECT count(*) FROM audit WHERE instr(reason || detail || target || source, ?1)";
        store.query_row(sql, [text], |row| row.get(0)).unwrap()
    }

    /// Somebody writes into the file of the store, past its guards.
    pub(crate) fn tamper(&self, sql: &str) {
        let store = rusqlite::Connection::open(self.directory.path().join("wardroom.db")).unwrap();
        store.execute_batch("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete").unwrap();
        store.execute_batch(sql).unwrap();
    }

    /// Whether a group has a right, 1 or 0.
    pub(crate) fn group_holds(&self, group: &str, right: &str) -> i64 {
        let store = rusqlite::Connection::open(self.directory.path().join("wardroom.db")).unwrap();
        let sql = "SELECT count(*) FROM group_rights JOIN groups ON id = group_id WHERE name = ?1 AND right_code = ?2";
        store.query_row(sql, [group, right], |row| row.get(0)).unwrap()
    }

    /// Whatever jobs there are is carried out to its end.
    pub(crate) fn work_off(&self) {
        let mut committed = self.service.committed();
        self.service.start_jobs().unwrap();
        self.runtime.block_on(async {
            let actor = self.service.actor_here(None).await.unwrap();
            loop {
                let asked = self.service.ask(&actor, Query::Jobs { rows: 99 }).await;
                let Reply::Jobs(jobs) = asked else { panic!("{asked:?}") };
                if jobs.iter().all(|job| job.state != JobState::Running) {
                    return;
                }
                committed.changed().await.unwrap();
            }
        });
    }

    /// Another process takes a right away from a role.
    pub(crate) fn withdraw(&self, role: &str, right: &str) {
        let store = rusqlite::Connection::open(self.directory.path().join("wardroom.db")).unwrap();
        let taken = store
            .execute(
                "DELETE FROM role_rights WHERE right_code = ?2 AND role = (SELECT id FROM roles WHERE name = ?1)",
                [role, right],
            )
            .unwrap();
        assert_eq!(taken, 1, "{role} had {right}");
    }

    /// The newest entry of the audit: actor, action, target, result.
    pub(crate) fn audited(&self) -> String {
        let actor = self.runtime.block_on(self.service.actor_here(None)).unwrap();
        let asked =
            self.runtime.block_on(self.service.ask(
                &actor,
                Query::Audit { filter: AuditFilter::default(), from: AuditFrom::Newest, rows: 1 },
            ));
        let Reply::Audit(AuditPage { records: entries, .. }) = asked else { panic!("{asked:?}") };
        let entry = &entries[0];
        format!("{} {} {} {} {}", entry.actor, entry.action, entry.target, entry.result, entry.rule)
            .trim_end()
            .to_owned()
    }
}

impl Desk<'_> {
    /// Presses keys: letters as they are, others as `<enter>`, `<ctrl-c>`, `<down>`.
    pub(crate) fn press(&mut self, keys: &str) {
        for key in parse(keys) {
            let now = self.house.clock.now();
            self.house.clock.set(Timestamp(now.0 + BETWEEN_KEYS_MS));
            self.tell(Msg::Key(key));
        }
    }

    /// Pastes text.
    pub(crate) fn paste(&mut self, text: &str) {
        self.tell(Msg::Paste(text.to_owned()));
    }

    /// Somebody committed something.
    pub(crate) fn hear(&mut self) {
        self.tell(Msg::Changed);
    }

    /// The terminal has another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        self.tell(Msg::Resize(columns, rows));
    }

    /// What the terminal shows: one line a row, without blanks at the end.
    pub(crate) fn screen(&self) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        ui::view(&self.model, &mut buffer, self.house.clock.now());
        let row = |y: u16| {
            let mut line = String::new();
            let mut hidden = 0;
            for x in 0..buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                if hidden == 0 {
                    line.push_str(symbol);
                    hidden = wardroom::base::text::width(symbol).saturating_sub(1);
                } else {
                    // The right half of a wide character.
                    hidden -= 1;
                }
            }
            line.trim_end().to_owned()
        };
        (0..buffer.area.height).map(row).collect::<Vec<_>>().join("\n")
    }

    /// How many colours text and ground have.
    pub(crate) fn colours(&self) -> (usize, usize) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        ui::view(&self.model, &mut buffer, self.house.clock.now());
        let (mut inks, mut grounds) = (HashSet::new(), HashSet::new());
        for cell in &buffer.content {
            inks.insert(cell.fg);
            grounds.insert(cell.bg);
        }
        (inks.len(), grounds.len())
    }

    /// The line of the screen that holds `text`; a panic with the screen where none does.
    pub(crate) fn line_with(&self, text: &str) -> String {
        let screen = self.screen();
        let found = screen.lines().find(|line| line.contains(text));
        found.unwrap_or_else(|| panic!("nowhere `{text}`:\n{screen}")).to_owned()
    }

    /// Whether the screen holds `text`.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    fn tell(&mut self, message: Msg) {
        let effects = ui::update(&mut self.model, message, self.house.clock.now());
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let House { runtime, service, .. } = self.house;
            match effect {
                Effect::Ask(query) => {
                    let reply = runtime.block_on(service.ask(&self.actor, query.clone()));
                    self.tell(Msg::Returned(Returned::Reply(Box::new(query), reply)));
                }
                Effect::Execute(request) => {
                    self.sent += usize::from(request.run == wardroom::actions::request::Run::Real);
                    let answer = runtime.block_on(service.execute(request.clone()));
                    self.tell(Msg::Returned(Returned::Answer(Box::new(request), answer)));
                }
                Effect::Steer(job, steer) => {
                    let steered = runtime.block_on(service.steer(&self.actor, job, steer));
                    self.tell(Msg::Returned(Returned::Steered(job, steered)));
                }
                Effect::ExecuteProved { mut request, beside } => {
                    self.sent += 1;
                    request.actor = self.actor.clone();
                    let answer = runtime.block_on(service.execute_proved(&mut request, beside));
                    self.actor.code_at = self.actor.code_at.max(request.actor.code_at);
                    self.tell(Msg::Returned(Returned::Answer(Box::new(request), answer)));
                }
                Effect::TrustKey => {
                    let trusted = runtime.block_on(service.trust_key(&self.actor));
                    self.tell(Msg::KeyTrusted(trusted));
                }
                Effect::Unlock(_) => self.tell(Msg::Unlocked { code_at: self.actor.code_at }),
                Effect::Wake { .. } | Effect::Redraw => {}
                Effect::Quit => self.has_left = true,
            }
        }
    }
}

fn parse(keys: &str) -> Vec<KeyEvent> {
    let mut events = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        if first == '<'
            && let Some(end) = rest.find('>')
        {
            events.push(named(&rest[1..end]));
            rest = &rest[end + 1..];
        } else {
            events.push(KeyEvent::new(KeyCode::Char(first), KeyModifiers::NONE));
            rest = &rest[first.len_utf8()..];
        }
    }
    events
}

fn named(name: &str) -> KeyEvent {
    if let Some(letter) = name.strip_prefix("ctrl-") {
        let letter = letter.chars().next().unwrap();
        return KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
    }
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "down" => KeyCode::Down,
        "up" => KeyCode::Up,
        "end" => KeyCode::End,
        "home" => KeyCode::Home,
        "pgdn" => KeyCode::PageDown,
        "pgup" => KeyCode::PageUp,
        "backspace" => KeyCode::Backspace,
        "f2" => KeyCode::F(2),
        "space" => KeyCode::Char(' '),
        other => panic!("no key <{other}>"),
    };
    KeyEvent::new(code, KeyModifiers::NONE)
}
