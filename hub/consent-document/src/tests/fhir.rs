//! FHIR R4 consents: published examples, and the parts of FHIR that the project does not accept.

use std::path::PathBuf;

use bindeledd_core::consent::GivenBy;
use bindeledd_core::{Category, CategorySet, ConsentId, InputCode, PartyName, Purpose, Verdict, decide, time};
use serde_json::{Value, json};

use super::super::*;
use super::{read_json, with, without};

fn standards(folder: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests find the standards by this variable")]
    let named = std::env::var("BINDELEDD_STANDARDS").map(PathBuf::from);
    let root = named.unwrap_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards"));
    let folder = root.join(folder);
    if !folder.is_dir() {
        println!("passed over: the folder of standards is not here");
        return None;
    }
    Some(folder)
}

pub(super) fn example(name: &str) -> Option<Value> {
    let bytes = std::fs::read(standards("fhir/examples")?.join(name)).unwrap();
    Some(serde_json::from_slice(&bytes).unwrap())
}

#[test]
fn the_published_consent_is_read_as_it_was_meant() {
    let Some(fhir) = example("consent.json") else { return };
    let read = read_consent(
        fhir.to_string().as_bytes(),
        Some("application/fhir+json; charset=utf-8"),
    )
    .unwrap();
    let (ledger, names) = read.to_ledger();
    let name = |raw: &str| &names[&PartyName::parse(raw).unwrap()];
    let (provider, clinic) = (name("org:915933149"), name("her:8094866"));
    let verdict = |from, to, categories: &[Category], at| {
        let at = time::parse_instant(at).unwrap();
        decide(
            &ledger,
            from,
            to,
            Purpose::WorkOrientedFollowup,
            CategorySet::of(categories),
            at,
        )
        .verdict()
    };
    let during = "2026-12-01T12:00:00+01:00";
    assert_eq!(
        verdict(provider, clinic, &[Category::Progress, Category::Meeting], during),
        Verdict::Permit
    );
    assert_eq!(
        verdict(provider, clinic, &[Category::Progress, Category::Outcome], during),
        Verdict::Partial
    );
    assert_eq!(
        verdict(provider, clinic, &[Category::TreatmentStatus], during),
        Verdict::Deny
    );
    assert_eq!(
        verdict(
            clinic,
            provider,
            &[Category::TreatmentStatus, Category::Function],
            during
        ),
        Verdict::Permit
    );
    assert_eq!(
        verdict(
            clinic,
            provider,
            &[Category::TreatmentStatus],
            "2027-05-20T23:59:00+02:00"
        ),
        Verdict::Permit
    );
    assert_eq!(
        verdict(
            clinic,
            provider,
            &[Category::TreatmentStatus],
            "2027-05-21T00:00:00+02:00"
        ),
        Verdict::Deny
    );
    assert_eq!(read.id, ConsentId::parse("0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01"));
}

#[test]
fn the_published_withdrawal_denies() {
    let Some(fhir) = example("consent-withdrawn.json") else {
        return;
    };
    let read = read_json(&fhir).unwrap();
    assert_eq!(
        read.status,
        DocumentStatus::Withdrawn {
            at: time::parse_instant("2026-12-01T12:00:00+01:00")
        }
    );
    assert_eq!(read.version, 2);
    let (ledger, names) = read.to_ledger();
    let now = time::parse_instant("2026-12-02T12:00:00+01:00").unwrap();
    for from in names.values() {
        for to in names.values() {
            let asked: CategorySet = Category::ALL.into_iter().collect();
            let decision = decide(&ledger, from, to, Purpose::WorkOrientedFollowup, asked, now);
            assert_eq!(decision.verdict(), Verdict::Deny);
        }
    }
}

/// Number of grants that permit, or the place and the code of the refusal.
type Told = Result<usize, (&'static str, InputCode)>;

/// Every consent in the folder of standards, with the number of grants that permit, or the place and the code of the
/// refusal.
const PUBLISHED: [(&str, Told); 4] = [
    ("examples/consent.json", Ok(2)),
    ("examples/consent-withdrawn.json", Ok(0)),
    // The patient is a reference to another resource, which can not be followed here.
    (
        "r4/Consent-consent-example-basic.json",
        Err(("patient.reference", InputCode::Unknown)),
    ),
    (
        "r4/Consent-consent-example-notOrg.json",
        Err(("patient.reference", InputCode::Unknown)),
    ),
];

fn consents_under(folder: &std::path::Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            consents_under(&path, found);
        } else if path.extension().is_some_and(|e| e == "json") {
            let read = serde_json::from_slice::<Value>(&std::fs::read(&path).unwrap());
            if read.is_ok_and(|document| document["resourceType"] == "Consent") {
                found.push(path);
            }
        }
    }
}

