//! What can be picked: offered to a field, found again by name, and what an undo would give again.
//!
//! All of it as far as it exists for who asks: a group that is not below the operator's own, or an
//! organisation out of scope, is offered to nobody and found under no name.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row, params};

use crate::actions::case::{Case, Facts, Person};
use crate::actions::form::{Answers, FieldKind};
use crate::actions::pick::{self, Pick, Pickable, Picked};
use crate::actions::upon::Upon;
use crate::actions::{self};
use crate::authz::giving::Account;
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::{GroupId, OrganisationId, PlatformAccountId, RoleId};
use crate::base::limits;
use crate::base::text::folded;
use crate::base::time::Timestamp;
use crate::domain::level::Level;
use crate::domain::organisation::Organisation;
use crate::domain::restore::Restore;
use crate::domain::scope::Scope;
use crate::domain::target::TargetId;
use crate::protocol::{Choice, Reply};
use crate::store::standing::{self, Given};
use crate::store::structure::find::{self, Asks};

/// Adds to `facts` what `answers` pick and what `undone` would give again.
pub(super) fn load(
    connection: &Connection,
    facts: &mut Facts,
    asks: Asks<'_>,
    (operator, upon): (&Operator, &Upon),
) -> rusqlite::Result<()> {
    let target = upon.person();
    let picks = asks.spec.form.iter().filter_map(|field| match field.kind {
        FieldKind::Picked(pick) => Some((field.name, pick)),
        FieldKind::Line { .. }
        | FieldKind::Text { .. }
        | FieldKind::When
        | FieldKind::Choice(_)
        | FieldKind::Masked
        | FieldKind::NewPassword
        | FieldKind::People
        | FieldKind::File => None,
    });
    for (name, pick) in picks {
        if pick == Pick::Scope {
            facts.organisations = organisations(connection)?;
        }
        if let Some(text) = asks.answers.given(name) {
            let picked = picked(connection, pick, text, operator, target)?;
            facts.picked.insert(name, picked);
        }
    }
    if let Some(undone) = asks.undone {
        for before in &undone.before {
            comes_back(connection, before, &mut facts.comes_back)?;
        }
    }
    Ok(())
}

fn picked(
    connection: &Connection,
    pick: Pick,
    text: &str,
    operator: &Operator,
    target: Option<&Person>,
) -> rusqlite::Result<Picked> {
    let mut picked = Picked::default();
    for name in pick::names(text) {
        match named(connection, pick, name, operator, target)? {
            Some(thing) if picked.things.contains(&thing) => {}
            Some(thing) => picked.things.push(thing),
            None => picked.unknown.push(name.to_owned()),
        }
    }
    Ok(picked)
}

/// What `name` names: by its name in any case, of the user's own organisation before the institution's, or by its id.
fn named(
    connection: &Connection,
    pick: Pick,
    name: &str,
    operator: &Operator,
    target: Option<&Person>,
) -> rusqlite::Result<Option<Pickable>> {
    Ok(match pick {
        Pick::Level => Level::parse(name).map(|level| Pickable::Level(Some(level))),
        Pick::LevelOrNone if name.eq_ignore_ascii_case(pick::NO_LEVEL) => Some(Pickable::Level(None)),
        Pick::LevelOrNone => Level::parse(name).map(|level| Pickable::Level(Some(level))),
        Pick::Scope | Pick::Roles | Pick::Group | Pick::Accounts => {
            let all = offered(connection, operator, pick, target)?;
            let by = |is: &dyn Fn(&Pickable) -> bool| {
                all.iter().map(|(thing, _)| thing).find(|thing| is(thing)).cloned()
            };
            by(&|thing| thing.name() == name)
                .or_else(|| by(&|thing| folded(thing.name()) == folded(name)))
                .or_else(|| by(&|thing| shown_id(thing).is_some_and(|id| id.eq_ignore_ascii_case(name))))
        }
    })
}

/// The id as it is shown; nothing where the name is one of its own.
fn shown_id(thing: &Pickable) -> Option<String> {
    match thing {
        Pickable::Role(role) => Some(RoleId(role.id).to_string()),
        Pickable::Group(group) => Some(GroupId(group.id).to_string()),
        Pickable::Account(account) => Some(account.id.to_string()),
        Pickable::Level(_) | Pickable::Everywhere | Pickable::Organisation(_) => None,
    }
}

