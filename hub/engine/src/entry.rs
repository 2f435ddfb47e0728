//! Deliveries that a person of the sender enters in a form of the receiver's: the list, the document field by field, the
//! word of the person, and the receiver's answer. The document is released as for a party that fetches, and the text that
//! is shown is out of the released bytes.

use std::collections::BTreeSet;

use bindeledd_core::account::{Account, Act, Acting};
use bindeledd_core::delivery::{ByHand, State, Taker};
use bindeledd_core::entry::{AnswerFault, EntryStanding, ReceiverAnswer, ReceiverSaid, Receiving};
use bindeledd_core::time::local_date;
use bindeledd_core::{DeliveryId, Party, PartyId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::engine::Engine;
use crate::entry_text::EntryText;
use crate::error::EngineError;
use crate::inbox::Leave;
use crate::letters::mailbox_of;
use crate::ports::{BEGIN_WITHIN, EntryView, NotEntered, NotShown, OpenedEntry, SendersPerson, Start, Taken};

/// Deliveries that a list has at most.
const AT_MOST: usize = 200;

/// A delivery for a person who enters it, with the permission to send it in the response.
pub struct ReadEntry {
    /// Delivery.
    pub view: EntryView,
    /// Document, field by field; `None` if nobody is to enter it now, or if it has no fields.
    pub text: Option<EntryText>,
    /// Permission.
    pub leave: Leave,
}

/// A receiver's answer as a person typed it. `Debug` prints none of its words.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedAnswer {
    /// Answer.
    pub said: ReceiverSaid,
    /// Day of the answer.
    pub on: Date,
    /// The receiver's words.
    pub words: String,
    /// Time of the answer that the person saw.
    pub seen: Option<Timestamp>,
}

impl std::fmt::Debug for TypedAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TypedAnswer")
            .field("said", &self.said)
            .finish_non_exhaustive()
    }
}

/// Reason why a receiver's answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAnswered {
    /// The delivery is not for this person, or something was before.
    Not(NotEntered),
    /// The answer has faults.
    Faults(Vec<AnswerFault>),
}

