//! The parties that a sender may write to about a participant, with what each would get.

use bindeledd_catalogue::{Category, CategorySet, Kind, PartyId, Purpose};
use jiff::Timestamp;

use crate::consent::Ledger;
use crate::decide::decide;

/// A party that active grants let the sender write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Party.
    pub party: PartyId,
    /// Categories that the sender may tell the party.
    pub granted: CategorySet,
    /// Part of a message of the kind that the party would get.
    pub gets: Gets,
}

/// The part of a message of a kind that a receiver would get. Single values may need more categories, so that the decision
/// about the written message alone is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gets {
    /// Every field.
    Everything,
    /// Every field but these, by their Norwegian labels.
    Without(Vec<&'static str>),
    /// Nothing: the grants cover other things than this kind.
    Nothing,
}

/// Returns the parties that `from` may tell something about the participant now, in the order of their ids. A party
/// without an active grant is not in the list: nobody learns from a form who else is in the circle.
#[must_use]
pub fn receivers(ledger: &Ledger, from: &PartyId, kind: Kind, now: Timestamp) -> Vec<Receiver> {
    let of_sender = ledger.grants.iter().map(|on_file| &on_file.grant);
    let mut parties: Vec<&PartyId> = of_sender
        .filter(|grant| grant.from == *from)
        .map(|grant| &grant.to)
        .collect();
    parties.sort();
    parties.dedup();
    let every: CategorySet = Category::ALL.into_iter().collect();
    let receiver = |to: &PartyId| {
        let decision = decide(ledger, from, to, Purpose::WorkOrientedFollowup, every, now);
        let granted = decision.permitted();
        (!granted.is_empty()).then(|| Receiver {
            party: to.clone(),
            granted,
            gets: gets(kind, granted),
        })
    };
    parties.into_iter().filter_map(receiver).collect()
}

fn gets(kind: Kind, granted: CategorySet) -> Gets {
    let fields = kind.spec().fields;
    if fields
        .iter()
        .any(|field| field.required && !granted.contains(field.category))
    {
        return Gets::Nothing;
    }
    let hidden = fields.iter().filter(|field| !granted.contains(field.category));
    let hidden: Vec<_> = hidden.map(|field| field.label).collect();
    match hidden.is_empty() {
        true => Gets::Everything,
        false => Gets::Without(hidden),
    }
}
