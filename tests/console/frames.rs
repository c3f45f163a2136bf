//! Golden frames: what each screen looks like at the two sizes that it is made for.

use crate::desk::{Desk, House};

pub(crate) const SIZES: [(u16, u16); 2] = [(80, 24), (160, 50)];

fn golden(name: &str, keys: &str, login: &str) {
    for size in SIZES {
        // A house for each: what one script does must not show in the other.
        let house = House::new();
        let mut desk = house.desk(login, size);
        desk.press(keys);
        assert_frame(name, &desk, size);
    }
}

pub(crate) fn assert_frame(name: &str, desk: &Desk<'_>, size: (u16, u16)) {
    insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), desk.screen());
    });
}

#[test]
fn the_first_screen_is_the_list_of_users() {
    golden("users", "/status:locked,active -kind:admin<enter>", "m.okafor");
}

#[test]
fn a_profile_shows_status_names_usage_and_masked_contact() {
    golden("profile", "/c.larsen<enter><enter>", "m.okafor");
}

#[test]
fn the_history_of_an_attack_reads_from_the_newest() {
    golden("history", "/c.larsen<enter><enter>3", "m.okafor");
}

#[test]
fn the_menu_dims_what_cannot_be_done() {
    golden("menu", "/c.larsen<enter><enter>a", "m.okafor");
}

#[test]
fn a_lock_asks_for_a_reason_and_tells_what_follows() {
    golden("lock", "/h.brandt<enter><enter>ak", "m.okafor");
}

#[test]
fn a_very_high_risk_asks_for_a_reason_the_login_and_a_fresh_code() {
    golden("delete", "/h.brandt<enter><enter>aD", "t.novak");
}

#[test]
fn an_edit_begins_with_what_stands_there() {
    golden("edit", "/h.brandt<enter><enter>ad<tab><tab>", "m.okafor");
}

#[test]
fn every_right_tells_where_it_comes_from() {
    golden("rights", "/m.okafor<enter><enter>4", "m.okafor");
}

#[test]
fn a_refusal_explains_itself() {
    golden("why", "/m.okafor<enter><enter>akW", "m.okafor");
}

#[test]
fn help_lists_the_keys_that_work_here() {
    golden("help", "?", "m.okafor");
}

#[test]
fn the_readme_shows_a_golden_frame() {
    let readme = include_str!("../../README.md");
    let golden = include_str!("snapshots/lock_80x24.snap");
    let frame = golden.splitn(3, "---\n").nth(2).expect("a snapshot has a head");
    assert!(
        readme.contains(frame.trim_end()),
        "README.md does not show tests/console/snapshots/lock_80x24.snap"
    );
}
