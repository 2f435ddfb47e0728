//! The authenticator app of a person who signs in to a hub's pages.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use ring::hmac;

/// Returns the code that an authenticator app shows for a secret in base32: SHA-1, 30 seconds, six digits (RFC 6238). Blanks in the
/// secret do not count.
///
/// # Panics
/// The secret is not in base32.
#[must_use]
pub fn authenticator_code(secret: &str, now: Timestamp) -> String {
    let secret: String = secret.split_whitespace().collect();
    #[expect(clippy::expect_used, reason = "documented: a test that shows no secret has failed")]
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).expect("a secret in base32");
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = hmac::sign(&key, &now.as_second().div_euclid(30).to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[tag.len() - 1] & 15);
    let number = tag[at..at + 4]
        .iter()
        .fold(0, |number: u32, byte| number << 8 | u32::from(*byte))
        & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
