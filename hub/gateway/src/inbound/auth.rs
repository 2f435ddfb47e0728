//! Who is calling: the one place where that is settled, by a key, a signed token or a certificate.
//!
//! What a request says in its headers decides: one that shows something wrong there is nobody, whatever certificate its
//! connection has. The operator is known by its key alone.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_core::{OrgNumber, PartyId, PartyName};
use bindeledd_engine::ports::{Actor, KeyHash};

use super::Inner;
use super::problem::Problem;
use super::token::Unused;
use crate::certificate::{Said as InCertificate, Shown};

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// A party.
    Party(PartyId),
    /// The operator.
    Operator,
}

impl Caller {
    pub(crate) fn actor(&self) -> Actor {
        match self {
            Self::Party(party) => Actor::Party(party.clone()),
            Self::Operator => Actor::Operator,
        }
    }

    pub(crate) const fn party(&self) -> Option<&PartyId> {
        match self {
            Self::Party(party) => Some(party),
            Self::Operator => None,
        }
    }

    pub(crate) fn is_operator(&self) -> bool {
        *self == Self::Operator
    }
}

/// The form of a key: `blk_` and 43 characters for 32 random bytes.
#[must_use]
pub fn format_key(random: &[u8; 32]) -> String {
    format!("blk_{}", URL_SAFE_NO_PAD.encode(random))
}

/// What is kept of a key.
#[must_use]
pub fn hash_key(key: &str) -> KeyHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, key.as_bytes()).as_ref());
    hash
}

/// The hashes of every key. What is looked up is the hash of what was sent, so how long a look-up takes tells nothing about
/// a key.
#[derive(Debug)]
pub(crate) struct KeyRing {
    operator: KeyHash,
    watcher: Option<KeyHash>,
    parties: RwLock<Arc<HashMap<KeyHash, PartyId>>>,
}

impl KeyRing {
    pub(crate) fn new(operator: KeyHash, watcher: Option<KeyHash>) -> Self {
        Self {
            operator,
            watcher,
            parties: RwLock::default(),
        }
    }

    pub(crate) fn replace(&self, keys: impl IntoIterator<Item = (KeyHash, PartyId)>) {
        let keys = Arc::new(keys.into_iter().collect());
        *self.parties.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// Whether a request shows the key for watching, which opens the figures and nothing else.
    pub(crate) fn is_watcher(&self, headers: &HeaderMap) -> bool {
        match said(headers) {
            Said::Bearer(key) => self.watcher == Some(hash_key(key)),
            Said::Bound(_) | Said::Unclear | Said::Nothing => false,
        }
    }

    fn find(&self, key: &str) -> Option<Caller> {
        let hash = hash_key(key);
        if hash == self.operator {
            return Some(Caller::Operator);
        }
        let parties = Arc::clone(&self.parties.read().unwrap_or_else(PoisonError::into_inner));
        parties.get(&hash).cloned().map(Caller::Party)
    }
}

/// What a request shows in its headers.
enum Said<'a> {
    /// A key, or a token that whoever has it may use.
    Bearer(&'a str),
    /// A token that is bound to a key.
    Bound(&'a str),
    /// Something that can not be read.
    Unclear,
    Nothing,
}

fn said(headers: &HeaderMap) -> Said<'_> {
    let one = |name| {
        let mut values = headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    };
    if headers.contains_key(AUTHORIZATION) {
        let Some((scheme, shown)) = one(AUTHORIZATION).and_then(|value| value.split_once(' ')) else {
            return Said::Unclear;
        };
        return match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Said::Bearer(shown.trim()),
            "dpop" => Said::Bound(shown.trim()),
            _ => Said::Unclear,
        };
    }
    let own = HeaderName::from_static("x-api-key");
    match (one(own.clone()), headers.contains_key(own)) {
        (Some(key), _) => Said::Bearer(key.trim()),
        (None, true) => Said::Unclear,
        (None, false) => Said::Nothing,
    }
}

/// A client certificate, and the party that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateClient {
    /// How the certificate is known.
    pub known_by: KnownBy,
    /// The party.
    pub party: PartyName,
    /// The file of the authority that may vouch for it, as the server has it; any that is trusted where there is none.
    pub authority: Option<PathBuf>,
}

