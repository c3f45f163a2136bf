//! The closed list of rights: what each implies, and the levels that hold it.
//!
//! `spec/rights.tsv` is the source. Rights of area `portal` are kept and handed
//! out here; the portal itself enforces them.

use crate::domain::level::Level;
use crate::domain::level::Level::{Global as GA, Master as MA, Organisation as OA, User as UA};

use Right as R;

/// One right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// View a user's details.
    UserView,
    /// Create a user; resend, cancel and re-code invitations.
    UserCreate,
    /// Update a user's details and group.
    UserUpdate,
    /// Activate, deactivate, deactivate temporarily.
    UserActivate,
    /// Lock and unlock.
    UserLock,
    /// Delete a user.
    UserDelete,
    /// Promote to administrator, change level and scope.
    UserPromote,
    /// End a user's console sessions.
    UserSessionsEnd,
    /// Reset a password: on-screen link or email.
    UserPasswordReset,
    /// Reset multi-factor authentication.
    UserMfaReset,
    /// Generate backup codes for a locked-out user.
    UserLockoutCodes,
    /// Change a 2FA phone between text and voice.
    UserTwoFaNumberType,
    /// View SMS notification history.
    UserNotificationsView,
    /// Verify a user by support PIN.
    UserVerify,
    /// Change a user's email; take it from the core.
    UserEmailChange,
    /// Change a user's phone.
    UserPhoneChange,
    /// Change a user's address.
    UserAddressChange,
    /// Reveal masked personal data.
    UserPiiReveal,
    /// See the user's own view, read-only.
    UserEmulate,
    /// View a user's history.
    UserHistoryView,
    /// Read and send secure messages.
    UserMessage,
    /// Read and add internal notes.
    UserNote,
    /// Use the enrolment debugger.
    EnrollmentDebug,
    /// Pull the newest data from the core.
    CorePull,
    /// Link, unlink and change core user ids.
    CoreIdManage,
    /// Edit external accounts, reset microdeposit attempts.
    ExternalAccountManage,
    /// Delete voided transactions.
    TransactionsPurge,
    /// Create and update bill-pay credentials.
    BillpayManage,
    /// View a user group's details.
    GroupView,
    /// Create, edit, clone, delete groups and link users.
    GroupManage,
    /// View roles.
    RoleView,
    /// Create, edit and delete roles.
    RoleManage,
    /// Create and configure organisations and account types.
    OrgManage,
    /// Manage business details; see all users' activity.
    BusinessManage,
    /// Manage account settings and API key passwords.
    AccountSettings,
    /// Read and export the audit log.
    AuditView,
    /// Approve or reject another operator's very-high-risk action.
    ApprovalDecide,
    /// Import users, history and core extracts.
    DataImport,
    /// Export the users that one may see.
    DataExport,
    /// View the details and statement of a funding account.
    FundingView,
    /// Manage the funding accounts.
    FundingManage,
    /// Export the statement of a funding account.
    FundingExport,
    /// View the details and statement of bank cards and bank accounts.
    BankView,
    /// Export the statement of a bank card or bank account.
    BankExport,
    /// Manage the bank cards and bank accounts of the business.
    BankManage,
    /// Load cards from funding accounts in different currencies.
    TransferLoadFx,
    /// Withdraw from a funding account to a bank account.
    TransferWithdraw,
    /// Deposit from a bank card or account to a funding account.
    TransferDeposit,
    /// Transfer between funding accounts.
    TransferBetween,
    /// Transfer funds to or from a card.
    CardTransfer,
    /// View the details of a card.
    CardView,
    /// Freeze or thaw a card.
    CardFreeze,
    /// Create a card.
    CardCreate,
    /// Create cards in batches.
    CardCreateBatch,
    /// Delete a card.
    CardDelete,
    /// Print or save the details of a card.
    CardExport,
}

/// What stands behind a right.
#[derive(Clone, Copy, Debug)]
pub struct RightSpec {
    /// The right itself.
    pub right: Right,
    /// Its name in files and on the command line; never changes.
    pub code: &'static str,
    /// The part of the work it belongs to.
    pub area: &'static str,
    /// What it lets one do.
    pub label: &'static str,
    /// What it implies directly.
    pub implies: &'static [Right],
    /// The levels that hold it by default.
    pub levels: &'static [Level],
    /// Whether the editor warns that only administrators should get it.
    pub administrators_only: bool,
}

