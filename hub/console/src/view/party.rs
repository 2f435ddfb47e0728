//! One party: whether it takes deliveries, the test of its connection, its endpoint, certificates, keys and changes.

use bindeledd_core::PartyKind;
use jiff::{SignedDuration, Timestamp};

use super::field_change::{self, FieldChange};
use super::party_figures::Figures;
use crate::address;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::mark::Standing;
use crate::markup::{Html, Text};
use crate::text::{party as text, terms};

/// Days before its end from which a certificate is marked.
const SOON: i64 = 30;

/// The page of a party.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id.
    pub id: Text,
    /// Name as others may see it.
    pub name: Text,
    /// Kind of party as others may see it.
    pub kind: PartyKind,
    /// HER-id.
    pub her_id: Option<Text>,
    /// Organisation number.
    pub org_number: Option<Text>,
    /// Telephone number.
    pub phone: Option<Text>,
    /// State: one of those of a party.
    pub standing: Standing,
    /// Time since which the state lasts.
    pub since: Option<Timestamp>,
    /// The hold on a paused or suspended party, where it is known.
    pub hold: Option<Hold>,
    /// Deliveries that wait.
    pub backlog: Backlog,
    /// Newest test of the connection. `None` if nobody tested it since the hub started.
    pub test: Option<Test>,
    /// Endpoint. `None` for a party that calls the hub.
    pub endpoint: Option<Endpoint>,
    /// Whether the party may register consents.
    pub is_registrar: bool,
    /// Registrars that the party trusts.
    pub trusts: Vec<Text>,
    /// Certificates of both sides.
    pub certificates: Vec<Certificate>,
    /// API keys.
    pub keys: Vec<Key>,
    /// Changes of the party, newest first.
    pub changes: Vec<Change>,
    /// Whether the person may act on parties.
    pub may_act: bool,
    /// Figures; `None` for a party without any.
    pub figures: Option<Figures>,
}

/// A hold: the person, the reason and the end of a pause or a suspension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Person.
    pub by: Text,
    /// Reason.
    pub why: Text,
    /// End; `None` for a hold that a person ends.
    pub until: Option<Timestamp>,
}

/// Deliveries that wait for a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Number.
    pub waiting: u64,
    /// Time since which the oldest waits.
    pub oldest: Option<Timestamp>,
    /// Time of the next attempt.
    pub next_attempt: Option<Timestamp>,
}

/// A test of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Time.
    pub at: Timestamp,
    /// Person.
    pub by: Option<Text>,
    /// Steps, in order.
    pub steps: Vec<Step>,
}

/// A step of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The tested thing.
    pub which: Which,
    /// Result.
    pub result: Outcome,
    /// Duration.
    pub took: Option<SignedDuration>,
    /// Detail: the found address, the end of the certificate.
    pub detail: Text,
}

/// The thing that a step tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The adapter and the configuration.
    Setup,
    /// The name of the address.
    Name,
    /// TLS and the certificate.
    Tls,
    /// The credential.
    Credential,
    /// The service.
    Service,
}

/// The result of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is well.
    Well,
    /// It is not.
    Fault {
        /// Side of the fault.
        whose: Whose,
        /// Code of the fault.
        code: Option<Text>,
    },
    /// It was not tried.
    NotTried,
}

/// The side of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The hub.
    Ours,
    /// The receiver.
    Theirs,
    /// The line or the receiver.
    Line,
}

/// Facts of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Adapter, with its version.
    pub adapter: Text,
    /// Address; `None` for a party that fetches.
    pub address: Option<Text>,
    /// HER-id of the endpoint.
    pub her_id: Option<Text>,
    /// Name of the credential.
    pub credential: Option<Text>,
    /// Longest wait for a receipt.
    pub receipt_within: SignedDuration,
    /// Most sendings at once.
    pub in_flight: u64,
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Name.
    pub name: Text,
    /// Whether it is the hub's own.
    pub is_ours: bool,
    /// End.
    pub expires: Timestamp,
}

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Public id.
    pub id: Text,
    /// Time when it was made.
    pub added_at: Timestamp,
}

/// A change of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Time.
    pub at: Timestamp,
    /// The change.
    pub what: What,
    /// Person or machine.
    pub by: Text,
    /// Reason.
    pub why: Option<Text>,
    /// Version that the change made.
    pub version: Option<u64>,
    /// Changed fields.
    pub fields: Vec<FieldChange>,
    /// Version before the change, if somebody can go back to it.
    pub back_to: Option<u64>,
}

/// Kinds of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Added.
    Added,
    /// Added or changed: the hub kept no versions then.
    Changed,
    /// Changed.
    Edited,
    /// Rolled back to an earlier version.
    RolledBack,
    /// Paused.
    Paused,
    /// Resumed.
    Resumed,
    /// Suspended.
    Suspended,
    /// No longer suspended.
    Unsuspended,
    /// Got a key.
    KeyAdded,
    /// Lost a key.
    KeyRevoked,
}

