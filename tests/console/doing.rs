//! Acting: confirmations, refusals, what the store holds afterwards.

use crate::desk::House;

const SIZE: (u16, u16) = (80, 24);

#[test]
fn unlocking_takes_three_keys_and_says_that_it_happened() {
    let house = House::new();
    let mut desk = house.desk("a.kim", SIZE);
    assert_eq!(house.status("c.larsen"), "LOCKED_BY_ADMIN");
    desk.press("/c.larsen<enter>aly");
    assert_eq!(house.status("c.larsen"), "ACTIVE");
    assert!(desk.shows("ok: Unlock done: c.larsen, now ACTIVE. u undo (10:00 left)"), "{}", desk.screen());
    assert_eq!(house.audited(), "a.kim user.unlock c.larsen allowed");
}

#[test]
fn locking_takes_a_reason() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/h.brandt<enter>ak");
    desk.press("<tab><tab><enter>");
    assert_eq!((house.status("h.brandt"), desk.sent), ("ACTIVE", 0), "{}", desk.screen());
    desk.press("<backtab><backtab>card lost<tab><tab><enter>");
    assert_eq!((house.status("h.brandt"), desk.sent), ("LOCKED_BY_ADMIN", 1), "{}", desk.screen());
}

#[test]
fn escape_changes_nothing() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/h.brandt<enter>akcard lost<esc>");
    assert_eq!((house.status("h.brandt"), desk.sent), ("ACTIVE", 0));
}

#[test]
fn a_burst_of_keys_confirms_nothing() {
    let house = House::new();
    let mut desk = house.desk("a.kim", SIZE);
    desk.press("/c.larsen<enter>");
    desk.paste("al\n\n\n\n\n");
    assert_eq!((house.status("c.larsen"), desk.sent), ("LOCKED_BY_ADMIN", 0), "{}", desk.screen());
}

#[test]
fn a_right_withdrawn_while_the_window_is_open_stops_the_action() {
    let house = House::new();
    let mut desk = house.desk("s.reyes", SIZE);
    desk.press("/c.larsen<enter>al");
    house.withdraw("Support L1", "user.lock");
    desk.press("y");
    assert_eq!((house.status("c.larsen"), desk.sent), ("LOCKED_BY_ADMIN", 1));
    assert!(desk.shows("you lack the right `user.lock`"), "{}", desk.screen());
    assert_eq!(house.audited(), "s.reyes user.unlock c.larsen denied right");
}

#[test]
fn what_changed_meanwhile_is_told_instead_of_overwritten() {
    let house = House::new();
    let mut first = house.desk("m.okafor", SIZE);
    let mut second = house.desk("a.kim", SIZE);
    first.press("/c.larsen<enter>al");
    second.press("/c.larsen<enter>aly");
    first.press("y");
    assert_eq!(first.sent, 1);
    assert!(first.shows("a.kim"), "{}", first.screen());
    assert_eq!(house.audited(), "m.okafor user.unlock c.larsen denied guard");
}

#[test]
fn what_another_commits_shows_without_moving_the_cursor() {
    let house = House::new();
    let mut first = house.desk("m.okafor", SIZE);
    let mut second = house.desk("a.kim", SIZE);
    first.press("/larsen<enter>");
    assert!(first.line_with("c.larsen").contains("# LOCKED"), "{}", first.screen());
    second.press("/c.larsen<enter>aly");
    first.hear();
    assert!(first.line_with("> C").contains("+ ACTIVE"), "{}", first.screen());
}

#[test]
fn nobody_locks_themselves_and_the_screen_says_why() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/m.okafor<enter>ak");
    assert!(desk.shows("nobody does this to themselves"), "{}", desk.screen());
    assert_eq!(desk.sent, 0);
}

#[test]
fn a_note_is_added_with_author_and_time() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/h.brandt<enter><enter>Ncalled back, verified<tab><tab><enter>");
    assert_eq!(house.audited(), "m.okafor note.add h.brandt allowed", "{}", desk.screen());
    desk.press("2");
    assert!(desk.shows("called back, verified"), "{}", desk.screen());
}

#[test]
fn ten_thousand_single_keys_outside_a_window_change_no_user() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    let statuses = || ["c.larsen", "h.brandt", "b.quill", "g.marsh"].map(|login| house.status(login));
    let before = statuses();
    let keys = [
        "d", "x", "D", "u", "j", "k", "G", "z", "r", "<ctrl-d>", "<ctrl-k>", "J", "K", "]", "[", "1",
        "<space>",
    ];
    for (step, key) in keys.iter().cycle().take(10_000).enumerate() {
        if step % 500 == 0 {
            desk.press("<enter>");
        }
        desk.press(key);
    }
    assert_eq!((statuses(), desk.sent), (before, 0));
}

#[test]
fn a_window_survives_every_size() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", (160, 50));
    desk.press("/h.brandt<enter>akcard lo");
    for (columns, rows) in [(50, 10), (80, 24), (1, 1), (500, 200), (80, 24)] {
        desk.resize(columns, rows);
        desk.screen();
    }
    desk.press("st<tab><tab><enter>");
    assert_eq!(house.status("h.brandt"), "LOCKED_BY_ADMIN", "{}", desk.screen());
}

#[test]
fn a_temporary_deactivation_begins_now_and_ends_by_the_clock() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/h.brandt<enter>at<backtab>+2h<tab>on holiday<tab><tab><enter>");
    assert_eq!(house.status("h.brandt"), "INACTIVE", "{}", desk.screen());
    house.pass_s(2 * 3600 - 60);
    assert_eq!(house.status("h.brandt"), "INACTIVE");
    house.pass_s(120);
    assert_eq!(house.status("h.brandt"), "ACTIVE");
}

#[test]
fn a_time_that_cannot_be_read_is_refused_with_what_is_wanted() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/h.brandt<enter>at<backtab>someday<tab>on holiday<tab><tab><enter>");
    assert_eq!(house.status("h.brandt"), "ACTIVE");
    assert!(desk.shows("got `someday`"), "{}", desk.screen());
}
