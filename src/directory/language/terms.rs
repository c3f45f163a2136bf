//! Understanding one term: which field, which values, and the nearest word where one is mistyped.

use crate::base::text;
use crate::directory::filter::{Expr, Extent, FACTS, FIELDS, Fact, Field, What, searched};
use crate::directory::language::parser::{Sign, Written};
use crate::directory::language::times;
use crate::directory::moments::TimeField;
use crate::directory::row::CustomerKind;
use crate::directory::whole;
use crate::domain::level::Level;
use crate::domain::status::Status;
use crate::domain::user::{Kind, Product};

/// Fields beside those of [`FIELDS`] and [`TimeField::ALL`].
const OTHERS: &[&str] = &[
    "status",
    "kind",
    "category",
    "level",
    "product",
    "id",
    "archived",
    "confirmed",
    "mfa",
    "has",
    "no",
    "since",
];

/// Begins the name of a custom attribute.
pub(super) const ATTRIBUTE: &str = "attr.";

/// The names of all fields, for whoever completes or explains them.
pub(super) fn field_names() -> impl Iterator<Item = &'static str> {
    let texts = FIELDS.iter().map(|(name, _)| *name);
    OTHERS.iter().copied().chain(whole::NAMES).chain(texts).chain(TimeField::ALL.map(TimeField::name))
}

/// Whether `text` before a `:` is meant as a field: small letters are; `TYPE:ID` as pasted and `12:30` are text.
pub(super) fn names_a_field(text: &str) -> bool {
    let small = text.to_lowercase();
    if small.starts_with(ATTRIBUTE)
        || whole::asked_by(&small).is_some()
        || field_names().any(|name| name == small)
    {
        return true;
    }
    let mut letters = text.bytes();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.'))
}

/// What `written` asks for, or what is wrong with it.
pub(super) fn understood(written: &Written) -> Result<Expr, String> {
    let Some((typed, sign)) = &written.field else { return word(written) };
    let name = typed.to_lowercase();
    let values: Vec<&str> =
        written.values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
    if values.is_empty() {
        return Err(format!("`{}{}` wants a value", text::visible(typed), sign.text()));
    }
    if name == "since" {
        return times::since(&values, *sign);
    }
    if let Some(field) = TimeField::ALL.into_iter().find(|field| field.name() == name) {
        return any(&values, |value| times::understood(field, *sign, value));
    }
    if !matches!(sign, Sign::Is | Sign::Equal) {
        let is_known = field_names().any(|known| known == name) || name.starts_with(ATTRIBUTE);
        return Err(if is_known {
            format!("`{name}` is not compared with `{}`: write `{name}:`", sign.text())
        } else {
            unknown_field(typed)
        });
    }
    let term = |what| Ok(Expr::Term(what));
    match name.as_str() {
        "status" => {
            term(What::Status(each(&values, Status::parse, "status", &Status::ALL.map(Status::short))?))
        }
        "kind" => term(What::Kind(each(&values, Kind::parse, "kind", &Kind::ALL.map(Kind::word))?)),
        "level" => {
            term(What::Level(each(&values, level_or_none, "level", &["MA", "GA", "OA", "UA", "none"])?))
        }
        "category" => {
            let known = CustomerKind::ALL.map(CustomerKind::word);
            term(What::Category(each(&values, CustomerKind::parse, "category", &known)?))
        }
        "product" => {
            let known = ["digital banking", "account opening"];
            term(What::Product(each(&values, product, "product", &known)?))
        }
        "id" => term(What::Id(values.iter().map(|value| searched(value)).collect())),
        "archived" => yes_no(&values, "archived", Fact::Archived),
        "confirmed" => yes_no(&values, "confirmed", Fact::Confirmed),
        "mfa" => yes_no(&values, "mfa", Fact::SecondFactor),
        "has" => any(&values, |value| fact("has", value)),
        // `no:a,b` has neither.
        "no" => any(&values, |value| fact("no", value)).map(|has| Expr::Not(Box::new(has))),
        _ => text_term(typed, &name, *sign, &values),
    }
}

fn word(written: &Written) -> Result<Expr, String> {
    let value = written.values.first().map(String::as_str).unwrap_or_default();
    let needle = searched(value);
    if needle.is_empty() {
        return Err("nothing stands between the quotes".to_owned());
    }
    Ok(Expr::Term(if written.is_like { What::Like(needle) } else { What::Word(needle) }))
}

