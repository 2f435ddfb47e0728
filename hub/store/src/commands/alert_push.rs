//! The pushes of alerts to their targets. The rule is in `core::alert`.

use bindeledd_core::AlertId;
use bindeledd_core::alert::{AlertKind, DuePushes, Pushed, Severity};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::PushableAlert;
use jiff::Timestamp;

use crate::audit::Detail;
use crate::conn::codec::{Key, limit, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::Fault;

/// Returns the question for the alerts of an urgency that are due for a target.
pub(crate) fn due_question(severity: Severity) -> String {
    let kinds: Vec<_> = AlertKind::ALL
        .into_iter()
        .filter(|kind| kind.severity() == severity)
        .map(|kind| format!("'{}'", kind.code()))
        .collect();
    format!(
        "SELECT a.id, a.kind, a.raised_at, p.times, p.pushed_at
         FROM alert a LEFT JOIN alert_push p ON p.alert = a.id AND p.target = ?1
         WHERE a.state = 0 AND a.raised_at >= ?2 AND (p.alert IS NULL OR p.pushed_at <= ?3) AND a.kind IN ({})
         ORDER BY a.raised_at LIMIT ?4",
        kinds.join(", ")
    )
}

/// Returns the alerts of an urgency that are due for a target, the oldest first.
pub(crate) fn due(
    db: &Db<'_>,
    target: &str,
    severity: Severity,
    due: &DuePushes,
    at_most: usize,
) -> Result<Vec<PushableAlert>, Fault> {
    let (since, before) = (micros(due.raised_since), due.pushed_before.map(micros));
    db.all(
        &due_question(severity),
        params![target, since, before, limit(at_most)],
        |row| {
            Ok(PushableAlert {
                id: row.id("id")?,
                kind: row.alert_kind("kind")?,
                raised_at: row.time("raised_at")?,
                last: match row.time_or_none("pushed_at")? {
                    Some(at) => Some(pushed(row, at)?),
                    None => None,
                },
            })
        },
    )
}

fn pushed(row: &Row<'_>, at: Timestamp) -> Result<Pushed, Fault> {
    Ok(Pushed {
        times: row.get("times")?,
        at,
    })
}

pub(crate) const OF_ALERT: &str = "SELECT target, times, pushed_at FROM alert_push WHERE alert = ?1 ORDER BY target";

/// Returns the targets of an alert's pushes.
pub(crate) fn of_alert(db: &Db<'_>, alert: AlertId) -> Result<Vec<(String, Pushed)>, Fault> {
    db.all(OF_ALERT, [alert.key()], |row| {
        let at = row.time("pushed_at")?;
        Ok((row.get("target")?, pushed(row, at)?))
    })
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
    }
    Ok(())
}

/// Removes the pushes of an alert that is removed.
pub(crate) fn forget(tx: &Tx<'_>, alert: AlertId) -> Result<(), Fault> {
    tx.run("DELETE FROM alert_push WHERE alert = ?1", [alert.key()])?;
    Ok(())
}
