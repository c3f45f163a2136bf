//! `export users`: a view as a file on standard output, with an audit entry before and after.

use std::collections::BTreeMap;

use crate::actions::directory::export::SPEC;
use crate::actions::form::Answers;
use crate::actions::request::{Request, Run, Target};
use crate::cli::command::{ExportUsers, ListShape};
use crate::cli::ends::Ends;
use crate::cli::outcome::why_not;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::{exit, users_list};
use crate::protocol::{Answer, Query, Reply};
use crate::service::Exported;

pub(super) async fn users<E: Ends>(call: &mut Call<'_, E>, asked: ExportUsers) -> Result<u8, Stop> {
    let format = if asked.list.shape == ListShape::Json { "json" } else { "csv" };
    let answers =
        [("view", "users"), ("filter", &asked.filter), ("format", format), ("reason", &asked.reason)];
    let answers: BTreeMap<String, String> =
        answers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Answers::check(SPEC.form, &answers)
        .map_err(|fault| Stop::usage(format!("{fault} (`--{} TEXT`)", fault.field)))?;
    let request = Request {
        code: SPEC.code,
        actor: call.actor.clone(),
        target: Target::Directory,
        answers,
        password_hash: None,
        import: None,
        shown: Vec::new(),
        confirmed: String::new(),
        run: asked.run,
    };
    let answer = call.service().execute(request).await;
    let Answer::Done(receipt) = &answer else {
        let text = format!("export: {}; nothing was exported", why_not(&answer).unwrap_or_default());
        return Err(Stop { exit: exit::of_answer(&answer), text });
    };
    if asked.run == Run::Dry {
        let reply = call.ask(Query::Count { filter: asked.list.filter.clone() }).await;
        let Reply::Count { matching, .. } = reply else { return Err(Stop::instead(&reply)) };
        call.print.talk(&format!("{matching} users would be exported; nothing was written")).await?;
        return Ok(exit::DONE);
    }
    let mut rows = 0;
    let written = users_list::rows(call, &asked.list, &mut rows).await;
    let ended = Exported {
        begun: receipt.audit,
        filter: asked.filter,
        reason: asked.reason,
        rows,
        whole: written.is_ok(),
    };
    // Also of what was cut off: those rows have left.
    call.service().export_ended(call.actor, ended).await?;
    written?;
    call.print.talk(&format!("{rows} users exported (audit {})", receipt.audit)).await?;
    Ok(exit::DONE)
}
