//! Receivers that fetch. Their deliveries are released in the same way, and sent in the response to the party's own
//! request.

use std::sync::Arc;

use bindeledd_core::account::{Act, Acting};
use bindeledd_core::audit::AuditAction;
use bindeledd_core::delivery::{ByHand, State, Taker};
use bindeledd_core::{AccessReason, DeliveryId, Opened, Party, PartyId};
use bindeledd_texts::problem::Detail;
use jiff::Timestamp;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::inner::Inner;
use crate::not_opened::OpeningError;
use crate::ports::{Acknowledged, Answered, Attempt, BEGIN_WITHIN, Outcome, ReserveOutcome, Start, StoreError, Taken};
use crate::release::{ReleasedBytes, Written, settle_for_sure, write_for};
use crate::starting::Entered;

/// One document in an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxItem {
    /// Id of the delivery, by which the party acknowledges the document.
    pub delivery: DeliveryId,
    /// Media type of the document.
    pub media_type: String,
    /// Bytes of the document.
    pub body: Vec<u8>,
}

/// The result of reading an inbox.
#[derive(Debug)]
pub struct InboxLook {
    /// Documents.
    pub items: Vec<InboxItem>,
    /// Permission to send the documents in the response.
    pub leave: Leave,
}

/// The operator's look into an inbox: documents that were opened with a reason.
#[derive(Debug)]
pub struct OpenedInbox {
    /// Documents.
    pub items: Vec<Opened<InboxItem>>,
    /// Permission to send the documents in the response.
    pub leave: Leave,
}

/// The permission to send documents of an inbox in a response. The permission is as short as that of a sending, and a
/// withdrawal waits for it. Dropping this value ends the permission.
#[derive(Debug, Default)]
pub struct Leave(Vec<Entered>);

impl Leave {
    /// Makes the permission for one document.
    pub(crate) fn of(entered: Entered) -> Self {
        Self(vec![entered])
    }

    /// Begins the sending. The caller calls this where the response goes to the socket, and sends nothing if it returns
    /// `false`. The next reading of the inbox finds the documents again, if they may still be sent.
    #[must_use]
    pub fn begin(&self) -> bool {
        // A refused permission ends the loop. The drop ends the permissions after it.
        self.0.iter().all(|entered| entered.start().begin())
    }

    /// Returns whether the time to begin is nearly over. A slow reading then returns the documents that it has.
    fn is_urgent(&self) -> bool {
        let oldest = self.0.first();
        oldest.is_some_and(|entered| entered.start().left() < BEGIN_WITHIN / 2)
    }
}

impl Engine {
    /// Returns the documents in a party's inbox, oldest first. The hub decides again about each. The answer has at
    /// least one document, at most `limit`, and as many as fit its size. A document stays in the inbox until it is
    /// acknowledged. If a person of the mailbox reads the inbox, an audit row is on disk before a document is shown.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person who does not use this mailbox; [`OpeningError::NeedsReason`] for the
    /// operator; when the store or the party's adapter fails.
    pub async fn inbox(&self, party: &PartyId, limit: usize, by: Acting<'_>) -> Result<InboxLook, EngineError> {
        if taker(party, by)? == Taker::Operator {
            return Err(OpeningError::NeedsReason.into());
        }
        let look = self.look(party, limit).await?;
        if !look.items.is_empty() {
            let shown = look.items.iter().map(|item| item.delivery).collect::<Vec<_>>();
            self.note_reading(party, &shown, by).await?;
        }
        Ok(look)
    }

