//! The checks of ID tokens (OpenID Connect Core 1.0, section 3.1.3.7) and of logout tokens (Back-Channel Logout 1.0, section 2.6).

use std::sync::Arc;

use bindeledd_engine::ports::{Identity, IssuerSession};
use jiff::Timestamp;
use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::{ConsoleIssuer, OpenIdFault, Strong};
use crate::jose;
use crate::token::{Keys, LEEWAY, LONGEST_TOKEN, times};

/// Longest life of an ID token. The hub uses it at once, so that only a strange one is longer.
const LONGEST_ID_TOKEN: i64 = 24 * 3600;
/// Maximum age of an ID token that has just been given.
const OLDEST_ID_TOKEN: i64 = 10 * 60;
/// Longest life of a logout token.
const LONGEST_LOGOUT: i64 = 3600;
/// The event that makes a token a logout token.
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Longest name of a person or a session; the specification has 255 for `sub`.
const LONGEST_NAME: usize = 255;

/// The values that a token has to fit.
pub(super) struct Expected<'a> {
    pub(super) keys: &'a Arc<Keys>,
    pub(super) algorithms: &'a [Algorithm],
    pub(super) options: &'a ConsoleIssuer,
}

/// The person of an ID token.
pub(super) struct Person {
    pub(super) identity: Identity,
    pub(super) session: IssuerSession,
    pub(super) strong: Strong,
    pub(super) level: Option<String>,
}

/// A valid logout token.
pub(super) struct Logout {
    pub(super) session: IssuerSession,
    pub(super) jti: String,
    pub(super) expires_at: i64,
}

const fn refused(what: &'static str) -> OpenIdFault {
    OpenIdFault::NotAccepted(what)
}

/// Returns the issuer that a token names, before anything is checked.
pub(super) fn said_issuer(token: &str) -> Option<String> {
    if token.len() > LONGEST_TOKEN {
        return None;
    }
    let claims = jose::unverified(token)?;
    Some(claims.get("iss")?.as_str()?.to_owned())
}

