//! The audit page: what was tried, filtered, entry by entry, with the way to whom it was about.

use crate::desk::House;
use crate::frames::{SIZES, assert_frame};

const SIZE: (u16, u16) = (80, 24);

/// A lock that is done, and one that a rule refuses.
fn lock(house: &House) {
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/h.brandt<enter>akINC-4471 card lost<tab><tab><enter>");
    assert_eq!(house.audit_rows_with("INC-4471"), 1, "{}", desk.screen());
}

#[test]
fn the_audit_tells_who_did_what_to_whom_and_the_focused_entry_in_full() {
    for size in SIZES {
        let house = House::new();
        lock(&house);
        let mut desk = house.desk("m.okafor", size);
        desk.press("4");
        assert_frame("audit", &desk, size);
        desk.press("/action:user.lock<enter><enter>");
        assert!(desk.shows("INC-4471 card lost") && desk.shows("the hash fits"), "{}", desk.screen());
        desk.press("<esc>=");
        assert!(desk.shows("LOCKED_BY_ADMIN"), "{}", desk.screen());
    }
}

#[test]
fn a_filter_of_the_audit_is_applied_as_one_types_and_cleared_by_esc() {
    let house = House::new();
    lock(&house);
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("24");
    assert!(desk.shows("2 entries") && desk.shows("store.demo"), "{}", desk.screen());
    desk.press("/action:user.lock");
    assert!(desk.shows("h.brandt") && !desk.shows("store.demo"), "{}", desk.screen());
    desk.press(" result:denid");
    assert!(desk.shows("did you mean result:denied?"), "{}", desk.screen());
    desk.press("<enter><esc>");
    assert!(desk.shows("2 entries") && desk.shows("store.demo"), "{}", desk.screen());
    desk.press("/result:denied<enter>");
    assert!(desk.shows("No entry like that"), "{}", desk.screen());
}

#[test]
fn from_an_entry_one_goes_to_its_target_and_to_all_by_its_actor() {
    let house = House::new();
    lock(&house);
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("4/action:user.lock<enter>T");
    assert!(desk.shows("target:h.brandt"), "{}", desk.screen());
    desk.press("A");
    assert!(desk.shows("actor:m.okafor"), "{}", desk.screen());
    desk.press("<esc><esc>o");
    assert!(desk.shows("h.brandt") && desk.shows("Overview"), "{}", desk.screen());
}

#[test]
fn who_may_not_read_the_audit_is_told_why_and_what_would_give_it() {
    let house = House::new();
    let mut desk = house.desk("a.kim", SIZE);
    desk.press("4");
    assert!(desk.shows("refused: ") && desk.shows("audit.view"), "{}", desk.screen());
    assert!(!desk.shows("store.demo"), "{}", desk.screen());
}

#[test]
fn the_chain_is_verified_from_the_page_and_a_change_is_found() {
    let house = House::new();
    lock(&house);
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("4V");
    assert!(desk.shows("chain OK to #2 (verified 09:4"), "{}", desk.screen());
    assert!(desk.shows("the audit is as it was written, up to entry 2"), "{}", desk.screen());
    // Other filters do not change what is known of the chain.
    desk.press("/action:user.lock<enter>");
    assert!(desk.shows("chain OK to #2"), "{}", desk.screen());
    house.tamper("UPDATE audit SET reason = 'nothing happened' WHERE seq = 2");
    desk.press("V");
    assert!(desk.shows("chain BREAKS at #2") && desk.shows("entry 2 was changed"), "{}", desk.screen());
}

#[test]
fn the_page_tells_the_line_that_exports_what_it_shows() {
    let house = House::new();
    lock(&house);
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("4/action:user.lock -actor:system<enter>x");
    let line = "export audit --filter '\\''action:user.lock -actor:system'\\'' --format csv";
    let joined =
        desk.screen().lines().map(|line| line.trim_matches(['│', ' '])).collect::<Vec<_>>().join(" ");
    assert!(joined.contains(line) || joined.contains("export audit --filter"), "{}", desk.screen());
    assert!(desk.shows("> audit.csv") && desk.shows("> audit.json"), "{}", desk.screen());
    assert_eq!(house.audit_rows_with("audit as"), 0, "looking exports nothing");
}

#[test]
fn esc_goes_back_to_the_same_filter_and_row_after_looking_aside() {
    let house = House::new();
    lock(&house);
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("4/since:24h<enter>j");
    assert!(desk.line_with(">").contains("store.demo"), "{}", desk.screen());
    desk.press("A");
    assert!(desk.shows("actor:system"), "{}", desk.screen());
    desk.press("<esc>");
    assert!(desk.shows("/ since:24h") && desk.line_with(">").contains("store.demo"), "{}", desk.screen());
    desk.press("ko");
    assert!(desk.shows("Overview"), "{}", desk.screen());
    desk.press("J");
    assert!(desk.shows("opened from another page"), "{}", desk.screen());
    desk.press("<esc><esc>");
    assert!(desk.shows("/ since:24h") && desk.line_with(">").contains("h.brandt"), "{}", desk.screen());
    desk.press("<esc>");
    assert!(desk.shows("all entries that you may see"), "{}", desk.screen());
}
