//! The pushes of alerts to their targets. The rule is in `core::alert`.

use bindeledd_core::AlertId;
use bindeledd_core::alert::{AlertKind, DuePushes, FailedPush, Pushed, Severity};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::{PushableAlert, TargetPushes};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::conn::codec::{Key, limit, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::Fault;

/// Returns the question for the alerts of an urgency that are due for a target. A push that failed comes after all others,
/// so that pushes which fail again and again hold up no new one.
pub(crate) fn due_question(severity: Severity) -> String {
    let kinds: Vec<_> = AlertKind::ALL
        .into_iter()
        .filter(|kind| kind.severity() == severity)
        .map(|kind| format!("'{}'", kind.code()))
        .collect();
    format!(
        "SELECT a.id, a.kind, a.raised_at, p.times, p.pushed_at, t.tries, t.refused, t.tried_at, t.answer, t.next_at
         FROM alert a LEFT JOIN alert_push p ON p.alert = a.id AND p.target = ?1
         LEFT JOIN alert_push_try t ON t.alert = a.id AND t.target = ?1
         WHERE a.state = 0 AND a.raised_at >= ?2 AND (p.alert IS NULL OR p.pushed_at <= ?3)
         AND (t.alert IS NULL OR t.next_at <= ?4) AND a.kind IN ({})
         ORDER BY CASE WHEN t.alert IS NULL THEN 0 ELSE 1 END, CASE WHEN p.alert IS NULL THEN 0 ELSE 1 END, t.next_at,
         a.raised_at LIMIT ?5",
        kinds.join(", ")
    )
}

/// Returns the alerts of an urgency that are due for a target.
pub(crate) fn due(
    db: &Db<'_>,
    target: &str,
    severity: Severity,
    due: &DuePushes,
    at_most: usize,
) -> Result<Vec<PushableAlert>, Fault> {
    let (since, before) = (micros(due.raised_since), due.pushed_before.map(micros));
    let until = due.tried_until.map(micros);
    db.all(
        &due_question(severity),
        params![target, since, before, until, limit(at_most)],
        |row| {
            Ok(PushableAlert {
                id: row.id("id")?,
                kind: row.alert_kind("kind")?,
                raised_at: row.time("raised_at")?,
                last: pushed(row)?,
                failed: failed_try(row)?,
            })
        },
    )
}

fn pushed(row: &Row<'_>) -> Result<Option<Pushed>, Fault> {
    match row.time_or_none("pushed_at")? {
        Some(at) => Ok(Some(Pushed {
            times: row.get("times")?,
            at,
        })),
        None => Ok(None),
    }
}

fn failed_try(row: &Row<'_>) -> Result<Option<FailedPush>, Fault> {
    match row.time_or_none("tried_at")? {
        Some(at) => Ok(Some(FailedPush {
            times: row.get("tries")?,
            refused: row.get("refused")?,
            at,
            answer: row.get("answer")?,
            next: row.time_or_none("next_at")?,
        })),
        None => Ok(None),
    }
}

pub(crate) const OF_ALERT: &str = "SELECT a.id, a.kind, a.raised_at, p.target, p.times, p.pushed_at,
        t.tries, t.refused, t.tried_at, t.answer, t.next_at
    FROM alert a CROSS JOIN alert_push p ON p.alert = a.id
    LEFT JOIN alert_push_try t ON t.alert = p.alert AND t.target = p.target WHERE a.id = ?1 ORDER BY p.target";
/// Tries of a push to targets that never took one of the alert.
pub(crate) const UNTAKEN_OF_ALERT: &str =
    "SELECT a.id, a.kind, a.raised_at, t.target, NULL AS times, NULL AS pushed_at,
        t.tries, t.refused, t.tried_at, t.answer, t.next_at
    FROM alert a CROSS JOIN alert_push_try t ON t.alert = a.id WHERE a.id = ?1
        AND NOT EXISTS (SELECT 1 FROM alert_push p WHERE p.alert = t.alert AND p.target = t.target) ORDER BY t.target";
pub(crate) const FAILED: &str = "SELECT a.id, a.kind, a.raised_at, t.target, p.times, p.pushed_at,
        t.tries, t.refused, t.tried_at, t.answer, t.next_at
    FROM alert a CROSS JOIN alert_push_try t ON t.alert = a.id
    LEFT JOIN alert_push p ON p.alert = t.alert AND p.target = t.target
    WHERE a.state = 0 AND (t.target = ?1 OR ?1 IS NULL) ORDER BY a.raised_at LIMIT ?2";

fn target_pushes(row: &Row<'_>) -> Result<TargetPushes, Fault> {
    Ok(TargetPushes {
        alert: row.id("id")?,
        kind: row.alert_kind("kind")?,
        raised_at: row.time("raised_at")?,
        target: row.get("target")?,
        last: pushed(row)?,
        failed: failed_try(row)?,
    })
}

/// Returns the pushes of alerts to each target.
pub(crate) fn of_alerts(db: &Db<'_>, alerts: &[AlertId]) -> Result<Vec<TargetPushes>, Fault> {
    let mut all = Vec::new();
    for alert in alerts {
        for sql in [OF_ALERT, UNTAKEN_OF_ALERT] {
            all.extend(db.all(sql, [alert.key()], target_pushes)?);
        }
    }
    Ok(all)
}

/// Returns the failed pushes of open alerts, to one target or to any.
pub(crate) fn failed(db: &Db<'_>, target: Option<&str>, at_most: usize) -> Result<Vec<TargetPushes>, Fault> {
    db.all(FAILED, params![target, limit(at_most)], target_pushes)
}

/// Records pushes. An alert that was removed meanwhile is left out.
pub(crate) fn record(tx: &Tx<'_>, target: &str, alerts: &[AlertId], now: Timestamp) -> Result<(), Fault> {
    for alert in alerts {
        let sql =
            "INSERT INTO alert_push (alert, target, times, pushed_at) SELECT id, ?2, 1, ?3 FROM alert WHERE id = ?1
            ON CONFLICT (alert, target) DO UPDATE SET times = alert_push.times + 1, pushed_at = ?3";
        if tx.run(sql, params![alert.key(), target, micros(now)])? > 0 {
            let detail = Detail::new().id("alert", alert).text("target", target);
            tx.audit(now, AuditAction::AlertPushed, &Actor::Hub, detail)?;
        }
        let sql = "DELETE FROM alert_push_try WHERE alert = ?1 AND target = ?2";
        tx.run(sql, params![alert.key(), target])?;
    }
    Ok(())
}

/// Records failed tries. An alert that was removed meanwhile is left out.
pub(crate) fn record_failed(
    tx: &Tx<'_>,
    target: &str,
    failed: &[(AlertId, FailedPush)],
    now: Timestamp,
) -> Result<(), Fault> {
    for (alert, tried) in failed {
        let sql = "INSERT INTO alert_push_try (alert, target, tries, refused, tried_at, answer, next_at)
            SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM alert WHERE id = ?1
            ON CONFLICT (alert, target) DO UPDATE SET tries = ?3, refused = ?4, tried_at = ?5, answer = ?6, next_at = ?7";
        let recorded = tx.run(
            sql,
            params![
                alert.key(),
                target,
                tried.times,
                tried.refused,
                micros(tried.at),
                tried.answer,
                tried.next.map(micros)
            ],
        )?;
        if recorded > 0 && tried.next.is_none() {
            let detail = Detail::new()
                .id("alert", alert)
                .text("target", target)
                .number("tries", tried.times);
            tx.audit(now, AuditAction::AlertNotPushed, &Actor::Hub, detail)?;
        }
    }
    Ok(())
}

/// Removes the pushes of an alert that is removed.
pub(crate) fn forget(tx: &Tx<'_>, alert: AlertId) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM alert_push WHERE alert = ?1",
        "DELETE FROM alert_push_try WHERE alert = ?1",
    ] {
        tx.run(sql, [alert.key()])?;
    }
    Ok(())
}
