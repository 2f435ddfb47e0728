//! Write a Bindeledd adapter in Rust.
//!
//! Implement [`Adapter`] for a type and name it in [`export!`]. The logic is plain Rust that tests natively; built for
//! `wasm32-unknown-unknown` it becomes a component that exports the contract of `sdk/wit/adapter.wit` and imports nothing.
//!
//! Owns: the contract's words as Rust types, and the glue and the allocator of a guest.
//! Never does: I/O of any kind, reading a clock, drawing randomness. All of it comes in [`Context`].
//! Start at [`Adapter`].

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;

pub use bindeledd_catalogue as catalogue;
pub use bindeledd_catalogue::contract::{
    CONTRACT, Context, DeliveryOutcome, Document, EndpointNeeds, Format, Identity, InboxAnswer, InboxAsk, Item,
    Listing, Manifest, MessageOutcome, Method, Outcome, Person, Reading, Receipt, ReceiptError, ReceiptStatus,
    Reference, References, Refusal, Request, Response, Settlement,
};
pub use bindeledd_page as page;

/// The adapter of one party's format: a set of pure functions.
///
/// The hub makes a fresh instance for every call, with bounded memory, fuel, input and output. Every input is an
/// argument, so that each call can be replayed exactly.
pub trait Adapter {
    /// Describes the adapter and the needs of its endpoints.
    fn manifest() -> Manifest;

    /// Reads a document that came from the party. A reader accepts sloppy input, and names everything that it leaves
    /// out.
    fn read(document: Document<'_>, context: &Context) -> Reading;

    /// Answers the party's system after acceptance, from the real outcome. `origin` is the value that
    /// [`Reading::Messages`] returned.
    fn acknowledge(outcome: &Outcome, origin: &serde_json::Value, context: &Context) -> Option<Request>;

    /// Writes a minimised message in the party's format. The request must have a body: the hub sends none without one.
    ///
    /// # Errors
    /// The format cannot carry the message, or the endpoint lacks something that the format needs. The text tells a
    /// person what to do.
    fn write(message: &catalogue::Message, context: &Context) -> Result<Request, Refusal>;

    /// Translates the party's response into the delivery's next state.
    fn settle(response: &Response, context: &Context) -> Settlement;

    /// Makes the request for `what` to an inbox that the hub fetches from. Most formats have no such inbox and return
    /// `None`, as this default does.
    fn ask(what: &InboxAsk, context: &Context) -> Option<Request> {
        let _ = (what, context);
        None
    }

    /// Translates the response to a request that [`Adapter::ask`] made.
    fn answered(what: &InboxAsk, response: &Response, context: &Context) -> InboxAnswer {
        let _ = (what, context);
        match response.settle_by_status() {
            Settlement::RetryAfter(seconds) => InboxAnswer::Later(seconds),
            Settlement::Refused(refusal) => InboxAnswer::Refused(refusal),
            Settlement::Delivered | Settlement::AwaitingReceipt(_) => InboxAnswer::Done,
        }
    }
}

/// Exports a type that implements [`Adapter`] from the guest. In a native build it does nothing: tests call the trait.
#[macro_export]
macro_rules! export {
    ($adapter:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Exports;
            $crate::guest_exports!($adapter, Exports);
        };
    };
}
