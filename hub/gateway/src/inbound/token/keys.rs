//! An issuer's public keys: fetched when they are needed, kept, and fetched anew when a token names one that is not there,
//! but no more often than twice a minute, whoever asks.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Url;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::outbound::is_reachable;

/// Keys are fetched anew when they are this old.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// Keys that could not be fetched anew are used for so long.
const USABLE: SignedDuration = SignedDuration::from_hours(24);
/// How often they are fetched, at most.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
const FETCH: Duration = Duration::from_secs(5);
const LARGEST: usize = 512 * 1024;
/// How many keys are tried for a token that names none.
const TRIED: usize = 8;

#[derive(Debug)]
pub(super) struct Keys {
    issuer: String,
    jwks_uri: Option<String>,
    http: reqwest::Client,
    allow_http: bool,
    held: RwLock<Option<Arc<Held>>>,
    /// When they were asked for last; held while they are.
    asked: Mutex<Option<Timestamp>>,
}

#[derive(Debug)]
struct Held {
    set: JwkSet,
    at: Timestamp,
}

/// A set as it is sent. A key that is not understood is passed over: issuers have more than the hub takes.
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
    pub(super) fn new(issuer: &str, jwks_uri: Option<&str>, http: reqwest::Client, allow_http: bool) -> Self {
        Self {
            issuer: issuer.to_owned(),
            jwks_uri: jwks_uri.map(str::to_owned),
            http,
            allow_http,
            held: RwLock::default(),
            asked: Mutex::default(),
        }
    }

    fn held(&self) -> Option<Arc<Held>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys that may have signed a token. None of them may have; an error is that there are no keys at all.
    pub(super) async fn of(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<Vec<DecodingKey>, String> {
        let before = self.held();
        if let Some(held) = &before
            && now < held.at + FRESH
        {
            let keys = fitting(&held.set, kid, algorithm);
            if !keys.is_empty() {
                return Ok(keys);
            }
        }
        let mut asked = self.asked.lock().await;
        // Whoever waited for another's fetch has what came of it.
        let newer = |held: &Arc<Held>| before.as_ref().is_none_or(|before| held.at > before.at);
        let may_ask = asked.is_none_or(|at| now >= at + PAUSE || now < at);
        let mut failed = None;
        if !self.held().as_ref().is_some_and(newer) && may_ask {
            *asked = Some(now);
            match tokio::time::timeout(FETCH, self.fetch()).await {
                Ok(Ok(set)) => {
                    let held = Arc::new(Held { set, at: now });
                    *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
                }
                Ok(Err(why)) => failed = Some(why),
                Err(_) => failed = Some("they did not come in time".to_owned()),
            }
        }
        drop(asked);
        match self.held().filter(|held| now < held.at + USABLE) {
            Some(held) => Ok(fitting(&held.set, kid, algorithm)),
            None => Err(failed.unwrap_or_else(|| "they could not be fetched a moment ago".to_owned())),
        }
    }

    async fn fetch(&self) -> Result<JwkSet, String> {
        let uri = match &self.jwks_uri {
            Some(uri) => uri.clone(),
            None => {
                let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
                let metadata: Metadata = serde_json::from_slice(&self.get(&address).await?)
                    .map_err(|_| "the issuer's metadata are not understood".to_owned())?;
                if metadata.issuer != self.issuer {
                    return Err("the issuer's metadata are another issuer's".into());
                }
                metadata.jwks_uri
            }
        };
        let sent: Sent =
            serde_json::from_slice(&self.get(&uri).await?).map_err(|_| "they are not understood".to_owned())?;
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

    async fn get(&self, address: &str) -> Result<Vec<u8>, String> {
        let url = Url::parse(address)
            .ok()
            .filter(|url| is_reachable(url, self.allow_http));
        let url = url.ok_or("their address is not https")?;
        let failed = |error: reqwest::Error| crate::outbound::cause(&error);
        let mut response = self.http.get(url).send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(format!("the answer is {}", response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST {
                return Err("the answer is too large".into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// The keys of a set that fit a token's header, by what the key itself says it is for.
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
