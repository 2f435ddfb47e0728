//! Written documents are valid FHIR R4 for two validators that share no code with the adapter or with each other.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use bindeledd_sdk::{Adapter as _, Context};
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;

/// Returns the validators, if node and its packages are available. `BINDELEDD_REQUIRE_VALIDATORS=1` requires them.
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

/// Returns the validators' result for each document: `valid`, `errors`, and for XML the parsed `resource`.
fn lines_of(folder: &Path, arguments: &[PathBuf], documents: usize) -> Vec<Value> {
    let mut command = Command::new("node");
    let output = command
        .current_dir(folder)
        .arg("validate.mjs")
        .args(arguments)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let results: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(results.len(), documents, "{}", String::from_utf8_lossy(&output.stderr));
    let all_valid = results.iter().all(|r| r["valid"] == true);
    assert_eq!(
        all_valid,
        output.status.success(),
        "the exit status says what the lines say"
    );
    results
}

/// Returns the errors of each document, by its name.
fn validate(folder: &Path, documents: &[(String, Value)]) -> Vec<(String, Vec<String>)> {
    validate_by(folder, &[], documents)
}

fn validate_by(folder: &Path, options: &[PathBuf], documents: &[(String, Value)]) -> Vec<(String, Vec<String>)> {
    let scratch = tempfile::tempdir().unwrap();
    let mut arguments = options.to_vec();
    for (name, document) in documents {
        let path = scratch.path().join(format!("{name}.json"));
        std::fs::write(&path, document.to_string()).unwrap();
        arguments.push(path);
    }
    let results = lines_of(folder, &arguments, documents.len());
    let errors = |result: &Value| {
        let errors = result["errors"].as_array().unwrap();
        errors.iter().map(|e| e.as_str().unwrap().to_owned()).collect()
    };
    documents
        .iter()
        .zip(&results)
        .map(|((name, _), result)| (name.clone(), errors(result)))
        .collect()
}

fn published() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/fhir")
        .canonicalize()
        .unwrap()
}

/// Returns the published files of a folder with this file name ending, in order.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(published().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .collect();
    found.sort();
    found
}

fn by_the_profiles() -> Vec<PathBuf> {
    vec!["--profiles".into(), published().join("StructureDefinition")]
}

#[test]
fn every_published_definition_is_valid() {
    let Some(folder) = validators() else { return };
    let found: Vec<_> = ["StructureDefinition", "CodeSystem", "ValueSet"]
        .iter()
        .flat_map(|folder| files(folder, "json"))
        .collect();
    assert!(found.len() > 60, "{}", found.len());
    for result in lines_of(&folder, &found, found.len()) {
        assert_eq!(result["valid"], true, "{}: {}", result["file"], result["errors"]);
    }
}

#[test]
fn every_published_example_is_valid_by_its_profile_in_both_syntaxes_which_say_the_same() {
    let Some(folder) = validators() else { return };
    for ending in support::FORMATS {
        let examples = files("examples", ending);
        let arguments: Vec<_> = by_the_profiles().into_iter().chain(examples.clone()).collect();
        for (path, result) in examples.iter().zip(lines_of(&folder, &arguments, examples.len())) {
            assert_eq!(result["valid"], true, "{}: {}", path.display(), result["errors"]);
            assert_eq!(result["profiled"], 1, "{} names no profile", path.display());
            if ending == "xml" {
                let json = std::fs::read(path.with_extension("json")).unwrap();
                let json: Value = serde_json::from_slice(&json).unwrap();
                assert_eq!(result["resource"], json, "{} as others read it", path.display());
            }
        }
    }
}

#[test]
fn the_profiles_find_what_a_kind_lacks() {
    let Some(folder) = validators() else { return };
    let example = |kind: &str| -> Value {
        let path = published().join(format!("examples/{kind}.json"));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    type Lack = (&'static str, fn(&mut Value));
    let lacks: [Lack; 9] = [
        ("treatment-status", |r| drop(r["topic"].take())),
        ("question", |r| {
            r["extension"]
                .as_array_mut()
                .unwrap()
                .retain(|e| !e["url"].as_str().unwrap().ends_with("about"))
        }),
        ("meeting-request", |r| drop(r["input"].take())),
        ("start-meeting", |r| {
            let inputs = r["input"].as_array_mut().unwrap();
            inputs.retain(|input| input["type"]["coding"][0]["code"] != "proposed-time");
        }),
        ("goals-agreed", |r| drop(r["goal"].take())),
        ("measure-ended", |r| drop(r["reasonCode"].take())),
        ("facilitation-need", |r| drop(r["payload"].take())),
        ("support-request", |r| drop(r["description"].take())),
        ("after-follow-up", |r| {
            r["category"][0]["coding"][0]["code"] = "answer".into()
        }),
    ];
    let documents: Vec<_> = lacks
        .iter()
        .map(|(kind, damage)| {
            let mut bundle = example(kind);
            damage(&mut bundle["entry"][1]["resource"]);
            without_nulls(&mut bundle);
            ((*kind).to_owned(), bundle)
        })
        .collect();
    for (name, errors) in validate_by(&folder, &by_the_profiles(), &documents) {
        assert!(!errors.is_empty(), "{name} without what it must have is valid");
    }
}

/// Removes nulls, which FHIR's JSON does not have.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(without_nulls);
        }
        _ => {}
    }
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
    let notice = bindeledd_catalogue::fixtures::message(bindeledd_sdk::catalogue::Kind::ConsentWithdrawn).unwrap();
    let request = SpecialistFhir::write(&notice, context).unwrap();
    out.push((
        "consent-withdrawn".into(),
        serde_json::from_slice(&request.body).unwrap(),
    ));
    out
}

fn response(context: &Context, states: &[&str]) -> Value {
    let origin = json!({"header": "h1", "endpoint": "urn:her:1", "event": {"system": "urn:x", "code": "question"}});
    let request = SpecialistFhir::acknowledge(&support::outcome_of(states), &origin, context).unwrap();
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

/// A fault, and a change that causes it.
type Damage = (&'static str, fn(&mut Value));

#[test]
fn the_validators_find_what_is_wrong() {
    let Some(folder) = validators() else { return };
    let written = written(&Context::example()).into_iter();
    let good = written
        .map(|(_, document)| document)
        .find(|d| d["entry"][1]["resource"]["category"][0]["coding"][0]["code"] == "treatment-status")
        .unwrap();
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
