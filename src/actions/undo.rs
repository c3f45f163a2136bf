//! Undo: what an action did is put back, as a new action with rules and traces of its own.
//!
//! Not an action of the list: it is the other direction of those that declare it. It
//! is judged afresh, with the right, level and risk of what it takes back, and passes
//! the same gate. It is never undone itself.

use crate::actions::Spec;
use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, LONG_REASON, REASON};
use crate::actions::group::link_users;
use crate::actions::pick;
use crate::actions::spec::{Risk, Undo};
use crate::actions::user::edit;
use crate::authz::refusal::{Refusal, Rule};
use crate::base::ids::{NoteId, UserId};
use crate::base::limits::UNDO_S;
use crate::base::time::Timestamp;
use crate::domain::change::{Change, Difference};
use crate::domain::group_change::GroupChange;
use crate::domain::restore::{Access, Restore};
use crate::domain::sealable::HIDDEN;
use crate::domain::status::{Status, Window};
use crate::domain::user::User;

/// The code of an undo in the audit.
pub const CODE: &str = "undo";

/// What an action did, as far as taking it back needs to know.
#[derive(Clone, Debug)]
pub struct Undone {
    /// The audit entry of the action.
    pub audit: i64,
    /// Until when it can be taken back, exclusive.
    pub until: Timestamp,
    /// What was there before.
    pub before: Vec<Restore>,
    /// What stays as it is, a sentence each.
    pub lasting: Vec<String>,
    /// The audit entry of the undo that there was already.
    pub by: Option<i64>,
}

/// What an undo asks: a reason from L2 on, as the action itself.
pub fn form(spec: &Spec) -> &'static [Field] {
    static ASKED: [Field; 1] = [REASON];
    static ASKED_AT_LENGTH: [Field; 1] = [LONG_REASON];
    match spec.risk {
        Risk::L1 => &[],
        Risk::L2 => &ASKED,
        Risk::L3 | Risk::L4 => &ASKED_AT_LENGTH,
    }
}

/// What taking `spec` back is called: the opposite action where there is one.
pub fn verb(spec: &Spec) -> String {
    match spec.undo {
        Undo::Opposite(code) => {
            super::find(code).map_or(spec.title, |opposite| opposite.title).to_lowercase()
        }
        Undo::Yes | Undo::No => "put back".to_owned(),
    }
}

/// The code of the history's row when `spec` is taken back.
pub(super) fn history(spec: &Spec) -> Option<&'static str> {
    match spec.undo {
        Undo::Opposite(code) => super::find(code).and_then(|opposite| opposite.history),
        Undo::Yes | Undo::No => spec.history,
    }
}

/// What must be kept to take `change` back; `None` where nothing can.
///
/// `made` is the number of the row that the change added.
pub fn before(change: &Change, case: &Case<'_>, made: Option<i64>) -> Option<Restore> {
    if let Change::Group(GroupChange::MembersMoved { joined, left, .. }) = change {
        // Each of them has the next version now.
        let made = |users: &[UserId]| {
            // Somebody can be named in two ways, and moves once.
            let of = |id: &UserId| {
                case.facts.people.values().map(|person| &person.user).find(|user| user.id == *id)
            };
            users.iter().filter_map(of).map(|user| (user.id, user.version + 1)).collect()
        };
        return Some(Restore::Members { back: made(left), out: made(joined) });
    }
    let user = case.user()?;
    match change {
        Change::AdminLockSet { .. }
        | Change::DeactivationSet { .. }
        | Change::DeactivationEnded { .. }
        | Change::FirstActivated { .. }
        | Change::WindowSet { .. }
        | Change::WindowEnded { .. } => Some(Restore::Access(Access::of(&user.facts, None))),
        Change::LocksEnded { .. } => {
            Some(Restore::Access(Access::of(&user.facts, Some(case.facts.failures))))
        }
        Change::NamesSet { .. } => Some(Restore::Names(user.names.clone())),
        Change::AttributesSet { attributes, .. } if seals(user, attributes) => None,
        Change::AttributesSet { .. } => Some(Restore::Attributes(user.attributes.clone())),
        Change::TagsSet { .. } => Some(Restore::Tags(user.tags.clone())),
        Change::RolesSet { .. } => Some(Restore::Roles(user.roles.iter().map(|role| role.id).collect())),
        Change::GroupSet { .. } => Some(Restore::Group(user.group.as_ref().map(|group| group.id))),
        Change::AccountsSet { .. } => {
            Some(Restore::Accounts(user.accounts.iter().map(|(id, _)| *id).collect()))
        }
        Change::NoteAdded { .. } => made.map(|note| Restore::NoNote(NoteId(note))),
        // Whoever was signed out signs in again; who is deleted is gone; a level and a password are given anew by who may;
        // and an undo is not undone.
        Change::SessionsEnded { .. }
        | Change::SessionEnded { .. }
        | Change::UserDeleted { .. }
        | Change::Group(_)
        | Change::Role(_)
        | Change::LevelSet { .. }
        | Change::PasswordSet { .. }
        | Change::TrustedKeysForgotten { .. }
        | Change::Restored { .. } => None,
    }
}

