//! What every declaration must be, read from the declarations alone.

use std::collections::BTreeSet;
use std::path::Path;

use wardroom::actions::form::{FieldKind, Initial, LONG_REASON, REASON};
use wardroom::actions::spec::{Bulk, Guard, Needs, Risk, Subject, Undo};
use wardroom::actions::{self, Spec};
use wardroom::domain::history_codes;
use wardroom::domain::status::Status;
use wardroom::outbound::Templates;

/// Keys of the menu itself: why, filter, and leave.
const KEYS_OF_THE_MENU: &[char] = &['W', '/', 'q'];

/// Rows of the specification's table of actions: code, on, right, level, bulk, undo, history.
const TABLE: &[[&str; 7]] = &[
    ["user.lock", "user", "user.lock", "L2", "yes", "yes", "user.lock"],
    ["user.unlock", "user", "user.lock", "L1", "yes", "yes", "user.unlock"],
    ["user.activate", "user", "user.activate", "L1", "yes", "yes", "user.activate"],
    ["user.deactivate", "user", "user.activate", "L2", "yes", "yes", "user.deactivate"],
    ["user.deactivate_for", "user", "user.activate", "L2", "yes", "yes", "user.deactivate"],
    ["user.deactivate_end", "user", "user.activate", "L1", "yes", "yes", "user.activate"],
    ["user.sessions.end", "staff", "user.sessions.end", "L2", "yes", "no", "session.destroy"],
    ["user.edit", "user", "user.update", "L1", "no", "yes", "user.update"],
    ["user.delete", "user", "user.delete", "L4", "yes", "no", "user.delete"],
    ["user.roles.assign", "staff", "user.update", "L3", "no", "yes", "user.roles"],
    ["user.group.assign", "staff", "user.update", "L2", "yes", "yes", "user.group"],
    ["user.accounts.assign", "staff", "user.update", "L3", "no", "yes", "user.accounts"],
    ["user.promote", "user", "user.promote", "L3", "no", "no", "user.promote"],
    ["user.level.change", "admin", "user.promote", "L3", "no", "no", "user.promote"],
    ["note.add", "user", "user.note", "L1", "no", "yes", "note.create"],
    ["tags.set", "user", "user.note", "L1", "yes", "yes", "user.update"],
    ["pii.reveal", "user", "user.pii.reveal", "L1", "no", "no", "-"],
    ["group.edit", "group", "group.manage", "L3", "no", "no", "-"],
    ["group.limits", "group", "group.manage", "L3", "no", "no", "-"],
    ["group.link_users", "group", "group.manage", "L2", "no", "yes", "-"],
    ["group.clone", "group", "group.manage", "L1", "no", "no", "-"],
    ["group.delete", "group", "group.manage", "L4", "no", "no", "-"],
    ["group.create", "group", "group.manage", "L1", "no", "no", "-"],
    ["role.create", "role", "role.manage", "L1", "no", "no", "-"],
    ["role.edit", "role", "role.manage", "L3", "no", "no", "-"],
    ["role.delete", "role", "role.manage", "L3", "no", "no", "-"],
    ["self.trusted.clear", "self", "-", "L1", "no", "no", "security_devices.destroy"],
    ["self.sessions.end", "self", "-", "L1", "no", "no", "session.destroy"],
    ["data.export", "directory", "data.export", "L1", "no", "no", "-"],
    ["audit.export", "account", "audit.view", "L1", "no", "no", "-"],
    ["data.import", "directory", "data.import", "L3", "no", "no", "users.create"],
];

#[test]
fn every_declaration_says_what_the_specification_says() {
    for spec in actions::ALL {
        let declared = [
            spec.code,
            spec.on(),
            match spec.right {
                Needs::Right(right) => right.code(),
                Needs::Own => "-",
            },
            spec.risk.word(),
            if spec.bulk == Bulk::Yes { "yes" } else { "no" },
            if spec.undo == Undo::No { "no" } else { "yes" },
            spec.history.unwrap_or("-"),
        ];
        let row = TABLE.iter().find(|row| row[0] == spec.code);
        assert_eq!(row, Some(&declared), "{} and its row of the table", spec.code);
    }
}

#[test]
fn a_code_is_a_subject_and_a_verb_and_nobody_elses() {
    let mut seen = BTreeSet::new();
    for spec in actions::ALL {
        assert!(seen.insert(spec.code), "{} is declared twice", spec.code);
        let words: Vec<&str> = spec.code.split('.').collect();
        let plain = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        assert!(words.len() >= 2 && words.into_iter().all(plain), "{}", spec.code);
        assert!(std::ptr::eq(actions::find(spec.code).unwrap(), *spec), "{}", spec.code);
        assert_eq!(spec.words().len(), spec.code.split('.').count());
    }
}

#[test]
fn letters_differ_among_the_actions_of_one_menu_and_are_none_of_its_keys() {
    // In any status all entries stand in the menu, offered or greyed: letters differ among all of one kind.
    let in_menus = actions::ALL.iter().filter_map(|spec| spec.target_kind().map(|kind| (kind, spec)));
    let mut seen = BTreeSet::new();
    for (kind, spec) in in_menus {
        assert!(seen.insert((kind, spec.letter)), "the letter of {} is another's as well", spec.code);
    }
    for spec in actions::ALL {
        assert!(spec.letter.is_ascii_alphanumeric(), "{}", spec.code);
        assert!(!KEYS_OF_THE_MENU.contains(&spec.letter), "{}", spec.code);
    }
}

