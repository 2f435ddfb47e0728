//! Events that an operator has to know.

use bindeledd_core::AdapterId;
use jiff::Timestamp;

use crate::second_place::Near;

/// Something that an operator has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperatorEvent {
    /// An adapter was set aside.
    AdapterSetAside(AdapterId),
    /// An issuer refuses this credential.
    CredentialRefused(String),
    /// A certificate ends soon, or has ended.
    CertificateEnding {
        /// The configuration's key for it.
        key: String,
        /// At most so many days are left.
        days: i64,
        /// When that was so first.
        since: Timestamp,
        /// Until when it is good.
        until: Timestamp,
    },
    /// The second place lies with the data.
    SecondPlaceNear {
        /// How.
        near: Near,
        /// The week, counted since 1970: the event comes anew each week.
        week: i64,
    },
}
