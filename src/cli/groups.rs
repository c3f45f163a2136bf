//! `groups list` and `groups show`: the tree, and one group with its rights.

use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use crate::authz::groups::Group;
use crate::authz::right::{self, Right};
use crate::base::text::fit;
use crate::cli::command::{Asked, Shape};
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::understand::required;
use crate::cli::words::{family, json, word};
use crate::domain::transfer_limits::{TransferLimits, amount};
use crate::protocol::{Groups, Query, Reply};

/// The words.
pub(super) fn words() -> Command {
    let list =
        Command::new("list").about("The tree of groups, with how many users and rights each has").arg(json());
    let show = Command::new("show")
        .about("One group with its rights, what each lets one do, and its limits")
        .arg(word("group", "NAME|ID", "Name or id of the group"))
        .arg(json());
    family("groups", "List and show groups").subcommands([list, show])
}

/// What was typed behind `groups`.
pub(super) fn understood(what: &str, leaf: &ArgMatches, shape: Shape) -> Result<Asked, String> {
    match what {
        "list" => Ok(Asked::GroupsList(shape)),
        "show" => Ok(Asked::GroupsShow(required(leaf, "group"), shape)),
        _ => Err(format!("no command `groups {what}`")),
    }
}

pub(super) async fn list<E: Ends>(call: &mut Call<'_, E>, shape: Shape) -> Result<u8, Stop> {
    let reply = call.ask(Query::Groups).await;
    let Reply::Groups(groups) = reply else { return Err(Stop::instead(&reply)) };
    let Groups { tree, free, .. } = *groups;
    for (depth, group) in tree.in_order() {
        match shape {
            Shape::Json => {
                let parent = tree.parent(group).map(|parent| parent.name.as_str());
                call.print.json(&value(group, parent)).await?;
            }
            Shape::Text => call.print.line(&line(depth, group)).await?,
        }
    }
    if shape == Shape::Text {
        call.print.talk(&format!("{} groups, {free} staff in none", tree.len())).await?;
    }
    Ok(exit::DONE)
}

pub(super) async fn show<E: Ends>(call: &mut Call<'_, E>, named: String, shape: Shape) -> Result<u8, Stop> {
    let reply = call.ask(Query::Group { named }).await;
    let Reply::Group(page) = reply else { return Err(Stop::instead(&reply)) };
    let group = &page.group;
    if shape == Shape::Json {
        let mut value = value(group, page.parent.as_deref());
        value["groups_below"] = page.below.into();
        call.print.json(&value).await?;
        return Ok(exit::DONE);
    }
    let organisation = group.organisation.as_ref().map_or("the whole institution", |one| &one.display_name);
    let limits = group.limits.as_ref().map_or_else(String::new, TransferLimits::to_string);
    let below = page.below.to_string();
    let users = group.users.to_string();
    let pairs = [
        ("id", group.id.to_string()),
        ("name", group.name.clone()),
        ("description", group.description.clone()),
        ("organisation", organisation.to_owned()),
        ("parent", page.parent.clone().unwrap_or_default()),
        ("groups below", below),
        ("users", users),
        ("limits", limits),
    ];
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        call.print.line(&format!("{name:<15}{value}")).await?;
    }
    for spec in right::ALL.iter().filter(|spec| group.rights.holds(spec.right)) {
        let warning = if spec.administrators_only { "  (for administrators only)" } else { "" };
        call.print.line(&format!("right          {:<24}{}{warning}", spec.code, spec.label)).await?;
    }
    Ok(exit::DONE)
}

fn line(depth: usize, group: &Group) -> String {
    let name = format!("{}{}", "  ".repeat(depth), group.name);
    let organisation = group.organisation.as_ref().map_or("-", |one| &one.key);
    let rights = group.rights.iter().count();
    format!(
        "{:<6} {} {organisation:<12} {:>6} users {rights:>3} rights",
        group.id,
        fit(&name, 40),
        group.users
    )
}

fn value(group: &Group, parent: Option<&str>) -> Value {
    let limits = group.limits.as_ref().map(|TransferLimits { currency, transfer, day, month }| {
        json!({
            "currency": currency, "per_transfer": amount(*transfer), "per_day": amount(*day), "per_month": amount(*month),
        })
    });
    json!({
        "id": group.id.to_string(),
        "name": group.name,
        "description": group.description,
        "organisation": group.organisation.as_ref().map(|one| one.key.as_str()),
        "parent": parent,
        "parent_id": group.parent.filter(|_| parent.is_some()).map(|id| id.to_string()),
        "rights": group.rights.iter().map(Right::code).collect::<Vec<_>>(),
        "limits": limits,
        "users": group.users,
        "version": group.version,
    })
}
