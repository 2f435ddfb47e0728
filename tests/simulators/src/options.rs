//! Options for starting a simulator.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::arrivals::Record;
use crate::tls::TlsFiles;

/// All options of a simulator.
#[derive(Debug, Clone)]
pub struct Options {
    /// System to simulate.
    pub kind: Kind,
    /// Address for the hub; port 0 chooses a free port.
    pub listen: SocketAddr,
    /// Address for orders, always plain HTTP; port 0 chooses a free port.
    pub control: SocketAddr,
    /// TLS for the hub's port. Without TLS files, the port is plain HTTP.
    pub tls: Option<TlsFiles>,
    /// The hub to which the simulator sends.
    pub hub: Option<HubOptions>,
    /// The part of each arrival that is recorded.
    pub record: Record,
}

/// The hub, and the simulator's party there.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// Address, such as `https://127.0.0.1:8443`.
    pub url: String,
    /// Authority of the hub's certificate, PEM.
    pub ca: Option<PathBuf>,
    /// The party as which the simulator sends.
    pub party: String,
    /// API key of the party.
    pub key: String,
}

/// The system to simulate.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Meldingstjener v2 with a GP's record system behind it.
    Gp(Gp),
    /// An AFT provider's system.
    Provider,
    /// A specialist service's FHIR server.
    Specialist,
    /// A party without a server of its own, such as a Nav office, which polls the hub's inbox.
    Nav {
        /// Milliseconds between two polls.
        poll_ms: u64,
    },
    /// Nav's own system for the measures, which takes and answers proposals, cards and dialog messages.
    NavMeasure,
    /// A mail server.
    Smtp,
}

impl Kind {
    /// Returns the name in commands and answers.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Gp(_) => "gp",
            Self::Provider => "provider",
            Self::Specialist => "specialist",
            Self::Nav { .. } => "nav",
            Self::NavMeasure => "nav-measure",
            Self::Smtp => "smtp",
        }
    }
}

/// Identity of the GP.
#[derive(Debug, Clone)]
pub struct Gp {
    /// Name of the practice.
    pub name: String,
    /// HER-id of the practice.
    pub her_id: u32,
    /// Organisation number of the practice.
    pub org_number: String,
    /// The doctor: given name, family name, HPR number.
    pub doctor: (String, String, String),
    /// True if receipts are AppRec 1.0; otherwise they are AppRec 1.1.
    pub app_rec_1_0: bool,
    /// OpenAPI document of Meldingstjener v2. If present, every request is checked against it.
    pub openapi: Option<PathBuf>,
}

impl Default for Gp {
    fn default() -> Self {
        Self {
            name: "Fjellvik legekontor".into(),
            her_id: 8_142_952,
            org_number: "974760924".into(),
            doctor: ("Grønn".into(), "Vits".into(), "565501872".into()),
            app_rec_1_0: false,
            openapi: None,
        }
    }
}

impl Options {
    /// Returns options for free loopback ports, plain HTTP, without a hub.
    #[must_use]
    pub fn plain(kind: Kind) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            kind,
            listen: free,
            control: free,
            tls: None,
            hub: None,
            record: Record::Full,
        }
    }
}
