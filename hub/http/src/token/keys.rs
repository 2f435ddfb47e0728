//! An issuer's public keys. They are fetched when they are needed, kept, and fetched again when a token names an unknown key, at
//! most twice a minute.
//!
//! A separate task fetches. Few callers wait for it, and only briefly: a slow issuer, or tokens with unknown keys, take no places
//! from other callers.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bindeledd_core::json;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use tokio::sync::{Semaphore, watch};

use super::{Fetch, metadata_address};

/// Age at which keys are fetched again.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// Maximum age up to which keys are still used if they can not be fetched again.
const USABLE: SignedDuration = SignedDuration::from_hours(24);
/// Minimum time between two fetches.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// Maximum number of callers that wait for a fetch; further callers are told to retry later.
const WAITING: usize = 16;
/// Maximum number of keys that are tried for a token that names no key.
const TRIED: usize = 8;

#[derive(Debug)]
pub(crate) struct Keys {
    issuer: String,
    jwks_uri: Option<String>,
    fetch: Arc<dyn Fetch>,
    held: RwLock<Option<Arc<Held>>>,
    asked: Mutex<Asked>,
    waiting: Semaphore,
    patience: Patience,
}

/// Maximum times to wait.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// For the issuer's answer.
    fetch: Duration,
    /// Of a caller for a fetch.
    caller: Duration,
}

const PATIENCE: Patience = Patience {
    fetch: Duration::from_secs(5),
    caller: Duration::from_millis(1500),
};

/// The last fetch of keys.
#[derive(Debug, Default)]
struct Asked {
    at: Option<Timestamp>,
    /// Changes when the fetch ends, with or without keys.
    coming: Option<watch::Receiver<bool>>,
}

#[derive(Debug)]
struct Held {
    set: JwkSet,
    at: Timestamp,
}

/// A key set as the issuer sends it. Unreadable keys are skipped, since issuers also publish keys that the hub does not support.
#[derive(Deserialize)]
struct Sent {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl Keys {
    pub(crate) fn new(issuer: &str, jwks_uri: Option<&str>, fetch: Arc<dyn Fetch>) -> Self {
        Self {
            issuer: issuer.to_owned(),
            jwks_uri: jwks_uri.map(str::to_owned),
            fetch,
            held: RwLock::default(),
            asked: Mutex::default(),
            waiting: Semaphore::new(WAITING),
            patience: PATIENCE,
        }
    }

    fn held(&self) -> Option<Arc<Held>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the keys that may have signed a token, perhaps none. An error means that the issuer's keys can not be had at all.
    pub(crate) async fn of(
        this: &Arc<Self>,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<Vec<DecodingKey>, String> {
        let usable = || this.held().filter(|held| now < held.at + USABLE);
        if let Some(held) = usable() {
            let keys = fitting(&held.set, kid, algorithm);
            if !keys.is_empty() {
                if now >= held.at + FRESH {
                    // A caller whose key is present does not wait for newer keys.
                    this.ask(now);
                }
                return Ok(keys);
            }
        }
        if let Some(mut coming) = this.ask(now)
            && let Ok(_place) = this.waiting.try_acquire()
        {
            // A timeout is noticed below, when the keys are read.
            let _ = tokio::time::timeout(this.patience.caller, coming.wait_for(|done| *done)).await;
        }
        match usable() {
            Some(held) => Ok(fitting(&held.set, kid, algorithm)),
            None => Err("they have not come, or could not be fetched a moment ago".to_owned()),
        }
    }

    /// Starts a fetch of the keys, unless one is under way or has just finished. Returns a receiver that reports when the fetch
    /// ends.
    fn ask(self: &Arc<Self>, now: Timestamp) -> Option<watch::Receiver<bool>> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(coming) = asked.coming.as_ref().filter(|coming| !*coming.borrow()) {
            return Some(coming.clone());
        }
        if asked.at.is_some_and(|at| now < at + PAUSE && now >= at) {
            return None;
        }
        let (done, coming) = watch::channel(false);
        *asked = Asked {
            at: Some(now),
            coming: Some(coming.clone()),
        };
        drop(asked);
        let this = Arc::clone(self);
        tokio::spawn(async move {
            let fetched = tokio::time::timeout(this.patience.fetch, this.fetch_set()).await;
            match fetched.unwrap_or_else(|_| Err("they did not come in time".to_owned())) {
                Ok(set) => {
                    let held = Arc::new(Held { set, at: now });
                    *this.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
                }
                Err(why) => tracing::warn!(issuer = %this.issuer, %why, "the keys of an issuer can not be fetched"),
            }
            done.send_replace(true);
        });
        Some(coming)
    }

