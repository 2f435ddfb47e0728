//! Proofs of possession (DPoP, RFC 9449). Each request carries a proof of its own, with the nonce that the server gave last.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bindeledd_engine::ports::Entropy;
use bindeledd_http::jose::{PossessionKey, sha256};
use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use serde::Serialize;

/// Maximum number of servers whose nonces are remembered. A credential is for one endpoint and one issuer, or a few.
const SERVERS: usize = 256;

#[derive(Debug)]
pub(super) struct Proofs {
    key: PossessionKey,
    nonces: Mutex<HashMap<String, String>>,
}

#[derive(Serialize)]
struct Claims<'a> {
    jti: String,
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

impl Proofs {
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            key: PossessionKey::generate()?,
            nonces: Mutex::default(),
        })
    }

    /// Returns the nonce that a server gave last.
    pub(super) fn nonce(&self, url: &Url) -> Option<String> {
        let nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        nonces.get(&origin(url)).cloned()
    }

    /// Makes a proof for one request, with a unique id. `token` is the token that the request carries.
    pub(super) fn proof(
        &self,
        method: &str,
        url: &Url,
        (token, nonce): (Option<&str>, Option<&str>),
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Option<String> {
        let mut target = url.clone();
        target.set_query(None);
        target.set_fragment(None);
        self.key.sign(&Claims {
            jti: entropy.uuid_v4().to_string(),
            htm: method,
            htu: target.as_str(),
            iat: now.as_second(),
            ath: token.map(|token| sha256(token.as_bytes())),
            nonce,
        })
    }

    /// Keeps the nonce of an answer. Returns the nonce if it differs from the one in the request's own proof; nonces that other
    /// requests received meanwhile do not matter for that.
    pub(super) fn keep_nonce(&self, url: &Url, answer: &HeaderMap, used: Option<&str>) -> Option<String> {
        let nonce = answer.get("dpop-nonce").and_then(|value| value.to_str().ok())?;
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        if nonces.len() >= SERVERS {
            nonces.clear();
        }
        nonces.insert(origin(url), nonce.to_owned());
        (used != Some(nonce)).then(|| nonce.to_owned())
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Returns whether a 401 answer asks for a proof with a nonce, and not for another token.
pub(super) fn asks_for_nonce(answer: &HeaderMap) -> bool {
    answer
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("use_dpop_nonce"))
}
