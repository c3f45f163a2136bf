//! The end of an export, in the audit: how many rows left.

use serde_json::json;

use crate::domain::operator::Actor;
use crate::store::audit;
use crate::store::record::{Recorded, system_entry};
use crate::store::writer::Writing;

/// An export that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Code of the action that let the rows out.
    pub code: &'static str,
    /// The audit entry that it began with.
    pub begun: i64,
    /// Who was meant.
    pub filter: String,
    /// The reason that was given.
    pub reason: String,
    /// Rows that left.
    pub rows: u64,
    /// Whether these are all.
    pub whole: bool,
}

/// The entry that tells how many rows left; the one that let them is the order's.
pub(super) fn ended(writing: &Writing<'_>, actor: &Actor, ended: &Exported) -> rusqlite::Result<Recorded> {
    let Exported { code, begun, filter, reason, rows, whole } = ended;
    let mut entry = system_entry(writing, actor.operator, code, &actor.source)?;
    (entry.target, entry.target_id) = (String::new(), 0);
    entry.actor.clone_from(&actor.login);
    entry.actor_id = actor.operator.0;
    actor.via.word().clone_into(&mut entry.via);
    entry.session = actor.session.map_or(0, |session| session.0);
    entry.reason.clone_from(reason);
    entry.detail =
        json!({ "proof": actor.proof, "begun": begun, "filter": filter, "count": rows, "whole": whole })
            .to_string();
    audit::append(writing.connection, entry).map(|_| Recorded::Done)
}
