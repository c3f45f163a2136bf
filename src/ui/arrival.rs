//! What an operator is told who has come in, and of the key by which they came.

use crate::base::time::Timestamp;
use crate::domain::operator::{Actor, Past};
use crate::protocol::Trouble;
use crate::ui::parts::toast::Severity;

/// When and from where one was here before, and what failed since: somebody else's tries are seen by whom they were at.
pub(crate) fn told(past: &Past, actor: &Actor) -> (Severity, String) {
    let last = match &past.last {
        Some((at, source)) => format!("last in {} from {source}", at.minute_utc()),
        None => "your first console session".to_owned(),
    };
    match past.failures {
        0 if asks_a_code(actor) => (Severity::Note, format!("{last}; :trust spares this key its code")),
        0 => (Severity::Note, last),
        1 => (Severity::Warn, format!("{last}; 1 failed try since")),
        many => (Severity::Warn, format!("{last}; {many} failed tries since")),
    }
}

/// Whether the sign-in was by a registered key and a code: such a key can be trusted.
fn asks_a_code(actor: &Actor) -> bool {
    actor.code_at.is_some() && actor.proof.starts_with("key ") && !actor.proof.contains(" by certificate ")
}

/// What is said of a key that was to be trusted.
pub(crate) fn trusted(result: Result<Timestamp, Trouble>) -> (Severity, String) {
    match result {
        Ok(until) => {
            let text =
                format!("this key signs in without a code until {}; page 9 lists it", until.minute_utc());
            (Severity::Ok, text)
        }
        Err(Trouble::Refused(refusal)) => (Severity::Error, format!("not trusted: {}", refusal.text)),
        Err(Trouble::Failed(fault)) => (Severity::Error, format!("not trusted: {fault}")),
    }
}
