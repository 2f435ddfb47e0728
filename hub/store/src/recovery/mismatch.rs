//! The operator accepts that the store differs from what the hub wrote. The audit log keeps the differences for good.

use bindeledd_core::ParticipantRef;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::withdrawal::Asker;
use bindeledd_engine::ports::Scope;
use jiff::Timestamp;

use crate::audit::{Detail, SecondPlace};
use crate::commands::withdraw::Withdrawn;
use crate::commands::{consent, erase, participant, withdraw};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, OpenError};
use crate::ledger;
use crate::recovery::{findings, replay};
use crate::sealing::aead::SealedAt;
use crate::sqlite::open;
use crate::sqlite::options::SqliteOptions;

/// Maximum number of findings in an audit row, so that the row can still be exported.
const A_ROW: usize = 100;

/// The differences that were accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MismatchAccepted {
    /// Descriptions of the differences in the audit log.
    pub log: Vec<String>,
    /// Participants whose consents differed from the registered ones. All of their consents were withdrawn.
    pub participants: Vec<ParticipantRef>,
    /// Number of deliveries that the withdrawals cancelled.
    pub cancelled: usize,
}

/// Accepts the differences. `None` if there are none.
pub(crate) fn accept(
    options: &SqliteOptions,
    reason: &str,
    now: Timestamp,
) -> Result<Option<MismatchAccepted>, OpenError> {
    let (mut opened, standing) = open::compare(options)?;
    open::refuse(&standing, options)?;
    let trust = opened.trust.clone();
    let db = Db::of_writer(&opened.writer, &opened.vault, &trust);
    let found = findings::in_log(&db)?;
    let earlier = trust.guard.mismatch().map(|earlier| earlier.what);
    // Ledgers are not adopted while the log differs. They are adopted after this.
    let adopted = !trust.book.is_empty();
    let differing = if adopted {
        ledger::all_differing(&db)?
    } else {
        Vec::new()
    };
    if found.is_empty() && earlier.is_none() && differing.is_empty() {
        return Ok(None);
    }
    let place = opened.witness.place.as_ref();
    let protected = replay::protected_there(place.map(SecondPlace::records).unwrap_or_default());
    let mut log: Vec<String> = found.iter().map(|differs| differs.finding.to_string()).collect();
    log.extend(earlier.filter(|earlier| !log.contains(earlier)));
    let cancelled = db.in_transaction(|tx| {
        for (found, words) in found.chunks(A_ROW).zip(log.chunks(A_ROW)) {
            let detail = Detail::new()
                .texts("found", words)
                .texts("marks", found.iter().map(|differs| &differs.mark))
                .text("reason", reason);
            tx.audit(now, AuditAction::MismatchAccepted, &Actor::Operator, detail)?;
        }
        if found.is_empty() && !log.is_empty() {
            let detail = Detail::new().texts("found", &log).text("reason", reason);
            tx.audit(now, AuditAction::MismatchAccepted, &Actor::Operator, detail)?;
        }
        tx.run("DELETE FROM meta WHERE name = 'audit.mismatch'", [])?;
        tx.run(
            "DELETE FROM episode WHERE kind IN ('audit-mismatch', 'ledger-mismatch')",
            [],
        )?;
        let mut cancelled = 0;
        for participant in &differing {
            let is_protected = protected.get(&participant.to_string()) == Some(&true);
            cancelled += take_back(tx, *participant, is_protected, reason, now)?;
        }
        Ok(cancelled)
    })?;
    trust.guard.accept(found.into_iter().map(|differs| differs.mark));
    trust.guard.accept_all();
    open::adopt(&db)?;
    replay::catch_up(&db, &mut opened.witness)?;
    Ok(Some(MismatchAccepted {
        log,
        participants: differing,
        cancelled,
    }))
}

/// Withdraws all current consents of a participant, deletes unreadable rows, and binds the remaining ones. Grants of
/// duty have to be confirmed anew. Returns the number of cancelled deliveries.
fn take_back(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    is_protected: bool,
    reason: &str,
    now: Timestamp,
) -> Result<usize, Fault> {
    let key = participant.key();
    let sql = "SELECT erased_at IS NOT NULL FROM participant WHERE ref = ?1";
    let Some(was_erased) = tx.one(sql, [key], |row| row.get::<bool>(0))? else {
        tx.trust.book.gone(participant);
        let detail = Detail::new().id("was", participant).ledger(None).text("reason", reason);
        tx.audit(now, AuditAction::LedgerAccepted, &Actor::Operator, detail)?;
        return Ok(0);
    };
    let (mut cancelled, mut forgotten) = (0, 0);
    if was_erased {
        erase::forget_ledger(tx, participant)?;
    } else {
        own_numbers(tx, participant)?;
        let orphans = "DELETE FROM grant_row WHERE participant = ?1 AND NOT EXISTS
            (SELECT 1 FROM consent c WHERE c.id = grant_row.consent AND c.participant = grant_row.participant)";
        tx.run(orphans, [key])?;
        if is_protected {
            participant::protect(tx, participant, true, now)?;
        }
        let everything = withdraw::withdraw(
            tx,
            participant,
            (&Scope::Everything, None),
            (&Asker::Participant, &Actor::Operator),
            now,
        )?;
        if let Withdrawn::Now(answer) = everything {
            cancelled += answer.cancelled.len() + answer.reserved.len();
        }
        let consents = "UPDATE consent SET withdrawn_at = ?2, version = version + 1
            WHERE participant = ?1 AND withdrawn_at IS NULL";
        tx.run(consents, params![key, micros(now)])?;
        let duties = "UPDATE grant_row SET confirmed = 0, confirmed_by = NULL, confirmed_at = NULL, confirmation = NULL
            WHERE participant = ?1";
        tx.run(duties, [key])?;
        cancelled += withdraw::stop_all_uncovered(tx, participant, &Actor::Operator, now)?.len();
        forgotten = consent::forget_unreadable(tx, participant)?;
    }
    let anchor = ledger::bind(tx, participant)?;
    let detail = Detail::new()
        .id("participant", participant)
        .ledger(Some(anchor))
        .text("reason", reason);
    let detail = match i64::try_from(forgotten).unwrap_or(i64::MAX) {
        0 => detail,
        rows => detail.number("unreadable", rows),
    };
    tx.audit(now, AuditAction::LedgerAccepted, &Actor::Operator, detail)?;
    Ok(cancelled)
}

/// Removes from a participant every number that was not sealed for that participant.
fn own_numbers(tx: &Tx<'_>, participant: ParticipantRef) -> Result<(), Fault> {
    if let Some(number) = participant::national_id(tx, participant)? {
        let sql = "UPDATE participant SET lookup = ?2 WHERE ref = ?1 AND lookup <> ?2";
        tx.run(sql, params![participant.key(), tx.vault.lookup(&number)])?;
    }
    let sealed_with = participant::key(tx, participant)?;
    let sql = "SELECT lookup, identity FROM also_known WHERE participant = ?1";
    type Number = ([u8; 32], Vec<u8>);
    let numbers = tx.all(sql, [participant.key()], |row| -> Result<Number, Fault> {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    for (lookup, identity) in numbers {
        let place = SealedAt("also_known.identity", &lookup);
        if tx.vault.open(&sealed_with, place, &identity).is_err() {
            tx.run("DELETE FROM also_known WHERE lookup = ?1", [lookup])?;
        }
    }
    Ok(())
}
