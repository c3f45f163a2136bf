//! What is proved before an action from L3 on: a fresh code, or what the confirmation has typed.
//!
//! The screen, the command line and the transaction ask the same question; it is answered here.

use crate::actions::form::REASON;
use crate::actions::spec::{Needs, Risk, Spec, Subject};
use crate::actions::verdict::Order;
use crate::authz::refusal::{Refusal, Rule};
use crate::base::ids::JobId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::operator::{Actor, Via};
use crate::domain::target::TargetKind;

/// What proves that who acts is who signed in, or knows what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing further.
    Nothing,
    /// A code of the second factor, proved in the last five minutes.
    Code,
    /// What the confirmation has typed: the login, or the number of several.
    Typed,
}

/// Whether `spec` is of a level from which on all of this is asked.
pub fn is_asked(spec: &Spec) -> bool {
    spec.risk >= Risk::L3
}

/// What still is to be proved at `now`. A code that was proved a moment ago is proof enough.
pub fn wanted(spec: &Spec, actor: &Actor, now: Timestamp) -> Proof {
    if !is_asked(spec) {
        return Proof::Nothing;
    }
    if is_by_code(actor) {
        return if is_fresh(actor.code_at, now) { Proof::Nothing } else { Proof::Code };
    }
    match (&spec.subject, spec.right) {
        (Subject::User(_), Needs::Right(_))
        | (Subject::Group(_) | Subject::Role(_) | Subject::Organisation(_), _) => Proof::Typed,
        // Naming what is to be made is typing its name; oneself needs no naming.
        (Subject::User(_), Needs::Own) | (Subject::New(_) | Subject::Own(_) | Subject::Directory(_), _) => {
            Proof::Nothing
        }
    }
}

/// Whether what is wanted was given: `typed` is what was typed to confirm, `name` the login or name of what it is about.
pub fn given(
    spec: &Spec,
    actor: &Actor,
    typed: &str,
    name: Option<&str>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let (text, wanted) = match wanted(spec, actor, now) {
        Proof::Typed if name.is_some_and(|name| name != typed) => match spec.target_kind() {
            Some(TargetKind::User) | None => {
                ("the login was not typed to confirm", "type the login exactly (`--confirm LOGIN`)")
            }
            Some(TargetKind::Group | TargetKind::Role | TargetKind::Organisation) => {
                ("the name was not typed to confirm", "type the name exactly (`--confirm NAME`)")
            }
        },
        Proof::Code => (
            "a fresh code is needed: the last one is older than 5 minutes",
            "give the six digits of your second factor (`--code`)",
        ),
        Proof::Nothing | Proof::Typed => return Ok(()),
    };
    Err(Refusal::new(Rule::Guard, text, wanted))
}

/// What an order of a higher risk than its declaration says still wants: the proof and the reason of that risk. A set
/// was confirmed as its declaration says, so there it is not done at all.
pub fn of_order(
    order: &Order<'_>,
    actor: &Actor,
    typed: &str,
    name: Option<&str>,
    job: Option<JobId>,
) -> Result<(), Refusal> {
    if order.risk() == order.spec().risk {
        return Ok(());
    }
    let what = "it gives rights that only GA and MA hold by default";
    if job.is_some() {
        return Err(Refusal::new(Rule::Guard, format!("{what}: one user at a time"), "the user by itself"));
    }
    let case = order.case();
    let at_least = limits::LONG_REASON_CHARS_MIN;
    if case.answers.of(REASON.name).chars().count() < at_least {
        let text = format!("{what}: the reason must have at least {at_least} characters");
        return Err(Refusal::new(Rule::Guard, text, "a longer reason"));
    }
    let (text, wanted) = match by_risk(order.risk(), actor, case.now) {
        Proof::Typed if name.is_some_and(|name| name != typed) => match case.upon.person() {
            Some(_) => ("the login is typed to confirm", "type the login exactly (`--confirm LOGIN`)"),
            None => ("the name is typed to confirm", "type the name exactly (`--confirm NAME`)"),
        },
        Proof::Code => ("a fresh code is needed", "give the six digits of your second factor (`--code`)"),
        Proof::Nothing | Proof::Typed => return Ok(()),
    };
    Err(Refusal::new(Rule::Guard, format!("{what}: {text}"), wanted))
}

/// What is proved for an action upon somebody that is of `risk`.
pub fn by_risk(risk: Risk, actor: &Actor, now: Timestamp) -> Proof {
    if risk < Risk::L3 {
        Proof::Nothing
    } else if !is_by_code(actor) {
        Proof::Typed
    } else if is_fresh(actor.code_at, now) {
        Proof::Nothing
    } else {
        Proof::Code
    }
}

/// Over SSH whoever has a second factor proves by it; on this machine the store belongs to whoever may write its file.
fn is_by_code(actor: &Actor) -> bool {
    actor.via == Via::Ssh && actor.has_second_factor
}

/// A code of the future is none: the clock was set back since.
fn is_fresh(code_at: Option<Timestamp>, now: Timestamp) -> bool {
    code_at.is_some_and(|at| (0..limits::FRESH_CODE_S).contains(&now.seconds_since(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions;
    use crate::base::ids::UserId;

    fn actor(via: Via, has_second_factor: bool, code_at: Option<Timestamp>) -> Actor {
        Actor {
            operator: UserId(1),
            login: "root".into(),
            via,
            source: String::new(),
            proof: String::new(),
            session: None,
            code_at,
            has_second_factor,
        }
    }

    #[test]
    fn a_fresh_code_is_asked_over_ssh_from_l3_on_and_never_here() {
        let import = actions::find("data.import").unwrap();
        let lock = actions::find("user.lock").unwrap();
        let now = Timestamp(10_000_000);
        let at = |seconds: i64| Some(now.plus_seconds(-seconds));
        assert_eq!(wanted(import, &actor(Via::Ssh, true, None), now), Proof::Code);
        assert_eq!(wanted(import, &actor(Via::Ssh, true, at(299)), now), Proof::Nothing);
        assert_eq!(wanted(import, &actor(Via::Ssh, true, at(300)), now), Proof::Code);
        assert_eq!(wanted(import, &actor(Via::Ssh, true, at(-1)), now), Proof::Code, "a clock set back");
        assert_eq!(wanted(import, &actor(Via::Ssh, false, None), now), Proof::Nothing);
        assert_eq!(wanted(import, &actor(Via::Local, true, None), now), Proof::Nothing);
        assert_eq!(wanted(lock, &actor(Via::Ssh, true, None), now), Proof::Nothing);
    }

    #[test]
    fn who_has_no_second_factor_types_the_login() {
        let delete = actions::find("user.delete").unwrap();
        let now = Timestamp(0);
        for actor in [actor(Via::Local, true, None), actor(Via::Ssh, false, None)] {
            assert_eq!(wanted(delete, &actor, now), Proof::Typed);
            assert!(given(delete, &actor, "c.kim", Some("c.kim"), now).is_ok());
            for typed in ["", "c.ki", "C.KIM"] {
                assert!(given(delete, &actor, typed, Some("c.kim"), now).is_err(), "{typed}");
            }
        }
        let by_code = actor(Via::Ssh, true, None);
        assert!(given(delete, &by_code, "c.kim", Some("c.kim"), now).is_err(), "the login is no code");
        assert!(given(delete, &actor(Via::Ssh, true, Some(now)), "", Some("c.kim"), now).is_ok());
    }
}
