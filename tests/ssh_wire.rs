//! Promises of the wire about channels: every request answered, every end told, nobody else touched.

mod support;

use std::sync::atomic::Ordering;

use russh::Sig;
use support::client::{ann, answers, console, rest, run, until};
use support::{Server, soon};

#[tokio::test(flavor = "multi_thread")]
async fn a_one_shot_gives_its_output_and_its_status() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let came = run(&client, "echo 'two words' three").await;
    assert_eq!((came.out.as_str(), came.err.as_str(), came.status), ("two words\nthree\n", "", Some(0)));
    assert!(came.eof && came.closed);
    assert_eq!(run(&client, "exit 6").await.status, Some(6));
    let came = run(&client, "nonsense").await;
    assert_eq!((came.err.as_str(), came.status), ("unknown: [\"nonsense\"]\n", Some(64)));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_cannot_be_read_are_refused_with_a_sentence() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    for (words, said) in [
        ("echo 'open", "is not closed"),
        ("", "no words"),
        ("  ", "no words"),
        (&"x".repeat(70_000), "too long"),
    ] {
        let came = run(&client, words).await;
        assert!(came.err.contains(said), "{came:?}");
        assert_eq!((came.out.as_str(), came.status, came.closed), ("", Some(64), true));
    }
    let mut channel = client.channel_open_session().await.unwrap();
    channel.exec(true, b"echo \xff".as_slice()).await.unwrap();
    assert_eq!(rest(&mut channel).await.status, Some(64));
    assert_eq!(server.house.ended.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_needs_a_terminal() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut channel = client.channel_open_session().await.unwrap();
    channel.request_shell(true).await.unwrap();
    let came = rest(&mut channel).await;
    assert!(came.err.contains("needs a terminal"), "{came:?}");
    assert_eq!(came.status, Some(1));
    assert_eq!(run(&client, "open users").await.status, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_opens_at_a_place_with_its_terminal_clamped() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut channel = client.channel_open_session().await.unwrap();
    channel.set_env(true, "LC_ALL", "C.UTF-8").await.unwrap();
    channel.request_pty(true, "xterm-256color", u32::MAX, 0, 0, 0, &[]).await.unwrap();
    channel.exec(true, "open user a.kim").await.unwrap();
    let came = until(&mut channel, "env=").await;
    assert!(came.out.contains("term=xterm-256color size=500x24"), "{came:?}");
    assert!(came.out.contains(r#"start=["user", "a.kim"] env=[("LC_ALL", "C.UTF-8")]"#), "{came:?}");
    for (columns, rows, size) in [(70_000, 70_000, "size=500x200"), (1, 1, "size=1x1"), (0, 40, "size=1x40")]
    {
        channel.window_change(columns, rows, 0, 0).await.unwrap();
        until(&mut channel, size).await;
    }
    channel.data_bytes("q").await.unwrap();
    let came = rest(&mut channel).await;
    assert_eq!((came.out.as_str(), came.status), ("goodbye\r\n", Some(3)));
    assert!(came.eof && came.closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_served_is_refused_with_an_answer_and_the_session_lives_on() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut channel = console(&client).await;
    assert_eq!(answers(&mut channel, 2).await, [true, true]);

    channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.unwrap();
    channel.request_shell(true).await.unwrap();
    channel.exec(true, "echo again").await.unwrap();
    channel.set_env(true, "LANG", "C").await.unwrap();
    channel.request_subsystem(true, "sftp").await.unwrap();
    channel.request_x11(true, false, "MIT-MAGIC-COOKIE-1", "00", 0).await.unwrap();
    channel.agent_forward(true).await.unwrap();
    assert_eq!(answers(&mut channel, 7).await, [false; 7]);

    assert!(client.channel_open_direct_tcpip("127.0.0.1", 22, "127.0.0.1", 1).await.is_err());
    assert!(client.channel_open_direct_streamlocal("/run/x").await.is_err());
    assert!(client.channel_open_x11("127.0.0.1", 1).await.is_err());
    assert!(client.tcpip_forward("0.0.0.0", 0).await.is_err());
    assert!(client.streamlocal_forward("/run/x").await.is_err());

    let fresh = client.channel_open_session().await.unwrap();
    let mut fresh = fresh;
    fresh.set_env(true, "LD_PRELOAD", "/tmp/x.so").await.unwrap();
    fresh.request_subsystem(true, "sftp").await.unwrap();
    assert_eq!(answers(&mut fresh, 2).await, [false; 2]);

    channel.data_bytes("still there").await.unwrap();
    until(&mut channel, "got still there").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_eight_channels_and_gets_one_back_for_each_that_ends() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(client.channel_open_session().await.unwrap());
    }
    assert!(client.channel_open_session().await.is_err());
    open.pop().unwrap().close().await.unwrap();
    let mut again = soon("a place", client.channel_open_session()).await.unwrap();
    again.exec(true, "exit 0").await.unwrap();
    assert_eq!(rest(&mut again).await.status, Some(0));
    for _ in 0..20 {
        assert_eq!(run(&client, "exit 0").await.status, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_input_ends_a_console_after_its_keys() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut channel = console(&client).await;
    channel.data_bytes("last").await.unwrap();
    channel.eof().await.unwrap();
    let came = rest(&mut channel).await;
    assert!(came.out.ends_with("got last\r\ninput ended\r\n"), "{came:?}");
    assert_eq!(came.status, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_that_end_a_program_end_a_console_and_a_one_shot() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    for signal in [Sig::HUP, Sig::TERM, Sig::INT] {
        let mut channel = console(&client).await;
        until(&mut channel, "env=").await;
        channel.signal(Sig::USR1).await.unwrap();
        channel.signal(signal).await.unwrap();
        assert!(rest(&mut channel).await.out.contains("asked to close"));
    }
    let mut channel = client.channel_open_session().await.unwrap();
    channel.exec(true, "wait").await.unwrap();
    channel.signal(Sig::INT).await.unwrap();
    let came = rest(&mut channel).await;
    assert_eq!((came.err.as_str(), came.status), ("", Some(130)));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_terminal_a_one_shot_ends_its_lines_and_is_interrupted_by_keys() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let with_terminal = async |words: &str| {
        let channel = client.channel_open_session().await.unwrap();
        channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.unwrap();
        channel.exec(true, words).await.unwrap();
        channel
    };
    assert_eq!(rest(&mut with_terminal("echo a b").await).await.out, "a\r\nb\r\n");
    let mut waiting = with_terminal("wait").await;
    waiting.data_bytes("abc\x03").await.unwrap();
    assert_eq!(rest(&mut waiting).await.status, Some(130));
    let mut copying = with_terminal("swell 1").await;
    copying.data_bytes("typed\r\x04").await.unwrap();
    assert_eq!(rest(&mut copying).await.out, "typed\r\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_one_session_restores_its_terminal_and_touches_nobody_else() {
    let server = Server::start().await;
    let client = ann(server.address).await;
    let mut beside = console(&client).await;
    let mut panics = console(&client).await;
    until(&mut panics, "env=").await;
    panics.data_bytes("p").await.unwrap();
    let came = rest(&mut panics).await;
    assert!(came.out.contains("\x1b[?1049l") && came.out.contains("\x1b[?25h"), "{came:?}");
    assert!(came.out.ends_with("other sessions go on\r\n"), "{came:?}");
    assert_eq!((came.status, came.eof, came.closed), (Some(70), true, true));
    let came = run(&client, "panic").await;
    assert_eq!((came.out.as_str(), came.status), ("", Some(70)));
    assert_eq!(server.house.panics.load(Ordering::SeqCst), 2);
    beside.data_bytes("still there").await.unwrap();
    until(&mut beside, "got still there").await;
}
