//! Filling an empty store with a made-up institution: the whole of it, or nothing.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, params};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::authz::grants::RightSet;
use crate::base::fault::Fault;
use crate::base::ids::{BatchId, OrganisationId, UserId};
use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::text::folded;
use crate::credential::totp::Seed;
use crate::demo::Institution;
use crate::demo::person::{Entry, Person};
use crate::domain::audit::{Outcome, Record};
use crate::domain::import::ImportCounts;
use crate::domain::user::name_key;
use crate::store::batch::{self, Purpose};
use crate::store::connection::fault;
use crate::store::import_piece::Piece;
use crate::store::populate_person as person;
use crate::store::record::{Event, Recorded};
use crate::store::sealed_fields::{self, Marked};
use crate::store::sign_in::place_of;
use crate::store::user_keys::UserKeys;
use crate::store::writer::{Turn, Writing};
use crate::store::{Store, audit, carry_out};

/// A made-up institution, and what lets its operators in.
#[derive(Clone, Debug)]
pub struct Population {
    /// Who and what there is.
    pub institution: Institution,
    /// PHC string of the one password that all its operators share.
    pub password_hash: String,
    /// The second factor of those that have one.
    pub seed: Secret<Seed>,
    /// Who runs the program: system user and host.
    pub source: String,
}

/// A step of filling a store.
#[derive(Clone, Debug)]
pub enum Populating {
    /// Organisations, groups and roles; the batch that people go into comes back.
    Begin(Arc<Population>),
    /// People, at most `limits::DEMO_PIECE_USERS`: made up before the writer is asked for.
    People(Arc<Population>, BatchId, Vec<Person>),
    /// Everybody becomes visible at once.
    Show(Arc<Population>, BatchId),
}

impl Populating {
    /// What nobody sees waits behind what somebody waits for.
    pub(super) const fn turn(&self) -> Turn {
        match self {
            Self::People(..) => Turn::Behind,
            Self::Begin(_) | Self::Show(..) => Turn::Now,
        }
    }
}

impl Store {
    /// Fills the store with `population`, or says that somebody is there already. How many people are written is told
    /// now and then; nobody sees them before the last.
    pub async fn populate(&self, population: Population, tell: impl Fn(u32)) -> Result<Recorded, Fault> {
        let population = Arc::new(population);
        let step = |step| self.record(Event::Populated(step));
        let begun = step(Populating::Begin(Arc::clone(&population))).await?;
        let Recorded::Batch(batch) = begun else { return Ok(begun) };
        let size = population.institution.size();
        let mut keys = UserKeys::default();
        let mut next = made_up(&population, 0);
        for first in (0..size).step_by(limits::DEMO_PIECE_USERS as usize) {
            tell(first);
            let people =
                next.await.map_err(|_| Fault::machine("people could not be made up: see the log"))?;
            // The next ones while these are written.
            next = made_up(&population, first.saturating_add(limits::DEMO_PIECE_USERS));
            let people = Populating::People(Arc::clone(&population), batch, people);
            if let Recorded::Piece(Piece::Taken(_, of_new)) = step(people).await? {
                keys.extend(of_new);
            }
            self.room().await;
            if keys.is_full() || first.saturating_add(limits::DEMO_PIECE_USERS) >= size {
                self.write_made_up(batch, std::mem::take(&mut keys)).await?;
            }
        }
        tell(size);
        step(Populating::Show(population, batch)).await
    }

    async fn write_made_up(&self, batch: BatchId, keys: UserKeys) -> Result<(), Fault> {
        let taken = self.write_keys(batch, keys).await?;
        if taken.is_empty() { Ok(()) } else { Err(Fault::machine("two made-up people have one login")) }
    }
}

/// Makes up a piece of people from the index `first` on, on a thread of its own; nobody beyond the last.
fn made_up(population: &Arc<Population>, first: u32) -> JoinHandle<Vec<Person>> {
    let population = Arc::clone(population);
    tokio::task::spawn_blocking(move || {
        let institution = &population.institution;
        let end = institution.size().min(first.saturating_add(limits::DEMO_PIECE_USERS));
        (first..end).map(|index| institution.person(index)).collect()
    })
}

