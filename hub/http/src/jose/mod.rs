//! Signed tokens (JWT): signing with the hub's keys, and checking others' signatures.
//!
//! The form is `jsonwebtoken`'s and the arithmetic ring's (`docs/decisions/0007-tokens.md`). Never reads a clock: whoever
//! checks a token gives the time.

mod key;
mod pairs;
mod ring_provider;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_core::json;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

pub use key::{KeyError, PossessionKey, SigningKey, check_signing_key, is_signing_algorithm, sha256};
pub(crate) use key::{algorithm, thumbprint};

/// Reads a token's header; nothing in the header is verified yet.
pub(crate) fn header(token: &str) -> Option<Header> {
    ring_provider::install();
    let header = jsonwebtoken::decode_header(token).ok()?;
    part::<Value>(token, 0)?;
    // A token with a critical extension is refused, since the hub knows none.
    header.crit.is_none().then_some(header)
}

/// Reads a token's claims before its signature is checked, to find the issuer. No claim may be trusted before that check.
#[must_use]
pub fn unverified(token: &str) -> Option<Value> {
    part(token, 1)
}

/// Decodes one part of a token. A JSON object with a repeated name is refused, since issuer and hub could read different values.
fn part<T: DeserializeOwned>(token: &str, at: usize) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(at)?).ok()?;
    json::read(&bytes).ok()
}

/// Returns a token's claims if `key` signed the token by `algorithm`. Does not check time, issuer or audience.
pub(crate) fn verified<T: DeserializeOwned>(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Option<T> {
    ring_provider::install();
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode::<IgnoredAny>(token, key, &validation).ok()?;
    part(token, 1)
}

/// A time of a token that is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoTime;

/// Reads a time of a token in seconds (NumericDate, RFC 7519 section 2); `None` if the token has none. Some issuers and clients write
/// fractions of a second.
pub(crate) fn second(claims: &Value, claim: &str) -> Result<Option<i64>, NoTime> {
    let Some(value) = claims.get(claim) else {
        return Ok(None);
    };
    let second = value.as_i64().or_else(|| value.as_f64().map(whole));
    second.map(Some).ok_or(NoTime)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float that is no second of this age becomes the nearest end, and NaN zero: both are refused as times"
)]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}
