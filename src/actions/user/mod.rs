//! Actions on a user: access, details, and the end of both.

pub mod accounts_assign;
pub mod activate;
pub mod deactivate;
pub mod deactivate_end;
pub mod deactivate_for;
pub mod delete;
pub mod edit;
pub mod group_assign;
pub mod level_change;
pub mod lock;
pub mod promote;
pub mod roles_assign;
pub mod sessions_end;
pub mod unlock;

use crate::authz::refusal::{Refusal, Rule};

/// What is said to a form that leaves everything as it is.
fn nothing_changed() -> Refusal {
    Refusal::new(Rule::Guard, "nothing is changed", "a value that does not stand there yet")
}
