//! Carrying out an order: its changes, the history, the outgoing messages and the audit entry, together.

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::actions;
use crate::actions::request::{Request, Run};
use crate::actions::spec::Undo;
use crate::actions::verdict::Order;
use crate::base::fault::Fault;
use crate::base::ids::BatchId;
use crate::base::ids::UserId;
use crate::base::secret::{Secret, random};
use crate::base::time::Timestamp;
use crate::domain::audit::hex;
use crate::domain::import::{Filled, ImportCounts, ImportStep};
use crate::domain::masked::MaskedField;
use crate::domain::notice::Addressee;
use crate::domain::operator::Actor;
use crate::domain::restore::Restore;
use crate::domain::sealable::SealableField;
use crate::domain::target::TargetId;
use crate::domain::user::User;
use crate::protocol::Revealed;
use crate::store::apply::apply;
use crate::store::batch::{self, Batch, Purpose};
use crate::store::connection::fault;
use crate::store::execute::{kind_told, outside_told, record};
use crate::store::import_piece::hash_of;
use crate::store::import_show::{self, Unfit};
use crate::store::sealed_fields::{self, Marked};
use crate::store::structure::find;
use crate::store::writer::Writing;
use crate::store::{audit, jobs, undo};

/// What was written.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    /// Number of the audit entry; 0 where nothing was written.
    pub audit: i64,
    /// What was made.
    pub made: Option<TargetId>,
    /// Messages queued.
    pub messages: u32,
    /// Of an import that is there now.
    pub import: Option<Imported>,
    /// Of an import that begins.
    pub batch: Option<BatchId>,
    /// Until when it can be taken back; `None` where it cannot.
    pub undo_until: Option<Timestamp>,
    /// What was revealed.
    pub revealed: Option<Revealed>,
}

/// An import that is there now.
#[derive(Clone, Debug)]
pub(super) struct Imported {
    batch: Batch,
    file_sha256: String,
}

impl Done {
    /// What the rows of a file did.
    pub(super) fn counts(&self) -> Option<ImportCounts> {
        self.import.as_ref().map(|import| import.batch.counts)
    }
}

/// Writes `order`, or in a dry run nothing. Where an import does not fit any more that comes back, and nothing is
/// written.
pub(super) fn carry_out(
    writing: &Writing<'_>,
    request: &Request,
    order: &Order<'_>,
) -> Result<Result<Done, Unfit>, Fault> {
    let mut done = Done::default();
    let operator = order.case().operator;
    if request.run == Run::Dry {
        return Ok(Ok(done));
    }
    match &order.plan().import {
        Some(ImportStep::Begin) => {
            let actor = (operator.standing.id, operator.standing.login.as_str());
            let begun = batch::begin(writing, Purpose::Import, actor, &hash_of(operator));
            let batch = begun.map_err(|error| fault(&error))?;
            jobs::import::begin(writing, request, operator, batch).map_err(|error| fault(&error))?;
            done.batch = Some(batch);
            // What it brings is told when it is there, or given up.
            return Ok(Ok(done));
        }
        Some(ImportStep::Show(filled @ Filled { file_sha256, .. })) => {
            match import_show::show(writing, operator, filled, request)? {
                Ok(batch) => done.import = Some(Imported { batch, file_sha256: file_sha256.clone() }),
                Err(unfit) => return Ok(Err(unfit)),
            }
        }
        Some(ImportStep::GiveUp(_)) | None => {}
    }
    // Before the changes: of a sealed value that goes, the ciphertext is still there.
    let told = differences(writing, order)?;
    // The row of the history comes first: of whoever is deleted it is the last that goes to the archive.
    if let (Some(code), Some(person)) = (order.history(), order.case().upon.person()) {
        history(writing, person.user.id, code, &request.actor, &order.plan().detail)
            .map_err(|error| fault(&error))?;
    }
    let mut before: Vec<Restore> = Vec::new();
    for change in &order.plan().changes {
        let made = apply(writing, change, operator)?;
        done.made =
            done.made.or_else(|| order.spec().makes().zip(made).map(|(kind, id)| TargetId::of(kind, id)));
        let kept = actions::undo::before(change, order.case(), made);
        before.extend(kept.filter(|kept| !before.contains(kept)));
    }
    if let (Some(field), Some(user)) = (&order.plan().reveals, order.case().user()) {
        done.revealed = Some(revealed(writing, user, field)?);
    }
    let version = find::made_version(writing.connection, order.case().upon).map_err(|error| fault(&error))?;
    tell(writing, request, order, (told, version), &mut done).map_err(|error| fault(&error))?;
    match order.case().undone {
        Some(undone) => {
            undo::done(writing.connection, undone.audit, done.audit).map_err(|error| fault(&error))?;
        }
        None if order.spec().undo == Undo::No => {}
        None => {
            let entry = (done.audit, version);
            done.undo_until = undo::keep(writing, order, entry, before, done.messages)?;
        }
    }
    Ok(Ok(done))
}

