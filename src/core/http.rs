//! The core as a JSON service: `GET URL/people/CORE-ID` answers a person, or 404.

use std::io::Read as _;
use std::time::Duration;

use serde::Deserialize;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Error};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::secret::Secret;
use crate::core::{CorePerson, CoreSettings};

/// A JSON service at an address.
#[derive(Debug)]
pub(super) struct Http {
    agent: Agent,
    url: String,
    token: Option<Secret<String>>,
}

/// A person as the service tells it; whatever else it tells is not read.
#[derive(Deserialize)]
struct Told {
    core_id: String,
    open_accounts: u64,
}

impl Http {
    pub(super) fn new(settings: CoreSettings) -> Result<Self, Fault> {
        let url = settings.url.trim_end_matches('/').to_owned();
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if host.is_none_or(str::is_empty) {
            return Err(Fault::input(format!("core.url: must be https://HOST/PATH, got `{}`", settings.url)));
        }
        if settings.token.is_some() && !url.starts_with("https://") {
            return Err(Fault::input(
                "core.token_file: a token is never sent in the clear: core.url must be https",
            ));
        }
        let mut tls = TlsConfig::builder();
        if let Some(file) = &settings.trusted {
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates(file)?));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_millis(limits::CORE_PATIENCE_MS / 2)))
            // A redirect would carry ids of people to an address that nobody configured.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_idle_connections(limits::CORE_ASKED_AT_ONCE)
            .tls_config(tls.build())
            .user_agent("wardroom")
            .build();
        Ok(Self { agent: Agent::new_with_config(config), url, token: settings.token })
    }

    /// The person with this id, asked twice where the first try brings no answer at all.
    pub(super) fn person(&self, core_id: &str) -> Result<Option<CorePerson>, String> {
        match self.asked(core_id) {
            Err(Failed::OnTheWay(_)) => self.asked(core_id).map_err(Failed::told),
            answered => answered.map_err(Failed::told),
        }
    }

    fn asked(&self, core_id: &str) -> Result<Option<CorePerson>, Failed> {
        let url = format!("{}/people/{}", self.url, escaped(core_id));
        let mut request = self.agent.get(&url).header("accept", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {}", token.expose()));
        }
        let response = request.call().map_err(|error| Failed::of(&error))?;
        match response.status().as_u16() {
            200 => {}
            404 => return Ok(None),
            other => return Err(Failed::Answer(format!("it answered with the status {other}"))),
        }
        let mut body = Vec::new();
        let most = limits::CORE_ANSWER_BYTES_MAX;
        let mut reader = response.into_body().into_reader().take(most + 1);
        reader.read_to_end(&mut body).map_err(|_| Failed::OnTheWay("the connection broke off".to_owned()))?;
        if body.len() as u64 > most {
            return Err(Failed::Answer("its answer is too long".to_owned()));
        }
        let told: Told = serde_json::from_slice(&body)
            .map_err(|_| Failed::Answer("its answer cannot be understood".to_owned()))?;
        if told.core_id != core_id {
            return Err(Failed::Answer("it answered for somebody else".to_owned()));
        }
        Ok(Some(CorePerson { open_accounts: told.open_accounts }))
    }
}

/// Why there is no answer: on the way, where another try may help, or in the answer itself.
enum Failed {
    OnTheWay(String),
    Answer(String),
}

impl Failed {
    /// Of the library's error only its kind: its text may hold the address with the id in it.
    fn of(error: &Error) -> Self {
        let told = if matches!(error, Error::Timeout(_)) {
            "it does not answer"
        } else if matches!(error, Error::HostNotFound) {
            "its address is not known"
        } else if matches!(error, Error::Tls(_) | Error::Rustls(_)) {
            "its certificate is not trusted"
        } else if matches!(error, Error::Io(_) | Error::ConnectionFailed) {
            "it cannot be reached"
        } else {
            "it does not speak HTTP as expected"
        };
        Self::OnTheWay(told.to_owned())
    }

    fn told(self) -> String {
        match self {
            Self::OnTheWay(text) | Self::Answer(text) => text,
        }
    }
}

/// `text` as one segment of a path (RFC 3986 §3.3): whatever is not unreserved is escaped.
fn escaped(text: &str) -> String {
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let hex = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0').to_ascii_uppercase();
            path.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    path
}

fn certificates(file: &std::path::Path) -> Result<Vec<Certificate<'static>>, Fault> {
    let wrong = |what: String| Fault::input(format!("core.trusted_file: `{}`: {what}", file.display()));
    let text = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    let mut trusted = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            trusted.push(certificate);
        }
    }
    if trusted.is_empty() {
        return Err(wrong("holds no certificate".to_owned()));
    }
    Ok(trusted)
}
