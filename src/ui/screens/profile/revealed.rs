//! A masked field in the clear: on this profile, for a minute, and only while it is looked at.

use crate::base::ids::UserId;
use crate::base::limits::REVEAL_S;
use crate::base::time::Timestamp;
use crate::domain::masked::MaskedField;
use crate::protocol::Revealed;
use crate::ui::model::{Effect, Model};
use crate::ui::route::Screen;
use crate::ui::screens::profile;

/// What was revealed.
#[derive(Debug)]
pub(crate) struct Shown {
    user: UserId,
    revealed: Revealed,
    until: Timestamp,
}

impl Shown {
    /// Value number `at` of `field`, while it is in the clear.
    pub(crate) fn value(&self, field: &MaskedField, at: usize, now: Timestamp) -> Option<&str> {
        let is_it = self.revealed.field == *field && now < self.until;
        self.revealed.values.expose().get(at).filter(|_| is_it).map(String::as_str)
    }

    /// `email shown for 58 s`; nothing once it is over.
    pub(crate) fn words(&self, now: Timestamp) -> Option<String> {
        let left = self.until.seconds_since(now);
        let name = self.revealed.field.name().replace('_', " ");
        (now < self.until).then(|| format!("{name} shown for {left} s"))
    }
}

/// Shows what was revealed of `user`, on the profile.
pub(crate) fn show(model: &mut Model, user: UserId, revealed: Revealed, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.screen != Screen::Profile || model.profile.user != Some(user) {
        effects = profile::open(model, user, now);
    }
    model.profile.revealed = Some(Shown { user, revealed, until: now.plus_seconds(REVEAL_S) });
    effects.push(Effect::Wake { after_ms: REVEAL_S.unsigned_abs() * 1000 });
    effects
}

/// Forgets what was revealed once its time is over, or something else is looked at.
pub(crate) fn forget(model: &mut Model, now: Timestamp) {
    let is_seen = model.screen == Screen::Profile && model.lock.is_none() && model.ended.is_none();
    let user = model.profile.user;
    let stays = |shown: &Shown| is_seen && Some(shown.user) == user && now < shown.until;
    if !model.profile.revealed.as_ref().is_some_and(stays) {
        model.profile.revealed = None;
    }
}
