//! The schemas of requests: closed, with the lengths and limits that the code has. A fault that a schema can not express, such as a
//! check digit or an unknown party, is refused with 422 all the same.

use std::borrow::Cow;

use bindeledd_core::delivery::ByHand as How;
use bindeledd_core::{Category, PartyKind, Purpose};
use bindeledd_fields::{LONGEST_LIST, LONGEST_TEXT};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::{PARTY_NAME, written};
use crate::inbound::api::LARGEST_IMPORT;

/// A request, by its name in the document and its schema.
macro_rules! request {
    ($(#[$doc:meta])* $name:ident, $schema:expr) => {
        $(#[$doc])*
        pub(crate) enum $name {}

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                written($schema)
            }
        }
    };
}

request!(NationalId, closed(object([("nationalId", national_id())], [])));
request!(ParticipantLookup, closed(object([("nationalId", national_id())], [])));
request!(
    Protection,
    closed(object([("nationalId", national_id()), ("protected", flag())], []))
);
request!(
    /// Nothing for the whole; everything with one party; or one exchange, or some of it.
    Withdrawal,
    withdrawal()
);
request!(ExportRequest, closed(object([("reason", reason(3))], [])));
request!(ClockAcceptance, closed(object([("reason", reason(5))], [])));
request!(Rotation, closed(object([], [("rewrap", flag())])));
request!(Revocation, revocation());
request!(Party, party());
request!(Import, import());
request!(Confirmation, confirmation());
request!(
    /// How a person passed a message on.
    ByHand,
    closed(object(
        [],
        [("how", json!({ "enum": How::ALL.map(How::code), "default": How::Entered.code() }))]
    ))
);

fn reason(least: u16) -> Value {
    json!({ "type": "string", "minLength": least, "maxLength": 300, "pattern": SOMETHING })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// An object that has all of `required`, and may have `optional`.
fn object<const R: usize, const O: usize>(required: [(&str, Value); R], optional: [(&str, Value); O]) -> Value {
    let names: Vec<_> = required.iter().map(|(name, _)| (*name).to_owned()).collect();
    let properties: Map<_, _> = required
        .into_iter()
        .chain(optional)
        .map(|(name, v)| (name.to_owned(), v))
        .collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

fn confirmation() -> Value {
    let party = || json!({ "type": "string" });
    let reference = json!({ "type": "string", "minLength": 1, "maxLength": 500 });
    let kind = json!({ "type": "string", "pattern": "^[a-z][a-z0-9-]{0,39}$" });
    let sha256 = json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" });
    let mut evidence = closed(object([("type", kind), ("reference", reference)], [("sha256", sha256)]));
    evidence["description"] =
        "What shows the sender's word, where the operator confirms: where it is kept, never its content.".into();
    closed(object([], [("from", party()), ("to", party()), ("evidence", evidence)]))
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
