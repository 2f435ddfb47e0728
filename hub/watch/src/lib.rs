//! Events outside the flow of messages that an operator has to know: they become alerts.
//!
//! Owns: watching certificates for their end and the second place for its distance, the way by which other parts report events
//! ([`channel`]), and the alert and audit row of each ([`raise`]). Never knows configuration: it is given files with the names that
//! configuration has for them. Start at [`OperatorEvent`].

mod alert;
mod certificates;
mod event;
mod second_place;
mod watcher;

pub use alert::raise;
pub use certificates::{WatchedCertificate, ending};
pub use event::OperatorEvent;
pub use second_place::{Near, near};
pub use watcher::{Pending, Reporter, SecondPlace, Watcher, channel};
