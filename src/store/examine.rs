//! Looking at a store without changing it: what a doctor asks. A server may run meanwhile.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::audit::hex;
use crate::domain::finding::Finding;
use crate::store::connection::fault;
use crate::store::seal::Sealer;
use crate::store::{Places, Store, batch, chain, field_keys, is_alive, migrate, sign_in};

/// Looks at everything in the store. Reads all of it once: minutes for a very large one.
pub fn examine(places: &Places, now: Timestamp, index_bytes_max: usize) -> Vec<Finding> {
    let path = &places.database;
    match Store::is_there(places) {
        Ok(true) => {}
        Ok(false) => {
            let text = format!("there is none at `{}`", path.display());
            return vec![Finding::fail(
                "store",
                text,
                "make one with `wardroom init`, or name the right --data",
            )];
        }
        Err(fault) => return vec![Finding::fail("store", fault.text, "")],
    }
    let connection = match open(path) {
        Ok(connection) => connection,
        Err(error) => return vec![Finding::fail("store", fault(&error).text, "")],
    };
    let mut found = vec![version(&connection)];
    if found.iter().any(|finding| finding.standing == crate::domain::finding::Standing::Fail) {
        return found;
    }
    let looks: [(&'static str, Look); 9] = [
        ("integrity", integrity),
        ("log", log),
        ("audit", chain),
        ("imports", batches),
        ("jobs", jobs),
        ("sessions", sessions),
        ("clock", |connection, now| clock(connection, now)),
        ("outbox", outbox),
        ("audit guard", guards),
    ];
    for (about, look) in looks {
        found.push(
            look(&connection, now).unwrap_or_else(|error| Finding::fail(about, fault(&error).text, "")),
        );
    }
    found.push(
        search(&connection, index_bytes_max)
            .unwrap_or_else(|error| Finding::fail("search", fault(&error).text, "")),
    );
    found.push(field_key(&connection, &places.field_key));
    found
}

type Look = fn(&Connection, Timestamp) -> rusqlite::Result<Finding>;

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(std::time::Duration::from_millis(limits::STORE_BUSY_MS))?;
    Ok(connection)
}

fn version(connection: &Connection) -> Finding {
    let newest = migrate::NEWEST;
    match migrate::version_of(connection) {
        Err(fault) => Finding::fail("store", fault.text, ""),
        Ok(0) => Finding::fail("store", "the file is not a store of this program", "name the right --data"),
        Ok(version) if version > newest => Finding::fail("store", migrate::newer(version).text, ""),
        Ok(version) if version < newest => Finding::warn(
            "store",
            format!("version {version}; this program brings it to {newest} when it opens it"),
            "take a backup first",
        ),
        Ok(version) => Finding::fine("store", format!("version {version}")),
    }
}

fn integrity(connection: &Connection, _now: Timestamp) -> rusqlite::Result<Finding> {
    let told: Vec<String> = connection
        .prepare("PRAGMA quick_check(3)")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(if told == ["ok"] {
        Finding::fine("integrity", "every page and row reads well")
    } else {
        Finding::fail("integrity", told.join("; "), "stop the servers and restore a backup")
    })
}

fn log(connection: &Connection, _now: Timestamp) -> rusqlite::Result<Finding> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" {
        let to_do = "open it once with this program, which sets the mode";
        return Ok(Finding::warn("log", format!("the journal mode is {mode}, not wal"), to_do));
    }
    let path = connection.path().map(|path| format!("{path}-wal")).unwrap_or_default();
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    let mib = bytes / (1024 * 1024);
    Ok(if bytes > limits::WAL_BYTES_WORRY {
        let to_do = "somebody reads one old state for long: end that process, such as a sqlite3 shell";
        Finding::warn("log", format!("the write-ahead log has {mib} MiB and is not written back"), to_do)
    } else {
        Finding::fine("log", format!("write-ahead log, {mib} MiB"))
    })
}

fn chain(connection: &Connection, _now: Timestamp) -> rusqlite::Result<Finding> {
    let verified = chain::whole(connection)?;
    Ok(if let Some((seq, why)) = verified.broken {
        let to_do = "keep this store as evidence, and compare it with a backup and a signed head";
        Finding::fail("audit", format!("the chain breaks at entry {seq}: {why}"), to_do)
    } else {
        let head = verified.head;
        let hash = hex(&head.hash);
        Finding::fine(
            "audit",
            format!("{} entries, the chain holds, head {}…", verified.entries, &hash[..12]),
        )
    })
}

/// The triggers that keep entries from being changed: a copy made by hand may lack them.
fn guards(connection: &Connection, _now: Timestamp) -> rusqlite::Result<Finding> {
    let count: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name IN ('audit_no_update', 'audit_no_delete')",
        [],
        |row| row.get(0),
    )?;
    Ok(if count == 2 {
        Finding::fine("audit guard", "entries can be neither changed nor removed")
    } else {
        Finding::fail("audit guard", "a trigger that guards the audit is missing", "restore a backup")
    })
}

