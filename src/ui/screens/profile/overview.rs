//! The overview of a profile: status, who it is, use, contact, accounts; personal data masked.

use crate::base::time::Timestamp;
use crate::domain::contact::Address;
use crate::domain::masked::MaskedField;
use crate::domain::scope::Scope;
use crate::domain::sealable::SealableField;
use crate::domain::status::Status;
use crate::domain::user::{Category, TEMPORARY_LOGIN, User};
use crate::protocol::Profile;
use crate::ui::model::Model;
use crate::ui::parts::sheet::Sheet;
use crate::ui::parts::when::both;
use crate::ui::screens::profile::revealed::Shown;
use crate::ui::theme;

/// The lines of the overview, for `columns`.
pub(crate) fn sheet(model: &Model, columns: u16, now: Timestamp) -> Sheet {
    let Some(profile) = &model.profile.asked.answer else { return Sheet::default() };
    sheet_of(profile, model.profile.revealed.as_ref(), usize::from(columns), now)
}

/// The lines about `profile`, with what is `shown` in the clear.
pub(crate) fn sheet_of(profile: &Profile, shown: Option<&Shown>, columns: usize, now: Timestamp) -> Sheet {
    let mut sheet = Sheet::default();
    status(&mut sheet, &profile.user, columns, now);
    let seen = Seen { shown, now };
    who(&mut sheet, &profile.user, seen, columns);
    usage(&mut sheet, profile, columns, now);
    contact(&mut sheet, &profile.user, seen, columns);
    accounts(&mut sheet, &profile.user, seen, columns);
    sheet
}

/// `# LOCKED by a.kim 2h ago: "card lost"`: the status in a sentence.
pub(crate) fn status_words(user: &User, now: Timestamp) -> String {
    let status = user.facts.status_at(now);
    let mut words = format!("{} {}", status.symbol(), status.short());
    if let Some(lock) = &user.facts.admin_lock {
        // Beneath a deactivation the lock does not show in the word.
        let joint = if status == Status::LockedByAdmin { "by" } else { "and locked by" };
        words = format!("{words} {joint} {} {} ago: \"{}\"", lock.by, lock.at.age_at(now), lock.reason);
    }
    if let Some(end) = user.facts.window.filter(|window| window.holds(now)).and_then(|window| window.to) {
        words = format!("{words} until {}", end.minute_utc());
    }
    words
}

fn status(sheet: &mut Sheet, user: &User, columns: usize, now: Timestamp) {
    let facts = &user.facts;
    let status = facts.status_at(now);
    sheet.heading("STATUS");
    sheet.pair("Status", &format!("{} {}", status.symbol(), status.short()), columns, theme::status(status));
    let mut pair = |name: &str, value: String| sheet.pair(name, &value, columns, theme::PLAIN);
    if let Some(lock) = &facts.admin_lock {
        pair("Locked", format!("{} by {}", both(Some(lock.at), now), lock.by));
        pair("Reason", lock.reason.clone());
        pair("Archived", "x yes, until unlocked".to_owned());
    }
    if let Some(at) = facts.auto_locked_at {
        pair("Auto-locked", both(Some(at), now));
    }
    if let Some(window) = facts.window {
        let to = window.to.map_or_else(|| "for ever".to_owned(), Timestamp::minute_utc);
        pair("No access", format!("{} to {to}", window.from.minute_utc()));
    }
    if let Some(until) = facts.reset_until.filter(|until| now < *until) {
        pair("Reset link", format!("works until {}", until.minute_utc()));
    }
}

fn who(sheet: &mut Sheet, user: &User, seen: Seen<'_>, columns: usize) {
    sheet.heading("USER INFORMATION");
    let mut pair = |name: &str, value: &str| sheet.pair(name, value, columns, theme::PLAIN);
    match &user.login {
        Some(login) => pair("Username", login),
        None => pair("Username", &format!("{TEMPORARY_LOGIN}: enrolment began, none chosen yet")),
    }
    pair("Name", &user.names.full());
    pair("Title", &user.names.title);
    pair("Id", &user.id.to_string());
    pair("Type", user.kind.word());
    if let Some(category) = &user.category {
        pair("Category", category.word());
        if let Category::Business(business) = category {
            pair("Business", &business.name);
            pair("Its phone", &business.phone);
            pair("Role there", &business.role);
        }
    }
    pair("Organisation", &user.organisation.display_name);
    pair("Group", user.group.as_ref().map_or("", |group| &group.name));
    pair("Roles", &joined(user.roles.iter().map(|role| role.name.as_str())));
    if let Some(level) = user.level {
        pair("Level", &format!("{level} {}", level.title()));
        let scope = match &user.scope {
            Scope::All => "all organisations".to_owned(),
            Scope::Only(list) => {
                joined(list.iter().map(ToString::to_string).collect::<Vec<_>>().iter().map(String::as_str))
            }
        };
        pair("Scope", &scope);
    }
    pair("Core id", &user.core_id);
    pair("Linked ids", &joined(user.linked_core_ids.iter().map(String::as_str)));
    pair("Referral", seen.of(&MaskedField::One(SealableField::ReferralCode), 0, &user.referral_code));
    pair("Product", user.product.word());
    pair("Tags", &joined(user.tags.iter().map(String::as_str)));
}

