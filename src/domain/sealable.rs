//! The user fields that an organisation may mark as encrypted: a closed list, and the form in which each is compared.
//!
//! What is in the list is kept of a person and asked for by its complete value. What is not: login
//! and names, which every list sorts by and shows; kind, level, scope, group, roles and status,
//! which rules read; core ids, by which the core is joined; emails and phones, to which messages
//! go out and which are masked as personal data anyway; a business's own details, which are no
//! person's.

use std::borrow::Cow;

use crate::base::text::{folded, search_folded};
use crate::domain::user::User;

/// What stands in the place of a sealed value until it is revealed, on screen and in files.
pub const HIDDEN: &str = "******";

/// Before the name of a custom attribute.
const ATTRIBUTE: &str = "attr.";

/// A field whose values can be sealed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SealableField {
    /// Street and number, and whatever else stands above the city.
    AddressLines,
    /// City.
    AddressCity,
    /// Region or state.
    AddressRegion,
    /// Postcode.
    AddressPostcode,
    /// Country.
    AddressCountry,
    /// Day of birth.
    BirthDate,
    /// Tax id.
    TaxId,
    /// Account number.
    AccountNumber,
    /// Referral code.
    ReferralCode,
    /// A custom attribute of this name.
    Attribute(String),
}

impl SealableField {
    /// All but the attributes, of which there are as many as people make up.
    pub const FIXED: [Self; 9] = [
        Self::AddressLines,
        Self::AddressCity,
        Self::AddressRegion,
        Self::AddressPostcode,
        Self::AddressCountry,
        Self::BirthDate,
        Self::TaxId,
        Self::AccountNumber,
        Self::ReferralCode,
    ];

    /// The parts of an address, in their order.
    pub const ADDRESS: [Self; 5] = [
        Self::AddressLines,
        Self::AddressCity,
        Self::AddressRegion,
        Self::AddressPostcode,
        Self::AddressCountry,
    ];

    /// Its value as it stands in `user`, which may be empty; `None` where there is no place for one.
    pub fn value(&self, user: &User) -> Option<String> {
        let address = user.address.as_ref();
        let value = match self {
            Self::AddressLines => &address?.lines,
            Self::AddressCity => &address?.city,
            Self::AddressRegion => &address?.region,
            Self::AddressPostcode => &address?.postcode,
            Self::AddressCountry => &address?.country,
            Self::BirthDate => &user.birth_date,
            Self::TaxId => &user.tax_id,
            Self::AccountNumber => &user.account_number,
            Self::ReferralCode => &user.referral_code,
            Self::Attribute(name) => &user.attributes.iter().find(|(known, _)| known == name)?.1,
        };
        Some(value.clone())
    }

    /// The name in files, in filters and in an organisation's list: `tax_id`, `attr.branch`.
    pub fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::AddressLines => "address_lines",
            Self::AddressCity => "address_city",
            Self::AddressRegion => "address_region",
            Self::AddressPostcode => "address_postcode",
            Self::AddressCountry => "address_country",
            Self::BirthDate => "birth_date",
            Self::TaxId => "tax_id",
            Self::AccountNumber => "account_number",
            Self::ReferralCode => "referral_code",
            Self::Attribute(name) => return Cow::Owned(format!("{ATTRIBUTE}{name}")),
        })
    }

    /// Reads the name; `None` where no such field can be sealed.
    pub fn parse(name: &str) -> Option<Self> {
        match name.strip_prefix(ATTRIBUTE) {
            Some("") => None,
            Some(attribute) => Some(Self::Attribute(attribute.to_owned())),
            None => Self::FIXED.into_iter().find(|field| field.name() == name),
        }
    }

    /// Reads the words of a difference: `tax id`, `attribute branch`.
    pub fn of_words(words: &str) -> Option<Self> {
        match words.strip_prefix("attribute ") {
            Some(attribute) => Some(Self::Attribute(attribute.to_owned())),
            None => Self::parse(&words.to_lowercase().replace(' ', "_")),
        }
    }

    /// Whether both are one field: attributes whose names differ in case only are, or a mark on one would not
    /// keep the other from being stored in the clear.
    pub fn is_same(&self, other: &Self) -> bool {
        folded(&self.name()) == folded(&other.name())
    }

    /// The form in which a complete value is compared: as text is searched, blanks squeezed, and of what people
    /// write with or without separators only letters and digits. Empty where nothing is left to compare.
    pub fn form(&self, value: &str) -> String {
        let value = search_folded(value);
        match self {
            Self::TaxId | Self::AccountNumber | Self::AddressPostcode | Self::ReferralCode => {
                value.chars().filter(|character| character.is_alphanumeric()).collect()
            }
            Self::AddressLines
            | Self::AddressCity
            | Self::AddressRegion
            | Self::AddressCountry
            | Self::BirthDate
            | Self::Attribute(_) => value.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_field_is_read_by_its_name() {
        for field in SealableField::FIXED.into_iter().chain([SealableField::Attribute("pin".to_owned())]) {
            assert_eq!(SealableField::parse(&field.name()), Some(field));
        }
        for other in ["login", "email", "phone", "core_id", "attr.", "Tax_id", ""] {
            assert_eq!(SealableField::parse(other), None, "{other}");
        }
    }

    #[test]
    fn an_attribute_is_the_same_in_either_case() {
        let [small, large, other] =
            ["pin", "PIN", "pin2"].map(|name| SealableField::Attribute(name.to_owned()));
        assert!(small.is_same(&large) && !small.is_same(&other) && !small.is_same(&SealableField::TaxId));
    }

    #[test]
    fn values_that_people_write_differently_have_one_form() {
        let tax_id = SealableField::TaxId;
        assert_eq!(tax_id.form("000-12-3456"), tax_id.form(" 000 12 3456"));
        assert_eq!(SealableField::AddressCity.form(" Sankt  GALLEN"), "sankt gallen");
        assert_ne!(SealableField::BirthDate.form("2001-01-12"), SealableField::BirthDate.form("2001-11-02"));
        assert_eq!(tax_id.form("---"), "");
    }

    proptest! {
        #[test]
        fn the_form_of_a_folded_value_is_the_form_of_the_value(value in "\\PC{0,12}") {
            for field in SealableField::FIXED {
                prop_assert_eq!(field.form(&search_folded(&value)), field.form(&value));
            }
        }
    }
}
