//! Wasmtime: verify, load, limit, call.
//!
//! Owns: the adapters' files, from disk to call. The host checks a file against its pinned digest, its contract and its
//! imports before it compiles any part. Every call runs in an instance of its own, with bounded memory, fuel, input and
//! output. The host checks the answer before any other code uses it. A version that keeps failing is quarantined. Never
//! gives an adapter a clock, a file, a socket or a secret, never does its I/O, and never decides about consent. Start
//! at [`Host`]; `call.rs` makes one call, and `reply.rs` checks its answer.

mod account;
mod bindings;
mod bounds;
mod cache;
mod call;
pub mod compare;
mod compiler;
mod decode;
mod digest;
mod error;
mod file;
mod guest;
mod host;
mod in_child;
mod inbox;
mod input_source;
mod limits;
mod load;
mod places;
mod quarantine;
mod reply;
mod settings;
mod shadow;
mod upcast;
mod versions;
mod watch;
mod wire;

pub use cache::CompiledCache;
pub use compiler::{ChildCompiler, CompileOrder, REFUSED};
pub use digest::Sha256;
pub use error::HostError;
pub use host::{Host, HostOptions, Installed, PinnedAdapter, QuarantineHook};
pub use in_child::CompilerInChild;
pub use limits::Limits;
pub use load::Inspection;
pub use versions::LiveHost;
