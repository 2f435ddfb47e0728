//! A store that is older than what the hub last ran with: what the second place knows and the store does not is done once more
//! before anything is delivered.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use bindeledd_core::{ConsentId, ParticipantRef};
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::{Detail, Record, Rollback, Said, SecondPlace, Word, remember};
use crate::codec::{Columns, Key, micros};
use crate::consent::{Kept, all_withdrawals};
use crate::db::{Db, Tx};
use crate::fault::{Failure, Fault, OpenError, damaged};
use crate::open;
use crate::sqlite::SqliteOptions;
use crate::threads::Witness;
use crate::withdraw;

/// What accepting a rollback did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackAccepted {
    /// How the log differed.
    pub rollback: Rollback,
    /// How many withdrawals and protections the store had forgotten and has again.
    pub replayed: usize,
    /// How many of those were about people whom the store does not know: nothing can be sent about them.
    pub unknown: usize,
    /// How many deliveries that cancelled.
    pub cancelled: usize,
}

/// What was done once more.
#[derive(Default)]
struct Replayed {
    done: usize,
    unknown: usize,
    cancelled: usize,
}

/// Accepts that the store is an older one. `None` where it is not.
pub(crate) fn accept(
    options: &SqliteOptions,
    reason: &str,
    now: Timestamp,
) -> Result<Option<RollbackAccepted>, OpenError> {
    let (mut opened, rollback) = open::compare(options)?;
    let (Some(rollback), Some(place)) = (rollback, &opened.witness.place) else {
        return Ok(None);
    };
    let conn = &opened.writer;
    let db = Db {
        conn,
        vault: &opened.vault,
    };
    place.set_aside(crate::audit::size(conn)?)?;
    let records = place.records().to_vec();
    let replayed = in_transaction(&db, |tx| {
        let detail = Detail::new()
            .text("found", &rollback.to_string())
            .text("reason", reason);
        tx.audit(now, "rollback-accepted", "operator", detail)?;
        replay(tx, &records, Protection::FromJournal, now)
    })?;
    catch_up(&db, &mut opened.witness)?;
    Ok(Some(RollbackAccepted {
        rollback,
        replayed: replayed.done,
        unknown: replayed.unknown,
        cancelled: replayed.cancelled,
    }))
}

/// Brings store and second place to the same words, and has the log witnessed. A stop between a commit and its witness leaves
/// the store ahead; a backup from within that moment leaves it behind.
pub(crate) fn catch_up(db: &Db<'_>, witness: &mut Witness) -> Result<(), OpenError> {
    let Some(place) = &mut witness.place else { return Ok(()) };
    let records = place.records().to_vec();
    let newest = "SELECT at FROM audit ORDER BY seq DESC LIMIT 1";
    let newest = db.one(newest, [], |row| row.time(0))?.unwrap_or(Timestamp::UNIX_EPOCH);
    if records
        .iter()
        .any(|record| matches!(record.word, Word::Withdrawn { .. }))
    {
        in_transaction(db, |tx| replay(tx, &records, Protection::FromStore, newest))?;
    }
    remember(db)?;
    let missing = missing_there(db, place, newest)?;
    let written = place.witness(db.conn, &witness.key, missing);
    written.map_err(|failure| {
        OpenError::SecondPlace(match failure {
            Failure::Away(what) | Failure::Damaged(what) => what,
            Failure::Full => "the disk is full".into(),
        })
    })
}

fn in_transaction<T>(db: &Db<'_>, work: impl FnOnce(&Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
    let tx = Tx::begin(*db)?;
    let done = work(&tx).and_then(|value| tx.commit().map(|_| value));
    if done.is_err() && !db.conn.is_autocommit() {
        db.run("ROLLBACK", [])?;
    }
    done
}

/// Whose word counts where journal and store differ about address protection.
#[derive(Clone, Copy, PartialEq)]
enum Protection {
    /// The journal's, where it protects: the store is an older one.
    FromJournal,
    /// The store's.
    FromStore,
}

