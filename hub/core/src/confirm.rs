//! Confirmations: a grant that another party registered counts only after its sender has confirmed it.
//!
//! A confirmation accepts existing grants and changes nothing else. It can not widen a grant. A
//! withdrawn or expired grant permits nothing, confirmed or not; neither does a grant about a
//! protected person.

use jiff::Timestamp;

use bindeledd_catalogue::{CategorySet, PartyId, Purpose};

pub use crate::consent::{Confirmation, Confirmer};

use crate::consent::{Basis, Consent, ConsentStatus, Grant, Ledger, When};
use crate::decide::{GrantRef, decide};

/// The ground of a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestsOn {
    /// The sender itself confirms.
    Sender,
    /// The registrar confirms, and the operator set the sender to trust that registrar.
    Trust,
    /// The operator confirms, with evidence of the sender's word.
    Evidence,
}

impl RestsOn {
    /// Returns the code in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Trust => "trust",
            Self::Evidence => "evidence",
        }
    }
}

/// Returns the ground on which `by` may confirm grants of `sender` in a consent of `registrar`;
/// `None` if `by` has no such right. `trusted` are the registrars that the sender trusts. A
/// registrar outside this list can not confirm its own registrations for another party.
#[must_use]
pub fn may_confirm(by: &Confirmer, sender: &PartyId, registrar: &PartyId, trusted: &[PartyId]) -> Option<RestsOn> {
    match by {
        Confirmer::Operator => Some(RestsOn::Evidence),
        Confirmer::Party(party) if party == sender => Some(RestsOn::Sender),
        Confirmer::Party(party) => (party == registrar && trusted.contains(party)).then_some(RestsOn::Trust),
    }
}

impl Consent {
    /// Returns the grants that wait for a confirmation, with their indexes. They would permit
    /// something, now or later, once confirmed.
    pub fn waiting(&self, now: Timestamp) -> impl Iterator<Item = (u16, &Grant)> {
        let is_withdrawn = matches!(self.status, ConsentStatus::Withdrawn { .. });
        let is_over = self.period.at(now) == When::After;
        let waits = move |grant: &Grant| {
            let is_taken_back = is_withdrawn && grant.basis == Basis::Consent;
            let own_is_over = grant.period.is_some_and(|period| period.at(now) == When::After);
            !(grant.confirmed || is_taken_back || is_over || own_is_over)
        };
        (0..).zip(&self.grants).filter(move |(_, grant)| waits(grant))
    }
}

/// Returns the grants whose confirmation would permit some of the categories `asked`. Empty if some
/// of these are already permitted.
#[must_use]
pub fn awaited(
    ledger: &Ledger,
    from: &PartyId,
    to: &PartyId,
    purpose: Purpose,
    asked: CategorySet,
    now: Timestamp,
) -> Vec<GrantRef> {
    let waits = |used: &GrantRef, ledger: &Ledger| {
        let is_it = |g: &&crate::consent::GrantOnFile| g.consent == used.consent && g.index == used.index;
        ledger.grants.iter().find(is_it).is_some_and(|g| !g.grant.confirmed)
    };
    if ledger.grants.iter().all(|g| g.grant.confirmed)
        || !decide(ledger, from, to, purpose, asked, now).permitted().is_empty()
    {
        return Vec::new();
    }
    let mut confirmed = ledger.clone();
    for on_file in &mut confirmed.grants {
        on_file.grant.confirmed = true;
    }
    let decision = decide(&confirmed, from, to, purpose, asked, now);
    decision
        .grants()
        .iter()
        .filter(|used| waits(used, ledger))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::party;

    #[test]
    fn a_grant_is_confirmed_by_its_sender_a_trusted_registrar_or_the_operator() {
        let [sender, registrar, other] = ["legen", "nordvik", "lia"].map(party);
        let by = |party: &PartyId| Confirmer::Party(party.clone());
        let (nobody, it): (&[PartyId], &[PartyId]) = (&[], std::slice::from_ref(&registrar));
        for (confirmer, trusted, rests_on) in [
            (by(&sender), nobody, Some(RestsOn::Sender)),
            (Confirmer::Operator, nobody, Some(RestsOn::Evidence)),
            (by(&registrar), it, Some(RestsOn::Trust)),
            (by(&registrar), nobody, None),
            (by(&other), it, None),
            // A trusted party that did not register the consent has no more right than another one.
            (by(&other), std::slice::from_ref(&other), None),
        ] {
            assert_eq!(may_confirm(&confirmer, &sender, &registrar, trusted), rests_on);
        }
    }
}
