//! The filter of the audit: the same text on the audit page and behind `audit list`.
//!
//! ```text
//! actor:a.kim  action:user.*,group.*  target:c.park  result:denied  rule:level
//! since:24h  until:2026-05-14  via:ssh  source:10.4.*  session:S12  -actor:system  words of the reason
//! ```
//!
//! Everything that stands side by side must hold; of values with commas between one must. `*` stands for anything.

use crate::base::ids::SessionId;
use crate::base::text::{folded, nearest, search_folded, visible};
use crate::base::time::Timestamp;
use crate::directory::language::first_moment;
use crate::directory::moments::Moment;
use crate::domain::audit::Record;

/// Which entries are meant; all of them by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    terms: Vec<Term>,
    since: Option<Moment>,
    until: Option<Moment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    field: Field,
    is_not: bool,
    /// Folded, one of which must fit.
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Actor,
    Action,
    Target,
    Result,
    Rule,
    Via,
    Source,
    Session,
    Reason,
}

/// What an index of the store can find at once: one whole value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrow<'a> {
    /// All by this actor.
    Actor(&'a str),
    /// All about this target.
    Target(&'a str),
}

impl Field {
    const ALL: [Self; 9] = [
        Self::Actor,
        Self::Action,
        Self::Target,
        Self::Result,
        Self::Rule,
        Self::Via,
        Self::Source,
        Self::Session,
        Self::Reason,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Action => "action",
            Self::Target => "target",
            Self::Result => "result",
            Self::Rule => "rule",
            Self::Via => "via",
            Self::Source => "source",
            Self::Session => "session",
            Self::Reason => "reason",
        }
    }

    /// The values that there are, where they are few.
    const fn known(self) -> &'static [&'static str] {
        match self {
            Self::Result => &["allowed", "denied"],
            Self::Via => &["ssh", "local", "system"],
            Self::Actor
            | Self::Action
            | Self::Target
            | Self::Rule
            | Self::Source
            | Self::Session
            | Self::Reason => &[],
        }
    }

    fn value(self, typed: &str) -> Result<String, String> {
        let value = folded(typed);
        let known = self.known();
        if !known.is_empty() && !value.contains('*') && !known.contains(&value.as_str()) {
            let meant = nearest(&value, known.iter().copied()).map_or_else(
                || format!("one of {}", known.join(", ")),
                |meant| format!("did you mean {}:{meant}?", self.name()),
            );
            return Err(format!("no {} `{}`; {meant}", self.name(), visible(typed)));
        }
        if self == Self::Session && SessionId::parse(typed).is_none() {
            return Err(format!("no session `{}`: a number such as S12", visible(typed)));
        }
        Ok(if self == Self::Session { value.trim_start_matches('s').to_owned() } else { value })
    }
}

impl AuditFilter {
    /// Reads a filter; what is wrong with it, and what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut filter = Self::default();
        for word in words(text)? {
            filter.take(&word)?;
        }
        Ok(filter)
    }

    fn take(&mut self, word: &str) -> Result<(), String> {
        let (is_not, word) = word
            .strip_prefix(['-', '!'])
            .filter(|rest| !rest.is_empty())
            .map_or((false, word), |rest| (true, rest));
        let Some((name, value)) = word.split_once(':').filter(|(name, _)| is_name(name)) else {
            self.terms.push(Term { field: Field::Reason, is_not, values: vec![search_folded(word)] });
            return Ok(());
        };
        if value.is_empty() {
            return Err(format!("`{name}:` wants a value"));
        }
        let name = name.to_lowercase();
        if matches!(name.as_str(), "since" | "until") && !is_not {
            let moment = Some(first_moment(&value.to_lowercase())?);
            if name == "since" {
                self.since = moment;
            } else {
                self.until = moment;
            }
            return Ok(());
        }
        let Some(field) = Field::ALL.into_iter().find(|field| field.name() == name) else {
            let names = Field::ALL.map(Field::name).into_iter().chain(["since", "until"]);
            let meant = nearest(&name, names).map_or_else(
                || "actor action target result rule since until via source session reason".to_owned(),
                |meant| format!("did you mean `{meant}:`?"),
            );
            return Err(format!("no field `{}`; {meant}", visible(&name)));
        };
        let values = value.split(',').filter(|value| !value.is_empty());
        let values = values.map(|value| field.value(value)).collect::<Result<Vec<_>, _>>()?;
        self.terms.push(Term { field, is_not, values });
        Ok(())
    }

    /// Whether it means everything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether `record` is meant at `now`.
    pub fn means(&self, record: &Record, now: Timestamp) -> bool {
        self.since_at(now).is_none_or(|since| record.at >= since)
            && self.until.is_none_or(|until| record.at.0 < until.at(now))
            && self.terms.iter().all(|term| term.holds(record))
    }

    /// The time before which nothing is meant.
    pub fn since_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.since.map(|since| Timestamp(since.at(now)))
    }

    /// What of it an index finds; the rest is left to [`AuditFilter::means`].
    pub fn narrow(&self) -> Option<Narrow<'_>> {
        let one = |wanted: Field| {
            self.terms.iter().find_map(|term| match &term.values[..] {
                // An id is no login; and only of these letters an index knows that large and small are the same.
                [one] if term.field == wanted && !term.is_not && !one.contains('*') && one.is_ascii() => {
                    (!is_id(one)).then_some(one.as_str())
                }
                _ => None,
            })
        };
        one(Field::Target).map(Narrow::Target).or_else(|| one(Field::Actor).map(Narrow::Actor))
    }
}

