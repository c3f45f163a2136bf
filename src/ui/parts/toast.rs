//! Toasts: one message at a time in the status line, its severity said first.

use ratatui::style::Style;

use crate::base::limits;
use crate::base::text::{clip, visible, width};
use crate::base::time::Timestamp;
use crate::ui::theme;

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Something was done.
    Ok,
    /// Something to know.
    Note,
    /// Something to heed.
    Warn,
    /// Something failed; stays until a key.
    Error,
}

impl Severity {
    /// The word before the text.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    /// The look.
    pub(crate) const fn style(self) -> Style {
        match self {
            Self::Ok | Self::Note => theme::PLAIN,
            Self::Warn => theme::WARNING,
            Self::Error => theme::ALARM,
        }
    }
}

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct Toast {
    pub(crate) severity: Severity,
    pub(crate) text: String,
    /// When it goes; `None` is with the next key.
    until: Option<Timestamp>,
    /// Whether any key ends it before that.
    goes_with_a_key: bool,
    /// Until when what it tells of can be taken back.
    pub(crate) undo_until: Option<Timestamp>,
}

impl Toast {
    /// A message that appears at `now`.
    pub(crate) fn new(severity: Severity, text: String, now: Timestamp) -> Self {
        let stands = i64::try_from(limits::TOAST_MS).unwrap_or(i64::MAX);
        let until = (severity != Severity::Error).then(|| Timestamp(now.0.saturating_add(stands)));
        Self { severity, text, until, goes_with_a_key: false, undo_until: None }
    }

    /// A message that is true until a moment, or until any key is pressed.
    pub(crate) const fn until(severity: Severity, text: String, at: Timestamp) -> Self {
        Self { severity, text, until: Some(at), goes_with_a_key: true, undo_until: None }
    }

    /// Whether its time is over.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Whether it goes with the next key.
    pub(crate) const fn stays_until_a_key(&self) -> bool {
        self.until.is_none() || self.goes_with_a_key
    }

    /// As it is shown in `columns`: how to take it back is never cut off.
    pub(crate) fn line(&self, columns: u16, now: Timestamp) -> String {
        let text = format!("{}: {}", self.severity.word(), self.text);
        let Some(until) = self.undo_until.filter(|until| now < *until) else { return text };
        let undo = format!(". u undo ({} left)", left(until, now));
        let room = usize::from(columns).saturating_sub(width(&undo));
        format!("{}{undo}", clip(&visible(&text), room))
    }
}

/// `9:58`: how long something can still be taken back.
pub(crate) fn left(until: Timestamp, now: Timestamp) -> String {
    let seconds = until.seconds_since(now).max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
