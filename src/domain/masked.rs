//! Personal data: masked on screen for everybody until revealed, and elsewhere for whoever may not reveal it.
//!
//! One list for all of it: what a mask hides and what a reveal shows are the same fields.

use std::borrow::Cow;

use crate::domain::contact::{Address, is_masked, masked, masked_email};
use crate::domain::sealable::{HIDDEN, SealableField};
use crate::domain::user::User;

/// A field of a profile that can be masked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaskedField {
    /// Every email.
    Email,
    /// Every phone.
    Phone,
    /// The residential address.
    Address,
    /// Day of birth.
    BirthDate,
    /// Tax id.
    TaxId,
    /// Account number.
    AccountNumber,
    /// Referral code, where the organisation has it encrypted.
    ReferralCode,
    /// A custom attribute of this name, where the organisation has it encrypted.
    Attribute(String),
}

/// Before the name of a custom attribute.
const ATTRIBUTE: &str = "attr.";

impl MaskedField {
    /// All but the attributes, in the order of a profile.
    pub const FIXED: [Self; 7] = [
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::BirthDate,
        Self::TaxId,
        Self::AccountNumber,
        Self::ReferralCode,
    ];

    /// The name in forms, on command lines and in the audit: `email`, `attr.branch`.
    pub fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::BirthDate => "birth_date",
            Self::TaxId => "tax_id",
            Self::AccountNumber => "account_number",
            Self::ReferralCode => "referral_code",
            Self::Attribute(name) => return Cow::Owned(format!("{ATTRIBUTE}{name}")),
        })
    }

    /// Reads the name; `None` where no such field can be masked.
    pub fn parse(name: &str) -> Option<Self> {
        match name.strip_prefix(ATTRIBUTE) {
            Some("") => None,
            Some(attribute) => Some(Self::Attribute(attribute.to_owned())),
            None => Self::FIXED.into_iter().find(|field| field.name() == name),
        }
    }

    /// The fields that hold it, of those that an organisation may have encrypted; none where it never is.
    pub fn sealable(&self) -> Vec<SealableField> {
        match self {
            Self::Email | Self::Phone => Vec::new(),
            Self::Address => vec![
                SealableField::AddressLines,
                SealableField::AddressCity,
                SealableField::AddressRegion,
                SealableField::AddressPostcode,
                SealableField::AddressCountry,
            ],
            Self::BirthDate => vec![SealableField::BirthDate],
            Self::TaxId => vec![SealableField::TaxId],
            Self::AccountNumber => vec![SealableField::AccountNumber],
            Self::ReferralCode => vec![SealableField::ReferralCode],
            Self::Attribute(name) => vec![SealableField::Attribute(name.clone())],
        }
    }

    /// Its values as they stand in `user`, in the order of the profile; none where nothing is known.
    pub fn values(&self, user: &User) -> Vec<String> {
        let one =
            |value: &String| Some(value).filter(|value| !value.is_empty()).cloned().into_iter().collect();
        match self {
            Self::Email => user.emails.iter().map(|email| email.address.clone()).collect(),
            Self::Phone => user.phones.iter().map(|phone| phone.number.clone()).collect(),
            Self::Address => user
                .address
                .iter()
                .flat_map(|address| {
                    let Address { lines, city, region, postcode, country } = address;
                    [lines, city, region, postcode, country].map(String::clone)
                })
                .collect(),
            Self::BirthDate => one(&user.birth_date),
            Self::TaxId => one(&user.tax_id),
            Self::AccountNumber => one(&user.account_number),
            Self::ReferralCode => one(&user.referral_code),
            Self::Attribute(name) => user
                .attributes
                .iter()
                .filter(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
                .collect(),
        }
    }

    /// The fields of which `user`, masked, has a mask.
    pub fn of(user: &User) -> Vec<Self> {
        let attributes = user.attributes.iter().map(|(name, _)| Self::Attribute(name.clone()));
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
        for field in MaskedField::FIXED.into_iter().chain([MaskedField::Attribute("pin".to_owned())]) {
            assert_eq!(MaskedField::parse(&field.name()), Some(field));
        }
        for other in ["login", "attr.", "Email", ""] {
            assert_eq!(MaskedField::parse(other), None, "{other}");
        }
    }
}
