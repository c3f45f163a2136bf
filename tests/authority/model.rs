//! Who may do what, told a second time from `spec/authority.md`: nothing here calls the code that it judges.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

/// Rights that are handed about: code, what it implies, the lowest level that holds it (1 is UA, 4 is MA).
pub(crate) const RIGHTS: [(&str, &[&str], u8); 15] = [
    ("user.view", &[], 1),
    ("user.create", &["group.manage", "group.view", "user.view"], 1),
    ("user.update", &["user.view"], 1),
    ("user.activate", &["user.view"], 1),
    ("user.lock", &["user.view"], 1),
    ("user.delete", &["user.view"], 1),
    ("user.promote", &["user.update"], 2),
    ("user.note", &["user.view"], 1),
    ("user.pii.reveal", &["user.view"], 2),
    ("group.view", &["user.view"], 1),
    ("group.manage", &["group.view", "user.view"], 1),
    ("role.view", &["user.view"], 1),
    ("role.manage", &["role.view"], 3),
    ("audit.view", &[], 3),
    ("card.transfer", &[], 3),
];

/// A set of them, one bit each.
pub(crate) type Rights = u32;

pub(crate) fn bit(code: &str) -> Rights {
    let place = RIGHTS.iter().position(|(known, ..)| *known == code);
    place.map_or(0, |place| 1 << place)
}

pub(crate) fn closed(mut rights: Rights) -> Rights {
    loop {
        let before = rights;
        for (code, implied, _) in RIGHTS {
            if rights & bit(code) != 0 {
                rights |= implied.iter().map(|code| bit(code)).fold(0, |all, one| all | one);
            }
        }
        if rights == before {
            return rights;
        }
    }
}

fn of_level(level: u8) -> Rights {
    let held = RIGHTS.iter().filter(|(_, _, least)| level >= *least);
    closed(held.map(|(code, ..)| bit(code)).fold(0, |all, one| all | one))
}

/// Whom a level may act on.
pub(crate) const fn reaches(own: u8, theirs: u8) -> bool {
    if own == 0 { theirs == 0 } else { theirs <= own }
}

/// What a level may promote to, and take.
pub(crate) const fn promotes(own: u8, to: u8) -> bool {
    own >= 2 && to <= own
}

/// A scope; `None` is all organisations.
pub(crate) type Scope = Option<BTreeSet<i64>>;

#[allow(clippy::struct_excessive_bools, reason = "each is a column of its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) login: String,
    pub(crate) kind: String,
    pub(crate) level: u8,
    pub(crate) organisation: i64,
    pub(crate) group: Option<i64>,
    /// Of the level.
    pub(crate) scope: Scope,
    pub(crate) roles: BTreeSet<i64>,
    pub(crate) accounts: BTreeSet<i64>,
    pub(crate) locked: bool,
    pub(crate) deactivated: bool,
    pub(crate) window: Option<(i64, Option<i64>)>,
    pub(crate) unfinished: bool,
    pub(crate) not_activated: bool,
    pub(crate) password_due: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) organisation: Option<i64>,
    pub(crate) parent: Option<i64>,
    pub(crate) rights: Rights,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) organisation: Option<i64>,
    pub(crate) rights: Rights,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) people: BTreeMap<i64, Person>,
    pub(crate) groups: BTreeMap<i64, Group>,
    pub(crate) roles: BTreeMap<i64, Role>,
}

impl Person {
    /// Within a deactivation or its window.
    fn is_out(&self, at: i64) -> bool {
        self.deactivated || self.window.is_some_and(|(from, to)| from <= at && to.is_none_or(|to| at < to))
    }

    pub(crate) fn is_operator(&self) -> bool {
        self.kind != "customer" && (self.level > 0 || self.group.is_some() || !self.roles.is_empty())
    }

    /// Whether such an operator acts.
    pub(crate) fn acts(&self, at: i64) -> bool {
        let barred = self.locked || self.unfinished || self.not_activated || self.password_due;
        self.is_operator() && !barred && !self.is_out(at)
    }

    /// Whether all organisations are in the scope.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.level == 4 || (self.level > 0 && self.scope.is_none())
    }

    pub(crate) fn covers(&self, organisation: i64) -> bool {
        if self.level == 0 {
            return organisation == self.organisation;
        }
        self.is_everywhere() || self.scope.as_ref().is_some_and(|scope| scope.contains(&organisation))
    }

    pub(crate) fn reaches_institution(&self) -> bool {
        self.level >= 3 && self.is_everywhere()
    }
}

