//! Values that occur in paths.

use bindeledd_core::{AccountId, AdapterId, AlertId, ConsentId, DeliveryId, MessageId, ParticipantRef, PartyName};
use uuid::Uuid;

/// A value that a path can contain.
pub trait PathValue: Sized {
    /// The noun in "there is no such …".
    const NOUN: &'static str;

    /// Reads the value; `None` if the text is not such a value.
    fn read(raw: &str) -> Option<Self>;
}

impl PathValue for PartyName {
    const NOUN: &'static str = "party";

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw).ok()
    }
}

impl PathValue for ParticipantRef {
    const NOUN: &'static str = "participant";

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for ConsentId {
    const NOUN: &'static str = "consent";

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for AlertId {
    const NOUN: &'static str = "alert";

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for DeliveryId {
    const NOUN: &'static str = "delivery";

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for MessageId {
    const NOUN: &'static str = "message";

    fn read(raw: &str) -> Option<Self> {
        Uuid::try_parse(raw).ok().map(Self)
    }
}

impl PathValue for AccountId {
    const NOUN: &'static str = "account";

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for AdapterId {
    const NOUN: &'static str = "adapter";

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}
