//! What a sign-in is compared with, read; and the operator that local use runs as.

use rusqlite::{Connection, OptionalExtension, params};

use crate::authz::standing::{Operator, Standing};
use crate::base::fault::Fault;
use crate::base::ids::{SessionId, UserId};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::credential::account::{AccountProof, MayEnter, RegisteredKey, SecondFactor, WrongGuesses};
use crate::credential::backup_code::BackupCodeHash;
use crate::credential::totp::Seed;
use crate::domain::level::Level;
use crate::domain::restore::Failures;
use crate::domain::status::Status;
use crate::domain::user::Kind;
use crate::store::connection::fault;
use crate::store::seal::Sealer;
use crate::store::{settings, standing};

/// Who may sign in by a folded login.
const OPERATOR_BY_LOGIN: &str = "SELECT u.id FROM user_logins l JOIN visible_users u ON u.id = l.user
     WHERE l.login_folded = ?1 AND u.kind <> 'customer'";

/// The account of a folded login as a sign-in needs it; unknown, deleted and customers are one.
pub(super) fn account(
    connection: &Connection,
    sealer: &Sealer,
    login: &str,
    now: Timestamp,
) -> Result<AccountProof, Fault> {
    let sql = |error| fault(&error);
    let id: Option<i64> = connection
        .prepare_cached(OPERATOR_BY_LOGIN)
        .and_then(|mut statement| statement.query_row([login], |row| row.get(0)).optional())
        .map_err(sql)?;
    let standing = match id {
        Some(id) => standing::standing(connection, UserId(id), now).map_err(sql)?,
        None => None,
    };
    match standing {
        Some(standing) => known(connection, sealer, &standing, now),
        None => Ok(AccountProof::unknown()),
    }
}

fn known(
    connection: &Connection,
    sealer: &Sealer,
    standing: &Standing,
    now: Timestamp,
) -> Result<AccountProof, Fault> {
    let sql = |error| fault(&error);
    let id = standing.id;
    let stored = connection
        .prepare_cached(
            "SELECT password_hash, totp_sealed, totp_last_step, mfa_exempt, failures, key_failures
             FROM credentials WHERE user = ?1",
        )
        .and_then(|mut statement| {
            statement
                .query_row([id.0], |row| {
                    Ok(Stored {
                        password_hash: row.get(0)?,
                        seed: row.get(1)?,
                        last_step: row.get(2)?,
                        exempt: row.get(3)?,
                        wrong: WrongGuesses { open: row.get(4)?, behind_key: row.get(5)? },
                    })
                })
                .optional()
        })
        .map_err(sql)?
        .unwrap_or_default();
    let keys = keys(connection, id, now).map_err(sql)?;
    let backup_codes = backup_codes(connection, id).map_err(sql)?;
    let second_factor = match (stored.exempt, stored.seed) {
        (true, _) => SecondFactor::Exempt,
        (false, Some(sealed)) => {
            let bytes = sealer.open_sealed(&place_of(id), &sealed)?;
            let seed = Seed::from_bytes(bytes.expose().clone()).map_err(Fault::store)?;
            let last_step = stored.last_step.and_then(|step| u64::try_from(step).ok());
            SecondFactor::Set { seed, last_step, backup_codes }
        }
        (false, None) => SecondFactor::Due,
    };
    Ok(AccountProof {
        user: Some(id),
        may_enter: may_enter(standing),
        password_hash: stored.password_hash,
        keys,
        second_factor,
        wrong: stored.wrong,
        threshold: threshold(connection).map_err(sql)?,
    })
}

#[derive(Default)]
struct Stored {
    password_hash: Option<String>,
    seed: Option<Vec<u8>>,
    last_step: Option<i64>,
    exempt: bool,
    wrong: WrongGuesses,
}

/// The place that a sealed seed is bound to.
pub(super) fn place_of(user: UserId) -> String {
    format!("totp:{}", user.0)
}

/// As many wrong guesses close a way in.
pub(super) fn threshold(connection: &Connection) -> rusqlite::Result<u32> {
    settings::number(connection, "auto_lock_threshold", limits::AUTO_LOCK_THRESHOLD)
}

fn may_enter(standing: &Standing) -> MayEnter {
    if !standing.assigned {
        return MayEnter::No(
            "no level, role or group is assigned to you; ask an administrator of your organisation"
                .to_owned(),
        );
    }
    match standing.status {
        Status::Active | Status::Recovery => MayEnter::Yes,
        Status::AutoLocked => MayEnter::ByKeyOnly,
        Status::AwaitingNewPassword => MayEnter::OwingPassword,
        barred @ (Status::Inactive | Status::LockedByAdmin | Status::Provisioned | Status::Initial) => {
            MayEnter::No(format!("your account is {barred}; ask an administrator of your organisation"))
        }
    }
}

