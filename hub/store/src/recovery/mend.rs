//! Recovery by an operator: from a damaged, truncated or missing journal at the second place, and from a lost key of
//! the audit log.
//!
//! Each recovery is one action of an operator on a stopped hub, with a reason that the audit log keeps. The remaining
//! entries of the journal are replayed. The lost entries can not be found; the answer gives their number.

use std::sync::Arc;

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_tlog::Checkpoint;
use jiff::Timestamp;

use crate::audit::{self, Detail, JournalEntry, OldKey, SecondPlace, Signed};
use crate::conn::{Db, Tx};
use crate::fault::{Fault, JournalFault, OpenError, Rollback};
use crate::recovery::replay::{Protection, Replayed, missing_there, not_written, replay};
use crate::sqlite::open::{self, Bare};
use crate::sqlite::options::SqliteOptions;

/// The result of accepting the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalAccepted {
    /// Fault of the journal.
    pub found: JournalFault,
    /// Difference of the log; `None` if there is none. With a difference the store is older as well.
    pub rollback: Option<Rollback>,
    /// Number of the journal's entries that could be read.
    pub kept: usize,
    /// Number of signed entries that are lost; `None` if it is not known.
    pub lost: Option<u64>,
    /// Number of readable entries that the store lacked and has again.
    pub replayed: usize,
    /// Number of readable entries about participants whom the store does not know.
    pub unknown: usize,
    /// Number of deliveries that the replay cancelled.
    pub cancelled: usize,
}

/// The result of making a new key for the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRenewed {
    /// Public key that verifies earlier checkpoints; `None` if it is not known.
    pub old: Option<String>,
    /// Public key that verifies checkpoints from now on.
    pub new: String,
    /// Number of entries that were witnessed under the old key; `None` if that could not be checked.
    pub witnessed: Option<u64>,
    /// Difference of the log from the witnessed entries.
    pub rollback: Option<Rollback>,
    /// Fault of the journal.
    pub journal: Option<JournalFault>,
    /// Number of the journal's entries that could be read.
    pub kept: usize,
    /// Number of readable entries that the store lacked and has again.
    pub replayed: usize,
    /// Number of readable entries about participants whom the store does not know.
    pub unknown: usize,
    /// Number of deliveries that the replay cancelled.
    pub cancelled: usize,
}

/// Accepts the journal as it is, and with it an older store. `None` if the journal has no fault.
pub(crate) fn accept_journal(
    options: &SqliteOptions,
    reason: &str,
    now: Timestamp,
) -> Result<Option<JournalAccepted>, OpenError> {
    let (mut opened, standing) = open::compare(options)?;
    if standing.is_other_key {
        return Err(OpenError::AuditKeyOther(options.audit.key_file(&options.path)));
    }
    let found = match (standing.journal, &standing.rollback, standing.signed) {
        (Some(fault), ..) => fault,
        (None, Some(_), None) => JournalFault::Unsigned,
        (None, ..) => return Ok(None),
    };
    let Some(place) = &mut opened.witness.place else {
        return Ok(None);
    };
    let trust = Arc::clone(&opened.trust);
    let db = Db::of_writer(&opened.writer, &opened.vault, &trust);
    open::adopt(&db)?;
    let log = audit::size(db.conn)?;
    place.set_aside(log)?;
    let records = place.records().to_vec();
    let kept = records.len();
    let lost = standing.signed.map(|signed| signed.saturating_sub(kept as u64));
    let rollback = standing.rollback;
    let replayed = db.in_transaction(|tx| {
        let mut detail = Detail::new()
            .text("found", &found.to_string())
            .text("reason", reason)
            .number("kept", number(kept as u64));
        if let Some(lost) = lost {
            detail = detail.number("lost", number(lost));
        }
        tx.audit(now, AuditAction::JournalAccepted, &Actor::Operator, detail)?;
        again(tx, rollback.as_ref(), reason, &records, now)
    })?;
    make_anew(&db, place, records, log)?;
    opened.witness.witness(db.conn, Vec::new()).map_err(not_written)?;
    audit::remember_key(&db, opened.witness.key.verifying_key())?;
    audit::remember(&db)?;
    audit::remember_signed(&db)?;
    Ok(Some(JournalAccepted {
        found,
        rollback,
        kept,
        lost,
        replayed: replayed.done,
        unknown: replayed.unknown,
        cancelled: replayed.cancelled,
    }))
}

