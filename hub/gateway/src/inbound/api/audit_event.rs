//! Disclosures as FHIR R4 `AuditEvent`, one each, after IHE BALP's "Privacy Disclosure": who gave what out to whom, when, what
//! for, and on which consents. The participant is a pseudonym.

use bindeledd_core::consent::Basis;
use bindeledd_core::delivery::{End, State};
use bindeledd_core::disclosure::{Disclosure, UsedGrant};
use bindeledd_core::{ParticipantRef, PartyId, time};
use bindeledd_engine::Directory;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Viewer;
use crate::consent_document::systems::{DATA_CATEGORY, HER_ID, ORG_NUMBER, PARTY, PURPOSE};

const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const LIFECYCLE: &str = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ENTITY_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const ENTITY_LIFECYCLE: &str = "http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle";
const SOURCE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";
const UUID: &str = "urn:ietf:rfc:3986";

/// A Bundle of one AuditEvent a disclosure.
pub(crate) fn audit_events(
    disclosures: &[Disclosure],
    participant: ParticipantRef,
    directory: &Directory,
    viewer: &dyn Fn(&Disclosure) -> Viewer,
    made_at: Timestamp,
) -> Value {
    let entries = disclosures.iter().map(|disclosure| {
        json!({
            "fullUrl": format!("urn:uuid:{}", disclosure.delivery),
            "resource": audit_event(disclosure, participant, directory, &viewer(disclosure)),
        })
    });
    let mut bundle = json!({
        "resourceType": "Bundle", "type": "collection", "timestamp": time::local_rfc3339(made_at),
    });
    let entries: Vec<_> = entries.collect();
    // FHIR's JSON has no empty lists.
    if !entries.is_empty() {
        bundle["entry"] = entries.into();
    }
    bundle
}

fn audit_event(disclosure: &Disclosure, participant: ParticipantRef, directory: &Directory, viewer: &Viewer) -> Value {
    let mut entities = vec![patient(participant), message(disclosure, viewer)];
    entities.extend(disclosure.grants.iter().map(consent));
    json!({
        "resourceType": "AuditEvent",
        "id": disclosure.delivery.to_string(),
        "type": coding(DICOM, "110106", "Export"),
        "subtype": [coding(LIFECYCLE, "disclose", "Disclose Record Lifecycle Event")],
        "action": "R",
        "period": {
            "start": time::local_rfc3339(disclosure.first), "end": time::local_rfc3339(disclosure.last),
        },
        "recorded": time::local_rfc3339(disclosure.first),
        "outcome": outcome(&disclosure.state),
        "outcomeDesc": disclosure.state.name(),
        "purposeOfEvent": [{ "coding": [{ "system": PURPOSE, "code": disclosure.purpose.code() }] }],
        "agent": [
            agent(("110153", "Source Role ID"), &disclosure.from, directory, true),
            agent(("110152", "Destination Role ID"), &disclosure.to, directory, false),
        ],
        "source": {
            "observer": { "display": "Bindeledd" }, "type": [coding(SOURCE_TYPE, "4", "Application Server")],
        },
        "entity": entities,
    })
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn of_uuid(id: impl std::fmt::Display) -> Value {
    json!({ "system": UUID, "value": format!("urn:uuid:{id}") })
}

/// Success where it was handed over or is on its way; else that it went wrong after it may have been seen.
const fn outcome(state: &State) -> &'static str {
    match state {
        State::Sending(_) | State::AwaitingReceipt(_) => "0",
        State::Waiting(_) | State::Reserved(_) => "4",
        State::Ended(ended) => match ended.how {
            End::Delivered => "0",
            End::Refused | End::Blocked | End::Cancelled | End::Expired | End::Failed => "4",
        },
    }
}

/// A party by the number that is known outside, where it has one.
fn agent((code, display): (&str, &str), id: &PartyId, directory: &Directory, requestor: bool) -> Value {
    let party = directory.get(id);
    let her = party.and_then(|p| p.her_id.as_ref()).map(|n| (HER_ID, n.to_string()));
    let org = party
        .and_then(|p| p.org_number.as_ref())
        .map(|n| (ORG_NUMBER, n.to_string()));
    let identifier = match her.or(org) {
        Some((oid, value)) => json!({ "system": format!("urn:oid:{oid}"), "value": value }),
        None => json!({ "system": PARTY, "value": id.as_str() }),
    };
    let name = party.map_or_else(|| id.as_str(), |party| party.public_name());
    json!({
        "type": { "coding": [coding(DICOM, code, display)] },
        "who": { "type": "Organization", "identifier": identifier, "display": name },
        "requestor": requestor,
    })
}

fn patient(participant: ParticipantRef) -> Value {
    json!({
        "what": { "type": "Patient", "identifier": of_uuid(participant) },
        "type": coding(ENTITY_TYPE, "1", "Person"),
        "role": coding(ENTITY_ROLE, "1", "Patient"),
    })
}

fn detail(kind: &str, value: &str) -> Value {
    json!({ "type": kind, "valueString": value })
}

fn message(disclosure: &Disclosure, viewer: &Viewer) -> Value {
    let labels = disclosure.categories.iter();
    let labels: Vec<_> = labels.map(|c| coding(DATA_CATEGORY, c.code(), c.norwegian())).collect();
    let is_receiver = matches!(viewer, Viewer::Receiver(_));
    let mut details = vec![
        detail("kind", disclosure.kind.code()),
        detail("state", disclosure.state.name()),
        detail("times", &disclosure.times.to_string()),
    ];
    if !is_receiver && !disclosure.withheld.is_empty() {
        details.push(detail("withheld", &disclosure.withheld.codes().join(" ")));
    }
    if let Some(corrects) = disclosure.corrects {
        details.push(detail("corrects", &format!("urn:uuid:{corrects}")));
    }
    if let Some(corrected) = disclosure.corrected.filter(|c| c.reached || !is_receiver) {
        details.push(detail("corrected-by", &format!("urn:uuid:{}", corrected.by)));
    }
    let mut entity = json!({
        "what": { "identifier": of_uuid(disclosure.message) },
        "type": coding(ENTITY_TYPE, "2", "System Object"),
        "role": coding(ENTITY_ROLE, "4", "Domain Resource"),
        "lifecycle": coding(ENTITY_LIFECYCLE, "11", "Disclosure"),
        "detail": details,
    });
    if !labels.is_empty() {
        entity["securityLabel"] = labels.into();
    }
    entity
}

fn consent(used: &UsedGrant) -> Value {
    let basis = match &used.basis {
        Basis::Consent => "consent".to_owned(),
        Basis::Duty { reference } => format!("duty: {reference}"),
    };
    json!({
        "what": { "type": "Consent", "identifier": of_uuid(used.grant.consent) },
        "type": coding(ENTITY_TYPE, "2", "System Object"),
        "detail": [
            detail("version", &used.grant.version.to_string()),
            detail("grant", &used.grant.index.to_string()),
            detail("basis", &basis),
        ],
    })
}
