//! Times in a filter: days, months, years, ages, and stretches between them.
//!
//! `created:2026-05`, `created>=2026-05-01`, `last<7d`, `created:2026-05-01..2026-05-14`,
//! `last:never`, `since:24h`. Days are those of UTC. An age counts back from now; of what
//! lies ahead (`inactive.until`) it counts onwards.

use crate::base::time::Timestamp;
use crate::directory::filter::{Expr, What};
use crate::directory::language::parser::Sign;
use crate::directory::language::terms;
use crate::directory::moments::{DAY_MS, Moment, Span, TimeField};

/// A stretch of time with a name, or a length of time.
enum Said {
    Period { first: Moment, end: Moment },
    Length(i64),
}

/// What `field`, compared by `sign` with `value`, asks for.
pub(super) fn understood(field: TimeField, sign: Sign, value: &str) -> Result<Expr, String> {
    let small = value.to_lowercase();
    let is_equality = matches!(sign, Sign::Is | Sign::Equal);
    if small == "never" && is_equality {
        return Ok(Expr::Term(What::Never(field)));
    }
    if let Some((from, until)) = small.split_once("..").filter(|_| is_equality) {
        let from = (!from.is_empty()).then(|| said(from)).transpose()?;
        let until = (!until.is_empty()).then(|| said(until)).transpose()?;
        let span =
            Span { from: from.map(|said| said.first(field)), until: until.map(|said| said.end(field)) };
        return Ok(Expr::Term(What::Time(field, span)));
    }
    let said = said(&small)?;
    // `last<7d` is an age below seven days, which is a later time.
    let counts_back = matches!(said, Said::Length(_)) && !field.lies_ahead();
    let (first, end) = (said.first(field), said.end(field));
    let (from, until) = match (sign, counts_back) {
        (Sign::Is | Sign::Equal, _) => match said {
            Said::Period { .. } => (Some(first), Some(end)),
            Said::Length(_) if field.lies_ahead() => (Some(Moment::Back(0)), Some(end)),
            Said::Length(_) => (Some(first), None),
        },
        (Sign::Less, false) | (Sign::More, true) => (None, Some(first)),
        (Sign::AtMost, false) | (Sign::AtLeast, true) => (None, Some(end)),
        (Sign::More, false) | (Sign::Less, true) => (Some(end), None),
        (Sign::AtLeast, false) | (Sign::AtMost, true) => (Some(first), None),
    };
    Ok(Expr::Term(What::Time(field, Span { from, until })))
}

/// `since:24h`, `since:2026-05-01`: changed since then.
pub(super) fn since(values: &[&str], sign: Sign) -> Result<Expr, String> {
    if !matches!(sign, Sign::Is | Sign::Equal) {
        return Err(format!("`since` is not compared with `{}`: write `since:`", sign.text()));
    }
    terms::any(values, |value| {
        let from = said(&value.to_lowercase())?.first(TimeField::Modified);
        Ok(Expr::Term(What::Time(TimeField::Modified, Span { from: Some(from), until: None })))
    })
}

/// The first moment of what `text` names; a length of time counts back from now.
pub(super) fn first_moment(text: &str) -> Result<Moment, String> {
    Ok(said(text)?.first(TimeField::Modified))
}

impl Said {
    fn first(&self, field: TimeField) -> Moment {
        match self {
            Self::Period { first, .. } => *first,
            Self::Length(length) => at_length(*length, field, 0),
        }
    }

    fn end(&self, field: TimeField) -> Moment {
        match self {
            Self::Period { end, .. } => *end,
            // A moment is as long as times are exact: a millisecond.
            Self::Length(length) => at_length(*length, field, 1),
        }
    }
}

const fn at_length(length: i64, field: TimeField, later: i64) -> Moment {
    Moment::Back(if field.lies_ahead() { -length } else { length } - later)
}

fn said(text: &str) -> Result<Said, String> {
    let day = |back: i64| Said::Period { first: Moment::Day(-back), end: Moment::Day(1 - back) };
    match text {
        "today" => return Ok(day(0)),
        "yesterday" => return Ok(day(1)),
        _ => {}
    }
    length(text).or_else(|| period(text)).ok_or_else(|| {
        let shown = crate::base::text::visible(text).into_owned();
        format!("no time `{shown}`: 2026-05-14, 2026-05, 24h, 7d, today, A..B, never")
    })
}

/// `90s`, `30m`, `24h`, `7d`, `2w`, `1y`.
fn length(text: &str) -> Option<Said> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        'y' => 365 * 86_400,
        _ => return None,
    };
    // At most nine digits: no product of these is near the end of the numbers.
    let count = text.strip_suffix(unit).filter(|digits| (1..=9).contains(&digits.len()))?;
    let count = count.bytes().all(|byte| byte.is_ascii_digit()).then(|| count.parse::<i64>().ok())??;
    Some(Said::Length(count * seconds * 1000))
}

fn period(text: &str) -> Option<Said> {
    let at = |time: Timestamp| Moment::At(time.0);
    let between = |first: String, end: String| {
        let (first, end) = (Timestamp::parse(&first)?, Timestamp::parse(&end)?);
        Some(Said::Period { first: at(first), end: at(end) })
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    match parts[..] {
        [year] if year.len() == 4 && is_digits(year) => {
            let next = year.parse::<u16>().ok()? + 1;
            between(format!("{year}-01-01"), format!("{next:04}-01-01"))
        }
        [year, month] if year.len() == 4 && is_digits(year) && is_digits(month) => {
            let (year, month) = (year.parse::<u16>().ok()?, month.parse::<u16>().ok()?);
            let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            between(format!("{year:04}-{month:02}-01"), format!("{next_year:04}-{next:02}-01"))
        }
        _ => {
            let first = Timestamp::parse(&text.to_uppercase())?;
            let is_day = parts.len() == 3 && !text.contains(['t', ':']);
            let length = if is_day { DAY_MS } else { 1 };
            Some(Said::Period { first: at(first), end: Moment::At(first.0.saturating_add(length)) })
        }
    }
}
