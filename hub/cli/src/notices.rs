//! What the parts of the hub want a person to know, as alerts: an adapter that was set aside, an issuer that refuses the hub,
//! a certificate that is about to expire.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::{AdapterId, AlertId};
use bindeledd_engine::Engine;
use bindeledd_gateway::certificate::{due, good_until};
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde_json::json;
use tokio::sync::mpsc;

use crate::config::Near;

/// What a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// An adapter was set aside.
    SetAside(AdapterId),
    /// An issuer refuses this credential.
    Refused(String),
    /// A certificate is about to expire, or has.
    Expiring {
        /// The configuration's key for it.
        key: String,
        /// At most so many days are left.
        days: i64,
        /// When that was so first.
        since: Timestamp,
        /// Until when it is good.
        until: Timestamp,
    },
    /// The second place lies with the data, in the week that begins then.
    SecondPlaceNear {
        /// How.
        near: Near,
        /// Which week since 1970.
        week: i64,
    },
}

/// Notices that are not alerts yet. One a thing, so few are enough.
const WAITING: usize = 64;

/// How often certificates are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// Where the data folder and the newest checkpoint are, to look whether the second place is one.
#[derive(Debug, Clone)]
pub(crate) struct SecondPlaces {
    pub(crate) data: PathBuf,
    pub(crate) checkpoint: PathBuf,
}

/// A certificate's file, and the configuration's key for it.
pub(crate) type Watched = (String, PathBuf);

/// Tells notices, from wherever something is noticed. Never waits.
#[derive(Debug, Clone)]
pub(crate) struct Teller(mpsc::Sender<Notice>);

/// Notices to be raised.
#[derive(Debug)]
pub(crate) struct Notices {
    told: mpsc::Receiver<Notice>,
    certificates: Vec<Watched>,
    second_place: SecondPlaces,
    look: tokio::time::Interval,
    found: Vec<Notice>,
    /// The marks that were told since the start; alerts themselves are raised once for ever.
    known: BTreeSet<(String, i64, Timestamp)>,
}

/// A way for notices.
pub(crate) fn channel() -> (Teller, Receiving) {
    let (tell, told) = mpsc::channel(WAITING);
    (Teller(tell), Receiving(told))
}

/// The end of the way, before there is a runtime to watch time in.
#[derive(Debug)]
pub(crate) struct Receiving(mpsc::Receiver<Notice>);

impl Receiving {
    /// Begins to watch these certificates.
    pub(crate) fn watch(self, certificates: Vec<Watched>, second_place: SecondPlaces) -> Notices {
        Notices {
            told: self.0,
            certificates,
            second_place,
            look: tokio::time::interval(LOOK_EVERY),
            found: Vec::new(),
            known: BTreeSet::new(),
        }
    }
}

impl Teller {
    pub(crate) fn tell(&self, notice: Notice) {
        if let Err(error) = self.0.try_send(notice) {
            tracing::error!(notice = ?error.into_inner(), "no alert could be raised");
        }
    }
}

impl Notices {
    /// The next one.
    pub(crate) async fn next(&mut self, now: impl Fn() -> Timestamp) -> Option<Notice> {
        loop {
            if let Some(found) = self.found.pop() {
                return Some(found);
            }
            tokio::select! {
                told = self.told.recv() => return told,
                _ = self.look.tick() => {
                    let (certificates, places) = (self.certificates.clone(), self.second_place.clone());
                    let now = now();
                    let looked = tokio::task::spawn_blocking(move || {
                        let mut found = expiring(&certificates, now);
                        found.extend(second_place(&places, now));
                        found
                    });
                    let found = looked.await.unwrap_or_default();
                    self.found = found.into_iter().filter(|notice| self.known.insert(mark(notice))).collect();
                }
            }
        }
    }
}

fn mark(notice: &Notice) -> (String, i64, Timestamp) {
    match notice {
        Notice::Expiring { key, days, until, .. } => (key.clone(), *days, *until),
        Notice::SecondPlaceNear { week, .. } => ("audit.checkpoint_file".into(), *week, Timestamp::MIN),
        Notice::SetAside(_) | Notice::Refused(_) => (String::new(), 0, Timestamp::MIN),
    }
}

/// Whether the second place lies with the data. It is told anew each week, for as long as it is so.
pub(crate) fn second_place(places: &SecondPlaces, now: Timestamp) -> Option<Notice> {
    const WEEK: i64 = 7 * 24 * 3600;
    let week = now.as_second().div_euclid(WEEK);
    crate::config::near(&places.data, &places.checkpoint).map(|near| Notice::SecondPlaceNear { near, week })
}

/// Which certificates are about to expire. One that can not be read is told by whoever uses it.
pub(crate) fn expiring(certificates: &[Watched], now: Timestamp) -> Vec<Notice> {
    let of = |(key, file): &Watched| {
        let until = good_until(&std::fs::read(file).ok()?)?;
        let due = due(until, now)?;
        Some(Notice::Expiring {
            key: key.clone(),
            days: due.days,
            since: due.since,
            until,
        })
    };
    certificates.iter().filter_map(of).collect()
}

