//! Consents and grants: what the participant agreed to.
//!
//! [`withdrawal`] says who may take back what. [`entries`] compares a withdrawal with those on file, and [`ending`] ends grants by
//! it. Its effect on deliveries is in [`delivery`](crate::delivery).

pub mod ending;
pub mod entries;
pub mod withdrawal;

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use bindeledd_catalogue::{CategorySet, PartyId, Purpose, time};

use crate::id::{ConsentId, ParticipantRef};

/// What a participant agreed to, at one time. Never changed afterwards: withdrawals stand beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// Its version: 1 when registered, raised by every withdrawal or confirmation that touches it.
    pub version: u32,
    /// The one that it belongs to.
    pub participant: ParticipantRef,
    /// When it was given.
    pub given_at: Timestamp,
    /// The one who gave it.
    pub given_by: GivenBy,
    /// The controller of the processing.
    pub controller: PartyId,
    /// The party that registered it.
    pub registrar: PartyId,
    /// Its place in the order of registrations and withdrawals; 0 for one from before that was kept.
    pub registered: u64,
    /// The evidence that it was given.
    pub evidence: Evidence,
    /// The version of the text that was signed.
    pub text_version: String,
    /// When it holds.
    pub period: Period,
    /// What it permits.
    pub grants: Vec<Grant>,
    /// The confirmations of its grants that came after it was registered.
    pub confirmations: Vec<Confirmation>,
    /// Where it stands.
    pub status: ConsentStatus,
    /// Since when the person is under address protection with this consent on file.
    pub protected_since: Option<Timestamp>,
}

/// How far ahead of the hub's clock a consent may be dated. Clocks that are set by the network differ by seconds; a system that
/// rounds to a whole minute, or whose clock nobody sets, by a few minutes. What is dated later than that has not been given yet.
pub const GIVEN_AHEAD_AT_MOST: SignedDuration = SignedDuration::from_mins(5);

/// Whether a consent that is dated `given_at` can have been given by `now`.
#[must_use]
pub fn is_given(given_at: Timestamp, now: Timestamp) -> bool {
    given_at.duration_since(now) <= GIVEN_AHEAD_AT_MOST
}

/// Where a consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentStatus {
    /// It holds.
    Active,
    /// The participant took it back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

/// Who gave a consent. A guardian's decision is not shown.
#[derive(Clone, PartialEq, Eq)]
pub enum GivenBy {
    /// The participant.
    Participant,
    /// A guardian, on this basis.
    Guardian {
        /// The decision that makes them one.
        basis: String,
    },
}

impl fmt::Debug for GivenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Participant => "Participant",
            Self::Guardian { .. } => "Guardian",
        })
    }
}

/// What shows that a consent was given, or that a sender confirms. Where that is kept is not shown: people name folders after people.
#[derive(Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its type, such as `signed-form`.
    pub kind: String,
    /// Where it is kept.
    pub reference: String,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: Option<String>,
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// One permission: from whom, to whom, for what, which categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The sender.
    pub from: PartyId,
    /// The receiver.
    pub to: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// What may be told.
    pub categories: CategorySet,
    /// What it rests on.
    pub basis: Basis,
    /// When it holds, inside the consent's own period.
    pub period: Option<Period>,
    /// Whether the sending party confirmed it, where another registered it.
    pub confirmed: bool,
}

/// What a grant rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// The participant agreed, and may withdraw.
    Consent,
    /// Law or contract; the participant is told, and can not withdraw it.
    Duty {
        /// The legal reference.
        reference: String,
    },
}

/// A period. A day as its end includes that whole day in Europe/Oslo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From when.
    pub start: Moment,
    /// Until when; none for one without an end.
    pub end: Option<Moment>,
}

/// A day or a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A calendar day in Europe/Oslo.
    Day(Date),
    /// A point in time.
    Instant(Timestamp),
}

impl Moment {
    /// Reads `YYYY-MM-DD` or RFC 3339.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        time::parse_date(raw)
            .map(Self::Day)
            .or_else(|| time::parse_instant(raw).map(Self::Instant))
    }

    /// The first instant that belongs to it.
    #[must_use]
    pub fn first(self) -> Timestamp {
        match self {
            Self::Day(day) => time::start_of_day(day),
            Self::Instant(instant) => instant,
        }
    }

    /// The first instant after it.
    #[must_use]
    pub fn after(self) -> Timestamp {
        match self {
            Self::Day(day) => time::end_of_day(day),
            Self::Instant(instant) => instant,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Instant(instant) => f.write_str(&time::local_rfc3339(*instant)),
        }
    }
}

impl Period {
    /// Whether `now` is before, in or after it.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> When {
        if now < self.start.first() {
            When::Before
        } else if self.end.is_some_and(|end| now >= end.after()) {
            When::After
        } else {
            When::During
        }
    }
}