/// Does what the journal knows and the store does not.
fn replay(tx: &Tx<'_>, records: &[Record], protection: Protection, now: Timestamp) -> Result<Replayed, Fault> {
    let known: HashSet<(String, Said)> = withdrawn(tx)?.into_iter().map(|(who, _, said)| (who, said)).collect();
    let mut replayed = Replayed::default();
    for record in records {
        let Word::Withdrawn { consent, said } = &record.word else {
            continue;
        };
        let missing = said
            .iter()
            .any(|said| !known.contains(&(record.participant.clone(), said.clone())));
        // A withdrawal that ended nothing left no row.
        if !missing {
            continue;
        }
        let participant = ParticipantRef(id(&record.participant)?);
        if !tx.any("SELECT 1 FROM participant WHERE ref = ?1", [participant.key()])? {
            replayed.unknown += 1;
            continue;
        }
        let said = said.iter().map(Kept::read).collect::<Result<Vec<_>, _>>()?;
        let whole = consent.as_deref().map(id).transpose()?.map(ConsentId);
        replayed.cancelled += withdraw::replay(tx, participant, &said, whole, now)?;
        replayed.done += 1;
    }
    if protection == Protection::FromJournal {
        for (participant, protected) in protected_there(records) {
            let participant = ParticipantRef(id(&participant)?);
            let sql = "SELECT 1 FROM participant WHERE ref = ?1 AND protected = 0";
            if protected && tx.any(sql, [participant.key()])? {
                withdraw::protect_again(tx, participant, now)?;
                replayed.done += 1;
            }
        }
    }
    Ok(replayed)
}

/// What the store knows and the journal does not.
fn missing_there(db: &Db<'_>, place: &SecondPlace, now: Timestamp) -> Result<Vec<Record>, Fault> {
    let there: HashSet<(&str, &Said)> = place
        .records()
        .iter()
        .filter_map(|record| match &record.word {
            Word::Withdrawn { said, .. } => Some(said.iter().map(|said| (record.participant.as_str(), said))),
            Word::Protected(_) => None,
        })
        .flatten()
        .collect();
    let mut missing = Vec::new();
    for (participant, at, said) in withdrawn(db)? {
        if !there.contains(&(participant.as_str(), &said)) {
            let word = Word::Withdrawn {
                consent: None,
                said: vec![said],
            };
            missing.push(Record { at, participant, word });
        }
    }
    let protected: BTreeSet<String> = db
        .all("SELECT ref FROM participant WHERE protected = 1", [], |row| {
            row.id::<ParticipantRef>(0)
        })?
        .iter()
        .map(ToString::to_string)
        .collect();
    let said = protected_there(place.records());
    let changed = |participant: String, protected| Record {
        at: micros(now),
        participant,
        word: Word::Protected(protected),
    };
    let newly = protected.iter().filter(|who| said.get(*who) != Some(&true));
    missing.extend(newly.map(|who| changed(who.clone(), true)));
    let lifted = said.iter().filter(|(who, on)| **on && !protected.contains(*who));
    missing.extend(lifted.map(|(who, _)| changed(who.clone(), false)));
    Ok(missing)
}

fn withdrawn(db: &Db<'_>) -> Result<Vec<(String, i64, Said)>, Fault> {
    let all = all_withdrawals(db)?;
    Ok(all
        .iter()
        .map(|(who, at, kept)| (who.to_string(), micros(*at), kept.written()))
        .collect())
}

/// Who is protected and who no longer, by the journal's last word.
fn protected_there(records: &[Record]) -> BTreeMap<String, bool> {
    let words = records.iter().filter_map(|record| match record.word {
        Word::Protected(on) => Some((record.participant.clone(), on)),
        Word::Withdrawn { .. } => None,
    });
    words.collect()
}

fn id(raw: &str) -> Result<Uuid, Fault> {
    Uuid::try_parse(raw).map_err(|_| damaged("the journal at the second place has an id that can not be read"))
}
