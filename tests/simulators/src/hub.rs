//! Sends to the hub as a party's system does: with the party's key, and with retries of the same bytes until the hub answers.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::options::HubOptions;
use crate::{Problem, tls};

/// The hub's answer.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// Describes the result of a sending in an answer of the control port.
pub(crate) fn sent(id: &str, said: &Said) -> Value {
    json!({"id": id, "status": said.status, "answer": said.body})
}

/// A hub, as one party uses it.
#[derive(Debug)]
pub(crate) struct Hub {
    client: reqwest::Client,
    options: HubOptions,
    sent: Mutex<Vec<Value>>,
}

/// Maximum number of recorded sendings.
const MOST_SENT: usize = 100_000;

impl Hub {
    pub(crate) fn new(options: HubOptions) -> Result<Self, Problem> {
        Ok(Self {
            client: tls::client(options.ca.as_deref())?,
            options,
            sent: Mutex::default(),
        })
    }

    pub(crate) fn party(&self) -> &str {
        &self.options.party
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.options.url.trim_end_matches('/'))
    }

    async fn call(&self, request: reqwest::RequestBuilder) -> Result<Said, Problem> {
        let failed = |e: reqwest::Error| Problem::new(format!("the hub did not answer: {}", chain(&e)));
        let response = request.bearer_auth(&self.options.key).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await.map_err(failed)?;
        let body =
            serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into());
        Ok(Said { status, body })
    }

    async fn post(&self, path: &str, media_type: &str, body: Vec<u8>) -> Result<Said, Problem> {
        self.call(
            self.client
                .post(self.url(path))
                .header("content-type", media_type)
                .body(body),
        )
        .await
    }

    /// Posts a native document. The sending and its result are recorded under `what`.
    pub(crate) async fn document(&self, what: Value, media_type: &str, body: Vec<u8>) -> Result<Said, Problem> {
        let path = format!("/v1/parties/{}/documents", self.options.party);
        self.keep(what, self.post(&path, media_type, body).await)
    }

    /// As [`Hub::document`], with retries while the hub is unavailable or busy.
    pub(crate) async fn document_until_answered(&self, what: Value, media_type: &str, body: Vec<u8>) {
        let mut wait = Duration::from_millis(100);
        for _ in 0..10 {
            let said = self.document(what.clone(), media_type, body.clone()).await;
            if said.is_ok_and(|said| said.status < 500 && said.status != 429) {
                return;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(5));
        }
    }

    /// Posts a message in the hub's own JSON.
    pub(crate) async fn message(&self, what: Value, message: &Value) -> Result<Said, Problem> {
        let said = self
            .post("/v1/messages", "application/json", message.to_string().into_bytes())
            .await;
        self.keep(what, said)
    }

    pub(crate) async fn inbox(&self, limit: usize) -> Result<Said, Problem> {
        let path = format!("/v1/parties/{}/inbox?limit={limit}", self.options.party);
        self.call(self.client.get(self.url(&path))).await
    }

    pub(crate) async fn acknowledge(&self, delivery: &str) -> Result<Said, Problem> {
        let path = format!("/v1/parties/{}/inbox/{delivery}/ack", self.options.party);
        self.call(self.client.post(self.url(&path))).await
    }

    /// Reports that a person has entered a document.
    pub(crate) async fn entered(&self, delivery: &str) -> Result<Said, Problem> {
        let path = format!("/v1/parties/{}/inbox/{delivery}/entered", self.options.party);
        self.call(self.client.post(self.url(&path))).await
    }

    fn keep(&self, what: Value, said: Result<Said, Problem>) -> Result<Said, Problem> {
        let row = match &said {
            Ok(said) => json!({"what": what, "status": said.status, "answer": said.body}),
            Err(problem) => json!({"what": what, "status": null, "problem": problem.to_string()}),
        };
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.len() < MOST_SENT {
            sent.push(row);
        }
        drop(sent);
        said
    }

    /// Returns the sendings with their results.
    pub(crate) fn sent(&self) -> Value {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        json!({ "sent": *sent })
    }
}

/// Writes an error with its causes, which reqwest's error text omits.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
