//! Certificates of OpenSSH: whose they must be, and everything about them that the library leaves to us.
//!
//! It checks dates and the authority's signature; whether the authority is ours, the type, the principals, the critical
//! options, the address and the revocation list are looked at here. The files are read at every certificate, as sshd
//! does: what is revoked is revoked at once, and what cannot be read lets nobody in.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use russh::keys::Certificate;
use russh::keys::ssh_key::certificate::CertType;
use russh::keys::ssh_key::{Algorithm, HashAlg, PublicKey};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::network::Network;
use crate::base::text::{folded, visible};
use crate::base::time::Timestamp;
use crate::credential::account::Trust;

/// The one critical option that is understood; every other one refuses the certificate.
const SOURCE_ADDRESS: &str = "source-address";

/// How a binary revocation list of OpenSSH begins.
const KRL: &[u8] = b"SSHKRL\n\0";

/// The authorities whose certificates sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorities {
    /// Files with public keys, one a line.
    pub keys: Vec<PathBuf>,
    /// The file with what is revoked.
    pub revoked: Option<PathBuf>,
    /// Whether a code comes after a certificate.
    pub wants_code: bool,
}

/// Why a certificate is not taken: for the log of the server, never for who shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotTaken(pub(super) String);

/// One thing that is revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Revoked {
    /// A key, or all certificates of an authority: `SHA256:…`.
    Key(String),
    /// Certificates with these serial numbers.
    Serials(u64, u64),
    /// Certificates with this key id.
    Id(String),
}

impl Authorities {
    /// Reads all files once, so that a mistake in them stops the start and not a sign-in.
    pub async fn check(&self) -> Result<(), Fault> {
        self.authorities().await?;
        self.revoked().await.map(drop)
    }

    /// Whether `certificate` signs in `login` from `source` at `now`, and whether with a code.
    pub(super) async fn judge(
        &self,
        certificate: &Certificate,
        (login, source): (&str, IpAddr),
        now: Timestamp,
    ) -> Result<Trust, NotTaken> {
        let failed = |fault: Fault| NotTaken(fault.text);
        let authority = certificate.signature_key().fingerprint(HashAlg::Sha256).to_string();
        if !self.authorities().await.map_err(failed)?.contains(&authority) {
            return Err(NotTaken(format!("no authority of ours signed it: {authority}")));
        }
        self.revoked().await.map_err(failed)?.iter().try_for_each(|revoked| revoked.spares(certificate))?;
        stands_for_itself(certificate, (login, source), now)?;
        Ok(if self.wants_code { Trust::WithCode } else { Trust::WithoutCode })
    }

    /// Fingerprints of the authorities.
    async fn authorities(&self) -> Result<Vec<String>, Fault> {
        let mut found = Vec::new();
        for path in &self.keys {
            for (number, line) in lines(path).await? {
                let key = PublicKey::from_openssh(&line)
                    .map_err(|error| mistake(path, number, &format!("is no public key: {error}")))?;
                if !is_sound(&key.algorithm()) {
                    let text = "is of a kind that is not taken: ed25519, ECDSA or RSA is";
                    return Err(mistake(path, number, text));
                }
                found.push(key.fingerprint(HashAlg::Sha256).to_string());
            }
        }
        Ok(found)
    }

    async fn revoked(&self) -> Result<Vec<Revoked>, Fault> {
        let Some(path) = &self.revoked else { return Ok(Vec::new()) };
        let read = |(number, line): (usize, String)| {
            Revoked::parse(&line).ok_or_else(|| {
                let text = "is none of `SHA256:…`, a public key, `serial: N`, `serial: N-M`, `id: TEXT`";
                mistake(path, number, text)
            })
        };
        lines(path).await?.into_iter().map(read).collect()
    }
}

