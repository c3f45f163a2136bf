//! Key bindings as data: the tables that dispatch, footer, help and catalogue all read.
//!
//! A key is written as it is told to people: `j`, `G`, `ctrl-d`, `pgdn`, and with a
//! blank between for keys after one another: `g g`.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// One command of a context with the keys that run it.
#[derive(Debug)]
pub(crate) struct Binding<C: 'static> {
    /// Its keys, the one to tell first.
    pub(crate) keys: &'static [&'static str],
    /// `filter.open`: never changes.
    pub(crate) id: &'static str,
    /// What it does, for help and catalogue.
    pub(crate) title: &'static str,
    /// How the footer tells it, where it does.
    pub(crate) hint: Option<Hint>,
    /// What is run.
    pub(crate) command: C,
}

/// How the footer tells a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hint {
    /// Lower ranks stand first and stay longest.
    pub(crate) rank: u8,
    /// One or two words.
    pub(crate) words: &'static str,
}

/// One key with what it runs, without the type of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// As told to people: `ctrl-d`, `g g`.
    pub key: &'static str,
    /// Where it works: `users`, `lists`, `confirm`, ….
    pub context: &'static str,
    /// Id of the command, or code of the action.
    pub action: &'static str,
    /// What it does.
    pub title: &'static str,
}

/// One command with all its keys, as help and footer show it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    pub(crate) keys: &'static [&'static str],
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) hint: Option<Hint>,
}

/// Declares a command that the footer does not tell.
pub(crate) const fn bind<C: Copy>(
    keys: &'static [&'static str],
    id: &'static str,
    title: &'static str,
    command: C,
) -> Binding<C> {
    Binding { keys, id, title, hint: None, command }
}

impl<C: Copy> Binding<C> {
    /// The same, told in the footer.
    pub(crate) const fn hint(self, rank: u8, words: &'static str) -> Self {
        Self {
            keys: self.keys,
            id: self.id,
            title: self.title,
            hint: Some(Hint { rank, words }),
            command: self.command,
        }
    }
}

/// A table without its commands.
pub(crate) fn told<C: Copy>(table: &'static [Binding<C>]) -> impl Iterator<Item = Told> {
    table.iter().map(|bound| Told { keys: bound.keys, id: bound.id, title: bound.title, hint: bound.hint })
}

/// The command that `typed` runs.
pub(crate) fn find<C: Copy>(table: &'static [Binding<C>], typed: &str) -> Option<C> {
    table.iter().find(|bound| bound.keys.contains(&typed)).map(|bound| bound.command)
}

/// Whether `typed` begins a sequence of keys.
pub(crate) fn begins<C: Copy>(table: &'static [Binding<C>], typed: &str) -> bool {
    table
        .iter()
        .flat_map(|bound| bound.keys)
        .any(|key| key.strip_prefix(typed).is_some_and(|rest| rest.starts_with(' ')))
}

/// The name of a key that was pressed; `None` for what no table may use.
///
/// Alt is left out: over a slow link it cannot be told from Esc and a letter.
#[expect(clippy::wildcard_enum_match_arm, reason = "keys that no table names are many and mean nothing here")]
pub(crate) fn name(key: KeyEvent) -> Option<String> {
    if key.kind == KeyEventKind::Release || key.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let name = match key.code {
        KeyCode::Char('h') if control => "backspace",
        KeyCode::Char(character) if control => {
            return Some(format!("ctrl-{}", character.to_ascii_lowercase()));
        }
        KeyCode::Char(' ') => "space",
        KeyCode::Char(character) => return Some(character.to_string()),
        KeyCode::F(number) => return Some(format!("f{number}")),
        KeyCode::Backspace => "backspace",
        KeyCode::Enter => "enter",
        KeyCode::Esc => "esc",
        KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => "shift-tab",
        KeyCode::Tab => "tab",
        KeyCode::BackTab => "shift-tab",
        KeyCode::Up => "up",
        KeyCode::Down => "down",
        KeyCode::Left => "left",
        KeyCode::Right => "right",
        KeyCode::Home => "home",
        KeyCode::End => "end",
        KeyCode::PageUp => "pgup",
        KeyCode::PageDown => "pgdn",
        KeyCode::Delete => "delete",
        _ => return None,
    };
    Some(name.to_owned())
}

/// The key event of a name, for a command that help runs.
pub(crate) fn event(name: &str) -> Option<KeyEvent> {
    let plain = |code| Some(KeyEvent::new(code, KeyModifiers::NONE));
    if let Some(letter) = name.strip_prefix("ctrl-").and_then(|rest| rest.chars().next()) {
        return Some(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL));
    }
    match name {
        "space" => plain(KeyCode::Char(' ')),
        "backspace" => plain(KeyCode::Backspace),
        "enter" => plain(KeyCode::Enter),
        "esc" => plain(KeyCode::Esc),
        "tab" => plain(KeyCode::Tab),
        "shift-tab" => plain(KeyCode::BackTab),
        "up" => plain(KeyCode::Up),
        "down" => plain(KeyCode::Down),
        "left" => plain(KeyCode::Left),
        "right" => plain(KeyCode::Right),
        "home" => plain(KeyCode::Home),
        "end" => plain(KeyCode::End),
        "pgup" => plain(KeyCode::PageUp),
        "pgdn" => plain(KeyCode::PageDown),
        "delete" => plain(KeyCode::Delete),
        other => {
            let mut characters = other.chars();
            match (characters.next(), characters.next()) {
                (Some(only), None) => plain(KeyCode::Char(only)),
                (Some('f'), Some(_)) => plain(KeyCode::F(other[1..].parse().ok()?)),
                _ => None,
            }
        }
    }
}

/// A Cyrillic or Greek letter as the Latin one on the same key of the keyboard; others as they are.
///
/// For commands only, never in text: operators need not switch layouts to move about.
pub(crate) fn latin(name: &str) -> String {
    const PAIRS: [(&str, &str); 2] = [
        ("йцукенгшщзфывапролдячсмить", "qwertyuiopasdfghjklzxcvbnm"),
        ("ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"),
    ];
    let mut characters = name.chars();
    let (Some(typed), None) = (characters.next(), characters.next()) else {
        return name.to_owned();
    };
    let small = typed.to_lowercase().next().unwrap_or(typed);
    for (from, to) in PAIRS {
        if let Some(place) = from.chars().position(|letter| letter == small) {
            let found = to.chars().nth(place).unwrap_or(typed);
            return if typed == small { found.to_string() } else { found.to_uppercase().to_string() };
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_its_key_belong_together() {
        for known in ["j", "G", "?", "ctrl-d", "f1", "pgdn", "shift-tab", "space", "esc"] {
            assert_eq!(name(event(known).unwrap()).as_deref(), Some(known));
        }
        assert_eq!(name(KeyEvent::new(KeyCode::Char('x'), KeyModifiers::ALT)), None);
        assert_eq!(
            name(KeyEvent::new(KeyCode::Char('h'), KeyModifiers::CONTROL)).as_deref(),
            Some("backspace")
        );
    }

    #[test]
    fn commands_work_on_a_cyrillic_or_greek_layout() {
        assert_eq!([latin("о"), latin("О"), latin("ф"), latin("γ"), latin("j")], ["j", "J", "a", "g", "j"]);
    }
}
