//! Consents and their grants.
//!
//! [`withdrawal`] holds the right to withdraw. [`entries`] compares a withdrawal with those on
//! file, and [`ending`] finds the grants that a withdrawal ends. The effect of a withdrawal on
//! deliveries is in [`delivery`](crate::delivery).

pub mod ending;
pub mod entries;
pub mod withdrawal;

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use bindeledd_catalogue::{CategorySet, PartyId, Purpose, time};

use crate::id::{ConsentId, ParticipantRef};

/// One agreement of a participant. It never changes afterwards: withdrawals are stored separately.
#[derive(Debug, Clone, PartialEq)]
pub struct Consent {
    /// Id of the consent.
    pub id: ConsentId,
    /// Version of the consent: 1 at registration. Every withdrawal or confirmation that changes the
    /// consent raises it.
    pub version: u32,
    /// Pseudonym of the participant.
    pub participant: ParticipantRef,
    /// Time when the consent was given.
    pub given_at: Timestamp,
    /// Person who gave the consent.
    pub given_by: GivenBy,
    /// The controller of the processing.
    pub controller: PartyId,
    /// The party that registered the consent.
    pub registrar: PartyId,
    /// Order number of the registration, counted with withdrawals; 0 for a consent from before
    /// these numbers were stored.
    pub registered: u64,
    /// Evidence that the consent was given.
    pub evidence: Evidence,
    /// Version of the text that the participant signed.
    pub text_version: String,
    /// Period in which the consent is valid.
    pub period: Period,
    /// The permissions that this consent gives.
    pub grants: Vec<Grant>,
    /// Confirmations of the consent's grants that came after the registration.
    pub confirmations: Vec<Confirmation>,
    /// Status of the consent.
    pub status: ConsentStatus,
    /// Start of the person's address protection, if the consent was on file then.
    pub protected_since: Option<Timestamp>,
}

/// How far the date of a consent may lie ahead of the hub's clock. Clocks under NTP differ by
/// seconds; other clocks, and systems that round to a minute, by a few minutes. A consent with a
/// later date counts as not given yet.
pub const GIVEN_AHEAD_AT_MOST: SignedDuration = SignedDuration::from_mins(5);

/// Returns whether a consent dated `given_at` can have been given by `now`.
#[must_use]
pub fn is_given(given_at: Timestamp, now: Timestamp) -> bool {
    given_at.duration_since(now) <= GIVEN_AHEAD_AT_MOST
}

/// Status of a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentStatus {
    /// The consent is valid.
    Active,
    /// The participant withdrew the consent.
    Withdrawn {
        /// Time of the withdrawal.
        at: Timestamp,
    },
}

/// The person who gave a consent. `Debug` does not print the reference of a guardianship decision.
#[derive(Clone, PartialEq, Eq)]
pub enum GivenBy {
    /// The participant.
    Participant,
    /// A guardian, under this decision.
    Guardian {
        /// Reference of the decision on guardianship.
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

/// Evidence that a consent was given, or that a sender confirms a grant. `Debug` does not print its
/// reference, since people name folders after people.
#[derive(Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Type of the evidence, such as `signed-form`.
    pub kind: String,
    /// Place where the evidence is kept.
    pub reference: String,
    /// SHA-256 of the evidence, in lower-case hexadecimal.
    pub sha256: Option<String>,
}

impl Evidence {
    /// Returns whether a text can be the type of evidence for a confirmation. The type goes into the audit log, so that it is
    /// a word and no text.
    #[must_use]
    pub fn is_type(raw: &str) -> bool {
        raw.len() <= 40
            && raw.starts_with(|c: char| c.is_ascii_lowercase())
            && raw
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }

