//! A party as the operator writes it, in a request of its own or in an import.

use std::sync::Arc;

use bindeledd_core::notice::EmailAddress;
use bindeledd_core::{
    AdapterId, Endpoint, EndpointAddress, EndpointLimits, Handler, HerId, HprNumber, InputCode, InputError, Notify,
    OrgNumber, Party, PartyId, PartyKind, Professional,
};
use bindeledd_fields::{Fields, LONGEST_TEXT};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::Request;
use super::fields::{EMAIL, HerIdForm, ORG_NUMBER, PARTY_ID, Text, her_id, number, org_number};

/// Party: an organisation, or a unit of one.
#[derive(JsonSchema)]
#[schemars(
    rename = "Party",
    rename_all = "camelCase",
    deny_unknown_fields,
    example = examples::sent_to(),
    example = examples::that_fetches()
)]
pub(crate) struct PartyRequest {
    /// Id of the party in this hub.
    #[schemars(with = "String", regex(pattern = PARTY_ID))]
    id: PartyId,
    /// Name of the party.
    name: Text,
    /// Name that others see, where the party's own name would tell too much.
    public_label: Option<Text>,
    /// Telephone number that others see beside the public label.
    public_phone: Option<Text>,
    /// Kind of party.
    #[schemars(with = "String", extend("enum" = PartyKind::ALL.map(PartyKind::code)))]
    kind: PartyKind,
    /// Id of the party that this one is a unit of.
    #[schemars(with = "Option<String>", regex(pattern = PARTY_ID))]
    part_of: Option<PartyId>,
    /// Organisation number.
    #[schemars(with = "Option<String>", regex(pattern = ORG_NUMBER))]
    org_number: Option<OrgNumber>,
    /// HER-id, the party's address in the health sector's address register.
    #[schemars(with = "Option<HerIdForm>")]
    her_id: Option<HerId>,
    /// Health professional that documents to the party are addressed to.
    person: Option<ProfessionalRequest>,
    /// Telephone number.
    phone: Option<Text>,
    /// Persons at the party who follow participants up.
    handlers: Option<Vec<HandlerRequest>>,
    /// True if the party may register consents; false where it is left out.
    registrar: Option<bool>,
    /// Ids of the registrars that this party trusts: grants that they register for it need no confirmation.
    #[schemars(with = "Option<Vec<String>>", inner(regex(pattern = PARTY_ID)))]
    trusts: Option<Vec<PartyId>>,
    /// Endpoint of the party's system. A party without an address there fetches from its inbox.
    endpoint: Option<EndpointRequest>,
    /// Mail that tells the party of new items in its inbox; only for a party that fetches.
    notify: Option<NotifyRequest>,
    /// True to pause the endpoint, false to resume it; as it is where it is left out.
    paused: Option<bool>,
    /// True if the party is suspended now. This request can not change it.
    suspended: Option<bool>,
    /// Pause as an answer has it. This request can not change it.
    #[schemars(with = "Option<Map<String, Value>>")]
    #[expect(dead_code, reason = "an answer can be sent back as a request")]
    pause: Option<Fields>,
}

/// Health professional at a party.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "camelCase", deny_unknown_fields)]
struct ProfessionalRequest {
    /// Given name.
    given_name: Text,
    /// Family name.
    family_name: Text,
    /// HPR number of the person.
    #[schemars(with = "Option<String>", regex(pattern = "^[0-9]{1,9}$"))]
    hpr: Option<HprNumber>,
    /// HER-id of the person.
    #[schemars(with = "Option<HerIdForm>")]
    her_id: Option<HerId>,
}

/// Person at a party who follows participants up.
#[derive(JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
struct HandlerRequest {
    /// Name of the person.
    name: Text,
    /// Role of the person, such as `jobbkonsulent`.
    role: Option<Text>,
    /// Unit of the person.
    unit: Option<Text>,
    /// Telephone number of the person.
    phone: Option<Text>,
}

