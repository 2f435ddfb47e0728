//! The pusher: it tells the people on duty, or another system, of alerts.

use async_trait::async_trait;
use bindeledd_core::AlertId;
use bindeledd_core::alert::{AlertKind, TryFailed};
use jiff::Timestamp;

/// A push of one alert. It has no content of a message, no participant and no party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushNotice {
    /// Id of the alert.
    pub alert: AlertId,
    /// Kind of the alert, which has its urgency.
    pub kind: AlertKind,
    /// Time when the alert was raised.
    pub raised_at: Timestamp,
    /// Number of the push of this alert to this target. A push that is tried again has the same number.
    pub number: u32,
    /// Address of the alert for a person, if configuration has one.
    pub link: Option<String>,
}

/// Reason why a push did not arrive. The reason contains no address and no words of the other side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The other side could not be reached.
    #[error("the target can not be reached: {0}")]
    Away(&'static str),
    /// The other side refused the push.
    #[error("the target answered {0}")]
    Refused(u16),
    /// The other side takes no push now.
    #[error("the target takes no push now: it answered {0}")]
    NotNow(u16),
    /// The name of the target leads to an address that configuration does not allow.
    #[error("the target's name leads to a private address, and alerts.webhook_networks does not have it")]
    PrivateAddress,
    /// The push can not be written.
    #[error("the push can not be made: {0}")]
    Unwritable(&'static str),
}

impl PushError {
    /// Returns the way in which the try failed.
    #[must_use]
    pub const fn how(&self) -> TryFailed {
        match self {
            Self::Refused(code) => TryFailed::Refused(*code),
            Self::NotNow(code) => TryFailed::NotNow(*code),
            Self::Away(_) | Self::PrivateAddress | Self::Unwritable(_) => TryFailed::Unreached,
        }
    }
}

/// Pushes alerts to one target, within a bounded time.
#[async_trait]
pub trait Pusher: Send + Sync + 'static {
    /// Returns the maximum number of alerts of one push.
    fn at_once(&self) -> usize;
    /// Sends a push. Returns once the other side has taken it.
    async fn push(&self, notices: &[PushNotice]) -> Result<(), PushError>;
}
