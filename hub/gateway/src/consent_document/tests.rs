use std::path::PathBuf;

use bindeledd_core::consent::{Basis, GivenBy, Moment};
use bindeledd_core::{Category, CategorySet, Purpose, Verdict, decide, time};
use serde_json::{Value, json};

use super::*;

fn project() -> Value {
    json!({
        "schema": "bindeledd/consent/1", "id": "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01", "version": 1,
        "participant": {"nationalId": "15720255178"}, "givenAt": "2026-11-20T09:00:00+01:00",
        "givenBy": {"role": "participant"}, "controller": "nav-grorud",
        "evidence": {"type": "signed-form", "reference": "arkiv 2026/17"}, "textVersion": "1.0",
        "period": {"start": "2026-11-20", "end": "2027-05-20"},
        "grants": [
            {"from": "tiltak-as", "to": "her:8094866", "purpose": "work-oriented-followup",
             "categories": ["meeting", "progress"]},
            {"from": "tiltak-as", "to": "nav-grorud", "purpose": "work-oriented-followup", "categories": ["outcome"],
             "basis": {"duty": "NAV-loven § 14"}},
        ],
        "status": "active",
    })
}

fn read_json(value: &Value) -> Result<ConsentDocument, InputError> {
    read_consent(value.to_string().as_bytes(), None)
}

/// `document` with what stands at `pointer` replaced; a name that ends a pointer and is not there is added.
fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.insert(name.into(), value)),
        Value::Array(items) => {
            let place: usize = name.parse().unwrap();
            if place < items.len() {
                items[place] = value
            } else {
                items.push(value)
            }
        }
        _ => unreachable!(),
    }
    document
}

fn without(mut document: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    document
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(name)
        .unwrap();
    document
}

#[test]
fn the_projects_json_is_read() {
    let read = read_json(&project()).unwrap();
    assert_eq!(read.given_by, GivenBy::Participant);
    assert_eq!(read.grants.len(), 2);
    assert_eq!(
        read.grants[0].categories,
        CategorySet::of(&[Category::Meeting, Category::Progress])
    );
    assert_eq!(
        read.grants[1].basis,
        Basis::Duty {
            reference: "NAV-loven § 14".into()
        }
    );
    assert_eq!(read.period.end, Moment::parse("2027-05-20"));
    assert_eq!(read.status, DocumentStatus::Active);
}

#[test]
fn what_is_missing_in_the_projects_json_is_named() {
    for pointer in [
        "/schema",
        "/version",
        "/participant",
        "/participant/nationalId",
        "/givenAt",
        "/givenBy",
        "/controller",
        "/evidence",
        "/evidence/reference",
        "/textVersion",
        "/period",
        "/period/start",
        "/grants",
        "/grants/0/from",
        "/grants/0/to",
        "/grants/0/purpose",
        "/grants/0/categories",
        "/status",
    ] {
        let error = read_json(&without(project(), pointer)).unwrap_err();
        assert_eq!(error.code, InputCode::Missing, "{pointer}");
        let path = pointer[1..].replace("/0", "[0]").replace('/', ".");
        assert_eq!(error.path, path);
    }
}

#[test]
fn what_the_projects_json_does_not_know_is_refused_and_never_passed_over() {
    let cases = [
        ("/note", json!("x"), InputCode::Unknown),
        ("/participant/name", json!("x"), InputCode::Unknown),
        ("/grants/0/exceptFor", json!("x"), InputCode::Unknown),
        ("/grants/0/categories", json!([]), InputCode::Invalid),
        (
            "/grants/0/categories",
            json!(["meeting", "diagnosis"]),
            InputCode::UnknownCode,
        ),
        ("/grants/0/categories", json!("meeting"), InputCode::Invalid),
        ("/grants/0/purpose", json!("research"), InputCode::UnknownCode),
        ("/grants/0/basis", json!("law"), InputCode::UnknownCode),
        ("/grants/0/basis", json!({"duty": ""}), InputCode::Invalid),
        (
            "/grants/0/period",
            json!({"start": "2026-12-01", "end": "2026-11-01"}),
            InputCode::Invalid,
        ),
        (
            "/grants/0/period",
            json!({"start": "2026-12-01", "except": "x"}),
            InputCode::Unknown,
        ),
        ("/grants", json!([]), InputCode::Invalid),
        ("/status", json!("draft"), InputCode::UnknownCode),
        ("/withdrawnAt", json!("2026-12-01T12:00:00Z"), InputCode::Unknown),
        ("/period/end", json!("2026"), InputCode::Invalid),
        ("/givenBy", json!({"role": "guardian"}), InputCode::Missing),
        ("/participant/nationalId", json!("15720255179"), InputCode::Invalid),
    ];
    for (pointer, value, code) in cases {
        let error = read_json(&with(project(), pointer, value.clone())).unwrap_err();
        assert_eq!(error.code, code, "{pointer} = {value}: {error}");
        assert!(!error.to_string().contains("15720255179"));
    }
}

#[test]
fn a_name_that_stands_twice_is_not_understood() {
    let raw = project()
        .to_string()
        .replacen("\"status\":", "\"status\":\"withdrawn\",\"status\":", 1);
    let error = read_consent(raw.as_bytes(), None).unwrap_err();
    assert_eq!(error.code, InputCode::Unreadable);
    assert!(error.path.starts_with("line 1 column "), "{error}");
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    let deep = "[".repeat(100_000);
    let raw = project().to_string();
    for bytes in [
        &b"{\"schema\": \"\xff\"}"[..],
        &raw.as_bytes()[..raw.len() - 1],
        deep.as_bytes(),
        b"",
        b"{} {}",
    ] {
        assert_eq!(read_consent(bytes, None).unwrap_err().code, InputCode::Unreadable);
    }
}