/// Writes a step, or says that somebody is there already.
pub(super) fn populate(writing: &Writing<'_>, step: &Populating) -> Result<Recorded, Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    match step {
        Populating::Begin(population) => {
            if !is_empty(connection).map_err(sql)? {
                return Ok(Recorded::Refused(
                    "the store is not empty: made-up people never stand beside others".to_owned(),
                ));
            }
            structure(connection, &population.institution).map_err(sql)?;
            let nobody = (UserId(0), "system");
            batch::begin(writing, Purpose::Demo, nobody, &[0; 32]).map(Recorded::Batch).map_err(sql)
        }
        Populating::People(population, batch, made_up) => people(writing, population, *batch, made_up),
        Populating::Show(population, id) => {
            let size = population.institution.size();
            match batch::load(connection, *id).map_err(sql)? {
                Some(batch) if batch.counts.created == u64::from(size) => {
                    tell(writing, population).and_then(|()| batch::show(connection, &batch)).map_err(sql)?;
                    Ok(Recorded::People(size))
                }
                Some(_) | None => Err(Fault::store("not all of the made-up people are there")),
            }
        }
    }
}

fn people(
    writing: &Writing<'_>,
    population: &Population,
    id: BatchId,
    made_up: &[Person],
) -> Result<Recorded, Fault> {
    let sql = |error| fault(&error);
    let (connection, institution) = (writing.connection, &population.institution);
    let Some(mut batch) = batch::load(connection, id).map_err(sql)? else {
        return Err(Fault::store("the made-up people were removed meanwhile"));
    };
    let mut marked: HashMap<OrganisationId, Marked> = HashMap::new();
    for plan in institution.organisations() {
        let id = plan.organisation.id;
        marked.insert(id, sealed_fields::marked(connection, id).map_err(sql)?);
    }
    let (nothing, before) = (Marked::default(), batch.counts.created);
    let mut keys = UserKeys::default();
    for mut made in made_up.iter().cloned() {
        let marked = marked.get(&made.user.organisation.id).unwrap_or(&nothing);
        let sealed = sealed_fields::taken(&mut made.user, marked);
        person::write(connection, &made, id).map_err(sql)?;
        let names = &made.user.names;
        let login = made.user.login.as_deref().map(folded);
        keys.add(made.user.id.0, login, name_key(&names.last, &names.first), 0);
        batch.add(made.user.id.0);
        for (field, value) in sealed {
            sealed_fields::set(writing, made.user.id, marked, &field, &value)?;
        }
        if let Some(entry) = &made.entry {
            let seed = if entry.second_factor {
                Some(writing.sealer.seal(&place_of(made.user.id), population.seed.expose().bytes())?)
            } else {
                None
            };
            credentials(connection, population, &made, entry, seed.as_deref()).map_err(sql)?;
        }
    }
    batch::save(connection, &batch).map_err(sql)?;
    let counts = ImportCounts { created: batch.counts.created - before, ..ImportCounts::default() };
    Ok(Recorded::Piece(Piece::Taken(counts, keys)))
}

/// Whether nobody was ever here: an audit without users is a store that somebody emptied. A demo that was cut off,
/// and removed, is nobody.
fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM users) AND NOT EXISTS (SELECT 1 FROM organisations)
            AND NOT EXISTS (SELECT 1 FROM groups) AND NOT EXISTS (SELECT 1 FROM roles)
            AND NOT EXISTS (SELECT 1 FROM audit WHERE action <> ?1)",
        [batch::REMOVED],
        |row| row.get(0),
    )
}

fn structure(connection: &Connection, institution: &Institution) -> rusqlite::Result<()> {
    for plan in institution.organisations() {
        let (id, key) = (plan.organisation.id.0, &plan.organisation.key);
        connection.execute(
            "INSERT INTO organisations (id, key, key_folded, display_name) VALUES (?1, ?2, ?3, ?4)",
            params![id, key, folded(key), plan.organisation.display_name],
        )?;
        for (contact, types) in [("email", plan.email_types), ("phone", plan.phone_types)] {
            for name in types {
                connection.execute(
                    "INSERT INTO organisation_contact_types VALUES (?1, ?2, ?3)",
                    params![id, contact, name],
                )?;
            }
        }
        for field in plan.encrypted {
            connection
                .execute("INSERT INTO organisation_encrypted_fields VALUES (?1, ?2)", params![id, field])?;
        }
        for (name, display_name) in plan.account_types {
            connection.execute(
                "INSERT INTO organisation_account_types (organisation, name, display_name) VALUES (?1, ?2, ?3)",
                params![id, name, display_name],
            )?;
        }
    }
    for plan in institution.accounts() {
        connection.execute(
            "INSERT INTO platform_accounts (id, organisation, name) VALUES (?1, ?2, ?3)",
            params![plan.id.0, plan.organisation.0, plan.name],
        )?;
    }
    grants(connection, institution)
}

