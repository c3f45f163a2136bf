//! The unit for systemd, as its own tool reads it.

use std::fs;
use std::process::Command;

#[test]
fn systemd_finds_nothing_wrong_with_the_unit_and_little_that_it_leaves_open() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("wardroom.service");
    let program = env!("CARGO_BIN_EXE_wardroom");
    let text = include_str!("../../config/wardroom.service").replace("/usr/local/bin/wardroom", program);
    fs::write(&unit, text).unwrap();
    let says = |arguments: &[&str]| {
        let said = Command::new("systemd-analyze").args(arguments).arg(&unit).output();
        said.inspect_err(|_| eprintln!("skipped: `systemd-analyze` is not installed")).ok()
    };
    let Some(verified) = says(&["verify", "--man=no"]) else { return };
    let complaints = String::from_utf8_lossy(&verified.stderr);
    let of_ours: Vec<&str> = complaints.lines().filter(|line| line.contains("wardroom")).collect();
    assert_eq!(of_ours, Vec::<&str>::new());
    // From 0.0, nothing is left open, to 10.0, everything is; above 2.0 it fails.
    let secure = says(&["security", "--offline=true", "--threshold=20", "--no-pager"]).unwrap();
    assert!(secure.status.success(), "{}", String::from_utf8_lossy(&secure.stdout));
}
