//! Lists, exports and imports, understood: who is meant, and in which shape.

use clap::ArgMatches;

use crate::base::secret::Secret;
use crate::cli::columns;
use crate::cli::command::{ExportUsers, ImportUsers, ListShape, UsersList};
use crate::cli::understand::{file, list_shape, required, run, shape, text_of};
use crate::cli::unsaid::unknown;
use crate::cli::words::Place;
use crate::directory::column::Column;
use crate::directory::filter::Filter;
use crate::directory::sort::{self, Sort};

/// What the words of a query and `--filter` mean together, and their text.
fn filter(leaf: &ArgMatches) -> Result<(Filter, String), String> {
    let query: Vec<&String> = leaf.get_many("query").unwrap_or_default().collect();
    // Words that were typed apart are words; one in quotes with blanks stays what it is in the filter language.
    let query = query.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let further = text_of(leaf, "filter").unwrap_or_default();
    let told = |mistake| format!("filter: {mistake}");
    for filter in [&query, &further] {
        Filter::parse(filter).map_err(told)?;
    }
    let text = format!("{query} {further}").trim().to_owned();
    Ok((Filter::parse(&text).map_err(told)?, text))
}

pub(super) fn export_users(leaf: &ArgMatches) -> Result<ExportUsers, String> {
    let (filter, text) = filter(leaf)?;
    let shape = if required(leaf, "format") == "json" { ListShape::Json } else { ListShape::Csv };
    let list = UsersList { filter, sort: Sort::default(), columns: None, limit: None, shape };
    let reason = text_of(leaf, "reason").unwrap_or_default();
    Ok(ExportUsers { list, filter: text, reason, run: run(leaf) })
}

pub(super) fn users_list(leaf: &ArgMatches) -> Result<UsersList, String> {
    let (filter, _) = filter(leaf)?;
    let columns = text_of(leaf, "columns").map(|names| columns::named(&names)).transpose()?;
    let shape = list_shape(leaf);
    let sort = text_of(leaf, "sort").map(|text| sorted(&text)).transpose()?.unwrap_or_default();
    Ok(UsersList { filter, sort, columns, limit: leaf.get_one("limit").copied(), shape })
}

pub(super) fn sorted(text: &str) -> Result<Sort, String> {
    let (first, then) = text.split_once(',').map_or((text, None), |(first, then)| (first, Some(then)));
    Ok(Sort { first: sort_key(first)?, then: then.map(sort_key).transpose()? })
}

fn sort_key(text: &str) -> Result<sort::Key, String> {
    sort::Key::parse(text.trim()).ok_or_else(|| {
        let known: Vec<&str> = Column::sorted().map(Column::name).collect();
        unknown("sort: no column", text.trim_start_matches('-'), &known)
    })
}

pub(super) fn import_users(leaf: &ArgMatches, place: Place) -> Result<ImportUsers, String> {
    Ok(ImportUsers {
        file: file(leaf, "file", place)?.unwrap_or_default(),
        format: required(leaf, "format"),
        code: text_of(leaf, "code").map(Secret::new),
        run: run(leaf),
        shape: shape(leaf),
    })
}
