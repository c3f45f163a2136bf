//! `import users`: a file from this machine or from standard input, all rows or none.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use serde_json::json;

use crate::actions;
use crate::actions::proof::{self, Proof};
use crate::actions::request::{Request, Run, Target};
use crate::cli::command::{ImportUsers, Shape};
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::outcome::why_not;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::words::FIRST_WORDS;
use crate::domain::import::{RowFault, UserRow};
use crate::protocol::{Answer, Receipt};
use crate::service::import::users_csv::{self, Feed, Limits, UsersCsv};

pub(super) async fn users<E: Ends>(call: &mut Call<'_, E>, mut asked: ImportUsers) -> Result<u8, Stop> {
    let spec = &actions::directory::import::SPEC;
    let proof = proof::wanted(spec, call.actor, call.service().now());
    if proof == Proof::Code && asked.run == Run::Real {
        let Some(code) = asked.code.take() else {
            let level = spec.risk.word();
            return Err(Stop::usage(format!(
                "import is of level {level}: give a fresh code, `--code 123456`"
            )));
        };
        call.service().prove_code(call.actor, code).await?;
    }
    let rows = match rows(call, &asked.file).await? {
        Ok(rows) => rows,
        Err(faults) => return wrong(call, &faults, asked.shape).await,
    };
    let answers = [("kind", "users"), ("file", asked.file.as_str()), ("format", asked.format.as_str())];
    let request = Request {
        code: spec.code,
        actor: call.actor.clone(),
        target: Target::Directory,
        answers: answers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        rows: Some(Arc::new(rows)),
        shown: Vec::new(),
        confirmed: String::new(),
        run: asked.run,
    };
    let answer = call.service().execute(request).await;
    match &answer {
        Answer::Done(receipt) => done(call, receipt, &asked).await,
        Answer::Rows(faults) => wrong(call, faults, asked.shape).await,
        Answer::Started(_)
        | Answer::Refused(_)
        | Answer::Unproved(_)
        | Answer::Form(_)
        | Answer::Stale(_)
        | Answer::Failed(_) => {
            let text = format!("import: {}; nothing was imported", why_not(&answer).unwrap_or_default());
            Err(Stop { exit: exit::of_answer(&answer), text })
        }
    }
}

async fn rows<E: Ends>(
    call: &mut Call<'_, E>,
    file: &str,
) -> Result<Result<Vec<UserRow>, Vec<RowFault>>, Stop> {
    if file != "-" {
        let opened = File::open(file)
            .map_err(|error| Stop::failed(format!("import: `{file}` cannot be read: {error}")))?;
        return Ok(users_csv::read(opened, FIRST_WORDS, Limits::default()));
    }
    let mut reading = UsersCsv::new(FIRST_WORDS, Limits::default());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = call.print.input(&mut buffer).await?;
        if count == 0 || reading.feed(&buffer[..count]) == Feed::Enough {
            return Ok(reading.finish());
        }
    }
}

async fn wrong<E: Ends>(call: &mut Call<'_, E>, faults: &[RowFault], shape: Shape) -> Result<u8, Stop> {
    for fault in faults {
        if shape == Shape::Json {
            let value =
                json!({ "line": fault.line, "column": super::json::text(&fault.column), "text": fault.text });
            call.print.json(&value).await?;
        }
        call.print.talk(&format!("import: {fault}; nothing was imported")).await?;
    }
    Ok(exit::FAILED)
}

async fn done<E: Ends>(call: &mut Call<'_, E>, receipt: &Receipt, asked: &ImportUsers) -> Result<u8, Stop> {
    let counts = receipt.counts.unwrap_or_default();
    let dry = asked.run == Run::Dry;
    match asked.shape {
        Shape::Json => {
            let value = json!({
                "created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged, "dry_run": dry,
                "audit": Some(receipt.audit).filter(|number| *number > 0),
            });
            call.print.json(&value).await?;
        }
        Shape::Text => {
            let end =
                if dry { "; nothing was written".to_owned() } else { format!(" (audit {})", receipt.audit) };
            let would = if dry { "would be " } else { "" };
            let (created, updated, unchanged) = (counts.created, counts.updated, counts.unchanged);
            call.print
                .line(&format!("{would}{created} created, {updated} updated, {unchanged} unchanged{end}"))
                .await?;
        }
    }
    Ok(exit::DONE)
}
