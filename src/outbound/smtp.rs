//! A mail server: one conversation a message, over connections that are kept and used again (RFC 5321).

use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{AsyncTransport as _, Tokio1Executor};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::text;
use crate::outbound::carrier::Undelivered;
use crate::outbound::mail::{Mail, Sender};

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS, and nothing without it (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Neither: for a server on this machine.
    Plain,
}

/// What is known of a mail server.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Its name; with TLS that of its certificate.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User and password, where it wants them.
    pub credentials: Option<(String, Secret<String>)>,
    /// How long it has for a whole message.
    pub patience: Duration,
    /// Certificates in PEM that are trusted beside those of the system.
    pub trusted: Option<PathBuf>,
}

/// A mail server; clones share its connections.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Sender,
    named: String,
    patience: Duration,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("named", &self.named).finish_non_exhaustive()
    }
}

impl Smtp {
    pub(super) fn new(settings: &SmtpSettings, sender: Sender) -> Result<Self, Fault> {
        let tls = match settings.security {
            Security::Plain => Tls::None,
            Security::StartTls => Tls::Required(parameters(settings)?),
            Security::Tls => Tls::Wrapper(parameters(settings)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(sender.domain().to_owned()))
            .timeout(Some(settings.patience));
        if let Some((user, password)) = &settings.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
        }
        let named = format!("{}:{}", settings.host, settings.port);
        Ok(Self { transport: builder.build(), sender, named, patience: settings.patience })
    }

    pub(super) async fn carry(&self, mail: &Mail) -> Result<(), Undelivered> {
        let message = mail.message(&self.sender)?;
        // The library's own time-out is for connecting only. What a server took and did not say so is sent again, with
        // the same Message-ID.
        match tokio::time::timeout(self.patience, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.told(&error)),
            Err(_) => Err(Undelivered::passing(format!(
                "{} did not take the message within {} s",
                self.named,
                self.patience.as_secs()
            ))),
        }
    }

    /// A refusal for good is one of this message (RFC 5321, section 4.2.1); a refused sign-in is not.
    fn told(&self, error: &Error) -> Undelivered {
        let what = text::visible(&error.to_string()).into_owned();
        let code = error.status().map(u16::from);
        let of_sign_in = code.is_some_and(|code| matches!(code, 530 | 534 | 535 | 538));
        let text =
            text::clip(&format!("{}: {what}", self.named), limits::OUTBOX_ERROR_CHARS_MAX).into_owned();
        Undelivered { text, lasts: error.is_permanent() && !of_sign_in }
    }
}

fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, Fault> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.trusted {
        let shown = path.display();
        let pem = std::fs::read(path)
            .map_err(|error| Fault::input(format!("mail.trusted_file: cannot read `{shown}`: {error}")))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| {
            Fault::input(format!("mail.trusted_file: `{shown}` holds no certificate: {error}"))
        })?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| Fault::machine(format!("mail: no TLS to `{}`: {error}", settings.host)))
}
