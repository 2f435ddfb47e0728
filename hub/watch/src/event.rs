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
    /// An issuer accepts this credential: for the first time since the start, or again.
    CredentialWorks(String),
    /// A certificate was found. Alerts about another certificate of the same key are over.
    CertificateFound {
        /// Key of the certificate in configuration.
        key: String,
        /// Time until which the certificate is valid.
        until: Timestamp,
    },
    /// A certificate expires soon, or has expired.
    CertificateEnding {
        /// Key of the certificate in configuration.
        key: String,
        /// Days of the mark: at most so many days are left.
        days: i64,
        /// Time when the mark was reached.
        since: Timestamp,
        /// Time until which the certificate is valid.
        until: Timestamp,
    },
    /// The second place would be lost or restored together with the data.
    SecondPlaceNear {
        /// Reason why the second place is too near.
        near: Near,
        /// Number of the week since 1970. The event is repeated in each week.
        week: i64,
    },
    /// The second place is far enough from the data.
    SecondPlaceFar,
}
