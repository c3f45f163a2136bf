//! The console as a whole: leaving, locking, small terminals, one's own page, the end.

use super::*;
use crate::ui::Unlock;

#[test]
fn leaving_the_first_screen_asks_once() {
    let mut desk = Desk::with(1);
    desk.press("q");
    desk.sees("sign out? y/n");
    desk.press("<enter>n");
    assert!(!desk.quits());
    desk.sees_not("sign out?");
    desk.press("<backspace>y");
    assert!(desk.quits());
}

#[test]
fn escape_never_signs_out() {
    let mut desk = Desk::with(1);
    desk.press("<esc><esc><esc>");
    assert!(desk.model.modals.is_empty() && !desk.quits());
}

#[test]
fn control_c_twice_within_two_seconds_signs_out() {
    let mut desk = Desk::with(1);
    desk.press("<ctrl-c>");
    desk.sees("note: Ctrl-c again within 2 s signs out");
    desk.wait(2500);
    desk.press("<ctrl-c>");
    assert!(!desk.quits());
    desk.press("<ctrl-c>");
    assert!(desk.quits());
}

#[test]
fn colon_q_signs_out_without_asking() {
    let mut desk = Desk::with(1);
    desk.press(":q<enter>");
    assert!(desk.quits());
}

#[test]
fn a_message_goes_first_when_escape_is_pressed() {
    let mut desk = Desk::with(3);
    desk.press("/user<enter><ctrl-z>");
    desk.sees("note: there is no shell behind this");
    desk.press("<esc>");
    desk.sees_not("there is no shell");
    desk.sees("/ user");
    desk.press("<esc>");
    desk.sees_not("/ user");
}

#[test]
fn control_l_asks_for_a_repaint() {
    let mut desk = Desk::with(1);
    desk.press("a<ctrl-l>");
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Redraw)));
    assert_eq!(desk.model.modals.len(), 1);
}

#[test]
fn an_idle_screen_hides_everything_until_it_is_resumed() {
    let mut desk = Desk::with(3);
    desk.press("/user0002<enter>");
    desk.tell(Msg::Lock(Unlock::Code));
    desk.sees_not("user0002");
    desk.sees("Code:");
    desk.press("123456");
    desk.sees("******");
    desk.sees_not("123456");
    desk.press("<enter>");
    let typed = desk.effects.iter().find_map(|effect| match effect {
        Effect::Unlock(secret) => Some(secret.expose().clone()),
        Effect::Ask(_)
        | Effect::Execute(_)
        | Effect::ExecuteProved { .. }
        | Effect::Steer(..)
        | Effect::TrustKey
        | Effect::Wake { .. }
        | Effect::Redraw
        | Effect::Quit => None,
    });
    assert_eq!(typed.as_deref(), Some("123456"));
    desk.tell(Msg::UnlockRefused("wrong code; 4 tries left".into()));
    desk.sees("wrong code; 4 tries left");
    desk.tell(Msg::Changed);
    desk.sees_not("user0002");
    desk.tell(Msg::Unlocked { code_at: None });
    desk.sees("user0002");
    desk.sees("1 of 3");
}

#[test]
fn an_idle_warning_says_when_and_stays_until_a_key_or_then() {
    let mut desk = Desk::with(2);
    let at = Timestamp(desk.now.0 + 60_000);
    desk.tell(Msg::IdleWarning { at });
    desk.sees("warn: idle: this session locks or ends at 09:43:17Z; press any key to stay");
    desk.wait(59_000);
    desk.sees("09:43:17Z; press any key");
    desk.press("j");
    desk.sees_not("press any key");
}

#[test]
fn a_message_takes_no_escape_from_a_window_and_no_longer_than_it_is_true() {
    let mut desk = Desk::with(2);
    desk.press("al<esc>");
    assert!(desk.model.modals.is_empty(), "the menu said that Esc closes it");
    desk.press("<ctrl-c>");
    desk.sees("Ctrl-c again within 2 s");
    desk.wait(2001);
    desk.sees_not("Ctrl-c again");
}

#[test]
fn enter_resumes_where_nothing_else_is_asked() {
    let mut desk = Desk::with(1);
    desk.tell(Msg::Lock(Unlock::Enter));
    desk.press("q<enter>");
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Unlock(_))) && !desk.quits());
}

