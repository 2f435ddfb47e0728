//! Conditions that nobody reports to the hub: a silent party, a refusal that repeats, a second place that can not be
//! written. The hub checks these once a minute, and raises one alert for as long as a condition lasts.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{DeliveryId, MessageId, PartyId};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::delivery;
use crate::commands::party;
use crate::commands::waits;
use crate::commands::{alert, alert_life};
use crate::conn::codec::{micros, oldest_id_at};
use crate::conn::{Tx, params};
use crate::fault::Fault;
use crate::sqlite::scrub::{self, Scrubbing};

/// Time between two checks.
const EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Maximum number of participants with a differing ledger that get an alert of their own.
const TOLD_APART: usize = 20;
/// Maximum number of deliveries with a person that are alerted in one check.
const TOLD_AT_MOST: i64 = 500;
/// Time within which repeated blocks are counted together.
const BLOCKS_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// Length of the store's log, in bytes, that causes an alert. The log is truncated when no reader holds a snapshot.
const LONG_LOG: u64 = 160 * 1024 * 1024;
/// Time for which a reader may hold a snapshot of the store. A backup takes less.
const HELD_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Limits of the conditions.
#[derive(Debug, Clone, Copy)]
pub struct AlertRules {
    /// Longest silence of a party's system while deliveries wait for it.
    pub endpoint_silent: SignedDuration,
    /// Longest time without a fetch from an inbox with deliveries in it.
    pub inbox_silent: SignedDuration,
    /// Longest time that a delivery may be with a person.
    pub with_person: SignedDuration,
    /// Number of deliveries between two parties that are blocked for one reason within a day and cause an alert.
    pub repeated_blocks: u32,
    /// Longest time without a write to the second place.
    pub checkpoint_behind: SignedDuration,
    /// Retention of alerts.
    pub keep: SignedDuration,
}

impl Default for AlertRules {
    fn default() -> Self {
        Self {
            endpoint_silent: SignedDuration::from_hours(4),
            inbox_silent: SignedDuration::from_hours(72),
            with_person: SignedDuration::from_hours(48),
            repeated_blocks: 5,
            checkpoint_behind: SignedDuration::from_mins(15),
            keep: SignedDuration::from_hours(24 * 365),
        }
    }
}

/// The writer's observations since the start.
#[derive(Default)]
pub(crate) struct Watch(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    looked: Option<Timestamp>,
    /// Time when a party last accepted or refused something.
    answered: BTreeMap<PartyId, Timestamp>,
    /// Time when the second place was last written; `None` without such a place, or before the first write.
    witnessed: Option<Timestamp>,
    /// Time of the newest writing to the second place, of an earlier run too.
    written: Option<Timestamp>,
    /// Whether the last writing to the second place failed.
    is_behind: bool,
    /// Number of differing ledgers at the last check.
    differing: usize,
}

impl Watch {
    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that these parties answered, after the commit.
    pub(crate) fn answered(&self, answered: Vec<(PartyId, Timestamp)>) {
        if !answered.is_empty() {
            self.seen().answered.extend(answered);
        }
    }

    /// Records that the second place was written.
    pub(crate) fn witnessed(&self, now: Timestamp) {
        let mut seen = self.seen();
        seen.witnessed = Some(now);
        seen.written = Some(now);
        seen.is_behind = false;
    }

    /// Records that the second place could not be written.
    pub(crate) fn not_witnessed(&self) {
        self.seen().is_behind = true;
    }

    /// Records the time at which an earlier run wrote the second place.
    pub(crate) fn begins(&self, written: Option<Timestamp>) {
        self.seen().written = written;
    }

    /// Returns the time of the newest writing to the second place, and whether a later one failed.
    pub(crate) fn second_place(&self) -> (Option<Timestamp>, bool) {
        let seen = self.seen();
        (seen.written, seen.is_behind)
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let mut seen = self.seen();
        let due = seen.looked.is_none_or(|at| now.duration_since(at) >= EVERY || now < at);
        if due {
            seen.looked = Some(now);
        }
        due
    }

    fn answered_since(&self, party: &PartyId, since: Timestamp) -> bool {
        self.seen().answered.get(party).is_some_and(|at| *at > since)
    }

    /// Returns the time since which the second place could not be written. The first check counts as a write.
    fn behind_since(&self, now: Timestamp) -> Timestamp {
        *self.seen().witnessed.get_or_insert(now)
    }
}

