//! Runs of retries: their deliveries by id, and the result for each. They have no content.

use bindeledd_core::audit::Actor;
use bindeledd_core::delivery::State;
use bindeledd_core::{DeliveryId, Kind, MessageId, Target};
use bindeledd_engine::ports::{Candidate, NewRun, OpenRun, Order, RETRY_AT_MOST, RetryRun, RunEnd, RunStatus};
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use uuid::Uuid;

use crate::conn::codec::{Key, limit, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};

/// Retention of a run.
const KEEP: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Maximum number of runs that one sweep removes.
const REMOVED_AT_ONCE: i64 = 5;

/// The result of a run for one delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The delivery was not dealt with.
    Left,
    /// The delivery waits to be sent once more. It had this number of attempts.
    Goes(u32),
    /// The delivery has changed since the preview, or may no longer be sent.
    LeftOut,
    /// The store could not change the delivery.
    Failed,
}

impl Fate {
    const fn number(self) -> i64 {
        match self {
            Self::Left => 0,
            Self::Goes(_) => 1,
            Self::LeftOut => 2,
            Self::Failed => 3,
        }
    }
}

fn hash(token: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

pub(crate) const BY_TOKEN: &str = "SELECT id, began_by FROM retry_run WHERE token = ?1";

/// Begins a run, unless its token has begun one. Returns the id of the token's run.
pub(crate) fn begin(tx: &Tx<'_>, new: &NewRun) -> Result<Uuid, Fault> {
    let token = hash(&new.token);
    if let Some(begun) = tx.one(BY_TOKEN, [token], |row| uuid(row, 0))? {
        return Ok(begun);
    }
    let waits = new.order == Order::OneFirst && new.goes.len() > 1;
    let sql = "INSERT INTO retry_run (id, token, began_by, reason, began_at, waits) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    tx.run(
        sql,
        params![
            new.id.into_bytes(),
            token,
            new.by.to_string(),
            new.reason,
            micros(new.began_at),
            waits
        ],
    )?;
    for candidate in &new.goes {
        let sql = "INSERT INTO retry_run_delivery (run, message, delivery, state, changed_at, fate)
            VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT DO NOTHING";
        tx.run(
            sql,
            params![
                new.id.into_bytes(),
                candidate.message.key(),
                candidate.delivery.key(),
                candidate.state,
                micros(candidate.changed_at)
            ],
        )?;
    }
    Ok(new.id)
}

