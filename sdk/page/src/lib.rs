//! Pages for people in HTML, and text in markup of any kind.
//!
//! Owns: the one rule by which text becomes markup, a writer of HTML, and the frame that every page shares.
//! Never does I/O. Never names a message, a party or a participant: its callers bring the words.
//! The hub and the guests (through the SDK) build on it, so it compiles for `wasm32-unknown-unknown`.
//! Start at [`Page`] for a whole page, at [`Html`] for a part of one, and at [`xml`] for a document that is not HTML.

mod html;
mod printable;
pub mod xml;

pub use html::{Html, Page};
pub use printable::is_printable;
