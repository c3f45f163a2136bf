//! `backup` and `restore`: a store with its manifest in a folder, and the way back.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::time::Clock;
use crate::cli::command::Shape;
use crate::cli::exit;
use crate::cli::here::Here;
use crate::cli::print::Printer;
use crate::cli::progress;
use crate::cli::stop::Stop;
use crate::domain::audit::hex;
use crate::domain::finding::Finding;
use crate::program::doctor;
use crate::program::manifest::{Kept, Manifest, copy_new};
use crate::program::places::Places;
use crate::program::serving;
use crate::store::backup::{self, Copied};

const STORE: &str = "wardroom.db";
const KEYS: &str = "keys";

/// Copies the store at `places` into the folder `to`, which is made.
pub(super) async fn take(
    places: &Places,
    to: &Path,
    with_keys: bool,
    shape: Shape,
    ends: &mut Here,
) -> Result<u8, Stop> {
    let mut print = Printer::new(ends);
    let database = places.store().database;
    if !places.has_store()? {
        let text = format!("no store at `{}`: name the right --data", database.display());
        return Err(Fault::store(text).into());
    }
    make_folder(to)?;
    if let Err(fault) = noted(places, with_keys).await {
        // A store that cannot be written is one more reason for a backup.
        print.talk(&format!("the audit does not tell of this backup: {fault}")).await?;
    }
    let taken = taken(places, to, with_keys, &mut print).await;
    let manifest = match taken {
        Ok(manifest) => manifest,
        Err(stop) => {
            // Only what this command has made: the folder was empty.
            fs::remove_dir_all(to).map_err(|error| {
                Stop::failed(format!("{}; and `{}` could not be removed: {error}", stop.text, to.display()))
            })?;
            return Err(stop);
        }
    };
    let bytes: u64 = manifest.files.iter().map(|kept| kept.bytes).sum();
    match shape {
        Shape::Json => {
            let line = json!({ "to": to.display().to_string(), "bytes": bytes, "taken_at": manifest.taken_at,
                "audit_entry": manifest.audit_entry, "audit_hash": manifest.audit_hash, "with_keys": with_keys });
            print.json(&line).await?;
        }
        Shape::Text => {
            let (folder, entry) = (to.display(), manifest.audit_entry);
            print
                .line(&format!("`{folder}` holds the store up to audit entry {entry}, {bytes} bytes"))
                .await?;
            if !with_keys {
                let keys = places.keys.display();
                print
                    .talk(&format!(
                        "keep a copy of `{keys}/field.key` elsewhere: what is sealed cannot be read without"
                    ))
                    .await?;
            }
        }
    }
    Ok(exit::DONE)
}

/// Makes the folder of a backup, or takes one that is empty.
fn make_folder(to: &Path) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::input(format!("cannot make `{}`: {error}", to.display()));
    fs::create_dir_all(to).map_err(failed)?;
    if fs::read_dir(to).map_err(failed)?.next().is_some() {
        let text = format!("`{}` is not empty: a backup is never written over another", to.display());
        return Err(Fault::input(text));
    }
    Ok(())
}

async fn noted(places: &Places, with_keys: bool) -> Result<(), Fault> {
    let service = places.open(0)?;
    let noted = service.note_backup(with_keys).await;
    service.close();
    noted
}

async fn taken(
    places: &Places,
    to: &Path,
    with_keys: bool,
    print: &mut Printer<'_, Here>,
) -> Result<Manifest, Stop> {
    let copied = copied(places.store().database, to.join(STORE), print).await?;
    let mut kept = vec![Kept::of(&to.join(STORE), STORE.to_owned())?];
    if with_keys {
        for name in key_names(&places.keys)? {
            let named = format!("{KEYS}/{name}");
            copy_new(&places.keys.join(&name), &to.join(&named))?;
            kept.push(Kept::of(&to.join(&named), named)?);
        }
    }
    let manifest = Manifest::new(Clock::system().now().rfc3339(), &copied, kept);
    manifest.write(to)?;
    Ok(manifest)
}

/// Copies the database, telling how far it is where somebody looks; ends with an interruption.
async fn copied(from: PathBuf, to: PathBuf, print: &mut Printer<'_, Here>) -> Result<Copied, Stop> {
    let (done, total, stop) =
        (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let (tell_done, tell_total, stopped) = (Arc::clone(&done), Arc::clone(&total), Arc::clone(&stop));
    let mut copying = tokio::task::spawn_blocking(move || {
        backup::copy(&from, &to, |pages, of| {
            tell_done.store(pages, Ordering::Relaxed);
            tell_total.store(of, Ordering::Relaxed);
            !stopped.load(Ordering::Relaxed)
        })
    });
    let mut interrupted = std::pin::pin!(Printer::<Here>::interrupted());
    let is_shown = print.terminals().talk;
    let mut looks = tokio::time::interval(Duration::from_millis(limits::PROGRESS_PAUSE_MS));
    loop {
        tokio::select! {
            copied = &mut copying => {
                if is_shown {
                    print.over("").await?;
                }
                let copied = copied.map_err(|_| Fault::machine("the copy was cut off: see the log"))?;
                return Ok(copied?);
            }
            // The copy ends with its next step, and says so.
            () = &mut interrupted, if !stop.load(Ordering::Relaxed) => stop.store(true, Ordering::Relaxed),
            _ = looks.tick(), if is_shown => {
                let (pages, of) = (done.load(Ordering::Relaxed), total.load(Ordering::Relaxed));
                print.over(&progress::line("copying", pages, of, &format!("{pages} pages"))).await?;
            }
        }
    }
}

/// The files in the folder of keys that are keys.
fn key_names(keys: &Path) -> Result<Vec<String>, Fault> {
    let failed = |error: std::io::Error| Fault::input(format!("cannot read `{}`: {error}", keys.display()));
    let mut names = Vec::new();
    for entry in fs::read_dir(keys).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_key =
            entry.file_type().map_err(failed)?.is_file() && !name.starts_with('.') && name != "README.md";
        names.extend(is_key.then_some(name));
    }
    names.sort_unstable();
    Ok(names)
}

