//! `import users`: a file from this machine or from standard input, all rows or none.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::time::Duration;

use serde_json::json;

use crate::actions;
use crate::actions::proof::{self, Proof};
use crate::actions::request::{Request, Run, Target};
use crate::base::limits;
use crate::cli::command::{ImportUsers, Shape};
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::outcome::why_not;
use crate::cli::print::Printer;
use crate::cli::progress;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::words::FIRST_WORDS;
use crate::domain::import::RowFault;
use crate::protocol::{Answer, Receipt};
use crate::service::import::{Format, Source};

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
    let Some(format) = Format::parse(&asked.format) else {
        return Err(Stop::usage(format!("--format: must be csv or json, got `{}`", asked.format)));
    };
    let source = Source::File { file: file(call, &asked.file).await?, format };
    let answers = [("kind", "users"), ("file", asked.file.as_str()), ("format", asked.format.as_str())];
    let request = Request {
        code: spec.code,
        actor: call.actor.clone(),
        target: Target::Directory,
        answers: answers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        password_hash: None,
        import: None,
        shown: Vec::new(),
        outside: Vec::new(),
        confirmed: String::new(),
        run: asked.run,
    };
    let answer = imported(call, request, source).await?;
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

/// Runs the import, and says how far it is where somebody looks.
async fn imported<E: Ends>(call: &mut Call<'_, E>, request: Request, source: Source) -> Result<Answer, Stop> {
    let mut importing = call.service().import(request, source, FIRST_WORDS);
    let is_shown = call.print.terminals().talk;
    let mut looks = tokio::time::interval(Duration::from_millis(limits::PROGRESS_PAUSE_MS));
    let mut stopped = std::pin::pin!(Printer::<E>::interrupted());
    loop {
        tokio::select! {
            answer = importing.answer() => {
                if is_shown {
                    call.print.over("").await?;
                }
                return Ok(answer);
            }
            () = &mut stopped => return Ok(importing.give_up().await),
            _ = looks.tick(), if is_shown => call.print.over(&progress::import(importing.progress())).await?,
        }
    }
}

/// The file, or standard input kept beside the store: it is read twice.
async fn file<E: Ends>(call: &mut Call<'_, E>, name: &str) -> Result<File, Stop> {
    let failed = |error: std::io::Error| Stop::failed(format!("import: `{name}` cannot be read: {error}"));
    if name != "-" {
        let opened = File::open(name).map_err(failed)?;
        if opened.metadata().map_err(failed)?.is_file() {
            return Ok(opened);
        }
        return kept(call, Input::Opened(opened), name).await;
    }
    kept(call, Input::Standard, name).await
}

enum Input {
    Standard,
    /// A pipe with a name.
    Opened(File),
}

async fn kept<E: Ends>(call: &mut Call<'_, E>, mut input: Input, name: &str) -> Result<File, Stop> {
    let mut kept = call.service().unnamed_file()?;
    let (mut buffer, mut bytes) = (vec![0; 64 * 1024], 0_u64);
    loop {
        let count = match &mut input {
            Input::Standard => call.print.input(&mut buffer).await?,
            Input::Opened(file) => std::io::Read::read(file, &mut buffer)
                .map_err(|error| Stop::failed(format!("import: `{name}` cannot be read: {error}")))?,
        };
        bytes += count as u64;
        // One byte more than is read later: that reading says what is wrong, with its line.
        if count == 0 || bytes > limits::IMPORT_BYTES_MAX + buffer.len() as u64 {
            return Ok(kept);
        }
        kept.write_all(&buffer[..count]).map_err(|error| {
            Stop::failed(format!(
                "import: `{name}` cannot be kept beside the store: {error}; nothing was imported"
            ))
        })?;
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
