//! `whoami`: who asks, where they stand, and how that was proved.

use serde_json::{Value, json};

use crate::authz::right::Right;
use crate::cli::command::Shape;
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::domain::level::Level;
use crate::domain::operator::Actor;
use crate::protocol::{Me, Query, Reply};

pub(super) async fn whoami<E: Ends>(call: &mut Call<'_, E>, shape: Shape) -> Result<u8, Stop> {
    let reply = call.ask(Query::Me).await;
    let Reply::Me(me) = reply else { return Err(Stop::instead(&reply)) };
    match shape {
        Shape::Json => call.print.json(&value(&me, call.actor)).await?,
        Shape::Text => {
            for line in lines(&me, call.actor) {
                call.print.line(&line).await?;
            }
        }
    }
    Ok(exit::DONE)
}

/// `Mbali Okafor, U10001`; the id alone where there is no name.
fn name_and_id(me: &Me) -> String {
    let id = me.standing.id;
    if me.name.is_empty() { id.to_string() } else { format!("{}, {id}", me.name) }
}

fn value(me: &Me, actor: &Actor) -> Value {
    let standing = &me.standing;
    json!({
        "id": standing.id.to_string(),
        "login": standing.login,
        "name": me.name,
        "kind": standing.kind.word(),
        "status": standing.status.word(),
        "level": standing.level.map(Level::code),
        "scope": me.scope.as_ref().map_or_else(
            || Value::from("all"),
            |list| list.iter().map(|organisation| organisation.key.as_str()).collect::<Vec<_>>().into(),
        ),
        "rights": standing.rights.iter().map(Right::code).collect::<Vec<_>>(),
        "via": actor.via.word(),
        "source": actor.source,
        "proof": actor.proof,
        "second_factor": actor.has_second_factor,
    })
}

fn lines(me: &Me, actor: &Actor) -> [String; 5] {
    let standing = &me.standing;
    let level =
        standing.level.map_or_else(|| "none".to_owned(), |level| format!("{level}, {}", level.title()));
    let scope = me.scope.as_ref().map_or_else(
        || "all organisations".to_owned(),
        |list| list.iter().map(|organisation| organisation.key.as_str()).collect::<Vec<_>>().join(", "),
    );
    let rights: Vec<&str> = standing.rights.iter().map(Right::code).collect();
    [
        format!("login      {} ({})", standing.login, name_and_id(me)),
        format!("level      {level}"),
        format!("scope      {scope}"),
        format!("rights     {}", rights.join(" ")),
        format!("signed in  {} from {}, by {}", actor.via.word(), actor.source, actor.proof),
    ]
}
