//! Who comes in: drives the pure sign-in machine with the store, the arenas and the waits.

use std::net::IpAddr;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use russh::keys::Certificate;
use russh::keys::ssh_key::{HashAlg, PublicKey};

use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::base::secret::{Secret, random};
use crate::base::text::{folded, visible};
use crate::credential::account::{self, AccountProof, ShownKey};
use crate::credential::arenas::{Arenas, Busy};
use crate::credential::argon::Arena;
use crate::credential::machine::SignIn;
use crate::credential::source::Source;
pub use crate::credential::step::Method;
use crate::credential::step::{self, Event as SignInEvent, Guess, Step, Used};
use crate::credential::throttle::Throttle;
use crate::domain::operator::Entry;
use crate::service::authorities::{Authorities, NotTaken};
use crate::service::shown_key::shown;
use crate::store::record::proof_of;
use crate::store::{Event, Recorded, Store};

/// What all connections share: the store, the memory for hashes, the waits of sources.
#[derive(Debug)]
pub struct Gate {
    pub(super) store: Store,
    arenas: Option<Arenas>,
    throttle: Mutex<Throttle>,
    /// Whose certificates sign in; nobody's before it is said.
    authorities: OnceLock<Authorities>,
    /// The waits run on the monotonic clock: setting the clock back shortens none.
    started: Instant,
}

/// What a client tries.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// Asks which methods there are.
    None,
    /// A key, offered or proved.
    Key {
        /// The key.
        key: PublicKey,
        /// Whether its owner has signed.
        signed: bool,
    },
    /// A certificate whose owner has signed, and of which the library has checked dates and signature.
    Certificate(Box<Certificate>),
    /// A password.
    Password(Secret<String>),
    /// Keyboard-interactive has begun.
    CodePrompt,
    /// The responses to the last prompts.
    Code(Vec<Secret<String>>),
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Come in.
    Accept,
    /// To an offered key: sign with it.
    ShowProof,
    /// Right, and another factor is wanted, by one of these methods.
    Partial {
        /// Never empty.
        methods: &'static [Method],
    },
    /// Ask this.
    Prompt {
        /// Shown above the prompts.
        instructions: String,
        /// Each with whether typing is shown.
        prompts: Vec<(String, bool)>,
    },
    /// No.
    Reject {
        /// What may be tried next; every other method would cost a guess.
        methods: &'static [Method],
    },
    /// No, and the connection ends.
    HangUp,
}

impl Gate {
    pub(super) fn start(store: Store, arenas: usize) -> Result<Self, Fault> {
        let arenas = if arenas == 0 { None } else { Some(Arenas::start(arenas)?) };
        Ok(Self {
            store,
            arenas,
            throttle: Mutex::default(),
            authorities: OnceLock::new(),
            started: Instant::now(),
        })
    }

    /// Whether `password` is the one behind `hash`; without a hash no, after equal work.
    pub(super) async fn verify(
        &self,
        source: Source,
        password: Secret<String>,
        hash: Option<String>,
    ) -> Result<bool, Busy> {
        match &self.arenas {
            Some(arenas) => arenas.verify(source, password, hash).await,
            None => Err(Busy),
        }
    }

    /// Whether `password` is one of those behind `hashes`: the rule against old passwords.
    pub(super) async fn matches_any(
        &self,
        source: Source,
        password: Secret<String>,
        hashes: Vec<String>,
    ) -> Result<bool, Fault> {
        match &self.arenas {
            Some(arenas) => arenas.matches_any(source, password, hashes).await.map_err(|Busy| busy()),
            None => tokio::task::spawn_blocking(move || {
                let mut arena = Arena::new();
                hashes.iter().any(|hash| arena.verify(&password, Some(hash)))
            })
            .await
            .map_err(|error| Fault::machine(format!("comparing a password: {error}"))),
        }
    }

    /// The hash of a new password. Local use has no arenas of its own and makes one for the moment.
    pub(super) async fn hash(&self, source: Source, password: Secret<String>) -> Result<String, Fault> {
        match &self.arenas {
            Some(arenas) => arenas.hash(source, password, random()).await.map_err(|Busy| busy()),
            None => tokio::task::spawn_blocking(move || Arena::new().hash(&password, random()))
                .await
                .map_err(|error| Fault::machine(format!("hashing a password: {error}"))),
        }
    }

