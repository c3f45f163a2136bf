//! What stands before the people come: organisations, groups, roles, platform accounts.

use crate::authz::grants::RightSet;
use crate::authz::right::Right::{self, self as R};
use crate::base::ids::{GroupId, OrganisationId, PlatformAccountId, RoleId};
use crate::domain::organisation::{GroupName, Organisation, RoleName};

/// Retail banking: most of the customers.
pub(super) const RETAIL: OrganisationId = OrganisationId(1);
/// Cards.
pub(super) const CARDS: OrganisationId = OrganisationId(2);
/// Business banking.
pub(super) const BUSINESS: OrganisationId = OrganisationId(3);

/// An organisation with its types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationPlan {
    /// Key and name.
    pub organisation: Organisation,
    /// Types of emails; the first is the primary's.
    pub email_types: &'static [&'static str],
    /// Types of phones; the first is the primary's.
    pub phone_types: &'static [&'static str],
    /// Name and display name of each account type.
    pub account_types: &'static [(&'static str, &'static str)],
    /// Names of the user fields that are stored encrypted.
    pub encrypted: &'static [&'static str],
}

/// A group of the tree; parents stand before their children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPlan {
    /// Id and name.
    pub group: GroupName,
    /// What it is for.
    pub description: &'static str,
    /// The organisation; `None` is institution-wide.
    pub organisation: Option<OrganisationId>,
    /// The group above.
    pub parent: Option<GroupId>,
    /// Its rights, closed.
    pub rights: RightSet,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolePlan {
    /// Id and name.
    pub role: RoleName,
    /// What it is for.
    pub description: &'static str,
    /// The organisation; `None` is institution-wide.
    pub organisation: Option<OrganisationId>,
    /// Its rights, closed.
    pub rights: RightSet,
}

/// A platform account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountPlan {
    /// Its id.
    pub id: PlatformAccountId,
    /// The organisation that has it.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: &'static str,
}

/// The organisations, by id.
pub(super) fn organisations() -> Vec<OrganisationPlan> {
    let plan = |id, key: &str, name: &str, account_types| OrganisationPlan {
        organisation: Organisation { id, key: key.to_owned(), display_name: name.to_owned() },
        email_types: &["main", "work"],
        phone_types: &["main", "mobile"],
        account_types,
        encrypted: if id == BUSINESS { &["tax_id", "attr.passport"] } else { &[] },
    };
    vec![
        plan(RETAIL, "retail", "Retail Banking", &[("current", "Current account"), ("savings", "Savings")]),
        plan(CARDS, "cards", "Card Services", &[("card", "Credit card"), ("prepaid", "Prepaid card")]),
        plan(BUSINESS, "business", "Business Banking", &[("operating", "Operating account")]),
    ]
}

