//! The code that turns an adapter into a guest: bindings of the contract, translation into the SDK's types, and an allocator that
//! never frees.

use crate::catalogue::contract::rules::{MAX_JSON_BYTES, plain_text};
use crate::{
    Adapter, Document, InboxAnswer, InboxAsk, Item, Listing, Method, Reading, Reference, Refusal, Request, Response,
    Settlement,
};
use bindings::bindeledd::adapter::types as wire;

// // wit-bindgen makes this module from `sdk/wit`; `sdk/rust/tests/bindings.rs` compares the two.
#[doc(hidden)]
#[rustfmt::skip]
#[allow(clippy::all, unsafe_code, warnings, reason = "generated code")]
pub mod bindings;

/// Implements the contract's exports for `$exports` by `$adapter`.
#[doc(hidden)]
#[macro_export]
macro_rules! guest_exports {
    ($adapter:ty, $exports:ident) => {
        use $crate::guest::bindings::{Guest, bindeledd::adapter::types as wire};
        impl Guest for $exports {
            fn manifest() -> Vec<u8> {
                $crate::guest::manifest::<$adapter>()
            }
            fn read(document: wire::Document, context: Vec<u8>) -> wire::Reading {
                $crate::guest::read::<$adapter>(&document, &context)
            }
            fn acknowledge(outcome: Vec<u8>, origin: Vec<u8>, context: Vec<u8>) -> Option<wire::Request> {
                $crate::guest::acknowledge::<$adapter>(&outcome, &origin, &context)
            }
            fn write(message: Vec<u8>, context: Vec<u8>) -> Result<wire::Request, wire::Refusal> {
                $crate::guest::write::<$adapter>(&message, &context)
            }
            fn settle(response: wire::Response, context: Vec<u8>) -> wire::Settlement {
                $crate::guest::settle::<$adapter>(response, &context)
            }
            fn ask(what: wire::InboxAsk, context: Vec<u8>) -> Option<wire::Request> {
                $crate::guest::ask::<$adapter>(what, &context)
            }
            fn answered(what: wire::InboxAsk, response: wire::Response, context: Vec<u8>) -> wire::InboxAnswer {
                $crate::guest::answered::<$adapter>(what, response, &context)
            }
        }
        $crate::guest::bindings::export_contract!($exports with_types_in $crate::guest::bindings);
    };
}

/// Reads a value from the hub. A value that breaks the contract ends the call as a trap, which the hub reports by its
/// code.
fn from_hub<T: serde::de::DeserializeOwned>(bytes: &[u8], what: &str) -> T {
    serde_json::from_slice(bytes).unwrap_or_else(|e| {
        let _ = (what, e);
        core::arch::wasm32::unreachable()
    })
}

fn to_json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

pub fn manifest<A: Adapter>() -> Vec<u8> {
    to_json(&A::manifest())
}

pub fn read<A: Adapter>(document: &wire::Document, context: &[u8]) -> wire::Reading {
    let document = Document {
        media_type: &document.media_type,
        body: &document.body,
    };
    let reading = A::read(document, &from_hub(context, "context")).held_to_the_rules();
    if let Some(messages) = reading.messages_json() {
        let messages = to_json(&messages);
        return if messages.len() <= MAX_JSON_BYTES {
            wire::Reading::Messages(messages)
        } else {
            let text = "Det som skulle formidles av dokumentet, er for stort. Send det i flere dokumenter.";
            wire::Reading::Refused(refusal_out(Refusal::new("too-large", text)))
        };
    }
    match reading {
        Reading::Receipt(receipt) => wire::Reading::Receipt(to_json(&receipt)),
        Reading::Nothing(why) => wire::Reading::Nothing(why),
        Reading::Refused(refusal) => wire::Reading::Refused(refusal_out(refusal)),
        Reading::Messages { .. } => core::arch::wasm32::unreachable(),
    }
}