/// Whether an encrypted attribute gets another value: the one before is not known here, and cannot be put back.
fn seals(user: &User, attributes: &[(String, String)]) -> bool {
    let hidden = user.attributes.iter().filter(|(_, value)| value == HIDDEN);
    hidden.into_iter().any(|before| !attributes.contains(before))
}

/// What `plan` leaves behind for good, a sentence each.
pub fn lasting(plan: &Plan, case: &Case<'_>, messages: u32) -> Vec<String> {
    let ends = plan.changes.iter().any(|change| matches!(change, Change::SessionsEnded { .. }));
    let sealed = plan.changes.iter().any(|change| {
        matches!((change, case.user()), (Change::AttributesSet { attributes, .. }, Some(user)) if seals(user, attributes))
    });
    let attributes =
        sealed.then(|| "Attributes stay as they are: an encrypted one is among them.".to_owned());
    let sessions = match case.facts.sessions.len() {
        0 => None,
        _ if !ends => None,
        1 => Some("The session that ended stays ended.".to_owned()),
        many => Some(format!("{many} sessions that ended stay ended.")),
    };
    let sent = match messages {
        0 => None,
        1 => Some("The message that was sent is not taken back.".to_owned()),
        many => Some(format!("{many} messages that were sent are not taken back.")),
    };
    attributes.into_iter().chain(sessions).chain(sent).collect()
}

/// Whether it may still be taken back.
pub(super) fn in_time(undone: &Undone, case: &Case<'_>) -> Result<(), Refusal> {
    if let Some(by) = undone.by {
        let text = format!("audit {} was undone already, by audit {by}", undone.audit);
        return Err(Refusal::new(Rule::Guard, text, ""));
    }
    if case.now >= undone.until {
        return Err(too_old(undone.audit));
    }
    Ok(())
}

/// Whether it leaves a master administrator.
pub(super) fn keeps_a_master(undone: &Undone, case: &Case<'_>) -> Result<(), Refusal> {
    let after = case.user().zip(access(undone)).map(|(user, access)| access.put_back(&user.facts));
    if after.is_some_and(|after| !case.keeps_a_master(&after)) {
        return Err(Refusal::new(
            Rule::LastMaster,
            "with this undone no usable master administrator would remain",
            "another master administrator without lock or deactivation",
        ));
    }
    Ok(())
}

/// What is said after the time is over.
pub fn too_old(audit: i64) -> Refusal {
    let text = format!("audit {audit} is older than {} minutes", UNDO_S / 60);
    Refusal::new(Rule::Guard, text, "do the opposite by hand")
}

/// What taking it back changes.
pub(super) fn plan(undone: &Undone, case: &Case<'_>) -> Result<Plan, Refusal> {
    if let Some(moved) = members(undone, case) {
        return moved;
    }
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let restored = |before: &Restore| Change::Restored { user: user.id, before: before.clone() };
    let mut changes: Vec<Change> = undone.before.iter().map(restored).collect();
    let mut effects = Vec::new();
    if let Some(why) = access(undone).and_then(|access| shut_out(access, user, case.now)) {
        changes.push(Change::SessionsEnded { user: user.id, why: why.to_owned() });
        effects = case.ending_sessions("No sign-in any more.");
    }
    effects.extend(undone.lasting.iter().cloned());
    let reason = case.answers.of("reason");
    let detail = format!("undo of audit {}", undone.audit);
    Ok(Plan {
        changes,
        differences: undone.before.iter().flat_map(|before| differences(before, user, case)).collect(),
        effects,
        detail: if reason.is_empty() { detail } else { format!("{detail}: {reason}") },
        ..Plan::default()
    })
}

