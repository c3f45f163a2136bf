//! A world for tests: a real store in a folder that goes away, a clock that stands, people in their places.
//!
//! The only file of the tests that speaks SQL to set things up: what no action makes yet (groups,
//! roles, statuses) is put there directly, everything else goes through the service.
#![allow(dead_code, reason = "each test binary uses the part that it needs")]

mod contents;

use std::path::{Path, PathBuf};

#[allow(unused_imports, reason = "each test binary uses the part that it needs")]
pub(crate) use contents::{Contents, differing, places};
use contents::{all_rows, shown};
use rusqlite::{Connection, params};
use wardroom::actions::request::{Request, Run, Target};
use wardroom::base::ids::UserId;
use wardroom::base::secret::Secret;
use wardroom::base::time::{Clock, Timestamp};
use wardroom::domain::import::UserRow;
use wardroom::domain::level::Level;
use wardroom::domain::operator::{Actor, Via};
use wardroom::domain::status::Status;
use wardroom::domain::user::Kind;
use wardroom::protocol::{Answer, Query, Reply};
use wardroom::service::Service;
use wardroom::service::import::Source;
use wardroom::store::Store;

/// The time of every world, 2026-05-14T09:41:57Z.
pub(crate) const NOW: Timestamp = Timestamp(1_778_751_717_000);

/// A store with whoever a test puts into it. Organisations `retail` and `cards` are there from the start.
#[derive(Debug)]
pub(crate) struct World {
    folder: PathBuf,
    /// Takes the folder away in the end; `None` where it is somebody else's.
    owned: Option<tempfile::TempDir>,
    runtime: tokio::runtime::Runtime,
    service: Option<Service>,
    /// The clock that the store reads.
    pub(crate) clock: Clock,
}

/// Somebody to put into a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Someone<'a> {
    pub(crate) login: &'a str,
    pub(crate) kind: Kind,
    pub(crate) level: Option<Level>,
    pub(crate) organisation: &'a str,
    /// Scope by key; `None` is the own organisation, and all for a master administrator.
    pub(crate) scope: Option<&'a [&'a str]>,
    pub(crate) group: Option<&'a str>,
    pub(crate) roles: &'a [&'a str],
    pub(crate) status: Status,
}

/// A customer of `retail`, active.
pub(crate) const CUSTOMER: Someone<'static> = Someone {
    login: "c.kim",
    kind: Kind::Customer,
    level: None,
    organisation: "retail",
    scope: None,
    group: None,
    roles: &[],
    status: Status::Active,
};

/// An administrator of `retail`.
pub(crate) const fn admin(login: &str, level: Level) -> Someone<'_> {
    Someone { login, kind: Kind::Admin, level: Some(level), ..CUSTOMER }
}

/// A member of staff of `retail` with roles.
pub(crate) const fn staff<'a>(login: &'a str, roles: &'a [&'a str]) -> Someone<'a> {
    Someone { login, kind: Kind::Staff, roles, ..CUSTOMER }
}

impl World {
    /// An empty store with two organisations and the master administrator `master`.
    pub(crate) fn new() -> Self {
        Self::within(tempfile::tempdir().unwrap())
    }

    /// The same in a folder that lies in memory, where the machine has one: for tests that write a hundred thousand times.
    pub(crate) fn in_memory() -> Self {
        Self::within(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap())
    }

    fn within(owned: tempfile::TempDir) -> Self {
        let clock = Clock::fixed(NOW);
        Store::create(&places(owned.path()), clock.clone()).unwrap().close();
        let mut world = Self::at(owned.path(), clock);
        world.owned = Some(owned);
        let connection = world.sql();
        for key in ["retail", "cards"] {
            connection
                .execute(
                    "INSERT INTO organisations (key, key_folded, display_name) VALUES (?1, ?1, ?1)",
                    [key],
                )
                .unwrap();
        }
        connection.execute("UPDATE state SET value = ?1 WHERE name = 'newest_time'", [NOW.0]).unwrap();
        drop(connection);
        world.add(admin("master", Level::Master));
        world
    }

