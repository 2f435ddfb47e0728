//! Figures of the flow by pair of parties and quarter of an hour, written once for each commit.

use std::collections::BTreeMap;

use bindeledd_core::PartyId;
use bindeledd_core::delivery::flow::{Flow, Quarter};
use jiff::{SignedDuration, Timestamp};

use crate::conn::{Conn, Value, params};
use crate::fault::Fault;

/// Retention of the figures, with a day for the other time zones.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 31);

/// The figures of one step.
pub(crate) struct Counted {
    pub(crate) at: Timestamp,
    /// Sender; `None` for a control delivery.
    pub(crate) sender: Option<PartyId>,
    pub(crate) receiver: PartyId,
    pub(crate) flow: Flow,
}

const ADD: &str = "INSERT INTO pair_tally (quarter, sender, receiver, sent, blocked, entered, departed, delivered, bad,
        l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11, l12, l13, l14, l15)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
        ?24, ?25)
    ON CONFLICT (quarter, sender, receiver) DO UPDATE SET sent = pair_tally.sent + excluded.sent,
        blocked = pair_tally.blocked + excluded.blocked, entered = pair_tally.entered + excluded.entered,
        departed = pair_tally.departed + excluded.departed, delivered = pair_tally.delivered + excluded.delivered,
        bad = pair_tally.bad + excluded.bad, l0 = pair_tally.l0 + excluded.l0, l1 = pair_tally.l1 + excluded.l1,
        l2 = pair_tally.l2 + excluded.l2, l3 = pair_tally.l3 + excluded.l3, l4 = pair_tally.l4 + excluded.l4,
        l5 = pair_tally.l5 + excluded.l5, l6 = pair_tally.l6 + excluded.l6, l7 = pair_tally.l7 + excluded.l7,
        l8 = pair_tally.l8 + excluded.l8, l9 = pair_tally.l9 + excluded.l9, l10 = pair_tally.l10 + excluded.l10,
        l11 = pair_tally.l11 + excluded.l11, l12 = pair_tally.l12 + excluded.l12, l13 = pair_tally.l13 + excluded.l13,
        l14 = pair_tally.l14 + excluded.l14, l15 = pair_tally.l15 + excluded.l15";

/// Adds the figures of a commit to the table: one statement for each pair and quarter.
pub(crate) fn add(conn: &Conn, counted: &[Counted]) -> Result<(), Fault> {
    let mut sums: BTreeMap<(Quarter, &str, &str), Flow> = BTreeMap::new();
    for step in counted {
        let sender = step.sender.as_ref().map_or("", PartyId::as_str);
        let key = (Quarter::of(step.at), sender, step.receiver.as_str());
        sums.entry(key).or_default().add(&step.flow);
    }
    for ((quarter, sender, receiver), flow) in sums {
        let numbers = flow.numbers().map(|n| Value::Int(i64::try_from(n).unwrap_or(i64::MAX)));
        let values: Vec<_> = [Value::Int(quarter.0), Value::Text(sender), Value::Text(receiver)]
            .into_iter()
            .chain(numbers)
            .collect();
        conn.run(ADD, values.as_slice())?;
    }
    Ok(())
}

pub(crate) const OLD: &str = "DELETE FROM pair_tally WHERE (quarter, sender, receiver) IN
    (SELECT quarter, sender, receiver FROM pair_tally WHERE quarter < ?1 ORDER BY quarter LIMIT ?2)";

/// Removes a batch of figures past their retention.
pub(crate) fn forget(conn: &Conn, batch: i64, now: Timestamp) -> Result<usize, Fault> {
    let oldest = Quarter::of(now.checked_sub(KEPT).unwrap_or(Timestamp::MIN));
    conn.run(OLD, params![oldest.0, batch])
}
