//! The session of a participant.

use jiff::{SignedDuration, Timestamp};

use bindeledd_catalogue::PartyId;

use crate::audit::Actor;
use crate::id::{OwnCodeId, ParticipantRef, SessionId};

/// Time without a request after which a session is over.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// Time since its beginning after which a session is over.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(2);
/// Time that a request may be behind the noted one. It spares a write for most requests.
pub const SLIDES_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// A session of a participant. It holds the pseudonym, never a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Id. It opens nothing: the session's token does.
    pub id: SessionId,
    /// Participant.
    pub participant: ParticipantRef,
    /// Way in, which bounds the session.
    pub way: OwnWay,
    /// Time of its beginning.
    pub began_at: Timestamp,
    /// Time of the last request, at most a minute behind.
    pub seen_at: Timestamp,
    /// Time of the end; none while nobody has ended the session.
    pub ended_at: Option<Timestamp>,
}

/// The way into a participant's own page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnWay {
    /// A one-time code.
    Code {
        /// Code that the session began with.
        code: OwnCodeId,
        /// Party that handed the code over. The session shows its exchanges alone.
        party: PartyId,
        /// Whether the participant may still choose a PIN for the code.
        may_choose_pin: bool,
    },
    /// A sign-in at an issuer. The session shows everything.
    Issuer(AtLevel),
}

/// A sign-in at an issuer, as strong as the hub requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtLevel {
    /// Issuer.
    pub issuer: String,
    /// Level, as the issuer names it.
    pub level: String,
}

impl OwnSession {
    /// Returns the party whose exchanges the session shows; `None` if it shows everything.
    #[must_use]
    pub const fn party(&self) -> Option<&PartyId> {
        match &self.way {
            OwnWay::Code { party, .. } => Some(party),
            OwnWay::Issuer(_) => None,
        }
    }

    /// Returns whether the participant may still choose a PIN for coming back.
    #[must_use]
    pub const fn may_choose_pin(&self) -> bool {
        match self.way {
            OwnWay::Code { may_choose_pin, .. } => may_choose_pin,
            OwnWay::Issuer(_) => false,
        }
    }

    /// Returns the participant as the actor of the audit log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let party = self.party().cloned();
        party.map_or(Actor::SignedParticipant, Actor::Participant)
    }

    /// Returns the time when the session is over unless a request comes before it.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        let end = |from: Timestamp, after| from.checked_add(after).unwrap_or(Timestamp::MAX);
        end(self.seen_at, IDLE).min(end(self.began_at, ABSOLUTE))
    }

    /// Returns whether the session opens pages now.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at()
    }

    /// Returns whether a request now should be noted.
    #[must_use]
    pub fn slides(&self, now: Timestamp) -> bool {
        self.is_open(now) && self.seen_at.checked_add(SLIDES_AFTER).is_ok_and(|then| then <= now)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::testing::{at, party};

    fn session(began: i64, seen: i64) -> OwnSession {
        OwnSession {
            id: SessionId(Uuid::from_u128(1)),
            participant: ParticipantRef(Uuid::from_u128(3)),
            way: OwnWay::Code {
                code: OwnCodeId(Uuid::from_u128(2)),
                party: party("nordvik"),
                may_choose_pin: false,
            },
            began_at: at(began * 60),
            seen_at: at(seen * 60),
            ended_at: None,
        }
    }

    #[test]
    fn a_session_is_over_after_half_an_hour_without_a_request_and_after_two_hours() {
        assert!(session(0, 0).is_open(at(29 * 60)) && !session(0, 0).is_open(at(30 * 60)));
        assert!(session(0, 119).is_open(at(119 * 60)) && !session(0, 119).is_open(at(120 * 60)));
        assert!(session(0, 5).slides(at(6 * 60)) && !session(0, 5).slides(at(5 * 60 + 59)));
        let ended = OwnSession {
            ended_at: Some(at(5)),
            ..session(0, 0)
        };
        assert!(!ended.is_open(at(6)) && !ended.slides(at(120)));
    }

    #[test]
    fn a_session_by_a_code_is_bound_to_a_party_and_another_is_not() {
        let by_code = session(0, 0);
        assert_eq!(by_code.actor(), Actor::Participant(party("nordvik")));
        assert_eq!(by_code.party(), Some(&party("nordvik")));
        let signed = OwnSession {
            way: OwnWay::Issuer(AtLevel {
                issuer: "https://issuer.example".to_owned(),
                level: "high".to_owned(),
            }),
            ..by_code
        };
        assert_eq!((signed.actor(), signed.party()), (Actor::SignedParticipant, None));
        assert!(!signed.may_choose_pin());
    }
}
