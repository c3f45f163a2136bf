//! The list: what a row tells, the filter, walking a long list, staying in place.

use super::*;

#[test]
fn a_row_tells_type_login_name_status_role_and_last_login() {
    let mut rows = vec![row(1), row(2), row(3)];
    rows[1].facts.admin_lock = Some(lock());
    rows[1].email_confirmed = false;
    rows[2].level = Some(Level::Master);
    let desk = Desk::opened(Place::Users, (80, 24), rows, rights_of(Level::Master));
    assert_eq!(
        desk.line("user0001").trim_end(),
        "> C@  user0001             Ada Novak1             + ACTIVE           1h"
    );
    assert!(desk.line("user0002").contains(" C.x ") && desk.line("user0002").contains("# LOCKED"));
    assert!(desk.line("user0003").contains(" P@ ") && desk.line("user0003").contains("MA"));
    desk.sees("3 of 3");
    desk.sees(" WR   PROD  | m.okafor [OA] scope: all organisations");
    desk.sees("09:42:17Z");
    desk.sees_not("ENROLLED");
}

#[test]
fn a_customer_without_login_is_explained_when_focused() {
    let mut rows = vec![row(1), row(2)];
    rows[0].login = None;
    let mut desk = Desk::opened(Place::Users, (120, 30), rows, rights_of(Level::Master));
    desk.sees("Temporary username: enrolment began, no username and password chosen yet");
    desk.sees("ENROLLED");
    desk.press("j");
    desk.sees_not("enrolment began");
}

#[test]
fn the_filter_narrows_as_one_types_and_clearing_it_restores_the_list() {
    let mut desk = Desk::with(300);
    desk.press("jjj/user0007");
    desk.sees("1 of 300");
    desk.sees("user0007");
    desk.sees_not("user0004");
    desk.press("<esc>");
    desk.sees("/ user0007");
    desk.press("<esc>");
    desk.sees("300 of 300");
    assert!(desk.line("user0004").starts_with('>'), "{}", desk.screen());
    desk.press("/<up>");
    desk.sees("1 of 300");
}

#[test]
fn a_mistake_keeps_the_last_good_result_and_says_what_is_wrong() {
    let mut desk = Desk::with(3);
    desk.press("/user0002");
    desk.tell(Msg::Paste(" status:lokced".into()));
    desk.sees("1 of 3");
    desk.sees("user0002   ");
    desk.sees("            ^^^^^^^^^^^^^ no status `lokced`; did you mean status:locked?");
    desk.press("<ctrl-w><ctrl-u>");
    desk.sees("3 of 3");
    desk.sees_not("^^^");
}

#[test]
fn nothing_found_and_nobody_there_are_told_apart() {
    let mut desk = Desk::with(3);
    desk.press("/zzz<enter>");
    desk.sees("Nothing matches `zzz`.");
    desk.sees("Esc clears the filter.");
    desk.sees("0 of 3");
    Desk::with(0).sees("No users yet that you may see.");
}

#[test]
fn loading_is_told_after_150_ms_and_a_failure_says_what_to_do() {
    let mut desk = Desk::with(3);
    desk.answers = false;
    desk.model.users = crate::ui::screens::users::State::default();
    desk.press("r");
    desk.sees_not("loading");
    desk.wait(150);
    desk.sees("loading ..");
    let query = desk.asked.iter().find(|query| matches!(query, Query::Users { .. })).unwrap().clone();
    desk.answer_query(query, Reply::Failed(crate::base::fault::Fault::store("could not reach the store")));
    desk.sees("error: could not reach the store");
    desk.sees("r tries again");
}

#[test]
fn the_keys_of_lists_walk_the_whole_list_with_three_pages_in_memory() {
    let mut desk = Desk::with(2000);
    desk.press("G");
    assert!(desk.line("user2000").starts_with('>'));
    desk.press("k<pgup><ctrl-u>");
    assert!(desk.line("user1977").starts_with('>'), "{}", desk.screen());
    desk.press("gg");
    assert!(desk.line("user0001").starts_with('>'));
    for _ in 0..600 {
        desk.press("j");
        assert!(desk.model.users.list.rows.len() <= 3 * 128);
    }
    assert!(desk.line("user0601").starts_with('>'), "{}", desk.screen());
    assert_eq!(desk.model.users.list.place(), Some(601));
    for _ in 0..600 {
        desk.press("k");
        assert!(desk.model.users.list.rows.len() <= 3 * 128);
    }
    assert!(desk.line("user0001").starts_with('>'), "{}", desk.screen());
    desk.press("<end>");
    assert!(desk.line("user2000").starts_with('>'));
}

#[test]
fn a_change_elsewhere_moves_neither_cursor_nor_scroll_nor_filter() {
    let mut desk = Desk::with(400);
    desk.press("/user<enter>");
    desk.press("<pgdn><pgdn><pgdn><pgdn><pgdn><pgdn>jj");
    let before = desk.line(">");
    let y = desk.cursor().y;
    desk.rows.remove(0);
    desk.rows.insert(50, Row { login: Some("user0050b".into()), ..row(9000) });
    desk.tell(Msg::Changed);
    assert_eq!(desk.line(">"), before);
    assert_eq!(desk.cursor().y, y);
    desk.sees("400 of 400");
    desk.sees("/ user");
}

