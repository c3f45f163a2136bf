//! The promise of the wire about memory: what stalls and what floods costs little. Alone in its process.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use support::client::{console, forgetful_ann};
use support::{Server, soon};
use tokio::time::sleep;

/// Clients of each kind.
const CLIENTS: usize = 20;

/// Resident memory of this process (client and server are both in it), in bytes.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_stall_and_clients_that_flood_cost_under_48_mib_together() {
    let server = Server::start().await;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let (stalls, floods) = (forgetful_ann(server.address).await, forgetful_ann(server.address).await);
        let (looks_away, types) = (console(&stalls).await, console(&floods).await);
        clients.push((stalls, floods, looks_away, types));
    }
    soon("consoles", async {
        while server.house.running.load(Ordering::SeqCst) < 2 * CLIENTS {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let before = resident();
    let mut floods = Vec::new();
    for (stalls, flooding, looks_away, types) in clients {
        looks_away.data_bytes("f").await.unwrap();
        types.data_bytes("s").await.unwrap();
        floods.push(tokio::spawn(async move {
            while types.data_bytes(vec![b'x'; 32 * 1024]).await.is_ok() {}
            drop((stalls, flooding, looks_away));
        }));
    }
    let mut peak = 0;
    for _ in 0..30 {
        sleep(Duration::from_millis(100)).await;
        peak = peak.max(resident().saturating_sub(before));
    }
    assert!(peak < 48 << 20, "grew by {} MiB", peak >> 20);
    for flood in floods {
        flood.abort();
    }
}
