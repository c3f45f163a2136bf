//! `init` and `operators add`: people made on this machine.

use crate::cli::command::OperatorFlags;
use crate::cli::exit;
use crate::cli::founding::new_operator;
use crate::cli::here::Here;
use crate::cli::print::Printer;
use crate::cli::stop::Stop;
use crate::credential::qr::{self, Glyphs};
use crate::domain::new_operator::NewOperator;
use crate::program::places::Places;
use crate::service::Service;
use crate::service::operators::Made;

/// Makes a store with its first master administrator.
pub(super) async fn init(places: &Places, flags: &OperatorFlags, ends: &mut Here) -> Result<u8, Stop> {
    let mut new = new_operator(flags)?;
    new.level = Some(crate::domain::level::Level::Master);
    first(places, new, ends).await
}

/// Makes a store with `new`; on a refusal no store is left behind.
pub(super) async fn first(places: &Places, new: NewOperator, ends: &mut Here) -> Result<u8, Stop> {
    let service = places.create(0)?;
    let made = make(&service, new, true, ends).await;
    service.close();
    if made.is_err() {
        places.take_back();
    }
    made
}

/// Adds an operator to a store that is there.
pub(super) async fn add(places: &Places, flags: &OperatorFlags, ends: &mut Here) -> Result<u8, Stop> {
    let new = new_operator(flags)?;
    let service = places.open(0)?;
    let made = make(&service, new, false, ends).await;
    service.close();
    made
}

async fn make(service: &Service, new: NewOperator, first: bool, ends: &mut Here) -> Result<u8, Stop> {
    let login = new.login.clone();
    let mut print = Printer::new(ends);
    match service.make_operator(new, first).await? {
        Made::Refused(why) => Err(Stop { exit: exit::USAGE, text: format!("{why}; nothing was made") }),
        Made::Done { user, seed } => {
            print.line(&format!("operator {login} made ({user})")).await?;
            if let Some(seed) = seed {
                // Shown once: it is sealed in the store, and read by no command.
                let line = seed.expose().otpauth("wardroom", &login);
                for row in qr::lines(line.expose(), Glyphs::HalfBlocks).unwrap_or_default() {
                    print.line(&row).await?;
                }
                print.line(&format!("second factor, shown once: {}", line.expose())).await?;
            }
            Ok(exit::DONE)
        }
    }
}
