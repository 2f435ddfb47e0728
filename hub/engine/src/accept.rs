//! Acceptance: from a party's document to messages and deliveries on disk.

use std::sync::Arc;

use bindeledd_core::audit::AuditAction;
use bindeledd_core::contract::{Context, Document, Outcome, Reading, Receipt, Refusal, Request};
use bindeledd_core::guard;
use bindeledd_core::{
    Body, CategorySet, ControlNotice, Conversation, DeliveryId, Draft, Endpoint, InputCode, InputError, Kind,
    MessageId, Party, PartyId, PartyName, Receivers, Recipients, Target, party_texts,
};
use bindeledd_texts::problem::Detail;
use jiff::Timestamp;
use serde_json::Value;

use crate::directory::Directory;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::inner::Inner;
use crate::ports::{
    Acceptance, Accepted, AcceptedMessage, Actor, Adapters, Frozen, ItemKey, NewMessage, NotAccepted, Origin, ReadBy,
    ReceiptOutcome, RepliedTo, StoreError, WrittenBy,
};
use crate::settings::FreeText;

/// The kind of a document, and its outcome.
#[derive(Debug, Clone, PartialEq)]
pub enum DocumentAnswer {
    /// The document holds messages, and they are on disk.
    Accepted {
        /// Outcome of each message.
        messages: Vec<AcceptedMessage>,
        /// Parts of the document that are in no message.
        left_out: Vec<String>,
    },
    /// The document is a receipt.
    Receipt {
        /// Content of the receipt.
        receipt: Receipt,
        /// Effect of the receipt.
        outcome: ReceiptOutcome,
    },
    /// The document contains nothing to forward, for this reason.
    Nothing(String),
}

impl Engine {
    /// Accepts a native document from `sender`. The adapter of the sender's endpoint reads it.
    ///
    /// # Errors
    /// The fault in the document. Nothing of the document is then on disk, and only its sender learns of the fault.
    pub async fn accept_document(
        &self,
        sender: &PartyId,
        media_type: &str,
        body: &[u8],
    ) -> Result<DocumentAnswer, EngineError> {
        let inner = &self.inner;
        let party = inner.party(sender)?;
        let Some(endpoint) = &party.endpoint else {
            let what = Detail::NoEndpoint {
                party: sender.to_string(),
            };
            return Err(EngineError::Conflict { what });
        };
        let now = inner.clock.now();
        let context = inner.context(&party, endpoint, now);
        let document = Document { media_type, body };
        let adapters = inner.adapters_now(&endpoint.adapter);
        match adapters.read(&endpoint.adapter, document, &context).await? {
            Reading::Messages {
                messages,
                left_out,
                origin,
                wants_receipt,
            } => {
                let origin = wants_receipt.then(|| Origin {
                    adapter: endpoint.adapter.clone(),
                    origin,
                });
                let source = Source::of(&*adapters, endpoint, origin.clone(), None);
                match inner.accept(&party, messages, source, now).await {
                    Ok(messages) => Ok(DocumentAnswer::Accepted { messages, left_out }),
                    Err(EngineError::FreeText { flags, told, .. }) => {
                        let answer = inner.refuse(&*adapters, &party, (&told, origin), &context, now).await?;
                        Err(EngineError::FreeText { flags, told, answer })
                    }
                    Err(error) => Err(error),
                }
            }
            Reading::Receipt(receipt) => {
                let outcome = inner.store.receipt(sender, &receipt, now).await?;
                // The receipt may have freed a conversation.
                inner.wake(sender);
                Ok(DocumentAnswer::Receipt { receipt, outcome })
            }
            Reading::Nothing(why) => Ok(DocumentAnswer::Nothing(why)),
            Reading::Refused(refusal) => {
                inner.send_refusal(&*adapters, &party, &refusal, now).await?;
                Err(EngineError::Refused(refusal))
            }
        }
    }

    /// Accepts a message in the hub's own JSON from `sender`. Such a sender needs no adapter.
    ///
    /// # Errors
    /// As [`Engine::accept_document`].
    pub async fn accept_message(&self, sender: &PartyId, body: &[u8]) -> Result<DocumentAnswer, EngineError> {
        let party = self.inner.party(sender)?;
        let draft = Draft::parse(body)?;
        let messages = self
            .inner
            .accept(&party, vec![draft], Source::default(), self.inner.clock.now())
            .await?;
        Ok(DocumentAnswer::Accepted {
            messages,
            left_out: Vec::new(),
        })
    }
}

/// The source of a document's messages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    /// Data for an answer to the sender's system.
    pub(crate) origin: Option<Origin>,
    /// Fetched item that held the document.
    pub(crate) item: Option<ItemKey>,
    /// Adapter that read the document.
    pub(crate) read_by: Option<ReadBy>,
    /// Person who wrote the message.
    pub(crate) written: Option<WrittenBy>,
}