    /// Returns the documents in a party's inbox, as [`Self::inbox`] does, opened for the operator with a reason. One
    /// transaction writes the audit row and a look at each message before a document is shown. The participants are told.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for everybody but the operator; when the store or the party's adapter fails.
    pub async fn open_inbox(
        &self,
        party: &PartyId,
        limit: usize,
        reason: &AccessReason,
        by: Acting<'_>,
    ) -> Result<OpenedInbox, EngineError> {
        if by != Acting::Operator {
            return Err(EngineError::NotAllowed {
                what: Detail::OperatorOpensInbox,
            });
        }
        let InboxLook { items, leave } = self.look(party, limit).await?;
        if items.is_empty() {
            let items = Vec::new();
            return Ok(OpenedInbox { items, leave });
        }
        let deliveries: Vec<_> = items.iter().map(|item| item.delivery).collect();
        let (store, now) = (&self.inner.store, self.inner.clock.now());
        let access = store.open_inbox(party, &deliveries, reason, &by.actor(), now).await?;
        let items = items.into_iter();
        let items = items.filter_map(|item| access.open_delivery(item.delivery, item));
        Ok(OpenedInbox {
            items: items.collect(),
            leave,
        })
    }

    /// Releases the documents in a party's inbox, oldest first.
    async fn look(&self, party: &PartyId, limit: usize) -> Result<InboxLook, EngineError> {
        let inner = &self.inner;
        let known = inner.party(party)?;
        if !known.fetches() {
            let what = Detail::NoInbox {
                party: party.to_string(),
            };
            return Err(EngineError::Conflict { what });
        }
        inner.clock_is_right()?;
        let (mut items, mut leave) = (Vec::new(), Leave::default());
        if known.is_held() {
            return Ok(InboxLook { items, leave });
        }
        // A hand-over makes the next delivery of the conversation its head, so that the loop reads the inbox again.
        let mut seen: Vec<DeliveryId> = Vec::new();
        let mut bytes = 0;
        let has_room = |items: &[InboxItem], bytes| items.len() < limit && bytes < inner.settings.answer_bytes;
        while has_room(&items, bytes) && !leave.is_urgent() {
            let found = inner.store.inbox(party, inner.clock.now(), limit).await?;
            let fresh: Vec<_> = found.into_iter().filter(|d| !seen.contains(d)).collect();
            if fresh.is_empty() {
                break;
            }
            for delivery in fresh {
                seen.push(delivery);
                if has_room(&items, bytes)
                    && !leave.is_urgent()
                    && let Some((released, entered)) = inner.release_to_inbox(&known, delivery).await?
                {
                    let item = item(released);
                    bytes += item.body.len();
                    items.push(item);
                    leave.0.push(entered);
                }
            }
        }
        Ok(InboxLook { items, leave })
    }

    /// Acknowledges a document that was taken out of a party's inbox. The delivery is delivered if the party itself, or
    /// a person of its mailbox, took the document and nobody has to enter it elsewhere. In all other cases the document
    /// is with a person.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person who does not use this mailbox; when the store fails.
    pub async fn acknowledge(
        &self,
        party: &PartyId,
        delivery: DeliveryId,
        by: Acting<'_>,
    ) -> Result<Acknowledged, EngineError> {
        let inner = &self.inner;
        let taker = taker(party, by)?;
        let endpoint = inner.party(party)?.endpoint.clone();
        let taken = Taken {
            party: party.clone(),
            by: by.actor(),
            taker,
            entered_by_hand: inner.adapters.entered_by_hand(),
            adapter: endpoint.map(|endpoint| endpoint.adapter),
        };
        Ok(inner.store.acknowledge(delivery, &taken, inner.clock.now()).await?)
    }

    /// Records a person's answer about a document that was taken out of a party's inbox. The answer shows no content: a
    /// person who acts on messages may give it too.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for every other person; when the store fails. `false` if the document is not with a
    /// person.
    pub async fn by_hand(
        &self,
        party: &PartyId,
        delivery: DeliveryId,
        said: ByHand,
        by: Acting<'_>,
    ) -> Result<bool, EngineError> {
        if !by.may(Act::HandleMessages) {
            taker(party, by)?;
        }
        let (by, now) = (by.actor(), self.inner.clock.now());
        Ok(self.inner.store.by_hand(party, delivery, said, &by, now).await?)
    }

