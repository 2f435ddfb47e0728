//! The hub's requests to inboxes that it fetches from, and the inboxes' answers.

use serde::{Deserialize, Serialize};

use super::reading::Receipt;
use super::request::{Reference, Refusal};

/// One item in an inbox.
//
// `Debug` leaves the adapter's note out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Id of the item in the inbox.
    pub id: String,
    /// Sender that the transport vouches for: a party's name such as `her:8143060`. Never taken from the document.
    pub sender: String,
    /// The adapter's own note, which it gets back when it fetches and marks the item.
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

/// The result of listing an inbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The items, oldest first.
    pub items: Vec<Item>,
    /// Position from which the next listing continues. The hub commits it together with the items, never before them.
    pub cursor: Option<String>,
    /// True if the inbox has more items to list at once.
    pub more: bool,
    /// Number of invalid entries: without an id, or with an impossible one. The hub sets it.
    pub strange: usize,
}

/// One request of the hub's to an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxAsk {
    /// Lists the items.
    List {
        /// Position where the last listing ended.
        cursor: Option<String>,
    },
    /// Listens to a stream of events that tells when to list. The events' content is not read.
    Listen {
        /// Position where the last listing ended.
        cursor: Option<String>,
    },
    /// Fetches an item's document.
    Fetch(Item),
    /// Answers an item that led to no message: a negative receipt, if the format has one.
    Decline {
        /// Item to decline.
        item: Item,
        /// Code such as `BL-3004`, or the adapter's own.
        code: String,
        /// Reason and remedy in plain Norwegian, without personal data.
        text: String,
    },
    /// Marks an item as dealt with.
    Mark(Item),
    /// Asks for the state of a document that was handed over, by its ids in that system.
    Status(Vec<Reference>),
    /// Fetches the receipt of a document that was handed over, after [`InboxAnswer::Ready`] answered `Status`.
    Receipt(Vec<Reference>),
}

/// The meaning of an inbox's response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxAnswer {
    /// Answers `List`.
    Listing(Listing),
    /// Answers `Fetch`.
    Document {
        /// Media type of the document.
        media_type: String,
        /// Bytes of the document.
        body: Vec<u8>,
    },
    /// Answers `Status` and `Receipt` with a receipt.
    Receipt(Receipt),
    /// Answers `Status`: a receipt exists, and `Receipt` fetches it.
    Ready,
    /// Answers `Mark`: the item is marked. Answers `Status` and `Receipt`: there is no receipt yet.
    Done,
    /// Answers `Fetch` and `Mark`: the item no longer exists.
    Gone,
    /// The inbox can not answer now. Retry after this many seconds, if the inbox named a time.
    Later(Option<u32>),
    /// The inbox refuses the request for good; the refusal gives the reason.
    Refused(Refusal),
}
