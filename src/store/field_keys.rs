//! Which keys of the file are this store's, and which of them seals: the newest that the store knows.
//!
//! The store decides, not the file: every process seals under the new key from the commit on that
//! made it known.

use rusqlite::{Connection, params};

use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::store::connection::fault;
use crate::store::seal::Sealer;
use crate::store::sign_in::place_of;

/// What is sealed as the proof of a key.
const PROOF: &[u8] = b"wardroom";

/// A key as the store knows it: everything but the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldKey {
    /// Its number.
    pub id: u32,
    /// When it was made; 0 for one from before keys had numbers.
    pub made_at: Timestamp,
    /// When the last value was moved away from it.
    pub retired_at: Option<Timestamp>,
    /// Encrypted fields that are sealed under it.
    pub fields: u64,
    /// Second factors that are sealed under it.
    pub seeds: u64,
}

/// All keys, the newest first.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<FieldKey>> {
    let count = |row: &rusqlite::Row<'_>, column| row.get::<_, i64>(column).map(i64::unsigned_abs);
    connection
        .prepare(
            "SELECT k.id, k.made_at, k.retired_at, (SELECT count(*) FROM user_sealed_fields WHERE key_id = k.id),
                 (SELECT count(*) FROM credentials WHERE hex(substr(totp_sealed, 1, 4)) = printf('%08X', k.id))
             FROM field_keys k ORDER BY k.id DESC",
        )?
        .query_map([], |row| {
            Ok(FieldKey {
                id: row.get(0)?,
                made_at: Timestamp(row.get(1)?),
                retired_at: row.get::<_, Option<i64>>(2)?.map(Timestamp),
                fields: count(row, 3)?,
                seeds: count(row, 4)?,
            })
        })?
        .collect()
}

/// The number of the key that seals.
pub(super) fn current(connection: &Connection) -> rusqlite::Result<u32> {
    connection.prepare_cached("SELECT max(id) FROM field_keys")?.query_row([], |row| row.get(0))
}

/// The numbers of the keys under which something may be sealed, the current one first.
pub(super) fn in_use(connection: &Connection) -> rusqlite::Result<Vec<u32>> {
    connection
        .prepare_cached("SELECT id FROM field_keys WHERE retired_at IS NULL ORDER BY id DESC")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Notes the key under which `sealer` seals as the newest one.
pub(super) fn add(connection: &Connection, sealer: &Sealer, now: Timestamp) -> Result<(), Fault> {
    let id = sealer.current();
    let proof = sealer.seal(&proof_place(id), PROOF)?;
    connection
        .execute("INSERT INTO field_keys (id, made_at, proof) VALUES (?1, ?2, ?3)", params![id, now.0, proof])
        .map(drop)
        .map_err(|error| fault(&error))
}

/// Binds an empty store to the keys of `sealer`.
pub(super) fn bind(connection: &Connection, sealer: &Sealer, now: Timestamp) -> Result<(), Fault> {
    connection.execute("DELETE FROM field_keys", []).map_err(|error| fault(&error))?;
    add(connection, sealer, now)
}

/// Refuses keys that are not this store's: what is sealed under them from now on would be lost when
/// the right ones are back.
pub(super) fn prove(connection: &Connection, sealer: &Sealer) -> Result<Sealer, Fault> {
    let sql = |error| fault(&error);
    for id in in_use(connection).map_err(sql)? {
        let key = sealer.under(id)?;
        let proof: Option<Vec<u8>> = connection
            .query_row("SELECT proof FROM field_keys WHERE id = ?1", [id], |row| row.get(0))
            .map_err(sql)?;
        match proof {
            Some(proof) if key.open_sealed(&proof_place(id), &proof).is_ok() => {}
            None if opens_a_seed(connection, &key).map_err(sql)? => {
                let proof = key.seal(&proof_place(id), PROOF)?;
                connection
                    .execute("UPDATE field_keys SET proof = ?2 WHERE id = ?1", params![id, proof])
                    .map_err(sql)?;
            }
            Some(_) | None => {
                return Err(Fault::store(
                    "`field.key` is not the key of this store: restore the one that belongs to it",
                ));
            }
        }
    }
    sealer.under(current(connection).map_err(sql)?)
}

fn proof_place(id: u32) -> String {
    format!("proof:{id}")
}

/// Whether `sealer` opens one of some sealed seeds, or there is none: a store from before there were proofs.
fn opens_a_seed(connection: &Connection, sealer: &Sealer) -> rusqlite::Result<bool> {
    let seeds: Vec<(i64, Vec<u8>)> = connection
        .prepare("SELECT user, totp_sealed FROM credentials WHERE totp_sealed IS NOT NULL LIMIT ?1")?
        .query_map([limits::SEEDS_TRIED], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let opens =
        |(user, sealed): &(i64, Vec<u8>)| sealer.open_sealed(&place_of(UserId(*user)), sealed).is_ok();
    Ok(seeds.is_empty() || seeds.iter().any(opens))
}
