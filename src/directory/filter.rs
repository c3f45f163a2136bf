//! The filter language: the text of `/`, of `--filter` and of a query. `meaning` tells what it means for a row.
//!
//! `word` is looked for in login, names and id, and in email and phone where they
//! may be revealed (by the complete value otherwise: a part would spell them out
//! letter by letter). `"exact phrase"`, `-not`, `field:value,value`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::ids::UserId;
use crate::base::text::{self, search_folded};
use crate::directory::whole;
use crate::domain::level::Level;
use crate::domain::sealable::SealableField;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// A filter, understood. Every term must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub(super) terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) negated: bool,
    pub(super) what: What,
    /// Users whom the store found by a complete value that no row has; see [`whole`](crate::directory::whole).
    pub(super) also: BTreeSet<UserId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Folded text, to be found anywhere.
    Text(String),
    Status(Vec<Status>),
    Kind(Vec<Kind>),
    Level(Vec<Option<Level>>),
    /// Folded values, compared whole.
    Field(Field, Vec<String>),
    /// Folded complete values of a field that no row has: only the store finds them.
    Complete(SealableField, Vec<String>),
    /// Nobody but these; cannot be typed.
    Among(Arc<BTreeSet<UserId>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Organisation,
    Group,
    Role,
    Login,
    Name,
    Id,
    Email,
    Phone,
    Core,
    Archived,
    Confirmed,
}

const FIELDS: &[(&str, Field)] = &[
    ("org", Field::Organisation),
    ("group", Field::Group),
    ("role", Field::Role),
    ("login", Field::Login),
    ("name", Field::Name),
    ("id", Field::Id),
    ("email", Field::Email),
    ("phone", Field::Phone),
    ("core", Field::Core),
    ("archived", Field::Archived),
    ("confirmed", Field::Confirmed),
];

/// A mistake in a filter: where, and what was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// First character of the term.
    pub start: usize,
    /// First character after it.
    pub end: usize,
    /// What is wrong, with the nearest word where there is one.
    pub text: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Filter {
    /// Understands `text`; nothing at all matches everybody.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let mut terms = Vec::new();
        for token in tokens(text) {
            let what =
                understand(&token).map_err(|text| Mistake { start: token.start, end: token.end, text })?;
            if let Some(what) = what {
                terms.push(Term { negated: token.negated, what, also: BTreeSet::new() });
            }
        }
        Ok(Self { terms })
    }

    /// The same, and nobody but `users`.
    #[must_use]
    pub fn among(mut self, users: Arc<BTreeSet<UserId>>) -> Self {
        self.terms.push(Term { negated: false, what: What::Among(users), also: BTreeSet::new() });
        self
    }

    /// Whether nothing is asked for.
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

struct Token {
    start: usize,
    end: usize,
    negated: bool,
    field: Option<String>,
    value: String,
    closed: bool,
}

fn understand(token: &Token) -> Result<Option<What>, String> {
    if !token.closed {
        return Err("a closing `\"` is missing".to_owned());
    }
    let Some(name) = &token.field else {
        let needle = search_folded(&token.value);
        return Ok((!needle.is_empty()).then_some(What::Text(needle)));
    };
    let values: Vec<&str> = token.value.split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
    if values.is_empty() {
        return Err(format!("`{name}:` wants a value"));
    }
    let what = match name.to_lowercase().as_str() {
        "status" => What::Status(each(&values, Status::parse, "status", Status::ALL.map(Status::short))?),
        "kind" => What::Kind(each(&values, Kind::parse, "kind", Kind::ALL.map(Kind::word))?),
        "level" => What::Level(each(&values, level_or_none, "level", ["MA", "GA", "OA", "UA", "none"])?),
        other => {
            if let Some(field) = whole::asked_by(other) {
                let values = values.iter().map(|value| search_folded(value)).collect();
                return Ok(Some(What::Complete(field, values)));
            }
            let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == other) else {
                let known = FIELDS
                    .iter()
                    .map(|(known, _)| *known)
                    .chain(["status", "kind", "level"])
                    .chain(whole::NAMES);
                let hint = text::nearest(other, known)
                    .map_or(String::new(), |near| format!("; did you mean `{near}:`?"));
                return Err(format!("no field `{}:`{hint}", text::visible(name)));
            };
            What::Field(*field, values.iter().map(|value| search_folded(value)).collect())
        }
    };
    Ok(Some(what))
}

