//! Minimisation: the content that a decision permits, and nothing else.

use bindeledd_catalogue::{
    Body, CategorySet, Draft, Message, MessageId, NationalId, Participant, PartyId, PartyName, Purpose, Recipients,
    SenderReference,
};
use jiff::Timestamp;

use crate::decide::{Decision, GrantRef, Reason};
use crate::id::DeliveryId;
use crate::party::Party;

/// Content that a [`Decision`] permits. Only a decision makes one, so that a function with such an
/// argument knows that a decision was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimised<T> {
    content: T,
    receiver: PartyId,
    permitted: CategorySet,
    withheld: CategorySet,
    grants: Vec<GrantRef>,
}

/// Reason why nothing of a message may go to a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocked {
    /// Reason of the decision, or [`Reason::PartlyGranted`] if the permitted part makes no sense
    /// alone.
    pub reason: Reason,
    /// Categories that a consent would have to cover. Only the sender may see them.
    pub would_need: CategorySet,
}

impl Decision {
    /// Returns the message as its receiver may have it: without the fields whose categories are
    /// withheld, and without the other receivers.
    ///
    /// # Errors
    /// [`Blocked`] if the message needs no category, nothing is permitted, or a required field is
    /// withheld. Also if the decision is about another sender or purpose than the message.
    pub fn minimise(&self, message: &Message) -> Result<Minimised<Message>, Blocked> {
        let needs = message.draft.body.all_needs();
        // Only the hub's own notices need no category, and they never come here.
        if needs.is_empty() {
            return Err(Blocked {
                reason: Reason::NothingAsked,
                would_need: needs,
            });
        }
        let blocked = |reason| {
            Err(Blocked {
                reason,
                would_need: needs.difference(self.permitted()),
            })
        };
        if message.from != *self.from() || message.draft.purpose != self.purpose() {
            return blocked(Reason::NoGrant);
        }
        if self.permitted().is_empty() {
            return blocked(self.reason());
        }
        let kept = message.draft.body.keep(self.permitted());
        if !kept.is_complete() {
            return blocked(Reason::OtherCategories);
        }
        let mut content = message.clone();
        content.draft.body = kept;
        content.draft.to = Recipients::Parties(vec![PartyName::Id(self.to().clone())]);
        Ok(Minimised {
            content,
            receiver: self.to().clone(),
            permitted: self.permitted().intersection(needs),
            withheld: needs.difference(self.permitted()),
            grants: self.grants().to_vec(),
        })
    }
}

impl Minimised<Message> {
    /// Returns the same message, with the sender's handler as others may see it.
    #[must_use]
    pub fn signed_by(mut self, sender: &Party) -> Self {
        let handler = &mut self.content.draft.handler;
        *handler = handler.as_ref().map(|h| sender.handler_as_others_see_it(h));
        self
    }
}

impl<T> Minimised<T> {
    /// The content.
    #[must_use]
    pub const fn content(&self) -> &T {
        &self.content
    }

    /// Receiver that may have the content.
    #[must_use]
    pub const fn receiver(&self) -> &PartyId {
        &self.receiver
    }

    /// Categories in the content.
    #[must_use]
    pub const fn permitted(&self) -> CategorySet {
        self.permitted
    }

    /// Categories that were left out of the content.
    #[must_use]
    pub const fn withheld(&self) -> CategorySet {
        self.withheld
    }

    /// Grants that permit the content.
    #[must_use]
    pub fn grants(&self) -> &[GrantRef] {
        &self.grants
    }
}

/// A notice with fixed fields and without content about the participant. A notice needs no grant,
/// and is audited like any release. A receipt goes to the party that sent the document. A
/// withdrawal notice goes to a party that got data under the withdrawn grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlNotice {
    receiver: PartyId,
    about: Option<MessageId>,
    is_receipt: bool,
}

impl ControlNotice {
    /// Makes a receipt to the sender of a document. `about` is `None` if the document was refused before it
    /// became a message.
    #[must_use]
    pub const fn receipt_to_sender(sender: PartyId, about: Option<MessageId>) -> Self {
        Self {
            receiver: sender,
            about,
            is_receipt: true,
        }
    }

    /// Makes a withdrawal notice.
    #[must_use]
    pub fn consent_withdrawn(notice: &WithdrawalNotice) -> Self {
        Self {
            receiver: notice.receiver.clone(),
            about: None,
            is_receipt: false,
        }
    }

