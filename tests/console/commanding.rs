//! The palette and typed commands: found by letters, the same words as on the command line, the same confirmation.

use crate::desk::House;
use crate::frames::{SIZES, assert_frame};

const SIZE: (u16, u16) = (80, 24);

#[test]
fn typed_words_open_the_same_confirmation_filled_in() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press(":user lock h.brandt --reason \"card lost\"<enter>");
    assert_eq!((house.status("h.brandt"), desk.sent), ("ACTIVE", 0), "a line alone does nothing");
    assert!(desk.shows("Lock  L2") && desk.shows("[ card lost"), "{}", desk.screen());
    desk.press("<tab><enter>");
    assert_eq!((house.status("h.brandt"), desk.sent), ("LOCKED_BY_ADMIN", 1), "{}", desk.screen());
}

#[test]
fn letters_find_an_action_upon_whom_is_focused() {
    let house = House::new();
    let mut desk = house.desk("a.kim", SIZE);
    desk.press("/c.larsen<enter>:unlo<enter>y");
    assert_eq!(house.status("c.larsen"), "ACTIVE", "{}", desk.screen());
}

#[test]
fn a_name_that_is_not_there_keeps_the_line_and_says_so() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press(":user lock nobody.here<enter>");
    assert!(
        desk.shows("no user `nobody.here` that you may see") && desk.shows(":user lock nobody.here"),
        "{}",
        desk.screen()
    );
    desk.press("<esc>:user lokc h.brandt<enter>");
    assert!(desk.shows("did you mean `user lock`?"), "{}", desk.screen());
    assert_eq!(desk.sent, 0);
}

#[test]
fn why_explains_upon_somebody_named() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press(":why user.lock m.okafor<enter>");
    assert!(desk.shows("not allowed") && desk.shows("(user.lock)"), "{}", desk.screen());
}

#[test]
fn what_was_done_stands_in_the_log_as_a_line_for_a_shell_and_no_code_with_it() {
    for size in SIZES {
        let house = House::new();
        let mut desk = house.desk("t.novak", size);
        desk.press("@");
        assert!(desk.shows("Nothing was done in this session yet"), "{}", desk.screen());
        desk.press("<esc>/h.brandt<enter>akit's lost<tab><tab><enter>");
        let code = house.code();
        desk.press(&format!("aDhas left the bank<tab>h.brandt<tab>{code}<tab><tab><enter>"));
        assert_eq!(house.status("h.brandt"), "gone", "{}", desk.screen());
        desk.press("@");
        assert!(!desk.shows(&code) && desk.shows("CODE\""), "{}", desk.screen());
        assert_frame("log", &desk, size);
    }
}

#[test]
fn the_palette_completes_words_and_recalls_lines() {
    for size in SIZES {
        let house = House::new();
        let mut desk = house.desk("m.okafor", size);
        desk.press("/h.brandt<enter><enter><esc>:lock");
        assert_frame("palette", &desk, size);
        desk.press("<esc>:user lo<tab>");
        assert!(desk.shows(":user lock "), "{}", desk.screen());
        desk.press("<tab>--re<tab>");
        assert!(desk.shows("--reason "), "{}", desk.screen());
        assert_frame("command", &desk, size);
        desk.press("<esc>:time utc<enter>:<up>");
        assert!(desk.shows(":time utc"), "{}", desk.screen());
    }
}

#[test]
fn places_and_messages_are_a_word_away() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press(":open user h.brandt<enter>");
    assert!(desk.shows("Overview"), "{}", desk.screen());
    desk.press(":open me<enter>");
    assert!(desk.shows("WHAT YOU MAY DO"), "{}", desk.screen());
    desk.press("<ctrl-z>:messages<enter>");
    assert!(desk.shows("note: there is no shell behind this"), "{}", desk.screen());
    desk.press("<esc>:about<enter>");
    assert!(desk.shows("80 columns, 24 rows"), "{}", desk.screen());
    desk.press("<esc>:q<enter>");
    assert!(desk.has_left);
}

#[test]
fn a_read_only_session_says_so_and_opens_no_action() {
    let house = House::new();
    let mut desk = house.desk("a.kim", SIZE);
    desk.press("/c.larsen<enter><ctrl-g>");
    assert!(desk.shows("[RO]") && desk.shows("this session is read-only"), "{}", desk.screen());
    for keys in ["aly", "<esc>:unlo<enter>y", "<esc>:user unlock c.larsen<enter>y", "Nhello", "u"] {
        desk.press(keys);
        assert_eq!((house.status("c.larsen"), desk.sent), ("LOCKED_BY_ADMIN", 0), "{keys}");
    }
    desk.press("<esc><esc>:readonly off<enter>");
    assert!(!desk.shows("[RO]"), "{}", desk.screen());
}

#[test]
fn a_theme_changes_no_word_and_leaves_the_badge_reversed() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    let before = desk.screen();
    let (_, grounds) = desk.colours();
    assert_eq!(grounds, 1, "the terminal's own");
    desk.press(":theme dark<enter>");
    assert_eq!(desk.screen().lines().skip(1).collect::<Vec<_>>(), before.lines().skip(1).collect::<Vec<_>>());
    let (inks, _) = desk.colours();
    assert!(inks > 2, "text, dim text and statuses differ");
    desk.press(":theme mono<enter>");
    assert_eq!(desk.colours(), (1, 1), "no colour is left");
    desk.press(":theme pink<enter>");
    assert!(desk.shows("theme: none is called `pink`"), "{}", desk.screen());
}
