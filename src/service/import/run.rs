//! An import from beginning to end: asked for, checked, written where nobody sees it, shown at once.
//!
//! It runs as a task of its own. Whoever waits for it and goes away (a cut connection) ends it, and what it has
//! written so far is removed; what a killed process left is removed by the next one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::actions::request::Request;
use crate::authz::refusal::{Refusal, Rule};
use crate::base::fault::Fault;
use crate::base::ids::BatchId;
use crate::base::limits;
use crate::domain::import::{Filled, ImportCounts, ImportProgress, ImportStep, Phase, RowFault, UserRow};
use crate::domain::job::JobState;
use crate::protocol::{Answer, Receipt};
use crate::service::Service;
use crate::service::abandoned::{self, Own, Told};
use crate::service::import::source::{Ended, Pass, Source};
use crate::service::import::twice::Logins;
use crate::store::{BatchStep, Event, Piece, Recorded, Store, UserKeys};

/// An import under way. Dropping it gives the import up.
#[derive(Debug)]
pub struct Importing {
    task: JoinHandle<Answer>,
    progress: watch::Receiver<ImportProgress>,
    wanted: Option<oneshot::Sender<()>>,
}

impl Importing {
    /// How far it is.
    pub fn progress(&self) -> ImportProgress {
        *self.progress.borrow()
    }

    /// Waits for its end. May be dropped and asked again before that.
    pub async fn answer(&mut self) -> Answer {
        let ended = (&mut self.task).await;
        ended.unwrap_or_else(|_| Answer::Failed(Fault::machine("the import ended by a fault: see the log")))
    }

    /// Gives it up; what it has written is removed when this comes back.
    pub async fn give_up(mut self) -> Answer {
        self.wanted = None;
        self.answer().await
    }
}

impl Service {
    /// Imports users. `request` names the action and the file; logins in `reserved` are refused.
    pub fn import(&self, request: Request, source: Source, reserved: &'static [&'static str]) -> Importing {
        let (tell, progress) =
            watch::channel(ImportProgress { bytes_all: source.bytes(), ..ImportProgress::default() });
        let (wanted, is_wanted) = oneshot::channel();
        let store = self.store.clone();
        let source = Arc::new(source);
        let told = Instant::now();
        let driver = Driver { store, request, source, reserved, tell, is_wanted, batch: None, told };
        Importing { task: tokio::spawn(driver.run()), progress, wanted: Some(wanted) }
    }
}

struct Driver {
    store: Store,
    request: Request,
    source: Arc<Source>,
    reserved: &'static [&'static str],
    tell: watch::Sender<ImportProgress>,
    /// Closed when nobody waits for the import any more.
    is_wanted: oneshot::Receiver<()>,
    /// What it fills, whose job is told how far it is; `None` in a dry run.
    batch: Option<BatchId>,
    /// When it was told last.
    told: Instant,
}

impl Driver {
    async fn run(mut self) -> Answer {
        // The logins of a killed import would count as taken.
        if let Err(fault) = abandoned::remove_all(&self.store, Own::UnderWay).await {
            return Answer::Failed(fault);
        }
        let begun = self.execute(ImportStep::Begin).await;
        let Answer::Done(receipt) = begun else { return begun };
        let Some(batch) = receipt.batch else {
            let counts = self.check().await.map(|(counts, _)| counts);
            return counts.map_or_else(
                |answer| answer,
                |counts| Answer::Done(Box::new(Receipt { counts: Some(counts), ..*receipt })),
            );
        };
        self.batch = Some(batch);
        let answer = match self.filled(batch).await {
            Ok(filled) => self.execute(ImportStep::Show(filled)).await,
            Err(answer) => {
                self.tell_why(&answer).await;
                answer
            }
        };
        if !matches!(answer, Answer::Done(_)) {
            self.phase(Phase::Removing);
            self.end_job(batch, &answer).await;
            if let Err(fault) = abandoned::remove(&self.store, batch, Told::Already).await {
                tracing::warn!(%fault, %batch, "rows that nobody sees could not be removed; the next start tries again");
            }
        }
        answer
    }

