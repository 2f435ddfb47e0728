//! The parameters of paths and queries, with their schemas as the code reads them.

use bindeledd_core::Kind;
use bindeledd_core::alert::AlertKind;
use bindeledd_core::delivery::State;
use bindeledd_core::form::Language;
use bindeledd_http::Parameter;
use serde_json::{Value, json};

use crate::inbound::schema::PARTY_NAME;

const THE_PARTY: &str = "The party: its id, org:<organisation number> or her:<HER-id>.";
const PSEUDONYM: &str = "The participant's pseudonym.";

fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn party() -> Value {
    json!({ "type": "string", "pattern": PARTY_NAME })
}

pub(super) const PARTY: Parameter = Parameter::new("party", THE_PARTY, party);
pub(super) const PARTY_NAMED: Parameter = Parameter::new("name", THE_PARTY, party);
pub(super) const PARTY_ID: Parameter = Parameter::new("id", THE_PARTY, party);
pub(super) const ID: Parameter = Parameter::new("id", "The id.", uuid);
pub(super) const DELIVERY: Parameter = Parameter::new("delivery", "The id.", uuid);
pub(super) const PARTICIPANT: Parameter = Parameter::new("ref", PSEUDONYM, uuid);
pub(super) const ADAPTER: Parameter = Parameter::new(
    "id",
    "The adapter's name in configuration.",
    || json!({ "type": "string", "maxLength": 80, "pattern": "^[a-z][a-z0-9.@_-]*$" }),
);
pub(super) const TILE: Parameter = Parameter::new(
    "tile",
    "The tile's path below `tile/`, slashes and all, such as 0/x001/234 or entries/000.p/8.",
    || json!({ "type": "string", "minLength": 1, "pattern": "^[a-z0-9./]+$" }),
);

pub(super) const SENDER: Parameter = Parameter::new("from", "For whom the operator sends it.", party);
pub(super) const FIRST_ROW: Parameter = Parameter::new(
    "from",
    "The number of the first row.",
    || json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX, "default": 1 }),
);
pub(super) const BEFORE: Parameter = Parameter::new("before", "The id of the last one of the page before.", uuid);
pub(super) const ABOUT: Parameter = Parameter::new("participant", PSEUDONYM, uuid);
pub(super) const OF_PARTY: Parameter = Parameter::new("party", "Sent by or to this party.", party);
pub(super) const STATE: Parameter = Parameter::new(
    "state",
    "With a delivery in this state.",
    || json!({ "enum": State::NAMES }),
);
pub(super) const MESSAGE_KIND: Parameter =
    Parameter::new("kind", "Of this kind.", || json!({ "enum": Kind::ALL.map(Kind::code) }));
pub(super) const ALERT_KIND: Parameter = Parameter::new(
    "kind",
    "Of this kind.",
    || json!({ "enum": AlertKind::ALL.map(AlertKind::code) }),
);
pub(super) const LANGUAGE: Parameter = Parameter::new(
    "language",
    "The language of the page to hand over.",
    || json!({ "enum": Language::ALL.map(Language::code) }),
);
