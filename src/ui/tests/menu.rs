//! The action menu: what is offered, what is not and why.

use super::*;

#[test]
fn actions_not_offered_are_dimmed_with_the_reason_and_w_explains() {
    let mut desk = Desk::with(1);
    desk.press("a");
    desk.sees("Actions for Ada Novak1 (user0001)  + ACTIVE");
    assert!(desk.line("l Unlock").contains("- user is ACTIVE; must be LOCKED"));
    assert!(desk.line("k Lock").contains("L2"));
    desk.sees_not("Import");
    desk.press("lW");
    for text in [
        "by the rule state",
        "status        passed: you are ACTIVE",
        "Satisfied by  a lock first",
        "the right `user.lock`",
    ] {
        desk.sees(text);
    }
    desk.press("<esc>");
    desk.sees("Actions for");
    desk.press("<esc>");
    assert!(desk.model.modals.is_empty());
}

#[test]
fn a_letter_typed_before_the_menu_is_there_runs_its_action_also_a_capital() {
    for (keys, title) in [("ak", "Lock  L2"), ("aD", "Delete  L4")] {
        let mut desk = Desk::with(1);
        desk.answers = false;
        desk.press(keys);
        desk.sees_not(title);
        desk.serve();
        desk.sees(title);
    }
}

#[test]
fn a_letter_that_is_not_offered_says_why_and_opens_nothing() {
    let mut desk = Desk::with(1);
    desk.press("al");
    desk.sees("note: Unlock: user is ACTIVE; must be LOCKED_BY_ADMIN; W explains");
    assert!(matches!(desk.model.modals.as_slice(), [crate::ui::modals::Modal::Menu(_)]));
}

#[test]
fn a_letter_typed_before_the_offers_are_there_runs_when_they_come() {
    let mut desk = Desk::with(1);
    desk.answers = false;
    desk.press("ak");
    desk.serve();
    desk.sees("Lock  L2");
}

#[test]
fn a_commit_elsewhere_changes_what_an_open_menu_offers() {
    let mut desk = Desk::with(1);
    desk.press("a");
    desk.rows[0].facts.admin_lock = Some(lock());
    desk.tell(Msg::Changed);
    assert!(desk.line("l Unlock").contains("L1"));
    desk.press("<esc>");
    assert!(desk.line("user0001").contains("# LOCKED"), "{}", desk.screen());
}

#[test]
fn help_lists_the_keys_of_this_place_filters_and_runs() {
    let mut desk = Desk::with(2);
    desk.press("?");
    desk.sees("Open the profile");
    desk.press(&"<pgdn>".repeat(9));
    desk.sees("C customer   S staff");
    desk.press("filter as");
    desk.sees("Filter as you type");
    desk.sees_not("Open the profile");
    desk.press("<enter>u");
    desk.sees("/ u");
    desk.press("<f1>");
    desk.sees("An earlier filter");
    desk.sees_not("Actions on the focused user");
}
