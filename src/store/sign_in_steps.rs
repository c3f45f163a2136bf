//! What the steps of a sign-in leave in the store: counters, the lock that they lead to, codes that are used.

use rusqlite::params;
use serde_json::json;

use crate::authz::refusal::Rule;
use crate::base::ids::UserId;
use crate::credential::step::{self, Guess, Used, Way};
use crate::domain::audit::Outcome;
use crate::store::record::{proof_of, system_entry};
use crate::store::writer::Writing;
use crate::store::{audit, carry_out, sign_in};

/// Writes what `event` of a sign-in from `source` changes.
pub(super) fn step(writing: &Writing<'_>, event: &step::Event, source: &str) -> rusqlite::Result<()> {
    let connection = writing.connection;
    match event {
        step::Event::Failed { login, user, guess } => {
            connection
                .prepare_cached(
                    "INSERT INTO failed_sign_ins (minute, source, login, count) VALUES (?1, ?2, ?3, 1)
                     ON CONFLICT (minute, source, login) DO UPDATE SET count = count + 1",
                )?
                .execute(params![writing.now.0.div_euclid(60_000), source, login])?;
            let Some(user) = user else { return Ok(()) };
            match guess {
                Guess::Password | Guess::Code => failed(writing, *user, "failures", source),
                Guess::CodeBehindKey => failed(writing, *user, "key_failures", source),
                Guess::Key | Guess::Token => Ok(()),
            }
        }
        step::Event::PasswordProved { .. } | step::Event::Forgotten { .. } => Ok(()),
        step::Event::TurnedAway { user, way } => {
            let mut entry = system_entry(writing, *user, "session.open", source)?;
            Outcome::Denied.word().clone_into(&mut entry.result);
            Rule::Status.word().clone_into(&mut entry.rule);
            "everything was proved, and the account may not enter".clone_into(&mut entry.reason);
            entry.detail = json!({ "proof": proof_of(way) }).to_string();
            audit::append(connection, entry).map(drop)
        }
        step::Event::Succeeded { user, way } => {
            let column = match way {
                Way::Key(_) => "key_failures",
                Way::Password => "failures",
            };
            connection
                .prepare_cached(&format!("UPDATE credentials SET {column} = 0 WHERE user = ?1"))?
                .execute([user.0])?;
            connection
                .prepare_cached("UPDATE users SET last_login = ?2 WHERE id = ?1")?
                .execute(params![user.0, writing.now.0])?;
            carry_out::changed(connection, "user", user.0, user.0)
        }
    }
}

fn failed(writing: &Writing<'_>, user: UserId, column: &str, source: &str) -> rusqlite::Result<()> {
    let connection = writing.connection;
    connection.prepare_cached("INSERT OR IGNORE INTO credentials (user) VALUES (?1)")?.execute([user.0])?;
    let count: u32 = connection
        .prepare_cached(&format!(
            "UPDATE credentials SET {column} = {column} + 1 WHERE user = ?1 RETURNING {column}"
        ))?
        .query_row([user.0], |row| row.get(0))?;
    if count != sign_in::threshold(connection)? {
        return Ok(());
    }
    let version: i64 = connection
        .prepare_cached(
            "UPDATE users SET auto_locked_at = ifnull(auto_locked_at, ?2), version = version + 1, modified = ?2
             WHERE id = ?1 RETURNING version",
        )?
        .query_row(params![user.0, writing.now.0], |row| row.get(0))?;
    carry_out::changed(connection, "user", user.0, user.0)?;
    let detail = format!("{count} wrong passwords or codes");
    connection
        .prepare_cached("INSERT INTO history (user, code, at, actor, ip, detail) VALUES (?1, 'user.auto_lock', ?2, 'system', ?3, ?4)")?
        .execute(params![user.0, writing.now.0, source, detail])?;
    let mut entry = system_entry(writing, user, "user.auto_lock", source)?;
    entry.reason = detail;
    entry.detail = json!({ "version": version }).to_string();
    audit::append(connection, entry).map(drop)
}

/// Compare-and-set: of twenty tries with one code in parallel, one is the first.
pub(super) fn spend(writing: &Writing<'_>, user: UserId, used: Used) -> rusqlite::Result<bool> {
    let rows = match used {
        Used::TotpStep(step) => writing
            .connection
            .prepare_cached("UPDATE credentials SET totp_last_step = ?2 WHERE user = ?1 AND ifnull(totp_last_step, -1) < ?2")?
            .execute(params![user.0, i64::try_from(step).unwrap_or(i64::MAX)])?,
        Used::BackupCode(hash) => writing
            .connection
            .prepare_cached("UPDATE backup_codes SET used_at = ?3 WHERE user = ?1 AND hash = ?2 AND used_at IS NULL")?
            .execute(params![user.0, hash.0.as_slice(), writing.now.0])?,
    };
    Ok(rows == 1)
}
