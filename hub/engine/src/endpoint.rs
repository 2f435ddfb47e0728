//! Checks of an endpoint: the needs of its adapter, its settings, and its credential. A party's endpoint is checked
//! before the party is stored, by `party test`, and when the hub starts.

use bindeledd_core::{Endpoint, EndpointAddress, InputCode, InputError, Party, PartyId};
use bindeledd_texts::Said;
use bindeledd_texts::endpoint::{self as texts, Need};
use bindeledd_texts::problem::Detail;
use jiff::SignedDuration;
use serde_json::Value;

use crate::directory::Directory;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::SendFailure;

/// The findings of `party test`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyTest {
    /// Whether the hub could deliver to the party now.
    pub ok: bool,
    /// The findings, one line for each.
    pub findings: Vec<Said>,
    /// The steps, in order. A party that fetches has the first one alone.
    pub steps: Vec<TestedStep>,
}

/// A step of a test, with its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedStep {
    /// The tested thing.
    pub step: TestStep,
    /// Result.
    pub result: StepResult,
    /// Duration.
    pub took: SignedDuration,
}

/// The thing that a step tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestStep {
    /// The endpoint fits its adapter and the configuration.
    Setup,
    /// The name of the address is found.
    Name,
    /// The connection stands, with the right certificate.
    Connection,
    /// The receiver takes the credential.
    Credential,
    /// The service answers without a fault.
    Service,
}

impl TestStep {
    /// Every step, in order.
    pub const ALL: [Self; 5] = [
        Self::Setup,
        Self::Name,
        Self::Connection,
        Self::Credential,
        Self::Service,
    ];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Name => "name",
            Self::Connection => "connection",
            Self::Credential => "credential",
            Self::Service => "service",
        }
    }
}

/// The result of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepResult {
    /// It is well.
    Well,
    /// It is not.
    Fault {
        /// Side of the fault.
        whose: FaultSide,
        /// The fault, for a person.
        what: Said,
    },
    /// It was not tried, since a step before it failed.
    NotTried,
}

/// The side of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultSide {
    /// The hub.
    Hub,
    /// The receiver.
    Receiver,
    /// The line or the receiver.
    Line,
}

impl FaultSide {
    /// Every side.
    pub const ALL: [Self; 3] = [Self::Hub, Self::Receiver, Self::Line];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Receiver => "receiver",
            Self::Line => "line",
        }
    }
}

/// The steps of a test so far.
#[derive(Default)]
struct Steps(Vec<TestedStep>);

impl Steps {
    fn add(&mut self, step: TestStep, result: StepResult, took: SignedDuration) {
        self.0.push(TestedStep { step, result, took });
    }

    /// Adds the steps that were not tried.
    fn finish(mut self, has_address: bool) -> Vec<TestedStep> {
        if has_address {
            for step in TestStep::ALL.into_iter().skip(self.0.len()) {
                self.add(step, StepResult::NotTried, SignedDuration::ZERO);
            }
        }
        self.0
    }
}

