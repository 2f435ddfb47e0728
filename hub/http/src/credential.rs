//! The credential that a request carries in its headers.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};

/// The credential in a request's headers.
pub(crate) enum Credential<'a> {
    /// An API key, or a bearer token.
    Bearer(&'a str),
    /// A token that is bound to a key (DPoP).
    Bound(&'a str),
    /// A credential that can not be read.
    Unclear,
    Nothing,
}

/// Reads the credential of a request. Two credentials, or one of another form, are unclear; the request then has no known caller.
pub(crate) fn credential(headers: &HeaderMap) -> Credential<'_> {
    let one = |name| {
        let mut values = headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    };
    if headers.contains_key(AUTHORIZATION) {
        let Some((scheme, shown)) = one(AUTHORIZATION).and_then(|value| value.split_once(' ')) else {
            return Credential::Unclear;
        };
        return match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Credential::Bearer(shown.trim()),
            "dpop" => Credential::Bound(shown.trim()),
            _ => Credential::Unclear,
        };
    }
    let own = HeaderName::from_static("x-api-key");
    match (one(own.clone()), headers.contains_key(own)) {
        (Some(key), _) => Credential::Bearer(key.trim()),
        (None, true) => Credential::Unclear,
        (None, false) => Credential::Nothing,
    }
}
