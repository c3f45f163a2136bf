//! Limits of who gets in: what is set first, lists of keys, bastions.

/// Last passwords that a new one may not be, unless the settings say otherwise (G06: "previous passwords").
pub const PASSWORD_HISTORY: u32 = 5;

/// Past passwords kept of one person: the setting above may grow up to this.
pub const PASSWORDS_KEPT_MAX: u32 = 24;

/// Days after which a password is due, unless the settings say otherwise: 0, never (NIST SP 800-63B §3.1.1.2).
pub const PASSWORD_AGE_DAYS: u32 = 0;

/// Days for which a key that is trusted signs in without a code, unless the settings say otherwise (G10).
pub const TRUSTED_KEY_DAYS: u32 = 90;

/// Rows of failed sign-ins that are looked at for one operator who comes in: those of a day's flood, read in milliseconds.
pub const FAILED_SIGN_INS_LOOKED_AT: u32 = 50_000;

/// Seconds in which whoever has signed in sets what is due: time to find the telephone, no more.
pub const SET_UP_LIMIT_S: u64 = 10 * 60;

/// Longest new password that a field takes, in characters: more than are allowed, so that it is told and not cut.
pub const PASSWORD_CHARS_TYPED_MAX: usize = 256;

/// Longest file of certificate authorities or of what is revoked, in bytes: it is read at every certificate.
pub const KEY_LIST_BYTES_MAX: u64 = 1024 * 1024;

/// Longest header of PROXY protocol v2 behind its first 16 bytes: addresses and what haproxy adds at most (§2.2: 520).
pub const PROXY_HEADER_BYTES_MAX: usize = 520;

/// Headers of PROXY protocol that are waited for at once; a bastion that sends none holds no more.
pub const PROXY_HEADERS_WAITING_MAX: usize = 200;

/// Seconds in which a bastion sends its header, which it has before it connects.
pub const PROXY_HEADER_S: u64 = 5;