/// Checks all conditions, if a check is due. `has_place` is whether there is a second place.
pub(crate) fn look(
    tx: &Tx<'_>,
    (watch, scrubbing): (&Watch, &Scrubbing),
    rules: &AlertRules,
    has_place: bool,
    now: Timestamp,
) -> Result<(), Fault> {
    if !watch.is_due(now) {
        return Ok(());
    }
    silent(tx, watch, rules, now)?;
    with_person(tx, rules, now)?;
    blocks(tx, rules, now)?;
    waits::look_at_all(tx, now)?;
    if has_place {
        behind(tx, watch, rules, now)?;
    }
    held_up(tx, scrubbing, now)
}

/// Restarts the waiting times after a start, since no party could answer while the hub was down.
pub(crate) fn started(tx: &Tx<'_>, now: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE episode SET since = ?1 WHERE told = 0";
    tx.run(sql, [micros(now)])?;
    Ok(())
}

pub(crate) const WAITS: &str = "SELECT 1 FROM delivery WHERE party = ?1 AND state = 0 AND is_head = 1 LIMIT 1";

/// Raises alerts about parties that accept nothing although deliveries wait. A paused or suspended party raises none.
fn silent(tx: &Tx<'_>, watch: &Watch, rules: &AlertRules, now: Timestamp) -> Result<(), Fault> {
    let mut waiting = HashSet::new();
    for party in party::all(tx)? {
        if party.is_held() || !tx.any(WAITS, [party.id.as_str()])? {
            continue;
        }
        let (at_most, code) = if party.fetches() {
            (rules.inbox_silent, "inbox")
        } else {
            (rules.endpoint_silent, "endpoint")
        };
        let (since, told) = lasting(tx, AlertKind::EndpointSilent, party.id.as_str(), now)?;
        if watch.answered_since(&party.id, since) {
            again(tx, AlertKind::EndpointSilent, party.id.as_str(), now)?;
        } else if !told && now.duration_since(since) >= at_most {
            let alert = Alert {
                party: Some(party.id.clone()),
                code: Some(code.to_owned()),
                ..alert::bare(tx, AlertKind::EndpointSilent, now)
            };
            tell(tx, &alert, party.id.as_str(), &[])?;
        }
        waiting.insert(party.id.to_string());
    }
    over(tx, AlertKind::EndpointSilent, &waiting, now)
}

/// Raises an alert about each delivery that has been with a person for long, once each. Sender and receiver are alerted
/// as well.
fn with_person(tx: &Tx<'_>, rules: &AlertRules, now: Timestamp) -> Result<(), Fault> {
    let kind = AlertKind::WithPersonLong;
    let before = now.checked_sub(rules.with_person).unwrap_or(Timestamp::MIN);
    let found = tx.all(
        delivery::WITH_PERSON_SINCE,
        params![micros(before), TOLD_AT_MOST],
        delivery::read,
    )?;
    let mut lasts = HashSet::new();
    for delivery in found {
        let about = delivery.id.to_string();
        let (_, told) = lasting(tx, kind, &about, now)?;
        if !told {
            let of = delivery.about_message.as_ref();
            let alert = Alert {
                participant: delivery.participant,
                message: of.map(|of| of.id),
                delivery: Some(delivery.id),
                party: delivery.party.clone(),
                code: Some("BL-4031".to_owned()),
                ..alert::bare(tx, kind, now)
            };
            let viewers: Vec<_> = of
                .map(|of| of.sender.clone())
                .into_iter()
                .chain(delivery.party)
                .collect();
            alert::put(tx, &alert, &viewers)?;
            let sql = "UPDATE episode SET told = 1 WHERE kind = ?1 AND about = ?2";
            tx.run(sql, params![kind.code(), about])?;
        }
        lasts.insert(about);
    }
    alert_life::by_hand_done(tx, now)?;
    over(tx, kind, &lasts, now)
}

pub(crate) const BLOCKED: &str = "SELECT m.sender, d.party, d.cause_code, max(d.id), max(d.message)
    FROM delivery d CROSS JOIN message m ON m.id = d.message
    WHERE d.state = 6 AND d.state > 4 AND d.message >= ?1
    GROUP BY m.sender, d.party, d.cause_code HAVING count(*) >= ?2";