/// Makes a new key for the audit log. First compares the log and the journal with everything that the old key signed,
/// as far as that is possible. If the journal has a fault, nothing is done unless `without_journal` is set.
pub(crate) fn new_key(
    options: &SqliteOptions,
    reason: &str,
    without_journal: bool,
    now: Timestamp,
) -> Result<KeyRenewed, OpenError> {
    let Bare {
        writer,
        lock: _lock,
        vault,
        trust,
        ..
    } = open::bare(options)?;
    let db = Db::of_writer(&writer, &vault, &trust);
    open::go_on_from(&db)?;
    let file = options.audit.key_file(&options.path);
    let old = audit::old_key(&db, &file)?;
    let found = match &options.audit.checkpoint_file {
        Some(checkpoint) => look(&db, checkpoint, options, &old)?,
        None => Found::default(),
    };
    if let Some(fault) = found.journal.clone().filter(|_| !without_journal) {
        return Err(OpenError::Journal(fault));
    }
    open::adopt(&db)?;
    let log = audit::size(db.conn)?;
    let (key, journal) = audit::new_key(&db, &file, &options.audit.name, log)?;
    let (old, new) = (old.public.map(|key| key.to_string()), key.verifying_key().to_string());
    let replayed = db.in_transaction(|tx| {
        let mut detail = Detail::new().text("reason", reason).text("new", &new);
        if let Some(old) = &old {
            detail = detail.text("old", old);
        }
        if let Some(witnessed) = &found.witnessed {
            detail = detail
                .number("witnessed", number(witnessed.size))
                .text("root", &witnessed.root.to_string());
        }
        if let Some(fault) = &found.journal {
            detail = detail.text("journal", &fault.to_string());
        }
        tx.audit(now, AuditAction::AuditKeyChanged, &Actor::Operator, detail)?;
        audit::remember_key(tx, key.verifying_key())?;
        again(tx, found.rollback.as_ref(), reason, &found.records, now)
    })?;
    let kept = found.records.len();
    if let Some(checkpoint) = &options.audit.checkpoint_file {
        let mut place = SecondPlace::open(checkpoint, journal, options.audit.every)?;
        place.set_aside(log)?;
        make_anew(&db, &mut place, found.records, log)?;
        place.witness(db.conn, &key).map_err(not_written)?;
        audit::remember(&db)?;
        audit::remember_signed(&db)?;
    }
    Ok(KeyRenewed {
        old,
        new,
        witnessed: found.witnessed.map(|witnessed| witnessed.size),
        rollback: found.rollback,
        journal: found.journal,
        kept,
        replayed: replayed.done,
        unknown: replayed.unknown,
        cancelled: replayed.cancelled,
    })
}

/// The part of the second place that the remaining parts of a key can verify.
#[derive(Default)]
struct Found {
    witnessed: Option<Checkpoint>,
    rollback: Option<Rollback>,
    journal: Option<JournalFault>,
    records: Vec<JournalEntry>,
}

fn look(db: &Db<'_>, checkpoint: &std::path::Path, options: &SqliteOptions, old: &OldKey) -> Result<Found, OpenError> {
    let nobodys = || ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &[0; 32]);
    let has_key = old.journal.is_some();
    let key = old.journal.clone().unwrap_or_else(nobodys);
    let mut place = SecondPlace::open(checkpoint, key, options.audit.every)?;
    let note = place.note()?.unwrap_or_default();
    let opened = old
        .public
        .as_ref()
        .and_then(|key| Checkpoint::open_with(&note, key).ok());
    let mut found = Found::default();
    let mut signed = None;
    if let Some((witnessed, more)) = opened {
        signed = more.into_iter().find_map(Signed::parse);
        found.rollback = audit::differs(db, &witnessed)?;
        found.witnessed = Some(witnessed);
    } else if !note.is_empty() || db.any("SELECT 1 FROM meta WHERE name = 'audit.witnessed'", [])? {
        found.rollback = Some(if note.is_empty() {
            Rollback::Missing
        } else {
            Rollback::OtherKey
        });
    }
    if has_key {
        if let Some(public) = &old.public {
            found.journal = place.compare(db, public)?.journal;
        }
        if found.journal.is_none() && found.rollback.is_some() && signed.is_none() && place.journal.lines() > 0 {
            found.journal = Some(JournalFault::Unsigned);
        }
        found.records = place.records().to_vec();
    } else if let Some(signed) = &signed {
        match audit::signed_steps(place.journal.path(), signed)? {
            Some(records) => found.records = records,
            None => found.journal = place.journal.differs(signed)?,
        }
    } else if place.journal.lines() > 0 {
        found.journal = Some(JournalFault::Unsigned);
    }
    Ok(found)
}

/// Replays the entries that the store lacks.
fn again(
    tx: &Tx<'_>,
    rollback: Option<&Rollback>,
    reason: &str,
    records: &[JournalEntry],
    now: Timestamp,
) -> Result<Replayed, Fault> {
    let Some(rollback) = rollback else {
        return replay(tx, records, Protection::FromStore, now);
    };
    let detail = Detail::new()
        .text("found", &rollback.to_string())
        .text("reason", reason);
    tx.audit(now, AuditAction::RollbackAccepted, &Actor::Operator, detail)?;
    replay(tx, records, Protection::FromJournal, now)
}

/// Writes a journal with the remaining entries of the old one, and with the steps that only the store has.
fn make_anew(db: &Db<'_>, place: &mut SecondPlace, mut records: Vec<JournalEntry>, log: u64) -> Result<(), OpenError> {
    let missing = missing_there(db, &records, audit::newest_time(db)?)?;
    records.extend(missing);
    place.new_journal(records, log)
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
