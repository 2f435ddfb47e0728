//! Proofs of possession that callers show with a bound token (DPoP, RFC 9449): for this request, this token, now, and once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::header::HOST;
use axum::http::request::Parts;
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use reqwest::Url;
use serde_json::Value;

use super::super::problem::{Problem, TokenFault};
use super::keys::of_family;
use crate::jose;

/// How old or how early a proof may be, in seconds.
const WINDOW: i64 = 60;
/// How many proofs are remembered: those of a window at some thousand requests a second.
const REMEMBERED: usize = 500_000;

/// The proofs of the last minutes, each with the second until which it is remembered.
#[derive(Debug, Default)]
pub(super) struct SeenProofs(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    until: HashMap<String, i64>,
    swept_at: i64,
}

impl SeenProofs {
    /// Whether a proof is new. With no room to remember it, it is not taken: a proof that is forgotten could come again.
    fn is_new(&self, thumbprint: &str, jti: &str, issued: i64, now: i64) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= seen.swept_at + WINDOW || now < seen.swept_at {
            seen.until.retain(|_, until| *until >= now);
            seen.swept_at = now;
        }
        // Of one size, whatever the caller made of its id.
        let name = jose::sha256(format!("{thumbprint} {jti}").as_bytes());
        let room = seen.until.len() < REMEMBERED;
        room && seen.until.insert(name, issued + WINDOW + 1).is_none()
    }
}

/// Whether the request's proof is for it.
pub(super) fn check(
    seen: &SeenProofs,
    token: &str,
    thumbprint: &str,
    parts: &Parts,
    origin: Option<&str>,
    now: Timestamp,
) -> Result<(), Problem> {
    let mut shown = parts.headers.get_all("dpop").iter();
    let (Some(proof), None) = (shown.next(), shown.next()) else {
        return Err(TokenFault::NoProof.into());
    };
    let wrong = || Problem::from(TokenFault::Proof);
    let proof = proof.to_str().map_err(|_| wrong())?;
    let header = jose::header(proof).ok_or_else(wrong)?;
    let key = header.jwk.as_ref().ok_or_else(wrong)?;
    let taken = header.typ.as_deref() == Some("dpop+jwt") && of_family(&key.algorithm, header.alg);
    if !taken || jose::thumbprint(key).as_deref() != Some(thumbprint) {
        return Err(wrong());
    }
    let public = DecodingKey::from_jwk(key).map_err(|_| wrong())?;
    let claims: Value = jose::verified(proof, &public, header.alg).ok_or_else(wrong)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let for_token = text("ath") == Some(jose::sha256(token.as_bytes()).as_str());
    let for_method = text("htm") == Some(parts.method.as_str());
    if !for_token || !for_method || !is_for(text("htu").unwrap_or_default(), parts, origin) {
        return Err(wrong());
    }
    let now = now.as_second();
    let issued = claims.get("iat").and_then(Value::as_i64).ok_or_else(wrong)?;
    if (now.saturating_sub(issued)).saturating_abs() > WINDOW {
        return Err(TokenFault::ProofTime.into());
    }
    let jti = text("jti").filter(|jti| !jti.is_empty()).ok_or_else(wrong)?;
    if seen.is_new(thumbprint, jti, issued, now) {
        Ok(())
    } else {
        Err(TokenFault::ProofSeen.into())
    }
}

/// Whether an address is the request's, query and fragment left out.
fn is_for(htu: &str, parts: &Parts, origin: Option<&str>) -> bool {
    let Ok(mut target) = Url::parse(htu) else { return false };
    target.set_query(None);
    target.set_fragment(None);
    let own = match origin {
        Some(origin) => origin.trim_end_matches('/').to_owned(),
        None => {
            let of_header = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
            let of_uri = parts.uri.authority().map(axum::http::uri::Authority::as_str);
            let Some(host) = of_uri.or(of_header) else { return false };
            format!("{}://{host}", target.scheme())
        }
    };
    Url::parse(&format!("{own}{}", parts.uri.path())).is_ok_and(|own| own == target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_new_once_within_its_window_and_forgotten_after_it() {
        let seen = SeenProofs::default();
        assert!(seen.is_new("k", "1", 1000, 1000));
        assert!(!seen.is_new("k", "1", 1000, 1000) && !seen.is_new("k", "1", 1000, 1060));
        assert!(seen.is_new("other", "1", 1000, 1000) && seen.is_new("k", "2", 1000, 1000));
        assert!(seen.is_new("k", "3", 1200, 1200));
        assert_eq!(
            seen.0.lock().unwrap().until.len(),
            1,
            "what can not come again is forgotten"
        );
    }
}