impl Expected<'_> {
    /// Checks an ID token that answers the request with this nonce.
    pub(super) async fn id_token(&self, token: &str, nonce: &str, now: Timestamp) -> Result<Person, OpenIdFault> {
        let claims = self.checked(token, &["jwt"], LONGEST_ID_TOKEN, now).await?;
        if claims.get("nonce").and_then(Value::as_str) != Some(nonce) {
            return Err(refused("its nonce"));
        }
        // A logout token is no ID token, even if the issuer puts a nonce into it.
        if claims.get("events").is_some() {
            return Err(refused("its kind"));
        }
        let issued = second(&claims, "iat").ok_or(refused("its times"))?;
        if issued.saturating_add(OLDEST_ID_TOKEN) < now.as_second() {
            return Err(refused("its age"));
        }
        let subject = named(&claims, "sub").ok_or(refused("its subject"))?;
        let value = text_of(found(&claims, &self.options.claim)).ok_or_else(|| {
            tracing::info!(issuer = %self.options.name, "a token does not have the claim that names the person");
            OpenIdFault::Unnamed
        })?;
        Ok(Person {
            identity: Identity {
                issuer: self.options.issuer.clone(),
                claim: self.options.claim.clone(),
                value,
            },
            session: IssuerSession {
                issuer: self.options.issuer.clone(),
                subject: Some(subject),
                session: named(&claims, "sid"),
            },
            strong: self.strong(&claims, now),
            level: self.level(&claims),
        })
    }

    /// Returns the first required value that the token has.
    fn level(&self, claims: &Value) -> Option<String> {
        let required = |value: &Value| {
            let text = value.as_str()?;
            self.options.acr.iter().find(|acr| *acr == text).cloned()
        };
        match found(claims, &self.options.acr_claim)? {
            Value::Array(several) => several.iter().find_map(required),
            one => required(one),
        }
    }

    fn strong(&self, claims: &Value, now: Timestamp) -> Strong {
        if let Some(age) = self.options.auth_age {
            let fresh = |at: i64| at.saturating_add(age).saturating_add(LEEWAY) >= now.as_second();
            if !second(claims, "auth_time").is_some_and(fresh) {
                return Strong::No;
            }
        }
        if self.options.acr.is_empty() {
            return Strong::NotAsked;
        }
        if self.level(claims).is_some() {
            Strong::Yes
        } else {
            Strong::No
        }
    }

    /// Checks a logout token. The caller checks that its id was not seen before.
    pub(super) async fn logout_token(&self, token: &str, now: Timestamp) -> Result<Logout, OpenIdFault> {
        let kinds = ["jwt", "logout+jwt", "application/logout+jwt"];
        let claims = self.checked(token, &kinds, LONGEST_LOGOUT, now).await?;
        let event = claims.get("events").and_then(|events| events.get(LOGOUT));
        if !event.is_some_and(Value::is_object) {
            return Err(refused("its event"));
        }
        if claims.get("nonce").is_some() {
            return Err(refused("its nonce"));
        }
        let (subject, session) = (named(&claims, "sub"), named(&claims, "sid"));
        if subject.is_none() && session.is_none() {
            return Err(refused("its subject"));
        }
        Ok(Logout {
            session: IssuerSession {
                issuer: self.options.issuer.clone(),
                subject,
                session,
            },
            jti: named(&claims, "jti").ok_or(refused("its id"))?,
            expires_at: second(&claims, "exp").ok_or(refused("its times"))?,
        })
    }

    /// Returns the claims of a token, after checking its kind, its signature, its issuer, its audience and its times.
    async fn checked(&self, token: &str, kinds: &[&str], longest: i64, now: Timestamp) -> Result<Value, OpenIdFault> {
        if token.len() > LONGEST_TOKEN {
            return Err(refused("its length"));
        }
        let header = jose::header(token).ok_or(refused("its form"))?;
        let kind = header.typ.as_deref().unwrap_or("jwt").to_ascii_lowercase();
        if !kinds.contains(&kind.as_str()) {
            return Err(refused("its kind"));
        }
        if !self.algorithms.contains(&header.alg) {
            return Err(refused("its algorithm"));
        }
        let keys = Keys::of(self.keys, header.kid.as_deref(), header.alg, now).await;
        let keys = keys.map_err(|why| {
            tracing::warn!(issuer = %self.options.name, %why, "there are no keys of an issuer");
            OpenIdFault::Away
        })?;
        if keys.is_empty() {
            // A new key may not be here yet.
            tracing::warn!(issuer = %self.options.name, "an issuer's token names a key that is not known");
            return Err(OpenIdFault::Away);
        }
        let claims = keys
            .iter()
            .find_map(|key| jose::verified::<Value>(token, key, header.alg));
        let claims = claims.ok_or(refused("its signature"))?;
        if claims.get("iss").and_then(Value::as_str) != Some(&self.options.issuer) {
            return Err(refused("its issuer"));
        }
        if !is_for(&claims, &self.options.client_id) {
            return Err(refused("its audience"));
        }
        times(&claims, longest, now).map_err(|_| refused("its times"))?;
        Ok(claims)
    }
}

/// Returns whether a token is for this client. A token for several has to name the one that it was given to.
fn is_for(claims: &Value, client_id: &str) -> bool {
    let is_client = |value: &Value| value.as_str() == Some(client_id);
    let (is_named, several) = match claims.get("aud") {
        Some(Value::Array(all)) => (all.iter().any(is_client), all.len() > 1),
        Some(one) => (is_client(one), false),
        None => (false, false),
    };
    is_named && claims.get("azp").map_or(!several, is_client)
}

/// Returns a claim by its name, or by a JSON Pointer. A broker's number may stand inside another claim.
fn found<'c>(claims: &'c Value, claim: &str) -> Option<&'c Value> {
    if claim.starts_with('/') {
        claims.pointer(claim)
    } else {
        claims.get(claim)
    }
}

/// Returns a claim that is a text, not empty and not too long.
fn named(claims: &Value, claim: &str) -> Option<String> {
    text_of(claims.get(claim))
}

fn text_of(claim: Option<&Value>) -> Option<String> {
    let text = claim?.as_str()?;
    (!text.is_empty() && text.len() <= LONGEST_NAME).then(|| text.to_owned())
}

/// Reads a time that the token has to have.
fn second(claims: &Value, claim: &str) -> Option<i64> {
    jose::second(claims, claim).ok().flatten()
}
