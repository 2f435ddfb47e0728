//! Disclosures as FHIR R4 `AuditEvent`, one for each disclosure, after IHE BALP's "Privacy Disclosure". An event tells who
//! disclosed what to whom, when, for which purpose and on which consents. The participant is a pseudonym.

use bindeledd_consent_document::systems::{DATA_CATEGORY, HER_ID, ORG_NUMBER, PARTY, PURPOSE};
use bindeledd_core::consent::Basis;
use bindeledd_core::delivery::{End, State};
use bindeledd_core::disclosure::{Disclosure, UsedGrant};
use bindeledd_core::{ParticipantRef, PartyId, time};
use bindeledd_engine::Directory;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Viewer;

const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const LIFECYCLE: &str = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ENTITY_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const ENTITY_LIFECYCLE: &str = "http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle";
const SOURCE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";
const UUID: &str = "urn:ietf:rfc:3986";

/// Makes a Bundle with one AuditEvent for each disclosure.
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
    // FHIR's JSON does not allow empty lists.
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

/// Returns the outcome: success if the message was delivered or is under way; else a failure after which it may still have been
/// seen.
const fn outcome(state: &State) -> &'static str {
    match state {
        State::Sending(_) | State::AwaitingReceipt(_) | State::WithPerson(_) => "0",
        State::Waiting(_) | State::Reserved(_) => "4",
        State::Ended(ended) => match ended.how {
            End::Delivered => "0",
            End::Refused | End::Blocked | End::Cancelled | End::Expired | End::Failed => "4",
        },
    }
}