/// Raises alerts about repeated blocks for one reason from one party to another.
fn blocks(tx: &Tx<'_>, rules: &AlertRules, now: Timestamp) -> Result<(), Fault> {
    let from = now.checked_sub(BLOCKS_WITHIN).unwrap_or(Timestamp::MIN);
    let many = params![oldest_id_at(from), rules.repeated_blocks];
    type Block = (PartyId, Option<PartyId>, Option<String>, DeliveryId, MessageId);
    let found: Vec<Block> = tx.all(BLOCKED, many, |row| {
        Ok((
            row.party(0)?,
            row.party_or_none(1)?,
            row.get(2)?,
            row.id(3)?,
            row.id(4)?,
        ))
    })?;
    let mut lasts = HashSet::new();
    for (sender, receiver, code, delivery, message) in found {
        let to = receiver.as_ref().map_or("circle", PartyId::as_str);
        let about = format!("{sender} {to} {}", code.as_deref().unwrap_or_default());
        let (_, told) = lasting(tx, AlertKind::RepeatedBlocks, &about, now)?;
        if !told {
            let alert = Alert {
                party: receiver,
                code,
                delivery: Some(delivery),
                message: Some(message),
                ..alert::bare(tx, AlertKind::RepeatedBlocks, now)
            };
            tell(tx, &alert, &about, std::slice::from_ref(&sender))?;
        }
        lasts.insert(about);
    }
    over(tx, AlertKind::RepeatedBlocks, &lasts, now)
}

/// Raises an alert at once about an audit log that differs from the log that the hub wrote, and only once. The store
/// keeps the finding for the next start.
pub(crate) fn mismatch(tx: &Tx<'_>, now: Timestamp) -> Result<(), Fault> {
    const ABOUT: &str = "audit-log";
    const KEPT: &str = "SELECT 1 FROM meta WHERE name = 'audit.mismatch'";
    let kind = AlertKind::AuditMismatch;
    match tx.trust.guard.mismatch() {
        Some(found) => {
            let (_, told) = lasting(tx, kind, ABOUT, now)?;
            if told {
                return Ok(());
            }
            let sql = "INSERT INTO meta (name, value) VALUES ('audit.mismatch', ?1)
                ON CONFLICT (name) DO UPDATE SET value = ?1";
            tx.run(sql, [found.written().into_bytes()])?;
            tx.audit(
                now,
                AuditAction::AuditMismatch,
                &Actor::Hub,
                Detail::new().text("found", &found.what),
            )?;
            let alert = Alert {
                code: Some("BL-5020".to_owned()),
                ..alert::bare(tx, kind, now)
            };
            tell(tx, &alert, ABOUT, &[])
        }
        None if tx.any(KEPT, [])? => {
            tx.run("DELETE FROM meta WHERE name = 'audit.mismatch'", [])?;
            tx.audit(now, AuditAction::AuditMismatchOver, &Actor::Hub, Detail::new())?;
            over(tx, kind, &HashSet::new(), now)
        }
        None => Ok(()),
    }
}

/// Raises alerts about participants whose ledgers differ from the registered ones: at once, and once for each episode.
pub(crate) fn ledgers(tx: &Tx<'_>, watch: &Watch, now: Timestamp) -> Result<(), Fault> {
    let kind = AlertKind::LedgerMismatch;
    let differing = tx.trust.book.differing();
    let is_news = std::mem::replace(&mut watch.seen().differing, differing.len()) != differing.len();
    if differing.is_empty() && !is_news {
        return Ok(());
    }
    let mut lasts = HashSet::new();
    // Each participant gets an alert. If there are too many participants, one further alert covers the rest.
    let many = (differing.len() > TOLD_APART).then_some(None);
    for participant in differing.into_iter().take(TOLD_APART).map(Some).chain(many) {
        let about = participant.map_or_else(|| "many".to_owned(), |participant| participant.to_string());
        let (_, told) = lasting(tx, kind, &about, now)?;
        if !told {
            let detail = Detail::new().id_or_none("participant", participant);
            tx.audit(now, AuditAction::LedgerMismatch, &Actor::Hub, detail)?;
            let alert = Alert {
                participant,
                code: Some("BL-5021".to_owned()),
                ..alert::bare(tx, kind, now)
            };
            tell(tx, &alert, &about, &[])?;
        }
        lasts.insert(about);
    }
    over(tx, kind, &lasts, now)
}

