//! Settings: the defaults, a file, the environment, in that order.

mod reading;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use serde::Deserialize;

use crate::base::fault::Fault;
use crate::base::network::Network;
pub use reading::{Mistake, Origin, Reading, Setting};

/// Every setting, as in `config/default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The institution.
    pub institution: Institution,
    /// The server.
    pub server: Server,
    /// Whom the wire believes.
    pub ssh: SshSettings,
    /// A session.
    pub session: Session,
    /// The search.
    pub search: Search,
    /// Mails.
    pub mail: MailSettings,
    /// The core.
    pub core: CoreAddress,
    /// The log.
    pub log: Log,
}

/// What this installation is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Production or UAT; set here only, never from a screen.
    pub environment: Environment,
}

/// Production, or user acceptance tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// The real one.
    Production,
    /// Sends nothing outside.
    Uat,
}

/// Limits of the server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// `ADDRESS:PORT`.
    pub listen: String,
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once that have not signed in.
    pub unproved_max: usize,
    /// The same for one source.
    pub unproved_per_source_max: usize,
    /// Seconds from accept to the first proved factor.
    pub first_proof_s: u64,
    /// Seconds from there to the second.
    pub second_proof_s: u64,
    /// Password hashes at once, each with 64 MiB.
    pub hashes: usize,
}

impl Server {
    /// Where to listen; `None` where it is no address.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }
}

/// Whom the wire believes. Empty text is none.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SshSettings {
    /// Files with public keys of authorities whose certificates sign in.
    pub certificate_authorities: Vec<String>,
    /// Whether a code comes after a certificate.
    pub certificate_code: bool,
    /// The file of revoked keys and certificates.
    pub revoked: String,
    /// Addresses that speak PROXY protocol v2.
    pub bastions: Vec<String>,
    /// Addresses without a cap of their own on connections not yet signed in.
    pub uncounted: Vec<String>,
}

impl SshSettings {
    /// The blocks of `list`, which were read before; what is none is left out.
    pub fn networks(list: &[String]) -> Vec<Network> {
        list.iter().filter_map(|text| Network::parse(text)).collect()
    }
}

/// Limits of a session.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Seconds without a key after which the screen locks.
    pub idle_limit_s: u64,
    /// Seconds after which the session ends.
    pub limit_s: u64,
}

/// Limits of the search.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// Most memory of the index, in MiB. Above it lists are read from the store.
    pub memory_max_mib: u64,
}

impl Search {
    /// The most memory of the index, in bytes.
    pub fn bytes_max(&self) -> usize {
        usize::try_from(self.memory_max_mib * 1024 * 1024).unwrap_or(usize::MAX)
    }
}

/// How mails go out. Empty text is none.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// By which way.
    pub send: MailWay,
    /// `Name <address>`, or an address.
    pub from: String,
    /// `HOST:PORT`.
    pub server: String,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// The user of the mail server.
    pub user: String,
    /// The file with the password.
    pub password_file: String,
    /// The file with certificates that are trusted too.
    pub trusted_file: String,
    /// The folder of the institution's own templates.
    pub templates: String,
}

/// By which way mails leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailWay {
    /// A file each, in the folder `spool` of the data directory.
    Spool,
    /// A mail server.
    Smtp,
}

/// How the connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// STARTTLS, and nothing without it.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None.
    Plain,
}

/// Where the institution's core is. Empty text is none.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoreAddress {
    /// `https://HOST/PATH`.
    pub url: String,
    /// The file with the token that the core wants.
    pub token_file: String,
    /// The file with the certificates that are trusted instead of the public authorities.
    pub trusted_file: String,
}

/// What the log tells.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A level, or levels per module.
    pub filter: String,
}

