//! `consent decide`, with the output that callers rely on.
use std::path::{Path, PathBuf};

use crate::support::{Run, root, run};
use serde_json::{Value, json};

fn decide(dir: &Path, files: &[&str], from_to: (&str, &str), categories: &[&str], at: &str) -> Run {
    let mut arguments = vec![
        "consent", "decide", "--from", from_to.0, "--to", from_to.1, "--at", at, "--json",
    ];
    arguments.extend(["--purpose", "work-oriented-followup"]);
    for file in files {
        arguments.extend(["--consent", file]);
    }
    for category in categories {
        arguments.extend(["--category", category]);
    }
    run(dir, &arguments)
}

fn consent(id: u32, national_id: &str, grants: Value) -> Value {
    json!({
        "schema": "bindeledd/consent/1", "id": format!("0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a{id:02}"), "version": 1,
        "participant": { "nationalId": national_id }, "givenAt": "2026-11-20T09:00:00+01:00",
        "givenBy": { "role": "participant" }, "controller": "nordvik-aft",
        "evidence": { "type": "signed-form", "reference": "arkiv/1" }, "textVersion": "1.0",
        "period": { "start": "2026-11-20", "end": "2027-05-20" }, "grants": grants, "status": "active",
    })
}

fn grant(categories: &[&str]) -> Value {
    let purpose = "work-oriented-followup";
    json!({ "from": "nordvik-aft", "to": "fjellvik-legekontor", "purpose": purpose, "categories": categories })
}

fn folder(consents: &[(&str, Value)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, value) in consents {
        std::fs::write(dir.path().join(name), value.to_string()).unwrap();
    }
    dir
}

const PARTIES: (&str, &str) = ("nordvik-aft", "fjellvik-legekontor");
const ONE: &str = "15720255178";
const OTHER: &str = "31777207884";

#[test]
fn permit_partial_and_deny_all_end_with_0() {
    let dir = folder(&[("a.json", consent(1, ONE, json!([grant(&["goals", "meeting"])])))]);
    let permit = decide(dir.path(), &["a.json"], PARTIES, &["goals,meeting"], "2026-12-01");
    assert_eq!(permit.code, 0, "{}", permit.out);
    assert_eq!(permit.json()["decision"], "permit");
    assert_eq!(
        permit.json()["grants"],
        json!([{
            "consent": "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01", "index": 0, "from": "nordvik-aft",
            "to": "fjellvik-legekontor", "categories": ["meeting", "goals"],
        }])
    );
    let partial = decide(
        dir.path(),
        &["a.json"],
        PARTIES,
        &["goals", "function"],
        "2026-12-01T12:00:00+01:00",
    );
    let found = partial.json();
    assert_eq!((partial.code, found["decision"].as_str()), (0, Some("partial")));
    assert_eq!(
        (&found["permitted"], &found["withheld"]),
        (&json!(["goals"]), &json!(["function"]))
    );
    let deny = decide(
        dir.path(),
        &["a.json"],
        (PARTIES.1, PARTIES.0),
        &["goals"],
        "2026-12-01",
    );
    let found = deny.json();
    assert_eq!(
        (deny.code, found["decision"].as_str(), found["reason"].as_str()),
        (0, Some("deny"), Some("BL-2001"))
    );
    assert_eq!((&found["permitted"], &found["grants"]), (&json!([]), &json!([])));
}

#[test]
fn an_end_date_holds_the_whole_day_in_oslo() {
    let dir = folder(&[("a.json", consent(1, ONE, json!([grant(&["goals"])])))]);
    let at = |time| decide(dir.path(), &["a.json"], PARTIES, &["goals"], time).json()["reason"].clone();
    assert_eq!(at("2027-05-20T23:59:59+02:00"), "granted");
    assert_eq!(at("2027-05-21"), "BL-2004");
    assert_eq!(at("2026-11-19"), "BL-2005");
}

#[test]
fn several_consents_are_one_ledger_and_a_withdrawal_takes_what_was_given_before() {
    let mut withdrawn = consent(2, ONE, json!([grant(&["goals"])]));
    withdrawn["status"] = "withdrawn".into();
    withdrawn["withdrawnAt"] = "2026-11-25T12:00:00+01:00".into();
    let mut again = consent(3, ONE, json!([grant(&["goals"])]));
    again["givenAt"] = "2026-11-26T12:00:00+01:00".into();
    let dir = folder(&[
        ("goals.json", consent(1, ONE, json!([grant(&["goals"])]))),
        ("meeting.json", consent(4, ONE, json!([grant(&["meeting"])]))),
        ("withdrawn.json", withdrawn),
        ("again.json", again),
        ("other.json", consent(5, OTHER, json!([grant(&["goals"])]))),
    ]);
    let of = |files: &[&str]| decide(dir.path(), files, PARTIES, &["goals", "meeting"], "2026-12-01");
    assert_eq!(of(&["goals.json", "meeting.json"]).json()["decision"], "permit");
    let taken = of(&["goals.json", "meeting.json", "withdrawn.json"]).json();
    assert_eq!(
        (&taken["decision"], &taken["permitted"]),
        (&json!("partial"), &json!(["meeting"]))
    );
    assert_eq!(of(&["withdrawn.json"]).json()["reason"], "BL-2003");
    assert_eq!(
        of(&["goals.json", "withdrawn.json", "again.json", "meeting.json"]).json()["decision"],
        "permit"
    );
    let mixed = of(&["goals.json", "other.json"]);
    assert_eq!(
        (mixed.code, mixed.json()["problem"]["path"].as_str()),
        (3, Some("participant"))
    );
    assert!(!mixed.out.contains(ONE) && !mixed.out.contains(OTHER));
}

