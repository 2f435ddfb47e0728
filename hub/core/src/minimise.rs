//! Minimisation: the content that a decision lets leave, and nothing else.

use bindeledd_catalogue::{CategorySet, Message, MessageId, PartyId, PartyName, Recipients};

use crate::decide::{Decision, GrantRef, Reason};
use crate::id::DeliveryId;

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
    /// [`Blocked`] when nothing is permitted, when a required field is held back, or when the decision is about another
    /// sender or purpose than the message.
    pub fn minimise(&self, message: &Message) -> Result<Minimised<Message>, Blocked> {
        let needs = message.draft.body.all_needs();
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

/// A notice with fixed fields and no participant content: a receipt for a document that its receiver had sent itself. It
/// goes to that party alone, so it needs no grant; it is audited like any release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlNotice {
    receiver: PartyId,
    about: Option<MessageId>,
}

impl ControlNotice {
    /// A receipt to the party whose own document `about` was, or whose document was refused before it became a message.
    #[must_use]
    pub const fn receipt_to_sender(sender: PartyId, about: Option<MessageId>) -> Self {
        Self {
            receiver: sender,
            about,
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
}

/// Bytes that a store has released for one sending: the store makes it inside the transaction that decided again, with
/// what that decision found. Whoever sends takes this.
#[derive(Debug)]
pub struct Released<T> {
    delivery: DeliveryId,
    bytes: T,
    is_notice: bool,
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
                is_notice: false,
            })
        } else {
            Err(decision.reason())
        }
    }

    /// The bytes of a control notice.
    #[must_use]
    pub fn notice(notice: &ControlNotice, delivery: DeliveryId, bytes: T) -> Self {
        let _ = notice;
        Self {
            delivery,
            bytes,
            is_notice: true,
        }
    }

    /// The delivery.
    #[must_use]
    pub const fn delivery(&self) -> DeliveryId {
        self.delivery
    }

    /// Whether it is a control notice, which waits for no receipt of its own.
    #[must_use]
    pub const fn is_notice(&self) -> bool {
        self.is_notice
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
