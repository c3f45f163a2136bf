//! The same over SSH: keys of a terminal that is 40 columns wide, and lines without one.

use std::time::Duration;

use russh::ChannelMsg;
use russh::client::{Handle, Msg};

use crate::support::client::Trusting;
use crate::support::soon;
use crate::{institution, status, value};

/// Reads until `wanted` was said, and gives all of it.
async fn heard(channel: &mut russh::Channel<Msg>, said: &mut String, wanted: &str) {
    let from = said.len();
    let read = async {
        while !said[from..].contains(wanted) {
            match channel.wait().await {
                Some(ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. }) => {
                    said.push_str(&String::from_utf8_lossy(&data));
                }
                Some(_) => {}
                None => panic!("the end before `{wanted}` in:\n{said}"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read).await.unwrap_or_else(|_| panic!("never: {wanted}"));
}

async fn plain(client: &Handle<Trusting>, terminal: bool, words: &str) -> russh::Channel<Msg> {
    let channel = client.channel_open_session().await.unwrap();
    if terminal {
        channel.request_pty(true, "dumb", 40, 12, 0, 0, &[]).await.unwrap();
    }
    channel.exec(true, words).await.unwrap();
    channel
}

#[tokio::test]
async fn on_a_braille_display_of_forty_columns_every_line_fits_and_what_is_typed_is_echoed() {
    let institution = institution();
    let client = institution.pat().await;
    let mut channel = plain(&client, true, "plain").await;
    let mut said = String::new();
    for (typed, wanted) in [
        ("", "users> "),
        ("find kim\r", "users> "),
        ("1\r", "a.kim> "),
        ("lokc\x7f\x7fck\r", "Reason, 3 or more characters;"),
        ("card lost\r", "y or n:"),
        ("y\r", "a.kim> "),
        ("sessions\r", "a.kim> "),
        ("1\r", "a.kim> "),
        ("groups\r", "a.kim> "),
        ("audit\r", "a.kim> "),
        ("?\r", "a.kim> "),
    ] {
        channel.data(typed.as_bytes()).await.unwrap();
        heard(&mut channel, &mut said, wanted).await;
    }
    assert!(said.contains("lokc\u{8} \u{8}\u{8} \u{8}ck\r\n"), "{said:?}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
    let is_typed_on =
        |line: &&str| line.contains(['>', '\u{8}']) || line.ends_with(": card lost") || line.ends_with(": y");
    for line in said.split("\r\n").filter(|line| !is_typed_on(line)) {
        assert!(wardroom::base::text::width(line) <= 41, "{line}");
        assert!(!line.contains('\n'), "{line:?}");
    }
    assert_eq!(status(&institution, "a.kim"), "LOCKED_BY_ADMIN");
    assert_eq!(value(&institution, "SELECT via FROM audit WHERE action = 'user.lock'"), "ssh");
    channel.data(&b"q\r"[..]).await.unwrap();
    heard(&mut channel, &mut said, "signed out after 0 min, 1 action done").await;
}

#[tokio::test]
async fn a_yes_that_was_typed_before_it_was_asked_for_does_not_confirm() {
    let institution = institution();
    let client = institution.pat().await;
    let mut channel = plain(&client, true, "plain user a.kim").await;
    let mut said = String::new();
    heard(&mut channel, &mut said, "a.kim> ").await;
    channel.data(&b"lock\rcard lost\ry\r"[..]).await.unwrap();
    heard(&mut channel, &mut said, "y or n:").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(status(&institution, "a.kim"), "ACTIVE");
    channel.data(&b"\x03"[..]).await.unwrap();
    heard(&mut channel, &mut said, "cancelled: nothing was done").await;
}

#[tokio::test]
async fn lines_without_a_terminal_are_obeyed_in_turn_to_the_end_of_the_input() {
    let institution = institution();
    let client = institution.pat().await;
    let mut channel = plain(&client, false, "plain user b.kim").await;
    channel.data(&b"lock\ncard lost\ny\nnote\ntold by phone\n.\ny\nunlock\ny"[..]).await.unwrap();
    channel.eof().await.unwrap();
    let mut said = String::new();
    heard(&mut channel, &mut said, "signed out after 0 min, 3 actions done").await;
    assert!(said.contains("Unlock done: Bob<U+001B>[2J Kim (b.kim)"), "{said}");
    assert_eq!(status(&institution, "b.kim"), "ACTIVE");
}

#[tokio::test]
async fn a_client_that_goes_ends_its_session() {
    let institution = institution();
    let client = institution.pat().await;
    let mut channel = plain(&client, false, "plain user b.kim").await;
    let mut said = String::new();
    heard(&mut channel, &mut said, "b.kim>").await;
    assert_eq!(value(&institution, "SELECT count(*) || '' FROM sessions WHERE closed_at IS NULL"), "1");
    drop(channel);
    drop(client);
    let gone = async {
        while value(&institution, "SELECT count(*) || '' FROM sessions WHERE closed_at IS NULL") != "0" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    soon("the end of the session", gone).await;
}

#[tokio::test]
async fn a_place_that_is_none_is_refused_with_those_that_are() {
    let institution = institution();
    let client = institution.pat().await;
    for terminal in [true, false] {
        let mut channel = plain(&client, terminal, "plain nowhere").await;
        let mut said = String::new();
        heard(&mut channel, &mut said, "no such place: open users").await;
    }
}