/// Endpoint of a party's system.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "camelCase", deny_unknown_fields)]
struct EndpointRequest {
    /// Name of the adapter for the system's format.
    #[schemars(with = "String", length(max = 80), regex(pattern = "^[a-z][a-z0-9.@_-]*$"))]
    adapter: AdapterId,
    /// Address that requests go to: https, or http to this machine where configuration allows it.
    #[schemars(
        with = "Option<String>",
        length(max = LONGEST_TEXT),
        regex(pattern = r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9/._~$%-]*)?$"),
        extend("format" = "uri")
    )]
    address: Option<EndpointAddress>,
    /// Name of the credential in configuration that requests carry.
    credential: Option<Text>,
    /// Settings of the adapter, by the schema in its manifest.
    settings: Option<Map<String, Value>>,
    /// HER-id of the hub itself towards this system.
    #[schemars(with = "Option<HerIdForm>")]
    her_id: Option<HerId>,
    /// Organisation number of the hub itself towards this system.
    #[schemars(with = "Option<String>", regex(pattern = ORG_NUMBER))]
    org_number: Option<OrgNumber>,
    /// Limits of the endpoint.
    limits: Option<LimitsRequest>,
}

/// Limits of an endpoint. The hub has a default for each that is left out.
#[derive(Default, JsonSchema)]
#[schemars(inline, rename_all = "camelCase", deny_unknown_fields)]
struct LimitsRequest {
    /// Greatest number of requests under way at a time.
    #[schemars(range(min = 1, max = u16::MAX))]
    in_flight: Option<u16>,
    /// Longest time of a request, in seconds.
    #[schemars(range(min = 1, max = u16::MAX))]
    timeout_seconds: Option<u16>,
    /// Longest time that the hub waits for a receipt, in seconds.
    #[schemars(range(min = 1, max = u32::MAX))]
    receipt_seconds: Option<u32>,
    /// Time between two looks into the mailbox behind the address, in seconds.
    #[schemars(range(min = 1, max = u16::MAX))]
    poll_seconds: Option<u16>,
}

/// Mail to a party that fetches from its inbox.
#[derive(JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
struct NotifyRequest {
    /// Address that the mail goes to.
    #[schemars(with = "String", email, length(max = 254), regex(pattern = EMAIL))]
    email: EmailAddress,
}

/// Parties to add or change: all of them, or none.
#[derive(JsonSchema)]
#[schemars(
    rename = "Import",
    rename_all = "camelCase",
    deny_unknown_fields,
    example = json!({ "parties": [examples::that_fetches()], "dryRun": true })
)]
pub(crate) struct ImportRequest {
    /// Parties, each as for `putParty`. The answer tells of each that is not right, and then none is taken.
    #[schemars(with = "Vec<Map<String, Value>>", length(max = LARGEST_IMPORT))]
    parties: Vec<Value>,
    /// True to change nothing, and only tell the outcome for each party.
    dry_run: Option<bool>,
}

/// More at once would hold everything up for as long as they are looked at.
const LARGEST_IMPORT: usize = 5000;

/// One party of an import. An unreadable party has its fault, and its id if it gives one.
pub(crate) type ImportedParty = Result<Party, (Option<String>, InputError)>;

/// A party's present holds: whether it is paused or suspended.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    paused: bool,
    suspended: bool,
}

impl Held {
    /// Returns a party's holds; `None` for a party that does not exist yet.
    pub(crate) fn of(party: Option<&Arc<Party>>) -> Option<Self> {
        party.map(|party| Self {
            paused: party.paused,
            suspended: party.suspended,
        })
    }
}

