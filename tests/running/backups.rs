//! Backups: taken while others write, whole or not there at all, and brought back to the last row.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sha2::Digest as _;
use wardroom::base::time::Clock;
use wardroom::service::Service;
use wardroom::store::{Places, Store};

use crate::support::institution::Institution;
use crate::{anywhere, said};

/// Rows of a query, as text.
fn value(institution: &Institution, data: &str, sql: &str) -> String {
    let store = rusqlite::Connection::open(institution.at(data).join("wardroom.db")).unwrap();
    store
        .query_row(sql, [], |row| row.get::<_, rusqlite::types::Value>(0))
        .map(|value| format!("{value:?}"))
        .unwrap()
}

#[test]
fn a_backup_taken_while_an_import_and_a_hundred_writes_a_second_run_restores_and_verifies() {
    let institution = Arc::new(Institution::open());
    let mut people = String::from("login,first_name,last_name,kind\n");
    for number in 0..30_000 {
        writeln!(people, "p{number}x,Ann{number},Kim,customer").unwrap();
    }
    fs::write(institution.at("many.csv"), people).unwrap();
    let (over, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let import = {
        let institution = Arc::clone(&institution);
        std::thread::spawn(move || said(&institution.here(&["import", "users", "many.csv"])))
    };
    let writer = {
        let (institution, over, written) =
            (Arc::clone(&institution), Arc::clone(&over), Arc::clone(&written));
        std::thread::spawn(move || write_until(&institution, &over, &written))
    };
    while written.load(Ordering::Relaxed) < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let before = (written.load(Ordering::Relaxed), Instant::now());
    let mut entries = Vec::new();
    for number in 0..5 {
        let (_, err, code) = said(&institution.here(&["backup", &format!("backup{number}")]));
        assert_eq!(code, 0, "{err}");
        std::thread::sleep(Duration::from_millis(300));
    }
    let count = written.load(Ordering::Relaxed) - before.0;
    let rate = u128::from(count) * 1000 / before.1.elapsed().as_millis();
    over.store(true, Ordering::Relaxed);
    writer.join().unwrap();
    let (out, err, code) = import.join().unwrap();
    assert!(code == 0 && out.starts_with("30000 created"), "{out}{err}");
    assert!(rate > 20, "writers were held up: {rate} writes a second");
    for number in 0..5 {
        let (from, data) = (format!("backup{number}"), format!("restored{number}"));
        let (out, err, code) = said(&institution.here(&["restore", &from, "--verify"]));
        assert!(code == 0 && out.lines().all(|line| line.starts_with("ok ")), "{out}{err}");
        fs::create_dir(institution.at(&data)).unwrap();
        fs::create_dir(institution.at(&data).join("keys")).unwrap();
        let key = institution.at(&data).join("keys/field.key");
        fs::copy(institution.at("data/keys/field.key"), key).unwrap();
        let (_, err, code) = said(&anywhere(&institution, &["--data", &data, "restore", &from]));
        assert_eq!(code, 0, "{err}");
        let verify = anywhere(&institution, &["--data", &data, "audit", "verify"]);
        assert_eq!(said(&verify).2, 0, "{}", said(&verify).1);
        // All of the import or nothing: what it has written so far is seen by nobody.
        let (users, _, _) = said(&anywhere(&institution, &["--data", &data, "users", "list", "--csv"]));
        let count = users.lines().count() - 1;
        assert!(count == 6 || count == 30_006, "{count} users");
        entries.push(value(&institution, &data, "SELECT count(*) FROM audit"));
    }
    assert!(entries.windows(2).all(|pair| pair[0] != pair[1]), "each is of its own moment: {entries:?}");
}

/// A hundred writes a second through the store's own door, each with an entry in the audit.
fn write_until(institution: &Institution, over: &AtomicBool, written: &AtomicU64) {
    let places = Places {
        database: institution.at("data/wardroom.db"),
        field_key: institution.at("data/keys/field.key"),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = Store::open(&places, Clock::system()).unwrap();
    let service = Service::start(store, institution.at("data/keys"), 0).unwrap();
    runtime.block_on(async {
        while !over.load(Ordering::Relaxed) {
            let began = Instant::now();
            service.note_backup(false).await.unwrap();
            written.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(10).saturating_sub(began.elapsed())).await;
        }
    });
    service.close();
}

#[test]
fn keys_go_with_a_backup_only_when_asked_and_nothing_is_written_over() {
    let institution = Institution::open();
    let (out, err, code) = said(&institution.here(&["backup", "plain"]));
    assert!(code == 0 && out.starts_with("`plain` holds the store up to audit entry "), "{out}{err}");
    assert!(err.contains("keep a copy of `data/keys/field.key` elsewhere"), "{err}");
    let names = |folder: &str| {
        let mut names: Vec<String> = fs::read_dir(institution.at(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("plain"), ["manifest.json", "wardroom.db"]);
    assert_eq!(said(&institution.here(&["backup", "whole", "--with-keys"])).2, 0);
    assert_eq!(names("whole"), ["keys", "manifest.json", "wardroom.db"]);
    for file in
        ["whole/wardroom.db", "whole/manifest.json", "whole/keys/field.key", "whole/keys/host_ed25519"]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &fs::metadata(institution.at(file)).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let (_, err, code) = said(&institution.here(&["backup", "whole"]));
    assert!(
        code == 1 && err.contains("`whole` is not empty: a backup is never written over another"),
        "{err}"
    );
    assert_eq!(names("whole"), ["keys", "manifest.json", "wardroom.db"], "what was there stays");
    let told = value(
        &institution,
        "data",
        "SELECT detail FROM audit WHERE action = 'store.backup' ORDER BY seq DESC",
    );
    assert!(told.contains("with_keys"), "{told}");

    let (_, err, code) = said(&institution.here(&["restore", "whole"]));
    assert!(code == 1 && err.contains("serves `data`: stop it first"), "{err}");
    let (out, err, code) = said(&anywhere(&institution, &["--data", "new", "restore", "whole"]));
    assert!(code == 0 && out.starts_with("`new` holds the store of "), "{out}{err}");
    assert_eq!(
        fs::read(institution.at("new/keys/host_ed25519")).unwrap(),
        fs::read(institution.at("data/keys/host_ed25519")).unwrap()
    );
    let shown = said(&anywhere(&institution, &["--data", "new", "users", "show", "c.kim"]));
    assert_eq!(shown.2, 0, "{}", shown.1);
    let (_, err, code) = said(&anywhere(&institution, &["--data", "new", "restore", "whole"]));
    assert!(code == 1 && err.contains("`new` is not empty"), "{err}");
}

#[test]
fn a_backup_that_was_changed_cut_or_is_of_other_keys_is_refused_and_nothing_is_restored() {
    let institution = Institution::open();
    assert_eq!(said(&institution.here(&["backup", "good", "--with-keys"])).2, 0);
    let refused = |what: &str, change: &dyn Fn(&std::path::Path)| {
        let bad = institution.at("bad");
        let _ = fs::remove_dir_all(&bad);
        fs::create_dir_all(bad.join("keys")).unwrap();
        for file in ["wardroom.db", "manifest.json", "keys/field.key", "keys/host_ed25519"] {
            fs::copy(institution.at("good").join(file), bad.join(file)).unwrap();
        }
        change(&bad);
        let (out, _, code) = said(&anywhere(&institution, &["--data", "new", "restore", "bad", "--verify"]));
        assert!(code == 1 && out.contains(what), "{what}: {out}");
        let (_, err, code) = said(&anywhere(&institution, &["--data", "new", "restore", "bad"]));
        assert!(code != 0 && err.contains(what), "{what}: {err}");
        assert!(!institution.at("new").exists(), "{what}");
    };
    let replace = |bad: &std::path::Path, from: &str, to: &str| {
        let path = bad.join("manifest.json");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        fs::write(path, text.replace(from, to)).unwrap();
    };
    refused("size or hash differ", &|bad| {
        let mut bytes = fs::read(bad.join("wardroom.db")).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(bad.join("wardroom.db"), bytes).unwrap();
    });
    refused("wanted the folder of a backup", &|bad| fs::remove_file(bad.join("manifest.json")).unwrap());
    refused("is no name of a file of a backup", &|bad| {
        replace(bad, "\"wardroom.db\"", "\"../good/wardroom.db\"");
    });
    refused("the manifest says", &|bad| replace(bad, "\"audit_entry\": ", "\"audit_entry\": 9"));
    refused("is damaged", &|bad| {
        fs::write(bad.join("keys/field.key"), "no key\n").unwrap();
        let text = fs::read_to_string(bad.join("manifest.json")).unwrap();
        let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        let files = manifest["files"].as_array_mut().unwrap();
        let key = files.iter_mut().find(|file| file["name"] == "keys/field.key").unwrap();
        key["bytes"] = 7.into();
        key["sha256"] = wardroom::domain::audit::hex(&sha2::Sha256::digest("no key\n")).into();
        fs::write(bad.join("manifest.json"), manifest.to_string()).unwrap();
    });
}
