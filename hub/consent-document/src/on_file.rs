//! A registered consent as a document: its current permissions, with the pseudonym in place of the number.

use bindeledd_core::consent::{Consent, ConsentStatus, Grant, GrantOnFile, Withdrawal};
use bindeledd_core::{CategorySet, PartyId, PartyName};

use crate::document::{ConsentDocument, DocumentGrant, DocumentParticipant, DocumentStatus};

impl ConsentDocument {
    /// Makes the document of a consent on file, without the withdrawn parts. If nothing remains, the whole consent is
    /// shown as withdrawn. `only_for` is a party that sees only the grants that name it.
    #[must_use]
    pub fn on_file(consent: &Consent, withdrawals: &[Withdrawal], only_for: Option<&PartyId>) -> Self {
        let shown = |on_file: &&GrantOnFile| {
            only_for.is_none_or(|party| on_file.grant.from == *party || on_file.grant.to == *party)
        };
        let on_file = consent.on_file();
        let agreed: Vec<&GrantOnFile> = on_file.iter().filter(shown).collect();
        let left = |g: &&GrantOnFile| document_grant(&g.grant, left_of(g, withdrawals));
        let whole = |g: &&GrantOnFile| document_grant(&g.grant, g.grant.categories);
        let (status, grants) = match consent.status {
            ConsentStatus::Withdrawn { at } => (withdrawn(at), agreed.iter().filter_map(whole).collect()),
            ConsentStatus::Active => {
                let grants: Vec<_> = agreed.iter().filter_map(left).collect();
                match agreed.iter().filter_map(|g| last_of(g, withdrawals)).max() {
                    Some(at) if grants.is_empty() => (withdrawn(at), agreed.iter().filter_map(whole).collect()),
                    _ => (DocumentStatus::Active, grants),
                }
            }
        };
        Self {
            id: Some(consent.id),
            version: consent.version,
            participant: DocumentParticipant::Pseudonym(consent.participant),
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

fn left_of(on_file: &GrantOnFile, withdrawals: &[Withdrawal]) -> CategorySet {
    let taking = withdrawals.iter().filter(|w| w.ends(on_file));
    taking.fold(on_file.grant.categories, |left, w| left.difference(w.categories))
}

fn last_of(on_file: &GrantOnFile, withdrawals: &[Withdrawal]) -> Option<jiff::Timestamp> {
    withdrawals.iter().filter(|w| w.ends(on_file)).map(|w| w.at).max()
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
