//! Access to content outside of its way to a receiver: for the participant's right of access, for break-glass, and for
//! the operator who looks into an inbox.
//!
//! Somebody who opens such content needs a [`ContentAccess`]. It has a reason and a scope, and names its audit row.
//! Content that it opened is [`Opened`]. A consent decides which data others may have. The participant needs no consent
//! for their own data; for every other scope the content comes from a decision as well.

use std::num::NonZeroU64;

use bindeledd_catalogue::{InputCode, InputError, Message, MessageId, NationalId, hidden_character};

use crate::id::{DeliveryId, ParticipantRef};
use crate::minimise::Minimised;

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
        if !(3..=LONGEST).contains(&reason.chars().count()) || hidden_character(reason).is_some() {
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

/// The content that an access is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessScope {
    /// Everything about a participant, for that participant.
    Subject(ParticipantRef),
    /// One message, by break-glass.
    Message(MessageId),
    /// Deliveries in a party's inbox.
    Inbox(Vec<DeliveryId>),
}

/// A permission to open content outside of its way to a receiver. Only the store makes this value, in the transaction
/// that writes the audit row.
#[derive(Debug)]
pub struct ContentAccess {
    scope: AccessScope,
    reason: AccessReason,
    recorded: NonZeroU64,
}

impl ContentAccess {
    /// Makes the access that the audit row `recorded` documents.
    #[must_use]
    pub const fn recorded(scope: AccessScope, reason: AccessReason, recorded: NonZeroU64) -> Self {
        Self {
            scope,
            reason,
            recorded,
        }
    }

    /// Content that the access is for.
    #[must_use]
    pub const fn scope(&self) -> &AccessScope {
        &self.scope
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

    /// Opens data that belongs to the participant `owner`; `None` if the access is not for everything about that
    /// participant.
    #[must_use]
    pub fn open<T>(&self, owner: ParticipantRef, content: T) -> Option<Opened<T>> {
        match &self.scope {
            AccessScope::Subject(participant) if *participant == owner => Some(Opened { content }),
            AccessScope::Subject(_) | AccessScope::Message(_) | AccessScope::Inbox(_) => None,
        }
    }

    /// Opens a message as a decision permits it; `None` if the access is not for that message.
    #[must_use]
    pub fn open_message(&self, content: Minimised<Message>) -> Option<Opened<Minimised<Message>>> {
        match &self.scope {
            AccessScope::Message(message) if *message == content.content().id => Some(Opened { content }),
            AccessScope::Subject(_) | AccessScope::Message(_) | AccessScope::Inbox(_) => None,
        }
    }

    /// Opens a document of an inbox; `None` if the access is not for its delivery.
    #[must_use]
    pub fn open_delivery<T>(&self, delivery: DeliveryId, document: T) -> Option<Opened<T>> {
        match &self.scope {
            AccessScope::Inbox(deliveries) if deliveries.contains(&delivery) => Some(Opened { content: document }),
            AccessScope::Subject(_) | AccessScope::Message(_) | AccessScope::Inbox(_) => None,
        }
    }
}

/// Content that a [`ContentAccess`] opened. `Debug` does not print it.
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
    fn an_access_opens_its_own_scope_and_nothing_else() {
        let (own, other) = (1, 2);
        let who = |n| ParticipantRef(uuid::Uuid::from_u128(n));
        let reason = AccessReason::parse("innsynskrav 2026/17").unwrap();
        let row = NonZeroU64::new(9).unwrap();
        let access = ContentAccess::recorded(AccessScope::Subject(who(own)), reason.clone(), row);
        let opened = access.open(who(own), "secret").unwrap();
        assert_eq!(
            (opened.content(), format!("{opened:?}").contains("secret")),
            (&"secret", false)
        );
        assert!(access.open(who(other), "x").is_none());
        let delivery = |n| DeliveryId(uuid::Uuid::from_u128(n));
        assert!(access.open_delivery(delivery(own), "x").is_none());
        assert_eq!(
            (access.scope(), access.audit_row().get()),
            (&AccessScope::Subject(who(own)), 9)
        );
        assert_eq!(access.reason().as_str(), "innsynskrav 2026/17");
        let inbox = ContentAccess::recorded(AccessScope::Inbox(vec![delivery(own)]), reason, row);
        assert_eq!(
            inbox.open_delivery(delivery(own), "letter").unwrap().content(),
            &"letter"
        );
        assert!(inbox.open_delivery(delivery(other), "letter").is_none());
        assert!(inbox.open(who(own), "x").is_none());
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
