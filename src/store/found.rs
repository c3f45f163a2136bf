//! Making an operator on this machine: the first one with an organisation, and further ones without a screen.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use crate::base::fault::Fault;
use crate::base::ids::{OrganisationId, UserId};
use crate::base::secret::Secret;
use crate::base::text::folded;
use crate::credential::totp::Seed;
use crate::domain::audit::{Outcome, Record};
use crate::domain::level::Level;
use crate::domain::new_operator::{NamedScope, PublicKeyLine};
use crate::store::connection::fault;
use crate::store::record::Recorded;
use crate::store::sign_in::place_of;
use crate::store::standing::{self, Given};
use crate::store::writer::Writing;
use crate::store::{audit, carry_out};

/// An operator to make, with everything slow (the hash) done before.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Whether the organisation is made as well: the first operator of an empty store.
    pub makes_organisation: bool,
    /// Key of the organisation; the only one there is without it.
    pub organisation: Option<String>,
    /// The login.
    pub login: String,
    /// Primary email.
    pub email: String,
    /// The level; without one a role or a group gives the rights.
    pub level: Option<Level>,
    /// The scope that goes with it.
    pub scope: NamedScope,
    /// Name of a role.
    pub role: Option<String>,
    /// Name of a group.
    pub group: Option<String>,
    /// PHC string.
    pub password_hash: Option<String>,
    /// A public key, with its fingerprint.
    pub key: Option<(PublicKeyLine, String)>,
    /// The second factor; `None` exempts for good.
    pub seed: Option<Secret<Seed>>,
    /// Who runs the program: system user and host.
    pub source: String,
}

/// Makes the operator, or says why not.
pub(super) fn found(writing: &Writing<'_>, founding: &Founding) -> Result<Recorded, Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    let taken = connection
        .query_row("SELECT 1 FROM user_logins WHERE login_folded = ?1", [folded(&founding.login)], |_| Ok(()))
        .optional()
        .map_err(sql)?;
    if taken.is_some() {
        return Ok(Recorded::Refused(format!("the login `{}` is taken", founding.login)));
    }
    if founding.makes_organisation {
        make_organisation(connection, founding.organisation.as_deref().unwrap_or("main")).map_err(sql)?;
    }
    let organisation = match organisation(connection, founding.organisation.as_deref()).map_err(sql)? {
        Ok(organisation) => organisation,
        Err(why) => return Ok(Recorded::Refused(why)),
    };
    let given = match given(connection, founding, organisation).map_err(sql)? {
        Ok(given) => given,
        Err(why) => return Ok(Recorded::Refused(why)),
    };
    let user = insert(writing, founding, organisation, &given).map_err(sql)?;
    let sealed = match &founding.seed {
        Some(seed) => Some(writing.sealer.seal(&place_of(user), seed.expose().bytes())?),
        None => None,
    };
    credentials(writing, founding, user, sealed.as_deref()).map_err(sql)?;
    tell(writing, founding, user, organisation).map_err(sql)?;
    Ok(Recorded::Operator(user))
}

fn make_organisation(connection: &Connection, key: &str) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO organisations (key, key_folded, display_name) VALUES (?1, ?2, ?1)",
        params![key, folded(key)],
    )?;
    let id = connection.last_insert_rowid();
    for (contact, name) in [("email", "main"), ("email", "work"), ("phone", "main"), ("phone", "mobile")] {
        connection.execute(
            "INSERT INTO organisation_contact_types VALUES (?1, ?2, ?3)",
            params![id, contact, name],
        )?;
    }
    Ok(())
}

