//! Before anything else: whoever has come in sets a password that is due, and a first second factor.

use crate::base::limits;
use crate::base::secret::{Secret, random};
use crate::base::text::folded;
use crate::credential::account::{MayEnter, Owes};
use crate::credential::backup_code;
use crate::credential::password::{Broken, broken_rules};
use crate::credential::source::Source;
use crate::credential::totp::{Seed, matching_step};
use crate::domain::operator::Entry;
use crate::protocol::Trouble;
use crate::service::Service;
use crate::service::prove::refused;
use crate::store::{Event, Recorded, SetUpStep};

impl Service {
    /// What `entry` owes now: nothing runs for it before that is set.
    ///
    /// Asked of the store for each program of a connection: the sign-in may be hours old.
    pub async fn owes(&self, entry: &Entry) -> Result<Owes, Trouble> {
        let account = self.gate.store.account(folded(&entry.login)).await?;
        if account.user != Some(entry.operator) {
            return Err(refused("your login was changed meanwhile", "sign in again"));
        }
        match &account.may_enter {
            MayEnter::No(why) => Err(refused(why, "")),
            MayEnter::Yes | MayEnter::OwingPassword | MayEnter::ByKeyOnly => Ok(account.owes()),
        }
    }

    /// Sets a password that is due, by the rules; refused in a sentence for its owner.
    pub async fn set_due_password(&self, entry: &Entry, password: Secret<String>) -> Result<(), Trouble> {
        let broken = broken_rules(password.expose(), &entry.login);
        if !broken.is_empty() {
            let words: Vec<String> = broken.iter().map(ToString::to_string).collect();
            return Err(refused(&words.join("; "), ""));
        }
        let source = Source::of(entry.source);
        let was = self.gate.store.account(folded(&entry.login)).await?.password_hash;
        let (last, past) = self.gate.store.past_passwords(entry.operator).await?;
        if self.gate.matches_any(source, password.clone(), past).await? {
            return Err(refused(&Broken::Used(last).to_string(), ""));
        }
        let hash = Secret::new(self.gate.hash(source, password).await?);
        self.set_up(entry, SetUpStep::Password { hash, was }).await
    }

    /// A seed for a second factor, which counts for nothing until a code of it is proved.
    pub fn new_seed(&self) -> Secret<Seed> {
        Seed::new(random())
    }

    /// Sets up the second factor of `seed`, if `code` is one of it; the backup codes come back, to be shown once.
    pub async fn set_second_factor(
        &self,
        entry: &Entry,
        seed: Secret<Seed>,
        code: &Secret<String>,
    ) -> Result<Vec<Secret<String>>, Trouble> {
        let Some(step) = matching_step(&seed, code.expose(), self.now(), None) else {
            return Err(refused(
                "the code is wrong",
                "type the six digits that the app shows now; the clock of the telephone must be right",
            ));
        };
        let (shown, backup_codes) = backup_code::fresh_set(&random_codes());
        self.set_up(entry, SetUpStep::Factor { seed, step, backup_codes }).await?;
        Ok(shown)
    }

    async fn set_up(&self, entry: &Entry, step: SetUpStep) -> Result<(), Trouble> {
        let recorded = self.gate.store.record(Event::SetUp { entry: entry.clone(), step }).await?;
        // Nothing else comes back of it.
        if let Recorded::Refused(why) = recorded { Err(refused(&why, "")) } else { Ok(()) }
    }
}

fn random_codes() -> [[u8; backup_code::BACKUP_CODE_BYTES]; limits::BACKUP_CODES] {
    std::array::from_fn(|_| random())
}
