//! Operators made on this machine: the first one, and further ones for unattended set-up.

use russh::keys::ssh_key::{HashAlg, PublicKey};

use crate::base::fault::Fault;
use crate::base::secret::{Secret, random};
use crate::credential::argon::Arena;
use crate::credential::password::broken_rules;
use crate::credential::totp::Seed;
use crate::domain::contact::email_fault;
use crate::domain::new_operator::{NewOperator, SecondFactor};
use crate::service::Service;
use crate::store::{Event, Founding, Recorded};

/// What came of making an operator.
#[derive(Debug)]
pub enum Made {
    /// It was made; a second factor that was drawn here is shown once.
    Done {
        /// The id.
        user: crate::base::ids::UserId,
        /// To be shown once.
        seed: Option<Secret<Seed>>,
    },
    /// Something about it is not as it should be; nothing was made.
    Refused(String),
}

impl Service {
    /// Makes an operator; with an organisation when `first`.
    ///
    /// A password or a key is needed, or nobody could sign in.
    pub async fn make_operator(&self, new: NewOperator, first: bool) -> Result<Made, Fault> {
        let prepared = match prepare(new, first) {
            Ok(prepared) => prepared,
            Err(why) => return Ok(Made::Refused(why)),
        };
        let (founding, shown) = prepared;
        match self.gate.store.record(Event::Founded(Box::new(founding))).await? {
            Recorded::Operator(user) => Ok(Made::Done { user, seed: shown }),
            Recorded::Refused(why) => Ok(Made::Refused(why)),
            Recorded::Done
            | Recorded::Batch(_)
            | Recorded::People(_)
            | Recorded::Session(_)
            | Recorded::TrustedUntil(_)
            | Recorded::Key(_)
            | Recorded::Moved { .. }
            | Recorded::Account(_)
            | Recorded::Spent(..)
            | Recorded::Messages(_)
            | Recorded::Piece(_)
            | Recorded::Keyed(_)
            | Recorded::Wanted(..)
            | Recorded::More(_)
            | Recorded::JobGoesOn(_)
            | Recorded::Job(_) => Err(Fault::machine("an operator was made and no number came back")),
        }
    }
}

/// Checks everything that the store cannot, and does the slow work.
///
/// Returns what the store writes, and the seed when it was drawn here.
pub fn prepare(new: NewOperator, first: bool) -> Result<(Founding, Option<Secret<Seed>>), String> {
    if let Some(why) = email_fault(&new.email) {
        return Err(format!("email: {why}"));
    }
    let password_hash = match &new.password {
        Some(password) => Some(hash(password, &new.login)?),
        None => None,
    };
    let key = match new.ssh_key {
        Some(line) => {
            let key = PublicKey::from_openssh(&line.line)
                .map_err(|error| format!("the key is not a public key of OpenSSH: {error}"))?;
            Some((line, key.fingerprint(HashAlg::Sha256).to_string()))
        }
        None => None,
    };
    if password_hash.is_none() && key.is_none() {
        return Err(
            "a password or a key is needed, or nobody could sign in: --password-file or --ssh-key".to_owned()
        );
    }
    let (seed, shown) = match new.second_factor {
        SecondFactor::Make => {
            let seed = Seed::new(random());
            (Some(seed.clone()), Some(seed))
        }
        SecondFactor::Seed(bytes) => (Some(Seed::from_bytes(bytes.expose().clone())?), None),
        SecondFactor::Exempt => (None, None),
    };
    let founding = Founding {
        makes_organisation: first,
        organisation: new.organisation,
        login: new.login,
        email: new.email,
        level: new.level,
        scope: new.scope,
        role: new.role,
        group: new.group,
        password_hash,
        key,
        seed,
        source: local_source(),
    };
    Ok((founding, shown))
}

fn hash(password: &Secret<String>, login: &str) -> Result<String, String> {
    let broken = broken_rules(password.expose(), login);
    if broken.is_empty() {
        return Ok(Arena::new().hash(password, random()));
    }
    Err(broken.iter().map(|rule| format!("password: {rule}")).collect::<Vec<_>>().join("; "))
}

/// Who runs the program here: `user@host`, for the audit.
pub fn local_source() -> String {
    let uid = rustix::process::getuid().as_raw();
    let user = std::fs::read_to_string("/etc/passwd").ok().and_then(|accounts| name_of(&accounts, uid));
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("{}@{host}", user.unwrap_or_else(|| format!("uid {uid}")))
}

fn name_of(accounts: &str, uid: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn the_system_user_is_found_by_number() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n";
        assert_eq!(name_of(accounts, 1000).as_deref(), Some("ann"));
        assert_eq!(name_of(accounts, 7), None);
    }
}