impl PartyRequest {
    /// Makes the party. `held` returns the holds of an existing party. An existing party stays paused unless the request says
    /// otherwise; no request suspends a party or ends a suspension.
    ///
    /// # Errors
    /// The first fault that needs the existing parties, or more than one field, to be seen.
    pub(crate) fn into_party(self, held: impl Fn(&PartyId) -> Option<Held>) -> Result<Party, InputError> {
        let known = held(&self.id);
        // An older store may have a party with an id that was reserved later.
        if known.is_none() {
            PartyId::for_new(self.id.as_str()).map_err(|e| InputError::new(InputCode::Invalid, "id", e.to_string()))?;
        }
        let held = known.unwrap_or_default();
        if self.suspended.is_some_and(|suspended| suspended != held.suspended) {
            let expected = "what it is now, or nothing: `bindeledd party suspend` and `unsuspend` change it";
            return Err(InputError::new(InputCode::Invalid, "suspended", expected));
        }
        let party = Party {
            id: self.id,
            name: self.name.into(),
            public_label: self.public_label.map(Into::into),
            public_phone: self.public_phone.map(Into::into),
            kind: self.kind,
            part_of: self.part_of,
            org_number: self.org_number,
            her_id: self.her_id,
            person: self.person.map(Into::into),
            phone: self.phone.map(Into::into),
            handlers: self.handlers.unwrap_or_default().into_iter().map(Into::into).collect(),
            registrar: self.registrar.unwrap_or(false),
            trusts: self.trusts.unwrap_or_default(),
            endpoint: self.endpoint.map(Into::into),
            notify: self.notify.map(Into::into),
            paused: self.paused.unwrap_or(held.paused),
            suspended: held.suspended,
        };
        if party.notify.is_some() && !party.fetches() {
            let expected = "nothing: a party whose endpoint has an address is sent what is for it";
            return Err(InputError::new(InputCode::Invalid, "notify", expected));
        }
        Ok(party)
    }
}

impl Request for PartyRequest {
    fn take(mut root: Fields) -> Result<Self, InputError> {
        let id = root.need_text("id", "the party's id")?;
        let id = PartyId::parse(&id).or_else(|_| PartyId::for_new(&id));
        let id = id.map_err(|e| root.error(InputCode::Invalid, "id", e.to_string()))?;
        let suspended = root.flag("suspended")?;
        let kind = root.need_text("kind", "the kind of party")?;
        let kind = PartyKind::parse(&kind).ok_or_else(|| {
            let known = PartyKind::ALL.map(PartyKind::code).join(", ");
            root.error(InputCode::UnknownCode, "kind", format!("one of {known}"))
        })?;
        let party = Self {
            id,
            name: Text::need(&mut root, "name", "the party's name")?,
            public_label: Text::take(&mut root, "publicLabel")?,
            public_phone: Text::take(&mut root, "publicPhone")?,
            kind,
            part_of: root.read("partOf", "a party's id", |raw| PartyId::parse(raw).ok())?,
            org_number: org_number(&mut root)?,
            her_id: her_id(&mut root)?,
            person: root.object("person")?.map(ProfessionalRequest::take).transpose()?,
            phone: Text::take(&mut root, "phone")?,
            handlers: handlers(&mut root)?,
            registrar: root.flag("registrar")?,
            trusts: trusts(&mut root)?,
            endpoint: root.object("endpoint")?.map(EndpointRequest::take).transpose()?,
            notify: root.object("notify")?.map(NotifyRequest::take).transpose()?,
            paused: root.flag("paused")?,
            pause: root.object("pause")?,
            suspended,
        };
        root.finish(
            "one of id, name, publicLabel, publicPhone, kind, partOf, orgNumber, herId, person, phone, handlers, registrar, \
             trusts, endpoint, notify, paused, pause, suspended",
        )?;
        Ok(party)
    }
}

fn handlers(root: &mut Fields) -> Result<Option<Vec<HandlerRequest>>, InputError> {
    let expected = "a list of handlers, each with a name";
    match root.take("handlers") {
        None => Ok(None),
        Some(Value::Array(items)) => {
            let items = items.into_iter().enumerate();
            let read = items.map(|(n, item)| HandlerRequest::take(Fields::of(item, format!("handlers[{n}]"))?));
            read.collect::<Result<_, _>>().map(Some)
        }
        Some(_) => Err(root.error(InputCode::Invalid, "handlers", expected)),
    }
}