/// Of people who came into a group and left it: they go the other way, judged as anybody who does.
fn members(undone: &Undone, case: &Case<'_>) -> Option<Result<Plan, Refusal>> {
    let (back, out) = undone.before.iter().find_map(|before| match before {
        Restore::Members { back, out } => Some((back, out)),
        Restore::Access(_)
        | Restore::Names(_)
        | Restore::Attributes(_)
        | Restore::Tags(_)
        | Restore::Roles(_)
        | Restore::Group(_)
        | Restore::Accounts(_)
        | Restore::NoNote(_) => None,
    })?;
    let found = |users: &[(UserId, i64)]| {
        let people = users.iter().map(|(user, version)| {
            let person = case.facts.people.get(&user.to_string());
            let person = person.ok_or_else(|| Refusal::no_such_user(&user.to_string()))?;
            if person.user.version == *version {
                return Ok(person);
            }
            let text = format!("`{}` was changed since; nothing is undone", person.user.login_shown());
            Err(Refusal::new(Rule::State, text, "do the opposite by hand"))
        });
        people.collect::<Result<Vec<_>, Refusal>>()
    };
    Some(found(back).and_then(|back| {
        let mut plan = link_users::moved(case, case.group()?, &back, &found(out)?)?;
        plan.detail = format!("undo of audit {}: {}", undone.audit, case.answers.of("reason"));
        Ok(plan)
    }))
}

fn access(undone: &Undone) -> Option<&Access> {
    undone.before.iter().find_map(|before| match before {
        Restore::Access(access) => Some(access),
        Restore::Names(_)
        | Restore::Attributes(_)
        | Restore::Tags(_)
        | Restore::Members { .. }
        | Restore::Roles(_)
        | Restore::Group(_)
        | Restore::Accounts(_)
        | Restore::NoNote(_) => None,
    })
}

/// What live sessions are told, where an operator's lock or a deactivation comes back.
fn shut_out(access: &Access, user: &User, now: Timestamp) -> Option<&'static str> {
    let after = access.put_back(&user.facts);
    let locks = after.admin_lock.is_some() && user.facts.admin_lock.is_none();
    let deactivates =
        after.status_at(now) == Status::Inactive && user.facts.status_at(now) != Status::Inactive;
    if deactivates {
        Some("your account was deactivated")
    } else if locks {
        Some("your account was locked by an operator")
    } else {
        None
    }
}

fn comes_back(case: &Case<'_>) -> String {
    pick::written(case.facts.comes_back.things.iter().map(pick::Pickable::name))
}

/// Values now, and with `before` put back.
fn differences(before: &Restore, user: &User, case: &Case<'_>) -> Vec<Difference> {
    match before {
        Restore::Access(access) => {
            let after = access.put_back(&user.facts);
            let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
            let window = |window: Option<Window>| window.map_or_else(String::new, Window::words);
            let facts = &user.facts;
            let mut all = vec![case.status_difference(&after)];
            if facts.admin_lock.is_some() != after.admin_lock.is_some() {
                let (now, then) = (yes(facts.archived()), yes(after.archived()));
                all.push(Difference::new("admin lock", now, then));
            }
            if facts.window != after.window {
                all.push(Difference::new("window", window(facts.window), window(after.window)));
            }
            all
        }
        Restore::Names(names) => edit::of_names(&user.names, names),
        Restore::Attributes(attributes) => edit::of_attributes(user, attributes),
        Restore::Tags(tags) => {
            vec![Difference::new("tags", user.tags.join(", "), tags.join(", "))]
        }
        Restore::Members { .. } => Vec::new(),
        Restore::Roles(_) => {
            let now = pick::written(user.roles.iter().map(|role| role.name.as_str()));
            vec![Difference::new("roles", now, comes_back(case))]
        }
        Restore::Group(_) => {
            let now = user.group.as_ref().map_or("", |group| &group.name);
            vec![Difference::new("group", now, comes_back(case))]
        }
        Restore::Accounts(_) => {
            let now = pick::written(user.accounts.iter().map(|(_, name)| name.as_str()));
            vec![Difference::new("platform accounts", now, comes_back(case))]
        }
        Restore::NoNote(note) => {
            vec![Difference::new("note", note.to_string(), "")]
        }
    }
}
