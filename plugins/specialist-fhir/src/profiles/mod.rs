//! Makes the project's published FHIR artifacts from the adapter's own tables: profiles, extensions, code systems,
//! value sets, an example of every kind in both syntaxes, and a page. A test compares them with the committed ones in
//! `docs/fhir`.

mod examples;
mod extensions;
mod page;
mod resources;
mod terminology;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::codes;

/// Folders of `docs/fhir` that belong to the hub, which writes this FHIR without an adapter and tests it.
const MADE_BY_THE_HUB: [&str; 2] = ["consent", "disclosures"];

const HOW: &str = "run `UPDATE=1 cargo test -p specialist-fhir --lib` and commit what it writes";

/// Makes every file under `docs/fhir`, by path.
fn made() -> Vec<(String, String)> {
    let conformance = resources::all()
        .into_iter()
        .chain(extensions::all())
        .chain(terminology::all());
    let mut files: Vec<_> = conformance
        .map(|resource| (file_of(&resource), pretty(&resource)))
        .collect();
    files.extend(examples::all());
    files.push(("README.md".into(), page::page()));
    files
}

fn file_of(resource: &Value) -> String {
    let said = |member: &str| resource[member].as_str().unwrap();
    format!("{}/{}.json", said("resourceType"), said("id"))
}

fn pretty(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap())
}

/// Makes the members of every published definition.
fn definition(resource_type: &str, id: &str, title: &str, description: &str) -> Value {
    json!({
        "resourceType": resource_type,
        "id": id,
        "url": format!("{}/{resource_type}/{id}", codes::BASE),
        "version": env!("CARGO_PKG_VERSION"),
        "name": id.split('-').map(capitalised).collect::<String>(),
        "title": title,
        "status": "draft",
        "publisher": "Bindeledd",
        "description": description,
    })
}

/// Adds the members that make a definition a StructureDefinition.
fn put_structure(out: &mut Value, kind: &str, ty: &str, elements: Vec<Value>) {
    out["fhirVersion"] = "4.0.1".into();
    out["kind"] = kind.into();
    out["abstract"] = false.into();
    out["type"] = ty.into();
    out["baseDefinition"] = format!("http://hl7.org/fhir/StructureDefinition/{ty}").into();
    out["derivation"] = "constraint".into();
    out["differential"] = json!({"element": elements});
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + chars.as_str()
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/fhir")
}

#[test]
fn what_is_committed_is_what_the_tables_say() {
    let files = made();
    for (name, text) in &files {
        let path = folder().join(name);
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == *text,
            "{} is not what the tables say: {HOW}",
            path.display()
        );
    }
    let expected: BTreeSet<_> = files.into_iter().map(|(name, _)| name).collect();
    let mut there = BTreeSet::new();
    let mut open = vec![folder()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if MADE_BY_THE_HUB.map(|made| folder().join(made)).contains(&path) {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder()).unwrap().to_string_lossy().into_owned();
                there.insert(name);
            }
        }
    }
    assert_eq!(there, expected, "a file that nothing makes, or the other way round");
}
