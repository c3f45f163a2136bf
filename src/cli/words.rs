//! The tree of words: what can be typed, here and over SSH, with its help.
//!
//! Words of actions are not written here: `action_words` grows them from the declarations.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};

use crate::actions;
use crate::base::limits;
use crate::cli::{action_words, jobs};

/// From where the words come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Typed on this machine.
    Here,
    /// Sent over SSH: no files of this machine, no other operator's name.
    Ssh,
}

/// First words that no login may have: a login that is one would be taken for a command.
pub static FIRST_WORDS: &[&str] = &[
    "account-id",
    "api-key",
    "approval",
    "approvals",
    "audit",
    "backup",
    "billpay",
    "catalog",
    "completions",
    "config",
    "core",
    "demo",
    "doctor",
    "email",
    "emulate",
    "enrollment",
    "export",
    "external-account",
    "forgot",
    "group",
    "groups",
    "health",
    "help",
    "history",
    "import",
    "init",
    "invite",
    "jobs",
    "join",
    "keys",
    "man",
    "message",
    "messages",
    "mfa",
    "note",
    "notes",
    "open",
    "operators",
    "org",
    "orgs",
    "outbox",
    "password",
    "pii",
    "plain",
    "restore",
    "role",
    "roles",
    "self",
    "serve",
    "sessions",
    "settings",
    "sms",
    "tags",
    "token",
    "transactions",
    "undo",
    "user",
    "users",
    "verify",
    "whoami",
    "why",
    "wardroom",
];

/// The whole tree, as it is at `place`.
pub fn tree(place: Place) -> Command {
    let mut root = Command::new("wardroom")
        .about("A console for managing users; the same words serve here and over SSH")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_colored_help(true)
        .subcommands([
            whoami(),
            users(),
            of_user("history", "What happened to a user"),
            of_user("notes", "Notes on a user"),
        ])
        .subcommands([import(), export(), audit(), jobs::words(), undo(), why(place), catalog()]);
    for spec in actions::ALL {
        root = action_words::grow(root, spec);
    }
    match place {
        Place::Here => root
            .subcommands([init(), operators(), keys(), demo(), serve()])
            .args(global())
            .arg(flag("demo", "Open a demo institution, made on the spot")),
        Place::Ssh => root.subcommand_required(true).arg_required_else_help(true),
    }
}

/// A word that only groups others.
pub(super) fn family(
    name: impl Into<clap::builder::Str>,
    about: impl Into<clap::builder::StyledStr>,
) -> Command {
    Command::new(name).about(about).subcommand_required(true).arg_required_else_help(true)
}

/// `--name`, present or not.
pub(super) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// `--name VALUE`.
pub(super) fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// `--json`.
pub(super) fn json() -> Arg {
    flag("json", "One JSON value per line")
}

pub(super) fn word(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).required(true).help(help)
}

fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).value_parser(value_parser!(PathBuf))
}

fn limit() -> Arg {
    option("limit", "N", "At most so many rows").value_parser(value_parser!(u64))
}

fn global() -> [Arg; 3] {
    [
        path("data", "DIR", "Where the store is").global(true),
        path("config", "FILE", "Settings that come before the default ones").global(true),
        option("as", "LOGIN", "Who acts; the first master administrator without it").global(true),
    ]
}

fn whoami() -> Command {
    Command::new("whoami").about("Login, level, scope, rights, and how you are signed in").arg(json())
}

fn users() -> Command {
    let list = Command::new("list")
        .about("Lists users; QUERY and --filter are the filter language of the screens")
        .args(query())
        .arg(
            option("sort", "COL[,-COL]", "One or two columns to sort by; -COL from the largest on")
                .allow_hyphen_values(true),
        )
        .arg(option("columns", "A,B", "Which columns, in which order"))
        .arg(limit())
        .args([
            json(),
            flag("csv", "CSV that an import reads back"),
            flag("table", "A table for people (default)"),
        ])
        .group(ArgGroup::new("shape").args(["json", "csv", "table"]));
    let show = Command::new("show")
        .about("One profile")
        .arg(word("user", "LOGIN|ID", "Login, id or TYPE:ID"))
        .arg(json());
    family("users", "List and show users").subcommands([list, show])
}

/// Who is meant.
fn query() -> [Arg; 2] {
    let words = Arg::new("query").value_name("QUERY").num_args(0..);
    [
        words.help("Words, fields (status:active), \"phrases\""),
        option("filter", "TEXT", "A further filter; may begin with `-`").allow_hyphen_values(true),
    ]
}

fn of_user(name: &'static str, about: &'static str) -> Command {
    let list = Command::new("list")
        .about("Newest first")
        .arg(word("user", "LOGIN|ID", "Login, id or TYPE:ID"))
        .args([limit(), json()]);
    family(name, about).subcommand(list)
}

fn import() -> Command {
    let users = Command::new("users")
        .about("Creates and updates users from a file; all rows or none")
        .arg(word("file", "FILE|-", "The file, or - for standard input"))
        .arg(
            option("format", "csv", "The format of the file")
                .value_parser(["csv", "json"])
                .default_value("csv"),
        )
        .args([option("code", "123456", "A fresh code of the second factor"), dry_run(), json()]);
    family("import", "Import from files").subcommand(users)
}

fn export() -> Command {
    let users = Command::new("users")
        .about("Writes users to standard output; an import reads the CSV back")
        .args(query())
        .arg(
            option("format", "csv|json", "CSV, or one JSON value per line")
                .value_parser(["csv", "json"])
                .default_value("csv"),
        )
        .arg(option("reason", "TEXT", "Why; it is in the audit (required)").allow_hyphen_values(true))
        .arg(dry_run());
    family("export", "Export to standard output").subcommand(users)
}

