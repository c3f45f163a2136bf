//! What whoever has come in sets before anything else: a password that is due, a first second factor.
//!
//! Not an operator's action: an account that owes either may not act. So what is owed is looked at in the transaction
//! itself, and nothing is set that is not.

use rusqlite::params;
use serde_json::json;

use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::text::folded;
use crate::credential::account::MayEnter;
use crate::credential::backup_code::BackupCodeHash;
use crate::credential::totp::Seed;
use crate::domain::operator::{Entry, Via};
use crate::store::apply::touch;
use crate::store::assign::{self, ChosenBy};
use crate::store::carry_out::{DEVICE, HISTORY};
use crate::store::connection::fault;
use crate::store::record::Recorded;
use crate::store::sign_in::{self, place_of};
use crate::store::writer::Writing;
use crate::store::{audit, sessions};

/// What is set.
#[derive(Clone, Debug)]
pub enum SetUpStep {
    /// A new password.
    Password {
        /// PHC string.
        hash: Secret<String>,
        /// The hash that it was compared with, which must still be the one that is set.
        was: Option<String>,
    },
    /// A second factor, where there was none.
    Factor {
        /// Shared with the authenticator app.
        seed: Secret<Seed>,
        /// The step of the code that proved it: used.
        step: u64,
        /// For the day the telephone is gone.
        backup_codes: Vec<BackupCodeHash>,
    },
}

/// Said where the account is not any more what it was at the sign-in.
const CHANGED: &str = "your account was changed meanwhile: sign in again";

/// Sets it, or says why not; with a row of the history and an entry of the audit.
pub(super) fn set_up(writing: &Writing<'_>, entry: &Entry, step: &SetUpStep) -> Result<Recorded, Fault> {
    let sql = |error| fault(&error);
    let (connection, user) = (writing.connection, entry.operator);
    let account = sign_in::account(connection, writing.sealer, &folded(&entry.login), writing.now)?;
    if account.user != Some(user) || matches!(account.may_enter, MayEnter::No(_)) {
        return Ok(Recorded::Refused(CHANGED.to_owned()));
    }
    match step {
        SetUpStep::Password { hash, was } if account.owes().password && account.password_hash == *was => {
            assign::password(connection, user, (hash.expose(), ChosenBy::Owner), writing.now).map_err(sql)?;
            told(writing, entry, ("session.password", "user.password_change"), "due, set at sign-in")
        }
        SetUpStep::Factor { seed, step, backup_codes } if account.owes().second_factor => {
            let sealed = writing.sealer.seal(&place_of(user), seed.expose().bytes())?;
            factor(writing, entry, &sealed, (*step, backup_codes)).map_err(sql)?;
            told(writing, entry, ("session.second_factor", "security_devices.create"), "set up at sign-in")
        }
        SetUpStep::Password { .. } | SetUpStep::Factor { .. } => {
            return Ok(Recorded::Refused(CHANGED.to_owned()));
        }
    }
    .map_err(sql)?;
    Ok(Recorded::Done)
}

fn factor(
    writing: &Writing<'_>,
    entry: &Entry,
    sealed: &[u8],
    (step, backup_codes): (u64, &[BackupCodeHash]),
) -> rusqlite::Result<()> {
    let (connection, user) = (writing.connection, entry.operator.0);
    connection
        .prepare_cached(
            "INSERT INTO credentials (user, totp_sealed, totp_last_step) VALUES (?1, ?2, ?3)
             ON CONFLICT (user) DO UPDATE SET totp_sealed = ?2, totp_last_step = ?3",
        )?
        .execute(params![user, sealed, i64::try_from(step).unwrap_or(i64::MAX)])?;
    connection.prepare_cached("DELETE FROM backup_codes WHERE user = ?1")?.execute([user])?;
    for code in backup_codes {
        connection
            .prepare_cached("INSERT INTO backup_codes (user, hash) VALUES (?1, ?2)")?
            .execute(params![user, code.0.as_slice()])?;
    }
    touch(connection, entry.operator, "version = version", params![user, writing.now.0])
}

fn told(
    writing: &Writing<'_>,
    entry: &Entry,
    (action, history): (&str, &str),
    detail: &str,
) -> rusqlite::Result<()> {
    let source = entry.source.to_string();
    writing.connection.prepare_cached(HISTORY)?.execute(params![
        entry.operator.0,
        history,
        writing.now.0,
        entry.login,
        source,
        DEVICE,
        detail
    ])?;
    let mut record = sessions::own_entry(writing, entry, (Via::Ssh, &source), action)?;
    record.detail = json!({ "proof": entry.proof, "code": entry.code_at.is_some() }).to_string();
    audit::append(writing.connection, record).map(drop)
}
