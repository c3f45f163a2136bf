//! Steps at random: who does what to whom, with what filled in.

use std::collections::BTreeMap;

use crate::chance::Chance;
use crate::model::{RIGHTS, State};

/// One try of one operator.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    pub(crate) operator: i64,
    pub(crate) code: &'static str,
    /// A login or a name; empty for an undo.
    pub(crate) target: String,
    pub(crate) answers: BTreeMap<String, String>,
}

impl Try {
    /// In a line: what one needs to do it again.
    pub(crate) fn told(&self, state: &State) -> String {
        let who = state.people.get(&self.operator).map_or("?", |person| &person.login);
        let answers: Vec<String> = self
            .answers
            .iter()
            .filter(|(name, value)| *name != "reason" && !value.is_empty())
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{who}: {} {} {}", self.code, self.target, answers.join(" "))
    }
}

/// Actions by how often they are tried: those that change authority most.
const ON_USERS: [(&str, usize); 12] = [
    ("user.lock", 3),
    ("user.unlock", 3),
    ("user.activate", 3),
    ("user.deactivate", 2),
    ("user.deactivate_for", 5),
    ("user.deactivate_end", 2),
    ("user.roles.assign", 8),
    ("user.group.assign", 8),
    ("user.accounts.assign", 3),
    ("user.promote", 6),
    ("user.level.change", 6),
    ("user.delete", 1),
];
const ON_GROUPS: [(&str, usize); 5] = [
    ("group.edit", 5),
    ("group.link_users", 6),
    ("group.clone", 2),
    ("group.delete", 1),
    ("group.create", 4),
];
const ON_ROLES: [(&str, usize); 3] = [("role.edit", 4), ("role.delete", 1), ("role.create", 2)];

