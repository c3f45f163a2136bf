//! Before a session: whoever has come in sets what is due, on the same terminal, and gets nothing else until then.

use std::time::Duration;

use crossterm::event::{Event, KeyEventKind};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::text;
use crate::credential::account::Owes;
use crate::credential::password::{self, RULES};
use crate::credential::qr::{self, Glyphs};
use crate::credential::totp::Seed;
use crate::domain::operator::Entry;
use crate::protocol::Trouble;
use crate::service::Service;
use crate::session::keys::Keys;
use crate::session::{Farewell, Look, Terminal, Terms};
use crate::terminal::{ENTER, LEAVE, Screen};
use crate::ui::set_up::{Dialogue, Picture, Rule, SetUp, Told, Want};

/// Who the code in an authenticator app is for.
const ISSUER: &str = "wardroom";

/// Sets what `entry` owes. Comes back at once where that is nothing; else when all is set, or with why the operator
/// left before. A second factor that is set up counts as a code that is proved.
pub async fn set_up<K: Keys>(
    service: &Service,
    entry: &mut Entry,
    terms: Terms,
    terminal: &mut Terminal<K>,
) -> Result<(), Farewell> {
    let owes = service.owes(entry).await.map_err(|trouble| failed(&trouble))?;
    if !owes.anything() {
        return Ok(());
    }
    let ascii = matches!(terminal.look, Look::Screens(capabilities) if capabilities.ascii_borders);
    let machine = SetUp::new(entry.login.clone(), terms.environment, ascii);
    let size = *terminal.size.borrow_and_update();
    let face = match terminal.look {
        Look::Screens(capabilities) => Face::Screens {
            machine,
            screen: Box::new(Screen::new(size.0.into(), size.1.into(), capabilities)),
        },
        Look::Plain(reads) => Face::Plain(Dialogue::new(machine, reads)),
    };
    let mut table = Table {
        service,
        entry,
        terminal,
        face,
        ascii,
        seed: None,
        running: JoinSet::new(),
        dirty: true,
        over: None,
    };
    table.owes(owes);
    table.run().await
}

fn failed(trouble: &Trouble) -> Farewell {
    let (line, exit_status) = match trouble {
        Trouble::Refused(refusal) => (refusal.text.clone(), 77),
        Trouble::Failed(fault) => (format!("no session was opened: {fault}"), 69),
    };
    Farewell { line: text::visible(&line).into_owned(), exit_status }
}

enum Face {
    Screens { machine: SetUp, screen: Box<Screen> },
    Plain(Dialogue),
}

/// What is set in the background; the loop goes on meanwhile.
enum Back {
    Owes(Result<Owes, Trouble>),
    Password(Result<(), Trouble>),
    Factor(Result<Vec<Secret<String>>, Trouble>),
}

/// Everything at work.
struct Table<'t, K> {
    service: &'t Service,
    entry: &'t mut Entry,
    terminal: &'t mut Terminal<K>,
    face: Face,
    ascii: bool,
    /// Of the second factor that is being set up.
    seed: Option<Secret<Seed>>,
    running: JoinSet<Back>,
    dirty: bool,
    over: Option<Result<(), Farewell>>,
}

enum Happened {
    Closing,
    Keys(Option<Vec<Event>>),
    Resized(bool),
    Back(Back),
    Late,
    Room(bool),
}

