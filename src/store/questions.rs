//! What a store is asked: each question on one snapshot, which no writer holds up.

use std::sync::Arc;

use crate::actions::request::Request;
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::{BatchId, SessionId, UserId};
use crate::base::time::Timestamp;
use crate::credential::account::AccountProof;
use crate::domain::audit::{Hash, Head};
use crate::domain::import::UserRow;
use crate::domain::operator::{Entry, Past};
use crate::protocol::{Query, Reply};
use crate::store::audit;
use crate::store::field_keys::{self, FieldKey};
use crate::store::import_piece::{self, Piece};
use crate::store::outbox::{self, Due};
use crate::store::rotate::{self, Sealed};
use crate::store::{Store, arrivals, ask, batch, sign_in, standing};

impl Store {
    /// Judges rows of a file on a snapshot; nothing is written.
    pub async fn check_rows(&self, request: Arc<Request>, rows: Vec<UserRow>) -> Result<Piece, Fault> {
        let (now, sealer) = (self.clock.now(), self.sealer.clone());
        self.readers
            .ask(move |snapshot| {
                Ok(import_piece::check(snapshot, &sealer, &request, &rows, believed(snapshot, now)?))
            })
            .await?
    }

    /// Batches that are hidden, each with the process that fills it.
    pub async fn hidden_batches(&self) -> Result<Vec<(BatchId, u32)>, Fault> {
        self.readers.ask(batch::all).await
    }

    /// Answers a question on one snapshot, within the sight of `asker`.
    pub async fn ask(&self, asker: UserId, query: Query) -> Reply {
        let (now, index, sealer) = (self.clock.now(), self.index.clone(), self.sealer.clone());
        self.readers
            .ask(move |snapshot| {
                ask::answer(snapshot, &index, &sealer, asker, &query, believed(snapshot, now)?)
            })
            .await
            .unwrap_or_else(Reply::Failed)
    }

    /// Where `user` stands now, or `None` where there is no such user: sessions look at it after every commit.
    pub async fn operator(&self, user: UserId) -> Result<Option<Operator>, Fault> {
        let now = self.clock.now();
        self.readers.ask(move |snapshot| standing::operator(snapshot, user, believed(snapshot, now)?)).await
    }

    /// What a sign-in as `login` (folded) is compared with; unknown names have an account of nobody.
    pub async fn account(&self, login: String) -> Result<AccountProof, Fault> {
        let (now, sealer) = (self.clock.now(), self.sealer.clone());
        self.readers
            .ask(move |snapshot| Ok(sign_in::account(snapshot, &sealer, &login, believed(snapshot, now)?)))
            .await?
    }

    /// Whether `user` has a second factor, and whether a password.
    pub async fn factors(&self, user: UserId) -> Result<(bool, bool), Fault> {
        self.readers.ask(move |snapshot| sign_in::has_second_factor(snapshot, user)).await
    }

    /// What there was before `entry` came in.
    pub async fn past(&self, entry: Entry) -> Result<Past, Fault> {
        self.readers.ask(move |snapshot| arrivals::past(snapshot, &entry)).await
    }

    /// How many past passwords a new one of `user` may not be, and the hashes of those that there are, newest first.
    pub async fn past_passwords(&self, user: UserId) -> Result<(u32, Vec<String>), Fault> {
        self.readers.ask(move |snapshot| sign_in::past_passwords(snapshot, user)).await
    }

    /// The operator that local use runs as: the first usable master administrator, or the one with `login`.
    pub async fn local_operator(&self, login: Option<String>) -> Result<Option<Operator>, Fault> {
        let now = self.clock.now();
        self.readers
            .ask(move |snapshot| {
                sign_in::local_operator(snapshot, login.as_deref(), believed(snapshot, now)?)
            })
            .await
    }

    /// Why a console session ended in the store, if it did.
    pub async fn session_end(&self, session: SessionId) -> Result<Option<String>, Fault> {
        self.readers.ask(move |snapshot| sign_in::session_end(snapshot, session)).await
    }

    /// Ids of the processes that hold live sessions.
    pub async fn session_processes(&self) -> Result<Vec<u32>, Fault> {
        self.readers.ask(sign_in::session_processes).await
    }

    /// Where the audit chain ends.
    pub async fn audit_head(&self) -> Result<Head, Fault> {
        self.readers.ask(audit::head).await
    }

    /// The hash of one audit entry; `None` where there is none.
    pub async fn audit_hash(&self, seq: i64) -> Result<Option<Hash>, Fault> {
        self.readers.ask(move |snapshot| audit::hash_of(snapshot, seq)).await
    }

    /// Whether messages are to go out now, and when the next of the others is.
    pub async fn messages_due(&self) -> Result<Due, Fault> {
        let now = self.clock.now();
        self.readers.ask(move |snapshot| outbox::due(snapshot, believed(snapshot, now)?)).await
    }

    /// How many values are sealed under an older key than the current one.
    pub async fn sealed_under_older_keys(&self) -> Result<u64, Fault> {
        self.readers.ask(rotate::count).await
    }

    /// At most `rows` such values behind `after`.
    pub async fn next_under_older_keys(
        &self,
        after: Option<Sealed>,
        rows: usize,
    ) -> Result<Vec<Sealed>, Fault> {
        self.readers.ask(move |snapshot| rotate::next(snapshot, after.as_ref(), rows)).await
    }

    /// The field keys that the store knows, the newest first.
    pub async fn field_keys(&self) -> Result<Vec<FieldKey>, Fault> {
        self.readers.ask(field_keys::all).await
    }
}

/// The time of a question: a clock behind the store counts as the store's newest time.
fn believed(connection: &rusqlite::Connection, clock: Timestamp) -> rusqlite::Result<Timestamp> {
    let newest: i64 = connection
        .prepare_cached("SELECT value FROM state WHERE name = 'newest_time'")?
        .query_row([], |row| row.get(0))?;
    Ok(Timestamp(clock.0.max(newest)))
}