impl State {
    /// Everything that decides, as it is stored.
    pub(crate) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let mut state = Self::default();
        let mut statement = connection.prepare_cached(
            "SELECT id, ifnull(login, ''), kind, ifnull(level, ''), organisation, group_id, scope_all, locked_at IS NOT NULL,
                 deactivated, window_from, window_to, onboarding_unfinished, not_activated, password_due FROM users",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let level = ["", "UA", "OA", "GA", "MA"]
                .iter()
                .position(|code| row.get_ref(3).is_ok_and(|value| value.as_str() == Ok(code)));
            let person = Person {
                login: row.get(1)?,
                kind: row.get(2)?,
                level: u8::try_from(level.unwrap_or(9)).unwrap_or(9),
                organisation: row.get(4)?,
                group: row.get(5)?,
                scope: if row.get(6)? { None } else { Some(BTreeSet::new()) },
                roles: BTreeSet::new(),
                accounts: BTreeSet::new(),
                locked: row.get(7)?,
                deactivated: row.get(8)?,
                window: row.get::<_, Option<i64>>(9)?.zip(Some(row.get(10)?)),
                unfinished: row.get(11)?,
                not_activated: row.get(12)?,
                password_due: row.get(13)?,
            };
            state.people.insert(row.get(0)?, person);
        }
        let pairs = |sql: &str| -> rusqlite::Result<Vec<(i64, i64)>> {
            connection.prepare_cached(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        for (user, role) in pairs("SELECT user, role FROM user_roles")? {
            state.people.entry(user).and_modify(|one| one.roles.extend([role]));
        }
        for (user, account) in pairs("SELECT user, account FROM user_platform_accounts")? {
            state.people.entry(user).and_modify(|one| one.accounts.extend([account]));
        }
        for (user, organisation) in pairs("SELECT user, organisation FROM user_scope")? {
            state.people.entry(user).and_modify(|one| {
                one.scope.iter_mut().for_each(|scope| scope.extend([organisation]));
            });
        }
        state.load_structure(connection)?;
        Ok(state)
    }

    fn load_structure(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached("SELECT id, name, organisation, parent FROM groups")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (name, organisation, parent) = (row.get(1)?, row.get(2)?, row.get(3)?);
            self.groups.insert(row.get(0)?, Group { name, organisation, parent, rights: 0 });
        }
        let mut statement = connection.prepare_cached("SELECT id, name, organisation FROM roles")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.roles.insert(row.get(0)?, Role { name: row.get(1)?, organisation: row.get(2)?, rights: 0 });
        }
        let mut statement = connection.prepare_cached("SELECT group_id, right_code FROM group_rights")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let right = bit(row.get_ref(1)?.as_str()?);
            self.groups.entry(row.get(0)?).and_modify(|group| group.rights |= right);
        }
        let mut statement = connection.prepare_cached("SELECT role, right_code FROM role_rights")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let right = bit(row.get_ref(1)?.as_str()?);
            self.roles.entry(row.get(0)?).and_modify(|role| role.rights |= right);
        }
        Ok(())
    }

    pub(crate) fn rights(&self, person: &Person) -> Rights {
        if person.kind == "customer" {
            return 0;
        }
        let roles = person.roles.iter().filter_map(|role| self.roles.get(role)).map(|role| role.rights);
        let group = person.group.and_then(|group| self.groups.get(&group)).map_or(0, |group| group.rights);
        closed(roles.fold(of_level(person.level) | group, |all, one| all | one))
    }

    /// Strictly below, at any depth.
    pub(crate) fn is_below(&self, group: i64, above: i64) -> bool {
        let mut at = self.groups.get(&group).and_then(|group| group.parent);
        for _ in 0..100 {
            match at {
                Some(parent) if parent == above => return true,
                Some(parent) => at = self.groups.get(&parent).and_then(|group| group.parent),
                None => return false,
            }
        }
        true
    }

    /// Whether the group rule lets `operator` see and reach who is in `group`.
    pub(crate) fn group_rule(&self, operator: &Person, group: Option<i64>) -> bool {
        match (operator.group, group) {
            (_, None) => true,
            (Some(own), Some(group)) => self.is_below(group, own),
            (None, Some(_)) => operator.level > 0,
        }
    }

    pub(crate) fn sees(&self, operator: i64, target: i64) -> bool {
        let (Some(own), Some(theirs)) = (self.people.get(&operator), self.people.get(&target)) else {
            return false;
        };
        operator == target || (own.covers(theirs.organisation) && self.group_rule(own, theirs.group))
    }

    /// Whether `operator` manages `group`: within scope, and strictly below the own one.
    pub(crate) fn manages_group(&self, operator: &Person, id: i64) -> bool {
        let Some(group) = self.groups.get(&id) else { return false };
        let within = match group.organisation {
            Some(organisation) => operator.covers(organisation),
            None => operator.reaches_institution(),
        };
        within && (operator.level > 0 || operator.group.is_some()) && self.group_rule(operator, Some(id))
    }

    /// Whether a master administrator can work at every instant from `now` on.
    pub(crate) fn keeps_a_master(&self, now: i64) -> bool {
        let masters: Vec<&Person> = self.people.values().filter(|person| person.level == 4).collect();
        let windows = masters.iter().filter_map(|master| master.window);
        let mut instants: Vec<i64> = windows.flat_map(|(from, to)| [Some(from), to]).flatten().collect();
        instants.retain(|at| *at > now);
        instants.push(now);
        let works = |master: &&Person, at: i64| !master.locked && !master.unfinished && !master.is_out(at);
        instants.iter().all(|at| masters.iter().any(|master| works(master, *at)))
    }
}
