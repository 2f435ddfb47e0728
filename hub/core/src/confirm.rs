//! Confirmations: a grant that another party registered counts when its sender's side has said so.
//!
//! A confirmation says yes to grants that are there and changes nothing else: it can not widen one, and what was taken back, is
//! over or belongs to a protected person permits nothing, confirmed or not.

use jiff::Timestamp;

use bindeledd_catalogue::{CategorySet, PartyId, Purpose};

pub use crate::consent::{Confirmation, Confirmer};

use crate::consent::{Basis, Consent, ConsentStatus, Grant, Ledger, When};
use crate::decide::{GrantRef, decide};

/// What a confirmation rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestsOn {
    /// The sender itself confirms.
    Sender,
    /// The registrar confirms, whom the operator set the sender to trust.
    Trust,
    /// The operator confirms, by evidence of the sender's word.
    Evidence,
}

impl RestsOn {
    /// The code in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Trust => "trust",
            Self::Evidence => "evidence",
        }
    }
}

/// Whether `by` may confirm grants of `sender` in a consent of `registrar`, and what that rests on. `trusted` are the registrars
/// that the sender trusts. A registrar confirms nothing of its own making for another party that does not trust it.
#[must_use]
pub fn may_confirm(by: &Confirmer, sender: &PartyId, registrar: &PartyId, trusted: &[PartyId]) -> Option<RestsOn> {
    match by {
        Confirmer::Operator => Some(RestsOn::Evidence),
        Confirmer::Party(party) if party == sender => Some(RestsOn::Sender),
        Confirmer::Party(party) => (party == registrar && trusted.contains(party)).then_some(RestsOn::Trust),
    }
}

impl Consent {
    /// The grants that wait for a confirmation, with their places: those that would count now or later if they were confirmed.
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

/// The grants whose confirmation would let something of `asked` through, where nothing of it may go now.
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
