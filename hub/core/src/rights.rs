//! The participant's right to see the data that the hub holds about them. No other code opens
//! content without a consent decision.
//!
//! A consent decides which data others may have. The participant needs no consent for their own
//! data, but the operator who opens it needs a [`SubjectAccess`]. An access has a reason, is for
//! one participant, and names its audit row.

use std::num::NonZeroU64;

use bindeledd_catalogue::{InputCode, InputError, NationalId};

use crate::id::ParticipantRef;

/// Reason for an access. It names the case, never the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessReason(String);

/// Maximum length of a reason, in characters.
const LONGEST: usize = 300;

impl AccessReason {
    /// Parses a reason. A reason with a national identity number is refused, since nothing is ever
    /// removed from the audit log.
    ///
    /// # Errors
    /// The fault in the reason; never the reason itself.
    pub fn parse(raw: &str) -> Result<Self, InputError> {
        let reason = raw.trim();
        let error = |expected: String| Err(InputError::new(InputCode::Invalid, "reason", expected));
        if !(3..=LONGEST).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
            return error(format!("why, in one line of 3 to {LONGEST} characters"));
        }
        if names_a_person(reason) {
            return error("a reason without a national identity number: the case's number is enough".into());
        }
        Ok(Self(reason.to_owned()))
    }

    /// Text of the reason.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns whether a text holds the eleven digits of a national identity number, possibly separated
/// by white space, dots or dashes.
fn names_a_person(text: &str) -> bool {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '.' | '-');
    let runs = text.split(|c: char| !c.is_ascii_digit() && !is_between(c));
    runs.map(|run| run.chars().filter(char::is_ascii_digit).collect::<String>())
        .any(|digits| {
            let windows = digits.as_bytes().windows(11);
            let mut texts = windows.filter_map(|window| std::str::from_utf8(window).ok());
            texts.any(|digits| NationalId::parse(digits).is_ok())
        })
}

/// A permission to open the data of one participant, for that participant's right of access. Only
/// the store makes this value, in the transaction that writes the audit row.
#[derive(Debug)]
pub struct SubjectAccess {
    participant: ParticipantRef,
    reason: AccessReason,
    recorded: NonZeroU64,
}

impl SubjectAccess {
    /// Makes the access that the audit row `recorded` documents.
    #[must_use]
    pub const fn recorded(participant: ParticipantRef, reason: AccessReason, recorded: NonZeroU64) -> Self {
        Self {
            participant,
            reason,
            recorded,
        }
    }

    /// Pseudonym of the participant.
    #[must_use]
    pub const fn participant(&self) -> ParticipantRef {
        self.participant
    }

    /// Reason for the access.
    #[must_use]
    pub const fn reason(&self) -> &AccessReason {
        &self.reason
    }

    /// Number of the audit row that documents the access.
    #[must_use]
    pub const fn audit_row(&self) -> NonZeroU64 {
        self.recorded
    }

    /// Opens content that belongs to the participant `owner`; `None` if the access is for another
    /// participant.
    #[must_use]
    pub fn open<T>(&self, owner: ParticipantRef, content: T) -> Option<Opened<T>> {
        (owner == self.participant).then_some(Opened { content })
    }
}

/// Content that a [`SubjectAccess`] opened for its participant. `Debug` does not print it.
#[derive(Clone, PartialEq)]
pub struct Opened<T> {
    content: T,
}

impl<T> std::fmt::Debug for Opened<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened(…)")
    }
}

impl<T> Opened<T> {
    /// The content.
    #[must_use]
    pub const fn content(&self) -> &T {
        &self.content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_opens_what_is_its_own_participants_and_nothing_else() {
        let (own, other) = (1, 2);
        let who = |n| ParticipantRef(uuid::Uuid::from_u128(n));
        let reason = AccessReason::parse("innsynskrav 2026/17").unwrap();
        let row = NonZeroU64::new(9).unwrap();
        let access = SubjectAccess::recorded(who(own), reason, row);
        let opened = access.open(who(own), "secret").unwrap();
        assert_eq!(
            (opened.content(), format!("{opened:?}").contains("secret")),
            (&"secret", false)
        );
        assert!(access.open(who(other), "x").is_none());
        assert_eq!((access.participant(), access.audit_row().get()), (who(own), 9));
        assert_eq!(access.reason().as_str(), "innsynskrav 2026/17");
    }

    #[test]
    fn a_reason_says_why_and_not_who() {
        for good in [
            "innsynskrav 2026/17",
            "  sak 123456 ",
            "sak 12345678901",
            "ringte 22 33 44 55",
        ] {
            assert_eq!(AccessReason::parse(good).unwrap().as_str(), good.trim(), "{good}");
        }
        let long = "x".repeat(LONGEST + 1);
        let bad = [
            "",
            "  ",
            "ab",
            "to\nlinjer",
            "Kari, 15720255178",
            "157202 55178",
            "nr:15.72.02-55178 ringte",
            "0015720255178",
            &long,
        ];
        for bad in bad {
            let error = AccessReason::parse(bad).unwrap_err();
            assert_eq!(error.path, "reason", "{bad}");
            assert!(!error.to_string().contains("157202"), "{error}");
        }
    }
}