    async fn fetch_set(&self) -> Result<JwkSet, String> {
        let uri = match &self.jwks_uri {
            Some(uri) => uri.clone(),
            None => {
                let address = metadata_address(&self.issuer);
                let metadata: Metadata = json::read(&self.fetch.get(&address).await?)
                    .map_err(|_| "the issuer's metadata are not understood".to_owned())?;
                if metadata.issuer != self.issuer {
                    return Err("the issuer's metadata are another issuer's".into());
                }
                metadata.jwks_uri
            }
        };
        let sent: Sent = json::read(&self.fetch.get(&uri).await?).map_err(|_| "they are not understood".to_owned())?;
        let keys: Vec<Jwk> = sent
            .keys
            .into_iter()
            .filter_map(|key| serde_json::from_value(key).ok())
            .collect();
        if keys.is_empty() {
            return Err("there is none among them".into());
        }
        Ok(JwkSet { keys })
    }
}

/// Returns the keys of a set that fit a token's header, by the use that each key declares.
fn fitting(set: &JwkSet, kid: Option<&str>, algorithm: Algorithm) -> Vec<DecodingKey> {
    let fits = |jwk: &&Jwk| {
        let named = kid.is_none() || jwk.common.key_id.as_deref() == kid;
        let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
        let said = jwk.common.key_algorithm;
        let same = said.is_none_or(|said| Algorithm::try_from(said).is_ok_and(|said| said == algorithm));
        named && signs && same && of_family(&jwk.algorithm, algorithm)
    };
    set.keys
        .iter()
        .filter(fits)
        .take(TRIED)
        .filter_map(|jwk| DecodingKey::from_jwk(jwk).ok())
        .collect()
}

pub(super) fn of_family(key: &AlgorithmParameters, algorithm: Algorithm) -> bool {
    match (key, algorithm) {
        (AlgorithmParameters::EllipticCurve(ec), Algorithm::ES256) => ec.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(ec), Algorithm::ES384) => ec.curve == EllipticCurve::P384,
        (
            AlgorithmParameters::RSA(_),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        ) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// An issuer that never answers.
    #[derive(Debug, Default)]
    struct Silent(AtomicUsize);

    #[async_trait::async_trait]
    impl Fetch for Silent {
        async fn get(&self, _: &str) -> Result<Vec<u8>, String> {
            self.0.fetch_add(1, Ordering::SeqCst);
            std::future::pending().await
        }
    }

    #[tokio::test]
    async fn no_caller_waits_for_as_long_as_the_issuer_may_take() {
        let silent = Arc::new(Silent::default());
        let mut keys = Keys::new("https://issuer.example", None, Arc::clone(&silent) as _);
        keys.patience = Patience {
            fetch: Duration::from_secs(24 * 3600),
            caller: Duration::from_millis(10),
        };
        let keys = Arc::new(keys);
        let asks = || {
            let keys = Arc::clone(&keys);
            tokio::spawn(async move { Keys::of(&keys, None, Algorithm::RS256, Timestamp::UNIX_EPOCH).await })
        };
        let all: Vec<_> = (0..100).map(|_| asks()).collect();
        for one in all {
            assert!(one.await.unwrap().is_err());
        }
        assert_eq!(silent.0.load(Ordering::SeqCst), 1, "one fetch for all of them");
        let asked = keys.asked.lock().unwrap();
        assert!(
            !*asked.coming.as_ref().unwrap().borrow(),
            "the fetch is still under way"
        );
    }
}
