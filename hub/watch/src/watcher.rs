//! The watcher checks certificates and the second place each hour, and receives the events that other parts report.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::certificates::{WatchedCertificate, ending, found};
use crate::event::OperatorEvent;
use crate::second_place::near;

/// Maximum number of events that wait for their alerts. Each object has one event at most, so that few places are
/// enough.
const WAITING: usize = 64;

/// Key of the second place in configuration.
const PLACE: &str = "audit.checkpoint_file";
/// Condition of an object without fault.
const FOUND: i64 = i64::MAX;

/// Time between two checks.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// The data folder and the newest checkpoint, whose distance is watched.
#[derive(Debug, Clone)]
pub struct SecondPlace {
    /// Data folder.
    pub data: PathBuf,
    /// File of the newest checkpoint.
    pub checkpoint: PathBuf,
}

/// Reports events from any part of the hub. A report never waits.
#[derive(Debug, Clone)]
pub struct Reporter(mpsc::Sender<OperatorEvent>);

/// Gives out the events that need an alert.
#[derive(Debug)]
pub struct Watcher {
    reported: mpsc::Receiver<OperatorEvent>,
    certificates: Vec<WatchedCertificate>,
    second_place: SecondPlace,
    look: tokio::time::Interval,
    found: Vec<OperatorEvent>,
    /// Marks that were reached since the start. The alert of a mark is raised only once.
    known: BTreeSet<(String, i64, Timestamp)>,
}

/// Makes a channel for events.
#[must_use]
pub fn channel() -> (Reporter, Pending) {
    let (report, reported) = mpsc::channel(WAITING);
    (Reporter(report), Pending(reported))
}

/// The receiving end of the channel. It can be made before there is a runtime.
#[derive(Debug)]
pub struct Pending(mpsc::Receiver<OperatorEvent>);

impl Pending {
    /// Begins to watch these certificates and this second place.
    #[must_use]
    pub fn watch(self, certificates: Vec<WatchedCertificate>, second_place: SecondPlace) -> Watcher {
        Watcher {
            reported: self.0,
            certificates,
            second_place,
            look: tokio::time::interval(LOOK_EVERY),
            found: Vec::new(),
            known: BTreeSet::new(),
        }
    }
}

impl Reporter {
    /// Reports an event without waiting.
    pub fn report(&self, event: OperatorEvent) {
        if let Err(error) = self.0.try_send(event) {
            tracing::error!(event = ?error.into_inner(), "no alert could be raised");
        }
    }
}

impl Watcher {
    /// Waits for the next event.
    pub async fn next(&mut self, now: impl Fn() -> Timestamp) -> Option<OperatorEvent> {
        loop {
            if let Some(found) = self.found.pop() {
                return Some(found);
            }
            tokio::select! {
                reported = self.reported.recv() => return reported,
                _ = self.look.tick() => {
                    let (certificates, place) = (self.certificates.clone(), self.second_place.clone());
                    let now = now();
                    let looked = tokio::task::spawn_blocking(move || {
                        // The last event of the list is given out first: an alert that is over is closed before the next one is
                        // raised.
                        let mut events = ending(&certificates, now);
                        events.extend(found(&certificates));
                        events.push(distance(&place, now));
                        events
                    });
                    let found = looked.await.unwrap_or_default();
                    self.found = found.into_iter().filter(|event| self.is_news(event)).collect();
                }
            }
        }
    }

    /// Returns whether an event says something else than the last one about the same object.
    fn is_news(&mut self, event: &OperatorEvent) -> bool {
        match event {
            // A second place that moves back and forth is reported each time.
            OperatorEvent::SecondPlaceFar => self.known.retain(|mark| mark.0 != PLACE || mark.1 == FOUND),
            OperatorEvent::SecondPlaceNear { .. } => self.known.retain(|mark| mark.0 != PLACE || mark.1 != FOUND),
            OperatorEvent::AdapterSetAside(_)
            | OperatorEvent::CredentialRefused(_)
            | OperatorEvent::CredentialWorks(_)
            | OperatorEvent::CertificateFound { .. }
            | OperatorEvent::CertificateEnding { .. } => {}
        }
        self.known.insert(mark(event))
    }
}

/// Returns the mark of an event: an object, and its condition.
fn mark(event: &OperatorEvent) -> (String, i64, Timestamp) {
    match event {
        OperatorEvent::CertificateEnding { key, days, until, .. } => (key.clone(), *days, *until),
        OperatorEvent::CertificateFound { key, until } => (key.clone(), FOUND, *until),
        OperatorEvent::SecondPlaceNear { week, .. } => (PLACE.into(), *week, Timestamp::MIN),
        OperatorEvent::SecondPlaceFar => (PLACE.into(), FOUND, Timestamp::MIN),
        OperatorEvent::AdapterSetAside(_) | OperatorEvent::CredentialRefused(_) | OperatorEvent::CredentialWorks(_) => {
            (String::new(), 0, Timestamp::MIN)
        }
    }
}

