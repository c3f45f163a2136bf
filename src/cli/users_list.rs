//! `users list`: page after page, as a table, as JSON or as CSV.

use serde_json::{Map, Value};

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::cli::columns::{self, Column};
use crate::cli::command::{ListShape, UsersList};
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::directory::row::Row;
use crate::protocol::{From, Query, Reply};
use crate::service::import::export;

pub(super) async fn list<E: Ends>(call: &mut Call<'_, E>, asked: &UsersList) -> Result<u8, Stop> {
    let mut listed = 0;
    rows(call, asked, &mut listed).await?;
    if asked.shape == ListShape::Table {
        let noun = if listed == 1 { "user" } else { "users" };
        call.print.talk(&format!("{listed} {noun}")).await?;
    }
    if let (0, Some(hint)) = (listed, asked.filter.complete_values_hint()) {
        call.print.talk(&hint).await?;
    }
    Ok(exit::DONE)
}

/// Writes header and rows page by page; `listed` counts the rows also where it ends early.
pub(super) async fn rows<E: Ends>(
    call: &mut Call<'_, E>,
    asked: &UsersList,
    listed: &mut u64,
) -> Result<(), Stop> {
    let columns = asked.columns.clone().unwrap_or_else(|| match asked.shape {
        ListShape::Table => columns::in_table(),
        ListShape::Json => columns::in_json(),
        ListShape::Csv => columns::in_csv(),
    });
    let (mut from, mut begun) = (From::Start, false);
    loop {
        let left = asked.limit.map_or(u64::MAX, |limit| limit.saturating_sub(*listed));
        let rows = limits::LIST_PAGE_ROWS.min(usize::try_from(left).unwrap_or(usize::MAX));
        if rows == 0 && begun {
            break;
        }
        let query = Query::Users { filter: asked.filter.clone(), sort: asked.sort, from, rows };
        let reply = call.ask(query).await;
        let Reply::Users(page) = reply else { return Err(Stop::instead(&reply)) };
        // Only now: an operator without the right gets no header either.
        if !begun {
            header(call, asked.shape, &columns).await?;
            begun = true;
        }
        write(call, asked.shape, &columns, &page.rows, listed).await?;
        match page.rows.last() {
            Some(last) if page.more_after => from = From::After(last.id),
            Some(_) | None => break,
        }
    }
    Ok(())
}

async fn header<E: Ends>(call: &mut Call<'_, E>, shape: ListShape, columns: &[&Column]) -> Result<(), Stop> {
    match shape {
        ListShape::Json => Ok(()),
        ListShape::Csv => {
            let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
            call.print.format(&export::line(&names)).await
        }
        ListShape::Table => {
            let titles: Vec<String> = columns.iter().map(|column| column.title()).collect();
            call.print.line(titles.join("  ").trim_end()).await
        }
    }
}

async fn write<E: Ends>(
    call: &mut Call<'_, E>,
    shape: ListShape,
    columns: &[&Column],
    rows: &[Row],
    written: &mut u64,
) -> Result<(), Stop> {
    let (now, clipped) = (call.service().now(), call.print.terminals().output);
    for row in rows {
        match shape {
            ListShape::Json => call.print.json(&object(columns, row, now)).await?,
            ListShape::Csv => {
                let cells: Vec<String> = columns.iter().map(|column| column.csv(row, now)).collect();
                call.print.format(&export::line(&cells)).await?;
            }
            ListShape::Table => {
                let cells: Vec<String> =
                    columns.iter().map(|column| column.table(row, now, clipped)).collect();
                call.print.line(cells.join("  ").trim_end()).await?;
            }
        }
        *written += 1;
    }
    Ok(())
}

fn object(columns: &[&Column], row: &Row, now: Timestamp) -> Value {
    let fields = columns.iter().map(|column| (column.name().to_owned(), column.json(row, now)));
    Value::Object(fields.collect::<Map<_, _>>())
}