#[test]
fn titles_are_short_and_helps_are_sentences() {
    for spec in actions::ALL {
        let (title, help) = (spec.title, spec.help);
        assert!((3..=40).contains(&title.chars().count()) && !title.ends_with('.'), "{}", spec.code);
        assert!(title.starts_with(char::is_uppercase), "{}", spec.code);
        assert!(help.starts_with(char::is_uppercase) && help.ends_with('.'), "{}: {help}", spec.code);
        assert!(!help.contains("  "), "{}: two blanks: {help}", spec.code);
    }
}

#[test]
fn every_action_on_a_user_leaves_a_code_that_the_history_knows() {
    for spec in actions::ALL {
        if let Some(code) = spec.history {
            assert!(history_codes::find(code).is_some(), "{}: {code}", spec.code);
        }
    }
}

#[test]
fn every_notice_has_a_template_with_subject_body_and_known_placeholders() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/messages");
    let templates = Templates::read(None).unwrap();
    for spec in actions::ALL {
        for notice in spec.notices {
            let path = folder.join(format!("{}.txt", notice.template));
            let text =
                std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
            template_is_whole(&text, spec);
            assert!(templates.has(notice.template), "the program does not bring {}", notice.template);
        }
    }
}

fn template_is_whole(text: &str, spec: &Spec) {
    let (subject, body) = text.split_once("\n\n").unwrap_or_else(|| panic!("{}: no body", spec.code));
    assert!(subject.starts_with("Subject: ") && subject.len() > 15, "{}: {subject}", spec.code);
    assert!(!subject.contains(['\n', '{']), "{}: a subject is one line without names", spec.code);
    assert!(body.contains("{name}") && body.contains("{login}"), "{}", spec.code);
    let bare = body.replace("{name}", "").replace("{login}", "");
    assert!(!bare.contains(['{', '}']), "{}: an unknown placeholder", spec.code);
}

#[test]
fn a_reason_is_asked_from_l2_on_and_a_sentence_from_l3_on() {
    for spec in actions::ALL.iter().filter(|spec| spec.risk >= Risk::L2) {
        let exempt = matches!(spec.on(), "directory" | "account" | "self");
        let wanted = if spec.risk >= Risk::L3 { &LONG_REASON } else { &REASON };
        let asked = spec.form.contains(wanted);
        assert!(asked || exempt, "{}", spec.code);
    }
}

#[test]
fn what_cannot_be_undone_is_high_risk_or_changes_nothing_and_says_so() {
    for spec in actions::ALL {
        let says = spec.help.contains("cannot be undone") || spec.help.contains("Cannot be undone");
        if spec.undo == Undo::No && spec.risk >= Risk::L3 {
            assert!(says, "{}: the help must say that it cannot be undone", spec.code);
        }
        assert!(!says || (spec.undo == Undo::No && spec.risk >= Risk::L3), "{}", spec.code);
    }
}

#[test]
fn fields_have_names_labels_and_room() {
    for spec in actions::ALL {
        let names: BTreeSet<&str> = spec.form.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), spec.form.len(), "{}: two fields of one name", spec.code);
        for field in spec.form {
            assert!(
                field.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
                "{}",
                spec.code
            );
            assert!(field.label.starts_with(char::is_uppercase), "{}", spec.code);
            match field.kind {
                FieldKind::Line { chars_min, chars_max } => assert!(chars_min <= chars_max && chars_max > 0),
                FieldKind::Text { chars_max } => assert!(chars_max > 0),
                FieldKind::When | FieldKind::Masked | FieldKind::People | FieldKind::Picked(_) => {}
                FieldKind::NewPassword => {
                    assert!(field.required, "{}: a password is given or not asked", spec.code);
                }
                FieldKind::Choice(words) => assert!(!words.is_empty()),
                FieldKind::File => assert_eq!(spec.on(), "directory", "a file is for the command line"),
            }
        }
    }
}

#[test]
fn what_a_field_begins_with_is_edited_as_text_and_never_required() {
    for field in actions::ALL.iter().flat_map(|spec| spec.form) {
        let is_text = matches!(field.kind, FieldKind::Line { chars_min: 0, .. } | FieldKind::Text { .. });
        let is_held = field.initial == Initial::Held && matches!(field.kind, FieldKind::Picked(_));
        assert!(
            field.initial == Initial::Nothing || ((is_text || is_held) && !field.required),
            "{}",
            field.name
        );
    }
}

#[test]
fn what_shuts_somebody_out_spares_oneself_and_the_last_master() {
    for spec in actions::ALL {
        let Subject::User(rules) = &spec.subject else { continue };
        assert!(!rules.kinds.is_empty() && !rules.from.is_empty(), "{} is never offered", spec.code);
        if rules.guards.contains(&Guard::MasterRemains) {
            assert!(rules.guards.contains(&Guard::NotOneself), "{}", spec.code);
        }
    }
}

#[test]
fn a_status_is_never_named_twice() {
    for spec in actions::ALL {
        let Subject::User(rules) = &spec.subject else { continue };
        let statuses: BTreeSet<Status> = rules.from.iter().copied().collect();
        assert_eq!(statuses.len(), rules.from.len(), "{}", spec.code);
    }
}
