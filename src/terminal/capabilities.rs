//! What a terminal can do, told by its name and by the variables that came with it.
//!
//! Decided per session: the machine's own environment says nothing about a
//! terminal at the other end of a connection.

use crate::base::fault::Fault;

/// How many colours a terminal shows; each is at least as good as the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colours {
    /// None, or none wanted (`NO_COLOR`).
    Mono,
    /// The sixteen with names.
    Ansi16,
    /// xterm's table of 256.
    Ansi256,
    /// Red, green and blue, eight bits each.
    True,
}

/// What one session's terminal can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// How many colours it shows.
    pub colours: Colours,
    /// Whether slanted text is shown as such (some show it reversed, or not at all).
    pub italics: bool,
    /// Whether borders must be drawn with `+ - |`, because the locale is not UTF-8.
    pub ascii_borders: bool,
}

impl Capabilities {
    /// Everything that a modern terminal has.
    pub const FULL: Self = Self { colours: Colours::True, italics: true, ascii_borders: false };

    /// The variables that [`Capabilities::of`] looks at; a server needs to accept no others.
    pub const VARIABLES: [&'static str; 5] = ["COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE"];

    /// Reads `term` (the value of `TERM`, or of the SSH pty request) and the variables of that side.
    ///
    /// # Errors
    /// A fault of the input when `term` is empty or `dumb`: no screen can be drawn there.
    pub fn of(term: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        let term = term.trim().to_ascii_lowercase();
        if term.is_empty() || term == "dumb" {
            return Err(Fault::input(format!(
                "a terminal that can draw screens is needed, `TERM` is `{term}`; \
                 set `TERM`, for example to `xterm`, or use a one-shot command"
            )));
        }
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let named = colours_by_name(&term);
        let colours = match set("COLORTERM").as_deref() {
            _ if set("NO_COLOR").is_some() => Colours::Mono,
            Some("truecolor" | "24bit") if named > Colours::Mono => Colours::True,
            _ => named,
        };
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
        Ok(Self {
            colours,
            italics: slants(&term) || colours == Colours::True,
            ascii_borders: locale.is_some_and(|locale| !is_utf8(&locale)),
        })
    }
}

fn colours_by_name(term: &str) -> Colours {
    let is_or_begins =
        |name: &str| term.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
    if term.ends_with("-direct") {
        Colours::True
    } else if term.ends_with("-mono") || term.ends_with("-m") {
        Colours::Mono
    } else if term.ends_with("-256color") || MODERN.into_iter().any(is_or_begins) {
        Colours::Ansi256
    } else {
        // `linux`, `vt100`, `xterm` (which PuTTY calls itself) and everything unknown.
        Colours::Ansi16
    }
}

/// Names that promise 256 colours without saying so.
const MODERN: [&str; 9] =
    ["screen", "tmux", "xterm-kitty", "xterm-ghostty", "kitty", "alacritty", "foot", "wezterm", "contour"];

/// GNU screen shows slanted text reversed, and the terminals of sixteen colours not at all.
fn slants(term: &str) -> bool {
    colours_by_name(term) > Colours::Ansi16 && !term.starts_with("screen")
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(term: &str, variables: &[(&str, &str)]) -> Capabilities {
        let lookup = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Capabilities::of(term, lookup).unwrap()
    }

    #[test]
    fn colours_follow_the_name_then_colorterm_then_no_color() {
        for (term, colours) in [
            ("xterm", Colours::Ansi16),
            ("linux", Colours::Ansi16),
            ("vt100", Colours::Ansi16),
            ("putty-256color", Colours::Ansi256),
            ("xterm-256color", Colours::Ansi256),
            ("tmux", Colours::Ansi256),
            ("screen.xterm", Colours::Ansi256),
            ("footprint", Colours::Ansi16),
            ("xterm-direct", Colours::True),
            ("xterm-mono", Colours::Mono),
        ] {
            assert_eq!(of(term, &[]).colours, colours, "{term}");
        }
        assert_eq!(of("xterm", &[("COLORTERM", "truecolor")]).colours, Colours::True);
        assert_eq!(of("xterm", &[("COLORTERM", "24bit")]).colours, Colours::True);
        assert_eq!(of("xterm", &[("COLORTERM", "yes")]).colours, Colours::Ansi16);
        assert_eq!(of("xterm-direct", &[("NO_COLOR", "1")]).colours, Colours::Mono);
        assert_eq!(of("xterm-direct", &[("NO_COLOR", "")]).colours, Colours::True, "empty counts as unset");
    }

    #[test]
    fn a_terminal_that_cannot_draw_is_refused_in_words() {
        for term in ["", " ", "dumb"] {
            let fault = Capabilities::of(term, |_| None).unwrap_err();
            assert!(fault.text.contains("one-shot command"), "{fault}");
        }
    }

    #[test]
    fn borders_are_ascii_only_where_the_locale_says_it_is_not_utf8() {
        assert!(!of("xterm", &[]).ascii_borders, "nothing said");
        assert!(!of("xterm", &[("LANG", "C.UTF-8")]).ascii_borders);
        assert!(!of("xterm", &[("LC_CTYPE", "de_DE.utf8"), ("LANG", "C")]).ascii_borders);
        assert!(of("xterm", &[("LANG", "de_DE.ISO-8859-1")]).ascii_borders);
        assert!(of("xterm", &[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]).ascii_borders, "LC_ALL wins");
    }

    #[test]
    fn slanted_text_goes_only_where_it_is_shown_slanted() {
        assert!(of("xterm-256color", &[]).italics);
        assert!(!of("linux", &[]).italics);
        assert!(!of("screen-256color", &[]).italics);
    }
}