fn batches(connection: &Connection, _now: Timestamp) -> rusqlite::Result<Finding> {
    let all = batch::all(connection)?;
    let left = all.iter().filter(|(_, process)| !is_alive(*process)).count();
    Ok(match (left, all.len()) {
        (0, 0) => Finding::fine("imports", "none is under way"),
        (0, count) => Finding::fine("imports", format!("{count} under way")),
        (left, _) => Finding::warn(
            "imports",
            format!("{left} left behind by a killed process; nobody sees their rows"),
            "the next start of a server or console removes them",
        ),
    })
}

fn jobs(connection: &Connection, _now: Timestamp) -> rusqlite::Result<Finding> {
    let mut statement = connection.prepare("SELECT process FROM jobs WHERE state = 'running'")?;
    let running: Vec<u32> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let stuck = running.iter().filter(|process| !is_alive(**process)).count();
    let paused: i64 = connection.query_row(
        "SELECT count(*) FROM jobs WHERE state = 'paused' AND why <> ''",
        [],
        |row| row.get(0),
    )?;
    Ok(if stuck > 0 {
        let text = format!("{stuck} wait for a server or console that carries them on");
        Finding::warn("jobs", text, "start one; `wardroom jobs list` shows them")
    } else if paused > 0 {
        let text = format!("{paused} paused after a fault");
        Finding::warn("jobs", text, "`wardroom jobs list` says why; `jobs resume ID` goes on")
    } else {
        Finding::fine("jobs", format!("{} under way", running.len()))
    })
}

fn sessions(connection: &Connection, _now: Timestamp) -> rusqlite::Result<Finding> {
    let processes = sign_in::session_processes(connection)?;
    let gone = processes.iter().filter(|process| !is_alive(**process)).count();
    let open: i64 =
        connection
            .query_row("SELECT count(*) FROM sessions WHERE closed_at IS NULL", [], |row| row.get(0))?;
    Ok(if gone > 0 {
        let text = format!("{open} open, some of {gone} processes that are gone");
        Finding::warn("sessions", text, "the next start of a server closes them")
    } else {
        Finding::fine("sessions", format!("{open} open"))
    })
}

fn clock(connection: &Connection, now: Timestamp) -> rusqlite::Result<Finding> {
    let newest: i64 =
        connection.query_row("SELECT value FROM state WHERE name = 'newest_time'", [], |row| row.get(0))?;
    let newest = Timestamp(newest);
    Ok(if newest > now {
        let text = format!(
            "it says {now} and is {} s behind the newest time in the store, {newest}, which counts until it catches up",
            newest.seconds_since(now).max(1)
        );
        Finding::warn("clock", text, "set the clock of this machine")
    } else {
        Finding::fine("clock", format!("{now}, not behind the store"))
    })
}

fn outbox(connection: &Connection, now: Timestamp) -> rusqlite::Result<Finding> {
    let (waiting, oldest, given_up): (i64, Option<i64>, i64) = connection.query_row(
        "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting'),
                (SELECT min(made_at) FROM outbox WHERE state = 'waiting'),
                (SELECT count(*) FROM outbox WHERE state = 'given up')",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let age_s = oldest.map_or(0, |oldest| now.seconds_since(Timestamp(oldest)));
    let text = format!("{waiting} messages wait, {given_up} were given up");
    Ok(if age_s > limits::OUTBOX_AGE_WORRY_S {
        let age = Timestamp(oldest.unwrap_or(now.0)).age_at(now);
        Finding::warn(
            "outbox",
            format!("{text}; the oldest waits for {age}"),
            "look whether mail and SMS go out",
        )
    } else if given_up > 0 {
        Finding::warn("outbox", text, "look at them, and send again what is still wanted")
    } else {
        Finding::fine("outbox", text)
    })
}

fn search(connection: &Connection, bytes_max: usize) -> rusqlite::Result<Finding> {
    let users: i64 = connection.query_row("SELECT count(*) FROM visible_users", [], |row| row.get(0))?;
    let bytes = usize::try_from(users).unwrap_or(0).saturating_mul(limits::INDEX_BYTES_PER_USER);
    let mib = |bytes: usize| bytes.div_ceil(1024 * 1024);
    let text = format!("{users} users take about {} MiB of {} in memory", mib(bytes), mib(bytes_max));
    Ok(if bytes > bytes_max {
        Finding::warn(
            "search",
            format!("{text}: lists are read from the store, slowly"),
            "raise search.memory_max_mib",
        )
    } else {
        Finding::fine("search", text)
    })
}

fn field_key(connection: &Connection, path: &Path) -> Finding {
    let about = "field.key";
    match Sealer::open(path).and_then(|sealer| field_keys::prove(connection, &sealer)) {
        Ok(_) => Finding::fine(about, "it is this store's, and its owner's alone"),
        Err(fault) => Finding::fail(about, fault.text, ""),
    }
}
