//! Figures of the flow, by quarter of an hour or by pair of parties.

use bindeledd_core::PartyId;
use bindeledd_core::delivery::flow::{Flow, Quarter};
use bindeledd_engine::ports::{PairFlow, QuarterFlow};
use jiff::Timestamp;

use crate::conn::{Db, Row, params};
use crate::fault::Fault;

/// Maximum number of pairs.
const PAIRS: i64 = 500;

macro_rules! sums {
    ($from_and_where:literal) => {
        concat!(
            "SELECT min(quarter), min(sender), min(receiver), CAST(sum(sent) AS BIGINT), CAST(sum(blocked) AS BIGINT),
                CAST(sum(entered) AS BIGINT), CAST(sum(departed) AS BIGINT), CAST(sum(delivered) AS BIGINT),
                CAST(sum(bad) AS BIGINT), CAST(sum(l0) AS BIGINT), CAST(sum(l1) AS BIGINT), CAST(sum(l2) AS BIGINT),
                CAST(sum(l3) AS BIGINT), CAST(sum(l4) AS BIGINT), CAST(sum(l5) AS BIGINT), CAST(sum(l6) AS BIGINT),
                CAST(sum(l7) AS BIGINT), CAST(sum(l8) AS BIGINT), CAST(sum(l9) AS BIGINT), CAST(sum(l10) AS BIGINT),
                CAST(sum(l11) AS BIGINT), CAST(sum(l12) AS BIGINT), CAST(sum(l13) AS BIGINT), CAST(sum(l14) AS BIGINT),
                CAST(sum(l15) AS BIGINT) ",
            $from_and_where
        )
    };
}

pub(crate) const BY_QUARTER: &str =
    sums!("FROM pair_tally WHERE quarter >= ?1 AND quarter < ?2 GROUP BY quarter ORDER BY quarter");
pub(crate) const OF_RECEIVER: &str = sums!(
    "FROM pair_tally INDEXED BY pair_tally_receiver WHERE receiver = ?3 AND quarter >= ?1 AND quarter < ?2
    GROUP BY quarter ORDER BY quarter"
);
pub(crate) const BY_PAIR: &str = sums!(
    "FROM pair_tally WHERE quarter >= ?1 AND quarter < ?2 AND sender <> '' GROUP BY sender, receiver
    ORDER BY sum(sent) DESC, sender, receiver LIMIT ?3"
);

fn flow(row: &Row<'_>) -> Result<Flow, Fault> {
    let numbers = (3..9 + Flow::CLASSES).map(|place| row.get::<i64>(place));
    let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
    Ok(Flow::from_numbers(
        numbers.into_iter().map(|n| u64::try_from(n).unwrap_or(0)),
    ))
}

/// Returns the figures of each quarter that has any, of one receiver or of all.
pub(crate) fn by_quarter(
    db: &Db<'_>,
    receiver: Option<&PartyId>,
    (since, until): (Timestamp, Timestamp),
) -> Result<Vec<QuarterFlow>, Fault> {
    let (first, end) = (Quarter::of(since).0, Quarter::of(until).0);
    let read = |row: &Row<'_>| {
        Ok(QuarterFlow {
            quarter: Quarter(row.get(0)?),
            flow: flow(row)?,
        })
    };
    match receiver {
        Some(receiver) => db.all(OF_RECEIVER, params![first, end, receiver.as_str()], read),
        None => db.all(BY_QUARTER, params![first, end], read),
    }
}

/// Returns the figures of each pair of parties, the largest first.
pub(crate) fn by_pair(db: &Db<'_>, (since, until): (Timestamp, Timestamp)) -> Result<Vec<PairFlow>, Fault> {
    let (first, end) = (Quarter::of(since).0, Quarter::of(until).0);
    db.all(BY_PAIR, params![first, end, PAIRS], |row| {
        Ok(PairFlow {
            from: row.party(1)?,
            to: row.party(2)?,
            flow: flow(row)?,
        })
    })
}
