//! The life of an alert: open, taken, closed, and open again. A person takes and closes; the hub closes an alert when
//! its cause is over.

use bindeledd_catalogue::{InputCode, InputError, guard, hidden_character};
use jiff::Timestamp;

use crate::audit::{Actor, AuditAction};

/// Longest word of a closing, in characters.
const WORD_AT_MOST: usize = 300;

/// The word of a person who closes an alert, such as the action taken. It has no identity number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingWord(String);

impl ClosingWord {
    /// Parses a word.
    ///
    /// # Errors
    /// When the word is empty, too long, has a hidden character, or has an identity number.
    pub fn parse(raw: &str) -> Result<Self, InputError> {
        const EXPECTED: &str = "a line of 1 to 300 characters, without names and identity numbers of persons";
        let word = raw.trim();
        let fits = (1..=WORD_AT_MOST).contains(&word.chars().count()) && hidden_character(word).is_none();
        if fits && !guard::has_identity_number(word) {
            Ok(Self(word.to_owned()))
        } else {
            Err(InputError::new(InputCode::Invalid, "word", EXPECTED))
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The state of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AlertState {
    /// Nobody has taken the alert.
    #[default]
    Open,
    /// Somebody has taken the alert.
    Taken {
        /// Actor that took it.
        by: Actor,
        /// Time of the taking.
        at: Timestamp,
    },
    /// The alert is closed.
    Closed {
        /// Actor that closed it; the hub if the cause was over.
        by: Actor,
        /// Time of the closing.
        at: Timestamp,
        /// Word of the person who closed it.
        word: Option<ClosingWord>,
    },
}

/// The name of an alert's state, for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertStanding {
    /// Nobody has taken the alert.
    Open,
    /// Somebody has taken the alert.
    Taken,
    /// The alert is closed.
    Closed,
}

impl AlertStanding {
    /// Every name.
    pub const ALL: [Self; 3] = [Self::Open, Self::Taken, Self::Closed];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Taken => "taken",
            Self::Closed => "closed",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
}

/// An event in the life of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertEvent {
    /// A person takes the alert.
    Take,
    /// A person gives the alert back.
    Release,
    /// A person closes the alert.
    Close(ClosingWord),
    /// A person opens a closed alert again.
    Reopen,
    /// The hub finds that the cause is over.
    CauseOver,
}

impl AlertEvent {
    /// Returns the action of the event's audit row.
    #[must_use]
    pub const fn action(&self) -> AuditAction {
        match self {
            Self::Take => AuditAction::AlertTaken,
            Self::Release => AuditAction::AlertReleased,
            Self::Close(_) => AuditAction::AlertClosed,
            Self::Reopen => AuditAction::AlertReopened,
            Self::CauseOver => AuditAction::AlertEnded,
        }
    }
}

/// Reason why an event changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertRefused {
    /// Somebody else was first: the state names the actor and the act.
    SomebodyElse(AlertState),
    /// The event does not fit the state.
    NotNow(AlertState),
    /// This actor may not act on alerts in this way.
    NotAllowed,
}

impl AlertState {
    /// Returns the state's name.
    #[must_use]
    pub const fn standing(&self) -> AlertStanding {
        match self {
            Self::Open => AlertStanding::Open,
            Self::Taken { .. } => AlertStanding::Taken,
            Self::Closed { .. } => AlertStanding::Closed,
        }
    }

