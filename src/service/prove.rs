//! Proving oneself again inside a session: for a locked screen, and for what asks a fresh code.

use std::net::{IpAddr, Ipv4Addr};

use crate::actions;
use crate::actions::form::{FieldFault, FieldKind};
use crate::actions::request::{Beside, Request, Target};
use crate::authz::refusal::{Refusal, Rule};
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::text::folded;
use crate::credential::account::{AccountProof, SecondFactor};
use crate::credential::backup_code;
use crate::credential::password::broken_rules;
use crate::credential::source::Source;
use crate::credential::step::{Event, Guess, Used};
use crate::credential::totp::matching_step;
use crate::domain::operator::Actor;
use crate::domain::target::TargetId;
use crate::protocol::{Answer, Query, Reply, Trouble};
use crate::service::Service;

/// What resumes a locked screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// A fresh code of the second factor.
    Code,
    /// The password, without a second factor.
    Password,
    /// Nothing can: the session ends instead.
    Nothing,
}

impl Service {
    /// What resumes the locked screen of an operator over SSH.
    pub async fn resumes(&self, actor: &Actor) -> Result<Resume, Fault> {
        let (second_factor, password) = self.gate.store.factors(actor.operator).await?;
        Ok(match (second_factor, password) {
            (true, _) => Resume::Code,
            (false, true) => Resume::Password,
            (false, false) => Resume::Nothing,
        })
    }

    /// Proves a code of the second factor: once per step, and wrong ones count. Sets `actor.code_at`.
    pub async fn prove_code(&self, actor: &mut Actor, code: Secret<String>) -> Result<(), Trouble> {
        let login = folded(&actor.login);
        let account = self.own_account(actor, &login).await?;
        let by_key = actor.proof.starts_with("key ");
        let (wrong, guess) = if by_key {
            (account.wrong.behind_key, Guess::CodeBehindKey)
        } else {
            (account.wrong.open, Guess::Code)
        };
        if wrong >= account.threshold {
            return Err(refused(
                "too many wrong codes: no code is taken any more",
                "ask an administrator to unlock you",
            ));
        }
        let (used, was_right) = match &account.second_factor {
            SecondFactor::Set { seed, last_step, backup_codes } => {
                let step = |last| matching_step(seed, code.expose(), self.now(), last).map(Used::TotpStep);
                let backup = backup_code::matching(code.expose(), backup_codes).map(Used::BackupCode);
                (step(*last_step).or(backup), step(None).or(backup).is_some())
            }
            SecondFactor::Exempt | SecondFactor::Due | SecondFactor::Missing => {
                return Err(refused(
                    "you have no second factor",
                    "confirm by typing the login (`--confirm LOGIN`)",
                ));
            }
        };
        let first = match used {
            Some(used) => self.gate.spend(actor.operator, used, &login).await?.0,
            None => false,
        };
        if first {
            actor.code_at = Some(self.now());
            return Ok(());
        }
        // A right code that was used already is no guess.
        if !was_right {
            self.count_wrong(actor, &login, guess).await?;
        }
        Err(refused("the code is wrong, or was used already", "wait for the next code and type that one"))
    }

    /// Checks and hashes a new password, proves a code, and then executes `request`, whose actor has the time of the code
    /// from then on.
    ///
    /// Of a password that breaks a rule [`Answer::Form`] tells, of a code that is not right [`Answer::Unproved`]; the request
    /// stays as if it had not been sent.
    pub async fn execute_proved(&self, request: &mut Request, beside: Beside) -> Answer {
        if let Some(password) = &beside.password
            && let Some(answer) = self.broken_password(request, password).await
        {
            return answer;
        }
        let proved = match beside.code {
            Some(code) => self.prove_code(&mut request.actor, code).await,
            None => Ok(()),
        };
        match proved {
            Ok(()) => {}
            Err(Trouble::Refused(refusal)) => return Answer::Unproved(refusal),
            Err(Trouble::Failed(fault)) => return Answer::Failed(fault),
        }
        if let Some(password) = beside.password {
            match self.gate.hash(source_of(&request.actor), password).await {
                Ok(hash) => request.password_hash = Some(Secret::new(hash)),
                Err(fault) => return Answer::Failed(fault),
            }
        }
        self.execute(request.clone()).await
    }

    /// What is answered to a password that may not be taken; `None` where it may.
    async fn broken_password(&self, request: &Request, password: &Secret<String>) -> Option<Answer> {
        let spec = actions::find(request.code)?;
        let field = spec.form.iter().find(|field| field.kind == FieldKind::NewPassword)?;
        // Whom one may not see has no login to hold it against; the gate refuses the request anyway.
        let profile = match &request.target {
            Target::Seen { id: TargetId::User(user), .. } => {
                self.ask(&request.actor, Query::UserById { user: *user }).await
            }
            Target::Named(named) => self.ask(&request.actor, Query::User { named: named.clone() }).await,
            Target::DoneSet { .. }
            | Target::Seen { .. }
            | Target::Directory
            | Target::Done { .. }
            | Target::Set(_) => return None,
        };
        let login = if let Reply::User(profile) = profile { profile.user.login } else { None };
        let login = login.unwrap_or_default();
        let broken = broken_rules(password.expose(), &login);
        let text = broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        (!broken.is_empty()).then_some(Answer::Form(FieldFault { field: field.name, text }))
    }

    /// Proves the password, for a screen locked without a second factor.
    pub async fn prove_password(&self, actor: &Actor, password: Secret<String>) -> Result<(), Trouble> {
        let login = folded(&actor.login);
        let account = self.own_account(actor, &login).await?;
        if account.wrong.open >= account.threshold {
            return Err(refused(
                "too many wrong passwords: none is taken any more",
                "ask an administrator to unlock you",
            ));
        }
        match self.gate.verify(source_of(actor), password, account.password_hash).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                self.count_wrong(actor, &login, Guess::Password).await?;
                Err(refused("the password is wrong", "type it again"))
            }
            Err(_busy) => {
                Err(Trouble::Failed(Fault::busy("too many sign-ins at once: try again in a moment")))
            }
        }
    }

    async fn own_account(&self, actor: &Actor, login: &str) -> Result<AccountProof, Trouble> {
        let account = self.gate.store.account(login.to_owned()).await?;
        if account.user == Some(actor.operator) {
            return Ok(account);
        }
        Err(refused("your login was changed meanwhile", "sign in again"))
    }

    async fn count_wrong(&self, actor: &Actor, login: &str, guess: Guess) -> Result<(), Fault> {
        let event = Event::Failed { login: login.to_owned(), user: Some(actor.operator), guess };
        self.gate.record(event, source_of(actor), login).await.map(drop)
    }
}

pub(super) fn refused(text: &str, satisfied_by: &str) -> Trouble {
    Trouble::Refused(Refusal::new(Rule::Guard, text, satisfied_by))
}

fn source_of(actor: &Actor) -> Source {
    Source::of(actor.source.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)))
}
