//! Made-up people as the index takes them in.

use wardroom::demo::Institution;
use wardroom::demo::person::Person;
use wardroom::directory::index::{Builder, Entry, Index};
use wardroom::directory::row::{CustomerKind, Details, Row};

pub(crate) fn index(institution: &Institution) -> Index {
    let mut builder = Builder::default();
    for person in institution.people() {
        builder.push(&entry(&person));
    }
    builder.finish()
}

pub(crate) fn entry(person: &Person) -> Entry {
    let user = &person.user;
    let email = user.email();
    let organisation = user.organisation.clone();
    let row = Row {
        id: user.id,
        login: user.login.clone(),
        kind: user.kind,
        level: user.level,
        names: user.names.clone(),
        email: email.map(|email| email.address.clone()).unwrap_or_default(),
        email_confirmed: email.is_some_and(|email| email.confirmed_at.is_some()),
        phone: user.phone().map(|phone| phone.number.clone()).unwrap_or_default(),
        organisation: (organisation.id, organisation.key, organisation.display_name),
        group: user.group.as_ref().map(|group| group.name.clone()).unwrap_or_default(),
        roles: user.roles.iter().map(|role| role.name.clone()).collect(),
        last_login: user.last_login,
        enrolled: user.enrolled,
        added: user.added,
        modified: user.modified,
        facts: user.facts.clone(),
        core_id: user.core_id.clone(),
        product: user.product,
        version: user.version,
    };
    let others = |primary: bool, text: &str| (!primary).then(|| text.to_owned());
    let details = Details {
        category: user.category.as_ref().map(CustomerKind::of),
        emails: user.emails.iter().filter_map(|email| others(email.primary, &email.address)).collect(),
        phones: user.phones.iter().filter_map(|phone| others(phone.primary, &phone.number)).collect(),
        core_ids: user.linked_core_ids.clone(),
        account_ids: person.account_ids.iter().map(|id| (id.kind.to_owned(), id.value.clone())).collect(),
        tags: user.tags.clone(),
        attributes: user.attributes.clone(),
        has_second_factor: person.entry.as_ref().is_some_and(|entry| entry.second_factor),
        has_note: !person.notes.is_empty(),
    };
    Entry { row, group: user.group.as_ref().map(|group| group.id), details }
}
