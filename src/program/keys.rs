//! `keys list` and `keys rotate`: the keys of what is sealed, by whoever may write their file.

use crate::base::time::Timestamp;
use crate::cli::command::Keys;
use crate::cli::exit;
use crate::cli::here::Here;
use crate::cli::print::Printer;
use crate::cli::stop::Stop;
use crate::program::places::Places;
use crate::service::Service;
use crate::service::keys::{Rotated, Rotating};

/// Carries out `what` on the store at `places`.
pub(super) async fn run(places: &Places, what: Keys, ends: &mut Here) -> Result<u8, Stop> {
    let service = places.open(0)?;
    let mut print = Printer::new(ends);
    let done = match what {
        Keys::List => list(&service, &mut print).await,
        Keys::Rotate => rotate(&service, &mut print).await,
    };
    service.close();
    done
}

async fn list(service: &Service, print: &mut Printer<'_, Here>) -> Result<u8, Stop> {
    print
        .line(&format!(
            "{:>4}  {:<10}  {:<10}  {:>9}  {:>14}",
            "key", "made", "retired", "fields", "second factors"
        ))
        .await?;
    let day = |at: Timestamp| if at == Timestamp(0) { "-".to_owned() } else { at.day_utc() };
    for key in service.field_keys().await? {
        let retired = key.retired_at.map_or_else(|| "-".to_owned(), day);
        let made = day(key.made_at);
        print
            .line(&format!("{:>4}  {made:<10}  {retired:<10}  {:>9}  {:>14}", key.id, key.fields, key.seeds))
            .await?;
    }
    Ok(exit::DONE)
}

async fn rotate(service: &Service, print: &mut Printer<'_, Here>) -> Result<u8, Stop> {
    // Told while it goes on, and printed here: what prints cannot be waited for in between.
    let (told, mut news) = tokio::sync::mpsc::unbounded_channel();
    let rotating = service.rotate_keys(move |news| {
        // Nobody listens any more where the output is gone; the rotation goes on.
        let _ = told.send(news);
    });
    tokio::pin!(rotating);
    let mut progress = Progress::default();
    let rotated = loop {
        tokio::select! {
            biased;
            Some(news) = news.recv() => progress.tell(news, print).await?,
            rotated = &mut rotating => break rotated?,
        }
    };
    while let Ok(news) = news.try_recv() {
        progress.tell(news, print).await?;
    }
    match rotated {
        Rotated::Done => {
            print
                .line(&format!(
                    "done: key {} seals everything ({} moved); keep a copy of `field.key` away from the store",
                    progress.key, progress.moved
                ))
                .await?;
            Ok(exit::DONE)
        }
        Rotated::Stuck(places) => {
            let shown = places.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
            let text = format!(
                "{} values do not open under any key ({shown}): the older key stays in use; restore its file, then run this again",
                places.len()
            );
            Err(Stop::failed(text))
        }
    }
}

/// What was told already: a line for each tenth, so that a log stays readable.
#[derive(Debug, Default)]
struct Progress {
    key: u32,
    values: u64,
    moved: u64,
    tenths: u64,
}

impl Progress {
    async fn tell(&mut self, news: Rotating, print: &mut Printer<'_, Here>) -> Result<(), Stop> {
        match news {
            Rotating::Begun { key, values } => {
                (self.key, self.values) = (key, values);
                print.talk(&format!("key {key} seals from now on; to be moved to it: {values}")).await
            }
            Rotating::Moved(moved) => {
                self.moved = moved;
                let tenths = moved * 10 / self.values.max(1);
                if tenths == self.tenths {
                    return Ok(());
                }
                self.tenths = tenths;
                print.talk(&format!("{moved} of {}", self.values.max(moved))).await
            }
        }
    }
}