fn uuid(row: &Row<'_>, column: usize) -> Result<Uuid, Fault> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

pub(crate) const FATE: &str = "SELECT fate FROM retry_run_delivery WHERE run = ?1 AND message = ?2 AND delivery = ?3";

/// Returns whether a delivery may be sent once more for a run: the run has not dealt with it. An act on a single delivery
/// is no run of the store.
pub(crate) fn may_go(db: &Db<'_>, run: Uuid, of: &Candidate) -> Result<bool, Fault> {
    let key = params![run.into_bytes(), of.message.key(), of.delivery.key()];
    let fate: Option<i64> = db.one(FATE, key, |row| row.get(0))?;
    Ok(fate.is_none_or(|fate| fate == Fate::Left.number()))
}

/// Records the result of a run for a delivery. The first result stays.
pub(crate) fn dealt_with(tx: &Tx<'_>, run: Uuid, of: &Candidate, fate: Fate) -> Result<(), Fault> {
    let attempts = match fate {
        Fate::Goes(attempts) => Some(attempts),
        Fate::Left | Fate::LeftOut | Fate::Failed => None,
    };
    let sql = "UPDATE retry_run_delivery SET fate = ?4, attempts = ?5
        WHERE run = ?1 AND message = ?2 AND delivery = ?3 AND fate = 0";
    let key = (run.into_bytes(), of.message.key(), of.delivery.key());
    tx.run(sql, params![key.0, key.1, key.2, fate.number(), attempts])?;
    Ok(())
}

/// Records that deliveries could not be changed.
pub(crate) fn fail(tx: &Tx<'_>, run: Uuid, deliveries: &[Candidate]) -> Result<(), Fault> {
    deliveries
        .iter()
        .try_for_each(|of| dealt_with(tx, run, of, Fate::Failed))
}

pub(crate) fn stop(tx: &Tx<'_>, run: Uuid, by: &Actor) -> Result<(), Fault> {
    let sql = "UPDATE retry_run SET stopped_by = ?2 WHERE id = ?1 AND ended IS NULL AND stopped_by IS NULL";
    tx.run(sql, params![run.into_bytes(), by.to_string()])?;
    Ok(())
}

pub(crate) fn first_arrived(tx: &Tx<'_>, run: Uuid) -> Result<(), Fault> {
    tx.run("UPDATE retry_run SET waits = 0 WHERE id = ?1", [run.into_bytes()])?;
    Ok(())
}

pub(crate) fn end(tx: &Tx<'_>, run: Uuid, how: RunEnd) -> Result<(), Fault> {
    let sql = "UPDATE retry_run SET ended = ?2 WHERE id = ?1 AND ended IS NULL";
    tx.run(sql, params![run.into_bytes(), how.code()])?;
    Ok(())
}

/// The columns of a run.
struct Head {
    id: Uuid,
    by: Actor,
    reason: String,
    began_at: Timestamp,
    waits: bool,
    stopped_by: Option<Actor>,
    ended: Option<RunEnd>,
}

pub(crate) const BY_ID: &str =
    "SELECT id, began_by, reason, began_at, waits, stopped_by, ended FROM retry_run WHERE id = ?1";
pub(crate) const NEWEST: &str = "SELECT id, began_by, reason, began_at, waits, stopped_by, ended FROM retry_run
    WHERE began_at >= ?1 ORDER BY began_at DESC LIMIT ?2";

pub(crate) const UNDER_WAY: &str = "SELECT id, began_by, reason, began_at, waits, stopped_by, ended FROM retry_run
    WHERE ended IS NULL AND began_at >= ?1 ORDER BY began_at DESC";

fn head(row: &Row<'_>) -> Result<Head, Fault> {
    let coded = |text: Option<String>| match text {
        Some(text) => Actor::parse(&text)
            .map(Some)
            .ok_or_else(|| damaged("a run was stopped by nobody")),
        None => Ok(None),
    };
    let ended = match row.get::<Option<String>>("ended")? {
        Some(code) => Some(RunEnd::parse(&code).ok_or_else(|| damaged("a run has an unknown end"))?),
        None => None,
    };
    Ok(Head {
        id: uuid(row, 0)?,
        by: row.coded("began_by", Actor::parse)?,
        reason: row.get("reason")?,
        began_at: row.time("began_at")?,
        waits: row.get("waits")?,
        stopped_by: coded(row.get("stopped_by")?)?,
        ended,
    })
}

impl Head {
    fn status(&self, done: usize) -> RunStatus {
        match (self.ended, &self.stopped_by) {
            (None, _) if self.waits && done > 0 => RunStatus::WaitsForFirst,
            (None, _) => RunStatus::Running,
            (Some(RunEnd::Stopped), Some(by)) => RunStatus::Stopped { by: by.clone() },
            (Some(RunEnd::Stopped), None) => RunStatus::Stopped { by: self.by.clone() },
            (Some(RunEnd::Done), _) => RunStatus::Done,
            (Some(RunEnd::FirstFailed), _) => RunStatus::FirstFailed,
            (Some(RunEnd::Interrupted), _) => RunStatus::Interrupted,
        }
    }
}

/// The question for deliveries of a run. Its first parameter is the run, its second the maximum number of rows.
macro_rules! deliveries {
    ($from_and_where:literal) => {
        concat!(
            "SELECT r.message, r.delivery, r.state, r.changed_at, r.attempts, d.party, d.cause_code, m.kind, m.accepted_at ",
            $from_and_where,
            " ORDER BY r.message, r.delivery LIMIT ?2"
        )
    };
}
pub(crate) const OF_FATE: &str = deliveries!(
    "FROM retry_run_delivery r CROSS JOIN delivery d ON d.id = r.delivery CROSS JOIN message m ON m.id = r.message
    WHERE r.run = ?1 AND r.fate = ?3"
);
/// Deliveries of the oldest message that the run has not dealt with.
pub(crate) const NEXT: &str = deliveries!(
    "FROM retry_run_delivery r CROSS JOIN delivery d ON d.id = r.delivery CROSS JOIN message m ON m.id = r.message
    WHERE r.run = ?1 AND r.fate = 0 AND r.message = (SELECT n.message FROM retry_run_delivery n
        WHERE n.run = ?1 AND n.fate = 0 ORDER BY n.message LIMIT 1)"
);
pub(crate) const FATES: &str = "SELECT fate, count(*) FROM retry_run_delivery WHERE run = ?1 GROUP BY fate";
pub(crate) const LEFT: &str =
    "SELECT delivery FROM retry_run_delivery WHERE run = ?1 AND fate = 0 ORDER BY message, delivery";

fn candidate(row: &Row<'_>) -> Result<Candidate, Fault> {
    let state: String = row.get("state")?;
    let state = State::NAMES.into_iter().find(|name| *name == state);
    Ok(Candidate {
        message: row.id::<MessageId>("message")?,
        kind: row.coded("kind", Kind::parse)?,
        accepted_at: row.time("accepted_at")?,
        delivery: row.id("delivery")?,
        to: row.party_or_none("party")?.map_or(Target::Circle, Target::Party),
        state: state.ok_or_else(|| damaged("a delivery of a run had an unknown state"))?,
        code: row.get("cause_code")?,
        changed_at: row.time("changed_at")?,
    })
}

fn of_fate(db: &Db<'_>, run: Uuid, fate: Fate) -> Result<Vec<Candidate>, Fault> {
    let asked = params![run.into_bytes(), limit(RETRY_AT_MOST), fate.number()];
    db.all(OF_FATE, asked, candidate)
}

fn told(db: &Db<'_>, head: Head) -> Result<RetryRun, Fault> {
    let counted: Vec<(i64, usize)> = db.all(FATES, [head.id.into_bytes()], |row| {
        Ok((row.get(0)?, usize::try_from(row.get::<i64>(1)?).unwrap_or(0)))
    })?;
    let count = |fate: Fate| {
        let of = counted.iter().filter(|(number, _)| *number == fate.number());
        of.map(|(_, n)| n).sum::<usize>()
    };
    let those = |fate: Fate| match count(fate) {
        0 => Ok(Vec::new()),
        _ => of_fate(db, head.id, fate),
    };
    let done = count(Fate::Goes(0));
    Ok(RetryRun {
        total: counted.iter().map(|(_, n)| n).sum(),
        done,
        left_out: those(Fate::LeftOut)?,
        failed: those(Fate::Failed)?,
        status: head.status(done),
        id: head.id,
        by: head.by,
        reason: head.reason,
        began_at: head.began_at,
    })
}

/// Returns a run.
pub(crate) fn one(db: &Db<'_>, run: Uuid) -> Result<Option<RetryRun>, Fault> {
    let found = db.one(BY_ID, [run.into_bytes()], head)?;
    found.map(|head| told(db, head)).transpose()
}

/// Returns the run that a token of this actor has begun.
pub(crate) fn of_token(db: &Db<'_>, token: &str, by: &Actor) -> Result<Option<RetryRun>, Fault> {
    let found = db.one(BY_TOKEN, [hash(token)], |row| {
        Ok((uuid(row, 0)?, row.coded::<Actor>(1, Actor::parse)?))
    })?;
    match found {
        Some((run, began_by)) if began_by == *by => one(db, run),
        Some(_) | None => Ok(None),
    }
}

/// Returns the newest runs, newest first.
pub(crate) fn newest(db: &Db<'_>, at_most: usize) -> Result<Vec<RetryRun>, Fault> {
    let found = db.all(NEWEST, params![i64::MIN, limit(at_most)], head)?;
    found.into_iter().map(|head| told(db, head)).collect()
}

/// Returns the runs that are not over, the newest first.
pub(crate) fn under_way(db: &Db<'_>) -> Result<Vec<RetryRun>, Fault> {
    let found = db.all(UNDER_WAY, [i64::MIN], head)?;
    found.into_iter().map(|head| told(db, head)).collect()
}

pub(crate) const OPEN: &str =
    "SELECT id, began_at, waits FROM retry_run WHERE ended IS NULL AND began_at >= ?1 ORDER BY began_at";

/// Returns the runs that are not over, with the time of their beginning. The attempts at a first delivery until now do not
/// count against it.
pub(crate) fn resume(tx: &Tx<'_>) -> Result<Vec<(Uuid, Timestamp)>, Fault> {
    let open: Vec<(Uuid, Timestamp, bool)> =
        tx.all(OPEN, [i64::MIN], |row| Ok((uuid(row, 0)?, row.time(1)?, row.get(2)?)))?;
    for (run, ..) in open.iter().filter(|(.., waits)| *waits) {
        let sql = "UPDATE retry_run_delivery SET attempts = (SELECT d.attempts FROM delivery d
            WHERE d.id = retry_run_delivery.delivery) WHERE run = ?1 AND fate = 1";
        tx.run(sql, [run.into_bytes()])?;
    }
    Ok(open.into_iter().map(|(run, began_at, _)| (run, began_at)).collect())
}