impl Config {
    /// Reads the defaults, then `file`, then `environment` (`WARDROOM_SERVER_LISTEN`, …).
    ///
    /// An unknown setting, a value of the wrong kind or one out of range is a fault that names it and its place.
    pub fn read(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Self, Fault> {
        let (reading, config) = Self::look(file, environment);
        match (config, reading.mistakes.first()) {
            (Some(config), None) => Ok(config),
            (_, Some(mistake)) => Err(Fault::input(mistake.to_string())),
            (None, None) => Err(Fault::input("the settings cannot be read: see `wardroom config check`")),
        }
    }

    /// Reads the same, and tells of every mistake. The settings come back where each has a value of its kind.
    pub fn look(file: Option<&Path>, environment: &BTreeMap<String, String>) -> (Reading, Option<Self>) {
        let mut reading = Reading::of(file, environment);
        let config = match reading.table().try_into::<Self>() {
            Ok(config) => {
                config.check(&mut reading);
                Some(config)
            }
            Err(error) => {
                // Kinds were compared already: what is left is a word that is none of those known.
                let told = error.to_string();
                let name = told.rsplit('`').nth(1).unwrap_or_default();
                reading.wrong(name, error.message());
                None
            }
        };
        (reading, config)
    }

    fn check(&self, reading: &mut Reading) {
        let ranges = [
            ("server.connections_max", self.server.connections_max as u64, 1, 100_000),
            ("server.unproved_max", self.server.unproved_max as u64, 1, 10_000),
            ("server.unproved_per_source_max", self.server.unproved_per_source_max as u64, 1, 10_000),
            ("server.first_proof_s", self.server.first_proof_s, 1, 600),
            ("server.second_proof_s", self.server.second_proof_s, 1, 600),
            ("server.hashes", self.server.hashes as u64, 1, 16),
            ("session.idle_limit_s", self.session.idle_limit_s, 10, 3600),
            ("session.limit_s", self.session.limit_s, 60, 86_400),
            ("search.memory_max_mib", self.search.memory_max_mib, 0, 1024 * 1024),
        ];
        for (name, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                reading.wrong(name, &format!("must be {least} to {most}, got {value}"));
            }
        }
        for (name, list) in [("ssh.bastions", &self.ssh.bastions), ("ssh.uncounted", &self.ssh.uncounted)] {
            for text in list.iter().filter(|text| Network::parse(text).is_none()) {
                reading.wrong(name, &format!("must be addresses or blocks (10.0.0.0/8), got `{text}`"));
            }
        }
        if self.server.address().is_none() {
            reading.wrong("server.listen", &format!("must be ADDRESS:PORT, got `{}`", self.server.listen));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, Fault> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("own.toml");
        std::fs::write(&path, text).unwrap();
        let environment =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::read(Some(&path), &environment)
    }

    #[test]
    fn a_file_beats_the_defaults_and_the_environment_beats_the_file() {
        let file = "[server]\nlisten = \"127.0.0.1:9\"\nhashes = 3\n";
        let config = read(file, &[("WARDROOM_SERVER_HASHES", "4")]).unwrap();
        assert_eq!((config.server.listen.as_str(), config.server.hashes), ("127.0.0.1:9", 4));
        assert_eq!(config.session.idle_limit_s, 900);
    }

    #[test]
    fn what_is_unknown_or_out_of_range_is_named_with_its_place() {
        let said = |text: &str| read(text, &[]).unwrap_err().text;
        assert!(
            said("[server]\nlissten = \"x\"\n")
                .ends_with("own.toml line 2: no setting `server.lissten`; did you mean `listen`?")
        );
        assert!(said("\n[severs]\n").ends_with("line 2: no section `[severs]`; did you mean `server`?"));
        assert!(
            said("[session]\nidle_limit_s = 5\n").contains("session.idle_limit_s: must be 10 to 3600, got 5")
        );
        assert!(
            said("[server]\nhashes = \"two\"\n")
                .ends_with("line 2: server.hashes: must be a number, got `two`")
        );
        assert!(
            said("[server]\n\nlisten = \"here\"\n").contains("line 3: server.listen: must be ADDRESS:PORT")
        );
        assert!(
            said("[institution]\nenvironment = \"prod\"\n").contains("line 2: institution.environment: ")
        );
        for variable in ["WARDROOM_SERVER_HASHES", "WARDROOM_SERVER_HASHSE"] {
            assert!(read("", &[(variable, "two")]).unwrap_err().text.starts_with(variable), "{variable}");
        }
    }

    #[test]
    fn every_mistake_is_told_not_only_the_first() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("own.toml");
        std::fs::write(&path, "[server]\nhashes = 99\nlissten = 1\n[session]\nlimit_s = true\n").unwrap();
        let environment = [("WARDROOM_SEARCH_MEMORY_MAX_MIB", "much"), ("WARDROOM_NO_SKIP", "1")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let (reading, _) = Config::look(Some(&path), &environment);
        let places: Vec<&str> =
            reading.mistakes.iter().map(|mistake| mistake.place.rsplit('/').next().unwrap()).collect();
        let wanted =
            ["own.toml line 3", "own.toml line 5", "WARDROOM_SEARCH_MEMORY_MAX_MIB", "own.toml line 2"];
        assert_eq!(places, wanted, "{:?}", reading.mistakes);
        assert_eq!(reading.ignored, ["WARDROOM_NO_SKIP"]);
        std::fs::write(&path, "[server\nhashes = 3\n[sessoin]\n").unwrap();
        let (reading, config) = Config::look(Some(&path), &BTreeMap::new());
        assert!(reading.mistakes[0].place.ends_with("line 1"), "{:?}", reading.mistakes);
        assert!(reading.mistakes.iter().any(|mistake| mistake.text.contains("[sessoin]")));
        assert_eq!(config.unwrap().server.hashes, 2, "nothing of a damaged file is taken");
    }

    #[test]
    fn each_setting_says_where_it_came_from_and_no_secret_is_shown() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("own.toml");
        std::fs::write(&path, "[server]\nhashes = 3\n").unwrap();
        let environment = BTreeMap::from([("WARDROOM_LOG_FILTER".to_owned(), "debug".to_owned())]);
        let (reading, _) = Config::look(Some(&path), &environment);
        let told = |name: &str| {
            let setting = reading.settings().into_iter().find(|setting| setting.name == name).unwrap();
            (setting.value, setting.origin.to_string())
        };
        assert_eq!(told("server.hashes"), ("3".to_owned(), format!("{} line 2", path.display())));
        assert_eq!(told("log.filter"), ("\"debug\"".to_owned(), "WARDROOM_LOG_FILTER".to_owned()));
        assert_eq!(told("session.limit_s"), ("43200".to_owned(), "default".to_owned()));
    }
}