fn grants(connection: &Connection, institution: &Institution) -> rusqlite::Result<()> {
    for plan in institution.groups() {
        let (organisation, parent) = (plan.organisation.map(|id| id.0), plan.parent.map(|id| id.0));
        connection.execute(
            "INSERT INTO groups (id, organisation, parent, name, description) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![plan.group.id.0, organisation, parent, plan.group.name, plan.description],
        )?;
        rights(connection, "INSERT INTO group_rights VALUES (?1, ?2)", plan.group.id.0, plan.rights)?;
    }
    for plan in institution.roles() {
        connection.execute(
            "INSERT INTO roles (id, organisation, name, description) VALUES (?1, ?2, ?3, ?4)",
            params![plan.role.id.0, plan.organisation.map(|id| id.0), plan.role.name, plan.description],
        )?;
        rights(connection, "INSERT INTO role_rights VALUES (?1, ?2)", plan.role.id.0, plan.rights)?;
    }
    Ok(())
}

fn rights(connection: &Connection, sql: &str, holder: i64, rights: RightSet) -> rusqlite::Result<()> {
    for right in rights.iter() {
        connection.prepare_cached(sql)?.execute(params![holder, right.code()])?;
    }
    Ok(())
}

/// One hash for all of them: a hash each would take minutes, and there is one password anyway.
fn credentials(
    connection: &Connection,
    population: &Population,
    made: &Person,
    entry: &Entry,
    sealed: Option<&[u8]>,
) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT INTO credentials (user, password_hash, password_set_at, totp_sealed, mfa_exempt)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                made.user.id.0,
                population.password_hash,
                population.institution.now().0,
                sealed,
                !entry.second_factor
            ],
        )
        .map(drop)
}

fn tell(writing: &Writing<'_>, population: &Population) -> rusqlite::Result<()> {
    let (connection, institution) = (writing.connection, &population.institution);
    let ends = [
        ("organisation", 1, institution.organisations().len()),
        ("group", 1, institution.groups().len()),
        ("role", 1, institution.roles().len()),
    ];
    for (kind, first, last) in ends {
        carry_out::changed(connection, kind, first, i64::try_from(last).unwrap_or(i64::MAX))?;
    }
    let record = Record {
        at: writing.now,
        actor: "system".to_owned(),
        via: "local".to_owned(),
        source: population.source.clone(),
        action: "store.demo".to_owned(),
        result: Outcome::Allowed.word().to_owned(),
        detail: json!({
            "users": institution.size(),
            "organisations": institution.organisations().len(),
            "groups": institution.groups().len(),
            "roles": institution.roles().len(),
            "seed": institution.seed(),
        })
        .to_string(),
        ..Record::default()
    };
    audit::append(connection, record).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{Clock, Timestamp};
    use crate::store::{Places, users};

    fn population() -> Population {
        Population {
            institution: Institution::generate(400, 7, Timestamp(1_780_000_000_000)),
            password_hash: "a hash".to_owned(),
            seed: Seed::new([1; 20]),
            source: "test".to_owned(),
        }
    }

    fn store(folder: &tempfile::TempDir) -> Store {
        let at = |name| folder.path().join(name);
        let places = Places { database: at("wardroom.db"), field_key: at("field.key") };
        Store::create(&places, Clock::fixed(Timestamp(1_780_000_000_000))).unwrap()
    }

    #[tokio::test]
    async fn everybody_is_read_back_as_they_were_made() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let written = store.populate(population(), |_| {}).await.unwrap();
        assert!(matches!(written, Recorded::People(400)));
        for person in population().institution.people() {
            let (id, now) = (person.user.id, Timestamp(1_780_000_000_000));
            let mut read =
                store.readers.ask(move |snapshot| users::load(snapshot, id)).await.unwrap().unwrap();
            let sealer = store.sealer.clone();
            let opened = store.readers.ask(move |snapshot| {
                sealed_fields::open(snapshot, &sealer, &mut read).unwrap();
                Ok(read)
            });
            let read = opened.await.unwrap();
            assert_eq!(read, person.user);
            assert_eq!(read.facts.status_at(now), person.user.facts.status_at(now));
        }
        let broken: Vec<String> = store
            .readers
            .ask(|snapshot| {
                snapshot
                    .prepare("PRAGMA foreign_key_check")?
                    .query_map([], |row| row.get::<_, String>(0))?
                    .collect()
            })
            .await
            .unwrap();
        assert!(broken.is_empty(), "{broken:?}");
        store.close();
    }

    #[tokio::test]
    async fn a_store_that_is_not_empty_stays_as_it_is_and_the_audit_verifies() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        store.populate(population(), |_| {}).await.unwrap();
        let head = store.audit_head().await.unwrap();
        let again = store.populate(population(), |_| {}).await.unwrap();
        assert!(matches!(again, Recorded::Refused(_)));
        assert_eq!(store.audit_head().await.unwrap(), head);
        let verified = store.readers.ask(crate::store::chain::whole).await.unwrap();
        assert_eq!((verified.entries, verified.broken), (1, None));
        store.close();
    }
}
