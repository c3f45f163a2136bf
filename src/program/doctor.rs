//! `doctor` and `health`: the store, its files, the settings and the servers, looked at without changing anything.

use std::fs;
use std::io::Read as _;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::base::fault::{Fault, Origin};
use crate::base::limits;
use crate::base::time::Clock;
use crate::cli::command::Shape;
use crate::cli::exit;
use crate::cli::here::Here;
use crate::cli::print::Printer;
use crate::cli::stop::Stop;
use crate::config::{Config, Mistake, Reading};
use crate::domain::finding::{Finding, Standing, worst};
use crate::program::places::Places;
use crate::program::running;
use crate::program::serving::{self, Server};
use crate::ssh::HostKey;
use crate::store::{backup, examine};

const MIB: u64 = 1024 * 1024;

/// Looks at everything, and says what to do; the exit code.
pub(super) async fn run(
    reading: &Reading,
    config: Option<&Config>,
    places: &Places,
    shape: Shape,
    ends: &mut Here,
) -> Result<u8, Stop> {
    let mut found = vec![settings(reading, config)];
    let bytes_max = config.map_or(usize::MAX, |config| config.search.bytes_max());
    found.extend(examine::examine(&places.store(), Clock::system().now(), bytes_max));
    if fs::read_dir(&places.data).is_err() {
        // Of what nobody can look into, the first finding says all.
        return tell(&found, shape, &mut Printer::new(ends)).await;
    }
    found.push(disk(places));
    found.push(modes(places));
    found.push(host_key(places));
    found.push(servers(places));
    tell(&found, shape, &mut Printer::new(ends)).await
}

/// Says each finding; the exit code.
pub(super) async fn tell(found: &[Finding], shape: Shape, print: &mut Printer<'_, Here>) -> Result<u8, Stop> {
    for finding in found {
        match shape {
            Shape::Text => print.line(&finding.to_string()).await?,
            Shape::Json => {
                let Finding { about, standing, text, to_do } = finding;
                let line = json!({ "about": about, "state": standing.word(), "text": text, "to_do": to_do });
                print.json(&line).await?;
            }
        }
    }
    Ok(if worst(found) == Standing::Fail { exit::FAILED } else { exit::DONE })
}

fn settings(reading: &Reading, config: Option<&Config>) -> Finding {
    let mistakes = running::mistakes(reading, config);
    match mistakes.first() {
        None => Finding::fine("settings", "each has a value that it may have"),
        Some(first) => {
            Finding::fail("settings", first.to_string(), "`wardroom config check` tells all mistakes")
        }
    }
}

fn disk(places: &Places) -> Finding {
    let free = match free_bytes(&places.data) {
        Ok(free) => free,
        Err(fault) => return Finding::fail("disk", fault.text, ""),
    };
    let text = format!("{} MiB free beside the store", free / MIB);
    let store = fs::metadata(places.store().database).map_or(0, |file| file.len());
    if free < limits::DISK_BYTES_LEAST {
        Finding::fail("disk", text, "free some: nothing can be written soon")
    } else if free < store {
        Finding::warn(
            "disk",
            format!("{text}, less than the store has"),
            "free some: a large import needs as much again",
        )
    } else {
        Finding::fine("disk", text)
    }
}

/// What is free for this user on the disk of `folder`, in bytes.
fn free_bytes(folder: &Path) -> Result<u64, Fault> {
    let disk =
        rustix::fs::statvfs(folder).map_err(|error| Fault::file(Origin::Machine, folder, &error.into()))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The store and every key, with whether others may read them.
fn files(places: &Places) -> Vec<PathBuf> {
    let database = places.store().database;
    let beside = ["db", "db-wal", "db-shm"].map(|ending| database.with_extension(ending));
    let keys = fs::read_dir(&places.keys).into_iter().flatten().flatten().map(|entry| entry.path());
    let keys = keys.filter(|path| path.extension().is_none_or(|ending| ending != "md" && ending != "pub"));
    beside.into_iter().filter(|path| path.exists()).chain(keys).collect()
}

/// What of a file is wrong: not readable, or readable by others.
fn wrong(path: &Path) -> Option<String> {
    let mode = match fs::metadata(path) {
        Ok(file) => file.permissions().mode() & 0o777,
        Err(error) => return Some(format!("cannot be read: {error}")),
    };
    if mode & 0o077 != 0 {
        return Some(format!("can be read by others (mode {mode:03o}): run `chmod 600 {}`", path.display()));
    }
    fs::File::open(path).err().map(|error| format!("cannot be read: {error}"))
}

/// Files and folders that the settings name and this user cannot use, or others can.
pub(super) fn unreadable(places: &Places) -> Vec<Mistake> {
    let of = |path: &Path, text: String| Mistake { place: path.display().to_string(), text };
    let folders = [&places.data, &places.keys].into_iter().filter_map(|folder| {
        let error =
            fs::read_dir(folder).err().filter(|error| error.kind() != std::io::ErrorKind::NotFound)?;
        Some(of(folder, format!("cannot be read: {error}")))
    });
    folders.chain(files(places).iter().filter_map(|path| Some(of(path, wrong(path)?)))).collect()
}

/// A file that belongs to another user than the folder of the store: whoever serves the store cannot use it.
fn foreign<'f>(places: &Places, files: &'f [PathBuf]) -> Option<(&'f PathBuf, u32, u32)> {
    let owner = fs::metadata(&places.data).ok()?.uid();
    files.iter().find_map(|path| {
        let uid = fs::metadata(path).ok()?.uid();
        (uid != owner).then_some((path, uid, owner))
    })
}

