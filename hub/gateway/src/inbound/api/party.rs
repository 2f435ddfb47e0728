//! A party as JSON: all of it for the operator, and its public part for everyone else.

use bindeledd_core::{
    Endpoint, EndpointLimits, Handler, HerId, HprNumber, Notify, OrgNumber, Party, PartyId, PartyKind, Professional,
    time,
};
use bindeledd_engine::ports::Pause;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// Party: an organisation, or a unit of one. Only the operator sees all of it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PartyAnswer")]
pub(crate) struct PartyJson<'a> {
    /// Id of the party in this hub.
    id: &'a str,
    /// Name of the party.
    name: &'a str,
    /// Name that others see, where the party's own name would tell too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_label: Option<&'a str>,
    /// Telephone number that others see beside the public label.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_phone: Option<&'a str>,
    /// Kind of party.
    #[schemars(extend("enum" = PartyKind::ALL.map(PartyKind::code)))]
    kind: &'static str,
    /// Id of the party that this one is a unit of.
    #[serde(skip_serializing_if = "Option::is_none")]
    part_of: Option<&'a str>,
    /// Organisation number.
    #[serde(skip_serializing_if = "Option::is_none")]
    org_number: Option<&'a str>,
    /// HER-id, the party's address in the health sector's address register.
    #[serde(skip_serializing_if = "Option::is_none")]
    her_id: Option<u32>,
    /// Health professional that documents to the party are addressed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<ProfessionalJson<'a>>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    /// Persons at the party who follow participants up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    handlers: Vec<HandlerJson<'a>>,
    /// True if the party may register consents.
    registrar: bool,
    /// Ids of the registrars that this party trusts: grants that they register for it need no confirmation.
    trusts: Vec<&'a str>,
    /// Endpoint of the party's system. A party without an address there fetches from its inbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<EndpointJson<'a>>,
    /// Mail that tells the party of new items in its inbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    notify: Option<NotifyJson<'a>>,
    /// True if the operator has paused the endpoint: deliveries to the party wait.
    paused: bool,
    /// Pause of the endpoint, where it has a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pause: Option<PauseJson>,
    /// True if the operator has suspended the party: the hub refuses its calls, and deliveries to it wait.
    suspended: bool,
    /// Remarks for the operator, in the answer to a change: grants to the party that its adapter can not carry out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// Pause of an endpoint, with its reason.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct PauseJson {
    /// Actor that paused it, as in the audit log.
    by: String,
    /// Time since which it is paused.
    #[schemars(extend("format" = "date-time"))]
    since: String,
    /// Reason.
    reason: String,
    /// Time at which it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    until: Option<String>,
}

/// Health professional at a party.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct ProfessionalJson<'a> {
    /// Given name.
    given_name: &'a str,
    /// Family name.
    family_name: &'a str,
    /// HPR number of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    hpr: Option<&'a str>,
    /// HER-id of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    her_id: Option<u32>,
}

/// Endpoint of a party's system.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct EndpointJson<'a> {
    /// Name of the adapter for the system's format.
    adapter: &'a str,
    /// Address that requests go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Name of the credential in configuration that requests carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<&'a str>,
    /// Settings of the adapter, by the schema in its manifest.
    settings: Map<String, Value>,
    /// HER-id of the hub itself towards this system.
    #[serde(skip_serializing_if = "Option::is_none")]
    her_id: Option<u32>,
    /// Organisation number of the hub itself towards this system.
    #[serde(skip_serializing_if = "Option::is_none")]
    org_number: Option<&'a str>,
    /// Limits of the endpoint.
    limits: LimitsJson,
}

/// Limits of an endpoint.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct LimitsJson {
    /// Greatest number of requests under way at a time.
    in_flight: u16,
    /// Longest time of a request, in seconds.
    timeout_seconds: u16,
    /// Longest time that the hub waits for a receipt, in seconds.
    receipt_seconds: u32,
    /// Time between two looks into the mailbox behind the address, in seconds.
    poll_seconds: u16,
}

/// Mail to a party that fetches from its inbox.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct NotifyJson<'a> {
    /// Address that the mail goes to.
    email: &'a str,
}

