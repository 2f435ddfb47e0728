//! The alert and the audit row of an event.

use bindeledd_core::AlertId;
use bindeledd_core::alert::{Alert, AlertKind, AlertState};
use bindeledd_core::audit::AuditAction;
use bindeledd_engine::Engine;
use ring::digest::{SHA256, digest};
use serde_json::json;

use crate::event::OperatorEvent;
use crate::second_place::Near;

/// Raises the alert of an event, and writes its audit row.
pub async fn raise(engine: &Engine, event: &OperatorEvent) {
    let now = engine.now();
    let (kind, code, action, detail) = match event {
        OperatorEvent::AdapterSetAside(adapter) => (
            AlertKind::AdapterQuarantined,
            format!("BL-3005 {adapter}"),
            AuditAction::AdapterSetAside,
            json!({ "adapter": adapter.as_str() }),
        ),
        OperatorEvent::CredentialRefused(credential) => (
            AlertKind::CredentialRefused,
            format!("BL-6013 credentials.{credential}"),
            AuditAction::CredentialRefused,
            json!({ "credential": credential }),
        ),
        OperatorEvent::CertificateEnding { key, days, until, .. } => {
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
                AuditAction::CertificateExpiring,
                detail,
            )
        }
        OperatorEvent::SecondPlaceNear { near, .. } => {
            tracing::warn!(code = "BL-6021", next = Near::NEXT, "{}", near.text());
            let detail = json!({ "near": near.code() });
            (
                AlertKind::SecondPlaceNear,
                "BL-6021 audit.checkpoint_file".to_owned(),
                AuditAction::SecondPlaceNear,
                detail,
            )
        }
    };
    let alert = Alert {
        id: id(engine, event),
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
    // The alert is for a person; the audit row holds the details.
    if let Err(error) = engine.raise(&alert, action, &detail).await {
        tracing::error!(?event, %error, "no alert could be raised");
    }
}

/// Returns the id of an event's alert. A certificate that reaches a mark has one alert, however often the hub starts.
/// An adapter or a credential gets a new alert each time, or counts in the open episode.
fn id(engine: &Engine, event: &OperatorEvent) -> AlertId {
    match event {
        OperatorEvent::AdapterSetAside(_) | OperatorEvent::CredentialRefused(_) => {
            // The id begins with the time, since alerts are listed in the order of their ids.
            let mut random = [0; 10];
            random.copy_from_slice(&engine.random_id().as_bytes()[6..]);
            let now = u64::try_from(engine.now().as_millisecond()).unwrap_or(0);
            AlertId(uuid::Builder::from_unix_timestamp_millis(now, &random).into_uuid())
        }
        OperatorEvent::CertificateEnding {
            key,
            days,
            since,
            until,
        } => named(&format!("{key} {days} {until}"), since.as_millisecond()),
        OperatorEvent::SecondPlaceNear { near, week } => {
            let reached = week.saturating_mul(7 * 24 * 3_600_000);
            named(&format!("second-place {} {week}", near.code()), reached)
        }
    }
}

/// Returns the id of an event with a name and a time. The same name and time give the same id.
fn named(name: &str, reached: i64) -> AlertId {
    let named = digest(&SHA256, name.as_bytes());
    let mut of_name = [0; 10];
    of_name.copy_from_slice(&named.as_ref()[..10]);
    let reached = u64::try_from(reached).unwrap_or(0);
    AlertId(uuid::Builder::from_unix_timestamp_millis(reached, &of_name).into_uuid())
}
