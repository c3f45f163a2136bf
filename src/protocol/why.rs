//! Why an action is or is not allowed: the question, the decision, every rule, and who could do it.

use crate::actions::Spec;
use crate::actions::spec::Needs;
use crate::actions::walk::{Finding, Step};
use crate::authz::refusal::Refusal;
use crate::domain::target::TargetId;
use crate::protocol::Offer;

/// What a question about an action is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Nothing: the action has no target, or makes something.
    Nothing,
    /// What has this id.
    Id(TargetId),
    /// What was typed.
    Named(String),
}

/// A decision with all its reasons.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The action.
    pub spec: &'static Spec,
    /// For whom it was judged; `None` is who asks. The texts say `you` to them.
    pub operator: Option<String>,
    /// Whom or what it is upon, where that exists for who asks.
    pub target: Option<String>,
    /// The first rule that failed; `None` where it is allowed.
    pub refusal: Option<Refusal>,
    /// Every rule in its order, with what it says.
    pub chain: Vec<Step>,
    /// Where the right comes from, or what would give it; a line each, empty where that is no question.
    pub right: Vec<String>,
    /// Who could do it; `None` where that is no question of rights.
    pub able: Option<Able>,
}

/// Who could do what was refused, as far as rights, level, scope and group go, among those whom the asker sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Able {
    /// How many.
    pub count: u64,
    /// Whether there may be more.
    pub is_more: bool,
    /// The first of them, by login.
    pub logins: Vec<String>,
}

impl Able {
    /// In words: how many, and who.
    pub fn words(&self) -> String {
        let least = if self.is_more { "at least " } else { "" };
        let others = self.count.saturating_sub(self.logins.len() as u64);
        let logins = self.logins.join(", ");
        match (self.count, others) {
            (0, _) => format!("nobody whom you see{}", if self.is_more { " among the first" } else { "" }),
            (1, 0) => format!("{least}1 user: {logins}"),
            (count, 0) => format!("{least}{count} users: {logins}"),
            (count, others) => format!("{least}{count} users: {logins} and {others} more"),
        }
    }
}

impl Explained {
    /// As much of it as an entry of the menu knows, upon whom or what is `called` so.
    pub fn of_offer(offer: &Offer, called: String) -> Self {
        Self {
            spec: offer.spec,
            operator: None,
            target: Some(called),
            refusal: offer.refusal.clone(),
            chain: Vec::new(),
            right: Vec::new(),
            able: None,
        }
    }

    /// What whoever does it must hold.
    pub fn needs(&self) -> String {
        match self.spec.right {
            Needs::Right(right) => format!("the right `{}`: {}", right.code(), right.spec().label),
            Needs::Own => "being oneself".to_owned(),
        }
    }

    /// The question and the decision: names and values.
    pub fn decision(&self) -> Vec<(String, String)> {
        let mut told = vec![pair("Action", format!("{}  ({})", self.spec.title, self.spec.code))];
        told.extend(self.target.clone().map(|target| pair("Upon", target)));
        told.extend(self.operator.clone().map(|who| pair("Done by", format!("{who}, who is `you` below"))));
        match &self.refusal {
            None => told.push(pair("Answer", "allowed")),
            Some(refusal) => {
                told.push(pair("Answer", format!("not allowed, by the rule {}", refusal.rule.word())));
                told.push(pair("Because", refusal.text.clone()));
                let satisfied =
                    if refusal.satisfied_by.is_empty() { "nothing" } else { &refusal.satisfied_by };
                told.push(pair("Satisfied by", satisfied));
            }
        }
        told
    }

    /// The reasons: the right and where it comes from, who could do it, and every rule.
    pub fn reasons(&self) -> Vec<(String, String)> {
        let mut told = vec![pair("Needs", self.needs())];
        told.extend(self.right.iter().map(|line| pair("", line.clone())));
        told.extend(self.able.as_ref().map(|able| pair("Who could", able.words())));
        told.extend(self.chain.iter().map(|step| pair(step.rule.word(), said(&step.finding))));
        told
    }
}

fn pair(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// What a rule says, in words.
fn said(finding: &Finding) -> String {
    match finding {
        Finding::Holds(text) => format!("passed: {text}"),
        Finding::Fails(refusal) => format!("FAILED: {}", refusal.text),
        Finding::NotAsked(text) => format!("no question: {text}"),
        Finding::NotReached => "not reached".to_owned(),
    }
}
