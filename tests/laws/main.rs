//! Laws over every declared action: what must hold for those that are not written yet as well.

mod catalogue;
mod declarations;
mod doors;
mod meanwhile;
#[path = "../world/mod.rs"]
mod world;