impl Term {
    fn holds(&self, record: &Record) -> bool {
        let is_one_of = |text: &str| {
            let text = folded(text);
            self.values.iter().any(|value| fits(value, &text))
        };
        let found = match self.field {
            Field::Actor => is_one_of(&record.actor) || is_one_of(&format!("U{}", record.actor_id)),
            Field::Action => is_one_of(&record.action),
            Field::Target => {
                is_one_of(&record.target) || record.target_id().is_some_and(|id| is_one_of(&id.to_string()))
            }
            Field::Result => is_one_of(&record.result),
            Field::Rule => is_one_of(&record.rule),
            Field::Via => is_one_of(&record.via),
            Field::Source => is_one_of(&record.source),
            Field::Session => is_one_of(&record.session.to_string()),
            Field::Reason => {
                let reason = search_folded(&record.reason);
                self.values.iter().any(|value| reason.contains(value.trim_matches('*')))
            }
        };
        found != self.is_not
    }
}

/// A letter and digits: what ids look like.
fn is_id(value: &str) -> bool {
    let digits = value.get(1..).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Words with blanks between; quotes hold one together.
fn words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    for character in text.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            blank if blank.is_whitespace() && !is_quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            other => word.push(other),
        }
    }
    if is_quoted {
        return Err("a quote is not closed: \"..\"".to_owned());
    }
    words.extend((!word.is_empty()).then_some(word));
    Ok(words)
}

/// Whether `text` is what `pattern` says, in which `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        let Some(place) = left.find(part) else { return false };
        left = &left[place + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_778_752_917_000);

    fn entry() -> Record {
        Record {
            seq: 7,
            at: NOW.plus_seconds(-3600),
            actor: "a.kim".into(),
            actor_id: 12,
            via: "ssh".into(),
            source: "10.4.1.17".into(),
            session: 5,
            action: "user.lock".into(),
            target: "c.Park".into(),
            target_id: 44,
            result: "denied".into(),
            rule: "level".into(),
            reason: "INC-4471 caller not verified".into(),
            ..Record::default()
        }
    }

    fn means(text: &str) -> bool {
        AuditFilter::parse(text).unwrap().means(&entry(), NOW)
    }

    #[test]
    fn every_field_finds_its_entry_and_leaves_out_the_others() {
        let table = [
            ("", "since:30m"),
            ("actor:A.KIM", "actor:a.ki"),
            ("actor:u12", "actor:U13"),
            ("action:user.*", "action:group.*"),
            ("action:*lock,x", "-action:*.lock"),
            ("target:c.park", "target:c.parks"),
            ("target:U44", "target:U4"),
            ("result:denied", "result:allowed"),
            ("rule:level", "rule:right"),
            ("via:ssh,local", "via:system"),
            ("source:10.4.*", "source:10.5.*"),
            ("session:S5", "session:6"),
            ("since:2h until:30m", "until:2h"),
            ("inc-4471 verified", "inc-4472"),
            ("\"caller not\" -stolen", "-caller"),
            ("actor:a.kim action:user.* since:24h", "actor:a.kim action:role.* since:24h"),
        ];
        for (holds, bites) in table {
            assert!(means(holds), "{holds}");
            assert!(!means(bites), "{bites}");
        }
    }

    #[test]
    fn a_mistake_says_what_would_be_right() {
        let table = [
            ("result:denid", "no result `denid`; did you mean result:denied?"),
            ("actr:x", "no field `actr`; did you mean `actor:`?"),
            ("actor:", "`actor:` wants a value"),
            ("\"open", "a quote is not closed: \"..\""),
            ("session:x", "no session `x`: a number such as S12"),
        ];
        for (text, told) in table {
            assert_eq!(AuditFilter::parse(text).unwrap_err(), told);
        }
        assert!(AuditFilter::parse("since:soon").is_err());
    }

    #[test]
    fn an_index_is_used_for_one_whole_login_only() {
        let narrow = |text: &str| format!("{:?}", AuditFilter::parse(text).unwrap().narrow());
        assert_eq!(narrow("actor:A.kim result:denied"), "Some(Actor(\"a.kim\"))");
        assert_eq!(narrow("actor:a.kim target:c.park"), "Some(Target(\"c.park\"))");
        for text in ["", "actor:a.*", "-actor:a.kim", "actor:a.kim,b.lee", "target:U5", "actor:zoé"] {
            assert_eq!(narrow(text), "None", "{text}");
        }
    }
}
