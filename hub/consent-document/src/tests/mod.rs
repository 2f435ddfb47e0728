mod fhir;
mod published;
mod round_trip;

use bindeledd_core::consent::{Basis, GivenBy, Moment};
use bindeledd_core::{Category, CategorySet, InputCode, PartyName, Purpose, Verdict, decide, time};
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

/// Returns `document` with the value at `pointer` replaced. A missing name at the end of a pointer is added.
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
