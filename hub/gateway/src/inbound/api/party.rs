//! A party as JSON, in and out.

use bindeledd_core::notice::EmailAddress;
use bindeledd_core::{
    AdapterId, Endpoint, EndpointAddress, EndpointLimits, Handler, HerId, HprNumber, InputCode, InputError, Notify,
    OrgNumber, Party, PartyId, PartyKind, Professional,
};
use bindeledd_fields::Fields;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A party for the operator.
pub(crate) fn party_json(party: &Party) -> Value {
    let mut map = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(name.to_owned(), value);
        }
    };
    set("id", Some(party.id.as_str().into()));
    set("name", Some(party.name.as_str().into()));
    set("publicLabel", party.public_label.as_deref().map(Into::into));
    set("publicPhone", party.public_phone.as_deref().map(Into::into));
    set("kind", Some(party.kind.code().into()));
    set("partOf", party.part_of.as_ref().map(|p| p.as_str().into()));
    set("orgNumber", party.org_number.as_ref().map(|n| n.as_str().into()));
    set("herId", party.her_id.map(|h| h.get().into()));
    set("person", party.person.as_ref().map(person_json));
    set("phone", party.phone.as_deref().map(Into::into));
    let handlers = (!party.handlers.is_empty()).then(|| party.handlers.iter().map(Handler::to_json).collect());
    set("handlers", handlers);
    set("registrar", Some(party.registrar.into()));
    set("trusts", Some(party.trusts.iter().map(PartyId::as_str).collect()));
    set("endpoint", party.endpoint.as_ref().map(endpoint_json));
    let notify = party.notify.as_ref();
    set("notify", notify.map(|n| json!({ "email": n.email.reveal() })));
    set("paused", Some(party.paused.into()));
    set("suspended", Some(party.suspended.into()));
    Value::Object(map)
}

/// A party as any other may look it up: by its public name, and whom to call.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublicParty")]
pub(crate) struct PublicPartyJson<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    part_of: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    her_id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    handlers: Vec<HandlerJson<'a>>,
}

/// The person at a party who follows a participant up.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct HandlerJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
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

fn person_json(person: &Professional) -> Value {
    let mut value = json!({ "givenName": person.given_name, "familyName": person.family_name });
    if let Some(hpr) = &person.hpr {
        value["hpr"] = hpr.as_str().into();
    }
    if let Some(her) = person.her_id {
        value["herId"] = her.get().into();
    }
    value
}

fn endpoint_json(endpoint: &Endpoint) -> Value {
    let settings: Value = serde_json::from_str(&endpoint.settings).unwrap_or_else(|_| json!({}));
    let EndpointLimits {
        in_flight,
        timeout_seconds,
        receipt_seconds,
        poll_seconds,
    } = endpoint.limits;
    let mut value = json!({
        "adapter": endpoint.adapter.as_str(), "settings": settings,
        "limits": {
            "inFlight": in_flight, "timeoutSeconds": timeout_seconds, "receiptSeconds": receipt_seconds,
            "pollSeconds": poll_seconds,
        },
    });
    if let Some(address) = &endpoint.address {
        value["address"] = address.to_string().into();
    }
    if let Some(credential) = &endpoint.credential {
        value["credential"] = credential.as_str().into();
    }
    if let Some(her) = endpoint.her_id {
        value["herId"] = her.get().into();
    }
    if let Some(org) = &endpoint.org_number {
        value["orgNumber"] = org.as_str().into();
    }
    value
}

/// How a party is held back now.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    paused: bool,
    suspended: bool,
}

impl Held {
    /// None for a party that is not there yet.
    pub(crate) fn of(party: Option<&std::sync::Arc<Party>>) -> Option<Self> {
        party.map(|party| Self {
            paused: party.paused,
            suspended: party.suspended,
        })
    }
}

/// Reads a party. `held` says how it is held back now: it stays paused where the document does not say otherwise, and no document
/// suspends it or lifts that.
///
/// # Errors
/// What is not right, and where.
pub(crate) fn read_party(bytes: &[u8], held: impl Fn(&PartyId) -> Option<Held>) -> Result<Party, InputError> {
    party_of(bindeledd_fields::parse(bytes)?, held)
}

