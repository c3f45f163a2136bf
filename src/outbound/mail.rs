//! One mail: from its parts to the bytes that a mail server takes (RFC 5322, MIME).

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use lettre::{Address, address::AddressError};

use crate::base::fault::Fault;
use crate::base::text;
use crate::base::time::Timestamp;
use crate::outbound::carrier::Undelivered;

/// A mail as it is to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The same at every try: 32 hexadecimal digits.
    pub id: String,
    /// The address it goes to, as stored.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// When what it tells of was done.
    pub made_at: Timestamp,
}

/// Whom mails come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Reads `Name <address>` or an address; a fault names the setting.
    pub fn parse(from: &str) -> Result<Self, Fault> {
        from.parse().map(Self).map_err(|error| {
            Fault::input(format!(
                "mail.from: must be an address such as `Bank <no-reply@bank.example>`, got `{}` ({error})",
                text::visible(from)
            ))
        })
    }

    /// The domain, in which Message-IDs are unique.
    pub fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

impl Mail {
    /// The whole message. What can never be an address, or would put a line into the headers, is refused for good.
    pub fn message(&self, from: &Sender) -> Result<Message, Undelivered> {
        let to: Result<Address, AddressError> = self.to.parse();
        let to = to
            .map_err(|_| Undelivered::lasting(format!("`{}` is no mail address", text::visible(&self.to))))?;
        if self.subject.chars().any(text::is_unsafe) {
            return Err(Undelivered::lasting("the subject holds characters that no header may hold"));
        }
        let since_1970 = Duration::from_millis(u64::try_from(self.made_at.0).unwrap_or(0));
        Message::builder()
            .from(from.0.clone())
            .to(Mailbox::new(None, to))
            .subject(self.subject.clone())
            .message_id(Some(format!("<{}@{}>", self.id, from.domain())))
            .date(SystemTime::UNIX_EPOCH + since_1970)
            .header(MIME_VERSION_1_0)
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(self.body.clone())
            .map_err(|error| Undelivered::lasting(format!("the message cannot be written: {error}")))
    }
}

/// Keeps automatic answers away (RFC 3834, section 5).
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, subject: &str) -> Result<String, Undelivered> {
        let mail = Mail {
            id: "0123456789abcdef0123456789abcdef".to_owned(),
            to: to.to_owned(),
            subject: subject.to_owned(),
            body: "Grüße,\nyour bank\n".to_owned(),
            made_at: Timestamp(1_778_751_717_000),
        };
        let sender = Sender::parse("Bank <no-reply@bank.example>").unwrap();
        mail.message(&sender).map(|message| String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn a_mail_names_who_sent_it_when_and_by_which_lasting_id() {
        let text = mail("c.kim@mail.example", "Locked").unwrap();
        for line in [
            "From: Bank <no-reply@bank.example>\r\n",
            "To: c.kim@mail.example\r\n",
            "Subject: Locked\r\n",
            "Message-ID: <0123456789abcdef0123456789abcdef@bank.example>\r\n",
            "Date: Thu, 14 May 2026 09:41:57 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }

    #[test]
    fn an_address_or_subject_with_a_line_in_it_never_becomes_a_header() {
        for to in
            ["c.kim@mail.example\r\nBcc: all@bank.example", "a@b\n", "", "nobody", "a@b@c", "a b@c.example"]
        {
            let refused = mail(to, "Locked").unwrap_err();
            assert!(refused.lasts && !refused.text.contains(['\r', '\n']), "{to:?}: {refused}");
        }
        assert!(mail("c.kim@mail.example", "Locked\r\nBcc: all@bank.example").unwrap_err().lasts);
    }

    #[test]
    fn a_sender_that_is_no_address_is_told_with_the_name_of_the_setting() {
        assert!(Sender::parse("the bank").unwrap_err().text.starts_with("mail.from: must be an address"));
        assert_eq!(Sender::parse("no-reply@bank.example").unwrap().domain(), "bank.example");
    }
}
