//! A registered consent as a document: what it permits as things stand, with the pseudonym in the place of the number.

use bindeledd_core::consent::{Basis, Consent, ConsentStatus, Grant, Withdrawal};
use bindeledd_core::{CategorySet, PartyId, PartyName};

use super::{ConsentDocument, DocumentGrant, DocumentStatus, Whose};

impl ConsentDocument {
    /// The document of a consent on file. What the participant has taken back of it since is left out; where nothing is left,
    /// the whole is withdrawn. `only_for` is a party that sees the grants that name it and no others.
    #[must_use]
    pub fn on_file(consent: &Consent, withdrawals: &[Withdrawal], only_for: Option<&PartyId>) -> Self {
        let shown = |grant: &&Grant| only_for.is_none_or(|party| grant.from == *party || grant.to == *party);
        let agreed: Vec<&Grant> = consent.grants.iter().filter(shown).collect();
        let left = |grant: &&Grant| document_grant(grant, left_of(grant, consent, withdrawals));
        let whole = |grant: &&Grant| document_grant(grant, grant.categories);
        let (status, grants) = match consent.status {
            ConsentStatus::Withdrawn { at } => (withdrawn(at), agreed.iter().filter_map(whole).collect()),
            ConsentStatus::Active => {
                let grants: Vec<_> = agreed.iter().filter_map(left).collect();
                match agreed.iter().filter_map(|g| last_of(g, consent, withdrawals)).max() {
                    Some(at) if grants.is_empty() => (withdrawn(at), agreed.iter().filter_map(whole).collect()),
                    _ => (DocumentStatus::Active, grants),
                }
            }
        };
        Self {
            id: Some(consent.id),
            version: consent.version,
            participant: Whose::Pseudonym(consent.participant),
            given_at: consent.given_at,
            given_by: consent.given_by.clone(),
            controller: PartyName::Id(consent.controller.clone()),
            evidence: consent.evidence.clone(),
            text_version: consent.text_version.clone(),
            period: consent.period,
            grants,
            status,
        }
    }
}

const fn withdrawn(at: jiff::Timestamp) -> DocumentStatus {
    DocumentStatus::Withdrawn { at: Some(at) }
}

/// The withdrawals that took something of a grant: for the same exchange, and not before it was given. A duty is never taken back.
fn taking<'a>(
    grant: &'a Grant,
    consent: &'a Consent,
    withdrawals: &'a [Withdrawal],
) -> impl Iterator<Item = &'a Withdrawal> {
    withdrawals.iter().filter(move |w| {
        let same = w.from == grant.from && w.to == grant.to && w.purpose == grant.purpose;
        same && w.at >= consent.given_at && grant.basis == Basis::Consent
    })
}

fn left_of(grant: &Grant, consent: &Consent, withdrawals: &[Withdrawal]) -> CategorySet {
    taking(grant, consent, withdrawals).fold(grant.categories, |left, w| left.difference(w.categories))
}

fn last_of(grant: &Grant, consent: &Consent, withdrawals: &[Withdrawal]) -> Option<jiff::Timestamp> {
    taking(grant, consent, withdrawals).map(|w| w.at).max()
}

fn document_grant(grant: &Grant, categories: CategorySet) -> Option<DocumentGrant> {
    (!categories.is_empty()).then(|| DocumentGrant {
        from: PartyName::Id(grant.from.clone()),
        to: PartyName::Id(grant.to.clone()),
        purpose: grant.purpose,
        categories,
        basis: grant.basis.clone(),
        period: grant.period,
        awaits_confirmation: !grant.confirmed,
    })
}
