//! What is set before the console opens: a new password (S03), a second factor (S02). A pure machine like the console.
//!
//! It knows nothing of rules, seeds and codes: whoever drives it judges what is typed, and tells.

mod plain;
mod view;

use crossterm::event::KeyEvent;

use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::text::is_unsafe;
use crate::ui::keymap::{self, Binding, bind};
use crate::ui::model::Environment;
use crate::ui::parts::field::{Field, Shape};
pub use plain::Dialogue;

/// Somebody who has come in and is to set something first.
#[derive(Debug)]
pub struct SetUp {
    login: String,
    environment: Environment,
    ascii_borders: bool,
    stage: Stage,
    /// Whether an answer is awaited.
    waits: bool,
    /// Why the last try did not set it.
    refused: Option<String>,
    /// Leaving was asked for once.
    is_leaving: bool,
}

#[derive(Debug)]
enum Stage {
    /// It is not known yet what is to be set.
    Nothing,
    Password {
        new: Field,
        again: Field,
        focus: Focus,
        rules: Vec<Rule>,
    },
    Factor {
        picture: Picture,
        code: Field,
    },
    Codes(Vec<Secret<String>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    New,
    Again,
}

/// A rule for a new password, and whether what is typed keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// In a few words.
    pub words: String,
    /// Whether it is kept; `None` where only setting it tells.
    pub is_kept: Option<bool>,
}

/// A second factor to be set up, as it is shown.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The key to type into an app: base32 in groups.
    pub manual: Secret<String>,
    /// The same as a QR code, in half blocks, a string a line; empty where the terminal cannot draw it.
    pub qr: Secret<Vec<String>>,
}

/// What is told.
#[derive(Clone, Debug)]
pub enum Told {
    /// A new password is to be set, by these rules.
    OwesPassword(Vec<Rule>),
    /// A second factor is to be set up.
    OwesFactor(Picture),
    /// How the rules stand now.
    Judged(Vec<Rule>),
    /// It was not set; why.
    Refused(String),
    /// The second factor is set; backup codes to be shown once.
    Codes(Vec<Secret<String>>),
}

/// What is wanted.
#[derive(Clone, Debug)]
pub enum Want {
    /// Judge what is typed so far.
    Judge(Secret<String>),
    /// Set this password.
    Password(Secret<String>),
    /// Set the second factor up, which this code proves.
    Code(Secret<String>),
    /// Everything was seen: go on.
    GoOn,
    /// Repaint everything.
    Redraw,
    /// Sign out.
    Quit,
}

/// A command, beside the keys that edit text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Enter,
    Next,
    Leave,
    Redraw,
}

/// The keys of these screens.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["enter"], "set_up.enter", "The next field; in the last one set it, or go on", Command::Enter),
    bind(&["tab", "shift-tab", "down", "up"], "set_up.next", "The other field", Command::Next),
    bind(&["esc", "ctrl-c"], "set_up.leave", "Sign out, when pressed twice", Command::Leave),
    bind(&["ctrl-l"], "set_up.redraw", "Repaint the screen", Command::Redraw),
];

impl SetUp {
    /// `login` has come in.
    pub const fn new(login: String, environment: Environment, ascii_borders: bool) -> Self {
        let stage = Stage::Nothing;
        Self { login, environment, ascii_borders, stage, waits: true, refused: None, is_leaving: false }
    }

    /// Takes in what is told.
    pub fn told(&mut self, told: Told) {
        match told {
            Told::OwesPassword(rules) => {
                let field = || Field::new(Shape::Masked, limits::PASSWORD_CHARS_TYPED_MAX);
                self.begin(Stage::Password { new: field(), again: field(), focus: Focus::New, rules });
            }
            Told::OwesFactor(picture) => {
                let code = Field::new(Shape::Line, limits::UNLOCK_CHARS_MAX);
                self.begin(Stage::Factor { picture, code });
            }
            Told::Codes(codes) => self.begin(Stage::Codes(codes)),
            Told::Judged(judged) => {
                if let Stage::Password { rules, .. } = &mut self.stage {
                    *rules = judged;
                }
            }
            Told::Refused(why) => {
                self.waits = false;
                self.refused = Some(why);
            }
        }
    }

    fn begin(&mut self, stage: Stage) {
        (self.stage, self.waits, self.refused) = (stage, false, None);
    }

    /// A key.
    pub fn key(&mut self, key: KeyEvent) -> Option<Want> {
        let command = keymap::find(KEYS, &keymap::name(key)?);
        let was_leaving = std::mem::replace(&mut self.is_leaving, command == Some(Command::Leave));
        match command {
            Some(Command::Redraw) => Some(Want::Redraw),
            Some(Command::Leave) if was_leaving => Some(Want::Quit),
            // While it is being set nothing else is typed: nothing is sent twice.
            Some(Command::Leave) => None,
            _ if self.waits => None,
            Some(Command::Enter) => self.enter(),
            Some(Command::Next) => {
                self.next_field();
                None
            }
            None => self.edit(|field| field.key(key)),
        }
    }

    /// Pasted text: into the field.
    pub fn paste(&mut self, text: &str) -> Option<Want> {
        if self.waits {
            return None;
        }
        let mut end = text.len().min(limits::PASTE_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let typed: String = text[..end].chars().filter(|character| !is_unsafe(*character)).collect();
        self.edit(|field| field.paste(&typed))
    }

    fn edit(&mut self, edit: impl FnOnce(&mut Field) -> bool) -> Option<Want> {
        match &mut self.stage {
            Stage::Password { new, focus: Focus::New, .. } => {
                edit(new).then(|| Want::Judge(Secret::new(new.text().to_owned())))
            }
            Stage::Password { again, focus: Focus::Again, .. } => {
                edit(again);
                None
            }
            Stage::Factor { code, .. } => {
                edit(code);
                None
            }
            Stage::Nothing | Stage::Codes(_) => None,
        }
    }

    fn next_field(&mut self) {
        if let Stage::Password { focus, .. } = &mut self.stage {
            *focus = if *focus == Focus::New { Focus::Again } else { Focus::New };
        }
    }

    fn enter(&mut self) -> Option<Want> {
        match &mut self.stage {
            Stage::Nothing => None,
            Stage::Password { focus, .. } if *focus == Focus::New => {
                *focus = Focus::Again;
                None
            }
            Stage::Password { new, again, focus, .. } => {
                if new.text() != again.text() {
                    again.set("");
                    self.refused = Some("the two are not the same: type it once more".to_owned());
                    return None;
                }
                let typed = Secret::new(new.text().to_owned());
                new.set("");
                again.set("");
                *focus = Focus::New;
                Some(self.send(Want::Password(typed)))
            }
            Stage::Factor { code, .. } => {
                if code.text().trim().is_empty() {
                    return None;
                }
                let typed = Secret::new(code.text().to_owned());
                code.set("");
                Some(self.send(Want::Code(typed)))
            }
            Stage::Codes(_) => Some(self.send(Want::GoOn)),
        }
    }

    fn send(&mut self, want: Want) -> Want {
        (self.waits, self.refused) = (true, None);
        want
    }
}
