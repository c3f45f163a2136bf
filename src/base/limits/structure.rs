//! Limits of groups and roles, re-exported by [`limits`](super).

/// Most groups of an institution: the whole tree is read for every change of it, and walked by a person.
pub const GROUPS_MAX: usize = 2000;

/// Most roles of an institution: a matrix that a person can read.
pub const ROLES_MAX: usize = 500;

/// Deepest place in the tree of groups (`spec/authority.md`).
pub const GROUP_DEPTH_MAX: u32 = 16;

/// Operators who are judged at most to tell who could do what was refused: a moment's work for one reader.
pub const ABLE_JUDGED_MAX: usize = 200;

/// Logins that are named of those who could: enough to ask one.
pub const ABLE_NAMED_MAX: usize = 5;

/// Longest name of a group or role, in characters: a column of a table.
pub const STRUCTURE_NAME_CHARS_MAX: usize = 60;

/// Longest description of a group or role, in characters: a line of a wide terminal.
pub const DESCRIPTION_CHARS_MAX: usize = 200;

/// Longest amount of a transfer limit, in characters: twelve digits, a point and hundredths.
pub const AMOUNT_CHARS_MAX: usize = 15;

/// Longest list of users in a field, in characters: a hundred long logins.
pub const PEOPLE_CHARS_MAX: usize = 6500;

/// Users who can be named in one field at once: a form, and not a file.
pub const PEOPLE_MAX: usize = 100;

/// Longest list of rights as text, in characters: every right, with separators.
pub const RIGHTS_CHARS_MAX: usize = 4000;
