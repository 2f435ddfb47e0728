//! Parties: who sends and receives, and how the hub reaches them.

use bindeledd_catalogue::{Handler, HerId, HprNumber, OrgNumber, PartyId};

use crate::id::AdapterId;
use crate::notice::EmailAddress;

/// The kinds of party in the field.
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
    /// Any other.
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

    /// The code on the wire.
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

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
}

/// An organisation or a unit of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Party {
    /// Its id in the hub.
    pub id: PartyId,
    /// Its name.
    pub name: String,
    /// The name that others see, where its own would tell (a psychiatric clinic).
    pub public_label: Option<String>,
    /// The telephone number that others see beside the label: one that is not listed under the party's own name.
    pub public_phone: Option<String>,
    /// What kind of party it is.
    pub kind: PartyKind,
    /// The party that it is a unit of.
    pub part_of: Option<PartyId>,
    /// Its organisation number.
    pub org_number: Option<OrgNumber>,
    /// Its HER-id.
    pub her_id: Option<HerId>,
    /// The health professional whom documents go to.
    pub person: Option<Professional>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// The persons who follow participants up there, for those who look whom to call.
    pub handlers: Vec<Handler>,
    /// Whether it may register consents.
    pub registrar: bool,
    /// Registrars whose word the operator takes for grants that this party gives out: such grants need no confirming.
    pub trusts: Vec<PartyId>,
    /// How the hub reaches it; without one it fetches from its inbox.
    pub endpoint: Option<Endpoint>,
    /// How it is told that something waits in its inbox.
    pub notify: Option<Notify>,
    /// Whether the operator has paused its endpoint: what is for it waits, and it may call as before.
    pub paused: bool,
    /// Whether the operator has suspended it: nothing that shows itself as this party is taken for it, and what is for it waits.
    pub suspended: bool,
}

impl Party {
    /// Whether it fetches from its inbox, rather than being sent what is for it.
    #[must_use]
    pub fn fetches(&self) -> bool {
        self.endpoint.as_ref().is_none_or(|e| e.address.is_none())
    }

    /// Whether what is for it waits for the operator.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        self.paused || self.suspended
    }

    /// Whether it is told by e-mail that something waits: only who fetches needs to be.
    #[must_use]
    pub fn is_told_by_mail(&self) -> bool {
        self.notify.is_some() && self.fetches()
    }
}

/// How a party is told that something waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// The address that notices go to.
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

/// How the hub speaks with a party.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// The adapter for its format.
    pub adapter: AdapterId,
    /// Where requests go; without an address the party fetches documents in its format from the inbox.
    pub address: Option<EndpointAddress>,
    /// The name of the credential in configuration that requests carry; none for an open endpoint.
    pub credential: Option<String>,
    /// Settings for the adapter, as JSON text, by its manifest's schema.
    pub settings: String,
    /// The hub's own HER-id on this wire.
    pub her_id: Option<HerId>,
    /// The hub's own organisation number on this wire.
    pub org_number: Option<OrgNumber>,
    /// Limits.
    pub limits: EndpointLimits,
}

/// An address that was checked: `https://host[:port][/path]`, or `http` to this machine where configuration allows it.
/// Requests never leave its origin.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EndpointAddress {
    /// Scheme, host and port, without a slash at the end.
    pub origin: String,
    /// The path that every request's path is put behind; empty or beginning with `/`, without a slash at the end.
    pub base_path: String,
}

impl EndpointAddress {
    /// Reads an address. Checks the form only; who may be reached is the gateway's.
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
    /// Requests under way at a time.
    pub in_flight: u16,
    /// How long a request may take, in seconds.
    pub timeout_seconds: u16,
    /// How long a receipt may take, in seconds.
    pub receipt_seconds: u32,
    /// How often an inbox behind the address is looked into, in seconds, where its format has one.
    pub poll_seconds: u16,
}

impl Default for EndpointLimits {
    fn default() -> Self {
        Self {
            in_flight: 16,
            timeout_seconds: 20,
            receipt_seconds: 3 * 24 * 3600,
            poll_seconds: 30,
        }
    }
}
