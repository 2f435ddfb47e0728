//! The way of a message: accept, release, deliver, acknowledge, settle.
//!
//! Owns: the order of those steps, and their failures. The traits in [`ports`] are its interfaces to the store,
//! adapters, network and clock. Never names SQL, wasmtime, HTTP or TLS. Never decides about consent itself:
//! `core::decide` does, inside the store's transactions. To follow a message, read [`Engine::accept_document`] in
//! `accept.rs`, then `pump.rs`, then `release.rs`.

mod accept;
mod adapter_fault;
mod adapter_life;
mod adapter_shadow;
mod adapter_start;
mod alerts;
mod answers;
mod clock;
mod compose;
mod consent;
mod context;
mod directory;
mod endpoint;
mod engine;
mod entry;
mod entry_text;
mod error;
mod feed;
mod fetch;
mod hand_overs;
mod import;
mod inbox;
mod inner;
mod letters;
mod mail;
mod not_opened;
mod opening;
mod own_consents;
mod own_page;
mod participant;
mod person_mail;
pub mod ports;
mod pump;
mod pump_handle;
mod push;
mod release;
mod reply;
mod requests;
mod retries;
mod retry;
mod revision;
mod rights;
mod rotate;
mod settings;
mod starting;
mod strangers;
mod sweep;
mod time;
mod verify;
mod verify_audit;

pub use accept::DocumentAnswer;
pub use adapter_fault::AdapterLifeError;
pub use adapter_life::{AdapterChange, AdapterLine, AdapterUpload, InstalledAdapter};
pub use adapter_shadow::{SHADOW_AT_MOST, ShadowWish};
pub use compose::{LookedOver, Written};
pub use directory::{Directory, Shared};
pub use endpoint::{FaultSide, PartyTest, StepResult, TestStep, TestedStep};
pub use engine::{Engine, Parts};
pub use entry::{NotAnswered, ReadEntry, TypedAnswer};
pub use entry_text::EntryText;
pub use error::EngineError;
pub use import::Imported;
pub use inbox::{InboxItem, InboxLook, Leave, OpenedInbox};
pub use letters::{LettersListed, Listed, ReadLetter, WAITING_AT_MOST};
pub use not_opened::OpeningError;
pub use own_consents::OwnConsents;
pub use ports::{Order, RetryRun, RunStatus};
pub use reply::{NotReplied, WrittenReply};
pub use requests::{OwnAnswer, OwnRequest, SeenAnswer};
pub use retries::RetryPreview;
pub use revision::RollBack;
pub use rotate::{RotateError, Rotated};
pub use settings::{FreeText, MailSettings, PushSettings, PushTarget, Settings};
pub use time::ClockState;
pub use verify::{Verification, VerificationState};
