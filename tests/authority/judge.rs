//! What must hold of every state, and of every step from one to the next that the gate allowed.

use std::collections::BTreeSet;

use crate::model::{Person, Rights, Scope, State, bit, closed, promotes, reaches};

/// What is wrong with a state, if anything.
pub(crate) fn state(state: &State, now: i64) -> Result<(), String> {
    let check = |holds: bool, what: String| if holds { Ok(()) } else { Err(what) };
    check(state.keeps_a_master(now), "no master administrator can work at some instant".to_owned())?;
    for (id, group) in &state.groups {
        check(group.rights == closed(group.rights), format!("G{id} is not closed"))?;
        check(!state.is_below(*id, *id), format!("G{id} is its own ancestor"))?;
        if let Some(parent) = group.parent.and_then(|parent| state.groups.get(&parent)) {
            check(group.rights & !parent.rights == 0, format!("G{id} holds more than its parent"))?;
            check(
                group.organisation == parent.organisation,
                format!("G{id} is not of its parent's organisation"),
            )?;
        }
        let depth = state.groups.keys().filter(|above| state.is_below(*id, **above)).count() + 1;
        check(depth <= 16, format!("G{id} stands {depth} deep"))?;
    }
    for (id, person) in &state.people {
        let group = person.group.and_then(|group| state.groups.get(&group));
        check(person.level < 4 || person.group.is_none(), format!("the master U{id} is in a group"))?;
        check(
            (person.level > 0) == (person.kind == "admin"),
            format!("U{id} has a level and is {}", person.kind),
        )?;
        check(
            person.kind != "customer"
                || (person.roles.is_empty() && person.group.is_none() && person.accounts.is_empty()),
            format!("the customer U{id} has roles, a group or accounts"),
        )?;
        check(
            group.and_then(|group| group.organisation).is_none_or(|of| of == person.organisation),
            format!("U{id} is in a group of another organisation"),
        )?;
        let strange = person.roles.iter().filter_map(|role| state.roles.get(role)?.organisation);
        check(
            strange.into_iter().all(|of| of == person.organisation),
            format!("U{id} has a role of another organisation"),
        )?;
    }
    Ok(())
}

/// An allowed step.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) operator: i64,
    /// The action; of an undo what it takes back is not known here.
    pub(crate) code: &'a str,
    pub(crate) before: &'a State,
    pub(crate) after: &'a State,
    pub(crate) now: i64,
}

