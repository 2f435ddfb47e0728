//! Couriers that send nothing, and record the requests.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bindeledd_core::contract::Response;
use bindeledd_core::{DeliveryId, Endpoint, EndpointAddress, Released};
use bindeledd_engine::ports::{Courier, Events, Frozen, MailboxRequest, SendError, SendFailure, Start};
use serde_json::{Value, json};
use tokio::sync::watch;

/// A courier that sends nothing.
#[derive(Debug, Default)]
pub struct Nowhere;

#[async_trait]
impl Courier for Nowhere {
    async fn send(
        &self,
        _: Released<Frozen>,
        _: &Endpoint,
        _: &EndpointAddress,
        _: &Start,
    ) -> Result<Response, SendError> {
        Err(SendError::Transient(SendFailure::NoConnection, "nowhere".into()))
    }

    async fn ask(&self, _: MailboxRequest, _: &Endpoint, _: &EndpointAddress) -> Result<Response, SendError> {
        Err(SendError::Transient(SendFailure::NoConnection, "nowhere".into()))
    }

    async fn listen(&self, _: MailboxRequest, _: &Endpoint, _: &EndpointAddress) -> Result<Box<dyn Events>, SendError> {
        Err(SendError::Transient(SendFailure::NoConnection, "nowhere".into()))
    }

    async fn probe(&self, _: &Endpoint, _: &EndpointAddress) -> Result<u16, SendError> {
        Err(SendError::Transient(SendFailure::NoConnection, "nowhere".into()))
    }
}

/// A request whose sending began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Delivery of the request.
    pub delivery: DeliveryId,
    /// Origin of the receiver's address.
    pub to: String,
    /// Path of the request.
    pub path: String,
    /// Bytes of the body.
    pub body: Vec<u8>,
}

impl Sent {
    /// Returns the body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// The point at which sendings are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Sendings are not held.
    No,
    /// Sendings are held before the first byte.
    BeforeTheyBegin,
    /// Sendings are held after the bytes have left, before the receiver answers.
    BeforeTheAnswer,
}

/// Records every sending and answers as scripted; without a script, answers 200 with some JSON.
#[derive(Debug)]
pub struct ScriptedCourier {
    script: Mutex<Script>,
    hold: watch::Sender<Hold>,
}

#[derive(Debug, Default)]
struct Script {
    sent: Vec<Sent>,
    given_up: Vec<DeliveryId>,
    answered: Vec<(DeliveryId, u16)>,
    answers: HashMap<String, VecDeque<Result<Response, SendError>>>,
    away: bool,
    has_no_credentials: bool,
}

impl Default for ScriptedCourier {
    fn default() -> Self {
        Self {
            script: Mutex::default(),
            hold: watch::channel(Hold::No).0,
        }
    }
}

/// Makes an answer with this status and some JSON.
pub fn answer(status: u16) -> Result<Response, SendError> {
    Ok(Response {
        status,
        headers: vec![("content-type".into(), "application/json".into())],
        body: json!({"ok": status < 300}).to_string().into_bytes(),
    })
}

impl ScriptedCourier {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes every credential out of the configuration, or puts them in again.
    pub fn lose_credentials(&self, are_lost: bool) {
        self.script().has_no_credentials = are_lost;
    }

    /// Scripts the next answer from this origin; later answers are 200.
    pub fn next_answer(&self, origin: &str, answer: Result<Response, SendError>) {
        self.script()
            .answers
            .entry(origin.to_owned())
            .or_default()
            .push_back(answer);
    }

    /// Holds sendings, or lets them continue.
    pub fn hold(&self, hold: Hold) {
        self.hold.send_replace(hold);
    }

    /// Makes every mailbox unavailable from now on, or available again.
    pub fn mailboxes_are_away(&self, away: bool) {
        self.script().away = away;
    }

    /// Returns the sendings that began, in order.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.script().sent.clone()
    }

    /// Returns the releases that were given up before the first byte.
    #[must_use]
    pub fn given_up(&self) -> Vec<DeliveryId> {
        self.script().given_up.clone()
    }

    /// The status of each answer that a sending got, in order.
    #[must_use]
    pub fn answered(&self) -> Vec<(DeliveryId, u16)> {
        self.script().answered.clone()
    }

    async fn pass(&self, held: Hold) {
        let mut hold = self.hold.subscribe();
        // `self` holds the sender, so that the channel can not close.
        let _ = hold.wait_for(|hold| *hold != held).await;
    }
}

impl Script {
    /// Takes the next scripted answer of an address.
    fn next(&mut self, origin: &str) -> Option<Result<Response, SendError>> {
        self.answers.get_mut(origin)?.pop_front()
    }
}

#[async_trait]
impl Courier for ScriptedCourier {
    fn has_credential(&self, _: &str) -> bool {
        !self.script().has_no_credentials
    }

    async fn send(
        &self,
        released: Released<Frozen>,
        _: &Endpoint,
        address: &EndpointAddress,
        start: &Start,
    ) -> Result<Response, SendError> {
        let delivery = released.delivery();
        self.pass(Hold::BeforeTheyBegin).await;
        if !start.begin() {
            self.script().given_up.push(delivery);
            return Err(SendError::Transient(
                SendFailure::NoConnection,
                "it came too late to begin".into(),
            ));
        }
        let request = released.into_bytes().request;
        self.script().sent.push(Sent {
            delivery,
            to: address.origin.clone(),
            path: request.path,
            body: request.body,
        });
        self.pass(Hold::BeforeTheAnswer).await;
        let scripted = self.script().next(&address.origin);
        let response = scripted.unwrap_or_else(|| answer(200))?;
        self.script().answered.push((delivery, response.status));
        Ok(response)
    }

    async fn ask(&self, _: MailboxRequest, _: &Endpoint, _: &EndpointAddress) -> Result<Response, SendError> {
        if self.script().away {
            return Err(SendError::Transient(
                SendFailure::NoConnection,
                "the mailbox does not answer".into(),
            ));
        }
        answer(200)
    }

    async fn listen(&self, _: MailboxRequest, _: &Endpoint, _: &EndpointAddress) -> Result<Box<dyn Events>, SendError> {
        Err(SendError::Transient(
            SendFailure::NoConnection,
            "it has no events".into(),
        ))
    }

    async fn probe(&self, _: &Endpoint, address: &EndpointAddress) -> Result<u16, SendError> {
        let scripted = self.script().next(&address.origin);
        Ok(scripted.unwrap_or_else(|| answer(200))?.status)
    }
}
