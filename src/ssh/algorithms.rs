//! What the server speaks: algorithms, sizes, timers of the library.

use std::borrow::Cow;
use std::time::Duration;

use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::server::Config;
use russh::{MethodKind, MethodSet, Preferred, SshId, cipher, compression, kex, mac};

use crate::base::limits;

use super::host_key::HostKey;
use super::settings::Settings;

/// Tells neither library nor version: both would be a list of what to try.
const SERVER_ID: &str = "SSH-2.0-wardroom";

/// Post-quantum first. No finite-field groups: every client of the last ten
/// years has the curve, and their exponentiation is what `DHEat` (CVE-2002-20001)
/// makes a server pay for.
const KEX: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::EXTENSION_SUPPORT_AS_SERVER,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
];

const CIPHERS: &[cipher::Name] = &[
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_GCM,
    cipher::AES_128_GCM,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

/// What there is before the gate has answered once. Whatever is not on a list reaches the handler all the same.
const METHODS: &[MethodKind] =
    &[MethodKind::PublicKey, MethodKind::Password, MethodKind::KeyboardInteractive];

const MACS: &[mac::Name] = &[mac::HMAC_SHA256_ETM, mac::HMAC_SHA512_ETM];

/// Keys that clients may sign with; told to them as `server-sig-algs` (RFC
/// 8308 §3.1). Without SHA-1, and without sk- keys (see `sign_in`). The host
/// key is the first by itself: it is the only one there is.
const KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
    Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
];

/// The library's configuration for `key` and `settings`.
pub(super) fn config(key: &HostKey, settings: &Settings) -> Config {
    // A client that signs in takes a global request for an error and leaves
    // (OpenSSH: "bad message during authentication"). So the first may be sent only when the time for signing
    // in is over. Dead peers are found earlier, by the kernel (see `wire`).
    let keepalive = settings.login_grace + settings.second_factor_grace + Duration::from_secs(30);
    Config {
        server_id: SshId::Standard(Cow::Borrowed(SERVER_ID)),
        methods: MethodSet::from(METHODS),
        // Slept on partial success too; the floor is in `sign_in`.
        auth_rejection_time: Duration::ZERO,
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![key.private().clone()],
        certificates: Vec::new(),
        window_size: limits::WINDOW_BYTES,
        maximum_packet_size: limits::PACKET_BYTES_MAX,
        // Channels are dropped, not read: nothing ever waits here.
        channel_buffer_size: 1,
        event_buffer_size: limits::FRAMES_WAITING_MAX,
        limits: russh::Limits::default(),
        preferred: Preferred {
            kex: Cow::Borrowed(KEX),
            key: Cow::Borrowed(KEYS),
            host_key_certificates: Cow::Borrowed(&[]),
            cipher: Cow::Borrowed(CIPHERS),
            mac: Cow::Borrowed(MACS),
            compression: Cow::Borrowed(&[compression::NONE]),
        },
        // Guesses are counted by the gate; this ends what never guesses.
        max_auth_attempts: 40,
        // Guards a write that stalls. Idle people are the session's business: any packet resets it.
        inactivity_timeout: Some(keepalive * 4),
        keepalive_interval: Some(keepalive),
        keepalive_max: 2,
        nodelay: false,
    }
}