    /// Checks and writes every row, up to the last step.
    async fn filled(&mut self, batch: BatchId) -> Result<Filled, Answer> {
        self.told().await?;
        let (counts, sha256) = self.check().await?;
        self.tell.send_modify(|progress| progress.rows_all = counts.rows());
        let filled = self.fill(batch, sha256).await?;
        self.phase(Phase::Showing);
        self.tell.send_modify(|progress| {
            (progress.rows, progress.bytes) = (progress.rows_all, progress.bytes_all);
        });
        self.told().await?;
        Ok(filled)
    }

    /// Checks every row; what the rows would do comes back, and the hash of the file.
    async fn check(&mut self) -> Result<(ImportCounts, String), Answer> {
        let store = self.store.clone();
        let logins = Logins::new(Box::new(move || store.unnamed_file()));
        let (mut pass, read) = self.pass(Phase::Checking, Some(logins))?;
        let request = Arc::new(self.request.clone());
        let (mut counts, mut faults) = (ImportCounts::default(), Vec::new());
        while let Some(rows) = self.next(&mut pass, &read, counts).await? {
            match self.store.check_rows(Arc::clone(&request), rows).await.map_err(Answer::Failed)? {
                Piece::Taken(more, _) => counts.add(more),
                Piece::Wrong(wrong) => faults.extend(wrong),
                Piece::Refused(refusal) => return Err(Answer::Refused(refusal)),
            }
            if counts.updated > limits::IMPORT_CHANGED_MAX {
                let most = limits::IMPORT_CHANGED_MAX;
                let text = format!("the file changes more than {most} users who are there: cut it in two");
                return Err(Answer::Failed(Fault::input(text)));
            }
            if faults.len() >= limits::ROW_FAULTS_MAX {
                break;
            }
        }
        let is_enough = faults.len() >= limits::ROW_FAULTS_MAX;
        let Ended { faults: of_form, sha256 } =
            if is_enough { Ended::default() } else { pass.ended().await.map_err(Answer::Failed)? };
        faults.extend(of_form);
        if faults.is_empty() { Ok((counts, sha256)) } else { Err(Answer::Rows(first(faults))) }
    }

    /// Writes every row into `batch`, where nobody sees it.
    async fn fill(&mut self, batch: BatchId, checked_sha256: String) -> Result<Filled, Answer> {
        let (mut pass, read) = self.pass(Phase::Writing, None)?;
        let request = Arc::new(self.request.clone());
        let (mut counts, mut keys) = (ImportCounts::default(), UserKeys::default());
        while let Some(rows) = self.next(&mut pass, &read, counts).await? {
            let step = BatchStep::Rows { request: Arc::clone(&request), rows };
            let event = Event::Batch { batch, step };
            let Recorded::Piece(piece) = self.store.record(event).await.map_err(Answer::Failed)? else {
                return Err(Answer::Failed(Fault::machine("rows were written and nothing was said of them")));
            };
            match piece {
                Piece::Taken(more, of_new) => {
                    counts.add(more);
                    keys.extend(of_new);
                }
                Piece::Wrong(faults) => return Err(Answer::Rows(faults)),
                Piece::Refused(refusal) => return Err(Answer::Refused(refusal)),
            }
            self.store.room().await;
            if keys.is_full() {
                self.write_keys(batch, std::mem::take(&mut keys)).await?;
            }
        }
        self.write_keys(batch, keys).await?;
        let Ended { faults, sha256 } = pass.ended().await.map_err(Answer::Failed)?;
        if !faults.is_empty() {
            return Err(Answer::Rows(faults));
        }
        if sha256 != checked_sha256 {
            return Err(Answer::Failed(Fault::input(
                "the file was changed while it was imported: import it again",
            )));
        }
        Ok(Filled { batch, file_sha256: sha256 })
    }

    /// Has the new users found by login and name as soon as they are shown.
    async fn write_keys(&self, batch: BatchId, keys: UserKeys) -> Result<(), Answer> {
        let taken = self.store.write_keys(batch, keys).await.map_err(Answer::Failed)?;
        if taken.is_empty() { Ok(()) } else { Err(Answer::Rows(taken)) }
    }

