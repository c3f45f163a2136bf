//! The manual as `man` shows it, and completions as shells read them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use clap_complete::Shell;
use wardroom::actions;
use wardroom::cli::man::{completions, page, pages};

/// What a tool says of `input`; `None` (and a line on standard error) where there is no such tool.
fn said(tool: &str, arguments: &[&str], input: &[u8]) -> Option<std::process::Output> {
    let started = Command::new(tool)
        .args(arguments)
        .env("MANPAGER", "cat")
        .env("MANWIDTH", "100")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut tool_running) = started else {
        eprintln!("skipped: `{tool}` is not installed");
        return None;
    };
    tool_running.stdin.take().unwrap().write_all(input).unwrap();
    Some(tool_running.wait_with_output().unwrap())
}

#[test]
fn man_shows_a_page_with_every_command_and_every_action() {
    let page = page().unwrap();
    let Some(shown) = said("man", &["--warnings", "-l", "-"], &page) else { return };
    let (text, complaints) = (String::from_utf8(shown.stdout).unwrap(), shown.stderr);
    assert!(shown.status.success() && complaints.is_empty(), "{}", String::from_utf8_lossy(&complaints));
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["wardroom users list", "wardroom backup", "wardroom config check", "changed meanwhile"] {
        assert!(text.contains(words), "{words}");
    }
    let user_actions =
        actions::ALL.iter().filter(|spec| matches!(spec.subject, actions::spec::Subject::User(_)));
    for spec in user_actions {
        let words = format!("wardroom {}", spec.words().join(" "));
        assert!(text.contains(&words) && text.contains(spec.help), "{words}");
    }
}

#[test]
fn every_shell_reads_its_completions_and_finds_actions_in_them() {
    let shells =
        [(Shell::Bash, "bash", &["-n"][..]), (Shell::Zsh, "zsh", &["-n"]), (Shell::Fish, "fish", &["-n"])];
    for (shell, tool, arguments) in shells {
        let script = completions(shell);
        assert!(String::from_utf8_lossy(&script).contains("reveal"), "{tool}");
        let Some(read) = said(tool, arguments, &script) else { continue };
        assert!(read.status.success(), "{tool}: {}", String::from_utf8_lossy(&read.stderr));
    }
}

#[test]
fn each_command_has_a_page_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    pages(folder.path()).unwrap();
    for name in ["wardroom.1", "wardroom-user-lock.1", "wardroom-restore.1"] {
        assert!(folder.path().join(name).exists(), "{name}");
    }
}
