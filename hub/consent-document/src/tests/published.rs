//! The published files in `docs/fhir/consent`: the profile of the FHIR Consent, its extensions and an example. The test
//! generates these files with the writer, and compares them with the committed ones. `UPDATE=1` writes them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bindeledd_core::ParticipantRef;
use bindeledd_core::consent::GivenBy;
use serde_json::{Value, json};

use super::super::fhir::{AWAITS, DATA_CATEGORY, EXTENSIONS, PURPOSE};
use super::super::{ConsentDocument, DocumentParticipant, DocumentStatus, read_consent};
use super::{project, read_json};

/// Every extension: its name, the type of its value, its place, and its meaning.
const DEFINED: [(&str, &str, &str, &str); 7] = [
    (
        "consent-text-version",
        "string",
        "Consent",
        "The version of the text that the participant signed.",
    ),
    (
        "evidence-type",
        "string",
        "Consent",
        "What the evidence is, such as signed-form; a document where it is left out.",
    ),
    (
        "evidence-sha256",
        "string",
        "Consent",
        "The SHA-256 of the evidence, 64 lower-case hexadecimal digits: R4's own hash is SHA-1.",
    ),
    (
        "guardian-basis",
        "string",
        "Consent",
        "The decision by which the one who gave the consent is a guardian.",
    ),
    (
        "consent-withdrawn",
        "dateTime",
        "Consent",
        "When the consent was taken back; its status is inactive then.",
    ),
    (
        "grant-basis",
        "string",
        "Consent.provision",
        "The legal reference of an exchange that rests on law or contract; it can not be taken back.",
    ),
    (
        AWAITS,
        "boolean",
        "Consent.provision",
        "The sender has still to confirm the exchange: until then it permits nothing. A modifier.",
    ),
];

fn definition(id: &str, title: &str, description: &str, ty: &str, elements: Value) -> Value {
    let name: String = id
        .split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect();
    json!({
        "resourceType": "StructureDefinition", "id": id, "url": format!("{EXTENSIONS}{id}"),
        "version": env!("CARGO_PKG_VERSION"), "name": name, "title": title, "status": "draft", "publisher": "Bindeledd",
        "description": description, "fhirVersion": "4.0.1", "kind": if ty == "Extension" { "complex-type" } else { "resource" },
        "abstract": false, "type": ty, "baseDefinition": format!("http://hl7.org/fhir/StructureDefinition/{ty}"),
        "derivation": "constraint", "differential": {"element": elements},
    })
}