impl Source {
    /// Returns the source of messages that the adapter of this endpoint read.
    pub(crate) fn of(
        adapters: &dyn Adapters,
        endpoint: &Endpoint,
        origin: Option<Origin>,
        item: Option<ItemKey>,
    ) -> Self {
        let read_by = ReadBy {
            adapter: endpoint.adapter.clone(),
            sha256: adapters.sha256(&endpoint.adapter),
        };
        Self {
            origin,
            item,
            read_by: Some(read_by),
            written: None,
        }
    }
}

impl Inner {
    pub(crate) fn party(&self, id: &PartyId) -> Result<Arc<Party>, EngineError> {
        let party = self.directory().get(id).cloned();
        party.ok_or_else(|| EngineError::NotFound {
            what: Detail::NoPartyNamed { party: id.to_string() },
        })
    }

    /// Accepts every message of one document in one transaction. If a fetched item held the document, the same
    /// transaction accepts the item.
    pub(crate) async fn accept(
        &self,
        sender: &Party,
        drafts: Vec<Draft>,
        source: Source,
        now: Timestamp,
    ) -> Result<Vec<AcceptedMessage>, EngineError> {
        self.clock_is_right()?;
        let directory = self.directory();
        let mut messages = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let flags = guard::of_draft(&draft);
            if !flags.is_empty() && self.settings.free_text == FreeText::Refuse {
                return Err(self.text_refused(sender, draft.kind(), flags, now).await?);
            }
            messages.push(self.prepare(sender, draft, flags, &directory, now).await?);
        }
        let answers = source.origin.is_some();
        let acceptance = Acceptance {
            sender: sender.id.clone(),
            messages,
            origin: source.origin,
            read_by: source.read_by,
            directory,
            item: source.item,
            written: source.written,
        };
        let accepted = self
            .store
            .accept(acceptance, now)
            .await
            .inspect_err(|error| {
                if let StoreError::OverBudget(over) = error {
                    tracing::warn!(party = %sender.id, %over, "a party has spent its share");
                }
            })?
            .map_err(|refused| match refused {
                NotAccepted::ReferenceTaken(taken) => EngineError::ReferenceTaken { earlier: taken.earlier },
                NotAccepted::CorrectsNothing => EngineError::CorrectsNothing,
            })?;
        let Accepted {
            messages: accepted,
            ready,
        } = accepted;
        let is_ready = |delivery: DeliveryId| ready.iter().any(|r| r.delivery == delivery);
        for delivery in accepted.iter().filter(|m| !m.repeated).flat_map(|m| &m.deliveries) {
            match &delivery.to {
                Target::Party(party) if !is_ready(delivery.id) => self.wake(party),
                Target::Party(_) | Target::Circle => {}
            }
        }
        ready.into_iter().for_each(|input| self.offer(input));
        if answers {
            self.answers.notify_one();
        }
        Ok(accepted)
    }

    /// Completes a draft: its conversation, the message that it replies to, and its receivers.
    async fn prepare(
        &self,
        sender: &Party,
        mut draft: Draft,
        flags: Vec<guard::Finding>,
        directory: &Directory,
        now: Timestamp,
    ) -> Result<NewMessage, EngineError> {
        if draft.kind().spec().by_hub {
            let expected = "a kind that parties send; this one is the hub's own";
            return Err(InputError::new(InputCode::Invalid, "kind", expected).into());
        }
        let id = MessageId(self.entropy.uuid_v7(now));
        let replied = match &draft.in_reply_to {
            Some(reference) => self.store.replied_to(&sender.id, reference.as_str()).await?,
            None => None,
        };
        let of_replied = replied.as_ref().and_then(|r| Conversation::parse(&r.conversation));
        draft.conversation = of_replied
            .or(draft.conversation)
            .or_else(|| Conversation::parse(&id.to_string()));
        if let Some(replied) = &replied {
            widen_needs_of_answer(&mut draft, replied);
        }
        let receivers = self.receivers(sender, &draft, replied.as_ref(), directory)?;
        let latest = self.after(now, self.settings.expire);
        let expires_at = draft.expires_at.map_or(latest, |e| e.min(latest));
        if expires_at <= now {
            return Err(
                InputError::new(InputCode::Invalid, "expiresAt", "a point in time that is still to come").into(),
            );
        }
        Ok(NewMessage {
            id,
            draft,
            receivers,
            in_reply_to: replied.map(|r| r.message),
            expires_at,
            flags,
        })
    }

    /// Records the refusal of a free text in the audit log. The row names the fields, never the text.
    async fn text_refused(
        &self,
        sender: &Party,
        kind: Kind,
        flags: Vec<guard::Finding>,
        now: Timestamp,
    ) -> Result<EngineError, EngineError> {
        let found: Vec<_> = flags.iter().map(|f| format!("{} {}", f.what.code(), f.path)).collect();
        let detail = serde_json::json!({"kind": kind.code(), "flags": found});
        let by = Actor::Party(sender.id.clone());
        self.store.note(AuditAction::TextRefused, &by, &detail, now).await?;
        let text_for_sender = party_texts::text_refused(&guard::sentence(kind, &flags));
        Ok(EngineError::FreeText {
            flags,
            told: text_for_sender,
            answer: None,
        })
    }

    /// Returns the refusal of a document that could be read, with an answer in the sender's format if the sender asked
    /// for one.
    async fn refuse(
        &self,
        adapters: &dyn Adapters,
        sender: &Party,
        (text_for_sender, origin): (&str, Option<Origin>),
        context: &Context,
        now: Timestamp,
    ) -> Result<Option<Request>, EngineError> {
        let Some(origin) = origin else { return Ok(None) };
        let outcome = Outcome {
            messages: Vec::new(),
            refused: Some(text_for_sender.to_owned()),
        };
        let answer = adapters.acknowledge(&origin.adapter, &outcome, &origin.origin, context);
        // The caller learns of the refusal even if the adapter fails to write the answer.
        let answer = answer.await.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "the adapter can not tell its sender of a refusal");
            None
        });
        let mut refusal = Refusal::new("free-text", text_for_sender);
        refusal.answer = answer;
        self.send_refusal(adapters, sender, &refusal, now).await?;
        Ok(refusal.answer)
    }

    fn receivers(
        &self,
        sender: &Party,
        draft: &Draft,
        replied: Option<&RepliedTo>,
        directory: &Directory,
    ) -> Result<Receivers, EngineError> {
        let Recipients::Parties(names) = &draft.to else {
            return Ok(Receivers::Circle);
        };
        let mut parties: Vec<PartyId> = Vec::with_capacity(names.len());
        for (i, name) in names.iter().enumerate() {
            let path = format!("to[{i}]");
            let party = match directory.resolve(name) {
                Some(party) => party.id.clone(),
                // Some formats know only the hub's own address. A reply in such a format goes back to the sender of
                // the question.
                None if is_hub_itself(sender, name) => match replied {
                    Some(replied) => replied.from.clone(),
                    None => {
                        let expected =
                            "a party, or an answer to something that was sent: this is the hub's own address";
                        return Err(InputError::new(InputCode::Invalid, path, expected).into());
                    }
                },
                None => {
                    return Err(EngineError::UnknownParty {
                        name: name.to_string(),
                        path,
                    });
                }
            };
            if party == sender.id {
                return Err(InputError::new(InputCode::Invalid, path, "another party than the sender").into());
            }
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        Ok(Receivers::Parties(parties))
    }

    /// Queues the answer to a refused document, if its format has such an answer and the sender has an address.
    async fn send_refusal(
        &self,
        adapters: &dyn Adapters,
        sender: &Party,
        refusal: &Refusal,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let endpoint = sender.endpoint.as_ref().filter(|e| e.address.is_some());
        if let (Some(request), Some(endpoint)) = (&refusal.answer, endpoint) {
            let notice = ControlNotice::receipt_to_sender(sender.id.clone(), None);
            let frozen = Frozen {
                adapter: Some(endpoint.adapter.clone()),
                adapter_sha256: adapters.sha256(&endpoint.adapter),
                request: request.clone(),
            };
            self.store
                .notify(notice, frozen, self.after(now, self.settings.expire), now)
                .await?;
            self.wake(&sender.id);
        }
        Ok(())
    }
}

fn is_hub_itself(sender: &Party, name: &PartyName) -> bool {
    let Some(endpoint) = &sender.endpoint else { return false };
    match name {
        PartyName::Her(her) => endpoint.her_id == Some(*her),
        PartyName::Org(org) => endpoint.org_number.as_ref() == Some(org),
        PartyName::Id(_) => false,
    }
}

/// Adds the categories of the question to the needs of its answer, since the format of an answer may not be able to
/// name categories.
fn widen_needs_of_answer(draft: &mut Draft, replied: &RepliedTo) {
    let about = draft.body.about().union(replied.about);
    if draft.kind() != Kind::Answer || replied.kind != Kind::Question || about == draft.body.about() {
        return;
    }
    let mut raw = draft.body.to_json();
    raw["about"] = Value::from(CategorySet::codes(about));
    if let Ok(body) = Body::parse(Kind::Answer, raw) {
        draft.body = body;
    }
}
