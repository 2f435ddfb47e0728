//! A GP's system: Norsk helsenett's Meldingstjener v2, and behind it a record system that sends receipts and letters.

mod messages;
mod mime;
mod notifications;
mod openapi;
mod receipts;
mod send;
mod write;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

pub(crate) use openapi::OpenApi;
pub(crate) use receipts::ReceiptPlan;

use crate::Problem;
use crate::hub::Hub;
use crate::judged::Answer;
use crate::letter::Letter;
use crate::options::Gp;
use receipts::Receipt;

/// The GP's system.
#[derive(Debug)]
pub(crate) struct GpSystem {
    pub(crate) gp: Gp,
    plan: Mutex<ReceiptPlan>,
    messages: Mutex<Messages>,
    openapi: Option<OpenApi>,
}

/// State of Meldingstjener.
#[derive(Debug, Default)]
struct Messages {
    /// Messages from the hub, by the transport's id.
    outgoing: HashMap<String, Outgoing>,
    /// The newest letter from the hub, for orders that answer `last`.
    last: Option<Arc<Letter>>,
    /// Letters by MsgId, for orders that answer a particular letter.
    by_msg_id: HashMap<String, Arc<Letter>>,
    /// Items that the hub can fetch.
    queue: Vec<Queued>,
}

/// A message from the hub.
#[derive(Debug)]
struct Outgoing {
    letter: Arc<Letter>,
    receipt: Option<Receipt>,
}

/// An item that the hub can fetch.
#[derive(Debug, Clone)]
struct Queued {
    id: String,
    receiver_her: u32,
    sender_her: u32,
    msg_id: String,
    gen_date: String,
    is_app_rec: bool,
    document: Vec<u8>,
    read: bool,
}

impl GpSystem {
    pub(crate) fn new(gp: Gp) -> Result<Self, Problem> {
        Ok(Self {
            openapi: gp.openapi.as_deref().map(OpenApi::read).transpose()?,
            gp,
            plan: Mutex::default(),
            messages: Mutex::default(),
        })
    }

    fn messages(&self) -> std::sync::MutexGuard<'_, Messages> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn receipt_plan(&self) -> ReceiptPlan {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn plan_receipts(&self, plan: ReceiptPlan) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// Returns the plan for one receipt, and counts it.
    fn next_receipt(&self) -> ReceiptPlan {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let this = plan.clone();
        match &mut plan.times {
            Some(0 | 1) => *plan = ReceiptPlan::default(),
            Some(times) => *times -= 1,
            None => {}
        }
        this
    }

    /// Stores a letter, and sends the planned receipt if the letter asked for one.
    pub(crate) fn took(self: &Arc<Self>, transport_id: String, letter: Arc<Letter>, hub: Option<&Arc<Hub>>) {
        {
            let mut messages = self.messages();
            messages.by_msg_id.insert(letter.msg_id.clone(), letter.clone());
            if !letter.is_app_rec {
                messages.last = Some(letter.clone());
            }
            messages.outgoing.insert(
                transport_id.clone(),
                Outgoing {
                    letter: letter.clone(),
                    receipt: None,
                },
            );
        }
        if letter.is_app_rec {
            return;
        }
        let plan = self.next_receipt();
        let Some(receipt) = plan.receipt(letter.ack.as_deref()) else {
            return;
        };
        let (system, hub) = (self.clone(), hub.cloned());
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(plan.delay_ms)).await;
            if let Some(outgoing) = system.messages().outgoing.get_mut(&transport_id) {
                outgoing.receipt = Some(receipt.clone());
            }
            if plan.via == receipts::Via::Queue {
                let xml = write::app_rec(&system.gp, &letter, &receipt);
                system.enqueue_app_rec(&letter, xml.into_bytes());
            } else if let (Some(hub), receipts::Via::Post) = (hub, plan.via) {
                let xml = write::app_rec(&system.gp, &letter, &receipt);
                let what = json!({"receipt": receipt.status_code(), "for": receipt.msg_id(&letter)});
                hub.document_until_answered(what, "application/xml; charset=utf-8", xml.into_bytes())
                    .await;
            }
        });
    }

    /// Returns the letter with this MsgId, or the newest one.
    fn find(&self, msg_id: &str) -> Option<Arc<Letter>> {
        let messages = self.messages();
        if msg_id == "last" {
            messages.last.clone()
        } else {
            messages.by_msg_id.get(msg_id).cloned()
        }
    }

    /// Puts a receipt into Meldingstjener, where the hub fetches it.
    fn enqueue_app_rec(&self, letter: &Letter, document: Vec<u8>) {
        self.enqueue(Queued {
            id: new_id(),
            receiver_her: letter.sender.her.unwrap_or(0),
            sender_her: self.gp.her_id,
            msg_id: new_id(),
            gen_date: String::new(),
            is_app_rec: true,
            document,
            read: false,
        });
    }

    fn enqueue(&self, queued: Queued) {
        self.messages().queue.push(queued);
    }
}

/// Makes Meldingstjener's permanent refusal.
pub(crate) fn refusal() -> Answer {
    messages::error(
        400,
        1000,
        "Model validation error occurred",
        &["The receiver is not known.".to_owned()],
    )
}

/// Makes a fresh id in the transport's form.
fn new_id() -> String {
    let mut bytes = [0; 16];
    // Without randomness all ids would be equal, which a test would notice at once.
    let filled = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes);
    if filled.is_err() {
        bytes = [0; 16];
    }
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .hyphenated()
        .to_string()
}

/// Makes Meldingstjener's answer with an id, which is in quotes.
fn quoted(id: &str) -> Answer {
    Answer {
        status: 201,
        media_type: "application/json; charset=utf-8",
        body: Value::from(id).to_string().into_bytes(),
    }
}
