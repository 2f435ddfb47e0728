//! The effect of an event: an alert with its audit row, or the closing of alerts whose cause is over.

use bindeledd_core::AlertId;
use bindeledd_core::alert::{Alert, AlertKind, AlertState};
use bindeledd_core::audit::AuditAction;
use bindeledd_engine::Engine;
use bindeledd_engine::ports::CauseOver;
use bindeledd_texts::{Lang, near_next};
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde_json::json;

use crate::event::OperatorEvent;

/// Raises the alert of an event and writes its audit row, or closes the alerts whose cause is over.
pub async fn act_on(engine: &Engine, event: &OperatorEvent) {
    match event {
        OperatorEvent::CredentialWorks(credential) => {
            let code = of_credential(credential);
            close(engine, AlertKind::CredentialRefused, code, None).await;
        }
        OperatorEvent::CertificateFound { key, until } => {
            for kind in [AlertKind::CertificateExpiring, AlertKind::CertificateAlmostExpired] {
                let lasts = Some(of_certificate(key, *until));
                close(engine, kind, format!("BL-6014 {key}, until "), lasts).await;
            }
        }
        OperatorEvent::SecondPlaceFar => {
            close(engine, AlertKind::SecondPlaceNear, PLACE.to_owned(), None).await;
        }
        OperatorEvent::AdapterSetAside(adapter) => {
            let code = format!("BL-3005 {adapter}");
            let detail = json!({ "adapter": adapter.as_str() });
            let id = new_id(engine);
            raise(
                engine,
                id,
                AlertKind::AdapterQuarantined,
                code,
                (AuditAction::AdapterSetAside, detail),
            )
            .await;
        }
        OperatorEvent::CredentialRefused(credential) => {
            let (code, detail) = (of_credential(credential), json!({ "credential": credential }));
            let id = new_id(engine);
            raise(
                engine,
                id,
                AlertKind::CredentialRefused,
                code,
                (AuditAction::CredentialRefused, detail),
            )
            .await;
        }
        OperatorEvent::CertificateEnding {
            key,
            days,
            since,
            until,
        } => {
            let kind = if *days > 7 {
                AlertKind::CertificateExpiring
            } else {
                AlertKind::CertificateAlmostExpired
            };
            tracing::warn!(%key, %until, "a certificate is about to expire, or has");
            // A certificate that reaches a mark has one alert, however often the hub starts.
            let id = named(&format!("{key} {days} {until}"), since.as_millisecond());
            let detail = json!({ "certificate": key, "until": until.to_string() });
            let code = of_certificate(key, *until);
            raise(engine, id, kind, code, (AuditAction::CertificateExpiring, detail)).await;
        }
        OperatorEvent::SecondPlaceNear { near, week } => {
            let next = near_next(Lang::English);
            tracing::warn!(code = "BL-6021", next, "{}", near.words());
            let reached = week.saturating_mul(7 * 24 * 3_600_000);
            let id = named(&format!("second-place {} {week}", near.code()), reached);
            let detail = json!({ "near": near.code() });
            let code = PLACE.to_owned();
            raise(
                engine,
                id,
                AlertKind::SecondPlaceNear,
                code,
                (AuditAction::SecondPlaceNear, detail),
            )
            .await;
        }
    }
}

/// Code of the alert about the second place.
const PLACE: &str = "BL-6021 audit.checkpoint_file";

fn of_credential(credential: &str) -> String {
    format!("BL-6013 credentials.{credential}")
}

fn of_certificate(key: &str, until: Timestamp) -> String {
    format!("BL-6014 {key}, until {until}")
}

/// Closes the alerts of a kind whose code begins with `code`, except the one whose cause lasts.
async fn close(engine: &Engine, kind: AlertKind, code: String, except: Option<String>) {
    let over = CauseOver {
        kind,
        code,
        except,
        party: None,
    };
    if let Err(error) = engine.cause_over(&over).await {
        tracing::warn!(%error, kind = kind.code(), "an alert could not be closed");
    }
}

/// Raises an alert. The alert is for a person; the audit row holds the details.
async fn raise(
    engine: &Engine,
    id: AlertId,
    kind: AlertKind,
    code: String,
    (action, detail): (AuditAction, serde_json::Value),
) {
    let now = engine.now();
    let alert = Alert {
        id,
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
        state: AlertState::Open,
    };
    if let Err(error) = engine.raise(&alert, action, &detail).await {
        tracing::error!(kind = kind.code(), %error, "no alert could be raised");
    }
}

/// Returns an id for an adapter or a credential, which gets a new alert each time, or counts in the open episode. The id
/// begins with the time, since alerts are listed in the order of their ids.
fn new_id(engine: &Engine) -> AlertId {
    let mut random = [0; 10];
    random.copy_from_slice(&engine.random_id().as_bytes()[6..]);
    let now = u64::try_from(engine.now().as_millisecond()).unwrap_or(0);
    AlertId(uuid::Builder::from_unix_timestamp_millis(now, &random).into_uuid())
}

/// Returns the id of an event with a name and a time. The same name and time give the same id.
fn named(name: &str, reached: i64) -> AlertId {
    let named = digest(&SHA256, name.as_bytes());
    let mut of_name = [0; 10];
    of_name.copy_from_slice(&named.as_ref()[..10]);
    let reached = u64::try_from(reached).unwrap_or(0);
    AlertId(uuid::Builder::from_unix_timestamp_millis(reached, &of_name).into_uuid())
}
