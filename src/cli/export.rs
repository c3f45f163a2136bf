//! `export users|audit`: a view as a file on standard output, with an audit entry before and after.

use std::collections::BTreeMap;

use crate::actions::Spec;
use crate::actions::account::audit_export;
use crate::actions::directory::export;
use crate::actions::form::Answers;
use crate::actions::request::{Request, Run, Target};
use crate::base::limits;
use crate::cli::command::{ExportAudit, ExportUsers, ListShape};
use crate::cli::ends::Ends;
use crate::cli::outcome::why_not;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::{exit, json, users_list};
use crate::directory::audit::AuditFilter;
use crate::protocol::{Answer, AuditFrom, Query, Reply};
use crate::service::Exported;
use crate::service::import::export as csv;

pub(super) async fn users<E: Ends>(call: &mut Call<'_, E>, asked: ExportUsers) -> Result<u8, Stop> {
    let shape = asked.list.shape;
    let given = [("view", "users"), ("filter", &asked.filter), ("reason", &asked.reason)];
    let begun = begin(call, &export::SPEC, (&given, shape), asked.run).await?;
    if asked.run == Run::Dry {
        let reply = call.ask(Query::Count { filter: asked.list.filter.clone() }).await;
        let Reply::Count { matching, .. } = reply else { return Err(Stop::instead(&reply)) };
        call.print.talk(&format!("{matching} users would be exported; nothing was written")).await?;
        return Ok(exit::DONE);
    }
    let mut rows = 0;
    let written = users_list::rows(call, &asked.list, &mut rows).await;
    let (filter, reason) = (asked.filter, asked.reason);
    let code = export::SPEC.code;
    let ended = Exported { code, begun, filter, reason, rows, whole: written.is_ok() };
    // Also of what was cut off: those rows have left.
    call.service().export_ended(call.actor, ended).await?;
    written?;
    call.print.talk(&format!("{rows} users exported (audit {begun})")).await?;
    Ok(exit::DONE)
}

pub(super) async fn audit<E: Ends>(call: &mut Call<'_, E>, asked: ExportAudit) -> Result<u8, Stop> {
    let given = [("filter", asked.text.as_str()), ("reason", &asked.reason)];
    let begun = begin(call, &audit_export::SPEC, (&given, asked.shape), asked.run).await?;
    // What the export itself writes is no part of it.
    let from = if begun > 0 { AuditFrom::Before(begun) } else { AuditFrom::Newest };
    let mut rows = 0;
    if asked.run == Run::Dry {
        audit_rows(call, &asked.filter, from, None, &mut rows).await?;
        call.print.talk(&format!("{rows} entries would be exported; nothing was written")).await?;
        return Ok(exit::DONE);
    }
    let written = audit_rows(call, &asked.filter, from, Some(asked.shape), &mut rows).await;
    let (filter, reason) = (asked.text, asked.reason);
    let code = audit_export::SPEC.code;
    let ended = Exported { code, begun, filter, reason, rows, whole: written.is_ok() };
    call.service().export_ended(call.actor, ended).await?;
    written?;
    call.print.talk(&format!("{rows} entries exported (audit {begun})")).await?;
    Ok(exit::DONE)
}

/// Asks whether it may go out; the number of the audit entry that lets it.
async fn begin<E: Ends>(
    call: &mut Call<'_, E>,
    spec: &'static Spec,
    (given, shape): (&[(&str, &str)], ListShape),
    run: Run,
) -> Result<i64, Stop> {
    let format = if shape == ListShape::Json { "json" } else { "csv" };
    let all = given.iter().copied().chain([("format", format)]);
    let answers: BTreeMap<String, String> =
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Answers::check(spec.form, &answers)
        .map_err(|fault| Stop::usage(format!("{fault} (`--{} TEXT`)", fault.field)))?;
    let request = Request {
        code: spec.code,
        actor: call.actor.clone(),
        target: Target::Directory,
        answers,
        password_hash: None,
        import: None,
        shown: Vec::new(),
        outside: Vec::new(),
        confirmed: String::new(),
        run,
    };
    let answer = call.service().execute(request).await;
    let Answer::Done(receipt) = &answer else {
        let text = format!("export: {}; nothing was exported", why_not(&answer).unwrap_or_default());
        return Err(Stop { exit: exit::of_answer(&answer), text });
    };
    Ok(receipt.audit)
}

/// Writes entries page by page, or only counts them; `rows` counts also where it ends early.
async fn audit_rows<E: Ends>(
    call: &mut Call<'_, E>,
    filter: &AuditFilter,
    mut from: AuditFrom,
    shape: Option<ListShape>,
    rows: &mut u64,
) -> Result<(), Stop> {
    if shape == Some(ListShape::Csv) {
        call.print.format(&csv::line(&json::AUDIT_FIELDS)).await?;
    }
    loop {
        let page = super::audit::page(call, filter, from, limits::LIST_PAGE_ROWS).await?;
        for record in &page.records {
            let value = json::audit(record);
            match shape {
                Some(ListShape::Csv) => call.print.format(&csv::line(&json::cells(&value))).await?,
                Some(ListShape::Json | ListShape::Table) => call.print.json(&value).await?,
                None => {}
            }
            *rows += 1;
        }
        match page.looked_to.filter(|_| page.more) {
            Some(seq) => from = AuditFrom::Before(seq),
            None => return Ok(()),
        }
    }
}
