//! Events for an operator.

use bindeledd_core::AdapterId;
use jiff::Timestamp;

use crate::second_place::Near;

/// An event that an operator has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperatorEvent {
    /// An adapter was quarantined.
    AdapterSetAside(AdapterId),
    /// An issuer refuses this credential.
    CredentialRefused(String),
    /// A certificate expires soon, or has expired.
    CertificateEnding {
        /// Key of the certificate in configuration.
        key: String,
        /// Mark in days: at most this many are left.
        days: i64,
        /// Time when that began.
        since: Timestamp,
        /// Time until which it is valid.
        until: Timestamp,
    },
    /// The second place lies with the data.
    SecondPlaceNear {
        /// Kind of nearness.
        near: Near,
        /// Number of the week since 1970. The event comes anew each week.
        week: i64,
    },
}