    /// Reads a SHA-256 in lower-case hexadecimal.
    #[must_use]
    pub fn parse_sha256(raw: &str) -> Option<String> {
        let is_digit = |b| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        (raw.len() == 64 && raw.bytes().all(is_digit)).then(|| raw.to_owned())
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// One permission: one sender may send some categories to one receiver for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The sender.
    pub from: PartyId,
    /// The receiver.
    pub to: PartyId,
    /// Purpose.
    pub purpose: Purpose,
    /// Categories that may be sent.
    pub categories: CategorySet,
    /// Legal basis.
    pub basis: Basis,
    /// The grant's own period, inside the period of the consent.
    pub period: Option<Period>,
    /// Whether the sender has confirmed the grant. Needed only if another party registered it.
    pub confirmed: bool,
}

/// Legal basis of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// The participant agreed, and may withdraw.
    Consent,
    /// Law or contract. The participant is informed, and can not withdraw the grant.
    Duty {
        /// Reference of the law or contract.
        reference: String,
    },
}

/// A period. An end that is a day includes that whole day in Europe/Oslo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Start.
    pub start: Moment,
    /// End; `None` for a period without an end.
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
    /// Parses `YYYY-MM-DD` or RFC 3339.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        time::parse_date(raw)
            .map(Self::Day)
            .or_else(|| time::parse_instant(raw).map(Self::Instant))
    }

    /// Returns the first instant of the day, or the point in time itself.
    #[must_use]
    pub fn first(self) -> Timestamp {
        match self {
            Self::Day(day) => time::start_of_day(day),
            Self::Instant(instant) => instant,
        }
    }

    /// Returns the first instant after the day or the point in time.
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
    /// Returns whether `now` lies before, in or after the period.
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

/// Position of a time relative to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The period has not begun.
    Before,
    /// The time lies in the period.
    During,
    /// The period is over.
    After,
}

/// The actor that confirms a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmer {
    /// A party that confirms on its own behalf.
    Party(PartyId),
    /// The operator, on behalf of a party that can not call the hub.
    Operator,
}

/// A confirmation on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// Index of the grant in the consent, from 0.
    pub grant: u16,
    /// The actor that confirmed the grant.
    pub by: Confirmer,
    /// Time of the confirmation.
    pub at: Timestamp,
    /// Evidence of the sender's word. It names the place of the evidence, never its content.
    pub evidence: Option<Evidence>,
}

/// A withdrawal of every grant that was given until `at` for exactly this sender, receiver and
/// purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Sender of the grants.
    pub from: PartyId,
    /// Receiver of the grants.
    pub to: PartyId,
    /// The purpose.
    pub purpose: Purpose,
    /// Categories that are withdrawn; a whole withdrawal has all of them.
    pub categories: CategorySet,
    /// Time of the withdrawal.
    pub at: Timestamp,
    /// Order number of the newest registration that the withdrawal ends, whatever the date of its
    /// consent. `None` if the withdrawal spares consents with a later date.
    pub registered_until: Option<u64>,
    /// Registrar whose registrations it ends; `None` for those of every registrar.
    pub registrar: Option<PartyId>,
}

impl Withdrawal {
    /// Returns whether the withdrawal ends this grant, wholly or in part.
    #[must_use]
    pub fn ends(&self, on_file: &GrantOnFile) -> bool {
        let grant = &on_file.grant;
        let is_same = self.from == grant.from && self.to == grant.to && self.purpose == grant.purpose;
        is_same && reaches(on_file, self.at, self.registered_until, self.registrar.as_ref())
    }
}

/// Returns whether a withdrawal ends this grant: the consent's date is not after `given_until`, or
/// its registration is not after `registered_until`. Only a grant of basis consent can end.
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

/// A grant on file, with the facts of its consent that a decision needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantOnFile {
    /// Id of the grant's consent.
    pub consent: ConsentId,
    /// Version of the consent.
    pub version: u32,
    /// Index of the grant in its consent, from 0.
    pub index: u16,
    /// Time when the consent was given.
    pub given_at: Timestamp,
    /// Order number of the consent among registrations and withdrawals; 0 for a consent from before
    /// these numbers were stored.
    pub registered: u64,
    /// Party that registered the consent; `None` if that is not known.
    pub registrar: Option<PartyId>,
    /// Whether the consent was withdrawn as a whole.
    pub withdrawn: bool,
    /// Period of the consent.
    pub consent_period: Period,
    /// The grant.
    pub grant: Grant,
}

