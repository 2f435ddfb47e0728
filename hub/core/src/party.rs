//! Parties: senders and receivers, and the way to reach them.

use bindeledd_catalogue::{Handler, HerId, HprNumber, OrgNumber, PartyId};

use crate::id::AdapterId;
use crate::notice::EmailAddress;

mod version;

pub use version::{FieldChange, PartyField, Revision, VersionNumber, revise};

/// The kinds of party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyKind {
    /// Provider of work-preparation training (AFT) or another measure.
    AftProvider,
    /// GP practice (fastlege).
    Gp,
    /// Specialist health service.
    SpecialistService,
    /// Nav office, guidance offices included.
    NavOffice,
    /// Aids centre (hjelpemiddelsentral).
    AidsCentre,
    /// Employer with adapted jobs (VTA, VTO).
    Employer,
    /// Clubhouse (Fontenehus).
    Clubhouse,
    /// Centre for mastering work (Senter for jobbmestring).
    JobMasteryCentre,
    /// Health in work (HelseIArbeid).
    HealthAtWork,
    /// Work-oriented rehabilitation.
    Rehabilitation,
    /// Municipality.
    Municipality,
    /// Any other kind of party.
    Other,
}

impl PartyKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::AftProvider,
        Self::Gp,
        Self::SpecialistService,
        Self::NavOffice,
        Self::AidsCentre,
        Self::Employer,
        Self::Clubhouse,
        Self::JobMasteryCentre,
        Self::HealthAtWork,
        Self::Rehabilitation,
        Self::Municipality,
        Self::Other,
    ];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AftProvider => "aft-provider",
            Self::Gp => "gp",
            Self::SpecialistService => "specialist-service",
            Self::NavOffice => "nav-office",
            Self::AidsCentre => "aids-centre",
            Self::Employer => "employer",
            Self::Clubhouse => "clubhouse",
            Self::JobMasteryCentre => "job-mastery-centre",
            Self::HealthAtWork => "health-at-work",
            Self::Rehabilitation => "rehabilitation",
            Self::Municipality => "municipality",
            Self::Other => "other",
        }
    }

    /// Parses a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
}

/// An organisation, or a unit of an organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Party {
    /// Id in the hub.
    pub id: PartyId,
    /// Name.
    pub name: String,
    /// Name that others see, if the party's own name would reveal an illness (a psychiatric
    /// clinic).
    pub public_label: Option<String>,
    /// Telephone number that others see beside the public label. It is not listed under the party's
    /// own name.
    pub public_phone: Option<String>,
    /// Kind of party.
    pub kind: PartyKind,
    /// Organisation that the party is a unit of.
    pub part_of: Option<PartyId>,
    /// Organisation number.
    pub org_number: Option<OrgNumber>,
    /// HER-id.
    pub her_id: Option<HerId>,
    /// Health professional to whom documents are addressed.
    pub person: Option<Professional>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Persons at the party who follow participants up, so that others know whom to call.
    pub handlers: Vec<Handler>,
    /// Whether the party may register consents.
    pub registrar: bool,
    /// Registrars that the operator trusts for grants from this party. Such grants need no confirmation.
    pub trusts: Vec<PartyId>,
    /// Endpoint of the party; a party without one fetches from its inbox.
    pub endpoint: Option<Endpoint>,
    /// Address for mail about waiting documents.
    pub notify: Option<Notify>,
    /// Whether the operator has paused the party's endpoint. Deliveries to the party wait, and the
    /// party may still call the hub.
    pub paused: bool,
    /// Whether the operator has suspended the party. The hub accepts no credential of the party,
    /// and deliveries to it wait.
    pub suspended: bool,
}

impl Party {
    /// Returns whether the party fetches its deliveries from its inbox, instead of being sent them.
    #[must_use]
    pub fn fetches(&self) -> bool {
        self.endpoint.as_ref().is_none_or(|e| e.address.is_none())
    }

    /// Returns whether deliveries to the party are held because it is paused or suspended.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        self.paused || self.suspended
    }

    /// Returns whether mail tells the party of waiting documents. Only a party that fetches needs
    /// such mail.
    #[must_use]
    pub fn is_told_by_mail(&self) -> bool {
        self.notify.is_some() && self.fetches()
    }
}

/// The way to tell a party of waiting documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// Address for the notices.
    pub email: EmailAddress,
}

/// A health professional at a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Professional {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// HPR number.
    pub hpr: Option<HprNumber>,
    /// HER-id of the person.
    pub her_id: Option<HerId>,
}

/// The hub's connection to a party's system.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// The adapter for the format of the party's system.
    pub adapter: AdapterId,
    /// Address for requests. Without an address the party fetches documents in its format from the
    /// inbox.
    pub address: Option<EndpointAddress>,
    /// Name of the credential in configuration; `None` for an endpoint without a credential.
    pub credential: Option<String>,
    /// Settings of the adapter, as JSON text. The schema in the adapter's manifest describes them.
    pub settings: String,
    /// The hub's own HER-id in documents over this connection.
    pub her_id: Option<HerId>,
    /// The hub's own organisation number in documents over this connection.
    pub org_number: Option<OrgNumber>,
    /// Limits of the endpoint.
    pub limits: EndpointLimits,
}

/// A checked address: `https://host[:port][/path]`, or `http` to this machine if configuration
/// allows it. Requests never go to another origin.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EndpointAddress {
    /// Scheme, host and port, without a slash at the end.
    pub origin: String,
    /// Prefix of every request's path: empty, or beginning with `/`, without a slash at the end.
    pub base_path: String,
}

impl EndpointAddress {
    /// Parses an address. It checks the form only; the gateway checks which hosts may be reached.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let (scheme, rest) = raw.split_once("://")?;
        if !matches!(scheme, "http" | "https") {
            return None;
        }
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |(a, p)| (a, p));
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        let legal_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.' | '_' | '~' | '$' | '%');
        if authority.is_empty() || !authority.chars().all(legal) || !path.chars().all(legal_path) || path.contains("..")
        {
            return None;
        }
        let path = path.trim_end_matches('/');
        Some(Self {
            origin: format!("{scheme}://{}", authority.to_ascii_lowercase()),
            base_path: if path.is_empty() {
                String::new()
            } else {
                format!("/{path}")
            },
        })
    }
}

impl std::fmt::Display for EndpointAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.origin, self.base_path)
    }
}

/// Limits of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointLimits {
    /// Maximum number of requests under way at the same time.
    pub in_flight: u16,
    /// Longest time of a request, in seconds.
    pub timeout_seconds: u16,
    /// Longest wait for a receipt, in seconds.
    pub receipt_seconds: u32,
    /// Seconds between two polls of the inbox behind the address, for a format that has an inbox.
    pub poll_seconds: u16,
}

impl EndpointLimits {
    /// The limits of an endpoint that names none.
    pub const USUAL: Self = Self {
        in_flight: 16,
        timeout_seconds: 20,
        receipt_seconds: 3 * 24 * 3600,
        poll_seconds: 30,
    };
}

impl Default for EndpointLimits {
    fn default() -> Self {
        Self::USUAL
    }
}
