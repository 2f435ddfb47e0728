//! Disclosures: who got which data about a participant, when, why and under which grants; and the page for the
//! participant.
//!
//! Pure: [`page()`] makes blocks from the disclosures that the store found, and [`to_page`] renders them as HTML.
//! `words.rs` holds the texts, in one table for each language.

mod html;
mod page;
mod words;

use bindeledd_catalogue::{Category, CategorySet, Kind, MessageId, PartyId, Purpose};
use jiff::Timestamp;

use crate::consent::Basis;
use crate::decide::GrantRef;
use crate::delivery::State;
use crate::form::Language;
use crate::id::DeliveryId;
use crate::opening::{LookWay, LookedAs};

pub use html::to_page;
pub use page::{Block, Page, PublicParty, page};

/// Returns a few words for a category, for a list.
#[must_use]
pub fn category(language: Language, category: Category) -> &'static str {
    (words::of(language).category)(category)
}

/// Returns the words for the way of a look.
#[must_use]
pub fn way(language: Language, way: LookWay) -> &'static str {
    (words::of(language).way)(way)
}

/// Returns the words for the one who looked, without a name.
#[must_use]
pub fn looked_as(language: Language, by: &LookedAs) -> String {
    let words = words::of(language);
    match by {
        LookedAs::OperatorKey => words.operator_key.to_owned(),
        LookedAs::Participant => words.yourself.to_owned(),
        LookedAs::Person(roles) => roles
            .iter()
            .map(|role| (words.role)(*role))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// A delivery whose bytes may have left the hub. A decision, a plan or a reservation is no
/// disclosure. A receipt is none either, since it tells nothing about the participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// Id of the delivery.
    pub delivery: DeliveryId,
    /// Id of the delivery's message.
    pub message: MessageId,
    /// Kind of the message.
    pub kind: Kind,
    /// Sender of the message.
    pub from: PartyId,
    /// Party that received the delivery, or may have.
    pub to: PartyId,
    /// Purpose of the message.
    pub purpose: Purpose,
    /// Categories that the delivery contained, over all its releases.
    pub categories: CategorySet,
    /// Categories of the message that every release left out.
    pub withheld: CategorySet,
    /// Current state of the delivery.
    pub state: State,
    /// Time of the delivery's first release.
    pub first: Timestamp,
    /// Time of the delivery's last release.
    pub last: Timestamp,
    /// Number of the delivery's releases.
    pub times: u32,
    /// Grants that the delivery's releases used.
    pub grants: Vec<UsedGrant>,
    /// Message that the delivery's message corrects.
    pub corrects: Option<MessageId>,
    /// Newest message that corrects the delivery's message.
    pub corrected: Option<Corrected>,
}

/// A grant that a release used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedGrant {
    /// Grant, in the version that the decision saw.
    pub grant: GrantRef,
    /// Legal basis of the grant.
    pub basis: Basis,
    /// Time when the grant's consent was given.
    pub given_at: Timestamp,
}

/// The correction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrected {
    /// Id of the correction.
    pub by: MessageId,
    /// Whether the correction was sent to the receiver of the wrong message.
    pub reached: bool,
}