/// Counts the grants of a document that permit something in the middle of its period.
fn permits(document: &ConsentDocument) -> usize {
    let (ledger, names) = document.to_ledger();
    let now = document.period.start.first() + jiff::SignedDuration::from_hours(24 * 30);
    let permitted = document.grants.iter().filter(|grant| {
        let (from, to) = (&names[&grant.from], &names[&grant.to]);
        decide(&ledger, from, to, grant.purpose, grant.categories, now).verdict() == Verdict::Permit
    });
    permitted.count()
}

#[test]
fn every_published_consent_is_read_as_intended_or_refused_with_its_reason() {
    let Some(folder) = standards("fhir") else { return };
    let mut found = Vec::new();
    consents_under(&folder, &mut found);
    assert_eq!(found.len(), PUBLISHED.len(), "{found:?}");
    for (name, expected) in PUBLISHED {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let read = read_consent(&bytes, Some("application/fhir+json"));
        println!(
            "{name}: {}",
            read.as_ref().map_or_else(ToString::to_string, |d| format!(
                "{} of {} grants permit",
                permits(d),
                d.grants.len()
            ))
        );
        let told = read
            .as_ref()
            .map(permits)
            .map_err(|error| (error.path.as_str(), error.code));
        assert_eq!(told, expected, "{name}");
    }
    assert!(
        PUBLISHED.iter().any(|(_, expected)| matches!(expected, Ok(1..))),
        "refusing everything is a failure"
    );
}

#[test]
fn a_consents_id_is_the_same_in_every_spelling() {
    let own = include_str!("../../../../docs/fhir/consent/examples/consent.json");
    let document: Value = serde_json::from_str(own).unwrap();
    let id = "0199d2f0-abcd-7000-8000-00000000000a";
    for spelling in [
        format!("urn:uuid:{id}"),
        format!("urn:uuid:{}", id.to_uppercase()),
        format!("URN:UUID:{}", id.to_uppercase()),
        format!("URN:uuid:{id}"),
        format!("urn:uuid:{{{id}}}"),
        format!("urn:uuid:{}", id.replace('-', "")),
    ] {
        let identifier = json!([{"system": "urn:ietf:rfc:3986", "value": spelling}]);
        let read = read_json(&with(document.clone(), "/identifier", identifier)).unwrap();
        assert_eq!(read.id, ConsentId::parse(id), "{spelling}");
    }
}

/// Both published consents have a root rule beside their references. With all other parts corrected, they are refused
/// for that rule.
#[test]
fn a_published_rule_that_opts_in_without_a_permit_is_refused_for_that() {
    for name in [
        "Consent-consent-example-basic.json",
        "Consent-consent-example-notOrg.json",
    ] {
        let Some(folder) = standards("fhir/r4") else { return };
        let mut consent: Value = serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        let own = fhir();
        for ours in ["patient", "performer", "dateTime", "organization", "policy"] {
            consent[ours] = own[ours].clone();
        }
        let path = read_json(&consent).unwrap_err().path;
        assert!(path.starts_with("provision"), "{name}: {path}");
    }
}

/// A minimal FHIR consent of the project.
fn fhir() -> Value {
    let party =
        |system: &str, value: &str| json!({"identifier": {"system": format!("urn:oid:{system}"), "value": value}});
    let patient = party("2.16.578.1.12.4.1.4.1", "15720255178");
    let concept = |system: &str, code: &str| json!({"coding": [{"system": system, "code": code}]});
    json!({
        "resourceType": "Consent", "status": "active",
        "scope": concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [concept("http://loinc.org", "59284-0")],
        "patient": patient, "performer": [patient], "dateTime": "2026-11-20T09:00:00+01:00",
        "organization": [party("2.16.578.1.12.4.1.4.101", "915933149")],
        "sourceAttachment": {"title": "Samtykke v1"}, "policy": [{"uri": "https://bindeledd.example/policies/samtykke/1.0"}],
        "provision": {
            "type": "deny", "period": {"start": "2026-11-20", "end": "2027-05-20"},
            "provision": [{
                "type": "permit",
                "actor": [{
                    "role": concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"),
                    "reference": party("2.16.578.1.12.4.1.2", "8094866"),
                }],
                "securityLabel": [{"system": "https://bindeledd.example/fhir/CodeSystem/data-category", "code": "meeting"}],
                "purpose": [{"system": "https://bindeledd.example/fhir/CodeSystem/purpose", "code": "work-oriented-followup"}],
                "data": [{"meaning": "authoredby", "reference": party("2.16.578.1.12.4.1.4.101", "915933149")}],
            }],
        },
    })
}

#[test]
fn a_root_without_a_type_and_one_that_opts_in_are_read_by_their_permits_alone() {
    let plain = read_json(&fhir()).unwrap();
    assert_eq!(read_json(&without(fhir(), "/provision/type")).unwrap(), plain);
    let rule = json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN"}]});
    assert_eq!(read_json(&with(fhir(), "/policyRule", rule.clone())).unwrap(), plain);
    let nothing = without(with(fhir(), "/policyRule", rule), "/provision/provision");
    assert_eq!(read_json(&nothing).unwrap_err().path, "provision.provision");
}