fn usage(sheet: &mut Sheet, profile: &Profile, columns: usize, now: Timestamp) {
    let user = &profile.user;
    sheet.heading("USAGE");
    let mut pair = |name: &str, value: &str| sheet.pair(name, value, columns, theme::PLAIN);
    pair("Enrolled", &both(user.enrolled, now));
    pair("Last login", &both(user.last_login, now));
    pair("Added", &both(Some(user.added), now));
    pair("Modified", &both(Some(user.modified), now));
    pair("Sessions", &format!("{} live on the console", profile.sessions));
    if profile.messages_waiting > 0 {
        pair("Messages", &format!("{} wait to go out", profile.messages_waiting));
    }
}

/// What stands in the place of a mask for now.
#[derive(Clone, Copy)]
struct Seen<'m> {
    shown: Option<&'m Shown>,
    now: Timestamp,
}

impl<'m> Seen<'m> {
    /// Value number `at` of `field` where it is in the clear, else its mask.
    fn of(self, field: &MaskedField, at: usize, mask: &'m str) -> &'m str {
        self.shown.and_then(|shown| shown.value(field, at, self.now)).unwrap_or(mask)
    }
}

fn contact(sheet: &mut Sheet, user: &User, seen: Seen<'_>, columns: usize) {
    let words = seen.shown.and_then(|shown| shown.words(seen.now));
    sheet.heading(&format!("CONTACT ({})", words.as_deref().unwrap_or("masked")));
    let mut pair = |name: &str, value: &str| sheet.pair(name, value, columns, theme::PLAIN);
    for (at, email) in user.emails.iter().enumerate() {
        let primary = if email.primary { "Email" } else { "also" };
        let confirmed = email.confirmed_at.map_or_else(
            || ". not confirmed".to_owned(),
            |at| format!("@ confirmed {}", both(Some(at), seen.now)),
        );
        let address = seen.of(&MaskedField::Email, at, &email.address);
        pair(primary, &format!("{address}  {}  {confirmed}", email.kind));
    }
    for (at, phone) in user.phones.iter().enumerate() {
        let primary = if phone.primary { "Phone" } else { "also" };
        pair(primary, &format!("{}  {}", seen.of(&MaskedField::Phone, at, &phone.number), phone.kind));
    }
    pair("Born", seen.of(&MaskedField::One(SealableField::BirthDate), 0, &user.birth_date));
    pair("Tax id", seen.of(&MaskedField::One(SealableField::TaxId), 0, &user.tax_id));
    if let Some(address) = &user.address {
        let Address { lines, city, region, postcode, country } = address;
        let parts = [lines, city, region, postcode, country].into_iter().enumerate();
        pair("Address", &joined(parts.map(|(at, part)| seen.of(&MaskedField::Address, at, part))));
    }
    if user.emails.is_empty() && user.phones.is_empty() && user.address.is_none() {
        pair("", "nothing known");
    }
}

fn accounts(sheet: &mut Sheet, user: &User, seen: Seen<'_>, columns: usize) {
    let number = &user.account_number;
    if !number.is_empty() || !user.accounts.is_empty() {
        sheet.heading("ACCOUNT");
        let shown = seen.of(&MaskedField::One(SealableField::AccountNumber), 0, number);
        sheet.pair("Number", shown, columns, theme::PLAIN);
        let names = joined(user.accounts.iter().map(|(_, name)| name.as_str()));
        sheet.pair("Platforms", &names, columns, theme::PLAIN);
    }
    if !user.attributes.is_empty() {
        sheet.heading("ATTRIBUTES");
        for (name, value) in &user.attributes {
            let value = seen.of(&MaskedField::attribute(name), 0, value);
            sheet.text(&format!("{name}: {value}"), columns, theme::PLAIN);
        }
    }
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
