//! The profile: panes, the next user of the list, more rows as one scrolls.

use super::*;

#[test]
fn a_profile_opens_from_its_row_and_esc_goes_back_to_the_same_row() {
    let mut desk = Desk::with(40);
    desk.press("<pgdn>j/user<enter>");
    let before = desk.line(">");
    desk.press("<enter>");
    desk.sees("Users > Ada Novak");
    desk.sees("USER INFORMATION");
    desk.press("<esc>");
    assert_eq!(desk.line(">"), before);
    desk.sees("/ user");
}

#[test]
fn personal_data_is_masked_and_the_status_tells_the_lock() {
    let mut rows = vec![row(1)];
    rows[0].facts.admin_lock = Some(lock());
    let mut desk = Desk::opened(Place::Profile("user0001".into()), (80, 40), rows, rights_of(Level::Master));
    desk.sees("# LOCKED by a.kim 2h ago: \"card lost\"");
    desk.sees("archived  customer  email confirmed");
    desk.sees("a***@cor***.example  work  @ confirmed");
    desk.sees("******8841");
    desk.sees_not("ada@corner");
    desk.sees_not("7700904417");
    desk.press("<esc>");
    desk.sees("user0001");
}

#[test]
fn panes_are_switched_by_brackets_and_digits() {
    let mut desk = Desk::with(3);
    desk.notes = vec![note(2, "called back\nsecond line"), note(1, "first")];
    desk.history = vec![history_row(5)];
    desk.press("<enter>]");
    desk.sees("j.ito        called back");
    desk.sees("second line");
    desk.press("3");
    desk.sees("user.lock: Account locked");
    desk.sees("from 10.9.2.4");
    desk.press("[[");
    desk.sees("USER INFORMATION");
    desk.press("[");
    desk.sees("LEVEL, ROLES AND GROUP");
    desk.press("[");
    desk.sees("user.lock: Account locked");
    desk.press("<enter>");
    desk.sees("detail5");
    assert_eq!(desk.model.modals.len(), 1);
    desk.press("q");
    assert!(desk.model.modals.is_empty());
}

#[test]
fn the_next_user_of_the_list_opens_in_the_same_pane() {
    let mut desk = Desk::with(3);
    desk.press("<enter>2J");
    desk.sees("Users > Ada Novak2");
    desk.sees("row 2 of 3");
    desk.sees("No notes yet. N adds one.");
    desk.press("JJ");
    desk.sees("note: no further user in this list");
    desk.press("<esc>KK<esc>");
    assert!(desk.line("user0001").starts_with('>'), "{}", desk.screen());
}

#[test]
fn older_rows_are_loaded_as_one_scrolls() {
    let mut desk = Desk::with(1);
    desk.history = (1..=200).rev().map(history_row).collect();
    desk.press("<enter>3");
    assert_eq!(desk.model.profile.history.rows.len(), 64);
    desk.press("GGG");
    assert_eq!(desk.model.profile.history.rows.len(), 200);
    desk.press("G");
    desk.sees("detail1");
    desk.history.insert(0, history_row(201));
    desk.tell(Msg::Changed);
    assert_eq!(desk.model.profile.history.selected().unwrap().seq, 1);
    assert_eq!(desk.model.profile.history.rows.len(), 201);
}

#[test]
fn without_the_right_to_the_history_its_pane_says_so_and_nothing_is_asked() {
    let mut desk = Desk::opened(Place::Users, (160, 50), vec![row(1)], without(Right::UserHistoryView));
    desk.press("<enter>3");
    desk.sees("you lack the right `user.history.view`");
    desk.sees("held by level");
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Ask(Query::History { .. }))));
}

#[test]
fn a_wide_profile_has_three_panes() {
    let mut desk = Desk::opened(Place::Users, (160, 50), vec![row(1)], rights_of(Level::Master));
    desk.history = vec![history_row(9)];
    desk.press("<enter>");
    for text in ["Panes [ ]", "Timeline", "USER INFORMATION", "user.lock  a.kim"] {
        desk.sees(text);
    }
}

#[test]
fn a_user_out_of_sight_and_one_that_does_not_exist_read_the_same() {
    let desk =
        Desk::opened(Place::Profile("nobody".into()), (80, 24), vec![row(1)], rights_of(Level::Master));
    desk.sees("refused: no user `nobody` that you may see");
    desk.sees("would be satisfied by: check the login or id");
}

#[test]
fn times_go_from_ages_to_utc() {
    let mut desk = Desk::with(1);
    desk.history = vec![history_row(9)];
    desk.press("z");
    desk.sees("2026-05-14 08:42Z");
    desk.press("z");
    desk.sees_not("2026-05-14 08:42Z");
}
