//! The boundary to the institution's core banking system: look a person up by their id there.
//!
//! The core is another system: it may be slow, away, or wrong. Whatever it says is shown as impact before an operator
//! decides, and stands in the audit with its time; no action waits for it longer than [`limits::CORE_PATIENCE_MS`].

mod breaker;
mod http;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::secret::Secret;
use crate::core::breaker::Breaker;
use crate::core::http::Http;

/// The core; clones are handles.
#[derive(Clone, Debug)]
pub struct Core {
    http: Arc<Http>,
    breaker: Arc<Breaker>,
    places: Arc<Semaphore>,
}

/// Where the core is, and by what it knows this program.
#[derive(Debug)]
pub struct CoreSettings {
    /// `https://core.bank.example/v1`, without the slash at the end.
    pub url: String,
    /// Sent as a bearer token (RFC 6750).
    pub token: Option<Secret<String>>,
    /// A file with the certificates (PEM) that are trusted instead of the public authorities.
    pub trusted: Option<PathBuf>,
}

/// What the core knows of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorePerson {
    /// Accounts that are not closed.
    pub open_accounts: u64,
}

impl Core {
    /// The core at an address; nothing is asked yet. A fault names the setting that is wrong.
    pub fn new(settings: CoreSettings) -> Result<Self, Fault> {
        Ok(Self {
            http: Arc::new(Http::new(settings)?),
            breaker: Arc::default(),
            places: Arc::new(Semaphore::new(limits::CORE_ASKED_AT_ONCE)),
        })
    }

    /// The person with this id; `None` where the core has nobody.
    ///
    /// An error says in a few words why there is no answer. While the core keeps failing nobody waits for it: it is
    /// asked again after a pause.
    pub async fn person(&self, core_id: &str) -> Result<Option<CorePerson>, String> {
        self.breaker.may_ask()?;
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return Err("too many others are asking it".to_owned());
        };
        let (http, id) = (Arc::clone(&self.http), core_id.to_owned());
        let asked = tokio::task::spawn_blocking(move || {
            let _place = place;
            http.person(&id)
        });
        let answered = asked.await.unwrap_or_else(|_| Err("asking it failed".to_owned()));
        self.breaker.note(answered.is_ok());
        if let Err(why) = &answered {
            tracing::warn!(why, "the core did not answer");
        }
        answered
    }
}
