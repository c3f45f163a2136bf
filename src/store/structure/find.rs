//! Finding what an action is upon, by id or as it was typed, and what a verdict on it looks at.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use crate::actions::Spec;
use crate::actions::case::{Facts, Person};
use crate::actions::form::{Answers, FieldKind, names_in};
use crate::actions::undo::Undone;
use crate::actions::upon::Upon;
use crate::authz::rules;
use crate::authz::standing::Operator;
use crate::base::ids::{GroupId, OrganisationId, RoleId};
use crate::base::text::folded;
use crate::base::time::Timestamp;
use crate::domain::restore::Restore;
use crate::domain::target::{TargetId, TargetKind};
use crate::store::structure::read;
use crate::store::{choices, execute, users};

/// What has this id; [`Upon::Nothing`] where nothing has.
pub(in crate::store) fn by_id(
    connection: &Connection,
    id: TargetId,
    now: Timestamp,
) -> rusqlite::Result<Upon> {
    let found = match id {
        TargetId::User(user) => {
            execute::person(connection, user, now)?.map(|person| Upon::User(Box::new(person)))
        }
        TargetId::Group(group) => {
            read::group_of(connection, group)?.map(|group| Upon::Group(Box::new(group)))
        }
        TargetId::Role(role) => read::role_of(connection, role)?.map(|role| Upon::Role(Box::new(role))),
        TargetId::Organisation(id) => {
            read::organisation_of(connection, id)?.map(|profile| Upon::Organisation(Box::new(profile)))
        }
    };
    Ok(found.unwrap_or(Upon::Nothing))
}

/// The account of `operator`, which an action upon oneself is upon.
pub(in crate::store) fn own(
    connection: &Connection,
    operator: &Operator,
    now: Timestamp,
) -> rusqlite::Result<Upon> {
    by_id(connection, TargetId::User(operator.standing.id), now)
}

/// What `typed` names, among what exists for `operator`. Where two are called the same neither is meant: they have ids.
pub(in crate::store) fn by_name(
    connection: &Connection,
    operator: &Operator,
    kind: TargetKind,
    typed: &str,
    now: Timestamp,
) -> rusqlite::Result<Upon> {
    let (sql, id) = match kind {
        TargetKind::User => {
            let user = users::resolve(connection, typed)?;
            return user.map_or(Ok(Upon::Nothing), |user| by_id(connection, TargetId::User(user), now));
        }
        TargetKind::Group => ("SELECT id, name FROM groups", GroupId::parse(typed).map(TargetId::Group)),
        TargetKind::Role => ("SELECT id, name FROM roles", RoleId::parse(typed).map(TargetId::Role)),
        TargetKind::Organisation => {
            ("SELECT id, key FROM organisations", OrganisationId::parse(typed).map(TargetId::Organisation))
        }
    };
    let wanted = folded(typed.trim());
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut named = Vec::new();
    while let Some(row) = rows.next()? {
        if folded(row.get_ref(1)?.as_str()?) == wanted {
            named.push(TargetId::of(kind, row.get(0)?));
        }
    }
    let mut seen = Vec::new();
    for id in named {
        let upon = by_id(connection, id, now)?;
        if upon.exists(operator, kind, typed).is_ok() {
            seen.push(upon);
        }
    }
    match (seen.pop(), id) {
        (Some(one), _) if seen.is_empty() => Ok(one),
        (None, Some(id)) => by_id(connection, id, now),
        (Some(_) | None, _) => Ok(Upon::Nothing),
    }
}

/// What is asked for, as far as it decides what is looked up.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Asks<'a> {
    pub(in crate::store) spec: &'static Spec,
    pub(in crate::store) answers: &'a Answers,
    pub(in crate::store) undone: Option<&'a Undone>,
}

/// What the store knows for a verdict on `upon`.
pub(in crate::store) fn facts(
    connection: &Connection,
    operator: &Operator,
    upon: &Upon,
    asks: Asks<'_>,
    now: Timestamp,
) -> rusqlite::Result<Facts> {
    let mut facts = execute::load_facts(connection, upon.person())?;
    facts.people = people(connection, operator, asks, now)?;
    choices::load(connection, &mut facts, asks, (operator, upon))?;
    match upon {
        Upon::Nothing | Upon::User(_) | Upon::Organisation(_) => {}
        Upon::New { .. } => facts.organisations = read::organisations(connection)?,
        Upon::Group(group) => {
            let tree = read::tree(connection)?;
            let mut ids = vec![group.id];
            ids.extend(tree.below(group.id).iter().map(|below| below.id));
            facts.holders = read::in_groups(connection, &ids)?;
            facts.groups_below = ids.len() as u64 - 1;
            facts.users_inside = facts.holders.iter().map(|holders| holders.count).sum();
            facts.free = read::free_staff(connection, &operator.sight(), group.organisation_id())?;
            facts.groups = tree;
        }
        Upon::Role(role) => {
            facts.holders = read::with_role(connection, role.id)?;
            facts.users_inside = facts.holders.iter().map(|holders| holders.count).sum();
            facts.roles = read::role_names(connection)?;
            facts.own_roles = read::roles_of(connection, operator.standing.id)?.into_iter().collect();
        }
    }
    if asks.spec.makes() == Some(TargetKind::Role) {
        facts.roles = read::role_names(connection)?;
    }
    if asks.spec.makes() == Some(TargetKind::Group) {
        facts.groups = read::tree(connection)?;
    }
    Ok(facts)
}

/// Whom the form names, or an undo moves, by what names them; who does not exist for `operator` is not among them.
fn people(
    connection: &Connection,
    operator: &Operator,
    asks: Asks<'_>,
    now: Timestamp,
) -> rusqlite::Result<BTreeMap<String, Person>> {
    let fields = asks.spec.form.iter().filter(|field| field.kind == FieldKind::People);
    let mut names: Vec<String> =
        fields.flat_map(|field| names_in(asks.answers.of(field.name))).map(str::to_owned).collect();
    for before in asks.undone.iter().flat_map(|undone| &undone.before) {
        if let Restore::Members { back, out } = before {
            names.extend(back.iter().chain(out).map(|(user, _)| user.to_string()));
        }
    }
    let mut found = BTreeMap::new();
    for name in names {
        if let Upon::User(person) = by_name(connection, operator, TargetKind::User, &name, now)?
            && rules::exists(operator, &person.standing, &name).is_ok()
        {
            found.insert(name, *person);
        }
    }
    Ok(found)
}

/// The version that the changes gave `upon`; `None` where they left it alone or it is gone.
pub(in crate::store) fn made_version(connection: &Connection, upon: &Upon) -> rusqlite::Result<Option<i64>> {
    let Some((id, version)) = upon.id().zip(upon.version()) else { return Ok(None) };
    let table = match id.kind() {
        TargetKind::User => "visible_users",
        TargetKind::Group => "groups",
        TargetKind::Role => "roles",
        TargetKind::Organisation => "organisations",
    };
    connection
        .prepare_cached(&format!("SELECT version FROM {table} WHERE id = ?1 AND version > ?2"))?
        .query_row([id.number(), version], |row| row.get(0))
        .optional()
}