    /// The world whose store lies in `folder`, which stays.
    pub(crate) fn at(folder: &Path, clock: Clock) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let store = Store::open(&places(folder), clock.clone()).unwrap();
        let service = Service::start(store, folder.join("keys"), 0).unwrap();
        Self { folder: folder.to_owned(), owned: None, runtime, service: Some(service), clock }
    }

    /// Another world with the same store: what happens there does not happen here.
    pub(crate) fn copy(&self) -> Self {
        let owned = tempfile::tempdir().unwrap();
        let (from, to) = (places(&self.folder), places(owned.path()));
        for place in [&to.database, &to.field_key] {
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        }
        std::fs::copy(&from.field_key, &to.field_key).unwrap();
        self.sql().execute("VACUUM INTO ?1", [to.database.to_str().unwrap()]).unwrap();
        Self {
            owned: Some(owned),
            ..Self::at(to.database.ancestors().nth(2).unwrap(), Clock::fixed(self.clock.now()))
        }
    }

    /// Closes the store with everything in its one file, and gives the folder in which it lies.
    pub(crate) fn close(mut self) -> Option<tempfile::TempDir> {
        self.service.take().unwrap().close();
        // Connections that close at the same moment may leave the log to the next one.
        drop(self.sql().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        self.owned.take()
    }

    /// The folder of store and keys.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The service.
    pub(crate) fn service(&self) -> &Service {
        self.service.as_ref().unwrap()
    }

    /// From now on the service asks this core.
    pub(crate) fn asks(&mut self, core: wardroom::core::Core) {
        let service = self.service.take().unwrap();
        self.service = Some(service.with_core(core));
    }

    /// Waits for `future`.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// A connection of the test's own to the file.
    pub(crate) fn sql(&self) -> Connection {
        let connection = Connection::open(places(&self.folder).database).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        connection
    }

    /// Puts somebody there, with an email of their own.
    pub(crate) fn add(&self, who: Someone<'_>) -> UserId {
        let connection = self.sql();
        let id = |table: &str, column: &str, name: &str| -> i64 {
            let sql = format!("SELECT id FROM {table} WHERE {column} = ?1");
            connection.query_row(&sql, [name], |row| row.get(0)).unwrap()
        };
        let all = who.level == Some(Level::Master);
        connection
            .execute(
                "INSERT INTO users (login, login_folded, kind, kind_before, category, first_name, last_name, name_folded,
                     organisation, group_id, level, scope_all, added, modified)
                 VALUES (?1, ?1, ?2, iif(?2 = 'admin', 'staff', NULL), iif(?2 = 'customer', 'personal', NULL), 'Ann', ?1,
                     ?1 || ' ann', ?3, ?4, ?5, ?6, ?7, ?7)",
                params![
                    who.login,
                    who.kind.word(),
                    id("organisations", "key", who.organisation),
                    who.group.map(|name| id("groups", "name", name)),
                    who.level.map(Level::code),
                    all,
                    NOW.0
                ],
            )
            .unwrap();
        let user = UserId(connection.last_insert_rowid());
        let address = format!("{}@bank.example", who.login);
        connection
            .execute(
                "INSERT INTO user_emails (user, type, address, is_primary) VALUES (?1, 'main', ?2, 1)",
                params![user.0, address],
            )
            .unwrap();
        connection
            .execute(
                "INSERT INTO user_phones (user, type, number, is_primary) VALUES (?1, 'main', '+447700904417', 1)",
                [user.0],
            )
            .unwrap();
        connection.execute("INSERT INTO credentials (user) VALUES (?1)", [user.0]).unwrap();
        for role in who.roles {
            connection
                .execute("INSERT INTO user_roles VALUES (?1, ?2)", [user.0, id("roles", "name", role)])
                .unwrap();
        }
        if who.level.is_some() && !all {
            for key in who.scope.unwrap_or(&[who.organisation]) {
                let organisation = id("organisations", "key", key);
                connection.execute("INSERT INTO user_scope VALUES (?1, ?2)", [user.0, organisation]).unwrap();
            }
        }
        self.put_into(user, who.status);
        user
    }

    /// Sets the one fact that shows `status`, and clears all others.
    pub(crate) fn put_into(&self, user: UserId, status: Status) {
        let set = match status {
            Status::Inactive => "deactivated = 1",
            Status::LockedByAdmin => "locked_at = 5, locked_by = 'master', locked_reason = 'card lost'",
            Status::AutoLocked => "auto_locked_at = 5",
            Status::Provisioned => "onboarding_unfinished = 1",
            Status::Initial => "not_activated = 1",
            Status::AwaitingNewPassword => "password_due = 1",
            Status::Recovery => "reset_until = 1e15",
            Status::Active => "deactivated = 0",
        };
        let clear = "deactivated = 0, locked_at = NULL, locked_by = NULL, locked_reason = NULL, auto_locked_at = NULL,
             onboarding_unfinished = 0, not_activated = 0, password_due = 0, reset_until = NULL";
        let connection = self.sql();
        for set in [clear, set] {
            connection.execute(&format!("UPDATE users SET {set} WHERE id = ?1"), [user.0]).unwrap();
        }
    }

    /// Makes a role of an organisation, or of the institution.
    pub(crate) fn role(&self, name: &str, organisation: Option<&str>, rights: &[&str]) {
        let connection = self.sql();
        connection
            .execute(
                "INSERT INTO roles (name, organisation) SELECT ?1, (SELECT id FROM organisations WHERE key = ?2)",
                params![name, organisation],
            )
            .unwrap();
        let role = connection.last_insert_rowid();
        for right in rights {
            connection.execute("INSERT INTO role_rights VALUES (?1, ?2)", params![role, right]).unwrap();
        }
    }

    /// Makes a group, below `parent` or at the root.
    pub(crate) fn group(
        &self,
        name: &str,
        organisation: Option<&str>,
        parent: Option<&str>,
        rights: &[&str],
    ) {
        let connection = self.sql();
        connection
            .execute(
                "INSERT INTO groups (name, organisation, parent) SELECT ?1, (SELECT id FROM organisations WHERE key = ?2),
                     (SELECT id FROM groups WHERE name = ?3)",
                params![name, organisation, parent],
            )
            .unwrap();
        let group = connection.last_insert_rowid();
        for right in rights {
            connection.execute("INSERT INTO group_rights VALUES (?1, ?2)", params![group, right]).unwrap();
        }
    }

    /// Makes a platform account of an organisation.
    pub(crate) fn platform_account(&self, name: &str, organisation: &str) {
        let sql = "INSERT INTO platform_accounts (name, organisation) SELECT ?1, id FROM organisations WHERE key = ?2";
        self.sql().execute(sql, [name, organisation]).unwrap();
    }

    /// The number of the user with this login.
    pub(crate) fn id(&self, login: &str) -> UserId {
        let find = "SELECT id FROM users WHERE login = ?1";
        self.sql().query_row(find, [login], |row| row.get(0).map(UserId)).unwrap()
    }

    /// `login` at work on this machine.
    pub(crate) fn actor(&self, login: &str) -> Actor {
        Actor {
            operator: self.id(login),
            login: login.to_owned(),
            via: Via::Local,
            source: "test@here".to_owned(),
            proof: "local".to_owned(),
            session: None,
            code_at: None,
            has_second_factor: false,
        }
    }

    /// A request that fills in what every form asks.
    pub(crate) fn request(&self, actor: &str, code: &'static str, target: &str) -> Request {
        let answers = [
            ("reason", "the card was lost"),
            ("title", "Dr"),
            ("text", "called"),
            ("kind", "users"),
            ("file", "-"),
            ("field", "email"),
            ("view", "users"),
            ("format", "csv"),
            ("level", "UA"),
            ("roles", ""),
            ("accounts", "ledger"),
        ];
        Request {
            code,
            actor: self.actor(actor),
            target: if target.is_empty() { Target::Directory } else { Target::Named(target.to_owned()) },
            answers: answers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            password_hash: Some(Secret::new("made up".to_owned())),
            import: None,
            shown: Vec::new(),
            outside: Vec::new(),
            confirmed: target.to_owned(),
            run: Run::Real,
        }
    }

    /// A request to import something.
    pub(crate) fn import_request(&self, actor: &str) -> Request {
        self.request(actor, wardroom::actions::directory::import::SPEC.code, "")
    }

    /// Imports `rows` as `actor`.
    pub(crate) fn import(&self, actor: &str, rows: Vec<UserRow>) -> Answer {
        self.import_as(self.import_request(actor), rows)
    }

    /// Imports `rows` as `request` says.
    pub(crate) fn import_as(&self, request: Request, rows: Vec<UserRow>) -> Answer {
        self.wait(async { self.service().import(request, Source::Rows(rows), &[]).answer().await })
    }

    /// Executes a request.
    pub(crate) fn execute(&self, request: Request) -> Answer {
        self.wait(self.service().execute(request))
    }

    /// Asks a question as `login`.
    pub(crate) fn ask(&self, login: &str, query: Query) -> Reply {
        self.wait(self.service().ask(&self.actor(login), query))
    }

    /// The one value that `sql` selects, as text.
    pub(crate) fn value(&self, sql: &str) -> String {
        self.sql().query_row(sql, [], |row| Ok(shown(row.get_ref(0)?))).unwrap()
    }

    /// How many rows `table` has.
    pub(crate) fn rows(&self, table: &str) -> i64 {
        self.sql().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    /// Every row of every table.
    pub(crate) fn contents(&self) -> Contents {
        let connection = self.sql();
        let mut statement = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
            .unwrap();
        let tables = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        tables
            .map(|table| table.unwrap())
            .map(|table| (table.clone(), all_rows(&connection, &table)))
            .collect()
    }

    /// The status of `login` as the store shows it to a master administrator.
    pub(crate) fn status(&self, login: &str) -> Status {
        match self.ask("master", Query::User { named: login.to_owned() }) {
            Reply::User(profile) => profile.user.facts.status_at(self.clock.now()),
            other => panic!("no profile of {login}: {other:?}"),
        }
    }

    /// That the audit chain is whole.
    pub(crate) fn assert_chain(&self) {
        let verified = self.wait(self.service().audit_verify(&self.actor("master"), None)).unwrap();
        assert_eq!(verified.broken, None);
        assert_eq!(verified.entries, self.rows("audit"));
    }
}
