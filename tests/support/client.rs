//! A client of the library's own, and what came back over one channel.

use std::net::SocketAddr;
use std::sync::Arc;

use russh::client::{self, Handle, Msg};
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{Channel, ChannelMsg};

use super::soon;

pub(crate) struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _key: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

/// Connects without signing in.
pub(crate) async fn connect(address: SocketAddr) -> Handle<Trusting> {
    connect_as(client::Config::default(), address).await
}

async fn connect_as(config: client::Config, address: SocketAddr) -> Handle<Trusting> {
    soon("connect", client::connect(Arc::new(config), address, Trusting)).await.unwrap()
}

/// Signs in as `ann` by password.
pub(crate) async fn ann(address: SocketAddr) -> Handle<Trusting> {
    signed_in(connect(address).await).await
}

/// The same with a client that keeps next to nothing unread: it is in the same process as the server.
pub(crate) async fn forgetful_ann(address: SocketAddr) -> Handle<Trusting> {
    let config = client::Config { channel_buffer_size: 2, ..client::Config::default() };
    signed_in(connect_as(config, address).await).await
}

async fn signed_in(mut client: Handle<Trusting>) -> Handle<Trusting> {
    let signed_in = soon("sign-in", client.authenticate_password("ann", "right")).await.unwrap();
    assert!(signed_in.success());
    client
}

/// A key of which nobody has heard.
pub(crate) fn key(seed: u8) -> PrivateKeyWithHashAlg {
    PrivateKeyWithHashAlg::new(Arc::new(private_key(seed)), None)
}

pub(crate) fn private_key(seed: u8) -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(&[seed; 32]))
}

/// A channel with a terminal of 80 by 24 and a console on it.
pub(crate) async fn console(client: &Handle<Trusting>) -> Channel<Msg> {
    let channel = client.channel_open_session().await.unwrap();
    channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.unwrap();
    channel.request_shell(true).await.unwrap();
    channel
}

/// All that came over a channel until it closed.
#[derive(Debug, Default)]
pub(crate) struct Came {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) status: Option<u32>,
    pub(crate) eof: bool,
    pub(crate) closed: bool,
    /// Answers to requests, in order.
    pub(crate) answers: Vec<bool>,
}

impl Came {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum, which grows")]
    fn take(&mut self, message: ChannelMsg) {
        match message {
            ChannelMsg::Data { data } => self.out.push_str(&String::from_utf8_lossy(&data)),
            ChannelMsg::ExtendedData { data, .. } => self.err.push_str(&String::from_utf8_lossy(&data)),
            ChannelMsg::ExitStatus { exit_status } => self.status = Some(exit_status),
            ChannelMsg::Eof => self.eof = true,
            ChannelMsg::Close => self.closed = true,
            ChannelMsg::Success => self.answers.push(true),
            ChannelMsg::Failure => self.answers.push(false),
            // Nothing else tells a test anything.
            _ => {}
        }
    }
}

/// Reads until the channel is closed.
pub(crate) async fn rest(channel: &mut Channel<Msg>) -> Came {
    let mut came = Came::default();
    soon("the channel's end", async {
        while let Some(message) = channel.wait().await {
            came.take(message);
        }
    })
    .await;
    came
}

/// Reads until the channel is closed, and gives only how many bytes came.
pub(crate) async fn length(channel: &mut Channel<Msg>) -> usize {
    let mut length = 0;
    soon("the channel's end", async {
        while let Some(message) = channel.wait().await {
            if let ChannelMsg::Data { data } = message {
                length += data.len();
            }
        }
    })
    .await;
    length
}

/// Reads until `text` has come.
pub(crate) async fn until(channel: &mut Channel<Msg>, text: &str) -> Came {
    let mut came = Came::default();
    soon(text, async {
        while !came.out.contains(text) {
            let message = channel.wait().await.unwrap_or_else(|| panic!("ended before {text}: {came:?}"));
            came.take(message);
        }
    })
    .await;
    came
}

/// Reads until `count` requests have been answered.
pub(crate) async fn answers(channel: &mut Channel<Msg>, count: usize) -> Vec<bool> {
    let mut came = Came::default();
    soon("answers", async {
        while came.answers.len() < count {
            let message = channel.wait().await.expect("ended before it answered");
            came.take(message);
        }
    })
    .await;
    came.answers
}

/// Runs words and reads all that comes.
pub(crate) async fn run(client: &Handle<Trusting>, words: &str) -> Came {
    let mut channel = client.channel_open_session().await.unwrap();
    channel.exec(true, words).await.unwrap();
    rest(&mut channel).await
}
