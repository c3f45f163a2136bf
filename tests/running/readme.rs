//! The README is true: its table of actions is the catalogue's, and what it tells to type is understood and does it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use wardroom::actions::spec::{Bulk, Needs, Undo};
use wardroom::actions::{self, Spec};
use wardroom::cli::understand::understand;
use wardroom::cli::words::Place;

/// What stands around the table.
const BEGIN: &str = "<!-- actions: written by the tests from the declarations -->\n";
const END: &str = "<!-- end of actions -->\n";

fn readme() -> String {
    fs::read_to_string(path()).unwrap()
}

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

/// The table as the declarations have it.
fn table() -> String {
    let mut table = String::from(
        "| action | what it does | upon | right | level | sets | undo |\n|---|---|---|---|---|---|---|\n",
    );
    for spec in actions::ALL {
        let Spec { code, title, risk, bulk, undo, right, .. } = *spec;
        let right = match right {
            Needs::Right(right) => right.code(),
            Needs::Own => "-",
        };
        let yes = |is_so: bool| if is_so { "yes" } else { "-" };
        let (bulk, undo) = (yes(*bulk == Bulk::Yes), yes(*undo != Undo::No));
        let (on, risk) = (spec.on(), risk.word());
        writeln!(table, "| `{code}` | {title} | {on} | `{right}` | {risk} | {bulk} | {undo} |").unwrap();
    }
    table.replace("`-`", "-")
}

#[test]
fn the_table_of_actions_is_that_of_the_catalogue() {
    let text = readme();
    let (before, rest) = text.split_once(BEGIN).expect("README.md holds the mark before the table");
    let (found, after) = rest.split_once(END).expect("README.md holds the mark behind the table");
    if found == table() {
        return;
    }
    // Written anew together with the golden frames, and looked at as they are.
    assert!(
        std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always"),
        "README.md tells other actions than are declared: run this with INSTA_UPDATE=always and look at the difference"
    );
    fs::write(path(), format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
}

/// The lines that are typed: those of the blocks for a shell, without what follows `#`.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut is_shell = false;
    for line in text.lines() {
        if let Some(language) = line.strip_prefix("```") {
            is_shell = language == "sh" && !is_shell;
        } else if is_shell && !line.trim().is_empty() {
            lines.push(line.split(" #").next().unwrap_or_default().trim().to_owned());
        }
    }
    lines
}

/// The words of a line of ours as they arrive; `None` for a line that is none.
fn words(line: &str) -> Option<(Vec<String>, Place)> {
    let typed = [" > ", " < ", " | "].iter().fold(line, |line, sign| line.split(sign).next().unwrap_or(line));
    let words = shlex::split(typed)?;
    match words.first()?.as_str() {
        "wardroom" => Some((words[1..].to_vec(), Place::Here)),
        "ssh" => {
            let host = words.iter().position(|word| word.contains('@') || word == "HOST")?;
            // The other end splits once more.
            let sent = shlex::split(&words[host + 1..].join(" "))?;
            (!sent.is_empty()).then_some((sent, Place::Ssh))
        }
        _ => None,
    }
}

#[test]
fn every_line_that_it_tells_to_type_is_understood() {
    let mut count = 0;
    for line in lines(&readme()) {
        let Some((words, place)) = words(&line) else { continue };
        if words.first().is_some_and(|word| word == "open" || word == "plain") {
            continue;
        }
        if let Err(unsaid) = understand(&words, place) {
            panic!("`{line}`: {}", unsaid.text);
        }
        count += 1;
    }
    assert!(count > 20, "only {count} lines were found");
}

/// Lines that need what a test does not have: a server, another machine, a store that is not there yet; or that do not end.
const NOT_TRIED: [&str; 8] = ["init", "operators", "serve", "follow", "restore", "import", "health", "demo"];

#[test]
fn what_it_tells_to_type_is_done_on_a_made_up_institution() {
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_wardroom"));
    let paths = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let run = |line: &str| {
        Command::new("sh")
            .args(["-c", line])
            .env("PATH", &paths)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    assert!(run("wardroom demo --users 200").status.success());
    for line in lines(&readme()) {
        let Some((words, Place::Here)) = words(&line) else { continue };
        if words.iter().any(|word| NOT_TRIED.contains(&word.as_str())) || words.is_empty() {
            continue;
        }
        let line = line.replace("--data DIR", "").replace("DIR/", "data/");
        let ran = run(&line);
        let said = String::from_utf8_lossy(&ran.stderr);
        // What the moment refuses is answered as well: nobody sits at S12 here.
        let is_answered = matches!(ran.status.code(), Some(0 | 3 | 4));
        assert!(is_answered, "`{line}`: {:?} {said}", ran.status.code());
    }
}
