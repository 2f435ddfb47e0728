//! The vocabulary that every part of Bindeledd shares: message kinds and their fields, data categories, identifiers.
//!
//! Owns: the form of a coordination message ([`Message`], [`Draft`], [`Body`]), the category that each field and value
//! needs, the JSON Schema of messages ([`schema`]) and their text in plain Norwegian ([`prose`]).
//! Never reads a clock, a socket or a file, and never decides about consent: that is `bindeledd-core`.
//! Both the hub and the guests (through the SDK) build on it, so it compiles for `wasm32-unknown-unknown`.
//! Start at [`Kind`] and the table in `kinds.rs`: a new kind is one entry there and a fixture.

#[cfg(feature = "fixtures")]
pub mod arbitrary;
mod body;
mod canonical;
mod category;
mod codes;
pub mod contract;
pub mod encoding;
mod error;
mod field;
mod field_reading;
#[cfg(feature = "fixtures")]
pub mod fixtures;
pub mod guard;
mod hidden;
mod identifier;
pub mod json;
mod kind;
mod kind_entry;
mod kinds;
mod message;
#[cfg(feature = "fixtures")]
pub mod pages;
mod party;
pub mod phone;
pub mod prose;
pub mod schema;
pub mod time;

pub use body::{Body, FieldNeed};
pub use canonical::{canonical_id, is_same_id};
pub use category::{Category, CategorySet};
pub use error::{InputCode, InputError};
pub use field::{Code, FieldSpec, FieldType};
pub use hidden::{hidden_character, is_hidden};
pub use identifier::{HerId, HprNumber, IdentifierError, NationalId, NationalIdKind, OrgNumber, ungrouped};
pub use kind::{Kind, KindSpec};
pub use message::{
    Conversation, Corrects, Draft, Handler, MAX_RECIPIENTS, MESSAGE_SCHEMA, Message, MessageId, Participant,
    PersonName, Purpose, Recipients, SenderReference, Supersedes,
};
pub use party::{PartyId, PartyName};
