//! Figures about what waits.

use bindeledd_core::delivery::State;
use bindeledd_engine::ports::{DeliveryAccount, FAILING_AFTER, Failing};
use jiff::{SignedDuration, Timestamp};

use crate::conn::codec::oldest_id_at;
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
/// The deliveries of messages since a time, counted from an index alone.
pub(crate) const ALL_SINCE: &str = "SELECT count(*) FROM delivery d INDEXED BY delivery_message WHERE d.message >= ?1";
/// The same deliveries by state, counted from their rows alone. A delivery's id is as old as its message, or younger.
pub(crate) const STATES_SINCE: &str = "SELECT d.state, count(*) FROM delivery d
    WHERE d.id >= ?1 AND (d.message >= ?2) IS TRUE GROUP BY d.state";
/// Time by which a clock may have been set back between a message and its youngest delivery.
const SET_BACK: SignedDuration = SignedDuration::from_hours(1);
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

/// Counts the deliveries of messages since a time, by two statements that read different trees of the file. A state
/// that the hub does not know is in no part.
pub(crate) fn account_of(db: &Db<'_>, since: Timestamp) -> Result<DeliveryAccount, Fault> {
    let oldest = oldest_id_at(since);
    let all = db.one(ALL_SINCE, params![oldest], |row| row.get::<i64>(0))?;
    let first = oldest_id_at(since.checked_sub(SET_BACK).unwrap_or(Timestamp::MIN));
    let states = db.all(STATES_SINCE, params![first, oldest], |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
    })?;
    let named = states.into_iter().filter_map(|(state, n)| {
        let name = State::NAMES.get(usize::try_from(state).ok()?)?;
        Some((*name, u64::try_from(n).ok()?))
    });
    Ok(DeliveryAccount {
        all: all.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
        parts: named.collect(),
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
