//! Promises of the wire about who gets to the door: deadlines, counts, methods, and how the server stops.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use russh::client::KeyboardInteractiveAuthResponse as Reply;
use russh::{MethodKind, client};
use support::client::{ann, connect, console, key, rest, run, until};
use support::{Server, quick, soon};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpSocket, TcpStream};
use wardroom::base::network::Network;
use wardroom::ssh::{Listener, Settings, Stopped};

/// Connects from `source`, another address of this machine, and reads the first line.
async fn stranger(source: &str, to: SocketAddr) -> (TcpStream, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source.parse().unwrap(), 0)).unwrap();
    let mut stream = socket.connect(to).await.unwrap();
    let mut line = vec![0; 64];
    let count = soon("a first line", stream.read(&mut line)).await.unwrap_or(0);
    line.truncate(count);
    (stream, String::from_utf8(line).unwrap().lines().next().unwrap_or_default().to_owned())
}

/// Reads until the server hangs up.
async fn hung_up(mut stream: TcpStream) {
    let mut rest = Vec::new();
    let _ = soon("hanging up", stream.read_to_end(&mut rest)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_line_tells_no_library() {
    let server = Server::start().await;
    assert_eq!(stranger("127.0.0.1", server.address).await.1, "SSH-2.0-wardroom");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_a_fault_with_its_number() {
    let server = Server::start().await;
    let text = Listener::bind(server.address).await.unwrap_err().text;
    assert!(
        text.contains(&server.address.to_string()) && text.contains("another program has this port"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_proves_nothing_in_time_is_cut_and_whoever_is_in_stays() {
    let grace = Duration::from_millis(700);
    let server = Server::start_with(Settings { login_grace: grace, ..quick() }).await;
    let started = Instant::now();
    let inside = ann(server.address).await;
    let handshaken = connect(server.address).await;
    let (silent, _) = stranger("127.0.0.1", server.address).await;
    hung_up(silent).await;
    assert!(started.elapsed() >= grace, "cut after {:?}", started.elapsed());
    soon("the end of one that never signed in", async {
        while !handshaken.is_closed() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(run(&inside, "exit 5").await.status, Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proved_factor_gives_time_for_the_second() {
    let settings = Settings {
        login_grace: Duration::from_millis(500),
        second_factor_grace: Duration::from_secs(20),
        ..quick()
    };
    let server = Server::start_with(settings).await;
    let mut client = connect(server.address).await;
    let first = client.authenticate_publickey("cora", key(1)).await.unwrap();
    let client::AuthResult::Failure { remaining_methods, partial_success } = first else {
        panic!("{first:?}")
    };
    assert!(partial_success);
    assert_eq!(&remaining_methods[..], &[MethodKind::KeyboardInteractive]);
    let (silent, _) = stranger("127.0.0.1", server.address).await;
    hung_up(silent).await;
    let prompt = client.authenticate_keyboard_interactive_start("cora", None).await.unwrap();
    assert!(matches!(prompt, Reply::InfoRequest { .. }), "{prompt:?}");
    let answer = client.authenticate_keyboard_interactive_respond(vec!["123456".to_owned()]).await.unwrap();
    assert!(matches!(answer, Reply::Success), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_for_the_second_factor_ends_too() {
    let settings = Settings { second_factor_grace: Duration::from_millis(300), ..quick() };
    let server = Server::start_with(settings).await;
    let mut client = connect(server.address).await;
    client.authenticate_publickey("cora", key(1)).await.unwrap();
    soon("the end", async {
        while !client.is_closed() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_on_which_nothing_runs_is_closed_and_one_in_use_stays() {
    let server = Server::start_with(Settings { unused_grace: Duration::from_millis(300), ..quick() }).await;
    let used = ann(server.address).await;
    let mut beside = console(&used).await;
    until(&mut beside, "env=").await;
    let bare = ann(server.address).await;
    let with_a_channel = ann(server.address).await;
    let idle = with_a_channel.channel_open_session().await.unwrap();
    idle.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.unwrap();
    soon("the end of both", async {
        while !bare.is_closed() || !with_a_channel.is_closed() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    beside.data_bytes("still there").await.unwrap();
    until(&mut beside, "got still there").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_has_its_share_of_strangers_and_others_still_get_in() {
    let settings = Settings { strangers_per_source_max: 3, strangers_max: 4, ..quick() };
    let server = Server::start_with(settings).await;
    let mut crowd = Vec::new();
    for _ in 0..3 {
        let (stream, line) = stranger("127.0.0.2", server.address).await;
        assert_eq!(line, "SSH-2.0-wardroom");
        crowd.push(stream);
    }
    assert_eq!(stranger("127.0.0.2", server.address).await.1, "", "a fourth of one source");
    let (_other, line) = stranger("127.0.0.3", server.address).await;
    assert_eq!(line, "SSH-2.0-wardroom");
    // All four places are taken; the source with three gives up its oldest.
    let inside = ann(server.address).await;
    hung_up(crowd.remove(0)).await;
    drop(crowd);
    assert_eq!(run(&inside, "exit 0").await.status, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_the_settings_name_has_no_share_of_its_own() {
    let uncounted = vec![Network::parse("127.0.0.2/31").unwrap()];
    let server = Server::start_with(Settings { strangers_per_source_max: 1, uncounted, ..quick() }).await;
    let mut crowd = Vec::new();
    for _ in 0..4 {
        let (stream, line) = stranger("127.0.0.2", server.address).await;
        assert_eq!(line, "SSH-2.0-wardroom");
        crowd.push(stream);
    }
    let (_first, line) = stranger("127.0.0.4", server.address).await;
    assert_eq!(line, "SSH-2.0-wardroom");
    assert_eq!(stranger("127.0.0.4", server.address).await.1, "", "others have theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_gives_the_strangers_place_back() {
    let server = Server::start_with(Settings { strangers_per_source_max: 1, ..quick() }).await;
    let mut inside = Vec::new();
    for _ in 0..5 {
        inside.push(ann(server.address).await);
    }
    assert_eq!(run(&inside[0], "exit 0").await.status, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_takes_no_method_off_the_list_and_the_gate_may_hang_up() {
    let server = Server::start().await;
    let mut client = connect(server.address).await;
    for _ in 0..6 {
        let answer = client.authenticate_password("ann", "wrong").await.unwrap();
        let client::AuthResult::Failure { remaining_methods, partial_success } = answer else {
            panic!("{answer:?}")
        };
        assert!(!partial_success);
        let all = [MethodKind::PublicKey, MethodKind::Password, MethodKind::KeyboardInteractive];
        assert_eq!(&remaining_methods[..], &all);
    }
    assert!(!matches!(client.authenticate_password("ann", "right").await, Ok(client::AuthResult::Success)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_asks_what_runs_to_end_and_says_goodbye() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut channel = console(&client).await;
    until(&mut channel, "env=").await;
    let stopped = tokio::spawn(server.stop());
    let came = rest(&mut channel).await;
    assert_eq!((came.out.as_str(), came.status), ("asked to close\r\n", Some(0)));
    assert_eq!(soon("the stop", stopped).await.unwrap(), Stopped::Drained);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_end_is_cut_when_its_time_is_over() {
    let settings =
        Settings { drain: Duration::from_millis(300), farewell: Duration::from_millis(300), ..quick() };
    let server = Server::start_with(settings).await;
    let client = ann(server.address).await;
    let mut waiting = client.channel_open_session().await.unwrap();
    waiting.exec(true, "wait").await.unwrap();
    assert_eq!(support::client::answers(&mut waiting, 1).await, [true]);
    let house = std::sync::Arc::clone(&server.house);
    assert_eq!(soon("the stop", server.stop()).await, Stopped::Cut);
    assert_eq!(house.running.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_takes_nobody_new_in() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut waiting = client.channel_open_session().await.unwrap();
    waiting.exec(true, "wait").await.unwrap();
    support::client::answers(&mut waiting, 1).await;
    server.ask_to_stop();
    soon("a closed port", async {
        while TcpStream::connect(server.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(client.channel_open_session().await.is_err());
}