pub fn acknowledge<A: Adapter>(outcome: &[u8], origin: &[u8], context: &[u8]) -> Option<wire::Request> {
    let origin: serde_json::Value = from_hub(origin, "origin");
    A::acknowledge(&from_hub(outcome, "outcome"), &origin, &from_hub(context, "context")).map(request_out)
}

pub fn write<A: Adapter>(message: &[u8], context: &[u8]) -> Result<wire::Request, wire::Refusal> {
    let context = from_hub(context, "context");
    let message = crate::catalogue::Message::parse(message)
        .map_err(|e| refusal_out(Refusal::new("message", format!("Meldingen kan ikke leses: {e}"))))?;
    A::write(&message, &context).map(request_out).map_err(refusal_out)
}

pub fn settle<A: Adapter>(response: wire::Response, context: &[u8]) -> wire::Settlement {
    let response = response_in(response);
    match A::settle(&response, &from_hub(context, "context")) {
        Settlement::Delivered => wire::Settlement::Delivered,
        Settlement::AwaitingReceipt(refs) => wire::Settlement::AwaitingReceipt(references_out(refs)),
        Settlement::RetryAfter(seconds) => wire::Settlement::RetryAfter(seconds),
        Settlement::Refused(refusal) => wire::Settlement::Refused(refusal_out(refusal)),
    }
}

pub fn ask<A: Adapter>(what: wire::InboxAsk, context: &[u8]) -> Option<wire::Request> {
    A::ask(&ask_in(what), &from_hub(context, "context")).map(request_out)
}

pub fn answered<A: Adapter>(what: wire::InboxAsk, response: wire::Response, context: &[u8]) -> wire::InboxAnswer {
    match A::answered(&ask_in(what), &response_in(response), &from_hub(context, "context")) {
        InboxAnswer::Listing(Listing {
            items, cursor, more, ..
        }) => wire::InboxAnswer::Listing(wire::Listing {
            items: items.into_iter().map(item_out).collect(),
            cursor,
            more,
        }),
        InboxAnswer::Document { media_type, body } => wire::InboxAnswer::Document(wire::Document { media_type, body }),
        InboxAnswer::Receipt(receipt) => wire::InboxAnswer::Receipt(to_json(&receipt.held_to_the_rules())),
        InboxAnswer::Ready => wire::InboxAnswer::Ready,
        InboxAnswer::Done => wire::InboxAnswer::Done,
        InboxAnswer::Gone => wire::InboxAnswer::Gone,
        InboxAnswer::Later(seconds) => wire::InboxAnswer::Later(seconds),
        InboxAnswer::Refused(refusal) => wire::InboxAnswer::Refused(refusal_out(refusal)),
    }
}

fn ask_in(what: wire::InboxAsk) -> InboxAsk {
    match what {
        wire::InboxAsk::Listing(cursor) => InboxAsk::List { cursor },
        wire::InboxAsk::Listening(cursor) => InboxAsk::Listen { cursor },
        wire::InboxAsk::Fetching(item) => InboxAsk::Fetch(item_in(item)),
        wire::InboxAsk::Declining(declined) => InboxAsk::Decline {
            item: item_in(declined.item),
            code: declined.code,
            text: declined.text,
        },
        wire::InboxAsk::Marking(item) => InboxAsk::Mark(item_in(item)),
        wire::InboxAsk::Status(references) => InboxAsk::Status(references_in(references)),
        wire::InboxAsk::Receipt(references) => InboxAsk::Receipt(references_in(references)),
    }
}

fn references_in(references: Vec<wire::Reference>) -> Vec<Reference> {
    references
        .into_iter()
        .map(|r| Reference::new(r.scheme, r.value))
        .collect()
}

fn item_in(item: wire::Item) -> Item {
    Item {
        id: item.id,
        sender: item.sender,
        note: item.note,
    }
}

fn item_out(item: Item) -> wire::Item {
    wire::Item {
        id: item.id,
        sender: item.sender,
        note: item.note,
    }
}