impl<K: Keys> Table<'_, K> {
    async fn run(mut self) -> Result<(), Farewell> {
        let until = Instant::now() + Duration::from_secs(limits::SET_UP_LIMIT_S);
        let is_screen = matches!(self.face, Face::Screens { .. });
        if is_screen && self.terminal.output.send(ENTER.to_vec()).await.is_err() {
            return gone();
        }
        while self.over.is_none() {
            match self.next(until).await {
                Happened::Closing => self.leave("the server stops: sign in again in a moment", 0),
                Happened::Keys(Some(events)) => self.keys(events),
                Happened::Keys(None) => self.leave("the connection was closed; what was due is not set", 77),
                Happened::Resized(false) | Happened::Room(false) => self.leave("the terminal is gone", 0),
                Happened::Resized(true) => self.resized(),
                Happened::Back(back) => self.back(back),
                Happened::Late => self.leave("signed out: too long; what was due is not set", 77),
                Happened::Room(true) => self.dirty = false,
            }
        }
        let last = match &mut self.face {
            Face::Screens { .. } => LEAVE.to_vec(),
            Face::Plain(dialogue) => dialogue.take(),
        };
        if !last.is_empty() {
            // A client that does not read any more is cut by who holds its socket.
            let patience = Duration::from_millis(limits::FAREWELL_MS);
            let _ = timeout(patience, self.terminal.output.send(last)).await;
        }
        self.over.unwrap_or_else(gone)
    }

    async fn next(&mut self, until: Instant) -> Happened {
        let Self { terminal, running, face, dirty, service, .. } = self;
        let closing = async {
            let _ = terminal.closing.wait_for(|raised| *raised).await;
        };
        tokio::select! {
            biased;
            () = closing => Happened::Closing,
            events = terminal.keys.next() => Happened::Keys(events),
            changed = terminal.size.changed() => Happened::Resized(changed.is_ok()),
            Some(back) = running.join_next() => match back {
                Ok(back) => Happened::Back(back),
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            },
            () = sleep_until(until) => Happened::Late,
            room = terminal.output.reserve(), if *dirty => {
                let Ok(room) = room else { return Happened::Room(false) };
                let frame = match face {
                    Face::Screens { machine, screen } => {
                        screen.draw(|buffer| machine.view(buffer, service.now()))
                    }
                    Face::Plain(dialogue) => dialogue.take(),
                };
                if !frame.is_empty() {
                    room.send(frame);
                }
                Happened::Room(true)
            }
        }
    }

    fn keys(&mut self, events: Vec<Event>) {
        self.dirty = true;
        for event in events {
            let want = match (event, &mut self.face) {
                (Event::Key(key), Face::Screens { machine, .. }) if key.kind != KeyEventKind::Release => {
                    machine.key(key)
                }
                (Event::Key(key), Face::Plain(dialogue)) if key.kind != KeyEventKind::Release => {
                    dialogue.key(key)
                }
                (Event::Paste(pasted), Face::Screens { machine, .. }) => machine.paste(&pasted),
                (Event::Paste(pasted), Face::Plain(dialogue)) => dialogue.paste(&pasted),
                (_, _) => None,
            };
            if let Some(want) = want {
                self.want(want);
            }
        }
    }

    fn resized(&mut self) {
        let (columns, rows) = *self.terminal.size.borrow_and_update();
        self.dirty = true;
        if let Face::Screens { screen, .. } = &mut self.face {
            screen.resize(columns.into(), rows.into());
        }
    }

    fn want(&mut self, want: Want) {
        let (service, entry) = (self.service.clone(), self.entry.clone());
        match want {
            Want::Judge(typed) => self.tell(Told::Judged(judged(&typed, &self.entry.login))),
            Want::Password(typed) => {
                self.running
                    .spawn(async move { Back::Password(service.set_due_password(&entry, typed).await) });
            }
            Want::Code(code) => {
                let Some(seed) = self.seed.clone() else { return };
                self.running
                    .spawn(async move { Back::Factor(service.set_second_factor(&entry, seed, &code).await) });
            }
            Want::GoOn => self.look(),
            Want::Redraw => {
                if let Face::Screens { screen, .. } = &mut self.face {
                    screen.repaint();
                }
            }
            Want::Quit => self.leave("signed out; what was due is not set", 77),
        }
    }

    /// Looks what is still owed.
    fn look(&mut self) {
        let (service, entry) = (self.service.clone(), self.entry.clone());
        self.running.spawn(async move { Back::Owes(service.owes(&entry).await) });
    }

    fn back(&mut self, back: Back) {
        match back {
            Back::Owes(Ok(owes)) => self.owes(owes),
            Back::Owes(Err(trouble)) => self.over = Some(Err(failed(&trouble))),
            Back::Password(Ok(())) => self.look(),
            Back::Factor(Ok(codes)) => {
                self.seed = None;
                self.entry.code_at = Some(self.service.now());
                self.tell(Told::Codes(codes));
            }
            Back::Password(Err(trouble)) | Back::Factor(Err(trouble)) => {
                let why = match trouble {
                    Trouble::Refused(refusal) if refusal.satisfied_by.is_empty() => refusal.text,
                    Trouble::Refused(refusal) => format!("{}; {}", refusal.text, refusal.satisfied_by),
                    Trouble::Failed(fault) => fault.text,
                };
                self.tell(Told::Refused(why));
            }
        }
    }

    fn owes(&mut self, owes: Owes) {
        if owes.password {
            let rules = judged(&Secret::new(String::new()), &self.entry.login);
            self.tell(Told::OwesPassword(rules));
        } else if owes.second_factor {
            let seed = self.service.new_seed();
            let line = seed.expose().otpauth(ISSUER, &self.entry.login);
            // Drawn of ASCII it is larger than most terminals.
            let lines = if self.ascii { None } else { qr::lines(line.expose(), Glyphs::HalfBlocks) };
            let picture =
                Picture { manual: seed.expose().base32(), qr: Secret::new(lines.unwrap_or_default()) };
            self.seed = Some(seed);
            self.tell(Told::OwesFactor(picture));
        } else {
            self.over = Some(Ok(()));
        }
    }

    fn tell(&mut self, told: Told) {
        self.dirty = true;
        match &mut self.face {
            Face::Screens { machine, .. } => machine.told(told),
            Face::Plain(dialogue) => {
                dialogue.told(told);
                // A script's lines may be there already.
                if let Some(want) = dialogue.line() {
                    self.want(want);
                }
            }
        }
    }

    /// What ended it first stays.
    fn leave(&mut self, line: &str, exit_status: u32) {
        if self.over.is_none() {
            self.over = Some(Err(Farewell { line: line.to_owned(), exit_status }));
        }
    }
}

fn gone() -> Result<(), Farewell> {
    Err(Farewell { line: "the terminal is gone".to_owned(), exit_status: 0 })
}

/// How the rules stand for what is typed so far.
fn judged(typed: &Secret<String>, login: &str) -> Vec<Rule> {
    let broken = password::broken_rules(typed.expose(), login);
    let is_empty = typed.expose().is_empty();
    let rules = RULES.iter().map(|(words, breaks)| Rule {
        words: (*words).to_owned(),
        is_kept: Some(!is_empty && !broken.iter().any(breaks)),
    });
    let past =
        Rule { words: "none of your last passwords (looked up when you set it)".to_owned(), is_kept: None };
    rules.chain(std::iter::once(past)).collect()
}