/// What a certificate says of itself: type, signature, time, principals, critical options.
fn stands_for_itself(
    certificate: &Certificate,
    (login, source): (&str, IpAddr),
    now: Timestamp,
) -> Result<(), NotTaken> {
    let refuse = |why: &str| Err(NotTaken(why.to_owned()));
    if certificate.cert_type() != CertType::User {
        return refuse("it is not a user's");
    }
    let by = certificate.signature().algorithm();
    if !is_sound(&by) || matches!(by, Algorithm::Rsa { hash: None }) {
        return refuse("its signature is of a kind that proves nothing (SHA-1)");
    }
    let seconds = u64::try_from(now.unix_seconds()).unwrap_or(0);
    if seconds < certificate.valid_after() || seconds >= certificate.valid_before() {
        return refuse("it is not valid at this time");
    }
    // Without principals it would be anybody's.
    if !certificate.valid_principals().iter().any(|principal| folded(principal) == folded(login)) {
        return refuse("it is not for this login");
    }
    for (option, value) in certificate.critical_options().iter() {
        if option != SOURCE_ADDRESS {
            return Err(NotTaken(format!("its critical option `{}` is not understood", visible(option))));
        }
        let networks: Option<Vec<Network>> = value.split(',').map(Network::parse).collect();
        if !networks.is_some_and(|networks| networks.iter().any(|network| network.holds(source))) {
            return refuse("it is not for this address");
        }
    }
    Ok(())
}

impl Revoked {
    fn parse(line: &str) -> Option<Self> {
        if let Some(serials) = line.strip_prefix("serial:") {
            let (first, last) = serials.split_once('-').unwrap_or((serials, serials));
            return Some(Self::Serials(first.trim().parse().ok()?, last.trim().parse().ok()?));
        }
        if let Some(id) = line.strip_prefix("id:") {
            return Some(Self::Id(id.trim().to_owned()));
        }
        if line.starts_with("SHA256:") {
            return Some(Self::Key(line.split_whitespace().next()?.to_owned()));
        }
        let key = PublicKey::from_openssh(line).ok()?;
        Some(Self::Key(key.fingerprint(HashAlg::Sha256).to_string()))
    }

    fn spares(&self, certificate: &Certificate) -> Result<(), NotTaken> {
        let is_of = |fingerprint: &str| {
            [certificate.public_key(), certificate.signature_key()]
                .iter()
                .any(|key| key.fingerprint(HashAlg::Sha256).to_string() == fingerprint)
        };
        let is_hit = match self {
            Self::Key(fingerprint) => is_of(fingerprint),
            Self::Serials(first, last) => (*first..=*last).contains(&certificate.serial()),
            Self::Id(id) => certificate.key_id() == id,
        };
        if is_hit { Err(NotTaken(format!("it is revoked: {self:?}"))) } else { Ok(()) }
    }
}

/// Kinds whose signatures prove something; RSA only by SHA-2, which is looked at where there is a signature.
fn is_sound(algorithm: &Algorithm) -> bool {
    matches!(algorithm, Algorithm::Ed25519 | Algorithm::Ecdsa { .. } | Algorithm::Rsa { .. })
}

/// The lines of a file that say something, with their numbers.
async fn lines(path: &Path) -> Result<Vec<(usize, String)>, Fault> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || lines_now(&path)).await;
    read.unwrap_or_else(|error| Err(Fault::machine(format!("reading a list of keys: {error}"))))
}

fn lines_now(path: &Path) -> Result<Vec<(usize, String)>, Fault> {
    let failed =
        |why: &dyn std::fmt::Display| Fault::input(format!("`{}` cannot be read: {why}", path.display()));
    let about = std::fs::metadata(path).map_err(|error| failed(&error))?;
    if !about.is_file() || about.len() > limits::KEY_LIST_BYTES_MAX {
        let most = limits::KEY_LIST_BYTES_MAX;
        return Err(failed(&format!("it is no file, or longer than {most} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
    if bytes.starts_with(KRL) {
        return Err(failed(
            &"it is a binary revocation list; list keys, serials and ids as text, one a line",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| failed(&"it is not text"))?;
    let said = text.lines().map(str::trim).enumerate();
    let said = said.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    Ok(said.map(|(at, line)| (at + 1, line.to_owned())).collect())
}

fn mistake(path: &Path, line: usize, text: &str) -> Fault {
    Fault::input(format!("`{}` line {line}: {text}", path.display()))
}
