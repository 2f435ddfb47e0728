//! Client of the hub's HTTP API, as the operator and as parties.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use bindeledd_simulators::{eventually, http_client};
use serde_json::Value;

use crate::failure::{Failure, Result, unlike};

/// Time limit for every step of the demo.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Time limit for the hub's start; the first start compiles the adapters.
const START: Duration = Duration::from_secs(240);

/// The running hub, as its API's client sees it.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) url: String,
    client: reqwest::Client,
    keys: HashMap<String, String>,
}

/// The operator's name in the table of keys.
pub(crate) const OPERATOR: &str = "operator";

impl Hub {
    pub(crate) fn new(url: String, ca: &Path, operator_key: &str) -> Result<Self> {
        let client = http_client(Some(ca)).map_err(|e| Failure(e.to_string()))?;
        Ok(Self {
            url,
            client,
            keys: HashMap::from([(OPERATOR.to_owned(), operator_key.trim().to_owned())]),
        })
    }

    pub(crate) fn keep_key(&mut self, who: &str, key: &str) {
        self.keys.insert(who.to_owned(), key.to_owned());
    }

    /// Waits until the hub is ready.
    pub(crate) async fn ready(&self) -> Result<()> {
        let ready = eventually(START, || async {
            let answer = self.client.get(format!("{}/readyz", self.url)).send().await;
            answer.ok().filter(|a| a.status().is_success()).map(drop)
        });
        ready
            .await
            .ok_or_else(|| unlike("the hub answers /readyz", "nothing within four minutes"))
    }

    async fn call(&self, who: &str, request: reqwest::RequestBuilder, what: &str) -> Result<Value> {
        let key = self.keys.get(who).map(String::as_str).unwrap_or_default();
        let failed = |e: reqwest::Error| Failure(format!("{what}: the hub did not answer: {e}"));
        let response = request.bearer_auth(key).send().await.map_err(failed)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(failed)?;
        if !status.is_success() {
            return Err(unlike(
                &format!("{what} is answered 2xx"),
                format!("{status} {}", String::from_utf8_lossy(&bytes)),
            ));
        }
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Result<Value> {
        self.call(
            who,
            self.client.get(format!("{}{path}", self.url)),
            &format!("GET {path}"),
        )
        .await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> Result<Value> {
        self.call(
            who,
            self.client.post(format!("{}{path}", self.url)).json(body),
            &format!("POST {path}"),
        )
        .await
    }

    /// Returns the delivery of a message to a party, as the operator sees it.
    pub(crate) async fn delivery(&self, message: &str, to: &str) -> Result<Value> {
        let state = self.get(OPERATOR, &format!("/v1/messages/{message}")).await?;
        let deliveries = state.get("deliveries").and_then(Value::as_array);
        let found = deliveries.and_then(|all| all.iter().find(|d| d["to"] == to));
        found
            .cloned()
            .ok_or_else(|| unlike(&format!("a delivery to {to}"), &state))
    }

    /// Waits until `is_it` accepts the delivery, with a deadline.
    pub(crate) async fn until(
        &self,
        message: &str,
        to: &str,
        expected: &str,
        is_it: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let found = eventually(DEADLINE, || async {
            match self.delivery(message, to).await {
                Ok(delivery) => is_it(&delivery).then_some(Ok(delivery)),
                Err(failure) => Some(Err(failure)),
            }
        });
        match found.await {
            Some(found) => found,
            None => Err(unlike(expected, self.delivery(message, to).await?)),
        }
    }

    /// Waits until the delivery is in a state.
    pub(crate) async fn state(&self, message: &str, to: &str, state: &str) -> Result<Value> {
        let expected = format!("the delivery of {message} to {to} is {state}");
        self.until(message, to, &expected, |d| d["state"] == state).await
    }
}
