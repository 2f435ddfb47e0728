//! The code that turns an adapter into a guest: bindings of the contract, translation into the SDK's types, and an allocator that
//! never frees.

use crate::catalogue::contract::rules::{MAX_JSON_BYTES, plain_text};
use crate::{Adapter, Method, Reading, Refusal};

/// Bindings of the world `adapter`, for an adapter without an inbox.
// wit-bindgen makes this module from `sdk/wit`; `sdk/rust/tests/bindings.rs` compares the two.
#[doc(hidden)]
#[rustfmt::skip]
#[allow(clippy::all, unsafe_code, warnings, reason = "generated code")]
pub mod plain;

/// Bindings of the world `fetching-adapter`.
#[doc(hidden)]
#[rustfmt::skip]
#[allow(clippy::all, unsafe_code, warnings, reason = "generated code")]
pub mod fetching;

/// Implements the exports of a world for `$exports` by `$adapter`.
#[doc(hidden)]
#[macro_export]
macro_rules! guest_exports {
    ($adapter:ty, $exports:ident) => {
        $crate::guest_exports!(@translate $adapter, $exports, plain, plain_glue);
        $crate::guest::plain::export_contract!($exports with_types_in $crate::guest::plain);
    };
    ($adapter:ty, $exports:ident, inbox) => {
        $crate::guest_exports!(@translate $adapter, $exports, fetching, fetching_glue);
        impl $crate::guest::fetching::exports::bindeledd::adapter::inbox::Guest for $exports {
            fn prepare(
                step: $crate::guest::fetching_inbox::wire::Step,
                context: String,
            ) -> Result<Option<$crate::guest::fetching_glue::wire::Request>, $crate::guest::fetching_glue::wire::Problem> {
                $crate::guest::fetching_inbox::prepare::<$adapter>(step, &context)
            }
            fn interpret(
                step: $crate::guest::fetching_inbox::wire::Step,
                response: $crate::guest::fetching_glue::wire::Response,
                context: String,
            ) -> Result<$crate::guest::fetching_inbox::wire::Answer, $crate::guest::fetching_glue::wire::Problem> {
                $crate::guest::fetching_inbox::interpret::<$adapter>(step, response, &context)
            }
        }
        $crate::guest::fetching::export_contract!($exports with_types_in $crate::guest::fetching);
    };
    (@translate $adapter:ty, $exports:ident, $world:ident, $glue:ident) => {
        const _: () = {
            use $crate::guest::$glue as glue;
            use $crate::guest::$glue::wire;
            impl $crate::guest::$world::exports::bindeledd::adapter::translate::Guest for $exports {
                fn read(document: wire::Document, context: String) -> Result<wire::Reading, wire::Problem> {
                    glue::read::<$adapter>(document, &context)
                }
                fn acknowledge(
                    outcome: String,
                    origin: String,
                    context: String,
                ) -> Result<Option<wire::Request>, wire::Problem> {
                    glue::acknowledge::<$adapter>(&outcome, &origin, &context)
                }
                fn write(message: String, context: String) -> Result<wire::Request, wire::Problem> {
                    glue::write::<$adapter>(&message, &context)
                }
                fn settle(response: wire::Response, context: String) -> Result<wire::Settlement, wire::Problem> {
                    glue::settle::<$adapter>(response, &context)
                }
            }
        };
    };
}

/// Reads a value from the hub. A value that breaks the contract ends the call as a trap, which the hub reports by its
/// code.
fn from_hub<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|_| core::arch::wasm32::unreachable())
}

fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Returns a text that the hub decoded as a document in UTF-8. The charsets that its transport and its XML declaration name are
/// those of the bytes before, so that neither is kept.
fn in_utf8(media_type: String, text: String) -> (String, Vec<u8>) {
    let media_type = match media_type.to_ascii_lowercase().contains("charset") {
        true => {
            let parts = media_type.split(';').filter(|part| {
                let name = part.split('=').next().unwrap_or_default();
                !name.trim().eq_ignore_ascii_case("charset")
            });
            parts.collect::<Vec<_>>().join(";")
        }
        false => media_type,
    };
    let declaration = text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let is_other = |declared: &str| declared.contains("encoding") && !declared.to_ascii_lowercase().contains("utf-8");
    match declaration {
        Some((declared, rest)) if is_other(declared) => {
            let document = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{rest}");
            (media_type, document.into_bytes())
        }
        _ => (media_type, text.into_bytes()),
    }
}

