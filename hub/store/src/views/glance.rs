//! Figures about what waits.

use bindeledd_engine::ports::{FAILING_AFTER, Failing};
use jiff::Timestamp;

use crate::conn::{Db, params};
use crate::fault::Fault;

/// The parties whose endpoint fails. Only the first delivery of a conversation is tried, so that the index of the due ones has
/// every failing one.
pub(crate) const FAILING: &str = "SELECT d.party AS party, min(coalesce(a.began_at, d.changed_at)) AS since,
        min(d.due) AS next_at, max(d.cause_code) AS code,
        (SELECT count(*) FROM delivery w INDEXED BY delivery_lane
            WHERE w.party = d.party AND w.state < 3) AS waiting
    FROM delivery d INDEXED BY delivery_due LEFT JOIN attempt a ON a.delivery = d.id AND a.number = 1
    WHERE d.state = 0 AND d.is_head = 1 AND d.party IS NOT NULL AND d.attempts >= ?1
    GROUP BY d.party ORDER BY since, d.party";
/// The oldest message with a delivery that waits. Ids begin with the time.
pub(crate) const OLDEST_WAITING: &str = "SELECT m.accepted_at FROM message m WHERE m.id =
    (SELECT d.message FROM delivery d INDEXED BY delivery_deadline
        WHERE d.state < 4 AND d.state < 3 AND d.message IS NOT NULL ORDER BY d.message LIMIT 1)";
pub(crate) const ANY_CONSENT: &str = "SELECT 1 FROM consent LIMIT 1";

/// Returns the parties whose endpoint fails, the longest first.
pub(crate) fn failing(db: &Db<'_>) -> Result<Vec<Failing>, Fault> {
    db.all(FAILING, params![i64::from(FAILING_AFTER)], |row| {
        Ok(Failing {
            party: row.party("party")?,
            since: row.time("since")?,
            waiting: u64::try_from(row.get::<i64>("waiting")?).unwrap_or_default(),
            next_attempt_at: row.time("next_at")?,
            code: row.get("code")?,
        })
    })
}

/// Returns the time of acceptance of the oldest message with a delivery that waits.
pub(crate) fn oldest_waiting(db: &Db<'_>) -> Result<Option<Timestamp>, Fault> {
    db.one(OLDEST_WAITING, [], |row| row.time(0))
}

/// Returns whether a consent is registered.
pub(crate) fn has_consents(db: &Db<'_>) -> Result<bool, Fault> {
    Ok(db.one(ANY_CONSENT, [], |_| Ok(()))?.is_some())
}
