//! Which slots of a segment exist for an operator, and which of them a filter means.

use std::sync::Arc;

use crate::authz::standing::{Groups, Sight};
use crate::base::time::Timestamp;
use crate::directory::filter::{Expr, Filter};
use crate::directory::index::bits::Bits;
use crate::directory::index::memo::{Asked, Set};
use crate::directory::index::segment::{GROUP, ORGANISATION, Segment};
use crate::directory::index::terms::Terms;
use crate::domain::scope::Scope;

/// Who is meant, who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// Who is meant.
    pub filter: &'a Filter,
    /// What exists for who asks.
    pub sight: &'a Sight,
    /// The time of the question: statuses follow the clock.
    pub now: Timestamp,
}

/// What was found in one segment.
#[derive(Debug, Default)]
pub(super) struct Selected {
    pub(super) slots: Arc<Bits>,
    pub(super) matching: usize,
    /// How many exist for who asked.
    pub(super) existing: usize,
}

impl Selected {
    fn new(slots: Bits, existing: usize) -> Self {
        let matching = slots.count();
        Self { slots: Arc::new(slots), matching, existing }
    }
}

/// Selects among the slots of `segment` that are not in `dead`.
pub(super) fn select(segment: &Segment, dead: &Bits, sought: Sought<'_>) -> Selected {
    // What exists comes first: nothing else is ever counted or shown.
    let mut slots = Bits::none(segment.len());
    existing(segment, sought.sight).add_to(&mut slots);
    if let Some(own) = segment.slot_of(sought.sight.own) {
        slots.set(own);
    }
    slots.and_not(dead);
    let existing = slots.count();
    if sought.filter.is_empty() {
        return Selected::new(slots, existing);
    }
    let terms = Terms { segment, sight: sought.sight, now: sought.now };
    restrict(&mut slots, &sought.filter.root, &terms);
    Selected::new(slots, existing)
}

fn existing(segment: &Segment, sight: &Sight) -> Arc<Set> {
    let asked = Asked::Existing(sight.scope.clone(), sight.groups.clone());
    segment.memo.ask(asked, segment.len(), || {
        if sight.scope == Scope::All && sight.groups == Groups::Any {
            return Bits::all(segment.len());
        }
        let organisations =
            segment.names.organisations.are(|organisation| sight.scope.holds(organisation.id));
        let groups = segment.names.groups.are(|group| sight.groups.holds(group.id));
        let both = segment.shared[ORGANISATION].iter().zip(&segment.shared[GROUP]);
        Bits::of(
            both.map(|(organisation, group)| {
                organisations[*organisation as usize] && groups[*group as usize]
            }),
        )
    })
}

/// Takes from `slots` whom `expr` does not mean.
fn restrict(slots: &mut Bits, expr: &Expr, terms: &Terms<'_>) {
    match expr {
        Expr::All(all) => {
            for one in all {
                restrict(slots, one, terms);
            }
        }
        Expr::Not(one) => slots.and_not(&meant(one, terms)),
        Expr::Any(_) | Expr::Term(_) => slots.and(&meant(expr, terms)),
    }
}

fn meant(expr: &Expr, terms: &Terms<'_>) -> Bits {
    let users = terms.segment.len();
    match expr {
        Expr::All(_) => {
            let mut meant = Bits::all(users);
            restrict(&mut meant, expr, terms);
            meant
        }
        Expr::Any(any) => {
            let mut all = Bits::none(users);
            for one in any {
                all.or(&meant(one, terms));
            }
            all
        }
        Expr::Not(one) => {
            let mut others = meant(one, terms);
            others.flip();
            others
        }
        Expr::Term(what) => terms.meant(what),
    }
}
