//! The manual and what shells complete by, made from the same tree of words that is typed.

use std::io;
use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::base::fault::Fault;
use crate::cli::words::{Place, tree};

/// Exit codes, as `CLI` promises them.
const EXIT_STATUS: [(&str, &str); 11] = [
    ("0", "done"),
    ("1", "failed, or not verified"),
    ("2", "the words are not as they should be"),
    ("3", "no such target, or out of scope"),
    ("4", "refused by a right or a rule"),
    ("5", "sent for approval"),
    ("6", "changed meanwhile"),
    ("8", "done in part"),
    ("64, 77", "an unknown word over SSH; not signed in"),
    ("69", "the store or another system is away"),
    ("75", "try later"),
];

const FILES: [(&str, &str); 4] = [
    ("DIR/wardroom.db", "the store; --data names DIR, ./data without it"),
    ("DIR/keys/host_ed25519", "the key by which clients know the server"),
    ("DIR/keys/field.key", "the keys of what is sealed: without them it cannot be read"),
    ("DIR/keys/audit_ed25519", "what the head of the audit is signed with"),
];

/// The whole manual as one page.
pub fn page() -> Result<Vec<u8>, Fault> {
    let mut page = Vec::new();
    write_page(&mut page).map_err(|error| Fault::machine(format!("cannot write the manual: {error}")))?;
    Ok(page)
}

/// A page for each command, as files in `folder`.
pub fn pages(folder: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(tree(Place::Here), folder))
        .map_err(|error| Fault::machine(format!("cannot write into `{}`: {error}", folder.display())))
}

/// What `shell` completes words by.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut tree(Place::Here), "wardroom", &mut script);
    script
}

fn write_page(page: &mut Vec<u8>) -> io::Result<()> {
    let mut root = tree(Place::Here);
    root.build();
    let man = Man::new(root.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_options_section(page)?;
    let mut words = Roff::new();
    // Words that are typed are not cut in two.
    words.control("nh", []).control("SH", ["COMMANDS"]);
    tell(&root, &mut words);
    words.to_writer(page)?;
    for (title, lines) in [("EXIT STATUS", &EXIT_STATUS[..]), ("FILES", &FILES[..])] {
        let mut section = Roff::new();
        section.control("SH", [title]);
        for (name, text) in lines {
            section.control("TP", []).text([bold(*name)]).text([roman(*text)]);
        }
        section.to_writer(page)?;
    }
    Ok(())
}

/// A paragraph for each command that can be carried out: its usage, its help, its flags.
fn tell(command: &Command, words: &mut Roff) {
    for deeper in command.get_subcommands().filter(|deeper| deeper.get_name() != "help") {
        if deeper.has_subcommands() {
            tell(deeper, words);
            continue;
        }
        let usage = deeper.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").to_owned();
        let about = deeper.get_long_about().or_else(|| deeper.get_about());
        words.control("TP", []).text([bold(usage)]);
        words.text([roman(about.map(ToString::to_string).unwrap_or_default())]);
        let own = deeper.get_arguments().filter(|arg| !arg.is_global_set() && arg.get_id() != "help");
        for arg in own {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            words.control("br", []).text([bold(arg.to_string()), roman(format!("  {help}"))]);
        }
    }
}
