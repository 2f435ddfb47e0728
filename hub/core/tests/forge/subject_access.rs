use std::num::NonZeroU64;

use bindeledd_core::{AccessReason, ParticipantRef, SubjectAccess};

fn forge(participant: ParticipantRef, reason: AccessReason, recorded: NonZeroU64) -> SubjectAccess {
    SubjectAccess { participant, reason, recorded }
}

fn main() {}
