//! `init` and `operators add`: the files that the flags name are read, and what can be checked is.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::text;
use crate::cli::command::OperatorFlags;
use crate::cli::stop::Stop;
use crate::cli::words::FIRST_WORDS;
use crate::credential::totp::Seed;
use crate::domain::contact::email_fault;
use crate::domain::level::Level;
use crate::domain::new_operator::{NamedScope, NewOperator, PublicKeyLine, SecondFactor};
use crate::domain::user::login_fault;

/// Reads what the flags say. Blocks while files are read; only for this machine.
pub fn new_operator(flags: &OperatorFlags) -> Result<NewOperator, Stop> {
    if let Some(fault) = login_fault(&flags.login, FIRST_WORDS) {
        return Err(Stop::usage(format!("login: `{}` {fault}", flags.login)));
    }
    if let Some(fault) = email_fault(&flags.email) {
        return Err(Stop::usage(format!("email: `{}` {fault}", flags.email)));
    }
    let level = flags.level.as_deref().map(level).transpose()?;
    Ok(NewOperator {
        login: flags.login.clone(),
        email: flags.email.clone(),
        level,
        scope: scope(flags.scope.as_deref(), level)?,
        role: flags.role.clone(),
        group: flags.group.clone(),
        organisation: flags.organisation.clone(),
        password: flags.password_file.as_deref().map(password).transpose()?,
        ssh_key: flags.ssh_key.as_deref().map(|file| public_key(&text_of(file)?)).transpose()?,
        second_factor: second_factor(flags)?,
    })
}

/// A whole file, of at most [`limits::SMALL_FILE_BYTES_MAX`].
pub(super) fn small_file(file: &Path) -> Result<Vec<u8>, Stop> {
    let name = file.display();
    let fails = |error: std::io::Error| Stop::failed(format!("`{name}` cannot be read: {error}"));
    let mut bytes = Vec::new();
    let max = limits::SMALL_FILE_BYTES_MAX;
    File::open(file).map_err(fails)?.take(max as u64 + 1).read_to_end(&mut bytes).map_err(fails)?;
    if bytes.len() > max {
        return Err(Stop::failed(format!("`{name}` is longer than {max} bytes")));
    }
    Ok(bytes)
}

fn text_of(file: &Path) -> Result<String, Stop> {
    String::from_utf8(small_file(file)?)
        .map_err(|_| Stop::failed(format!("`{}` is not UTF-8", file.display())))
}

fn level(word: &str) -> Result<Level, Stop> {
    Level::parse(word).ok_or_else(|| {
        Stop::usage(format!("level: must be one of MA, GA, OA, UA, got `{}`", text::visible(word)))
    })
}

fn scope(words: Option<&str>, level: Option<Level>) -> Result<NamedScope, Stop> {
    let Some(words) = words else { return Ok(NamedScope::Default) };
    if words == "all" {
        return Ok(NamedScope::All);
    }
    if level == Some(Level::Master) {
        return Err(Stop::usage("scope: a master administrator's is always all"));
    }
    let keys: Vec<String> = words.split(',').map(|key| key.trim().to_owned()).collect();
    if keys.iter().any(String::is_empty) {
        return Err(Stop::usage(format!(
            "scope: must be all or keys of organisations with `,` between, got `{words}`"
        )));
    }
    Ok(NamedScope::Only(keys))
}

fn password(file: &Path) -> Result<Secret<String>, Stop> {
    let text = text_of(file)?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Secret::new(line.to_owned())),
        Some(_) | None => {
            Err(Stop::usage(format!("password-file: the first line of `{}` is empty", file.display())))
        }
    }
}

