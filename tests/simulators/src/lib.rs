//! Counterpart systems of a hub, for tests, benchmarks and the demo. They are a GP's record system behind Norsk helsenett's
//! Meldingstjener, an AFT provider's system, a specialist service's FHIR server, Nav's system for the measures, and a Nav office
//! that fetches from the hub's inbox.
//!
//! Owns: the systems' requirements for requests, their answers, and their misbehaviour on command. They record every arrival and
//! keep repetitions, which the tests judge. Never uses the hub's own crates. A simulator knows a format only from the standards,
//! so that it does not repeat an adapter's mistake.
//!
//! Start at [`Simulator::start`]. A test talks to a running simulator with [`ControlClient`]; [`Process`] starts a simulator as a
//! process. `README.md` describes the control port.

mod arrivals;
mod authenticator;
mod behaviour;
mod client;
mod clock;
mod compiled;
mod control;
mod data_port;
mod gp;
mod hub;
mod judged;
mod letter;
mod nav;
mod nav_measure;
mod options;
mod provider;
mod serve;
mod simulator;
mod smtp;
mod specialist;
mod state;
mod system;
mod tls;

pub use arrivals::Record;
pub use authenticator::authenticator_code;
pub use behaviour::{Mode, Order};
pub use client::{ControlClient, Process, eventually};
pub use compiled::{CompiledAdapters, First};
pub use options::{Gp, HubOptions, Kind, Options};
pub use simulator::Simulator;
pub use tls::{Authority, TlsFiles, client as http_client, write_secret};

/// A failure to start a simulator or to carry out an order.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct Problem(String);

impl Problem {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}
