//! The dialogue as a pure machine: what is hidden, what is asked from L3 on, and what a lock keeps.

use crossterm::event::{KeyCode, KeyEvent};

use crate::actions::request::{Request, Run, Target};
use crate::actions::spec::{Risk, Subject};
use crate::actions::{self, Spec};
use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::domain::operator::{Actor, Via};
use crate::domain::target::TargetId;
use crate::protocol::{Answer, Returned};
use crate::ui::model::{Effect, Environment, Msg, Opening, Unlock};
use crate::ui::plain::form::Form;
use crate::ui::plain::{Plain, Reads};
use crate::ui::route::Place;

const NOW: Timestamp = Timestamp(1_778_751_717_000);

fn plain() -> Plain {
    let actor = Actor {
        operator: UserId(1),
        login: "root".into(),
        via: Via::Ssh,
        source: String::new(),
        proof: String::new(),
        session: None,
        code_at: None,
        has_second_factor: true,
    };
    let (environment, size, place) = (Environment::Demo, (80, 24), Place::Users);
    let opening = Opening { actor, environment, size, place, ascii_borders: true, now: NOW };
    let (mut plain, _) = Plain::new(opening, Reads::Keys);
    plain.waits = None;
    plain.take();
    plain
}

fn types(plain: &mut Plain, text: &str) -> Vec<Effect> {
    let key = |character| if character == '\r' { KeyCode::Enter } else { KeyCode::Char(character) };
    text.chars().flat_map(|character| plain.update(Msg::Key(KeyEvent::from(key(character))), NOW)).collect()
}

fn said(plain: &mut Plain) -> String {
    String::from_utf8(plain.take()).unwrap()
}

/// Some action on a user from L3 on that a right allows, whichever there is.
fn risky() -> &'static Spec {
    let is_it = |spec: &&&Spec| {
        let by_right = matches!(spec.right, actions::spec::Needs::Right(_));
        spec.risk >= Risk::L3 && by_right && matches!(spec.subject, Subject::User(_))
    };
    actions::ALL.iter().find(is_it).unwrap()
}

fn form(plain: &mut Plain) -> Request {
    let target = Target::Seen { id: TargetId::User(UserId(7)), version: 3 };
    let form = Form::upon(risky(), (target, "c.kim".into()), "Chloe Kim (c.kim)".into());
    plain.fill_in(form);
    let typed: String = risky().form.iter().map(|_| "asked to be forgotten\r").collect();
    let mut effects = types(plain, &typed);
    let Some(Effect::Execute(request)) = effects.pop() else { panic!("{}", said(plain)) };
    assert_eq!(request.run, Run::Dry);
    request
}

fn returned(plain: &mut Plain, request: Request, answer: Answer) -> Vec<Effect> {
    plain.update(Msg::Returned(Returned::Answer(Box::new(request), answer)), NOW)
}

#[test]
fn from_l3_on_the_login_is_typed_and_then_a_code_that_nobody_sees() {
    let mut plain = plain();
    let dry = form(&mut plain);
    returned(&mut plain, dry, Answer::Done(Box::default()));
    assert!(said(&mut plain).contains("To confirm type the login c.kim exactly"));
    assert!(types(&mut plain, "y\r").is_empty(), "a yes is no login");
    assert!(types(&mut plain, "c.kim\r").is_empty());
    assert!(said(&mut plain).contains("Code of your second factor"));
    let effects = types(&mut plain, "123456\r");
    let [Effect::ExecuteProved { request, beside }] = effects.as_slice() else { panic!("{effects:?}") };
    let code = beside.code.as_ref().unwrap();
    assert_eq!(
        (request.run, request.confirmed.as_str(), code.expose().as_str()),
        (Run::Real, "c.kim", "123456")
    );
    let echoed = said(&mut plain);
    assert!(echoed.contains("******") && !echoed.contains("123456"), "{echoed:?}");
}

#[test]
fn what_was_typed_before_the_effect_was_told_is_not_taken_as_the_answer() {
    let mut plain = plain();
    let dry = form(&mut plain);
    assert!(types(&mut plain, "c.kim\r").is_empty());
    assert!(returned(&mut plain, dry, Answer::Done(Box::default())).is_empty());
    assert!(plain.form.as_ref().is_some_and(|form| !form.is_secret()), "it still asks for the login");
    assert!(said(&mut plain).ends_with("to cancel: "));
}

#[test]
fn a_lock_hides_what_is_typed_keeps_the_form_and_lets_nothing_through() {
    let mut plain = plain();
    let dry = form(&mut plain);
    returned(&mut plain, dry, Answer::Done(Box::default()));
    plain.update(Msg::Lock(Unlock::Code), NOW);
    plain.take();
    let effects = types(&mut plain, "c.kim\r");
    let [Effect::Unlock(typed)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(typed.expose(), "c.kim");
    assert!(!said(&mut plain).contains("c.kim"));
    plain.update(Msg::UnlockRefused("the code is wrong".into()), NOW);
    assert!(said(&mut plain).contains("not unlocked: the code is wrong"));
    types(&mut plain, "654321\r");
    plain.update(Msg::Unlocked { code_at: Some(NOW) }, NOW);
    assert!(said(&mut plain).contains("To confirm type the login c.kim exactly"));
    let effects = types(&mut plain, "c.kim\r");
    assert!(
        matches!(effects.as_slice(), [Effect::Execute(request)] if request.run == Run::Real),
        "{effects:?}"
    );
}

#[test]
fn nothing_that_a_terminal_obeys_is_said_or_echoed() {
    let mut plain = plain();
    plain.say("Ann\u{1b}[2J\u{202e}\nKim");
    types(&mut plain, "a\u{9b}b");
    let said = said(&mut plain);
    assert!(!said.replace("\r\n", "").chars().any(crate::base::text::is_unsafe), "{said:?}");
}

#[test]
fn lines_do_not_pile_up_while_an_answer_is_awaited() {
    let mut plain = plain();
    types(&mut plain, "me\r");
    while plain.has_room() {
        types(&mut plain, "me\r");
    }
    assert!(plain.typing.waits() && plain.out.len() < 16 * 1024);
}
