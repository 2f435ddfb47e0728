//! The steps of one item: it is fetched, read, accepted or set aside, and marked as read.

use std::sync::Arc;

use bindeledd_core::contract::{Document, InboxAnswer, InboxAsk, Reading, Request};
use bindeledd_core::delivery::Cause;
use bindeledd_core::fetched::Step;
use bindeledd_core::{ControlNotice, Party, PartyName, backoff, party_texts};
use bindeledd_texts::cause::CauseText;
use bindeledd_texts::{Lang, Text as _};

use super::asking::{Asked, Leader};
use super::{FAILURES, Fetcher, mailbox_of};
use crate::accept::Source;
use crate::error::EngineError;
use crate::ports::{AdapterFault, FetchedItem, Frozen, ItemStep, Origin, ReceiptOutcome, StoreError};

impl Fetcher {
    /// Takes an item as many steps as possible now. Returns `false` if the mailbox failed.
    pub(super) async fn take(&self, leader: &Leader, mut item: FetchedItem) -> Result<bool, StoreError> {
        let inner = &self.inner;
        if item.state.step == Step::Listed {
            match self.ask(leader, &InboxAsk::Fetch(item.item.clone())).await {
                Asked::Answer(InboxAnswer::Document { media_type, body }) => {
                    let step = ItemStep::Fetched {
                        media_type: media_type.clone(),
                        body: body.clone(),
                    };
                    inner.store.item_step(&item.key, step, inner.clock.now()).await?;
                    item.state.step = Step::Fetched;
                    item.document = Some((media_type, body));
                }
                Asked::Answer(InboxAnswer::Gone) => {
                    return inner
                        .store
                        .item_step(&item.key, ItemStep::Gone, inner.clock.now())
                        .await;
                }
                Asked::Failed(cause) if item.state.attempts < FAILURES => return self.later(&item, None, cause).await,
                Asked::Answer(_) if item.state.attempts < FAILURES => {
                    let cause = Cause::new("BL-4011", CauseText::NoDocument.to_string());
                    return self.later(&item, None, cause).await;
                }
                Asked::Answer(_) | Asked::NoSuchThing => {
                    let cause = Cause::new("BL-4011", CauseText::NotFetched.to_string());
                    self.set_aside(leader, &item, None, cause, None).await?;
                    return Ok(true);
                }
                Asked::Never(cause) | Asked::Failed(cause) => {
                    self.set_aside(leader, &item, None, cause, None).await?;
                    return Ok(true);
                }
                Asked::Later(after, cause) => return self.later(&item, after, cause).await,
            }
        }
        if item.state.step == Step::Fetched {
            return self.accept(leader, &item).await;
        }
        if item.state.step == Step::Accepted {
            inner
                .store
                .item_step(&item.key, ItemStep::Answered, inner.clock.now())
                .await?;
        }
        self.mark(leader, &item).await
    }

