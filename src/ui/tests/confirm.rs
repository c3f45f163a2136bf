//! The confirmation: who, what, form, focus, guard, running, refusal, stale.

use super::*;
use crate::actions::form::FieldFault;
use crate::actions::request::Target;
use crate::domain::target::TargetId;
use crate::protocol::{Meanwhile, Stale, TargetName};

fn locked() -> Desk {
    let mut rows = vec![row(1), row(2)];
    rows[0].facts.admin_lock = Some(lock());
    Desk::opened(Place::Users, (80, 24), rows, rights_of(Level::Master))
}

impl Desk {
    /// The request that was sent to be carried out.
    pub(super) fn real(&mut self) -> Request {
        let mut real: Vec<Request> = self
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Execute(request) if request.run == Run::Real => Some(request.clone()),
                Effect::Execute(_)
                | Effect::Ask(_)
                | Effect::ExecuteProved { .. }
                | Effect::Steer(..)
                | Effect::TrustKey
                | Effect::Unlock(_)
                | Effect::Wake { .. }
                | Effect::Redraw
                | Effect::Quit => None,
            })
            .collect();
        assert_eq!(real.len(), 1);
        self.effects.clear();
        real.remove(0)
    }

    fn sends_nothing(&self) -> bool {
        !self
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Execute(request) if request.run == Run::Real))
    }
}

#[test]
fn an_action_of_level_one_takes_three_keys() {
    let mut desk = locked();
    desk.press("al");
    for text in
        ["Unlock  L1", "Ada Novak1 (user0001)  U1", "# LOCKED", "Retail", "status  ACTIVE -> LOCKED_BY_ADMIN"]
    {
        desk.sees(text);
    }
    desk.sees("2 live sessions end.");
    desk.press("y");
    let request = desk.real();
    assert_eq!(request.target, Target::Seen { id: TargetId::User(UserId(1)), version: 7 });
    assert_eq!((request.code, request.actor.login.as_str()), ("user.unlock", "m.okafor"));
    desk.sees("running ..");
    let target = TargetName {
        id: TargetId::User(UserId(1)),
        name: "user0001".into(),
        called: "Ada Novak1 (user0001)".into(),
        version: 8,
    };
    desk.answer(request, Answer::Done(Box::new(Receipt { target: Some(target), ..receipt() })));
    assert!(desk.model.modals.is_empty());
    desk.sees("ok: Unlock done: user0001, status ACTIVE -> LOCKED_BY_ADMIN");
    desk.serve();
    desk.wait(6001);
    desk.sees_not("ok: Unlock");
}

#[test]
fn a_burst_of_keys_pasted_or_typed_at_once_changes_nothing() {
    let mut desk = locked();
    for key in ["a", "l", "enter", "enter", "enter", "y", "tab", "enter"] {
        desk.press_now(key);
    }
    assert!(desk.sends_nothing());
    desk.sees("Unlock  L1");
    desk.press("<enter>");
    assert!(desk.model.modals.is_empty() && desk.sends_nothing(), "focus was on Cancel");
}

#[test]
fn focus_begins_on_the_empty_field_and_goes_to_cancel_then_the_button() {
    let mut desk = Desk::with(1);
    desk.press("ak");
    desk.sees("Reason  (3+ characters)");
    desk.sees("status  ACTIVE -> LOCKED_BY_ADMIN");
    let field = desk.cursor();
    desk.press("y");
    assert_eq!(desk.cursor().x, field.x + 1);
    desk.press("<tab>");
    desk.sees("> [ Cancel ]");
    desk.sees("! Reason is too short: at least 3 characters, got 1");
    desk.press("<tab>");
    desk.sees("> [ Lock ]");
    desk.press("<enter>");
    assert!(desk.sends_nothing(), "a disabled button does nothing");
    desk.sees("(disabled: Reason is too short");
    desk.press("<tab> card lost<tab><tab><enter>");
    let request = desk.real();
    assert_eq!(request.answers["reason"], "y card lost");
}

#[test]
fn enter_stays_in_a_field_that_is_wrong_and_its_words_stay() {
    let mut desk = Desk::with(1);
    desk.press("ak<enter>");
    desk.sees("! Reason is required");
    desk.press("ab<enter>c<enter>");
    desk.sees("[ abc ");
    desk.sees("> [ Cancel ]");
    assert_eq!(desk.model.modals.len(), 1);
}

#[test]
fn the_yes_key_confirms_nothing_that_asks_for_words() {
    let mut desk = Desk::with(1);
    desk.press("akcard lost<tab>y");
    assert!(desk.sends_nothing());
    desk.press("<shift-tab>y");
    desk.sees("card losty");
}

#[test]
fn while_the_order_runs_no_key_is_taken() {
    let mut desk = locked();
    desk.press("aly");
    let request = desk.real();
    desk.press("y<enter><esc><tab><enter><ctrl-c><f1>");
    assert!(desk.sends_nothing() && !desk.quits());
    desk.sees("running ..");
    desk.answer(request, Answer::Failed(crate::base::fault::Fault::store("disk full")));
    desk.sees("error: disk full; nothing was done");
    desk.press("y");
    desk.real();
}

