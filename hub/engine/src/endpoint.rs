//! Checks of an endpoint: the needs of its adapter, its settings, and its credential. A party's endpoint is checked
//! before the party is stored, by `party test`, and when the hub starts.

use bindeledd_core::{Endpoint, EndpointAddress, InputCode, InputError, Party, PartyId};
use serde_json::Value;

use crate::directory::Directory;
use crate::engine::Engine;
use crate::error::EngineError;

/// The findings of `party test`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyTest {
    /// Whether the hub could deliver to the party now.
    pub ok: bool,
    /// The findings, one line for each.
    pub findings: Vec<String>,
}

impl Engine {
    /// Returns everything that the adapter needs and the party's endpoint lacks.
    async fn endpoint_lacks(&self, party: &Party) -> Result<Vec<String>, EngineError> {
        let Some(endpoint) = &party.endpoint else {
            return Ok(Vec::new());
        };
        let manifest = self.inner.adapters.manifest(&endpoint.adapter).await?;
        let mut lacks = Vec::new();
        let mut need = |there: bool, what: &str| {
            if !there {
                lacks.push(format!("the adapter `{}` needs {what}", endpoint.adapter));
            }
        };
        for what in &manifest.needs.endpoint {
            match what.as_str() {
                "herId" => need(
                    endpoint.her_id.is_some(),
                    "a HER-id of the endpoint's own (`endpoint.herId`)",
                ),
                "orgNumber" => need(
                    endpoint.org_number.is_some(),
                    "the hub's organisation number (`endpoint.orgNumber`)",
                ),
                other => need(false, &format!("`{other}`, which this hub does not know")),
            }
        }
        for what in &manifest.needs.party {
            match what.as_str() {
                "herId" => need(party.her_id.is_some(), "the party's HER-id (`herId`)"),
                "orgNumber" => need(
                    party.org_number.is_some(),
                    "the party's organisation number (`orgNumber`)",
                ),
                other => need(false, &format!("`{other}`, which this hub does not know")),
            }
        }
        Ok(lacks)
    }

    /// Returns the values of an endpoint that the hub can not use: settings that break the adapter's schema, a
    /// credential that configuration lacks, and an address that the hub never contacts.
    async fn endpoint_misfits(&self, endpoint: &Endpoint) -> Result<Vec<InputError>, EngineError> {
        let inner = &self.inner;
        let settings: Value = serde_json::from_str(&endpoint.settings).unwrap_or(Value::Null);
        let faults = inner.adapters.settings_faults(&endpoint.adapter, &settings).await?;
        let mut misfits: Vec<_> = faults
            .into_iter()
            .map(|fault| InputError {
                path: format!("endpoint.settings{}", fault.path),
                ..fault
            })
            .collect();
        if let Some(name) = &endpoint.credential
            && !inner.courier.has_credential(name)
        {
            let expected =
                "a credential of the configuration: write its section [credentials.<name>] and start the hub again";
            misfits.push(InputError::new(InputCode::UnknownCode, "endpoint.credential", expected));
        }
        if let Some(address) = &endpoint.address
            && !inner.courier.may_reach(address)
        {
            let expected = "an https address; http is for this machine, where configuration allows it";
            misfits.push(InputError::new(InputCode::Invalid, "endpoint.address", expected));
        }
        Ok(misfits)
    }

    /// Checks that a party's endpoint can be used as it is.
    ///
    /// # Errors
    /// The fault in the endpoint; the first fault if there are several.
    pub(crate) async fn endpoint_fits(&self, party: &Party) -> Result<(), EngineError> {
        let Some(endpoint) = &party.endpoint else {
            return Ok(());
        };
        let lacks = self.endpoint_lacks(party).await?;
        if !lacks.is_empty() {
            return Err(EngineError::Conflict { what: lacks.join("; ") });
        }
        match self.endpoint_misfits(endpoint).await?.into_iter().next() {
            Some(misfit) => Err(misfit.into()),
            None => Ok(()),
        }
    }

    /// Returns a description of every fault of a party's endpoint.
    async fn endpoint_faults(&self, party: &Party) -> Vec<String> {
        let Some(endpoint) = &party.endpoint else {
            return Vec::new();
        };
        let mut faults = match self.endpoint_lacks(party).await {
            Ok(lacks) => lacks,
            // Without its adapter, the endpoint has no schema for its settings either.
            Err(error) => return vec![error.to_string()],
        };
        match self.endpoint_misfits(endpoint).await {
            Ok(misfits) => faults.extend(misfits.iter().map(ToString::to_string)),
            Err(error) => faults.push(error.to_string()),
        }
        faults
    }

    /// Logs, at a start, every endpoint that can no longer be used. Configuration or an adapter may have changed since
    /// the last start.
    pub(crate) async fn look_at_endpoints(&self, directory: &Directory) {
        for party in directory.iter() {
            for what in self.endpoint_faults(party).await {
                tracing::warn!(code = "BL-6023", party = %party.id, what, "a party's endpoint can not be used as it is");
            }
        }
    }

    /// Checks whether the hub could deliver to a party now: its adapter, the adapter's needs, and its address.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] if there is no such party.
    pub async fn test_party(&self, id: &PartyId) -> Result<PartyTest, EngineError> {
        let party = self.directory().get(id).cloned();
        let party = party.ok_or_else(|| EngineError::NotFound {
            what: format!("there is no party `{id}`"),
        })?;
        let mut findings = self.endpoint_faults(&party).await;
        let endpoint = party.endpoint.as_ref();
        if let Some((endpoint, address)) = endpoint.and_then(|e| Some((e, e.address.as_ref()?))) {
            match self.inner.courier.probe(endpoint, address).await {
                Ok(401 | 407) => findings.push(refused(endpoint, address)),
                Ok(status) if status < 500 => {}
                Ok(status) => findings.push(format!("{} answers {status}", address.origin)),
                Err(error) => findings.push(format!("{} does not answer: {error}", address.origin)),
            }
        }
        if party.paused {
            findings.push("it is paused; `bindeledd party resume` opens it".into());
        }
        if party.suspended {
            findings.push("it is suspended; `bindeledd party unsuspend` lifts that".into());
        }
        let ok = findings.is_empty();
        findings.extend(self.how_it_fetches(&party));
        // A kind that the adapter does not write is no fault: the hub can deliver the other kinds.
        findings.extend(self.told_of_kinds(id).await.ok().flatten());
        Ok(PartyTest { ok, findings })
    }

    /// Returns a hint about how a party fetches its deliveries. The hint is no fault.
    fn how_it_fetches(&self, party: &Party) -> Option<String> {
        if !party.fetches() {
            return None;
        }
        let by_hand = self.inner.adapters.entered_by_hand();
        Some(match &party.endpoint {
            None => "it has no endpoint and fetches from its inbox".to_owned(),
            Some(endpoint) if by_hand.contains(&endpoint.adapter) => {
                "it has no address: a person takes its deliveries out of its inbox, enters them, and reports that with \
                 `bindeledd party entered`"
                    .to_owned()
            }
            Some(_) => "it has no address and fetches from its inbox".to_owned(),
        })
    }
}

/// Returns the finding that the address answers, but refuses the hub.
fn refused(endpoint: &Endpoint, address: &EndpointAddress) -> String {
    match &endpoint.credential {
        Some(name) => format!("{} does not take the credential `{name}`", address.origin),
        None => format!("{} asks for a credential, and the endpoint names none", address.origin),
    }
}