/// What `before` would give again.
fn comes_back(connection: &Connection, before: &Restore, back: &mut Picked) -> rusqlite::Result<()> {
    let given: Vec<(Given, i64)> = match before {
        Restore::Roles(roles) => roles.iter().map(|role| (Given::Role, role.0)).collect(),
        Restore::Group(group) => group.iter().map(|group| (Given::Group, group.0)).collect(),
        Restore::Accounts(accounts) => {
            for account in accounts {
                match accounts_where(connection, "id = ?1", account.0)?.pop() {
                    Some(account) => back.things.push(Pickable::Account(account)),
                    None => back.unknown.push(format!("platform account {account}")),
                }
            }
            return Ok(());
        }
        Restore::Members { .. }
        | Restore::Access(_)
        | Restore::Names(_)
        | Restore::Attributes(_)
        | Restore::Tags(_)
        | Restore::NoNote(_) => return Ok(()),
    };
    for (which, id) in given {
        match (standing::grantable_by_id(connection, which, id)?, which) {
            (Some(role), Given::Role) => back.things.push(Pickable::Role(role)),
            (Some(group), Given::Group) => back.things.push(Pickable::Group(group)),
            (None, _) => back.unknown.push(format!("{} {id}", which.word())),
        }
    }
    Ok(())
}

/// Everything that exists for `operator` and could be given to `target`, in the order in which it is shown; of a tree
/// with its depth.
fn offered(
    connection: &Connection,
    operator: &Operator,
    pick: Pick,
    target: Option<&Person>,
) -> rusqlite::Result<Vec<(Pickable, usize)>> {
    let home = target.map(|person| person.user.organisation.id);
    let flat = |things: Vec<Pickable>| things.into_iter().map(|thing| (thing, 0)).collect();
    let own = &operator.standing;
    Ok(match pick {
        Pick::Level => flat(Level::ALL.into_iter().map(|level| Pickable::Level(Some(level))).collect()),
        Pick::LevelOrNone => flat(
            Level::ALL.into_iter().map(Some).chain([None]).map(Pickable::Level).collect::<Vec<Pickable>>(),
        ),
        Pick::Scope => {
            let held = target.filter(|person| person.user.level.is_some()).map(|person| &person.user.scope);
            let is_there = |organisation: &Organisation| {
                own.scope.holds(organisation.id)
                    || held.is_some_and(|scope| *scope != Scope::All && scope.holds(organisation.id))
            };
            let all = organisations(connection)?.into_iter().filter(is_there).map(Pickable::Organisation);
            flat(std::iter::once(Pickable::Everywhere).chain(all).collect())
        }
        Pick::Accounts => {
            let all = match home {
                Some(home) => accounts_where(connection, "organisation = ?1", home.0)?,
                None => accounts_where(connection, "?1 = 0", 0)?,
            };
            flat(all.into_iter().map(Pickable::Account).collect())
        }
        Pick::Roles => {
            let ids = nodes(connection, Given::Role, operator, home)?.into_iter().map(|node| node.id);
            let mut roles = Vec::new();
            for id in ids {
                let role = standing::grantable_by_id(connection, Given::Role, id)?;
                roles.extend(role.map(|role| (Pickable::Role(role), 0)));
            }
            roles
        }
        Pick::Group => groups(connection, operator, target, home)?,
    })
}

fn groups(
    connection: &Connection,
    operator: &Operator,
    target: Option<&Person>,
    home: Option<OrganisationId>,
) -> rusqlite::Result<Vec<(Pickable, usize)>> {
    let seen = operator.sight().groups;
    let own = target.and_then(|person| person.standing.group);
    let mut all = nodes(connection, Given::Group, operator, home)?;
    all.retain(|node| {
        let id = GroupId(node.id);
        let is_managed = seen.holds(Some(id)) && operator.sees_group_of(id, node.organisation);
        is_managed || own == Some(id)
    });
    let there: BTreeSet<i64> = all.iter().map(|node| node.id).collect();
    // What hangs on a group that is not there begins a tree of its own.
    let mut children: BTreeMap<Option<i64>, Vec<i64>> = BTreeMap::new();
    for node in &all {
        children.entry(node.parent.filter(|parent| there.contains(parent))).or_default().push(node.id);
    }
    let mut ordered = Vec::new();
    let mut open: Vec<(i64, usize)> = roots(&children, None, 0);
    while let Some((id, depth)) = open.pop() {
        let group = standing::grantable_by_id(connection, Given::Group, id)?;
        ordered.extend(group.map(|group| (Pickable::Group(group), depth)));
        // Deeper than any tree is a cycle, which no action makes.
        if depth < limits::GROUP_DEPTH_MAX as usize {
            open.extend(roots(&children, Some(id), depth + 1));
        }
    }
    Ok(ordered)
}

/// The last one first: the list is a stack.
fn roots(children: &BTreeMap<Option<i64>, Vec<i64>>, of: Option<i64>, depth: usize) -> Vec<(i64, usize)> {
    children.get(&of).into_iter().flatten().rev().map(|id| (*id, depth)).collect()
}

struct Node {
    id: i64,
    parent: Option<i64>,
    organisation: Option<OrganisationId>,
}

