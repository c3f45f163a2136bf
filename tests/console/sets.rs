//! Acting upon a marked set, from the marks to the report: script I3 of the interaction scripts.

use crate::desk::{Desk, House};
use crate::frames::assert_frame;

const SIZES: [(u16, u16); 2] = [(80, 24), (160, 50)];
const SIZE: (u16, u16) = SIZES[0];

/// Marks twelve active customers, in a range.
const MARKED: &str = "/status:active kind:customer<enter>vjjjjjjjjjjj<space>";

/// Until Friday at six, with a reason and the number.
const FILLED: &str = "at<backtab>fri 18:00<tab>audit of the branch<tab>12";

#[test]
fn twelve_users_are_deactivated_until_friday() {
    for size in SIZES {
        let house = House::new();
        let mut desk = house.desk("m.okafor", size);
        desk.press(MARKED);
        assert!(desk.shows("12 marked"), "{}", desk.screen());
        assert_frame("set_marked", &desk, size);
        desk.press(FILLED);
        assert!(desk.shows("12 of 12, 0 skipped"), "{}", desk.screen());
        assert_frame("set_confirm", &desk, size);
        desk.press("<tab><tab><enter>");
        assert_eq!(desk.sent, 1, "{}", desk.screen());
        assert_frame("set_begun", &desk, size);
        house.work_off();
        desk.hear();
        assert_frame("set_done", &desk, size);
        desk.press("<esc>");
        assert!(!desk.shows("marked"), "what is done needs no marks:\n{}", desk.screen());
        desk.press("<esc>/status:inactive kind:customer<enter>");
        assert!(desk.shows("24 of 200"), "{}", desk.screen());
        assert_eq!(house.audited(), format!("m.okafor user.deactivate_for {} allowed", last(&mut desk)));
        desk.press("6");
        assert_frame("jobs", &desk, size);
        house.pass_s(8 * 24 * 3600);
        desk.press("1");
        assert!(desk.shows("11 of 200"), "the window ends by itself:\n{}", desk.screen());
    }
}

/// The login of the last user that the newest job came to.
fn last(desk: &mut Desk<'_>) -> String {
    desk.press("6<enter>");
    let row = desk.line_with("    12 done");
    let login = row.rsplit_once('(').unwrap().1.split(')').next().unwrap().to_owned();
    desk.press("<esc>");
    login
}

#[test]
fn who_was_changed_meanwhile_is_skipped_and_the_others_are_done() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/c.larsen<enter><space><esc>/h.brandt<enter><space>axleft the bank");
    let mut other = house.desk("a.kim", SIZE);
    other.press("/c.larsen<enter>aly");
    desk.press("<tab><tab><enter>");
    house.work_off();
    desk.hear();
    assert!(desk.shows("1 done  1 skipped  0 failed"), "{}", desk.screen());
    assert!(desk.line_with("stale").contains("c.larsen"), "{}", desk.screen());
    desk.press("f");
    assert!(!desk.shows("h.brandt)"), "{}", desk.screen());
}

#[test]
fn nothing_is_done_to_a_set_with_another_number() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press(MARKED);
    desk.press("akcard lost<tab>11<tab><tab><enter>");
    assert!(desk.shows("wants `12` exactly"), "{}", desk.screen());
    assert_eq!(desk.sent, 0);
}

#[test]
fn a_paused_job_rests_and_goes_on() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press(MARKED);
    desk.press(FILLED);
    desk.press("<tab><tab><enter><space>");
    assert!(desk.shows("paused by m.okafor"), "{}", desk.screen());
    house.work_off();
    desk.hear();
    assert!(desk.shows("0 of 12"), "{}", desk.screen());
    desk.press("<space>");
    house.work_off();
    desk.hear();
    assert!(desk.shows("12 of 12"), "{}", desk.screen());
}

#[test]
fn what_was_not_done_is_tried_again_and_the_report_is_saved_by_a_line_to_copy() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/c.larsen<enter><space><esc>/h.brandt<enter><space>axleft the bank");
    let mut other = house.desk("a.kim", SIZE);
    other.press("/c.larsen<enter>aly");
    desk.press("<tab><tab><enter>");
    house.work_off();
    desk.hear();
    desk.press("x");
    assert!(desk.shows("ssh HOST 'jobs show J1 --csv' > J1.csv"), "{}", desk.screen());
    desk.press("<esc>r");
    assert!(desk.shows("Users   1 user of job J1"), "{}", desk.screen());
    assert!(desk.shows("Runs    1 of 1, 0 skipped"), "{}", desk.screen());
    desk.press("left the bank<tab><tab><enter>");
    house.work_off();
    desk.hear();
    assert!(desk.shows("Job J2"), "{}", desk.screen());
    assert!(desk.shows("1 done  0 skipped  0 failed"), "{}", desk.screen());
    assert_eq!(house.status("c.larsen"), "INACTIVE");
    desk.press("r");
    assert!(desk.shows("Job J2"), "there is nothing to try again:\n{}", desk.screen());
}
