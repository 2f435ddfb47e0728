//! The published schemas as components of the OpenAPI document. The document is thus complete: a reader fetches nothing else, and
//! no embedded `$id` changes the meaning of a reference.
//!
//! No type of the gateway has these schemas. The catalogue makes the schemas of messages from the tables with which it reads
//! messages. The schemas of consents and of exports are files in `docs/schemas`; tests check them against their reader and their
//! writer.

use std::borrow::Cow;

use bindeledd_core::{Kind, schema};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The published schema of consents.
const CONSENT: &str = include_str!("../../../../../docs/schemas/consent.json");

/// The example of a consent, from the configuration's examples.
const CONSENT_EXAMPLE: &str = include_str!("../../../../../config/examples/consent.json");

/// The published schema of the export of a participant's data.
const EXPORT: &str = include_str!("../../../../../docs/schemas/participant-export.json");

/// Declares a published schema with its name in the document.
macro_rules! published {
    ($name:ident, $schema:expr) => {
        pub(crate) enum $name {}

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                written(embedded(generator.definitions_mut(), stringify!($name), $schema))
            }
        }
    };
}

published!(Consent, with_example(parsed(CONSENT), parsed(CONSENT_EXAMPLE)));
published!(ParticipantExport, parsed(EXPORT));

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn with_example(mut schema: Value, example: Value) -> Value {
    schema["examples"] = json!([example]);
    schema
}

/// Makes a schema from JSON.
fn written(schema: Value) -> Schema {
    Schema::try_from(schema).unwrap_or_default()
}

/// A message as a sender gives it, with the bodies of its kinds.
pub(crate) enum MessageDraft {}

impl JsonSchema for MessageDraft {
    fn schema_name() -> Cow<'static, str> {
        "MessageDraft".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let all = generator.definitions_mut();
        for kind in Kind::by_parties() {
            let name = body_name(kind.code());
            let body = embedded(all, &name, schema::body(kind));
            all.insert(name, body);
        }
        written(embedded(all, "MessageDraft", with_example(draft(), example())))
    }
}

/// Returns the envelope that a sender writes: only the kinds that parties send, without the fields that the hub sets.
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

/// Returns an example of a progress update, as its sender writes it.
fn example() -> Value {
    json!({
        "kind": "progress-update", "senderReference": "2026-0017", "conversation": "oppfolging-17",
        "participant": { "nationalId": "15720255178" }, "to": ["fjellvik-legekontor"],
        "purpose": "work-oriented-followup", "sentAt": "2026-02-01T09:00:00+01:00", "body": { "status": "DELTAR" },
    })
}

/// Adds a schema as a component. The schema's own definitions become components too.
fn embedded(all: &mut Map<String, Value>, name: &str, mut schema: Value) -> Value {
    let mut definitions = Map::new();
    if let Value::Object(map) = &mut schema {
        map.remove("$schema");
        map.remove("$id");
        if let Some(Value::Object(found)) = map.remove("$defs") {
            definitions = found;
        }
    }
    refer(&mut schema, name);
    for (defined, mut schema) in definitions {
        refer(&mut schema, name);
        all.insert(format!("{name}{}", capitalized(&defined)), schema);
    }
    schema
}

/// Replaces every reference in a schema by a reference to a component.
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

/// Returns the component for a reference in the schema `name`: one of its own definitions, or the body of a kind in another file.
fn component(reference: &str, name: &str) -> String {
    match reference.strip_prefix("#/$defs/") {
        Some(defined) => format!("{name}{}", capitalized(defined)),
        None => {
            let file = reference.rsplit('/').next().unwrap_or(reference);
            body_name(file.trim_end_matches(".json"))
        }
    }
}

/// Returns the component name of a kind's body: `MeetingRequestBody` for `meeting-request`.
fn body_name(kind: &str) -> String {
    let words: String = kind.split('-').map(capitalized).collect();
    format!("{words}Body")
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