impl Engine {
    /// Returns the deliveries that a person of a mailbox enters in forms of their receivers, about participants whom the
    /// person follows up.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn entries(&self, by: &Account) -> Result<Vec<EntryView>, EngineError> {
        let (party, now) = (mailbox_of(by)?, self.now());
        let to = self.entered_by_sender().await?;
        if to.is_empty() {
            return Ok(Vec::new());
        }
        let by = SendersPerson { party, person: by.id };
        let mut found = self.inner.store.entries(by, &to, now, AT_MOST).await?;
        // A receiver that is paused or suspended gets nothing new.
        let directory = self.directory();
        found.retain(|view| {
            let is_held = directory.get(&view.to).is_none_or(|to| to.is_held());
            !(is_held && matches!(view.state, State::Waiting(_)))
        });
        Ok(found)
    }

    /// Opens a delivery for a person of the sender, who enters it. A delivery that waits is handed over first, as to a
    /// system that fetches. The reading is in the audit log with the person, who then has the delivery.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; while the clock is wrong; when the store fails.
    pub async fn read_entry(
        &self,
        delivery: DeliveryId,
        by: &Account,
    ) -> Result<Result<ReadEntry, NotShown>, EngineError> {
        let (inner, party) = (&self.inner, mailbox_of(by)?);
        inner.clock_is_right()?;
        let senders = SendersPerson { party, person: by.id };
        let Some((found, receiver)) = self.entry_of(senders, delivery).await? else {
            return Ok(Err(NotShown::Unknown));
        };
        let waits = matches!(found.state, State::Waiting(_));
        if waits && found.standing.is_none() {
            return Ok(Err(NotShown::NotNow));
        }
        // A suspended sender's person hands nothing over: the check below would come after the release.
        if inner.party(party)?.suspended || receiver.suspended || waits && receiver.is_held() {
            return Ok(Err(NotShown::NotNow));
        }
        if waits {
            // The reading below makes a permission of its own.
            drop(inner.release_to_inbox(&receiver, delivery).await?);
        }
        let entered = inner.starting.enter(delivery, Start::new(&inner.clock, BEGIN_WITHIN));
        // A suspension waits for what has entered, so that its answer is true for this reading as well.
        if inner.party(party)?.suspended || inner.party(&receiver.id)?.suspended {
            return Ok(Err(NotShown::NotNow));
        }
        let taken = Taken {
            party: receiver.id.clone(),
            by: Acting::Person(by).actor(),
            taker: Taker::Sender,
            entered_by_hand: inner.adapters.entered_by_hand(),
            adapter: receiver.endpoint.as_ref().map(|endpoint| endpoint.adapter.clone()),
        };
        let now = inner.clock.now();
        let read = inner.store.read_entry(senders, delivery, &taken, now).await?;
        Ok(read.map(|OpenedEntry { view, document }| ReadEntry {
            view,
            text: document.and_then(|released| EntryText::parse(&released.into_bytes().request.body)),
            leave: Leave::of(entered),
        }))
    }

    /// Records what a person of the sender did with a delivery: [`Engine::by_hand`] for the sender's side. `knows` tells that
    /// the person has seen that no grant covers it any longer.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn enter(
        &self,
        delivery: DeliveryId,
        (said, knows): (ByHand, bool),
        by: &Account,
    ) -> Result<Result<(), NotEntered>, EngineError> {
        let senders = SendersPerson {
            party: mailbox_of(by)?,
            person: by.id,
        };
        if self.entry_of(senders, delivery).await?.is_none() {
            return Ok(Err(NotEntered::Unknown));
        }
        let store = &self.inner.store;
        Ok(store.enter(senders, delivery, said, knows, self.now()).await?)
    }

    /// Records the receiver's answer to a delivery that was entered, as a person of the sender read it in the receiver's
    /// form. It stands as that person's word, and never as one of the receiver's system.
    ///
    /// # Errors
    /// As [`Engine::enter`].
    pub async fn answer_entry(
        &self,
        delivery: DeliveryId,
        typed: &TypedAnswer,
        by: &Account,
    ) -> Result<Result<(), NotAnswered>, EngineError> {
        let (now, party) = (self.now(), mailbox_of(by)?);
        let senders = SendersPerson { party, person: by.id };
        let Some((found, _)) = self.entry_of(senders, delivery).await? else {
            return Ok(Err(NotAnswered::Not(NotEntered::Unknown)));
        };
        let Some(entered) = found.entered.filter(|_| found.standing == Some(EntryStanding::Entered)) else {
            return Ok(Err(NotAnswered::Not(NotEntered::Over)));
        };
        let days = (local_date(entered.at), local_date(now));
        let answer = match ReceiverAnswer::new(typed.said, typed.on, &typed.words, days) {
            Ok(answer) => answer,
            Err(faults) => return Ok(Err(NotAnswered::Faults(faults))),
        };
        let store = &self.inner.store;
        let answered = store.answer_entry(senders, delivery, &answer, typed.seen, now).await?;
        Ok(answered.map_err(NotAnswered::Not))
    }

    /// Returns a delivery of the sender's with its receiver, if the person may enter it.
    async fn entry_of(
        &self,
        by: SendersPerson<'_>,
        delivery: DeliveryId,
    ) -> Result<Option<(EntryView, std::sync::Arc<Party>)>, EngineError> {
        let Some(found) = self.inner.store.entry(by, delivery, self.now()).await? else {
            return Ok(None);
        };
        let receiver = self.directory().get(&found.to).cloned();
        // A person who entered it goes on with it, whoever enters the next one.
        let is_own = found.entered.is_some() || self.entered_by_sender().await?.contains(&found.to);
        Ok(receiver.filter(|_| is_own).map(|receiver| (found, receiver)))
    }

    /// Returns the parties whose documents the senders' own persons enter.
    async fn entered_by_sender(&self) -> Result<BTreeSet<PartyId>, EngineError> {
        let by_hand = self.inner.adapters.entered_by_hand();
        if by_hand.is_empty() {
            return Ok(BTreeSet::new());
        }
        let accounts = self.inner.store.accounts().await?;
        let persons: BTreeSet<&PartyId> = accounts
            .iter()
            .filter(|account| account.may(Act::UseMailbox))
            .filter_map(|account| account.party.as_ref())
            .collect();
        let directory = self.directory();
        let own = directory.iter().filter(|party| {
            let endpoint = party.endpoint.as_ref();
            let receiving = Receiving {
                fetches: party.fetches(),
                is_entered_by_hand: endpoint.is_some_and(|endpoint| by_hand.contains(&endpoint.adapter)),
                has_persons: persons.contains(&party.id),
            };
            receiving.is_entered_by_sender()
        });
        Ok(own.map(|party| party.id.clone()).collect())
    }
}
