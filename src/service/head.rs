//! The signed head of the audit: kept elsewhere, it finds a cut or a rollback of the chain.
//!
//! An SSH signature (PROTOCOL.sshsig of OpenSSH) over a few plain lines, so that
//! `ssh-keygen -Y verify -n wardroom-audit-head` checks it as well.

use std::path::PathBuf;

use russh::keys::ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, SshSig};

use crate::base::fault::Fault;
use crate::base::secret::random;
use crate::directory::audit::AuditFilter;
use crate::domain::audit::{ChainPiece, Head, hex};
use crate::domain::operator::Actor;
use crate::protocol::{AuditFrom, Query, Reply, Trouble};
use crate::service::Service;
use crate::store::files;

const NAMESPACE: &str = "wardroom-audit-head";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";

/// What verifying the audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Entries that were read.
    pub entries: i64,
    /// Number of the last entry.
    pub head_seq: i64,
    /// Its hash, in hexadecimal.
    pub head_hash: String,
    /// What does not fit, and at which entry; `None` where everything does.
    pub broken: Option<(i64, String)>,
}

/// The chain as far as it is verified.
#[derive(Clone, Debug, Default)]
pub struct Verifying {
    entries: i64,
    last: Option<ChainPiece>,
}

impl Verifying {
    /// Entries that fit, and how many there are; 0 before the first piece.
    pub fn progress(&self) -> (i64, i64) {
        (self.entries, self.last.as_ref().map_or(0, |piece| piece.newest))
    }

    /// Whether all of it was read, or something does not fit.
    pub fn is_over(&self) -> bool {
        self.last.as_ref().is_some_and(|piece| piece.is_last || piece.broken.is_some())
    }

    fn reached(&self) -> Head {
        self.last.as_ref().map_or(Head::START, |piece| piece.head)
    }
}

impl Service {
    /// The head of the audit chain, signed: lines of text with the signature behind them.
    pub async fn audit_head(&self, actor: &Actor) -> Result<String, Trouble> {
        self.may_read_audit(actor).await?;
        let head = self.gate.store.audit_head().await?;
        let text = lines(&head, &self.now().rfc3339());
        let signature = self
            .signing_key()?
            .sign(NAMESPACE, HashAlg::Sha512, text.as_bytes())
            .and_then(|signature| signature.to_pem(LineEnding::LF))
            .map_err(|error| Fault::machine(format!("cannot sign the head: {error}")))?;
        Ok(format!("{text}{signature}\n"))
    }

    /// Verifies the whole chain, and against a signed head that was kept elsewhere.
    pub async fn audit_verify(&self, actor: &Actor, kept: Option<String>) -> Result<Verified, Trouble> {
        let mut verifying = Verifying::default();
        while !verifying.is_over() {
            self.verify_on(actor, &mut verifying).await?;
        }
        self.verified(verifying, kept).await
    }

    /// Verifies the next piece.
    pub async fn verify_on(&self, actor: &Actor, verifying: &mut Verifying) -> Result<(), Trouble> {
        let reply = self.ask(actor, Query::AuditChain { after: verifying.reached() }).await;
        if let Some(trouble) = reply.trouble() {
            return Err(trouble);
        }
        let Reply::AuditChain(piece) = reply else {
            return Err(Fault::machine("the answer is to another question").into());
        };
        verifying.entries += piece.entries;
        verifying.last = Some(piece);
        Ok(())
    }

    /// What verifying found in the end, also against a signed head that was kept elsewhere.
    pub async fn verified(&self, verifying: Verifying, kept: Option<String>) -> Result<Verified, Trouble> {
        let head = verifying.reached();
        let broken = verifying.last.and_then(|piece| piece.broken);
        let mut verified =
            Verified { entries: verifying.entries, head_seq: head.seq, head_hash: hex(&head.hash), broken };
        if let (None, Some(kept)) = (&verified.broken, kept) {
            verified.broken = self.against(&kept).await?;
        }
        Ok(verified)
    }

    async fn may_read_audit(&self, actor: &Actor) -> Result<(), Trouble> {
        let reply = self
            .ask(actor, Query::Audit { filter: AuditFilter::default(), from: AuditFrom::Before(1), rows: 1 })
            .await;
        reply.trouble().map_or(Ok(()), Err)
    }

    /// What does not fit between the stored chain and a head that was signed before.
    async fn against(&self, kept: &str) -> Result<Option<(i64, String)>, Trouble> {
        let Some((text, seq, hash)) = read(kept) else {
            return Err(
                Fault::input("the file is not a signed head: make one with `wardroom audit head`").into()
            );
        };
        let signature = kept[text.len()..].trim().parse::<SshSig>();
        let signed = signature.ok().is_some_and(|signature| {
            self.signing_key()
                .is_ok_and(|key| key.public_key().verify(NAMESPACE, text.as_bytes(), &signature).is_ok())
        });
        if !signed {
            return Ok(Some((seq, "the head's signature is not of this store's key".to_owned())));
        }
        Ok(match self.gate.store.audit_hash(seq).await? {
            None => Some((
                seq,
                format!("entry {seq} of the signed head is missing: the chain was cut or rolled back"),
            )),
            Some(found) if hex(&found) != hash => Some((
                seq,
                format!("entry {seq} is not the one of the signed head: the chain was written anew"),
            )),
            Some(_) => None,
        })
    }

    /// The key of this store, made the first time it is needed.
    fn signing_key(&self) -> Result<PrivateKey, Fault> {
        let path: PathBuf = self.keys.join("audit_ed25519");
        if !path.exists() {
            let seed = russh::keys::ssh_key::private::Ed25519Keypair::from_seed(&random());
            let key = PrivateKey::from(seed);
            debug_assert_eq!(key.algorithm(), Algorithm::Ed25519);
            let text = key
                .to_openssh(LineEnding::LF)
                .map_err(|error| Fault::machine(format!("cannot write the key of the audit: {error}")))?;
            files::write_new(&path, text.as_bytes())?;
        }
        let text = files::read_private(&path)?;
        PrivateKey::from_openssh(&text)
            .map_err(|error| Fault::store(format!("`{}` is not a key: {error}", path.display())))
    }
}

fn lines(head: &Head, at: &str) -> String {
    format!("wardroom audit head\nentry {}\nhash {}\nat {at}\n", head.seq, hex(&head.hash))
}

/// The signed text, and the entry and hash in it.
fn read(kept: &str) -> Option<(&str, i64, String)> {
    let text = &kept[..kept.find(BEGIN)?];
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    Some((text, value("entry ")?.parse().ok()?, value("hash ")?.to_owned()))
}