/// Roles or groups of `home` and of the institution, by name; without a home of every organisation in scope.
fn nodes(
    connection: &Connection,
    which: Given,
    operator: &Operator,
    home: Option<OrganisationId>,
) -> rusqlite::Result<Vec<Node>> {
    let (table, parent) = match which {
        Given::Role => ("roles", "NULL"),
        Given::Group => ("groups", "parent"),
    };
    let sql = format!(
        "SELECT id, {parent}, organisation FROM {table} WHERE ?1 IS NULL OR organisation IS NULL OR organisation = ?1
         ORDER BY organisation IS NULL, name, id LIMIT ?2"
    );
    let limit = i64::try_from(limits::PICKABLE_MAX).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(params![home.map(|home| home.0), limit], |row| {
        let organisation = row.get::<_, Option<i64>>(2)?.map(OrganisationId);
        Ok(Node { id: row.get(0)?, parent: row.get(1)?, organisation })
    })?;
    let scope = &operator.standing.scope;
    let mut nodes = Vec::new();
    for found in found {
        let node = found?;
        if node
            .organisation
            .is_none_or(|organisation| Some(organisation) == home || scope.holds(organisation))
        {
            nodes.push(node);
        }
    }
    Ok(nodes)
}

fn accounts_where(connection: &Connection, condition: &str, value: i64) -> rusqlite::Result<Vec<Account>> {
    let sql = format!(
        "SELECT id, name, organisation FROM platform_accounts WHERE {condition} ORDER BY name LIMIT ?2"
    );
    let limit = i64::try_from(limits::PICKABLE_MAX).unwrap_or(i64::MAX);
    connection.prepare_cached(&sql)?.query_map([value, limit], account)?.collect()
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: PlatformAccountId(row.get(0)?),
        name: row.get(1)?,
        organisation: OrganisationId(row.get(2)?),
    })
}

/// Every organisation, by key.
pub(super) fn organisations(connection: &Connection) -> rusqlite::Result<Vec<Organisation>> {
    connection
        .prepare_cached("SELECT id, key, display_name FROM organisations ORDER BY key")?
        .query_map([], |row| {
            Ok(Organisation { id: OrganisationId(row.get(0)?), key: row.get(1)?, display_name: row.get(2)? })
        })?
        .collect()
}

/// What the field `name` of the action `code` offers for what has this id, each with why it cannot be given.
pub(super) fn answer(
    connection: &Connection,
    operator: &Operator,
    (code, name): (&str, &str),
    id: Option<TargetId>,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let Some(spec) = actions::find(code) else {
        return Ok(Reply::Failed(Fault::input(format!("no action `{code}`"))));
    };
    let upon = match id {
        Some(id) => find::by_id(connection, id, now)?,
        None => Upon::Nothing,
    };
    if let Some(id) = id
        && let Err(refusal) = upon.exists(operator, id.kind(), &id.to_string())
    {
        return Ok(Reply::Refused(refusal));
    }
    let target = upon.person();
    let pick = spec.form.iter().find(|field| field.name == name).and_then(|field| match field.kind {
        FieldKind::Picked(pick) => Some(pick),
        FieldKind::Line { .. }
        | FieldKind::Text { .. }
        | FieldKind::When
        | FieldKind::Choice(_)
        | FieldKind::Masked
        | FieldKind::NewPassword
        | FieldKind::People
        | FieldKind::File => None,
    });
    let Some(pick) = pick else {
        let text = format!("`{}` has no field `{name}` to pick from", spec.code);
        return Ok(Reply::Failed(Fault::input(text)));
    };
    let answers = Answers::default();
    let asks = Asks { spec, answers: &answers, undone: None };
    let facts = find::facts(connection, operator, &upon, asks, now)?;
    let case = Case {
        operator,
        upon: &upon,
        asked: "",
        answers: &answers,
        facts: &facts,
        undone: None,
        password: None,
        import: None,
        now,
    };
    let all = offered(connection, operator, pick, target)?;
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for (thing, _) in &all {
        *names.entry(folded(thing.name())).or_default() += 1;
    }
    let choices = all.into_iter().map(|(thing, depth)| {
        let is_held = thing.is_held(&case);
        let is_one_of_several = names.get(&folded(thing.name())).is_some_and(|count| *count > 1);
        let word = shown_id(&thing).filter(|_| is_one_of_several || thing.name().contains(';'));
        let refusal = thing.givable(operator, pick::receiver(&case)).err();
        Choice {
            word: word.unwrap_or_else(|| thing.name().to_owned()),
            about: thing.about(),
            depth,
            is_held,
            // What is held already is not given; out of one's own scope it is not taken away either.
            refusal: refusal.filter(|_| !is_held || pick == Pick::Scope),
        }
    });
    Ok(Reply::Choices(choices.collect()))
}