impl View {
    const fn heading(&self, text: &text::Texts) -> &'static str {
        match self.standing {
            Standing::NotAccepting => text.not_accepting,
            Standing::Paused => text.paused,
            Standing::Suspended => text.suspended,
            Standing::Fetches => text.fetches,
            Standing::NotCollecting => text.not_collecting,
            _ => text.accepting,
        }
    }

    /// Returns a text about what becomes of the waiting deliveries.
    const fn onwards(&self, text: &text::Texts) -> &'static str {
        match self.standing {
            Standing::Paused => text.goes_on_resume,
            Standing::Suspended => text.goes_on_unsuspend,
            Standing::Fetches | Standing::NotCollecting => text.fetched_by_party,
            _ => text.goes_by_itself,
        }
    }

    const fn is_suspended(&self) -> bool {
        matches!(self.standing, Standing::Suspended)
    }

    const fn is_paused(&self) -> bool {
        matches!(self.standing, Standing::Paused)
    }

    fn shows_phone(&self) -> bool {
        self.standing == Standing::NotAccepting && self.backlog.waiting > 0
    }

    fn to(&self, what: &str) -> String {
        address::of_party(self.id.as_str(), what)
    }

    /// Returns the page that asks before the party goes back to a version, for those who may.
    fn to_version(&self, change: &Change) -> Option<String> {
        let version = change.back_to.filter(|_| self.may_act)?;
        Some(address::roll_back(self.id.as_str(), version))
    }

    fn to_key(&self, key: &Key) -> String {
        self.to(&format!("keys/{}/revoke", address::segment(key.id.as_str())))
    }

    /// Returns the page of the deliveries that wait.
    fn to_waiting(&self) -> String {
        let id = address::segment(self.id.as_str());
        format!("{}?state=waiting&party={id}", address::MESSAGES)
    }

    /// Returns whether the waiting deliveries can be sent now: somebody else than the hub has to begin, and nobody holds them.
    const fn can_send_waiting(&self) -> bool {
        self.may_act && self.endpoint.is_some() && !self.is_paused() && !self.is_suspended()
    }
}

impl Which {
    const fn word(self, text: &text::Texts) -> &'static str {
        match self {
            Self::Setup => text.step_setup,
            Self::Name => text.step_name,
            Self::Tls => text.step_tls,
            Self::Credential => text.step_credential,
            Self::Service => text.step_service,
        }
    }
}

impl Whose {
    const fn word(self, text: &text::Texts) -> &'static str {
        match self {
            Self::Ours => text.fault_ours,
            Self::Theirs => text.fault_theirs,
            Self::Line => text.fault_line,
        }
    }
}

impl Step {
    const fn word(&self, text: &text::Texts) -> &'static str {
        match self.result {
            Outcome::Well => text.well,
            Outcome::Fault { .. } => text.fault,
            Outcome::NotTried => text.not_tried,
        }
    }

    const fn look(&self) -> (&'static str, Icon) {
        match self.result {
            Outcome::Well => ("success", Icon::CheckmarkCircle),
            Outcome::Fault { .. } => ("danger", Icon::XMarkOctagon),
            Outcome::NotTried => ("neutral", Icon::CircleBroken),
        }
    }
}

impl What {
    const fn word(self, text: &text::Texts) -> &'static str {
        match self {
            Self::Added => text.added,
            Self::Changed => text.changed,
            Self::Edited => text.edited,
            Self::RolledBack => text.did_roll_back,
            Self::Paused => text.did_pause,
            Self::Resumed => text.did_resume,
            Self::Suspended => text.did_suspend,
            Self::Unsuspended => text.did_unsuspend,
            Self::KeyAdded => text.did_add_key,
            Self::KeyRevoked => text.did_revoke,
        }
    }
}

impl Change {
    fn list(&self, lang: Lang) -> Html {
        field_change::list(&self.fields, lang)
    }
}

impl Certificate {
    fn days_left(&self, now: Timestamp) -> i64 {
        self.expires.duration_since(now).as_hours() / 24
    }

    fn look(&self, now: Timestamp) -> (&'static str, Icon) {
        if self.expires <= now {
            ("danger", Icon::XMarkOctagon)
        } else if self.days_left(now) < SOON {
            ("warning", Icon::ExclamationmarkTriangle)
        } else {
            ("success", Icon::CheckmarkCircle)
        }
    }
}

page!("party.html");

/// Returns the line that says that somebody else was first, and nothing was done.
#[must_use]
pub const fn already(lang: Lang) -> &'static str {
    text::of(lang).already
}
