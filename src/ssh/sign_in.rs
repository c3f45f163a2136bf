//! Sign-in over the wire: what a client tries, and what the library answers.
//!
//! Who may come in is decided by the gate. Here is only what depends on SSH:
//! which signatures prove anything, how an answer is spelt in the protocol, and
//! how far the connection has come, for its deadline.

use std::time::Duration;

use russh::keys::{Algorithm, Certificate, PublicKey};
use russh::server::Auth;
use russh::{MethodKind, MethodSet};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::base::limits;
use crate::base::secret::Secret;
use crate::domain::operator::Entry;
use crate::service::gate::{Answer, Attempt, Method};

use super::house::Visit;

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Progress {
    /// Nothing is proved.
    Unproved,
    /// A first factor is proved.
    Proved,
    /// Signed in.
    SignedIn,
}

/// The connection is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HungUp;

/// One connection's sign-in.
#[derive(Debug)]
pub(super) struct SignIn<V> {
    visit: V,
    progress: watch::Sender<Progress>,
    rejection_floor: Duration,
    entry: Option<Entry>,
}

impl<V: Visit> SignIn<V> {
    /// Begins with nothing proved.
    pub(super) fn new(visit: V, progress: watch::Sender<Progress>, rejection_floor: Duration) -> Self {
        Self { visit, progress, rejection_floor, entry: None }
    }

    /// Who has signed in.
    pub(super) fn entry(&self) -> Option<&Entry> {
        self.entry.as_ref()
    }

    /// Answers a client that only asks.
    pub(super) async fn none(&mut self, user: &str) -> Result<Auth, HungUp> {
        self.answer(user, Attempt::None).await
    }

    /// Answers the offer of a key: whoever holds it may sign, known or not.
    ///
    /// A "no" would tell which keys are registered, and a certificate looks here like its bare key.
    pub(super) async fn offered(
        &mut self,
        user: &str,
        key: &PublicKey,
        with: &Algorithm,
    ) -> Result<Auth, HungUp> {
        // The gate first: it has a sentence for some keys that it never takes.
        let auth = self.answer(user, Attempt::Key { key: key.clone(), signed: false }).await?;
        Ok(if auth == Auth::Accept && !is_sound(with) { refused() } else { auth })
    }

    /// Answers a key whose owner has signed.
    pub(super) async fn proved(
        &mut self,
        user: &str,
        key: &PublicKey,
        with: &Algorithm,
    ) -> Result<Auth, HungUp> {
        if !is_sound(with) {
            return Ok(refused());
        }
        self.answer(user, Attempt::Key { key: key.clone(), signed: true }).await
    }

    /// Answers a certificate whose owner has signed. By which algorithm was looked at when it was offered, as a bare key.
    pub(super) async fn certified(&mut self, user: &str, certificate: &Certificate) -> Result<Auth, HungUp> {
        self.answer(user, Attempt::Certificate(Box::new(certificate.clone()))).await
    }

    /// Answers a password.
    pub(super) async fn password(&mut self, user: &str, password: &str) -> Result<Auth, HungUp> {
        let password = Secret::new(clipped(password).to_owned());
        self.floored(user, Attempt::Password(password)).await
    }

    /// Answers keyboard-interactive: `None` when it begins, then the responses.
    pub(super) async fn prompted(
        &mut self,
        user: &str,
        responses: Option<Vec<Secret<String>>>,
    ) -> Result<Auth, HungUp> {
        match responses {
            None => self.answer(user, Attempt::CodePrompt).await,
            Some(responses) => self.floored(user, Attempt::Code(responses)).await,
        }
    }

    /// Answers, and a "no" not before the floor.
    async fn floored(&mut self, user: &str, attempt: Attempt) -> Result<Auth, HungUp> {
        let earliest = Instant::now() + self.rejection_floor;
        let auth = self.answer(user, attempt).await;
        if !matches!(auth, Ok(Auth::Accept)) {
            sleep_until(earliest).await;
        }
        auth
    }

    async fn answer(&mut self, user: &str, attempt: Attempt) -> Result<Auth, HungUp> {
        let answer = self.visit.answer(clipped(user), attempt).await;
        if self.visit.has_proved() {
            self.advance(Progress::Proved);
        }
        match answer {
            Answer::ShowProof => Ok(Auth::Accept),
            Answer::Accept => Ok(self.accepted()),
            Answer::Partial { methods } => Ok(reject(methods, true)),
            Answer::Prompt { instructions, prompts } => Ok(prompt(instructions, prompts)),
            Answer::Reject { methods } => Ok(reject(methods, false)),
            Answer::HangUp => Err(HungUp),
        }
    }

    fn accepted(&mut self) -> Auth {
        self.entry = self.visit.entry();
        if self.entry.is_none() {
            tracing::error!("sign-in accepted nobody; refused");
            return refused();
        }
        self.advance(Progress::SignedIn);
        Auth::Accept
    }

    /// Goes forward, never back: the time for the second factor is given once.
    fn advance(&self, to: Progress) {
        self.progress.send_if_modified(|now| to > std::mem::replace(now, to.max(*now)));
    }
}

/// A "no" with the methods that go on: without them the library would strike the one that failed.
fn reject(methods: &[Method], partial_success: bool) -> Auth {
    let mut kinds = MethodSet::empty();
    for method in methods {
        kinds.push(match method {
            Method::PublicKey => MethodKind::PublicKey,
            Method::Password => MethodKind::Password,
            Method::KeyboardInteractive => MethodKind::KeyboardInteractive,
        });
    }
    Auth::Reject { proceed_with_methods: Some(kinds), partial_success }
}

/// A "no" to what no gate was asked about.
fn refused() -> Auth {
    reject(&[Method::PublicKey, Method::Password], false)
}

fn prompt(instructions: String, prompts: Vec<(String, bool)>) -> Auth {
    let prompts: Vec<_> = prompts.into_iter().map(|(text, shown)| (text.into(), shown)).collect();
    Auth::Partial { name: "".into(), instructions: instructions.into(), prompts: prompts.into() }
}

/// Whether a signature by this algorithm proves anything: not by SHA-1; not by FIDO keys, of
/// which the library does not tell whether they were touched (flags 0 pass); not by DSA, nor by what may yet come.
fn is_sound(algorithm: &Algorithm) -> bool {
    matches!(algorithm, Algorithm::Ed25519 | Algorithm::Ecdsa { .. } | Algorithm::Rsa { hash: Some(_) })
}

/// `text` cut to what could still match something.
pub(super) fn clipped(text: &str) -> &str {
    let mut end = text.len().min(limits::SIGN_IN_TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_by_sha1_by_untold_touch_and_by_dsa_prove_nothing() {
        use russh::keys::HashAlg;
        for sound in [Algorithm::Ed25519, Algorithm::Rsa { hash: Some(HashAlg::Sha256) }] {
            assert!(is_sound(&sound), "{sound:?}");
        }
        for unsound in [
            Algorithm::Rsa { hash: None },
            Algorithm::SkEd25519,
            Algorithm::SkEcdsaSha2NistP256,
            Algorithm::Dsa,
        ] {
            assert!(!is_sound(&unsound), "{unsound:?}");
        }
    }

    #[test]
    fn progress_goes_forward_only() {
        assert!(Progress::Unproved < Progress::Proved && Progress::Proved < Progress::SignedIn);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let name = "é".repeat(1_000);
        assert_eq!(clipped(&name).len(), limits::SIGN_IN_TEXT_BYTES_MAX);
        assert_eq!(clipped("a.kim"), "a.kim");
    }
}
