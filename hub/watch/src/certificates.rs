//! Certificates that are about to expire.

use std::path::PathBuf;

use bindeledd_http::certificate::good_until;
use jiff::{SignedDuration, Timestamp};

use crate::event::OperatorEvent;

/// A certificate to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedCertificate {
    /// Key of the certificate in configuration.
    pub key: String,
    /// PEM file of the certificate.
    pub file: PathBuf,
}

/// The marks of a certificate, in days before it expires.
const MARKS: [i64; 3] = [0, 7, 30];

/// A mark that a certificate has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Due {
    /// Days of the mark: at most so many days are left.
    days: i64,
    /// Time when the mark was reached.
    since: Timestamp,
}

/// Returns the smallest mark that a certificate, valid until `until`, has reached by `now`.
fn due(until: Timestamp, now: Timestamp) -> Option<Due> {
    MARKS.into_iter().find_map(|days| {
        let since = until.checked_sub(SignedDuration::from_hours(24 * days)).ok()?;
        (now >= since).then_some(Due { days, since })
    })
}

/// Returns an event for each certificate: it was found. An unreadable certificate has no event: the part of the hub that
/// uses it reports it.
pub(crate) fn found(certificates: &[WatchedCertificate]) -> Vec<OperatorEvent> {
    let of = |WatchedCertificate { key, file }: &WatchedCertificate| {
        Some(OperatorEvent::CertificateFound {
            key: key.clone(),
            until: good_until(&std::fs::read(file).ok()?)?,
        })
    };
    certificates.iter().filter_map(of).collect()
}

/// Returns an event for each certificate that expires soon.
#[must_use]
pub fn ending(certificates: &[WatchedCertificate], now: Timestamp) -> Vec<OperatorEvent> {
    let of = |WatchedCertificate { key, file }: &WatchedCertificate| {
        let until = good_until(&std::fs::read(file).ok()?)?;
        let due = due(until, now)?;
        Some(OperatorEvent::CertificateEnding {
            key: key.clone(),
            days: due.days,
            since: due.since,
            until,
        })
    };
    certificates.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_told_about_at_thirty_days_at_seven_and_at_its_end() {
        let until: Timestamp = "2026-12-31T12:00:00Z".parse().unwrap();
        let at = |days: i64, seconds: i64| {
            let now = until - SignedDuration::from_hours(24 * days) + SignedDuration::from_secs(seconds);
            due(until, now).map(|due| due.days)
        };
        assert_eq!((at(30, -1), at(30, 0), at(29, 0)), (None, Some(30), Some(30)));
        assert_eq!((at(7, -1), at(7, 0), at(1, 0)), (Some(30), Some(7), Some(7)));
        assert_eq!((at(0, -1), at(0, 0), at(-400, 0)), (Some(7), Some(0), Some(0)));
        assert_eq!(due(until, until).unwrap().since, until);
    }
}
