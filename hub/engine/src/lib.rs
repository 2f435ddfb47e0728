//! The way of a message: accept, release, deliver, acknowledge, settle.
//!
//! Owns: the order of those steps and what happens when one fails. Names what it needs of the world as traits in [`ports`].
//! Never names SQL, wasmtime, HTTP or TLS, and never decides about consent by itself: `core::decide` does, inside the store's
//! transactions. Start at `Engine::accept_document`, then `dispatch`.

mod directory;
pub mod ports;

pub use directory::Directory;
