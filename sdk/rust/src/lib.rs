//! Write a Bindeledd adapter in Rust.
//!
//! Implement [`Adapter`] for a type and name it in [`export!`]. The logic is plain Rust that tests natively; built for
//! `wasm32-unknown-unknown` it becomes a component that exports the contract of `sdk/wit/adapter.wit` and imports nothing. Its manifest is data, in `adapter.toml`.
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
            Settlement::Delivered | Settlement::AwaitingReceipt(_) | Settlement::WithPerson => InboxAnswer::Done,
        }
    }
}

/// Exports a type that implements [`Adapter`] from the guest; with `inbox`, also the functions of an inbox that the hub fetches
/// from. In a native build, tests call the trait, and the type has a function `manifest` that reads `adapter.toml`.
#[macro_export]
macro_rules! export {
    ($adapter:ty $(, $inbox:ident)?) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Exports;
            $crate::guest_exports!($adapter, Exports $(, $inbox)?);
        };

        #[cfg(not(target_arch = "wasm32"))]
        impl $adapter {
            /// Returns the manifest in `adapter.toml`, for tests.
            ///
            /// # Panics
            /// The file has a fault.
            #[must_use]
            pub fn manifest() -> $crate::Manifest {
                $crate::manifest_in(env!("CARGO_MANIFEST_DIR"))
            }
        }
    };
}

/// Reads the manifest of the project in a folder.
///
/// # Panics
/// The file has a fault.
#[cfg(not(target_arch = "wasm32"))]
#[doc(hidden)]
#[must_use]
#[expect(clippy::panic, reason = "only tests call it")]
pub fn manifest_in(folder: &str) -> Manifest {
    let manifest = bindeledd_manifest::of_project(std::path::Path::new(folder));
    manifest.unwrap_or_else(|fault| panic!("{fault}"))
}
