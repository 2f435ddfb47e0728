//! The schemas of what goes in, apart from those that are published by themselves: closed, with the lengths and limits that the code
//! has. What a schema can not say (a check digit, a party that the hub knows) is refused with 422 all the same.

use bindeledd_core::{Category, PartyKind, Purpose};
use serde_json::{Value, json};

use super::super::api::LARGEST_IMPORT;
use super::parameters::PARTY_NAME;
use super::schemas::{Schemas, flag, list, named, object};
use crate::strict::{LONGEST_LIST, LONGEST_TEXT};

pub(super) fn all() -> Schemas {
    let reason = |least: u16| json!({ "type": "string", "minLength": least, "maxLength": 300, "pattern": SOMETHING });
    named([
        ("NationalId", closed(object([("nationalId", national_id())], []))),
        ("ParticipantLookup", closed(object([("nationalId", national_id())], []))),
        (
            "Protection",
            closed(object([("nationalId", national_id()), ("protected", flag())], [])),
        ),
        ("Withdrawal", withdrawal()),
        ("ExportRequest", closed(object([("reason", reason(3))], []))),
        ("ClockAcceptance", closed(object([("reason", reason(5))], []))),
        ("Rotation", closed(object([], [("rewrap", flag())]))),
        ("Revocation", revocation()),
        ("Party", party()),
        ("Import", import()),
    ])
}

/// A text has a character that can be seen.
const SOMETHING: &str = r"\S";

/// The same object, and nothing beside what it names.
fn closed(mut object: Value) -> Value {
    object["additionalProperties"] = false.into();
    object
}

fn text() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": SOMETHING })
}

fn national_id() -> Value {
    json!({ "type": "string", "pattern": "^[0-9]{11}$", "description": "Fødselsnummer or D-number." })
}

fn party_id() -> Value {
    json!({ "type": "string", "pattern": "^[a-z][a-z0-9-]{1,63}$" })
}

fn org_number() -> Value {
    json!({ "type": "string", "pattern": "^[89][0-9]{8}$" })
}

/// Many systems keep it as a text.
fn her_id() -> Value {
    json!({ "anyOf": [
        { "type": "integer", "minimum": 1, "maximum": u32::MAX },
        { "type": "string", "pattern": "^0*[1-9][0-9]{0,9}$", "maxLength": LONGEST_TEXT },
    ] })
}

/// Nothing for the whole; everything with one party; or one exchange, or some of it.
fn withdrawal() -> Value {
    let name = || json!({ "type": "string", "pattern": PARTY_NAME });
    let categories = json!({
        "type": "array", "minItems": 1, "maxItems": LONGEST_LIST, "items": { "enum": Category::ALL.map(Category::code) },
    });
    let purpose = json!({ "enum": Purpose::ALL.map(Purpose::code) });
    json!({ "oneOf": [
        closed(object([], [])),
        closed(object([("party", name())], [])),
        closed(object([("from", name()), ("to", name())], [("purpose", purpose), ("categories", categories)])),
    ] })
}

fn revocation() -> Value {
    let id = json!({ "type": "string", "pattern": "^[0-9a-fA-F]{16}$" });
    let keys = json!({ "type": "array", "minItems": 1, "items": id });
    json!({ "oneOf": [
        closed(object([("keys", keys)], [])),
        closed(object([("all", json!({ "const": true }))], [])),
    ] })
}

fn import() -> Value {
    let parties = json!({ "type": "array", "maxItems": LARGEST_IMPORT, "items": { "type": "object" },
        "description": "Each a Party; one that is not right is answered as refused, and then none is taken." });
    closed(object([("parties", parties)], [("dryRun", flag())]))
}

fn handler() -> Value {
    closed(object(
        [("name", text())],
        [("role", text()), ("unit", text()), ("phone", text())],
    ))
}

fn party() -> Value {
    let count = |most: u32| json!({ "type": "integer", "minimum": 1, "maximum": most });
    let hpr = json!({ "type": "string", "pattern": "^[0-9]{1,9}$" });
    let person = object(
        [("givenName", text()), ("familyName", text())],
        [("hpr", hpr), ("herId", her_id())],
    );
    let limits = object(
        [],
        [
            ("inFlight", count(u16::MAX.into())),
            ("timeoutSeconds", count(u16::MAX.into())),
            ("receiptSeconds", count(u32::MAX)),
            ("pollSeconds", count(u16::MAX.into())),
        ],
    );
    let adapter = json!({ "type": "string", "maxLength": 80, "pattern": "^[a-z][a-z0-9.@_-]*$" });
    let address = json!({
        "type": "string", "format": "uri", "maxLength": LONGEST_TEXT,
        "pattern": r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9/._~$%-]*)?$",
    });
    let endpoint = object(
        [("adapter", adapter)],
        [
            ("address", address),
            ("credential", text()),
            ("settings", json!({ "type": "object" })),
            ("herId", her_id()),
            ("orgNumber", org_number()),
            ("limits", closed(limits)),
        ],
    );
    let email = json!({ "type": "string", "format": "email", "maxLength": LONGEST_TEXT });
    closed(object(
        [
            ("id", party_id()),
            ("name", text()),
            ("kind", json!({ "enum": PartyKind::ALL.map(PartyKind::code) })),
        ],
        [
            ("publicLabel", text()),
            ("publicPhone", text()),
            ("partOf", party_id()),
            ("orgNumber", org_number()),
            ("herId", her_id()),
            ("person", closed(person)),
            ("phone", text()),
            ("handlers", list(&handler())),
            ("registrar", flag()),
            ("trusts", list(&party_id())),
            ("endpoint", closed(endpoint)),
            ("notify", closed(object([("email", email)], []))),
            ("paused", flag()),
            ("suspended", flag()),
        ],
    ))
}