impl Engine {
    /// Returns everything that the adapter needs and the party's endpoint lacks.
    async fn endpoint_lacks(&self, party: &Party) -> Result<Vec<Said>, EngineError> {
        let Some(endpoint) = &party.endpoint else {
            return Ok(Vec::new());
        };
        let manifest = self.inner.adapters.manifest(&endpoint.adapter).await?;
        let mut lacks = Vec::new();
        let mut need = |there: bool, what: Need| {
            if !there {
                let adapter = endpoint.adapter.to_string();
                lacks.push(texts::Endpoint::Needs { adapter, what }.into());
            }
        };
        let unknown = |name: &str| Need::Unknown { name: name.to_owned() };
        for what in &manifest.needs.endpoint {
            match what.as_str() {
                "herId" => need(endpoint.her_id.is_some(), Need::EndpointHerId),
                "orgNumber" => need(endpoint.org_number.is_some(), Need::EndpointOrgNumber),
                other => need(false, unknown(other)),
            }
        }
        for what in &manifest.needs.party {
            match what.as_str() {
                "herId" => need(party.her_id.is_some(), Need::PartyHerId),
                "orgNumber" => need(party.org_number.is_some(), Need::PartyOrgNumber),
                other => need(false, unknown(other)),
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
            let text = Said::joined(lacks);
            return Err(EngineError::Conflict {
                what: Detail::Told { text },
            });
        }
        match self.endpoint_misfits(endpoint).await?.into_iter().next() {
            Some(misfit) => Err(misfit.into()),
            None => Ok(()),
        }
    }

    /// Returns a description of every fault of a party's endpoint.
    async fn endpoint_faults(&self, party: &Party) -> Vec<Said> {
        let Some(endpoint) = &party.endpoint else {
            return Vec::new();
        };
        let mut faults = match self.endpoint_lacks(party).await {
            Ok(lacks) => lacks,
            // Without its adapter, the endpoint has no schema for its settings either.
            Err(error) => return vec![error.detail().into()],
        };
        match self.endpoint_misfits(endpoint).await {
            Ok(misfits) => faults.extend(misfits.iter().map(|misfit| Detail::from(misfit).into())),
            Err(error) => faults.push(error.detail().into()),
        }
        faults
    }

    /// Logs, at a start, every endpoint that can no longer be used. Configuration or an adapter may have changed since
    /// the last start.
    pub(crate) async fn look_at_endpoints(&self, directory: &Directory) {
        for party in directory.iter() {
            for what in self.endpoint_faults(party).await {
                tracing::warn!(code = "BL-6023", party = %party.id, %what, "a party's endpoint can not be used as it is");
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
            what: Detail::NoPartyNamed { party: id.to_string() },
        })?;
        let (mut steps, began) = (Steps::default(), self.now());
        let mut findings = self.endpoint_faults(&party).await;
        let setup = match findings.as_slice() {
            [] => StepResult::Well,
            faults => StepResult::Fault {
                whose: FaultSide::Hub,
                what: Said::joined(faults.to_vec()),
            },
        };
        steps.add(TestStep::Setup, setup, self.now().duration_since(began));
        let endpoint = party.endpoint.as_ref();
        let address = endpoint.and_then(|e| Some((e, e.address.as_ref()?)));
        if let Some((endpoint, address)) = address {
            findings.extend(self.test_address(endpoint, address, &mut steps).await);
        }
        let steps = steps.finish(address.is_some());
        if party.paused {
            findings.push(texts::Endpoint::Paused.into());
        }
        if party.suspended {
            findings.push(texts::Endpoint::Suspended.into());
        }
        let ok = findings.is_empty();
        findings.extend(self.how_it_fetches(&party));
        // A kind that the adapter does not write is no fault: the hub can deliver the other kinds.
        findings.extend(self.told_of_kinds(id).await.ok().flatten());
        Ok(PartyTest { ok, findings, steps })
    }

    /// Tests the way to an address. Returns the fault that it finds.
    async fn test_address(&self, endpoint: &Endpoint, address: &EndpointAddress, steps: &mut Steps) -> Option<Said> {
        let courier = &self.inner.courier;
        let origin = address.origin.clone();
        let mut began = self.now();
        let mut add = |step, fault: Option<(FaultSide, &Said)>| {
            let result = fault.map_or(StepResult::Well, |(whose, what)| StepResult::Fault {
                whose,
                what: what.clone(),
            });
            let took = self.now().duration_since(began);
            began = self.now();
            steps.add(step, result, took);
        };
        if let Err(error) = courier.find(address).await {
            let error = error.said();
            let what = texts::Endpoint::NotFound { origin, error }.into();
            add(TestStep::Name, Some((FaultSide::Line, &what)));
            return Some(what);
        }
        add(TestStep::Name, None);
        let status = match courier.probe(endpoint, address).await {
            Ok(status) => status,
            Err(error) => {
                let failure = error.failure();
                let error = error.said();
                let what = texts::Endpoint::Silent { origin, error }.into();
                match failure {
                    SendFailure::NoToken => {
                        add(TestStep::Connection, None);
                        add(TestStep::Credential, Some((FaultSide::Hub, &what)));
                    }
                    SendFailure::BrokenAnswer => {
                        add(TestStep::Connection, None);
                        add(TestStep::Credential, None);
                        add(TestStep::Service, Some((FaultSide::Receiver, &what)));
                    }
                    SendFailure::NotSendable => add(TestStep::Connection, Some((FaultSide::Hub, &what))),
                    SendFailure::NoConnection | SendFailure::NoAnswer | SendFailure::Interrupted => {
                        add(TestStep::Connection, Some((FaultSide::Line, &what)));
                    }
                }
                return Some(what);
            }
        };
        add(TestStep::Connection, None);
        if matches!(status, 401 | 407) {
            let what = refused(endpoint, origin).into();
            add(TestStep::Credential, Some((FaultSide::Hub, &what)));
            return Some(what);
        }
        add(TestStep::Credential, None);
        if status >= 500 {
            let status = status.into();
            let what = texts::Endpoint::Answers { origin, status }.into();
            add(TestStep::Service, Some((FaultSide::Receiver, &what)));
            return Some(what);
        }
        add(TestStep::Service, None);
        None
    }

    /// Returns a hint about how a party fetches its deliveries. The hint is no fault.
    fn how_it_fetches(&self, party: &Party) -> Option<Said> {
        if !party.fetches() {
            return None;
        }
        let by_hand = self.inner.adapters.entered_by_hand();
        let hint = match &party.endpoint {
            None => texts::Endpoint::Absent,
            Some(endpoint) if by_hand.contains(&endpoint.adapter) => texts::Endpoint::ByHand,
            Some(_) => texts::Endpoint::Fetches,
        };
        Some(hint.into())
    }
}

/// Returns the finding that the address answers, but refuses the hub.
fn refused(endpoint: &Endpoint, origin: String) -> texts::Endpoint {
    match endpoint.credential.clone() {
        Some(credential) => texts::Endpoint::CredentialRefused { origin, credential },
        None => texts::Endpoint::CredentialAsked { origin },
    }
}
