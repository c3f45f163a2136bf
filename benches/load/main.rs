//! What operators feel over SSH: from a key to its frame, bytes, memory and processor, beside a bare echo over SSH.
//!
//! `cargo bench --bench load -- [--users 100000] [--sessions 200] [--seconds 10]`. The served program is the real one, on
//! a store that is made for the run; clients, echo and program share this machine, so compare within one run only.

mod client;
mod crowd;
mod echo;
mod figures;
mod served;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use client::{Client, Typist};
use figures::{Process, Taken};
use served::{Served, Trouble};

/// Keys per second of one operator who types without a pause: 200 of them make 1,600.
const KEYS_PER_SECOND: u32 = 8;
/// Sign-ins at once: below what one source may have open without a proof.
const AT_ONCE: usize = 8;

/// What was asked for.
struct Asked {
    users: u32,
    sessions: usize,
    seconds: u64,
}

fn main() -> Result<(), Trouble> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // The echo is a process of its own, so that its memory and processor can be told.
    if words.first().is_some_and(|word| word == echo::WORD) {
        return runtime()?.block_on(echo::serve());
    }
    let asked = Asked {
        users: figures::number(&words, "--users", 100_000)?,
        sessions: figures::number(&words, "--sessions", 200)?,
        seconds: figures::number(&words, "--seconds", 10)?,
    };
    runtime()?.block_on(run(&asked))
}

fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Trouble::from)
}

async fn run(asked: &Asked) -> Result<(), Trouble> {
    let echo = Served::echo()?;
    let (_bare, bare) = measure("bare echo", &echo, asked, Typist::letters).await?;
    let begun = Instant::now();
    let mut console = Served::console(asked.users)?;
    figures::say(&format!(
        "a store of {} users, made and served in {:.0} s",
        asked.users,
        begun.elapsed().as_secs_f64()
    ));
    let serving = Instant::now();
    let mut early = Client::sign_in(console.address(), console.key()).await?;
    early.arrives().await;
    figures::say(&format!("  first frame after {:.2} s", serving.elapsed().as_secs_f64()));
    let early = tokio::spawn(early.types(Typist::searches(1), KEYS_PER_SECOND, 4));
    console.wait_for_index()?;
    figures::say(&format!("  search in memory ready after {:.1} s", serving.elapsed().as_secs_f64()));
    let (_, typed) = early.await?;
    figures::say(&format!("  one session typing from the first frame on, while the index is made: {typed}"));
    let (clients, typed) = measure("console", &console, asked, Typist::searches).await?;
    figures::say(&format!(
        "  one session typing a search, beside the echo: p50 {:.1}x, p99 {:.1}x",
        ratio(&typed, &bare, 50),
        ratio(&typed, &bare, 99)
    ));
    let (clients, moved) = one(clients, Typist::moves, asked).await;
    figures::say(&format!("  one session moving the cursor: {moved}"));
    crowd::lock_many(&console).await?;
    crowd::lock_out(&console, clients).await
}

#[expect(clippy::cast_precision_loss, reason = "nanoseconds of a frame")]
fn ratio(taken: &Taken, beside: &Taken, percent: usize) -> f64 {
    taken.first(percent).as_nanos() as f64 / beside.first(percent).as_nanos().max(1) as f64
}

/// Signs in, rests, types alone and together; gives the clients back and what one alone has taken.
async fn measure(
    name: &str,
    served: &Served,
    asked: &Asked,
    typist: fn(u64) -> Typist,
) -> Result<(Vec<Client>, Taken), Trouble> {
    let process = Process::of(served.process());
    let before = process.resident()?;
    let begun = Instant::now();
    let mut clients = sign_in(served.address(), served, asked.sessions).await?;
    let took = begun.elapsed();
    for client in &mut clients {
        client.settle().await;
    }
    let grown = process.resident()?.saturating_sub(before) / asked.sessions.max(1);
    #[expect(clippy::cast_precision_loss, reason = "a count of sessions")]
    let rate = asked.sessions as f64 / took.as_secs_f64();
    figures::say(&format!("{name}: {} sessions signed in by key, {rate:.0} per second", asked.sessions));
    figures::say(&format!("  memory per session at 80x24: {} KiB", grown / 1024));
    let idle = process.share(Duration::from_secs(asked.seconds.min(5))).await?;
    figures::say(&format!("  processor with all idle: {idle:.1} % of one core"));
    let rest = clients.split_off(1.min(clients.len()));
    let mut alone = Vec::new();
    for client in clients {
        alone.push(client.types(typist(1), KEYS_PER_SECOND, asked.seconds).await);
    }
    let (mut clients, taken): (Vec<_>, Vec<_>) = alone.into_iter().unzip();
    let alone = Taken::of_all(taken);
    figures::say(&format!("  one session typing: {alone}"));
    clients.extend(rest);
    let (clients, together, share) = all(clients, typist, asked, &process).await?;
    figures::say(&format!(
        "  {} sessions typing {} keys/s: {together}; processor {share:.0} % of one core",
        asked.sessions,
        asked.sessions * KEYS_PER_SECOND as usize
    ));
    Ok((clients, alone))
}

async fn sign_in(address: SocketAddr, served: &Served, sessions: usize) -> Result<Vec<Client>, Trouble> {
    let mut clients = Vec::with_capacity(sessions);
    while clients.len() < sessions {
        let batch = AT_ONCE.min(sessions - clients.len());
        let mut coming = tokio::task::JoinSet::new();
        for _ in 0..batch {
            coming.spawn(Client::sign_in(address, served.key()));
        }
        while let Some(client) = coming.join_next().await {
            clients.push(client??);
        }
    }
    Ok(clients)
}

/// What one of `clients` has taken; all come back.
async fn one(mut clients: Vec<Client>, typist: fn(u64) -> Typist, asked: &Asked) -> (Vec<Client>, Taken) {
    let Some(client) = clients.pop() else { return (clients, Taken::default()) };
    let (client, taken) = client.types(typist(1), KEYS_PER_SECOND, asked.seconds).await;
    clients.push(client);
    (clients, taken)
}

async fn all(
    clients: Vec<Client>,
    typist: fn(u64) -> Typist,
    asked: &Asked,
    process: &Process,
) -> Result<(Vec<Client>, Taken, f64), Trouble> {
    let seconds = asked.seconds;
    let mut typing = tokio::task::JoinSet::new();
    // At even distances, as the keys of so many people come.
    let distance =
        Duration::from_secs(1) / KEYS_PER_SECOND / u32::try_from(clients.len()).unwrap_or(u32::MAX).max(1);
    for ((turn, seed), client) in (0..).zip(2..).zip(clients) {
        typing.spawn(client.types_after(distance * turn, typist(seed), KEYS_PER_SECOND, seconds));
    }
    let share = process.share(Duration::from_secs(seconds)).await?;
    let (mut clients, mut taken) = (Vec::new(), Vec::new());
    while let Some(done) = typing.join_next().await {
        let (client, one) = done?;
        clients.push(client);
        taken.push(one);
    }
    Ok((clients, Taken::of_all(taken), share))
}
