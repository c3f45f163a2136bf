//! The audit: one entry, and the hash that ties it to the one before.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::base::time::Timestamp;
use crate::domain::change::Difference;
use crate::domain::target::{TargetId, TargetKind};

/// What became of what was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Allowed,
    /// A rule refused it.
    Denied,
}

impl Outcome {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
        }
    }
}

/// One entry of the audit as it is written; the store adds number and hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Number in the chain, from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// The login of who acted, or `system`.
    pub actor: String,
    /// Their id, 0 where none.
    pub actor_id: i64,
    /// `ssh`, `local` or `system`.
    pub via: String,
    /// Address, or system user and host.
    pub source: String,
    /// Session number, 0 where none.
    pub session: i64,
    /// Code of the action or event.
    pub action: String,
    /// The login or name acted upon, empty where none.
    pub target: String,
    /// Their id, 0 where none.
    pub target_id: i64,
    /// `allowed` or `denied`.
    pub result: String,
    /// The rule that refused, empty where none.
    pub rule: String,
    /// The reason that was typed, or the refusal's text.
    pub reason: String,
    /// JSON object: before, after, how it was confirmed.
    pub detail: String,
    /// Ids of the organisations it concerns, `,` between; empty is the institution.
    pub organisations: String,
}

/// A hash of the chain.
pub type Hash = [u8; 32];

impl Record {
    /// What it is about, where that has an id. Its kind stands in the detail; of a user nothing does.
    pub fn target_id(&self) -> Option<TargetId> {
        let detail: serde_json::Value = serde_json::from_str(&self.detail).unwrap_or_default();
        let kind = detail["kind"].as_str().map_or(Some(TargetKind::User), TargetKind::parse)?;
        (self.target_id > 0).then(|| TargetId::of(kind, self.target_id))
    }

    /// What it says in words, name by name: who, what, upon whom, from where, with what result. What is empty is left out.
    pub fn told(&self) -> Vec<(&'static str, String)> {
        let detail: serde_json::Value = serde_json::from_str(&self.detail).unwrap_or_default();
        let named = |name: &str| match detail[name].as_str() {
            Some(text) => text.to_owned(),
            None if detail[name].is_null() => String::new(),
            None => detail[name].to_string(),
        };
        let with_id = |name: &str, id: Option<String>| match id {
            Some(id) if name.is_empty() => id,
            Some(id) => format!("{name} ({id})"),
            None => name.to_owned(),
        };
        let actor = (self.actor_id > 0).then(|| format!("U{}", self.actor_id));
        let session = if self.session > 0 { format!("S{}", self.session) } else { String::new() };
        let result = if self.rule.is_empty() {
            self.result.clone()
        } else {
            format!("{} (rule {})", self.result, self.rule)
        };
        let pairs = [
            ("entry", self.seq.to_string()),
            ("time", self.at.rfc3339()),
            ("actor", with_id(&self.actor, actor)),
            ("action", self.action.clone()),
            ("target", with_id(&self.target, self.target_id().map(|id| id.to_string()))),
            ("result", result),
            ("reason", self.reason.clone()),
            ("via", format!("{} from {}", self.via, self.source)),
            ("session", session),
            ("proof", named("proof")),
            ("confirmed", named("confirmed")),
            ("detail", named("detail")),
            ("filter", named("filter")),
            ("rows", named("count")),
            ("job", named("job")),
            ("import", named("import")),
            ("undoes", named("undoes")),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The values before and after, as far as it tells some.
    pub fn changes(&self) -> Vec<Difference> {
        let detail: serde_json::Value = serde_json::from_str(&self.detail).unwrap_or_default();
        let text =
            |change: &serde_json::Value, name: &str| change[name].as_str().unwrap_or_default().to_owned();
        let changes = detail["changes"].as_array().cloned().unwrap_or_default();
        let changes = changes.iter();
        changes
            .map(|change| {
                Difference::new(text(change, "field"), text(change, "before"), text(change, "after"))
            })
            .collect()
    }

    /// SHA-256 over the previous hash and every field, each with its length before it.
    ///
    /// Lengths (8 bytes, big-endian) keep two entries from having one form: without them
    /// `ab`+`c` and `a`+`bc` would be the same bytes.
    pub fn hash(&self, previous: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(previous);
        let numbers = [self.seq, self.at.0, self.actor_id, self.session, self.target_id];
        for number in numbers {
            hasher.update(number.to_be_bytes());
        }
        let texts = [
            &self.actor,
            &self.via,
            &self.source,
            &self.action,
            &self.target,
            &self.result,
            &self.rule,
            &self.reason,
            &self.detail,
            &self.organisations,
        ];
        for text in texts {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().into()
    }
}

/// Where the chain ends: what a signed head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last entry, 0 for none.
    pub seq: i64,
    /// Its hash, zeros for none.
    pub hash: Hash,
}

impl Head {
    /// Where every chain begins.
    pub const START: Self = Self { seq: 0, hash: [0; 32] };
}

/// What verifying a piece of the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainPiece {
    /// Entries that were read and fit.
    pub entries: i64,
    /// The last that fits: the next piece begins behind it.
    pub head: Head,
    /// The newest entry that there is.
    pub newest: i64,
    /// The first entry that does not fit, and why.
    pub broken: Option<(i64, String)>,
    /// Whether the newest was reached.
    pub is_last: bool,
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_letter_between_fields_changes_the_hash() {
        let one = Record { actor: "ab".into(), via: "c".into(), ..Record::default() };
        let other = Record { actor: "a".into(), via: "bc".into(), ..Record::default() };
        assert_ne!(one.hash(&[0; 32]), other.hash(&[0; 32]));
        assert_ne!(one.hash(&[0; 32]), one.hash(&[1; 32]));
        assert_eq!(one.hash(&[0; 32]), one.clone().hash(&[0; 32]));
    }
}
