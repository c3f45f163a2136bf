//! The bare echo over SSH that the console is measured beside: the same library, and nothing behind it.

use std::io::Write as _;
use std::sync::Arc;

use russh::keys::PrivateKey;
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::server::{self, Auth, ChannelOpenHandle, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId};
use tokio::net::TcpListener;

use crate::served::Trouble;

/// The word that makes this program the echo.
pub(crate) const WORD: &str = "--echo";

#[derive(Clone, Debug)]
struct Echo;

impl server::Handler for Echo {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        _user: &str,
        _key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        _channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.data(channel, data.to_vec())
    }
}

/// Serves on a free port, which it tells first, until it is killed.
pub(crate) async fn serve() -> Result<(), Trouble> {
    let key = PrivateKey::from(Ed25519Keypair::from_seed(&[3; 32]));
    let config = Arc::new(server::Config {
        keys: vec![key],
        nodelay: true,
        auth_rejection_time: std::time::Duration::ZERO,
        ..server::Config::default()
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut out = std::io::stdout();
    writeln!(out, "echo listens on {}", listener.local_addr()?)?;
    out.flush()?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let config = Arc::clone(&config);
        tokio::spawn(async move {
            if let Ok(running) = server::run_stream(config, stream, Echo).await {
                // A client that goes is no news.
                let _ = running.await;
            }
        });
    }
}
