//! `MedCom`'s care communication, the nearest published precedent: a message of free text. A new message is read as a question,
//! and a reply as an answer. Only the message's own part of the thread is read. The adapter never writes this form.

use bindeledd_sdk::catalogue::{Kind, is_same_id};
use serde_json::Value;

use crate::codes;
use crate::element::Element;
use crate::provenance::{Activity, Trail};

/// Code of the event.
pub(crate) const EVENT: &str = "care-communication-message";

/// Returns the kind of a care communication.
pub(crate) fn kind(trail: &Trail) -> Kind {
    match trail.activity {
        Some(Activity::Reply) => Kind::Answer,
        _ => Kind::Question,
    }
}

/// Returns true if the message's Provenance names this part of the thread as the message's own.
pub(crate) fn is_own(payload: Element<'_>, own: &[String]) -> bool {
    let extensions = payload.value().get("extension").and_then(Value::as_array);
    let id = extensions
        .into_iter()
        .flatten()
        .filter(|e| e.get("url").and_then(Value::as_str) == Some(codes::MEDCOM_PART_ID))
        .find_map(|e| e.get("valueIdentifier")?.get("value")?.as_str());
    id.is_some_and(|id| own.iter().any(|own| is_same_id(own, id)))
}
