//! Words of whoever runs the program: settings, and what a shell and `man` want; the rest has files of its own.

use std::io::ErrorKind;
use std::net::TcpListener;

use serde_json::json;

use crate::cli::command::{Globals, Shape};
use crate::cli::ends::Ends as _;
use crate::cli::here::Here;
use crate::cli::print::Printer;
use crate::cli::running::Running;
use crate::cli::stop::Stop;
use crate::cli::{exit, man};
use crate::config::{Config, Mistake, Reading};
use crate::program::places::Places;
use crate::program::{backup, core, doctor, environment};
use crate::telemetry;

/// Carries out `running`; the exit code.
pub(super) async fn run(
    running: Running,
    places: &Places,
    globals: &Globals,
    ends: &mut Here,
) -> Result<u8, Stop> {
    let (reading, config) = Config::look(globals.config.as_deref(), &environment());
    match running {
        Running::ConfigCheck(shape) => check(&reading, config.as_ref(), places, shape, ends).await,
        Running::ConfigShow { origin, shape } => show(&reading, origin, shape, ends).await,
        Running::Doctor(shape) => doctor::run(&reading, config.as_ref(), places, shape, ends).await,
        Running::Health(shape) => doctor::health(places, shape, ends).await,
        Running::Backup { to, with_keys, shape } => backup::take(places, &to, with_keys, shape, ends).await,
        Running::Restore { from, verify: true, shape } => backup::verify(places, &from, shape, ends).await,
        Running::Restore { from, verify: false, shape } => backup::restore(places, &from, shape, ends).await,
        Running::Man { to: None } => {
            Printer::new(ends).format(&String::from_utf8_lossy(&man::page()?)).await?;
            Ok(exit::DONE)
        }
        Running::Man { to: Some(folder) } => {
            man::pages(&folder)?;
            Ok(exit::DONE)
        }
        Running::Completions(shell) => {
            ends.out(&man::completions(shell)).await?;
            Ok(exit::DONE)
        }
    }
}

/// Every mistake: of the values, and of what they name on this machine.
pub(super) fn mistakes(reading: &Reading, config: Option<&Config>) -> Vec<Mistake> {
    let mut mistakes = reading.mistakes.clone();
    let mut wrong = |name: &str, text: String| {
        mistakes.push(Mistake { place: reading.origin(name).to_string(), text: format!("{name}: {text}") });
    };
    let Some(config) = config else { return mistakes };
    if let Err(fault) = telemetry::check(&config.log.filter) {
        wrong("log.filter", fault.text);
    }
    if let Err(fault) = core::configured(config) {
        // Its text begins with the setting that is wrong.
        let (name, text) = fault.text.split_once(": ").unwrap_or(("core.url", &fault.text));
        wrong(name, text.to_owned());
    }
    if let Some(address) = config.server.address() {
        match TcpListener::bind(address) {
            Ok(_) => {}
            // A server that runs has it.
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => wrong("server.listen", format!("cannot listen on `{address}`: {error}")),
        }
    }
    mistakes
}

async fn check(
    reading: &Reading,
    config: Option<&Config>,
    places: &Places,
    shape: Shape,
    ends: &mut Here,
) -> Result<u8, Stop> {
    let mut mistakes = mistakes(reading, config);
    mistakes.extend(doctor::unreadable(places));
    let mut print = Printer::new(ends);
    for mistake in &mistakes {
        match shape {
            Shape::Text => print.line(&mistake.to_string()).await?,
            Shape::Json => print.json(&json!({ "place": mistake.place, "text": mistake.text })).await?,
        }
    }
    for variable in &reading.ignored {
        print.talk(&format!("{variable}: no setting has this name; it is not obeyed")).await?;
    }
    if shape == Shape::Text {
        let count = match mistakes.len() {
            0 => "the settings are well".to_owned(),
            1 => "1 mistake".to_owned(),
            many => format!("{many} mistakes"),
        };
        print.talk(&count).await?;
    }
    Ok(if mistakes.is_empty() { exit::DONE } else { exit::FAILED })
}

/// As a file of settings again, so that what is shown can be kept and changed.
async fn show(reading: &Reading, with_origin: bool, shape: Shape, ends: &mut Here) -> Result<u8, Stop> {
    let mut print = Printer::new(ends);
    let mut section = "";
    let settings = reading.settings();
    for setting in &settings {
        let origin = setting.origin.to_string();
        if shape == Shape::Json {
            let line = json!({ "name": setting.name, "value": setting.value, "origin": origin });
            print.json(&line).await?;
            continue;
        }
        let (of, name) = setting.name.split_once('.').unwrap_or(("", &setting.name));
        if of != section {
            print.line(&format!("[{of}]")).await?;
            section = of;
        }
        let line = format!("{name} = {}", setting.value);
        if with_origin {
            print.line(&format!("{line:<34} # {origin}")).await?;
        } else {
            print.line(&line).await?;
        }
    }
    for mistake in &reading.mistakes {
        print.talk(&mistake.to_string()).await?;
    }
    Ok(if reading.mistakes.is_empty() { exit::DONE } else { exit::FAILED })
}
