//! Couriers that go nowhere, and write down what they were given.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bindeledd_core::contract::Response;
use bindeledd_core::{DeliveryId, Endpoint, EndpointAddress, Released};
use bindeledd_engine::ports::{Courier, Events, Frozen, MailboxRequest, SendError, Start};
use serde_json::{Value, json};
use tokio::sync::watch;

/// Nothing leaves.
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
        Err(SendError::Transient("nowhere".into()))
    }

    async fn ask(&self, _: MailboxRequest, _: &Endpoint, _: &EndpointAddress) -> Result<Response, SendError> {
        Err(SendError::Transient("nowhere".into()))
    }

    async fn listen(&self, _: MailboxRequest, _: &Endpoint, _: &EndpointAddress) -> Result<Box<dyn Events>, SendError> {
        Err(SendError::Transient("nowhere".into()))
    }

    async fn probe(&self, _: &Endpoint, _: &EndpointAddress) -> Result<u16, SendError> {
        Err(SendError::Transient("nowhere".into()))
    }
}

/// A request that began to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// The origin of the receiver's address.
    pub to: String,
    /// The path.
    pub path: String,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Sent {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Where sendings are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Nowhere.
    No,
    /// Before the first byte.
    BeforeTheyBegin,
    /// After the bytes have left, before the receiver answers.
    BeforeTheAnswer,
}

/// Writes down what leaves, and answers as a test says; 200 with a word of JSON otherwise.
#[derive(Debug)]
pub struct ScriptedCourier {
    script: Mutex<Script>,
    hold: watch::Sender<Hold>,
}

#[derive(Debug, Default)]
struct Script {
    sent: Vec<Sent>,
    given_up: Vec<DeliveryId>,
    answers: HashMap<String, VecDeque<Result<Response, SendError>>>,
    away: bool,
}

impl Default for ScriptedCourier {
    fn default() -> Self {
        Self {
            script: Mutex::default(),
            hold: watch::channel(Hold::No).0,
        }
    }
}

/// An answer with this status and a word of JSON.
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

    /// The next answer from this origin; those after it are 200.
    pub fn next_answer(&self, origin: &str, answer: Result<Response, SendError>) {
        self.script()
            .answers
            .entry(origin.to_owned())
            .or_default()
            .push_back(answer);
    }

    /// Holds sendings, or lets them go on.
    pub fn hold(&self, hold: Hold) {
        self.hold.send_replace(hold);
    }

    /// Every mailbox is away from now on, or back.
    pub fn mailboxes_are_away(&self, away: bool) {
        self.script().away = away;
    }

    /// The sendings that began, in order.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.script().sent.clone()
    }

    /// The releases that were given up before the first byte.
    #[must_use]
    pub fn given_up(&self) -> Vec<DeliveryId> {
        self.script().given_up.clone()
    }

    async fn pass(&self, held: Hold) {
        let mut hold = self.hold.subscribe();
        // The sender is in `self`, so that it can not go away.
        let _ = hold.wait_for(|hold| *hold != held).await;
    }
}

#[async_trait]
impl Courier for ScriptedCourier {
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
            return Err(SendError::Transient("it came too late to begin".into()));
        }
        let request = released.into_bytes().request;
        self.script().sent.push(Sent {
            delivery,
            to: address.origin.clone(),
            path: request.path,
            body: request.body,
        });
        self.pass(Hold::BeforeTheAnswer).await;
        let scripted = self
            .script()
            .answers
            .get_mut(&address.origin)
            .and_then(VecDeque::pop_front);
        scripted.unwrap_or_else(|| answer(200))
    }

    async fn ask(&self, _: MailboxRequest, _: &Endpoint, _: &EndpointAddress) -> Result<Response, SendError> {
        if self.script().away {
            return Err(SendError::Transient("the mailbox does not answer".into()));
        }
        answer(200)
    }

    async fn listen(&self, _: MailboxRequest, _: &Endpoint, _: &EndpointAddress) -> Result<Box<dyn Events>, SendError> {
        Err(SendError::Transient("it has no events".into()))
    }

    async fn probe(&self, _: &Endpoint, _: &EndpointAddress) -> Result<u16, SendError> {
        Ok(200)
    }
}