fn modes(places: &Places) -> Finding {
    let files = files(places);
    if let Some((path, uid, owner)) = foreign(places, &files) {
        let (path, data) = (path.display(), places.data.display());
        let text = format!("`{path}` belongs to user {uid}, and `{data}` to user {owner}, who cannot use it");
        return Finding::warn("files", text, format!("run the program as one user; `chown {owner} {path}`"));
    }
    match files.iter().find_map(|path| Some((path, wrong(path)?))) {
        Some((path, what)) => Finding::fail("files", format!("`{}` {what}", path.display()), ""),
        None => {
            Finding::fine("files", format!("{} files of store and keys, their owner's alone", files.len()))
        }
    }
}

fn host_key(places: &Places) -> Finding {
    if !HostKey::exists(&places.keys) {
        return Finding::fine("host key", "the first start of a server makes it");
    }
    match HostKey::open(&places.keys) {
        Ok(key) => Finding::fine("host key", key.fingerprint()),
        Err(fault) => Finding::fail("host key", fault.text, ""),
    }
}

fn servers(places: &Places) -> Finding {
    let about = "server";
    let servers = match serving::all(&places.data) {
        Ok(servers) if servers.is_empty() => return Finding::fine(about, "none runs on this store"),
        Ok(servers) => servers,
        Err(fault) => return Finding::fail(about, fault.text, ""),
    };
    let mut told = Vec::new();
    for server in &servers {
        if let Err(fault) = answers(server) {
            return Finding::fail(about, fault.text, "look at its log, and start it again");
        }
        if let Some(what) = soft(server.process) {
            return Finding::warn(about, what, "start it without anything in between that sets limits");
        }
        told.push(format!("process {} answers on {}", server.process, server.address));
    }
    Finding::fine(about, told.join("; "))
}

/// What a server's process was not kept from: core files, or files that others may read.
fn soft(process: u32) -> Option<String> {
    let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}")).ok();
    let umask =
        read("status")?.lines().find_map(|line| Some(line.strip_prefix("Umask:")?.trim().to_owned()))?;
    let core = read("limits")?;
    let core = core.lines().find_map(|line| line.strip_prefix("Max core file size"))?;
    let core = core.split_whitespace().next()?;
    if umask != "0077" {
        return Some(format!("process {process} has umask {umask}, not 0077"));
    }
    (core != "0").then(|| format!("process {process} may leave core files"))
}

/// Whether a server sends the first line of SSH.
fn answers(server: &Server) -> Result<(), Fault> {
    let Server { process, address } = *server;
    let wait = Duration::from_millis(limits::HEALTH_WAIT_MS);
    let failed = |error: std::io::Error| {
        Fault::machine(format!("process {process} does not answer on {address}: {error}"))
    };
    let mut stream = TcpStream::connect_timeout(&reachable(address), wait).map_err(failed)?;
    stream.set_read_timeout(Some(wait)).map_err(failed)?;
    let mut first = [0; 8];
    stream.read_exact(&mut first).map_err(failed)?;
    if &first == b"SSH-2.0-" {
        return Ok(());
    }
    Err(Fault::machine(format!("what answers on {address} does not speak SSH")))
}

/// The address by which this machine reaches a server that listens on all of them.
fn reachable(address: SocketAddr) -> SocketAddr {
    let own = match address {
        SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    if address.ip().is_unspecified() { SocketAddr::new(own, address.port()) } else { address }
}

/// Whether a server of this data directory answers and can write: one line, quickly; the exit code.
pub(super) async fn health(places: &Places, shape: Shape, ends: &mut Here) -> Result<u8, Stop> {
    let began = Instant::now();
    let looked = look(places);
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut print = Printer::new(ends);
    let (code, why) = match &looked {
        Ok(_) => (exit::DONE, None),
        Err(fault) => (exit::AWAY, Some(fault.text.clone())),
    };
    let servers = looked.unwrap_or_default();
    if shape == Shape::Json {
        let servers: Vec<_> = servers
            .iter()
            .map(|server| json!({ "process": server.process, "address": server.address.to_string() }))
            .collect();
        let line =
            json!({ "healthy": code == exit::DONE, "why": why, "servers": servers, "took_ms": took_ms });
        print.json(&line).await?;
        return Ok(code);
    }
    let line = if let Some(why) = why {
        format!("unhealthy: {why}")
    } else {
        let at = servers.iter().map(|server| server.address.to_string()).collect::<Vec<_>>().join(", ");
        format!("healthy: serves on {at}, the store can be written ({took_ms} ms)")
    };
    print.line(&line).await?;
    Ok(code)
}

fn look(places: &Places) -> Result<Vec<Server>, Fault> {
    let servers = serving::all(&places.data)?;
    if servers.is_empty() {
        return Err(Fault::machine(format!("no server runs on the store in `{}`", places.data.display())));
    }
    servers.iter().try_for_each(answers)?;
    let database = places.store().database;
    if !database.exists() {
        // The store of a demo lies elsewhere and goes with its server.
        return Err(Fault::store(format!("no store at `{}`: name the right --data", database.display())));
    }
    let free = free_bytes(&places.data)?;
    if free < limits::DISK_BYTES_LEAST {
        return Err(Fault::store(format!("the disk is nearly full: {} MiB are free", free / MIB)));
    }
    backup::is_writable(&database)?;
    Ok(servers)
}
