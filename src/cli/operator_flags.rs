//! The flags of `init` and `operators add`, understood.

use clap::ArgMatches;

use crate::cli::command::OperatorFlags;
use crate::cli::understand::{required, text_of};

pub(super) fn of_init(leaf: &ArgMatches) -> OperatorFlags {
    OperatorFlags {
        login: required(leaf, "admin"),
        level: Some("MA".to_owned()),
        scope: Some("all".to_owned()),
        ..credential_flags(leaf)
    }
}

pub(super) fn of_add(leaf: &ArgMatches) -> OperatorFlags {
    OperatorFlags {
        login: required(leaf, "login"),
        level: text_of(leaf, "level"),
        scope: text_of(leaf, "scope"),
        role: text_of(leaf, "role"),
        group: text_of(leaf, "group"),
        ..credential_flags(leaf)
    }
}

fn credential_flags(leaf: &ArgMatches) -> OperatorFlags {
    OperatorFlags {
        email: required(leaf, "email"),
        organisation: text_of(leaf, "organisation"),
        password_file: leaf.get_one("password-file").cloned(),
        ssh_key: leaf.get_one("ssh-key").cloned(),
        totp_secret_file: leaf.get_one("totp-secret-file").cloned(),
        no_mfa: leaf.get_flag("no-mfa"),
        ..OperatorFlags::default()
    }
}
