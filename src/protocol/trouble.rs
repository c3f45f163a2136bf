//! Why there is no answer: a rule said no, or the machine failed.

use crate::authz::refusal::Refusal;
use crate::base::fault::Fault;

/// Why a question was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A rule said no.
    Refused(Refusal),
    /// The machine failed.
    Failed(Fault),
}

impl std::convert::From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl Trouble {
    /// In words: what, why, what to do; a line each.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Refused(refusal) if refusal.satisfied_by.is_empty() => vec![format!("refused: {refusal}")],
            Self::Refused(refusal) => {
                vec![
                    format!("refused: {refusal}"),
                    format!("would be satisfied by: {}", refusal.satisfied_by),
                ]
            }
            Self::Failed(fault) => vec![format!("error: {fault}"), "r tries again".to_owned()],
        }
    }
}
