//! The words of the contract between hub and adapter, as both sides use them: what `sdk/wit/adapter.wit` says in Rust.

mod context;
mod inbox;
mod manifest;
mod reading;
mod request;
pub mod rules;

pub use context::{Context, Identity, Person, References};
pub use inbox::{InboxAnswer, InboxAsk, Item, Listing};
pub use manifest::{EndpointNeeds, Format, Manifest};
pub use reading::{DeliveryOutcome, Flag, MessageOutcome, Outcome, Reading, Receipt, ReceiptError, ReceiptStatus};
pub use request::{Method, Reference, Refusal, Request, Response, Settlement};

/// The version of the contract.
pub const CONTRACT: &str = "0.2";

/// A native document as it came. It shows how much it is, and nothing of it.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    /// Its media type, with charset where the transport said one.
    pub media_type: &'a str,
    /// Its bytes, as they were sent.
    pub body: &'a [u8],
}

impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