fn text_term(typed: &str, name: &str, sign: Sign, values: &[&str]) -> Result<Expr, String> {
    let folded = values.iter().map(|value| searched(value)).collect();
    let part = if sign == Sign::Equal { Extent::Whole } else { Extent::Part };
    if let Some(attribute) = name.strip_prefix(ATTRIBUTE) {
        if attribute.is_empty() {
            return Err("`attr.` wants the name of an attribute: `attr.NAME:value`".to_owned());
        }
        return Ok(Expr::Term(What::Attribute(text::folded(attribute), part, folded)));
    }
    if let Some(field) = whole::asked_by(name) {
        return Ok(Expr::Term(What::Complete(field, folded)));
    }
    let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == name) else {
        return pasted(typed, sign, values).ok_or_else(|| unknown_field(typed));
    };
    let extent = match field {
        // Words of a short list: a part of one means nothing.
        Field::Tag | Field::AccountType => Extent::Whole,
        Field::Login
        | Field::Name
        | Field::Email
        | Field::Phone
        | Field::Core
        | Field::AccountId
        | Field::Organisation
        | Field::Group
        | Field::Role => part,
    };
    Ok(Expr::Term(What::Text(*field, extent, folded)))
}

/// `card:4417` as it is pasted: a type of account ids is no field, and what looks like none is not a mistyped one.
fn pasted(typed: &str, sign: Sign, values: &[&str]) -> Option<Expr> {
    let [id] = values else { return None };
    let is_id = sign == Sign::Is && id.contains(|letter: char| letter.is_ascii_digit());
    let is_mistyped = text::nearest(&typed.to_lowercase(), field_names()).is_some();
    (is_id && !is_mistyped).then(|| Expr::Term(What::Word(searched(&format!("{typed}:{id}")))))
}

fn unknown_field(typed: &str) -> String {
    let hint = text::nearest(&typed.to_lowercase(), field_names())
        .map_or(String::new(), |near| format!("; did you mean `{near}:`?"));
    format!("no field `{}:`{hint}", text::visible(typed))
}

fn fact(name: &str, value: &str) -> Result<Expr, String> {
    let small = value.to_lowercase();
    let known: Vec<&str> = FACTS.iter().map(|(known, _)| *known).collect();
    let found = FACTS.iter().find(|(known, _)| *known == small);
    found.map(|(_, fact)| Expr::Term(What::Fact(*fact))).ok_or_else(|| {
        let near = text::nearest(&small, known.iter().copied());
        let hint = near.map_or_else(|| known.join(" "), |near| format!("did you mean {name}:{near}?"));
        format!("nobody has `{}`: {hint}", text::visible(value))
    })
}

fn yes_no(values: &[&str], name: &str, fact: Fact) -> Result<Expr, String> {
    any(values, |value| match value.to_lowercase().as_str() {
        "yes" => Ok(Expr::Term(What::Fact(fact))),
        "no" => Ok(Expr::Not(Box::new(Expr::Term(What::Fact(fact))))),
        _ => Err(unknown(name, value, &["yes", "no"])),
    })
}

/// One of several values.
pub(super) fn any(
    values: &[&str],
    understood: impl Fn(&str) -> Result<Expr, String>,
) -> Result<Expr, String> {
    let mut all: Vec<Expr> = values.iter().map(|value| understood(value)).collect::<Result<_, _>>()?;
    Ok(if all.len() == 1 { all.pop().unwrap_or_default() } else { Expr::Any(all) })
}

fn each<T>(
    values: &[&str],
    parse: fn(&str) -> Option<T>,
    name: &str,
    known: &[&'static str],
) -> Result<Vec<T>, String> {
    values.iter().map(|value| parse(value).ok_or_else(|| unknown(name, value, known))).collect()
}

/// `no status `lokced`; did you mean status:locked?`, or all that there are where none is near.
fn unknown(name: &str, value: &str, known: &[&str]) -> String {
    let near = text::nearest(&value.to_uppercase(), known.iter().copied())
        .or_else(|| text::nearest(&value.to_lowercase(), known.iter().copied()));
    let value = text::visible(value);
    match near {
        Some(near) => format!("no {name} `{value}`; did you mean {name}:{}?", near.to_lowercase()),
        // Short enough for a line of 80 columns: all statuses just fit.
        None => match known.split_last() {
            Some((last, others)) => format!("{name} is {} or {last}", others.join(" ")).to_lowercase(),
            None => format!("no {name} `{value}`"),
        },
    }
}

fn product(text: &str) -> Option<Product> {
    let text = text.to_lowercase().replace('-', " ");
    [Product::DigitalBanking, Product::AccountOpening]
        .into_iter()
        .find(|product| product.word() == text || product.word().starts_with(&format!("{text} ")))
}

#[expect(clippy::option_option, reason = "the outer tells whether the word is known")]
fn level_or_none(text: &str) -> Option<Option<Level>> {
    if text.eq_ignore_ascii_case("none") { Some(None) } else { Level::parse(text).map(Some) }
}
