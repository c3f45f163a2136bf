//! `users show`: one profile, as far as it may be seen.

use serde_json::Value;

use crate::cli::command::Shape;
use crate::cli::ends::Ends;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::{exit, json};
use crate::protocol::{Profile, Query, Reply};

pub(super) async fn show<E: Ends>(call: &mut Call<'_, E>, named: String, shape: Shape) -> Result<u8, Stop> {
    let profile = profile(call, named).await?;
    let value = json::profile(&profile, call.service().now());
    match shape {
        Shape::Json => call.print.json(&value).await?,
        Shape::Text => {
            for (name, value) in value.as_object().into_iter().flatten() {
                if let Some(shown) = shown(value) {
                    call.print.line(&format!("{:<17}{shown}", name.replace('_', " "))).await?;
                }
            }
        }
    }
    Ok(exit::DONE)
}

/// The profile of whom `named` means, if it exists for who asks.
pub(super) async fn profile<E: Ends>(call: &Call<'_, E>, named: String) -> Result<Box<Profile>, Stop> {
    let reply = call.ask(Query::User { named }).await;
    if let Reply::User(profile) = reply { Ok(profile) } else { Err(Stop::instead(&reply)) }
}

/// A value for people; `None` where there is nothing to show.
fn shown(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(shown).collect::<Vec<_>>().join("; "),
        Value::Object(fields) => {
            let field =
                |(name, value): (&String, &Value)| shown(value).map(|value| format!("{name} {value}"));
            fields.iter().filter_map(field).collect::<Vec<_>>().join(", ")
        }
    };
    (!text.is_empty()).then_some(text)
}
