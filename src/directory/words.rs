//! Words that values of a filter may be: what the users that exist for who asks belong to and have.

/// Names in use, each in the form that is searched, sorted, none twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Keys of organisations.
    pub organisations: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Roles.
    pub roles: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Types of account ids.
    pub account_types: Vec<String>,
    /// Names of custom attributes.
    pub attributes: Vec<String>,
}
