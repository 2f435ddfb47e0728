//! The document: a consent as it was written, with its own names for the parties.

use std::collections::BTreeMap;

use bindeledd_core::consent::{Basis, Evidence, GivenBy, Grant, GrantOnFile, Ledger, Period, Withdrawal};
use bindeledd_core::{
    Category, CategorySet, ConsentId, InputCode, InputError, NationalId, ParticipantRef, PartyId, PartyName, Purpose,
};
use jiff::Timestamp;
use uuid::Uuid;

/// Schema of the project's JSON.
pub const CONSENT_SCHEMA: &str = "bindeledd/consent/1";
/// Form of the digest of evidence.
pub(crate) const DIGEST: &str = "64 lower-case hexadecimal digits";

/// A consent as it was written, with its own names for the parties.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsentDocument {
    /// Id of the consent; `None` if the document has no id.
    pub id: Option<ConsentId>,
    /// Version of the consent.
    pub version: u32,
    /// Participant.
    pub participant: DocumentParticipant,
    /// Time when the consent was given.
    pub given_at: Timestamp,
    /// Person who gave the consent.
    pub given_by: GivenBy,
    /// Controller of the processing.
    pub controller: PartyName,
    /// Evidence that the consent was given.
    pub evidence: Evidence,
    /// Version of the text that the participant signed.
    pub text_version: String,
    /// Period in which the consent is valid.
    pub period: Period,
    /// Grants; never empty.
    pub grants: Vec<DocumentGrant>,
    /// Status.
    pub status: DocumentStatus,
}

/// The person in a consent document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentParticipant {
    /// National identity number, as written by a person who has met the participant.
    NationalId(NationalId),
    /// Pseudonym in a hub that knows the person. Documents from a hub contain no national identity number.
    Pseudonym(ParticipantRef),
}

/// One permission in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentGrant {
    /// Sender.
    pub from: PartyName,
    /// Receiver.
    pub to: PartyName,
    /// Purpose.
    pub purpose: Purpose,
    /// Categories that may be sent; never empty.
    pub categories: CategorySet,
    /// Legal basis.
    pub basis: Basis,
    /// The grant's own period, inside the period of the consent.
    pub period: Option<Period>,
    /// Whether the sender still has to confirm the grant. Until then the grant permits nothing.
    pub awaits_confirmation: bool,
}

/// Status of a consent in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentStatus {
    /// The consent is valid.
    Active,
    /// The consent was withdrawn.
    Withdrawn {
        /// Time of the withdrawal; `None` if the document does not name it.
        at: Option<Timestamp>,
    },
}

/// A consent document with its parties resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedConsent {
    /// Controller of the processing.
    pub controller: PartyId,
    /// Grants of the consent, confirmed or not as in the document. At registration a grant may have to wait for its
    /// confirmation nevertheless.
    pub grants: Vec<Grant>,
}

/// A name in a consent document that no party has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedParty {
    /// Path of the field that contains the name.
    pub path: String,
    /// The name that no party has.
    pub name: PartyName,
}

impl ConsentDocument {
    /// Resolves the parties of the document.
    ///
    /// # Errors
    /// An error about the first name that `find` does not know.
    pub fn resolve(&self, find: impl Fn(&PartyName) -> Option<PartyId>) -> Result<ResolvedConsent, UnresolvedParty> {
        let found = |name: &PartyName, path: String| {
            find(name).ok_or_else(|| UnresolvedParty {
                path,
                name: name.clone(),
            })
        };
        let controller = found(&self.controller, "controller".into())?;
        let mut grants = Vec::with_capacity(self.grants.len());
        for (i, grant) in self.grants.iter().enumerate() {
            let from = found(&grant.from, format!("grants[{i}].from"))?;
            let to = found(&grant.to, format!("grants[{i}].to"))?;
            grants.push(grant.between(from, to, !grant.awaits_confirmation));
        }
        Ok(ResolvedConsent { controller, grants })
    }

