//! How a simulator is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::arrivals::Record;
use crate::tls::TlsFiles;

/// Everything that a simulator is told when it starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which system it is.
    pub kind: Kind,
    /// Where it listens for the hub; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where it listens for orders, always plain HTTP; port 0 takes a free one.
    pub control: SocketAddr,
    /// TLS for the hub's port; plain HTTP without it.
    pub tls: Option<TlsFiles>,
    /// The hub that it sends to.
    pub hub: Option<HubOptions>,
    /// How much of each arrival it keeps.
    pub record: Record,
}

/// The hub, and who the simulator is there.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// Such as `https://127.0.0.1:8443`.
    pub url: String,
    /// The authority of the hub's certificate, PEM.
    pub ca: Option<PathBuf>,
    /// The party that it sends as.
    pub party: String,
    /// The party's API key.
    pub key: String,
}

/// Which system it is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Meldingstjener v2 with a GP's record system behind it.
    Gp(Gp),
    /// An AFT provider's system.
    Provider,
    /// A specialist service's FHIR server.
    Specialist,
    /// A party without a server of its own, such as a Nav office: it asks the hub's inbox so often.
    Nav {
        /// Milliseconds between two questions.
        poll_ms: u64,
    },
    /// Nav's own system for the measures: takes proposals, cards and dialog messages, and answers them.
    NavMeasure,
    /// A mail server.
    Smtp,
}

impl Kind {
    /// Its name in commands and answers.
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

/// Who the GP is.
#[derive(Debug, Clone)]
pub struct Gp {
    /// The practice's name.
    pub name: String,
    /// Its HER-id.
    pub her_id: u32,
    /// Its organisation number.
    pub org_number: String,
    /// The doctor: given name, family name, HPR number.
    pub doctor: (String, String, String),
    /// Whether receipts are AppRec 1.0; otherwise 1.1.
    pub app_rec_1_0: bool,
    /// The OpenAPI document of Meldingstjener v2, which every request is then held to.
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
    /// A simulator on free loopback ports, plain HTTP, without a hub.
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
