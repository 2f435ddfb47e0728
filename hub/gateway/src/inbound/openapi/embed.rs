//! The published schemas as components of the document, which is then whole in itself: a reader fetches nothing else, and no
//! embedded `$id` turns what a reference means.

use bindeledd_core::{Kind, schema};
use serde_json::{Map, Value, json};

use super::schemas::Schemas;

/// The schema of consents, as it is published.
const CONSENT: &str = include_str!("../../../../../docs/schemas/consent.json");

/// The schema of everything about a participant, as it is published.
const EXPORT: &str = include_str!("../../../../../docs/schemas/participant-export.json");

/// The components that published schemas are, with those that they refer to.
pub(super) fn published() -> Schemas {
    let mut all = Schemas::new();
    embed(&mut all, "MessageDraft", draft());
    for kind in Kind::by_parties() {
        embed(&mut all, &body_name(kind.code()), schema::body(kind));
    }
    embed(&mut all, "Consent", serde_json::from_str(CONSENT).unwrap_or_default());
    embed(
        &mut all,
        "ParticipantExport",
        serde_json::from_str(EXPORT).unwrap_or_default(),
    );
    all
}

/// The envelope as a sender gives it: of the kinds that parties send, without what the hub sets.
fn draft() -> Value {
    let mut draft = schema::envelope();
    if let Some(properties) = draft["properties"].as_object_mut() {
        for hub_sets in ["id", "from", "corrects"] {
            properties.remove(hub_sets);
        }
    }
    draft["properties"]["kind"] = json!({ "enum": Kind::by_parties().map(Kind::code).collect::<Vec<_>>() });
    if let Some(by_kind) = draft["allOf"].as_array_mut() {
        let is_theirs = |code: &str| Kind::by_parties().any(|kind| kind.code() == code);
        by_kind.retain(|branch| {
            branch["if"]["properties"]["kind"]["const"]
                .as_str()
                .is_none_or(is_theirs)
        });
    }
    draft
}

/// Puts a schema among the components: what it defines for itself becomes a component too.
fn embed(all: &mut Schemas, name: &str, mut schema: Value) {
    let mut definitions = Map::new();
    if let Value::Object(map) = &mut schema {
        map.remove("$schema");
        map.remove("$id");
        if let Some(Value::Object(found)) = map.remove("$defs") {
            definitions = found;
        }
    }
    refer(&mut schema, name);
    all.insert(name.to_owned(), schema);
    for (defined, mut schema) in definitions {
        refer(&mut schema, name);
        all.insert(format!("{name}{}", capitalized(&defined)), schema);
    }
}

/// Points every reference in a schema at a component.
fn refer(value: &mut Value, name: &str) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(to)) = map.get_mut("$ref") {
                *to = format!("#/components/schemas/{}", component(to, name));
            }
            map.values_mut().for_each(|value| refer(value, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| refer(value, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The component that a reference in the schema `name` means: a definition of its own, or the body of a kind in a file.
fn component(reference: &str, name: &str) -> String {
    match reference.strip_prefix("#/$defs/") {
        Some(defined) => format!("{name}{}", capitalized(defined)),
        None => {
            let file = reference.rsplit('/').next().unwrap_or(reference);
            body_name(file.trim_end_matches(".json"))
        }
    }
}

/// `MeetingRequestBody` for `meeting-request`.
fn body_name(kind: &str) -> String {
    let words: String = kind.split('-').map(capitalized).collect();
    format!("{words}Body")
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
