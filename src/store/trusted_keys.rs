//! Keys that sign in without a code for some days: trusted by their owner, in a session that proved one.

use rusqlite::{Connection, params};
use serde_json::json;

use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::base::limits;
use crate::base::text::folded;
use crate::base::time::Timestamp;
use crate::credential::account::{MayEnter, SecondFactor};
use crate::domain::operator::{Actor, TrustedKey};
use crate::store::apply::touch;
use crate::store::carry_out;
use crate::store::connection::fault;
use crate::store::record::{Recorded, system_entry};
use crate::store::writer::Writing;
use crate::store::{audit, settings, sign_in};

/// Trusts the key by which `actor` has signed in, or says why not.
pub(super) fn trust(writing: &Writing<'_>, actor: &Actor) -> Result<Recorded, Fault> {
    let sql = |error| fault(&error);
    let refused = |why: &str| Ok(Recorded::Refused(why.to_owned()));
    let connection = writing.connection;
    let account = sign_in::account(connection, writing.sealer, &folded(&actor.login), writing.now)?;
    let is_own = account.user == Some(actor.operator) && !matches!(account.may_enter, MayEnter::No(_));
    let key =
        account.keys.iter().find(|key| actor.proof.strip_prefix("key ") == Some(key.fingerprint.as_str()));
    let Some(key) = key.filter(|_| is_own) else {
        return refused("only a registered SSH key is trusted: sign in by it");
    };
    if !matches!(account.second_factor, SecondFactor::Set { .. }) {
        return refused("you have no second factor: no code is asked anyway");
    }
    if actor.code_at.is_none() {
        return refused("no code was proved in this session: sign in by the key and its code");
    }
    let days = settings::number(connection, "trusted_key_days", limits::TRUSTED_KEY_DAYS).map_err(sql)?;
    let until = writing.now.plus_seconds(i64::from(days) * 86_400);
    connection
        .prepare_cached("INSERT OR REPLACE INTO trusted_keys (user, fingerprint, until) VALUES (?1, ?2, ?3)")
        .and_then(|mut insert| insert.execute(params![actor.operator.0, key.fingerprint, until.0]))
        .map_err(sql)?;
    told(writing, actor, &key.fingerprint, until).map_err(sql)?;
    Ok(Recorded::TrustedUntil(until))
}

fn told(writing: &Writing<'_>, actor: &Actor, fingerprint: &str, until: Timestamp) -> rusqlite::Result<()> {
    let user = actor.operator;
    touch(writing.connection, user, "version = version", params![user.0, writing.now.0])?;
    let detail = format!("{fingerprint} trusted until {}", until.minute_utc());
    carry_out::history(writing, user, "security_devices.create", actor, &detail)?;
    let mut record = system_entry(writing, user, "session.key_trusted", &actor.source)?;
    record.actor.clone_from(&actor.login);
    record.actor_id = user.0;
    actor.via.word().clone_into(&mut record.via);
    record.session = actor.session.map_or(0, |session| session.0);
    record.detail = json!({ "key": fingerprint, "until": until.rfc3339() }).to_string();
    audit::append(writing.connection, record).map(drop)
}

/// The keys of `user` that are trusted at `now`, the one that is trusted longest first.
pub(super) fn all(
    connection: &Connection,
    user: UserId,
    now: Timestamp,
) -> rusqlite::Result<Vec<TrustedKey>> {
    let mut statement = connection.prepare_cached(
        "SELECT t.fingerprint, k.comment, t.until FROM trusted_keys t
         JOIN ssh_keys k ON k.user = t.user AND k.fingerprint = t.fingerprint
         WHERE t.user = ?1 AND t.until > ?2 ORDER BY t.until DESC, t.fingerprint",
    )?;
    let found = statement.query_map(params![user.0, now.0], |row| {
        Ok(TrustedKey { fingerprint: row.get(0)?, comment: row.get(1)?, until: Timestamp(row.get(2)?) })
    })?;
    found.collect()
}

/// Trusts none of them any more.
pub(super) fn forget(connection: &Connection, user: UserId, now: Timestamp) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM trusted_keys WHERE user = ?1")?.execute([user.0])?;
    touch(connection, user, "version = version", params![user.0, now.0])
}