    /// Lets certificates of `authorities` sign in from now on; said once.
    pub(super) fn trust(&self, authorities: Authorities) {
        if self.authorities.set(authorities).is_err() {
            tracing::error!("certificate authorities were named twice; the first ones stay");
        }
    }

    fn wait(&self, source: Source) -> std::time::Duration {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner).wait(source, self.started.elapsed())
    }

    fn failed(&self, source: Source) {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner).failed(source, self.started.elapsed());
    }

    /// Records a step of a sign-in, and gives the account of `login` as it is afterwards.
    pub(super) async fn record(
        &self,
        event: SignInEvent,
        source: Source,
        login: &str,
    ) -> Result<AccountProof, Fault> {
        if let SignInEvent::Failed { guess, .. } = &event
            && *guess != Guess::Key
        {
            self.failed(source);
        }
        let event = Event::SignIn { event, source: source.to_string(), login: login.to_owned() };
        let Recorded::Account(account) = self.store.record(event).await? else {
            return Err(Fault::machine("a sign-in was recorded and no account came back"));
        };
        Ok(*account)
    }

    /// Uses a code: whether this was the first time, and the account of `login` as it is afterwards.
    pub(super) async fn spend(
        &self,
        user: UserId,
        used: Used,
        login: &str,
    ) -> Result<(bool, AccountProof), Fault> {
        let event = Event::Spent { user, used, login: login.to_owned() };
        let Recorded::Spent(first, account) = self.store.record(event).await? else {
            return Err(Fault::machine("a code was used and no account came back"));
        };
        Ok((first, *account))
    }
}

/// One connection's way through sign-in.
#[derive(Debug)]
pub struct Visit {
    gate: std::sync::Arc<Gate>,
    source: IpAddr,
    machine: SignIn,
    /// The folded name of the last look-up.
    login: String,
    entry: Option<Entry>,
}

impl Visit {
    /// Begins the sign-in of one connection from `source`.
    pub fn begin(gate: std::sync::Arc<Gate>, source: IpAddr) -> Self {
        Self { gate, source, machine: SignIn::new(), login: String::new(), entry: None }
    }

    /// Who has come in; `Some` after [`Answer::Accept`].
    pub const fn entry(&self) -> Option<&Entry> {
        self.entry.as_ref()
    }

    /// Whether a first factor is proved: the deadline of the connection moves once.
    pub const fn has_proved(&self) -> bool {
        self.machine.has_proved()
    }

    /// Answers one attempt as `user`. A guess waits for a throttled source, and for the hash.
    pub async fn answer(&mut self, user: &str, attempt: Attempt) -> Answer {
        let source = Source::of(self.source);
        let wait = self.gate.wait(source);
        if !wait.is_zero() && guesses(&attempt) {
            tokio::time::sleep(wait).await;
        }
        match self.drive(user, attempt, source).await {
            Ok(answer) => self.told(user, answer),
            Err(fault) => {
                // Nothing is decided without the store.
                tracing::error!(%fault, "a sign-in could not be decided");
                Answer::HangUp
            }
        }
    }

    async fn drive(&mut self, user: &str, attempt: Attempt, source: Source) -> Result<step::Answer, Fault> {
        let attempt = self.of_machine(user, attempt).await;
        let mut step = self.machine.attempt(user, attempt);
        loop {
            step = match step {
                Step::LookUp { login } => {
                    let account = self.gate.store.account(login.clone()).await?;
                    self.login = login;
                    self.machine.found(account, self.gate.store.clock().now())
                }
                Step::VerifyPassword { password, hash } => {
                    self.machine.verified(self.gate.verify(source, password, hash).await)
                }
                Step::Spend { user, used } => {
                    let (first, account) = self.gate.spend(user, used, &self.login).await?;
                    self.machine.spent(first, account)
                }
                // No token is handed out yet, so none is live.
                Step::CheckToken(_) => self.machine.token_checked(false),
                Step::Record(event) => {
                    let account = self.gate.record(event, source, &self.login).await?;
                    self.machine.recorded(account)
                }
                Step::Answer(answer) => return Ok(answer),
            };
        }
    }

    async fn of_machine(&self, user: &str, attempt: Attempt) -> step::Attempt {
        match attempt {
            Attempt::None => step::Attempt::Probe,
            Attempt::Key { key, signed: false } => step::Attempt::Offer(shown(&key)),
            Attempt::Key { key, signed: true } => step::Attempt::Key(shown(&key)),
            Attempt::Certificate(certificate) => step::Attempt::Key(self.certified(user, &certificate).await),
            Attempt::Password(password) => step::Attempt::Password(password),
            Attempt::CodePrompt => step::Attempt::Begin,
            Attempt::Code(responses) => step::Attempt::Responses(responses),
        }
    }