/// The values of `field`, in the order of a profile; of what is sealed they are opened here.
fn revealed(writing: &Writing<'_>, user: &User, field: &MaskedField) -> Result<Revealed, Fault> {
    let parts = field.sealable();
    if parts.is_empty() {
        return Ok(Revealed { field: field.clone(), values: Secret::new(field.values(user)) });
    }
    let mut values = Vec::with_capacity(parts.len());
    for part in parts {
        let value = sealed_fields::reveal(writing.connection, writing.sealer, user.id, &part)?;
        values.push(value.map_or_else(String::new, |value| value.expose().clone()));
    }
    Ok(Revealed { field: field.clone(), values: Secret::new(values) })
}

/// Tells the feed of changes.
pub(super) fn changed(connection: &Connection, kind: &str, first: i64, last: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO changes (kind, first_id, last_id) VALUES (?1, ?2, ?3)")?
        .execute(params![kind, first, last])
        .map(drop)
}

/// What the history has for the device of whoever works here.
pub(super) const DEVICE: &str = "console";

/// One row in a user's history: user, code, time, login, address, device, detail.
pub(super) const HISTORY: &str =
    "INSERT INTO history (user, code, at, actor, ip, device, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Writes one row in a user's history.
pub(super) fn history(
    writing: &Writing<'_>,
    user: UserId,
    code: &str,
    actor: &Actor,
    detail: &str,
) -> rusqlite::Result<()> {
    writing
        .connection
        .prepare_cached(HISTORY)?
        .execute(params![user.0, code, writing.now.0, actor.login, actor.source, DEVICE, detail])
        .map(drop)
}

/// What the audit keeps of the differences: of encrypted fields before and after as ciphertext.
fn differences(writing: &Writing<'_>, order: &Order<'_>) -> Result<Vec<Value>, Fault> {
    let (differences, target) = (&order.plan().differences, order.case().upon.person());
    let marked = match target {
        Some(person) => {
            let organisation = person.user.organisation.id;
            sealed_fields::marked(writing.connection, organisation).map_err(|error| fault(&error))?
        }
        None => Marked::default(),
    };
    let told = differences.iter().map(|difference| {
        let (mut before, mut after) = (difference.before.clone(), difference.after.clone());
        if let (Some(person), Some(field)) = (target, SealableField::of_words(&difference.field)) {
            let told = |value: &str| sealed_fields::told(writing, person.user.id, &marked, &field, value);
            (before, after) = (told(&before)?, told(&after)?);
        }
        Ok(json!({"field": difference.field, "before": before, "after": after}))
    });
    told.collect()
}

fn tell(
    writing: &Writing<'_>,
    request: &Request,
    order: &Order<'_>,
    (differences, version): (Vec<Value>, Option<i64>),
    done: &mut Done,
) -> rusqlite::Result<()> {
    let (case, plan) = (order.case(), order.plan());
    let mut entry = record(writing, request, order.code(), case.operator, case.upon);
    case.answers.of("reason").clone_into(&mut entry.reason);
    // The chain over the rows of the history with `import N` ties every one of them to this entry.
    let import = done.import.as_ref().map(|Imported { batch, file_sha256 }| {
        let counts = batch.counts;
        json!({
            "created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged,
            "batch": batch.id.0, "file_sha256": file_sha256, "history_sha256": hex(&batch.rows_hash),
        })
    });
    let confirmation = match writing.job {
        Some(_) => "job",
        None if request.actor.code_at.is_some() => "code",
        None => "typed",
    };
    entry.detail = json!({
        "proof": request.actor.proof,
        "kind": case.upon.id().or(done.made).and_then(kind_told),
        "confirmed": confirmation,
        "changes": differences,
        "detail": plan.detail,
        "import": import,
        "job": writing.job.map(|job| job.to_string()),
        "version": version,
        "outside": outside_told(request),
        "undoes": case.undone.map(|undone| json!({ "audit": undone.audit, "action": order.spec().code })),
    })
    .to_string();
    if let Some(made) = done.made {
        entry.target_id = made.number();
        entry.organisations = plan.organisation.map_or_else(String::new, |id| id.0.to_string());
    }
    done.audit = audit::append(writing.connection, entry)?;
    for notice in order.notices() {
        let (Addressee::Subject, Some(person)) = (notice.to, case.upon.person()) else { continue };
        let Some(email) = person.user.email() else { continue };
        let body = json!({"name": person.user.names.full(), "login": person.user.login_shown()}).to_string();
        let id = hex(&random::<16>());
        writing
            .connection
            .prepare_cached(
                "INSERT INTO outbox (message_id, audit, user, channel, recipient, template, body, made_at, next_try_at)
                 VALUES (?1, ?2, ?3, 'email', ?4, ?5, ?6, ?7, ?7)",
            )?
            .execute(params![id, done.audit, person.user.id.0, email.address, notice.template, body, writing.now.0])?;
        done.messages += 1;
    }
    Ok(())
}
