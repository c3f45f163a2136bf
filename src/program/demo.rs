//! `demo`: a store filled with made-up people, and who of them may sign in.

use std::time::Duration;

use tokio::sync::watch;

use crate::base::limits;
use crate::cli::ends::Ends as _;
use crate::cli::exit;
use crate::cli::here::Here;
use crate::cli::print::Printer;
use crate::cli::progress;
use crate::cli::stop::Stop;
use crate::program::places::Places;
use crate::service::Service;
use crate::service::demo::Made;

/// Fills the store at `places`, which is made where there is none. Interrupted, it leaves nothing behind.
pub(super) async fn run(places: &Places, users: u32, seed: u64, ends: &mut Here) -> Result<u8, Stop> {
    let is_new = !places.has_store()?;
    let service = if is_new { places.create(0)? } else { places.open(0)? };
    let mut print = Printer::new(ends);
    let made = filled(&service, users, seed, &mut print).await;
    if made.is_err() && !is_new {
        service.remove_own().await?;
    }
    service.close();
    match made {
        Ok(made) => {
            print.line(&format!("{} made-up people; who may sign in:", made.users)).await?;
            tell(&mut print, &made).await?;
            Ok(exit::DONE)
        }
        Err(stop) => {
            if is_new {
                places.take_back();
            }
            Err(stop)
        }
    }
}

async fn filled(
    service: &Service,
    users: u32,
    seed: u64,
    print: &mut Printer<'_, Here>,
) -> Result<Made, Stop> {
    let (tell, written) = watch::channel(0_u32);
    let made = service.populate_telling(users, seed, move |count| {
        tell.send_replace(count);
    });
    let (mut made, mut interrupted) = (std::pin::pin!(made), std::pin::pin!(Here::interrupted()));
    let is_shown = print.terminals().talk;
    let mut looks = tokio::time::interval(Duration::from_millis(limits::PROGRESS_PAUSE_MS));
    loop {
        tokio::select! {
            made = &mut made => {
                if is_shown {
                    print.over("").await?;
                }
                return Ok(made?);
            }
            () = &mut interrupted => return Err(Stop::failed("interrupted: nothing was made")),
            _ = looks.tick(), if is_shown => {
                let count = *written.borrow();
                let line = progress::line("writing", count.into(), users.into(), &format!("{count} people"));
                print.over(&line).await?;
            }
        }
    }
}

/// Says who may sign in, and how: once.
pub(super) async fn tell(print: &mut Printer<'_, Here>, made: &Made) -> Result<(), Stop> {
    for operator in &made.operators {
        print.line(&format!("  {:<10} {} ({})", operator.login, operator.what, operator.sign_in)).await?;
    }
    print.line(&format!("password of all of them: {}", made.password.expose())).await?;
    if let Some(otpauth) = &made.otpauth {
        print.line(&format!("second factor: {}", otpauth.expose())).await?;
    }
    Ok(())
}
