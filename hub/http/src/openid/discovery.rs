//! An issuer's metadata (OpenID Connect Discovery 1.0). They are fetched when a person signs in, kept for an hour, and used for a
//! day if the issuer does not answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bindeledd_core::json;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::OpenIdFault;
use crate::token::{Fetch, metadata_address};

/// Age at which metadata are fetched again.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// Maximum age up to which metadata are still used if they can not be fetched again.
const USABLE: SignedDuration = SignedDuration::from_hours(24);
/// Time after a failure in which nobody waits for another fetch.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// Maximum time for a fetch.
const FETCH: Duration = Duration::from_secs(5);

/// The parts of the metadata that the hub uses.
#[derive(Debug)]
pub(super) struct Metadata {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) end_session_endpoint: Option<Url>,
    /// True if every answer names its issuer (RFC 9207).
    pub(super) names_itself: bool,
    pub(super) secret_in_header: bool,
}

/// Metadata as the issuer sends them.
#[derive(Deserialize)]
struct Sent {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    response_types_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Debug, Default)]
struct Held {
    metadata: Option<(Arc<Metadata>, Timestamp)>,
    failed_at: Option<Timestamp>,
}

/// The metadata of one issuer.
#[derive(Debug)]
pub(super) struct Discovery {
    issuer: String,
    fetch: Arc<dyn Fetch>,
    held: Mutex<Held>,
    /// Held by the caller that fetches.
    turn: tokio::sync::Mutex<()>,
}

impl Discovery {
    pub(super) fn new(issuer: &str, fetch: Arc<dyn Fetch>) -> Self {
        Self {
            issuer: issuer.to_owned(),
            fetch,
            held: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn younger_than(&self, age: SignedDuration, now: Timestamp) -> Option<Arc<Metadata>> {
        let held = self.held();
        let (metadata, at) = held.metadata.as_ref()?;
        (now < *at + age).then(|| Arc::clone(metadata))
    }

    /// Returns whether a fetch failed a moment ago.
    fn rests(&self, now: Timestamp) -> bool {
        let failed = self.held().failed_at;
        failed.is_some_and(|at| now < at + PAUSE && now >= at)
    }

    /// Returns the metadata.
    pub(super) async fn get(&self, now: Timestamp) -> Result<Arc<Metadata>, OpenIdFault> {
        if let Some(metadata) = self.younger_than(FRESH, now) {
            return Ok(metadata);
        }
        if self.rests(now) {
            return self.younger_than(USABLE, now).ok_or(OpenIdFault::Away);
        }
        let fetched = tokio::time::timeout(FETCH, self.fetched(now)).await;
        match fetched.unwrap_or_else(|_| Err("they did not come in time".to_owned())) {
            Ok(metadata) => Ok(metadata),
            Err(why) => {
                tracing::warn!(issuer = %self.issuer, %why, "the metadata of an issuer can not be had");
                self.held().failed_at = Some(now);
                self.younger_than(USABLE, now).ok_or(OpenIdFault::Away)
            }
        }
    }

    async fn fetched(&self, now: Timestamp) -> Result<Arc<Metadata>, String> {
        let _turn = self.turn.lock().await;
        // Another caller may have fetched them meanwhile.
        if let Some(metadata) = self.younger_than(FRESH, now) {
            return Ok(metadata);
        }
        if self.rests(now) {
            return Err("they could not be fetched a moment ago".to_owned());
        }
        let address = metadata_address(&self.issuer);
        let sent: Sent =
            json::read(&self.fetch.get(&address).await?).map_err(|_| "they are not understood".to_owned())?;
        let metadata = Arc::new(read(sent, &self.issuer)?);
        *self.held() = Held {
            metadata: Some((Arc::clone(&metadata), now)),
            failed_at: None,
        };
        Ok(metadata)
    }
}

/// Checks that the issuer is the expected one, and that it can do what the hub requires.
fn read(sent: Sent, issuer: &str) -> Result<Metadata, String> {
    if sent.issuer != issuer {
        return Err("they are another issuer's".to_owned());
    }
    let lacks =
        |list: &Option<Vec<String>>, name: &str| list.as_ref().is_some_and(|list| !list.iter().any(|n| n == name));
    if lacks(&sent.response_types_supported, "code") {
        return Err("the issuer gives no codes".to_owned());
    }
    if lacks(&sent.code_challenge_methods_supported, "S256") {
        return Err("the issuer does not take PKCE by S256".to_owned());
    }
    Ok(Metadata {
        authorization_endpoint: page(&sent.authorization_endpoint)?,
        token_endpoint: page(&sent.token_endpoint)?,
        // Without a page to end a session at, the session at the issuer simply goes on.
        end_session_endpoint: sent.end_session_endpoint.as_deref().and_then(|raw| page(raw).ok()),
        names_itself: sent.authorization_response_iss_parameter_supported,
        // Without the list, a client shows its secret in the header (Discovery 1.0, section 3).
        secret_in_header: !lacks(&sent.token_endpoint_auth_methods_supported, "client_secret_basic"),
    })
}

fn page(raw: &str) -> Result<Url, String> {
    let url = Url::parse(raw).ok();
    let is_safe = |url: &Url| {
        url.scheme() == "https" && url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
    };
    url.filter(is_safe)
        .ok_or_else(|| "they have an address that is not https".to_owned())
}