#[test]
fn a_withdrawn_document_takes_back_what_was_given_earlier_and_leaves_what_is_a_duty() {
    let withdrawn = with(
        with(project(), "/status", json!("withdrawn")),
        "/withdrawnAt",
        json!("2026-12-01T12:00:00Z"),
    );
    let (mut ledger, names) = read_json(&withdrawn).unwrap().to_ledger();
    let earlier = with(project(), "/id", json!("0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a02"));
    ledger.grants.extend(read_json(&earlier).unwrap().to_ledger().0.grants);
    let name = |raw: &str| &names[&PartyName::parse(raw).unwrap()];
    let now = time::parse_instant("2026-12-02T12:00:00Z").unwrap();
    let ask = |to: &str, category| {
        let asked = CategorySet::of(&[category]);
        decide(
            &ledger,
            name("tiltak-as"),
            name(to),
            Purpose::WorkOrientedFollowup,
            asked,
            now,
        )
        .verdict()
    };
    assert_eq!(ask("her:8094866", Category::Meeting), Verdict::Deny);
    assert_eq!(ask("nav-grorud", Category::Outcome), Verdict::Permit);
}

#[test]
fn names_stand_for_the_same_party_in_every_document() {
    let org = PartyName::parse("org:915933149").unwrap();
    assert_eq!(offline_party(&org), offline_party(&org));
    assert_ne!(
        offline_party(&org),
        offline_party(&PartyName::parse("her:915933149").unwrap())
    );
    assert_eq!(
        offline_party(&PartyName::parse("nav-grorud").unwrap()).as_str(),
        "nav-grorud"
    );
}

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

fn example(name: &str) -> Option<Value> {
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

#[test]
fn published_consents_of_other_kinds_are_refused_with_a_reason() {
    let Some(folder) = standards("fhir/r4") else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("Consent-") {
            let error = read_consent(&std::fs::read(&path).unwrap(), Some("application/fhir+json")).unwrap_err();
            assert!(!error.path.is_empty() && !error.expected.is_empty(), "{error:?}");
            println!("{}: {error}", path.file_name().unwrap().to_string_lossy());
            seen += 1;
        }
    }
    assert!(seen >= 2);
}

/// A FHIR consent of our own, as small as one may be.
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
        ("/extension", unknown.clone(), "extension[0]"),
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
    refused(&cases);
}

/// Each of `cases` is refused: a pointer, what stands there, and the path that the error names.
fn refused(cases: &[(&str, Value, &str)]) {
    for (pointer, value, path) in cases {
        let error = read_json(&with(fhir(), pointer, value.clone())).unwrap_err();
        assert_eq!(error.path, *path, "{pointer}: {error}");
    }
}

#[test]
fn what_a_grant_says_beyond_our_form_is_refused_with_its_place() {
    let unknown = json!([{"url": "https://example.org/except-mondays", "valueBoolean": true}]);
    let label = |system: &str, code: &str| json!([{"system": system, "code": code}]);
    let cases = [
        (
            "/provision/provision/0/type",
            json!("deny"),
            "provision.provision[0].type",
        ),
        (
            "/provision/provision/0/code",
            json!([{}]),
            "provision.provision[0].code",
        ),
        (
            "/provision/provision/0/class",
            json!([{}]),
            "provision.provision[0].class",
        ),
        (
            "/provision/provision/0/action",
            json!([{}]),
            "provision.provision[0].action",
        ),
        (
            "/provision/provision/0/dataPeriod",
            json!({}),
            "provision.provision[0].dataPeriod",
        ),
        (
            "/provision/provision/0/provision",
            json!([{"type": "deny"}]),
            "provision.provision[0].provision",
        ),
        (
            "/provision/provision/0/extension",
            unknown.clone(),
            "provision.provision[0].extension[0].url",
        ),
        (
            "/provision/provision/0/modifierExtension",
            unknown,
            "provision.provision[0].modifierExtension",
        ),
        (
            "/provision/provision/0/securityLabel",
            json!([]),
            "provision.provision[0].securityLabel",
        ),
        (
            "/provision/provision/0/securityLabel",
            label("x", "meeting"),
            "provision.provision[0].securityLabel[0].system",
        ),
        (
            "/provision/provision/0/securityLabel",
            label("https://bindeledd.example/fhir/CodeSystem/data-category", "diagnosis"),
            "provision.provision[0].securityLabel[0].code",
        ),
        (
            "/provision/provision/0/purpose",
            label("https://bindeledd.example/fhir/CodeSystem/purpose", "research"),
            "provision.provision[0].purpose[0].code",
        ),
        (
            "/provision/provision/0/purpose",
            label("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT"),
            "provision.provision[0].purpose[0].system",
        ),
        (
            "/provision/provision/0/data/0/meaning",
            json!("related"),
            "provision.provision[0].data[0].meaning",
        ),
        (
            "/provision/provision/0/actor/0/reference",
            json!({"reference": "Organization/1"}),
            "provision.provision[0].actor[0].reference.reference",
        ),
        (
            "/provision/provision/0/actor/0/reference/identifier/extension",
            json!([]),
            "provision.provision[0].actor[0].reference.identifier.extension",
        ),
    ];
    refused(&cases);
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
