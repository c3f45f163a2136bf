//! What many notice of one: a lock of ten thousand people while others type, and a lock that ends every session.

use std::time::{Duration, Instant};

use crate::client::{Client, Typist};
use crate::figures::{Taken, say};
use crate::served::{Served, Trouble};
use crate::{KEYS_PER_SECOND, sign_in};

/// Whom the lock is meant for: about one in a hundred made-up people.
const LOCKED: &str = "/kind:staff status:active\r";
/// After so long without a frame the job is over.
const OVER: Duration = Duration::from_secs(3);

/// Locks the staff from one console, and prints what another one feels meanwhile.
pub(crate) async fn lock_many(served: &Served) -> Result<(), Trouble> {
    let mut clients = sign_in(served.address(), served, 2).await?;
    let (Some(mut master), Some(typing)) = (clients.pop(), clients.pop()) else { return Ok(()) };
    master.settle().await;
    master.press(LOCKED).await?;
    let marked = master.press("*").await?;
    let Some(count) = number_before(&marked, " marked") else {
        return Err(format!("nobody was marked: {}", String::from_utf8_lossy(&marked)).into());
    };
    master.press("ak").await?;
    master.press("card lost\t").await?;
    master.press(&format!("{count}\t\t")).await?;
    let begun = Instant::now();
    let locking = tokio::spawn(async move { master.frames_after("\r", OVER).await });
    let (_, meanwhile) = typing.types(Typist::searches(3), KEYS_PER_SECOND, 8).await;
    let frames = locking.await?;
    let after: Vec<String> =
        frames.iter().map(|at| format!("{:.2}", at.duration_since(begun).as_secs_f64())).collect();
    // The first ones say that it has begun; each of the others that it got on.
    let shown = &after[..after.len().min(8)];
    say(&format!(
        "lock of {count} people: {} frames, the first ones after {} s, the last one after {} s",
        after.len(),
        shown.join(", "),
        after.last().map_or("0", String::as_str),
    ));
    say(&format!("  another session typing meanwhile: {meanwhile}"));
    Ok(())
}

/// Locks the operator of all `clients`, and prints when the last of them is out.
pub(crate) async fn lock_out(served: &Served, clients: Vec<Client>) -> Result<(), Trouble> {
    let count = clients.len();
    let leaving: Vec<_> = clients.into_iter().map(|client| tokio::spawn(client.ended())).collect();
    let locked = Client::says(served, "boss", "user lock root --reason left --yes").await?;
    let done = Instant::now();
    let mut last = Vec::new();
    for one in leaving {
        last.push(one.await?.saturating_duration_since(done));
    }
    last.sort_unstable();
    let taken = Taken { first: last.clone(), last, ..Taken::default() };
    say(&format!("operator of {count} sessions locked ({}): out after {taken}", locked.trim()));
    Ok(())
}

/// The number that stands in what a terminal got before `word`, without its thousands' marks.
fn number_before(got: &[u8], word: &str) -> Option<String> {
    let got = String::from_utf8_lossy(got);
    let before = &got[..got.find(word)?];
    let digits: Vec<char> =
        before.chars().rev().take_while(|letter| letter.is_ascii_digit() || *letter == ',').collect();
    let number: String = digits.into_iter().rev().filter(char::is_ascii_digit).collect();
    (!number.is_empty()).then_some(number)
}