    /// Receiver.
    #[must_use]
    pub const fn receiver(&self) -> &PartyId {
        &self.receiver
    }

    /// Message that the notice is about.
    #[must_use]
    pub const fn about(&self) -> Option<MessageId> {
        self.about
    }

    /// Returns whether the notice is a receipt. The hub expects no receipt for a receipt.
    #[must_use]
    pub const fn is_receipt(&self) -> bool {
        self.is_receipt
    }
}

/// The fields of a withdrawal notice: ids, a time and categories. It has no room for anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// Id of the notice, by which a receiver recognises a repetition.
    pub id: MessageId,
    /// National id of the participant.
    pub participant: NationalId,
    /// Sender of the data under the withdrawn grants.
    pub from: PartyId,
    /// Receiver of that data, and of the notice.
    pub to: PartyId,
    /// Purpose.
    pub purpose: Purpose,
    /// Time of the withdrawal.
    pub at: Timestamp,
    /// Categories that the receiver got and gets no more of.
    pub categories: CategorySet,
}

/// A message of the kind `consent-withdrawn`. Only this type makes such a message, and the code
/// that writes one for a receiver requires this type. Every other message needs a consent decision.
#[derive(Debug, Clone, PartialEq)]
pub struct WithdrawalNotice {
    receiver: PartyId,
    content: Message,
}

impl WithdrawalNotice {
    /// Makes the notice; `None` without a category, since the notice would say nothing.
    #[must_use]
    pub fn new(withdrawn: Withdrawn) -> Option<Self> {
        let Withdrawn {
            id,
            participant,
            from,
            to,
            purpose,
            at,
            categories,
        } = withdrawn;
        let at = Timestamp::from_second(at.as_second()).ok()?;
        let draft = Draft {
            sender_reference: SenderReference::parse(&id.to_string())?,
            conversation: None,
            in_reply_to: None,
            supersedes: None,
            participant: Participant {
                national_id: participant,
                name: None,
            },
            handler: None,
            to: Recipients::Parties(vec![PartyName::Id(to.clone())]),
            purpose,
            sent_at: at,
            expires_at: None,
            body: Body::consent_withdrawn(at, categories)?,
        };
        Some(Self {
            receiver: to,
            content: Message {
                id,
                from,
                corrects: None,
                draft,
            },
        })
    }

    /// Receiver.
    #[must_use]
    pub const fn receiver(&self) -> &PartyId {
        &self.receiver
    }

    /// Content of the notice, as a message.
    #[must_use]
    pub const fn content(&self) -> &Message {
        &self.content
    }
}

/// Bytes that a store released for one sending. The store makes this value in the transaction that
/// decided again, and the code that sends requires it.
#[derive(Debug)]
pub struct Released<T> {
    delivery: DeliveryId,
    bytes: T,
    is_receipt: bool,
}

impl<T> Released<T> {
    /// Releases the bytes of `delivery` under a new decision that covers the categories in them.
    ///
    /// # Errors
    /// The reason of the decision, if it does not cover `frozen_with`.
    pub fn under(
        decision: &Decision,
        delivery: DeliveryId,
        frozen_with: CategorySet,
        bytes: T,
    ) -> Result<Self, Reason> {
        let covered = !frozen_with.is_empty() && frozen_with.is_subset(decision.permitted());
        if covered {
            Ok(Self {
                delivery,
                bytes,
                is_receipt: false,
            })
        } else {
            Err(decision.reason())
        }
    }

    /// Releases the bytes of a control notice.
    #[must_use]
    pub fn notice(notice: &ControlNotice, delivery: DeliveryId, bytes: T) -> Self {
        Self {
            delivery,
            bytes,
            is_receipt: notice.is_receipt,
        }
    }

    /// Id of the delivery.
    #[must_use]
    pub const fn delivery(&self) -> DeliveryId {
        self.delivery
    }

    /// Returns whether the bytes are a receipt. The hub expects no receipt for a receipt.
    #[must_use]
    pub const fn is_receipt(&self) -> bool {
        self.is_receipt
    }

    /// Bytes to send.
    #[must_use]
    pub const fn bytes(&self) -> &T {
        &self.bytes
    }

    /// Takes the bytes out, for the sending.
    #[must_use]
    pub fn into_bytes(self) -> T {
        self.bytes
    }
}
