//! The systems at the other end of a hub's wires, for tests, benchmarks and the demo: a GP's record system behind Norsk
//! helsenett's Meldingstjener, an AFT provider's system, a specialist service's FHIR server, Nav's system for the measures, and
//! a Nav office that fetches from the hub's inbox.
//!
//! Owns: what those systems demand of a request, what they answer, and how they misbehave when told to. They record every
//! arrival and never remove repetitions: that is for whoever asserts.
//! Never does: anything with the hub's own crates. What a simulator knows of a format it has from the standards, so that
//! a mistake in an adapter is not repeated here.
//!
//! Start at [`Simulator::start`]; [`ControlClient`] is how a test talks with a running one, [`Process`] starts one as a
//! process of its own. The wire of the control port is described in `README.md`.

mod arrivals;
mod behaviour;
mod client;
mod clock;
mod compiled;
mod control;
mod gp;
mod hub;
mod nav;
mod nav_measure;
mod options;
mod provider;
mod serve;
mod simulator;
mod smtp;
mod specialist;
mod system;
mod tls;

pub use arrivals::Record;
pub use behaviour::{Mode, Order};
pub use client::{ControlClient, Process, eventually};
pub use compiled::{CompiledAdapters, First};
pub use options::{Gp, HubOptions, Kind, Options};
pub use simulator::Simulator;
pub use tls::{Authority, TlsFiles, client as http_client, write_secret};

/// What went wrong, for whoever started a simulator or told it to do something.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct Problem(String);

impl Problem {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}