/// Draws a try of somebody who may act more often than of somebody who may not.
pub(crate) fn draw(
    chance: &mut Chance,
    state: &State,
    (now, number): (i64, usize),
    last: Option<i64>,
) -> Try {
    let acting: Vec<i64> =
        state.people.iter().filter(|(_, person)| person.acts(now)).map(|(id, _)| *id).collect();
    let all: Vec<i64> = state.people.keys().copied().collect();
    let from = if chance.one_in(40) { &all } else { &acting };
    let operator = chance.of_list(from).copied().unwrap_or(1);
    if chance.one_in(12) {
        // Mostly by who did something just now.
        let operator = last.filter(|_| !chance.one_in(3)).unwrap_or(operator);
        return Try { operator, code: "undo", target: String::new(), answers: reason() };
    }
    let table: Vec<(&'static str, usize)> =
        ON_USERS.iter().chain(&ON_GROUPS).chain(&ON_ROLES).copied().collect();
    let mut at = chance.below(table.iter().map(|(_, weight)| weight).sum());
    let mut code = "user.lock";
    for (one, weight) in table {
        if at < weight {
            code = one;
            break;
        }
        at -= weight;
    }
    let target = target(chance, state, code, number);
    let answers = answers(chance, state, code, number);
    Try { operator, code, target, answers }
}

fn reason() -> BTreeMap<String, String> {
    BTreeMap::from([("reason".to_owned(), "a reason at length".to_owned())])
}

fn target(chance: &mut Chance, state: &State, code: &str, number: usize) -> String {
    let name = match code.split_once('.').map_or("", |(noun, _)| noun) {
        _ if code.ends_with("create") => Some(format!("new {number}")),
        "group" => chance.of_list(&group_names(state)).cloned(),
        "role" => chance.of_list(&role_names(state)).cloned(),
        _ => chance.of_list(&logins(state)).cloned(),
    };
    name.unwrap_or_else(|| "nobody".to_owned())
}

fn logins(state: &State) -> Vec<String> {
    state.people.values().map(|person| person.login.clone()).collect()
}

fn group_names(state: &State) -> Vec<String> {
    state.groups.values().map(|group| group.name.clone()).collect()
}

fn role_names(state: &State) -> Vec<String> {
    state.roles.values().map(|role| role.name.clone()).collect()
}

fn codes(chance: &mut Chance, most: usize) -> String {
    chance.some(&RIGHTS.map(|(code, ..)| code), most).join("; ")
}

/// The rights that something has, with one more or one less.
fn around(chance: &mut Chance, rights: u32) -> String {
    let flipped = 1 << chance.below(RIGHTS.len());
    let held = RIGHTS.iter().enumerate().filter(|(place, _)| (rights ^ flipped) & (1 << place) != 0);
    held.map(|(_, (code, ..))| *code).collect::<Vec<_>>().join("; ")
}

fn answers(chance: &mut Chance, state: &State, code: &str, number: usize) -> BTreeMap<String, String> {
    let mut filled = reason();
    let mut fill = |name: &str, value: String| drop(filled.insert(name.to_owned(), value));
    match code {
        "user.deactivate_for" => {
            let hours = [0, 1, 2, 5, 30];
            let from = chance.of_list(&hours).copied().unwrap_or(0);
            let length = 1 + chance.below(30);
            fill("from", if from == 0 { String::new() } else { format!("+{from}h") });
            fill("to", if chance.one_in(5) { String::new() } else { format!("+{}h", from + length) });
        }
        "user.roles.assign" => fill("roles", chance.some(&role_names(state), 3).join("; ")),
        "user.accounts.assign" => fill("accounts", chance.some(&["ledger", "vault", "mint"], 3).join("; ")),
        "user.group.assign" => {
            let group = chance.of_list(&group_names(state)).cloned().unwrap_or_default();
            fill("group", if chance.one_in(4) { String::new() } else { group });
        }
        "user.promote" | "user.level.change" => {
            let levels: &[&str] = if code == "user.promote" {
                &["UA", "OA", "GA", "MA"]
            } else {
                &["none", "UA", "OA", "GA", "MA"]
            };
            fill("level", chance.of_list(levels).copied().unwrap_or("UA").to_owned());
            if !chance.one_in(3) {
                let scopes = ["all", "retail", "cards", "retail; cards"];
                fill("scope", chance.of_list(&scopes).copied().unwrap_or("all").to_owned());
            }
        }
        "group.create" => {
            // Often below the newest, so that the tree grows deep.
            let names = group_names(state);
            let parent = if chance.one_in(2) { names.last() } else { chance.of_list(&names) };
            if chance.one_in(5) {
                fill(
                    "organisation",
                    chance.of_list(&["", "retail", "cards", "all"]).copied().unwrap_or("").to_owned(),
                );
            } else {
                fill("parent", parent.cloned().unwrap_or_default());
            }
            fill("rights", codes(chance, 3));
            fill("users", chance.some(&logins(state), 1).join("; "));
        }
        "group.edit" => {
            let groups: Vec<u32> = state.groups.values().map(|group| group.rights).collect();
            let like = chance.of_list(&groups).copied().unwrap_or(0);
            fill("rights", around(chance, like));
        }
        "group.link_users" => {
            fill("users", chance.some(&logins(state), 2).join("; "));
            fill("unlink", chance.some(&logins(state), 2).join("; "));
        }
        "group.clone" => fill("name", format!("clone {number}")),
        "role.create" => {
            fill(
                "organisation",
                chance.of_list(&["", "retail", "cards", "all"]).copied().unwrap_or("").to_owned(),
            );
            fill("rights", codes(chance, 3));
        }
        "role.edit" => {
            let roles: Vec<u32> = state.roles.values().map(|role| role.rights).collect();
            let like = chance.of_list(&roles).copied().unwrap_or(0);
            fill("rights", around(chance, like));
        }
        _ => {}
    }
    filled
}

/// Every action that is tried.
pub(crate) const ALL_CODES: [&str; 21] = [
    "user.lock",
    "user.unlock",
    "user.activate",
    "user.deactivate",
    "user.deactivate_for",
    "user.deactivate_end",
    "user.roles.assign",
    "user.group.assign",
    "user.accounts.assign",
    "user.promote",
    "user.level.change",
    "user.delete",
    "group.edit",
    "group.link_users",
    "group.clone",
    "group.delete",
    "group.create",
    "role.edit",
    "role.delete",
    "role.create",
    "undo",
];