fn extension((name, ty, on, says): (&str, &str, &str, &str)) -> Value {
    let mut root = json!({"id": "Extension", "path": "Extension", "short": says, "max": "1"});
    if name == AWAITS {
        root["isModifier"] = true.into();
        root["isModifierReason"] = says.into();
    }
    let elements = json!([
        root,
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": format!("{EXTENSIONS}{name}")},
        {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": ty}]},
    ]);
    let mut out = definition(name, name, says, "Extension", elements);
    out["context"] = json!([{"type": "element", "expression": on}]);
    out
}

fn profile() -> Value {
    let element = |path: &str, more: Value| {
        let mut element = json!({"id": path, "path": path, "mustSupport": true});
        for (name, value) in more.as_object().unwrap() {
            element[name] = value.clone();
        }
        element
    };
    let url = |path: &str| json!({"id": path, "path": path, "slicing": {"discriminator": [{"type": "value", "path": "url"}], "rules": "closed"}});
    let slice = |(name, _, on, says): &(&str, &str, &str, &str)| {
        let list = if *name == AWAITS {
            "modifierExtension"
        } else {
            "extension"
        };
        json!({"id": format!("{on}.{list}:{name}"), "path": format!("{on}.{list}"), "sliceName": name, "short": says, "max": "1",
            "mustSupport": true, "type": [{"code": "Extension", "profile": [format!("{EXTENSIONS}{name}")]}]})
    };
    let at_root = DEFINED.iter().filter(|(_, _, on, _)| *on == "Consent").map(slice);
    let mut elements = vec![
        json!({"id": "Consent", "path": "Consent", "short": "What a participant agreed to", "definition":
            "From whom, to whom, for what, which categories. What is not permitted by a nested provision is denied."}),
        url("Consent.extension"),
    ];
    elements.extend(at_root);
    elements.extend([
        element(
            "Consent.status",
            json!({"short": "active, or inactive where it was taken back"}),
        ),
        element(
            "Consent.patient",
            json!({"min": 1, "short": "The participant, by number or by the hub's pseudonym"}),
        ),
        element("Consent.dateTime", json!({"min": 1, "short": "When it was given"})),
        element(
            "Consent.performer",
            json!({"min": 1, "max": "1", "short": "The participant, or a guardian"}),
        ),
        element(
            "Consent.organization",
            json!({"min": 1, "max": "1", "short": "Who answers for the processing"}),
        ),
        element(
            "Consent.source[x]",
            json!({"min": 1, "type": [{"code": "Attachment"}], "short": "What shows that it was given"}),
        ),
        element(
            "Consent.policy",
            json!({"min": 1, "max": "1", "short": "Where the texts that are signed are told of"}),
        ),
        element(
            "Consent.provision",
            json!({"min": 1, "short": "Denies: all that is permitted is nested in it"}),
        ),
        element("Consent.provision.type", json!({"fixedCode": "deny"})),
        element(
            "Consent.provision.period",
            json!({"min": 1, "short": "When the consent holds; a day as its end is included"}),
        ),
        element(
            "Consent.provision.provision",
            json!({"min": 1, "short": "A grant, each with the type permit: its actor with the role IRCP \
            receives, its data authoredby is whose, its purpose and security labels say what"}),
        ),
    ]);
    let description = format!(
        "The consents that a hub registers and gives out. Categories are codes of {DATA_CATEGORY}, purposes of {PURPOSE}. Whatever is not \
         understood is refused."
    );
    definition(
        "consent",
        "Consent to coordination",
        &description,
        "Consent",
        Value::from(elements),
    )
}

/// An example with every part: a guardian, a hash, a duty, and a grant that awaits its sender.
fn example() -> ConsentDocument {
    let mut example = read_json(&project()).unwrap();
    let pseudonym = ParticipantRef::parse("3f0d7c1e-58a7-4a3e-9a53-2f0c6b7f9d11").unwrap();
    example.participant = DocumentParticipant::Pseudonym(pseudonym);
    example.given_by = GivenBy::Guardian {
        basis: "Statsforvalteren 2025/3".into(),
    };
    example.evidence.sha256 = Some("0a".repeat(32));
    example.grants[0].awaits_confirmation = true;
    example
}

fn withdrawn() -> ConsentDocument {
    ConsentDocument {
        given_by: GivenBy::Participant,
        version: 2,
        status: DocumentStatus::Withdrawn {
            at: bindeledd_core::time::parse_instant("2026-12-01T12:00:00+01:00"),
        },
        ..example()
    }
}

fn page() -> String {
    let mut page = "# Consents in FHIR R4\n\n\
        What `POST /v1/consents` takes and `GET /v1/consents/{id}` gives with `Accept: application/fhir+json`, made from the writer's \
        own words. The profile is [consent](StructureDefinition/consent.json); the categories and purposes are the code systems\n\
        beside the [messages'](../README.md). What comes out can be registered again and means the same.\n\n\
        - The participant stands in it by the hub's pseudonym, never by number: who may register knows the number, and nobody else \
        needs it. In a consent that comes in, either is right.\n\
        - A party that sees only the grants that name it gets them with the tag `SUBSETTED` in `meta.tag`, which FHIR keeps for that. \
        Such a part is refused when somebody registers it.\n\
        - What the participant has taken back since is left out. Where nothing is left, the status is `inactive`.\n\
        - A grant that its sender has still to confirm has a modifier extension, so that nobody who does not know it takes it for a \
        permission.\n\n\
        | extension | on | value | says |\n|---|---|---|---|\n"
        .to_owned();
    for (name, ty, on, says) in DEFINED {
        page.push_str(&format!(
            "| [`{name}`](StructureDefinition/{name}.json) | `{on}` | {ty} | {says} |\n"
        ));
    }
    page.push_str(
        "\nExamples: [a consent](examples/consent.json), [one that was taken back](examples/consent-withdrawn.json), and \
         [what one party sees](examples/consent-in-part.json).\n",
    );
    page
}

fn made() -> Vec<(String, String)> {
    let pretty = |value: &Value| format!("{}\n", serde_json::to_string_pretty(value).unwrap());
    let definitions = DEFINED.into_iter().map(extension).chain([profile()]);
    let mut files: Vec<_> = definitions
        .map(|d| {
            (
                format!("StructureDefinition/{}.json", d["id"].as_str().unwrap()),
                pretty(&d),
            )
        })
        .collect();
    let part = ConsentDocument {
        grants: example().grants[..1].to_vec(),
        ..example()
    };
    files.push(("examples/consent.json".into(), pretty(&example().to_fhir())));
    files.push(("examples/consent-withdrawn.json".into(), pretty(&withdrawn().to_fhir())));
    files.push(("examples/consent-in-part.json".into(), pretty(&part.to_fhir_in_part())));
    files.push(("README.md".into(), page()));
    files
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

#[test]
fn what_is_published_of_consents_is_what_the_writer_says() {
    let folder = root("docs/fhir/consent");
    let files = made();
    for (name, text) in &files {
        let path = folder.join(name);
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == *text,
            "{} is not what the writer says; UPDATE=1 writes it",
            path.display()
        );
    }
    let expected: BTreeSet<_> = files.into_iter().map(|(name, _)| name).collect();
    let mut there = BTreeSet::from(["README.md".to_owned()]);
    for inside in ["StructureDefinition", "examples"] {
        for entry in fs::read_dir(folder.join(inside)).unwrap() {
            there.insert(format!("{inside}/{}", entry.unwrap().file_name().to_string_lossy()));
        }
    }
    assert_eq!(there, expected, "a file that nothing makes, or the other way round");
}

#[test]
fn every_extension_that_is_written_is_defined_and_every_definition_is_written() {
    let mut written = BTreeSet::new();
    for document in [example(), withdrawn()] {
        let text = document.to_fhir().to_string();
        let begin = format!("\"url\":\"{EXTENSIONS}");
        let urls = text.split(&begin).skip(1);
        written.extend(urls.map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
    let defined: BTreeSet<_> = DEFINED.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(written, defined);
}

#[test]
fn the_examples_are_read_as_they_were_written_but_for_a_part() {
    for (name, text) in made().iter().filter(|(name, _)| name.starts_with("examples/")) {
        let read = read_consent(text.as_bytes(), Some("application/fhir+json"));
        assert_eq!(read.is_err(), name.contains("in-part"), "{name}: {read:?}");
    }
    assert_eq!(read_json(&example().to_fhir()), Ok(example()));
}

/// Validates with two validators that share no code, if node and its packages are installed.
#[test]
fn what_is_published_of_consents_is_valid() {
    let validators = root("tests/fhir-validators");
    let node = Command::new("node")
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success());
    let is_there =
        node && validators.join("node_modules/fhir").is_dir() && validators.join("node_modules/@medplum").is_dir();
    let required = std::env::var_os("BINDELEDD_REQUIRE_VALIDATORS").is_some_and(|v| v == "1");
    assert!(
        is_there || !required,
        "run `npm ci --ignore-scripts` in tests/fhir-validators"
    );
    if !is_there {
        println!("node or the FHIR validators are not here: nothing was validated");
        return;
    }
    let folder = root("docs/fhir/consent").canonicalize().unwrap();
    let validate = |arguments: &[PathBuf]| -> Vec<Value> {
        let output = Command::new("node")
            .current_dir(&validators)
            .arg("validate.mjs")
            .args(arguments)
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert!(!lines.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        lines
    };
    let files = |inside: &str| -> Vec<PathBuf> {
        fs::read_dir(folder.join(inside))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect()
    };
    for line in validate(&files("StructureDefinition")) {
        assert_eq!(line["valid"], true, "{}: {}", line["file"], line["errors"]);
    }
    let by_profile = [PathBuf::from("--profiles"), folder.join("StructureDefinition")];
    let with = |files: Vec<PathBuf>| [&by_profile[..], &files].concat();
    for line in validate(&with(files("examples"))) {
        assert_eq!(
            (&line["valid"], &line["profiled"]),
            (&json!(true), &json!(1)),
            "{}: {}",
            line["file"],
            line["errors"]
        );
    }
    // A consent without an element that the profile requires is reported.
    let scratch = tempfile::tempdir().unwrap();
    let mut lacking = Vec::new();
    for lack in [
        "patient",
        "dateTime",
        "performer",
        "organization",
        "sourceAttachment",
        "provision",
    ] {
        let mut consent = example().to_fhir();
        consent.as_object_mut().unwrap().remove(lack);
        let path = scratch.path().join(format!("{lack}.json"));
        fs::write(&path, consent.to_string()).unwrap();
        lacking.push(path);
    }
    for line in validate(&with(lacking)) {
        assert_eq!(line["valid"], false, "{}", line["file"]);
    }
}
