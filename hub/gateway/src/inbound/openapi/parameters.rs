//! What stands in paths and queries, as the code reads it.

use bindeledd_core::Kind;
use bindeledd_core::alert::AlertKind;
use bindeledd_core::delivery::State;
use bindeledd_core::form::Language;
use serde_json::{Value, json};

use super::super::routes::{Op, Page, Route};

/// A party by its id in the hub, its organisation number or its HER-id.
pub(super) const PARTY_NAME: &str = "^([a-z][a-z0-9-]{1,63}|org:[89][0-9]{8}|her:[0-9]{1,10})$";

pub(super) fn of(route: &Route) -> Vec<Value> {
    let in_path = route.parameters().map(|name| {
        let (schema, description) = in_path(route, name);
        json!({ "name": name, "in": "path", "required": true, "schema": schema, "description": description })
    });
    let in_query = route.query.iter().map(|name| {
        let (schema, description) = in_query(route.op, name);
        json!({ "name": name, "in": "query", "required": false, "schema": schema, "description": description })
    });
    in_path.chain(in_query).collect()
}

fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn party() -> Value {
    json!({ "type": "string", "pattern": PARTY_NAME })
}

fn in_path(route: &Route, name: &str) -> (Value, &'static str) {
    const PARTY: &str = "The party: its id, org:<organisation number> or her:<HER-id>.";
    match (name, route.op) {
        ("party" | "name", _) => (party(), PARTY),
        ("ref", _) => (uuid(), "The participant's pseudonym."),
        ("tile", _) => (
            json!({ "type": "string", "minLength": 1, "pattern": "^[a-z0-9./]+$" }),
            "The tile's path below `tile/`, slashes and all, such as 0/x001/234 or entries/000.p/8.",
        ),
        ("id", Op::ResetAdapter) => (
            json!({ "type": "string", "maxLength": 80, "pattern": "^[a-z][a-z0-9.@_-]*$" }),
            "The adapter's name in configuration.",
        ),
        ("id", _) if route.path.starts_with("/v1/admin/parties/") => (party(), PARTY),
        _ => (uuid(), "The id."),
    }
}

fn in_query(op: Op, name: &str) -> (Value, &'static str) {
    match (name, op) {
        ("limit", _) => {
            let Page { usual, most } = op.page();
            (
                json!({ "type": "integer", "minimum": 1, "maximum": most, "default": usual }),
                "At most so many.",
            )
        }
        ("from", Op::PostMessage) => (party(), "For whom the operator sends it."),
        ("from", _) => (
            json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX, "default": 1 }),
            "The number of the first row.",
        ),
        ("before", _) => (uuid(), "The id of the last one of the page before."),
        ("participant", _) => (uuid(), "The participant's pseudonym."),
        ("party", _) => (party(), "Sent by or to this party."),
        ("state", _) => (json!({ "enum": State::NAMES }), "With a delivery in this state."),
        ("kind", Op::ListMessages) => (json!({ "enum": Kind::ALL.map(Kind::code) }), "Of this kind."),
        ("kind", _) => (json!({ "enum": AlertKind::ALL.map(AlertKind::code) }), "Of this kind."),
        ("language", _) => (
            json!({ "enum": Language::ALL.map(Language::code) }),
            "The language of the page to hand over.",
        ),
        _ => (json!({ "type": "string" }), ""),
    }
}