#[test]
fn what_is_not_understood_is_refused_with_3_and_never_widened() {
    let mut extra = consent(1, ONE, json!([grant(&["goals"])]));
    extra["except"] = json!(["fjellvik-legekontor"]);
    let dir = folder(&[
        ("extra.json", extra),
        ("empty.json", consent(1, ONE, json!([grant(&[])]))),
        ("code.json", consent(1, ONE, json!([grant(&["goals", "everything"])]))),
        ("good.json", consent(1, ONE, json!([grant(&["goals"])]))),
    ]);
    std::fs::write(dir.path().join("cut.json"), "{\"schema\": ").unwrap();
    for file in ["extra.json", "empty.json", "code.json", "cut.json"] {
        let run = decide(dir.path(), &["good.json", file], PARTIES, &["goals"], "2026-12-01");
        assert_eq!(run.code, 3, "{file}: {}", run.out);
        assert!(
            run.json()["problem"]["code"].as_str().unwrap().starts_with("BL-1"),
            "{file}"
        );
    }
    let category = decide(
        dir.path(),
        &["good.json"],
        PARTIES,
        &["goals", "everything"],
        "2026-12-01",
    );
    assert_eq!(
        (category.code, category.json()["problem"]["code"].as_str()),
        (3, Some("BL-1005"))
    );
    let arguments =
        "consent decide --consent good.json --from aa --to bb --at 2026-12-01 --category goals --purpose research";
    let purpose = run(dir.path(), &arguments.split(' ').collect::<Vec<_>>());
    assert_eq!((purpose.code, purpose.out.as_str()), (3, ""));
    assert!(purpose.err.starts_with("error BL-1005: --purpose"), "{}", purpose.err);
}

/// Returns the folder of published formats, if it exists. These formats are never copied into the project.
fn standards() -> Option<PathBuf> {
    let named = std::env::vars_os()
        .find(|(name, _)| name == "BINDELEDD_STANDARDS")
        .map(|(_, path)| PathBuf::from(path));
    let folder = named.unwrap_or_else(|| root().join("../shared/standards"));
    if !folder.is_dir() {
        #[expect(
            clippy::print_stdout,
            reason = "whoever runs the tests is to see that this one had nothing to test"
        )]
        {
            println!("no standards at {}: nothing to test", folder.display());
        }
        return None;
    }
    Some(folder.join("fhir"))
}

#[test]
fn fhir_consents_of_the_standards_are_decided_or_refused() {
    let Some(fhir) = standards() else { return };
    let aft_to_gp = ("org:915933149", "her:8094866");
    let of = |file: &str, parties, categories: &[&str]| {
        decide(&fhir, &[file], parties, categories, "2026-12-01T13:00:00+01:00")
    };
    let active = of(
        "examples/consent.json",
        aft_to_gp,
        &["progress", "facilitation", "meeting", "function"],
    );
    let found = active.json();
    assert_eq!(
        (active.code, found["decision"].as_str()),
        (0, Some("partial")),
        "{}",
        active.out
    );
    assert_eq!(found["withheld"], json!(["function"]));
    let back = of(
        "examples/consent.json",
        ("her:8094866", "org:915933149"),
        &["function", "treatment-status"],
    )
    .json();
    assert_eq!(
        (&back["decision"], &back["grants"][0]["index"]),
        (&json!("permit"), &json!(1))
    );
    // A withdrawn consent permits nothing, and a consent that is not understood is refused.
    let withdrawn = of("examples/consent-withdrawn.json", aft_to_gp, &["progress"]);
    assert_ne!(withdrawn.json()["decision"], "permit", "{}", withdrawn.out);
    assert!(matches!(withdrawn.code, 0 | 3));
    for foreign in [
        "r4/Consent-consent-example-basic.json",
        "r4/Consent-consent-example-notOrg.json",
    ] {
        assert_eq!(of(foreign, aft_to_gp, &["progress"]).code, 3, "{foreign}");
    }
}
