//! The service: what screens and command lines ask, what they have done, and who may come in.
//!
//! Everything slow (hashes) happens here, before the store's transaction.

pub mod abandoned;
pub mod authorities;
pub mod deliver;
pub mod demo;
pub mod gate;
mod head;
pub mod import;
pub mod keys;
pub mod operators;
mod outside;
mod presence;
pub mod prove;
mod set_up;
mod shown_key;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use crate::actions::request::Request;
use crate::authz::refusal::Refusal;
use crate::authz::rules;
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::{JobId, SessionId};
use crate::base::time::Timestamp;
use crate::core::Core;
use crate::domain::job::{Job, Steer};
use crate::domain::operator::{Actor, Entry, Past, Via};
use crate::protocol::{Answer, Query, Reply, Trouble};
use crate::service::authorities::Authorities;
use crate::service::gate::Gate;
pub use crate::service::head::{Verified, Verifying};
use crate::service::presence::Presence;
pub use crate::service::presence::Present;
pub use crate::store::{Committed, Exported};
use crate::store::{Event, Recorded, Store, is_alive};

/// The console's heart, shared by every session; clones are handles.
#[derive(Clone, Debug)]
pub struct Service {
    store: Store,
    gate: Arc<Gate>,
    keys: Arc<PathBuf>,
    presence: Presence,
    core: Option<Core>,
}

impl Service {
    /// A service over `store`; `keys` is the folder of its keys.
    ///
    /// `arenas` password hashes run at once, each with memory of its own that is taken now; 0 where nobody signs in by
    /// password.
    pub fn start(store: Store, keys: PathBuf, arenas: usize) -> Result<Self, Fault> {
        let gate = Gate::start(store.clone(), arenas)?;
        Ok(Self {
            store,
            gate: Arc::new(gate),
            keys: Arc::new(keys),
            presence: Presence::default(),
            core: None,
        })
    }

    /// The same, which asks `core` for what only the core knows.
    #[must_use]
    pub fn with_core(self, core: Core) -> Self {
        Self { core: Some(core), ..self }
    }

    /// Starts to search in memory, as far as that takes at most `bytes_max`: for whoever stays, once.
    pub fn start_index(&self, bytes_max: usize) -> Result<(), Fault> {
        self.store.start_index(bytes_max)
    }

    /// Starts to carry out jobs: for whoever stays, once.
    pub fn start_jobs(&self) -> Result<(), Fault> {
        self.store.start_jobs()
    }

    /// Lets certificates of `authorities` sign in: for whoever serves, once. A fault where a file of theirs has a mistake.
    pub async fn trust(&self, authorities: Authorities) -> Result<(), Fault> {
        authorities.check().await?;
        self.gate.trust(authorities);
        Ok(())
    }

    /// Pauses, resumes or stops a job of `actor`; how it stands then.
    pub async fn steer(&self, actor: &Actor, job: JobId, steer: Steer) -> Result<Box<Job>, Trouble> {
        let event = Event::JobSteered { actor: Box::new(actor.clone()), job, steer };
        let Recorded::Job(steered) = self.store.record(event).await? else {
            return Err(Fault::machine("a job was steered and did not come back").into());
        };
        steered.map_err(Trouble::Refused)
    }

