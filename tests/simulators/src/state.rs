//! State of one simulator, for all that handles its requests.

use std::sync::Arc;

use crate::arrivals::{Arrivals, Record};
use crate::behaviour::Behaviour;
use crate::clock::Clock;
use crate::hub::Hub;
use crate::system::System;

/// State that the handlers share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) kind: &'static str,
    pub(crate) system: System,
    pub(crate) arrivals: Arrivals,
    pub(crate) behaviour: Behaviour,
    pub(crate) clock: Clock,
    pub(crate) hub: Option<Arc<Hub>>,
    pub(crate) record: Record,
}
