//! The schemas of everything that goes in and out, with the codes of the core.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::delivery::{ByHand, State};
use bindeledd_core::guard::What;
use bindeledd_core::{Category, Kind};
use serde_json::{Map, Value, json};

use super::super::confirmations::{confirmation_schema, waiting_schema};
use super::super::problem::TITLES;
use super::{embed, reference, requests};

pub(super) type Schemas = Map<String, Value>;

pub(super) fn all() -> Value {
    let mut all = Schemas::new();
    all.extend(documents());
    all.extend(messages());
    all.extend(consents());
    all.extend(operators());
    all.extend(participants());
    all.extend(embed::published());
    all.extend(requests::all());
    Value::Object(all)
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn texts() -> Value {
    json!({ "type": "array", "items": text() })
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

pub(super) fn categories() -> Value {
    json!({ "type": "array", "items": { "enum": Category::ALL.map(Category::code) } })
}

/// What the guard found in free texts, by field.
fn flags() -> Value {
    let flag = object(
        [("path", text()), ("what", json!({ "enum": What::ALL.map(What::code) }))],
        [],
    );
    list(&flag)
}

/// Every state of a delivery.
fn states() -> Value {
    json!({ "enum": State::NAMES })
}

fn kinds() -> Value {
    json!({ "enum": Kind::ALL.map(Kind::code) })
}

/// An object that has all of `required`, and may have `optional`.
pub(super) fn object<const R: usize, const O: usize>(
    required: [(&str, Value); R],
    optional: [(&str, Value); O],
) -> Value {
    let names: Vec<_> = required.iter().map(|(name, _)| (*name).to_owned()).collect();
    let properties: Map<_, _> = required
        .into_iter()
        .chain(optional)
        .map(|(name, v)| (name.to_owned(), v))
        .collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

pub(super) fn flag() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of })
}

pub(super) fn named<const N: usize>(schemas: [(&str, Value); N]) -> Schemas {
    schemas
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}

fn documents() -> Schemas {
    let codes: Vec<_> = TITLES.iter().map(|(code, _)| code).collect();
    let problem = object(
        [
            ("type", json!({ "type": "string", "format": "uri" })),
            ("title", text()),
            ("status", json!({ "type": "integer" })),
            ("code", json!({ "enum": codes })),
            ("detail", text()),
        ],
        [
            ("path", text()),
            ("expected", text()),
            ("whatToDo", text()),
            ("reasonCode", text()),
            ("flags", flags()),
            ("told", text()),
            ("receipt", json!({ "type": "object" })),
            ("done", json!({ "enum": ["no", "yes", "unknown"] })),
        ],
    );
    let delivery = object(
        [
            ("id", text()),
            ("to", text()),
            ("state", states()),
            ("withheld", categories()),
        ],
        [("wouldNeed", categories()), ("reason", reference("Reason"))],
    );
    let message = object(
        [("id", text()), ("kind", kinds()), ("deliveries", list(&delivery))],
        [("flags", flags())],
    );
    let receipt = object(
        [
            ("status", json!({ "enum": ["ok", "refused", "partial", "unknown"] })),
            ("refersTo", text()),
            ("settled", json!({ "type": "boolean" })),
        ],
        [],
    );
    named([
        ("Problem", problem),
        ("Reason", object([("code", text()), ("text", text())], [])),
        (
            "DocumentAnswer",
            object(
                [("messages", list(&message))],
                [("leftOut", texts()), ("nothing", text()), ("receipt", receipt)],
            ),
        ),
    ])
}

fn messages() -> Schemas {
    let delivery = object(
        [
            ("id", text()),
            ("to", text()),
            ("state", states()),
            ("attempts", json!({ "type": "integer" })),
            ("changedAt", time()),
        ],
        [
            ("due", time()),
            ("withheld", categories()),
            ("wouldNeed", categories()),
            ("reason", reference("Reason")),
        ],
    );
    let message = object(
        [
            ("id", text()),
            ("kind", kinds()),
            ("from", text()),
            ("acceptedAt", time()),
            ("deliveries", list(&delivery)),
        ],
        [("participant", text()), ("flags", flags())],
    );
    let item = object(
        [("delivery", text()), ("mediaType", text()), ("document", json!({}))],
        [],
    );
    named([
        ("Message", message),
        ("Messages", object([("messages", list(&reference("Message")))], [])),
        ("Deliveries", object([("deliveries", texts())], [])),
        ("Inbox", object([("items", list(&item))], [])),
        (
            "WithPerson",
            object(
                [("state", json!({ "const": "with-a-person" })), ("whatToDo", text())],
                [],
            ),
        ),
        (
            "ByHand",
            json!({
                "type": "object", "additionalProperties": false,
                "properties": { "how": { "enum": ByHand::ALL.map(ByHand::code), "default": ByHand::Entered.code() } },
            }),
        ),
    ])
}

