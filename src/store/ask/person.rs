//! Questions about one person: who asks, a profile, what can be taken back.

use rusqlite::Connection;

use crate::actions::case::Person;
use crate::actions::request::Doing;
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::authz::rules;
use crate::authz::standing::Operator;
use crate::base::ids::{OrganisationId, UserId};
use crate::base::time::Timestamp;
use crate::domain::masked::mask;
use crate::domain::organisation::Organisation;
use crate::domain::scope::Scope;
use crate::protocol::{Me, Profile, Reply, Undoable};
use crate::store::structure::find;
use crate::store::undo::{Found, Kept};
use crate::store::{execute, sources, standing, trusted_keys, undo, undo_set, users};

/// Who asks, in words.
pub(super) fn me(connection: &Connection, operator: &Operator, now: Timestamp) -> rusqlite::Result<Reply> {
    let own = users::load(connection, operator.standing.id)?;
    let scope = match &operator.standing.scope {
        Scope::All => None,
        Scope::Only(list) => Some(
            list.iter()
                .map(|id| organisation(connection, *id))
                .collect::<rusqlite::Result<Vec<Organisation>>>()?,
        ),
    };
    let name = own.map_or(String::new(), |user| user.names.full());
    let trusted = trusted_keys::all(connection, operator.standing.id, now)?;
    Ok(Reply::Me(Box::new(Me { standing: operator.standing.clone(), name, scope, trusted })))
}

fn organisation(connection: &Connection, id: OrganisationId) -> rusqlite::Result<Organisation> {
    connection
        .prepare_cached("SELECT key, display_name FROM organisations WHERE id = ?1")?
        .query_row([id.0], |row| Ok(Organisation { id, key: row.get(0)?, display_name: row.get(1)? }))
}

/// Goes on with the user that was asked for, or answers as if there were none.
pub(super) fn seen(
    connection: &Connection,
    operator: &Operator,
    found: Option<UserId>,
    asked: &str,
    now: Timestamp,
    then: impl FnOnce(&Connection, &Operator, Person) -> rusqlite::Result<Reply>,
) -> rusqlite::Result<Reply> {
    let person = match found {
        Some(id) => execute::person(connection, id, now)?,
        None => None,
    };
    match person {
        Some(person) if rules::exists(operator, &person.standing, asked).is_ok() => {
            then(connection, operator, person)
        }
        Some(_) | None => Ok(Reply::Refused(Refusal::no_such_user(asked))),
    }
}

/// One profile, masked where personal data may not be revealed.
pub(super) fn profile(
    connection: &Connection,
    operator: &Operator,
    person: Person,
) -> rusqlite::Result<Reply> {
    let Person { mut user, standing: stands } = person;
    let [notes, history, messages_waiting] = standing::belongings(connection, user.id)?;
    let sessions = u32::try_from(standing::live_sessions(connection, user.id)?.len()).unwrap_or(u32::MAX);
    let revealed = operator.holds(Right::UserPiiReveal);
    if !revealed {
        // What may not be revealed does not leave the store in the clear.
        mask(&mut user);
    }
    let (rights, sources) = (stands.rights, sources::sources(connection, operator, &stands)?);
    Ok(Reply::User(Box::new(Profile {
        user,
        revealed,
        rights,
        sources,
        notes,
        history,
        sessions,
        messages_waiting,
    })))
}

/// What an action of one's own did, as far as it can be taken back.
pub(super) fn undoable(
    connection: &Connection,
    operator: &Operator,
    doing: Doing,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let kept = match undo::find(connection, operator.standing.id, doing, now)? {
        Ok(Found::One(kept)) => kept,
        Ok(Found::Set(job)) => {
            return Ok(match undo_set::undoable(connection, operator, job, now)? {
                Ok(set) => Reply::UndoableSet(Box::new(set)),
                Err(refusal) => Reply::Refused(refusal),
            });
        }
        Err(_) => return Ok(Reply::Undoable(None)),
    };
    let upon = find::by_id(connection, kept.target, now)?;
    let seen = upon.exists(operator, kept.target.kind(), "").is_ok();
    let name = execute::target_name(&upon).filter(|_| seen);
    Ok(Reply::Undoable(name.map(|target| {
        let user = upon.person().map(|person| {
            let mut user = person.user.clone();
            mask(&mut user);
            user
        });
        let Kept { audit, spec, at, until, .. } = *kept;
        Box::new(Undoable { audit, spec, at, until, target, user })
    })))
}
