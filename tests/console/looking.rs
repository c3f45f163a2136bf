//! Finding and reading: filters, paging, panes, what one may not see.

use crate::desk::House;

const SIZE: (u16, u16) = (80, 24);

#[test]
fn typing_filters_and_clearing_restores_the_list() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    assert!(desk.shows("200 of 200"));
    desk.press("/larsen");
    assert!(desk.shows("1 of 200") && desk.shows("Clara Larsen"), "{}", desk.screen());
    desk.press("<enter><esc>");
    assert!(desk.shows("200 of 200"), "{}", desk.screen());
}

#[test]
fn a_mistake_keeps_the_last_good_rows_and_says_what_is_meant() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/status:locked");
    let good = desk.line_with(" of 200");
    desk.press("<backspace><backspace><backspace>");
    assert!(desk.shows("did you mean status:locked?"), "{}", desk.screen());
    assert_eq!(desk.line_with(" of 200"), good);
}

#[test]
fn nothing_found_says_so_and_how_to_go_on() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/zzzzzz<enter>");
    assert!(desk.shows("0 of 200") && desk.shows("Esc"), "{}", desk.screen());
}

#[test]
fn the_end_of_the_list_is_one_key_away_and_back_again() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    let first = desk.screen();
    desk.press("G");
    assert!(!desk.shows("Temporary username  "), "{}", desk.screen());
    desk.press("gg");
    let rows = |screen: &str| screen.lines().skip(6).take(15).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rows(&desk.screen()), rows(&first));
}

#[test]
fn an_enrolling_customer_is_explained() {
    let house = House::new();
    let desk = house.desk("m.okafor", (160, 50));
    assert!(desk.shows("Temporary username: enrolment began"), "{}", desk.screen());
}

#[test]
fn an_operator_sees_the_own_scope_only_and_counts_nothing_else() {
    let house = House::new();
    let mut desk = house.desk("a.kim", SIZE);
    assert!(!desk.shows("of 200"), "{}", desk.screen());
    desk.press("/org:cards<enter>");
    assert!(desk.line_with(" of ").contains(" 0 of "), "{}", desk.screen());
}

#[test]
fn coming_back_finds_the_same_row_and_filter() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("/kind:staff<enter><down><down>");
    let before = desk.screen().lines().skip(2).take(19).map(str::to_owned).collect::<Vec<_>>();
    desk.press("<enter>2<esc>");
    let after = desk.screen().lines().skip(2).take(19).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(after, before);
}

#[test]
fn no_frame_holds_a_raw_control_character() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", (160, 50));
    for _ in 0..8 {
        assert!(desk.screen().chars().all(|character| character == '\n' || !character.is_control()));
        desk.press("<pgdn>");
    }
}

#[test]
fn leaving_asks_once() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", SIZE);
    desk.press("q");
    assert!(!desk.has_left);
    desk.press("n");
    assert!(!desk.has_left);
    desk.press("qy");
    assert!(desk.has_left);
}

#[test]
fn x_tells_the_line_that_exports_this_view() {
    let house = House::new();
    let mut desk = house.desk("m.okafor", (160, 50));
    desk.press("/status:locked<enter>x");
    let told = "ssh HOST \"export users --filter status:locked --format csv --reason 'WHY'\" > users.csv";
    assert!(desk.shows(told), "{}", desk.screen());
    desk.press("<esc>");
    assert!(!desk.shows("ssh HOST"), "{}", desk.screen());
    let mut other = house.desk("a.kim", (80, 24));
    other.press("x");
    assert!(other.shows("you lack the right `data.export`"), "{}", other.screen());
}
