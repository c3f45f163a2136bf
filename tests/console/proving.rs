//! High risk on the screen: the reason, the login typed, a fresh code, and what is told while one types.

use crate::desk::House;

const SIZE: (u16, u16) = (80, 24);

/// From the list to the fields of the deletion of `h.brandt`.
const TO_DELETE: &str = "/h.brandt<enter>aD";

#[test]
fn deleting_takes_a_reason_and_the_login_typed_exactly() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press(TO_DELETE);
    desk.press("left<enter>");
    assert!(desk.shows("is too short: at least 10 characters, got 4"), "{}", desk.screen());
    desk.press(" the bank<enter>h.brand<enter><tab><tab><enter>");
    assert_eq!((house.status("h.brandt"), desk.sent), ("ACTIVE", 0), "{}", desk.screen());
    assert!(desk.shows("wants `h.brandt` exactly"), "{}", desk.screen());
    desk.press("<backtab><backtab>t<tab><tab><enter>");
    assert_eq!((house.status("h.brandt"), desk.sent), ("gone", 1), "{}", desk.screen());
    assert_eq!(house.audited(), "m.okafor user.delete h.brandt allowed");
}

#[test]
fn whoever_has_a_second_factor_types_a_code_and_a_wrong_one_costs_nothing_else() {
    let house = House::new();
    let mut desk = house.desk("t.novak", SIZE);
    desk.press(TO_DELETE);
    assert!(desk.shows("Code of your second factor  (six digits)"), "{}", desk.screen());
    let right = house.code();
    let wrong: String = right.chars().rev().collect();
    assert_ne!(wrong, right);
    desk.press(&format!("left the bank<tab>h.brandt<tab>{wrong}<tab><tab><enter>"));
    assert!(desk.shows("is not taken: the code is wrong"), "{}", desk.screen());
    assert!(desk.shows("left the bank") && desk.shows("h.brandt"), "{}", desk.screen());
    assert!(!desk.shows(&wrong), "a code is not shown: {}", desk.screen());
    assert_eq!(house.status("h.brandt"), "ACTIVE");
    desk.press(&format!("{}<tab><tab><enter>", house.code()));
    assert_eq!(house.status("h.brandt"), "gone", "{}", desk.screen());
    assert_eq!(house.audited(), "t.novak user.delete h.brandt allowed");
}

#[test]
fn a_code_is_good_for_five_minutes_and_asked_again_when_it_grows_old_in_an_open_window() {
    let house = House::new();
    let mut desk = house.desk("t.novak", SIZE);
    let code = house.code();
    desk.press(&format!("{TO_DELETE}left the bank<tab>h.brandt<tab>{code}<tab><tab><enter>"));
    assert_eq!(house.status("h.brandt"), "gone", "{}", desk.screen());
    desk.press("<esc><esc>/c.larsen<enter>aDleft the bank<tab>c.larsen<tab>");
    assert!(!desk.shows("second factor"), "{}", desk.screen());
    house.pass_s(301);
    desk.press("<tab><enter>");
    assert!(desk.shows("is asked again"), "{}", desk.screen());
    assert_eq!(house.status("c.larsen"), "LOCKED_BY_ADMIN");
    desk.press(&format!("{}<tab><tab><enter>", house.code()));
    assert_eq!(house.status("c.larsen"), "gone", "{}", desk.screen());
}

#[test]
fn an_edit_begins_with_what_stands_there_and_shows_what_changes() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/h.brandt<enter>ad<tab><tab>");
    assert!(desk.shows("[ Heike") && desk.shows("nothing is changed"), "{}", desk.screen());
    desk.press("<tab><end>-Maria<tab>");
    assert!(desk.shows("first name  Heike -> Heike-Maria"), "{}", desk.screen());
    desk.press("<backtab><backtab><backtab><enter>");
    assert_eq!(desk.sent, 1, "{}", desk.screen());
    assert!(desk.shows("Heike-Maria Brandt"), "{}", desk.screen());
    assert_eq!(house.audited(), "m.okafor user.edit h.brandt allowed");
}

#[test]
fn leaving_a_form_with_a_long_text_asks_once() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/h.brandt<enter>Ncalled back, was not at home, call again on friday<esc>");
    assert!(desk.shows("Esc again discards what you typed"), "{}", desk.screen());
    desk.press("!<esc>");
    assert!(desk.shows("friday!") && desk.shows("Esc again discards"), "{}", desk.screen());
    desk.press("<esc>");
    assert!(!desk.shows("friday"), "{}", desk.screen());
    desk.press("Nshort<esc>");
    assert!(!desk.shows("short"), "{}", desk.screen());
}

#[test]
fn a_window_that_does_not_fit_scrolls_and_keeps_text_and_focus_at_every_size() {
    let house = House::new();
    let mut desk = house.desk("t.novak", (60, 16));
    desk.press(TO_DELETE);
    desk.press("left the");
    desk.press("<pgup><pgup><pgup>");
    assert!(desk.shows("Heike Brandt (h.brandt)") && desk.shows("more below"), "{}", desk.screen());
    for size in [(50, 10), (160, 50), (80, 24), (60, 16)] {
        desk.resize(size.0, size.1);
        desk.screen();
    }
    desk.press(" bank");
    assert!(desk.shows("left the bank"), "{}", desk.screen());
    desk.press("<pgdn><pgdn><pgdn><pgdn>");
    assert!(desk.shows("[ Cancel ]"), "{}", desk.screen());
}

#[test]
fn whoever_looks_at_a_profile_that_is_deleted_is_told_so() {
    let house = House::new();
    let mut first = house.desk("a.kim", SIZE);
    let mut second = house.desk("m.okafor", SIZE);
    first.press("/c.larsen<enter><enter>");
    second.press("/c.larsen<enter>aDleft the bank<tab>c.larsen<tab><tab><enter>");
    first.hear();
    assert!(first.shows("(c.larsen) is not there any more"), "{}", first.screen());
    first.press("a");
    assert!(!first.shows("Actions for"), "{}", first.screen());
    first.press("<esc>");
    assert!(first.shows("0 of"), "{}", first.screen());
}