fn consents() -> Schemas {
    let answer = json!({
        "type": "object",
        "description": "As Consent, with the participant as a pseudonym, the registrar, and whether each grant is confirmed; \
            in `confirmations` those that came later; in `waiting` the grants that wait for one, and how each can get it; in `notWritten`, when it is registered, the \
            kinds that its grants cover and a receiver's adapter does not write.",
    });
    let withdrawn = object(
        [
            ("cancelled", texts()),
            ("sending", texts()),
            ("handedOver", texts()),
            ("notified", texts()),
            ("remains", list(&json!({}))),
        ],
        [],
    );
    let held = object(
        [
            ("party", text()),
            ("categories", categories()),
            ("messages", json!({ "type": "integer" })),
            ("newest", time()),
        ],
        [],
    );
    let erased = object(
        [
            ("cancelled", texts()),
            ("sending", texts()),
            ("senders", texts()),
            ("heldBy", list(&held)),
            ("wasProtected", flag()),
            ("scrubbed", json!({ "enum": ["pending", "done"] })),
        ],
        [],
    );
    let erasure = object(
        [
            ("erasedAt", time()),
            ("scrubbed", json!({ "enum": ["pending", "done"] })),
        ],
        [],
    );
    named([
        ("ErasureAnswer", erased),
        ("Erasure", erasure),
        (
            "LinkAnswer",
            object([("ref", text()), ("cancelled", texts())], [("joined", text())]),
        ),
        ("ProtectionAnswer", object([("ref", text()), ("protected", flag())], [])),
        ("ConsentAnswer", answer),
        ("Confirmation", confirmation_schema()),
        ("Confirmed", object([("confirmed", json!({ "type": "integer" }))], [])),
        ("WaitingGrants", waiting_schema()),
        ("WithdrawalAnswer", withdrawn),
    ])
}

fn participants() -> Schemas {
    let basis = json!({ "oneOf": [{ "const": "consent" }, object([("duty", text())], [])] });
    let number = || json!({ "type": "integer" });
    let grant = object(
        [
            ("consent", text()),
            ("version", number()),
            ("index", number()),
            ("basis", basis),
            ("givenAt", time()),
        ],
        [],
    );
    let corrected = object([("by", text()), ("reached", json!({ "type": "boolean" }))], []);
    let disclosure = object(
        [
            ("delivery", text()),
            ("message", text()),
            ("kind", kinds()),
            ("from", text()),
            ("to", text()),
            ("purpose", text()),
            ("categories", categories()),
            ("state", states()),
            ("first", time()),
            ("last", time()),
            ("times", number()),
            ("grants", list(&grant)),
        ],
        [
            ("withheld", categories()),
            ("corrects", text()),
            ("corrected", corrected),
        ],
    );
    named([
        ("ParticipantRef", object([("ref", text())], [])),
        (
            "Disclosures",
            object([("disclosures", list(&reference("Disclosure")))], []),
        ),
        ("Disclosure", disclosure),
    ])
}

/// An alert as the operator and the parties see it.
fn alert() -> Value {
    object(
        [
            ("id", text()),
            ("kind", json!({ "enum": AlertKind::ALL.map(AlertKind::code) })),
            ("severity", json!({ "enum": ["now", "can-wait"] })),
            ("raisedAt", time()),
            ("times", json!({ "type": "integer", "minimum": 1 })),
            ("lastAt", time()),
            ("text", text()),
            ("whatToDo", text()),
        ],
        [
            ("message", text()),
            ("delivery", text()),
            ("party", text()),
            ("participant", text()),
            ("code", text()),
            ("endedAt", time()),
        ],
    )
}

fn operators() -> Schemas {
    let item = object(
        [
            ("mailbox", text()),
            ("id", text()),
            ("sender", text()),
            ("code", text()),
            ("text", text()),
            ("at", time()),
        ],
        [],
    );
    let row = object(
        [
            ("seq", json!({ "type": "integer" })),
            ("at", time()),
            ("action", text()),
            ("actor", text()),
            ("detail", json!({})),
            ("hash", text()),
        ],
        [],
    );
    named([
        ("Parties", object([("parties", list(&reference("Party")))], [])),
        ("ImportAnswer", import_answer()),
        ("PublicParty", public_party()),
        (
            "PartyTest",
            object([("ok", json!({ "type": "boolean" })), ("findings", texts())], []),
        ),
        ("Clock", clock()),
        ("Key", object([("key", text()), ("id", text())], [])),
        ("Keys", object([("keys", list(&api_key()))], [])),
        (
            "RevocationAnswer",
            object(
                [("revoked", json!({ "type": "integer" })), ("keys", list(&api_key()))],
                [],
            ),
        ),
        ("KeyRing", key_ring()),
        (
            "AdapterReset",
            object([("adapter", text()), ("wasSetAside", json!({ "type": "boolean" }))], []),
        ),
        ("Alerts", object([("alerts", list(&alert()))], [])),
        ("Fetched", object([("items", list(&item))], [])),
        ("Audit", object([("rows", list(&row))], [])),
    ])
}

fn clock() -> Value {
    object(
        [
            ("right", flag()),
            ("offBySeconds", json!({ "type": "integer" })),
            ("machine", time()),
            ("hub", time()),
        ],
        [],
    )
}

fn api_key() -> Value {
    object([("id", text()), ("addedAt", text())], [("lastUsed", text())])
}

fn key_ring() -> Value {
    let count = || json!({ "type": "integer" });
    object(
        [("masters", texts()), ("wrapping", count()), ("toRewrap", count())],
        [
            ("source", text()),
            ("key", text()),
            ("earlier", text()),
            ("whatToDo", text()),
        ],
    )
}

fn handler() -> Value {
    object(
        [("name", text())],
        [("role", text()), ("unit", text()), ("phone", text())],
    )
}

fn public_party() -> Value {
    object(
        [("id", text()), ("name", text()), ("kind", text())],
        [
            ("partOf", text()),
            ("orgNumber", text()),
            ("herId", json!({ "type": "integer" })),
            ("phone", text()),
            ("handlers", list(&handler())),
        ],
    )
}

fn import_answer() -> Value {
    let problem = object([("code", text()), ("text", text()), ("path", text())], []);
    let outcome = json!({ "enum": ["added", "changed", "same", "refused"] });
    let party = object([("id", text()), ("outcome", outcome)], [("problem", problem)]);
    object([("applied", flag()), ("dryRun", flag()), ("parties", list(&party))], [])
}
