//! Revealing: one masked field, with a reason, for a minute, and the audit without the value.

use crate::desk::House;
use crate::frames::{SIZES, assert_frame};

/// The address of `h.brandt`, whom every test looks at.
const MASKED: &str = "h***@exa***.net";

#[test]
fn a_field_is_shown_for_a_minute_and_masked_again() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", (160, 50));
    desk.press("/h.brandt<enter><enter>");
    assert!(desk.shows(MASKED), "{}", desk.screen());
    desk.press("mchecked by phone<tab><tab><enter>");
    assert!(!desk.shows(MASKED) && desk.shows("email shown for 60 s"), "{}", desk.screen());
    let address = house.email("h.brandt");
    assert!(desk.line_with("Email ").contains(&address), "{}", desk.screen());
    assert_eq!(house.audited(), "m.okafor pii.reveal h.brandt allowed");
    assert_eq!(house.audit_rows_with(&address), 0, "the audit never has the value");
    house.pass_s(60);
    assert!(desk.shows(MASKED) && desk.shows("CONTACT (masked)"), "{}", desk.screen());
}

#[test]
fn another_screen_masks_it_at_once() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", (160, 50));
    desk.press("/h.brandt<enter><enter>mchecked by phone<tab><tab><enter><esc><esc><enter>");
    assert!(desk.shows(MASKED) && desk.shows("CONTACT (masked)"), "{}", desk.screen());
}

#[test]
fn from_the_list_it_opens_the_profile_with_the_field_that_was_chosen() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", (160, 50));
    desk.press("/h.brandt<enter>m<backtab><space><tab>checked by phone<tab><tab><enter>");
    assert!(desk.shows("phone shown for 60 s") && desk.shows(MASKED), "{}", desk.screen());
}

#[test]
fn who_lacks_the_right_is_told_and_sees_nothing() {
    let house = House::new();
    let mut desk = house.desk("a.kim", (160, 50));
    desk.press("/c.larsen<enter><enter>mchecked by phone<tab><tab><enter>");
    assert!(desk.shows("you lack the right `user.pii.reveal`"), "{}", desk.screen());
    assert!(!desk.shows(&house.email("c.larsen")), "{}", desk.screen());
}

#[test]
fn a_profile_with_a_field_revealed_looks_like_this() {
    for size in SIZES {
        let house = House::new();
        let mut desk = house.desk("m.okafor", size);
        desk.press("/h.brandt<enter><enter>m");
        assert_frame("reveal", &desk, size);
        desk.press("checked by phone<tab><tab><enter>G");
        assert_frame("revealed", &desk, size);
    }
}