impl<'a> PartyJson<'a> {
    /// A party for the operator.
    pub(crate) fn of(party: &'a Party) -> Self {
        Self {
            id: party.id.as_str(),
            name: &party.name,
            public_label: party.public_label.as_deref(),
            public_phone: party.public_phone.as_deref(),
            kind: party.kind.code(),
            part_of: party.part_of.as_ref().map(PartyId::as_str),
            org_number: party.org_number.as_ref().map(OrgNumber::as_str),
            her_id: party.her_id.map(HerId::get),
            person: party.person.as_ref().map(ProfessionalJson::of),
            phone: party.phone.as_deref(),
            handlers: party.handlers.iter().map(HandlerJson::of).collect(),
            registrar: party.registrar,
            trusts: party.trusts.iter().map(PartyId::as_str).collect(),
            endpoint: party.endpoint.as_ref().map(EndpointJson::of),
            notify: party.notify.as_ref().map(NotifyJson::of),
            paused: party.paused,
            pause: None,
            suspended: party.suspended,
            notes: Vec::new(),
        }
    }

    /// Adds the pause of the party.
    pub(crate) fn with_pause(self, pause: Option<&Pause>) -> Self {
        Self {
            pause: pause.map(PauseJson::of),
            ..self
        }
    }

    /// Adds a remark for the operator.
    pub(crate) fn with_note(self, note: Option<String>) -> Self {
        Self {
            notes: note.into_iter().collect(),
            ..self
        }
    }
}

impl PauseJson {
    fn of(pause: &Pause) -> Self {
        Self {
            by: pause.by.to_string(),
            since: time::local_rfc3339(pause.at),
            reason: pause.why.clone(),
            until: pause.until.map(time::local_rfc3339),
        }
    }
}

impl<'a> ProfessionalJson<'a> {
    fn of(person: &'a Professional) -> Self {
        Self {
            given_name: &person.given_name,
            family_name: &person.family_name,
            hpr: person.hpr.as_ref().map(HprNumber::as_str),
            her_id: person.her_id.map(HerId::get),
        }
    }
}

impl<'a> EndpointJson<'a> {
    fn of(endpoint: &'a Endpoint) -> Self {
        let EndpointLimits {
            in_flight,
            timeout_seconds,
            receipt_seconds,
            poll_seconds,
        } = endpoint.limits;
        Self {
            adapter: endpoint.adapter.as_str(),
            address: endpoint.address.as_ref().map(ToString::to_string),
            credential: endpoint.credential.as_deref(),
            settings: serde_json::from_str(&endpoint.settings).unwrap_or_default(),
            her_id: endpoint.her_id.map(HerId::get),
            org_number: endpoint.org_number.as_ref().map(OrgNumber::as_str),
            limits: LimitsJson {
                in_flight,
                timeout_seconds,
                receipt_seconds,
                poll_seconds,
            },
        }
    }
}

impl<'a> NotifyJson<'a> {
    fn of(notify: &'a Notify) -> Self {
        Self {
            email: notify.email.reveal(),
        }
    }
}

/// Party as any other party may look it up, by its public name.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublicParty")]
pub(crate) struct PublicPartyJson<'a> {
    /// Id of the party in this hub.
    id: &'a str,
    /// Public name of the party.
    name: &'a str,
    /// Kind of party.
    #[schemars(extend("enum" = PartyKind::ALL.map(PartyKind::code)))]
    kind: &'static str,
    /// Id of the party that this one is a unit of.
    #[serde(skip_serializing_if = "Option::is_none")]
    part_of: Option<&'a str>,
    /// HER-id.
    #[serde(skip_serializing_if = "Option::is_none")]
    her_id: Option<u32>,
    /// Organisation number.
    #[serde(skip_serializing_if = "Option::is_none")]
    org_number: Option<&'a str>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    /// Persons at the party who follow participants up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    handlers: Vec<HandlerJson<'a>>,
}

/// Person at a party who follows participants up.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct HandlerJson<'a> {
    /// Name of the person.
    name: &'a str,
    /// Role of the person, such as `jobbkonsulent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    /// Unit of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    /// Telephone number of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
}

impl<'a> HandlerJson<'a> {
    fn of(handler: &'a Handler) -> Self {
        Self {
            name: &handler.name,
            role: handler.role.as_deref(),
            unit: handler.unit.as_deref(),
            phone: handler.phone.as_deref(),
        }
    }
}

impl<'a> PublicPartyJson<'a> {
    pub(crate) fn of(party: &'a Party) -> Self {
        let party = party.as_others_see_it();
        Self {
            id: party.id.as_str(),
            name: party.name,
            kind: party.kind.code(),
            part_of: party.part_of.map(PartyId::as_str),
            her_id: party.her_id.map(HerId::get),
            org_number: party.org_number.map(OrgNumber::as_str),
            phone: party.phone,
            handlers: party.handlers.iter().map(HandlerJson::of).collect(),
        }
    }
}
