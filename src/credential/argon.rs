//! Argon2id in memory that was taken beforehand, with equal work for every question.

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::base::limits::{
    ARGON2_COST_TIMES_MAX, ARGON2_LANES, ARGON2_MEMORY_KIB, ARGON2_PASSES, PASSWORD_BYTES_MAX,
};
use crate::base::secret::{Secret, equal_in_constant_time};
use crate::credential::password::normalised;

/// Bytes of a salt (RFC 9106 §3.1).
pub const SALT_BYTES: usize = 16;

const OUTPUT_BYTES: usize = 32;

/// Work of one of our own hashes, in KiB times passes.
const OWN_COST: u64 = ARGON2_MEMORY_KIB as u64 * ARGON2_PASSES as u64;

/// Memory for one hash at a time: 64 MiB, allocated and touched when it is made.
pub struct Arena {
    blocks: Vec<Block>,
}

impl std::fmt::Debug for Arena {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Arena({} KiB)", self.blocks.len())
    }
}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

impl Arena {
    /// Takes the memory. Every page is written, so that the first sign-in is no slower than the second,
    /// and a machine with too little memory shows it now.
    pub fn new() -> Self {
        let mut blocks = vec![Block::new(); ARGON2_MEMORY_KIB as usize];
        for block in &mut blocks {
            block.as_mut()[0] = 1;
        }
        Self { blocks }
    }

    /// The PHC string of `password` with `salt`, which must be fresh from the system.
    pub fn hash(&mut self, password: &Secret<String>, salt: [u8; SALT_BYTES]) -> String {
        let output = self.compute(&own(), normalised(password.expose()).as_bytes(), &salt, OUTPUT_BYTES);
        let salt = Salt::new(&salt).expect("16 bytes are a salt");
        let output = Output::new(&output).expect("32 bytes are an output");
        format!(
            "$argon2id$v=19$m={ARGON2_MEMORY_KIB},t={ARGON2_PASSES},p={ARGON2_LANES}${}${output}",
            salt.to_salt_string()
        )
    }

    /// Whether `password` is the one that `hash` was made of.
    ///
    /// Without a hash, with one that cannot be read, one that does not fit the arena, or
    /// one that costs over twice our own, the answer is no after the same work: time does
    /// not tell who exists. A cheaper hash is computed with its own parameters, and the rest of the work
    /// is done for nothing. A dearer one takes longer, until [`is_outdated`] has had it replaced.
    pub fn verify(&mut self, password: &Secret<String>, hash: Option<&str>) -> bool {
        let short = password.expose().len() <= PASSWORD_BYTES_MAX;
        let password = if short { normalised(password.expose()) } else { String::new() };
        let stored =
            hash.filter(|_| short).and_then(Stored::parse).filter(|stored| stored.fits(self.blocks.len()));
        let (matches, cost) = match stored {
            Some(stored) => {
                let wanted = stored.output.as_bytes();
                let given = self.compute(&stored.argon, password.as_bytes(), &stored.salt, wanted.len());
                (equal_in_constant_time(&given, wanted), stored.cost())
            }
            None => (false, 0),
        };
        self.work_for_nothing(OWN_COST.saturating_sub(cost), password.as_bytes());
        matches
    }

    fn work_for_nothing(&mut self, cost: u64, password: &[u8]) {
        let memory = u32::try_from(cost / u64::from(ARGON2_PASSES)).unwrap_or(ARGON2_MEMORY_KIB);
        // Less than this is no valid parameter, and no measurable time either.
        if memory >= 8 * ARGON2_LANES {
            let output = self.compute(&with_memory(memory), password, &[0; SALT_BYTES], OUTPUT_BYTES);
            std::hint::black_box(output);
        }
    }

    fn compute(&mut self, argon: &Argon2<'_>, password: &[u8], salt: &[u8], bytes: usize) -> Vec<u8> {
        let mut output = vec![0; bytes];
        argon
            .hash_password_into_with_memory(password, salt, &mut output, &mut self.blocks)
            .expect("parameters, salt and output were checked, and the memory is enough");
        output
    }
}

/// Whether a stored hash is of another algorithm or cheaper or dearer than our own: replace it after a sign-in.
pub fn is_outdated(hash: &str) -> bool {
    let ours = own();
    Stored::parse(hash).is_none_or(|stored| {
        let (params, own) = (stored.argon.params(), ours.params());
        !stored.current
            || (params.m_cost(), params.t_cost(), params.p_cost())
                != (own.m_cost(), own.t_cost(), own.p_cost())
    })
}

