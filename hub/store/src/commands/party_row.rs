//! The stored form of a party's set-up, in the row of the party and in its versions.

use bindeledd_core::notice::EmailAddress;
use bindeledd_core::{
    AdapterId, Endpoint, EndpointAddress, EndpointLimits, Handler, HerId, HprNumber, Notify, OrgNumber, Party, PartyId,
    PartyKind, Professional,
};
use serde::{Deserialize, Serialize};

use crate::commands::mail_status;
use crate::conn::{Row, Tx, params};
use crate::fault::{Fault, damaged};

/// A party in its stored form. Fields that no query needs are stored as JSON.
#[derive(Serialize, Deserialize)]
struct Config {
    name: String,
    public_label: Option<String>,
    #[serde(default)]
    public_phone: Option<String>,
    part_of: Option<String>,
    person: Option<Person>,
    phone: Option<String>,
    #[serde(default)]
    handlers: Vec<Contact>,
    registrar: bool,
    trusts: Vec<String>,
    endpoint: Option<Wire>,
    #[serde(default)]
    notify_email: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Person {
    given_name: String,
    family_name: String,
    hpr: Option<String>,
    her_id: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Contact {
    name: String,
    role: Option<String>,
    unit: Option<String>,
    phone: Option<String>,
}

impl From<&Handler> for Contact {
    fn from(handler: &Handler) -> Self {
        let Handler {
            name,
            role,
            unit,
            phone,
        } = handler.clone();
        Self {
            name,
            role,
            unit,
            phone,
        }
    }
}

impl From<Contact> for Handler {
    fn from(contact: Contact) -> Self {
        let Contact {
            name,
            role,
            unit,
            phone,
        } = contact;
        Self {
            name,
            role,
            unit,
            phone,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    adapter: String,
    address: Option<String>,
    credential: Option<String>,
    settings: String,
    her_id: Option<String>,
    org_number: Option<String>,
    in_flight: u16,
    timeout_seconds: u16,
    receipt_seconds: u32,
    #[serde(default = "usual_poll")]
    poll_seconds: u16,
}

fn usual_poll() -> u16 {
    EndpointLimits::default().poll_seconds
}

impl From<&Party> for Config {
    fn from(party: &Party) -> Self {
        Self {
            name: party.name.clone(),
            public_label: party.public_label.clone(),
            public_phone: party.public_phone.clone(),
            part_of: party.part_of.as_ref().map(ToString::to_string),
            person: party.person.as_ref().map(|p| Person {
                given_name: p.given_name.clone(),
                family_name: p.family_name.clone(),
                hpr: p.hpr.as_ref().map(|h| h.as_str().to_owned()),
                her_id: p.her_id.map(|h| h.to_string()),
            }),
            phone: party.phone.clone(),
            handlers: party.handlers.iter().map(Contact::from).collect(),
            registrar: party.registrar,
            trusts: party.trusts.iter().map(ToString::to_string).collect(),
            endpoint: party.endpoint.as_ref().map(|e| Wire {
                adapter: e.adapter.to_string(),
                address: e.address.as_ref().map(ToString::to_string),
                credential: e.credential.clone(),
                settings: e.settings.clone(),
                her_id: e.her_id.map(|h| h.to_string()),
                org_number: e.org_number.as_ref().map(ToString::to_string),
                in_flight: e.limits.in_flight,
                timeout_seconds: e.limits.timeout_seconds,
                receipt_seconds: e.limits.receipt_seconds,
                poll_seconds: e.limits.poll_seconds,
            }),
            notify_email: party.notify.as_ref().map(|n| n.email.reveal().to_owned()),
        }
    }
}

/// Parses an optional text that the hub itself wrote.
fn read<T>(raw: Option<&String>, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
    let parsed = raw.map(|raw| parse(raw).ok_or_else(|| damaged("a party's configuration can not be read")));
    parsed.transpose()
}

fn need<T>(value: Option<T>) -> Result<T, Fault> {
    value.ok_or_else(|| damaged("a party's configuration can not be read"))
}

fn party_id(raw: &str) -> Option<PartyId> {
    PartyId::parse(raw).ok()
}

fn her_id(raw: &str) -> Option<HerId> {
    HerId::parse(raw).ok()
}

impl Wire {
    fn endpoint(self) -> Result<Endpoint, Fault> {
        Ok(Endpoint {
            adapter: need(AdapterId::parse(&self.adapter))?,
            address: read(self.address.as_ref(), EndpointAddress::parse)?,
            credential: self.credential,
            settings: self.settings,
            her_id: read(self.her_id.as_ref(), her_id)?,
            org_number: read(self.org_number.as_ref(), |raw| OrgNumber::parse(raw).ok())?,
            limits: EndpointLimits {
                in_flight: self.in_flight,
                timeout_seconds: self.timeout_seconds,
                receipt_seconds: self.receipt_seconds,
                poll_seconds: self.poll_seconds,
            },
        })
    }
}

impl Person {
    fn professional(self) -> Result<Professional, Fault> {
        Ok(Professional {
            given_name: self.given_name,
            family_name: self.family_name,
            hpr: read(self.hpr.as_ref(), |raw| HprNumber::parse(raw).ok())?,
            her_id: read(self.her_id.as_ref(), her_id)?,
        })
    }
}

/// The columns of a set-up.
pub(crate) struct Columns {
    pub(crate) kind: &'static str,
    pub(crate) org: Option<String>,
    pub(crate) her: Option<String>,
    pub(crate) config: String,
}

impl Columns {
    pub(crate) fn of(party: &Party) -> Result<Self, Fault> {
        Ok(Self {
            kind: party.kind.code(),
            org: party.org_number.as_ref().map(|org| org.as_str().to_owned()),
            her: party.her_id.map(|her| her.to_string()),
            config: serde_json::to_string(&Config::from(party)).map_err(|_| damaged("a party can not be written"))?,
        })
    }
}

/// Writes the row of a party; `earlier` is the party before. The suspension stays as it is.
pub(crate) fn write(tx: &Tx<'_>, party: &Party, earlier: Option<&Party>) -> Result<(), Fault> {
    if earlier.is_some_and(|earlier| earlier.notify != party.notify) {
        mail_status::forget(tx, &party.id)?;
    }
    let Columns { kind, org, her, config } = Columns::of(party)?;
    let sql = "INSERT INTO party (id, kind, org, her, paused, config) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (id) DO UPDATE SET kind = ?2, org = ?3, her = ?4, paused = ?5, config = ?6";
    tx.run(sql, params![party.id.as_str(), kind, org, her, party.paused, config])?;
    Ok(())
}

/// Reads a party from a row with its columns. `holds` says whether it is paused and suspended.
pub(crate) fn read_row(row: &Row<'_>, id: PartyId, holds: (bool, bool)) -> Result<Party, Fault> {
    let config: Config = serde_json::from_str(row.get("config").unwrap_or_default())
        .map_err(|_| damaged("a party's configuration can not be read"))?;
    let org: Option<String> = row.get("org")?;
    let her: Option<i64> = row.get("her")?;
    let trusts = config.trusts.iter().map(|raw| need(party_id(raw)));
    let (paused, suspended) = holds;
    Ok(Party {
        id,
        name: config.name,
        public_label: config.public_label,
        public_phone: config.public_phone,
        kind: row.coded("kind", PartyKind::parse)?,
        part_of: read(config.part_of.as_ref(), party_id)?,
        org_number: read(org.as_ref(), |raw| OrgNumber::parse(raw).ok())?,
        her_id: read(her.map(|h| h.to_string()).as_ref(), her_id)?,
        person: config.person.map(Person::professional).transpose()?,
        phone: config.phone,
        handlers: config.handlers.into_iter().map(Handler::from).collect(),
        registrar: config.registrar,
        trusts: trusts.collect::<Result<_, _>>()?,
        endpoint: config.endpoint.map(Wire::endpoint).transpose()?,
        notify: read(config.notify_email.as_ref(), EmailAddress::parse)?.map(|email| Notify { email }),
        paused,
        suspended,
    })
}
