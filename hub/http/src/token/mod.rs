//! Signed tokens instead of an API key: their issuer, their validity and the party that they name.
//!
//! A token identifies a party, never the operator. A bearer token is accepted any number of times until it expires. A token that
//! is bound to a key needs a new proof for each request.

mod keys;
mod proof;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use bindeledd_core::{HerId, OrgNumber, PartyId, PartyName};
use bindeledd_engine::Directory;
use jiff::Timestamp;
use jsonwebtoken::Algorithm;
use serde_json::Value;

use crate::certificate::Shown;
use crate::jose;
use crate::problem::{Problem, TokenFault};
pub(crate) use keys::Keys;
use proof::{SeenProofs, Unique};

/// Maximum tolerated difference between clocks, in seconds.
pub(crate) const LEEWAY: i64 = 30;
/// Maximum length of a token; real tokens are far shorter.
pub(crate) const LONGEST_TOKEN: usize = 16 * 1024;

/// An issuer whose tokens are accepted.
#[derive(Debug, Clone)]
pub struct IssuerOptions {
    /// The issuer's name in the configuration.
    pub name: String,
    /// The issuer as its tokens' `iss` claim names it.
    pub issuer: String,
    /// The audience that the tokens must name.
    pub audience: String,
    /// The claim that names the caller.
    pub party_claim: String,
    /// The form in which the claim names the caller.
    pub party_by: PartyBy,
    /// URL of the issuer's keys. If absent, it is taken from the issuer's metadata.
    pub jwks_uri: Option<String>,
    /// The names of the accepted algorithms; empty for all that the hub knows.
    pub algorithms: Vec<String>,
    /// The hub's origin as callers see it; proofs of possession must be made for it. Without it no token that is bound to a key is
    /// accepted.
    pub origin: Option<String>,
    /// True if every token must be bound to a key.
    pub bound_only: bool,
    /// Maximum lifetime of a token, in seconds.
    pub longest: i64,
}

/// Fetches an issuer's public documents: its metadata and its keys.
#[async_trait]
pub trait Fetch: fmt::Debug + Send + Sync {
    /// Fetches the document at an address. The error says why it failed, without the document's content.
    ///
    /// # Errors
    /// The address is not https, the answer is not a success, or the answer is too large.
    async fn get(&self, address: &str) -> Result<Vec<u8>, String>;
}

/// The form in which a claim names the caller.
#[derive(Debug, Clone)]
pub enum PartyBy {
    /// The claim holds an organisation number, either alone or as Maskinporten's `consumer`.
    OrgNumber,
    /// The claim holds a HER-id.
    HerId,
    /// The claim holds a client id, which this table maps to a party.
    Clients(BTreeMap<String, PartyName>),
}

#[derive(Debug)]
struct Issuer {
    options: IssuerOptions,
    algorithms: Vec<Algorithm>,
    keys: Arc<Keys>,
}

/// The issuers whose tokens are accepted. A clone shares the same state.
#[derive(Debug, Clone)]
pub struct Issuers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    issuers: Vec<Issuer>,
    proofs: SeenProofs,
}

/// A valid proof that is not used up yet.
#[derive(Debug)]
pub(crate) struct Unused(Unique);

