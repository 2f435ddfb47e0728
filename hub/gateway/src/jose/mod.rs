//! Signed tokens (JWT): signing with the hub's keys, and checking what others signed.
//!
//! The form is `jsonwebtoken`'s and the arithmetic ring's (`docs/decisions/0007-tokens.md`). Never reads a clock: whoever
//! checks a token gives the time.

mod key;
mod ring_provider;
#[cfg(test)]
mod tests;

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use key::{KeyError, check_signing_key, is_signing_algorithm};
pub(crate) use key::{PossessionKey, SigningKey, algorithm, sha256, thumbprint};

/// A token's header, before anything of it is believed.
pub(crate) fn header(token: &str) -> Option<Header> {
    ring_provider::install();
    let header = jsonwebtoken::decode_header(token).ok()?;
    // What must be understood and is not, is refused.
    header.crit.is_none().then_some(header)
}

/// A token's claims as it says them, to find whose it is; nothing of it may be believed before [`verified`].
pub(crate) fn unverified(token: &str) -> Option<Value> {
    jsonwebtoken::dangerous::insecure_decode_claims(token).ok()
}

/// A token's claims, when `key` signed it by `algorithm`. Says nothing about time, issuer or audience.
pub(crate) fn verified<T: DeserializeOwned>(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Option<T> {
    ring_provider::install();
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode(token, key, &validation)
        .ok()
        .map(|data| data.claims)
}
