//! `correction`: the resource of the corrected kind, with `correction` in its category or code. With corrected content
//! it corrects; with the status `entered-in-error` it takes back a message that was sent by mistake.

use bindeledd_sdk::catalogue::{Body, Kind};
use serde_json::{Map, Value, json};

use super::{Focus, Layout, Parts, Shape, coding, shape};
use crate::codes;
use crate::refusal::Refused;

/// Status of a message that was sent by mistake.
pub(crate) const MISTAKEN: &str = "entered-in-error";

/// Reads the correction of a message of `shape`.
pub(crate) fn read(focus: &Focus<'_>, shape: &Shape) -> Result<Map<String, Value>, Refused> {
    let mut body = Map::new();
    body.insert("correctedKind".into(), shape.kind.code().into());
    let mistaken = focus.resource.value().get("status").and_then(Value::as_str) == Some(MISTAKEN);
    if mistaken {
        // The content of a message sent by mistake is not repeated; it is reported as left out.
        focus.resource.text("status");
        focus.resource.text("intent");
        body.insert("action".into(), "sent-by-mistake".into());
    } else {
        body.insert("action".into(), "corrected".into());
        body.insert("corrected".into(), shape.read(focus)?.into());
    }
    Ok(body)
}

/// Returns the shape of a written message: that of its own kind, or that of the corrected message.
pub(crate) fn written_as(body: &Body) -> Result<&'static Shape, Refused> {
    shape(body.corrected_kind().unwrap_or_else(|| body.kind()))
}

/// Writes a body as a resource of `shape`, which is its own or that of the corrected message.
pub(crate) fn write(body: &Body, shape: &Shape) -> Parts {
    if body.kind() != Kind::Correction {
        return shape.write(body);
    }
    let mut parts = match body.corrected_body() {
        Some(corrected) => shape.write(&corrected),
        None => mistaken(shape.layout),
    };
    if shape.layout.resource == "Task" {
        let code =
            json!({"coding": [coding(codes::KIND, shape.kind.code()), coding(codes::KIND, Kind::Correction.code())]});
        parts.members.insert("code".into(), code);
    }
    parts
}

/// Makes a resource with the status `entered-in-error` and only its required members.
fn mistaken(layout: &Layout) -> Parts {
    let mut parts = Parts::default();
    parts.members.insert("status".into(), MISTAKEN.into());
    let intent = match layout.resource {
        "Task" => Some("proposal"),
        "CarePlan" => Some("plan"),
        _ => None,
    };
    if let Some(intent) = intent {
        parts.members.insert("intent".into(), intent.into());
    }
    parts
}