/// Returns the event of the second place. The event of one that is too near is repeated in each week.
fn distance(place: &SecondPlace, now: Timestamp) -> OperatorEvent {
    const WEEK: i64 = 7 * 24 * 3600;
    let week = now.as_second().div_euclid(WEEK);
    match near(&place.data, &place.checkpoint) {
        Some(near) => OperatorEvent::SecondPlaceNear { near, week },
        None => OperatorEvent::SecondPlaceFar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_place_beside_the_data_is_reported_each_week() {
        let folder = tempfile::tempdir().unwrap();
        let places = SecondPlace {
            data: folder.path().join("data"),
            checkpoint: folder.path().join("second-place/checkpoint"),
        };
        let apart = SecondPlace {
            checkpoint: PathBuf::from("/proc/checkpoint"),
            ..places.clone()
        };
        let (_reporter, pending) = channel();
        let mut watcher = pending.watch(Vec::new(), places.clone());
        let mut is_news = |places: &SecondPlace, at: &str| watcher.is_news(&distance(places, at.parse().unwrap()));
        assert!(is_news(&places, "2027-02-28T00:00:00Z"));
        assert!(!is_news(&places, "2027-02-28T23:00:00Z"));
        assert!(is_news(&places, "2027-03-07T23:00:00Z"), "another week");
        // One that is moved away is reported once, and again after it was near in between.
        assert_eq!(distance(&apart, Timestamp::UNIX_EPOCH), OperatorEvent::SecondPlaceFar);
        assert!(is_news(&apart, "2027-03-08T00:00:00Z"));
        assert!(!is_news(&apart, "2027-03-08T01:00:00Z"));
        assert!(is_news(&places, "2027-03-08T02:00:00Z"));
        assert!(is_news(&apart, "2027-03-08T03:00:00Z"));
    }

    #[tokio::test]
    async fn a_certificate_is_reported_once_at_each_mark() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hub.crt");
        let write = |day: u8| {
            let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            params.not_after = rcgen::date_time_ymd(2027, 3, day);
            let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            std::fs::write(&file, made.pem()).unwrap();
        };
        write(31);
        let watched = vec![
            WatchedCertificate {
                key: "listen.tls_certificate".to_owned(),
                file: file.clone(),
            },
            WatchedCertificate {
                key: "credentials.gone.certificate".to_owned(),
                file: folder.path().join("gone"),
            },
        ];
        let days = |day: &str| {
            let now: Timestamp = format!("{day}T00:00:00Z").parse().unwrap();
            let found = ending(&watched, now);
            found.into_iter().map(|event| mark(&event).1).collect::<Vec<_>>()
        };
        assert_eq!(days("2027-02-28"), [] as [i64; 0]);
        assert_eq!((days("2027-03-01"), days("2027-03-23")), (vec![30], vec![30]));
        assert_eq!((days("2027-03-24"), days("2027-04-01")), (vec![7], vec![0]));
        let (reporter, pending) = channel();
        let places = SecondPlace {
            data: PathBuf::from("/proc/self"),
            checkpoint: folder.path().join("checkpoint"),
        };
        let mut watcher = pending.watch(watched.clone(), places);
        let now = || "2027-03-02T00:00:00Z".parse().unwrap();
        assert_eq!(watcher.next(now).await, Some(OperatorEvent::SecondPlaceFar));
        let is_found = |event: Option<OperatorEvent>| matches!(event, Some(OperatorEvent::CertificateFound { key, .. }) if key == "listen.tls_certificate");
        assert!(is_found(watcher.next(now).await));
        let first = watcher.next(now).await.unwrap();
        assert!(
            matches!(&first, OperatorEvent::CertificateEnding { key, days: 30, .. } if key == "listen.tls_certificate")
        );
        watcher.look.reset_immediately();
        reporter.report(OperatorEvent::CredentialRefused("nhn".into()));
        assert_eq!(
            watcher.next(now).await,
            Some(OperatorEvent::CredentialRefused("nhn".into())),
            "it is reported once"
        );
        // The new certificate has marks of its own.
        write(28);
        watcher.look.reset_immediately();
        assert!(
            is_found(watcher.next(now).await),
            "it closes the alert about the old one"
        );
        assert!(matches!(
            watcher.next(now).await,
            Some(OperatorEvent::CertificateEnding { days: 30, .. })
        ));
    }
}
