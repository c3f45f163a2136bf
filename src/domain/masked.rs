//! Personal data: masked on screen for everybody until revealed, and elsewhere for whoever may not reveal it.
//!
//! One list for all of it: what a mask hides and what a reveal shows are the same fields.

use std::borrow::Cow;

use crate::domain::contact::{is_masked, masked, masked_email};
use crate::domain::sealable::{HIDDEN, SealableField};
use crate::domain::user::User;

/// A field of a profile that can be masked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaskedField {
    /// Every email.
    Email,
    /// Every phone.
    Phone,
    /// The residential address, of several parts.
    Address,
    /// A field by itself, of those that an organisation may have encrypted. Referral code and custom attributes are
    /// masked only where it has.
    One(SealableField),
}

impl MaskedField {
    /// All but the attributes, in the order of a profile.
    pub const FIXED: [Self; 7] = [
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::One(SealableField::BirthDate),
        Self::One(SealableField::TaxId),
        Self::One(SealableField::AccountNumber),
        Self::One(SealableField::ReferralCode),
    ];

    /// The name in forms, on command lines and in the audit: `email`, `attr.branch`.
    pub fn name(&self) -> Cow<'static, str> {
        match self {
            Self::Email => Cow::Borrowed("email"),
            Self::Phone => Cow::Borrowed("phone"),
            Self::Address => Cow::Borrowed("address"),
            Self::One(field) => field.name(),
        }
    }

    /// Reads the name; `None` where no such field can be masked.
    pub fn parse(name: &str) -> Option<Self> {
        let attribute = || match SealableField::parse(name) {
            Some(field @ SealableField::Attribute(_)) => Some(Self::One(field)),
            Some(_) | None => None,
        };
        Self::FIXED.into_iter().find(|field| field.name() == name).or_else(attribute)
    }

    /// The custom attribute of this name.
    pub fn attribute(name: &str) -> Self {
        Self::One(SealableField::Attribute(name.to_owned()))
    }

    /// The fields that hold it, of those that an organisation may have encrypted; none where it never is.
    pub fn sealable(&self) -> Vec<SealableField> {
        match self {
            Self::Email | Self::Phone => Vec::new(),
            Self::Address => SealableField::ADDRESS.to_vec(),
            Self::One(field) => vec![field.clone()],
        }
    }

    /// Its values as they stand in `user`, in the order of the profile; none where nothing is known.
    pub fn values(&self, user: &User) -> Vec<String> {
        match self {
            Self::Email => user.emails.iter().map(|email| email.address.clone()).collect(),
            Self::Phone => user.phones.iter().map(|phone| phone.number.clone()).collect(),
            Self::Address => SealableField::ADDRESS.iter().filter_map(|part| part.value(user)).collect(),
            Self::One(field) => field.value(user).filter(|value| !value.is_empty()).into_iter().collect(),
        }
    }

    /// The fields of which `user`, masked, has a mask.
    pub fn of(user: &User) -> Vec<Self> {
        let attributes = user.attributes.iter().map(|(name, _)| Self::attribute(name));
        let has_mask = |field: &Self| field.values(user).iter().any(|value| is_masked(value));
        Self::FIXED.into_iter().chain(attributes).filter(has_mask).collect()
    }
}

/// Masks all personal data of `user`.
pub fn mask(user: &mut User) {
    let hide = |value: &mut String, mask: &dyn Fn(&str) -> String| {
        if !value.is_empty() && value != HIDDEN {
            *value = mask(value);
        }
    };
    for email in &mut user.emails {
        hide(&mut email.address, &masked_email);
    }
    for phone in &mut user.phones {
        hide(&mut phone.number, &|number| masked(number, 4));
    }
    if let Some(address) = &mut user.address {
        for part in [&mut address.lines, &mut address.city, &mut address.region, &mut address.postcode] {
            hide(part, &|part| masked(part, 0));
        }
    }
    hide(&mut user.birth_date, &|date| masked(date, 0));
    hide(&mut user.tax_id, &|id| masked(id, 4));
    hide(&mut user.account_number, &|number| masked(number, 4));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_read_by_its_name() {
        for field in MaskedField::FIXED.into_iter().chain([MaskedField::attribute("pin")]) {
            assert_eq!(MaskedField::parse(&field.name()), Some(field));
        }
        for other in ["login", "attr.", "Email", "address_city", ""] {
            assert_eq!(MaskedField::parse(other), None, "{other}");
        }
    }
}
