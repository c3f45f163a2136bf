//! What became of one target, in a line and in JSON.

use serde_json::{Value, json};

use crate::actions::request::Run;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::cli::exit;
use crate::cli::stop::with_hint;
use crate::domain::change::Difference;
use crate::protocol::{Answer, Receipt};

/// What became of one target.
pub(super) struct Outcome {
    /// The code of the action.
    pub(super) action: &'static str,
    /// As typed.
    pub(super) target: String,
    pub(super) run: Run,
    pub(super) end: End,
}

/// How it ended.
pub(super) enum End {
    /// The service answered.
    Answered(Answer),
    /// The person who was asked did not agree.
    NotConfirmed,
}

impl Outcome {
    /// The exit code.
    pub(super) fn exit(&self) -> u8 {
        match &self.end {
            End::Answered(answer) => exit::of_answer(answer),
            End::NotConfirmed => exit::FAILED,
        }
    }

    /// One line for people, beginning with the target.
    pub(super) fn line(&self) -> String {
        match &self.end {
            End::Answered(Answer::Done(receipt)) => self.done(receipt),
            End::Answered(_) | End::NotConfirmed => {
                format!("{}: {}: {}", self.target, self.action, self.text())
            }
        }
    }

    /// What was revealed, for standard output alone.
    pub(super) fn revealed(&self) -> Option<&Secret<Vec<String>>> {
        match &self.end {
            End::Answered(Answer::Done(receipt)) => {
                receipt.revealed.as_ref().map(|revealed| &revealed.values)
            }
            End::Answered(_) | End::NotConfirmed => None,
        }
    }

    /// One JSON value.
    pub(super) fn json(&self) -> Value {
        let (receipt, refusal) = match &self.end {
            End::Answered(Answer::Done(receipt)) => (Some(receipt.as_ref()), None),
            End::Answered(Answer::Refused(refusal) | Answer::Unproved(refusal)) => (None, Some(refusal)),
            End::Answered(
                Answer::Started(_) | Answer::Form(_) | Answer::Stale(_) | Answer::Rows(_) | Answer::Failed(_),
            )
            | End::NotConfirmed => (None, None),
        };
        let target = receipt.and_then(|receipt| receipt.target.as_ref());
        json!({
            "action": self.action,
            "target": self.target,
            "id": target.map(|target| target.id.to_string()),
            "login": target.filter(|target| target.id.user().is_some()).map(|target| target.name.as_str()),
            "name": target.filter(|target| target.id.user().is_none()).map(|target| target.name.as_str()),
            "result": self.word(),
            "exit": self.exit(),
            "dry_run": self.run == Run::Dry,
            "audit": receipt.map(|receipt| receipt.audit).filter(|number| *number > 0),
            "changes": receipt.map(|receipt| receipt.differences.iter().map(|difference| json!({
                "field": difference.field, "before": difference.before, "after": difference.after,
            })).collect::<Vec<_>>()).unwrap_or_default(),
            "effects": receipt.map(|receipt| receipt.effects.clone()).unwrap_or_default(),
            "messages": receipt.map(|receipt| receipt.messages),
            "undo_until": receipt.and_then(|receipt| receipt.undo_until).map(Timestamp::rfc3339),
            "values": receipt.and_then(|receipt| receipt.revealed.as_ref()).map(|revealed| revealed.values.expose()),
            "text": self.text(),
            "rule": refusal.map(|refusal| refusal.rule.word()),
            "satisfied_by": refusal.map(|refusal| refusal.satisfied_by.as_str()).filter(|text| !text.is_empty()),
        })
    }

    fn word(&self) -> &'static str {
        match &self.end {
            End::Answered(Answer::Done(_)) if self.run == Run::Dry => "allowed",
            End::Answered(Answer::Done(_)) => "done",
            End::Answered(Answer::Started(_)) => "started",
            End::Answered(Answer::Refused(_) | Answer::Unproved(_)) => "refused",
            End::Answered(Answer::Form(_)) => "form",
            End::Answered(Answer::Stale(_)) => "changed",
            End::Answered(Answer::Rows(_) | Answer::Failed(_)) => "failed",
            End::NotConfirmed => "not_confirmed",
        }
    }

    /// Why it was not done, or that it was.
    fn text(&self) -> String {
        match &self.end {
            End::Answered(answer) => why_not(answer).unwrap_or_else(|| self.verdict().to_owned()),
            End::NotConfirmed => "not confirmed, nothing was done".to_owned(),
        }
    }

    const fn verdict(&self) -> &'static str {
        match self.run {
            Run::Real => "done",
            Run::Dry => "allowed, nothing was written",
        }
    }

    fn done(&self, receipt: &Receipt) -> String {
        let called = receipt.target.as_ref().map_or(self.target.as_str(), |target| target.called.as_str());
        let number = if receipt.audit > 0 { format!(" (audit {})", receipt.audit) } else { String::new() };
        let plan = plan(receipt);
        let plan = if plan.is_empty() { plan } else { format!(": {plan}") };
        format!("{called}: {} {}{number}{plan}", self.action, self.verdict())
    }
}