impl Step<'_> {
    fn own(&self) -> &Person {
        &self.before.people[&self.operator]
    }

    fn rights(&self) -> Rights {
        self.before.rights(self.own())
    }

    fn needs(&self, codes: &[&str]) -> Result<(), String> {
        let held = codes.iter().any(|code| self.rights() & bit(code) != 0);
        if held { Ok(()) } else { Err(format!("without the right {}", codes.join(" or "))) }
    }

    fn gives(&self, rights: Rights) -> Result<(), String> {
        if rights & !self.rights() == 0 { Ok(()) } else { Err("gives what the giver lacks".to_owned()) }
    }

    /// What is wrong with it, if anything.
    pub(crate) fn judge(&self) -> Result<(), String> {
        state(self.after, self.now)?;
        if !self.own().acts(self.now) {
            return Err("the operator may not act".to_owned());
        }
        for (id, before) in &self.before.people {
            let after = self.after.people.get(id);
            if after != Some(before) {
                self.person(*id, before, after).map_err(|what| format!("U{id}: {what}"))?;
            }
        }
        self.groups()?;
        self.roles()
    }

    fn person(&self, id: i64, before: &Person, after: Option<&Person>) -> Result<(), String> {
        let own = self.own();
        let structural = ["group.delete", "role.delete"].contains(&self.code);
        if structural {
            return Ok(());
        }
        if id == self.operator {
            return Err("changes oneself".to_owned());
        }
        if !self.before.sees(self.operator, id) {
            return Err("is not in sight".to_owned());
        }
        if !reaches(own.level, before.level) {
            return Err(format!("level {} acts on level {}", own.level, before.level));
        }
        let Some(after) = after else { return self.needs(&["user.delete"]) };
        if after.locked != before.locked {
            self.needs(&["user.lock"])?;
        }
        let leveled = after.level != before.level;
        let opened = after.not_activated != before.not_activated && !leveled;
        if (after.deactivated, after.window) != (before.deactivated, before.window) || opened {
            self.needs(&["user.activate"])?;
        }
        let lost = after.level < before.level && after.kind == "customer";
        if after.roles != before.roles && !lost {
            self.needs(&["user.update"])?;
            for role in after.roles.difference(&before.roles) {
                self.gives(self.before.roles.get(role).map_or(0, |role| role.rights))?;
            }
        }
        if after.accounts != before.accounts && !lost {
            self.needs(&["user.update"])?;
            let given: BTreeSet<i64> = after.accounts.difference(&before.accounts).copied().collect();
            if own.level < 4 && !given.is_subset(&own.accounts) {
                return Err("gives a platform account that the giver lacks".to_owned());
            }
        }
        if after.group != before.group && !lost && after.level < 4 {
            self.group_of(after)?;
        }
        if leveled || after.scope != before.scope {
            self.level(before, after)?;
        }
        Ok(())
    }

    fn group_of(&self, after: &Person) -> Result<(), String> {
        let own = self.own();
        self.needs(&["user.update", "group.manage"])?;
        if let Some(group) = after.group {
            // One that is made in the same step stands where its parent allows.
            let known = self.before.groups.contains_key(&group);
            self.gives(self.after.groups.get(&group).map_or(0, |group| group.rights))?;
            if known && !self.before.manages_group(own, group) {
                return Err(format!("into G{group}, which the operator does not manage"));
            }
        }
        if own.group.is_some() && after.group.is_none() && (after.level > 0 || !after.roles.is_empty()) {
            return Err("moved by an operator in a group, and ends in none below".to_owned());
        }
        Ok(())
    }

    fn level(&self, before: &Person, after: &Person) -> Result<(), String> {
        let own = self.own();
        self.needs(&["user.promote"])?;
        for level in [before.level, after.level] {
            if level > 0 && !promotes(own.level, level) {
                return Err(format!("level {} gives or takes level {level}", own.level));
            }
        }
        let none = Some(BTreeSet::new());
        let scope = |person: &Person| -> Scope {
            match person.level {
                0 => none.clone(),
                4 => None,
                _ => person.scope.clone(),
            }
        };
        if !within(own, &scope(before), &scope(after)) {
            return Err("the scope changes beyond the operator's own".to_owned());
        }
        if before.level == 0 && after.level > 0 {
            if self.before.rights(before) & !self.rights() != 0
                || (own.level < 4 && !before.accounts.is_subset(&own.accounts))
            {
                return Err("lets the operator take over more than is held".to_owned());
            }
            let below = |group: Option<i64>| {
                own.group.zip(group).is_some_and(|(own, group)| self.before.is_below(group, own))
            };
            if own.group.is_some() && !below(after.group) {
                return Err("promoted by an operator in a group, and ends in none below".to_owned());
            }
        }
        Ok(())
    }

    /// Whether everybody who has the group or role is within the operator's reach.
    fn reaches_all<'p>(&self, holders: impl Iterator<Item = &'p Person>) -> Result<(), String> {
        let own = self.own();
        for holder in holders {
            let reached = reaches(own.level, holder.level)
                && own.covers(holder.organisation)
                && self.before.group_rule(own, holder.group);
            if !reached {
                return Err(format!("{} has it, and is beyond the operator", holder.login));
            }
        }
        Ok(())
    }

    fn groups(&self) -> Result<(), String> {
        let (own, before, after) = (self.own(), self.before, self.after);
        for (id, group) in &after.groups {
            let Some(old) = before.groups.get(id) else {
                self.needs(&["group.manage"])?;
                self.gives(group.rights)?;
                let placed = match group.parent {
                    Some(parent) => own.group == Some(parent) || before.manages_group(own, parent),
                    None => own.group.is_none() && own.level > 0 && after.manages_group(own, *id),
                };
                if !placed {
                    return Err(format!("G{id} is made where the operator manages nothing"));
                }
                continue;
            };
            if old == group {
                continue;
            }
            // What is taken from above goes as well.
            let follows = group.rights & !old.rights == 0
                && before.groups.iter().any(|(above, one)| {
                    before.is_below(*id, *above) && after.groups.get(above).is_some_and(|new| new != one)
                });
            self.gives(group.rights & !old.rights)?;
            if !follows {
                self.change_group(*id)?;
            }
        }
        for (id, group) in &before.groups {
            let above_goes = group.parent.is_some_and(|parent| !after.groups.contains_key(&parent));
            if !after.groups.contains_key(id) && !above_goes {
                self.change_group(*id)?;
            }
        }
        Ok(())
    }

    fn change_group(&self, id: i64) -> Result<(), String> {
        let before = self.before;
        self.needs(&["group.manage"])?;
        if !before.manages_group(self.own(), id) {
            return Err(format!("G{id} is changed, which the operator does not manage"));
        }
        let inside = before
            .people
            .values()
            .filter(|one| one.group.is_some_and(|group| group == id || before.is_below(group, id)));
        self.reaches_all(inside).map_err(|what| format!("G{id}: {what}"))
    }

    fn roles(&self) -> Result<(), String> {
        let (own, before, after) = (self.own(), self.before, self.after);
        let ids: BTreeSet<i64> = before.roles.keys().chain(after.roles.keys()).copied().collect();
        for id in ids {
            let (old, new) = (before.roles.get(&id), after.roles.get(&id));
            if old == new {
                continue;
            }
            self.needs(&["role.manage"])?;
            let organisation = old.or(new).and_then(|role| role.organisation);
            let placed = match organisation {
                Some(organisation) => own.covers(organisation),
                None => own.reaches_institution(),
            };
            if !placed {
                return Err(format!("R{id} is not the operator's to change"));
            }
            self.gives(old.map_or(0, |role| role.rights) | new.map_or(0, |role| role.rights))?;
            let holders = || before.people.values().filter(|one| one.roles.contains(&id));
            if holders().any(|one| *one == *own) {
                return Err(format!("R{id} is the operator's own"));
            }
            self.reaches_all(holders()).map_err(|what| format!("R{id}: {what}"))?;
        }
        Ok(())
    }
}

/// What differs between two scopes lies within the operator's.
fn within(own: &Person, before: &Scope, after: &Scope) -> bool {
    match (before, after) {
        (None, None) => true,
        (None, _) | (_, None) => own.is_everywhere(),
        (Some(before), Some(after)) => {
            before.symmetric_difference(after).all(|organisation| own.covers(*organisation))
        }
    }
}