fn trusts(root: &mut Fields) -> Result<Option<Vec<PartyId>>, InputError> {
    let Some(value) = root.take("trusts") else {
        return Ok(None);
    };
    let ids = value.as_array().and_then(|items| {
        let ids = items
            .iter()
            .map(|item| item.as_str().and_then(|raw| PartyId::parse(raw).ok()));
        ids.collect::<Option<Vec<_>>>()
    });
    ids.map(Some)
        .ok_or_else(|| root.error(InputCode::Invalid, "trusts", "a list of parties' ids"))
}

impl ProfessionalRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let person = Self {
            given_name: Text::need(&mut fields, "givenName", "the given name")?,
            family_name: Text::need(&mut fields, "familyName", "the family name")?,
            hpr: fields.read("hpr", "an HPR number: 1 to 9 digits", |raw| HprNumber::parse(raw).ok())?,
            her_id: her_id(&mut fields)?,
        };
        fields.finish("one of givenName, familyName, hpr, herId")?;
        Ok(person)
    }
}

impl From<ProfessionalRequest> for Professional {
    fn from(person: ProfessionalRequest) -> Self {
        Self {
            given_name: person.given_name.into(),
            family_name: person.family_name.into(),
            hpr: person.hpr,
            her_id: person.her_id,
        }
    }
}

impl HandlerRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let handler = Self {
            name: Text::need(&mut fields, "name", "the handler's name")?,
            role: Text::take(&mut fields, "role")?,
            unit: Text::take(&mut fields, "unit")?,
            phone: Text::take(&mut fields, "phone")?,
        };
        fields.finish("one of name, role, unit, phone")?;
        Ok(handler)
    }
}

impl From<HandlerRequest> for Handler {
    fn from(handler: HandlerRequest) -> Self {
        Self {
            name: handler.name.into(),
            role: handler.role.map(Into::into),
            unit: handler.unit.map(Into::into),
            phone: handler.phone.map(Into::into),
        }
    }
}

impl EndpointRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let address = "https://host[:port][/path], or http to this machine where configuration allows it";
        let settings = match fields.take("settings") {
            None => None,
            Some(Value::Object(settings)) => Some(settings),
            Some(_) => return Err(fields.error(InputCode::Invalid, "settings", "an object by the adapter's schema")),
        };
        let endpoint = Self {
            adapter: fields.need_read(
                "adapter",
                "the adapter's name, such as gp-dialogmelding",
                AdapterId::parse,
            )?,
            address: fields.read("address", address, EndpointAddress::parse)?,
            credential: Text::take(&mut fields, "credential")?,
            settings,
            her_id: her_id(&mut fields)?,
            org_number: org_number(&mut fields)?,
            limits: fields.object("limits")?.map(LimitsRequest::take).transpose()?,
        };
        fields.finish("one of adapter, address, credential, settings, herId, orgNumber, limits")?;
        Ok(endpoint)
    }
}

impl From<EndpointRequest> for Endpoint {
    fn from(endpoint: EndpointRequest) -> Self {
        Self {
            adapter: endpoint.adapter,
            address: endpoint.address,
            credential: endpoint.credential.map(Into::into),
            settings: Value::Object(endpoint.settings.unwrap_or_default()).to_string(),
            her_id: endpoint.her_id,
            org_number: endpoint.org_number,
            limits: endpoint.limits.unwrap_or_default().into(),
        }
    }
}

impl LimitsRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        const SMALL: &str = "a whole number from 1 to 65535";
        let limits = Self {
            in_flight: number(&mut fields, "inFlight", SMALL)?,
            timeout_seconds: number(&mut fields, "timeoutSeconds", SMALL)?,
            receipt_seconds: number(&mut fields, "receiptSeconds", "a whole number from 1")?,
            poll_seconds: number(&mut fields, "pollSeconds", SMALL)?,
        };
        fields.finish("one of inFlight, timeoutSeconds, receiptSeconds, pollSeconds")?;
        Ok(limits)
    }
}

