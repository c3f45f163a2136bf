//! The page of sessions: who sits where, and what ends it.

use crate::desk::House;
use crate::frames::{SIZES, assert_frame};

const SIZE: (u16, u16) = (80, 24);

#[test]
fn the_sessions_tell_who_sits_where_and_how_idle_with_ones_own_marked() {
    for size in SIZES {
        let house = House::new();
        house.sits_down("a.kim", "10.4.1.9");
        house.pass_s(3700);
        let _lasts = house.keeps_busy("t.novak");
        house.pass_s(130);
        let mut desk = house.desk_in_session("m.okafor", size);
        desk.press("5");
        assert_frame("sessions", &desk, size);
        desk.press("G<enter>");
        assert!(desk.shows("a.kim") && desk.shows("not known here"), "{}", desk.screen());
    }
}

#[test]
fn from_a_session_it_is_ended_or_all_of_its_operator() {
    let house = House::new();
    house.sits_down("a.kim", "10.4.1.9");
    house.sits_down("a.kim", "10.4.1.10");
    let mut desk = house.desk_in_session("m.okafor", SIZE);
    desk.press("5jj");
    assert!(desk.line_with(">").contains("10.4.1.9 "), "{}", desk.screen());
    desk.press("a");
    assert_frame("sessions_menu", &desk, SIZE);
    desk.press("s");
    assert!(desk.shows("from 10.4.1.9, since") && !desk.shows("10.4.1.10, since"), "{}", desk.screen());
    desk.press("left open at the desk<tab><tab><enter>");
    assert!(desk.shows("live sessions 2 -> 1"), "{}", desk.screen());
    assert_eq!(house.live_sessions("a.kim"), 1);
    desk.press("ja");
    desk.press("eclosing time<tab><tab><enter>");
    assert_eq!(house.live_sessions("a.kim"), 0, "{}", desk.screen());
    assert_eq!(house.live_sessions("m.okafor"), 1);
    assert!(desk.shows("1 session, * is this one"), "{}", desk.screen());
}

#[test]
fn my_other_sessions_end_from_any_row_and_by_words() {
    let house = House::new();
    house.sits_down("a.kim", "10.4.1.9");
    let mut desk = house.desk_in_session("a.kim", SIZE);
    // Without the right to end sessions one's own are all that there are, and the others of them can be ended.
    desk.press("5");
    assert!(desk.shows("2 sessions"), "{}", desk.screen());
    desk.press("a");
    assert!(desk.shows("s End this session           - you lack the right"), "{}", desk.screen());
    desk.press("o");
    assert!(desk.shows("your own account (a.kim)"), "{}", desk.screen());
    desk.press("y");
    assert_eq!(house.live_sessions("a.kim"), 1, "{}", desk.screen());
    desk.press(":self sessions end<enter>");
    assert!(desk.shows("refused: you have no other live session"), "{}", desk.screen());
    desk.press("<esc>@");
    assert!(desk.shows("ssh HOST 'self sessions end'"), "{}", desk.screen());
}