    /// Applies an event. `None` if the state already is as the actor wants it.
    ///
    /// # Errors
    /// When the actor may not act, when somebody else was first, or when the event does not fit.
    pub fn apply(&self, event: &AlertEvent, by: &Actor, now: Timestamp) -> Result<Option<Self>, AlertRefused> {
        let is_of_hub = matches!(event, AlertEvent::CauseOver);
        if matches!(by, Actor::Party(_)) || is_of_hub != matches!(by, Actor::Hub) {
            return Err(AlertRefused::NotAllowed);
        }
        let closed = |word: Option<&ClosingWord>| {
            Ok(Some(Self::Closed {
                by: by.clone(),
                at: now,
                word: word.cloned(),
            }))
        };
        // The operator's key speaks for every operator, so that nobody who left keeps an alert.
        let is_theirs = |holder: &Actor| holder == by || *by == Actor::Operator;
        match (self, event) {
            (Self::Open, AlertEvent::Take) => Ok(Some(Self::Taken {
                by: by.clone(),
                at: now,
            })),
            (Self::Taken { by: holder, .. }, AlertEvent::Take) if holder == by => Ok(None),
            (Self::Taken { by: holder, .. }, AlertEvent::Release) if is_theirs(holder) => Ok(Some(Self::Open)),
            (Self::Taken { by: holder, .. }, AlertEvent::Close(word)) if is_theirs(holder) => closed(Some(word)),
            (Self::Taken { .. }, AlertEvent::Take | AlertEvent::Release | AlertEvent::Close(_))
            | (Self::Closed { .. }, AlertEvent::Take | AlertEvent::Close(_)) => {
                Err(AlertRefused::SomebodyElse(self.clone()))
            }
            (Self::Open, AlertEvent::Close(word)) => closed(Some(word)),
            (Self::Open | Self::Taken { .. }, AlertEvent::CauseOver) => closed(None),
            (Self::Closed { .. }, AlertEvent::CauseOver) | (Self::Open, AlertEvent::Release | AlertEvent::Reopen) => {
                Ok(None)
            }
            (Self::Closed { .. }, AlertEvent::Reopen) => Ok(Some(Self::Open)),
            (Self::Taken { .. }, AlertEvent::Reopen) | (Self::Closed { .. }, AlertEvent::Release) => {
                Err(AlertRefused::NotNow(self.clone()))
            }
        }
    }

    /// Returns the actor, the act and its time, for a person; `None` for an open alert.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        match self {
            Self::Open => None,
            Self::Taken { by, at } => Some(format!("{by} took the alert at {at}")),
            Self::Closed { by, at, .. } => Some(format!("{by} closed the alert at {at}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::PartyId;

    use super::*;

    fn word() -> ClosingWord {
        ClosingWord::parse("ringte legekontoret").unwrap()
    }

    /// A row for each state, a column for each event of an operator and then the hub's: `-` changes nothing, `!` is
    /// refused.
    #[test]
    fn every_state_knows_its_events() {
        let now = Timestamp::UNIX_EPOCH;
        let taken = AlertState::Taken {
            by: Actor::Operator,
            at: now,
        };
        let closed = AlertState::Closed {
            by: Actor::Operator,
            at: now,
            word: Some(word()),
        };
        let events = [
            (AlertEvent::Take, Actor::Operator),
            (AlertEvent::Release, Actor::Operator),
            (AlertEvent::Close(word()), Actor::Operator),
            (AlertEvent::Reopen, Actor::Operator),
            (AlertEvent::CauseOver, Actor::Hub),
        ];
        let row = |state: &AlertState| {
            let of = |(event, by): &(AlertEvent, Actor)| match state.apply(event, by, now) {
                Ok(Some(next)) => next.standing().code(),
                Ok(None) => "-",
                Err(_) => "!",
            };
            events.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(row(&AlertState::Open), ["taken", "-", "closed", "-", "closed"]);
        assert_eq!(row(&taken), ["-", "open", "closed", "!", "closed"]);
        assert_eq!(row(&closed), ["!", "!", "!", "open", "-"]);
    }

    #[test]
    fn a_party_and_the_hub_take_nothing_and_the_cause_ends_by_the_hub_alone() {
        let now = Timestamp::UNIX_EPOCH;
        let party = Actor::Party(PartyId::parse("nordvik-aft").unwrap());
        for (event, by) in [
            (AlertEvent::Take, &party),
            (AlertEvent::Close(word()), &Actor::Hub),
            (AlertEvent::CauseOver, &Actor::Operator),
        ] {
            assert_eq!(
                AlertState::Open.apply(&event, by, now),
                Err(AlertRefused::NotAllowed),
                "{event:?}"
            );
        }
    }

    #[test]
    fn a_word_is_short_and_names_no_person_by_number() {
        for refused in ["", "  ", "a\nb", "a\u{202e}b", "gjelder 15720255178", &"x".repeat(301)] {
            assert!(ClosingWord::parse(refused).is_err(), "{refused}");
        }
        assert_eq!(ClosingWord::parse(" rettet ").unwrap().as_str(), "rettet");
        assert!(ClosingWord::parse(&"å".repeat(300)).is_ok());
    }

    #[test]
    fn the_manual_says_for_each_kind_what_closes_it() {
        let manual = include_str!("../../../../docs/operating.md");
        let part = manual.split("### The life of an alert").nth(1).unwrap();
        let part = part.split("### Conditions that last").next().unwrap();
        for kind in crate::alert::AlertKind::ALL {
            assert!(part.contains(&format!("| `{}` | ", kind.code())), "{}", kind.code());
        }
    }
}
