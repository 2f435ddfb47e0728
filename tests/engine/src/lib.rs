//! The engine over a real store, with scripted adapters, courier and clock.
//!
//! Owns: [`TestEngine`], whose calls take one line each, and the scripted ports that other crates' tests use too.
//! Never opens a socket. Start at [`TestEngine::new`].

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod adapters;
mod clock;
mod courier;
mod engine;
mod mailbox;
mod parties;
pub mod versions;

pub use adapters::{ScriptedAdapters, Written};
pub use clock::{Dice, ManualClock, Now, Shifted};
pub use courier::{Hold, Nowhere, ScriptedCourier, Sent, answer};
pub use engine::TestEngine;
pub use mailbox::Letter;
pub use parties::{
    GP, KARI, MAILBOX, PROVIDER, READER, SPECIALIST, consent, draft, party, party_id, progress, question,
};