/// Name, description, organisation, place of the parent in the table from 1, rights.
type GroupRow = (&'static str, &'static str, Option<OrganisationId>, Option<i64>, &'static [Right]);

#[rustfmt::skip]
const GROUPS: &[GroupRow] = &[
    ("Retail Support", "Everything that a customer can ask for", Some(RETAIL), None, &[
        R::UserLock, R::UserUpdate, R::UserPasswordReset, R::UserMfaReset, R::UserHistoryView, R::UserNote, R::UserMessage,
        R::UserVerify, R::UserPhoneChange, R::UserEmailChange, R::GroupManage, R::RoleView,
    ]),
    ("Tier 1", "First line, all hours", Some(RETAIL), Some(1), &[
        R::UserLock, R::UserHistoryView, R::UserNote, R::UserMessage, R::UserVerify, R::GroupView,
    ]),
    ("Night shift", "22:00 to 06:00", Some(RETAIL), Some(2), &[R::UserLock, R::UserHistoryView, R::UserNote]),
    ("Tier 2", "What the first line hands on", Some(RETAIL), Some(1), &[
        R::UserLock, R::UserPasswordReset, R::UserMfaReset, R::UserHistoryView, R::UserNote, R::UserMessage, R::UserVerify,
        R::UserPhoneChange, R::GroupManage,
    ]),
    ("Card Operations", "Cards from order to end", Some(CARDS), None, &[
        R::UserLock, R::UserHistoryView, R::UserNote, R::GroupManage, R::CardFreeze, R::CardCreate,
    ]),
    ("Freeze desk", "Lost and stolen cards", Some(CARDS), Some(5), &[R::CardFreeze, R::UserHistoryView, R::UserNote]),
    ("Disputes", "Charges that the holder does not know", Some(CARDS), Some(5), &[R::CardView, R::UserHistoryView, R::UserNote]),
    ("Compliance", "Looks at everything, changes nothing", None, None, &[
        R::AuditView, R::UserHistoryView, R::UserNote, R::DataExport, R::RoleView, R::GroupManage,
    ]),
    ("Auditors", "Reads the audit", None, Some(8), &[R::AuditView, R::UserHistoryView, R::RoleView, R::GroupView]),
    ("Business Onboarding", "New businesses and their people", Some(BUSINESS), None, &[
        R::UserCreate, R::UserUpdate, R::UserVerify, R::UserHistoryView, R::UserNote,
    ]),
    ("Invitations", "Sends and follows up invitations", Some(BUSINESS), Some(10), &[R::UserCreate, R::UserNote]),
];

/// The tree of groups, parents before children.
pub(super) fn groups() -> Vec<GroupPlan> {
    let plan = |(id, row): (i64, &GroupRow)| GroupPlan {
        group: GroupName { id: GroupId(id), name: row.0.to_owned() },
        description: row.1,
        organisation: row.2,
        parent: row.3.map(GroupId),
        rights: RightSet::closed(row.4.iter().copied()),
    };
    (1..).zip(GROUPS).map(plan).collect()
}

/// Name, description, organisation, rights.
type RoleRow = (&'static str, &'static str, Option<OrganisationId>, &'static [Right]);

#[rustfmt::skip]
const ROLES: &[RoleRow] = &[
    ("Support L1", "Locks, unlocks, writes notes and messages", None, &[
        R::UserLock, R::UserHistoryView, R::UserNote, R::UserMessage, R::UserVerify, R::UserNotificationsView,
    ]),
    ("Support L2", "And lets people in again", None, &[
        R::UserLock, R::UserHistoryView, R::UserNote, R::UserMessage, R::UserVerify, R::UserNotificationsView,
        R::UserPasswordReset, R::UserMfaReset, R::UserEmailChange, R::UserPhoneChange, R::UserAddressChange,
    ]),
    ("Fraud Lead", "Stops an attack", None, &[
        R::UserLock, R::UserActivate, R::UserSessionsEnd, R::UserPiiReveal, R::UserHistoryView, R::UserNote, R::CardFreeze,
    ]),
    ("Auditor", "Reads the audit", None, &[R::AuditView, R::UserHistoryView, R::RoleView, R::GroupView]),
    ("Card Freezer", "Freezes and thaws cards", Some(CARDS), &[R::CardFreeze]),
    ("Business Opener", "Creates users of businesses", Some(BUSINESS), &[R::UserCreate, R::UserUpdate]),
];

/// The roles.
pub(super) fn roles() -> Vec<RolePlan> {
    let plan = |(id, (name, description, organisation, rights)): (i64, &RoleRow)| RolePlan {
        role: RoleName { id: RoleId(id), name: (*name).to_owned() },
        description,
        organisation: *organisation,
        rights: RightSet::closed(rights.iter().copied()),
    };
    (1..).zip(ROLES).map(plan).collect()
}

const ACCOUNTS: &[(OrganisationId, &str)] = &[
    (RETAIL, "Branch ledger"),
    (RETAIL, "Online channel"),
    (CARDS, "Card issuing"),
    (CARDS, "Card settlement"),
    (BUSINESS, "Payroll hub"),
];

/// The platform accounts.
pub(super) fn accounts() -> Vec<AccountPlan> {
    let plan = |(id, (organisation, name)): (i64, &(OrganisationId, &'static str))| AccountPlan {
        id: PlatformAccountId(id),
        organisation: *organisation,
        name,
    };
    (1..).zip(ACCOUNTS).map(plan).collect()
}