    /// Who lets people in.
    pub const fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.store.clock().now()
    }

    /// Answers a question of `actor`.
    pub async fn ask(&self, actor: &Actor, query: Query) -> Reply {
        self.presence.complete(self.store.ask(actor.operator, query).await)
    }

    /// Executes a request: allowed and done, or refused and in the audit. What other systems know is asked first.
    pub async fn execute(&self, mut request: Request) -> Answer {
        request.outside = self.outside(&request).await;
        self.store.execute(request).await
    }

    /// Where the operator of a session stands now; `None` where the account is gone.
    pub async fn operator(&self, actor: &Actor) -> Result<Option<Operator>, Fault> {
        self.store.operator(actor.operator).await
    }

    /// Rises with every commit.
    pub fn committed(&self) -> watch::Receiver<Committed> {
        self.store.committed()
    }

    /// The actor behind a sign-in over SSH, before a session is opened.
    pub async fn actor_over_ssh(&self, entry: &Entry) -> Result<Actor, Fault> {
        let (has_second_factor, _) = self.store.factors(entry.operator).await?;
        Ok(Actor {
            operator: entry.operator,
            login: entry.login.clone(),
            via: Via::Ssh,
            source: entry.source.to_string(),
            proof: entry.proof.clone(),
            session: None,
            code_at: entry.code_at,
            has_second_factor,
        })
    }

    /// The actor of local use: the operator with `login`, or the first usable master administrator.
    ///
    /// On this machine the store belongs to whoever may write its file.
    pub async fn actor_here(&self, login: Option<String>) -> Result<Actor, Trouble> {
        let named = login.clone();
        let Some(operator) = self.store.local_operator(login).await? else {
            let text = match named {
                Some(login) => format!("no operator `{}`", crate::base::text::visible(&login)),
                None => "no usable master administrator in this store".to_owned(),
            };
            let hint = "`--as LOGIN` names an operator; `operators add` makes one";
            return Err(Trouble::Refused(Refusal::new(crate::authz::refusal::Rule::Status, text, hint)));
        };
        Ok(Actor {
            operator: operator.standing.id,
            login: operator.standing.login,
            via: Via::Local,
            source: operators::local_source(),
            proof: "local".to_owned(),
            session: None,
            code_at: None,
            has_second_factor: false,
        })
    }

    /// Opens a console session: in the audit, and counted as live until [`Service::close_session`].
    pub async fn open_session(&self, actor: &Actor, entry: Entry) -> Result<SessionId, Fault> {
        let event = Event::SessionOpened {
            entry,
            via: actor.via,
            source: actor.source.clone(),
            process: std::process::id(),
        };
        let Recorded::Session(session) = self.store.record(event).await? else {
            return Err(Fault::machine("a session was opened and no number came back"));
        };
        Ok(session)
    }

    /// What there was before `entry` came in: asked before its session is opened.
    pub async fn past(&self, entry: &Entry) -> Result<Past, Fault> {
        self.store.past(entry.clone()).await
    }

    /// Trusts the key by which `actor` has signed in: until when it needs no code.
    pub async fn trust_key(&self, actor: &Actor) -> Result<Timestamp, Trouble> {
        let recorded = self.store.record(Event::KeyTrusted(Box::new(actor.clone()))).await?;
        if let Recorded::TrustedUntil(until) = recorded {
            return Ok(until);
        }
        let why = if let Recorded::Refused(why) = recorded { why } else { String::new() };
        Err(prove::refused(&why, ""))
    }

    /// A session of this process is at work; until what comes back is dropped, it tells when a key was pressed last.
    pub fn enter(&self, session: SessionId) -> Present {
        self.presence.enter(session, self.now())
    }

    /// Closes a console session; what ended it first stays.
    pub async fn close_session(&self, session: SessionId, reason: &str) -> Result<(), Fault> {
        self.store.record(Event::SessionClosed { session, reason: reason.to_owned() }).await.map(drop)
    }

    /// Notes in the audit how many rows of an export left.
    pub async fn export_ended(&self, actor: &Actor, ended: Exported) -> Result<(), Fault> {
        self.store.record(Event::ExportEnded { actor: actor.clone(), ended }).await.map(drop)
    }

    /// Whether the session of `actor` may go on.
    ///
    /// It must not when it was ended from elsewhere, or when its operator may not act any more.
    pub async fn may_go_on(&self, actor: &Actor) -> GoesOn {
        match self.standing_of_session(actor).await {
            Ok(goes_on) => goes_on,
            Err(fault) => {
                tracing::error!(%fault, "cannot look at the standing of a live session");
                GoesOn::Unknown
            }
        }
    }

    async fn standing_of_session(&self, actor: &Actor) -> Result<GoesOn, Fault> {
        if let Some(session) = actor.session
            && let Some(why) = self.store.session_end(session).await?
        {
            return Ok(GoesOn::No(format!("signed out: {why}")));
        }
        let Some(operator) = self.operator(actor).await? else {
            return Ok(GoesOn::No("signed out: your account was deleted".to_owned()));
        };
        Ok(match rules::own_status(&operator) {
            Ok(()) => GoesOn::Until(operator.standing.status_until),
            Err(refusal) => GoesOn::No(format!("signed out: {refusal}")),
        })
    }

    /// Closes what a killed process left open.
    pub async fn close_abandoned(&self) -> Result<(), Fault> {
        let held = self.store.session_processes().await?;
        let gone: Vec<u32> = held.into_iter().filter(|process| !is_alive(*process)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        self.store.record(Event::ProcessesGone(gone)).await.map(drop)
    }

    /// A file without a name beside the store, for what is read twice.
    pub fn unnamed_file(&self) -> Result<std::fs::File, Fault> {
        self.store.unnamed_file()
    }

    /// Waits until everything is written and the file is closed.
    pub fn close(self) {
        let Self { store, gate, keys, presence, core } = self;
        drop((gate, keys, presence, core));
        store.close();
    }
}

/// Whether a live session may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoesOn {
    /// It may, until the next commit or until this time: then the clock changes where its operator stands.
    Until(Option<Timestamp>),
    /// The store does not answer, and nothing commits either: it goes on, and is looked at again with the next commit.
    Unknown,
    /// It must end; why, in a sentence.
    No(String),
}