fn behind(tx: &Tx<'_>, watch: &Watch, rules: &AlertRules, now: Timestamp) -> Result<(), Fault> {
    const ABOUT: &str = "second-place";
    let since = watch.behind_since(now);
    if now.duration_since(since) < rules.checkpoint_behind {
        return over(tx, AlertKind::CheckpointBehind, &HashSet::new(), now);
    }
    let (_, told) = lasting(tx, AlertKind::CheckpointBehind, ABOUT, now)?;
    if !told {
        let alert = alert::bare(tx, AlertKind::CheckpointBehind, now);
        tell(tx, &alert, ABOUT, &[])?;
    }
    Ok(())
}

/// Raises an alert about a reader that holds an old snapshot of the store. Destroyed data then stays in the log, or the
/// log grows.
fn held_up(tx: &Tx<'_>, scrubbing: &Scrubbing, now: Timestamp) -> Result<(), Fault> {
    const LOG: &str = "log";
    const ERASURE: &str = "erasure";
    let is_long = scrub::length(tx.conn) > LONG_LOG;
    if is_long {
        scrubbing.is_long();
    }
    let mut lasts = HashSet::new();
    for (about, holds, code) in [
        (ERASURE, scrub::since(tx)?.is_some(), "BL-5032"),
        (LOG, is_long, "BL-5033"),
    ] {
        if !holds {
            continue;
        }
        let (since, told) = lasting(tx, AlertKind::StoreHeld, about, now)?;
        if !told && now.duration_since(since) >= HELD_FOR {
            let alert = Alert {
                code: Some(code.to_owned()),
                ..alert::bare(tx, AlertKind::StoreHeld, now)
            };
            tell(tx, &alert, about, &[])?;
        }
        lasts.insert(about.to_owned());
    }
    over(tx, AlertKind::StoreHeld, &lasts, now)
}

/// Returns the start of an episode, and whether an alert was raised for it. Without an episode, a new one begins now.
fn lasting(tx: &Tx<'_>, kind: AlertKind, about: &str, now: Timestamp) -> Result<(Timestamp, bool), Fault> {
    let sql = "SELECT since, told FROM episode WHERE kind = ?1 AND about = ?2";
    let found = tx.one(sql, params![kind.code(), about], |row| Ok((row.time(0)?, row.get(1)?)))?;
    if let Some(found) = found {
        return Ok(found);
    }
    let sql = "INSERT INTO episode (kind, about, since, told) VALUES (?1, ?2, ?3, 0)";
    tx.run(sql, params![kind.code(), about, micros(now)])?;
    Ok((now, false))
}

/// Begins an episode anew, and closes the alert of the one before.
fn again(tx: &Tx<'_>, kind: AlertKind, about: &str, now: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE episode SET since = ?3, told = 0 WHERE kind = ?1 AND about = ?2";
    tx.run(sql, params![kind.code(), about, micros(now)])?;
    alert_life::episode_over(tx, &name(kind, about), now)
}

fn tell(tx: &Tx<'_>, alert: &Alert, about: &str, viewers: &[PartyId]) -> Result<(), Fault> {
    alert::put_alone(tx, alert, viewers, Some(&name(alert.kind, about)))?;
    let sql = "UPDATE episode SET told = 1 WHERE kind = ?1 AND about = ?2";
    tx.run(sql, params![alert.kind.code(), about])?;
    Ok(())
}

/// Deletes the episodes that ended, so that the next one raises an alert again, and closes their alerts.
fn over(tx: &Tx<'_>, kind: AlertKind, lasts: &HashSet<String>, now: Timestamp) -> Result<(), Fault> {
    let known: Vec<String> = tx.all("SELECT about FROM episode WHERE kind = ?1", [kind.code()], |row| {
        row.get(0)
    })?;
    for about in known.iter().filter(|about| !lasts.contains(*about)) {
        let sql = "DELETE FROM episode WHERE kind = ?1 AND about = ?2";
        tx.run(sql, params![kind.code(), about])?;
        alert_life::episode_over(tx, &name(kind, about), now)?;
    }
    Ok(())
}

/// Returns the name of a lasting condition, which its alert keeps.
fn name(kind: AlertKind, about: &str) -> String {
    format!("lasting {} {about}", kind.code())
}
