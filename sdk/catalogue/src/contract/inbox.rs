//! Inboxes that the hub fetches from: what it asks them for, and what they answer.

use serde::{Deserialize, Serialize};

use super::reading::Receipt;
use super::request::{Reference, Refusal};

/// One thing that lies in an inbox.
//
// `Debug` leaves the adapter's note out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The inbox's own id of it.
    pub id: String,
    /// The sender that the transport vouches for: a party's name such as `her:8143060`. Never taken from the document.
    pub sender: String,
    /// The adapter's own note, for when it fetches and marks the item.
    #[serde(default)]
    pub note: String,
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Item")
            .field("id", &self.id)
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}

/// A look into an inbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The items, oldest first.
    pub items: Vec<Item>,
    /// The place at which the next look goes on. The hub keeps it together with the items, never before them.
    pub cursor: Option<String>,
    /// Whether there is more to be listed at once.
    pub more: bool,
    /// The number of entries that are no items: without an id, or with an impossible one. The hub sets it.
    pub strange: usize,
}

/// A question of the hub's to an inbox, one request each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxAsk {
    /// The items.
    List {
        /// The end of the last listing.
        cursor: Option<String>,
    },
    /// A stream of events that tells when to look; what is in the events themselves is not read.
    Listen {
        /// The end of the last listing.
        cursor: Option<String>,
    },
    /// An item's document.
    Fetch(Item),
    /// The answer to an item that became nothing: a negative receipt, where the format has one.
    Decline {
        /// Which.
        item: Item,
        /// A code such as `BL-3004`, or the adapter's own.
        code: String,
        /// Why, and what to do, in plain Norwegian, without personal data.
        text: String,
    },
    /// The word that an item has been dealt with.
    Mark(Item),
    /// The state of a document that was handed over, by the ids that it has there.
    Status(Vec<Reference>),
    /// The receipt for it, once `Status` was answered by [`InboxAnswer::Ready`].
    Receipt(Vec<Reference>),
}

/// The meaning of an inbox's response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxAnswer {
    /// To `List`.
    Listing(Listing),
    /// To `Fetch`.
    Document {
        /// Its media type.
        media_type: String,
        /// Its bytes.
        body: Vec<u8>,
    },
    /// To `Status` and `Receipt`: a receipt.
    Receipt(Receipt),
    /// To `Status`: there is a receipt, to be asked for by `Receipt`.
    Ready,
    /// To `Mark`: done. To `Status` and `Receipt`: nothing is known yet.
    Done,
    /// To `Fetch` and `Mark`: there is no such item any longer.
    Gone,
    /// Not now; after so many seconds if the inbox said.
    Later(Option<u32>),
    /// Never; says why.
    Refused(Refusal),
}
