//! JSON of what the service says: field names that never change.

use serde_json::{Map, Value, json};

use crate::authz::right::Right;
use crate::base::time::Timestamp;
use crate::domain::audit::Record;
use crate::domain::history::{HistoryRow, Note};
use crate::domain::scope::Scope;
use crate::domain::user::{Category, User};
use crate::protocol::Profile;

/// RFC 3339 in UTC.
pub(super) fn time(time: Timestamp) -> Value {
    Value::String(time.rfc3339())
}

/// Text, `null` where there is none.
pub(super) fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::String(text.to_owned()) }
}

/// A profile: the fields of a list, and the rest.
pub(super) fn profile(profile: &Profile, now: Timestamp) -> Value {
    let user = &profile.user;
    let mut object = in_lists(user, now);
    let rest = json!({
        "emails": user.emails.iter().map(|email| json!({
            "type": email.kind, "address": email.address, "primary": email.primary,
            "confirmed": email.confirmed_at.map(Timestamp::rfc3339),
        })).collect::<Vec<_>>(),
        "phones": user.phones.iter().map(|phone| json!({
            "type": phone.kind, "number": phone.number, "primary": phone.primary,
        })).collect::<Vec<_>>(),
        "address": user.address.as_ref().map(|address| json!({
            "lines": address.lines, "city": address.city, "region": address.region, "postcode": address.postcode,
            "country": address.country,
        })),
        "birth_date": text(&user.birth_date),
        "tax_id": text(&user.tax_id),
        "business": match &user.category {
            Some(Category::Business(business)) => {
                json!({ "name": business.name, "phone": business.phone, "role": business.role })
            }
            Some(Category::Personal) | None => Value::Null,
        },
        "scope": user.level.map(|_| scope(&user.scope)),
        "accounts": user.accounts.iter().map(|(id, name)| json!({ "id": id.to_string(), "name": name })).collect::<Vec<_>>(),
        "linked_core_ids": user.linked_core_ids,
        "referral_code": text(&user.referral_code),
        "account_number": text(&user.account_number),
        "attributes": user.attributes.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Map<_, _>>(),
        "tags": user.tags,
        "product": user.product.word(),
        "archived": user.facts.archived(),
        "rights": profile.rights.iter().map(Right::code).collect::<Vec<_>>(),
        "revealed": profile.revealed,
        "notes": profile.notes,
        "history": profile.history,
        "sessions": profile.sessions,
        "messages_waiting": profile.messages_waiting,
        "version": user.version,
    });
    if let Value::Object(rest) = rest {
        object.extend(rest);
    }
    Value::Object(object)
}

/// The fields that a list has too, under the same names.
fn in_lists(user: &User, now: Timestamp) -> Map<String, Value> {
    let fields = [
        ("id", Value::String(user.id.to_string())),
        ("login", user.login.as_deref().map_or(Value::Null, Value::from)),
        ("kind", user.kind.word().into()),
        ("status", user.facts.status_at(now).word().into()),
        ("title", text(&user.names.title)),
        ("first_name", text(&user.names.first)),
        ("middle_name", text(&user.names.middle)),
        ("last_name", text(&user.names.last)),
        ("email", user.email().map_or(Value::Null, |email| text(&email.address))),
        ("phone", user.phone().map_or(Value::Null, |phone| text(&phone.number))),
        ("category", user.category.as_ref().map_or(Value::Null, |category| category.word().into())),
        ("organisation", user.organisation.key.as_str().into()),
        ("group", user.group.as_ref().map_or(Value::Null, |group| group.name.as_str().into())),
        ("roles", user.roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().into()),
        ("level", user.level.map_or(Value::Null, |level| level.code().into())),
        ("core_id", text(&user.core_id)),
        ("enrolled", user.enrolled.map_or(Value::Null, time)),
        ("last_login", user.last_login.map_or(Value::Null, time)),
        ("added", time(user.added)),
        ("modified", time(user.modified)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn scope(scope: &Scope) -> Value {
    match scope {
        Scope::All => "all".into(),
        Scope::Only(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().into(),
    }
}

/// A row of a history.
pub(super) fn history(row: &HistoryRow) -> Value {
    json!({
        "seq": row.seq, "at": time(row.at), "code": row.code, "actor": row.actor, "ip": text(&row.ip),
        "device": text(&row.device), "app": text(&row.app), "detail": text(&row.detail),
    })
}

/// A note.
pub(super) fn note(note: &Note) -> Value {
    json!({ "id": note.id.to_string(), "at": time(note.at), "author": note.author, "text": note.text })
}

/// The fields of an entry of the audit, in their order.
pub(super) const AUDIT_FIELDS: [&str; 15] = [
    "seq",
    "at",
    "actor",
    "actor_id",
    "via",
    "source",
    "session",
    "action",
    "target",
    "target_id",
    "result",
    "rule",
    "reason",
    "detail",
    "organisations",
];

/// The fields of an entry as cells of CSV: lists with `;` between, what has parts of its own as JSON.
pub(super) fn cells(entry: &Value) -> Vec<String> {
    let cell = |name: &&str| match &entry[*name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";"),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => other.to_string(),
    };
    AUDIT_FIELDS.iter().map(cell).collect()
}

/// An entry of the audit.
pub(super) fn audit(record: &Record) -> Value {
    let id = |number: i64, letter: char| {
        if number == 0 { Value::Null } else { format!("{letter}{number}").into() }
    };
    let organisations = record.organisations.split(',').filter(|id| !id.is_empty());
    json!({
        "seq": record.seq, "at": time(record.at), "actor": record.actor, "actor_id": id(record.actor_id, 'U'),
        "via": record.via, "source": text(&record.source), "session": id(record.session, 'S'),
        "action": record.action, "target": text(&record.target), "target_id": record.target_id().map(|id| id.to_string()),
        "result": record.result, "rule": text(&record.rule), "reason": text(&record.reason),
        "detail": serde_json::from_str(&record.detail).unwrap_or_else(|_| text(&record.detail)),
        "organisations": organisations.map(|id| format!("O{id}")).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audit_entry_has_its_fields_and_its_detail_as_json() {
        let record = Record {
            seq: 3,
            actor: "a.kim".into(),
            actor_id: 7,
            detail: r#"{"before":"x"}"#.into(),
            organisations: "1,2".into(),
            ..Record::default()
        };
        let value = audit(&record);
        let names: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(names, AUDIT_FIELDS, "the columns of an export are the fields");
        assert_eq!(cells(&value)[12..], ["", r#"{"before":"x"}"#, "O1;O2"]);
        assert_eq!((&value["actor_id"], &value["session"]), (&json!("U7"), &Value::Null));
        assert_eq!(
            (&value["detail"]["before"], &value["organisations"]),
            (&json!("x"), &json!(["O1", "O2"]))
        );
    }
}
