//! `roles list` and `roles show`: named sets of rights, and one of them with what each right lets one do.

use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use crate::authz::right::{self, Right};
use crate::authz::roles::Role;
use crate::base::text::fit;
use crate::cli::command::{Asked, Shape};
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::understand::required;
use crate::cli::words::{family, json, word};
use crate::protocol::{Query, Reply};

/// The words.
pub(super) fn words() -> Command {
    let list = Command::new("list").about("The roles, with how many users and rights each has").arg(json());
    let show = Command::new("show")
        .about("One role with its rights, and what each lets one do")
        .arg(word("role", "NAME|ID", "Name or id of the role"))
        .arg(json());
    family("roles", "List and show roles").subcommands([list, show])
}

/// What was typed behind `roles`.
pub(super) fn understood(what: &str, leaf: &ArgMatches, shape: Shape) -> Result<Asked, String> {
    match what {
        "list" => Ok(Asked::RolesList(shape)),
        "show" => Ok(Asked::RolesShow(required(leaf, "role"), shape)),
        _ => Err(format!("no command `roles {what}`")),
    }
}

pub(super) async fn list<E: Ends>(call: &mut Call<'_, E>, shape: Shape) -> Result<u8, Stop> {
    let reply = call.ask(Query::Roles).await;
    let Reply::Roles(roles) = reply else { return Err(Stop::instead(&reply)) };
    for role in &roles {
        match shape {
            Shape::Json => call.print.json(&value(role)).await?,
            Shape::Text => call.print.line(&line(role)).await?,
        }
    }
    if shape == Shape::Text {
        call.print.talk(&format!("{} roles", roles.len())).await?;
    }
    Ok(exit::DONE)
}

pub(super) async fn show<E: Ends>(call: &mut Call<'_, E>, named: String, shape: Shape) -> Result<u8, Stop> {
    let reply = call.ask(Query::Role { named }).await;
    let Reply::Role(role) = reply else { return Err(Stop::instead(&reply)) };
    if shape == Shape::Json {
        call.print.json(&value(&role)).await?;
        return Ok(exit::DONE);
    }
    let organisation = role.organisation.as_ref().map_or("the whole institution", |one| &one.display_name);
    let pairs = [
        ("id", role.id.to_string()),
        ("name", role.name.clone()),
        ("description", role.description.clone()),
        ("organisation", organisation.to_owned()),
        ("users", role.users.to_string()),
    ];
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        call.print.line(&format!("{name:<15}{value}")).await?;
    }
    for spec in right::ALL.iter().filter(|spec| role.rights.holds(spec.right)) {
        let warning = if spec.administrators_only { "  (for administrators only)" } else { "" };
        call.print.line(&format!("right          {:<24}{}{warning}", spec.code, spec.label)).await?;
    }
    Ok(exit::DONE)
}

fn line(role: &Role) -> String {
    let organisation = role.organisation.as_ref().map_or("-", |one| &one.key);
    let rights = role.rights.iter().count();
    format!(
        "{:<6} {} {organisation:<12} {:>6} users {rights:>3} rights",
        role.id,
        fit(&role.name, 40),
        role.users
    )
}

fn value(role: &Role) -> Value {
    json!({
        "id": role.id.to_string(),
        "name": role.name,
        "description": role.description,
        "organisation": role.organisation.as_ref().map(|one| one.key.as_str()),
        "rights": role.rights.iter().map(Right::code).collect::<Vec<_>>(),
        "users": role.users,
        "version": role.version,
    })
}
