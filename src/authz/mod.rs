//! Who may do what: rights, what an operator holds, and the rules in their order.
//!
//! Pure: the store supplies where people stand, the clock comes in as an argument.

pub mod giving;
pub mod grants;
pub mod groups;
pub mod masters;
pub mod refusal;
pub mod right;
pub mod roles;
pub mod rules;
pub mod sources;
pub mod standing;
