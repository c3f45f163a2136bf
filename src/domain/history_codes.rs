//! The closed list of history codes: who does it, and what it means.
//!
//! Some codes have an alias (`accounts.create`); imports bring both, so both are kept.

/// Who does what a code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The user, or a joint user of an account.
    User,
    /// An operator.
    Staff,
    /// The machine.
    System,
}

impl By {
    /// The word of the catalogue.
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Staff => "staff",
            Self::System => "system",
        }
    }
}

/// One code of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryCode {
    /// `subject.verb`, as stored.
    pub code: &'static str,
    /// Who does it.
    pub by: By,
    /// One sentence for people.
    pub meaning: &'static str,
}

/// The code with this name.
pub fn find(code: &str) -> Option<&'static HistoryCode> {
    ALL.iter().find(|known| known.code == code)
}

const fn code(code: &'static str, by: By, meaning: &'static str) -> HistoryCode {
    HistoryCode { code, by, meaning }
}

use By::{Staff, System, User};

/// Every code, in the order of the specification.
#[rustfmt::skip]
pub const ALL: &[HistoryCode] = &[
    code("accept_terms.create", User, "Terms of service accepted"),
    code("accountbalances.update", System, "Balance of an account refreshed (plural alias)"),
    code("accountbalance.update", System, "Balance of an account refreshed"),
    code("account.destroy", User, "Account taken off the user"),
    code("accounts.create", User, "Account added for the user"),
    code("account_stop.create", User, "Stop payment placed"),
    code("account.update", User, "Account details changed"),
    code("accountverify.create", User, "External account verification by microdeposits started"),
    code("accountverifyinstant.create", User, "Account verified by instant verification"),
    code("ach.review", System, "ACH transaction held for review"),
    code("address.update", User, "Postal address changed"),
    code("appauthorize.create", User, "App credentials authorised for the user"),
    code("appauthorize.update", User, "Credentials of an authorised app changed"),
    code("application.change_state", Staff, "Account application moved to another state by staff"),
    code("backoffice_ach_transaction.destroy", Staff, "User's ACH transaction cancelled by staff"),
    code("backoffice_ach_transaction.update", Staff, "User's ACH transaction changed or processed by staff"),
    code("backoffice_workflow_rule.create", Staff, "Risk rule created"),
    code("backoffice_workflow_rules.create", Staff, "Risk rule created (plural alias)"),
    code("billpay_credential.create", Staff, "Bill-pay credential created by staff"),
    code("billpay_credential.update", Staff, "Bill-pay credential changed by staff"),
    code("billshark.create", User, "Bill-negotiation integration set up"),
    code("billsharkuser.create", User, "Bill-negotiation integration set up (user alias)"),
    code("deposit.create", User, "Remote deposit capture submitted"),
    code("deposits.create", User, "Remote deposit capture submitted (plural alias)"),
    code("deposits.update", User, "Remote deposit capture changed"),
    code("enroll_verify.create", User, "Enrolment verification created"),
    code("external_account.destroy", User, "External account removed"),
    code("external_accounts.create", User, "External account added"),
    code("external_accounts_verify_instant.create", User, "External account added by instant verification"),
    code("external_account.update", Staff, "External account details changed"),
    code("external_account.verify", User, "External account verified by microdeposits"),
    code("external_account_verify.create", User, "External account verified by microdeposits (alias)"),
    code("insurance_policy.create", User, "Insurance policy taken out"),
    code("insurance_quote.create", User, "Insurance quote requested"),
    code("limits.update", Staff, "ACH or remote-deposit limits changed"),
    code("message.create", User, "Secure message sent by the user"),
    code("message.delete", Staff, "Secure message deleted by staff"),
    code("messages.create", User, "Secure message sent by the user (plural alias)"),
    code("password_reset_confirm.create", System, "Password-reset request sent"),
    code("payee.create", User, "Payee added"),
    code("payee.delete", User, "Payee removed"),
    code("payees.update", User, "Bill-pay payee changed (plural alias)"),
    code("payee.update", User, "Bill-pay payee changed"),
    code("payment.create", User, "Bill payment created"),
    code("payment.delete", User, "Bill payment cancelled"),
    code("payments.update", User, "Bill payment changed"),
    code("phone.update", User, "Phone number changed"),
    code("referralcodes.update", User, "Referral code changed"),
    code("saved_search.alert", System, "Transaction alert sent"),
    code("saved_search.destroy", User, "Transaction-alert rule deleted"),
    code("saved_searches.create", User, "Transaction-alert rule created"),
    code("savedsearches.create", User, "Transaction-alert rule created (alias)"),
    code("scheduledtransfer.create", User, "Transfer (recurring or one-off) scheduled in the mobile app"),
    code("scheduledtransfer.destroy", User, "Scheduled transfer deleted in the mobile app"),
    code("security_devices.create", User, "Multi-factor device added"),
    code("security_devices.destroy", User, "Multi-factor device removed"),
    code("session.create", User, "Session started"),
    code("thread.create", User, "Secure-message thread started"),
    code("thread.destroy", Staff, "Secure-message thread deleted"),
    code("threads.create", User, "Secure-message thread started (plural alias)"),
    code("tokens.create", User, "Mobile login token issued"),
    code("tokens.destroy", System, "Mobile login token deleted or expired"),
    code("transaction.update", User, "Transaction changed by the user"),
    code("transfer.create", User, "Transfer created whose schedule starts today"),
    code("transfer.destroy", User, "Scheduled transfer deleted in a web browser"),
    code("transfer.error", System, "A transfer failed"),
    code("transfer.process", System, "Scheduled transfer processed"),
    code("transfers.create", User, "Transfer scheduled on any device"),
    code("transfer.update", User, "Transfer changed by the user"),
    code("user.create", Staff, "User created"),
    code("user.email_confirm", User, "Email address confirmed"),
    code("user_email.create", User, "Email address added"),
    code("user.email_update", User, "Email address changed by the user"),
    code("user.emulate", Staff, "Staff viewed the account as the user (read-only)"),
    code("user.enroll", User, "Enrolment completed"),
    code("user.lock", Staff, "Account locked"),
    code("user.unlock", Staff, "Account unlocked by staff"),
    code("user.login", User, "Sign-in on the web"),
    code("user.login_failed", User, "Sign-in on the web refused: wrong password"),
    code("user.password_change", User, "Password changed from settings"),
    code("user.refresh_token", User, "Mobile token refreshed"),
    code("user.reset_password", User, "Password changed through a reset or self-service"),
    code("user.request_email_update", User, "Email change requested"),
    code("user.request_password_reset", Staff, "Password reset requested by the user or by staff"),
    code("users.create", Staff, "User created (plural alias)"),
    code("user.verify", User, "User verified the account, for example on an unknown device"),
    code("verify.create", User, "User verification created"),
    code("wire.review", System, "Wire held for review"),
    code("wires.create", User, "Wire transfer started"),
    code("user.update", Staff, "Personal details, tags or attributes changed"),
    code("user.login_change", Staff, "Username changed by staff"),
    code("user.activate", Staff, "User activated, or temporary deactivation ended"),
    code("user.deactivate", Staff, "User deactivated, at once or for a time"),
    code("user.delete", Staff, "User deleted (last row of the archived history)"),
    code("user.promote", Staff, "Level or scope given, changed or taken"),
    code("user.roles", Staff, "Roles changed"),
    code("user.group", Staff, "Group changed or lost"),
    code("user.accounts", Staff, "Platform accounts changed"),
    code("user.invite", Staff, "Invitation sent again, cancelled or re-coded"),
    code("user.email_verification", Staff, "Verification email sent again"),
    code("user.auto_lock", System, "Locked after too many wrong passwords or codes"),
    code("note.create", Staff, "Internal note added"),
    code("account_id.create", Staff, "Account id added"),
    code("account_id.update", Staff, "Status or attributes of an account id changed"),
    code("account_id.delete", Staff, "Account id removed"),
    code("security_devices.update", Staff, "A two-factor phone set to text or voice"),
    code("session.destroy", Staff, "Console sessions ended by staff"),
    code("core_id.link", Staff, "Core user id linked"),
    code("core_id.unlink", Staff, "Core user id unlinked"),
    code("core_id.change", Staff, "Core user id changed"),
    code("transaction.destroy", Staff, "Voided transactions deleted"),
];
