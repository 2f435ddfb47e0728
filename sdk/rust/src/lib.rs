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

/// The adapter of one party's format: a pure function in a few parts.
///
/// The hub makes a fresh instance for every call, with bounded memory, fuel, input and output. Whatever is needed comes as
/// an argument, so that every call can be replayed exactly.
pub trait Adapter {
    /// Describes the adapter and the needs of its endpoints.
    fn manifest() -> Manifest;

    /// Reads a document that came from the party. Lenient in what it takes, honest about what it leaves out.
    fn read(document: Document<'_>, context: &Context) -> Reading;

    /// Answers the party's system after acceptance, from what really happened. `origin` is what [`Reading::Messages`] gave.
    fn acknowledge(outcome: &Outcome, origin: &serde_json::Value, context: &Context) -> Option<Request>;

    /// Writes a message, already minimised, in the party's format. The request has a body: the hub sends none without one.
    ///
    /// # Errors
    /// When the format can not carry it, or the endpoint lacks what it needs; the text tells a person what to do.
    fn write(message: &catalogue::Message, context: &Context) -> Result<Request, Refusal>;

    /// Says what the party's response means.
    fn settle(response: &Response, context: &Context) -> Settlement;

    /// For an inbox that the hub fetches from: the request for `what`; `None` where this format or endpoint has no such
    /// thing, which is what most have.
    fn ask(what: &InboxAsk, context: &Context) -> Option<Request> {
        let _ = (what, context);
        None
    }

    /// Says what the response to such a request means.
    fn answered(what: &InboxAsk, response: &Response, context: &Context) -> InboxAnswer {
        let _ = (what, context);
        match response.settle_by_status() {
            Settlement::RetryAfter(seconds) => InboxAnswer::Later(seconds),
            Settlement::Refused(refusal) => InboxAnswer::Refused(refusal),
            Settlement::Delivered | Settlement::AwaitingReceipt(_) => InboxAnswer::Done,
        }
    }
}

/// Makes a type that implements [`Adapter`] the guest's exports. Does nothing for a native build, where tests call the
/// trait.
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
