//! Filling an empty store with a made-up institution, and telling how to sign in to it.
//!
//! The password and the second factor are drawn here and told once: a demo that listens on a network
//! has no secret that somebody could read in the source.

use crate::base::fault::Fault;
use crate::base::secret::{Secret, random};
use crate::credential::argon::Arena;
use crate::credential::base32::{Letters, grouped};
use crate::credential::totp::Seed;
use crate::demo::Institution;
use crate::service::Service;
use crate::service::abandoned::{self, Own};
use crate::service::operators::local_source;
use crate::store::{Population, Recorded};

/// The name that authenticator apps show beside the login.
const ISSUER: &str = "wardroom demo";

/// A made-up institution that was written, and how to sign in to it. To be shown once.
#[derive(Debug)]
pub struct Made {
    /// How many users there are.
    pub users: u32,
    /// The password of all `operators`.
    pub password: Secret<String>,
    /// Who can sign in, the master administrator first.
    pub operators: Vec<DemoOperator>,
    /// The line for an authenticator app of those of whom a code is asked.
    pub otpauth: Option<Secret<String>>,
}

/// An operator of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOperator {
    /// The login.
    pub login: String,
    /// What they are: level and scope, role or group.
    pub what: &'static str,
    /// How they sign in.
    pub sign_in: &'static str,
}

impl Service {
    /// Fills the store, which must be empty, with at least `users` made-up people drawn from `seed`.
    ///
    /// All operators share one password, hashed once; one of them is asked for a code, the others are
    /// exempt. A store that is not empty stays as it is, which is a fault of the input.
    pub async fn populate(&self, users: u32, seed: u64) -> Result<Made, Fault> {
        self.populate_telling(users, seed, |_| {}).await
    }

    /// The same; how many people are written so far is told to `tell`.
    ///
    /// Dropped before its end, it leaves what the next [`Service::remove_abandoned`] removes.
    pub async fn populate_telling(&self, users: u32, seed: u64, tell: impl Fn(u32)) -> Result<Made, Fault> {
        // What one before this was cut off in is nobody.
        abandoned::remove_all(&self.store, Own::UnderWay).await?;
        let institution = Institution::generate(users, seed, self.now());
        let (operators, with_code) = operators(&institution);
        // 80 bits in groups that are typed without a mistake.
        let letters = Letters::Crockford.encode(&random::<10>());
        let password = Secret::new(grouped(&letters, 4, "-"));
        let totp = Seed::new(random());
        let population = Population {
            institution,
            password_hash: Arena::new().hash(&password, random()),
            seed: totp.clone(),
            source: local_source(),
        };
        match self.store.populate(population, tell).await? {
            Recorded::People(users) => {
                let otpauth = with_code.map(|login| totp.expose().otpauth(ISSUER, &login));
                Ok(Made { users, password, operators, otpauth })
            }
            Recorded::Refused(why) => Err(Fault::input(why)),
            other @ (Recorded::Done
            | Recorded::Operator(_)
            | Recorded::Batch(_)
            | Recorded::Session(_)
            | Recorded::TrustedUntil(_)
            | Recorded::Key(_)
            | Recorded::Moved { .. }
            | Recorded::Account(_)
            | Recorded::Messages(_)
            | Recorded::Piece(_)
            | Recorded::Keyed(_)
            | Recorded::Wanted(..)
            | Recorded::More(_)
            | Recorded::Spent(..)
            | Recorded::JobGoesOn(_)
            | Recorded::Job(_)) => {
                Err(Fault::machine(format!("a made-up institution was written and {other:?} came back")))
            }
        }
    }
}

/// Who can sign in, and which of them is asked for a code.
fn operators(institution: &Institution) -> (Vec<DemoOperator>, Option<String>) {
    let mut with_code = None;
    let cast = institution.cast().filter_map(|person| {
        let (login, entry) = (person.user.login?, person.entry?);
        if entry.second_factor {
            with_code = Some(login.clone());
        }
        let sign_in = if entry.second_factor { "password and code" } else { "password" };
        Some(DemoOperator { login, what: entry.what, sign_in })
    });
    (cast.collect(), with_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{Clock, Timestamp};
    use crate::credential::account::{MayEnter, SecondFactor};
    use crate::credential::password::broken_rules;
    use crate::store::{Places, Store};

    async fn made() -> (tempfile::TempDir, Service, Made) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        let places = Places { database: at("wardroom.db"), field_key: at("field.key") };
        let store = Store::create(&places, Clock::fixed(Timestamp(1_780_000_000_000))).unwrap();
        let service = Service::start(store, folder.path().to_owned(), 0).unwrap();
        let made = service.populate(200, 1).await.unwrap();
        (folder, service, made)
    }

    #[tokio::test]
    async fn every_operator_that_is_told_can_sign_in_with_the_one_password() {
        let (_folder, service, made) = made().await;
        assert_eq!(broken_rules(made.password.expose(), &made.operators[0].login), []);
        let logins: Vec<_> = made.operators.iter().map(|operator| operator.login.as_str()).collect();
        assert_eq!(logins, ["m.okafor", "t.novak", "j.ito", "a.kim", "s.reyes", "d.haddad", "p.lindqvist"]);
        let mut hashes = Vec::new();
        for operator in &made.operators {
            let account = service.store.account(operator.login.clone()).await.unwrap();
            assert!(matches!(account.may_enter, MayEnter::Yes), "{}", operator.login);
            let has_code = matches!(account.second_factor, SecondFactor::Set { .. });
            assert_eq!(has_code, operator.sign_in == "password and code", "{}", operator.login);
            hashes.push(account.password_hash.unwrap());
        }
        assert!(Arena::new().verify(&made.password, hashes.first().map(String::as_str)));
        assert!(hashes.iter().all(|hash| *hash == hashes[0]));
    }

    #[tokio::test]
    async fn the_line_for_the_app_is_the_seed_that_is_asked_for() {
        let (_folder, service, made) = made().await;
        let account = service.store.account("t.novak".to_owned()).await.unwrap();
        let SecondFactor::Set { seed, .. } = account.second_factor else { panic!("a code is asked for") };
        assert_eq!(made.otpauth.unwrap(), seed.expose().otpauth(ISSUER, "t.novak"));
    }

    #[tokio::test]
    async fn a_second_institution_beside_the_first_is_refused() {
        let (_folder, service, _) = made().await;
        let fault = service.populate(200, 1).await.unwrap_err();
        assert!(fault.text.contains("not empty"), "{}", fault.text);
        let operator = service.actor_here(None).await.unwrap();
        assert_eq!(operator.login, "m.okafor");
    }
}
