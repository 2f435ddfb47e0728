//! The texts for operators and integrators, in bokmål and English.
//!
//! Owns: the table of texts for this audience. Never reads a clock, a file or a socket, and never has a text for receivers or
//! participants: those are Norwegian, and stand in core. Logs, metrics, codes and keys are no texts, and stay English. Start at
//! [`Phrase`]; a text without one of the languages does not compile.

#![expect(clippy::too_many_lines, reason = "a table has a line for each text")]

mod adapter_fault;
mod adapter_file;
pub mod alert;
pub mod cause;
pub mod cli;
pub mod endpoint;
mod finding;
mod lang;
mod listening;
mod near;
mod opening;
pub mod outbound;
mod phrase;
pub mod problem;
pub mod push;
mod text;
pub mod title;

pub use adapter_fault::{AdapterLimit, Broken, Trapped};
pub use adapter_file::{AdapterFile, Counted, FileFault};
pub use finding::{Finding, NoteFault};
pub use lang::Lang;
pub use listening::{Listening, Pem};
pub use near::{Near, near_next};
pub use opening::Opening;
pub use phrase::Phrase;
pub use text::{Said, Text};