#[test]
fn when_the_focused_user_is_gone_the_next_one_takes_the_place() {
    let mut desk = Desk::with(10);
    desk.press("jjj");
    desk.rows.remove(3);
    desk.tell(Msg::Changed);
    assert!(desk.line("user0005").starts_with('>'), "{}", desk.screen());
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    let mut desk = Desk::with(30);
    desk.answers = false;
    desk.press("/user0001<backspace>2");
    let questions: Vec<Query> =
        desk.asked.drain(..).filter(|query| matches!(query, Query::Users { .. })).collect();
    let (old, new) = (questions[questions.len() - 3].clone(), questions.last().unwrap().clone());
    let (old_reply, new_reply) = (desk.reply(&old), desk.reply(&new));
    desk.answer_query(new, new_reply);
    desk.answer_query(old, old_reply);
    assert!(desk.line("user0002   ").starts_with('>'), "{}", desk.screen());
    desk.sees_not("user0001");
}

#[test]
fn text_that_a_terminal_would_obey_is_shown_and_columns_stay_aligned() {
    let mut rows = vec![row(1), row(2)];
    rows[0].names.first = "A\u{1b}[2J\u{202e}".into();
    rows[1].names.first = "金金金金金金金金金金金金".into();
    let desk = Desk::opened(Place::Users, (80, 24), rows, rights_of(Level::Master));
    desk.sees("A<U+001B>[2J<U+202E>");
    let column = |login: &str| crate::base::text::width(desk.line(login).split("+ ACTIVE").next().unwrap());
    assert_eq!(column("user0001"), column("user0002") - desk.line("user0002").matches('金').count());
}

#[test]
fn pasted_text_runs_no_command_outside_a_field() {
    let mut desk = Desk::with(3);
    desk.tell(Msg::Paste("a\rl\ry".into()));
    assert!(desk.model.modals.is_empty());
    desk.press("/");
    desk.tell(Msg::Paste("  U2\n".into()));
    desk.press("<enter><enter>");
    desk.sees("Users > Ada Novak2 (user0002)  U2");
}

#[test]
fn a_wide_screen_shows_the_focused_row_with_personal_data_masked() {
    let desk = Desk::opened(Place::Users, (160, 50), vec![row(1)], rights_of(Level::Master));
    desk.sees("Preview");
    desk.sees("a***@cor***.example  confirmed");
    desk.sees("******4417");
    desk.sees_not("ada@corner");
}

#[test]
fn sixty_columns_drop_columns_whole() {
    let desk = Desk::opened(Place::Users, (60, 16), vec![row(1)], rights_of(Level::Master));
    desk.sees("LOGIN");
    desk.sees("+ ACTIVE");
    desk.sees_not("LAST");
    assert!(desk.screen().lines().last().unwrap().ends_with("?more"), "{}", desk.screen());
}

#[test]
fn an_open_quote_keeps_the_last_good_result_and_is_named() {
    let mut desk = Desk::with(30);
    desk.press("/user0002 \"abc");
    desk.sees("1 of 30");
    desk.sees("^^^^ a closing `\"` is missing");
    desk.press("\"");
    desk.sees("Nothing matches");
    let mut desk = Desk::with(30);
    desk.press("/");
    desk.tell(Msg::Paste("status:foo".into()));
    desk.sees("30 of 30");
    desk.sees(" status is inactive locked auto-lock invited initial new-pwd recovery or active");
}

#[test]
fn the_list_is_sorted_by_any_column_both_ways_with_a_second_key() {
    let mut desk = Desk::with(5);
    desk.sees("LOGIN ^");
    desk.press("s");
    for told in ["l login", "s status", "d email", "g group", "m modified", "sort by, or with a capital"] {
        desk.sees(told);
    }
    desk.press("t");
    desk.sees_not("m modified");
    desk.sees("sort: last_login v");
    desk.sees("LAST v");
    desk.press("sN");
    desk.sees("sort: last_login v, name ^");
    desk.press("S");
    desk.sees("sort: last_login ^, name v");
    desk.press("ss");
    desk.sees("STATUS ^");
    desk.press("sl");
    desk.sees("sort: login ^");
}

#[test]
fn any_row_is_gone_to_by_number_or_part() {
    let mut desk = Desk::with(1000);
    desk.press("%500<enter>");
    assert!(desk.line("user0500").starts_with('>'), "{}", desk.screen());
    desk.press("%25%<enter>");
    assert!(desk.line("user0251").starts_with('>'), "{}", desk.screen());
    desk.press(":999<enter>");
    assert!(desk.line("user0999").starts_with('>'), "{}", desk.screen());
    desk.press("%99999<enter>k");
    assert!(desk.line("user0999").starts_with('>'), "{}", desk.screen());
    desk.press("%x<enter>");
    desk.sees("a row is a number, or a part such as 50%");
    desk.press("<esc>%<esc>gg");
    assert!(desk.line("user0001").starts_with('>'), "{}", desk.screen());
}

#[test]
fn tab_completes_fields_and_values_and_tells_where_there_are_several() {
    let mut desk = Desk::with(3);
    desk.press("/stat<tab>");
    desk.sees("/ status:");
    desk.press("<tab>");
    desk.sees("active  auto-lock  inactive");
    desk.press("lo<tab>");
    desk.sees("/ status:locked");
    desk.press(" -tag:v<tab>");
    desk.sees("/ status:locked -tag:vip");
    desk.press(" zz<tab>");
    desk.sees("no field begins so");
    desk.press("<enter>");
    desk.sees("/ status:locked -tag:vip zz");
}