/// A line of a `.pub` file: algorithm, base64, comment.
fn public_key(text: &str) -> Result<PublicKeyLine, Stop> {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap_or_default();
    let mut parts = line.splitn(3, ' ');
    let (algorithm, base64) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if algorithm.starts_with("sk-") {
        return Err(Stop::usage(
            "ssh-key: FIDO keys (sk-) are refused: their proof of presence cannot be checked here",
        ));
    }
    let known = matches!(algorithm, "ssh-ed25519" | "ssh-rsa") || algorithm.starts_with("ecdsa-sha2-nistp");
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if !known || base64.is_empty() || !base64.bytes().all(is_base64) {
        // The line is not shown: a private key may have been named by mistake.
        return Err(Stop::usage(
            "ssh-key: wanted a public key such as `ssh-ed25519 AAAA… name`, the .pub file",
        ));
    }
    let comment = parts.next().unwrap_or_default().trim().to_owned();
    Ok(PublicKeyLine { line: format!("{algorithm} {base64}"), comment })
}

fn second_factor(flags: &OperatorFlags) -> Result<SecondFactor, Stop> {
    match (&flags.totp_secret_file, flags.no_mfa) {
        (Some(_), true) => Err(Stop::usage("no-mfa and totp-secret-file exclude each other")),
        (None, true) => Ok(SecondFactor::Exempt),
        (None, false) => Ok(SecondFactor::Make),
        (Some(file), false) => Seed::from_base32(&text_of(file)?)
            .map(|seed| SecondFactor::Seed(Secret::new(seed.expose().bytes().to_vec())))
            .map_err(|why| Stop::usage(format!("totp-secret-file: {why}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn flags() -> OperatorFlags {
        OperatorFlags { login: "root".into(), email: "root@bank.example".into(), ..OperatorFlags::default() }
    }

    fn fault(flags: &OperatorFlags) -> String {
        let stop = new_operator(flags).err().unwrap();
        assert_eq!(stop.exit, crate::cli::exit::USAGE);
        stop.text
    }

    #[test]
    fn what_the_flags_say_is_read() {
        let mut secret = tempfile::NamedTempFile::new().unwrap();
        writeln!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let mut password = tempfile::NamedTempFile::new().unwrap();
        write!(password, "correct horse battery\nsecond line\n").unwrap();
        let mut key = tempfile::NamedTempFile::new().unwrap();
        writeln!(key, "ssh-ed25519 AAAAC3Nz root at work").unwrap();
        let told = OperatorFlags {
            level: Some("oa".into()),
            scope: Some("main, cards".into()),
            totp_secret_file: Some(secret.path().to_owned()),
            password_file: Some(password.path().to_owned()),
            ssh_key: Some(key.path().to_owned()),
            ..flags()
        };
        let operator = new_operator(&told).unwrap();
        assert_eq!(operator.level, Some(Level::Organisation));
        assert_eq!(operator.scope, NamedScope::Only(vec!["main".into(), "cards".into()]));
        assert_eq!(operator.second_factor, SecondFactor::Seed(Secret::new(b"12345678901234567890".to_vec())));
        assert_eq!(operator.password.unwrap().expose(), "correct horse battery");
        let line = PublicKeyLine { line: "ssh-ed25519 AAAAC3Nz".into(), comment: "root at work".into() };
        assert_eq!(operator.ssh_key, Some(line));
        assert_eq!(new_operator(&flags()).unwrap().second_factor, SecondFactor::Make);
    }

    #[test]
    fn what_cannot_be_is_named_and_no_secret_is_shown() {
        assert_eq!(fault(&OperatorFlags { login: "users".into(), ..flags() }), "login: `users` is reserved");
        assert!(fault(&OperatorFlags { email: "x".into(), ..flags() }).starts_with("email: `x`"));
        assert!(fault(&OperatorFlags { level: Some("XA".into()), ..flags() }).contains("MA, GA, OA, UA"));
        let scoped = OperatorFlags { level: Some("MA".into()), scope: Some("main".into()), ..flags() };
        assert!(fault(&scoped).contains("always all"));
        assert!(public_key("sk-ssh-ed25519@openssh.com AAAA").err().unwrap().text.contains("FIDO"));
        let private = public_key("-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2").err().unwrap().text;
        assert!(!private.contains("BEGIN") && !private.contains("hunter2"));
    }
}