fn organisation(
    connection: &Connection,
    key: Option<&str>,
) -> rusqlite::Result<Result<OrganisationId, String>> {
    let mut statement = connection.prepare("SELECT id, key_folded, key FROM organisations ORDER BY id")?;
    let all: Vec<(i64, String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let found = match key {
        Some(key) => all.iter().find(|(_, known, _)| *known == folded(key)),
        None if all.len() == 1 => all.first(),
        None => None,
    };
    let keys = || all.iter().map(|(_, _, key)| key.as_str()).collect::<Vec<_>>().join(", ");
    Ok(found
        .map(|(id, ..)| OrganisationId(*id))
        .ok_or_else(|| format!("name one of the organisations: {}", keys())))
}

/// What is given besides the level.
struct GivenIds {
    role: Option<i64>,
    group: Option<i64>,
    /// `None` is all.
    scope: Option<Vec<OrganisationId>>,
}

fn given(
    connection: &Connection,
    founding: &Founding,
    organisation: OrganisationId,
) -> rusqlite::Result<Result<GivenIds, String>> {
    let mut given = GivenIds { role: None, group: None, scope: Some(vec![organisation]) };
    if let Some(name) = &founding.role {
        let Some(role) = standing::grantable(connection, Given::Role, name, organisation)? else {
            return Ok(Err(format!("no role `{name}` in that organisation")));
        };
        given.role = Some(role.id);
    }
    if let Some(name) = &founding.group {
        if founding.level == Some(Level::Master) {
            return Ok(Err("no master administrator is in a group".to_owned()));
        }
        let Some(group) = standing::grantable(connection, Given::Group, name, organisation)? else {
            return Ok(Err(format!("no group `{name}` in that organisation")));
        };
        given.group = Some(group.id);
    }
    match &founding.scope {
        NamedScope::Default if founding.level == Some(Level::Master) => given.scope = None,
        NamedScope::Default => {}
        NamedScope::All => given.scope = None,
        NamedScope::Only(keys) => {
            let mut list = Vec::new();
            for key in keys {
                match self::organisation(connection, Some(key))? {
                    Ok(id) => list.push(id),
                    Err(why) => return Ok(Err(why)),
                }
            }
            given.scope = Some(list);
        }
    }
    Ok(Ok(given))
}

fn insert(
    writing: &Writing<'_>,
    founding: &Founding,
    organisation: OrganisationId,
    given: &GivenIds,
) -> rusqlite::Result<UserId> {
    let connection = writing.connection;
    let (kind, before) = if founding.level.is_some() { ("admin", Some("staff")) } else { ("staff", None) };
    let all = founding.level.is_some() && given.scope.is_none();
    connection.execute(
        "INSERT INTO users (login, login_folded, kind, kind_before, organisation, group_id, level, scope_all, added, modified)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        params![
            founding.login,
            folded(&founding.login),
            kind,
            before,
            organisation.0,
            given.group,
            founding.level.map(Level::code),
            all,
            writing.now.0
        ],
    )?;
    let user = UserId(connection.last_insert_rowid());
    connection.execute(
        "INSERT INTO user_emails (user, type, address, is_primary) VALUES (?1, 'main', ?2, 1)",
        params![user.0, founding.email],
    )?;
    if let Some(role) = given.role {
        connection.execute("INSERT INTO user_roles (user, role) VALUES (?1, ?2)", params![user.0, role])?;
    }
    if founding.level.is_some() {
        for organisation in given.scope.iter().flatten() {
            connection.execute("INSERT INTO user_scope VALUES (?1, ?2)", params![user.0, organisation.0])?;
        }
    }
    Ok(user)
}

fn credentials(
    writing: &Writing<'_>,
    founding: &Founding,
    user: UserId,
    sealed: Option<&[u8]>,
) -> rusqlite::Result<()> {
    let now = writing.now.0;
    writing.connection.execute(
        "INSERT INTO credentials (user, password_hash, password_set_at, totp_sealed, mfa_exempt) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            user.0,
            founding.password_hash,
            founding.password_hash.as_ref().map(|_| now),
            sealed,
            founding.seed.is_none()
        ],
    )?;
    if let Some((key, fingerprint)) = &founding.key {
        writing.connection.execute(
            "INSERT INTO ssh_keys (user, fingerprint, line, comment, added_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![user.0, fingerprint, key.line, key.comment, now],
        )?;
    }
    Ok(())
}

fn tell(
    writing: &Writing<'_>,
    founding: &Founding,
    user: UserId,
    organisation: OrganisationId,
) -> rusqlite::Result<()> {
    let connection = writing.connection;
    connection.execute(
        "INSERT INTO history (user, code, at, actor, ip, detail) VALUES (?1, 'users.create', ?2, 'system', ?3, ?4)",
        params![user.0, writing.now.0, founding.source, "made on the machine of the store"],
    )?;
    carry_out::changed(connection, "user", user.0, user.0)?;
    let action = if founding.makes_organisation { "store.init" } else { "operators.add" };
    let record = Record {
        at: writing.now,
        actor: "system".to_owned(),
        via: "local".to_owned(),
        source: founding.source.clone(),
        action: action.to_owned(),
        target: founding.login.clone(),
        target_id: user.0,
        result: Outcome::Allowed.word().to_owned(),
        detail: json!({
            "level": founding.level.map(Level::code),
            "role": founding.role,
            "group": founding.group,
            "password": founding.password_hash.is_some(),
            "key": founding.key.as_ref().map(|(_, fingerprint)| fingerprint),
            "second_factor": if founding.seed.is_some() { "set" } else { "exempt for good" },
        })
        .to_string(),
        organisations: organisation.0.to_string(),
        ..Record::default()
    };
    audit::append(connection, record).map(drop)
}
