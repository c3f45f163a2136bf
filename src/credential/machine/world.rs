//! For tests: accounts in memory, and the driver as `service/` is to write it.

use std::collections::BTreeMap;

use crate::base::ids::UserId;
use crate::base::limits::TOTP_STEP_S;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::credential::account::{
    AccountProof, Certificate, KeyKind, MayEnter, RegisteredKey, SecondFactor, ShownKey, WrongGuesses,
};
use crate::credential::arenas::Busy;
use crate::credential::machine::SignIn;
use crate::credential::step::{Answer, Attempt, Event, Guess, Step, Used, Way};
use crate::credential::token::TokenHash;
use crate::credential::totp::{Seed, code_of_step};

/// Everything outside the machine.
pub(super) struct World {
    pub(super) accounts: BTreeMap<String, AccountProof>,
    pub(super) now: Timestamp,
    pub(super) events: Vec<Event>,
    /// Names of the steps of the last attempt.
    pub(super) steps: Vec<&'static str>,
    pub(super) busy: bool,
    /// Another connection spends every code first.
    pub(super) outrun: bool,
    pub(super) live_token: Option<TokenHash>,
    nobody: AccountProof,
}

pub(super) const PASSWORD: &str = "tall ship 41";

impl World {
    /// `ann` has key, password and code; the test changes what it is about.
    pub(super) fn new() -> Self {
        let mut world = Self {
            accounts: BTreeMap::new(),
            now: Timestamp(1_000_000_000),
            events: Vec::new(),
            steps: Vec::new(),
            busy: false,
            outrun: false,
            live_token: None,
            nobody: AccountProof::unknown(),
        };
        world.add("ann", 1);
        world
    }

    /// An account with everything; its key is `key(number)`.
    pub(super) fn add(&mut self, login: &str, number: u8) -> &mut AccountProof {
        let second_factor =
            SecondFactor::Set { seed: Seed::new([number; 20]), last_step: None, backup_codes: Vec::new() };
        let account = AccountProof {
            user: Some(UserId(i64::from(number))),
            may_enter: MayEnter::Yes,
            password_hash: Some(format!("{number}:{PASSWORD}")),
            keys: vec![RegisteredKey { fingerprint: key(number).fingerprint, trusted: false }],
            second_factor,
            wrong: WrongGuesses::default(),
            threshold: 6,
        };
        self.accounts.entry(login.to_owned()).or_insert(account)
    }

    pub(super) fn ann(&mut self) -> &mut AccountProof {
        self.accounts.get_mut("ann").unwrap()
    }

    /// The code of `login` at this time; six zeros for whoever has none.
    pub(super) fn code(&self, login: &str) -> String {
        let step = u64::try_from(self.now.unix_seconds() / TOTP_STEP_S).unwrap();
        match self.accounts.get(login).map(|account| &account.second_factor) {
            Some(SecondFactor::Set { seed, .. }) => code_of_step(seed, step),
            Some(SecondFactor::Exempt | SecondFactor::Due | SecondFactor::Missing) | None => {
                "000000".to_owned()
            }
        }
    }

    pub(super) fn attempt(&mut self, sign_in: &mut SignIn, name: &str, attempt: Attempt) -> Answer {
        self.steps.clear();
        let mut step = sign_in.attempt(name, attempt);
        loop {
            step = match step {
                Step::LookUp { login } => {
                    self.steps.push("look up");
                    sign_in.found(self.load(&login), self.now)
                }
                Step::VerifyPassword { password, hash } => {
                    self.steps.push("verify");
                    let right = hash.is_some_and(|hash| hash.ends_with(&format!(":{}", password.expose())));
                    sign_in.verified(if self.busy { Err(Busy) } else { Ok(right) })
                }
                Step::Spend { user, used } => {
                    self.steps.push("spend");
                    let first = self.spend(user, used);
                    let account = self.load(&self.login_of(user));
                    sign_in.spent(first, account)
                }
                Step::CheckToken(hash) => sign_in.token_checked(self.live_token == Some(hash)),
                Step::Record(event) => {
                    self.steps.push("record");
                    let account = self.record(&event);
                    self.events.push(event);
                    sign_in.recorded(account)
                }
                Step::Answer(answer) => return answer,
            };
        }
    }

    fn load(&self, login: &str) -> AccountProof {
        self.accounts.get(login).cloned().unwrap_or_else(AccountProof::unknown)
    }

    fn login_of(&self, user: UserId) -> String {
        let mut logins = self.accounts.iter().filter(|(_, account)| account.user == Some(user));
        logins.next().map(|(login, _)| login.clone()).unwrap()
    }

    /// The account of `user`, or one of nobody.
    fn account_of(&mut self, user: UserId) -> &mut AccountProof {
        self.nobody = AccountProof::unknown();
        self.accounts.values_mut().find(|account| account.user == Some(user)).unwrap_or(&mut self.nobody)
    }

    fn spend(&mut self, user: UserId, code: Used) -> bool {
        if self.outrun {
            return false;
        }
        let SecondFactor::Set { last_step, backup_codes, .. } = &mut self.account_of(user).second_factor
        else {
            return false;
        };
        match code {
            Used::TotpStep(step) => last_step.replace(step).is_none_or(|last| last < step),
            Used::BackupCode(hash) => {
                let before = backup_codes.len();
                backup_codes.retain(|code| *code != hash);
                backup_codes.len() < before
            }
        }
    }

    fn record(&mut self, event: &Event) -> AccountProof {
        match event {
            Event::Failed { user: Some(user), guess, .. } => {
                let account = self.account_of(*user);
                match guess {
                    Guess::Password | Guess::Code => account.wrong.open += 1,
                    Guess::CodeBehindKey => account.wrong.behind_key += 1,
                    Guess::Key | Guess::Token => {}
                }
                if account.wrong.open >= account.threshold && account.may_enter == MayEnter::Yes {
                    account.may_enter = MayEnter::ByKeyOnly;
                }
                account.clone()
            }
            Event::Succeeded { user, way } => {
                let account = self.account_of(*user);
                match way {
                    Way::Key(_) => account.wrong.behind_key = 0,
                    Way::Password => account.wrong.open = 0,
                }
                account.clone()
            }
            Event::PasswordProved { user } | Event::TurnedAway { user, .. } => self.account_of(*user).clone(),
            Event::Failed { user: None, .. } | Event::Forgotten { .. } => AccountProof::unknown(),
        }
    }
}

pub(super) fn key(number: u8) -> ShownKey {
    ShownKey {
        kind: KeyKind::Other,
        fingerprint: format!("SHA256:{number}"),
        line: format!("ssh-ed25519 {number}"),
        certificate: Certificate::None,
        certified: String::new(),
    }
}

pub(super) fn password(text: &str) -> Attempt {
    Attempt::Password(Secret::new(text.to_owned()))
}

pub(super) fn respond(text: &str) -> Attempt {
    Attempt::Responses(vec![Secret::new(text.to_owned())])
}