/// Before and after, and what follows.
pub(super) fn plan(receipt: &Receipt) -> String {
    let differences = listed(&receipt.differences);
    let parts = std::iter::once(differences).chain(receipt.effects.iter().cloned());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Before and after of each field.
fn listed(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Why `answer` is not what was asked for; `None` where it is.
pub(super) fn why_not(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Done(_) => None,
        Answer::Started(job) => {
            Some(format!("job {job} carries it out; `jobs show {job}` tells how far it is"))
        }
        Answer::Refused(refusal) | Answer::Unproved(refusal) => {
            Some(with_hint(refusal.text.clone(), &refusal.satisfied_by))
        }
        Answer::Form(fault) => Some(fault.to_string()),
        Answer::Stale(stale) => {
            let told = stale.lines().join("; ");
            let told = if told.is_empty() { told } else { format!(": {told}") };
            Some(format!("changed meanwhile{told}; look again, then repeat"))
        }
        Answer::Rows(faults) => Some(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
        Answer::Failed(fault) => Some(fault.text.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authz::refusal::{Refusal, Rule};
    use crate::base::ids::UserId;
    use crate::domain::target::TargetId;
    use crate::protocol::{Meanwhile, Stale, TargetName};

    fn outcome(answer: Answer, run: Run) -> Outcome {
        Outcome { action: "user.lock", target: "c.kim".into(), run, end: End::Answered(answer) }
    }

    fn receipt(audit: i64) -> Answer {
        let (id, name, called) =
            (TargetId::User(UserId(7)), "c.kim".to_owned(), "Chloe Kim (c.kim)".to_owned());
        Answer::Done(Box::new(Receipt {
            audit,
            target: Some(TargetName { id, name, called, version: 2 }),
            differences: vec![Difference::new("status", "ACTIVE", "")],
            effects: vec!["1 live session ends.".into()],
            ..Receipt::default()
        }))
    }

    #[test]
    fn a_line_says_whom_what_and_before_and_after() {
        assert_eq!(
            outcome(receipt(17), Run::Real).line(),
            "Chloe Kim (c.kim): user.lock done (audit 17): status ACTIVE -> (none); 1 live session ends."
        );
        assert!(
            outcome(receipt(0), Run::Dry).line().contains("user.lock allowed, nothing was written: status")
        );
        let refusal = Refusal::new(Rule::State, "user is locked", "unlock first");
        let line = outcome(Answer::Refused(refusal), Run::Real).line();
        assert_eq!(line, "c.kim: user.lock: user is locked (unlock first)");
        let other = Meanwhile {
            actor: "b".into(),
            action: "user.edit".into(),
            age: "4s".into(),
            changes: vec![Difference::new("title", "", "Dr")],
        };
        let line = outcome(Answer::Stale(Stale { by: vec![other], facts: vec![] }), Run::Real).line();
        assert!(line.contains("changed meanwhile: user.edit by b, 4s ago: title (none) -> Dr;"), "{line}");
    }

    #[test]
    fn json_always_has_the_same_fields() {
        let names =
            |outcome: Outcome| outcome.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let refusal = Answer::Refused(Refusal::new(Rule::State, "no", ""));
        assert_eq!(names(outcome(receipt(1), Run::Real)), names(outcome(refusal.clone(), Run::Real)));
        assert_eq!(outcome(receipt(0), Run::Dry).json()["result"], "allowed");
        let refused = outcome(refusal, Run::Real).json();
        assert_eq!(
            (&refused["result"], &refused["rule"], &refused["exit"]),
            (&json!("refused"), &json!("state"), &json!(4))
        );
    }
}