#[test]
fn a_refusal_is_shown_word_for_word_with_what_would_satisfy_it() {
    let mut desk = locked();
    desk.press("aly");
    let request = desk.real();
    let refusal = Refusal::new(Rule::Level, "your level UA does not reach level GA", "level GA or MA");
    desk.answer(request, Answer::Refused(refusal));
    desk.sees("refused: your level UA does not reach level GA");
    desk.sees("would be satisfied by: level GA or MA");
    desk.press("y<tab><enter>");
    assert!(desk.sends_nothing());
}

#[test]
fn a_stale_record_tells_who_changed_it_and_r_shows_it_as_it_is() {
    let mut desk = locked();
    desk.press("aly");
    let request = desk.real();
    let change = Meanwhile {
        actor: "a.kim".into(),
        action: "user.edit".into(),
        age: "3s".into(),
        changes: vec![Difference::new("last name", "Novak", "Kim")],
    };
    desk.answer(request, Answer::Stale(Stale { by: vec![change], facts: vec![] }));
    desk.sees("changed meanwhile: user.edit by a.kim, 3s ago");
    desk.sees("last name Novak -> Kim");
    desk.press("y");
    assert!(desk.sends_nothing());
    desk.rows[0].version = 9;
    desk.press("r");
    desk.sees_not("changed meanwhile");
    desk.press("y");
    assert_eq!(desk.real().target, Target::Seen { id: TargetId::User(UserId(1)), version: 9 });
}

#[test]
fn a_fault_of_the_form_stands_at_its_field() {
    let mut desk = Desk::with(1);
    desk.press("akcard lost<tab><tab><enter>");
    let request = desk.real();
    desk.answer(request, Answer::Form(FieldFault { field: "reason", text: "names no ticket".into() }));
    desk.sees("! Reason names no ticket");
    desk.press("!");
    desk.sees("card lost!");
}

#[test]
fn a_note_is_added_from_a_row_and_takes_pasted_lines() {
    let mut desk = Desk::with(1);
    desk.press("N");
    desk.sees("Add a note  L1");
    desk.sees("told once the form is filled in");
    desk.wait(500);
    desk.tell(Msg::Paste("called back\nwill call again".into()));
    desk.press("<tab><tab><enter>");
    assert_eq!(desk.real().answers["text"], "called back\nwill call again");
}

#[test]
fn pasted_text_goes_into_no_button_and_four_kib_at_most_into_a_field() {
    let mut desk = locked();
    desk.press("al");
    desk.tell(Msg::Paste("y\n".into()));
    assert!(desk.sends_nothing());
    desk.press("<esc>N");
    desk.wait(500);
    desk.tell(Msg::Paste("ä".repeat(4000)));
    let crate::ui::modals::Modal::Confirm(state) = &desk.model.modals[0] else { panic!("no confirmation") };
    assert_eq!(state.entries[0].text().len(), 4096);
}

#[test]
fn another_size_keeps_what_was_typed_and_the_focus() {
    let mut desk = Desk::with(1);
    desk.press("akcard");
    desk.tell(Msg::Resize(50, 10));
    desk.sees("needs 60x16, have 50x10");
    desk.press("x<enter>");
    desk.tell(Msg::Resize(60, 16));
    desk.press(" lost");
    desk.sees("card lost");
    desk.press("<tab><tab>");
    desk.sees("> [ Lock ]");
}

#[test]
fn a_dry_run_that_is_refused_disables_the_button() {
    let mut desk = locked();
    desk.answers = false;
    desk.press("a");
    let query = desk.asked.remove(0);
    let reply = desk.reply(&query);
    desk.answer_query(query, reply);
    desk.press("l");
    desk.press("y");
    assert!(desk.sends_nothing(), "not before it is known what it would do");
    let request = desk.sent.pop().unwrap();
    desk.answer(
        request,
        Answer::Refused(Refusal::new(Rule::Right, "you lack the right `user.lock`", "level OA")),
    );
    desk.sees("(disabled: refused)");
    desk.press("y");
    assert!(desk.sends_nothing());
}

#[test]
fn a_message_tells_how_to_undo_and_never_cuts_that_off() {
    let mut desk = locked();
    desk.press("aly");
    let request = desk.real();
    let name = "a.very.long.login.that.nobody.would.type.twice".to_owned();
    let target = TargetName { id: TargetId::User(UserId(1)), name: name.clone(), called: name, version: 8 };
    let until = Some(desk.now.plus_seconds(599));
    let receipt = Receipt { target: Some(target), undo_until: until, ..receipt() };
    desk.answer(request, Answer::Done(Box::new(receipt)));
    desk.sees("ok: Unlock done: a.very.long.login");
    desk.sees(".. u undo (9:59 left)");
    desk.wait(1000);
    desk.sees("u undo (9:58 left)");
    desk.press("u");
    desk.sees("note: you did nothing in the last 10 minutes that can be undone");
}
