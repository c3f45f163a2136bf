//! What other systems know of a target: asked before the transaction, so that nothing waits inside it.

use crate::actions;
use crate::actions::request::{OutsideFact, Request, Said, Target};
use crate::actions::spec::Fact;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::core::Core;
use crate::domain::target::TargetId;
use crate::domain::user::User;
use crate::protocol::{Query, Reply};
use crate::service::Service;

impl Service {
    /// The facts of other systems that `request` wants; empty without such a system, and for a set.
    ///
    /// What was shown a moment ago is what the operator decided by: it is asked for again only when it is too old.
    pub(super) async fn outside(&self, request: &Request) -> Vec<OutsideFact> {
        let (Some(core), Some(spec)) = (&self.core, actions::find(request.code)) else { return Vec::new() };
        let wanted = spec.facts.iter().copied().filter(|fact| fact.is_outside());
        let now = self.now();
        let mut known = Vec::new();
        for fact in wanted {
            if let Some(shown) = shown(request, fact, now) {
                known.push(shown);
                continue;
            }
            // Whoever is out of sight is not asked for either.
            let Some(user) = self.target_of(request).await else { return Vec::new() };
            if !user.core_id.is_empty() {
                known.push(asked(core, &user.core_id, fact, now).await);
            }
        }
        known
    }

    async fn target_of(&self, request: &Request) -> Option<Box<User>> {
        let query = match &request.target {
            Target::Seen { id: TargetId::User(user), .. } => Query::UserById { user: *user },
            Target::Named(named) => Query::User { named: named.clone() },
            Target::Seen { .. }
            | Target::Directory
            | Target::Done { .. }
            | Target::DoneSet { .. }
            | Target::Set(_) => return None,
        };
        if let Reply::User(profile) = self.ask(&request.actor, query).await {
            Some(Box::new(profile.user))
        } else {
            None
        }
    }
}

/// What was shown of `fact`, as long as it counts.
fn shown(request: &Request, fact: Fact, now: Timestamp) -> Option<OutsideFact> {
    let shown = request.shown.iter().find(|shown| shown.fact == fact)?;
    let asked_at = shown.asked_at?;
    let counts = asked_at.plus_seconds(limits::OUTSIDE_FACT_S) > now;
    counts.then_some(OutsideFact { fact, said: Said::Value(shown.value), asked_at })
}

async fn asked(core: &Core, core_id: &str, fact: Fact, now: Timestamp) -> OutsideFact {
    let said = match core.person(core_id).await {
        Ok(Some(person)) => Said::Value(person.open_accounts),
        Ok(None) => Said::Nobody,
        Err(why) => Said::Nothing(why),
    };
    OutsideFact { fact, said, asked_at: now }
}
