//! JSON Schemas (draft 2020-12) of the envelope, of every body and of the adapter contract, made from the catalogue.
//! They are normative: `docs/schemas` publishes them, and a test compares those files with this module.

#[cfg(feature = "schemas")]
mod contract;

use serde_json::{Map, Value, json};

use crate::category::Category;
use crate::field::{FieldSpec, FieldType};
use crate::kind::Kind;
use crate::message::{MAX_RECIPIENTS, MESSAGE_SCHEMA, Purpose};

#[cfg(feature = "schemas")]
pub(crate) use contract::Envelope;
#[cfg(feature = "schemas")]
pub use contract::contract;

/// Pattern for a text with at least one visible character.
const SOMETHING: &str = r"\S";

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Makes every schema of messages, by file name.
#[must_use]
pub fn all() -> Vec<(String, Value)> {
    let mut out = vec![("message.json".to_owned(), envelope())];
    out.extend(
        Kind::ALL
            .into_iter()
            .map(|kind| (format!("body/{}.json", kind.code()), body(kind))),
    );
    out
}

/// Makes the schema of a message as a sender gives it and as an inbox returns it.
#[must_use]
pub fn envelope() -> Value {
    let reference = json!({"type": "string", "pattern": "^[!-~]{1,200}$"});
    let instant = instant();
    let kinds: Vec<_> = Kind::ALL.into_iter().map(Kind::code).collect();
    let bodies: Vec<_> = Kind::ALL
        .into_iter()
        .map(|kind| when("kind", kind.code(), of_kind(kind)))
        .collect();
    let short = json!({"type": "string", "minLength": 1, "maxLength": 200, "pattern": SOMETHING});
    json!({
        "$schema": DRAFT,
        "$id": "message.json",
        "title": MESSAGE_SCHEMA,
        "type": "object",
        "additionalProperties": false,
        "required": ["kind", "senderReference", "participant", "to", "sentAt", "body"],
        "properties": {
            "schema": {"const": MESSAGE_SCHEMA},
            "id": {"type": "string", "format": "uuid", "description": "set by the hub"},
            "from": {"type": "string", "description": "set by the hub from who called"},
            "kind": {"enum": kinds, "description": "consent-withdrawn comes from the hub alone"},
            "senderReference": reference,
            "conversation": reference,
            "inReplyTo": reference,
            "supersedes": reference,
            "corrects": {
                "type": "object", "required": ["id", "senderReference", "sentAt"],
                "description": "set by the hub: the message that this one supersedes, as its receiver got it",
                "properties": {
                    "id": {"type": "string", "format": "uuid"}, "senderReference": reference, "sentAt": instant
                }
            },
            "participant": {
                "type": "object", "additionalProperties": false, "required": ["nationalId"],
                "properties": {"nationalId": {"type": "string", "pattern": "^[0-9]{11}$"}, "name": short}
            },
            "handler": {
                "type": "object", "additionalProperties": false, "required": ["name"],
                "properties": {"name": short, "role": short, "unit": short, "phone": short}
            },
            "to": {"oneOf": [
                {"const": "circle"},
                {"type": "array", "minItems": 1, "maxItems": MAX_RECIPIENTS, "items": {"type": "string",
                 "pattern": "^([a-z][a-z0-9-]{1,63}|org:[89][0-9]{8}|her:[0-9]+)$"}}
            ]},
            "purpose": {"enum": Purpose::ALL.map(Purpose::code)},
            "sentAt": instant,
            "expiresAt": instant,
            "body": {"type": "object"}
        },
        "allOf": bodies
    })
}

/// Makes the rules that hold only for a message of `kind`.
fn of_kind(kind: Kind) -> Value {
    let mut then = json!({"properties": {"body": {"$ref": format!("body/{}.json", kind.code())}}});
    if kind.spec().named_parties_only {
        then["properties"]["to"] = json!({"type": "array"});
    }
    if kind == Kind::Correction {
        then["required"] = json!(["supersedes"]);
    }
    then
}

/// Makes the rule that an object obeys `then` if its `field` is `code`.
fn when(field: &str, code: &str, then: impl Into<Value>) -> Value {
    json!({"if": {"required": [field], "properties": {field: {"const": code}}}, "then": then.into()})
}

