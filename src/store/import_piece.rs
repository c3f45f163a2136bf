//! A piece of a file: judged on a snapshot before anything is written, and judged again while it is written.

use std::fmt::Debug;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::actions;
use crate::actions::case::{Case, Facts};
use crate::actions::directory::import_row::{RowEffect, RowRefusal};
use crate::actions::form::Answers;
use crate::actions::request::Request;
use crate::actions::upon::Upon;
use crate::actions::verdict::verdict;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::BatchId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::audit::Hash;
use crate::domain::import::{ImportCounts, RowFault, UserRow};
use crate::store::batch::{self, Batch};
use crate::store::connection::fault;
use crate::store::import::{Judge, Judged};
use crate::store::import_write::Creating;
use crate::store::seal::Sealer;
use crate::store::standing::{self, Given};
use crate::store::user_keys::UserKeys;
use crate::store::writer::Writing;
use crate::store::{import_update, import_write};

/// What became of a piece.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Every row may be written, or was; new users are not found by their logins and names yet.
    Taken(ImportCounts, UserKeys),
    /// Rows are wrong, the first ones of them.
    Wrong(Vec<RowFault>),
    /// The operator may not import, or not any more.
    Refused(Refusal),
}

/// Judges `rows` on a snapshot; nothing is written.
pub(super) fn check(
    connection: &Connection,
    sealer: &Sealer,
    request: &Request,
    rows: &[UserRow],
    now: Timestamp,
) -> Result<Piece, Fault> {
    let sql = |error| fault(&error);
    let operator = match importer(connection, request, now).map_err(sql)? {
        Ok(operator) => operator,
        Err(refusal) => return Ok(Piece::Refused(refusal)),
    };
    let mut judge = Judge::new(connection, sealer, &operator, now, None).map_err(sql)?;
    each(rows, |row, counts| match judge.row(row)? {
        Ok(Judged { order, .. }) => {
            match order.effect() {
                RowEffect::Create(..) => counts.created += 1,
                RowEffect::Update(_) => counts.updated += 1,
                RowEffect::Nothing => counts.unchanged += 1,
            }
            Ok(Ok(()))
        }
        Err(refusal) => Ok(Err(refusal)),
    })
    .map(|counts| counts.map_or_else(Piece::Wrong, |counts| Piece::Taken(counts, UserKeys::default())))
}

/// Judges `rows` and writes them into `id`: new users hidden, changes to others for later.
pub(super) fn fill(
    writing: &Writing<'_>,
    request: &Request,
    id: BatchId,
    rows: &[UserRow],
) -> Result<Piece, Fault> {
    let Some(mut batch) = batch::load(writing.connection, id).map_err(|error| fault(&error))? else {
        return Err(Fault::store("what was imported so far was removed meanwhile"));
    };
    let piece = fill_batch(writing, request, &mut batch, rows)?;
    // Also where a row is wrong: what the batch does not know of would not be removed with it.
    batch::save(writing.connection, &batch).map_err(|error| fault(&error))?;
    Ok(piece)
}

fn fill_batch(
    writing: &Writing<'_>,
    request: &Request,
    batch: &mut Batch,
    rows: &[UserRow],
) -> Result<Piece, Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    let operator = match importer(connection, request, writing.now).map_err(sql)? {
        Ok(operator) if hash_of(&operator) == batch.authority => operator,
        Ok(_) => return Ok(Piece::Refused(other_rights())),
        Err(refusal) => return Ok(Piece::Refused(refusal)),
    };
    let mut judge =
        Judge::new(connection, writing.sealer, &operator, writing.now, Some(batch.id)).map_err(sql)?;
    let mut creating = Creating::new(writing, batch.id, &request.actor).map_err(sql)?;
    let (before, mut keys) = (batch.counts, UserKeys::default());
    let counts = each(rows, |row, counts| {
        let judged = match judge.row(row)? {
            Ok(judged) => judged,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match judged.order.effect() {
            RowEffect::Create(kind, organisation) => {
                let name_folded = import_write::name_folded(row);
                let new = import_write::New {
                    row,
                    kind: *kind,
                    organisation: *organisation,
                    given: &judged.given,
                    login_folded: &judged.login_folded,
                    name_folded: &name_folded,
                };
                let user = creating.create(&new)?;
                keys.add(user, Some(judged.login_folded), name_folded, row.line);
                batch.add(user);
                batch.tie(user, import_write::CREATED);
                counts.created += 1;
            }
            RowEffect::Update(columns) => {
                let Some(person) = &judged.existing else { return Ok(Ok(())) };
                if !import_update::keep(writing, batch.id, row, columns, person, &judged.given)? {
                    let text = "stands in the file twice".to_owned();
                    return Ok(Err(RowRefusal { column: "login", text }));
                }
                counts.updated += 1;
            }
            RowEffect::Nothing => counts.unchanged += 1,
        }
        Ok(Ok(()))
    })?;
    let counts = match counts {
        Ok(counts) => counts,
        Err(faults) => return Ok(Piece::Wrong(faults)),
    };
    for (which, grantable) in judge.words().found() {
        keep_grant(connection, batch.id, which, grantable.id, &hash_of(grantable)).map_err(sql)?;
    }
    batch.counts = before;
    batch.counts.add(counts);
    Ok(Piece::Taken(counts, keys))
}

/// The operator of `request`, who may import at this moment.
fn importer(
    connection: &Connection,
    request: &Request,
    now: Timestamp,
) -> rusqlite::Result<Result<Operator, Refusal>> {
    let Some(operator) = standing::operator(connection, request.actor.operator, now)? else {
        return Ok(Err(Refusal::new(Rule::Status, "your account does not exist any more", "")));
    };
    let Some(spec) = actions::find(request.code) else {
        return Ok(Err(Refusal::new(Rule::Right, format!("no action `{}`", request.code), "")));
    };
    let (answers, facts) = (Answers::default(), Facts::default());
    let case = Case {
        operator: &operator,
        upon: &Upon::Nothing,
        asked: "",
        answers: &answers,
        facts: &facts,
        undone: None,
        password: None,
        import: None,
        now,
    };
    let allowed = verdict(spec, case).map(drop);
    Ok(allowed.map(|()| operator))
}

fn each(
    rows: &[UserRow],
    mut take: impl FnMut(&UserRow, &mut ImportCounts) -> Result<Result<(), RowRefusal>, Fault>,
) -> Result<Result<ImportCounts, Vec<RowFault>>, Fault> {
    let (mut counts, mut faults) = (ImportCounts::default(), Vec::new());
    for row in rows {
        if let Err(RowRefusal { column, text }) = take(row, &mut counts)? {
            faults.push(RowFault { line: row.line, column: column.to_owned(), text });
            if faults.len() == limits::ROW_FAULTS_MAX {
                break;
            }
        }
    }
    Ok(if faults.is_empty() { Ok(counts) } else { Err(faults) })
}

/// A hash of what a decision looked at: compared, never read back.
pub(super) fn hash_of(seen: &impl Debug) -> Hash {
    Sha256::digest(format!("{seen:?}")).into()
}

/// What is said where rows were judged by rights that are others by now.
pub(super) fn other_rights() -> Refusal {
    Refusal::new(Rule::Guard, "your rights were changed while the import ran", "import the file again")
}

fn keep_grant(
    connection: &Connection,
    batch: BatchId,
    which: Given,
    id: i64,
    hash: &Hash,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO batch_grants (batch, kind, id, hash) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![batch.0, which.word(), id, hash.as_slice()])
        .map(drop)
}
