//! An AFT provider's own system: it accepts JSON on any path, and sends its own JSON or the hub's.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Problem;
use crate::hub::{Hub, sent};
use crate::judged::{Answer, Judged};
use crate::serve::Incoming;

pub(crate) fn judge(incoming: &Incoming) -> Judged {
    if !matches!(incoming.method.as_str(), "POST" | "PUT") {
        return Judged::question(Answer::empty(405));
    }
    let media_type = incoming.media_type();
    let is_json = media_type == "application/json" || media_type.ends_with("+json");
    let body: Option<Value> = is_json.then(|| serde_json::from_slice(&incoming.body).ok()).flatten();
    let Some(body) = body.filter(Value::is_object) else {
        return Judged::arrival(
            Answer::json(400, &json!({"feil": "Innholdet er ikke et JSON-objekt."})),
            Vec::new(),
        );
    };
    let named = ["id", "meldingsId", "meldingId", "messageId"].into_iter();
    let id = named
        .filter_map(|name| body.get(name)?.as_str())
        .next()
        .map(str::to_owned);
    Judged::arrival(
        Answer::json(202, &json!({"mottatt": true})),
        id.map(|id| ("id", id)).into_iter().collect(),
    )
}

pub(crate) fn refusal() -> Answer {
    Answer::json(422, &json!({"feil": "Deltakeren er ikke kjent her."}))
}

/// An order to a JSON system to send something.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Order {
    /// A document in the party's own format.
    document: Option<Value>,
    /// The media type of `document`. A text is sent unchanged, any other value as JSON.
    media_type: Option<String>,
    /// Instead of `document`: a message in the hub's own JSON.
    message: Option<Value>,
}

pub(crate) async fn send(order: Value, hub: &Arc<Hub>) -> Result<Value, Problem> {
    let order: Order = serde_json::from_value(order).map_err(|e| Problem::new(e.to_string()))?;
    match (order.document, order.message) {
        (Some(document), None) => {
            let media_type = order.media_type.as_deref().unwrap_or("application/json");
            let id = document
                .get("id")
                .or_else(|| document.get("referanse"))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let bytes = match document {
                Value::String(text) => text.into_bytes(),
                other => other.to_string().into_bytes(),
            };
            let said = hub.document(json!({"document": media_type}), media_type, bytes).await?;
            Ok(sent(&id, &said))
        }
        (None, Some(message)) => {
            let kind = message.get("kind").cloned().unwrap_or_default();
            let id = message
                .get("senderReference")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let said = hub.message(json!({"message": kind}), &message).await?;
            Ok(sent(&id, &said))
        }
        _ => Err(Problem::new("either `document` or `message`")),
    }
}