    /// A key in a certificate, and what that is worth for `user` now.
    async fn certified(&self, user: &str, certificate: &Certificate) -> ShownKey {
        let (gate, now) = (&self.gate, self.gate.store.clock().now());
        let judged = match gate.authorities.get() {
            Some(authorities) => authorities.judge(certificate, (user, self.source), now).await,
            None => Err(NotTaken("no authority is configured".to_owned())),
        };
        let id = visible(certificate.key_id()).into_owned();
        let worth = match judged {
            Ok(trust) => account::Certificate::Valid(trust),
            Err(NotTaken(why)) => {
                tracing::info!(source = %self.source, id, serial = certificate.serial(), why, "a certificate was not taken");
                account::Certificate::Invalid
            }
        };
        let by = certificate.signature_key().fingerprint(HashAlg::Sha256);
        ShownKey {
            certificate: worth,
            certified: format!("`{id}` serial {} of {by}", certificate.serial()),
            ..shown(&PublicKey::new(certificate.public_key().clone(), ""))
        }
    }

    fn told(&mut self, user: &str, answer: step::Answer) -> Answer {
        match answer {
            step::Answer::ShowProof => Answer::ShowProof,
            step::Answer::Partial { methods } => Answer::Partial { methods },
            step::Answer::Prompt { instructions, prompts } => Answer::Prompt {
                instructions,
                prompts: prompts.iter().map(|prompt| (prompt.text.to_owned(), prompt.echo)).collect(),
            },
            step::Answer::Reject { methods } => Answer::Reject { methods },
            step::Answer::HangUp | step::Answer::Accept(step::Entry::Join { .. }) => Answer::HangUp,
            step::Answer::Accept(step::Entry::Console { user: operator, way, code_proved }) => {
                self.entry = Some(Entry {
                    operator,
                    login: folded(user),
                    source: self.source,
                    proof: proof_of(&way),
                    code_at: code_proved.then(|| self.gate.store.clock().now()),
                });
                Answer::Accept
            }
        }
    }
}

fn busy() -> Fault {
    Fault::busy("too many sign-ins at once: try again in a moment")
}

/// Whether an attempt can be right. What only asks does not wait: a client offers all keys of its
/// agent and signs with one, and would be out of time before it.
const fn guesses(attempt: &Attempt) -> bool {
    match attempt {
        Attempt::None | Attempt::Key { signed: false, .. } | Attempt::CodePrompt => false,
        Attempt::Key { signed: true, .. }
        | Attempt::Certificate(_)
        | Attempt::Password(_)
        | Attempt::Code(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;
    use crate::base::limits;
    use crate::base::time::{Clock, Timestamp};
    use crate::store::Places;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhBRm3Y1C0bDvkYNPwPVw5Oc4uYjG1tWZ5aEoQz0sTn";

    #[tokio::test]
    async fn after_failures_of_its_source_a_guess_waits_and_a_question_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places {
            database: folder.path().join("wardroom.db"),
            field_key: folder.path().join("field.key"),
        };
        let store = Store::create(&places, Clock::fixed(Timestamp(0))).unwrap();
        let gate = Arc::new(Gate::start(store, 0).unwrap());
        let source = IpAddr::V4(Ipv4Addr::LOCALHOST);
        // As many as give the longest wait.
        for _ in 0..2 * limits::SOURCE_FAILURES_FREE {
            gate.failed(Source::of(source));
        }
        let longest = Duration::from_millis(limits::SOURCE_WAIT_MS.1);
        let key = PublicKey::from_openssh(KEY).unwrap();
        let table = [
            (Attempt::None, false),
            (Attempt::Key { key: key.clone(), signed: false }, false),
            (Attempt::CodePrompt, false),
            (Attempt::Key { key, signed: true }, true),
            (Attempt::Password(Secret::new("a guess of somebody".to_owned())), true),
        ];
        for (attempt, waits) in table {
            let told = format!("{attempt:?}");
            let mut visit = Visit::begin(Arc::clone(&gate), source);
            let within = if waits { longest / 8 } else { longest / 2 };
            let answered = timeout(within, visit.answer("ann", attempt)).await;
            assert_eq!(answered.is_err(), waits, "{told}");
        }
    }
}