fn response_in(response: wire::Response) -> Response {
    Response {
        status: response.status,
        headers: response.headers.into_iter().map(|h| (h.name, h.value)).collect(),
        body: response.body,
    }
}

fn references_out(references: Vec<Reference>) -> Vec<wire::Reference> {
    references
        .into_iter()
        .map(|r| wire::Reference {
            scheme: r.scheme,
            value: r.value,
        })
        .collect()
}

fn request_out(request: Request) -> wire::Request {
    wire::Request {
        method: match request.method {
            Method::Get => wire::HttpMethod::Get,
            Method::Post => wire::HttpMethod::Post,
            Method::Put => wire::HttpMethod::Put,
            Method::Patch => wire::HttpMethod::Patch,
            Method::Delete => wire::HttpMethod::Delete,
        },
        path: request.path,
        headers: request
            .headers
            .into_iter()
            .map(|(name, value)| wire::Header { name, value })
            .collect(),
        body: request.body,
        credential: request.credential,
        references: references_out(request.references),
    }
}

fn refusal_out(refusal: Refusal) -> wire::Refusal {
    wire::Refusal {
        code: refusal.code,
        // The adapter may have copied the other system's words into this text.
        text: plain_text(refusal.text),
        answer: refusal.answer.map(request_out),
    }
}

/// An allocator that never reuses memory, since an instance lives for one call. Growing the memory costs a guest most,
/// so it grows in large steps.
mod bump {
    #![expect(unsafe_code, reason = "a global allocator can not be written without")]
    use core::alloc::{GlobalAlloc, Layout};
    use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    const PAGE: usize = 65_536;
    /// Least number of pages by which the memory grows.
    const STEP: usize = 16;

    unsafe extern "C" {
        static __heap_base: u8;
    }

    struct Bump {
        next: AtomicUsize,
        end: AtomicUsize,
    }

    #[global_allocator]
    static HEAP: Bump = Bump {
        next: AtomicUsize::new(0),
        end: AtomicUsize::new(0),
    };

    // SAFETY: every block lies between `__heap_base` and the end of the memory, no two overlap because `next` only moves
    // forward, and a guest has one thread.
    unsafe impl GlobalAlloc for Bump {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if self.next.load(Relaxed) == 0 {
                self.next.store(core::ptr::addr_of!(__heap_base) as usize, Relaxed);
                self.end.store(core::arch::wasm32::memory_size(0) * PAGE, Relaxed);
            }
            let start = (self.next.load(Relaxed) + layout.align() - 1) & !(layout.align() - 1);
            let Some(next) = start.checked_add(layout.size()) else {
                return core::ptr::null_mut();
            };
            if next > self.end.load(Relaxed) {
                let pages = (next - self.end.load(Relaxed)).div_ceil(PAGE);
                // Asks for a large step first. Near the limit, asks only for the pages that this block needs.
                let before = match core::arch::wasm32::memory_grow(0, pages.max(STEP)) {
                    usize::MAX => core::arch::wasm32::memory_grow(0, pages),
                    before => before,
                };
                if before == usize::MAX {
                    return core::ptr::null_mut();
                }
                self.end.store(core::arch::wasm32::memory_size(0) * PAGE, Relaxed);
            }
            self.next.store(next, Relaxed);
            start as *mut u8
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // Frees the newest block at once, which makes growing strings and shrinking vectors cheap.
            if block as usize + layout.size() == self.next.load(Relaxed) {
                self.next.store(block as usize, Relaxed);
            }
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            if block as usize + layout.size() == self.next.load(Relaxed)
                && block as usize + size <= self.end.load(Relaxed)
            {
                self.next.store(block as usize + size, Relaxed);
                return block;
            }
            // SAFETY: the caller of `realloc` guarantees the same for `block` and `size`.
            unsafe {
                let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
                if !new.is_null() {
                    core::ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                }
                new
            }
        }
    }
}
