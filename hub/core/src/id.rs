//! Ids: one type for each kind of thing.

use std::fmt;

use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Parses the hyphenated form of a UUID.
            #[must_use]
            pub fn parse(raw: &str) -> Option<Self> {
                Uuid::try_parse(raw).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

uuid_id!(
    /// Id of a delivery: one message on its way to one party. A UUIDv7.
    DeliveryId
);
uuid_id!(
    /// Id of a consent.
    ConsentId
);
uuid_id!(
    /// Pseudonym of a participant, in the hub and its logs.
    ParticipantRef
);
uuid_id!(
    /// Id of a release: the permission to send one delivery once.
    ReleaseId
);
uuid_id!(
    /// Id of an alert.
    AlertId
);
uuid_id!(
    /// Id of the account of a person who signs in. The audit log names the person by it.
    AccountId
);
uuid_id!(
    /// Id of a session. It opens nothing: the session's token does.
    SessionId
);
uuid_id!(
    /// Id of a request to open the content of a message.
    OpeningId
);
uuid_id!(
    /// Id of a look at content.
    LookId
);
uuid_id!(
    /// Id of a message that a person has begun and not sent. Its reference is made from this id when it is sent.
    UnsentId
);
uuid_id!(
    /// Id of a one-time code for a participant's own page. It opens nothing: the code does.
    OwnCodeId
);

uuid_id!(
    /// Id of a change of the persons who follow a participant up. A UUIDv7.
    HandOverId
);

impl UnsentId {
    /// Returns the sender's reference that the message gets. A message is thus sent once, however often somebody asks.
    #[must_use]
    pub fn reference(self) -> String {
        format!("mailbox:{self}")
    }
}

/// Name of an adapter in configuration, such as `gp-dialogmelding`. Configuration ties the name to
/// a digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdapterId(String);

impl AdapterId {
    /// Parses a slug, optionally with a version: `gp-dialogmelding` or `gp-dialogmelding@0.1.0`.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '@' | '_');
        let ok = (1..=80).contains(&raw.len())
            && raw.chars().all(legal)
            && raw.starts_with(|c: char| c.is_ascii_lowercase());
        ok.then(|| Self(raw.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AdapterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
