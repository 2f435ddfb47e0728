//! A load: many callers, each of which sends its messages one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

/// The messages of a load, and their callers.
#[derive(Debug, Clone)]
pub struct Load {
    /// Target, such as `https://localhost:4711/v1/parties/nordvik/documents`.
    pub url: String,
    /// Key of the sender.
    pub key: String,
    /// Receiver of the messages.
    pub to: String,
    /// Participants of the messages, used in turn.
    pub people: Vec<String>,
    /// Number of concurrent callers.
    pub callers: usize,
    /// Number in the first message's reference.
    pub first: usize,
    /// Number of messages.
    pub count: usize,
}

/// An acknowledged message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Number in the message's reference.
    pub number: usize,
    /// The message's id in the hub.
    pub message: String,
}

impl Load {
    /// Makes a progress report in the providers' JSON, of about 1 KB like real ones.
    #[must_use]
    pub fn document(&self, number: usize) -> Value {
        json!({
            "meldingstype": "FREMDRIFT",
            "referanse": format!("last-{number}"),
            "samtalegruppe": format!("samtale-{number}"),
            "deltaker": {"norskIdent": self.people[number % self.people.len()], "navn": "Snill Tester"},
            "veileder": {"navn": "Grønn Vits", "rolle": "jobbkonsulent", "enhet": "Avdeling Havna", "telefon": "22112233"},
            "mottakere": [self.to],
            "sendt": "2026-11-20T10:15:00+01:00",
            "innhold": {
                "status": {"type": "DELTAR"}, "oppmoteprosent": 90, "dagerPerUke": 3, "deltakelsesprosent": 60,
                "aktivitet": "Lager og logistikk. ".repeat(20),
                "arbeidssted": "Lageret på Havna",
            }
        })
    }

    /// Sends every message once, and returns the acknowledged ones. A message without an answer is not sent again, since the test
    /// knows the promises. `stop` counts the acknowledged messages; setting it to `usize::MAX` ends the load early.
    pub async fn run(&self, client: &Client, stop: &Arc<AtomicUsize>) -> Vec<Sent> {
        let next = Arc::new(AtomicUsize::new(0));
        let callers: Vec<_> = (0..self.callers)
            .map(|_| {
                let (load, client, next, stop) = (self.clone(), client.clone(), Arc::clone(&next), Arc::clone(stop));
                tokio::spawn(async move { load.caller(&client, &next, &stop).await })
            })
            .collect();
        let mut sent = Vec::with_capacity(self.count);
        for caller in callers {
            sent.extend(caller.await.unwrap());
        }
        sent
    }

    async fn caller(&self, client: &Client, next: &AtomicUsize, stop: &AtomicUsize) -> Vec<Sent> {
        let mut sent = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= self.count || stop.load(Ordering::Relaxed) == usize::MAX {
                return sent;
            }
            let number = self.first + n;
            if let Some(message) = self.send(client, number).await {
                sent.push(Sent { number, message });
                stop.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Sends one message, with retries while the hub is unavailable; `None` after ten seconds without an answer.
    async fn send(&self, client: &Client, number: usize) -> Option<String> {
        let body = serde_json::to_vec(&self.document(number)).unwrap();
        for _ in 0..200 {
            let request = client
                .post(&self.url)
                .bearer_auth(&self.key)
                .header("content-type", "application/json");
            if let Ok(answer) = request.body(body.clone()).send().await {
                let status = answer.status().as_u16();
                let bytes = answer.bytes().await.unwrap_or_default();
                if status == 202 {
                    let answer: Value = serde_json::from_slice(&bytes).ok()?;
                    return answer["messages"][0]["id"].as_str().map(str::to_owned);
                }
                assert!(
                    status >= 500 || status == 429,
                    "message {number}: {status} {}",
                    String::from_utf8_lossy(&bytes)
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        None
    }
}
