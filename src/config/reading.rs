//! Settings, read: every value with where it came from, and every mistake with its line or variable.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use toml::de::DeTable;
use toml::{Table, Value};

use crate::base::text;

const DEFAULT: &str = include_str!("../../config/default.toml");

/// What the name of a setting ends with where its value is nobody's to see.
const SECRETS: [&str; 3] = ["password", "secret", "token"];

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `config/default.toml`.
    Default,
    /// A file, and the line in it, from 1.
    File(String, usize),
    /// A variable of the environment.
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(file, line) => write!(f, "{file} line {line}"),
            Self::Variable(variable) => f.write_str(variable),
        }
    }
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file and line, or the variable.
    pub place: String,
    /// What is wrong, and what would be right.
    pub text: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// A setting as it is in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// `section.name`.
    pub name: String,
    /// The value as TOML writes it; `"(hidden)"` of a secret that is set.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// All settings, and what was wrong with them.
#[derive(Clone, Debug)]
pub struct Reading {
    settings: Table,
    origins: BTreeMap<String, Origin>,
    /// Every mistake, in the order of file and environment.
    pub mistakes: Vec<Mistake>,
    /// Variables that look like settings of this program and are none: not obeyed, and no mistake.
    pub ignored: Vec<String>,
}

impl Reading {
    /// Reads the defaults, then `file`, then `environment`.
    pub(super) fn of(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Self {
        let settings = DEFAULT.parse().expect("config/default.toml is TOML: a test reads it");
        let mut reading =
            Self { settings, origins: BTreeMap::new(), mistakes: Vec::new(), ignored: Vec::new() };
        if let Some(path) = file {
            let name = path.display().to_string();
            match std::fs::read_to_string(path) {
                Ok(text) => reading.take_file(&name, &text),
                Err(error) => reading.mistake(name, format!("cannot be read: {error}")),
            }
        }
        reading.take_environment(environment);
        reading
    }

    /// The settings as one table.
    pub(super) fn table(&self) -> Table {
        self.settings.clone()
    }

    /// Notes that the value of `name` cannot be, unless something is wrong with it already.
    pub(super) fn wrong(&mut self, name: &str, what: &str) {
        let place = self.origin(name).to_string();
        self.mistake(place, format!("{name}: {what}"));
    }

    /// Where the value of `name` came from.
    pub fn origin(&self, name: &str) -> Origin {
        self.origins.get(name).cloned().unwrap_or(Origin::Default)
    }

    /// Every setting, by section and name.
    pub fn settings(&self) -> Vec<Setting> {
        let mut all = Vec::new();
        for (section, values) in &self.settings {
            for (key, value) in values.as_table().into_iter().flatten() {
                let name = format!("{section}.{key}");
                let is_secret = SECRETS.iter().any(|secret| key.ends_with(secret));
                let is_set = value.as_str().is_none_or(|text| !text.is_empty());
                let value = if is_secret && is_set { "\"(hidden)\"".to_owned() } else { value.to_string() };
                all.push(Setting { origin: self.origin(&name), name, value });
            }
        }
        all
    }

    fn mistake(&mut self, place: String, text: String) {
        self.mistakes.push(Mistake { place, text });
    }

    fn take_file(&mut self, name: &str, text: &str) {
        let line_at = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let line = error.span().map_or(1, |span| line_at(span.start));
            self.mistake(format!("{name} line {line}"), error.message().to_owned());
        }
        // What could be read of a damaged file is looked at for further mistakes, and none of it taken.
        let whole = if errors.is_empty() { text.parse::<Table>().unwrap_or_default() } else { Table::new() };
        for (section, values) in document.get_ref() {
            let line = line_at(section.span().start);
            let section: &str = section.get_ref();
            let Some(values) = values.get_ref().as_table() else {
                let text = format!("`{section}` stands outside a section: wanted `[section]` above it");
                self.mistake(format!("{name} line {line}"), text);
                continue;
            };
            if !self.settings.contains_key(section) {
                let text = format!("no section `[{section}]`{}", self.nearest(None, section));
                self.mistake(format!("{name} line {line}"), text);
                continue;
            }
            for key in values.keys() {
                let origin = Origin::File(name.to_owned(), line_at(key.span().start));
                let key: &str = key.get_ref();
                let given = whole.get(section).and_then(|values| values.get(key)).cloned();
                self.take(section, key, given, origin);
            }
        }
    }

    fn take_environment(&mut self, environment: &BTreeMap<String, String>) {
        let mut given: Vec<(&String, &String)> =
            environment.iter().filter(|(name, _)| name.starts_with("WARDROOM_")).collect();
        for (section, values) in self.settings.clone() {
            let prefix = format!("WARDROOM_{}_", section.to_uppercase());
            for (variable, text) in given.extract_if(.., |(name, _)| name.starts_with(&prefix)) {
                let key = variable[prefix.len()..].to_lowercase();
                let origin = Origin::Variable(variable.clone());
                let known = values.get(&key);
                self.take(
                    &section,
                    &key,
                    Some(known.map_or(Value::from(text.as_str()), |like| as_kind_of(like, text))),
                    origin,
                );
            }
        }
        self.ignored = given.into_iter().map(|(name, _)| name.clone()).collect();
    }

    /// Takes `given` in the place of what was there; `None` only looks whether there is such a setting.
    fn take(&mut self, section: &str, key: &str, given: Option<Value>, origin: Origin) {
        let name = format!("{section}.{key}");
        let Some(before) = self.settings.get(section).and_then(|values| values.get(key)) else {
            let text = format!("no setting `{name}`{}", self.nearest(Some(section), key));
            return self.mistake(origin.to_string(), text);
        };
        let Some(given) = given else { return };
        if !before.same_type(&given) {
            let text = format!("{name}: must be {}, got `{}`", kind(before), shown(&given));
            return self.mistake(origin.to_string(), text);
        }
        if let Some(values) = self.settings.get_mut(section).and_then(Value::as_table_mut) {
            values.insert(key.to_owned(), given);
        }
        self.origins.insert(name, origin);
    }

    /// The nearest name, as a question: of a section, or of a setting in one.
    fn nearest(&self, section: Option<&str>, word: &str) -> String {
        let names: Vec<&str> = match section {
            None => self.settings.keys().map(String::as_str).collect(),
            Some(section) => {
                self.settings[section].as_table().into_iter().flatten().map(|(key, _)| key.as_str()).collect()
            }
        };
        text::nearest(word, names).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
    }
}

/// What a variable says, as the kind of value that the default is.
fn as_kind_of(like: &Value, given: &str) -> Value {
    let parsed = match like {
        Value::Integer(_) => given.parse().ok().map(Value::Integer),
        Value::Float(_) => given.parse().ok().map(Value::Float),
        Value::Boolean(_) => given.parse().ok().map(Value::Boolean),
        Value::Array(_) => {
            let parts = given.split(',').map(str::trim).filter(|part| !part.is_empty());
            Some(Value::Array(parts.map(Value::from).collect()))
        }
        Value::String(_) | Value::Datetime(_) | Value::Table(_) => None,
    };
    parsed.unwrap_or_else(|| Value::from(given))
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text in quotes",
        Value::Integer(_) => "a number",
        Value::Float(_) => "a number with a point",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a time",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
    }
}

fn shown(value: &Value) -> String {
    text::visible(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)).into_owned()
}
