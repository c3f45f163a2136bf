//! Verifying the chain from the page: piece by piece, so that the page says how far it is and goes on meanwhile.

use crate::base::time::Timestamp;
use crate::domain::audit::{ChainPiece, Head};
use crate::protocol::{Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::ink::grouped;
use crate::ui::parts::toast::Severity;

/// How far it is, and what was found last.
#[derive(Debug, Default)]
pub(crate) struct Verifying {
    piece: Asked<()>,
    /// The last piece, while there are more to come.
    reached: Option<ChainPiece>,
    found: Option<Found>,
}

/// What was found: up to which entry the chain holds, or where it breaks and why.
#[derive(Debug)]
struct Found {
    head: Head,
    at: Timestamp,
    broken: Option<(i64, String)>,
}

/// Begins at the first entry.
pub(super) fn begin(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    if model.audit.verifying.piece.waits() {
        return model.say(Severity::Note, "the chain is being verified; Ctrl-c stops that", now);
    }
    model.audit.verifying.reached = None;
    model.audit.verifying.piece.ask(Query::AuditChain { after: Head::START }, now)
}

/// Stops it; false where nothing was under way.
pub(crate) fn stop(model: &mut Model) -> bool {
    let verifying = &mut model.audit.verifying;
    let was_under_way = verifying.piece.waits();
    (verifying.piece, verifying.reached) = (Asked::default(), None);
    was_under_way
}

/// Takes in a piece, and asks for the next one.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let verifying = &mut model.audit.verifying;
    if !verifying.piece.takes(query) {
        return Vec::new();
    }
    if let Some(trouble) = reply.trouble() {
        verifying.reached = None;
        return model.say(Severity::Error, format!("not verified: {}", trouble.lines().join("; ")), now);
    }
    let Reply::AuditChain(piece) = reply else { return Vec::new() };
    if !piece.is_last && piece.broken.is_none() {
        let after = piece.head;
        verifying.reached = Some(piece);
        return verifying.piece.ask(Query::AuditChain { after }, now);
    }
    verifying.reached = None;
    let ChainPiece { head, broken, .. } = piece;
    let (severity, text) = match &broken {
        None => (Severity::Ok, format!("the audit is as it was written, up to entry {}", head.seq)),
        Some((seq, why)) => {
            let to_do = "tell whoever is responsible; `wardroom doctor` says what to keep";
            (Severity::Error, format!("the chain breaks at entry {seq}: {why}; {to_do}"))
        }
    };
    verifying.found = Some(Found { head, at: now, broken });
    model.say(severity, text, now)
}

impl Verifying {
    /// `verifying 40,000 of 88,214`, `chain OK to #88,214 (verified 09:40Z)`, `chain BREAKS at #7 (verified 09:40Z)`;
    /// empty where nobody has asked. The second tells whether that is alarming.
    pub(super) fn words(&self) -> (String, bool) {
        let number = |seq: i64| grouped(seq.unsigned_abs());
        if self.piece.waits() {
            let text = match &self.reached {
                None => "verifying ..".to_owned(),
                Some(piece) => format!("verifying {} of {}", number(piece.head.seq), number(piece.newest)),
            };
            return (text, false);
        }
        let Some(Found { head, at, broken }) = &self.found else { return (String::new(), false) };
        let at = at.clock_utc();
        match broken {
            None => (format!("chain OK to #{} (verified {at})", number(head.seq)), false),
            Some((seq, _)) => (format!("chain BREAKS at #{} (verified {at})", number(*seq)), true),
        }
    }
}
