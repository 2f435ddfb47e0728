//! The way of a message: accept, release, deliver, acknowledge, settle.
//!
//! Owns: the order of those steps, and their failures. The traits in [`ports`] are its interfaces to the store,
//! adapters, network and clock. Never names SQL, wasmtime, HTTP or TLS. Never decides about consent itself:
//! `core::decide` does, inside the store's transactions. To follow a message, read [`Engine::accept_document`] in
//! `accept.rs`, then `pump.rs`, then `release.rs`.

mod accept;
mod answers;
mod consent;
mod context;
mod directory;
mod endpoint;
mod engine;
mod error;
mod fetch;
mod import;
mod inbox;
mod mail;
mod participant;
pub mod ports;
mod pump;
mod release;
mod rights;
mod rotate;
mod starting;
mod strangers;
mod sweep;
mod time;

pub use accept::DocumentAnswer;
pub use directory::{Directory, Shared};
pub use endpoint::PartyTest;
pub use engine::{Engine, FreeText, Parts, Settings};
pub use error::EngineError;
pub use import::Imported;
pub use inbox::{InboxItem, InboxLook, Leave};
pub use mail::MailSettings;
pub use rotate::{RotateError, Rotated};
pub use time::ClockState;
