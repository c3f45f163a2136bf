//! Templates of messages: read and checked once at the start, filled in when a message goes out.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::fault::Fault;
use crate::base::text;

/// The templates that the program brings, by name. A folder of the institution's own may replace each.
const STANDARD: &[(&str, &str)] = &[
    ("user_activated", include_str!("../../config/messages/user_activated.txt")),
    ("user_deactivated_for", include_str!("../../config/messages/user_deactivated_for.txt")),
    ("user_locked", include_str!("../../config/messages/user_locked.txt")),
    ("user_promoted", include_str!("../../config/messages/user_promoted.txt")),
    ("user_unlocked", include_str!("../../config/messages/user_unlocked.txt")),
];

/// What a template may name, in braces.
pub const NAMES: &[&str] = &["name", "login"];

/// Every template by its name, each whole.
#[derive(Clone, Debug)]
pub struct Templates(BTreeMap<&'static str, Template>);

#[derive(Clone, Debug)]
struct Template {
    subject: String,
    body: String,
}

impl Templates {
    /// The templates of the program, each replaced by `NAME.txt` of `folder` where that is there.
    ///
    /// A file that is no template (no subject, no body, a name in braces that no message has, an unclosed brace), or
    /// that has the name of no template, is a fault with file and line.
    pub fn read(folder: Option<&Path>) -> Result<Self, Fault> {
        let mut templates = BTreeMap::new();
        for (name, standard) in STANDARD {
            let file = format!("{name}.txt");
            templates.insert(*name, Template::parse(&file, standard)?);
        }
        if let Some(folder) = folder {
            for (path, text) in files(folder)? {
                let stem =
                    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                let shown = path.display().to_string();
                let Some((known, _)) = STANDARD.iter().find(|(known, _)| *known == stem) else {
                    let all: Vec<&str> = STANDARD.iter().map(|(known, _)| *known).collect();
                    return Err(Fault::input(format!(
                        "{shown}: no message has this name; there are {}",
                        all.join(", ")
                    )));
                };
                templates.insert(known, Template::parse(&shown, &text)?);
            }
        }
        Ok(Self(templates))
    }

    /// Whether there is one with this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Subject and body of `template` with `values` in it. A value is text of somebody's: what would break a line, hide
    /// or reorder is made visible.
    pub fn fill(
        &self,
        template: &str,
        values: &BTreeMap<String, String>,
    ) -> Result<(String, String), String> {
        let Some(found) = self.0.get(template) else {
            return Err(format!("no template `{}`", text::visible(template)));
        };
        Ok((filled(&found.subject, values)?, filled(&found.body, values)?))
    }
}

fn files(folder: &Path) -> Result<Vec<(std::path::PathBuf, String)>, Fault> {
    let failed = |error: std::io::Error| {
        Fault::input(format!("mail.templates: cannot read `{}`: {error}", folder.display()))
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| Fault::input(format!("cannot read `{}`: {error}", path.display())))?;
            files.push((path, text));
        }
    }
    files.sort();
    Ok(files)
}

impl Template {
    fn parse(file: &str, text: &str) -> Result<Self, Fault> {
        let text = text.replace("\r\n", "\n");
        let wrong = |line: usize, what: &str| Err(Fault::input(format!("{file} line {line}: {what}")));
        let Some((subject, body)) = text.split_once("\n\n") else {
            return wrong(1, "wanted `Subject: …`, an empty line, and the body");
        };
        let Some(subject) = subject.strip_prefix("Subject: ").filter(|subject| !subject.trim().is_empty())
        else {
            return wrong(1, "wanted `Subject: ` and a subject");
        };
        if subject.contains('\n') {
            return wrong(2, "the subject is one line, and behind it stands an empty one");
        }
        if body.trim().is_empty() {
            return wrong(3, "wanted a body");
        }
        for (number, line) in text.lines().enumerate() {
            if let Some(what) = unknown_name(line) {
                return wrong(number + 1, &what);
            }
        }
        Ok(Self { subject: subject.to_owned(), body: body.to_owned() })
    }
}

/// What is wrong with the braces of `line`.
fn unknown_name(line: &str) -> Option<String> {
    let mut rest = line;
    while let Some(open) = rest.find(['{', '}']) {
        let Some(inside) = rest[open..].strip_prefix('{') else { return Some("`}` without `{`".to_owned()) };
        let Some((name, behind)) = inside.split_once('}') else { return Some("`{` without `}`".to_owned()) };
        if !NAMES.contains(&name) {
            let known: Vec<String> = NAMES.iter().map(|known| format!("{{{known}}}")).collect();
            return Some(format!(
                "no message knows `{{{}}}`; there are {}",
                text::visible(name),
                known.join(", ")
            ));
        }
        rest = behind;
    }
    None
}

/// Fills in by one pass over the template, so that braces in a value mean nothing.
fn filled(template: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    let mut filled = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, inside)) = rest.split_once('{') {
        let (name, behind) = inside.split_once('}').ok_or("a brace is not closed")?;
        let value = values.get(name).ok_or_else(|| format!("nothing was kept for `{{{name}}}`"))?;
        filled.push_str(before);
        filled.push_str(&text::visible(value));
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_message_is_its_template_with_the_values_in_it_and_braces_in_a_value_mean_nothing() {
        let templates = Templates::read(None).unwrap();
        let values = values(&[("name", "Ann {login}\r\nBcc: all"), ("login", "ann")]);
        let (subject, body) = templates.fill("user_locked", &values).unwrap();
        assert_eq!(subject, "Your sign-in is locked");
        assert!(
            body.contains("Hello Ann {login}<U+000D><U+000A>Bcc: all,") && body.contains("of ann."),
            "{body}"
        );
    }

    #[test]
    fn a_value_that_is_missing_and_a_template_that_is_not_there_are_told() {
        let templates = Templates::read(None).unwrap();
        let told = templates.fill("user_locked", &values(&[("name", "Ann")])).unwrap_err();
        assert_eq!(told, "nothing was kept for `{login}`");
        assert_eq!(templates.fill("nothing", &BTreeMap::new()).unwrap_err(), "no template `nothing`");
    }

    #[test]
    fn a_template_of_the_institution_replaces_one_and_what_is_wrong_in_it_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let read = Templates::read(Some(folder.path()));
            std::fs::remove_file(path).unwrap();
            read
        };
        let own = read("user_locked.txt", "Subject: Gesperrt\n\nHallo {name}\n").unwrap();
        assert_eq!(own.fill("user_locked", &values(&[("name", "Ann")])).unwrap().0, "Gesperrt");
        for (name, text, told) in [
            ("user_locked.txt", "Subject: A\n\nHello {nmae}\n", "line 3: no message knows `{nmae}`"),
            ("user_locked.txt", "Subject: A\n\nHello {name\n", "line 3: `{` without `}`"),
            ("user_locked.txt", "Subject: A {x}\n\nHello\n", "line 1: no message knows `{x}`"),
            ("user_locked.txt", "Hello\n\nyou\n", "line 1: wanted `Subject: `"),
            ("user_locked.txt", "Subject: A\n", "line 1: wanted `Subject: …`"),
            ("user_loked.txt", "Subject: A\n\nHello\n", "no message has this name"),
        ] {
            let fault = read(name, text).unwrap_err();
            assert!(fault.text.contains(told), "{text:?}: {fault}");
        }
        let away = Templates::read(Some(&folder.path().join("away"))).unwrap_err();
        assert!(away.text.starts_with("mail.templates: cannot read"), "{away}");
    }
}
