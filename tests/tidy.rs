//! The house rules that a machine can check: layers, sizes, first lines, names, and where actions are named.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "what a test did not expect fails it"
)]

mod source;

use std::fs;
use std::path::{Path, PathBuf};

use source::Source;
use wardroom::actions;

/// Each layer and the ones it may use. A new arrow is a decision about the design, made here.
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("terminal", &["base"]),
    ("credential", &["base"]),
    ("domain", &["base"]),
    ("authz", &["base", "domain"]),
    ("actions", &["base", "domain", "authz"]),
    ("directory", &["base", "domain", "authz"]),
    ("protocol", &["base", "domain", "authz", "actions", "directory"]),
    // Carries what it is given: who waits for a message, and what became of it, is the service's business.
    ("outbound", &["base", "domain"]),
    ("core", &["base"]),
    ("demo", &["base", "credential", "domain", "authz"]),
    // Never store or service: what a screen knows arrives as a message.
    ("ui", &["base", "domain", "authz", "actions", "directory", "protocol"]),
    ("store", &["base", "credential", "domain", "authz", "actions", "directory", "protocol", "demo"]),
    (
        "service",
        &[
            "base",
            "credential",
            "domain",
            "authz",
            "actions",
            "directory",
            "protocol",
            "outbound",
            "core",
            "demo",
            "store",
        ],
    ),
    (
        "session",
        &[
            "base",
            "terminal",
            "credential",
            "domain",
            "authz",
            "actions",
            "directory",
            "protocol",
            "ui",
            "service",
        ],
    ),
    // Of the console only the key tables: `catalog keys` prints them.
    ("cli", &["base", "credential", "domain", "authz", "actions", "directory", "protocol", "ui", "service"]),
    // What stands behind a channel is a trait: the wire knows neither console nor words.
    ("ssh", &["base", "terminal", "credential", "domain", "service"]),
    ("door", &["base", "terminal", "domain", "protocol", "ui", "service", "session", "cli", "ssh"]),
    ("local", &["base", "terminal", "domain", "ui", "service", "session", "cli"]),
    ("config", &["base"]),
    ("telemetry", &["base"]),
    (
        "program",
        &[
            "base",
            "terminal",
            "credential",
            "domain",
            "actions",
            "protocol",
            "outbound",
            "core",
            "demo",
            "ui",
            "store",
            "service",
            "session",
            "cli",
            "ssh",
            "door",
            "local",
            "config",
            "telemetry",
        ],
    ),
];

/// Lines of a file, and of a function, at most.
const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "manager", "misc"];

/// Lists whose members happen to have names of actions, and why they may.
const NAMES_OF_THEIR_OWN: &[&str] = &[
    "authz/right.rs",          // rights: `user.lock` is one as well
    "domain/history_codes.rs", // codes of the history: likewise
    "demo/past.rs",            // made-up rows of the history
];

#[test]
fn each_layer_uses_only_the_layers_that_the_table_gives_it() {
    assert_clean(&rust_files("src"), |file, text| layer_faults(file, &Source::read(text)));
}

#[test]
fn modules_stand_in_lib_rs_in_the_order_in_which_they_may_use_each_other() {
    let code = Source::read(&fs::read_to_string(root().join("src/lib.rs")).unwrap()).code;
    let order: Vec<&str> =
        code.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(order.len() >= 10, "the modules of lib.rs were not found");
    let place = |layer: &str| order.iter().position(|module| *module == layer);
    for (layer, uses) in LAYERS {
        let above = uses.iter().filter(|used| place(used).zip(place(layer)).is_some_and(|(a, b)| a > b));
        assert_eq!(
            above.collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "below `{layer}` in lib.rs, and used by it"
        );
    }
}

#[test]
fn every_file_tells_its_reason_first_and_keeps_to_its_size() {
    let files: Vec<_> = ["src", "tests"].into_iter().flat_map(rust_files).collect();
    assert_clean(&files, shape_faults);
}

#[test]
fn no_code_outside_actions_names_an_action() {
    let files = rust_files("src");
    let test_files: Vec<String> = files.iter().flat_map(|(file, text)| test_only(file, text)).collect();
    let kept: Vec<_> = files
        .into_iter()
        .filter(|(file, _)| !file.starts_with("actions/") && !NAMES_OF_THEIR_OWN.contains(&file.as_str()))
        .filter(|(file, _)| !test_files.iter().any(|test| file.starts_with(test.as_str())))
        .collect();
    assert_clean(&kept, named_actions);
}

/// Files of the store that may look at users who are hidden, and why.
const SEES_HIDDEN: &[&str] = &[
    "store/archive.rs",       // takes a user away, by id
    "store/unsealed.rs",      // seals what is there, of hidden ones as well
    "store/batch.rs",         // removes them
    "store/import.rs",        // a login is unique among all
    "store/user_keys.rs",     // likewise
    "store/populate.rs",      // an empty store has nobody at all
    "store/sealed_fields.rs", // writes into users by id, hidden ones as well
    "store/migrate.rs",       // tables as they were
];

