//! Delivery of mails by the settings: a spool beside the store, or a mail server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::secret::Secret;
use crate::config::{Config, Environment, MailSecurity, MailSettings, MailWay};
use crate::outbound::mail::Sender;
use crate::outbound::{Carrier, Security, SmtpSettings, Templates};
use crate::program::places::Places;
use crate::service::Service;
use crate::service::deliver::Delivery;

/// The folder of the spool, in the data directory.
const SPOOL: &str = "spool";

/// Starts delivery. Templates and settings are checked first: a mistake in them stops the start, and is told.
pub(super) fn start(config: &Config, places: &Places, service: &Service) -> Result<Delivery, Fault> {
    let settings = &config.mail;
    let templates = Templates::read(path(&settings.templates).as_deref())?;
    let sender = Sender::parse(&settings.from)?;
    let carrier = match (config.institution.environment, settings.send) {
        (Environment::Uat, _) => Carrier::Withheld,
        (Environment::Production, MailWay::Spool) => Carrier::spool(places.data.join(SPOOL), sender),
        (Environment::Production, MailWay::Smtp) => Carrier::smtp(&server(settings)?, sender)?,
    };
    Ok(service.deliver(templates, carrier))
}

/// Starts delivery of a made-up institution: into `folder` only, whatever the settings say.
pub(super) fn into_spool(folder: &Path, service: &Service) -> Result<Delivery, Fault> {
    let sender = Sender::parse("no-reply@demo.example")?;
    Ok(service.deliver(Templates::read(None)?, Carrier::spool(folder.join(SPOOL), sender)))
}

fn server(settings: &MailSettings) -> Result<SmtpSettings, Fault> {
    let wrong = || Fault::input(format!("mail.server: must be HOST:PORT, got `{}`", settings.server));
    let (host, port) = settings.server.rsplit_once(':').ok_or_else(wrong)?;
    let port = port.parse().map_err(|_| wrong())?;
    if host.is_empty() {
        return Err(wrong());
    }
    let credentials = match (settings.user.as_str(), path(&settings.password_file)) {
        ("", None) => None,
        ("", Some(_)) => return Err(Fault::input("mail.user: is wanted where mail.password_file is set")),
        (_, None) => return Err(Fault::input("mail.password_file: is wanted where mail.user is set")),
        (user, Some(file)) => Some((user.to_owned(), first_line("mail.password_file", &file)?)),
    };
    let security = match settings.security {
        MailSecurity::StartTls => Security::StartTls,
        MailSecurity::Tls => Security::Tls,
        MailSecurity::Plain => Security::Plain,
    };
    if security == Security::Plain && credentials.is_some() {
        return Err(Fault::input(
            "mail.security: a password is never sent in the clear: must be starttls or tls",
        ));
    }
    let trusted = path(&settings.trusted_file);
    let patience = Duration::from_secs(limits::SMTP_TIMEOUT_S);
    // An IPv6 address stands in brackets before a port, and nowhere else.
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok(SmtpSettings { host, port, security, credentials, patience, trusted })
}

/// The secret that a file holds in its first line; `setting` names the file.
pub(super) fn first_line(setting: &str, file: &Path) -> Result<Secret<String>, Fault> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Fault::input(format!("{setting}: cannot read `{shown}`: {error}")))?;
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(Secret::new(line.to_owned())),
        None => Err(Fault::input(format!("{setting}: the first line of `{shown}` is empty"))),
    }
}

fn path(setting: &str) -> Option<PathBuf> {
    (!setting.is_empty()).then(|| PathBuf::from(setting))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(server: &str, user: &str, password_file: &str, security: MailSecurity) -> MailSettings {
        MailSettings {
            send: MailWay::Smtp,
            from: "no-reply@bank.example".to_owned(),
            server: server.to_owned(),
            security,
            user: user.to_owned(),
            password_file: password_file.to_owned(),
            trusted_file: String::new(),
            templates: String::new(),
        }
    }

    #[test]
    fn what_is_wrong_with_a_mail_server_is_told_by_the_name_of_the_setting() {
        for (server_name, user, file, security, told) in [
            ("mail.example", "", "", MailSecurity::Tls, "mail.server: must be HOST:PORT, got `mail.example`"),
            (":25", "", "", MailSecurity::Tls, "mail.server: must be HOST:PORT"),
            ("mail.example:none", "", "", MailSecurity::Tls, "mail.server: must be HOST:PORT"),
            ("mail.example:25", "bank", "", MailSecurity::Tls, "mail.password_file: is wanted"),
            ("mail.example:25", "", "/nowhere", MailSecurity::Tls, "mail.user: is wanted"),
            (
                "mail.example:25",
                "bank",
                "/nowhere/file",
                MailSecurity::Tls,
                "mail.password_file: cannot read",
            ),
        ] {
            let fault = server(&settings(server_name, user, file, security)).unwrap_err();
            assert!(fault.text.starts_with(told), "{fault}");
        }
    }

    #[test]
    fn a_password_never_leaves_in_the_clear_and_is_the_first_line_of_its_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "three words there\nmore\n").unwrap();
        let name = file.path().to_str().unwrap();
        let plain = server(&settings("localhost:25", "bank", name, MailSecurity::Plain)).unwrap_err();
        assert!(plain.text.contains("never sent in the clear"), "{plain}");
        let read = server(&settings("[::1]:465", "bank", name, MailSecurity::Tls)).unwrap();
        assert_eq!((read.host.as_str(), read.port), ("::1", 465));
        assert_eq!(read.credentials.unwrap().1.expose(), "three words there");
    }
}
