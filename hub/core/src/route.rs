//! Consent is the routing table: which parties a message goes to, and with what.

use jiff::Timestamp;

use bindeledd_catalogue::{CategorySet, Message, PartyId};

use crate::consent::Ledger;
use crate::decide::{Decision, Reason, decide};
use crate::minimise::Blocked;
use crate::party::PartyKind;

/// Whom a message is for, with names resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receivers {
    /// These parties, in the order in which they were named.
    Parties(Vec<PartyId>),
    /// Every party to whom active grants let the sender send what is in the message.
    Circle,
}

/// The receiver of a planned delivery.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A party.
    Party(PartyId),
    /// The circle as a whole, where nobody may have the message: an empty circle and an unknown participant look the same.
    Circle,
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Party(party) => party.fmt(f),
            Self::Circle => f.write_str("circle"),
        }
    }
}

/// One delivery that acceptance makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// To whom.
    pub to: Target,
    /// Whether it goes.
    pub state: PlannedState,
}

/// Whether a planned delivery goes.
#[derive(Debug, Clone, PartialEq)]
pub enum PlannedState {
    /// It waits for its release, which decides again.
    Waiting {
        /// What acceptance decided.
        decision: Decision,
        /// What will be left out, as things stand.
        withheld: CategorySet,
    },
    /// No grant covers it.
    Blocked(Blocked),
}

/// Those whom a message has reached, or may still reach: a correction of it is for them and nobody else. Who never had what was
/// wrong would take the correction for one of something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached(pub Vec<PartyId>);

/// Plans the deliveries of a message. `reached` is there for a correction. `kind_of` tells a party's kind; a circle passes over
/// GPs for kinds that a GP does not get by default.
#[must_use]
pub fn route(
    message: &Message,
    receivers: &Receivers,
    reached: Option<&Reached>,
    ledger: &Ledger,
    kind_of: &dyn Fn(&PartyId) -> Option<PartyKind>,
    now: Timestamp,
) -> Vec<Planned> {
    match (receivers, reached) {
        (Receivers::Parties(parties), None) => parties.iter().map(|to| plan(message, to, ledger, now)).collect(),
        (Receivers::Parties(parties), Some(Reached(reached))) => parties
            .iter()
            .map(|to| match reached.contains(to) {
                true => plan(message, to, ledger, now),
                false => corrects_nothing(Target::Party(to.clone())),
            })
            .collect(),
        (Receivers::Circle, Some(Reached(reached))) if reached.is_empty() => vec![corrects_nothing(Target::Circle)],
        // It goes to exactly those, also where its sender has to be told that nothing covers one of them any longer.
        (Receivers::Circle, Some(Reached(reached))) => {
            reached.iter().map(|to| plan(message, to, ledger, now)).collect()
        }
        (Receivers::Circle, None) => {
            let members = circle(message, ledger, kind_of);
            let planned: Vec<_> = members.iter().map(|to| plan(message, to, ledger, now)).collect();
            let going: Vec<_> = planned
                .into_iter()
                .filter(|p| matches!(p.state, PlannedState::Waiting { .. }))
                .collect();
            if !going.is_empty() {
                return going;
            }
            let would_need = message.draft.body.all_needs();
            let reason = match ledger.differs {
                true => Reason::Differs,
                false => Reason::NoGrant,
            };
            let blocked = Blocked { reason, would_need };
            vec![Planned {
                to: Target::Circle,
                state: PlannedState::Blocked(blocked),
            }]
        }
    }
}

fn corrects_nothing(to: Target) -> Planned {
    let blocked = Blocked {
        reason: Reason::CorrectsNothing,
        would_need: CategorySet::EMPTY,
    };
    Planned {
        to,
        state: PlannedState::Blocked(blocked),
    }
}

fn circle(message: &Message, ledger: &Ledger, kind_of: &dyn Fn(&PartyId) -> Option<PartyKind>) -> Vec<PartyId> {
    let grants = ledger.grants.iter().map(|g| &g.grant);
    let mut members: Vec<_> = grants
        .filter(|g| g.from == message.from && g.purpose == message.draft.purpose)
        .map(|g| &g.to)
        .filter(|to| message.draft.kind().spec().to_gp || kind_of(to) != Some(PartyKind::Gp))
        .cloned()
        .collect();
    members.sort();
    members.dedup();
    members
}

fn plan(message: &Message, to: &PartyId, ledger: &Ledger, now: Timestamp) -> Planned {
    let asked = message.draft.body.all_needs();
    let decision = decide(ledger, &message.from, to, message.draft.purpose, asked, now);
    let state = match decision.minimise(message) {
        Ok(minimised) => {
            let withheld = minimised.withheld();
            PlannedState::Waiting { decision, withheld }
        }
        Err(blocked) => PlannedState::Blocked(blocked),
    };
    Planned {
        to: Target::Party(to.clone()),
        state,
    }
}