    async fn later(&self, item: &FetchedItem, after: Option<u32>, cause: Cause) -> Result<bool, StoreError> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let due = inner.after(
            now,
            backoff::wait(item.state.attempts + 1, inner.entropy.number(), after),
        );
        let step = ItemStep::TryAgain { due, cause };
        inner.store.item_step(&item.key, step, now).await?;
        Ok(false)
    }

    async fn mark(&self, leader: &Leader, item: &FetchedItem) -> Result<bool, StoreError> {
        let store = &self.inner.store;
        let now = self.inner.clock.now();
        match self.ask(leader, &InboxAsk::Mark(item.item.clone())).await {
            Asked::NoSuchThing | Asked::Answer(InboxAnswer::Done | InboxAnswer::Gone) => {
                store.item_step(&item.key, ItemStep::Marked, now).await
            }
            Asked::Answer(_) => {
                let cause = Cause::new("BL-4011", CauseText::NotMarked.to_string());
                self.later(item, None, cause).await
            }
            Asked::Later(after, cause) => self.later(item, after, cause).await,
            Asked::Never(cause) | Asked::Failed(cause) => self.later(item, None, cause).await,
        }
    }

    /// Reads a fetched document and accepts it as a document of its sender. The transport names the sender; a name in
    /// the document does not count.
    async fn accept(&self, leader: &Leader, item: &FetchedItem) -> Result<bool, StoreError> {
        let inner = &self.inner;
        let Some((media_type, body)) = &item.document else {
            return Err(StoreError::Damaged("a fetched item has no document".into()));
        };
        let directory = inner.directory();
        let sender = PartyName::parse(&item.item.sender).ok();
        let sender = sender.and_then(|name| directory.resolve(&name).cloned());
        // A suspended sender counts as unknown, since its credentials may be stolen.
        let sender = sender.filter(|party| !party.suspended && mailbox_of(party).as_ref() == Some(&self.name));
        let endpoint = sender.as_ref().and_then(|party| party.endpoint.clone());
        let (Some(sender), Some(endpoint)) = (sender, endpoint) else {
            let cause = Cause::new("BL-4012", party_texts::UNKNOWN_SENDER);
            self.set_aside(leader, item, None, cause, None).await?;
            return Ok(true);
        };
        let now = inner.clock.now();
        let mut context = inner.context(&sender, &endpoint, now);
        context.item = Some(item.item.clone());
        let document = Document { media_type, body };
        let adapters = inner.adapters_now(&endpoint.adapter);
        let reading = match adapters.read(&endpoint.adapter, document, &context).await {
            Ok(reading) => reading,
            // Items of one resting sender must not fill a mailbox that others share. They are refused, and the sender
            // can send them again.
            Err(fault @ AdapterFault::Resting { .. }) => {
                let cause = Cause::new(fault.code(), party_texts::RESTING_SENDER);
                self.set_aside(leader, item, Some(&sender), cause, None).await?;
                return Ok(true);
            }
            Err(fault) if fault.is_transient() => {
                let cause = Cause::new(fault.code(), fault.to_string());
                return self.later(item, None, cause).await.map(|_| true);
            }
            Err(fault) => {
                let cause = Cause::new(fault.code(), party_texts::UNREADABLE);
                self.set_aside(leader, item, Some(&sender), cause, None).await?;
                return Ok(true);
            }
        };
        match reading {
            Reading::Messages {
                messages,
                origin,
                wants_receipt,
                ..
            } => {
                let origin = wants_receipt.then(|| Origin {
                    adapter: endpoint.adapter.clone(),
                    origin,
                });
                let source = Source::of(&*adapters, &endpoint, origin, Some(item.key.clone()));
                let accepted = inner.accept(&sender, messages, source, now).await;
                if let Err(error) = accepted {
                    let cause = why_not_taken(error)?;
                    self.set_aside(leader, item, Some(&sender), cause, None).await?;
                }
            }
            Reading::Receipt(receipt) => {
                let outcome = inner.store.receipt(&sender.id, &receipt, now).await?;
                inner.store.item_step(&item.key, ItemStep::Accepted, now).await?;
                if matches!(outcome, ReceiptOutcome::Settled(_)) {
                    inner.wake(&sender.id);
                }
            }
            Reading::Nothing(_) => {
                inner.store.item_step(&item.key, ItemStep::Accepted, now).await?;
            }
            Reading::Refused(refusal) => {
                let cause = Cause::new("BL-3101", refusal.text);
                self.set_aside(leader, item, Some(&sender), cause, refusal.answer)
                    .await?;
            }
        }
        Ok(true)
    }

    /// Sets an item aside with a reason. The sender's system gets a negative receipt, if its format has one.
    async fn set_aside(
        &self,
        leader: &Leader,
        item: &FetchedItem,
        sender: Option<&Arc<Party>>,
        cause: Cause,
        answer: Option<Request>,
    ) -> Result<(), StoreError> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let answer = match answer {
            Some(answer) => Some(answer),
            None => self.decline(leader, &item.item, &cause, now).await,
        };
        // The answer to an unknown sender also goes over the mailbox. Any party behind the mailbox can carry it.
        let carrier = sender.unwrap_or(&leader.party);
        let answer = answer.map(|request| {
            let notice = ControlNotice::receipt_to_sender(carrier.id.clone(), None);
            let frozen = Frozen {
                adapter: Some(leader.endpoint.adapter.clone()),
                adapter_sha256: inner.adapters.sha256(&leader.endpoint.adapter),
                request,
            };
            Box::new((notice, frozen, inner.after(now, inner.settings.expire)))
        });
        tracing::warn!(mailbox = %self.name.0, place = item.key.place, code = cause.code, "an item was set aside");
        let step = ItemStep::SetAside {
            sender: sender.map(|s| s.id.clone()),
            cause,
            answer,
        };
        inner.store.item_step(&item.key, step, now).await?;
        inner.wake(&carrier.id);
        Ok(())
    }
}

/// Returns the reason why a document was not accepted, for people at the sender. If the store failed, the item is tried
/// again instead.
fn why_not_taken(error: EngineError) -> Result<Cause, StoreError> {
    let code = error.code();
    match error {
        EngineError::Store(error) => Err(error),
        // The sender can not correct the hub's clock, so that the item is tried again later.
        error @ EngineError::Clock { .. } => Err(StoreError::Away(Some(error.into()))),
        EngineError::FreeText { told, .. } => Ok(Cause::new(code, told)),
        EngineError::CorrectsNothing => Ok(Cause::new(code, party_texts::CORRECTS_NOTHING)),
        error => {
            let why = error.detail().text(Lang::Bokmal);
            Ok(Cause::new(code, party_texts::not_taken(&why)))
        }
    }
}