/// The parties of an import, each by itself, and whether it is only tried.
///
/// # Errors
/// What is not right about the import as a whole.
pub(crate) fn read_import(
    bytes: &[u8],
    held: impl Fn(&PartyId) -> Option<Held>,
) -> Result<(Vec<ImportedParty>, bool), InputError> {
    let mut root = Fields::of(bindeledd_fields::parse(bytes)?, "")?;
    let Some(Value::Array(parties)) = root.take("parties") else {
        return Err(root.error(InputCode::Invalid, "parties", "a list of parties"));
    };
    if parties.len() > LARGEST_IMPORT {
        return Err(root.error(
            InputCode::Invalid,
            "parties",
            format!("at most {LARGEST_IMPORT} parties"),
        ));
    }
    // What is no object is nobody's row: there is nothing to say an outcome of.
    if let Some(place) = parties.iter().position(|party| !party.is_object()) {
        let path = format!("parties[{place}]");
        return Err(InputError::new(
            InputCode::Invalid,
            path,
            "a party: an object with id, name and kind",
        ));
    }
    let dry_run = flag(&mut root, "dryRun")?.unwrap_or(false);
    root.finish("one of parties, dryRun")?;
    let read = |value: Value| {
        let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
        party_of(value, &held).map_err(|error| (id, error))
    };
    Ok((parties.into_iter().map(read).collect(), dry_run))
}

/// A party of an import; one that can not be read has its id, where it says one, and what is wrong.
pub(crate) type ImportedParty = Result<Party, (Option<String>, InputError)>;

/// More at once would hold everything up for as long as they are looked at.
pub(crate) const LARGEST_IMPORT: usize = 5000;

fn party_of(value: Value, held: impl Fn(&PartyId) -> Option<Held>) -> Result<Party, InputError> {
    let mut root = Fields::of(value, "")?;
    let id = root.need_text("id", "the party's id")?;
    let id = match PartyId::parse(&id) {
        // An older store may have one whose id is taken since.
        Ok(known) if held(&known).is_some() => Ok(known),
        _ => PartyId::for_new(&id),
    };
    let id = id.map_err(|e| root.error(InputCode::Invalid, "id", e.to_string()))?;
    let held = held(&id).unwrap_or_default();
    if flag(&mut root, "suspended")?.is_some_and(|suspended| suspended != held.suspended) {
        let expected = "what it is now, or nothing: `bindeledd party suspend` and `unsuspend` change it";
        return Err(root.error(InputCode::Invalid, "suspended", expected));
    }
    let kind = root.need_text("kind", "the kind of party")?;
    let kind = PartyKind::parse(&kind).ok_or_else(|| {
        let known: Vec<_> = PartyKind::ALL.into_iter().map(PartyKind::code).collect();
        root.error(InputCode::UnknownCode, "kind", format!("one of {}", known.join(", ")))
    })?;
    let party = Party {
        name: root.need_text("name", "the party's name")?,
        public_label: root.text("publicLabel")?,
        public_phone: root.text("publicPhone")?,
        kind,
        part_of: read(&mut root, "partOf", "a party's id", |raw| PartyId::parse(raw).ok())?,
        org_number: org_number(&mut root)?,
        her_id: her_id(&mut root)?,
        person: root.object("person")?.map(person).transpose()?,
        phone: root.text("phone")?,
        handlers: handlers(&mut root)?,
        registrar: flag(&mut root, "registrar")?.unwrap_or(false),
        trusts: trusts(&mut root)?,
        endpoint: root.object("endpoint")?.map(endpoint).transpose()?,
        notify: root.object("notify")?.map(notify).transpose()?,
        paused: flag(&mut root, "paused")?.unwrap_or(held.paused),
        suspended: held.suspended,
        id,
    };
    root.finish(
        "one of id, name, publicLabel, publicPhone, kind, partOf, orgNumber, herId, person, phone, handlers, registrar, trusts, \
         endpoint, notify, paused, suspended",
    )?;
    if party.notify.is_some() && !party.fetches() {
        let expected = "nothing: a party whose endpoint has an address is sent what is for it";
        return Err(InputError::new(InputCode::Invalid, "notify", expected));
    }
    Ok(party)
}

fn read<T>(
    fields: &mut Fields,
    name: &str,
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, InputError> {
    if fields.has(name) {
        fields.need_read(name, expected, parse).map(Some)
    } else {
        Ok(None)
    }
}

fn flag(fields: &mut Fields, name: &str) -> Result<Option<bool>, InputError> {
    match fields.take(name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(flag)),
        Some(_) => Err(fields.error(InputCode::Invalid, name, "true or false")),
    }
}

fn number<T: TryFrom<u64>>(fields: &mut Fields, name: &str, expected: &str, or: T) -> Result<T, InputError> {
    match fields.take(name) {
        None => Ok(or),
        Some(value) => value
            .as_u64()
            .filter(|n| *n >= 1)
            .and_then(|n| T::try_from(n).ok())
            .ok_or_else(|| fields.error(InputCode::Invalid, name, expected)),
    }
}

fn org_number(fields: &mut Fields) -> Result<Option<OrgNumber>, InputError> {
    read(
        fields,
        "orgNumber",
        "an organisation number: 9 digits with a right check digit",
        |raw| OrgNumber::parse(raw).ok(),
    )
}

