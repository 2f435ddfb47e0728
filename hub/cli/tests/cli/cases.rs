//! Odd files that made other systems fail: those of the folder `shared/cases`, if it exists, and files of our own of
//! the same kinds.

use std::path::Path;

use serde_json::{Value, json};

use crate::serve::{Hub, new_hub};
use crate::support::run;

const MARK: &str = "\u{feff}";

fn decide(dir: &Path, file: &Path, at: &str) -> (i32, Value) {
    let file = file.display().to_string();
    let parties = [
        "--from",
        "nordvik-aft",
        "--to",
        "fjellvik-legekontor",
        "--purpose",
        "work-oriented-followup",
    ];
    let mut arguments = vec![
        "consent",
        "decide",
        "--consent",
        &file,
        "--category",
        "progress",
        "--at",
        at,
        "--json",
    ];
    arguments.extend(parties);
    let run = run(dir, &arguments);
    (run.code, run.json())
}

#[test]
fn the_consents_of_public_bug_reports_are_decided_right() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let folder = std::env::var_os("BINDELEDD_CASES").map_or_else(beside, Into::into);
    let dir = tempfile::tempdir().unwrap();
    let noon = "2026-06-15T12:00:00+02:00";
    for (name, at, right) in [
        ("c01-consent.json", "2026-12-01T23:59:59+01:00", "permit"),
        ("c01-consent.json", "2026-12-02T00:00:00+01:00", "deny"),
        ("c02-consent-byte-order-mark.json", noon, "permit"),
        ("c04-consent-number-with-space.json", noon, "refused"),
        ("c10-fhir-consent-root-without-type.json", noon, "permit"),
        ("c11-fhir-consent-root-deny.json", noon, "permit"),
        ("c13-fhir-consent-deny-inside-permit.json", noon, "refused"),
        ("c14-fhir-consent-permit-then-deny-in-a-part.json", noon, "refused"),
        ("c16-fhir-consent-modifier-at-root.json", noon, "refused"),
        ("c17-fhir-consent-not-verified.json", noon, "refused"),
        ("c19-fhir-consent-status-doubtful.json", noon, "refused"),
        ("c20-fhir-consent-end-partial-month.json", noon, "refused"),
        ("c22-fhir-consent-action-collect.json", noon, "refused"),
        ("c23-fhir-consent-opt-out-rule.json", noon, "refused"),
        ("c25-fhir-consent-status-twice.json", noon, "refused"),
        ("c26-fhir-consent-two-actors.json", noon, "refused"),
    ] {
        let file = folder.join(name);
        if !file.exists() {
            println!("no {name} beside the project: not checked");
            continue;
        }
        let (code, found) = decide(dir.path(), &file, at);
        if right == "refused" {
            assert_eq!(code, 3, "{name}: {found}");
            assert!(
                found["problem"]["path"].as_str().is_some_and(|path| !path.is_empty()),
                "{name}: {found}"
            );
        } else {
            assert_eq!((code, found["decision"].as_str()), (0, Some(right)), "{name}: {found}");
        }
    }
}

fn consent() -> Value {
    json!({
        "schema": "bindeledd/consent/1", "version": 1.0, "id": "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01",
        "participant": { "nationalId": "31777207884" }, "givenAt": "2026-01-20T09:00:00+01:00",
        "givenBy": { "role": "participant" }, "controller": "nordvik-aft", "status": "active", "textVersion": "1.0",
        "evidence": { "type": "signed-form", "reference": "arkiv/1" }, "period": { "start": "2026-01-20", "end": "2027-05-20" },
        "grants": [{ "from": "nordvik-aft", "to": "fjellvik-legekontor", "purpose": "work-oriented-followup",
            "categories": ["progress"] }],
    })
}

