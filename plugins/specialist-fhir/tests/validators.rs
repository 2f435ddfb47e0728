//! What the adapter writes is right FHIR R4, as two validators see it that share no code with it or with each other.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use bindeledd_sdk::{Adapter as _, Context, DeliveryOutcome, MessageOutcome, Outcome};
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;

/// The validators, where node and its packages are at hand. With `BINDELEDD_REQUIRE_VALIDATORS=1` they have to be.
fn validators() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fhir-validators");
    let node = Command::new("node")
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success());
    let found = node && folder.join("node_modules/fhir").is_dir() && folder.join("node_modules/@medplum").is_dir();
    let required = std::env::var_os("BINDELEDD_REQUIRE_VALIDATORS").is_some_and(|v| v == "1");
    assert!(
        found || !required,
        "run `npm ci --ignore-scripts` in tests/fhir-validators"
    );
    if !found {
        println!("node or the FHIR validators are not here: nothing was validated");
    }
    found.then_some(folder)
}

/// The errors of each document, by its name.
fn validate(folder: &Path, documents: &[(String, Value)]) -> Vec<(String, Vec<String>)> {
    let scratch = tempfile::tempdir().unwrap();
    let mut command = Command::new("node");
    command.current_dir(folder).arg("validate.mjs");
    for (name, document) in documents {
        let path = scratch.path().join(format!("{name}.json"));
        std::fs::write(&path, document.to_string()).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let results: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(
        results.len(),
        documents.len(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let errors = |result: &Value| {
        let errors = result["errors"].as_array().unwrap();
        errors.iter().map(|e| e.as_str().unwrap().to_owned()).collect()
    };
    let all_valid = results.iter().all(|r| r["valid"] == true);
    assert_eq!(
        all_valid,
        output.status.success(),
        "the exit status says what the lines say"
    );
    documents
        .iter()
        .zip(&results)
        .map(|((name, _), result)| (name.clone(), errors(result)))
        .collect()
}

fn written(context: &Context) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    for (i, (kind, body)) in support::full_bodies().into_iter().enumerate() {
        let request = SpecialistFhir::write(&support::outgoing(kind, body), context).unwrap();
        out.push((
            format!("{i}-{}", kind.code()),
            serde_json::from_slice(&request.body).unwrap(),
        ));
    }
    out
}

fn response(context: &Context, states: &[&str]) -> Value {
    let deliveries = states.iter().map(|state| DeliveryOutcome {
        to: "circle".into(),
        state: (*state).into(),
        withheld: Vec::new(),
        reason: None,
    });
    let message = MessageOutcome {
        id: "m".into(),
        kind: "question".into(),
        deliveries: deliveries.collect(),
    };
    let origin = json!({"header": "h1", "endpoint": "urn:her:1", "event": {"system": "urn:x", "code": "question"}});
    let request = SpecialistFhir::acknowledge(
        &Outcome {
            messages: vec![message],
        },
        &origin,
        context,
    )
    .unwrap();
    serde_json::from_slice(&request.body).unwrap()
}

#[test]
fn everything_that_is_written_is_valid() {
    let Some(folder) = validators() else { return };
    let mut context = Context::example();
    let mut documents = written(&context);
    context.withheld = true;
    context.sender = None;
    documents.extend(
        written(&context)
            .into_iter()
            .map(|(name, d)| (format!("withheld-{name}"), d)),
    );
    context.settings = json!({"respond": "message"});
    for states in [&["waiting"][..], &["blocked"], &["waiting", "blocked"]] {
        documents.push((format!("response-{}", states.join("-")), response(&context, states)));
    }
    for (name, errors) in validate(&folder, &documents) {
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

/// Something that is wrong, and a change that makes it so.
type Damage = (&'static str, fn(&mut Value));

#[test]
fn the_validators_find_what_is_wrong() {
    let Some(folder) = validators() else { return };
    let good = written(&Context::example()).remove(1).1;
    let bad = |change: fn(&mut Value)| {
        let mut document = good.clone();
        change(&mut document);
        document
    };
    let cases: [Damage; 5] = [
        ("an element that FHIR does not have", |d| {
            d["entry"][1]["resource"]["diagnose"] = json!("x")
        }),
        ("a required element is missing", |d| {
            d["entry"][1]["resource"].as_object_mut().unwrap().remove("status");
        }),
        ("a list that is none", |d| {
            d["entry"][1]["resource"]["category"] = json!({"text": "x"})
        }),
        ("a header without source", |d| {
            d["entry"][0]["resource"].as_object_mut().unwrap().remove("source");
        }),
        ("a time that is none", |d| {
            d["entry"][1]["resource"]["sent"] = json!("i går")
        }),
    ];
    let mut documents = vec![("good".to_owned(), good.clone())];
    documents.extend(
        cases
            .iter()
            .enumerate()
            .map(|(i, (_, change))| (format!("bad-{i}"), bad(*change))),
    );
    let results = validate(&folder, &documents);
    assert!(results[0].1.is_empty(), "{:#?}", results[0].1);
    for ((what, _), (_, errors)) in cases.iter().zip(&results[1..]) {
        assert!(!errors.is_empty(), "{what} was not found");
    }
}
