//! The last step of an import: looked at once more, then everything exists at once.

use crate::actions::request::Request;
use crate::authz::grants::Grantable;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::domain::audit::Hash;
use crate::domain::import::{Filled, RowFault};
use crate::store::batch::{self, Batch};
use crate::store::connection::fault;
use crate::store::import_piece::{hash_of, other_rights};
use crate::store::standing::{self, Given};
use crate::store::writer::Writing;
use crate::store::{import_update, jobs};

/// Why nothing was shown.
#[derive(Clone, Debug)]
pub(super) enum Unfit {
    /// What a row was judged by is another by now.
    Row(RowFault),
    /// What all rows were judged by is another by now.
    All(Refusal),
}

/// Shows the batch of `filled`, or writes nothing. What it did comes back.
pub(super) fn show(
    writing: &Writing<'_>,
    operator: &Operator,
    filled: &Filled,
    request: &Request,
) -> Result<Result<Batch, Unfit>, Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    connection.execute_batch("SAVEPOINT shown").map_err(sql)?;
    let shown = shown(writing, operator, filled, request)?;
    let end = if shown.is_ok() { "RELEASE shown" } else { "ROLLBACK TO shown; RELEASE shown" };
    connection.execute_batch(end).map_err(sql)?;
    Ok(shown)
}

fn shown(
    writing: &Writing<'_>,
    operator: &Operator,
    filled: &Filled,
    request: &Request,
) -> Result<Result<Batch, Unfit>, Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    let Some(mut batch) = batch::load(connection, filled.batch).map_err(sql)? else {
        let gone =
            Refusal::new(Rule::Guard, "what was imported was removed meanwhile", "import the file again");
        return Ok(Err(Unfit::All(gone)));
    };
    if operator.standing.id.0 != batch.actor
        || hash_of(operator) != batch.authority
        || !grants_stand(connection, &batch).map_err(sql)?
    {
        return Ok(Err(Unfit::All(other_rights())));
    }
    if let Some(stopped) = jobs::import::stopped(connection, batch.id).map_err(sql)? {
        return Ok(Err(Unfit::All(stopped)));
    }
    if let Err(row) = import_update::apply(writing, &mut batch, &request.actor)? {
        return Ok(Err(Unfit::Row(row)));
    }
    batch::show(connection, &batch).map_err(sql)?;
    jobs::import::done(writing, batch.id, batch.counts).map_err(sql)?;
    Ok(Ok(batch))
}

/// Whether every role and group that the batch gives is as it was.
fn grants_stand(connection: &rusqlite::Connection, batch: &Batch) -> rusqlite::Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT kind, id, hash FROM batch_grants WHERE batch = ?1")?;
    let mut grants = statement.query([batch.id.0])?;
    while let Some(grant) = grants.next()? {
        let which =
            if grant.get_ref(0)?.as_str()? == Given::Role.word() { Given::Role } else { Given::Group };
        let judged: Hash = grant.get(2)?;
        let now: Option<Grantable> = standing::grantable_by_id(connection, which, grant.get(1)?)?;
        if now.is_none_or(|now| hash_of(&now) != judged) {
            return Ok(false);
        }
    }
    Ok(true)
}
