//! Minimisation: the content that a decision lets leave, and nothing else.

use bindeledd_catalogue::{
    Body, CategorySet, Draft, Message, MessageId, NationalId, Participant, PartyId, PartyName, Purpose, Recipients,
    SenderReference,
};
use jiff::Timestamp;

use crate::decide::{Decision, GrantRef, Reason};
use crate::id::DeliveryId;
use crate::party::Party;

/// Content that a [`Decision`] lets leave. Nothing else makes one, so whatever takes one knows that it was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimised<T> {
    content: T,
    receiver: PartyId,
    permitted: CategorySet,
    withheld: CategorySet,
    grants: Vec<GrantRef>,
}

/// Why nothing of a message may go to a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocked {
    /// Why the decision denied, or [`Reason::PartlyGranted`] where what is left means nothing.
    pub reason: Reason,
    /// The categories that a consent would have to cover; for the sender only.
    pub would_need: CategorySet,
}

impl Decision {
    /// The message as the decision's receiver may have it: fields without their categories left out, and no other receiver
    /// named.
    ///
    /// # Errors
    /// [`Blocked`] when the message needs no category, when nothing is permitted, when a required field is held back, or when the decision is about another
    /// sender or purpose than the message.
    pub fn minimise(&self, message: &Message) -> Result<Minimised<Message>, Blocked> {
        let needs = message.draft.body.all_needs();
        // Which only the hub's own notices have, and they leave as such.
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
    /// The same message with what tells of its sender as others may see it.
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

    /// Who may have it.
    #[must_use]
    pub const fn receiver(&self) -> &PartyId {
        &self.receiver
    }

    /// The categories of what is in it.
    #[must_use]
    pub const fn permitted(&self) -> CategorySet {
        self.permitted
    }

    /// The categories of what was left out.
    #[must_use]
    pub const fn withheld(&self) -> CategorySet {
        self.withheld
    }

    /// The grants that it rests on.
    #[must_use]
    pub fn grants(&self) -> &[GrantRef] {
        &self.grants
    }
}

/// A notice with fixed fields and no participant content. It needs no grant, and is audited like any release: a receipt goes to
/// the party whose own document it is about, and word of a withdrawal to one that got something under what was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlNotice {
    receiver: PartyId,
    about: Option<MessageId>,
    is_receipt: bool,
}

impl ControlNotice {
    /// A receipt to the party whose own document `about` was, or whose document was refused before it became a message.
    #[must_use]
    pub const fn receipt_to_sender(sender: PartyId, about: Option<MessageId>) -> Self {
        Self {
            receiver: sender,
            about,
            is_receipt: true,
        }
    }

    /// Word of a withdrawal.
    #[must_use]
    pub fn consent_withdrawn(notice: &WithdrawalNotice) -> Self {
        Self {
            receiver: notice.receiver.clone(),
            about: None,
            is_receipt: false,
        }
    }

    /// Who gets it.
    #[must_use]
    pub const fn receiver(&self) -> &PartyId {
        &self.receiver
    }

    /// The message that it is about.
    #[must_use]
    pub const fn about(&self) -> Option<MessageId> {
        self.about
    }

    /// Whether it is a receipt, which waits for none of its own.
    #[must_use]
    pub const fn is_receipt(&self) -> bool {
        self.is_receipt
    }
}

/// What word of a withdrawal is made of: ids, a time and categories. There is no place for anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// The notice's own id, by which a receiver knows it again.
    pub id: MessageId,
    /// Whom it is about.
    pub participant: NationalId,
    /// Who shared what it names.
    pub from: PartyId,
    /// Who got it, and gets the notice.
    pub to: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// When the consent was taken back.
    pub at: Timestamp,
    /// What the receiver has got and gets no more of.
    pub categories: CategorySet,
}

/// A message of the kind `consent-withdrawn`, which is made here and nowhere else: whoever writes one for a receiver takes this,
/// so that no other message leaves without a decision of consent.
#[derive(Debug, Clone, PartialEq)]
pub struct WithdrawalNotice {
    receiver: PartyId,
    content: Message,
}

impl WithdrawalNotice {
    /// The notice; `None` where it names no category, and so says nothing.
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

    /// Who gets it.
    #[must_use]
    pub const fn receiver(&self) -> &PartyId {
        &self.receiver
    }

    /// The message.
    #[must_use]
    pub const fn content(&self) -> &Message {
        &self.content
    }
}

/// Bytes that a store has released for one sending: the store makes it inside the transaction that decided again, with
/// what that decision found. Whoever sends takes this.
#[derive(Debug)]
pub struct Released<T> {
    delivery: DeliveryId,
    bytes: T,
    is_receipt: bool,
}

impl<T> Released<T> {
    /// The bytes of `delivery`, under a decision that was just taken again and covers what they were frozen with.
    ///
    /// # Errors
    /// The decision's reason when it no longer covers `frozen_with`.
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

    /// The bytes of a control notice.
    #[must_use]
    pub fn notice(notice: &ControlNotice, delivery: DeliveryId, bytes: T) -> Self {
        Self {
            delivery,
            bytes,
            is_receipt: notice.is_receipt,
        }
    }

    /// The delivery.
    #[must_use]
    pub const fn delivery(&self) -> DeliveryId {
        self.delivery
    }

    /// Whether it is a receipt, which waits for none of its own.
    #[must_use]
    pub const fn is_receipt(&self) -> bool {
        self.is_receipt
    }

    /// The bytes.
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
