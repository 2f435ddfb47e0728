//! The texts for operators and integrators, in bokmål and English.
//!
//! Owns: the table of texts for this audience. Never reads a clock, a file or a socket, and never has a text for receivers or
//! participants: those are Norwegian, and stand in core. Logs, metrics, codes and keys are no texts, and stay English. Start at
//! [`Phrase`]; a text without one of the languages does not compile.

#![expect(clippy::too_many_lines, reason = "a table has a line for each text")]

pub mod alert;
mod lang;
mod phrase;
pub mod push;
pub mod title;

pub use lang::Lang;
pub use phrase::Phrase;
