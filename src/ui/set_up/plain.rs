//! The same as a dialogue in lines, for screen readers and whatever terminal there is.

use crossterm::event::KeyEvent;

use super::{Focus, Rule, SetUp, Stage, Told, Want};
use crate::base::text::visible;
use crate::ui::plain::Reads;
use crate::ui::plain::typing::{Typed, Typing};

/// Lines in, lines out, around the same machine.
#[derive(Debug)]
pub struct Dialogue {
    machine: SetUp,
    typing: Typing,
    out: String,
}

impl Dialogue {
    /// A dialogue with whoever `machine` is about.
    pub fn new(machine: SetUp, reads: Reads) -> Self {
        let out = String::new();
        Self { machine, typing: Typing::new(reads), out }
    }

    /// Takes in what is told, and asks for what comes next.
    pub fn told(&mut self, told: Told) {
        if matches!(told, Told::Judged(_)) {
            return;
        }
        self.machine.told(told);
        self.typing.forget();
        if let Some(why) = &self.machine.refused {
            let line = format!("Not set: {why}.");
            self.say(&line);
        } else {
            self.introduce();
        }
        self.ask();
    }

    fn introduce(&mut self) {
        let lines = match &self.machine.stage {
            Stage::Nothing => Vec::new(),
            Stage::Password { rules, .. } => {
                let rules: Vec<&str> = rules.iter().map(|Rule { words, .. }| words.as_str()).collect();
                vec![format!("Your password is due: set a new one, of {}.", rules.join("; "))]
            }
            Stage::Factor { picture, .. } => vec![
                "Set up your second factor: type this key into an authenticator app (time based).".to_owned(),
                picture.manual.expose().clone(),
            ],
            Stage::Codes(codes) => {
                let told = "The second factor is set up. Keep these codes where the telephone is not: \
                            each signs in once in its place. They are not shown again.";
                let codes = codes.iter().map(|code| code.expose().clone());
                std::iter::once(told.to_owned()).chain(codes).collect()
            }
        };
        for line in lines {
            self.say(&line);
        }
    }

    fn ask(&mut self) {
        let question = match &self.machine.stage {
            Stage::Nothing => return,
            Stage::Password { focus: Focus::New, .. } => "New password:",
            Stage::Password { focus: Focus::Again, .. } => "The same once more:",
            Stage::Factor { .. } => "Code:",
            Stage::Codes(_) => "Enter goes on:",
        };
        self.out.push_str(question);
        self.out.push(if self.typing.reads == Reads::Keys { ' ' } else { '\n' });
    }

    /// A key.
    pub fn key(&mut self, key: KeyEvent) -> Option<Want> {
        match self.typing.key(key, self.is_secret(), &mut self.out) {
            Typed::Line => self.line(),
            Typed::Cancel | Typed::End => Some(Want::Quit),
            Typed::Nothing => None,
        }
    }

    /// Pasted text: into the line.
    pub fn paste(&mut self, text: &str) -> Option<Want> {
        let is_secret = self.is_secret();
        self.typing.paste(text, is_secret, &mut self.out);
        None
    }

    /// Obeys the next line that was typed, if its turn has come.
    pub fn line(&mut self) -> Option<Want> {
        if self.machine.waits {
            return None;
        }
        let line = self.typing.next()?;
        self.machine.edit(|field| {
            field.set(&line);
            true
        });
        let want = self.machine.enter();
        if want.is_none() {
            if let Some(why) = self.machine.refused.take() {
                self.say(&format!("Not set: {why}."));
            }
            self.ask();
            return self.line();
        }
        want
    }

    /// What was said since it was taken last.
    pub fn take(&mut self) -> Vec<u8> {
        let said = std::mem::take(&mut self.out);
        match self.typing.reads {
            Reads::Keys => said.replace('\n', "\r\n").into_bytes(),
            Reads::Lines => said.into_bytes(),
        }
    }

    const fn is_secret(&self) -> bool {
        matches!(self.machine.stage, Stage::Password { .. })
    }

    fn say(&mut self, text: &str) {
        self.out.push_str(&visible(text));
        self.out.push('\n');
    }
}
