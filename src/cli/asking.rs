//! What an action asks of who types it, before it runs: consent, a fresh code, or the login typed.

use crate::actions::Spec;
use crate::actions::spec::{Needs, Risk, Subject};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::operator::{Actor, Via};

/// What proves that who types is who signed in, or knows what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nothing further.
    Nothing,
    /// A fresh code.
    Code,
    /// What the confirmation of the screen has typed: the login, or the number of several.
    Typed,
}

/// Whether consent is asked: everything above L1.
pub(super) fn consent_wanted(spec: &Spec) -> bool {
    spec.risk > Risk::L1
}

/// What is to be proved at `now`.
pub(super) fn proof_wanted(spec: &Spec, actor: &Actor, now: Timestamp) -> Proof {
    if spec.risk < Risk::L3 {
        return Proof::Nothing;
    }
    let by_code = match actor.via {
        Via::Ssh => actor.has_second_factor,
        Via::Local => false,
    };
    if by_code {
        let fresh =
            actor.code_at.is_some_and(|at| (0..limits::FRESH_CODE_S).contains(&now.seconds_since(at)));
        return if fresh { Proof::Nothing } else { Proof::Code };
    }
    match (&spec.subject, spec.right) {
        (Subject::User(_), Needs::Right(_)) => Proof::Typed,
        (Subject::User(_), Needs::Own) | (Subject::Directory(_), _) => Proof::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions;
    use crate::actions::case::{Case, Plan};
    use crate::actions::spec::UserRules;
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
        assert_eq!(proof_wanted(import, &actor(Via::Ssh, true, None), now), Proof::Code);
        assert_eq!(proof_wanted(import, &actor(Via::Ssh, true, at(299)), now), Proof::Nothing);
        assert_eq!(proof_wanted(import, &actor(Via::Ssh, true, at(300)), now), Proof::Code);
        assert_eq!(
            proof_wanted(import, &actor(Via::Ssh, true, at(-1)), now),
            Proof::Code,
            "a clock set back"
        );
        assert_eq!(proof_wanted(import, &actor(Via::Ssh, false, None), now), Proof::Nothing);
        assert_eq!(proof_wanted(import, &actor(Via::Local, true, None), now), Proof::Nothing);
        assert_eq!(proof_wanted(lock, &actor(Via::Ssh, true, None), now), Proof::Nothing);
    }

    #[test]
    fn who_has_no_second_factor_types_the_login() {
        let lock = actions::find("user.lock").unwrap();
        let plan = |_: &Case<'_>| Ok(Plan::default());
        let on_users = UserRules { on: "user", kinds: &[], from: &[], guards: &[], plan };
        let deadly = Spec {
            code: "user.test",
            title: "Test",
            letter: 't',
            help: "",
            right: lock.right,
            risk: Risk::L3,
            bulk: lock.bulk,
            undo: lock.undo,
            form: &[],
            facts: &[],
            history: None,
            notices: &[],
            subject: Subject::User(on_users),
        };
        assert_eq!(proof_wanted(&deadly, &actor(Via::Local, true, None), Timestamp(0)), Proof::Typed);
        assert_eq!(proof_wanted(&deadly, &actor(Via::Ssh, false, None), Timestamp(0)), Proof::Typed);
        assert!(consent_wanted(lock) && !consent_wanted(actions::find("note.add").unwrap()));
    }
}