#[test]
fn a_guardian_is_named_with_the_decision_that_makes_them_one() {
    let base = "https://bindeledd.example/fhir/StructureDefinition/";
    let basis = json!([{"url": format!("{base}guardian-basis"), "valueString": "Statsforvalteren 2025/3"}]);
    let guarded = with(
        with(fhir(), "/extension", basis),
        "/performer",
        json!([{"type": "RelatedPerson"}]),
    );
    let read = read_json(&guarded).unwrap();
    assert_eq!(
        read.given_by,
        GivenBy::Guardian {
            basis: "Statsforvalteren 2025/3".into()
        }
    );
    let unnamed = with(fhir(), "/performer", json!([{"type": "RelatedPerson"}]));
    read_json(&unnamed).unwrap_err();
}

#[test]
fn what_fhir_says_beyond_our_form_is_refused_with_its_place() {
    let unknown = json!([{"url": "https://example.org/except-mondays", "valueBoolean": true}]);
    let cases = [
        ("/status", json!("entered-in-error"), "status"),
        ("/status", json!("proposed"), "status"),
        ("/status", json!("draft"), "status"),
        ("/status", json!("rejected"), "status"),
        ("/modifierExtension", unknown.clone(), "modifierExtension"),
        ("/extension", unknown, "extension[0]"),
        ("/verification", json!([{"verified": false}]), "verification"),
        ("/contained", json!([]), "contained"),
        ("/implicitRules", json!("x"), "implicitRules"),
        ("/_status", json!({"extension": []}), "_status"),
        (
            "/policyRule",
            json!({"coding": [{"system": "x", "code": "OPTOUT"}]}),
            "policyRule",
        ),
        ("/policyRule", json!({"text": "everything"}), "policyRule.coding"),
        ("/patient", json!({"reference": "Patient/1"}), "patient.reference"),
        ("/provision/type", json!("permit"), "provision.type"),
        (
            "/provision/period",
            json!({"end": "2027-01-01"}),
            "provision.period.start",
        ),
        ("/provision/period/start", json!("2026"), "provision.period.start"),
        ("/provision/dataPeriod", json!({}), "provision.dataPeriod"),
    ];
    for (pointer, value, path) in cases {
        let error = read_json(&with(fhir(), pointer, value)).unwrap_err();
        assert_eq!(error.path, path, "{pointer}: {error}");
    }
}

#[test]
fn what_a_grant_says_beyond_our_form_is_refused_with_its_place() {
    let unknown = json!([{"url": "https://example.org/except-mondays", "valueBoolean": true}]);
    let label = |system: &str, code: &str| json!([{"system": system, "code": code}]);
    let own = |list: &str, code: &str| label(&format!("https://bindeledd.example/fhir/CodeSystem/{list}"), code);
    let cases = [
        ("type", json!("deny"), "type"),
        ("code", json!([{}]), "code"),
        ("class", json!([{}]), "class"),
        ("action", json!([{}]), "action"),
        ("dataPeriod", json!({}), "dataPeriod"),
        ("provision", json!([{"type": "deny"}]), "provision"),
        ("extension", unknown.clone(), "extension[0].url"),
        ("modifierExtension", unknown, "modifierExtension[0].url"),
        ("securityLabel", json!([]), "securityLabel"),
        ("securityLabel", label("x", "meeting"), "securityLabel[0].system"),
        (
            "securityLabel",
            own("data-category", "diagnosis"),
            "securityLabel[0].code",
        ),
        ("purpose", own("purpose", "research"), "purpose[0].code"),
        (
            "purpose",
            label("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT"),
            "purpose[0].system",
        ),
        ("data/0/meaning", json!("related"), "data[0].meaning"),
        (
            "actor/0/reference",
            json!({"reference": "Organization/1"}),
            "actor[0].reference.reference",
        ),
        (
            "actor/0/reference/identifier/extension",
            json!([]),
            "actor[0].reference.identifier.extension",
        ),
    ];
    for (pointer, value, path) in cases {
        let error = read_json(&with(fhir(), &format!("/provision/provision/0/{pointer}"), value)).unwrap_err();
        assert_eq!(
            error.path,
            format!("provision.provision[0].{path}"),
            "{pointer}: {error}"
        );
    }
    for pointer in ["purpose", "securityLabel", "actor", "data", "type"] {
        let error = read_json(&without(fhir(), &format!("/provision/provision/0/{pointer}"))).unwrap_err();
        assert_eq!(error.code, InputCode::Missing, "{error}");
    }
    let mut two = fhir();
    let actors = two
        .pointer_mut("/provision/provision/0/actor")
        .unwrap()
        .as_array_mut()
        .unwrap();
    let second = actors[0].clone();
    actors.push(second);
    assert_eq!(read_json(&two).unwrap_err().path, "provision.provision[0].actor");
}