fn each<T, const N: usize>(
    values: &[&str],
    parse: fn(&str) -> Option<T>,
    name: &str,
    known: [&'static str; N],
) -> Result<Vec<T>, String> {
    values
        .iter()
        .map(|value| {
            parse(value).ok_or_else(|| {
                let near =
                    text::nearest(&value.to_uppercase(), known).or_else(|| text::nearest(value, known));
                let hint = near
                    .map_or(String::new(), |near| format!("; did you mean {name}:{}?", near.to_lowercase()));
                format!("no {name} `{}`{hint}", text::visible(value))
            })
        })
        .collect()
}

#[expect(clippy::option_option, reason = "the outer tells whether the word is known")]
fn level_or_none(text: &str) -> Option<Option<Level>> {
    if text.eq_ignore_ascii_case("none") { Some(None) } else { Level::parse(text).map(Some) }
}

fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        if characters[at].is_whitespace() {
            at += 1;
            continue;
        }
        let token = token(&characters, at);
        at = token.end;
        tokens.push(token);
    }
    tokens
}

fn token(characters: &[char], start: usize) -> Token {
    let mut at = start;
    let negated = characters[at] == '-' && characters.get(at + 1).is_some_and(|next| !next.is_whitespace());
    at += usize::from(negated);
    let (mut field, mut value, mut quoted) = (None, String::new(), false);
    while at < characters.len() && (quoted || !characters[at].is_whitespace()) {
        match characters[at] {
            '"' => quoted = !quoted,
            ':' if !quoted
                && field.is_none()
                && (is_field_name(&value) || whole::asked_by(&value).is_some()) =>
            {
                field = Some(std::mem::take(&mut value));
            }
            character => value.push(character),
        }
        at += 1;
    }
    Token { start, end: at, negated, field, value, closed: !quoted }
}

/// Only letters before a colon make a field: `12:30` and a pasted `TYPE:ID` with other signs are text.
fn is_field_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authz::standing::{Groups, Sight};
    use crate::base::ids::OrganisationId;
    use crate::base::time::Timestamp;
    use crate::directory::row::Row;
    use crate::domain::scope::Scope;
    use crate::domain::status::StatusFacts;
    use crate::domain::user::Names;

    fn row() -> Row {
        Row {
            id: UserId(7),
            login: Some("c.kim".into()),
            kind: Kind::Customer,
            level: None,
            names: Names { first: "Chloé".into(), last: "Kim".into(), ..Names::default() },
            email: "chloe@corner.example".into(),
            email_confirmed: true,
            phone: "+44 7700 904417".into(),
            organisation: (OrganisationId(1), "main".into(), "Main Bank".into()),
            group: String::new(),
            roles: vec![],
            last_login: None,
            enrolled: None,
            added: Timestamp(0),
            modified: Timestamp(0),
            facts: StatusFacts { deactivated: true, ..StatusFacts::default() },
            core_id: "00417733".into(),
            version: 1,
        }
    }

    fn finds(filter: &str, reveal: bool) -> bool {
        let sight = Sight { own: UserId(1), scope: Scope::All, groups: Groups::Any, reveal };
        Filter::parse(filter).unwrap().matches(&row(), &sight, Timestamp(0))
    }

    #[test]
    fn words_are_found_in_login_and_names_whatever_their_case() {
        assert!(finds("", false) && finds("KIM", false) && finds("c.k", false) && finds("chloé kim", false));
        assert!(finds("\"Chloé Kim\"", false) && !finds("\"Kim Chloé\"", false) && finds("u7", false));
        assert!(finds("chloe", false) && finds("Ｋím", false) && finds("name:chloe", false));
        assert!(!finds("-kim", false) && finds("-novak", false) && finds("00417733", false));
    }

    #[test]
    fn personal_data_is_found_in_part_only_by_who_may_reveal_it() {
        assert!(finds("corner", true) && !finds("corner", false));
        assert!(finds("chloe@corner.example", false) && finds("+447700904417", false));
        assert!(finds("7700-90", true) && !finds("7700", false));
    }

    #[test]
    fn fields_take_words_and_short_words() {
        assert!(finds("status:inactive,locked kind:customer level:none", false));
        assert!(!finds("status:ACTIVE", false) && finds("-status:active", false));
        assert!(finds("org:main", false) && finds("org:\"Main Bank\"", false) && !finds("org:cards", false));
        assert!(finds("confirmed:yes archived:no", false));
    }

    #[test]
    fn a_mistake_names_its_place_and_the_nearest_word() {
        let mistake = Filter::parse("kim status:lokced").unwrap_err();
        assert_eq!((mistake.start, mistake.end), (4, 17));
        assert_eq!(mistake.text, "no status `lokced`; did you mean status:locked?");
        assert!(Filter::parse("stauts:active").unwrap_err().text.contains("`status:`"));
        assert!(Filter::parse("\"open").is_err() && Filter::parse("status:").is_err());
    }
}
