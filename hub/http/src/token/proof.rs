//! Proofs of possession for tokens that are bound to a key (DPoP, RFC 9449). A proof is for one request and one token, is recent,
//! and is accepted once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::request::Parts;
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use serde_json::Value;
use url::Url;

use super::keys::of_family;
use crate::jose;
use crate::problem::{Problem, TokenFault};

/// Maximum age of a proof, in seconds.
const WINDOW: i64 = 60;
/// Maximum time by which a proof may lie in the future, in seconds, since clocks differ. For this long after a start, no proof is
/// accepted.
const EARLY: i64 = 10;
/// Maximum number of proofs that are remembered: those of one window at some thousand requests a second.
const REMEMBERED: usize = 500_000;

/// The proofs of the last minutes, each with the second in which it was made.
///
/// Every proof that was made up to `forgotten` is refused, so that no proof is accepted twice. This holds after a start, when the
/// memory is empty. It holds after a clock was put ahead, which empties the memory, and back.
#[derive(Debug)]
pub(super) struct SeenProofs(Mutex<Seen>);

#[derive(Debug)]
struct Seen {
    made: HashMap<String, i64>,
    swept_at: i64,
    forgotten: i64,
}

/// The identity of a proof in the memory.
#[derive(Debug)]
pub(crate) struct Unique {
    name: String,
    made: i64,
}

impl Unique {
    fn new(thumbprint: &str, jti: &str, made: i64) -> Self {
        // A digest has a fixed size, however long the caller's id is.
        let name = jose::sha256(format!("{thumbprint} {jti}").as_bytes());
        Self { name, made }
    }
}

impl SeenProofs {
    pub(super) fn new(started: Timestamp) -> Self {
        let started = started.as_second();
        Self(Mutex::new(Seen {
            made: HashMap::new(),
            swept_at: started,
            // A proof from before the start may carry a time up to this second.
            forgotten: started.saturating_add(EARLY),
        }))
    }

    /// Records a proof if it is new. A proof is refused if there is no room to remember it, since it could then be used again.
    pub(super) fn use_up(&self, proof: Unique, now: Timestamp) -> Result<(), Problem> {
        let now = now.as_second();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= seen.swept_at + WINDOW || now < seen.swept_at {
            let mut forgotten = seen.forgotten;
            seen.made.retain(|_, made| {
                let kept = *made + WINDOW >= now;
                forgotten = if kept { forgotten } else { forgotten.max(*made) };
                kept
            });
            seen.forgotten = forgotten;
            seen.swept_at = now;
        }
        if proof.made <= seen.forgotten {
            return Err(Problem::proof_too_early());
        }
        let room = seen.made.len() < REMEMBERED;
        if room && seen.made.insert(proof.name, proof.made).is_none() {
            Ok(())
        } else {
            Err(TokenFault::ProofSeen.into())
        }
    }
}

/// Checks whether a proof fits the request. [`SeenProofs::use_up`] checks whether the proof is new.
pub(super) fn check(
    token: &str,
    thumbprint: &str,
    parts: &Parts,
    origin: &str,
    now: Timestamp,
) -> Result<Unique, Problem> {
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
    let issued = jose::second(&claims, "iat").ok().flatten().ok_or_else(wrong)?;
    if issued < now.saturating_sub(WINDOW) || issued > now.saturating_add(EARLY) {
        return Err(TokenFault::ProofTime.into());
    }
    let jti = text("jti").filter(|jti| !jti.is_empty()).ok_or_else(wrong)?;
    Ok(Unique::new(thumbprint, jti, issued))
}

/// Returns whether an address is the request's address at this hub, without query and fragment. The request's `Host` header does
/// not count: a proof made for another host could be forwarded with that host's name.
fn is_for(htu: &str, parts: &Parts, origin: &str) -> bool {
    let Ok(mut target) = Url::parse(htu) else { return false };
    target.set_query(None);
    target.set_fragment(None);
    let own = format!("{}{}", origin.trim_end_matches('/'), parts.uri.path());
    Url::parse(&own).is_ok_and(|own| own == target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn takes(seen: &SeenProofs, key: &str, jti: &str, made: i64, now: i64) -> bool {
        seen.use_up(Unique::new(key, jti, made), at(now)).is_ok()
    }

    #[test]
    fn a_proof_is_new_once_within_its_window_and_forgotten_after_it() {
        let seen = SeenProofs::new(at(900));
        assert!(takes(&seen, "k", "1", 1000, 1000));
        assert!(!takes(&seen, "k", "1", 1000, 1000) && !takes(&seen, "k", "1", 1000, 1060));
        assert!(takes(&seen, "other", "1", 1000, 1000) && takes(&seen, "k", "2", 1000, 1000));
        assert!(takes(&seen, "k", "3", 1200, 1200));
        assert_eq!(
            seen.0.lock().unwrap().made.len(),
            1,
            "what can not come again is forgotten"
        );
    }

    #[test]
    fn a_proof_from_before_a_start_is_not_taken_after_it() {
        let before = SeenProofs::new(at(900));
        assert!(takes(&before, "k", "1", 1009, 1000), "made by a clock that is ahead");
        let after = SeenProofs::new(at(1001));
        assert!(!takes(&after, "k", "1", 1009, 1002));
        assert!(!takes(&after, "k", "2", 1011, 1005) && takes(&after, "k", "2", 1012, 1006));
    }

    #[test]
    fn a_clock_that_is_put_ahead_and_back_makes_nothing_new_again() {
        let seen = SeenProofs::new(at(900));
        assert!(takes(&seen, "k", "1", 1000, 1000));
        assert!(
            takes(&seen, "k", "2", 5000, 5000),
            "an hour ahead: what was is forgotten"
        );
        assert!(!takes(&seen, "k", "1", 1000, 1010), "and back");
        assert!(takes(&seen, "k", "3", 1010, 1010), "what was made since is taken");
    }
}