/// A HER-id is a number, and many systems keep it as a text.
fn her_id(fields: &mut Fields) -> Result<Option<HerId>, InputError> {
    let raw = match fields.take("herId") {
        None => return Ok(None),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text,
        Some(_) => String::new(),
    };
    HerId::parse(&raw)
        .map(Some)
        .map_err(|e| fields.error(InputCode::Invalid, "herId", e.to_string()))
}

fn person(mut fields: Fields) -> Result<Professional, InputError> {
    let person = Professional {
        given_name: fields.need_text("givenName", "the given name")?,
        family_name: fields.need_text("familyName", "the family name")?,
        hpr: read(&mut fields, "hpr", "an HPR number: 1 to 9 digits", |raw| {
            HprNumber::parse(raw).ok()
        })?,
        her_id: her_id(&mut fields)?,
    };
    fields.finish("one of givenName, familyName, hpr, herId")?;
    Ok(person)
}

fn notify(mut fields: Fields) -> Result<Notify, InputError> {
    let email = fields.need_read(
        "email",
        "an e-mail address such as post@nordvik.example",
        EmailAddress::parse,
    )?;
    fields.finish("one of email")?;
    Ok(Notify { email })
}

fn handlers(root: &mut Fields) -> Result<Vec<Handler>, InputError> {
    let expected = "a list of handlers, each with a name";
    let Some(value) = root.take("handlers") else {
        return Ok(Vec::new());
    };
    let Value::Array(items) = value else {
        return Err(root.error(InputCode::Invalid, "handlers", expected));
    };
    let read = |(place, item): (usize, Value)| {
        let mut fields = Fields::of(item, format!("handlers[{place}]"))?;
        let handler = Handler {
            name: fields.need_text("name", "the handler's name")?,
            role: fields.text("role")?,
            unit: fields.text("unit")?,
            phone: fields.text("phone")?,
        };
        fields.finish("one of name, role, unit, phone")?;
        Ok(handler)
    };
    items.into_iter().enumerate().map(read).collect()
}

fn trusts(root: &mut Fields) -> Result<Vec<PartyId>, InputError> {
    let expected = "a list of parties' ids";
    let Some(value) = root.take("trusts") else {
        return Ok(Vec::new());
    };
    let Value::Array(items) = value else {
        return Err(root.error(InputCode::Invalid, "trusts", expected));
    };
    let ids = items
        .iter()
        .map(|item| item.as_str().and_then(|raw| PartyId::parse(raw).ok()));
    ids.collect::<Option<Vec<_>>>()
        .ok_or_else(|| root.error(InputCode::Invalid, "trusts", expected))
}

fn endpoint(mut fields: Fields) -> Result<Endpoint, InputError> {
    let address = "https://host[:port][/path], or http to this machine where configuration allows it";
    let settings = match fields.take("settings") {
        None => json!({}),
        Some(settings @ Value::Object(_)) => settings,
        Some(_) => return Err(fields.error(InputCode::Invalid, "settings", "an object by the adapter's schema")),
    };
    let endpoint = Endpoint {
        adapter: fields.need_read(
            "adapter",
            "the adapter's name, such as gp-dialogmelding",
            AdapterId::parse,
        )?,
        address: read(&mut fields, "address", address, EndpointAddress::parse)?,
        credential: fields.text("credential")?,
        settings: settings.to_string(),
        her_id: her_id(&mut fields)?,
        org_number: org_number(&mut fields)?,
        limits: fields
            .object("limits")?
            .map_or_else(|| Ok(EndpointLimits::default()), limits)?,
    };
    fields.finish("one of adapter, address, credential, settings, herId, orgNumber, limits")?;
    Ok(endpoint)
}

fn limits(mut fields: Fields) -> Result<EndpointLimits, InputError> {
    let EndpointLimits {
        in_flight,
        timeout_seconds,
        receipt_seconds,
        poll_seconds,
    } = EndpointLimits::default();
    let limits = EndpointLimits {
        in_flight: number(&mut fields, "inFlight", "a whole number from 1 to 65535", in_flight)?,
        timeout_seconds: number(
            &mut fields,
            "timeoutSeconds",
            "a whole number from 1 to 65535",
            timeout_seconds,
        )?,
        receipt_seconds: number(&mut fields, "receiptSeconds", "a whole number from 1", receipt_seconds)?,
        poll_seconds: number(
            &mut fields,
            "pollSeconds",
            "a whole number from 1 to 65535",
            poll_seconds,
        )?,
    };
    fields.finish("one of inFlight, timeoutSeconds, receiptSeconds, pollSeconds")?;
    Ok(limits)
}