#[test]
fn a_consent_is_read_with_a_mark_and_refused_by_the_name_of_its_encoding_or_of_what_stands_twice() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("consent.json");
    let text = consent().to_string();
    assert!(text.contains("\"version\":1.0"), "a whole number as some write it");
    std::fs::write(&file, format!("{MARK}{text}")).unwrap();
    assert_eq!(
        decide(dir.path(), &file, "2026-06-15T12:00:00+02:00").1["decision"],
        "permit"
    );
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&file, [b"\xff\xfe".to_vec(), wide].concat()).unwrap();
    let (code, found) = decide(dir.path(), &file, "2026-06-15T12:00:00+02:00");
    assert!(code == 3 && found["problem"].to_string().contains("UTF-16"), "{found}");
    std::fs::write(&file, text.replacen("\"to\":", "\"to\":\"andre\",\"to\":", 1)).unwrap();
    let (code, found) = decide(dir.path(), &file, "2026-06-15T12:00:00+02:00");
    assert!(
        code == 3 && found["problem"]["path"].as_str().unwrap().contains("(grants[0].to)"),
        "{found}"
    );
}

#[test]
fn the_files_of_an_operator_are_read_with_a_mark_and_never_by_one_of_two_values() {
    let dir = new_hub();
    let dir = dir.path();
    let configuration = std::fs::read_to_string(dir.join("bindeledd.toml")).unwrap();
    std::fs::write(dir.join("bindeledd.toml"), format!("{MARK}{configuration}")).unwrap();
    let hub = Hub::start(dir);
    let write = |name: &str, text: &str| std::fs::write(dir.join(name), text).unwrap();
    let party = |id: &str| json!({ "id": id, "name": "Fjellvik", "kind": "gp", "herId": 8_143_060.0 }).to_string();

    write("party.json", &format!("{MARK}{}", party("fjellvik")));
    let added = hub.call(dir, &["party", "add", "party.json", "--json"]);
    assert_eq!(added.code, 0, "{}{}", added.out, added.err);
    write(
        "twice.json",
        &party("fjellvik").replacen('{', "{\"name\":\"Annet\",", 1),
    );
    let refused = hub.call(dir, &["party", "add", "twice.json"]);
    assert!(
        refused.code == 3 && refused.err.contains("name stands twice"),
        "{}",
        refused.err
    );
    let wide: Vec<u8> = party("fjellvik").encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(dir.join("wide.json"), wide).unwrap();
    let refused = hub.call(dir, &["party", "add", "wide.json"]);
    assert!(refused.code == 3 && refused.err.contains("UTF-16"), "{}", refused.err);

    write(
        "many.csv",
        &format!("{MARK}id;name;kind;herId\nstrand;Strand;gp;8142952.0\n"),
    );
    let imported = hub.call(dir, &["party", "import", "many.csv", "--json"]);
    assert_eq!(imported.code, 0, "{}{}", imported.out, imported.err);
    write(
        "many.json",
        &format!("{MARK}[{}]", json!({ "id": "strand", "name": "Strand", "kind": "gp" })),
    );
    let imported = hub.call(dir, &["party", "import", "many.json", "--json"]);
    assert_eq!(imported.code, 0, "{}{}", imported.out, imported.err);
    write("columns.csv", "id,name,kind,name\nstrand,Strand,gp,Annet\n");
    let refused = hub.call(dir, &["party", "import", "columns.csv"]);
    assert!(refused.code == 3 && refused.err.contains("column 4"), "{}", refused.err);
    let wide: Vec<u8> = "id,name,kind\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    std::fs::write(dir.join("wide.csv"), [b"\xfe\xff".to_vec(), wide].concat()).unwrap();
    let refused = hub.call(dir, &["party", "import", "wide.csv"]);
    assert!(refused.code == 3 && refused.err.contains("UTF-16"), "{}", refused.err);

    write("number.txt", &format!("{MARK}15720255178\n"));
    let found = hub.call(
        dir,
        &[
            "participant",
            "disclosures",
            "--national-id-file",
            "number.txt",
            "--json",
        ],
    );
    assert!(
        !found.err.contains("BL-1004"),
        "a number with a mark before it is a number: {}",
        found.err
    );
    let key = std::fs::read_to_string(dir.join("data/operator.key")).unwrap();
    write("marked.key", &format!("{MARK}{key}"));
    let listed = hub.call(dir, &["party", "list", "--key-file", "marked.key", "--json"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
}
