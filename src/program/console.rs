//! The console in this terminal: on the store that is there, on a demo, or after asking which.

use std::io::IsTerminal as _;

use tokio::sync::watch;

use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::cli::command::{DEMO_SEED, Globals, OperatorFlags};
use crate::cli::exit;
use crate::cli::founding::new_operator;
use crate::cli::here::Here;
use crate::cli::print::Printer;
use crate::cli::stop::Stop;
use crate::config::{self, Config};
use crate::local;
use crate::program::places::{Places, Scratch};
use crate::program::{core, mail, make};
use crate::service::Service;
use crate::session::Terms;
use crate::telemetry::{self, Log};
use crate::ui::{Environment, Place};

/// Runs the console.
pub(super) async fn run(
    config: &Config,
    places: &Places,
    globals: &Globals,
    (demo, plain): (bool, Option<Vec<String>>),
    ends: &mut Here,
) -> Result<u8, Stop> {
    let look = look(plain.as_deref())?;
    let demo = demo || (!places.has_store()? && wants_demo(places, ends).await?);
    if demo {
        let scratch = Scratch::make()?;
        telemetry::start(Log::File(&scratch.path().join("wardroom.log")), &config.log.filter)?;
        let service = scratch.places().create(0)?;
        service.populate(crate::base::limits::DEMO_USERS, DEMO_SEED).await?;
        let delivery = mail::into_spool(scratch.path(), &service)?;
        let code = on(config, &service, globals, (Environment::Demo, look), ends).await;
        delivery.finish().await;
        return code;
    }
    let service = core::with(config, places.open(0)?)?;
    telemetry::start(Log::File(&places.data.join("wardroom.log")), &config.log.filter)?;
    service.remove_abandoned().await?;
    let environment = environment(config);
    let delivery = mail::start(config, places, &service)?;
    let code = on(config, &service, globals, (environment, look), ends).await;
    delivery.finish().await;
    service.close();
    code
}

/// Whether it is a dialogue, and where it begins.
fn look(plain: Option<&[String]>) -> Result<(bool, Place), Stop> {
    match plain {
        None => Ok((false, Place::Users)),
        Some(words) => Place::parse(words).map(|place| (true, place)).map_err(Stop::usage),
    }
}

/// The badge of a real institution.
pub(super) fn environment(config: &Config) -> Environment {
    match config.institution.environment {
        config::Environment::Production => Environment::Prod,
        config::Environment::Uat => Environment::Uat,
    }
}

/// What a session runs with.
pub(super) fn terms(config: &Config, environment: Environment) -> Terms {
    Terms { environment, idle_limit_s: config.session.idle_limit_s, session_limit_s: config.session.limit_s }
}

async fn on(
    config: &Config,
    service: &Service,
    globals: &Globals,
    (environment, (is_plain, place)): (Environment, (bool, Place)),
    ends: &mut Here,
) -> Result<u8, Stop> {
    let actor = super::actor(service, globals).await?;
    service.start_index(config.search.bytes_max())?;
    service.start_jobs()?;
    let (stop, closing) = watch::channel(false);
    let signals = super::serve::Signals::new()?;
    tokio::spawn(async move {
        signals.stopped().await;
        stop.send_replace(true);
    });
    let terms = terms(config, environment);
    let farewell = if is_plain {
        local::run_plain(service, actor, place, terms, closing).await
    } else {
        local::run(service, actor, place, terms, closing).await?
    };
    Printer::new(ends).talk(&farewell.line).await?;
    Ok(u8::try_from(farewell.exit_status).unwrap_or(exit::FAILED))
}

/// Asks what to do where no store is; makes an empty one when that is wanted.
async fn wants_demo(places: &Places, ends: &mut Here) -> Result<bool, Stop> {
    let none = format!("no store at `{}`", places.data.join("wardroom.db").display());
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Stop {
            exit: exit::AWAY,
            text: format!(
                "{none}: make one with `wardroom init`, or look at a made-up one with `wardroom --demo`"
            ),
        });
    }
    let mut print = Printer::new(ends);
    print.line(&format!("There is {none}.")).await?;
    print.line("  d  look at a made-up institution, gone when you leave").await?;
    print.line("  e  make an empty one here, with you as its master administrator").await?;
    print.line("  q  quit").await?;
    loop {
        match question(&mut print, "d, e or q: ").await?.to_lowercase().as_str() {
            "d" | "demo" => return Ok(true),
            "e" | "empty" => break,
            "q" | "" => return Err(Stop { exit: exit::DONE, text: String::new() }),
            _ => {}
        }
    }
    let login = question(&mut print, "your login: ").await?;
    let email = question(&mut print, "your email: ").await?;
    let flags = OperatorFlags { login, email, ..OperatorFlags::default() };
    let mut new = new_operator(&flags)?;
    new.level = Some(crate::domain::level::Level::Master);
    new.password = Some(Secret::new(hidden(&mut print, "a password of at least 12 characters: ").await?));
    make::first(places, new, ends).await.map(|_| false)
}

async fn question(print: &mut Printer<'_, Here>, text: &str) -> Result<String, Stop> {
    print.ask(text).await.map(|line| line.trim().to_owned())
}

/// Asks without showing what is typed.
async fn hidden(print: &mut Printer<'_, Here>, text: &str) -> Result<String, Stop> {
    let failed = |error: rustix::io::Errno| Fault::machine(format!("cannot hide what is typed: {error}"));
    let input = std::io::stdin();
    let before = rustix::termios::tcgetattr(&input).map_err(failed)?;
    let mut quiet = before.clone();
    quiet.local_modes.remove(rustix::termios::LocalModes::ECHO);
    rustix::termios::tcsetattr(&input, rustix::termios::OptionalActions::Now, &quiet).map_err(failed)?;
    let typed = question(print, text).await;
    rustix::termios::tcsetattr(&input, rustix::termios::OptionalActions::Now, &before).map_err(failed)?;
    print.line("").await?;
    typed
}
