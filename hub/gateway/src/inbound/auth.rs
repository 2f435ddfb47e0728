//! Who is calling: the one place where that is settled, by a key, a signed token or a certificate.
//!
//! What a request says in its headers decides: one that shows something wrong there is nobody, whatever certificate its
//! connection has. The operator is known by its key alone.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_core::{OrgNumber, PartyId, PartyName};
use bindeledd_engine::ports::{Actor, ApiKey, KeyHash};
use jiff::Timestamp;

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

/// The beginning of every key, by which it is told from other secrets.
const KEY_START: &str = "blk_";

/// The form of a key: `blk_` and 43 characters for 32 random bytes.
#[must_use]
pub fn format_key(random: &[u8; 32]) -> String {
    format!("{KEY_START}{}", URL_SAFE_NO_PAD.encode(random))
}

/// Reads a key and gives what is kept of it. Nothing else, and an empty text least of all, is a key.
#[must_use]
pub fn read_key(raw: &str) -> Option<KeyHash> {
    let encoded = raw.strip_prefix(KEY_START).filter(|encoded| encoded.len() == 43)?;
    // A little more room than a key needs, since the decoder asks for it.
    let mut room = [0; 36];
    let length = URL_SAFE_NO_PAD.decode_slice(encoded, &mut room).ok()?;
    let is_key = length == 32 && room.iter().any(|byte| *byte != 0);
    is_key.then(|| hash_key(raw))
}

/// A new key of these random bytes, and what is kept of it.
pub(super) fn make_key(random: &[u8; 32]) -> (String, KeyHash) {
    let key = format_key(random);
    let hash = hash_key(&key);
    (key, hash)
}

/// The fewest characters of the key for watching, which is written by hand: one that is short could be guessed.
const WATCHER_KEY: usize = 32;

/// Reads the key that opens the figures and nothing else, and gives what is kept of it. It has any form, and a length.
#[must_use]
pub fn read_watcher_key(raw: &str) -> Option<KeyHash> {
    let is_key = raw.len() >= WATCHER_KEY && raw.bytes().all(|byte| byte.is_ascii_graphic());
    is_key.then(|| hash_key(raw))
}

/// What is kept of a key.
fn hash_key(key: &str) -> KeyHash {
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
    parties: RwLock<Arc<Known>>,
}

type Known = HashMap<KeyHash, Arc<KnownKey>>;

/// What is known of a party's key.
#[derive(Debug)]
pub(crate) struct KnownKey {
    pub(crate) party: PartyId,
    pub(crate) added_at: Timestamp,
    /// In seconds since 1970; none since the hub started where it is 0.
    used_at: AtomicI64,
}

impl KnownKey {
    /// When it was used last, since the hub started.
    pub(crate) fn used(&self) -> Option<Timestamp> {
        let at = self.used_at.load(Ordering::Relaxed);
        Timestamp::from_second(at).ok().filter(|_| at != 0)
    }
}

impl KeyRing {
    pub(crate) fn new(operator: KeyHash, watcher: Option<KeyHash>) -> Self {
        Self {
            operator,
            watcher,
            parties: RwLock::default(),
        }
    }

    pub(crate) fn replace(&self, keys: impl IntoIterator<Item = ApiKey>) {
        let mut held = self.parties.write().unwrap_or_else(PoisonError::into_inner);
        let known = |key: ApiKey| {
            let used = held
                .get(&key.hash)
                .map_or(0, |known| known.used_at.load(Ordering::Relaxed));
            let known = KnownKey {
                party: key.party,
                added_at: key.added_at,
                used_at: AtomicI64::new(used),
            };
            (key.hash, Arc::new(known))
        };
        let keys = Arc::new(keys.into_iter().map(known).collect());
        *held = keys;
    }

    /// Whether a request shows the key for watching, which opens the figures and nothing else.
    pub(crate) fn is_watcher(&self, headers: &HeaderMap) -> bool {
        match said(headers) {
            Said::Bearer(key) => read_watcher_key(key).is_some_and(|key| self.watcher == Some(key)),
            Said::Bound(_) | Said::Unclear | Said::Nothing => false,
        }
    }

    /// A party's keys, oldest first.
    pub(crate) fn of(&self, party: &PartyId) -> Vec<(KeyHash, Arc<KnownKey>)> {
        let known = self.known();
        let of_party = known.iter().filter(|(_, known)| known.party == *party);
        let mut keys: Vec<_> = of_party.map(|(hash, known)| (*hash, Arc::clone(known))).collect();
        keys.sort_by_key(|(hash, known)| (known.added_at, *hash));
        keys
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.parties.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn find(&self, key: &str, now: Timestamp) -> Option<Caller> {
        let hash = read_key(key)?;
        if hash == self.operator {
            return Some(Caller::Operator);
        }
        let known = self.known();
        let key = known.get(&hash)?;
        key.used_at.store(now.as_second(), Ordering::Relaxed);
        Some(Caller::Party(key.party.clone()))
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
    let known = find(inner, parts).await?;
    if let Some(known) = &known {
        not_suspended(inner, &known.caller)?;
    }
    Ok(known)
}

/// However it showed itself.
fn not_suspended(inner: &Inner, caller: &Caller) -> Result<(), Problem> {
    let Some(party) = caller.party() else { return Ok(()) };
    let directory = inner.engine.directory();
    match directory.get(party) {
        Some(party) if party.suspended => Err(Problem::suspended()),
        _ => Ok(()),
    }
}

/// Whether a party has something to show itself by now: a key, a certificate of the configuration, or its organisation number to
/// an issuer of tokens.
pub(super) fn has_a_way_in(inner: &Inner, party: &PartyId) -> bool {
    let directory = inner.engine.directory();
    let Some(known) = directory.get(party).filter(|known| !known.suspended) else {
        return false;
    };
    let has_certificate = || {
        let mut named = inner.options.certificates.iter().map(|client| &client.party);
        named.any(|name| directory.resolve(name).is_some_and(|found| found.id == *party))
    };
    let has_token = inner.options.issuers.is_some() && known.org_number.is_some();
    has_token || !inner.keys.of(party).is_empty() || has_certificate()
}

/// Whether a caller that was let in is so still: its key was not revoked and it was not suspended meanwhile.
pub(super) fn still_let_in(inner: &Inner, headers: &HeaderMap, caller: &Caller) -> Result<(), Problem> {
    not_suspended(inner, caller)?;
    match said(headers) {
        Said::Bearer(shown) if read_key(shown).is_some() => {
            let found = inner.keys.find(shown, inner.engine.now());
            if found.as_ref() == Some(caller) {
                Ok(())
            } else {
                Err(Problem::unauthorized())
            }
        }
        _ => Ok(()),
    }
}

async fn find(inner: &Inner, parts: &Parts) -> Result<Option<Authenticated>, Problem> {
    let (token, bound) = match said(&parts.headers) {
        Said::Bearer(shown) => match inner.keys.find(shown, inner.engine.now()) {
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