impl From<LimitsRequest> for EndpointLimits {
    fn from(limits: LimitsRequest) -> Self {
        let usual = Self::default();
        Self {
            in_flight: limits.in_flight.unwrap_or(usual.in_flight),
            timeout_seconds: limits.timeout_seconds.unwrap_or(usual.timeout_seconds),
            receipt_seconds: limits.receipt_seconds.unwrap_or(usual.receipt_seconds),
            poll_seconds: limits.poll_seconds.unwrap_or(usual.poll_seconds),
        }
    }
}

impl NotifyRequest {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let expected = "an e-mail address such as post@nordvik.example";
        let email = fields.need_read("email", expected, EmailAddress::parse)?;
        fields.finish("one of email")?;
        Ok(Self { email })
    }
}

impl From<NotifyRequest> for Notify {
    fn from(notify: NotifyRequest) -> Self {
        Self { email: notify.email }
    }
}

impl ImportRequest {
    /// Returns whether the import is only a dry run.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.dry_run.unwrap_or(false)
    }

    /// Returns the parties, each read on its own.
    pub(crate) fn into_parties(self, held: impl Fn(&PartyId) -> Option<Held>) -> Vec<ImportedParty> {
        let read = |value: Value| {
            let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
            let party = Fields::of(value, "").and_then(PartyRequest::take);
            party
                .and_then(|party| party.into_party(&held))
                .map_err(|error| (id, error))
        };
        self.parties.into_iter().map(read).collect()
    }
}

impl Request for ImportRequest {
    fn take(mut root: Fields) -> Result<Self, InputError> {
        let Some(Value::Array(parties)) = root.take("parties") else {
            return Err(root.error(InputCode::Invalid, "parties", "a list of parties"));
        };
        if parties.len() > LARGEST_IMPORT {
            let expected = format!("at most {LARGEST_IMPORT} parties");
            return Err(root.error(InputCode::Invalid, "parties", expected));
        }
        // The answer has a row for each party, so that each item must be an object.
        if let Some(place) = parties.iter().position(|party| !party.is_object()) {
            let path = format!("parties[{place}]");
            let expected = "a party: an object with id, name and kind";
            return Err(InputError::new(InputCode::Invalid, path, expected));
        }
        let dry_run = root.flag("dryRun")?;
        root.finish("one of parties, dryRun")?;
        Ok(Self { parties, dry_run })
    }
}

/// Parties for the document's examples.
mod examples {
    use serde_json::{Value, json};

    /// A party to whose system the hub sends.
    pub(super) fn sent_to() -> Value {
        json!({
            "id": "fjellvik-legekontor",
            "name": "Fjellvik legekontor",
            "kind": "gp",
            "partOf": "fjellvik-kommune",
            "orgNumber": "974760924",
            "herId": 8_142_952,
            "person": { "givenName": "Grønn", "familyName": "Vits", "hpr": "565501872", "herId": "8143025" },
            "phone": "22445566",
            "endpoint": {
                "adapter": "gp-dialogmelding",
                "address": "https://edi.fjellvik.example/inn",
                "credential": "helseid",
                "settings": { "dialogmelding": "1.1", "api": "2" },
                "herId": 8_094_866,
                "orgNumber": "915933149",
                "limits": { "inFlight": 8, "timeoutSeconds": 20, "receiptSeconds": 259_200, "pollSeconds": 30 },
            },
        })
    }

    /// A party that fetches from its inbox.
    pub(super) fn that_fetches() -> Value {
        json!({
            "id": "fontenehuset",
            "name": "Fontenehuset Nordvik",
            "publicLabel": "Møteplassen Nordvik",
            "publicPhone": "22334455",
            "kind": "clubhouse",
            "handlers": [{ "name": "Siri Dal", "role": "jobbkonsulent", "unit": "Nordvik", "phone": "22334456" }],
            "registrar": false,
            "trusts": ["nordvik-aft"],
            "notify": { "email": "post@fontenehuset.example" },
            "paused": true,
            "pause": { "by": "operator", "since": "2026-12-01T08:00:00+01:00", "reason": "the house is closed" },
            "suspended": false,
        })
    }
}