#[test]
fn a_terminal_too_small_says_what_it_needs_and_takes_only_leaving() {
    let mut desk = Desk::with(1);
    desk.tell(Msg::Resize(59, 16));
    desk.sees("needs 60x16, have 59x16");
    desk.press("aky<enter>");
    assert!(desk.model.modals.is_empty());
    desk.press("q");
    desk.sees("sign out? y/n");
    desk.press("y");
    assert!(desk.quits());
}

#[test]
fn whoever_may_not_view_users_sees_their_own_account_and_why() {
    let rights = RightSet::closed([Right::AuditView]);
    let mut desk = Desk::opened(Place::Users, (80, 24), vec![row(1)], rights);
    desk.sees("You see your own account only.");
    desk.sees("Why: you lack the right `user.view`");
    desk.sees_not("1Users");
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Ask(Query::Users { .. }))));
    desk.press("1");
    desk.sees("note: you lack the right `user.view`");
}

#[test]
fn a_right_that_is_taken_away_closes_the_screen_that_needs_it() {
    let mut desk = Desk::with(3);
    desk.press("<enter>a");
    desk.rights = RightSet::EMPTY;
    desk.tell(Msg::Changed);
    desk.sees("error: the users were closed: you lack the right `user.view`");
    desk.sees_not("user0001");
    assert!(desk.model.modals.is_empty());
}

#[test]
fn the_end_says_why_and_any_key_closes() {
    let mut desk = Desk::with(1);
    desk.tell(Msg::Ended("your account was locked by an operator".into()));
    desk.sees("your account was locked by an operator");
    desk.sees_not("user0001");
    desk.press("x");
    assert!(desk.quits());
}

#[test]
fn single_keys_on_a_screen_send_no_request() {
    let mut desk = Desk::with(5);
    desk.press("<enter><esc>dDXskfFnepPuUvVwiIyYtTAHhl<delete><ctrl-d><ctrl-k><ctrl-x>");
    assert!(desk.model.modals.is_empty());
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Execute(_))));
}

#[test]
fn commands_work_on_a_cyrillic_layout_and_text_stays_as_typed() {
    let mut desk = Desk::with(3);
    desk.press("оо");
    assert!(desk.line("user0003").starts_with('>'));
    desk.press("/оо");
    desk.sees("/ оо");
}

#[test]
fn the_terminals_cursor_stands_on_what_is_focused() {
    let mut desk = Desk::with(3);
    desk.press("j");
    let first = desk.cursor();
    desk.press("j");
    assert_eq!(desk.cursor().y, first.y + 1);
    desk.press("/ab");
    assert_eq!(desk.cursor(), Position::new(5, 3));
}

#[test]
fn a_selection_is_reversed_so_that_it_needs_no_colour() {
    let desk = Desk::with(3);
    let y = desk.cursor().y;
    let cell = &desk.buffer().0[(10, y)];
    assert!(cell.modifier.contains(ratatui::style::Modifier::REVERSED));
}

#[test]
fn every_frame_of_every_size_is_drawn_without_a_fault() {
    let mut desk = Desk::with(200);
    desk.notes = vec![note(1, &"long ".repeat(300))];
    desk.history = (1..=80).rev().map(history_row).collect();
    let scripts = [
        "",
        "/status:x",
        "<esc><esc><enter>",
        "2",
        "3",
        "<enter>",
        "<esc>a",
        "W",
        "<esc>k",
        "<f1>",
        "<esc><esc>q",
        "n9",
    ];
    for script in scripts {
        desk.press(script);
        for columns in [1, 20, 59, 60, 61, 79, 80, 100, 119, 120, 160, 300] {
            for rows in [1, 5, 16, 17, 23, 24, 50, 120] {
                desk.tell(Msg::Resize(columns, rows));
                desk.screen();
            }
        }
        desk.tell(Msg::Resize(80, 24));
    }
}

#[test]
fn a_frame_smaller_than_the_last_known_size_is_drawn_without_a_fault() {
    let mut desk = Desk::opened(Place::Users, (160, 50), vec![row(1)], rights_of(Level::Master));
    for script in ["", "ak", "<esc><enter>", "g9"] {
        desk.press(script);
        for size in [(0, 0), (1, 1), (80, 24)] {
            view(&desk.model, &mut Buffer::empty(Rect::new(0, 0, size.0, size.1)), desk.now);
        }
    }
}
