//! Compares the committed schemas, pages and fixtures with the catalogue. A kind that lacks one of them fails the test.
#![expect(clippy::unwrap_used, reason = "a test tells by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bindeledd_catalogue::{Body, Kind, Message, fixtures, pages, schema};
use serde_json::Value;

const HOW: &str = "run `UPDATE=1 cargo test -p bindeledd-catalogue --test committed` and commit what it writes";

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// Compares a committed file with the catalogue's version, or writes it if `UPDATE` is set.
fn holds(path: &Path, made: &str, same: impl Fn(&str) -> bool) {
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, made).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        same(&committed),
        "{} is not what the catalogue says: {HOW}",
        path.display()
    );
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn the_committed_schemas_are_the_catalogues() {
    for (name, made) in schema::all().into_iter().chain(schema::contract()) {
        let text = format!("{}\n", serde_json::to_string_pretty(&made).unwrap());
        // The order of keys does not matter in a schema.
        holds(&docs().join("schemas").join(name), &text, |committed| {
            serde_json::from_str::<Value>(committed).is_ok_and(|value| value == made)
        });
    }
    let expected = Kind::ALL.map(|kind| format!("{kind}.json")).into();
    assert_eq!(
        names(&docs().join("schemas/body")),
        expected,
        "a kind has a schema, and a schema a kind"
    );
    let expected = schema::contract()
        .into_iter()
        .map(|(name, _)| name.trim_start_matches("contract/").to_owned());
    assert_eq!(
        names(&docs().join("schemas/contract")),
        expected.collect(),
        "every file is made from a type"
    );
}

#[test]
fn the_committed_pages_are_the_catalogues() {
    let made = pages::all();
    for (name, text) in &made {
        holds(&docs().join("messages").join(name), text, |committed| committed == text);
    }
    let expected: BTreeSet<_> = made.into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names(&docs().join("messages")),
        expected,
        "a kind has a page, and a page a kind"
    );
}

#[test]
fn every_kind_has_a_fixture_that_uses_every_field_and_is_canonical() {
    for kind in Kind::ALL {
        let raw: Value = serde_json::from_str(fixtures::json(kind)).unwrap();
        let message = Message::parse(fixtures::json(kind).as_bytes()).unwrap();
        assert_eq!(message.draft.kind(), kind);
        assert_eq!(message.to_json(), raw, "{kind} is not in canonical form");
        let unused = |body: &Body| {
            let fields = body.kind().spec().fields.iter().filter(|f| body.get(f.name).is_none());
            fields.map(|f| f.name).collect::<Vec<_>>()
        };
        let none = Vec::<&str>::new();
        assert_eq!(unused(&message.draft.body), none, "{kind} leaves fields unused");
        assert!(
            Body::parse(kind, raw["body"].clone()).is_ok(),
            "{kind} breaks a rule across fields"
        );
        let envelope: BTreeSet<_> = raw.as_object().unwrap().keys().map(String::as_str).collect();
        let properties = schema::envelope()["properties"].clone();
        for property in properties.as_object().unwrap().keys() {
            let uses = match property.as_str() {
                "supersedes" | "corrects" => kind == Kind::Correction,
                // The hub has no contact person; its own messages are not answered and do not expire.
                "conversation" | "inReplyTo" | "handler" | "expiresAt" => !kind.spec().by_hub,
                _ => true,
            };
            assert_eq!(envelope.contains(property.as_str()), uses, "{kind}: {property}");
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    assert_eq!(names(&folder), Kind::ALL.map(|kind| format!("{kind}.json")).into());
}
