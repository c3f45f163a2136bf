//! The two faces of a session: screens that are drawn, or a dialogue in lines. Both speak in the same messages and effects.

use crate::base::time::Timestamp;
use crate::session::Look;
use crate::terminal::{ENTER, LEAVE, Screen};
use crate::ui::plain::Plain;
use crate::ui::{self, Effect, Model, Msg, Opening};

/// What an operator sees.
pub(super) enum Face {
    Screens { model: Box<Model>, screen: Box<Screen> },
    Plain(Box<Plain>),
}

impl Face {
    /// The face that `look` asks for, and what it asks first.
    pub(super) fn new(look: Look, opening: Opening) -> (Self, Vec<Effect>) {
        let size = opening.size;
        match look {
            Look::Screens(capabilities) => {
                let (model, effects) = Model::new(opening);
                let screen = Box::new(Screen::new(size.0.into(), size.1.into(), capabilities));
                (Self::Screens { model: Box::new(model), screen }, effects)
            }
            Look::Plain(reads) => {
                let (plain, effects) = Plain::new(opening, reads);
                (Self::Plain(Box::new(plain)), effects)
            }
        }
    }

    /// What takes the terminal over; a dialogue does not.
    pub(super) fn enter(&self) -> Vec<u8> {
        match self {
            Self::Screens { .. } => ENTER.to_vec(),
            Self::Plain(_) => Vec::new(),
        }
    }

    /// What gives the terminal back; of a dialogue, what it has said and nobody has taken yet.
    pub(super) fn leave(&mut self) -> Vec<u8> {
        match self {
            Self::Screens { .. } => LEAVE.to_vec(),
            Self::Plain(plain) => plain.take(),
        }
    }

    pub(super) fn update(&mut self, message: Msg, now: Timestamp) -> Vec<Effect> {
        match self {
            Self::Screens { model, .. } => ui::update(model, message, now),
            Self::Plain(plain) => plain.update(message, now),
        }
    }

    /// What the terminal gets to show the console as it is now.
    pub(super) fn draw(&mut self, now: Timestamp) -> Vec<u8> {
        match self {
            Self::Screens { model, screen } => screen.draw(|buffer| ui::view(model, buffer, now)),
            Self::Plain(plain) => plain.take(),
        }
    }

    /// Takes another size; the one that is in effect comes back.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) -> (u16, u16) {
        match self {
            Self::Screens { screen, .. } => {
                screen.resize(columns.into(), rows.into());
                screen.size()
            }
            Self::Plain(_) => (columns, rows),
        }
    }

    /// Draws everything anew the next time.
    pub(super) fn repaint(&mut self) {
        match self {
            Self::Screens { screen, .. } => screen.repaint(),
            Self::Plain(_) => {}
        }
    }

    /// Whether it can take more keys.
    pub(super) fn has_room(&self) -> bool {
        match self {
            Self::Screens { .. } => true,
            Self::Plain(plain) => plain.has_room(),
        }
    }

    /// No more keys come: what is to be done first; `None` where that ends it at once.
    pub(super) fn input_over(&mut self, now: Timestamp) -> Option<Vec<Effect>> {
        match self {
            Self::Screens { .. } => None,
            Self::Plain(plain) => Some(plain.input_over(now)),
        }
    }
}
