//! The sessions of an account, and their ends.

use std::time::Duration;

use jiff::Timestamp;

use crate::id::{AccountId, SessionId};

/// Time without a request after which a session is over.
pub const IDLE: Duration = Duration::from_secs(30 * 60);
/// Time since the sign-in after which a session is over.
pub const ABSOLUTE: Duration = Duration::from_secs(12 * 60 * 60);
/// Time that a request may be behind the noted one. It spares a write for most requests.
pub const SLIDES_AFTER: Duration = Duration::from_secs(60);

/// Time after the end of a session for which a form that was posted in it is kept for its person. It opens no page.
const KEEPS: Duration = Duration::from_secs(12 * 60 * 60);

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Id, by which the list of sessions and the audit log name the session. It opens nothing.
    pub id: SessionId,
    /// Account.
    pub account: AccountId,
    /// Issuer with which the person signed in; none for a password.
    pub issuer: Option<String>,
    /// Time of the sign-in.
    pub began_at: Timestamp,
    /// Time of the last request, at most a minute behind.
    pub seen_at: Timestamp,
    /// Time and reason of the end; none while nobody has ended the session.
    pub ended: Option<(Timestamp, EndedWhy)>,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// Reason why a session ended.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum EndedWhy {
            $($(#[$doc])* $name,)*
        }

        impl EndedWhy {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the code of the reason.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

reasons! {
    /// The person signed out.
    SignedOut = "signed-out";
    /// The person or an administrator signed the person out everywhere, or ended this session.
    Revoked = "revoked";
    /// The account was disabled.
    Disabled = "disabled";
    /// The password was set or reset.
    Password = "password";
    /// The issuer ended its own session of the person.
    Issuer = "issuer";
}

impl EndedWhy {
    /// Parses a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|why| why.code() == code)
    }
}

impl Session {
    /// Returns the time when the session is over unless a request comes before it.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        let end = |from: Timestamp, after| from.checked_add(after).unwrap_or(Timestamp::MAX);
        end(self.seen_at, IDLE).min(end(self.began_at, ABSOLUTE))
    }

    /// Returns whether the session opens pages now.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.expires_at()
    }

    /// Returns whether time alone has ended the session, not long ago. A form that somebody filled in meanwhile is kept.
    #[must_use]
    pub fn has_lapsed(&self, now: Timestamp) -> bool {
        let until = self.expires_at().checked_add(KEEPS).unwrap_or(Timestamp::MAX);
        self.ended.is_none() && (self.expires_at()..until).contains(&now)
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

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
    }

    fn session(began: i64, seen: i64) -> Session {
        Session {
            id: SessionId(Uuid::from_u128(1)),
            account: AccountId(Uuid::from_u128(2)),
            issuer: None,
            began_at: at(began),
            seen_at: at(seen),
            ended: None,
        }
    }

    #[test]
    fn a_session_is_over_after_half_an_hour_without_a_request_and_after_twelve_hours() {
        assert!(session(0, 0).is_open(at(29)) && !session(0, 0).is_open(at(30)));
        assert!(session(0, 12 * 60 - 1).is_open(at(12 * 60 - 1)));
        assert!(!session(0, 12 * 60 - 1).is_open(at(12 * 60)));
        assert_eq!(session(0, 10).expires_at(), at(40));
        let ended = Session {
            ended: Some((at(5), EndedWhy::SignedOut)),
            ..session(0, 0)
        };
        assert!(!ended.is_open(at(1)));
        // A session that time alone has ended keeps a form for half a day.
        assert!(!session(0, 0).has_lapsed(at(29)) && session(0, 0).has_lapsed(at(30)));
        assert!(session(0, 0).has_lapsed(at(12 * 60 + 29)) && !session(0, 0).has_lapsed(at(12 * 60 + 30)));
        assert!(!ended.has_lapsed(at(31)));
    }

    #[test]
    fn a_request_is_noted_once_a_minute_and_never_opens_what_is_over() {
        assert!(!session(0, 5).slides(at(5)) && session(0, 5).slides(at(6)) && !session(0, 5).slides(at(35)));
    }

    #[test]
    fn every_reason_has_its_code() {
        for why in EndedWhy::ALL {
            assert_eq!(EndedWhy::parse(why.code()), Some(*why));
        }
        assert_eq!(EndedWhy::parse("other"), None);
    }
}
