//! An operator who signs in by key and types, with a watch in hand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use russh::client::{self, Handle, Msg};
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{Channel, ChannelMsg};
use tokio::time::{sleep_until, timeout};

use crate::figures::Taken;
use crate::served::{Served, Trouble};

/// After so long without a byte a screen is settled.
const QUIET: Duration = Duration::from_millis(150);
/// What is typed into the search: parts of names, with a key that empties the line between them.
const SOUGHT: &[&str] =
    &["an", "nov", "kim", "a", "ou", "larsen", "é", "ber", "h.b", "son", "x", "mar", "qq", "el"];

#[derive(Debug)]
struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _key: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

/// One operator with a console.
pub(crate) struct Client {
    channel: Channel<Msg>,
    _connection: Handle<Trusting>,
}

impl Client {
    /// Signs in as `root` and opens a console of 80 by 24.
    pub(crate) async fn sign_in(address: SocketAddr, key: Arc<PrivateKey>) -> Result<Self, Trouble> {
        let (channel, connection) = Self::connect(address, key, "root").await?;
        channel.request_pty(false, "xterm-256color", 80, 24, 0, 0, &[]).await?;
        channel.request_shell(true).await?;
        Ok(Self { channel, _connection: connection })
    }

    async fn connect(
        address: SocketAddr,
        key: Arc<PrivateKey>,
        operator: &str,
    ) -> Result<(Channel<Msg>, Handle<Trusting>), Trouble> {
        let config = Arc::new(client::Config { nodelay: true, ..client::Config::default() });
        let mut connection = client::connect(config, address, Trusting).await?;
        let key = PrivateKeyWithHashAlg::new(key, None);
        if !connection.authenticate_publickey(operator, key).await?.success() {
            return Err("the key was refused".into());
        }
        let channel = connection.channel_open_session().await?;
        Ok((channel, connection))
    }

    /// What `operator` is answered to `words`.
    pub(crate) async fn says(served: &Served, operator: &str, words: &str) -> Result<String, Trouble> {
        let (mut channel, _connection) = Self::connect(served.address(), served.key(), operator).await?;
        channel.exec(true, words).await?;
        let mut said = Vec::new();
        while let Some(message) = channel.wait().await {
            if let ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. } = message {
                said.extend_from_slice(&data);
            }
        }
        Ok(String::from_utf8_lossy(&said).into_owned())
    }

    /// Sends `keys`, and reads until nothing comes any more.
    pub(crate) async fn press(&mut self, keys: &str) -> Result<Vec<u8>, Trouble> {
        self.channel.data_bytes(keys.to_owned()).await?;
        let mut got = Vec::new();
        while let Ok(Some(message)) = timeout(QUIET * 4, self.channel.wait()).await {
            if let ChannelMsg::Data { data } = message {
                got.extend_from_slice(&data);
            }
        }
        Ok(got)
    }

    /// When each frame came after `keys`, until none does for `over`.
    pub(crate) async fn frames_after(&mut self, keys: &'static str, over: Duration) -> Vec<Instant> {
        let mut frames = Vec::new();
        if self.channel.data_bytes(keys).await.is_err() {
            return frames;
        }
        while let Ok(Some(message)) = timeout(over, self.channel.wait()).await {
            if let ChannelMsg::Data { .. } = message {
                frames.push(Instant::now());
            }
        }
        frames
    }

    /// When the server ended it.
    pub(crate) async fn ended(mut self) -> Instant {
        while let Some(message) = self.channel.wait().await {
            if let ChannelMsg::Eof | ChannelMsg::Close | ChannelMsg::ExitStatus { .. } = message {
                break;
            }
        }
        Instant::now()
    }

    /// Waits for the first byte.
    pub(crate) async fn arrives(&mut self) {
        while let Some(message) = self.channel.wait().await {
            if let ChannelMsg::Data { .. } = message {
                break;
            }
        }
    }

    /// Reads until nothing comes any more.
    pub(crate) async fn settle(&mut self) {
        while let Ok(Some(_)) = timeout(QUIET, self.channel.wait()).await {}
    }

    /// Types for so many seconds at an even pace.
    pub(crate) async fn types(self, typist: Typist, per_second: u32, seconds: u64) -> (Self, Taken) {
        self.types_after(Duration::ZERO, typist, per_second, seconds).await
    }

    /// The same, the first key so long after the search is open: many people do not press their keys at once.
    pub(crate) async fn types_after(
        mut self,
        pause: Duration,
        mut typist: Typist,
        per_second: u32,
        seconds: u64,
    ) -> (Self, Taken) {
        let mut taken = Taken::default();
        let pace = Duration::from_secs(1) / per_second;
        for key in typist.opening() {
            if self.channel.data_bytes(key).await.is_ok() {
                self.settle().await;
            }
        }
        tokio::time::sleep(pause).await;
        let end = Instant::now() + Duration::from_secs(seconds);
        while Instant::now() < end {
            let key = typist.next();
            let (sent, due) = (Instant::now(), tokio::time::Instant::now() + pace);
            if self.channel.data_bytes(key).await.is_err() {
                break;
            }
            let (mut first, mut last) = (None, None);
            loop {
                tokio::select! {
                    () = sleep_until(due) => break,
                    message = self.channel.wait() => match message {
                        Some(ChannelMsg::Data { data }) => {
                            taken.bytes += data.len();
                            first = first.or_else(|| Some(sent.elapsed()));
                            last = Some(sent.elapsed());
                        }
                        Some(_) => {}
                        None => break,
                    },
                }
            }
            taken.silent += usize::from(first.is_none());
            taken.first.extend(first);
            taken.last.extend(last);
        }
        taken.first.sort_unstable();
        taken.last.sort_unstable();
        for key in typist.closing() {
            if self.channel.data_bytes(key).await.is_ok() {
                self.settle().await;
            }
        }
        (self, taken)
    }
}

/// What somebody types, key after key, without an end.
#[derive(Debug)]
pub(crate) struct Typist {
    what: What,
    at: u64,
    waiting: Vec<char>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Letters,
    Searches,
    Moves,
}

impl Typist {
    /// Letters, for whoever only echoes.
    pub(crate) const fn letters(seed: u64) -> Self {
        Self { what: What::Letters, at: seed, waiting: Vec::new() }
    }

    /// Searches in the list.
    pub(crate) const fn searches(seed: u64) -> Self {
        Self { what: What::Searches, at: seed, waiting: Vec::new() }
    }

    /// Down and up in the list.
    pub(crate) const fn moves(seed: u64) -> Self {
        Self { what: What::Moves, at: seed, waiting: Vec::new() }
    }

    fn opening(&self) -> Vec<&'static str> {
        match self.what {
            What::Searches => vec!["/"],
            What::Letters | What::Moves => Vec::new(),
        }
    }

    fn closing(&self) -> Vec<&'static str> {
        match self.what {
            // The line is emptied, and the list left as it was.
            What::Searches => vec!["\u{15}", "\r"],
            What::Letters | What::Moves => Vec::new(),
        }
    }

    fn next(&mut self) -> String {
        self.at += 1;
        match self.what {
            What::Letters => "a".to_owned(),
            What::Moves => if (self.at / 10).is_multiple_of(2) { "j" } else { "k" }.to_owned(),
            What::Searches => {
                if self.waiting.is_empty() {
                    let place = usize::try_from(self.at * 7).unwrap_or_default() % SOUGHT.len();
                    self.waiting = SOUGHT[place].chars().rev().collect();
                    return "\u{15}".to_owned();
                }
                self.waiting.pop().map_or_else(String::new, String::from)
            }
        }
    }
}