/// Raises the alert of a notice, and writes down what it is about.
pub(crate) async fn raise(engine: &Engine, notice: &Notice) {
    let now = engine.now();
    let (kind, code, action, detail) = match notice {
        Notice::SetAside(adapter) => (
            AlertKind::AdapterQuarantined,
            "BL-3005".to_owned(),
            "adapter-set-aside",
            json!({ "adapter": adapter.as_str() }),
        ),
        Notice::Refused(credential) => (
            AlertKind::CredentialRefused,
            format!("BL-6013 credentials.{credential}"),
            "credential-refused",
            json!({ "credential": credential }),
        ),
        Notice::Expiring { key, days, until, .. } => {
            let kind = if *days > 7 {
                AlertKind::CertificateExpiring
            } else {
                AlertKind::CertificateAlmostExpired
            };
            tracing::warn!(%key, %until, "a certificate is about to expire, or has");
            let detail = json!({ "certificate": key, "until": until.to_string() });
            (
                kind,
                format!("BL-6014 {key}, until {until}"),
                "certificate-expiring",
                detail,
            )
        }
        Notice::SecondPlaceNear { near, .. } => {
            tracing::warn!(code = "BL-6021", next = Near::NEXT, "{}", near.text());
            let detail = json!({ "near": near.code() });
            (
                AlertKind::SecondPlaceNear,
                "BL-6021 audit.checkpoint_file".to_owned(),
                "second-place-near",
                detail,
            )
        }
    };
    let alert = Alert {
        id: id(engine, notice),
        kind,
        raised_at: now,
        participant: None,
        message: None,
        delivery: None,
        party: None,
        code: Some(code),
        times: 1,
        last_at: now,
        ended_at: None,
    };
    // The alert is for a person; the row says what it is about, for whoever looks closer.
    if let Err(error) = engine.raise(&alert, action, &detail).await {
        tracing::error!(?notice, %error, "no alert could be raised");
    }
}

/// The same certificate at the same mark is one alert, however often the hub starts; everything else is a new one each time,
/// or counts in the episode that is open.
fn id(engine: &Engine, notice: &Notice) -> AlertId {
    match notice {
        Notice::SetAside(_) | Notice::Refused(_) => {
            // In the order of time, as alerts are listed.
            let mut random = [0; 10];
            random.copy_from_slice(&engine.random_id().as_bytes()[6..]);
            let now = u64::try_from(engine.now().as_millisecond()).unwrap_or(0);
            AlertId(uuid::Builder::from_unix_timestamp_millis(now, &random).into_uuid())
        }
        Notice::Expiring {
            key,
            days,
            since,
            until,
        } => named(&format!("{key} {days} {until}"), since.as_millisecond()),
        Notice::SecondPlaceNear { near, week } => {
            let reached = week.saturating_mul(7 * 24 * 3_600_000);
            named(&format!("second-place {} {week}", near.code()), reached)
        }
    }
}

/// The id of what has a name and a time, the same each time.
fn named(name: &str, reached: i64) -> AlertId {
    let named = digest(&SHA256, name.as_bytes());
    let mut of_name = [0; 10];
    of_name.copy_from_slice(&named.as_ref()[..10]);
    let reached = u64::try_from(reached).unwrap_or(0);
    AlertId(uuid::Builder::from_unix_timestamp_millis(reached, &of_name).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_place_beside_the_data_is_told_each_week() {
        let folder = tempfile::tempdir().unwrap();
        let places = SecondPlaces {
            data: folder.path().join("data"),
            checkpoint: folder.path().join("second-place/checkpoint"),
        };
        let told = |at: &str| second_place(&places, at.parse().unwrap()).map(|notice| mark(&notice));
        let first = told("2027-02-28T00:00:00Z").unwrap();
        assert_eq!(told("2027-02-28T23:00:00Z").unwrap(), first);
        assert_ne!(told("2027-03-07T23:00:00Z").unwrap(), first);
        let apart = SecondPlaces {
            checkpoint: PathBuf::from("/proc/checkpoint"),
            ..places
        };
        assert_eq!(second_place(&apart, Timestamp::UNIX_EPOCH), None);
    }

    #[tokio::test]
    async fn a_certificate_is_told_once_at_each_mark() {
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
            ("listen.tls_certificate".to_owned(), file.clone()),
            ("credentials.gone.certificate".to_owned(), folder.path().join("gone")),
        ];
        let days = |day: &str| {
            let now: Timestamp = format!("{day}T00:00:00Z").parse().unwrap();
            let found = expiring(&watched, now);
            found.into_iter().map(|notice| mark(&notice).1).collect::<Vec<_>>()
        };
        assert_eq!(days("2027-02-28"), [] as [i64; 0]);
        assert_eq!((days("2027-03-01"), days("2027-03-23")), (vec![30], vec![30]));
        assert_eq!((days("2027-03-24"), days("2027-04-01")), (vec![7], vec![0]));
        let (teller, receiving) = channel();
        let places = SecondPlaces {
            data: PathBuf::from("/proc/self"),
            checkpoint: folder.path().join("checkpoint"),
        };
        let mut notices = receiving.watch(watched.clone(), places);
        let now = || "2027-03-02T00:00:00Z".parse().unwrap();
        let first = notices.next(now).await.unwrap();
        assert!(matches!(&first, Notice::Expiring { key, days: 30, .. } if key == "listen.tls_certificate"));
        notices.look.reset_immediately();
        teller.tell(Notice::Refused("nhn".into()));
        assert_eq!(
            notices.next(now).await,
            Some(Notice::Refused("nhn".into())),
            "it is told once"
        );
        // The one after it is another certificate, with marks of its own.
        write(28);
        notices.look.reset_immediately();
        assert!(matches!(
            notices.next(now).await,
            Some(Notice::Expiring { days: 30, .. })
        ));
    }
}
