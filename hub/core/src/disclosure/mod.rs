//! Disclosures: who got what about a participant, when, why and under which grants; and the page that tells the participant.
//!
//! Pure: [`page()`] makes blocks with a role each from the disclosures that the store found, and [`to_page`] sets them as HTML.
//! The words are in `words.rs`, one table a language, as those of the form are.

mod html;
mod page;
mod words;

use bindeledd_catalogue::{CategorySet, Kind, MessageId, PartyId, Purpose};
use jiff::Timestamp;

use crate::consent::Basis;
use crate::decide::GrantRef;
use crate::delivery::State;
use crate::id::DeliveryId;

pub use html::to_page;
pub use page::{Block, Page, PublicParty, page};

/// One delivery whose bytes may have left the hub. What was only decided, planned or reserved is none, and neither is a receipt,
/// which tells nothing about the participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// The delivery.
    pub delivery: DeliveryId,
    /// Its message.
    pub message: MessageId,
    /// The message's kind.
    pub kind: Kind,
    /// Its sender.
    pub from: PartyId,
    /// Who received it, or may have.
    pub to: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// What was in it, over all its releases.
    pub categories: CategorySet,
    /// What was in the message and left out of every release.
    pub withheld: CategorySet,
    /// Where it is now.
    pub state: State,
    /// When it was first released.
    pub first: Timestamp,
    /// When it was last released.
    pub last: Timestamp,
    /// How often it was released.
    pub times: u32,
    /// What it rested on, over all its releases.
    pub grants: Vec<UsedGrant>,
    /// The message that it corrects.
    pub corrects: Option<MessageId>,
    /// The newest message that corrects it.
    pub corrected: Option<Corrected>,
}

/// A grant that a release used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedGrant {
    /// Which, in the version that was looked at.
    pub grant: GrantRef,
    /// What it rests on.
    pub basis: Basis,
    /// When its consent was given.
    pub given_at: Timestamp,
}

/// What corrects a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrected {
    /// The correction.
    pub by: MessageId,
    /// Whether the receiver of what was wrong has been sent the correction.
    pub reached: bool,
}
