//! `catalog`: every action, right, code and key, from the declarations.

use serde_json::{Value, json};

use crate::actions::spec::{Bulk, Needs, Subject};
use crate::actions::{self, Spec};
use crate::authz::right::{self, RightSpec};
use crate::cli::command::Catalog;
use crate::domain::history_codes::{self, HistoryCode};
use crate::domain::level::Level;
use crate::ui::{self, KeyRow};

/// One entry, in both shapes.
pub(super) struct Entry {
    pub(super) json: Value,
    pub(super) text: String,
}

/// The entries of one catalogue, in the order of the declarations.
pub(super) fn entries(what: Catalog) -> Vec<Entry> {
    match what {
        Catalog::Actions => actions::ALL.iter().map(|spec| of_action(spec)).collect(),
        Catalog::Rights => right::ALL.iter().map(of_right).collect(),
        Catalog::History => history_codes::ALL.iter().map(of_code).collect(),
        Catalog::Keys => {
            let letters = actions::ALL.iter().filter(|spec| matches!(spec.subject, Subject::User(_)));
            ui::key_table().map(|row| of_key(&row)).chain(letters.map(|spec| of_letter(spec))).collect()
        }
    }
}

fn of_action(spec: &Spec) -> Entry {
    let right = needed(spec.right);
    let fields = spec
        .form
        .iter()
        .map(|field| json!({ "name": field.name, "kind": field.kind.word(), "required": field.required }));
    let json = json!({
        "code": spec.code,
        "fields": fields.collect::<Vec<_>>(),
        "title": spec.title,
        "on": spec.on(),
        "right": right,
        "level": spec.risk.word(),
        "bulk": spec.bulk == Bulk::Yes,
        "history": spec.history,
    });
    let text =
        format!("{:<24} {:<3} {:<10} {right:<24} {}", spec.code, spec.risk.word(), spec.on(), spec.title);
    Entry { json, text }
}

/// The right's name; `-` where nothing but being oneself is needed, as in `spec/actions.tsv`.
fn needed(needs: Needs) -> &'static str {
    match needs {
        Needs::Right(right) => right.code(),
        Needs::Own => "-",
    }
}

fn of_right(spec: &RightSpec) -> Entry {
    let implies: Vec<&str> = spec.implies.iter().map(|right| right.code()).collect();
    let levels: Vec<&str> = spec.levels.iter().map(|level| Level::code(*level)).collect();
    let text = format!("{:<26} {:<12} {:<12} {}", spec.code, spec.area, levels.join(" "), spec.label);
    let json = json!({
        "code": spec.code, "area": spec.area, "label": spec.label, "implies": implies, "levels": levels,
    });
    Entry { json, text }
}

fn of_code(code: &HistoryCode) -> Entry {
    let json = json!({ "code": code.code, "actor": code.by.word(), "meaning": code.meaning });
    Entry { json, text: format!("{:<32} {:<7} {}", code.code, code.by.word(), code.meaning) }
}

/// Keys of the screens, as the console's own table has them.
fn of_key(row: &KeyRow) -> Entry {
    let json = json!({ "key": row.key, "context": row.context, "action": row.action, "title": row.title });
    Entry { json, text: format!("{:<10} {:<12} {:<24} {}", row.key, row.context, row.action, row.title) }
}

/// Letters of the action menu are declared with the action.
fn of_letter(spec: &Spec) -> Entry {
    let json = json!({
        "key": spec.letter.to_string(), "context": "action menu", "action": spec.code, "title": spec.title,
    });
    Entry {
        json,
        text: format!("{:<10} {:<12} {:<24} {}", spec.letter, "action menu", spec.code, spec.title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(what: Catalog) -> Vec<String> {
        entries(what)[0].json.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn every_catalogue_has_the_promised_fields_in_their_order() {
        assert_eq!(
            names(Catalog::Actions),
            ["code", "fields", "title", "on", "right", "level", "bulk", "history"]
        );
        assert_eq!(names(Catalog::Rights), ["code", "area", "label", "implies", "levels"]);
        assert_eq!(names(Catalog::History), ["code", "actor", "meaning"]);
        assert_eq!(names(Catalog::Keys), ["key", "context", "action", "title"]);
    }

    #[test]
    fn an_action_lists_its_fields_in_the_order_of_the_declaration() {
        let import =
            entries(Catalog::Actions).into_iter().find(|entry| entry.json["code"] == "data.import").unwrap();
        let fields: Vec<&Value> =
            import.json["fields"].as_array().unwrap().iter().map(|field| &field["name"]).collect();
        assert_eq!(fields, ["kind", "file", "format"]);
        assert_eq!(import.json["fields"][0], json!({ "name": "kind", "kind": "choice", "required": true }));
        let lock = &entries(Catalog::Actions)[1].json;
        assert_eq!(
            (&lock["code"], &lock["level"], &lock["bulk"]),
            (&json!("user.lock"), &json!("L2"), &json!(true))
        );
    }
}
