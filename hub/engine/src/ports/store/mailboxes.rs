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

/// An item of a mailbox: its place there, which is the order of the listings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemKey {
    /// The mailbox.
    pub mailbox: MailboxName,
    /// The place.
    pub place: i64,
}

/// An item that something is to be done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedItem {
    /// Which.
    pub key: ItemKey,
    /// As the adapter knows it.
    pub item: Item,
    /// Where it is.
    pub state: fetched::State,
    /// Its document's media type and bytes, between its fetching and its acceptance.
    pub document: Option<(String, Vec<u8>)>,
}

/// A step of an item, as the store takes it.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemStep {
    /// Its document came.
    Fetched {
        /// The media type.
        media_type: String,
        /// The bytes.
        body: Vec<u8>,
    },
    /// It was a receipt, or nothing to move. (Messages accept their item themselves: [`Acceptance::item`](super::Acceptance::item).)
    Accepted,
    /// It can not be taken.
    SetAside {
        /// Its sender, where the hub knows.
        sender: Option<PartyId>,
        /// Why.
        cause: Cause,
        /// The answer to its sender's system, until when it is of use.
        answer: Option<Box<(ControlNotice, Frozen, Timestamp)>>,
    },
    /// Its answer is out of the hub's hands.
    Answered,
    /// The mailbox knows that it has been dealt with.
    Marked,
    /// The mailbox does not have it.
    Gone,
    /// The step came to nothing.
    TryAgain {
        /// Not before this.
        due: Timestamp,
        /// Why.
        cause: Cause,
    },
}

/// Mailboxes that the hub fetches from, and their items.
#[async_trait]
pub trait Mailboxes: Send + Sync {
    /// Where a mailbox's last listing ended.
    async fn cursor(&self, mailbox: &MailboxName) -> Result<Option<String>, StoreError>;
    /// Keeps the new items of a listing, in its order, and its cursor, in one transaction. `strange` names a party of the mailbox
    /// where the listing has entries that are no items: an operator is told in the same transaction. Gives how many were new.
    async fn put_listing(
        &self,
        mailbox: &MailboxName,
        items: &[Item],
        cursor: Option<&str>,
        strange: Option<&PartyId>,
        now: Timestamp,
    ) -> Result<usize, StoreError>;
    /// A mailbox's items with which something is to be done now, in order. What was accepted is among them once its answer is
    /// out of the hub's hands.
    async fn items(&self, mailbox: &MailboxName, now: Timestamp, limit: usize) -> Result<Vec<FetchedItem>, StoreError>;
    /// How many of a mailbox's items something is still to be done with, now or later, as far as `at_most`.
    async fn open_items(&self, mailbox: &MailboxName, at_most: usize) -> Result<usize, StoreError>;
    /// When to look for a mailbox's items again; soon where one waits for its answer, none where nothing is open.
    async fn item_due(&self, mailbox: &MailboxName, now: Timestamp) -> Result<Option<Timestamp>, StoreError>;
    /// Takes an item's step; `false` where it does not fit where the item is, and nothing is done then.
    async fn item_step(&self, item: &ItemKey, step: ItemStep, now: Timestamp) -> Result<bool, StoreError>;
}
