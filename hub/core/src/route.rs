//! Routing by consent: the parties that get a message, and the categories that each gets.

use jiff::Timestamp;

use bindeledd_catalogue::{CategorySet, Message, PartyId};

use crate::consent::Ledger;
use crate::decide::{Decision, Reason, decide};
use crate::minimise::Blocked;
use crate::party::PartyKind;

/// The receivers of a message, with their names resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receivers {
    /// These parties, in the order in which the message names them.
    Parties(Vec<PartyId>),
    /// Every party to which active grants let the sender send some part of the message.
    Circle,
}

/// The receiver of a planned delivery.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A party.
    Party(PartyId),
    /// The circle as a whole, if no party of it may have the message. An empty circle and an
    /// unknown participant look the same to the sender.
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

/// A delivery that acceptance plans.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// Receiver.
    pub to: Target,
    /// Whether the delivery waits or is blocked.
    pub state: PlannedState,
}

/// State of a planned delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum PlannedState {
    /// The delivery waits for its release, which decides again.
    Waiting {
        /// Decision at acceptance.
        decision: Decision,
        /// Categories that a release would leave out now.
        withheld: CategorySet,
    },
    /// No grant covers the delivery.
    Blocked(Blocked),
}

/// The parties that a message reached or may still reach. A correction goes to these parties and to
/// no other, since another party would apply it to another message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached(pub Vec<PartyId>);

/// Plans the deliveries of a message. `reached` is set only for a correction. `kind_of` returns the
/// kind of a party; a circle leaves GPs out for message kinds that a GP does not get by default.
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
        // A correction goes to exactly these parties. The sender has to learn if no grant covers
        // one of them any longer.
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
