//! The screen of groups: the tree, the rights with what implies them, and an edit that says from whom it takes what.

use crate::desk::House;
use crate::frames::{SIZES, assert_frame};

/// From the list to the rights of `Tier 1`, the cursor on the right to lock.
const TO_LOCK: &str = "2jjjjjjjj<tab>jjjj";

#[test]
fn the_groups_stand_as_a_tree_with_their_rights() {
    for size in SIZES {
        let house = House::new();
        let mut desk = house.desk("t.novak", size);
        desk.press("2jjjjjjjj");
        assert_frame("groups", &desk, size);
        desk.press("<tab>jjjj<space>");
        assert_frame("groups_draft", &desk, size);
        desk.press("w");
        assert_frame("groups_write", &desk, size);
    }
}

#[test]
fn a_draft_is_written_with_reason_name_and_code_and_clamps_the_groups_below() {
    let house = House::new();
    let mut desk = house.desk("t.novak", (80, 24));
    desk.press(TO_LOCK);
    assert!(desk.line_with("Lock and unlock").contains("[x]"), "{}", desk.screen());
    desk.press("<space>");
    assert!(desk.shows("not written: +0 -1"), "{}", desk.screen());
    // Another group is not looked at while something is not written.
    desk.press("<tab>j");
    assert!(desk.shows("w writes them, Esc drops them"), "{}", desk.screen());
    desk.press("w");
    assert!(desk.shows("`Night shift` below loses user.lock"), "{}", desk.screen());
    let code = house.code();
    desk.press(&format!("fewer hands on it<tab>Tier 1<tab>{code}<tab><tab><enter>"));
    assert_eq!(house.audited(), "t.novak group.edit group Tier 1 allowed", "{}", desk.screen());
    assert!(!desk.shows("not written"), "{}", desk.screen());
    assert_eq!(house.group_holds("Night shift", "user.lock"), 0);
}

#[test]
fn a_right_that_cannot_be_had_says_why_and_esc_drops_what_is_not_written() {
    let house = House::new();
    let mut desk = house.desk("t.novak", (80, 24));
    desk.press("2jjjjjjjj<tab><down><space>");
    assert!(desk.shows("not given: the parent has not `user.create`"), "{}", desk.screen());
    desk.press("W");
    assert!(desk.shows("only administrators should get this right"), "{}", desk.screen());
    desk.press("<esc>jjj<space><esc>");
    assert!(!desk.shows("not written") && desk.shows("Rights of Tier 1"), "{}", desk.screen());
}

#[test]
fn a_new_group_hangs_on_the_focused_one_and_is_there_at_once() {
    let house = House::new();
    let mut desk = house.desk("t.novak", (80, 24));
    desk.press("2jjjjjjjjnEvenings<tab><tab><tab><tab>user.lock<tab><tab><tab><tab><tab><tab><tab><enter>");
    assert_eq!(house.audited(), "t.novak group.create group Evenings allowed", "{}", desk.screen());
    assert!(desk.shows("Evenings"), "{}", desk.screen());
    assert_eq!(house.group_holds("Evenings", "user.view"), 1, "what is implied comes along");
}

#[test]
fn on_a_small_terminal_one_pane_is_shown() {
    let house = House::new();
    let mut desk = house.desk("t.novak", (60, 16));
    desk.press("2");
    assert!(desk.shows("Business Onboarding") && !desk.shows("Rights of"), "{}", desk.screen());
    desk.press("<tab>");
    assert!(desk.shows("Rights of Business Onboarding"), "{}", desk.screen());
}
