//! Exit codes: one number for each way in which a command can end.

use crate::authz::refusal::{Refusal, Rule};
use crate::base::fault::{Fault, Origin};
use crate::protocol::Answer;

/// Done.
pub const DONE: u8 = 0;
/// Failed, or not verified.
pub const FAILED: u8 = 1;
/// The words are not as they should be.
pub const USAGE: u8 = 2;
/// No such target, or out of scope: the same.
pub const NO_SUCH_TARGET: u8 = 3;
/// Refused by a right or a rule.
pub const REFUSED: u8 = 4;
/// Sent for approval.
pub const SENT_FOR_APPROVAL: u8 = 5;
/// Changed meanwhile.
pub const CHANGED_MEANWHILE: u8 = 6;
/// Done in part.
pub const IN_PART: u8 = 8;
/// An unknown word, over SSH (`EX_USAGE` of sysexits.h).
pub const UNKNOWN_WORD: u8 = 64;
/// The store or another system is away (`EX_UNAVAILABLE`).
pub const AWAY: u8 = 69;
/// Try later (`EX_TEMPFAIL`).
pub const LATER: u8 = 75;
/// Not signed in (`EX_NOPERM`).
pub const NOT_SIGNED_IN: u8 = 77;

/// The code of a refusal.
pub const fn of_refusal(refusal: &Refusal) -> u8 {
    match refusal.rule {
        Rule::Existence => NO_SUCH_TARGET,
        Rule::Status
        | Rule::Right
        | Rule::Own
        | Rule::Level
        | Rule::TakingOver
        | Rule::Giving
        | Rule::Kind
        | Rule::State
        | Rule::LastMaster
        | Rule::Guard => REFUSED,
    }
}

/// The code of a fault.
pub const fn of_fault(fault: &Fault) -> u8 {
    match fault.origin {
        Origin::Store => AWAY,
        Origin::Busy => LATER,
        Origin::Input | Origin::Machine => FAILED,
    }
}

/// The code of an answer.
pub const fn of_answer(answer: &Answer) -> u8 {
    match answer {
        Answer::Done(_) | Answer::Started(_) => DONE,
        Answer::Refused(refusal) | Answer::Unproved(refusal) => of_refusal(refusal),
        Answer::Form(_) => USAGE,
        Answer::Stale(_) => CHANGED_MEANWHILE,
        Answer::Rows(_) => FAILED,
        Answer::Failed(fault) => of_fault(fault),
    }
}

/// The code of several targets: what is common to them, [`IN_PART`] where some were done and some not.
pub fn of_all(codes: &[u8]) -> u8 {
    let succeeded = |code: &u8| matches!(*code, DONE | SENT_FOR_APPROVAL);
    let done = codes.iter().filter(|code| succeeded(code)).count();
    if done != 0 && done != codes.len() {
        return IN_PART;
    }
    codes.iter().copied().find(|code| *code != DONE).unwrap_or(DONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::form::FieldFault;
    use crate::protocol::Stale;

    #[test]
    fn each_answer_has_its_code() {
        let refused = |rule| Answer::Refused(Refusal::new(rule, "no", ""));
        let field = FieldFault { field: "reason", text: "is required".to_owned() };
        let table = [
            (Answer::Done(Box::default()), 0),
            (Answer::Rows(Vec::new()), 1),
            (Answer::Failed(Fault::machine("x")), 1),
            (Answer::Failed(Fault::input("x")), 1),
            (Answer::Form(field), 2),
            (refused(Rule::Existence), 3),
            (refused(Rule::Right), 4),
            (refused(Rule::Own), 4),
            (refused(Rule::State), 4),
            (Answer::Stale(Stale::default()), 6),
            (Answer::Failed(Fault::store("x")), 69),
            (Answer::Failed(Fault::busy("x")), 75),
        ];
        for (answer, code) in table {
            assert_eq!(of_answer(&answer), code, "{answer:?}");
        }
    }

    #[test]
    fn several_targets_end_in_what_they_have_in_common() {
        assert_eq!(of_all(&[0, 0]), 0);
        assert_eq!(of_all(&[0, 4]), 8);
        assert_eq!(of_all(&[3, 4]), 3);
        assert_eq!(of_all(&[5, 0]), 5);
        assert_eq!(of_all(&[5, 4]), 8);
        assert_eq!(of_all(&[]), 0);
    }
}
