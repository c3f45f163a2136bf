//! What looking at an installation finds: a line each, with what to do about it.

use std::fmt;

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// As it should be.
    Fine,
    /// It works; somebody should look.
    Warn,
    /// It does not work, or what is stored cannot be trusted.
    Fail,
}

impl Standing {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub about: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What was found.
    pub text: String,
    /// What to do; empty where nothing is.
    pub to_do: String,
}

impl Finding {
    /// It is as it should be.
    pub fn fine(about: &'static str, text: impl Into<String>) -> Self {
        Self { about, standing: Standing::Fine, text: text.into(), to_do: String::new() }
    }

    /// Somebody should look.
    pub fn warn(about: &'static str, text: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { about, standing: Standing::Warn, text: text.into(), to_do: to_do.into() }
    }

    /// It does not work.
    pub fn fail(about: &'static str, text: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { about, standing: Standing::Fail, text: text.into(), to_do: to_do.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<4}  {:<11} {}", self.standing.word(), self.about, self.text)?;
        if self.to_do.is_empty() { Ok(()) } else { write!(f, "; {}", self.to_do) }
    }
}

/// The worst of them; fine where there is none.
pub fn worst(findings: &[Finding]) -> Standing {
    findings.iter().map(|finding| finding.standing).max().unwrap_or(Standing::Fine)
}