    /// Writes the audit row of a person who reads a party's inbox, in addition to the rows of the deliveries.
    async fn note_reading(
        &self,
        party: &PartyId,
        deliveries: &[DeliveryId],
        by: Acting<'_>,
    ) -> Result<(), EngineError> {
        match by {
            Acting::Person(_) => {}
            Acting::Operator | Acting::Party(_) | Acting::Hub => return Ok(()),
        }
        let deliveries: Vec<_> = deliveries.iter().map(ToString::to_string).collect();
        let detail = serde_json::json!({ "party": party.as_str(), "deliveries": deliveries });
        let now = self.inner.clock.now();
        let action = AuditAction::InboxRead;
        Ok(self.inner.store.note(action, &by.actor(), &detail, now).await?)
    }
}

/// Returns the side that somebody takes documents out of a party's inbox for.
///
/// # Errors
/// [`EngineError::NotAllowed`] for a person who does not use the party's mailbox.
fn taker(party: &PartyId, by: Acting<'_>) -> Result<Taker, EngineError> {
    match by {
        _ if by.is_of(party) => Ok(Taker::Receiver),
        Acting::Person(_) => Err(EngineError::NotAllowed {
            what: Detail::InboxOfParty {
                party: party.to_string(),
            },
        }),
        Acting::Party(_) | Acting::Operator | Acting::Hub => Ok(Taker::Operator),
    }
}

impl Inner {
    pub(crate) async fn release_to_inbox(
        self: &Arc<Self>,
        party: &Party,
        delivery: DeliveryId,
    ) -> Result<Option<(ReleasedBytes, Entered)>, StoreError> {
        let now = self.clock.now();
        let Some(input) = self.store.release_input(delivery).await? else {
            return Ok(None);
        };
        if matches!(input.state, State::AwaitingReceipt(_)) {
            let entered = self.starting.enter(delivery, Start::new(&self.clock, BEGIN_WITHIN));
            let released = self.store.reread(delivery, now).await?.ok();
            return Ok(released.map(|released| (released, entered)));
        }
        if !matches!(input.state, State::Waiting(_)) {
            return Ok(None);
        }
        let written = match write_for(self, &input, party, party.endpoint.as_ref(), now).await? {
            Written::Frozen => None,
            Written::Now(frozen, permitted) => Some((frozen, permitted)),
            Written::Later(_) | Written::Over => return Ok(None),
        };
        let now = self.clock.now();
        let released = match self
            .store
            .reserve(delivery, written, now, self.after(now, self.settings.release))
            .await?
        {
            ReserveOutcome::Reserved(released) => released,
            ReserveOutcome::NotNow | ReserveOutcome::Changed | ReserveOutcome::Stopped(_) => return Ok(None),
        };
        // From here on the work completes even if the caller hangs up. The caller finds the document when it reads the
        // inbox again.
        let inner = Arc::clone(self);
        let handing_over = tokio::spawn(async move { inner.hand_over(released, input.expires_at).await });
        handing_over.await.unwrap_or(Ok(None))
    }

    async fn hand_over(
        &self,
        released: ReleasedBytes,
        until: Timestamp,
    ) -> Result<Option<(ReleasedBytes, Entered)>, StoreError> {
        let delivery = released.delivery();
        let entered = self.starting.enter(delivery, Start::new(&self.clock, BEGIN_WITHIN));
        if !self.store.begin_sending(delivery, self.clock.now()).await? {
            return Ok(None);
        }
        let outcome = Outcome::AwaitingReceipt {
            references: Vec::new(),
            until,
        };
        let attempt = Attempt {
            answer: Answered::Fetched,
            adapter: released.bytes().adapter.clone(),
            adapter_sha256: released.bytes().adapter_sha256,
        };
        let handed_over = settle_for_sure(self, delivery, (outcome, attempt), self.clock.now()).await?;
        Ok(handed_over.then_some((released, entered)))
    }
}

fn item(released: ReleasedBytes) -> InboxItem {
    let delivery = released.delivery();
    let request = released.into_bytes().request;
    let media_type = request
        .headers
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    InboxItem {
        delivery,
        media_type: media_type.map_or_else(|| "application/octet-stream".into(), |(_, value)| value),
        body: request.body,
    }
}
