//! The document itself: a consent as it was written, with parties by the names that it uses.

use std::collections::BTreeMap;

use bindeledd_core::consent::{Basis, Evidence, GivenBy, Grant, GrantOnFile, Ledger, Period, Withdrawal};
use bindeledd_core::{
    Category, CategorySet, ConsentId, InputCode, InputError, NationalId, ParticipantRef, PartyId, PartyName, Purpose,
};
use jiff::Timestamp;
use uuid::Uuid;

/// The project's JSON.
pub const CONSENT_SCHEMA: &str = "bindeledd/consent/1";

/// A consent as it was written, with parties by the names that it uses.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsentDocument {
    /// Its id, where it has one.
    pub id: Option<ConsentId>,
    /// Its version.
    pub version: u32,
    /// The one that it belongs to.
    pub participant: Whose,
    /// When it was given.
    pub given_at: Timestamp,
    /// The one who gave it.
    pub given_by: GivenBy,
    /// The controller of the processing.
    pub controller: PartyName,
    /// The evidence that it was given.
    pub evidence: Evidence,
    /// The version of the text that was signed.
    pub text_version: String,
    /// When it holds.
    pub period: Period,
    /// What it permits; never empty.
    pub grants: Vec<DocumentGrant>,
    /// Where it stands.
    pub status: DocumentStatus,
}

/// The person in a consent document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// By the national identity number, as those who have met the person write it.
    NationalId(NationalId),
    /// By the pseudonym of a hub that knows the person: what it gives out has no number in it.
    Pseudonym(ParticipantRef),
}

/// One permission in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentGrant {
    /// The sender.
    pub from: PartyName,
    /// The receiver.
    pub to: PartyName,
    /// What for.
    pub purpose: Purpose,
    /// What may be told; never empty.
    pub categories: CategorySet,
    /// What it rests on.
    pub basis: Basis,
    /// When it holds, inside the consent's own period.
    pub period: Option<Period>,
    /// Whether its sender has still to confirm it: until then it permits nothing.
    pub awaits_confirmation: bool,
}

/// Where a consent stands, as its document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentStatus {
    /// It holds.
    Active,
    /// It was taken back.
    Withdrawn {
        /// When, where the document says so.
        at: Option<Timestamp>,
    },
}

/// A consent document with its parties found.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedConsent {
    /// The controller of the processing.
    pub controller: PartyId,
    /// What it permits. Whether a grant is confirmed is what the document says; who registers it may have to wait all the same.
    pub grants: Vec<Grant>,
}

/// A name in a consent document that no party has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedParty {
    /// Where it stands.
    pub path: String,
    /// The name.
    pub name: PartyName,
}

impl ConsentDocument {
    /// Finds its parties.
    ///
    /// # Errors
    /// The first name that `find` does not know.
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

    /// What a decision needs of this one document, without a hub: every party under the id of [`offline_party`], every grant
    /// confirmed that the document does not say otherwise of. The map tells which id stands for which name.
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
                // What was given before for the same parties and purpose is gone with it, in other documents too.
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

/// The id that stands for a name where there is no directory to ask: the same name has always the same id, and a slug stands
/// for itself. That two names are one party can not be known without a hub.
#[must_use]
pub fn offline_party(name: &PartyName) -> PartyId {
    let slug = match name {
        PartyName::Id(id) => return id.clone(),
        PartyName::Org(number) => format!("offline-org-{number}"),
        PartyName::Her(id) => format!("offline-her-{id}"),
    };
    // Digits behind a word always make a slug; the other arm is there because the parser says so to everyone.
    PartyId::parse(&slug).unwrap_or_else(|_| unreachable!("a prefix and digits make a slug"))
}

/// The pseudonym that stands for a person where there is no hub: documents of one person come together.
fn offline_participant(whose: &Whose) -> ParticipantRef {
    let id = match whose {
        Whose::NationalId(id) => id,
        Whose::Pseudonym(pseudonym) => return *pseudonym,
    };
    let digest = ring::digest::digest(&ring::digest::SHA256, id.reveal().as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    ParticipantRef(Uuid::from_bytes(bytes))
}

/// Says which codes there are.
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

/// A period that ends before it begins permits nothing; whoever wrote it meant something else.
pub(crate) fn checked_period(period: Period, path: String) -> Result<Period, InputError> {
    match period.end {
        Some(end) if end.after() <= period.start.first() => {
            Err(InputError::new(InputCode::Invalid, path, "an end after its start"))
        }
        _ => Ok(period),
    }
}
