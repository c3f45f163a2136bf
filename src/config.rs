//! Settings: the defaults, a file, the environment, in that order.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::base::fault::Fault;

const DEFAULT: &str = include_str!("../config/default.toml");

/// Every setting, as in `config/default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The institution.
    pub institution: Institution,
    /// The server.
    pub server: Server,
    /// A session.
    pub session: Session,
    /// The search.
    pub search: Search,
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
    /// An unknown setting, a value of the wrong kind or one out of range is a fault that names it.
    pub fn read(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Self, Fault> {
        let mut settings: toml::Table =
            DEFAULT.parse().map_err(|error| Fault::input(format!("config/default.toml: {error}")))?;
        if let Some(path) = file {
            let name = path.display();
            let text = std::fs::read_to_string(path)
                .map_err(|error| Fault::input(format!("cannot read `{name}`: {error}")))?;
            let given: toml::Table =
                text.parse().map_err(|error| Fault::input(format!("{name}: {error}")))?;
            merge(&mut settings, given).map_err(|what| Fault::input(format!("{name}: {what}")))?;
        }
        for (section, values) in &mut settings {
            let Some(values) = values.as_table_mut() else { continue };
            for (name, value) in values {
                let variable = format!("WARDROOM_{}_{}", section.to_uppercase(), name.to_uppercase());
                if let Some(given) = environment.get(&variable) {
                    *value = as_kind_of(value, given).ok_or_else(|| {
                        Fault::input(format!("{variable}: must be a number, got `{given}`"))
                    })?;
                }
            }
        }
        let config: Self = settings.try_into().map_err(|error| Fault::input(format!("settings: {error}")))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), Fault> {
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
                return Err(Fault::input(format!("{name}: must be {least} to {most}, got {value}")));
            }
        }
        Ok(())
    }
}

fn merge(settings: &mut toml::Table, given: toml::Table) -> Result<(), String> {
    for (section, values) in given {
        let known = settings.get_mut(&section).and_then(toml::Value::as_table_mut);
        let (Some(known), toml::Value::Table(values)) = (known, values) else {
            return Err(format!("no section `[{section}]`"));
        };
        for (name, value) in values {
            if known.insert(name.clone(), value).is_none() {
                return Err(format!("no setting `{section}.{name}`"));
            }
        }
    }
    Ok(())
}

fn as_kind_of(like: &toml::Value, given: &str) -> Option<toml::Value> {
    if like.is_integer() {
        given.parse().ok().map(toml::Value::Integer)
    } else {
        Some(toml::Value::String(given.to_owned()))
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
    fn what_is_unknown_or_out_of_range_is_named() {
        let said = |text: &str| read(text, &[]).unwrap_err().text;
        assert!(said("[server]\nlissten = \"x\"\n").contains("no setting `server.lissten`"));
        assert!(said("[severs]\n").contains("no section `[severs]`"));
        assert!(
            said("[session]\nidle_limit_s = 5\n").contains("session.idle_limit_s: must be 10 to 3600, got 5")
        );
        assert!(said("[server]\nhashes = \"two\"\n").contains("hashes"));
        assert!(
            read("", &[("WARDROOM_SERVER_HASHES", "two")])
                .unwrap_err()
                .text
                .contains("WARDROOM_SERVER_HASHES")
        );
    }
}