#[test]
fn whoever_reads_users_reads_those_who_exist() {
    let files = rust_files("src");
    let test_files: Vec<String> = files.iter().flat_map(|(file, text)| test_only(file, text)).collect();
    let kept: Vec<_> = files
        .into_iter()
        .filter(|(file, _)| file.starts_with("store/") && !SEES_HIDDEN.contains(&file.as_str()))
        .filter(|(file, _)| !test_files.iter().any(|test| file.starts_with(test.as_str())))
        .collect();
    assert_clean(&kept, reads_hidden);
}

fn reads_hidden(file: &str, text: &str) -> Vec<String> {
    let (source, _) = Source::read(text).without_tests();
    let reads = |literal: &str| {
        let words: Vec<&str> = literal.split_whitespace().collect();
        words
            .windows(2)
            .any(|pair| matches!(pair[0], "FROM" | "JOIN") && pair[1].trim_end_matches([')', ',']) == "users")
    };
    let found = source.literals.iter().filter(|(_, literal)| reads(literal));
    found
        .map(|(line, _)| format!("src/{file}:{line}: reads `users`; who exists is in `visible_users`"))
        .collect()
}

fn layer_faults(file: &str, source: &Source) -> Vec<String> {
    let own = layer_of(file);
    if own == "main" || own == "lib" {
        return Vec::new();
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == own) else {
        return vec![format!("src/{file}: no layer `{own}` in the table of tests/tidy.rs")];
    };
    let mut used = source.paths_from("crate");
    used.extend(source.paths_from("wardroom"));
    if file == format!("{own}.rs") || file == format!("{own}/mod.rs") {
        // Above a layer's own file stands the crate.
        let above = source.paths_from("super").into_iter();
        used.extend(above.filter(|(_, name)| LAYERS.iter().any(|(layer, _)| layer == name)));
    }
    let mut faults: Vec<String> = used
        .into_iter()
        .filter(|(_, name)| *name != own && !allowed.contains(&name.as_str()))
        .map(|(line, name)| format!("src/{file}:{line}: `{own}` may not use `{name}`"))
        .collect();
    let squeezed: String = source.code.split_whitespace().collect();
    if squeezed.contains("super::super") {
        faults.push(format!("src/{file}: `super::super`: begin the path at `crate`"));
    }
    faults
}

fn shape_faults(file: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.lines().next().is_none_or(|line| line.strip_prefix("//! ").is_none_or(|why| why.len() < 10)) {
        faults.push(format!("{file}: does not begin with `//!` and its reason to exist"));
    }
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        faults.push(format!("{file}: {lines} lines, at most {FILE_LINES_MAX}"));
    }
    for function in Source::read(text).functions() {
        if function.lines > FUNCTION_LINES_MAX {
            let (name, line, long) = (function.name, function.line, function.lines);
            faults.push(format!("{file}:{line}: `{name}` has {long} lines, at most {FUNCTION_LINES_MAX}"));
        }
    }
    let parts = Path::new(file).iter().filter_map(|part| part.to_str());
    for part in parts.map(|part| part.strip_suffix(".rs").unwrap_or(part)) {
        if EMPTY_NAMES.contains(&part) {
            faults.push(format!("{file}: `{part}` does not say what is inside"));
        }
    }
    faults
}

fn named_actions(file: &str, text: &str) -> Vec<String> {
    let (source, _) = Source::read(text).without_tests();
    let names = |literal: &str, code: &str| literal == code || literal.contains(&format!("'{code}'"));
    let mut faults = Vec::new();
    for (line, literal) in &source.literals {
        for spec in actions::ALL.iter().filter(|spec| names(literal, spec.code)) {
            faults.push(format!("src/{file}:{line}: names the action `{}`; read its declaration", spec.code));
        }
    }
    faults
}

/// Beginnings of the paths of modules that `text` declares for tests only.
fn test_only(file: &str, text: &str) -> Vec<String> {
    let (_, names) = Source::read(text).without_tests();
    let folder = match file.strip_suffix("/mod.rs") {
        Some(folder) => folder,
        None => file.strip_suffix(".rs").unwrap_or(file),
    };
    let at = |name: &String| if folder == "lib" { name.clone() } else { format!("{folder}/{name}") };
    names.iter().map(at).collect()
}

/// `store/mod.rs` and `protocol.rs` belong to `store` and `protocol`.
fn layer_of(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}

