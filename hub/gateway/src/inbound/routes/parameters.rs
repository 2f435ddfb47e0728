//! The parameters of paths and queries, with the schemas that their readers follow.

use bindeledd_core::Kind;
use bindeledd_core::alert::{AlertKind, AlertStanding};
use bindeledd_core::audit::AuditAction;
use bindeledd_core::delivery::State;
use bindeledd_core::form::Language;
use bindeledd_http::{LIMIT, Parameter};
use serde_json::{Value, json};

use crate::inbound::schema::PARTY_NAME;

const THE_PARTY: &str = "Party: its id, org:<organisation number> or her:<HER-id>.";
const PSEUDONYM: &str = "Pseudonym of the participant.";

fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn party() -> Value {
    json!({ "type": "string", "pattern": PARTY_NAME })
}

pub(super) const PARTY: Parameter = Parameter::new("party", THE_PARTY, party);
pub(super) const PARTY_NAMED: Parameter = Parameter::new("name", THE_PARTY, party);
pub(super) const PARTY_ID: Parameter = Parameter::new("id", THE_PARTY, party);
pub(super) const ACCOUNT: Parameter = Parameter::new("id", "Id of the account.", uuid);
pub(super) const ID: Parameter = Parameter::new("id", "Id.", uuid);
pub(super) const DELIVERY: Parameter = Parameter::new("delivery", "Id of the delivery.", uuid);
pub(super) const PARTICIPANT: Parameter = Parameter::new("ref", PSEUDONYM, uuid);
pub(super) const ADAPTER: Parameter = Parameter::new(
    "id",
    "Name of the adapter in configuration.",
    || json!({ "type": "string", "maxLength": 80, "pattern": "^[a-z][a-z0-9.@_-]*$" }),
);
pub(super) const TILE: Parameter = Parameter::new(
    "tile",
    "Path of the tile below `tile/`, with its slashes, such as 0/x001/234 or entries/000.p/8.",
    || json!({ "type": "string", "minLength": 1, "pattern": "^[a-z0-9./]+$" }),
);

pub(super) const SENDER: Parameter = Parameter::new(
    "from",
    "Party that the operator sends for; left out by a party, which sends for itself.",
    party,
);
pub(super) const FIRST_ROW: Parameter = Parameter::new(
    "from",
    "Number of the first row, without any filter; rows then come oldest first.",
    || json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX, "default": 1 }),
);
pub(super) const BEFORE: Parameter = Parameter::new("before", "Id of the last item of the page before.", uuid);
pub(super) const ABOUT: Parameter = Parameter::new("participant", PSEUDONYM, uuid);
pub(super) const OF_PARTY: Parameter = Parameter::new("party", "Party that sent or receives it.", party);
pub(super) const STATE: Parameter = Parameter::new(
    "state",
    "State of one of its deliveries.",
    || json!({ "enum": State::NAMES }),
);
pub(super) const MESSAGE_KIND: Parameter = Parameter::new(
    "kind",
    "Kind of message.",
    || json!({ "enum": Kind::ALL.map(Kind::code) }),
);
pub(super) const ERROR_CODE: Parameter = Parameter::new(
    "code",
    "Code of the cause of one of its deliveries.",
    || json!({ "type": "string", "pattern": "^BL-[0-9]{4}$" }),
);
pub(super) const SINCE: Parameter = Parameter::new("since", "Earliest time.", time);
pub(super) const UNTIL: Parameter = Parameter::new("until", "Time after the latest one.", time);
/// The parameters that select messages.
pub(super) const SELECTION: [Parameter; 9] = [
    OF_PARTY,
    STATE,
    MESSAGE_KIND,
    ERROR_CODE,
    ABOUT,
    SINCE,
    UNTIL,
    LIMIT,
    BEFORE,
];
pub(super) const ALERT_STATE: Parameter = Parameter::new(
    "state",
    "State of the alert; left out for every state.",
    || json!({ "enum": AlertStanding::ALL.map(AlertStanding::code) }),
);
pub(super) const ALERT_KIND: Parameter = Parameter::new(
    "kind",
    "Kind of alert.",
    || json!({ "enum": AlertKind::ALL.map(AlertKind::code) }),
);
pub(super) const LANGUAGE: Parameter = Parameter::new(
    "language",
    "Language of the page to hand over.",
    || json!({ "enum": Language::ALL.map(Language::code) }),
);
pub(super) const AUDIT_ACTION: Parameter = Parameter::new("action", "Action of the row.", || {
    let actions: Vec<_> = AuditAction::ALL.iter().map(|action| action.as_str()).collect();
    json!({ "enum": actions })
});
pub(super) const AUDIT_ACTOR: Parameter = Parameter::new(
    "actor",
    "Actor of the row: `person` or `party` for each of them, or one actor as a row has it.",
    || json!({ "type": "string", "pattern": "^(person|party|operator|hub|person:.+|party:.+)$" }),
);
pub(super) const AUDIT_PARTY: Parameter = Parameter::new("party", "Party that acted, or that the row names.", party);
pub(super) const VERSION_BEFORE: Parameter = Parameter::new(
    "before",
    "Number of the last version of the page before.",
    || json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX }),
);
pub(super) const ROW_BEFORE: Parameter = Parameter::new(
    "before",
    "Number of the last row of the page before; rows then come newest first.",
    || json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX }),
);
