//! A filter, understood: the tree that `language` reads and `meaning` gives a sense.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::ids::UserId;
use crate::base::text;
use crate::directory::language;
use crate::directory::moments::{Span, TimeField};
use crate::directory::row::CustomerKind;
use crate::domain::level::Level;
use crate::domain::sealable::SealableField;
use crate::domain::status::Status;
use crate::domain::user::{Kind, Product};

/// Who is meant: a text of the filter language, understood. By default everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub(super) root: Expr,
}

/// A tree of terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expr {
    /// Every one of these; nothing at all holds for everybody.
    All(Vec<Expr>),
    /// At least one of these.
    Any(Vec<Expr>),
    Not(Box<Expr>),
    Term(What),
}

impl Default for Expr {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// One term. Texts are in the form of [`text::search_folded`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// To be found in any of the texts that a word is looked for in.
    Word(String),
    /// Like a word of the login or the names, give or take a letter or two.
    Like(String),
    Status(Vec<Status>),
    Kind(Vec<Kind>),
    Level(Vec<Option<Level>>),
    Category(Vec<CustomerKind>),
    Product(Vec<Product>),
    /// The id as it is shown, or its number.
    Id(Vec<String>),
    Text(Field, Extent, Vec<String>),
    /// The name in the form of [`text::folded`].
    Attribute(String, Extent, Vec<String>),
    /// Complete values of a field that no row has: only the store finds them.
    Complete(SealableField, Vec<String>),
    /// Nobody but these; cannot be typed.
    Among(Arc<BTreeSet<UserId>>),
    Fact(Fact),
    Time(TimeField, Span),
    Never(TimeField),
}

/// A text that is asked for by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Login,
    Name,
    Email,
    Phone,
    Core,
    AccountId,
    AccountType,
    Organisation,
    Group,
    Role,
    Tag,
}

/// How much of a text a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Part,
    Whole,
}

/// What a user is or has, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// Locked by an operator.
    Archived,
    /// The primary email is confirmed.
    Confirmed,
    SecondFactor,
    Note,
    Login,
    Email,
    Phone,
    Core,
    AccountId,
    Group,
    Role,
    Tag,
}

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
        language::read(text).map(|root| Self { root })
    }

    /// The same, and nobody but `users`.
    #[must_use]
    pub fn among(self, users: Arc<BTreeSet<UserId>>) -> Self {
        Self { root: Expr::All(vec![self.root, Expr::Term(What::Among(users))]) }
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.root == Expr::default()
    }

    /// Whether the answer depends on when it is asked: statuses and ages follow the clock.
    pub fn follows_the_clock(&self) -> bool {
        self.root.any_term(&|what| match what {
            What::Status(_) => true,
            What::Time(_, span) => span.follows_the_clock(),
            What::Word(_)
            | What::Like(_)
            | What::Kind(_)
            | What::Level(_)
            | What::Category(_)
            | What::Product(_)
            | What::Id(_)
            | What::Text(..)
            | What::Attribute(..)
            | What::Complete(..)
            | What::Among(_)
            | What::Fact(_)
            | What::Never(_) => false,
        })
    }
}

impl Expr {
    fn any_term(&self, is_so: &impl Fn(&What) -> bool) -> bool {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().any(|one| one.any_term(is_so)),
            Self::Not(one) => one.any_term(is_so),
            Self::Term(what) => is_so(what),
        }
    }

    /// Calls `each` with every term, in the order in which they are written.
    pub(super) fn each_term<E>(
        &mut self,
        each: &mut impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::All(all) | Self::Any(all) => all.iter_mut().try_for_each(|one| one.each_term(each)),
            Self::Not(one) => one.each_term(each),
            Self::Term(_) => each(self),
        }
    }
}

/// The field names of texts, in the order in which they are told.
pub(super) const FIELDS: &[(&str, Field)] = &[
    ("login", Field::Login),
    ("name", Field::Name),
    ("email", Field::Email),
    ("phone", Field::Phone),
    ("core", Field::Core),
    ("account-id", Field::AccountId),
    ("account-type", Field::AccountType),
    ("org", Field::Organisation),
    ("group", Field::Group),
    ("role", Field::Role),
    ("tag", Field::Tag),
];

/// What `has:` and `no:` take.
pub(super) const FACTS: &[(&str, Fact)] = &[
    ("note", Fact::Note),
    ("2fa", Fact::SecondFactor),
    ("mfa", Fact::SecondFactor),
    ("login", Fact::Login),
    ("email", Fact::Email),
    ("phone", Fact::Phone),
    ("core", Fact::Core),
    ("account-id", Fact::AccountId),
    ("group", Fact::Group),
    ("role", Fact::Role),
    ("tag", Fact::Tag),
];

/// The form in which a phone is searched: of a number its digits, with the leading plus, however it is written.
pub fn phone_form(phone: &str) -> String {
    let kept: String =
        phone.chars().filter(|character| !matches!(character, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
    let digits = kept.strip_prefix('+').unwrap_or(&kept);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { kept } else { searched(phone) }
}

/// The form in which a text is searched.
pub(super) fn searched(text: &str) -> String {
    text::search_folded(text)
}