fn assert_clean(files: &[(String, String)], faults: impl Fn(&str, &str) -> Vec<String>) {
    assert!(!files.is_empty(), "no file was read");
    let found: Vec<String> = files.iter().flat_map(|(file, text)| faults(file, text)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under `folder`: its path (below `src`, or from the root for tests) and its text.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let start = root().join(folder);
    let below = if folder == "src" { start.clone() } else { root() };
    let (mut folders, mut files) = (vec![start], Vec::new());
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&below).unwrap().to_str().unwrap().to_owned();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// Every check, shown to bite on made-up files.
mod bites {
    use super::*;

    fn layers(file: &str, text: &str) -> Vec<String> {
        layer_faults(file, &Source::read(text))
    }

    #[test]
    fn a_layer_that_looks_up_is_named_however_it_writes_the_path() {
        for text in [
            "use crate::store::Store;",
            "pub use crate::store;",
            "use crate::{base::ids, store::{self, Store}};",
            "fn f() { let x = crate::store::open(); }",
            "fn f() { let x = 1; }\nuse wardroom::store::Store;",
            "fn f<'a>(x: &'a crate::store::Store) {}",
        ] {
            assert_eq!(layers("ui/list.rs", text).len(), 1, "{text}");
        }
        assert_eq!(layers("ui/mod.rs", "use super::store::Store;").len(), 1);
        assert!(layers("ui/list.rs", "use crate::store::Store;")[0].starts_with("src/ui/list.rs:1: `ui`"));
        assert_eq!(layers("plumbing/x.rs", "").len(), 1, "a layer that nobody declared");
    }

    #[test]
    fn what_is_allowed_or_only_said_is_no_fault() {
        for text in [
            "use crate::ui::parts;\nuse crate::{base, protocol::Query};",
            "// use crate::store\n/* crate::store::x /* crate::store */ */ pub(crate) fn f() {}",
            "const HINT: &str = \"crate::store::Store\"; const RAW: &str = r#\"a \" crate::store::x\"#;",
            "const QUOTE: char = '\"'; const BACK: char = '\\''; use crate::base; // \" crate::store::x",
        ] {
            assert_eq!(layers("ui/list.rs", text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn climbing_two_modules_up_is_found() {
        assert_eq!(layers("ui/parts/a.rs", "use super::super::route;").len(), 1);
        assert_eq!(layers("ui/parts/a.rs", "use super::route;").len(), 0);
    }

    #[test]
    fn sizes_first_lines_and_names_are_found() {
        let first = "//! A reason to exist.\n";
        let function =
            |lines: usize| format!("fn long() -> [u8; 2] {{\n{}}}\n", "    //\n".repeat(lines - 2));
        assert_eq!(
            shape_faults("src/a.rs", "fn f() {}"),
            ["src/a.rs: does not begin with `//!` and its reason to exist"]
        );
        assert_eq!(shape_faults("src/a.rs", "//!\nfn f() {}").len(), 1);
        assert_eq!(shape_faults("src/a.rs", &first.repeat(400)).len(), 0);
        assert_eq!(shape_faults("src/a.rs", &first.repeat(401)), ["src/a.rs: 401 lines, at most 400"]);
        assert_eq!(shape_faults("src/a.rs", &(first.to_owned() + &function(70))).len(), 0);
        let long = shape_faults("src/a.rs", &(first.to_owned() + &function(71)));
        assert_eq!(long, ["src/a.rs:2: `long` has 71 lines, at most 70"]);
        assert_eq!(shape_faults("src/ui/helpers.rs", first).len(), 1);
        assert_eq!(shape_faults("src/common/list.rs", first).len(), 1);
    }

    #[test]
    fn a_brace_in_text_or_in_a_character_does_not_end_a_function() {
        let text = "fn f() {\n    let a = \"}\";\n    let b = '}';\n    let c = \"\\\"}\";\n}\nfn g();\n";
        let functions = Source::read(text).functions();
        assert_eq!(functions.iter().map(|f| (f.name.as_str(), f.lines)).collect::<Vec<_>>(), [("f", 5)]);
    }

    #[test]
    fn a_reader_of_all_users_is_found_and_one_of_those_who_exist_is_not() {
        assert_eq!(reads_hidden("store/x.rs", "const Q: &str = \"SELECT 1 FROM users u\";").len(), 1);
        assert_eq!(reads_hidden("store/x.rs", "const Q: &str = \"SELECT 1 FROM a JOIN users ON\";").len(), 1);
        assert_eq!(reads_hidden("store/x.rs", "const Q: &str = \"SELECT 1 FROM visible_users u\";").len(), 0);
    }

    #[test]
    fn an_action_named_outside_its_folder_is_found_but_not_in_comments_or_tests() {
        assert_eq!(named_actions("ui/menu.rs", "fn f(code: &str) { code == \"user.lock\"; }").len(), 1);
        assert_eq!(named_actions("store/x.rs", "const Q: &str = \"WHERE action <> 'note.add'\";").len(), 1);
        for text in [
            "// \"user.lock\"",
            "const HINT: &str = \"user.lockers\";",
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    const CODE: &str = \"user.lock\";\n}\n",
        ] {
            assert_eq!(named_actions("ui/menu.rs", text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(test_only("ui/mod.rs", "#[cfg(test)]\nmod laws;"), ["ui/laws"]);
    }
}
