//! Undoing: what `u` offers, what it asks, and what is there afterwards.

use crate::desk::House;
use crate::frames::{SIZES, assert_frame};

const SIZE: (u16, u16) = (80, 24);

#[test]
fn a_lock_is_undone_with_a_reason_and_the_next_key_takes_back_what_came_before() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/h.brandt<enter>N called back<tab><tab><enter>");
    desk.press("akcard lost<tab><tab><enter>");
    assert!(desk.line_with("ok: Lock done").ends_with("u undo (10:00 left)"), "{}", desk.screen());
    desk.press("u");
    assert!(desk.shows("status  LOCKED_BY_ADMIN -> ACTIVE"), "{}", desk.screen());
    desk.press("wrong person<tab><tab><enter>");
    assert_eq!(house.status("h.brandt"), "ACTIVE", "{}", desk.screen());
    assert_eq!(house.audited(), "m.okafor undo h.brandt allowed");
    assert!(!desk.line_with("ok: Undo: Lock done").contains("u undo"), "{}", desk.screen());
    desk.press("uy");
    assert!(desk.shows("ok: Undo: Add a note done: h.brandt"), "{}", desk.screen());
    desk.press("u");
    assert!(desk.shows("you did nothing in the last 10 minutes that can be undone"), "{}", desk.screen());
    assert_eq!(desk.sent, 4);
}

#[test]
fn whoever_signs_in_again_within_ten_minutes_can_still_undo() {
    let house = House::new();
    house.desk("a.kim", SIZE).press("/c.larsen<enter>aly");
    house.pass_s(9 * 60);
    let mut other = house.desk("m.okafor", SIZE);
    other.press("u");
    assert!(other.shows("you did nothing"), "{}", other.screen());
    let mut again = house.desk("a.kim", SIZE);
    again.press("uy");
    assert_eq!(house.status("c.larsen"), "LOCKED_BY_ADMIN", "{}", again.screen());
}

#[test]
fn what_was_changed_since_is_told_and_the_button_does_nothing() {
    let house = House::new();
    let mut first = house.desk("a.kim", SIZE);
    let mut second = house.desk("m.okafor", SIZE);
    first.press("/c.larsen<enter>aly");
    second.press("/c.larsen<enter>akagain<tab><tab><enter>");
    first.press("u");
    assert!(first.shows("changed meanwhile: user.lock by m.okafor"), "{}", first.screen());
    assert!(first.shows("what was changed since is not undone"), "{}", first.screen());
    first.press("y<tab><enter>");
    assert_eq!((house.status("c.larsen"), first.sent), ("LOCKED_BY_ADMIN", 1), "{}", first.screen());
}

#[test]
fn a_time_that_runs_out_in_the_window_is_refused() {
    let house = House::new();
    let mut desk = house.desk("a.kim", SIZE);
    desk.press("/c.larsen<enter>alyu");
    house.pass_s(600);
    desk.press("y");
    assert!(desk.shows("is older than 10 minutes"), "{}", desk.screen());
    assert_eq!(house.status("c.larsen"), "ACTIVE");
}

#[test]
fn the_toast_and_the_window_of_an_undo_look_like_this() {
    for size in SIZES {
        let house = House::new();
        let mut desk = house.desk("m.okafor", size);
        desk.press("/h.brandt<enter><enter>akcard lost<tab><tab><enter>");
        assert_frame("undo_toast", &desk, size);
        desk.press("u");
        assert_frame("undo", &desk, size);
    }
}

#[test]
fn a_set_is_undone_as_one_and_who_was_changed_since_is_skipped() {
    for size in SIZES {
        let house = House::new();
        let mut desk = house.desk("m.okafor", size);
        desk.press("/status:active kind:customer<enter>vjjjjjjjjjjj<space>");
        desk.press("at<backtab>fri 18:00<tab>audit of the branch<tab>12<tab><tab><enter>");
        house.work_off();
        desk.hear();
        assert!(desk.shows("u undo"), "{}", desk.screen());
        let row = desk.line_with("    12 done");
        let login = row.rsplit_once('(').unwrap().1.split(')').next().unwrap().to_owned();
        let mut other = house.desk("a.kim", size);
        other.press(&format!("/login:{login}<enter>"));
        other.press("ag<backtab>vip<tab><tab><enter>");
        assert!(other.shows("ok: Set tags done"), "{}", other.screen());
        desk.press("<esc>u");
        assert!(desk.shows("12 users of job J1"), "{}", desk.screen());
        assert!(desk.shows("end temporary deactivation 11, skip 1 (changed since)"), "{}", desk.screen());
        assert_frame("undo_set", &desk, size);
        desk.press("wrong branch<tab>11<tab><tab><enter>");
        assert_eq!(desk.sent, 2, "{}", desk.screen());
        house.work_off();
        desk.hear();
        assert!(desk.shows("11 done  0 skipped  0 failed"), "{}", desk.screen());
        // The list beneath was asked for while the job ran: only the page of jobs stands still.
        desk.press("<esc>6<enter>");
        assert_frame("undo_set_done", &desk, size);
        assert_eq!(house.status(&login), "INACTIVE");
        desk.press("<esc>u");
        assert!(desk.shows("you did nothing"), "{}", desk.screen());
    }
}
