//! Mailboxes that the hub fetches from.

use async_trait::async_trait;
use bindeledd_core::contract::Item;
use bindeledd_core::delivery::Cause;
use bindeledd_core::{ControlNotice, PartyId, fetched};
use jiff::Timestamp;

use super::deliveries::Frozen;
use super::error::StoreError;

/// A mailbox that the hub fetches from: an adapter at an address, under the hub's own id there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailboxName(pub String);

/// The key of an item: its mailbox, and its number in the order of the listings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemKey {
    /// Mailbox.
    pub mailbox: MailboxName,
    /// Number in the order of the listings.
    pub place: i64,
}

/// An item that needs another step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedItem {
    /// Key of the item.
    pub key: ItemKey,
    /// Item, as the adapter knows it.
    pub item: Item,
    /// State of the item.
    pub state: fetched::State,
    /// Media type and bytes of the item's document. Stored from its fetching until its acceptance.
    pub document: Option<(String, Vec<u8>)>,
}

/// A step of an item, as the store performs it.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemStep {
    /// The item's document came.
    Fetched {
        /// Media type of the document.
        media_type: String,
        /// Bytes of the document.
        body: Vec<u8>,
    },
    /// The item was a receipt, or contained nothing to forward. (Messages accept their item themselves:
    /// [`Acceptance::item`](super::Acceptance::item).)
    Accepted,
    /// The item can not be accepted.
    SetAside {
        /// Sender; `None` if the hub does not know it.
        sender: Option<PartyId>,
        /// Reason why the item can not be accepted.
        cause: Cause,
        /// Answer to the sender's system, and the answer's expiry.
        answer: Option<Box<(ControlNotice, Frozen, Timestamp)>>,
    },
    /// The answer has left the hub.
    Answered,
    /// The mailbox confirmed the mark that the item is dealt with.
    Marked,
    /// The mailbox does not have the item.
    Gone,
    /// The step failed.
    TryAgain {
        /// Earliest time of the next attempt.
        due: Timestamp,
        /// Cause of the failure.
        cause: Cause,
    },
}

/// Mailboxes that the hub fetches from, and their items.
#[async_trait]
pub trait Mailboxes: Send + Sync {
    /// Returns the cursor at the end of a mailbox's last listing.
    async fn cursor(&self, mailbox: &MailboxName) -> Result<Option<String>, StoreError>;
    /// Stores, in one transaction, the new items of a listing, in its order, and its cursor. `strange` names a party of
    /// the mailbox if the listing has entries that are no items; the transaction then alerts an operator. Returns the
    /// number of new items.
    async fn put_listing(
        &self,
        mailbox: &MailboxName,
        items: &[Item],
        cursor: Option<&str>,
        strange: Option<&PartyId>,
        now: Timestamp,
    ) -> Result<usize, StoreError>;
    /// Returns the items of a mailbox that need a step now, in order. An accepted item needs its next step once its
    /// answer has left.
    async fn items(&self, mailbox: &MailboxName, now: Timestamp, limit: usize) -> Result<Vec<FetchedItem>, StoreError>;
    /// Returns the number of items in a mailbox that need a step, now or later. The count stops at `at_most`.
    async fn open_items(&self, mailbox: &MailboxName, at_most: usize) -> Result<usize, StoreError>;
    /// Returns the time when a mailbox's items should be read again. The time is soon if an item waits for its answer;
    /// `None` if no item needs a step.
    async fn item_due(&self, mailbox: &MailboxName, now: Timestamp) -> Result<Option<Timestamp>, StoreError>;
    /// Performs a step of an item; `false`, without a change, if the step does not fit the item's state.
    async fn item_step(&self, item: &ItemKey, step: ItemStep, now: Timestamp) -> Result<bool, StoreError>;
}