    fn pass(&self, phase: Phase, logins: Option<Logins>) -> Result<(Pass, Arc<AtomicU64>), Answer> {
        self.phase(phase);
        let read = Arc::new(AtomicU64::new(0));
        let pass = Pass::start(Arc::clone(&self.source), self.reserved, logins, Arc::clone(&read));
        pass.map(|pass| (pass, read)).map_err(Answer::Failed)
    }

    /// The next rows; an answer where nobody waits for the import any more.
    async fn next(
        &mut self,
        pass: &mut Pass,
        read: &AtomicU64,
        counts: ImportCounts,
    ) -> Result<Option<Vec<UserRow>>, Answer> {
        self.wanted()?;
        self.tell.send_modify(|progress| {
            progress.rows = counts.rows();
            progress.bytes = read.load(Ordering::Relaxed);
        });
        if self.told.elapsed() >= Duration::from_millis(limits::IMPORT_TELL_MS) {
            self.told().await?;
        }
        Ok(pass.pieces.recv().await)
    }

    /// An answer where nobody waits for the import any more.
    fn wanted(&mut self) -> Result<(), Answer> {
        if matches!(self.is_wanted.try_recv(), Err(oneshot::error::TryRecvError::Empty)) {
            return Ok(());
        }
        let text = "the import was cut off before its end: nothing of it stays";
        Err(Answer::Failed(Fault::input(text)))
    }

    /// Tells the job how far it is, and rests while it is paused; an answer where it was stopped.
    async fn told(&mut self) -> Result<(), Answer> {
        let Some(batch) = self.batch else { return Ok(()) };
        loop {
            let at = *self.tell.borrow();
            self.told = Instant::now();
            let event = Event::Batch { batch, step: BatchStep::At(at) };
            let wanted = self.store.record(event).await.map_err(Answer::Failed)?;
            let Recorded::Wanted(state, why) = wanted else {
                return Err(Answer::Failed(Fault::machine(
                    "a job was told how far it is and did not answer",
                )));
            };
            match state {
                JobState::Running => return Ok(()),
                JobState::Paused => tokio::time::sleep(Duration::from_millis(limits::IMPORT_TELL_MS)).await,
                JobState::Stopped | JobState::Done => {
                    return Err(Answer::Refused(Refusal::new(
                        Rule::Guard,
                        format!("the import was {why}"),
                        "",
                    )));
                }
            }
            self.wanted()?;
        }
    }

    /// Tells the job why nothing was imported.
    async fn end_job(&self, batch: BatchId, answer: &Answer) {
        let event = Event::Batch { batch, step: BatchStep::GivenUp(why(answer)) };
        if let Err(fault) = self.store.record(event).await {
            tracing::error!(%fault, %batch, "that an import was given up is not in its job");
        }
    }

    fn phase(&self, phase: Phase) {
        self.tell.send_modify(|progress| {
            let ImportProgress { rows_all, bytes_all, .. } = *progress;
            *progress = ImportProgress { phase, rows_all, bytes_all, ..ImportProgress::default() };
        });
    }

    async fn execute(&self, step: ImportStep) -> Answer {
        self.store.execute(Request { import: Some(step), ..self.request.clone() }).await
    }

    /// Puts into the audit why nothing was imported.
    async fn tell_why(&self, answer: &Answer) {
        if let Answer::Failed(fault) = self.execute(ImportStep::GiveUp(why(answer))).await {
            tracing::error!(%fault, "that an import was given up is not in the audit");
        }
    }
}

/// Why nothing was imported.
fn why(answer: &Answer) -> String {
    match answer {
        Answer::Rows(faults) => faults.first().map(ToString::to_string).unwrap_or_default(),
        Answer::Refused(refusal) | Answer::Unproved(refusal) => refusal.text.clone(),
        Answer::Failed(fault) => fault.text.clone(),
        Answer::Done(_) | Answer::Started(_) | Answer::Form(_) | Answer::Stale(_) => String::new(),
    }
}

/// The first faults by line, as many as are told.
fn first(mut faults: Vec<RowFault>) -> Vec<RowFault> {
    faults.sort_by_key(|fault| fault.line);
    faults.truncate(limits::ROW_FAULTS_MAX + 1);
    faults
}
