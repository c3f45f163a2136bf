//! Words that are asked of the service, the same here and over SSH.

use clap::{Arg, ArgGroup, Command, value_parser};

use crate::cli::words::{Place, consent, dry_run, family, flag, json, limit, option, word};

pub(super) fn whoami() -> Command {
    Command::new("whoami").about("Login, level, scope, rights, and how you are signed in").arg(json())
}

pub(super) fn users() -> Command {
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

/// Which entries of the audit are meant.
fn entries() -> [Arg; 2] {
    let words = Arg::new("query").value_name("FILTER").num_args(0..);
    [
        words.help(
            "actor:a.kim action:user.* target:c.park result:denied rule:level since:24h until:1h via:ssh source:10.* \
             session:S12, and words of the reason",
        ),
        option("filter", "TEXT", "A further filter; may begin with `-`, which leaves out")
            .allow_hyphen_values(true),
    ]
}

pub(super) fn of_user(name: &'static str, about: &'static str) -> Command {
    let list = Command::new("list")
        .about("Newest first")
        .arg(word("user", "LOGIN|ID", "Login, id or TYPE:ID"))
        .args([limit(), json()]);
    family(name, about).subcommand(list)
}

pub(super) fn import() -> Command {
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

pub(super) fn export() -> Command {
    let users = Command::new("users")
        .about("Writes users to standard output; an import reads the CSV back")
        .args(query())
        .args(letting_out());
    let audit = entries_out("audit");
    family("export", "Export to standard output").subcommands([users, audit])
}

/// What every export takes.
fn letting_out() -> [Arg; 3] {
    let format = option("format", "csv|json", "CSV, or one JSON value per line");
    [
        format.value_parser(["csv", "json"]).default_value("csv"),
        option("reason", "TEXT", "Why; it is in the audit (required)").allow_hyphen_values(true),
        dry_run(),
    ]
}

/// The export of the audit, which has two names.
fn entries_out(name: &'static str) -> Command {
    Command::new(name)
        .about("Writes entries to standard output, newest first, as far as you may see them")
        .args(entries())
        .args(letting_out())
}

pub(super) fn audit() -> Command {
    let list = Command::new("list").about("Entries, newest first").args(entries()).args([limit(), json()]);
    let show = Command::new("show")
        .about("One entry: before and after, how it was confirmed, and its place in the chain")
        .arg(word("number", "NUMBER", "The number of the entry").value_parser(value_parser!(i64).range(1..)))
        .arg(json());
    let follow = Command::new("follow")
        .about("Entries as they come, oldest first, until the connection ends")
        .args(entries())
        .arg(
            option(
                "from",
                "NUMBER",
                "First those from this number on; only what comes from now on without it",
            )
            .value_parser(value_parser!(i64).range(1..)),
        )
        .arg(json());
    let verify = Command::new("verify")
        .about("Checks that no entry was changed, removed or cut off")
        .args([option("head", "FILE", "A signed head kept elsewhere, or - for standard input"), json()]);
    let head = Command::new("head").about("The signed head: keep it elsewhere, for `audit verify --head`");
    family("audit", "The institution's record of what was tried").subcommands([
        list,
        show,
        follow,
        verify,
        head,
        entries_out("export"),
    ])
}

pub(super) fn undo() -> Command {
    Command::new("undo")
        .about("Takes back my last action, or the one with this audit number, or a job of mine, within ten minutes")
        .arg(
            Arg::new("what")
                .value_name("AUDIT-NUMBER|JOB")
                .help("As the action told it, or a job such as J5; the last that can be undone without it"),
        )
        .arg(option("reason", "TEXT", "Reason, where the action asked for one").allow_hyphen_values(true))
        .args(consent())
}

pub(super) fn why(place: Place) -> Command {
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

pub(super) fn catalog() -> Command {
    let list = |name: &'static str, about: &'static str| Command::new(name).about(about).arg(json());
    family("catalog", "What the program knows").subcommands([
        list("actions", "Every action"),
        list("rights", "Every right"),
        list("history", "Every code of the history"),
        list("keys", "Every key"),
    ])
}
