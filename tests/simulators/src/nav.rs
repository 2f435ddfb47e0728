//! A party without a server: it polls the hub's inbox, records the documents, and acknowledges them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use serde_json::Value;

use crate::arrivals::{Answered, Arrival, sha256};
use crate::behaviour::Mode;
use crate::hub::Hub;
use crate::state::Shared;

/// Polls the inbox for ever.
pub(crate) async fn poll(shared: Arc<Shared>, hub: Arc<Hub>, every: Duration) {
    loop {
        let found = match shared.behaviour.get().mode {
            Mode::Down | Mode::Hang => false,
            Mode::Ok
            | Mode::Slow { .. }
            | Mode::Status { .. }
            | Mode::Garbage
            | Mode::Page { .. }
            | Mode::Empty { .. }
            | Mode::Refuse
            | Mode::LostAnswer => fetch(&shared, &hub).await,
        };
        if !found {
            tokio::time::sleep(every).await;
        }
    }
}

/// Fetches the content of the inbox. Returns true if a document was acknowledged, so that the caller polls again at once.
async fn fetch(shared: &Shared, hub: &Hub) -> bool {
    let Ok(said) = hub.inbox(50).await else { return false };
    let items = said
        .body
        .get("items")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut acknowledged = false;
    for item in items {
        let Some(delivery) = item.get("delivery").and_then(Value::as_str).map(str::to_owned) else {
            continue;
        };
        let mode = shared.behaviour.next();
        let takes = match mode {
            Mode::Ok | Mode::LostAnswer | Mode::Slow { .. } => true,
            // An inbox has no way to refuse a document; a document that is not acknowledged stays there.
            Mode::Status { .. }
            | Mode::Garbage
            | Mode::Page { .. }
            | Mode::Empty { .. }
            | Mode::Refuse
            | Mode::Hang
            | Mode::Down => false,
        };
        if let Mode::Slow { ms } = mode {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        let answered = if takes && mode != Mode::LostAnswer {
            match hub.acknowledge(&delivery).await {
                // A person has the document now, and enters it at once.
                Ok(said) if said.status == 200 => hub.entered(&delivery).await,
                said => said,
            }
            .map_or(Answered::Never, |said| Answered::Status(said.status))
        } else {
            Answered::Never
        };
        acknowledged |= answered == Answered::Status(204);
        note(shared, hub.party(), &item, delivery, answered, takes);
    }
    acknowledged
}

fn note(shared: &Shared, party: &str, item: &Value, delivery: String, answered: Answered, taken: bool) {
    let document = item.get("document").map(Value::to_string).unwrap_or_default();
    let mut ids = vec![("delivery", delivery)];
    if let Some(message) = item.get("message").and_then(Value::as_str) {
        ids.push(("message", message.to_owned()));
    }
    let media_type = item.get("mediaType").and_then(Value::as_str).unwrap_or_default();
    shared.arrivals.note(Arrival {
        at: shared.clock.now(),
        method: "GET".into(),
        path: format!("/v1/parties/{party}/inbox"),
        headers: vec![("content-type".into(), media_type.to_owned())],
        size: document.len(),
        sha256: sha256(document.as_bytes()),
        body: Bytes::from(document.clone()),
        ids,
        document: Some(document),
        answered,
        taken,
    });
}