/// All facts on file that a decision about one participant needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Pseudonym of the participant.
    pub participant: ParticipantRef,
    /// Whether the person is under address protection (kode 6 or 7). Nothing is sent about such a
    /// person.
    pub protected: bool,
    /// Whether the ledger differs from the registered ledger. A ledger that differs permits nothing.
    pub differs: bool,
    /// Every grant of every consent.
    pub grants: Vec<GrantOnFile>,
    /// Every withdrawal.
    pub withdrawals: Vec<Withdrawal>,
}

impl Ledger {
    /// Returns the ledger of a participant without consents.
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

    /// Returns the exchanges of one party, as the party may see them. Only the operator may know of address protection: to a
    /// party, it looks as if the participant had withdrawn everything.
    #[must_use]
    pub fn seen_by_party(mut self, party: &PartyId) -> Self {
        self.grants
            .retain(|on_file| on_file.grant.from == *party || on_file.grant.to == *party);
        self.withdrawals
            .retain(|withdrawal| withdrawal.from == *party || withdrawal.to == *party);
        if std::mem::take(&mut self.protected) {
            for on_file in &mut self.grants {
                on_file.withdrawn |= on_file.grant.basis == Basis::Consent;
            }
        }
        self
    }
}

impl Consent {
    /// Returns the consent as parties may see it. Only the operator may know of address protection.
    /// To parties, the consent of a protected person looks as if the participant had withdrawn
    /// everything.
    #[must_use]
    pub fn seen_by_parties(mut self) -> Self {
        let can_be_withdrawn = self.grants.iter().any(|g| g.basis == Basis::Consent);
        if let (Some(at), ConsentStatus::Active, true) = (self.protected_since, self.status, can_be_withdrawn) {
            self.status = ConsentStatus::Withdrawn { at };
            self.version += 1;
        }
        self
    }

    /// Returns the grants of the consent, each with the facts that a decision needs.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_evidence_is_a_word_and_a_digest_has_64_digits() {
        for word in ["agreement", "phone-call", "e-mail", &"a".repeat(40)] {
            assert!(Evidence::is_type(word), "{word}");
        }
        for other in ["", "-a", "1a", "Letter", "Ola sa ja", "å", &"a".repeat(41)] {
            assert!(!Evidence::is_type(other), "{other}");
        }
        let digest = "0123456789abcdef".repeat(4);
        assert_eq!(Evidence::parse_sha256(&digest), Some(digest.clone()));
        for other in [&digest[1..], &digest.to_uppercase(), &digest.replace('a', "g")] {
            assert_eq!(Evidence::parse_sha256(other), None, "{other}");
        }
    }

    #[test]
    fn a_party_sees_its_own_exchanges_and_protection_as_a_withdrawal() {
        let [own, gp, nav] = ["nordvik", "legen", "nav"].map(|raw| PartyId::parse(raw).unwrap());
        let on_file = |from: &PartyId, to: &PartyId, basis| GrantOnFile {
            consent: ConsentId(uuid::Uuid::nil()),
            version: 1,
            index: 0,
            given_at: Timestamp::UNIX_EPOCH,
            registered: 1,
            registrar: Some(own.clone()),
            withdrawn: false,
            consent_period: Period {
                start: Moment::Instant(Timestamp::UNIX_EPOCH),
                end: None,
            },
            grant: Grant {
                from: from.clone(),
                to: to.clone(),
                purpose: Purpose::WorkOrientedFollowup,
                categories: CategorySet::EMPTY,
                basis,
                period: None,
                confirmed: true,
            },
        };
        let duty = Basis::Duty {
            reference: "lov".to_owned(),
        };
        let mut ledger = Ledger::empty(ParticipantRef(uuid::Uuid::nil()));
        ledger.grants = vec![
            on_file(&own, &gp, Basis::Consent),
            on_file(&gp, &nav, Basis::Consent),
            on_file(&own, &nav, duty),
        ];
        let seen = ledger.clone().seen_by_party(&own);
        assert_eq!(seen.grants, [ledger.grants[0].clone(), ledger.grants[2].clone()]);
        ledger.protected = true;
        let seen = ledger.seen_by_party(&own);
        let withdrawn: Vec<_> = seen.grants.iter().map(|on_file| on_file.withdrawn).collect();
        assert_eq!((seen.protected, withdrawn), (false, vec![true, false]));
    }
}