/// Where a time lies to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Not yet.
    Before,
    /// In it.
    During,
    /// No longer.
    After,
}

/// The one who confirms a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmer {
    /// A party, as itself.
    Party(PartyId),
    /// The operator, for a party that can not call the hub.
    Operator,
}

/// A confirmation on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The grant's place in the consent, from 0.
    pub grant: u16,
    /// The one who confirmed it.
    pub by: Confirmer,
    /// When.
    pub at: Timestamp,
    /// The evidence of the sender's word: the place where it is kept, never its content.
    pub evidence: Option<Evidence>,
}

/// The participant took back what was given until `at`, for exactly this from, to and purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The sender of the grants.
    pub from: PartyId,
    /// The receiver.
    pub to: PartyId,
    /// The purpose.
    pub purpose: Purpose,
    /// Which categories; a whole withdrawal has them all.
    pub categories: CategorySet,
    /// When.
    pub at: Timestamp,
    /// Until which place in the order of registrations it reaches whatever date a consent bears. None where what was given later
    /// stands.
    pub registered_until: Option<u64>,
    /// Of whose registrations it takes back; none for everybody's.
    pub registrar: Option<PartyId>,
}

impl Withdrawal {
    /// Whether it ends a grant, or some of its categories.
    #[must_use]
    pub fn ends(&self, on_file: &GrantOnFile) -> bool {
        let grant = &on_file.grant;
        let is_same = self.from == grant.from && self.to == grant.to && self.purpose == grant.purpose;
        is_same && reaches(on_file, self.at, self.registered_until, self.registrar.as_ref())
    }
}

/// Whether a withdrawal reaches what is on file: by date or by the order of registration, and only what rests on consent.
pub(crate) fn reaches(
    on_file: &GrantOnFile,
    given_until: Timestamp,
    registered_until: Option<u64>,
    registrar: Option<&PartyId>,
) -> bool {
    let is_theirs = registrar.is_none_or(|r| on_file.registrar.as_ref() == Some(r));
    let is_before =
        on_file.given_at <= given_until || registered_until.is_some_and(|until| on_file.registered <= until);
    on_file.grant.basis == Basis::Consent && is_theirs && is_before
}

/// One grant as it is on file, with what it needs of its consent for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantOnFile {
    /// Its consent.
    pub consent: ConsentId,
    /// The consent's version.
    pub version: u32,
    /// Its place in the consent, from 0.
    pub index: u16,
    /// When the consent was given.
    pub given_at: Timestamp,
    /// Its consent's place in the order of registrations and withdrawals; 0 for one from before that was kept.
    pub registered: u64,
    /// Who registered the consent; none where that is not known.
    pub registrar: Option<PartyId>,
    /// Whether the consent as a whole was withdrawn.
    pub withdrawn: bool,
    /// The consent's period.
    pub consent_period: Period,
    /// The grant.
    pub grant: Grant,
}

/// Everything on file that a decision about one participant needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// The one that it belongs to.
    pub participant: ParticipantRef,
    /// Whether the person is under address protection (kode 6 or 7): nothing is carried for them.
    pub protected: bool,
    /// Whether it is not what was registered: then it permits nothing.
    pub differs: bool,
    /// Every grant of every consent.
    pub grants: Vec<GrantOnFile>,
    /// Every withdrawal.
    pub withdrawals: Vec<Withdrawal>,
}

impl Ledger {
    /// A participant for whom nothing is on file.
    #[must_use]
    pub const fn empty(participant: ParticipantRef) -> Self {
        Self {
            participant,
            protected: false,
            differs: false,
            grants: Vec::new(),
            withdrawals: Vec::new(),
        }
    }
}

impl Consent {
    /// As parties see it. Address protection is for the operator to know: to everybody else it looks as if the participant had
    /// taken everything back.
    #[must_use]
    pub fn seen_by_parties(mut self) -> Self {
        let can_be_withdrawn = self.grants.iter().any(|g| g.basis == Basis::Consent);
        if let (Some(at), ConsentStatus::Active, true) = (self.protected_since, self.status, can_be_withdrawn) {
            self.status = ConsentStatus::Withdrawn { at };
            self.version += 1;
        }
        self
    }

    /// Its grants as a decision needs them.
    #[must_use]
    pub fn on_file(&self) -> Vec<GrantOnFile> {
        let withdrawn = matches!(self.status, ConsentStatus::Withdrawn { .. });
        let on_file = |(index, grant): (usize, &Grant)| GrantOnFile {
            consent: self.id,
            version: self.version,
            index: u16::try_from(index).unwrap_or(u16::MAX),
            given_at: self.given_at,
            registered: self.registered,
            registrar: Some(self.registrar.clone()),
            withdrawn,
            consent_period: self.period,
            grant: grant.clone(),
        };
        self.grants.iter().enumerate().map(on_file).collect()
    }
}
