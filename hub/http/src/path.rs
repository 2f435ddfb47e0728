//! Values that occur in paths.

use bindeledd_core::adapter_life::Chosen;
use bindeledd_core::{
    AccountId, AdapterId, AlertId, ConsentId, DeliveryId, MessageId, OpeningId, ParticipantRef, PartyName,
};
use bindeledd_texts::problem::Detail;
use uuid::Uuid;

/// A value that a path can contain.
pub trait PathValue: Sized {
    /// The detail of the problem that there is no such thing.
    const ABSENT: Detail;

    /// Reads the value; `None` if the text is not such a value.
    fn read(raw: &str) -> Option<Self>;
}

impl PathValue for PartyName {
    const ABSENT: Detail = Detail::NoParty;

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw).ok()
    }
}

impl PathValue for ParticipantRef {
    const ABSENT: Detail = Detail::NoParticipant;

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for ConsentId {
    const ABSENT: Detail = Detail::NoConsent;

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for Chosen {
    const ABSENT: Detail = Detail::NoAdapter;

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for AlertId {
    const ABSENT: Detail = Detail::NoAlert;

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for DeliveryId {
    const ABSENT: Detail = Detail::NoDelivery;

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for MessageId {
    const ABSENT: Detail = Detail::NoMessage;

    fn read(raw: &str) -> Option<Self> {
        Uuid::try_parse(raw).ok().map(Self)
    }
}

impl PathValue for AccountId {
    const ABSENT: Detail = Detail::NoAccount;

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for OpeningId {
    const ABSENT: Detail = Detail::NoOpening;

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}

impl PathValue for AdapterId {
    const ABSENT: Detail = Detail::NoAdapter;

    fn read(raw: &str) -> Option<Self> {
        Self::parse(raw)
    }
}