fn keys(connection: &Connection, id: UserId, now: Timestamp) -> rusqlite::Result<Vec<RegisteredKey>> {
    let mut statement = connection.prepare_cached(
        "SELECT k.fingerprint, t.until FROM ssh_keys k
         LEFT JOIN trusted_keys t ON t.user = k.user AND t.fingerprint = k.fingerprint WHERE k.user = ?1",
    )?;
    let keys = statement.query_map([id.0], |row| {
        let until: Option<i64> = row.get(1)?;
        Ok(RegisteredKey { fingerprint: row.get(0)?, trusted: until.is_some_and(|until| now.0 < until) })
    })?;
    keys.collect()
}

fn backup_codes(connection: &Connection, id: UserId) -> rusqlite::Result<Vec<BackupCodeHash>> {
    let mut statement =
        connection.prepare_cached("SELECT hash FROM backup_codes WHERE user = ?1 AND used_at IS NULL")?;
    statement.query_map([id.0], |row| row.get(0).map(BackupCodeHash))?.collect()
}

/// The hashes of the passwords that a new one may not be: the one that is set, and those before it, newest first.
///
/// With them how many it may not be, which are more where there were not so many yet.
pub(super) fn past_passwords(connection: &Connection, user: UserId) -> rusqlite::Result<(u32, Vec<String>)> {
    let most = settings::number(connection, "password_history", limits::PASSWORD_HISTORY)?;
    let mut statement = connection.prepare_cached(
        "SELECT password_hash FROM (
             SELECT password_hash, 9e15 AS set_at FROM credentials WHERE user = ?1 AND password_hash IS NOT NULL
             UNION ALL SELECT password_hash, set_at FROM password_history WHERE user = ?1
         ) ORDER BY set_at DESC LIMIT ?2",
    )?;
    let hashes = statement.query_map(params![user.0, most], |row| row.get(0))?;
    Ok((most, hashes.collect::<rusqlite::Result<_>>()?))
}

/// Whether an operator has a second factor, and whether a password.
pub(super) fn has_second_factor(connection: &Connection, user: UserId) -> rusqlite::Result<(bool, bool)> {
    let found = connection
        .prepare_cached(
            "SELECT totp_sealed IS NOT NULL, password_hash IS NOT NULL FROM credentials WHERE user = ?1",
        )?
        .query_row([user.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.unwrap_or((false, false)))
}

/// The operator with `login`, or without one the oldest master administrator who may act: the primary user.
pub(super) fn local_operator(
    connection: &Connection,
    login: Option<&str>,
    now: Timestamp,
) -> rusqlite::Result<Option<Operator>> {
    if let Some(login) = login {
        let id: Option<i64> = connection
            .prepare_cached(OPERATOR_BY_LOGIN)?
            .query_row([crate::base::text::folded(login)], |row| row.get(0))
            .optional()?;
        return id.map_or(Ok(None), |id| standing::operator(connection, UserId(id), now));
    }
    let mut statement =
        connection.prepare_cached("SELECT id FROM visible_users WHERE level = ?1 ORDER BY added, id")?;
    let masters: Vec<i64> =
        statement.query_map([Level::Master.code()], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for id in masters {
        let operator = standing::operator(connection, UserId(id), now)?;
        if operator
            .as_ref()
            .is_some_and(|operator| operator.standing.may_act() && operator.standing.kind == Kind::Admin)
        {
            return Ok(operator);
        }
    }
    Ok(None)
}

/// Why a session ended in the store; `None` while it lives.
pub(super) fn session_end(connection: &Connection, session: SessionId) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT end_reason FROM sessions WHERE id = ?1 AND closed_at IS NOT NULL")?
        .query_row(params![session.0], |row| row.get(0))
        .optional()
}

/// Ids of the processes that hold live sessions.
pub(super) fn session_processes(connection: &Connection) -> rusqlite::Result<Vec<u32>> {
    connection
        .prepare_cached("SELECT DISTINCT process FROM sessions WHERE closed_at IS NULL")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Failures that are counted against `user`.
pub(super) fn failures(connection: &Connection, user: UserId) -> rusqlite::Result<Failures> {
    let found = connection
        .prepare_cached("SELECT failures, key_failures FROM credentials WHERE user = ?1")?
        .query_row([user.0], |row| Ok(Failures { by_password: row.get(0)?, by_key: row.get(1)? }))
        .optional()?;
    Ok(found.unwrap_or_default())
}
