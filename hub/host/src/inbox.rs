//! The hub's requests to an inbox, in the types of the interface. These types borrow, like all parameters.

use bindeledd_core::contract::{InboxAsk, Item, Reference};

use crate::wire::{DeclinedIn, ItemIn, ReferenceIn, StepIn};

/// Calls `with` with the request in the types of the interface.
pub(crate) fn asking<T>(what: &InboxAsk, with: impl FnOnce(StepIn<'_>) -> T) -> T {
    match what {
        InboxAsk::List { cursor } => with(StepIn::Listing(cursor.as_deref())),
        InboxAsk::Listen { cursor } => with(StepIn::Listening(cursor.as_deref())),
        InboxAsk::Fetch(it) => with(StepIn::Fetching(item(it))),
        InboxAsk::Decline { item: it, code, text } => with(StepIn::Declining(DeclinedIn {
            item: item(it),
            code,
            text,
        })),
        InboxAsk::Mark(it) => with(StepIn::Marking(item(it))),
        InboxAsk::Status(them) => with(StepIn::Status(&references(them))),
        InboxAsk::Receipt(them) => with(StepIn::Receipt(&references(them))),
    }
}

fn references(references: &[Reference]) -> Vec<ReferenceIn<'_>> {
    let references = references.iter();
    let borrowed = references.map(|r| ReferenceIn {
        scheme: &r.scheme,
        value: &r.value,
    });
    borrowed.collect()
}

fn item(item: &Item) -> ItemIn<'_> {
    ItemIn {
        id: &item.id,
        sender: &item.sender,
        note: &item.note,
    }
}

/// Returns the bytes that tell one request from another, for the record of failures.
pub(crate) fn input(what: &InboxAsk) -> Vec<u8> {
    format!("{what:?}").into_bytes()
}
