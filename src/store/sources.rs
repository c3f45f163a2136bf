//! Where somebody's rights come from, as far as who asks may see it.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use crate::authz::grants::RightSet;
use crate::authz::right::{self, Right};
use crate::authz::sources::{Origin, Source};
use crate::authz::standing::{Operator, Sight, Standing};
use crate::base::ids::{GroupId, OrganisationId, UserId};
use crate::base::limits::GROUP_DEPTH_MAX;
use crate::domain::level::Level;
use crate::domain::user::Kind;
use crate::store::ask::bound;
use crate::store::rows::sight_clause;
use crate::store::standing::{self, Given};
use crate::store::structure::read;

/// Everything that hands rights to the user who stands there: level, roles by name, group.
pub(super) fn sources(
    connection: &Connection,
    asker: &Operator,
    of: &Standing,
) -> rusqlite::Result<Vec<Source>> {
    if of.kind == Kind::Customer {
        return Ok(Vec::new());
    }
    let mut sources: Vec<Source> = Vec::new();
    sources.extend(
        of.level.map(|level| Source { origin: Origin::Level(level), rights: RightSet::of_level(level) }),
    );
    let mut roles = Vec::new();
    for role in read::roles_of(connection, of.id)? {
        roles.extend(standing::grantable_by_id(connection, Given::Role, role.0)?);
    }
    roles.sort_by(|one, other| one.name.cmp(&other.name));
    sources.extend(
        roles.into_iter().map(|role| Source { origin: Origin::Role(role.name), rights: role.rights }),
    );
    if let Some(id) = of.group
        && let Some(group) = standing::grantable_by_id(connection, Given::Group, id.0)?
    {
        let origin = Origin::Group(path(connection, asker, id)?);
        sources.push(Source { origin, rights: group.rights });
    }
    Ok(sources)
}

/// The names on the way to a group, the topmost that `asker` sees first.
fn path(connection: &Connection, asker: &Operator, group: GroupId) -> rusqlite::Result<Vec<String>> {
    let mut find =
        connection.prepare_cached("SELECT name, organisation, parent FROM groups WHERE id = ?1")?;
    let (mut names, mut at) = (Vec::new(), Some(group));
    while let Some(id) = at
        && names.len() < GROUP_DEPTH_MAX as usize
    {
        let found = find
            .query_row([id.0], |row| {
                let organisation = row.get::<_, Option<i64>>(1)?.map(OrganisationId);
                Ok((row.get::<_, String>(0)?, organisation, row.get::<_, Option<i64>>(2)?.map(GroupId)))
            })
            .optional()?;
        let Some((name, _, parent)) = found.filter(|(_, of, _)| asker.sees_group_of(id, *of)) else { break };
        names.push(name);
        at = parent;
    }
    names.reverse();
    Ok(names)
}

/// The rights that bring `right` with them, itself among them.
fn bringing(right: Right) -> Vec<Right> {
    right::ALL.iter().map(|spec| spec.right).filter(|one| RightSet::closed([*one]).holds(right)).collect()
}

/// A list of words for SQL: codes of the program itself, never what somebody typed.
fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}

/// Staff within `sight` who hold `right`, by login; `most` at most.
pub(super) fn holders(
    connection: &Connection,
    sight: &Sight,
    right: Right,
    most: usize,
) -> rusqlite::Result<Vec<UserId>> {
    let codes = quoted(bringing(right).into_iter().map(Right::code));
    let levels = quoted(right.spec().levels.iter().map(|level| level.code()));
    let mut values = Vec::new();
    let within = sight_clause(sight, &mut values);
    let sql = format!(
        "SELECT u.id FROM visible_users u WHERE u.id IN (
             SELECT id FROM visible_users WHERE level IN ({levels})
             UNION SELECT ur.user FROM user_roles ur JOIN role_rights rr ON rr.role = ur.role WHERE rr.right_code IN ({codes})
             UNION SELECT id FROM visible_users WHERE group_id IN (SELECT group_id FROM group_rights WHERE right_code IN ({codes}))
         ) AND u.kind <> 'customer' AND {within} ORDER BY u.login_folded LIMIT {}",
        bound(most)
    );
    let mut statement = connection.prepare(&sql)?;
    statement.query_map(rusqlite::params_from_iter(&values), |row| row.get(0).map(UserId))?.collect()
}

/// What would give `right`, among what `asker` may look at: levels, and the names of a few roles and groups.
pub(super) fn giving(
    connection: &Connection,
    asker: &Operator,
    right: Right,
) -> rusqlite::Result<Vec<String>> {
    const NAMED_MAX: usize = 5;
    let levels: Vec<&str> = right.spec().levels.iter().copied().map(Level::code).collect();
    let mut lines = vec![format!("it comes with level {}", levels.join(", "))];
    let mut tell = |what: &str, mut names: Vec<String>| {
        let more = names.len().saturating_sub(NAMED_MAX);
        names.truncate(NAMED_MAX);
        if names.is_empty() {
            lines.push(format!("no {what} that you see gives it"));
        } else {
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            lines.push(format!("{what}s that give it: {}{more}", names.join(", ")));
        }
    };
    if asker.holds(Right::RoleView) {
        let all = read::roles(connection)?;
        let seen = all.iter().filter(|role| crate::authz::rules::role_exists(asker, role, "").is_ok());
        tell("role", distinct(seen.filter(|role| role.rights.holds(right)).map(|role| role.name.as_str())));
    }
    if asker.holds(Right::GroupView) {
        let all = read::tree(connection)?;
        let seen = all.iter().filter(|group| asker.sees_group(group));
        tell(
            "group",
            distinct(seen.filter(|group| group.rights.holds(right)).map(|group| group.name.as_str())),
        );
    }
    Ok(lines)
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.map(crate::base::text::visible).map(Into::into).collect::<BTreeSet<String>>().into_iter().collect()
}
