//! Completing what is being typed: the names of fields, and the values that a field takes.

use crate::base::text;
use crate::directory::filter::{FACTS, FIELDS, Field, searched};
use crate::directory::language::terms::{self, ATTRIBUTE};
use crate::directory::moments::TimeField;
use crate::directory::row::CustomerKind;
use crate::directory::words::Words;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// What may stand in the place of what is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The first character of what is replaced; it ends at the cursor.
    pub start: usize,
    /// What may stand there, sorted; complete, with quotes where a blank needs them.
    pub words: Vec<String>,
    /// Whether these are values; fields otherwise.
    pub are_values: bool,
}

impl Completion {
    /// What is certain: as much as all of the words begin with.
    pub fn certain(&self) -> String {
        let Some((first, others)) = self.words.split_first() else { return String::new() };
        let common = others.iter().fold(first.chars().count(), |most, other| {
            first.chars().zip(other.chars()).take(most).take_while(|(left, right)| left == right).count()
        });
        first.chars().take(common).collect()
    }
}

/// What the text before `cursor` (a number of characters) may go on to be; `words` are the names in use.
pub fn complete(typed: &str, cursor: usize, words: &Words) -> Completion {
    let before: Vec<char> = typed.chars().take(cursor).collect();
    let start = beginning(&before);
    let term: String = before[start..].iter().collect();
    let sign = term.char_indices().find(|(_, letter)| matches!(letter, ':' | '=' | '<' | '>'));
    let Some((at, sign)) = sign else {
        return fields(start, &term, words);
    };
    let (name, rest) = (term[..at].to_lowercase(), &term[at + sign.len_utf8()..]);
    let begun = rest.rsplit(',').next().unwrap_or_default();
    let start = before.len() - begun.chars().count();
    let wanted = searched(begun.trim_start_matches('"'));
    let matching = values(&name, words).into_iter().filter(|value| searched(value).starts_with(&wanted));
    let mut matching: Vec<String> = matching.map(|value| quoted(&value)).collect();
    matching.sort_unstable();
    Completion { start, words: matching, are_values: true }
}

/// Where the term that ends with `before` begins, without what negates it.
fn beginning(before: &[char]) -> usize {
    let (mut start, mut is_quoted) = (0, false);
    for (at, letter) in before.iter().enumerate() {
        match letter {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | ')' | '|' => start = at + 1,
            _ if letter.is_whitespace() => start = at + 1,
            '-' | '!' if start == at => start = at + 1,
            _ => {}
        }
    }
    start
}

fn fields(start: usize, begun: &str, words: &Words) -> Completion {
    let begun = begun.to_lowercase();
    let attributes = words.attributes.iter().map(|name| format!("{ATTRIBUTE}{name}:"));
    // A name with a blank in it cannot be typed as a field.
    let attributes = attributes.filter(|name| !name.contains(char::is_whitespace));
    let names = terms::field_names().map(|name| format!("{name}:")).chain(attributes);
    let mut names: Vec<String> = names.filter(|name| name.starts_with(&begun)).collect();
    names.sort_unstable();
    names.dedup();
    Completion { start, words: names, are_values: false }
}

/// The values that a field takes, where they can be told.
fn values(name: &str, words: &Words) -> Vec<String> {
    let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    let small = |all: &[&str]| all.iter().map(|one| one.to_lowercase()).collect();
    match name {
        "status" => small(&Status::ALL.map(Status::short)),
        "kind" => owned(&Kind::ALL.map(Kind::word)),
        "level" => small(&["MA", "GA", "OA", "UA", "none"]),
        "category" => owned(&CustomerKind::ALL.map(CustomerKind::word)),
        "product" => owned(&["account-opening", "digital-banking"]),
        "archived" | "confirmed" | "mfa" => owned(&["yes", "no"]),
        "has" | "no" => FACTS.iter().map(|(fact, _)| (*fact).to_owned()).collect(),
        "since" => owned(&["24h", "7d", "today", "yesterday"]),
        _ if TimeField::ALL.iter().any(|field| field.name() == name) => {
            owned(&["24h", "7d", "never", "today", "yesterday"])
        }
        _ => match FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| field) {
            Some(Field::Organisation) => words.organisations.clone(),
            Some(Field::Group) => words.groups.clone(),
            Some(Field::Role) => words.roles.clone(),
            Some(Field::Tag) => words.tags.clone(),
            Some(Field::AccountType) => words.account_types.clone(),
            // Personal, or of every user another one.
            Some(
                Field::Login | Field::Name | Field::Email | Field::Phone | Field::Core | Field::AccountId,
            )
            | None => Vec::new(),
        },
    }
}

fn quoted(value: &str) -> String {
    let value = text::visible(value);
    let is_plain = !value.contains(|letter: char| letter.is_whitespace() || "\",|()".contains(letter));
    if is_plain { value.into_owned() } else { format!("\"{}\"", value.replace('"', "")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::filter::Filter;

    fn words() -> Words {
        let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Words {
            organisations: all(&["cards", "retail"]),
            groups: all(&["retail support", "tellers"]),
            roles: all(&["auditor", "clerk"]),
            tags: all(&["test", "vip"]),
            account_types: all(&["member"]),
            attributes: all(&["branch", "desk number"]),
        }
    }

    fn offered(typed: &str) -> Vec<String> {
        complete(typed, typed.chars().count(), &words()).words
    }

    #[test]
    fn fields_are_completed_from_what_they_begin_with_also_where_negated_or_in_a_group() {
        assert_eq!(offered("stat"), ["status:"]);
        assert_eq!(offered("-ar"), ["archived:"]);
        assert_eq!(offered("kim (a | acc"), ["account-id:", "account-type:", "account_number:"]);
        assert_eq!(offered("attr."), ["attr.branch:"]);
        assert_eq!(offered("zz"), [""; 0]);
        assert_eq!(complete("acc", 3, &words()).certain(), "account");
        assert_eq!(complete("ki foo", 2, &words()).certain(), "kind:");
    }

    #[test]
    fn values_are_completed_for_every_field_that_has_known_ones() {
        assert_eq!(offered("status:loc"), ["locked"]);
        assert_eq!(offered("status:locked,in"), ["inactive", "initial", "invited"]);
        assert_eq!(offered("org:"), ["cards", "retail"]);
        assert_eq!(offered("group:ret"), ["\"retail support\""]);
        assert_eq!(offered("group:\"retail s"), ["\"retail support\""]);
        assert_eq!(offered("role=A"), ["auditor"]);
        assert_eq!(offered("tag:v"), ["vip"]);
        assert_eq!(offered("account-type:"), ["member"]);
        assert_eq!(offered("no:2"), ["2fa"]);
        assert_eq!(offered("last:n"), ["never"]);
        assert_eq!(offered("email:a"), [""; 0], "nothing personal is offered");
        let completion = complete("-status:locked,ini", 18, &words());
        assert_eq!((completion.start, completion.certain().as_str()), (15, "initial"));
    }

    #[test]
    fn whatever_is_offered_is_understood() {
        for name in terms::field_names() {
            for value in offered(&format!("{name}:")) {
                assert!(Filter::parse(&format!("{name}:{value}")).is_ok(), "{name}:{value}");
            }
        }
    }
}
