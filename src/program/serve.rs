//! Serving over SSH until a signal: what is printed at the start, and an end that lets everything finish.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::base::fault::Fault;
use crate::cli::command::DEMO_SEED;
use crate::cli::exit;
use crate::cli::here::Here;
use crate::cli::print::Printer;
use crate::cli::stop::Stop;
use crate::config::{Config, SshSettings};
use crate::door::Door;
use crate::program::console::{environment, terms};
use crate::program::places::{Places, Scratch};
use crate::program::serving::Serving;
use crate::program::{core, demo, mail, notify};
use crate::service::Service;
use crate::service::authorities::Authorities;
use crate::service::demo::Made;
use crate::ssh::{HostKey, Listener, Settings, Stopped};
use crate::ui::Environment;

/// Serves until SIGTERM, SIGINT or SIGHUP, then drains.
pub(super) async fn run(
    config: &Config,
    places: &Places,
    listen: Option<SocketAddr>,
    demo: bool,
    ends: &mut Here,
) -> Result<u8, Stop> {
    let signals = Signals::new()?;
    let address = match listen {
        Some(address) => address,
        None => config.server.address().ok_or_else(|| {
            Stop::usage(format!("server.listen: must be ADDRESS:PORT, got `{}`", config.server.listen))
        })?,
    };
    let scratch = if demo { Some(Scratch::make()?) } else { None };
    let (service, made) = match &scratch {
        Some(scratch) => {
            let service = scratch.places().create(config.server.hashes)?;
            let made = service.populate(crate::base::limits::DEMO_USERS, DEMO_SEED).await?;
            (service, Some(made))
        }
        None => (core::with(config, places.open(config.server.hashes)?)?, None),
    };
    service.trust(authorities(&config.ssh)).await?;
    // Where there is no store, no key is made. It stays where it is even for a demo: clients remember it.
    let key = HostKey::open(&places.keys)?;
    service.close_abandoned().await?;
    service.remove_abandoned().await?;
    service.start_index(config.search.bytes_max())?;
    service.start_jobs()?;
    let delivery = match &scratch {
        Some(scratch) => mail::into_spool(scratch.path(), &service)?,
        None => mail::start(config, places, &service)?,
    };
    let listener = Listener::bind(address).await?;
    let at = listener.address();
    let mut print = Printer::new(ends);
    if let Err(stop) = welcome(&mut print, at, &key, made.as_ref()).await {
        // Whoever started the server may have left (`| head`): those it serves have not.
        tracing::warn!(why = stop.text, "the first lines found no reader");
    }
    let at_home = scratch.as_ref().map_or(places.data.as_path(), Scratch::path);
    let serving = Serving::begin(at_home, at)?;
    notify::ready(&format!("listens on {at}"));
    tracing::info!(%at, host_key = key.fingerprint(), "serving");
    let (stop, closing) = watch::channel(false);
    tokio::spawn(async move {
        signals.stopped().await;
        notify::stopping();
        stop.send_replace(true);
    });
    let badge = if demo { Environment::Demo } else { environment(config) };
    let door = Door::new(service.clone(), terms(config, badge));
    let stopped = listener.serve(Arc::new(door), &key, settings(config), closing).await;
    delivery.finish().await;
    drop(serving);
    close(service);
    match stopped {
        Stopped::Drained => tracing::info!("everything finished; stopped"),
        Stopped::Cut => tracing::warn!("not everything finished in time and was cut; stopped"),
    }
    drop(scratch);
    Ok(exit::DONE)
}

fn close(service: Service) {
    service.close();
}

async fn welcome(
    print: &mut Printer<'_, Here>,
    at: SocketAddr,
    key: &HostKey,
    made: Option<&Made>,
) -> Result<(), Stop> {
    let login =
        made.and_then(|made| made.operators.first()).map_or("LOGIN", |operator| operator.login.as_str());
    print.line(&format!("wardroom listens on {at}")).await?;
    print.line(&format!("host key: ED25519 {} ({})", key.fingerprint(), key.path().display())).await?;
    print.line(&format!("sign in:  ssh -p {} {login}@{}", at.port(), at.ip())).await?;
    let Some(made) = made else { return Ok(()) };
    print.line("made-up institution, gone when the server stops; who may sign in:").await?;
    demo::tell(print, made).await?;
    Ok(())
}

fn authorities(ssh: &SshSettings) -> Authorities {
    Authorities {
        keys: ssh.certificate_authorities.iter().map(PathBuf::from).collect(),
        revoked: (!ssh.revoked.is_empty()).then(|| PathBuf::from(&ssh.revoked)),
        wants_code: ssh.certificate_code,
    }
}

fn settings(config: &Config) -> Settings {
    let server = &config.server;
    Settings {
        strangers_max: server.unproved_max,
        strangers_per_source_max: server.unproved_per_source_max,
        connections_max: server.connections_max,
        bastions: SshSettings::networks(&config.ssh.bastions),
        uncounted: SshSettings::networks(&config.ssh.uncounted),
        login_grace: std::time::Duration::from_secs(server.first_proof_s),
        second_factor_grace: std::time::Duration::from_secs(server.second_proof_s),
        ..Settings::default()
    }
}

/// The signals that ask a process to end.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    pub(super) fn new() -> Result<Self, Fault> {
        let listen = |kind| {
            signal(kind).map_err(|error| Fault::machine(format!("cannot listen for signals: {error}")))
        };
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Waits for the first of them.
    pub(super) async fn stopped(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