/// Looks whether the backup in `from` is whole, and its keys those of its store; changes nothing.
pub(super) async fn verify(places: &Places, from: &Path, shape: Shape, ends: &mut Here) -> Result<u8, Stop> {
    let found = findings(places, from);
    doctor::tell(&found, shape, &mut Printer::new(ends)).await
}

fn findings(places: &Places, from: &Path) -> Vec<Finding> {
    let manifest = match Manifest::read(from) {
        Ok(manifest) => manifest,
        Err(fault) => return vec![Finding::fail("manifest", fault.text, "take another backup")],
    };
    let text = format!("{} files as they were written, {}", manifest.files.len(), manifest.taken_at);
    let mut found = vec![Finding::fine("manifest", text)];
    let keys = keys_of(&manifest, from, places);
    match proven(&manifest, &from.join(STORE), keys.as_deref()) {
        Ok(()) => {
            found.push(Finding::fine(
                "store",
                format!("version {}, every page and row reads well", manifest.store_version),
            ));
            let (entry, hash) = (manifest.audit_entry, &manifest.audit_hash[..12]);
            found.push(Finding::fine("audit", format!("the chain holds up to entry {entry}, head {hash}…")));
            found.push(match keys {
                Some(path) => {
                    Finding::fine("field.key", format!("`{}` is that of the store", path.display()))
                }
                None => Finding::warn(
                    "field.key",
                    "not in this backup, nor in this data directory",
                    "look that a copy of it is kept: what is sealed cannot be read without",
                ),
            });
        }
        Err(fault) => found.push(Finding::fail("store", fault.text, "take another backup")),
    }
    found
}

/// The keys that the store of a backup is opened with: those in it, or those that are here; `None` where neither is.
fn keys_of(manifest: &Manifest, from: &Path, places: &Places) -> Option<PathBuf> {
    let name = format!("{KEYS}/field.key");
    if manifest.files.iter().any(|kept| kept.name == name) {
        return Some(from.join(name));
    }
    let here = places.store().field_key;
    here.exists().then_some(here)
}

/// Whether the store at `path` is whole, and the one that `manifest` tells of.
fn proven(manifest: &Manifest, path: &Path, keys: Option<&Path>) -> Result<(), Fault> {
    let Copied { head, .. } = backup::inspect(path, keys)?;
    if (head.seq, hex(&head.hash)) != (manifest.audit_entry, manifest.audit_hash.clone()) {
        return Err(Fault::store(format!(
            "the audit ends at entry {}, the manifest says {}: this is not the store that was copied",
            head.seq, manifest.audit_entry
        )));
    }
    Ok(())
}

/// Brings the backup in `from` back to `places`, where nothing may be yet.
pub(super) async fn restore(places: &Places, from: &Path, shape: Shape, ends: &mut Here) -> Result<u8, Stop> {
    refuse_what_is_there(places)?;
    let manifest = Manifest::read(from)?;
    let keys = keys_of(&manifest, from, places);
    proven(&manifest, &from.join(STORE), keys.as_deref())?;
    let to = |name: &str| match name.strip_prefix("keys/") {
        Some(key) => places.keys.join(key),
        None => places.data.join(name),
    };
    if let Some(kept) = manifest.files.iter().find(|kept| to(&kept.name).exists()) {
        let path = to(&kept.name);
        return Err(Stop::failed(format!(
            "there is a file at `{}` already: nothing was restored",
            path.display()
        )));
    }
    // The store last: with it the data directory is one.
    for kept in manifest.files.iter().rev() {
        let path = to(&kept.name);
        copy_new(&from.join(&kept.name), &path)?;
        if Kept::of(&path, kept.name.clone())? != *kept {
            return Err(Stop::failed(format!("`{}` was not written as it should be", path.display())));
        }
    }
    let mut print = Printer::new(ends);
    match shape {
        Shape::Json => {
            let line = json!({ "data": places.data.display().to_string(), "taken_at": manifest.taken_at,
                "audit_entry": manifest.audit_entry, "field_key": keys.is_some() });
            print.json(&line).await?;
        }
        Shape::Text => {
            let (data, entry) = (places.data.display(), manifest.audit_entry);
            let taken = &manifest.taken_at;
            print.line(&format!("`{data}` holds the store of {taken}, up to audit entry {entry}")).await?;
        }
    }
    if keys.is_none() {
        let path = places.store().field_key;
        let path = path.display();
        print
            .talk(&format!("now put the `field.key` of this store at `{path}`: it does not open without"))
            .await?;
    }
    Ok(exit::DONE)
}

/// Only keys may be there, put in place beforehand, and what explains them.
fn refuse_what_is_there(places: &Places) -> Result<(), Fault> {
    if !places.data.exists() {
        return Ok(());
    }
    if let Some(server) = serving::all(&places.data)?.first() {
        let (process, data) = (server.process, places.data.display());
        return Err(Fault::input(format!("process {process} serves `{data}`: stop it first")));
    }
    let failed = |error| Fault::input(format!("cannot read `{}`: {error}", places.data.display()));
    for entry in fs::read_dir(&places.data).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if name != KEYS && name != "README.md" {
            return Err(Fault::input(format!(
                "`{}` is not empty (`{}`): name a new --data DIR; nothing was restored",
                places.data.display(),
                name.to_string_lossy()
            )));
        }
    }
    Ok(())
}
