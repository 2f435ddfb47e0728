//! Identifies the caller by a key, a signed token or a certificate; no other part of the hub does.
//!
//! The headers decide. A request with a wrong credential in its headers has no known caller, whatever certificate its connection
//! has. Only the operator's key identifies the operator.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use bindeledd_core::PartyId;
use bindeledd_engine::Engine;

use crate::api_keys::{ApiKeys, read_key};
use crate::caller::Caller;
use crate::certificate::Shown;
use crate::client_certificate::{CertificateClient, of_certificate};
use crate::credential::{Credential, credential};
use crate::problem::Problem;
use crate::token::{Issuers, Unused};

/// The callers of a hub and their credentials.
pub struct Callers {
    engine: Engine,
    /// The parties' and the operator's keys.
    pub keys: ApiKeys,
    certificates: Vec<CertificateClient>,
    issuers: Option<Issuers>,
}

/// An identified caller, and the proof of possession that came with the request. The proof is used up once the request is
/// admitted.
pub(crate) struct Authenticated {
    pub(crate) caller: Caller,
    pub(crate) proof: Option<Unused>,
}

impl From<Caller> for Authenticated {
    fn from(caller: Caller) -> Self {
        Self { caller, proof: None }
    }
}

impl Callers {
    pub(crate) const fn new(
        engine: Engine,
        keys: ApiKeys,
        certificates: Vec<CertificateClient>,
        issuers: Option<Issuers>,
    ) -> Self {
        Self {
            engine,
            keys,
            certificates,
            issuers,
        }
    }

    /// Finds the caller of a request. `None` if no caller has this credential. The problem says more if more is known.
    pub(crate) async fn authenticate(&self, parts: &Parts) -> Result<Option<Authenticated>, Problem> {
        let known = self.find(parts).await?;
        if let Some(known) = &known {
            self.not_suspended(&known.caller)?;
        }
        Ok(known)
    }

    fn not_suspended(&self, caller: &Caller) -> Result<(), Problem> {
        let Some(party) = caller.party() else { return Ok(()) };
        let directory = self.engine.directory();
        match directory.get(party) {
            Some(party) if party.suspended => Err(Problem::suspended()),
            _ => Ok(()),
        }
    }

    /// Returns whether a party can authenticate now: by a key, by a configured certificate, or by its organisation number in
    /// tokens of a configured issuer.
    #[must_use]
    pub fn has_a_way_in(&self, party: &PartyId) -> bool {
        let directory = self.engine.directory();
        let Some(known) = directory.get(party).filter(|known| !known.suspended) else {
            return false;
        };
        let has_certificate = || {
            let mut named = self.certificates.iter().map(|client| &client.party);
            named.any(|name| directory.resolve(name).is_some_and(|found| found.id == *party))
        };
        let has_token = self.issuers.is_some() && known.org_number.is_some();
        has_token || !self.keys.of(party).is_empty() || has_certificate()
    }

    /// Checks that a caller may still be served: its key was not revoked and the party was not suspended meanwhile.
    pub(crate) fn still_let_in(&self, headers: &HeaderMap, caller: &Caller) -> Result<(), Problem> {
        self.not_suspended(caller)?;
        match credential(headers) {
            Credential::Bearer(shown) if read_key(shown).is_some() => {
                let found = self.keys.find(shown, self.engine.now());
                if found.as_ref() == Some(caller) {
                    Ok(())
                } else {
                    Err(Problem::unauthorized())
                }
            }
            Credential::Bearer(_) | Credential::Bound(_) | Credential::Unclear | Credential::Nothing => Ok(()),
        }
    }

    /// Returns whether a request carries the monitoring key, which opens the metrics only.
    pub(crate) fn is_watcher(&self, headers: &HeaderMap) -> bool {
        match credential(headers) {
            Credential::Bearer(key) => self.keys.is_watcher(key),
            Credential::Bound(_) | Credential::Unclear | Credential::Nothing => false,
        }
    }

    /// Remembers a proof of possession, which is refused from then on.
    pub(crate) fn use_up(&self, proof: Option<Unused>) -> Result<(), Problem> {
        match (proof, &self.issuers) {
            (Some(proof), Some(issuers)) => issuers.use_up(proof, self.engine.now()),
            (Some(_) | None, _) => Ok(()),
        }
    }

    async fn find(&self, parts: &Parts) -> Result<Option<Authenticated>, Problem> {
        let (token, bound) = match credential(&parts.headers) {
            Credential::Bearer(shown) => match self.keys.find(shown, self.engine.now()) {
                Some(caller) => return Ok(Some(caller.into())),
                None if self.keys.is_switched_off(shown) => return Err(Problem::operator_key_off()),
                None if shown.split('.').count() == 3 => (shown, false),
                None => return Ok(None),
            },
            Credential::Bound(shown) => (shown, true),
            Credential::Unclear => return Ok(None),
            Credential::Nothing => return self.by_certificate(parts),
        };
        let Some(issuers) = &self.issuers else {
            return Ok(None);
        };
        let (directory, now) = (self.engine.directory(), self.engine.now());
        let (party, proof) = issuers.party(token, bound, parts, &directory, now).await?;
        let caller = Caller::Party(party);
        Ok(Some(Authenticated { caller, proof }))
    }

    /// Returns the caller that the connection's certificate identifies. Each request checks the certificate again, since trust in
    /// it may end while the connection lasts.
    fn by_certificate(&self, parts: &Parts) -> Result<Option<Authenticated>, Problem> {
        let Some(shown) = parts.extensions.get::<Arc<Shown>>() else {
            return Ok(None);
        };
        let vouching = shown
            .vouched_for(self.engine.now())
            .map_err(Problem::certificate_over)?;
        let name = of_certificate(&self.certificates, shown, &vouching)?;
        let directory = self.engine.directory();
        let party = directory.caller(name).map_err(|_| Problem::shared_name())?;
        let party = party.ok_or_else(Problem::unknown_certificate)?;
        Ok(Some(Caller::Party(party.id.clone()).into()))
    }
}
