//! The hub's requests to an inbox, in the types of the interface. These types borrow, like all parameters.

use bindeledd_core::contract::{InboxAsk, Item, Reference};

use crate::bindings::bindeledd::adapter::types as wire;

/// Calls `with` with the request in the types of the interface.
pub(crate) fn asking<T>(what: &InboxAsk, with: impl FnOnce(wire::InboxAsk<'_>) -> T) -> T {
    match what {
        InboxAsk::List { cursor } => with(wire::InboxAsk::Listing(cursor.as_deref())),
        InboxAsk::Listen { cursor } => with(wire::InboxAsk::Listening(cursor.as_deref())),
        InboxAsk::Fetch(it) => with(wire::InboxAsk::Fetching(item(it))),
        InboxAsk::Decline { item: it, code, text } => with(wire::InboxAsk::Declining(wire::Declined {
            item: item(it),
            code,
            text,
        })),
        InboxAsk::Mark(it) => with(wire::InboxAsk::Marking(item(it))),
        InboxAsk::Status(them) => with(wire::InboxAsk::Status(&references(them))),
        InboxAsk::Receipt(them) => with(wire::InboxAsk::Receipt(&references(them))),
    }
}

fn references(references: &[Reference]) -> Vec<wire::ReferenceParam<'_>> {
    let references = references.iter();
    let borrowed = references.map(|r| wire::ReferenceParam {
        scheme: &r.scheme,
        value: &r.value,
    });
    borrowed.collect()
}

fn item(item: &Item) -> wire::ItemParam<'_> {
    wire::ItemParam {
        id: &item.id,
        sender: &item.sender,
        note: &item.note,
    }
}

/// Returns the bytes that tell one request from another, for the record of failures.
pub(crate) fn input(what: &InboxAsk) -> Vec<u8> {
    format!("{what:?}").into_bytes()
}
