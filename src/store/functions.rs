//! Functions that SQL calls where the store sorts by itself, so that it sorts as the index does.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

use crate::base::text::search_folded;
use crate::base::time::Timestamp;
use crate::directory::filter::phone_form;
use crate::domain::status::{AdminLock, StatusFacts, Window};

/// Gives `connection` `search_form(text)`, `phone_form(text)` and `status_rank(now, facts ..)`.
///
/// The facts are those of `users::FACT_COLUMNS`, without by whom and why.
pub(super) fn add(connection: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    let text = |call: &Context<'_>| call.get::<Option<String>>(0).map(Option::unwrap_or_default);
    connection.create_scalar_function("search_form", 1, flags, move |call| {
        text(call).map(|text| search_folded(&text))
    })?;
    connection.create_scalar_function("phone_form", 1, flags, move |call| {
        text(call).map(|text| phone_form(&text))
    })?;
    connection.create_scalar_function("status_rank", 11, flags, status_rank)
}

/// The arguments of `status_rank`.
pub(super) const STATUS_ARGUMENTS: &str = "u.onboarding_unfinished, u.not_activated, u.locked_at, u.auto_locked_at, \
     u.deactivated, u.window_from, u.window_to, u.reset_until, u.password_due, u.password_expires_at";

fn status_rank(call: &Context<'_>) -> rusqlite::Result<i64> {
    let time = |at: usize| call.get::<Option<i64>>(at).map(|time| time.map(Timestamp));
    let (by, reason) = (String::new(), String::new());
    let to = time(7)?;
    let facts = StatusFacts {
        onboarding_unfinished: call.get(1)?,
        not_activated: call.get(2)?,
        admin_lock: time(3)?.map(|at| AdminLock { at, by, reason }),
        auto_locked_at: time(4)?,
        deactivated: call.get(5)?,
        window: time(6)?.map(|from| Window { from, to }),
        reset_until: time(8)?,
        password_due: call.get(9)?,
        password_expires_at: time(10)?,
    };
    Ok(facts.status_at(Timestamp(call.get(0)?)) as i64)
}