    /// Returns a ledger of this one document, for a decision without a hub. Every party has the id of
    /// [`offline_party`]. Every grant is confirmed, unless the document marks it as not confirmed. The map holds the id
    /// of each name.
    #[must_use]
    pub fn to_ledger(&self) -> (Ledger, BTreeMap<PartyName, PartyId>) {
        let mut names = BTreeMap::new();
        let mut id_of = |name: &PartyName| {
            let id = offline_party(name);
            names.insert(name.clone(), id.clone());
            id
        };
        let consent = self.id.unwrap_or_else(|| ConsentId(Uuid::nil()));
        let withdrawn = matches!(self.status, DocumentStatus::Withdrawn { .. });
        let mut grants = Vec::with_capacity(self.grants.len());
        let mut withdrawals = Vec::new();
        for (index, grant) in self.grants.iter().enumerate() {
            let confirmed = !grant.awaits_confirmation;
            let grant = grant.between(id_of(&grant.from), id_of(&grant.to), confirmed);
            if let DocumentStatus::Withdrawn { at } = self.status
                && grant.basis == Basis::Consent
            {
                // The withdrawal also ends earlier grants for the same parties and purpose in other documents.
                withdrawals.push(Withdrawal {
                    from: grant.from.clone(),
                    to: grant.to.clone(),
                    purpose: grant.purpose,
                    categories: grant.categories,
                    at: at.unwrap_or(self.given_at),
                    registered_until: None,
                    registrar: None,
                });
            }
            grants.push(GrantOnFile {
                consent,
                version: self.version,
                index: u16::try_from(index).unwrap_or(u16::MAX),
                given_at: self.given_at,
                registered: 0,
                registrar: None,
                withdrawn,
                consent_period: self.period,
                grant,
            });
        }
        let participant = offline_participant(&self.participant);
        (
            Ledger {
                participant,
                protected: false,
                differs: false,
                grants,
                withdrawals,
            },
            names,
        )
    }
}

impl DocumentGrant {
    fn between(&self, from: PartyId, to: PartyId, confirmed: bool) -> Grant {
        let Self {
            purpose,
            categories,
            basis,
            period,
            ..
        } = self;
        Grant {
            from,
            to,
            purpose: *purpose,
            categories: *categories,
            basis: basis.clone(),
            period: *period,
            confirmed,
        }
    }
}

/// Returns the id for a name without a directory. The same name always has the same id, and a slug is its own id.
/// Without a hub it can not be known whether two names belong to one party.
#[must_use]
pub fn offline_party(name: &PartyName) -> PartyId {
    let slug = match name {
        PartyName::Id(id) => return id.clone(),
        PartyName::Org(number) => format!("offline-org-{number}"),
        PartyName::Her(id) => format!("offline-her-{id}"),
    };
    // A word and digits always make a slug. The parser's type requires the other case.
    PartyId::parse(&slug).unwrap_or_else(|_| unreachable!("a prefix and digits make a slug"))
}

/// Returns the pseudonym of a person without a hub. Every document about that person gives the same pseudonym.
fn offline_participant(participant: &DocumentParticipant) -> ParticipantRef {
    let id = match participant {
        DocumentParticipant::NationalId(id) => id,
        DocumentParticipant::Pseudonym(pseudonym) => return *pseudonym,
    };
    let digest = ring::digest::digest(&ring::digest::SHA256, id.reveal().as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    ParticipantRef(Uuid::from_bytes(bytes))
}

/// Lists the valid codes.
fn one_of(codes: impl IntoIterator<Item = &'static str>) -> String {
    format!("one of {}", codes.into_iter().collect::<Vec<_>>().join(", "))
}

pub(crate) fn category(path: &str, code: &str) -> Result<Category, InputError> {
    let expected = || one_of(Category::ALL.into_iter().map(Category::code));
    Category::parse(code).ok_or_else(|| InputError::new(InputCode::UnknownCode, path, expected()))
}

pub(crate) fn purpose(path: &str, code: &str) -> Result<Purpose, InputError> {
    let expected = || one_of(Purpose::ALL.into_iter().map(Purpose::code));
    Purpose::parse(code).ok_or_else(|| InputError::new(InputCode::UnknownCode, path, expected()))
}

/// Refuses a period that ends before it begins. Such a period would permit nothing, so that its writer must have meant
/// another.
pub(crate) fn checked_period(period: Period, path: String) -> Result<Period, InputError> {
    match period.end {
        Some(end) if end.after() <= period.start.first() => {
            Err(InputError::new(InputCode::Invalid, path, "an end after its start"))
        }
        _ => Ok(period),
    }
}