/// Defines the functions between one world's types and the SDK's.
macro_rules! glue {
    ($glue:ident, $world:ident) => {
        #[doc(hidden)]
        pub mod $glue {
            pub use super::$world::exports::bindeledd::adapter::translate as wire;
            use super::{Adapter, MAX_JSON_BYTES, Method, Reading, Refusal, from_hub, plain_text, to_json};
            use crate::{Document, Reference, Request, Response, Settlement};

            pub fn read<A: Adapter>(document: wire::Document, context: &str) -> Result<wire::Reading, wire::Problem> {
                let (media_type, body) = match document.body {
                    wire::Content::Text(text) => super::in_utf8(document.media_type, text),
                    wire::Content::Bytes(bytes) => (document.media_type, bytes),
                };
                let document = Document {
                    media_type: &media_type,
                    body: &body,
                };
                let reading = A::read(document, &from_hub(context)).held_to_the_rules();
                if let Some(messages) = reading.messages_json() {
                    let messages = to_json(&messages);
                    return if messages.len() <= MAX_JSON_BYTES {
                        Ok(wire::Reading::Messages(messages))
                    } else {
                        let text = "Det som skulle formidles av dokumentet, er for stort. Send det i flere dokumenter.";
                        Err(refused(Refusal::new("too-large", text)))
                    };
                }
                match reading {
                    Reading::Receipt(receipt) => Ok(wire::Reading::Receipt(to_json(&receipt))),
                    Reading::Nothing(why) => Ok(wire::Reading::Nothing(why)),
                    Reading::Refused(refusal) => Err(refused(refusal)),
                    Reading::Messages { .. } => core::arch::wasm32::unreachable(),
                }
            }

            pub fn acknowledge<A: Adapter>(
                outcome: &str,
                origin: &str,
                context: &str,
            ) -> Result<Option<wire::Request>, wire::Problem> {
                let origin: serde_json::Value = from_hub(origin);
                Ok(A::acknowledge(&from_hub(outcome), &origin, &from_hub(context)).map(request_out))
            }

            pub fn write<A: Adapter>(message: &str, context: &str) -> Result<wire::Request, wire::Problem> {
                let context = from_hub(context);
                let message = crate::catalogue::Message::parse(message.as_bytes())
                    .map_err(|e| refused(Refusal::new("message", format!("Meldingen kan ikke leses: {e}"))))?;
                A::write(&message, &context).map(request_out).map_err(refused)
            }

            pub fn settle<A: Adapter>(
                response: wire::Response,
                context: &str,
            ) -> Result<wire::Settlement, wire::Problem> {
                let response = response_in(response);
                Ok(match A::settle(&response, &from_hub(context)) {
                    Settlement::Delivered => wire::Settlement::Delivered,
                    Settlement::AwaitingReceipt(refs) => wire::Settlement::AwaitingReceipt(references_out(refs)),
                    Settlement::WithPerson => wire::Settlement::WithAPerson,
                    Settlement::RetryAfter(seconds) => wire::Settlement::RetryAfter(seconds),
                    Settlement::Refused(refusal) => wire::Settlement::Rejected(refusal_out(refusal)),
                })
            }

            pub fn bytes(content: wire::Content) -> Vec<u8> {
                match content {
                    wire::Content::Text(text) => text.into_bytes(),
                    wire::Content::Bytes(bytes) => bytes,
                }
            }

            pub fn response_in(response: wire::Response) -> Response {
                Response {
                    status: response.status,
                    headers: response.headers.into_iter().map(|h| (h.name, h.value)).collect(),
                    body: bytes(response.body),
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

            pub fn request_out(request: Request) -> wire::Request {
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
                    // The SDK's documents are bytes, which leave as they are.
                    body: wire::Content::Bytes(request.body),
                    credential: request.credential,
                    carries: references_out(request.references),
                }
            }

            pub fn refused(refusal: Refusal) -> wire::Problem {
                wire::Problem::Refused(refusal_out(refusal))
            }

            fn refusal_out(refusal: Refusal) -> wire::Refusal {
                wire::Refusal {
                    code: refusal.code,
                    // The adapter may have copied the other system's words into this text.
                    text: plain_text(refusal.text),
                    reply: refusal.answer.map(request_out),
                }
            }
        }
    };
}

glue!(plain_glue, plain);
glue!(fetching_glue, fetching);

/// The functions of the inbox.
#[doc(hidden)]
pub mod fetching_inbox {
    pub use super::fetching::exports::bindeledd::adapter::inbox as wire;
    use super::fetching_glue::{refused, request_out, response_in, wire as translate};
    use super::{Adapter, from_hub, to_json};
    use crate::{InboxAnswer, InboxAsk, Item, Listing, Reference};

    pub fn prepare<A: Adapter>(
        step: wire::Step,
        context: &str,
    ) -> Result<Option<translate::Request>, translate::Problem> {
        Ok(A::ask(&step_in(step), &from_hub(context)).map(request_out))
    }

    pub fn interpret<A: Adapter>(
        step: wire::Step,
        response: translate::Response,
        context: &str,
    ) -> Result<wire::Answer, translate::Problem> {
        Ok(
            match A::answered(&step_in(step), &response_in(response), &from_hub(context)) {
                InboxAnswer::Listing(Listing {
                    items, cursor, more, ..
                }) => wire::Answer::Items(wire::Listed {
                    items: items.into_iter().map(item_out).collect(),
                    cursor,
                    more,
                }),
                InboxAnswer::Document { media_type, body } => wire::Answer::Document(translate::Document {
                    media_type,
                    body: translate::Content::Bytes(body),
                }),
                InboxAnswer::Receipt(receipt) => wire::Answer::Receipt(to_json(&receipt.held_to_the_rules())),
                InboxAnswer::Ready => wire::Answer::Ready,
                InboxAnswer::Done => wire::Answer::Done,
                InboxAnswer::Gone => wire::Answer::Gone,
                InboxAnswer::Later(seconds) => wire::Answer::Later(seconds),
                InboxAnswer::Refused(refusal) => return Err(refused(refusal)),
            },
        )
    }

    fn step_in(step: wire::Step) -> InboxAsk {
        match step {
            wire::Step::Listing(cursor) => InboxAsk::List { cursor },
            wire::Step::Listening(cursor) => InboxAsk::Listen { cursor },
            wire::Step::Fetching(item) => InboxAsk::Fetch(item_in(item)),
            wire::Step::Declining(declined) => InboxAsk::Decline {
                item: item_in(declined.item),
                code: declined.code,
                text: declined.text,
            },
            wire::Step::Marking(item) => InboxAsk::Mark(item_in(item)),
            wire::Step::Status(references) => InboxAsk::Status(references_in(references)),
            wire::Step::Receipt(references) => InboxAsk::Receipt(references_in(references)),
        }
    }

    fn references_in(references: Vec<translate::Reference>) -> Vec<Reference> {
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