/// Makes the schema of a body of `kind`. Each field gives its category in `x-category`.
#[must_use]
pub fn body(kind: Kind) -> Value {
    let spec = kind.spec();
    let mut schema = record(spec.fields, !spec.by_hub);
    if let Value::Object(map) = &mut schema {
        map.insert("$schema".into(), DRAFT.into());
        // The id is relative to the file itself, so that references to other bodies resolve.
        map.insert("$id".into(), format!("{}.json", spec.code).into());
        map.insert("title".into(), spec.title.into());
        map.insert("description".into(), spec.purpose.into());
        let rules = across_fields(kind);
        if !rules.is_empty() {
            map.insert("allOf".into(), rules.into());
        }
    }
    schema
}

/// Makes the rules that span several fields. The order of two days is missing: a schema cannot express it.
fn across_fields(kind: Kind) -> Vec<Value> {
    if kind.spec().fields.iter().any(|f| f.name == "reasonText") {
        // Nav accepts own words only with this reason.
        return vec![json!({"if": {"required": ["reasonText"]},
                           "then": {"properties": {"reason": {"const": "ANNET"}}}})];
    }
    if kind != Kind::Correction {
        return Vec::new();
    }
    let by_kind = Kind::ALL.into_iter().filter(|k| k.can_be_corrected()).map(|k| {
        when(
            "correctedKind",
            k.code(),
            json!({"properties": {"corrected": {"$ref": format!("{}.json", k.code())}}}),
        )
    });
    let by_action = [
        when("action", "corrected", json!({"required": ["corrected"]})),
        when("action", "sent-by-mistake", json!({"properties": {"corrected": false}})),
    ];
    by_action.into_iter().chain(by_kind).collect()
}

fn record(fields: &'static [FieldSpec], with_category: bool) -> Value {
    let required: Vec<_> = fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    let properties: Map<String, Value> = fields
        .iter()
        .map(|f| {
            let mut schema = of_type(&f.ty);
            if let Value::Object(map) = &mut schema {
                map.insert("title".into(), f.label.into());
                if with_category {
                    map.insert("x-category".into(), f.category.code().into());
                }
            }
            (f.name.to_owned(), schema)
        })
        .collect();
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

fn of_type(ty: &FieldType) -> Value {
    match ty {
        FieldType::Text { max } => {
            json!({"type": "string", "minLength": 1, "maxLength": max, "pattern": SOMETHING})
        }
        FieldType::Date => json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
        FieldType::Instant => instant(),
        FieldType::Code(codes) => {
            let mut schema = json!({"enum": codes.iter().map(|c| c.code).collect::<Vec<_>>()});
            let more: Map<String, Value> = codes
                .iter()
                .filter(|c| !c.needs.is_empty())
                .map(|c| (c.code.to_owned(), c.needs.codes().into()))
                .collect();
            if !more.is_empty() {
                schema["x-value-categories"] = Value::Object(more);
            }
            schema
        }
        FieldType::Integer { min, max, .. } => json!({"type": "integer", "minimum": min, "maximum": max}),
        FieldType::Number { min, max, .. } => {
            // Validators that divide binary numbers would refuse 0.3 under `multipleOf: 0.1`.
            json!({"type": "number", "minimum": min, "maximum": max, "description": "at most one decimal"})
        }
        FieldType::About => json!({
            "type": "array", "minItems": 1, "maxItems": Category::ALL.len(),
            "items": {"enum": Category::ALL.map(Category::code)}
        }),
        FieldType::List { of, max } => {
            json!({"type": "array", "minItems": 1, "maxItems": max, "items": of_type(of)})
        }
        FieldType::Record(fields) => record(fields, false),
        FieldType::CorrectedKind => {
            let kinds: Vec<_> = Kind::ALL
                .into_iter()
                .filter(|k| k.can_be_corrected())
                .map(Kind::code)
                .collect();
            json!({"enum": kinds})
        }
        FieldType::CorrectedBody => json!({
            "type": "object",
            "description": "the whole corrected body, by the schema of correctedKind"
        }),
    }
}

fn instant() -> Value {
    json!({
        "type": "string", "description": "RFC 3339, from 1900 on; a time without zone is in Europe/Oslo",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:"
    })
}
