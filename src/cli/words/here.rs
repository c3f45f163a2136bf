//! Words of this machine: its stores, its keys, its server.

use clap::{Arg, Command, value_parser};

use crate::base::limits;
use crate::cli::words::{family, flag, option, path, word};

pub(super) fn global() -> [Arg; 3] {
    [
        path("data", "DIR", "Where the store is").global(true),
        path("config", "FILE", "Settings that come before the default ones").global(true),
        option("as", "LOGIN", "Who acts; the first master administrator without it").global(true),
    ]
}

pub(super) fn init() -> Command {
    Command::new("init")
        .about("Makes a store with an organisation and its first master administrator")
        .arg(option("admin", "LOGIN", "The administrator's login").required(true))
        .arg(option("organisation", "KEY", "Key of the organisation").default_value("main"))
        .args(credentials())
}

pub(super) fn operators() -> Command {
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

pub(super) fn keys() -> Command {
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

pub(super) fn demo() -> Command {
    let most = i64::from(limits::DEMO_USERS_MAX);
    Command::new("demo")
        .about("Fills a store with made-up people of every kind and status, and tells who may sign in")
        .arg(option("users", "N", "How many people").value_parser(value_parser!(u32).range(1..=most)))
        .arg(option("seed", "S", "The same number makes the same people").value_parser(value_parser!(u64)))
}

/// The console without screens, here and over SSH.
pub(super) fn plain() -> Command {
    Command::new("plain")
        .about("The console as plain dialogue, for screen readers, braille displays and scripts")
        .arg(
            Arg::new("place")
                .value_name("PLACE")
                .num_args(0..)
                .help("Where to begin: users, user LOGIN, jobs, me"),
        )
}

pub(super) fn serve() -> Command {
    Command::new("serve")
        .about("Serves the console over SSH")
        .arg(
            option("listen", "ADDR:PORT", "Where to listen")
                .value_parser(value_parser!(std::net::SocketAddr)),
        )
        .arg(flag("demo", "Serve a demo institution"))
}
