//! The matrix: who may do what to whom, every action, as one page that a person can read. A change of policy is a diff of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wardroom::actions::{self, Spec};
use wardroom::domain::level::Level;
use wardroom::domain::target::TargetKind;
use wardroom::protocol::{About, Query, Reply};

use crate::world::{CUSTOMER, Someone, World, admin, staff};

/// Operators: every level, all with the scope `retail` but the master; and without a level by role, by group, by both.
const OPERATORS: [(&str, &str); 9] = [
    ("MA", "master administrator, all organisations"),
    ("GA", "global administrator of retail"),
    ("OA", "organisation administrator of retail"),
    ("OAg", "the same, in the group branch"),
    ("UA", "user administrator of retail"),
    ("role", "staff with a role of every right of area users, credentials, contact, support, groups"),
    ("group", "staff in the group branch, which has the same rights"),
    ("both", "staff with that role, in that group"),
    ("view", "staff with a role of user.view, group.view, role.view"),
];

/// Targets, and how the columns are called.
const PEOPLE: [&str; 12] =
    ["ma", "ga", "oa", "ua", "staff", "customer", "below", "mate", "aside", "far", "self", "nobody"];
const GROUPS: [&str; 5] = ["branch", "tier", "other", "plastic", "wide"];
const ROLES: [&str; 4] = ["helper", "retail desk", "cards desk", "wide desk"];
const ORGANISATIONS: [&str; 2] = ["retail", "cards"];

/// Rights of an operator without a level: all that area by area only GA and MA hold are left out.
const RIGHTS: [&str; 14] = [
    "user.view",
    "user.create",
    "user.update",
    "user.activate",
    "user.lock",
    "user.delete",
    "user.promote",
    "user.sessions.end",
    "user.pii.reveal",
    "user.note",
    "group.view",
    "group.manage",
    "role.view",
    "role.manage",
];

fn world() -> World {
    let world = World::new();
    world
        .sql()
        .execute("UPDATE users SET login = 'MA', login_folded = 'ma-operator' WHERE login = 'master'", [])
        .unwrap();
    world.role("all", Some("retail"), &RIGHTS);
    world.role("viewing", Some("retail"), &["user.view", "group.view", "role.view"]);
    world.role("helper", Some("retail"), &["user.view"]);
    world.role("retail desk", Some("retail"), &["user.lock"]);
    world.role("cards desk", Some("cards"), &["user.lock"]);
    world.role("wide desk", None, &["user.lock"]);
    world.group("branch", Some("retail"), None, &RIGHTS);
    world.group("tier", Some("retail"), Some("branch"), &["user.lock"]);
    world.group("other", Some("retail"), None, &["user.lock"]);
    world.group("plastic", Some("cards"), None, &["user.lock"]);
    world.group("wide", None, None, &["user.lock"]);
    let branch = Some("branch");
    world.add(admin("GA", Level::Global));
    world.add(admin("OA", Level::Organisation));
    world.add(Someone { group: branch, ..admin("OAg", Level::Organisation) });
    world.add(admin("UA", Level::User));
    world.add(staff("role", &["all"]));
    world.add(Someone { group: branch, ..staff("group", &[]) });
    world.add(Someone { group: branch, ..staff("both", &["all"]) });
    world.add(staff("view", &["viewing"]));
    for (login, level) in
        [("ma", Level::Master), ("ga", Level::Global), ("oa", Level::Organisation), ("ua", Level::User)]
    {
        world.add(admin(&format!("{login}."), level));
    }
    world.add(staff("staff.", &["helper"]));
    world.add(Someone { login: "customer.", ..CUSTOMER });
    world.add(Someone { group: Some("tier"), ..staff("below.", &[]) });
    world.add(Someone { group: branch, ..staff("mate.", &[]) });
    world.add(Someone { group: Some("other"), ..staff("aside.", &[]) });
    world.add(Someone { organisation: "cards", ..staff("far.", &["cards desk"]) });
    world
}

fn columns(spec: &Spec) -> &'static [&'static str] {
    match spec.target_kind() {
        Some(TargetKind::User) => &PEOPLE,
        Some(TargetKind::Group) => &GROUPS,
        Some(TargetKind::Role) => &ROLES,
        Some(TargetKind::Organisation) => &ORGANISATIONS,
        None => &["-"],
    }
}

/// `yes`, or the rule that refuses; what does not exist for the operator is `.`.
fn cell(world: &World, operator: &str, spec: &'static Spec, column: &str) -> String {
    let about = match spec.target_kind() {
        None => About::Nothing,
        Some(TargetKind::User) if column == "self" => About::Named(operator.to_owned()),
        Some(TargetKind::User) => About::Named(format!("{column}.")),
        Some(TargetKind::Group | TargetKind::Role | TargetKind::Organisation) => {
            About::Named(column.to_owned())
        }
    };
    // The operators of levels share their letters with targets: by id no name is folded into another.
    let actor = world.actor(operator);
    let about = match about {
        About::Named(_) if column == "self" && spec.target_kind() == Some(TargetKind::User) => {
            About::Named(actor.operator.to_string())
        }
        about => about,
    };
    let query = Query::Why { code: spec.code, about, operator: None };
    match world.wait(world.service().ask(&actor, query)) {
        Reply::Why(explained) => match explained.refusal.map(|refusal| refusal.rule.word()) {
            None => "yes".to_owned(),
            Some("existence") => ".".to_owned(),
            Some(rule) => rule.to_owned(),
        },
        other => panic!("no reasons: {other:?}"),
    }
}

fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| rows.iter().map(|row| row[at].len()).chain([columns[at].len()]).max().unwrap_or(0))
        .collect();
    let line = |name: &str, cells: &[&str]| {
        let cells: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("  {name:<6} {}", cells.join("  ")).trim_end().to_owned()
    };
    let mut text = line("", columns) + "\n";
    for (row, (operator, _)) in rows.iter().zip(OPERATORS) {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        writeln!(text, "{}", line(operator, &cells)).unwrap();
    }
    text
}

#[test]
fn who_may_do_what_to_whom_is_one_page() {
    let world = world();
    let mut tables: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for spec in actions::ALL.iter().copied() {
        let columns = columns(spec);
        let rows: Vec<Vec<String>> = OPERATORS
            .iter()
            .map(|(operator, _)| columns.iter().map(|column| cell(&world, operator, spec, column)).collect())
            .collect();
        tables.entry(table(columns, &rows)).or_default().push(spec.code);
    }
    let mut page = String::from("Operators:\n");
    for (operator, who) in OPERATORS {
        writeln!(page, "  {operator:<6} {who}").unwrap();
    }
    page.push_str(
        "Targets: ma ga oa ua are admins of retail in no group, staff has a role, below is in the group tier below branch,\n\
         mate in branch, aside in the group other, far in another organisation; nobody does not exist. All are ACTIVE.\n\
         Cells: yes, or the first rule that refuses before anything is filled in; `.` is what does not exist for the operator.\n",
    );
    let mut ordered: Vec<(usize, String)> = tables
        .into_iter()
        .map(|(table, codes)| {
            let first = actions::ALL.iter().position(|spec| spec.code == codes[0]).unwrap();
            (first, format!("\n{}\n{table}", codes.join(", ")))
        })
        .collect();
    ordered.sort();
    page.extend(ordered.into_iter().map(|(_, text)| text));
    insta::assert_snapshot!("matrix", page);
}
