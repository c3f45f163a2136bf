//! High risk: what is asked from L3 on, and that a code goes nowhere but to where it is proved.

use super::*;
use crate::actions::Spec;
use crate::actions::case::{Case, Plan};
use crate::actions::form::LONG_REASON;
use crate::actions::spec::{Bulk, Guard, Needs, Risk, Subject, Undo, UserRules};
use crate::ui::modals::confirm;
use crate::ui::screens::users;

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    case.user().map(|_| Plan::default()).ok_or_else(|| Refusal::no_such_user(""))
}

/// An action of level L3, under the code of one that there is: the desk answers dry runs by the code.
static RISKY: Spec = Spec {
    code: "user.lock",
    title: "Try",
    letter: 'z',
    help: "Nothing but a try.",
    right: Needs::Right(Right::UserLock),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[LONG_REASON],
    facts: &[],
    history: None,
    notices: &[],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &Status::ALL,
        guards: &[Guard::NotOneself],
        plan,
    }),
};

impl Desk {
    fn at_risk(size: (u16, u16)) -> Self {
        let mut desk = Self::opened(Place::Users, size, vec![row(1)], rights_of(Level::Master));
        desk.open_risky();
        desk
    }

    fn open_risky(&mut self) {
        let card = users::card(&self.model).unwrap();
        let effects = confirm::open(&mut self.model, &RISKY, crate::ui::whom::Whom::one(card), self.now);
        self.take(effects);
        self.serve();
    }

    /// The request that was sent with a code, and the code.
    fn proved(&mut self) -> (Request, String) {
        let effects = std::mem::take(&mut self.effects);
        let mut sent = effects.into_iter().filter_map(|effect| {
            if let Effect::ExecuteProved { request, beside } = effect {
                let code = beside.code.unwrap();
                Some((request, code.expose().clone()))
            } else {
                None
            }
        });
        sent.next().unwrap()
    }
}

const FILLED_IN: &str = "left the bank<tab>user0001<tab>123456";

#[test]
fn everything_that_a_high_risk_asks_is_said_in_words_at_both_sizes() {
    for size in [(80, 24), (160, 50)] {
        let desk = Desk::at_risk(size);
        for text in [
            "HIGH RISK  Try  L3",
            "Reason  (10+ characters)",
            "Type the login to confirm",
            "Code of your second factor  (six digits)",
            "Checks  + not yourself",
            "(disabled: Reason is required)",
        ] {
            desk.sees(text);
        }
    }
}

#[test]
fn the_code_goes_beside_the_request_and_is_never_shown() {
    let mut desk = Desk::at_risk((80, 24));
    desk.press(&format!("{FILLED_IN}<tab><tab>"));
    desk.sees_not("123456");
    desk.press("<enter>");
    assert!(!format!("{:?} {:?}", desk.effects, desk.model).contains("123456"), "nor told in a log");
    let (request, code) = desk.proved();
    assert_eq!((code.as_str(), request.confirmed.as_str()), ("123456", "user0001"));
    assert!(!format!("{request:?}").contains("123456"));
}

#[test]
fn after_a_wrong_code_only_the_code_is_typed_again() {
    let mut desk = Desk::at_risk((80, 24));
    desk.press(&format!("{FILLED_IN}<tab><tab><enter>"));
    let (request, _) = desk.proved();
    desk.answer(
        request,
        Answer::Unproved(Refusal::new(Rule::Guard, "the code is wrong", "wait for the next")),
    );
    desk.sees("is not taken: the code is wrong;");
    desk.sees("wait for the next");
    desk.sees("[ left the bank ");
    desk.press("654321<tab><tab><enter>");
    assert_eq!(desk.proved().1, "654321");
}

#[test]
fn while_a_code_is_fresh_none_is_asked_and_the_login_is_typed_all_the_same() {
    let mut desk = Desk::at_risk((80, 24));
    desk.press(&format!("{FILLED_IN}<tab><tab><enter>"));
    let (mut request, _) = desk.proved();
    request.actor.code_at = Some(desk.now);
    desk.answer(request, Answer::Done(Box::new(receipt())));
    desk.open_risky();
    desk.sees("Type the login to confirm");
    desk.sees_not("second factor");
    desk.press("<esc>");
    desk.wait(301_000);
    desk.open_risky();
    desk.sees("second factor");
    desk.press("<esc>");
    desk.model.actor.has_second_factor = false;
    desk.open_risky();
    desk.sees_not("second factor");
    desk.sees("Type the login to confirm");
}
