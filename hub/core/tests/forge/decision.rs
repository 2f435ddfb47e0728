use bindeledd_core::{CategorySet, Decision, ParticipantRef, PartyId, Purpose, Reason};

fn forge(participant: ParticipantRef, from: PartyId, to: PartyId, everything: CategorySet) -> Decision {
    Decision {
        participant,
        from,
        to,
        purpose: Purpose::WorkOrientedFollowup,
        permitted: everything,
        withheld: CategorySet::EMPTY,
        reason: Reason::Granted,
        grants: Vec::new(),
    }
}

fn main() {}
