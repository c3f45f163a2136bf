//! Promises of the wire about clients that send too much, read too little, or leave.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use russh::ChannelMsg;
use support::client::{ann, console, rest, until};
use support::{Server, quick, soon};
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;
use wardroom::ssh::{Settings, Stopped};

/// Waits until `count` has stood still for a while, and gives it.
async fn at_rest(count: &AtomicUsize) -> usize {
    soon("a count at rest", async {
        loop {
            let before = count.load(Ordering::SeqCst);
            sleep(Duration::from_millis(500)).await;
            if before > 0 && count.load(Ordering::SeqCst) == before {
                return before;
            }
        }
    })
    .await
}

async fn until_run(count: &AtomicUsize, wanted: usize) {
    soon("so many running", async {
        while count.load(Ordering::SeqCst) != wanted {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stalls_costs_no_more_than_what_the_wire_holds_and_does_not_stop_the_stop() {
    let settings =
        Settings { drain: Duration::from_millis(500), farewell: Duration::from_millis(300), ..quick() };
    let server = Server::start_with(settings).await;
    let client = ann(server.address).await;
    let channel = console(&client).await;
    channel.data_bytes("f").await.unwrap();
    // Nobody reads `channel`: its client stops reading the socket, the kernel's buffers fill, the console stands.
    let drawn = at_rest(&server.house.drawn).await;
    assert!(drawn < 32 << 20, "{drawn} bytes were drawn for nobody");
    let other = ann(server.address).await;
    let mut beside = console(&other).await;
    beside.data_bytes("hello").await.unwrap();
    until(&mut beside, "got hello").await;
    drop(beside);
    drop(other);
    let started = Instant::now();
    let house = Arc::clone(&server.house);
    soon("the stop", server.stop()).await;
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!(house.running.load(Ordering::SeqCst), 0);
    drop(channel);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_keys_is_held_back_and_others_do_not_feel_it() {
    let server = Server::start().await;
    let flooding = ann(server.address).await;
    let channel = console(&flooding).await;
    channel.data_bytes("s").await.unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&sent);
    let flood = tokio::spawn(async move {
        loop {
            if channel.data_bytes(vec![b'x'; 32 * 1024]).await.is_err() {
                return;
            }
            counting.fetch_add(32 * 1024, Ordering::SeqCst);
        }
    });
    let held = at_rest(&sent).await;
    assert!(held < 32 << 20, "{held} bytes were taken in");
    let other = ann(server.address).await;
    let mut beside = console(&other).await;
    until(&mut beside, "env=").await;
    let mut slowest = Duration::ZERO;
    for round in 0..50 {
        let started = Instant::now();
        beside.data_bytes(format!("{round};")).await.unwrap();
        until(&mut beside, &format!("got {round};")).await;
        slowest = slowest.max(started.elapsed());
    }
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    flood.abort();
    drop(flooding);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_screen_that_nobody_takes_is_cut_off() {
    let server = Server::start_with(Settings { farewell: Duration::from_millis(300), ..quick() }).await;
    let client = ann(server.address).await;
    let mut channel = console(&client).await;
    channel.data_bytes("e").await.unwrap();
    until_run(&server.house.running, 1).await;
    until_run(&server.house.running, 0).await;
    sleep(Duration::from_millis(600)).await;
    let came = rest(&mut channel).await;
    assert_eq!((came.status, came.closed), (None, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_does_not_notice_that_its_client_left_is_ended() {
    let server = Server::start_with(Settings { farewell: Duration::from_millis(300), ..quick() }).await;
    let client = ann(server.address).await;
    let mut channel = console(&client).await;
    channel.data_bytes("s").await.unwrap();
    until(&mut channel, "not reading").await;
    drop(channel);
    drop(client);
    until_run(&server.house.running, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_sizes_ends_with_the_newest() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let (mut reading, writing) = console(&client).await.split();
    let flood = tokio::spawn(async move {
        for columns in 0..2_000 {
            writing.window_change(60 + columns % 300, 20, 0, 0).await.unwrap();
        }
        writing.window_change(123, 45, 0, 0).await.unwrap();
    });
    let mut drawn = String::new();
    soon("the newest size", async {
        while !drawn.ends_with("size=123x45\r\n") {
            let message = reading.wait().await.unwrap();
            if let ChannelMsg::Data { data } = message {
                drawn.push_str(&String::from_utf8_lossy(&data));
            }
        }
    })
    .await;
    flood.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_input_arrives_whole_however_slowly_it_is_taken() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut channel = client.channel_open_session().await.unwrap();
    channel.exec(true, "count").await.unwrap();
    let mut writer = channel.make_writer();
    let writing = tokio::spawn(async move {
        writer.write_all(&vec![b'x'; 24 << 20]).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let came = rest(&mut channel).await;
    assert_eq!((came.out.as_str(), came.status), ("25165824\n", Some(0)));
    writing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn input_and_output_that_wait_for_each_other_do_not_lock() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut channel = client.channel_open_session().await.unwrap();
    // What is read makes thirty times as much to write: the client's word that it has room waits behind its input.
    channel.exec(true, "swell 30").await.unwrap();
    let mut writer = channel.make_writer();
    let writing = tokio::spawn(async move {
        writer.write_all(&vec![b'x'; 3 << 20]).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    assert_eq!(support::client::length(&mut channel).await, 90 << 20);
    writing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_input_is_not_taken_for_a_whole_one() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let channel = client.channel_open_session().await.unwrap();
    channel.exec(true, "count").await.unwrap();
    channel.data_bytes("half").await.unwrap();
    until_run(&server.house.running, 1).await;
    drop(channel);
    drop(client);
    until_run(&server.house.running, 0).await;
    assert_eq!(server.house.ended.load(Ordering::SeqCst), 0, "it came to its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_vanish_leave_nothing_running() {
    let server = Server::start().await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        let client = ann(server.address).await;
        let mut channel = console(&client).await;
        until(&mut channel, "env=").await;
        clients.push((client, channel));
    }
    assert_eq!(server.house.running.load(Ordering::SeqCst), 20);
    let started = Instant::now();
    drop(clients);
    until_run(&server.house.running, 0).await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(soon("the stop", server.stop()).await, Stopped::Drained);
}
