//! A made-up institution: a seed, a size and a time become organisations, groups, roles and people.
//!
//! Pure: the same three make the same institution on every machine. A person is computed from its
//! number alone, so that millions need no memory. Writing them is `store::populate`'s part.

mod cast;
mod chance;
mod crowd;
#[cfg(test)]
mod laws;
mod past;
pub mod person;
pub mod structure;
mod words;

use crate::base::ids::{OrganisationId, UserId};
use crate::base::limits::DEMO_USERS_MAX;
use crate::base::time::Timestamp;
use crate::demo::person::Person;
use crate::demo::structure::{AccountPlan, GroupPlan, OrganisationPlan, RolePlan};
use crate::domain::organisation::Organisation;

/// The first number that the store gives.
const FIRST_USER: i64 = 10_001;

/// A made-up institution.
#[derive(Clone, Debug)]
pub struct Institution {
    size: u32,
    seed: u64,
    now: Timestamp,
    organisations: Vec<OrganisationPlan>,
    groups: Vec<GroupPlan>,
    roles: Vec<RolePlan>,
    accounts: Vec<AccountPlan>,
}

impl Institution {
    /// The institution of `seed` with `size` people, as it stands at `now`.
    ///
    /// `size` is taken as at least the cast of some twenty people who are always there, and as at most
    /// [`DEMO_USERS_MAX`].
    pub fn generate(size: u32, seed: u64, now: Timestamp) -> Self {
        Self {
            size: size.clamp(cast::COUNT, DEMO_USERS_MAX),
            seed,
            now,
            organisations: structure::organisations(),
            groups: structure::groups(),
            roles: structure::roles(),
            accounts: structure::accounts(),
        }
    }

    /// How many people there are.
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// What everything is drawn from.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The time at which statuses and ages are as they are; nothing happened later.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The organisations, by id.
    pub fn organisations(&self) -> &[OrganisationPlan] {
        &self.organisations
    }

    /// The tree of groups, parents before children.
    pub fn groups(&self) -> &[GroupPlan] {
        &self.groups
    }

    /// The roles, by id.
    pub fn roles(&self) -> &[RolePlan] {
        &self.roles
    }

    /// The platform accounts, by id.
    pub fn accounts(&self) -> &[AccountPlan] {
        &self.accounts
    }

    /// Everybody, by id: the cast first, then the crowd.
    pub fn people(&self) -> impl Iterator<Item = Person> {
        (0..self.size).map(|index| self.person(index))
    }

    /// The people with a part, operators first.
    pub fn cast(&self) -> impl Iterator<Item = Person> {
        (0..cast::COUNT).map(|index| self.person(index))
    }

    /// The person at `index`, which need not be below the size.
    pub fn person(&self, index: u32) -> Person {
        cast::person(self, index).unwrap_or_else(|| crowd::person(self, index))
    }

    /// The id of the person at `index`.
    pub fn id(index: u32) -> UserId {
        UserId(FIRST_USER + i64::from(index))
    }

    /// The operator of the cast with `login`.
    fn operator(login: &str) -> Option<UserId> {
        cast::index_of(login).map(Self::id)
    }

    fn organisation(&self, id: OrganisationId) -> Organisation {
        let found = self.organisations.iter().find(|plan| plan.organisation.id == id);
        found.expect("the tables name organisations that are there").organisation.clone()
    }
}