/// The algorithms that are accepted unless the configuration narrows them. None uses a shared secret.
const ALGORITHMS: [&str; 8] = ["ES256", "ES384", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/// Returns the algorithms with these names, or all that the hub accepts if there is none.
pub(crate) fn accepted(names: &[String]) -> Vec<Algorithm> {
    let named: Vec<_> = names.iter().filter_map(|name| jose::algorithm(name)).collect();
    if named.is_empty() {
        ALGORITHMS.into_iter().filter_map(jose::algorithm).collect()
    } else {
        named
    }
}

impl Issuers {
    /// Makes the issuers, whose keys `fetch` gets. `started` is the time of the hub's start; no proof from before that time is
    /// remembered.
    #[must_use]
    pub fn new(issuers: Vec<IssuerOptions>, fetch: &Arc<dyn Fetch>, started: Timestamp) -> Self {
        let made = issuers.into_iter().map(|options| {
            let algorithms = accepted(&options.algorithms);
            Issuer {
                keys: Arc::new(Keys::new(
                    &options.issuer,
                    options.jwks_uri.as_deref(),
                    Arc::clone(fetch),
                )),
                algorithms,
                options,
            }
        });
        Self(Arc::new(Inner {
            issuers: made.collect(),
            proofs: SeenProofs::new(started),
        }))
    }

    pub(crate) fn use_up(&self, Unused(proof): Unused, now: Timestamp) -> Result<(), Problem> {
        self.0.proofs.use_up(proof, now)
    }

    /// Returns the party that the token identifies, and the proof that came with it.
    pub(crate) async fn party(
        &self,
        token: &str,
        bound: bool,
        parts: &Parts,
        directory: &Directory,
        now: Timestamp,
    ) -> Result<(PartyId, Option<Unused>), Problem> {
        let (issuer, claims) = self.checked(token, now).await?;
        let confirmation = claims.get("cnf");
        let of = |name: &str| confirmation.and_then(|cnf| cnf.get(name)).and_then(Value::as_str);
        let proof = match (of("jkt"), bound) {
            (Some(thumbprint), true) => {
                let origin = issuer.options.origin.as_deref().ok_or(TokenFault::NoOrigin)?;
                Some(Unused(proof::check(token, thumbprint, parts, origin, now)?))
            }
            (Some(_), false) => return Err(TokenFault::NoProof.into()),
            (None, true) => return Err(TokenFault::NotBound.into()),
            (None, false) if issuer.options.bound_only => return Err(TokenFault::NoProof.into()),
            (None, false) => None,
        };
        if let Some(thumbprint) = of("x5t#S256") {
            use base64::Engine as _;
            let shown = parts.extensions.get::<Arc<Shown>>();
            if let Some(shown) = shown {
                shown.vouched_for(now).map_err(Problem::certificate_over)?;
            }
            let own = shown.map(|s| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(s.sha256));
            if own.as_deref() != Some(thumbprint) {
                return Err(TokenFault::OtherCertificate.into());
            }
        } else if of("jkt").is_none() && confirmation.is_some_and(|cnf| !cnf.is_null()) {
            // The token is bound by a method that the hub does not support.
            return Err(TokenFault::NoProof.into());
        }
        let party = party(&issuer.options, &claims, directory)?;
        Ok((party, proof))
    }

    /// Returns the claims of a token, after checking its issuer's signature, its audience and its validity now.
    async fn checked(&self, token: &str, now: Timestamp) -> Result<(&Issuer, Value), Problem> {
        let unreadable = || Problem::from(TokenFault::Unreadable);
        if token.len() > LONGEST_TOKEN {
            return Err(unreadable());
        }
        let header = jose::header(token).ok_or_else(unreadable)?;
        // Issuers sign other things with the same keys, such as proofs and logout tokens; they do not authenticate a caller.
        let typ = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
        if !["jwt", "at+jwt", "application/at+jwt"].contains(&typ.as_str()) {
            return Err(unreadable());
        }
        let said = jose::unverified(token).ok_or_else(unreadable)?;
        let said = said.get("iss").and_then(Value::as_str).unwrap_or_default();
        let issuer = self.0.issuers.iter().find(|issuer| issuer.options.issuer == said);
        let issuer = issuer.ok_or(TokenFault::UnknownIssuer)?;
        if !issuer.algorithms.contains(&header.alg) {
            return Err(unreadable());
        }
        let keys = Keys::of(&issuer.keys, header.kid.as_deref(), header.alg, now).await;
        let keys = keys.map_err(|why| {
            tracing::info!(issuer = %issuer.options.name, %why, "there are no keys of an issuer");
            Problem::no_issuer_keys()
        })?;
        let claims = keys
            .iter()
            .find_map(|key| jose::verified::<Value>(token, key, header.alg));
        let claims = claims.ok_or(TokenFault::Signature)?;
        times(&claims, issuer.options.longest, now)?;
        let meant_for = |audience: &Value| audience.as_str() == Some(&issuer.options.audience);
        let fits = match claims.get("aud") {
            Some(Value::Array(several)) => several.iter().any(meant_for),
            Some(one) => meant_for(one),
            None => false,
        };
        if fits {
            Ok((issuer, claims))
        } else {
            Err(TokenFault::Audience.into())
        }
    }
}

/// Returns the address of an issuer's metadata (OpenID Connect Discovery 1.0, section 4).
pub(crate) fn metadata_address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// Checks that a token says from when and until when it is valid, and that this period is not too long. Its other times must hold
/// too.
pub(crate) fn times(claims: &Value, longest: i64, now: Timestamp) -> Result<(), Problem> {
    let now = now.as_second();
    let at = |name: &str| jose::second(claims, name).map_err(|_| Problem::from(TokenFault::Unreadable));
    let expires = at("exp")?.ok_or(TokenFault::Unreadable)?;
    if expires.saturating_add(LEEWAY) <= now {
        return Err(TokenFault::Expired.into());
    }
    let issued = at("iat")?.ok_or(TokenFault::Age)?;
    if expires.saturating_sub(issued) > longest {
        return Err(TokenFault::Age.into());
    }
    for name in ["nbf", "iat"] {
        if at(name)?.is_some_and(|begins| begins.saturating_sub(LEEWAY) > now) {
            return Err(TokenFault::NotYet.into());
        }
    }
    Ok(())
}

fn party(options: &IssuerOptions, claims: &Value, directory: &Directory) -> Result<PartyId, Problem> {
    let name = named(options, claims).ok_or(TokenFault::NobodyKnown)?;
    let party = directory.caller(&name).map_err(|_| Problem::shared_name())?;
    Ok(party.ok_or(TokenFault::NobodyKnown)?.id.clone())
}

/// Returns the caller's name from a token.
fn named(options: &IssuerOptions, claims: &Value) -> Option<PartyName> {
    let claim = claims.get(&options.party_claim)?;
    // Maskinporten's `consumer` is {"authority": "iso6523-actorid-upis", "ID": "0192:915933149"}.
    let said = match claim {
        Value::Object(consumer) => consumer.get("ID")?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => claim,
    };
    let said = match said {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    match &options.party_by {
        PartyBy::OrgNumber => {
            let number = OrgNumber::parse(said.strip_prefix("0192:").unwrap_or(&said)).ok()?;
            PartyName::parse(&format!("org:{number}")).ok()
        }
        PartyBy::HerId => PartyName::parse(&format!("her:{}", HerId::parse(&said).ok()?)).ok(),
        PartyBy::Clients(clients) => clients.get(&said).cloned(),
    }
}