/// Describes a party by its public number, if it has one that others may see.
fn agent((code, display): (&str, &str), id: &PartyId, directory: &Directory, requestor: bool) -> Value {
    let party = directory.get(id).map(|party| party.as_others_see_it());
    let her = party.as_ref().and_then(|p| p.her_id).map(|n| (HER_ID, n.to_string()));
    let org = party
        .as_ref()
        .and_then(|p| p.org_number)
        .map(|n| (ORG_NUMBER, n.to_string()));
    let identifier = match her.or(org) {
        Some((oid, value)) => json!({ "system": format!("urn:oid:{oid}"), "value": value }),
        None => json!({ "system": PARTY, "value": id.as_str() }),
    };
    let name = party.map_or_else(|| id.as_str(), |party| party.name);
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

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use bindeledd_core::delivery::{AwaitingReceipt, Ended, Sending, Waiting};
    use bindeledd_core::disclosure::Corrected;
    use bindeledd_core::{
        Category, CategorySet, ConsentId, DeliveryId, GrantRef, HerId, Kind, MessageId, OrgNumber, Party, PartyKind,
        Purpose,
    };
    use uuid::Uuid;

    use super::*;

    const HOW: &str = "run `UPDATE=1 cargo test -p bindeledd-gateway audit_event` and commit what it writes";

    fn at(raw: &str) -> Timestamp {
        raw.parse().unwrap()
    }

    fn party(id: &str, name: &str, kind: PartyKind) -> Party {
        Party {
            name: name.to_owned(),
            kind,
            ..crate::testing::party(id, kind)
        }
    }

    fn directory() -> Directory {
        let org = OrgNumber::parse("915933149").unwrap();
        Directory::new(vec![
            Party {
                org_number: Some(org),
                ..party("nordvik-aft", "Nordvik Vekst", PartyKind::AftProvider)
            },
            Party {
                her_id: HerId::parse("8142952").ok(),
                ..party("fjellvik-legekontor", "Fjellvik legekontor", PartyKind::Gp)
            },
            party("nav-nordvik", "Nav Nordvik", PartyKind::NavOffice),
        ])
    }

    fn disclosure(n: u128, kind: Kind, to: &str, categories: &[Category], state: State) -> Disclosure {
        Disclosure {
            delivery: DeliveryId(Uuid::from_u128(0x019d_0000_0000_7000_8000_0000_0000_1000 + n)),
            message: MessageId(Uuid::from_u128(0x019d_0000_0000_7000_8000_0000_0000_2000 + n)),
            kind,
            from: PartyId::parse("nordvik-aft").unwrap(),
            to: PartyId::parse(to).unwrap(),
            purpose: Purpose::WorkOrientedFollowup,
            categories: CategorySet::of(categories),
            withheld: CategorySet::EMPTY,
            state,
            first: at("2026-12-01T08:05:00Z"),
            last: at("2026-12-01T08:05:00Z"),
            times: 1,
            grants: vec![UsedGrant {
                grant: GrantRef {
                    consent: ConsentId(Uuid::from_u128(0x0b0f_7b5e_6a53_4c36_9d3e_0b6f_2f1f_6a01)),
                    version: 1,
                    index: 0,
                },
                basis: Basis::Consent,
                given_at: at("2026-11-20T08:00:00Z"),
            }],
            corrects: None,
            corrected: None,
        }
    }

    /// Disclosures on both legal bases, one with withheld content and a repetition, a correction, and a refused one.
    fn examples() -> Vec<Disclosure> {
        let ended = |how| State::Ended(Ended { how, attempts: 1 });
        let gp = "fjellvik-legekontor";
        let mut by_duty = disclosure(
            4,
            Kind::MeasureEnded,
            "nav-nordvik",
            &[Category::Outcome],
            ended(End::Delivered),
        );
        by_duty.grants[0].basis = Basis::Duty {
            reference: "avtalen med Nav om tiltaket".into(),
        };
        by_duty.grants[0].grant.index = 2;
        let mut correction = disclosure(3, Kind::Correction, gp, &[Category::Function], ended(End::Delivered));
        correction.corrects = Some(MessageId(Uuid::from_u128(0x019d_0000_0000_7000_8000_0000_0000_2002)));
        let mut wrong = disclosure(2, Kind::FunctionUpdate, gp, &[Category::Function], ended(End::Refused));
        wrong.corrected = Some(Corrected {
            by: correction.message,
            reached: true,
        });
        let summary = Disclosure {
            withheld: CategorySet::of(&[Category::Facilitation]),
            last: at("2026-12-01T09:15:00Z"),
            times: 2,
            ..disclosure(
                1,
                Kind::StartMeetingSummary,
                gp,
                &[Category::Meeting, Category::Goals],
                ended(End::Delivered),
            )
        };
        vec![by_duty, correction, wrong, summary]
    }

    fn bundle(of: &[Disclosure]) -> Value {
        let participant = ParticipantRef(Uuid::from_u128(0x4f1c_2a53_9d3e_4c36_8b6f_2f1f_6a01_0b0f));
        let made_at = at("2026-12-24T08:30:00Z");
        audit_events(of, participant, &directory(), &|_| Viewer::Operator, made_at)
    }

    fn docs() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/fhir")
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test's own setting")]
    fn the_published_example_is_what_is_written() {
        let file = docs().join("disclosures/audit-events.json");
        let written = format!("{:#}\n", bundle(&examples()));
        if std::env::var("UPDATE").is_ok() {
            std::fs::create_dir_all(docs().join("disclosures")).unwrap();
            std::fs::write(&file, &written).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), written, "{HOW}");
    }

    /// Finds the validators, if node and its packages are installed. With `BINDELEDD_REQUIRE_VALIDATORS=1` they must be.
    #[expect(clippy::disallowed_methods, reason = "a test's own setting")]
    fn validators() -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fhir-validators");
        let node = Command::new("node")
            .arg("--version")
            .output()
            .is_ok_and(|o| o.status.success());
        let found = node && folder.join("node_modules/fhir").is_dir() && folder.join("node_modules/@medplum").is_dir();
        let required = std::env::var("BINDELEDD_REQUIRE_VALIDATORS").is_ok_and(|v| v == "1");
        assert!(
            found || !required,
            "run `npm ci --ignore-scripts` in tests/fhir-validators"
        );
        if !found {
            println!("node or the FHIR validators are not here: nothing was validated");
        }
        found.then_some(folder)
    }

    /// Returns the findings of both validators for each document.
    fn validate(folder: &Path, documents: &[Value]) -> Vec<Value> {
        let scratch = tempfile::tempdir().unwrap();
        let mut command = Command::new("node");
        command.current_dir(folder).arg("validate.mjs");
        for (n, document) in documents.iter().enumerate() {
            let path = scratch.path().join(format!("{n}.json"));
            std::fs::write(&path, document.to_string()).unwrap();
            command.arg(path);
        }
        let output = command.output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let results: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            results.len(),
            documents.len(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        results
    }

    #[test]
    fn what_is_written_is_valid_by_two_validators_and_what_is_wrong_is_found() {
        let Some(folder) = validators() else { return };
        let mut all = examples();
        let until = at("2026-12-24T08:30:00Z");
        for (n, state) in [
            State::Sending(Sending { attempts: 1 }),
            State::Waiting(Waiting {
                attempts: 1,
                due: until,
            }),
            State::AwaitingReceipt(AwaitingReceipt { attempts: 1, until }),
        ]
        .into_iter()
        .enumerate()
        {
            let n = 10 + u128::try_from(n).unwrap();
            all.push(disclosure(n, Kind::Question, "en-annen", &Category::ALL, state));
        }
        let good = bundle(&all);
        let damages: [fn(&mut Value); 4] = [
            |event| drop(event.as_object_mut().unwrap().remove("agent")),
            |event| event["recorded"] = "i går".into(),
            |event| event["entity"][1]["detail"][0]["value"] = "x".into(),
            |event| event["outcome"] = "ok".into(),
        ];
        let mut documents = vec![good.clone(), bundle(&[])];
        for damage in damages {
            let mut bad = good.clone();
            damage(&mut bad["entry"][0]["resource"]);
            documents.push(bad);
        }
        let results = validate(&folder, &documents);
        for result in &results[..2] {
            assert_eq!(result["valid"], true, "{}", result["errors"]);
        }
        for (n, result) in results[2..].iter().enumerate() {
            assert_eq!(result["valid"], false, "damage {n} was not found");
        }
    }
}
