//! What is found by its complete value only, and by the store alone: fields that no row of a list has.
//!
//! Such a value may be sealed; then only a keyed hash of it is stored, and the key is the store's. The
//! store finds the users first and puts them into the filter, so that list, count and index answer
//! as they answer everything else: what exists for the operator comes before. Nothing of such a
//! value, not even its hash, is in the memory of the index.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::ids::UserId;
use crate::directory::filter::{Expr, Filter, What};
use crate::domain::sealable::SealableField;

/// The names in the filter language.
pub(super) const NAMES: [&str; 4] = ["tax_id", "birth_date", "account_number", "referral_code"];

/// A complete value that is asked for, folded.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// In whichever encrypted field.
    Word(&'a str),
    /// One of these, in this field.
    Field(&'a SealableField, &'a [String]),
}

/// The field that `name` asks for; also with `-` between its words.
pub(super) fn asked_by(name: &str) -> Option<SealableField> {
    let name = name.to_lowercase().replace('-', "_");
    NAMES.contains(&name.as_str()).then(|| SealableField::parse(&name)).flatten()
}

impl Filter {
    /// The same with the users in it whom `find` finds by complete values; `None` where nothing asks for any.
    pub fn with_found<E>(
        &self,
        mut find: impl FnMut(Asked<'_>) -> Result<BTreeSet<UserId>, E>,
    ) -> Result<Option<Self>, E> {
        let mut filter = self.clone();
        let mut is_asked = false;
        filter.root.each_term(&mut |term| {
            let Expr::Term(what) = &*term else { return Ok(()) };
            let found = match what {
                What::Word(word) => find(Asked::Word(word))?,
                What::Complete(field, values) => find(Asked::Field(field, values))?,
                What::Attribute(name, _, values) => {
                    find(Asked::Field(&SealableField::Attribute(name.clone()), values))?
                }
                What::Like(_)
                | What::Status(_)
                | What::Kind(_)
                | What::Level(_)
                | What::Category(_)
                | What::Product(_)
                | What::Id(_)
                | What::Text(..)
                | What::Among(_)
                | What::Fact(_)
                | What::Time(..)
                | What::Never(_) => return Ok(()),
            };
            is_asked = true;
            if matches!(what, What::Complete(..)) {
                *term = Expr::Term(What::Among(Arc::new(found)));
            } else if !found.is_empty() {
                *term = Expr::Any(vec![term.clone(), Expr::Term(What::Among(Arc::new(found)))]);
            }
            Ok(())
        })?;
        Ok(is_asked.then_some(filter))
    }

    /// What to say where nobody is found: that a part of a value finds nothing.
    pub fn complete_values_hint(&self) -> Option<String> {
        let first = self.root.clone().each_term(&mut |term| match term {
            Expr::Term(What::Complete(field, _)) => Err(field.name()),
            Expr::All(_) | Expr::Any(_) | Expr::Not(_) | Expr::Term(_) => Ok(()),
        });
        first.err().map(|name| format!("`{name}:` finds complete values only"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        let filter = Filter::parse(text).unwrap();
        let found = filter.with_found(|asked| {
            all.push(match asked {
                Asked::Word(word) => word.to_owned(),
                Asked::Field(field, values) => format!("{}={}", field.name(), values.join("|")),
            });
            Ok::<_, ()>(BTreeSet::from([UserId(7)]))
        });
        assert_eq!(found.unwrap().is_some(), !all.is_empty());
        all
    }

    #[test]
    fn words_and_complete_fields_are_asked_of_the_store_and_nothing_else() {
        assert_eq!(asked("Kim status:active tax_id:000-12-3456,X"), ["kim", "tax_id=000-12-3456|x"]);
        assert_eq!(asked("birth-date:2001-05-14"), ["birth_date=2001-05-14"]);
        assert_eq!(asked("(a | -attr.Branch:x)"), ["a", "attr.branch=x"]);
        assert_eq!(asked("org:main -kind:staff"), Vec::<String>::new());
    }

    #[test]
    fn a_field_that_finds_complete_values_only_says_so() {
        let hint = |text: &str| Filter::parse(text).unwrap().complete_values_hint();
        assert_eq!(hint("tax_id:12").unwrap(), "`tax_id:` finds complete values only");
        assert_eq!(hint("kim"), None);
        assert_eq!(
            Filter::parse("tax_di:12").unwrap_err().text,
            "no field `tax_di:`; did you mean `tax_id:`?"
        );
    }
}