/// `--dry-run`.
pub(super) fn dry_run() -> Arg {
    flag("dry-run", "Say what would happen, write nothing")
}

fn audit() -> Command {
    let list = Command::new("list").about("Entries, newest first").args([limit(), json()]);
    let verify = Command::new("verify")
        .about("Checks that no entry was changed, removed or cut off")
        .args([option("head", "FILE", "A signed head kept elsewhere, or - for standard input"), json()]);
    let head = Command::new("head").about("The signed head: keep it elsewhere, for `audit verify --head`");
    family("audit", "The institution's record of what was tried").subcommands([list, verify, head])
}

fn undo() -> Command {
    Command::new("undo")
        .about("Takes back my last action, or the one with this audit number, within ten minutes")
        .arg(
            Arg::new("audit")
                .value_name("AUDIT-NUMBER")
                .value_parser(value_parser!(i64))
                .help("As the action told it; the last that can be undone without it"),
        )
        .arg(option("reason", "TEXT", "Reason, where the action asked for one").allow_hyphen_values(true))
        .args(consent())
}

/// What an action takes beside its form.
pub(super) fn consent() -> [Arg; 5] {
    [
        flag("yes", "Do it without asking"),
        option("code", "123456", "A fresh code of the second factor, from L3 on"),
        option("confirm", "LOGIN", "The login (of several: their number) instead of a code, from L3 on"),
        dry_run(),
        json(),
    ]
}

fn why(place: Place) -> Command {
    let why = Command::new("why")
        .about("Whether an action is allowed, or the rule that refuses and what would satisfy it")
        .arg(word("action", "ACTION", "The code, such as user.lock"))
        .arg(Arg::new("target").value_name("TARGET").help("Login, id or TYPE:ID"))
        .arg(json());
    match place {
        // Here the global --as says it already.
        Place::Here => why,
        Place::Ssh => why.arg(option("as", "LOGIN", "Judge for this operator")),
    }
}

fn catalog() -> Command {
    let list = |name: &'static str, about: &'static str| Command::new(name).about(about).arg(json());
    family("catalog", "What the program knows").subcommands([
        list("actions", "Every action"),
        list("rights", "Every right"),
        list("history", "Every code of the history"),
        list("keys", "Every key"),
    ])
}

fn init() -> Command {
    Command::new("init")
        .about("Makes a store with an organisation and its first master administrator")
        .arg(option("admin", "LOGIN", "The administrator's login").required(true))
        .arg(option("organisation", "KEY", "Key of the organisation").default_value("main"))
        .args(credentials())
}

fn operators() -> Command {
    let add = Command::new("add")
        .about("Adds an operator, for unattended set-up; audited")
        .arg(word("login", "LOGIN", "The new login"))
        .arg(option("level", "MA|GA|OA|UA", "The level"))
        .arg(option("scope", "all|ORG,ORG", "The scope; the own organisation without it (MA: all)"))
        .arg(option("role", "ROLE", "A role"))
        .arg(option("group", "GROUP", "A group"))
        .arg(option("organisation", "KEY", "The organisation; the only one there is without it"))
        .args(credentials());
    family("operators", "Operators, on this machine only").subcommand(add)
}

fn keys() -> Command {
    family("keys", "Keys of what is stored sealed, on this machine only").subcommands([
        Command::new("list").about("The keys by number, and how much is sealed under each"),
        Command::new("rotate").about(
            "Seals everything under a new key, also what was marked as encrypted since; servers may run; goes on where it was \
             cut off; audited",
        ),
    ])
}

fn credentials() -> [Arg; 5] {
    [
        option("email", "ADDRESS", "Primary email").required(true),
        path("password-file", "FILE", "A file whose first line is the password"),
        path("ssh-key", "FILE.pub", "A public key that signs in"),
        path(
            "totp-secret-file",
            "FILE",
            "The second factor's seed in base32; made and shown once without it",
        ),
        flag("no-mfa", "No second factor, for good; the audit says so").conflicts_with("totp-secret-file"),
    ]
}

fn demo() -> Command {
    let most = i64::from(limits::DEMO_USERS_MAX);
    Command::new("demo")
        .about("Fills a store with made-up people of every kind and status, and tells who may sign in")
        .arg(option("users", "N", "How many people").value_parser(value_parser!(u32).range(1..=most)))
        .arg(option("seed", "S", "The same number makes the same people").value_parser(value_parser!(u64)))
}

fn serve() -> Command {
    Command::new("serve")
        .about("Serves the console over SSH")
        .arg(
            option("listen", "ADDR:PORT", "Where to listen")
                .value_parser(value_parser!(std::net::SocketAddr)),
        )
        .arg(flag("demo", "Serve a demo institution"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_well_formed_at_both_places() {
        tree(Place::Here).debug_assert();
        tree(Place::Ssh).debug_assert();
    }

    #[test]
    fn every_first_word_is_reserved_for_logins() {
        for name in tree(Place::Here).get_subcommands().map(Command::get_name) {
            assert!(FIRST_WORDS.contains(&name), "{name}");
        }
    }

    #[test]
    fn over_ssh_there_are_no_words_of_this_machine() {
        let tree = tree(Place::Ssh);
        for word in ["init", "operators", "keys", "serve"] {
            assert!(tree.find_subcommand(word).is_none(), "{word}");
        }
        assert!(!tree.get_arguments().any(|arg| ["data", "config", "as"].contains(&arg.get_id().as_str())));
    }

    #[test]
    fn every_word_and_every_flag_has_a_help() {
        fn check(command: &Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{} {}", command.get_name(), arg.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&tree(Place::Here));
    }
}