const fn right(
    right: Right,
    code: &'static str,
    area: &'static str,
    label: &'static str,
    implies: &'static [Right],
    levels: &'static [Level],
    administrators_only: bool,
) -> RightSpec {
    RightSpec { right, code, area, label, implies, levels, administrators_only }
}

/// Every right, in the order of the specification.
#[rustfmt::skip]
pub const ALL: &[RightSpec] = &[
    right(R::UserView, "user.view", "users", "View a user's details", &[], &[UA, OA, GA, MA], false),
    right(R::UserCreate, "user.create", "users", "Create a user; resend, cancel and re-code invitations", &[R::GroupManage, R::GroupView, R::UserView], &[UA, OA, GA, MA], true),
    right(R::UserUpdate, "user.update", "users", "Update a user's details and group", &[R::UserView], &[UA, OA, GA, MA], true),
    right(R::UserActivate, "user.activate", "users", "Activate, deactivate, deactivate temporarily", &[R::UserView], &[UA, OA, GA, MA], true),
    right(R::UserLock, "user.lock", "users", "Lock and unlock", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserDelete, "user.delete", "users", "Delete a user", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserPromote, "user.promote", "users", "Promote to administrator, change level and scope", &[R::UserUpdate], &[OA, GA, MA], false),
    right(R::UserSessionsEnd, "user.sessions.end", "users", "End a user's console sessions", &[R::UserView], &[OA, GA, MA], false),
    right(R::UserPasswordReset, "user.password.reset", "credentials", "Reset a password: on-screen link or email", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserMfaReset, "user.mfa.reset", "credentials", "Reset multi-factor authentication", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserLockoutCodes, "user.lockout_codes", "credentials", "Generate backup codes for a locked-out user", &[R::UserView], &[GA, MA], false),
    right(R::UserTwoFaNumberType, "user.2fa.number_type", "credentials", "Change a 2FA phone between text and voice", &[R::UserView], &[OA, GA, MA], false),
    right(R::UserNotificationsView, "user.notifications.view", "credentials", "View SMS notification history", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserVerify, "user.verify", "credentials", "Verify a user by support PIN", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserEmailChange, "user.email.change", "contact", "Change a user's email; take it from the core", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserPhoneChange, "user.phone.change", "contact", "Change a user's phone", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserAddressChange, "user.address.change", "contact", "Change a user's address", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserPiiReveal, "user.pii.reveal", "contact", "Reveal masked personal data", &[R::UserView], &[OA, GA, MA], false),
    right(R::UserEmulate, "user.emulate", "support", "See the user's own view, read-only", &[R::UserView], &[GA, MA], false),
    right(R::UserHistoryView, "user.history.view", "support", "View a user's history", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserMessage, "user.message", "support", "Read and send secure messages", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::UserNote, "user.note", "support", "Read and add internal notes", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::EnrollmentDebug, "enrollment.debug", "support", "Use the enrolment debugger", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::CorePull, "core.pull", "core", "Pull the newest data from the core", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::CoreIdManage, "core.id.manage", "core", "Link, unlink and change core user ids", &[R::UserView], &[GA, MA], false),
    right(R::ExternalAccountManage, "external_account.manage", "core", "Edit external accounts, reset microdeposit attempts", &[R::UserView], &[GA, MA], false),
    right(R::TransactionsPurge, "transactions.purge", "core", "Delete voided transactions", &[R::UserView], &[GA, MA], false),
    right(R::BillpayManage, "billpay.manage", "core", "Create and update bill-pay credentials", &[R::UserView], &[GA, MA], false),
    right(R::GroupView, "group.view", "groups", "View a user group's details", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::GroupManage, "group.manage", "groups", "Create, edit, clone, delete groups and link users", &[R::GroupView, R::UserView], &[UA, OA, GA, MA], true),
    right(R::RoleView, "role.view", "groups", "View roles", &[R::UserView], &[UA, OA, GA, MA], false),
    right(R::RoleManage, "role.manage", "groups", "Create, edit and delete roles", &[R::RoleView], &[GA, MA], false),
    right(R::OrgManage, "org.manage", "account", "Create and configure organisations and account types", &[], &[GA, MA], false),
    right(R::BusinessManage, "business.manage", "account", "Manage business details; see all users' activity", &[R::UserHistoryView], &[GA, MA], true),
    right(R::AccountSettings, "account.settings", "account", "Manage account settings and API key passwords", &[], &[GA, MA], true),
    right(R::AuditView, "audit.view", "account", "Read and export the audit log", &[], &[GA, MA], false),
    right(R::ApprovalDecide, "approval.decide", "account", "Approve or reject another operator's very-high-risk action", &[R::UserView], &[OA, GA, MA], false),
    right(R::DataImport, "data.import", "account", "Import users, history and core extracts", &[R::UserCreate, R::UserUpdate], &[GA, MA], false),
    right(R::DataExport, "data.export", "account", "Export the users that one may see", &[R::UserView], &[OA, GA, MA], false),
    right(R::FundingView, "funding.view", "portal", "View the details and statement of a funding account", &[], &[GA, MA], false),
    right(R::FundingManage, "funding.manage", "portal", "Manage the funding accounts", &[R::FundingView], &[GA, MA], false),
    right(R::FundingExport, "funding.export", "portal", "Export the statement of a funding account", &[R::FundingView], &[GA, MA], false),
    right(R::BankView, "bank.view", "portal", "View the details and statement of bank cards and bank accounts", &[], &[GA, MA], false),
    right(R::BankExport, "bank.export", "portal", "Export the statement of a bank card or bank account", &[R::BankView], &[GA, MA], false),
    right(R::BankManage, "bank.manage", "portal", "Manage the bank cards and bank accounts of the business", &[R::BankView], &[GA, MA], false),
    right(R::TransferLoadFx, "transfer.load_fx", "portal", "Load cards from funding accounts in different currencies", &[], &[GA, MA], false),
    right(R::TransferWithdraw, "transfer.withdraw", "portal", "Withdraw from a funding account to a bank account", &[R::FundingView, R::BankView], &[GA, MA], false),
    right(R::TransferDeposit, "transfer.deposit", "portal", "Deposit from a bank card or account to a funding account", &[R::FundingView, R::BankView], &[GA, MA], false),
    right(R::TransferBetween, "transfer.between", "portal", "Transfer between funding accounts", &[R::FundingView], &[GA, MA], false),
    right(R::CardTransfer, "card.transfer", "portal", "Transfer funds to or from a card", &[], &[GA, MA], false),
    right(R::CardView, "card.view", "portal", "View the details of a card", &[], &[GA, MA], false),
    right(R::CardFreeze, "card.freeze", "portal", "Freeze or thaw a card", &[R::CardView], &[GA, MA], false),
    right(R::CardCreate, "card.create", "portal", "Create a card", &[R::CardView], &[GA, MA], false),
    right(R::CardCreateBatch, "card.create_batch", "portal", "Create cards in batches", &[R::CardView, R::CardCreate], &[GA, MA], false),
    right(R::CardDelete, "card.delete", "portal", "Delete a card", &[R::CardView], &[GA, MA], false),
    right(R::CardExport, "card.export", "portal", "Print or save the details of a card", &[R::CardView], &[GA, MA], false),
];

impl Right {
    /// What stands behind this right.
    pub fn spec(self) -> &'static RightSpec {
        // The table follows the order of the enum; a test compares them.
        &ALL[self as usize]
    }

    /// Its name in files and on the command line.
    pub fn code(self) -> &'static str {
        self.spec().code
    }

    /// The right of that name.
    pub fn parse(code: &str) -> Option<Self> {
        ALL.iter().find(|spec| spec.code == code).map(|spec| spec.right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_follows_the_order_of_the_list() {
        for (place, spec) in ALL.iter().enumerate() {
            assert_eq!(spec.right as usize, place, "{}", spec.code);
            assert_eq!(Right::parse(spec.code), Some(spec.right));
        }
    }
}