/// How a certificate is known. TLS has found it good before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownBy {
    /// It is this one, by its SHA-256.
    Sha256([u8; 32]),
    /// Its subject has this organisation number.
    OrgNumber(OrgNumber),
    /// Its subject has this common name.
    CommonName(String),
}

/// The party of a certificate that these authorities vouch for: of the one that is named by its digest, or of all that fit
/// alike.
fn of_certificate<'a>(
    clients: &'a [CertificateClient],
    shown: &Shown,
    vouching: &[PathBuf],
) -> Result<&'a PartyName, Problem> {
    let vouched = |client: &&CertificateClient| client.authority.as_ref().is_none_or(|file| vouching.contains(file));
    let named = clients.iter().filter(vouched);
    let mut by_digest = named
        .clone()
        .filter(|client| client.known_by == KnownBy::Sha256(shown.sha256));
    if let Some(client) = by_digest.next() {
        return Ok(&client.party);
    }
    // One that could be taken for two organisations is taken for none, whatever else stands in it.
    if shown.org_number == InCertificate::Unclear {
        return Err(Problem::ambiguous(
            "the certificate names more than one organisation, or one that can not be read",
            "use a certificate with one organisation number, or ask the operator to name this one by its SHA-256",
        ));
    }
    let mut fitting = named.filter(|client| match &client.known_by {
        KnownBy::Sha256(_) => false,
        KnownBy::OrgNumber(known) => shown.org_number == InCertificate::One(known.as_str().to_owned()),
        KnownBy::CommonName(known) => match &shown.common_name {
            InCertificate::One(name) => name.eq_ignore_ascii_case(known),
            InCertificate::Nothing | InCertificate::Unclear => false,
        },
    });
    let first = fitting.next().ok_or_else(Problem::unknown_certificate)?;
    if fitting.any(|other| other.party != first.party) {
        return Err(Problem::ambiguous(
            "the certificate fits two clients of the configuration that are not the same party",
            "ask the operator to name this certificate by its SHA-256, or to take one of the two out",
        ));
    }
    Ok(&first.party)
}

/// Who is calling, and the proof that it showed, which counts as shown once its request is let in.
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    pub(super) proof: Option<Unused>,
}

impl From<Caller> for Authenticated {
    fn from(caller: Caller) -> Self {
        Self { caller, proof: None }
    }
}

/// Settles who is calling; none for nobody that the hub knows, a problem where there is more to say of it.
pub(super) async fn authenticate(inner: &Inner, parts: &Parts) -> Result<Option<Authenticated>, Problem> {
    let (token, bound) = match said(&parts.headers) {
        Said::Bearer(shown) => match inner.keys.find(shown) {
            Some(caller) => return Ok(Some(caller.into())),
            None if shown.split('.').count() == 3 => (shown, false),
            None => return Ok(None),
        },
        Said::Bound(shown) => (shown, true),
        Said::Unclear => return Ok(None),
        Said::Nothing => return by_certificate(inner, parts),
    };
    let Some(issuers) = &inner.options.issuers else {
        return Ok(None);
    };
    let (directory, now) = (inner.engine.directory(), inner.engine.now());
    let (party, proof) = issuers.party(token, bound, parts, &directory, now).await?;
    let caller = Caller::Party(party);
    Ok(Some(Authenticated { caller, proof }))
}

/// Who is calling by the certificate of its connection, which is looked at for each request: a connection lasts, and what
/// made its certificate good may not.
fn by_certificate(inner: &Inner, parts: &Parts) -> Result<Option<Authenticated>, Problem> {
    let Some(shown) = parts.extensions.get::<Arc<Shown>>() else {
        return Ok(None);
    };
    let vouching = shown
        .vouched_for(inner.engine.now())
        .map_err(Problem::certificate_over)?;
    let name = of_certificate(&inner.options.certificates, shown, &vouching)?;
    let directory = inner.engine.directory();
    let party = directory.caller(name).map_err(|_| Problem::shared_name())?;
    let party = party.ok_or_else(Problem::unknown_certificate)?;
    Ok(Some(Caller::Party(party.id.clone()).into()))
}
