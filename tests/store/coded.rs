//! An operator with a second factor: somebody of whom the store seals something.

use wardroom::domain::level::Level;
use wardroom::domain::new_operator::{NamedScope, NewOperator, PublicKeyLine, SecondFactor};
use wardroom::service::operators::Made;

use crate::world::World;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhBRm3Y1C0bDvkYNPwPVw5Oc4uYjG1tWZ5aEoQz0sTn";

/// Makes an operator with a second factor, whose seed is sealed.
pub(crate) fn add_operator_with_a_code(world: &World) {
    let operator = NewOperator {
        login: "p.day".to_owned(),
        email: "p.day@bank.example".to_owned(),
        level: Some(Level::User),
        scope: NamedScope::Default,
        role: None,
        group: None,
        organisation: Some("retail".to_owned()),
        password: None,
        ssh_key: Some(PublicKeyLine { line: KEY.to_owned(), comment: String::new() }),
        second_factor: SecondFactor::Make,
    };
    let made = world.wait(world.service().make_operator(operator, false)).unwrap();
    assert!(matches!(made, Made::Done { seed: Some(_), .. }), "{made:?}");
}