/// A stored hash, read.
struct Stored {
    argon: Argon2<'static>,
    salt: Vec<u8>,
    output: Output,
    current: bool,
}

impl Stored {
    fn parse(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        // Hashes of the time before 1.3 name no version (the reference implementation's rule).
        let version = hash.version.map_or(Ok(Version::V0x10), Version::try_from).ok()?;
        let params = Params::try_from(&hash).ok()?;
        Some(Self {
            current: algorithm == Algorithm::Argon2id && version == Version::V0x13,
            argon: Argon2::new(algorithm, version, params),
            salt: hash.salt?.to_vec(),
            output: hash.hash?,
        })
    }

    fn cost(&self) -> u64 {
        u64::from(self.argon.params().m_cost()) * u64::from(self.argon.params().t_cost())
    }

    fn fits(&self, blocks: usize) -> bool {
        self.argon.params().block_count() <= blocks && self.cost() <= ARGON2_COST_TIMES_MAX * OWN_COST
    }
}

fn own() -> Argon2<'static> {
    with_memory(ARGON2_MEMORY_KIB)
}

fn with_memory(kib: u32) -> Argon2<'static> {
    let params =
        Params::new(kib, ARGON2_PASSES, ARGON2_LANES, Some(OUTPUT_BYTES)).expect("parameters in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_hash_is_argon2id_at_rfc_9106s_second_recommended_option() {
        let mut arena = Arena::new();
        let hash = arena.hash(&secret("tall ship 41"), [7; SALT_BYTES]);
        assert!(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=4$"), "{hash}");
        assert!(arena.verify(&secret("tall ship 41"), Some(&hash)));
        assert!(!arena.verify(&secret("tall ship 42"), Some(&hash)));
        assert!(!is_outdated(&hash));
    }

    #[test]
    fn the_same_password_typed_composed_and_decomposed_is_one() {
        let mut arena = Arena::new();
        let hash = arena.hash(&secret("caf\u{e9} at noon"), [7; SALT_BYTES]);
        assert!(arena.verify(&secret("cafe\u{301} at noon"), Some(&hash)));
    }

    #[test]
    fn a_hash_of_other_parameters_is_verified_with_its_own() {
        // From the reference implementation's test suite (phc-winner-argon2, test.c).
        let old = "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8";
        let mut arena = Arena::new();
        assert!(arena.verify(&secret("password"), Some(old)));
        assert!(!arena.verify(&secret("passwore"), Some(old)));
        assert!(is_outdated(old));
    }

    #[test]
    fn what_cannot_be_computed_is_no_match() {
        let salt_and_output = "c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8";
        let mut arena = Arena { blocks: vec![Block::new(); ARGON2_MEMORY_KIB as usize] };
        for hash in [
            None,
            Some(String::new()),
            Some("plain".to_owned()),
            Some(format!("$argon2id$v=19$m=131072,t=1,p=1${salt_and_output}")),
            Some(format!("$argon2id$v=19$m=64,t=4000000000,p=1${salt_and_output}")),
            Some("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ".to_owned()),
        ] {
            assert!(!arena.verify(&secret("password"), hash.as_deref()), "{hash:?}");
            assert!(hash.as_deref().is_none_or(is_outdated));
        }
        assert!(!arena.verify(&secret(&"x".repeat(PASSWORD_BYTES_MAX + 1)), None));
    }

    #[test]
    fn an_unknown_account_costs_as_much_as_a_known_one() {
        let mut arena = Arena::new();
        let known = arena.hash(&secret("tall ship 41"), [7; SALT_BYTES]);
        let cheap = "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8";
        let mut quickest = |hash: Option<&str>| {
            let once = |arena: &mut Arena| {
                let begun = std::time::Instant::now();
                arena.verify(&secret("tall ship 42"), hash);
                begun.elapsed().as_secs_f64()
            };
            (0..3).map(|_| once(&mut arena)).fold(f64::MAX, f64::min)
        };
        let (known, unknown, cheap) = (quickest(Some(&known)), quickest(None), quickest(Some(cheap)));
        // Wide, since other tests run beside this one; a missing decoy is a factor of a thousand.
        for (name, time) in [("unknown", unknown), ("cheap", cheap)] {
            assert!(time / known > 0.2 && time / known < 5.0, "{name}: {time} s, known: {known} s");
        }
    }
}
