//! Parties and their keys.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::{
    AdapterId, Endpoint, EndpointAddress, EndpointLimits, Handler, HerId, HprNumber, Notify, OrgNumber, Party, PartyId,
    PartyKind, Professional,
};
use bindeledd_engine::ports::{ApiKey, KeyHash, key_id};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::Detail;
use crate::commands::mail_status;
use crate::commands::party_act;
use crate::conn::codec::micros;
use crate::conn::{Db, Tx, params};
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

pub(crate) fn put(tx: &Tx<'_>, party: &Party, actor: &Actor, now: Timestamp) -> Result<(), Fault> {
    let config = serde_json::to_string(&Config::from(party)).map_err(|_| damaged("a party can not be written"))?;
    let earlier = config_of(tx, &party.id)?;
    let email = party.notify.as_ref().map(|n| n.email.reveal());
    if earlier.is_some_and(|e| e.notify_email.as_deref() != email) {
        mail_status::forget(tx, &party.id)?;
    }
    let sql = "INSERT INTO party (id, kind, org, her, paused, config) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (id) DO UPDATE SET kind = ?2, org = ?3, her = ?4, paused = ?5, config = ?6";
    let org = party.org_number.as_ref().map(OrgNumber::as_str);
    let her = party.her_id.map(|h| h.to_string());
    tx.run(
        sql,
        params![party.id.as_str(), party.kind.code(), org, her, party.paused, config],
    )?;
    if !party.paused {
        party_act::forget_pause(tx, &party.id)?;
    }
    let detail = Detail::new().id("party", &party.id).text("kind", party.kind.code());
    let adapter = party.endpoint.as_ref().map(|e| &e.adapter);
    tx.audit(
        now,
        AuditAction::PartyChanged,
        actor,
        detail.id_or_none("adapter", adapter),
    )
}

fn config_of(db: &Db<'_>, party: &PartyId) -> Result<Option<Config>, Fault> {
    db.one("SELECT config FROM party WHERE id = ?1", [party.as_str()], |row| {
        config(row.get(0).unwrap_or_default())
    })
}

fn config(raw: &str) -> Result<Config, Fault> {
    serde_json::from_str(raw).map_err(|_| damaged("a party's configuration can not be read"))
}

/// Returns every party.
pub(crate) fn all(db: &Db<'_>) -> Result<Vec<Party>, Fault> {
    db.all(
        "SELECT id, kind, org, her, paused, suspended, config FROM party",
        [],
        |row| {
            let config = config(row.get("config").unwrap_or_default())?;
            let org: Option<String> = row.get("org")?;
            let her: Option<i64> = row.get("her")?;
            let trusts = config.trusts.iter().map(|raw| need(party_id(raw)));
            Ok(Party {
                id: row.party("id")?,
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
                paused: row.get("paused")?,
                suspended: row.get("suspended")?,
            })
        },
    )
}

/// Returns a party's kind.
pub(crate) fn kind_of(db: &Db<'_>, party: &PartyId) -> Result<Option<PartyKind>, Fault> {
    let sql = "SELECT kind FROM party WHERE id = ?1";
    db.one(sql, [party.as_str()], |row| row.coded(0, PartyKind::parse))
}

/// Returns whether deliveries to a party wait because it is paused or suspended.
pub(crate) fn is_held(db: &Db<'_>, party: &PartyId) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM party WHERE id = ?1 AND (paused = 1 OR suspended = 1)";
    db.any(sql, [party.as_str()])
}

pub(crate) fn set_paused(
    tx: &Tx<'_>,
    party: &PartyId,
    paused: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, Fault> {
    let was_paused = tx.any("SELECT 1 FROM party WHERE id = ?1 AND paused = 1", [party.as_str()])?;
    let touched = tx.run(
        "UPDATE party SET paused = ?2 WHERE id = ?1",
        params![party.as_str(), paused],
    )?;
    if touched > 0 {
        // A party that is paused anew keeps the reason and the end that it has.
        if !(paused && was_paused) {
            party_act::forget_pause(tx, party)?;
        }
        let action = if paused {
            AuditAction::PartyPaused
        } else {
            AuditAction::PartyResumed
        };
        tx.audit(now, action, actor, Detail::new().id("party", party))?;
    }
    Ok(touched > 0)
}

/// Suspends a party, or lifts the suspension.
pub(crate) fn set_suspended(
    tx: &Tx<'_>,
    party: &PartyId,
    suspended: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, Fault> {
    let sql = "UPDATE party SET suspended = ?2 WHERE id = ?1";
    let touched = tx.run(sql, params![party.as_str(), suspended])?;
    if touched > 0 {
        let action = if suspended {
            AuditAction::PartySuspended
        } else {
            AuditAction::PartyUnsuspended
        };
        tx.audit(now, action, actor, Detail::new().id("party", party))?;
    }
    Ok(touched > 0)
}

/// Adds a key. A repetition changes nothing; a key of another party becomes a key of this party.
pub(crate) fn put_key(tx: &Tx<'_>, party: &PartyId, key: KeyHash, actor: &Actor, now: Timestamp) -> Result<(), Fault> {
    let sql =
        "INSERT INTO api_key (hash, party, added_at) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO UPDATE SET party = ?2";
    tx.run(sql, params![key, party.as_str(), micros(now)])?;
    let detail = Detail::new().id("party", party).text("key", &key_id(&key));
    tx.audit(now, AuditAction::KeyAdded, actor, detail)
}

/// Returns every key, with its party.
pub(crate) fn keys(db: &Db<'_>) -> Result<Vec<ApiKey>, Fault> {
    db.all("SELECT hash, party, added_at FROM api_key", [], |row| {
        Ok(ApiKey {
            hash: row.get(0)?,
            party: row.party(1)?,
            added_at: row.time(2)?,
        })
    })
}

/// Removes keys of a party, and returns the number of keys that existed. Each removed key has an audit row that names
/// it.
pub(crate) fn revoke_keys(
    tx: &Tx<'_>,
    party: &PartyId,
    keys: &[KeyHash],
    actor: &Actor,
    now: Timestamp,
) -> Result<usize, Fault> {
    let mut revoked = 0;
    for key in keys {
        let sql = "DELETE FROM api_key WHERE hash = ?1 AND party = ?2";
        if tx.run(sql, params![key, party.as_str()])? > 0 {
            revoked += 1;
            let detail = Detail::new().id("party", party).text("key", &key_id(key));
            tx.audit(now, AuditAction::KeyRevoked, actor, detail)?;
        }
    }
    Ok(revoked)
}
