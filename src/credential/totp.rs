//! Six-digit codes: RFC 6238 with SHA-1 and steps of 30 seconds, each good once.

use std::fmt::Write;

use crate::base::limits::{TOTP_SEED_BYTES_MAX, TOTP_SEED_BYTES_MIN, TOTP_STEP_S};
use crate::base::secret::{Secret, equal_in_constant_time};
use crate::base::time::Timestamp;
use crate::credential::base32::{Letters, grouped};

/// Bytes of a seed made here: the output of SHA-1 (RFC 4226 §4, R6 recommends 160 bits).
pub const SEED_BYTES: usize = 20;

/// The secret that the console and an authenticator app share: 10 to 64 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed(Vec<u8>);

// Written by hand so that a seed outside its `Secret` is not printed either.
impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl Seed {
    /// A new seed of bytes drawn from the system.
    pub fn new(random: [u8; SEED_BYTES]) -> Secret<Self> {
        Secret::new(Self(random.to_vec()))
    }

    /// The seed as it is sealed in the store.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The seed that was sealed as `bytes`; the sentence says what is wrong with its length.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Secret<Self>, String> {
        match bytes.len() {
            TOTP_SEED_BYTES_MIN..=TOTP_SEED_BYTES_MAX => Ok(Secret::new(Self(bytes))),
            length => Err(format!(
                "a second-factor secret must have {TOTP_SEED_BYTES_MIN} to {TOTP_SEED_BYTES_MAX} bytes (RFC 4226 §4); \
                 this one has {length}"
            )),
        }
    }

    /// Reads base32, in any case, with spaces, with or without padding.
    ///
    /// The sentence of an error never holds the text: it is a secret.
    pub fn from_base32(text: &str) -> Result<Secret<Self>, String> {
        if text.len() > 4 * TOTP_SEED_BYTES_MAX {
            return Err(format!("a second-factor secret must have at most {TOTP_SEED_BYTES_MAX} bytes"));
        }
        let text: String = text.split_whitespace().collect();
        let bytes = Letters::Rfc4648.decode(&text).map_err(|_| {
            "a second-factor secret must be base32: the letters A to Z and the digits 2 to 7".to_owned()
        })?;
        Self::from_bytes(bytes)
    }

    /// The manual key: base32 in groups of four.
    pub fn base32(&self) -> Secret<String> {
        Secret::new(grouped(&Letters::Rfc4648.encode(&self.0), 4, " "))
    }

    /// The line that a QR code holds for an authenticator app.
    ///
    /// Algorithm, digits and period are left out: they are the defaults of the
    /// format, and a shorter line is a smaller code.
    pub fn otpauth(&self, issuer: &str, login: &str) -> Secret<String> {
        let (issuer, login) = (percent_encoded(issuer), percent_encoded(login));
        let secret = Letters::Rfc4648.encode(&self.0);
        Secret::new(format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}"))
    }
}

/// Checks a six-digit code against `seed` at `now`.
///
/// Accepts the current 30-second step, one before it (slow typists, RFC 6238
/// §5.2) and one after it (clocks apart, §6). Returns the step that matched; the caller stores it
/// and passes it as `last_step` next time, so that no code works twice
/// (RFC 6238 §5.2, "verifier MUST NOT accept the second attempt").
///
/// Compares in constant time. `code` may hold spaces; anything else that is
/// not a digit makes it wrong, not an error.
pub fn matching_step(seed: &Secret<Seed>, code: &str, now: Timestamp, last_step: Option<u64>) -> Option<u64> {
    let code: String = code.chars().filter(|character| *character != ' ').collect();
    let current = u64::try_from(now.unix_seconds().div_euclid(TOTP_STEP_S)).ok()?;
    let mut matched = None;
    for step in current.saturating_sub(1)..=current.saturating_add(1) {
        // All three steps are computed and compared, so that time tells nothing about which one matched.
        let right = equal_in_constant_time(code_of_step(seed, step).as_bytes(), code.as_bytes());
        if right & last_step.is_none_or(|last| step > last) {
            matched = Some(step);
        }
    }
    matched
}

/// The code of one step: six digits.
///
/// For the console's own set-up checks and its tests; nothing shows it to anybody.
pub fn code_of_step(seed: &Secret<Seed>, step: u64) -> String {
    // Not `build()`: lengths are checked by `Seed`, which allows what RFC 4226 allows.
    let totp = totp_rs::Builder::new().with_secret(seed.expose().bytes()).build_noncompliant();
    totp.generate(step.saturating_mul(TOTP_STEP_S.unsigned_abs())).to_string()
}

// RFC 3986 §2.3: everything but the unreserved characters.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc_seed() -> Secret<Seed> {
        Seed::from_bytes(b"12345678901234567890".to_vec()).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1000)
    }

    #[test]
    fn the_vectors_of_rfc_6238_are_met() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = u64::try_from(seconds / 30).unwrap();
            assert_eq!(matching_step(&rfc_seed(), code, at(seconds), None), Some(step), "{seconds}");
        }
    }

    #[test]
    fn one_step_of_drift_either_way_and_no_more() {
        let code = code_of_step(&rfc_seed(), 1000);
        let found = |seconds| matching_step(&rfc_seed(), &code, at(seconds), None);
        assert_eq!([found(29_970), found(30_000), found(30_059)], [Some(1000); 3]);
        assert_eq!([found(29_969), found(30_060), found(-5)], [None; 3]);
    }

    #[test]
    fn a_step_works_once_and_none_before_it_either() {
        let (seed, now) = (rfc_seed(), at(30_000));
        let code = code_of_step(&seed, 1000);
        assert_eq!(matching_step(&seed, &code, now, Some(999)), Some(1000));
        assert_eq!(matching_step(&seed, &code, now, Some(1000)), None);
        assert_eq!(matching_step(&seed, &code_of_step(&seed, 999), now, Some(1000)), None);
        assert_eq!(matching_step(&seed, &code_of_step(&seed, 1001), now, Some(1000)), Some(1001));
    }

    #[test]
    fn spaces_are_fine_and_anything_else_is_wrong() {
        let step = |code| matching_step(&rfc_seed(), code, at(59), None);
        assert_eq!(step(" 287 082 "), Some(1));
        for wrong in ["", "28708", "2870822", "287o82", "+87082", "287-082", "94287082", "２８７０８２"]
        {
            assert_eq!(step(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_seed_is_read_from_base32_as_people_paste_it() {
        let text = "gezd gnbv gy3t qojq GEZDGNBVGY3TQOJQ\n";
        assert_eq!(Seed::from_base32(text).unwrap(), rfc_seed());
        assert_eq!(rfc_seed().expose().base32().expose(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(Seed::from_bytes(vec![1; 10]).is_ok());
        for bad in ["", "GEZDGNBVGY3TQOI", "GEZD1NBVGY3TQOJQGEZDGNBVGY3TQOJQ", &"A".repeat(300)] {
            let sentence = Seed::from_base32(bad).unwrap_err();
            assert!(sentence.starts_with("a second-factor secret must"), "{sentence}");
            assert!(bad.is_empty() || !sentence.contains(bad));
        }
    }

    #[test]
    fn the_otpauth_line_is_what_apps_read() {
        let line = rfc_seed().expose().otpauth("wardroom", "r ito@x");
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(
            *line.expose(),
            format!("otpauth://totp/wardroom:r%20ito%40x?secret={secret}&issuer=wardroom")
        );
        assert_eq!(format!("{:?}", rfc_seed().expose()), "Seed(..)");
    }
}
