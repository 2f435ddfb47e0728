//! Events outside the flow of messages that concern an operator: they raise alerts, or close them.
//!
//! Owns: the watch on certificates and on the distance of the second place, the channel for events of other parts
//! ([`channel`]), and the effect of each event ([`act_on`]). Never knows configuration: it gets files with
//! their names in configuration. Start at [`OperatorEvent`].

mod alert;
mod certificates;
mod event;
mod second_place;
mod watcher;

pub use alert::act_on;
pub use certificates::{WatchedCertificate, ending};
pub use event::OperatorEvent;
pub use second_place::{Near, near};
pub use watcher::{Pending, Reporter, SecondPlace, Watcher, channel};
