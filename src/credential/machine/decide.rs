//! What follows from what the driver found out: each decision on an account loaded for it.

use super::{Awaited, Claim, Evidence, Proved, QUESTIONS, SignIn};
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::credential::account::{AccountProof, MayEnter, SecondFactor, ShownKey, Trust};
use crate::credential::arenas::Busy;
use crate::credential::backup_code;
use crate::credential::step::{Answer, Entry, Event, Guess, Step, Used, Way};
use crate::credential::totp::matching_step;

impl SignIn {
    /// The driver's answer to [`Step::LookUp`].
    pub fn found(&mut self, account: AccountProof, now: Timestamp) -> Step {
        let Awaited::Account(claim) = std::mem::take(&mut self.awaited) else {
            return self.hang_up();
        };
        match claim {
            Claim::Key(key) => self.judge_key(account, key),
            Claim::Password(password) => {
                // Whatever the account is, locked or barred, its password is verified: equal work.
                let hash = account.password_hash;
                self.awaited = Awaited::Verified { user: account.user, hash: hash.clone() };
                Step::VerifyPassword { password, hash }
            }
            Claim::Code(code) => self.judge_code(&account, &code, now),
        }
    }

    fn judge_key(&mut self, account: AccountProof, key: ShownKey) -> Step {
        let (Some(user), Some(trust)) = (account.user, account.recognised(&key)) else {
            return self.fail(account.user, Guess::Key);
        };
        if !account.key_way_open() {
            return self.fail(Some(user), Guess::Key);
        }
        match (&account.second_factor, trust) {
            (SecondFactor::Missing, Trust::WithCode) => self.fail(Some(user), Guess::Key),
            (SecondFactor::Set { .. }, Trust::WithCode) => {
                self.proved = Some(Proved { user, by: Evidence::Key(key) });
                Step::Answer(Answer::Partial { methods: QUESTIONS })
            }
            (SecondFactor::Exempt | SecondFactor::Due, Trust::WithCode) | (_, Trust::WithoutCode) => {
                self.enter(account, Way::Key(key), CodeProved::No)
            }
        }
    }

    /// The driver's answer to [`Step::VerifyPassword`].
    pub fn verified(&mut self, result: Result<bool, Busy>) -> Step {
        let Awaited::Verified { user, hash } = std::mem::take(&mut self.awaited) else {
            return self.hang_up();
        };
        match (result, user, hash) {
            (Ok(true), Some(user), Some(hash)) => {
                self.awaited = Awaited::PasswordProved(Proved { user, by: Evidence::PasswordHash(hash) });
                Step::Record(Event::PasswordProved { user })
            }
            (Ok(_), user, _) => self.fail(user, Guess::Password),
            // Nothing was verified, so nothing is counted on the account.
            (Err(Busy), _, _) => self.refuse(),
        }
    }

    fn judge_password(&mut self, account: AccountProof, proved: Proved) -> Step {
        // Decided on the account as it is after the hash, which took its time: guesses made side by side
        // on many connections gain nothing over those made one by one.
        if !proved.still_holds(&account) {
            return self.refuse();
        }
        match account.second_factor {
            SecondFactor::Missing => self.refuse(),
            SecondFactor::Set { .. } => {
                self.proved = Some(proved);
                Step::Answer(Answer::Partial { methods: QUESTIONS })
            }
            SecondFactor::Exempt | SecondFactor::Due => self.enter(account, Way::Password, CodeProved::No),
        }
    }

    fn judge_code(&mut self, account: &AccountProof, code: &Secret<String>, now: Timestamp) -> Step {
        let Some(proved) = self.proved.clone() else {
            return self.hang_up();
        };
        match matching(account, code, now).filter(|_| proved.still_holds(account)) {
            Some(used) => {
                let step = Step::Spend { user: proved.user, used };
                self.awaited = Awaited::Spent(proved);
                step
            }
            // Right, but used: refused, and no guess. Counting it would lock out who types one code into two windows.
            None if was_right(account, code, now) => self.refuse(),
            None => self.fail(Some(proved.user), proved.by.guess()),
        }
    }

    /// The driver's answer to [`Step::Spend`]: whether the code was used for the first time, and the account afterwards.
    pub fn spent(&mut self, first: bool, account: AccountProof) -> Step {
        let Awaited::Spent(proved) = std::mem::take(&mut self.awaited) else {
            return self.hang_up();
        };
        if first && proved.still_holds(&account) {
            return self.enter(account, proved.by.way(), CodeProved::JustNow);
        }
        // Another connection was first with the same code: as a used one.
        self.refuse()
    }

    /// The driver's answer to [`Step::Record`]: the account as it is after the event.
    pub fn recorded(&mut self, account: AccountProof) -> Step {
        match std::mem::take(&mut self.awaited) {
            Awaited::Refusal => self.refuse(),
            Awaited::PasswordProved(proved) => self.judge_password(account, proved),
            Awaited::TurnedAway { why, in_prompt: true } => self.farewell(why),
            Awaited::TurnedAway { why, in_prompt: false } => {
                self.farewell = Some(why);
                self.refuse()
            }
            Awaited::Entry(entry) => {
                self.over = true;
                Step::Answer(Answer::Accept(entry))
            }
            Awaited::Forgotten => self.link_is_on_its_way(),
            Awaited::Nothing
            | Awaited::Account(_)
            | Awaited::Verified { .. }
            | Awaited::Spent(_)
            | Awaited::Token(_) => self.hang_up(),
        }
    }

    /// All is proved that this account asks for. Only now may somebody be told that it is barred, and why.
    fn enter(&mut self, account: AccountProof, way: Way, code: CodeProved) -> Step {
        self.proved = None;
        let Some(user) = account.user else {
            return self.hang_up();
        };
        let code_proved = code == CodeProved::JustNow;
        if let MayEnter::No(why) = account.may_enter {
            self.awaited = Awaited::TurnedAway { why, in_prompt: code_proved };
            return Step::Record(Event::TurnedAway { user, way });
        }
        self.awaited = Awaited::Entry(Entry::Console { user, way: way.clone(), code_proved });
        Step::Record(Event::Succeeded { user, way })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CodeProved {
    No,
    JustNow,
}

impl Proved {
    /// Whether the evidence is still that of the account, and its way still open.
    fn still_holds(&self, account: &AccountProof) -> bool {
        account.user == Some(self.user)
            && match &self.by {
                Evidence::Key(key) => account.recognised(key).is_some() && account.key_way_open(),
                Evidence::PasswordHash(hash) => {
                    account.password_hash.as_ref() == Some(hash) && account.password_way_open()
                }
            }
    }
}

/// Whether `code` is one of the app's at `now`, used or not.
fn was_right(account: &AccountProof, code: &Secret<String>, now: Timestamp) -> bool {
    match &account.second_factor {
        SecondFactor::Set { seed, .. } => matching_step(seed, code.expose(), now, None).is_some(),
        SecondFactor::Exempt | SecondFactor::Due | SecondFactor::Missing => false,
    }
}

/// The code of the app or of the paper that `code` is.
fn matching(account: &AccountProof, code: &Secret<String>, now: Timestamp) -> Option<Used> {
    match &account.second_factor {
        SecondFactor::Set { seed, last_step, backup_codes } => {
            let step = matching_step(seed, code.expose(), now, *last_step).map(Used::TotpStep);
            let backup = backup_code::matching(code.expose(), backup_codes).map(Used::BackupCode);
            step.or(backup)
        }
        SecondFactor::Exempt | SecondFactor::Due | SecondFactor::Missing => None,
    }
}