/// Returns the next step of a run; `None` if the run is over.
pub(crate) fn next(db: &Db<'_>, run: Uuid) -> Result<Option<OpenRun>, Fault> {
    let Some(head) = db
        .one(BY_ID, [run.into_bytes()], head)?
        .filter(|head| head.ended.is_none())
    else {
        return Ok(None);
    };
    let first = if head.waits {
        let asked = params![run.into_bytes(), 1, Fate::Goes(0).number()];
        db.one(OF_FATE, asked, |row| {
            Ok((candidate(row)?, row.get::<Option<u32>>("attempts")?.unwrap_or(0)))
        })?
    } else {
        None
    };
    // Nothing goes while the first delivery is under way.
    let next = if first.is_some() {
        Vec::new()
    } else {
        let at_most = if head.waits { 1 } else { RETRY_AT_MOST };
        db.all(NEXT, params![run.into_bytes(), limit(at_most)], candidate)?
    };
    Ok(Some(OpenRun {
        by: head.by,
        reason: head.reason,
        stopped_by: head.stopped_by,
        first,
        next,
    }))
}

/// Returns the deliveries that a run has not dealt with.
pub(crate) fn left(db: &Db<'_>, run: Uuid) -> Result<Vec<DeliveryId>, Fault> {
    db.all(LEFT, [run.into_bytes()], |row| row.id(0))
}

pub(crate) const OLD: &str =
    "SELECT id FROM retry_run WHERE began_at < ?1 AND ended IS NOT NULL ORDER BY began_at LIMIT ?2";

/// Removes old runs that are over. Returns the number of removed runs.
pub(crate) fn retire(tx: &Tx<'_>, now: Timestamp) -> Result<usize, Fault> {
    let before = now.checked_sub(KEEP).unwrap_or(Timestamp::MIN);
    let old: Vec<Uuid> = tx.all(OLD, params![micros(before), REMOVED_AT_ONCE], |row| uuid(row, 0))?;
    for run in &old {
        for sql in [
            "DELETE FROM retry_run_delivery WHERE run = ?1",
            "DELETE FROM retry_run WHERE id = ?1",
        ] {
            tx.run(sql, [run.into_bytes()])?;
        }
    }
    Ok(old.len())
}
